"""Incidents: reports made of claims, the values an analyst chose, and links between incidents."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from store import codebook, dates, incident_filter, incident_titles
from store.errors import RefusedError
from store.history import Edit
from store.records import Claim, Incident, Link, Report, Value
from store.texts import clean, one_line

Kind = Literal["text", "long", "list", "code", "whole", "number"]


@dataclass(frozen=True)
class Field:
    """One field of an incident: its column, how it is called on screen, what it takes."""

    name: str
    title: str
    kind: Kind = "text"
    codes: str = ""  # which list of the codebook, for kind "code"
    group: str = ""


FIELDS: tuple[Field, ...] = (
    Field("type", "type", "code", "type", "what"),
    Field("event_status", "status", "code", "event_status", "what"),
    Field("summary", "summary", "long", "", "what"),
    Field("date_start", "date, first day", "text", "", "when"),
    Field("date_end", "date, last day", "text", "", "when"),
    Field("date_precision", "date precision", "code", "date_precision", "when"),
    Field("date_text", "date as told", "text", "", "when"),
    Field("date_basis", "date basis", "code", "date_basis", "when"),
    Field("place_name", "place", "text", "", "where"),
    Field("admin1", "region", "text", "", "where"),
    Field("admin2", "district", "text", "", "where"),
    Field("country", "country (ISO3)", "text", "", "where"),
    Field("lat", "latitude", "number", "", "where"),
    Field("lon", "longitude", "number", "", "where"),
    Field("place_precision", "place precision", "code", "place_precision", "where"),
    Field("place_text", "place as told", "text", "", "where"),
    Field("facility", "facility", "text", "", "where"),
    Field("facility_kind", "kind of facility", "code", "facility_kind", "where"),
    Field("actors", "actors", "list", "", "who"),
    Field("target_actors", "actors hit", "list", "", "who"),
    Field("targets", "targets", "list", "", "who"),
    Field("weapons", "weapons", "list", "", "who"),
    Field("quantities", "quantities", "list", "", "who"),
    Field("attribution", "attribution", "code", "attribution", "who"),
    *(
        Field(f"{harm}_{part}", f"{harm}, {words}", "whole", "", "harm")
        for harm in ("killed", "injured")
        for part, words in (
            ("best", "best"),
            ("min", "low"),
            ("max", "high"),
            ("civilians", "civilians"),
            ("side_a", "side A"),
            ("side_b", "side B"),
            ("unknown", "unknown"),
        )
    ),
    Field("captured", "captured", "whole", "", "harm"),
    Field("missing", "missing", "whole", "", "harm"),
    Field("abducted", "abducted", "whole", "", "harm"),
    Field("damage", "damage", "code", "damage", "harm"),
    Field("clarity", "clarity", "code", "clarity", "grade"),
    Field("confidence", "confidence", "code", "confidence", "grade"),
    Field("verification", "verification", "code", "verification", "grade"),
    Field("source_reliability", "source (Admiralty)", "code", "source_reliability", "grade"),
    Field(
        "information_credibility", "information (Admiralty)", "code", "information_credibility",
        "grade",
    ),
    Field("tags", "tags", "list", "", "grade"),
)  # fmt: skip
BY_NAME = {field.name: field for field in FIELDS}
_VALUE_COLUMNS = ", ".join(f"i.{field.name}" for field in FIELDS)
_SELECT = (
    f"SELECT i.id, i.uid, i.title, i.created, i.changed,"
    " (SELECT COUNT(*) FROM incident_report x JOIN report r ON r.id = x.report_id"
    "  WHERE x.incident_id = i.id AND x.deleted = 0 AND r.deleted = 0),"
    " (SELECT COUNT(*) FROM incident_link l WHERE l.deleted = 0 AND"
    "  (l.from_incident_id = i.id OR l.to_incident_id = i.id)),"
    f" {_VALUE_COLUMNS} FROM incident i"
)


GOES_WITH = {
    "place_name": ("admin1", "admin2", "country", "lat", "lon", "place_precision", "place_text"),
    "date_start": ("date_end", "date_precision", "date_text", "date_basis"),
}
"""What a place or a day takes along: fields that say more of it and are wrong beside another one."""


FIRST_ACCOUNT = "first account"
"""Why a field has the value of a claim that no analyst chose."""


@dataclass(frozen=True)
class NewClaim:
    """A claim to be recorded with a report."""

    field: str
    value: str
    start: int | None = None
    end: int | None = None
    quote: str | None = None
    precision: str | None = None
    said_by: str | None = None
    modality: str | None = None
    origin: str = "rule"


def code_values(book: codebook.Codebook, field: Field) -> tuple[str, ...]:
    """Return what a code field may hold, in the codebook's order."""
    if field.codes == "type":
        return tuple(kind.id for kind in book.types if not kind.deprecated)
    return book.codes.get(field.codes, ())


def parse_value(field: Field, raw: str) -> Value:
    """Turn what was typed into what is stored; nothing typed is null, which is not 0.

    Raises:
        ValueError: with what is wrong and what would be right.
    """
    raw = clean(raw)[0].strip() if field.kind == "long" else one_line(clean(raw)[0])
    if not raw:
        return None
    if field.name in ("date_start", "date_end") and not dates.is_day(raw, open_year=True):
        day = dates.in_words(raw)
        if day is None:
            raise ValueError(
                f"{field.title}: “{raw[:20]}” is no day; 14 January 2025, 2025-01-14, 2025-01 or 2025;"
                " 14 January or XXXX-01-14 where the year is not known"
            )
        return day
    if field.name == "country":
        if not re.fullmatch(r"[A-Za-z]{3}", raw):
            raise ValueError(f"{field.title}: “{raw[:20]}” is no code of three letters such as UKR")
        return raw.upper()
    if field.kind == "whole":
        if not raw.isascii() or not raw.isdecimal():
            raise ValueError(f"{field.title}: “{raw[:20]}” is not a whole number")
        if len(raw) > 9:
            raise ValueError(f"{field.title}: a number of {len(raw)} digits is too large")
        return int(raw)
    if field.kind == "number":
        limit = 90 if field.name == "lat" else 180
        try:
            number = float(raw.replace(",", "."))
        except ValueError:
            raise ValueError(f"{field.title}: “{raw[:20]}” is not a number") from None
        if not -limit <= number <= limit:
            raise ValueError(f"{field.title}: {raw[:20]} is outside -{limit} to {limit}")
        return number
    if field.kind == "list":
        parts = dict.fromkeys(part for p in raw.split(";") if (part := p.strip()))
        return json.dumps(list(parts), ensure_ascii=False) if parts else None
    return raw


def show_value(field: Field, value: Value) -> str:
    """Return a stored value as it is typed and shown: lists with ``; `` between."""
    if value is None:
        return ""
    if field.kind == "list":
        return "; ".join(json.loads(str(value)))
    return f"{value:g}" if isinstance(value, float) else str(value)


def agrees(incident: Incident, claim: Claim) -> bool | None:
    """Whether a claim says what the incident's field holds (one part of a list); None where the
    field is empty or there is none of that name."""
    field = BY_NAME.get(claim.field)
    value = incident.values[field.name] if field else None
    if field is None or value is None:
        return None
    shown = show_value(field, value)
    if field.name in ("date_start", "date_end"):
        return dates.agree(claim.value, shown)
    if field.name == "date_basis":
        return True  # how a day was found is no account of what happened
    return claim.value in shown.split("; ") if field.kind == "list" else claim.value == shown


def told_otherwise(
    incident: Incident, field: Field, reports: Sequence[Report]
) -> dict[str, list[str]]:
    """Return the values that reports tell of a field and the incident does not have, each with who
    tells it."""
    told: dict[str, dict[str, None]] = {}
    for report in reports:
        for claim in report.claims:
            if claim.field == field.name and agrees(incident, claim) is False:
                told.setdefault(claim.value, {})[claim.said_by or report.article_title] = None
    return {value: list(who) for value, who in told.items()}


# --- reading ------------------------------------------------------------------------------------


def _incident(row: tuple[Value, ...]) -> Incident:
    row_id, uid, title, created, changed, reports, links, *values = row
    pairs = dict(zip((f.name for f in FIELDS), values, strict=True))
    return Incident(row_id, uid, title, pairs, created, changed, reports, links)  # type: ignore[arg-type]


def all_incidents(connection: sqlite3.Connection) -> list[Incident]:
    """Return every incident, latest day first, those without a day last."""
    rows = connection.execute(
        f"{_SELECT} WHERE i.deleted = 0 ORDER BY COALESCE(i.date_start, '') DESC, i.id DESC"
    )
    return [_incident(row) for row in rows]


def by_ids(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Incident]:
    """Return the incidents with these numbers (a page of a list; at most some hundreds)."""
    marks = ",".join("?" * len(ids))
    rows = connection.execute(f"{_SELECT} WHERE i.id IN ({marks}) AND i.deleted = 0", tuple(ids))
    return {incident.id: incident for incident in map(_incident, rows)}


def get(connection: sqlite3.Connection, incident_id: int) -> Incident | None:
    """Return one incident, or None where it is gone."""
    row = connection.execute(
        f"{_SELECT} WHERE i.id = ? AND i.deleted = 0", (incident_id,)
    ).fetchone()
    return _incident(row) if row else None


def of_article(connection: sqlite3.Connection, article_id: int) -> list[Incident]:
    """Return the incidents that an article reports."""
    rows = connection.execute(
        f"{_SELECT} WHERE i.deleted = 0 AND i.id IN (SELECT x.incident_id FROM incident_report x"
        " JOIN report r ON r.id = x.report_id WHERE r.article_id = ? AND r.deleted = 0"
        " AND x.deleted = 0) ORDER BY i.id",
        (article_id,),
    )
    return [_incident(row) for row in rows]


def _claims(connection: sqlite3.Connection, report_id: int) -> tuple[Claim, ...]:
    rows = connection.execute(
        'SELECT id, uid, report_id, field, value, precision, start, "end", quote, said_by,'
        " modality, origin, review_status FROM claim WHERE report_id = ? AND deleted = 0 ORDER BY id",
        (report_id,),
    )
    return tuple(Claim(*row) for row in rows)


_REPORTS = (
    'SELECT r.id, r.uid, r.article_id, a.title, r.start, r."end", r.quote,'
    " (SELECT x.incident_id FROM incident_report x WHERE x.report_id = r.id AND x.deleted = 0),"
    " r.origin, r.review_status, r.created FROM report r JOIN article a ON a.id = r.article_id"
    " WHERE r.deleted = 0"
)


def reports_of(connection: sqlite3.Connection, incident_id: int) -> list[Report]:
    """Return an incident's reports with their claims, in the order they were added."""
    rows = connection.execute(
        f"{_REPORTS} AND r.id IN (SELECT report_id FROM incident_report WHERE incident_id = ?"
        " AND deleted = 0) ORDER BY r.id",
        (incident_id,),
    ).fetchall()
    return [replace(Report(*row), claims=_claims(connection, row[0])) for row in rows]


def reports_in(connection: sqlite3.Connection, article_id: int) -> list[Report]:
    """Return the reports that were taken out of an article, in text order."""
    rows = connection.execute(
        f"{_REPORTS} AND r.article_id = ? ORDER BY r.start, r.id", (article_id,)
    ).fetchall()
    return [replace(Report(*row), claims=_claims(connection, row[0])) for row in rows]


def links_of(connection: sqlite3.Connection, incident_id: int) -> list[Link]:
    """Return the links that start or end at an incident, oldest first."""
    rows = connection.execute(
        "SELECT l.id, l.uid, l.from_incident_id, f.title, l.to_incident_id, t.title, l.relation,"
        " l.certainty, l.note, COALESCE(a.name, ''), l.created FROM incident_link l"
        " JOIN incident f ON f.id = l.from_incident_id JOIN incident t ON t.id = l.to_incident_id"
        " LEFT JOIN analyst a ON a.id = l.analyst_id"
        " WHERE l.deleted = 0 AND f.deleted = 0 AND t.deleted = 0"
        " AND (l.from_incident_id = ?1 OR l.to_incident_id = ?1) ORDER BY l.id",
        (incident_id,),
    )
    return [Link(*row) for row in rows]


def numbers(connection: sqlite3.Connection) -> list[int]:
    """Return every incident's number, latest day first, those without a day last."""
    return incident_filter.ids(connection)


def linked_with(connection: sqlite3.Connection, incident_id: int) -> set[int]:
    """Return the incidents that a link ties to one, whatever it says."""
    rows = connection.execute(
        "SELECT from_incident_id, to_incident_id FROM incident_link WHERE deleted = 0"
        " AND (from_incident_id = ?1 OR to_incident_id = ?1)",
        (incident_id,),
    )
    return {end for ends in rows for end in ends if end != incident_id}


def of_the_same_articles(connection: sqlite3.Connection, incident_id: int) -> set[int]:
    """Return the incidents that an article reports beside one: told apart already."""
    rows = connection.execute(
        "SELECT DISTINCT y.incident_id FROM incident_report x JOIN report r ON r.id = x.report_id"
        " JOIN report s ON s.article_id = r.article_id JOIN incident_report y ON y.report_id = s.id"
        " WHERE x.incident_id = ? AND x.deleted = 0 AND r.deleted = 0 AND s.deleted = 0"
        " AND y.deleted = 0 AND y.incident_id <> x.incident_id",
        (incident_id,),
    )
    return {number for (number,) in rows}


def linked_ids(connection: sqlite3.Connection) -> list[int]:
    """Return the incidents that any link ties, those with the most links first."""
    rows = connection.execute(
        "SELECT i.id, COUNT(*) FROM (SELECT from_incident_id AS one FROM incident_link"
        " WHERE deleted = 0 UNION ALL SELECT to_incident_id FROM incident_link WHERE deleted = 0)"
        " JOIN incident i ON i.id = one WHERE i.deleted = 0 GROUP BY i.id ORDER BY 2 DESC, 1"
    )
    return [number for number, _ in rows]


def around(text: str, start: int, end: int, before: int, after: int) -> str:
    """Return a span's paragraph, at most ``before`` and ``after`` code points around the span."""
    first = max(text.rfind("\n", 0, start) + 1, start - before)
    last = text.find("\n", end)
    return text[first : min(len(text) if last < 0 else last, end + after)]


def told_in(
    connection: sqlite3.Connection, incident_id: int, before: int, after: int, most: int = -1
) -> tuple[list[str], str | None]:
    """Return the paragraphs that report an incident (of its first ``most`` reports), and the earliest day on which an article that
    reports it was published."""
    rows = connection.execute(
        'SELECT r.start, r."end", a.published, (SELECT substr(v.text, max(1, r.start - ?2 + 1),'
        ' (r."end" - r.start) + ?2 + ?3) FROM article_version v WHERE v.article_id = a.id'
        " ORDER BY v.number DESC LIMIT 1)"
        " FROM incident_report x JOIN report r ON r.id = x.report_id"
        " JOIN article a ON a.id = r.article_id"
        " WHERE x.incident_id = ?1 AND x.deleted = 0 AND r.deleted = 0 ORDER BY r.id LIMIT ?4",
        (incident_id, before, after, most),
    ).fetchall()
    texts = []
    for start, end, _, cut in rows:
        offset = max(0, start - before)
        texts.append(around(cut or "", start - offset, end - offset, before, after))
    days = [published for _, _, published, _ in rows if published]
    return texts, min(days, default=None)


# --- writing: each takes an Edit, so that one intention is one step of undo ----------------------


def create(
    edit: Edit, article_id: int, span: tuple[int, int, str], title: str, claims: Sequence[NewClaim]
) -> int:
    """Record an incident with its first report. ``span`` is the trigger: start, end, quote."""
    incident_id = begin(edit, title)
    add_report(edit, incident_id, article_id, span, claims)
    return incident_id


def begin(edit: Edit, title: str) -> int:
    """Record an incident that no report tells of yet."""
    return edit.insert_made("incident", title=one_line(clean(title)[0]) or "(untitled)")


def add_report(
    edit: Edit,
    incident_id: int,
    article_id: int,
    span: tuple[int, int, str],
    claims: Sequence[NewClaim],
) -> int:
    """Record an article's account of an incident. Its claims fill the fields that are empty; a
    field that has a value keeps it: to choose is the analyst's."""
    start, end, quote = span
    report_id = edit.insert_made(
        "report",
        article_id=article_id,
        start=start,
        end=end,
        quote=quote,
        origin="analyst",
        review_status="added",
    )
    edit.insert_made("incident_report", incident_id=incident_id, report_id=report_id)
    if get(edit.connection, incident_id) is None:
        raise RefusedError("the incident is no longer there")
    claims = [*claims, *_grade(edit.connection, article_id, claims)]
    made = []
    for claim in claims:
        claim_id = edit.insert_made(
            "claim",
            report_id=report_id,
            field=claim.field,
            value=claim.value,
            precision=claim.precision,
            start=claim.start,
            end=claim.end,
            quote=claim.quote,
            said_by=claim.said_by,
            modality=claim.modality,
            origin=claim.origin,
            review_status="suggested" if claim.origin == "rule" else "added",
        )
        made.append((claim_id, claim))
    _fill(edit, incident_id, [(number, c.field, c.value) for number, c in made])
    return report_id


def _grade(
    connection: sqlite3.Connection, article_id: int, claims: Sequence[NewClaim]
) -> list[NewClaim]:
    """Return the claim of a source's default grade, where its register has one."""
    row = connection.execute(
        "SELECT s.reliability FROM article a JOIN source s ON s.name = a.source"
        " WHERE a.id = ? AND s.deleted = 0",
        (article_id,),
    ).fetchone()
    if not row or not row[0] or any(c.field == "source_reliability" for c in claims):
        return []
    return [NewClaim("source_reliability", row[0], said_by="register of sources")]


def fill(edit: Edit, incident_id: int, claims: Sequence[Claim]) -> None:
    """Give the fields of an incident that are empty the values of claims."""
    _fill(edit, incident_id, [(c.id, c.field, c.value) for c in claims])


def of_another(values: Mapping[str, Value], told: Mapping[str, Value]) -> set[str]:
    """Return the fields that what is told has of another place or day than an incident's values."""
    return {
        name
        for lead, names in GOES_WITH.items()
        if values[lead] is not None and told.get(lead) not in (None, values[lead])
        for name in names
    }


RANGES = tuple(tuple(f"{harm}_{part}" for part in ("min", "best", "max")) for harm in ("killed", "injured"))  # fmt: skip
"""Figures that are one estimate, the lowest first."""


def crossed(values: Mapping[str, Value], name: str, value: Value) -> list[str]:
    """Return the fields of the same estimate that a figure would contradict: a low one above it, or
    a high one below."""
    figures = next((r for r in RANGES if name in r), ())
    at = figures.index(name) if figures else 0
    return [
        other
        for n, other in enumerate(figures)
        if isinstance(value, int)
        and isinstance(beside := values.get(other), int)
        and ((n < at and beside > value) or (n > at and beside < value))
    ]


def _both(held: Value, more: Value) -> Value:
    """Return one list of two, as they are stored, each part once."""
    parts = [part for value in (held, more) if value for part in json.loads(str(value))]
    return json.dumps(list(dict.fromkeys(parts)), ensure_ascii=False) if parts else None


def _fill(edit: Edit, incident_id: int, claims: Sequence[tuple[int, str, str]]) -> None:
    incident = get(edit.connection, incident_id)
    if incident is None:
        raise RefusedError("the incident is no longer there")
    chosen: dict[str, Value] = {}
    others = of_another(incident.values, {name: told for _, name, told in reversed(claims)})
    for claim_id, name, told in claims:
        field = BY_NAME.get(name)
        if field is None or incident.values[field.name] is not None or name in others:
            continue
        try:
            value = parse_value(field, told)
        except ValueError:
            continue  # the claim says it; as a value of the incident it does not fit
        if field.kind == "list" and field.name in chosen:
            value = _both(chosen[field.name], value)
        elif field.name in chosen or crossed({**incident.values, **chosen}, name, value):
            continue  # another account's estimate: the claim stays to be seen beside it
        chosen[field.name] = value
        edit.insert_made(
            "incident_choice",
            incident_id=incident_id,
            field=field.name,
            claim_id=claim_id,
            why=FIRST_ACCOUNT,
        )
    if chosen:
        edit.update("incident", incident.uid, **chosen)


def _with_days(incident: Incident, name: str, value: Value) -> dict[str, Value]:
    """Return a first or last day with what goes with it: of one day the last is the first, and the
    precision is that of the days.

    Raises:
        ValueError: the last day would be before the first.
    """
    days = {"date_start": incident.values["date_start"], "date_end": incident.values["date_end"]}
    one_day = name == "date_start" and days["date_start"] == days["date_end"] is not None
    days |= dict.fromkeys(days, value) if one_day else {name: value}
    first, last = days["date_start"], days["date_end"] or days["date_start"]
    if first is None or last is None:
        return {**days, "date_precision": None, "date_basis": None} if first is None else days
    if str(first).startswith("X") == str(last).startswith("X"):
        from_, to = dates.days_of(str(first))[0], dates.days_of(str(last))[1]
        if to < from_ and not str(first).startswith("X"):
            raise ValueError(f"the last day, {last!s}, would be before the first, {first!s}")
        precision = dates.PRECISIONS[dates.precision_of(abs((to - from_).days) + 1) - 1]
        return {**days, "date_precision": precision, "date_basis": "explicit"}
    return days


def fitting(incident: Incident, field: Field, raw: str) -> dict[str, Value]:
    """Return what a field, and what goes with it, becomes by what was typed.

    Raises:
        ValueError: it does not fit.
    """
    value = parse_value(field, raw)
    if field.name in ("date_start", "date_end") and value != incident.values[field.name]:
        return _with_days(incident, field.name, value)
    for other in crossed(incident.values, field.name, value):
        beside = f"{BY_NAME[other].title} is {show_value(BY_NAME[other], incident.values[other])}"
        raise ValueError(
            f"{field.title}: {raw} does not go with it that {beside}; empty that first"
        )
    return {field.name: value}


def set_field(edit: Edit, incident: Incident, name: str, raw: str, why: str | None = None) -> None:
    """Set a field (or ``title``) to what was typed. Raises ValueError where it does not fit."""
    if name == "title":
        title = one_line(clean(raw)[0])
        if not title:
            raise ValueError("an incident needs a title")
        edit.update("incident", incident.uid, title=title)
    else:
        values = fitting(incident, BY_NAME[name], raw)
        if not edit.update("incident", incident.uid, **values, **_retitled(incident, values)):
            return
        for changed, value in values.items():
            if changed == name or value != incident.values[changed]:
                edit.insert_made(
                    "incident_choice",
                    incident_id=incident.id,
                    field=changed,
                    claim_id=None,
                    why=why,
                )
    edit.update("incident", incident.uid, changed=edit.at)


def _retitled(incident: Incident, values: dict[str, Value]) -> dict[str, Value]:
    """Return the title of an incident with the place or day corrected that it ends in; nothing where
    it has neither."""
    title = incident_titles.corrected(incident.title, incident.values, values)
    return {"title": title} if title != incident.title else {}


def choose_claim(edit: Edit, incident: Incident, claim: Claim, why: str = "") -> None:
    """Take a claim's value for the incident and remember which claim it was, and why. A list keeps
    what it has beside it. A place or a day brings along what the same report tells of it:
    coordinates of another town are wrong. So does a figure whose low or high one it contradicts."""
    field = BY_NAME.get(claim.field)
    if field is None:
        raise RefusedError(f"an incident has no field {claim.field}")
    values = {field.name: parse_value(field, claim.value)}
    if field.kind == "list":
        values[field.name] = _both(incident.values[field.name], values[field.name])
    told: dict[str, int | None] = {field.name: claim.id}
    waiting = list(GOES_WITH.get(field.name, ()))
    waiting += crossed(incident.values, field.name, values[field.name])
    while waiting:
        name = waiting.pop(0)
        row = edit.connection.execute(
            "SELECT id, value FROM claim WHERE report_id = ? AND field = ? AND deleted = 0"
            " ORDER BY id LIMIT 1",
            (claim.report_id, name),
        ).fetchone()
        value = parse_value(BY_NAME[name], row[1]) if row else None
        if value != incident.values[name]:
            values[name], told[name] = value, row[0] if row else None
            beside = crossed({**incident.values, **values}, name, value)
            waiting += [other for other in beside if other not in values]
    edit.update("incident", incident.uid, **values, **_retitled(incident, values))
    for name, claim_id in told.items():
        edit.insert_made(
            "incident_choice", incident_id=incident.id, field=name, claim_id=claim_id,
            why=clean(why)[0].strip() or None,
        )  # fmt: skip


@dataclass(frozen=True)
class Past:
    """One change of a field: what it became, who did it, when, and why."""

    at: str
    analyst: str
    field: str
    before: Value
    after: Value
    done: str  # the edit, in words


def history(
    connection: sqlite3.Connection, incident: Incident, name: str | None = None
) -> list[Past]:
    """Return how an incident's fields (one of them, or all) came to what they are, oldest first,
    out of the log of edits."""
    uid = incident.uid.hex()
    rows = connection.execute(
        "SELECT o.at, a.name, o.kind, o.summary, o.changes FROM op o JOIN analyst a"
        " ON a.id = o.analyst_id WHERE instr(o.changes, ?) ORDER BY o.id",
        (uid,),
    )
    out = []
    for at, analyst, kind, summary, changes in rows:
        done = f"{kind}: {summary}" if kind in ("undo", "redo") else summary
        for change in json.loads(changes):
            if change["table"] != "incident" or change["uid"] != uid:
                continue
            pairs = change.get("set") or {n: [None, v] for n, v in change["new"].items()}
            for field, (before, after) in pairs.items():
                if (field in BY_NAME or field == "title") and name in (None, field):
                    out.append(Past(at, analyst, field, before, after, done))
    return out


def choices_of(
    connection: sqlite3.Connection, incident_id: int
) -> dict[str, tuple[int | None, str]]:
    """Return, for each field, the claim that was chosen last and why (empty: not said)."""
    rows = connection.execute(
        "SELECT field, claim_id, why FROM incident_choice WHERE incident_id = ? AND deleted = 0"
        " ORDER BY id",
        (incident_id,),
    )
    return {field: (claim_id, why or "") for field, claim_id, why in rows}


def independent_sources(connection: sqlite3.Connection, incident_id: int) -> int:
    """Return how many articles report an incident, those that are copies of one text counted once."""
    row = connection.execute(
        "SELECT COUNT(DISTINCT COALESCE(a.copy_of, a.id)) FROM incident_report x"
        " JOIN report r ON r.id = x.report_id JOIN article a ON a.id = r.article_id"
        " WHERE x.incident_id = ? AND x.deleted = 0 AND r.deleted = 0",
        (incident_id,),
    ).fetchone()
    return int(row[0])


def _chosen(connection: sqlite3.Connection, incident_id: int, claim: Claim) -> bool:
    """Whether the incident's value of the claim's field is this claim's."""
    row = connection.execute(
        "SELECT claim_id FROM incident_choice WHERE incident_id = ? AND field = ? AND deleted = 0"
        " ORDER BY id DESC LIMIT 1",
        (incident_id, claim.field),
    ).fetchone()
    return row is not None and row[0] == claim.id


_DATES = ("date_start", "date_end", "date_precision", "date_basis")


def redate(edit: Edit, article_id: int, resolve: Callable[[str], Mapping[str, str] | None]) -> int:
    """Resolve the dates of an article's reports again, after its own date was corrected.

    ``resolve`` gives the values of the date fields for the words that were quoted, or None. Only
    claims that were read off the text follow, and an incident's value only where it is still the
    claim's; what the analyst set stays. Returns how many claims changed.
    """
    changed = 0
    for report in reports_in(edit.connection, article_id):
        words = next((c.value for c in report.claims if c.field == "date_text"), None)
        values = resolve(words) if words else None
        incident = get(edit.connection, report.incident_id) if report.incident_id else None
        for claim in report.claims:
            new = (values or {}).get(claim.field)
            if claim.field not in _DATES or claim.origin != "rule" or new in (None, claim.value):
                continue
            edit.update("claim", claim.uid, value=new)
            changed += 1
            if incident is not None and _chosen(edit.connection, incident.id, claim):
                edit.update("incident", incident.uid, **{claim.field: new})
    return changed


def delete(edit: Edit, incident: Incident) -> None:
    """Delete an incident with its reports and links."""
    for report in reports_of(edit.connection, incident.id):
        remove_report(edit, report)
    for link in links_of(edit.connection, incident.id):
        edit.delete("incident_link", link.uid)
    edit.delete("incident", incident.uid)


def remove_report(edit: Edit, report: Report) -> None:
    """Delete one report and take it out of its incident; where it was suggested, that counts as
    dismissed from then on."""
    edit.delete("report", report.uid)
    for (uid,) in edit.connection.execute(
        "SELECT uid FROM candidate WHERE report_id = ? AND review_status = 'accepted'", (report.id,)
    ).fetchall():
        edit.update("candidate", uid, review_status="rejected")
    for (uid,) in edit.connection.execute(
        "SELECT uid FROM incident_report WHERE report_id = ? AND deleted = 0", (report.id,)
    ).fetchall():
        edit.delete("incident_report", uid)


def link(
    edit: Edit,
    book: codebook.Codebook,
    from_id: int,
    to_id: int,
    relation: str,
    note: str = "",
) -> int:
    """Tie two incidents. A relation given by its inverse name is stored the other way round.

    Raises:
        RefusedError: the same incident on both sides, or the same link is there.
    """
    if from_id == to_id:
        raise RefusedError("an incident cannot be linked to itself")
    for known in book.relations:
        if relation == known.inverse and known.directed:
            relation, from_id, to_id = known.id, to_id, from_id
            break
    directed = book.relation(relation).directed
    for existing in links_of(edit.connection, from_id):
        ends = (existing.from_id, existing.to_id)
        if existing.relation == relation and (
            ends == (from_id, to_id) or (not directed and ends == (to_id, from_id))
        ):
            raise RefusedError(f"these two are linked as {relation} already")
    return edit.insert_made(
        "incident_link",
        from_incident_id=from_id,
        to_incident_id=to_id,
        relation=relation,
        note=clean(note)[0].strip() or None,
        origin="analyst",
        review_status="added",
    )
