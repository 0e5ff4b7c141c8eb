"""The case file: one HTML page with every incident, its evidence and links, a timeline and a map.

The page needs no network and runs no script but its own, whose hash stands in its content security
policy. Everything that comes from an article or an analyst goes through `_safe`: markup is escaped,
control and direction characters are replaced. The sheets are plain HTML, so that they can be read
and printed where scripts are off; the script filters them and moves the map.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import html
import math
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from importlib import resources

from store import articles, codebook, dates, incidents, merging, notes
from store.borders import outlines
from store.exporters.csv_files import Out
from store.ids import now
from store.incidents import BY_NAME, FIELDS, show_value
from store.records import Article, Incident, Link, Report

_JOINERS = "\u200c\u200d"  # letters of Persian and of emoji hang on them
_BEFORE, _AFTER = 300, 400
_PLACE = ("lat", "lon")
_WIDE = 1000  # of the timeline, in its own units


def _safe(text: object) -> str:
    """Return text for a page: markup escaped, control and direction characters made visible."""
    shown = "".join(
        c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") or c in _JOINERS else "\ufffd"
        for c in str(text)
    )  # fmt: skip
    return html.escape(shown, quote=True)


def _asset(name: str) -> str:
    return resources.files("store.exporters").joinpath("page", name).read_text("utf-8").strip()


def write(
    connection: sqlite3.Connection, book: codebook.Codebook, out: Out, title: str,
    progress: Callable[[int], None],
) -> int:  # fmt: skip
    """Write the page; return how many incidents it has."""
    found = incidents.all_incidents(connection)
    found.sort(key=lambda i: (str(i.values["date_start"] or "~"), i.id))
    css, script = _asset("page.css"), _asset("page.js")
    allowed = " ".join(
        f"{name}-src 'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}';"
        for name, text in (("style", css), ("script", script))
    )
    kinds = sorted({str(i.values["type"]) for i in found if i.values["type"]})
    countries = sorted({str(i.values["country"]) for i in found if i.values["country"]})
    out.write(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; {allowed}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_safe(title)}</title>\n<style>{css}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#sheets">To the incidents</a>\n'
        f"<header><h1>{_safe(title)}</h1>\n"
        f'<p class="about">{len(found):,} incidents · made {now()[:10]} with conflict-reader. '
        "What is empty is not known.</p></header>\n<main>\n"
    )
    out.write(_form(kinds, countries, len(found)))
    out.write('<h2 id="time">Timeline</h2>\n')
    for part in _timeline(found):
        out.write(part)
    out.write('<h2 id="where">Map</h2>\n')
    for part in _map(found):
        out.write(part)
    out.write('<h2 id="sheets">Incidents</h2>\n')
    known = {i.id for i in found}
    for number, incident in enumerate(found, 1):
        for part in _sheet(connection, book, incident, known):
            out.write(part)
        progress(number)
    out.write(
        "</main>\n<footer><p>Coasts and borders: Natural Earth, public domain; they say nothing of"
        " whose they are.</p></footer>\n"
        f"<script>{script}</script>\n</body>\n</html>\n"
    )
    return len(found)


def _form(kinds: Sequence[str], countries: Sequence[str], count: int) -> str:
    levels = sorted({kind.split(".")[0] for kind in kinds} | set(kinds))

    def options(values: Sequence[str]) -> str:
        return '<option value="">all</option>' + "".join(
            f'<option value="{_safe(v)}">{_safe(v.replace("_", " "))}</option>' for v in values
        )

    return (
        '<form aria-label="Filter">\n'
        '<div><label for="words">Words</label><input id="words" name="words" type="search"></div>\n'
        f'<div><label for="kind">Type</label><select id="kind" name="kind">{options(levels)}</select></div>\n'
        f'<div><label for="country">Country</label><select id="country" name="country">{options(countries)}</select></div>\n'
        '<div><label for="since">From</label><input id="since" name="since" type="date"></div>\n'
        '<div><label for="until">To</label><input id="until" name="until" type="date"></div>\n'
        f'<button type="reset">All</button>\n<p id="said" role="status">{count} of {count} incidents</p>\n</form>\n'
    )


def _timeline(found: Sequence[Incident]) -> Iterator[str]:
    dated = [
        (day, i)
        for i in found
        if (day := dates.first_day(str(i.values["date_start"] or ""))) is not None
    ]
    if not dated:
        yield "<p>No incident has a day.</p>\n"
        return
    first, last = dated[0][0], max(day for day, _ in dated)
    lanes = sorted({str(i.values["type"] or "other").split(".")[0] for _, i in dated})
    height = 34 + 26 * len(lanes)
    left = 120
    scale = (_WIDE - left - 20) / max(1, last - first)
    yield (
        f'<svg id="timeline" viewBox="0 0 {_WIDE} {height}" role="group" aria-label="Timeline: '
        f"{len(dated)} incidents from {dt.date.fromordinal(first)} to"
        f' {dt.date.fromordinal(last)}, in lanes by kind">\n'
    )
    for number, lane in enumerate(lanes):
        y = 20 + 26 * number
        yield (
            f'<text x="4" y="{y + 5}">{_safe(lane.replace("_", " "))}</text>'
            f'<line class="rule" x1="{left}" x2="{_WIDE - 10}" y1="{y}" y2="{y}"/>\n'
        )
    for share in range(6):
        day = first + (last - first) * share // 5
        x = left + (day - first) * scale
        anchor = "start" if share == 0 else "end" if share == 5 else "middle"
        yield f'<text x="{x:.0f}" y="{height - 6}" text-anchor="{anchor}">{dt.date.fromordinal(day)}</text>\n'
    for day, i in dated:
        y = 20 + 26 * lanes.index(str(i.values["type"] or "other").split(".")[0])
        x = left + (day - first) * scale
        yield _dot(i, x, y, 6, "")
    yield "</svg>\n"


def _dot(incident: Incident, x: float, y: float, r: float, look: str) -> str:
    day = show_value(BY_NAME["date_start"], incident.values["date_start"]) or "no date"
    label = _safe(f"{day}: {incident.title}")
    return (
        f'<a href="#i{incident.id}" data-i="{incident.id}" aria-label="{label}">'
        f'<circle class="dot{look}" cx="{x:.2f}" cy="{y:.2f}" r="{r:g}" data-r="{r:g}">'
        f"<title>{label}</title></circle></a>\n"
    )


def _flat(lon: float, lat: float) -> tuple[float, float]:
    """Return a point on the page's map: Mercator, in degrees at the equator, south down."""
    lat = max(-80.0, min(84.0, lat))
    return lon, -math.degrees(math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)))


def _map(found: Sequence[Incident]) -> Iterator[str]:
    placed = [
        (i, *_flat(float(i.values["lon"]), float(i.values["lat"])))
        for i in found
        if i.values["lat"] is not None and i.values["lon"] is not None
    ]
    if not placed:
        yield "<p>No incident has coordinates.</p>\n"
        return
    xs, ys = [x for _, x, _ in placed], [y for _, _, y in placed]
    wide = max(4.0, (max(xs) - min(xs)) * 1.25, (max(ys) - min(ys)) * 1.25 * 2)
    high = wide / 2
    west = (min(xs) + max(xs)) / 2 - wide / 2
    north = (min(ys) + max(ys)) / 2 - high / 2
    buttons = "".join(
        f'<button type="button" data-map="{name}">{words}</button>'
        for name, words in (
            ("in", "Nearer"), ("out", "Wider"), ("west", "West"), ("east", "East"),
            ("north", "North"), ("south", "South"), ("all", "All"),
        )
    )  # fmt: skip
    yield f'<div class="tools">{buttons}</div>\n'
    yield (
        f'<svg id="map" viewBox="{west:.3f} {north:.3f} {wide:.3f} {high:.3f}" role="group"'
        f' aria-label="Map of {len(placed)} incidents; a ring is a district, a region or wider">\n'
    )
    for border in (False, True):
        path = "".join(_path(o.points) for o in outlines() if o.border is border)
        yield f'<path class="land{" border" if border else ""}" d="{path}"/>\n'
    radius = wide / 160
    for i, x, y in placed:
        rough = str(i.values["place_precision"] or "1")[:1] > "2"
        yield _dot(i, x, y, round(radius * (1.6 if rough else 1), 4), " rough" if rough else "")
    yield "</svg>\n"


def _path(points: Sequence[tuple[float, float]]) -> str:
    flat = [_flat(*p) for p in points]
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in flat)


def _sheet(
    connection: sqlite3.Connection, book: codebook.Codebook, incident: Incident, known: set[int]
) -> Iterator[str]:
    values = incident.values
    first, last = (
        str(values["date_start"] or ""),
        str(values["date_end"] or values["date_start"] or ""),
    )
    reports = incidents.reports_of(connection, incident.id)
    chosen = incidents.choices_of(connection, incident.id)
    told_by = articles.by_ids(connection, [report.article_id for report in reports])
    what = " · ".join(
        _safe(part)
        for part in (values["type"], values["place_name"], values["country"])
        if part is not None
    )
    dates = (
        "" if first.startswith("X") else f' data-first="{_safe(first)}" data-last="{_safe(last)}"'
    )
    yield (
        f'<details class="sheet" id="i{incident.id}" data-i="{incident.id}"'
        f' data-kind="{_safe(values["type"] or "")}" data-country="{_safe(values["country"] or "")}"{dates}>'
        f'<summary><span class="day">{_safe(first or "no date")}</span>'
        f'<h3>{_safe(incident.title)}</h3> <span class="what">{what}</span></summary>\n<div class="body">\n<dl>\n'
    )
    for field in FIELDS:
        if values[field.name] is None or field.name in _PLACE:
            continue
        shown = show_value(field, values[field.name])
        yield f"<dt>{_safe(field.title)}</dt><dd>{_safe(shown)}"
        why = chosen.get(field.name, (None, ""))[1]
        if why and why != incidents.FIRST_ACCOUNT:
            yield f" (because: {_safe(why)})"
        for told, who in incidents.told_otherwise(incident, field, reports).items():
            yield f'<br><span class="differs">{_safe(told)}</span> — {_safe("; ".join(who))}'
        yield "</dd>\n"
    yield "</dl>\n"
    texts, _ = incidents.told_in(connection, incident.id, _BEFORE, _AFTER)
    for report, text in zip(reports, texts, strict=True):
        yield _quoted(report, text, told_by.get(report.article_id))
    yield from _links(book, incident, incidents.links_of(connection, incident.id), known)
    for merge in merging.merged_into(connection, incident.id):
        yield f"<p>Merged into it: {_safe(merge.title)}{_safe(f' ({merge.why})') if merge.why else ''}</p>\n"
    for note in notes.of_target(connection, incident.uid):
        yield f"<p>Note by {_safe(note.analyst)}: {_safe(note.body)}</p>\n"
    yield "</div>\n</details>\n"


def _quoted(report: Report, text: str, article: Article | None) -> str:
    quote = _safe(report.quote)
    shown = _safe(text)
    if quote and quote in shown:
        shown = shown.replace(quote, f"<mark>{quote}</mark>", 1)
    said = dict.fromkeys(claim.said_by for claim in report.claims if claim.said_by)
    who = f" — says {_safe('; '.join(said))}" if said else ""
    where = ""
    if article is not None:
        told = [part for part in (article.source, (article.published or "")[:10]) if part]
        where = "".join(f", {_safe(part)}" for part in told)
        if article.url and article.url.startswith(("https://", "http://")):
            where += f', <a rel="noreferrer noopener" href="{_safe(article.url)}">the article</a>'
    return (
        f"<blockquote>{shown}<cite>{_safe(report.article_title)}{where}{who}</cite></blockquote>\n"
    )


def _links(
    book: codebook.Codebook, incident: Incident, links: Sequence[Link], known: set[int]
) -> Iterator[str]:
    if not links:
        return
    yield "<ul>\n"
    for link in links:
        out = link.from_id == incident.id
        relation = book.relation(link.relation)
        words = (relation.id if out else relation.inverse).replace("_", " ")
        other, title = (link.to_id, link.to_title) if out else (link.from_id, link.from_title)
        named = f'<a href="#i{other}">{_safe(title)}</a>' if other in known else _safe(title)
        note = f" ({_safe(link.note)})" if link.note else ""
        yield f"<li>{_safe(words)}: {named}{note}</li>\n"
    yield "</ul>\n"
