"""A library: made, locked, migrated, refused; the unit of work holds or leaves nothing."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from store import articles, filters, importers, schema
from store.errors import HeldError, NewerError, StoreError
from store.library import Library, open_or_read
from store.records import Incoming


def _store(library: Library, text: str) -> int:
    item = articles.prepare(Incoming(text))
    return library.write(lambda c: articles.store(c, item)).article_id


def test_a_library_is_for_its_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "library.db"
    with Library.open(path) as library:
        _store(library, "some text")
        files = [p for p in path.parent.iterdir() if p.name.startswith("library.db")]
        assert len(files) >= 3  # with -wal and -shm
        for file in files:
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_human_edits_are_synced_and_foreign_keys_hold(library: Library) -> None:
    seen = library.write(lambda c: c.execute("PRAGMA synchronous").fetchone()[0])
    assert seen == 2  # FULL
    bulk = library.submit(
        lambda c: c.execute("PRAGMA synchronous").fetchone()[0], durable=False
    ).result()
    assert bulk == 1  # NORMAL
    with pytest.raises(StoreError):
        library.write(lambda c: c.execute("INSERT INTO mention_entity (uid, mention_id, entity_id,"
            " origin, review_status) VALUES (randomblob(16), 99, 99, 'rule', 'suggested')"))  # fmt: skip


def test_a_unit_that_fails_leaves_nothing(library: Library) -> None:
    def work(connection: sqlite3.Connection) -> None:
        articles.store(connection, articles.prepare(Incoming("first")))
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        library.write(work)
    with library.reading() as connection:
        assert articles.count(connection) == 0
    _store(library, "after")  # and the writer goes on


def test_text_cannot_be_changed_and_the_log_only_grows(library: Library) -> None:
    _store(library, "as it came")
    for statement in (
        "UPDATE article_version SET text = 'x'",
        "INSERT INTO op (uid, at, analyst_id, kind, summary, changes)"
        " VALUES (randomblob(16), '', 1, '', '', '[]'); ",
    ):
        if statement.startswith("INSERT"):
            library.write(lambda c, s=statement: c.execute(s))  # type: ignore[misc]
            for bad in ("UPDATE op SET kind = 'x'", "DELETE FROM op"):
                with pytest.raises(StoreError, match="append-only"):
                    library.write(lambda c, s=bad: c.execute(s))  # type: ignore[misc]
        else:
            with pytest.raises(StoreError, match="immutable"):
                library.write(lambda c, s=statement: c.execute(s))  # type: ignore[misc]


def test_a_second_writer_is_told_who_holds_it_and_may_read(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Library.open(path, who="the first") as library:
        _store(library, "some text")
        script = (
            "import sys; from pathlib import Path; from store.library import *;"
            "from store.errors import *; p = Path(sys.argv[1])\n"
            "try: Library.open(p, 'write')\n"
            "except HeldError as e: print(e.exit_code, e)\n"
            "with Library.open(p, 'read') as l, l.reading() as c:"
            " print(c.execute('SELECT COUNT(*) FROM article').fetchone())"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
        )
        assert done.stdout.startswith("75 ") and "the first (process" in done.stdout
        assert done.stdout.endswith("(1,)\n")
        opened, why = open_or_read(path, who="second")
        assert opened.mode == "read" and "held by" in str(why)
        with pytest.raises(StoreError, match="edits are refused"):
            opened.write(lambda c: None)
        opened.close()
    with Library.open(path):
        pass
    with pytest.raises(HeldError), Library.open(path), Library.open(path):
        pass


def test_a_newer_library_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    Library.open(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('conflict_reader', 'm999_later', '2030-01-01')"
        )
    for mode in ("read", "write"):
        with pytest.raises(NewerError, match="newer conflict-reader"):
            Library.open(path, mode)


@pytest.mark.parametrize("content", [b"<html>" * 400, b"SQLite format 3\0" + b"\0" * 5000])
def test_what_is_no_library_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "library.db"
    path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        Library.open(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)
    assert path.read_bytes() == content


def test_a_file_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE theirs (id INTEGER)")
    with pytest.raises(StoreError, match="another program"):
        Library.open(path)


def test_a_full_disk_refuses_in_one_line_and_keeps_what_was(library: Library) -> None:
    _store(library, "kept")
    library.write(lambda c: None)

    def fill(connection: sqlite3.Connection) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        articles.store(connection, articles.prepare(Incoming("x" * 500_000)))

    with pytest.raises(StoreError, match="disk is full; nothing was changed"):
        library.write(fill)
    with library.reading() as connection:
        assert articles.count(connection) == 1
    library.write(lambda c: c.execute("PRAGMA max_page_count = 1073741823").fetchone())
    _store(library, "and on")


def test_every_migration_keeps_triggers_and_search(library: Library) -> None:
    _store(library, "A drone struck the depot.")
    with library.reading() as connection:
        triggers = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        }  # fmt: skip
        assert {"article_version_ai", "article_title_au", "op_immutable"} <= triggers
        assert schema.applied(connection) == set(schema.MIGRATIONS)
    library.write(
        lambda c: c.execute(
            "INSERT INTO article_fts(article_fts, rank) VALUES ('integrity-check', 1)"
        )
    )


def test_a_title_that_is_corrected_is_found_by_its_new_words(library: Library) -> None:
    from store import edits

    article_id = _store(library, "Old heading\n\nbody words")
    with library.reading() as connection:
        article = articles.get(connection, article_id)
    assert article is not None
    edits.apply(
        library,
        "metadata",
        "t",
        lambda e: articles.edit_metadata(e, article, {"title": "Fresh name"}),
    )
    with library.reading() as connection:
        assert articles.ids(connection, filters.Filter(query="fresh")) == [article_id]
        assert articles.ids(connection, filters.Filter(query="body")) == [article_id]
    edits.undo(library).result()
    with library.reading() as connection:
        assert articles.ids(connection, filters.Filter(query="fresh")) == []


def test_exact_duplicates_are_stored_once(library: Library) -> None:
    summary = importers.store(library, [Incoming("same"), Incoming("same"), Incoming("other")])
    assert (len(summary.added), len(summary.duplicates)) == (2, 1)


def test_what_is_queued_while_it_closes_is_refused_and_nobody_waits_for_ever(
    tmp_path: Path,
) -> None:
    for _ in range(20):
        library = Library.open(tmp_path / "library.db")
        outcomes: list[str] = []

        def keep_writing(library: Library = library, outcomes: list[str] = outcomes) -> None:
            try:
                while True:
                    library.write(lambda c: c.execute("SELECT 1"))
            except StoreError as problem:
                outcomes.append(str(problem))

        thread = threading.Thread(target=keep_writing, daemon=True)
        thread.start()
        library.write(lambda c: c.execute("SELECT 1"))
        library.close()
        thread.join(10)
        assert not thread.is_alive() and "closed" in outcomes[0]


def test_a_link_to_a_library_is_that_library(tmp_path: Path) -> None:
    path, link = tmp_path / "a.db", tmp_path / "link.db"
    with Library.open(path):
        link.symlink_to(path)
        with pytest.raises(HeldError):
            Library.open(link)


def test_opening_an_article_does_not_stand_in_the_way_of_undo(library: Library) -> None:
    from store import edits

    article_id = _store(library, "some text")
    with library.reading() as connection:
        article = articles.get(connection, article_id)
    assert article is not None
    edits.apply(library, "status", "s", lambda e: articles.set_status(e, article, "flagged"))
    edits.apply(library, "status", "s", lambda e: articles.set_status(e, article, "unread"))
    library.write(lambda c: articles.mark_opened(c, article_id))
    edits.undo(library).result()
    edits.undo(library).result()
    library.write(lambda c: articles.mark_opened(c, article_id))
    edits.redo(library).result()
    with library.reading() as connection:
        found = articles.get(connection, article_id)
    assert found is not None and found.status == "flagged"


def test_a_damaged_library_is_said_in_words(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Library.open(path) as library:
        for n in range(30):
            _store(library, f"text {n} " * 500)
    raw = bytearray(path.read_bytes())
    raw[4096 * 4 :] = b"\xff" * (len(raw) - 4096 * 4)
    path.write_bytes(raw)

    def read_all() -> None:
        with Library.open(path, "read") as library, library.reading() as connection:
            articles.ids(connection)
            for n in range(30):
                articles.text(connection, n)

    with pytest.raises(StoreError, match="not a whole SQLite file"):
        read_all()


def _things(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    return {row[0] for row in rows}


def test_a_library_of_the_first_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with pytest.MonkeyPatch.context() as patch:
        first = {"m001_first": schema.MIGRATIONS["m001_first"]}
        patch.setattr(schema, "MIGRATIONS", first)
        with Library.open(path) as library:
            importers.store(library, [Incoming("A text that was there.", title="Old")])
            library.write(
                lambda c: c.execute(
                    "INSERT INTO memory (uid, folded, label, decision, created, changed)"
                    " VALUES (randomblob(16), 'kyiv', 'GPE', 'always', '', '')"
                )
            )
    with pytest.raises(StoreError, match="older library"):
        Library.open(path, "read")
    with Library.open(path) as library, library.reading() as connection:
        assert schema.state(connection) == "current"
        assert articles.ids(connection, filters.parse("sort:title there")) == [1]
        assert connection.execute("SELECT name FROM memory").fetchall() == [("kyiv",)]
    with Library.open(tmp_path / "new.db") as library, library.reading() as connection:
        fresh = _things(connection)
    with Library.open(path) as library, library.reading() as connection:
        assert _things(connection) == fresh


def test_a_codebook_of_ones_own_is_checked_and_used(tmp_path: Path) -> None:
    from store import codebook

    text = codebook.default_toml()
    assert codebook.check(text) == []
    for change, words in (
        (('letter = "p"', 'letter = "o"'), "the letter “o” is both"),
        (('colour = "#56B4E9"', 'colour = "blue"'), "colour is like"),
        (('id = "PERSON"', 'id = "Person"'), "an id is capitals"),
        (('about = "A sum of money."', 'about = ""'), "about says"),
        (("[[label]]", "[label"), "Expected"),
        (('letter = "p"', 'lettre = "p"'), "lettre"),
    ):
        assert any(words in line for line in codebook.check(text.replace(*change, 1))), words
    with Library.open(tmp_path / "l.db") as library:
        mine = text.replace('id = "MONEY"', 'id = "FUNDS"')
        assert library.use_codebook(mine) == []
        assert library.codebook().label("FUNDS").letter == "m"
        with pytest.raises(StoreError, match="the letter"):
            library.use_codebook(text.replace('letter = "p"', 'letter = "o"', 1))
        assert library.codebook().label("FUNDS").letter == "m"
