"""Exports read back the same, whatever the cells hold."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import edits, exporters, incidents, memory, mentions, notes
from store.errors import StoreError
from store.exporters import csv_files, tables
from store.incidents import NewClaim
from store.library import Library
from store.records import Suggestion

assert exporters


@pytest.fixture
def coded(seeded: Library) -> Library:
    """A library with something in every table."""
    run = [Suggestion(0, 7, "GPE"), Suggestion(8, 17, "ORG", "rule", "lexicon", "org name")]
    seeded.write(lambda c: mentions.replace_suggestions(c, 1, run, "fp", None))
    with seeded.reading() as connection:
        first, second = mentions.of_article(connection, 1)
    edits.apply(seeded, "accept", "=cmd", lambda e: mentions.accept(e, first))
    edits.apply(seeded, "reject", "r", lambda e: mentions.reject(e, second))
    edits.apply(
        seeded,
        "note",
        "n",
        lambda e: notes.set_body(e, "mention", first.uid, '=1+1\n"quoted", ünï'),
    )
    edits.apply(seeded, "r", "r", lambda e: memory.remember(e, "-May", "DATE", "never"))
    edits.apply(
        seeded, "incident", "i",
        lambda e: incidents.create(
            e, 1, (0, 7, "Ukraine"), "@strike",
            [NewClaim("trigger", "Ukraine", 0, 7, "Ukraine"), NewClaim("actors", "A"), NewClaim("actors", "B; C"),
             NewClaim("killed_best", "0")],
        ),
    )  # fmt: skip
    return seeded


def _rows(library: Library, name: str, profile: csv_files.Profile = "exact") -> list[list[str]]:
    out = io.StringIO(newline="")
    with library.reading() as connection:
        csv_files.write_table(connection, tables.BY_NAME[name], out, profile)
    return list(csv.reader(io.StringIO(out.getvalue(), newline="")))


def test_every_table_has_the_columns_it_documents(coded: Library) -> None:
    for table in tables.TABLES:
        header, *rows = _rows(coded, table.name)
        assert header == [c.name for c in table.columns]
        assert rows or table.name == "incident_links"
        assert all(len(row) == len(header) for row in rows)


def test_values_and_nulls(coded: Library) -> None:
    header, row = _rows(coded, "incidents")
    incident = dict(zip(header, row, strict=True))
    assert incident["actors"] == "A; B; C" or incident["actors"] == "A; B"
    assert incident["killed_best"] == "0" and incident["killed_min"] == ""
    header, *rows = _rows(coded, "incident_evidence")
    chosen = {r[header.index("value")]: r[header.index("chosen")] for r in rows}
    assert chosen["A"] == "true" and chosen["Ukraine"] == "false"


def test_the_set_is_whole_and_described(coded: Library, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with coded.reading() as connection:
        counts = csv_files.export_all(connection, folder)
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert len(package["resources"]) == len(tables.TABLES)
    for resource in package["resources"]:
        raw = (folder / resource["path"]).read_bytes()
        assert resource["hash"] == "sha256:" + hashlib.sha256(raw).hexdigest()
        frame = pandas.read_csv(io.BytesIO(raw), dtype=str, keep_default_na=False)
        assert list(frame.columns) == [f["name"] for f in resource["schema"]["fields"]]
        assert len(frame) == resource["rows"] == counts[resource["name"].replace("-", "_")]
    assert not list(folder.glob(".*"))
    before = {p.name: p.read_bytes() for p in folder.glob("*.csv")}
    with coded.reading() as connection:
        csv_files.export_all(connection, folder)
    assert {p.name: p.read_bytes() for p in folder.glob("*.csv")} == before


def test_the_spreadsheet_profile_is_guarded_and_reversible(coded: Library) -> None:
    exact = _rows(coded, "notes")
    guarded = _rows(coded, "notes", "spreadsheet")
    assert guarded[0][0].startswith("\ufeff")
    flat = [cell for row in guarded[1:] for cell in row]
    assert not [cell for cell in flat if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    assert [[csv_files.unguard(c) for c in row] for row in guarded[1:]] == exact[1:]


@given(st.text())
def test_the_guard_loses_nothing_and_lets_nothing_through(cell: str) -> None:
    guarded = csv_files.guard(cell)
    assert csv_files.unguard(guarded) == cell
    assert not guarded.startswith(tuple("=+-@\t\r\n＝＋－＠"))


def test_a_folder_that_cannot_be_written_is_said(coded: Library, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    with coded.reading() as connection, pytest.raises(StoreError, match="is a file"):
        csv_files.export_all(connection, file)
    assert file.read_text() == "mine"
    with coded.reading() as connection, pytest.raises(StoreError, match="was not finished"):
        csv_files.export_all(connection, Path("/proc/nowhere"))


def test_a_link_in_the_folder_is_replaced_not_followed(coded: Library, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("untouched")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "notes.csv").symlink_to(target)
    with coded.reading() as connection:
        csv_files.export_all(connection, folder)
    assert target.read_text() == "untouched" and not (folder / "notes.csv").is_symlink()
