"""The whole job as an analyst does it, in a real terminal: import, review, note, incidents, links,
undo across articles, quit, start again, export. Runs last."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import time
from pathlib import Path

import pandas

from store import articles, incidents, mentions
from store.library import Library
from store.records import Article, Mention
from tests.conftest import data_folder
from tests.e2e.terminal import PROGRAM, Terminal, clean_environment

OWN = (
    "Shelling hits market in Zelenivka\n\nZELENIVKA, March 3, 2025 - Artillery shells struck the"
    " market of Zelenivka on Monday, killing 3 people and wounding 9, said Mayor Olena Petrenko.\n\n"
    "Two rockets hit the fuel depot near the railway station. The Ukrainian military shot down"
    " four drones overnight.\n"
)


def _state(path: Path, article_id: int) -> tuple[Article, str, list[Mention]]:
    with Library.open(path, "read") as library, library.reading() as connection:
        article = articles.get(connection, article_id)
        assert article is not None
        text = articles.text(connection, article_id)
        return article, text, mentions.of_article(connection, article_id, rejected=True)


def _until(path: Path, article_id: int, test: object, seconds: float = 15) -> list[Mention]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = _state(path, article_id)[2]
        if test(found):  # type: ignore[operator]
            return found
        time.sleep(0.05)
    raise AssertionError([(m.quote, m.label, m.review_status) for m in found])


def test_the_whole_job(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    incoming = tmp_path / "incoming.jsonl"
    rows = [
        json.dumps({"id": "own", "text": OWN, "source": "Example Wire"}),
        json.dumps({"id": "other", "text": "Talks in the capital\n\nThe envoy met the president."}),
    ]
    data = data_folder()
    expected = 3
    if data is not None:
        real = (data / "wikinews_articles.jsonl").read_text("utf-8").splitlines()
        rows += real
        expected += len(real)
    incoming.write_text("\n".join(rows) + "\n", "utf-8")
    environment = clean_environment(CONFLICT_READER_DB=str(path))

    with Terminal([], environment=environment) as t:
        # a first start: the welcome, the bundled article, its marks
        t.wait("Keys to begin with")
        t.keys("enter")
        t.wait("reviewed 0 of", 60)
        marks = _until(path, 1, lambda found: len(found) > 60, 60)
        # import from inside the app, annotated in the background
        t.keys("+")
        t.type_line(str(incoming))
        t.wait(f"{expected - 1} imported", 30)
        with Library.open(path, "read") as library:
            deadline = time.monotonic() + 120
            while time.monotonic() < deadline:
                with library.reading() as connection:
                    if not articles.never_annotated(connection):
                        break
                time.sleep(0.2)
            with library.reading() as connection:
                assert articles.count(connection) == expected
                own = articles.find(connection, "own")
        assert own is not None and own.title == "Shelling hits market in Zelenivka"
        assert own.published == "2025-03-03"
        t.wait("reviewed 0 of")

        # review: accept, reject, relabel, each one key on the focused mention
        first, second, third = marks[0], marks[1], marks[2]
        t.keys("g", "tab")
        t.wait(f"“{first.quote}” {first.label} · suggested")
        t.keys("a")
        t.wait("reviewed 1 of")
        t.wait(f"accept “{first.quote}”")
        t.keys("x")
        t.wait(f"reject “{second.quote}”")
        t.keys("0")
        t.wait(f"“{third.quote}” {third.label} → EVENT")
        found = _until(
            path, 1, lambda f: {m.uid: m for m in f}[third.uid].review_status == "corrected"
        )
        decided = {m.uid: m for m in found}
        assert decided[first.uid].review_status == "accepted"
        assert decided[second.uid].review_status == "rejected"
        assert decided[third.uid].label == "EVENT"

        # add a missed one by words: the first two words of the text, as a FORCE
        t.keys("g", "escape", "v")
        t.wait("CURSOR")
        t.keys("v", "w")
        t.wait("SELECT")
        t.keys("6")
        found = _until(path, 1, lambda f: any(m.review_status == "added" for m in f))
        added = next(m for m in found if m.review_status == "added")
        assert added.label == "FORCE" and len(added.quote.split()) == 2

        # move an edge of it: the end one word on
        t.keys("e")
        t.wait("EDGES")
        t.keys("l", "enter")
        found = _until(path, 1, lambda f: any(len(m.quote.split()) == 3 for m in f if m.origin == "analyst"))  # fmt: skip
        moved = next(m for m in found if m.origin == "analyst")
        assert moved.start == added.start and moved.end > added.end

        # a note on it
        t.keys("m")
        t.wait("Note on")
        t.send("seen by two sources, =HYPERLINK")
        time.sleep(0.3)
        t.keys("enter")
        t.wait("saved")

        # an incident out of this article
        t.keys("/")
        t.type_line("drones struck an industrial plant")
        t.wait("1 in this article")
        t.keys("escape", "v", "v", "w", "w", "w", "w", "i", pause=0.2)
        t.wait("recorded with")
        t.wait("attack.drone_strike")
        t.keys("q")

        # a second report of it out of another article
        t.keys("h", "/")
        t.type_line("Zelenivka")
        t.wait("1 article;")
        t.keys("enter")
        t.wait("Artillery shells")
        t.keys("escape", "escape", "/", pause=0.3)
        t.type_line("Two rockets hit the fuel depot")
        t.keys("v", "v", "w", "w", "w", "w", "w", "R", pause=0.2)
        t.wait("Which incident does this report")
        t.keys("enter")
        t.wait("2 reports")
        t.keys("q")

        # a second incident, linked to the first
        t.keys("escape", "/", pause=0.3)
        t.type_line("shot down four drones")
        t.keys("v", "v", "w", "w", "w", "i", pause=0.2)
        t.wait("air_defence.shoot_down")
        t.keys("L")
        t.wait("Link to which incident")
        t.keys("enter")
        t.wait("part_of")
        t.type_line("response_to")
        t.wait("Why")
        t.type_line("same night")
        t.wait("linked: response_to")
        t.keys("l")
        t.wait("response_to")
        t.keys("q")

        # undo across an article change: the link, the incident, the report, the first incident …
        t.keys("h", "G", "enter", pause=0.3)
        t.keys("u")
        t.wait("undone: link")
        t.keys("u")
        t.wait("undone: new incident")
        t.wait("in another article")
        t.keys("U")
        t.wait("done again: new incident")
        t.keys("U")
        t.wait("done again: link")
        t.keys("Q")
        assert t.ended() == 0

    # start again: everything is still there
    with Terminal([], environment=environment) as t:
        t.wait("reviewed")
        t.keys("I")
        t.wait("Incidents (2)")
        t.wait("2 reports")
        t.keys("Q")
        assert t.ended() == 0

    _check_export(tmp_path, path, environment, first, second, third, moved)


def _read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _check_export(
    tmp_path: Path,
    path: Path,
    environment: dict[str, str],
    first: Mention,
    second: Mention,
    third: Mention,
    moved: Mention,
) -> None:
    folder = tmp_path / "export"
    done = subprocess.run(
        [*PROGRAM, "export", "-o", str(folder)], env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr

    article, text, stored = _state(path, 1)
    table = {row["mention_id"]: row for row in _read(folder, "mentions")}
    # cell by cell: what was done, and for the rest what is stored
    for m in stored:
        row = table[m.uid.hex()]
        assert row["article_id"] == article.uid.hex()
        assert row["article_title"] == article.title
        assert (int(row["start"]), int(row["end"])) == (m.start, m.end)
        assert row["text"] == m.quote == text[m.start : m.end]
        assert row["left_context"] == text[max(0, m.start - 40) : m.start]
        assert row["right_context"] == text[m.end : m.end + 40]
        assert (row["label"], row["review_status"], row["origin"]) == (
            m.label, m.review_status, m.origin,
        )  # fmt: skip
        assert row["model_label"] == (m.first_label or "")
        assert bool(row["reviewer"]) == m.human
    assert table[first.uid.hex()]["review_status"] == "accepted"
    assert table[second.uid.hex()]["review_status"] == "rejected"
    assert table[third.uid.hex()]["label"] == "EVENT"
    assert table[third.uid.hex()]["model_label"] == third.label
    own_row = table[moved.uid.hex()]
    assert own_row["label"] == "FORCE" and own_row["model_label"] == ""
    assert own_row["note"] == "seen by two sources, =HYPERLINK"

    found = _read(folder, "incidents")
    assert [row["type"] for row in found] == ["attack.drone_strike", "air_defence.shoot_down"]
    assert [row["n_reports"] for row in found] == ["2", "1"]
    assert found[0]["place_name"] == "Engels" and found[0]["killed_best"] == ""
    evidence = _read(folder, "incident_evidence")
    triggers = [row["value"] for row in evidence if row["field"] == "trigger"]
    assert triggers == [
        "drones struck an industrial plant",
        "Two rockets hit the fuel depot",
        "shot down four drones",
    ]
    texts = {}
    with Library.open(path, "read") as library, library.reading() as connection:
        for article_id in articles.ids(connection):
            known = articles.get(connection, article_id)
            assert known is not None
            texts[known.uid.hex()] = articles.text(connection, article_id)
        assert len(incidents.all_incidents(connection)) == 2
    for row in evidence:
        assert row["quote"] == texts[row["article_id"]][int(row["start"]) : int(row["end"])]
    (link,) = _read(folder, "incident_links")
    assert link["relation"] == "response_to" and link["note"] == "same night"
    assert link["from_incident_id"] == found[1]["incident_id"]
    assert link["to_incident_id"] == found[0]["incident_id"]
    kinds = [row["kind"] for row in _read(folder, "audit")]
    assert kinds.count("undo") == 2 and kinds.count("redo") == 2
    (note,) = _read(folder, "notes")
    assert note["target_id"] == moved.uid.hex() and note["body"].endswith("=HYPERLINK")

    # the same in pandas, and the same bytes again on standard output
    for name in ("mentions", "incidents", "incident_evidence", "articles", "audit"):
        frame = pandas.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        assert frame.to_dict("records") == _read(folder, name)
    again = subprocess.run(
        [*PROGRAM, "export", "--table", "mentions", "-o", "-"], env=environment,
        capture_output=True, check=True,
    )  # fmt: skip
    assert again.stdout == (folder / "mentions.csv").read_bytes()
    assert (
        next(iter(csv.reader(io.StringIO(again.stdout.decode("utf-8"), newline=""))))[0]
        == "mention_id"
    )
