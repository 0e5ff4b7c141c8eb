"""What a damaged library still gives up: articles and edits that are not in the backup which took
its place, made again there.

The log of edits holds everything that people did, in full and by uids, so that it can be run again
in another file. It is read by SQLite first; where that finds damage, the pages are gone through one by
one. Whatever cannot be read, or does not fit any more, is left out and counted.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from store import carving, history
from store.errors import store_error
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
    brought: set[bytes] = field(default_factory=set, repr=False)  # rows that came as they were last


class _IncompleteError(Exception):
    """Not everything could be read or made again in the first way."""


def salvage(damaged: Path, library: Library) -> Salvaged:
    """Bring over what a damaged file has and an open library has not, which is the backup that took
    its place; all in one unit of work, edits in the order in which they were made.

    Raises:
        StoreError: it cannot be read, or the library not be written.
    """
    sources: list[sqlite3.Connection] = []
    try:
        with ExitStack() as opened:
            with suppress(sqlite3.Error):
                sources.append(opened.enter_context(closing(_open(damaged))))
                with suppress(_IncompleteError):
                    return library.write(lambda target: _bring_all(sources, target, strict=True))
            carved = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            sources.append(opened.enter_context(closing(carved)))
            with library.reading() as connection:
                connection.backup(carved)  # row numbers in it are those of the damaged file
            _carve(damaged, carved)
            return library.write(lambda target: _bring_all(sources, target, strict=False))
    except (sqlite3.Error, OSError) as problem:
        raise store_error(problem, str(damaged)) from problem


_CARVED = ("analyst", "article", "article_version", "mention", "op")
"""Tables whose rows are known by their columns alone."""


def _carve(damaged: Path, into: sqlite3.Connection) -> None:
    """Put the rows that stand in the pages of a damaged file into a copy of its backup."""
    columns = {table: _columns(into, table) for table in _CARVED}
    for (name,) in into.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        into.execute(f"DROP TRIGGER {name}")
    into.execute("PRAGMA foreign_keys = OFF")
    into.execute("BEGIN")
    for number, values in carving.rows(damaged):
        for table, known in columns.items():
            if not _may_be(table, values, len(known)):
                continue
            marks = ", ".join("?" * (len(values) - 1))
            names = ", ".join(f'"{name}"' for name in known[: len(values)])
            with suppress(sqlite3.Error, OverflowError):
                into.execute(
                    f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({number}, {marks})",
                    values[1:],
                )
            break
    into.execute("COMMIT")


def _may_be(table: str, values: list[Value], count: int) -> bool:
    """Whether a row looks like one of a table: what is told from its columns alone must be told
    strictly."""
    if len(values) < 4 or values[0] is not None:
        return False
    if table == "article_version":
        return (
            len(values) == count and isinstance(values[3], str)
            and values[4] == hashlib.sha256(values[3].encode()).digest()
        )  # fmt: skip
    if not isinstance(values[1], bytes) or len(values[1]) != 16:
        return False
    if table == "op":  # its last column came with a later version
        return (
            len(values) in (count, count - 1)
            and isinstance(values[8], str)
            and values[8][:2] == "[{"
        )
    if table == "analyst":
        return len(values) == count and all(isinstance(v, str) for v in values[2:])
    if table == "mention":  # its last column came with a later version
        return len(values) in (count, count - 1) and isinstance(values[6], str) and isinstance(values[3], int)  # fmt: skip
    return len(values) in (count, count - 1) and isinstance(values[2], str) and isinstance(values[13], int)  # fmt: skip


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


def _bring_all(
    sources: Sequence[sqlite3.Connection], target: sqlite3.Connection, *, strict: bool
) -> Salvaged:
    """Bring over the articles and edits that a library has not, each from the first source that
    gives it whole. ``strict``: raise where anything was amiss, so that nothing is done."""
    found = Salvaged()
    holes: list[str] = []
    for rows in _missing(sources, target, "article", holes):
        found.articles += _attempt(
            target, found, [partial(_article, source, target, row) for source, row in rows]
        )
    for rows in _missing(sources, target, "op", holes):
        found.edits += _attempt(
            target,
            found,
            [partial(_op, source, target, row, found.brought) for source, row in rows],
        )
    if strict and (holes or found.left_out):
        raise _IncompleteError
    for (number,) in target.execute("SELECT id FROM article").fetchall():
        history.refresh_counters(target, number)
    return found


def _missing(
    sources: Sequence[sqlite3.Connection], target: sqlite3.Connection, table: str, holes: list[str]
) -> list[list[tuple[sqlite3.Connection, Row]]]:
    """Return the rows of a table that the target has not, in the order in which they were made,
    each from every source that has it."""
    found: dict[object, list[tuple[sqlite3.Connection, Row]]] = {}
    for source in sources:
        for row in _rows(source, table, holes):
            if _number(target, table, row["uid"]) is None:
                found.setdefault(row["uid"], []).append((source, row))
    return sorted(found.values(), key=lambda rows: int(str(rows[0][1]["id"])))


def _attempt(
    target: sqlite3.Connection, found: Salvaged, works: Sequence[Callable[[], object]]
) -> int:
    """Do one piece of work, all of it or nothing, in the first of several ways that can be done;
    return 1, or 0 where it had to be left out."""
    for work in works:
        target.execute("SAVEPOINT piece")
        try:
            work()
        except (
            _LeftOutError, sqlite3.Error, ValueError, KeyError, IndexError, TypeError,
            AttributeError, AssertionError, RecursionError, OverflowError,
        ):  # fmt: skip
            target.execute("ROLLBACK TO piece")
        else:
            return 1
        finally:
            target.execute("RELEASE piece")
    found.left_out += 1
    return 0


def _rows(source: sqlite3.Connection, table: str, holes: list[str]) -> Iterator[Row]:
    """Give the rows of a table that can be read, by number; note in ``holes`` where some cannot."""
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
            holes.append(table)
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
    _insert(source, target, "article", {**row, "pipeline": None})  # suggestions are made anew
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


def _op(
    source: sqlite3.Connection, target: sqlite3.Connection, row: Row, brought: set[bytes]
) -> None:
    """Do an edit again, and put it into the log as it was; not one that was changed on the disk."""
    said = [row[name] for name in ("uid", "at", "kind", "summary", "changes")]
    if row.get("digest") not in (None, history.digest(*said)):  # type: ignore[arg-type]
        raise _LeftOutError
    for change in json.loads(str(row["changes"])):
        table, uid = change["table"], bytes.fromhex(change["uid"])
        if table not in history.TABLES:
            raise _LeftOutError
        columns = set(_columns(target, table))
        there = _number(target, table, uid) is not None
        if "new" in change:
            values = _whole(source, target, change["new"], columns)
            if not there:
                _put(target, table, values)
            continue
        if not there:
            _bring(source, target, table, uid)
            brought.add(uid)
        before = {name: pair[0] for name, pair in change["set"].items()}
        after = {name: pair[1] for name, pair in change["set"].items()}
        values = _whole(source, target, after, columns)
        if uid not in brought:
            _expect(target, table, uid, history.decode(target, before))
        names = ", ".join(f'"{name}" = ?' for name in values)
        target.execute(f"UPDATE {table} SET {names} WHERE uid = ?", (*values.values(), uid))
    _insert(source, target, "op", row)


def _expect(target: sqlite3.Connection, table: str, uid: bytes, before: Row) -> None:
    """See that a row is as an edit found it: one that rests on an edit that is lost is left out."""
    names = [name for name in before if name != "changed"]
    if not names:
        return
    chosen = ", ".join(f'"{name}"' for name in names)
    now_is = target.execute(f"SELECT {chosen} FROM {table} WHERE uid = ?", (uid,)).fetchone()
    for name, value in zip(names, now_is, strict=True):
        if not history.same(table, name, value, before[name]):
            raise _LeftOutError


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
    if table in ("mention", "report") and not _quotes(source, target, row):
        raise _LeftOutError
    number = _insert(source, target, table, row)
    if table == "mention":
        cursor = source.execute("SELECT * FROM mention_origin WHERE mention_id = ?", (row["id"],))
        names = [column[0] for column in cursor.description]
        for values in cursor.fetchall():
            origin = dict(zip(names, values, strict=True)) | {"mention_id": number, "run_id": None}
            _put(target, "mention_origin", origin)
    return number


def _quotes(source: sqlite3.Connection, target: sqlite3.Connection, row: Row) -> bool:
    """Whether a span says what its article says there."""
    article = source.execute(
        "SELECT uid FROM article WHERE id = ?", (row["article_id"],)
    ).fetchone()
    text = (
        article
        and target.execute(
            "SELECT text FROM article_version WHERE article_id = (SELECT id FROM article WHERE uid = ?)"
            " ORDER BY number DESC LIMIT 1",
            article,
        ).fetchone()
    )
    return bool(text) and text[0][row["start"] : row["end"]] == row["quote"]


def _insert(
    source: sqlite3.Connection, target: sqlite3.Connection, table: str, row: Row
) -> int:  # fmt: skip
    """Copy a row under a number of its own, with the rows it refers to found by their uids."""
    values = {name: row[name] for name in row.keys() & set(_columns(target, table)) if name != "id"}
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


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
