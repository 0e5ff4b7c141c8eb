"""What a damaged library still gives up: articles and edits that are not in the backup which took
its place, made again there.

The log of edits holds everything that people did, in full and by uids, so that it can be run again
in another file. Whatever cannot be read, or does not fit any more, is left out and counted.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from store import history
from store.errors import StoreError
from store.library import Library
from store.records import Value
from store.texts import sha256

_HOLE = 5000
"""Row numbers tried one by one behind a row that cannot be read."""

Row = dict[str, Value]


class _LeftOutError(Exception):
    """An edit or a row that cannot be made again."""


@dataclass
class Salvaged:
    """What was brought over, and how many edits and articles were found but could not be."""

    articles: int = 0
    edits: int = 0
    left_out: int = 0


def salvage(damaged: Path, library: Library) -> Salvaged:
    """Bring over what a damaged file has and an open library has not; one unit of work.

    Raises:
        StoreError: nothing at all can be read of the damaged file.
    """
    try:
        with closing(_open(damaged)) as source:
            return library.write(lambda connection: _bring_all(source, connection))
    except sqlite3.Error as problem:
        raise StoreError(f"{damaged}: nothing of it can be read ({problem})") from problem


def _open(damaged: Path) -> sqlite3.Connection:
    for more in ("", "&immutable=1"):  # with its -wal where that can be used
        source = sqlite3.connect(
            f"{damaged.absolute().as_uri()}?mode=ro{more}", uri=True, isolation_level=None,
            check_same_thread=False,
        )  # fmt: skip
        source.text_factory = lambda raw: raw.decode("utf-8", "replace")
        try:
            source.execute("PRAGMA trusted_schema = OFF")
            source.execute("PRAGMA writable_schema = ON")  # reads also a file that was cut short
            source.execute("SELECT 1 FROM sqlite_master").fetchone()
            return source
        except sqlite3.Error:
            source.close()
            if more:
                raise
    raise AssertionError("unreachable")


def _bring_all(source: sqlite3.Connection, target: sqlite3.Connection) -> Salvaged:
    found = Salvaged()
    for row in _rows(source, "article"):
        if _number(target, "article", row["uid"]) is None:
            _attempt(target, found, "articles", partial(_article, source, target, row))
    for row in _rows(source, "op"):
        if _number(target, "op", row["uid"]) is None:
            _attempt(target, found, "edits", partial(_op, source, target, row))
    for (number,) in target.execute("SELECT id FROM article").fetchall():
        history.refresh_counters(target, number)
    return found


def _attempt(
    target: sqlite3.Connection, found: Salvaged, what: str, work: Callable[[], object]
) -> None:
    """Do one piece of work, all of it or nothing."""
    target.execute("SAVEPOINT piece")
    try:
        work()
    except (
        _LeftOutError, sqlite3.Error, ValueError, KeyError, TypeError, AttributeError,
        AssertionError, RecursionError,
    ):  # fmt: skip
        target.execute("ROLLBACK TO piece")
        found.left_out += 1
    else:
        setattr(found, what, getattr(found, what) + 1)
    finally:
        target.execute("RELEASE piece")


def _rows(source: sqlite3.Connection, table: str) -> Iterator[Row]:
    """Give the rows of a table that can be read, by number."""
    at, misses = 0, 0
    while misses < _HOLE:
        try:
            cursor = source.execute(f"SELECT * FROM {table} WHERE id > ? ORDER BY id", (at,))
            names = [column[0] for column in cursor.description]
            for values in cursor:
                row = dict(zip(names, values, strict=True))
                at, misses = int(row["id"]), 0
                yield row
            return
        except (sqlite3.DatabaseError, ValueError, TypeError):
            with suppress(sqlite3.Error):  # the next row that can be found alone
                row_after = source.execute(
                    f"SELECT MIN(id) FROM {table} WHERE id > ?", (at + 1,)
                ).fetchone()
                if row_after and row_after[0] is None:
                    return
            at, misses = at + 1, misses + 1


def _number(connection: sqlite3.Connection, table: str, uid: object) -> int | None:
    row = connection.execute(f"SELECT id FROM {table} WHERE uid = ?", (uid,)).fetchone()
    return int(row[0]) if row else None


def _article(source: sqlite3.Connection, target: sqlite3.Connection, row: Row) -> None:
    """Bring an article over with its text, which must be the one that was stored."""
    _insert(source, target, "article", row)
    versions = source.execute(
        "SELECT number, text, text_sha256, raw, encoding, created FROM article_version"
        " WHERE article_id = ? ORDER BY number",
        (row["id"],),
    ).fetchall()
    if not versions:
        raise _LeftOutError
    article_id = _number(target, "article", row["uid"])
    for version in versions:
        if sha256(str(version[1])) != version[2]:
            raise _LeftOutError
        target.execute(
            "INSERT INTO article_version (article_id, number, text, text_sha256, raw, encoding,"
            " created) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (article_id, *version),
        )


def _op(source: sqlite3.Connection, target: sqlite3.Connection, row: Row) -> None:
    """Do an edit again, and put it into the log as it was."""
    for change in json.loads(str(row["changes"])):
        table, uid = change["table"], bytes.fromhex(change["uid"])
        if table not in history.TABLES:
            raise _LeftOutError
        columns = _columns(target, table)
        there = _number(target, table, uid) is not None
        if "new" in change:
            values = _whole(source, target, change["new"], columns)
            if not there:
                _put(target, table, values)
            continue
        if not there:
            _bring(source, target, table, uid)
        after = {name: pair[1] for name, pair in change["set"].items()}
        values = _whole(source, target, after, columns)
        names = ", ".join(f'"{name}" = ?' for name in values)
        target.execute(f"UPDATE {table} SET {names} WHERE uid = ?", (*values.values(), uid))
    _insert(source, target, "op", row)


def _whole(
    source: sqlite3.Connection, target: sqlite3.Connection, values: dict[str, object], columns: set[str]
) -> Row:  # fmt: skip
    """Return logged values as they stand in rows of the target; what they refer to is brought
    over first where it is not there."""
    if not values.keys() <= columns:
        raise _LeftOutError
    for name, value in values.items():
        table = history.REFERENCES.get(name)
        if table and isinstance(value, str) and _number(target, table, bytes.fromhex(value)) is None:  # fmt: skip
            _bring(source, target, table, bytes.fromhex(value))
    return history.decode(target, values)


def _bring(
    source: sqlite3.Connection, target: sqlite3.Connection, table: str, uid: bytes
) -> int:  # fmt: skip
    """Copy one row that edits refer to: a suggestion, which no edit made. Return its number."""
    cursor = source.execute(f"SELECT * FROM {table} WHERE uid = ?", (uid,))
    names = [column[0] for column in cursor.description]
    values = cursor.fetchone()
    if values is None or table in ("article", "op"):
        raise _LeftOutError
    row = dict(zip(names, values, strict=True))
    number = _insert(source, target, table, row)
    if table == "mention":
        cursor = source.execute("SELECT * FROM mention_origin WHERE mention_id = ?", (row["id"],))
        names = [column[0] for column in cursor.description]
        for values in cursor.fetchall():
            origin = dict(zip(names, values, strict=True)) | {"mention_id": number, "run_id": None}
            _put(target, "mention_origin", origin)
    return number


def _insert(
    source: sqlite3.Connection, target: sqlite3.Connection, table: str, row: Row
) -> int:  # fmt: skip
    """Copy a row under a number of its own, with the rows it refers to found by their uids."""
    values = {name: row[name] for name in row.keys() & _columns(target, table) if name != "id"}
    references = {**history.REFERENCES, "reverts": "op", "copy_of": "article"}
    for name, value in values.items():
        other = references.get(name)
        if other is None or value is None:
            values[name] = None if name == "run_id" else value
            continue
        found = source.execute(f"SELECT uid FROM {other} WHERE id = ?", (value,)).fetchone()
        number = _number(target, other, found[0]) if found else None
        if number is None and name != "copy_of":
            if not found:
                raise _LeftOutError
            number = _bring(source, target, other, found[0])
        values[name] = number
    return _put(target, table, values)


def _put(target: sqlite3.Connection, table: str, values: Row) -> int:
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join("?" * len(values))
    cursor = target.execute(
        f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values())
    )
    return int(cursor.lastrowid or 0)


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
