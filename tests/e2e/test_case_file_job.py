"""The case file in a real terminal: one incident out of reports in three articles, a conflict
resolved, a duplicate merged and un-merged, a suggestion refused, a restart, the export."""

from __future__ import annotations

import csv
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from store import candidates, incidents, merging
from store.library import Library
from tests.e2e.terminal import PROGRAM, Terminal, clean_environment

T = TypeVar("T")
ARTICLES = [
    {"id": "wire", "title": "Depot in Engels burns", "date": "2025-01-14", "source": "Wire",
     "text": "A drone attack set the Kristall oil depot in Engels on fire on January 14, killing two"
     " firefighters, Governor Roman Busargin said."},
    {"id": "daily", "title": "Fire after drones hit Engels", "date": "2025-01-15", "source": "Daily",
     "text": "Drones struck the Kristall oil depot in Engels on January 14, killing three firefighters,"
     " according to Governor Roman Busargin."},
    {"id": "post", "title": "Kristall depot attacked", "date": "2025-01-15", "source": "Post",
     "text": "The Kristall oil depot in Engels was hit in a drone attack on January 14. Three"
     " firefighters were killed, Governor Roman Busargin said."},
    {"id": "earlier", "title": "First strike on the depot", "date": "2025-01-08", "source": "Wire",
     "text": "Drones struck the Kristall oil depot in Engels on January 8, Governor Roman Busargin said."},
]  # fmt: skip


def _run(path: Path, *arguments: str) -> None:
    done = subprocess.run(
        [*PROGRAM, "--db", str(path), "--analyst", "ana", *arguments], capture_output=True, text=True,
        env=clean_environment(), check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def _until(
    path: Path, read: Callable[[object], T], test: Callable[[T], bool], seconds: float = 20
) -> T:
    deadline = time.monotonic() + seconds
    while True:
        with Library.open(path, "read") as library, library.reading() as connection:
            found = read(connection)
        if test(found):
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def test_the_case_file(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    rows = tmp_path / "in.jsonl"
    rows.write_text("".join(json.dumps(row) + "\n" for row in ARTICLES), "utf-8")
    _run(path, "import", str(rows))
    with Library.open(path, "read") as library, library.reading() as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM article ORDER BY id")]
        offered = [[c.uid for c in candidates.of_article(connection, n)] for n in ids]
    assert all(offered), "every article is thought to tell of something"

    def all_of(connection: object) -> list[tuple[int, int]]:
        found = incidents.all_incidents(connection)  # type: ignore[arg-type]
        return sorted((i.id, i.n_reports) for i in found)

    environment = clean_environment(CONFLICT_READER_DB=str(path))
    with Terminal([], environment=environment) as t:
        # newest first in the list: post, daily, wire, earlier; each is recorded out of its article
        t.wait("Kristall depot attacked")
        for number, title in enumerate(
            ("Kristall", "Fire after", "Depot in Engels", "First strike")
        ):
            t.wait(title)
            t.keys("J")
            t.wait("Suggested incidents")
            t.keys("a")
            said = t.wait(lambda s: "recorded “" in s or "again records" in s)
            if "again records" in said:  # a double is only recorded when asked for twice
                t.keys("a")
            _until(path, all_of, lambda found, n=number: len(found) == n + 1)  # type: ignore[misc]
            t.keys("q")
            t.keys("]", pause=0.5)
        # the queue: the three accounts of one event are merged, two decisions
        t.keys("I")
        t.wait("Incidents (4)")
        t.keys("s")
        t.wait("Suggested: same event")
        t.keys("s")
        _until(path, all_of, lambda found: len(found) == 3)
        t.wait("one event")
        t.wait("Suggested: same event")
        t.keys("s")
        found = _until(path, all_of, lambda found: len(found) == 2)
        assert sorted(n for _, n in found) == [1, 3]
        # what is left is the strike of six days before: refused
        t.wait("Suggested: repeat target")
        t.keys("x")
        t.wait("No more pairs")
        t.keys("q")
        t.wait("Incidents (2)")
        # the accounts differ about the dead: three against two, chosen with a reason
        t.keys("g", "enter")
        t.wait("≠")
        merged = next(i for i, n in found if n == 3)
        with Library.open(path, "read") as library, library.reading() as connection:
            incident = incidents.get(connection, merged)
            assert incident is not None
            reports = incidents.reports_of(connection, merged)
        shown = [
            ("", "") if c is None else (c.field, c.value)  # a report's own line, then its claims
            for r in reports
            for c in (None, *r.claims)
        ]
        told = {value for field, value in shown if field == "killed_best"}
        assert told == {"2", "3"}
        other = "2" if incident.values["killed_best"] == 3 else "3"
        t.keys("l")
        t.keys(*["j"] * shown.index(("killed_best", other)), pause=0.03)
        t.keys("C")
        t.wait("Why")
        t.type_line("the governor's last word")
        _until(
            path,
            lambda c: incidents.get(c, merged),  # type: ignore[arg-type]
            lambda i: i is not None and str(i.values["killed_best"]) == other,
        )
        t.wait("because: the governor's")
        # one merge is taken back and made again by undo
        t.keys("G", "d")
        _until(path, all_of, lambda found: len(found) == 3)
        t.keys("u")
        _until(path, all_of, lambda found: len(found) == 2)
        t.keys("q", "q", pause=0.3)
        t.keys("Q")
        assert t.ended() == 0

    with Terminal([], environment=environment) as t:  # refused for ever
        t.wait("Kristall depot attacked")
        t.keys("I")
        t.wait("Incidents (2)")
        t.keys("s")
        t.wait("No more pairs")
        t.keys("q", "q", pause=0.3)
        t.keys("Q")
        assert t.ended() == 0

    out = tmp_path / "out"
    _run(path, "export", "-o", str(out))
    tables = {
        name: list(csv.DictReader((out / f"{name}.csv").open(encoding="utf-8", newline="")))
        for name in ("incidents", "incident_evidence", "incident_links")
    }
    with Library.open(path, "read") as library, library.reading() as connection:
        known = {i.uid.hex(): i for i in incidents.all_incidents(connection)}
        for row in tables["incidents"]:
            incident = known.pop(row["incident_id"])
            assert row["title"] == incident.title and int(row["n_reports"]) == incident.n_reports
            for field in incidents.FIELDS:
                assert row[field.name] == incidents.show_value(field, incident.values[field.name])
        assert not known
        claims = {
            c.uid.hex(): (c, r)
            for i in incidents.all_incidents(connection)
            for r in incidents.reports_of(connection, i.id)
            for c in r.claims
        }
        for row in tables["incident_evidence"]:
            claim, report = claims.pop(row["claim_id"])
            assert (row["field"], row["value"]) == (claim.field, claim.value)
            assert (
                row["quote"] == (claim.quote or "") and row["article_title"] == report.article_title
            )
            assert row["start"] == ("" if claim.start is None else str(claim.start))
        assert not claims
        (link,) = tables["incident_links"]
        assert link["relation"] == merging.NOT_SAME
    chosen = [r for r in tables["incident_evidence"] if r["chosen"] == "true" and r["field"] == "killed_best"]  # fmt: skip
    assert [r["value"] for r in chosen] == [other]
