"""The power is cut under a library at work: no edit is lost that was said to be saved, and with
``synchronous=NORMAL`` in its place some are, which shows that the test can tell."""

from __future__ import annotations

import contextlib
import itertools
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import apsw
import pytest

from store import articles, edits, importers, incidents, mentions, notes
from store.incidents import NewClaim
from store.library import Library
from store.records import Incoming, Suggestion
from tests.store.power import Disk, PowerCutError, Survives, connect

CUTS = 300
_SURVIVES: tuple[Survives, ...] = ("none", "prefix", "subset")
Statement = tuple[str, Any]


@dataclass
class Recorded:
    """A library file, and what the writer was given after that: its statements, up to each COMMIT
    the number of edits that were saved by then."""

    image: bytes
    statements: list[Statement]


class _Recording(sqlite3.Connection):
    log: list[Statement] | None = None

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if _Recording.log is not None and self is _Recording.writer:
            _Recording.log.append((sql, parameters))
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        rows = list(parameters)
        if _Recording.log is not None and self is _Recording.writer:
            _Recording.log += [(sql, row) for row in rows]
        return super().executemany(sql, rows)

    writer: sqlite3.Connection | None = None


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    """What an analyst's work of some minutes is for SQLite, by the real unit of work."""
    path = tmp_path_factory.mktemp("power") / "l.db"
    real = sqlite3.connect
    text = "Drones struck the depot near Engels, said Governor Busargin. " * 20
    with Library.open(path) as opened:
        opened.set_analyst("ana")
        importers.store(opened, [Incoming(f"Report {n}. {text}") for n in range(4)])
        for n in range(1, 5):
            run = [Suggestion(s, s + 6, "FACILITY") for s in range(30, 900, 61)]
            opened.write(
                lambda c, n=n, r=run: mentions.replace_suggestions(c, n, r, "fp", None)  # type: ignore[misc]
            )
    image = path.read_bytes()
    log: list[Statement] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", lambda *a, **k: real(*a, factory=_Recording, **k))
        with Library.open(path) as opened:
            _Recording.writer, _Recording.log = opened._writer, log
            _work(opened)
            _Recording.log = None
    yield Recorded(image, log)


def _work(opened: Library) -> None:
    for n in range(70):
        with opened.reading() as connection:
            article = articles.get(connection, 1 + n % 4)
            assert article is not None
            found = mentions.of_article(connection, article.id)
            text = articles.text(connection, article.id)
        waiting = [m for m in found if m.review_status == "suggested"]
        if n % 10 == 9:
            claims = [NewClaim(f, str(n), 0, 20, text[:20]) for f in ("summary", "actors")]
            edits.apply(opened, "incident", f"{n}", lambda e, a=article, t=text, c=claims:  # type: ignore[misc]
                        incidents.create(e, a.id, (0, 20, t[:20]), "", c))  # fmt: skip
        elif n % 3 and waiting:
            edits.apply(opened, "accept", f"{n}", lambda e, m=waiting[0]: mentions.accept(e, m))  # type: ignore[misc]
        else:
            edits.apply(opened, "note", f"{n}", lambda e, a=article, n=n:  # type: ignore[misc]
                        notes.set_body(e, "article", a.uid, f"note {n} " * 200))  # fmt: skip
        if n % 12 == 11:
            edits.undo(opened).result()
        opened.write(lambda c, n=n: articles.set_position(c, 1 + n % 4, n), durable=False)  # type: ignore[misc]


def _replay(
    recorded: Recorded, disk: Disk, synchronous: str, checkpoint: int
) -> tuple[int, apsw.Connection | None]:
    """Run the statements until they end or the power does; return the edits said to be saved."""
    saved = written = 0
    durable = False
    connection = None
    with contextlib.suppress(PowerCutError, apsw.Error):
        connection, vfs = connect(disk)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {checkpoint}")
        connection.execute("PRAGMA foreign_keys = ON")
        for sql, parameters in recorded.statements:
            if sql.startswith("PRAGMA synchronous"):
                durable = sql.endswith("FULL")
                if durable and synchronous != "FULL":
                    sql = f"PRAGMA synchronous = {synchronous}"
            written += sql.startswith("INSERT INTO op ")
            list(connection.execute(sql, parameters))
            if sql == "COMMIT" and durable:
                saved = written
        assert vfs is not None
    return saved, connection


def _lost(recorded: Recorded, cuts: int, synchronous: str) -> tuple[int, int, int]:
    """Cut the power many times; return the edits lost, how many cuts lost any, and how many edits
    were said to be saved. Asserts that what is there after each is whole."""
    lost = losing = said = 0
    rng = random.Random(7)
    for number, survives in zip(range(cuts), itertools.cycle(_SURVIVES), strict=False):
        checkpoint = (1000, 40, 15)[number // 3 % 3]
        whole = Disk({"library": recorded.image})
        if number < 9:  # how long it is, for each way to do it
            _replay(recorded, whole, synchronous, checkpoint)
            _lengths[synchronous, checkpoint] = whole.steps
        cut_at = rng.randint(1, _lengths[synchronous, checkpoint])
        disk = Disk({"library": recorded.image}, cut_at)
        saved, connection = _replay(recorded, disk, synchronous, checkpoint)
        image = disk.after_cut(survives, rng)
        with contextlib.suppress(PowerCutError, apsw.Error):
            if connection is not None:
                connection.close(True)
        after, vfs = connect(Disk(image))
        assert after.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert after.execute("PRAGMA foreign_key_check").fetchall() == []
        there = int(str(after.execute("SELECT COUNT(*) FROM op").fetchall()[0][0]))
        # an edit and its op come together: what each op says of a row is what the row is
        notes_said = after.execute(
            "SELECT COUNT(*) FROM op, json_each(op.changes) c WHERE c.value ->> 'table' = 'note'"
            " AND c.value ->> 'new' IS NOT NULL"
        ).fetchall()[0][0]
        notes_there = after.execute("SELECT COUNT(*) FROM note").fetchall()[0][0]
        assert notes_said == notes_there
        after.close(True)
        assert vfs is not None
        said += saved
        if there < saved:
            lost += saved - there
            losing += 1
    return lost, losing, said


_lengths: dict[tuple[str, int], int] = {}


def test_no_saved_edit_is_lost_when_the_power_is_cut(recorded: Recorded) -> None:
    lost, losing, said = _lost(recorded, CUTS, "FULL")
    assert (lost, losing) == (0, 0) and said > 10 * CUTS


def test_with_normal_some_would_be(recorded: Recorded) -> None:
    lost, losing, said = _lost(recorded, CUTS, "NORMAL")
    assert lost > 0 and losing > CUTS // 4, (lost, losing, said)
