"""Undo and redo give back exactly what was there, whatever the edits were."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import articles, edits, history, incidents, mentions, notes
from store.errors import RefusedError
from store.incidents import NewClaim
from store.library import Library
from store.records import Incoming, Suggestion

TEXT = "Drones struck the oil depot in Engels on January 14, killing no one."
_TABLES = (
    "article", "mention", "entity", "alias", "mention_entity", "note", "report", "claim",
    "incident", "incident_report", "incident_choice", "incident_link", "incident_merge", "memory", "tag",
)  # fmt: skip


def snapshot(library: Library) -> dict[str, list[tuple[object, ...]]]:
    """Return the living rows of all tables that edits change, times and deciders left out."""
    out = {}
    with library.reading() as connection:
        for table in _TABLES:
            names = [
                row[1]
                for row in connection.execute(f"PRAGMA table_info({table})")
                if row[1] not in ("changed", "analyst_id", "deleted")
            ]
            columns = ", ".join(f'"{name}"' for name in names)
            out[table] = connection.execute(
                f"SELECT {columns} FROM {table} WHERE deleted = 0 ORDER BY id"
            ).fetchall()
        out["candidate"] = connection.execute(
            "SELECT uid, review_status, report_id FROM candidate WHERE review_status <> 'suggested'"
            " ORDER BY uid"
        ).fetchall()
    return out


def _new(path: Path) -> Library:
    library = Library.open(path)
    for text in (TEXT, "Another text about Engels."):
        item = articles.prepare(Incoming(text))
        library.write(lambda c, item=item: articles.store(c, item))  # type: ignore[misc]
    library.write(
        lambda c: mentions.replace_suggestions(
            c, 1, [Suggestion(0, 6, "WEAPON"), Suggestion(18, 27, "FACILITY"), Suggestion(31, 37, "PERSON")],
            "fp", None,
        )
    )  # fmt: skip
    return library


def _do(library: Library, rng: random.Random) -> None:
    """Do one edit chosen at random."""
    with library.reading() as connection:
        found = mentions.of_article(connection, 1, rejected=True)
        known = incidents.all_incidents(connection)
        article = articles.get(connection, 1)
    kind = rng.randrange(9)
    m = rng.choice(found)
    try:
        if kind == 0:
            edits.apply(library, "accept", "a", lambda e: mentions.accept(e, m))
        elif kind == 1:
            edits.apply(library, "reject", "r", lambda e: mentions.reject(e, m))
        elif kind == 2:
            label = rng.choice(["GPE", "ORG", "EVENT"])
            edits.apply(library, "relabel", "l", lambda e: mentions.relabel(e, m, label))
        elif kind == 3:
            start = rng.randrange(len(TEXT) - 3)
            edits.apply(
                library, "edges", "e", lambda e: mentions.set_span(e, m, start, start + 3, TEXT)
            )
        elif kind == 4:
            start = rng.randrange(len(TEXT) - 5)
            edits.apply(
                library, "add", "+", lambda e: mentions.add(e, 1, start, start + 4, "FORCE", TEXT)
            )
        elif kind == 5:
            body = rng.choice(["", "a note", "another"])
            edits.apply(library, "note", "n", lambda e: notes.set_body(e, "mention", m.uid, body))
        elif kind == 6 or not known:
            edits.apply(
                library, "incident", "i",
                lambda e: incidents.create(
                    e, 1, (0, 6, "Drones"), "Strike",
                    [NewClaim("place_name", "Engels"), NewClaim("actors", "A"), NewClaim("actors", "B")],
                ),
            )  # fmt: skip
        elif kind == 7 and article is not None:
            status = rng.choice(["done", "flagged", "reading"])
            edits.apply(library, "status", "s", lambda e: articles.set_status(e, article, status))
        elif len(known) > 1:
            book = library.codebook()
            edits.apply(
                library, "link", "k",
                lambda e: incidents.link(e, book, known[0].id, known[1].id, "part_of", "why"),
            )  # fmt: skip
        else:
            edits.apply(library, "delete", "d", lambda e: incidents.delete(e, known[0]))
    except RefusedError:
        pass


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), steps=st.integers(1, 14))
def test_undo_of_everything_and_redo_of_everything(
    tmp_path_factory: pytest.TempPathFactory, seed: int, steps: int
) -> None:
    path = tmp_path_factory.mktemp("history") / "library.db"
    rng = random.Random(seed)
    library = _new(path)
    states = [snapshot(library)]
    for _ in range(steps):
        before = states[-1]
        _do(library, rng)
        after = snapshot(library)
        with library.reading() as connection:
            log = history.log(connection)
        if len(log) >= len(states):  # an edit that changed nothing leaves no op
            states.append(after)
        else:
            assert after == before
    library.close()
    library = Library.open(path)  # both survive a restart
    for state in reversed(states[:-1]):
        edits.undo(library).result()
        assert snapshot(library) == state
    with pytest.raises(RefusedError, match="nothing to undo"):
        edits.undo(library).result()
    library.close()
    library = Library.open(path)
    for state in states[1:]:
        edits.redo(library).result()
        assert snapshot(library) == state
    with pytest.raises(RefusedError, match="nothing to redo"):
        edits.redo(library).result()
    with library.reading() as connection:
        count = connection.execute(
            "SELECT n_mentions, n_unreviewed FROM article WHERE id = 1"
        ).fetchone()
        living = mentions.of_article(connection, 1)
    assert count == (len(living), sum(m.review_status == "suggested" for m in living))
    library.close()


def test_a_new_edit_ends_redo(tmp_path: Path) -> None:
    library = _new(tmp_path / "l.db")
    with library.reading() as connection:
        first, second, third = mentions.of_article(connection, 1)
    for m in (first, second):
        edits.apply(library, "accept", m.quote, lambda e, m=m: mentions.accept(e, m))  # type: ignore[misc]
    edits.undo(library).result()
    edits.apply(library, "accept", third.quote, lambda e: mentions.accept(e, third))
    with pytest.raises(RefusedError, match="nothing to redo"):
        edits.redo(library).result()
    assert edits.undo(library).result().summary == third.quote
    assert edits.undo(library).result().summary == first.quote
    assert edits.redo(library).result().summary == first.quote
    assert edits.redo(library).result().summary == third.quote
    library.close()


def test_an_undo_whose_target_moved_is_refused_with_the_reason(tmp_path: Path) -> None:
    library = _new(tmp_path / "l.db")
    with library.reading() as connection:
        m = mentions.of_article(connection, 1)[0]
    edits.apply(library, "relabel", "Drones is ORG", lambda e: mentions.relabel(e, m, "ORG"))
    library.write(lambda c: c.execute("UPDATE mention SET label = 'X' WHERE uid = ?", (m.uid,)))
    with pytest.raises(RefusedError, match=r"Drones is ORG.*has been changed since"):
        edits.undo(library).result()
    edits.apply(library, "status", "s", lambda e: e.update("article", _uid(library), status="done"))
    library.close()


def _uid(library: Library) -> bytes:
    with library.reading() as connection:
        uid: bytes = connection.execute("SELECT uid FROM article WHERE id = 1").fetchone()[0]
    return uid


def test_one_intention_is_one_step(tmp_path: Path) -> None:
    library = _new(tmp_path / "l.db")
    with library.reading() as connection:
        found = mentions.of_article(connection, 1)

    def all_of_them(edit: history.Edit) -> None:
        for m in found:
            mentions.accept(edit, m)

    edits.apply(library, "accept", "accept 3", all_of_them)
    edits.undo(library).result()
    with library.reading() as connection:
        assert {m.review_status for m in mentions.of_article(connection, 1)} == {"suggested"}
    library.close()
