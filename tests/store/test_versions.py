"""Libraries of every released schema are brought up to date with nothing lost; a newer one is not
written to; one that somebody altered is not either."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from store import articles, backup, doctor, edits, importers, notes, schema, search
from store.errors import AlteredError, NewerError, StoreError
from store.library import Library, open_or_read
from store.records import Incoming
from store.texts import sha256

RELEASED = list(schema.MIGRATIONS)
TEXTS = {1: "Drones struck the depot near Engels.", 2: "Обстрел Белгорода утром."}


def _old(path: Path, steps: int) -> None:
    """Make a library as the program did when it had so many migrations, with work in it. Plain SQL:
    today's modules write today's columns."""
    with pytest.MonkeyPatch.context() as patch:
        known = {name: schema.MIGRATIONS[name] for name in RELEASED[:steps]}
        patch.setattr(schema, "MIGRATIONS", known)
        with Library.open(path) as library:
            library.write(_fill)


def _fill(c: sqlite3.Connection) -> None:
    uid = "randomblob(16)"
    made = "'2025-01-01', '2025-01-01', 1"
    for number, text in TEXTS.items():
        c.execute(
            f"INSERT INTO article (id, uid, title, retrieved, n_chars) VALUES (?, {uid}, ?, 'r', ?)",
            (number, f"Title {number}", len(text)),
        )
        c.execute(
            "INSERT INTO article_version (article_id, text, text_sha256, created) VALUES (?, ?, ?, 'c')",
            (number, text, sha256(text)),
        )
    for statement in (
        f"INSERT INTO mention (uid, article_id, start, \"end\", label, quote, origin, review_status,"
        f" created, changed, analyst_id) VALUES ({uid}, 1, 18, 23, 'FACILITY', 'depot', 'model', 'accepted', {made})",
        "INSERT INTO mention_origin (mention_id, start, \"end\", label) VALUES (1, 18, 23, 'FACILITY')",
        f"INSERT INTO entity (uid, name, label, created, changed, analyst_id) VALUES ({uid}, 'Depot', 'FACILITY', {made})",
        f"INSERT INTO mention_entity (uid, mention_id, entity_id, origin, review_status) VALUES ({uid}, 1, 1, 'analyst', 'accepted')",
        f"INSERT INTO report (uid, article_id, start, \"end\", quote, origin, review_status, created, changed,"
        f" analyst_id) VALUES ({uid}, 1, 0, 6, 'Drones', 'analyst', 'added', {made})",
        f"INSERT INTO claim (uid, report_id, field, value, origin, review_status, created, changed, analyst_id)"
        f" VALUES ({uid}, 1, 'summary', 'struck', 'analyst', 'added', {made})",
        *(f"INSERT INTO incident (uid, title, created, changed, analyst_id) VALUES ({uid}, 'i{n}', {made})" for n in (1, 2)),
        f"INSERT INTO incident_report (uid, incident_id, report_id, created, changed, analyst_id) VALUES ({uid}, 1, 1, {made})",
        f"INSERT INTO incident_link (uid, from_incident_id, to_incident_id, relation, origin, review_status, created,"
        f" changed, analyst_id) VALUES ({uid}, 1, 2, 'part_of', 'analyst', 'added', {made})",
        f"INSERT INTO note (uid, target_kind, target_uid, body, created, changed, analyst_id)"
        f" SELECT {uid}, 'article', uid, 'a note', {made} FROM article WHERE id = 1",
        f"INSERT INTO tag (uid, target_kind, target_uid, name, created, changed, analyst_id)"
        f" SELECT {uid}, 'article', uid, 'a tag', {made} FROM article WHERE id = 2",
        f"INSERT INTO memory (uid, folded, label, decision, created, changed, analyst_id)"
        f" VALUES ({uid}, 'kyiv', 'GPE', 'always', {made})",
        f"INSERT INTO op (uid, at, analyst_id, kind, summary, changes) VALUES ({uid}, 'at', 1, 'k', 's', '[]')",
    ):  # fmt: skip
        c.execute(statement)


def _things(path: Path) -> dict[tuple[str, str], str]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    connection.close()
    return {(kind, name): sql for kind, name, sql in rows if not name.startswith("sqlite_")}


def _rows(path: Path, tables: dict[str, list[str]]) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(path)
    found = {
        table: connection.execute(
            f"SELECT {', '.join(chr(34) + c + chr(34) for c in columns)} FROM {table} ORDER BY 1"
        ).fetchall()
        for table, columns in tables.items()
    }
    connection.close()
    return found


def _columns(path: Path) -> dict[str, list[str]]:
    connection = sqlite3.connect(path)
    found = {
        name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        for (kind, name) in _things(path)
        if kind == "table" and "_fts" not in name and not name.startswith("_")
    }
    connection.close()
    return found


@pytest.mark.parametrize("steps", range(1, len(RELEASED)), ids=RELEASED[:-1])
def test_every_released_schema_is_brought_up_to_date(tmp_path: Path, steps: int) -> None:
    path, fresh = tmp_path / "old.db", tmp_path / "fresh.db"
    _old(path, steps)
    Library.open(fresh).close()
    columns = _columns(path)
    before = _rows(path, columns)
    triggers = {name for kind, name in _things(path) if kind == "trigger"}
    with pytest.raises(StoreError, match="an older library"):
        Library.open(path, "read")
    with Library.open(path) as library:
        with library.reading() as connection:
            assert schema.state(connection) == "current"
            assert schema.altered(connection) == []
            assert [h.article_id for h in search.search(connection, "depot", 5)] == [1]
            assert [h.article_id for h in search.search(connection, "белгорода", 5)] == [2]
        importers.store(library, [Incoming("A new text of Kharkiv.")])
        with library.reading() as connection:
            assert [h.article_id for h in search.search(connection, "Kharkiv", 5)] == [3]
        library.write(
            lambda c: c.execute(
                "INSERT INTO article_fts(article_fts, rank) VALUES ('integrity-check', 1)"
            )
        )
    after = _things(path)
    assert triggers <= {name for kind, name in after if kind == "trigger"}
    assert after.keys() == _things(fresh).keys()
    assert {n: s for (k, n), s in after.items() if k != "table"} == {
        n: s for (k, n), s in _things(fresh).items() if k != "table"
    }
    for table, rows in _rows(path, columns).items():
        assert set(before[table]) <= set(rows), table
    assert [f for f in doctor.check(path) if f.level == "bad"] == []
    kept = backup.of(path)
    assert [b.why for b in kept] == ["update"]  # as it was before
    assert _rows(kept[0].path, columns) == before and set(_columns(kept[0].path)) == set(columns)


@pytest.mark.parametrize("steps", range(1, len(RELEASED)), ids=RELEASED[:-1])
def test_an_update_that_fails_leaves_the_library_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    path = tmp_path / "old.db"
    _old(path, steps)
    columns = _columns(path)
    before, things = _rows(path, columns), _things(path)
    name = RELEASED[steps]
    wrong = {**schema.MIGRATIONS, name: (*schema.MIGRATIONS[name], "INSERT INTO nowhere VALUES (1)")}  # fmt: skip
    monkeypatch.setattr(schema, "MIGRATIONS", wrong)
    with pytest.raises(StoreError, match="nowhere"):
        Library.open(path)
    assert _things(path) == things and _rows(path, columns) == before
    monkeypatch.undo()
    with Library.open(path) as library, library.reading() as connection:
        assert articles.count(connection) == 2


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
                    " VALUES ('conflict_reader', 'm999_later', '2030')")  # fmt: skip
        raw.execute("ALTER TABLE article ADD COLUMN later TEXT")


def test_a_newer_library_is_read_where_that_is_asked_for(seeded: Library) -> None:
    path = seeded.path
    seeded.close()
    _newer(path)
    raw = path.read_bytes()
    with pytest.raises(NewerError):
        open_or_read(path, who="test")
    with pytest.raises(NewerError):
        Library.open(path, "read")
    with Library.open(path, "read", newer=True) as library:
        with library.reading() as connection:
            assert articles.text(connection, 1)
        with pytest.raises(StoreError, match="edits are refused"):
            library.write(lambda c: c.execute("DELETE FROM article"))
        with pytest.raises(NewerError):
            library.take_over("test")
    assert path.read_bytes() == raw


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("CREATE TRIGGER evil AFTER INSERT ON note BEGIN DELETE FROM op; END", "evil is not"),
        ("CREATE VIEW evil AS SELECT 1", "evil is not"),
        ("DROP TRIGGER op_kept", "op_kept is missing"),
        ("DROP TRIGGER article_version_immutable", "article_version_immutable is missing"),
    ],
)
def test_an_altered_library_is_read_and_not_written_until_it_is_mended(
    seeded: Library, statement: str, words: str
) -> None:
    path = seeded.path
    seeded.close()
    with sqlite3.connect(path) as raw:
        raw.execute(statement)
    with pytest.raises(AlteredError, match=words):
        Library.open(path)
    library, why = open_or_read(path, who="test")
    assert library.mode == "read" and words in str(why)
    library.close()
    assert any(f.name == "triggers" and f.level == "bad" for f in doctor.check(path, full=False))
    done = doctor.mend(path)
    assert len(done) == 3 and backup.of(path)
    with Library.open(path) as library:
        with library.reading() as connection:
            article = articles.get(connection, 1)
        assert article is not None
        edits.apply(library, "n", "n", lambda e: notes.set_body(e, "article", article.uid, "x"))
    assert [f for f in doctor.check(path) if f.level == "bad"] == []


def test_the_doctor_finds_what_nothing_else_sees(seeded: Library, tmp_path: Path) -> None:
    path = seeded.path
    seeded.close()
    for statement, name in (
        ("UPDATE article_version SET text = replace(text, 'Ukraine', 'UKRAINE')", "texts"),
        ("INSERT INTO mention (uid, article_id, start, \"end\", label, quote, origin, review_status, created,"
         " changed) VALUES (randomblob(16), 1, 99990, 99999, 'GPE', 'x', 'model', 'suggested', '', '')", "offsets"),
        ("INSERT INTO article_fts(article_fts) VALUES ('delete-all')", "search index"),
        ("INSERT INTO note (uid, target_kind, target_uid, body, created, changed) VALUES"
         " (randomblob(16), 'article', randomblob(16), 'of nothing', '', '')", "references"),
        ("INSERT INTO mention_entity (uid, mention_id, entity_id, origin, review_status) VALUES"
         " (randomblob(16), 77, 78, '', '')", "references"),
    ):  # fmt: skip
        copy = tmp_path / f"{len(statement)}.db"
        shutil.copy(path, copy)
        with sqlite3.connect(copy) as raw:
            raw.execute("DROP TRIGGER article_version_immutable")
            raw.execute(statement)
        found = {f.name for f in doctor.check(copy) if f.level == "bad"}
        assert found == {name, "triggers"}, (statement, found)
        assert all("\n" not in f.words for f in doctor.check(copy))
    assert {f.level for f in doctor.check(path)} <= {"ok", "warning"}


def test_the_wal_reset_bug_is_named_by_version(monkeypatch: pytest.MonkeyPatch) -> None:
    for version, affected in (
        ((3, 40, 1), True), ((3, 51, 2), True), ((3, 51, 3), False), ((3, 50, 7), False), ((3, 50, 6), True),
        ((3, 44, 6), False), ((3, 45, 0), True), ((3, 52, 0), False), ((4, 0, 0), False),
    ):  # fmt: skip
        monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
        assert ("WAL-reset" in doctor.sqlite_version().words) == affected, version
