"""Incidents by the hundred thousand: suggestions for one, one new article, the index, timeline and
map; and the case-file page in a browser. Ratios against an FTS5 query and a bare count."""

from __future__ import annotations

import datetime as dt
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from annotators import link_suggestions
from annotators.link_search import Finder
from store import articles, dates, incident_filter, incident_index, incidents
from store.borders import outlines
from store.exporters import shapes
from store.history import Edit
from store.incidents import NewClaim
from store.library import Library
from store.records import Incoming
from tui.charts import timeline, world_map
from tui.charts.world_map import Spot

_KINDS = ("attack.drone_strike", "attack.shelling", "combat.clash", "attack.missile_strike", "harm.abduction")  # fmt: skip
_VERBS = ("struck", "hit", "shelled", "attacked", "raided")
_TARGETS = ("an oil depot", "a school", "apartment buildings", "a power plant", "a bridge", "an airfield")  # fmt: skip
_SYLLABLES = [
    "ka",
    "ro",
    "ve",
    "li",
    "mu",
    "sta",
    "gra",
    "do",
    "ne",
    "pri",
    "ska",
    "bel",
    "zor",
    "tan",
    "ich",
    "kov",
    "ars",
    "ul",
    "mir",
    "osk",
]


def _names(count: int, chance: random.Random) -> list[str]:
    return [
        "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))).title() for _ in range(count)
    ]


def fill(library: Library, count: int) -> float:
    """Put made-up incidents into a library, each with one report; return the CPU seconds that its
    index took."""
    library.set_analyst("bench")
    chance = random.Random(count)
    towns = [
        (name, chance.uniform(-10, 60), chance.uniform(-15, 80)) for name in _names(4000, chance)
    ]
    people = _names(3000, chance)
    words = _names(8000, chance)
    first = dt.date(2018, 1, 1)
    for start in range(0, count, 1000):
        texts = []
        for n in range(start, min(count, start + 1000)):
            town, lat, lon = chance.choice(towns)
            day = first + dt.timedelta(days=chance.randrange(2500))
            verb, target = chance.choice(_VERBS), chance.choice(_TARGETS)
            killed = chance.randrange(20)
            extra = " ".join(chance.choices(words, k=12)).lower()
            text = (
                f"Drones {verb} {target} in {town} on {day.isoformat()}, killing {killed} people,"
                f" said governor {chance.choice(people)} {chance.choice(people)}. {extra}."
            )
            texts.append((n, text, town, lat, lon, day, killed))

        def work(connection, texts=texts) -> None:  # type: ignore[no-untyped-def]
            edit = Edit(connection, library.analyst_id, "fill", "fill")
            for n, text, town, lat, lon, day, killed in texts:
                stored = articles.store(
                    connection,
                    articles.prepare(Incoming(text, title=f"Report {n}", date=day.isoformat())),
                )
                claims = [
                    NewClaim("type", _KINDS[n % 5]), NewClaim("date_start", day.isoformat()),
                    NewClaim("date_precision", "1 day"), NewClaim("place_name", town),
                    NewClaim("lat", f"{lat:.3f}"), NewClaim("lon", f"{lon:.3f}"),
                    NewClaim("place_precision", "1 site or town"), NewClaim("killed_best", str(killed)),
                ]  # fmt: skip
                incidents.create(edit, stored.article_id, (0, 6, text[:6]), f"{town} {day}", claims)
            edit.finish()

        library.write(work)
    began = time.process_time()
    while library.write(link_suggestions.refresh):
        pass
    return time.process_time() - began


def _ms(work: Callable[[], object], rounds: int = 1) -> float:
    took = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        took.append(1000 * (time.process_time() - began))
    return statistics.median(took)


def _suggestions(library: Library, count: int) -> None:
    chance = random.Random(1)
    numbers = chance.sample(range(1, count + 1), 200)
    with library.reading() as connection:
        Finder(connection)
        ours, wall, floor = [], [], []
        for number in numbers:
            began, clock = time.process_time(), time.monotonic()
            link_suggestions.for_incident(connection, number)
            ours.append(1000 * (time.process_time() - began))
            wall.append(1000 * (time.monotonic() - clock))
            text = articles.text(connection, number).split()
            query = " OR ".join(f'"{w.strip(".,")}"' for w in text[:12])
            began = time.process_time()
            connection.execute(
                "SELECT rowid FROM article_fts WHERE article_fts MATCH ? ORDER BY rank LIMIT 40",
                (query,),
            ).fetchall()
            floor.append(1000 * (time.process_time() - began))
    p95 = [sorted(v)[int(0.95 * len(v))] for v in (ours, wall, floor)]
    print(
        f"suggestions for one of {count:,}: CPU {statistics.median(ours):.1f} ms p50, {p95[0]:.1f} p95"
        f" (wall {p95[1]:.1f}); an FTS5 query of its words {statistics.median(floor):.1f} p50,"
        f" {p95[2]:.1f} p95: {statistics.median(ours) / statistics.median(floor):.1f}x"
    )


def main(folder: Path, rounds: int) -> None:
    """Print the table."""
    for count in (1_000, 10_000, 100_000):
        path = folder / f"{count}.db"
        with Library.open(path) as library:
            seconds = fill(library, count)
            print(f"index of {count:,}: {seconds:.1f} s CPU")
            _suggestions(library, count)
            if count == 100_000:
                _large(library, path, rounds)
    _page(folder)


def _large(library: Library, path: Path, rounds: int) -> None:
    """Print what is measured on the largest library alone."""
    item = articles.prepare(
        Incoming("Drones struck an oil depot in Karove, killing 5 people. " * 8, date="2020-03-01")
    )
    stored = library.write(lambda c: articles.store(c, item))
    with library.reading() as connection:
        cost = _ms(lambda: link_suggestions.for_article(connection, stored.article_id), rounds)
        read = _ms(lambda: incident_filter.brief(connection), rounds)
        found = incident_filter.brief(connection)
        listed = _ms(lambda: incident_filter.ids(connection), rounds)
        accounts = incident_index.size(connection)
    print(f"one new article against {accounts:,}: {cost:.1f} ms CPU")
    print(f"read what timeline and map need: {read:.0f} ms; the list's numbers {listed:.0f} ms")
    outlines()
    days = sorted(day for b in found if (day := dates.first_day(b.first)) is not None)
    window = timeline.fitting(days, 94)
    draw = _ms(lambda: timeline.draw({"all": days, "again": days}, window, 120, 26), rounds)
    spots = [Spot(lat, lon, 1, n) for (lat, lon), n in _places(found).items()]
    view = world_map.fitting(spots, 118, 30)
    world = _ms(lambda: world_map.draw(view, spots, 118, 30, 0), rounds)
    print(f"timeline drawn in {draw:.1f} ms, map of {len(spots):,} places in {world:.1f} ms CPU")
    print(f"size: {path.stat().st_size / 1e6:.0f} MB for {accounts:,} accounts")


def _places(found: list[incident_filter.Brief]) -> dict[tuple[float, float], int]:
    by: dict[tuple[float, float], int] = {}
    for b in found:
        if b.lat is not None and b.lon is not None:
            by[b.lat, b.lon] = by.get((b.lat, b.lon), 0) + 1
    return by


def _page(folder: Path) -> None:
    """Write the case file of 1,000 incidents and load it in Chromium, where there is one."""
    path = folder / "case.html"
    with (
        Library.open(folder / "1000.db", "read") as library,
        library.reading() as connection,
        path.open("w", encoding="utf-8") as out,
    ):
        cost = _ms(lambda: shapes.write(connection, library.codebook(), "casefile", out))
    print(
        f"case file of 1,000 incidents: {path.stat().st_size / 1e6:.2f} MB, written in {cost:.0f} ms CPU"
    )
    script = (
        "import sys, pathlib; from tests.e2e.browser import Browser;\n"
        "with Browser(pathlib.Path(sys.argv[2])) as b: print(f'{b.open(pathlib.Path(sys.argv[1])):.2f}')"
    )
    took = [
        float(subprocess.run([sys.executable, "-c", script, str(path), str(folder / f"profile{n}")],
                             capture_output=True, text=True, check=True).stdout)
        for n in range(3)
    ]  # fmt: skip
    print(f"loaded in Chromium in {statistics.median(took):.2f} s (a new profile each time)")
