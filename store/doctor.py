"""What can be wrong with a library, looked for one thing at a time, without changing anything."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from store import backup, file_systems, lock, schema
from store.errors import StoreError, in_words, store_error
from store.history import digest, refresh_counters
from store.library import unit_of_work
from store.texts import one_line, sha256

Level = Literal["ok", "warning", "bad"]

WAL_RESET_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""Where the WAL-reset bug is mended (since 3.7.0): this version and later, and two older lines from
these on (https://sqlite.org/wal.html, "The WAL-reset bug")."""
_OLD_BACKUP = 7  # days


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's."""

    name: str
    level: Level
    words: str


def sqlite_version() -> Finding:
    """SQLite itself, and whether it has the WAL-reset bug."""
    version = sqlite3.sqlite_version_info
    same_line = [fixed for fixed in WAL_RESET_FIXED[1:] if version[:2] == fixed[:2]]
    mended = version >= WAL_RESET_FIXED[0] or any(version >= fixed for fixed in same_line)
    said = sqlite3.sqlite_version
    if version < schema.MINIMUM_SQLITE:
        return Finding("sqlite", "bad", f"{said}; 3.37 or newer is needed")
    if mended:
        return Finding("sqlite", "ok", said)
    return Finding(
        "sqlite", "ok",
        f"{said}: has the WAL-reset bug (mended in 3.51.3), which needs two writers at once; the"
        " lock lets one write",
    )  # fmt: skip


def check(path: Path, *, full: bool = True) -> Iterator[Finding]:
    """Examine a library; ``full`` also reads every page and every text. A finding is given when it
    is made: the long ones come last."""
    path = path.resolve()
    yield sqlite_version()
    yield from _place(path)
    if not path.is_file():
        known = len(backup.of(path))
        yield Finding(
            "library", "bad",
            f"{path}: there is none here"
            + (f", but {known} backups: conflict-reader restore" if known else ""),
        )  # fmt: skip
        return
    yield _permissions(path)
    yield _held(path)
    try:
        with closing(_open(path)) as connection:
            yield from _inside(connection, path, full)
    except (sqlite3.Error, OSError) as problem:
        yield Finding("library", "bad", in_words(problem, str(path)))
    yield _backups(path)


def mend(path: Path) -> list[str]:
    """Put right what can be made again, after a backup: triggers, the search index, the counts that
    lists sort by. Return what was done. Texts, edits and pages are not touched.

    Raises:
        HeldError: a process has the library open for writing.
        StoreError: there is none, or it could not be mended; nothing was changed then.
    """
    path = path.resolve()
    if not path.is_file():
        raise StoreError(f"{path}: there is no library here")
    held = lock.WriteLock(path, "conflict-reader doctor")
    try:
        uri = f"{path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
            if schema.state(connection) != "current":
                raise StoreError(f"{path}: only a library of this version can be mended")
            kept = backup.make(connection, path, "asked")
            with unit_of_work(connection):
                done = schema.put_right(connection)
                connection.execute("INSERT INTO article_fts(article_fts) VALUES ('rebuild')")
                for (number,) in connection.execute("SELECT id FROM article").fetchall():
                    refresh_counters(connection, number)
        return [f"backup {kept.name}", *done, "made the search index and the counts anew"]
    except (sqlite3.Error, OSError) as problem:
        raise store_error(problem, str(path)) from problem
    finally:
        held.release()


def bad(findings: list[Finding]) -> bool:
    """Whether anything is wrong."""
    return any(finding.level == "bad" for finding in findings)


def _place(path: Path) -> Iterator[Finding]:
    kind = file_systems.kind(path.parent if path.parent.exists() else Path("/"))
    warning = file_systems.warning(path)
    yield Finding("file system", "warning" if warning else "ok", warning or kind or "not known")


def _permissions(path: Path) -> Finding:
    wrong = []
    for file in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        if file.exists() and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            wrong.append(f"{file.name} can be read by others: chmod 600")
    above = path.parent.stat()
    if above.st_mode & stat.S_IWOTH and not above.st_mode & stat.S_ISVTX:
        wrong.append(f"others can replace files in {path.parent}: chmod o-w")
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        wrong.append("it can only be read")
    words = "; ".join(wrong) or "for this user alone"
    return Finding("permissions", "warning" if wrong else "ok", words)


def _held(path: Path) -> Finding:
    """Who holds the library: its lock is tried and given back at once."""
    import fcntl

    try:
        fd = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return Finding("lock", "ok", "nobody has it open for writing")
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        left = os.fstat(fd).st_size > 0
    except OSError:
        return Finding("lock", "ok", f"open for writing: {lock.holder(path)}")
    finally:
        os.close(fd)
    if left:
        return Finding("lock", "warning", f"not closed properly by {lock.holder(path)}")
    return Finding("lock", "ok", "nobody has it open for writing")


def _inside(connection: sqlite3.Connection, path: Path, full: bool) -> Iterator[Finding]:
    yield _schema(connection)
    if schema.state(connection) not in ("current", "old"):
        return
    yield _guarded("triggers", lambda: _triggers(connection))
    yield _guarded("pages", lambda: _pages(connection, full))
    yield _guarded("references", lambda: _references(connection))
    yield _guarded("counts", lambda: _counts(connection))
    if full:
        yield _guarded("search index", lambda: _search_index(connection))
        yield _guarded("texts", lambda: _texts(connection))
        yield _guarded("offsets", lambda: _offsets(connection))
        yield _guarded("log", lambda: _log(connection))


def _guarded(name: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except (sqlite3.Error, UnicodeError) as problem:
        return Finding(name, "bad", f"cannot be looked at: {one_line(str(problem))}")


def _schema(connection: sqlite3.Connection) -> Finding:
    words: dict[str, tuple[Level, str]] = {
        "current": ("ok", f"{len(schema.MIGRATIONS)} of {len(schema.MIGRATIONS)} steps"),
        "old": ("ok", "of an older version; it is updated when it is opened next, with a backup"),
        "new": ("bad", "an empty file"),
        "newer": ("bad", "of a newer version: update the program, or read it with --read-only"),
        "foreign": ("bad", "a SQLite file of another program"),
    }
    return Finding("schema", *words[schema.state(connection)])


def _triggers(connection: sqlite3.Connection) -> Finding:
    wrong = schema.altered(connection)
    return Finding("triggers", "bad" if wrong else "ok", "; ".join(wrong) or "as they were made")


def _pages(connection: sqlite3.Connection, full: bool) -> Finding:
    problem = backup.quick_check(connection, full=full)
    how = "integrity check" if full else "quick check"
    return Finding("pages", "bad" if problem else "ok", problem or f"{how}: ok")


def _references(connection: sqlite3.Connection) -> Finding:
    """Rows that refer to a row which is not there, and notes and tags of nothing."""
    orphans = [
        f"{row[0]} refers to a row of {row[2]} that is not there"
        for row in connection.execute("PRAGMA foreign_key_check")
    ]
    for table in ("note", "tag"):
        found = connection.execute(
            f"SELECT COUNT(*) FROM {table} n WHERE n.deleted = 0 AND NOT EXISTS"
            + " AND NOT EXISTS".join(
                f" (SELECT 1 FROM {other} WHERE uid = n.target_uid)"
                for other in ("article", "mention", "entity", "incident", "report", "source")
            )
        ).fetchone()[0]
        if found:
            orphans.append(f"{found} of {table} belong to nothing")
    cyclic = connection.execute(
        "WITH RECURSIVE up (start, at, depth) AS (SELECT from_incident_id, to_incident_id, 1"
        " FROM incident_merge WHERE deleted = 0 UNION SELECT up.start, m.to_incident_id, depth + 1"
        " FROM up JOIN incident_merge m ON m.from_incident_id = up.at AND m.deleted = 0"
        " WHERE depth < 50) SELECT 1 FROM up WHERE start = at LIMIT 1"
    ).fetchone()
    if cyclic:
        orphans.append("an incident is merged into itself")
    return Finding(
        "references", "bad" if orphans else "ok",
        f"{len(orphans)} wrong, first: {orphans[0]}" if orphans else "every row has what it refers to",
    )  # fmt: skip


def _counts(connection: sqlite3.Connection) -> Finding:
    row = connection.execute(
        "SELECT (SELECT COUNT(*) FROM article WHERE deleted = 0),"
        " (SELECT COUNT(*) FROM mention WHERE deleted = 0),"
        " (SELECT COUNT(*) FROM incident WHERE deleted = 0), (SELECT COUNT(*) FROM op)"
    ).fetchone()
    words = "{} articles, {} mentions, {} incidents, {} edits".format(*row)
    return Finding("contents", "ok", words)


def _search_index(connection: sqlite3.Connection) -> Finding:
    """The full-text index against the texts. SQLite's own check of it is a statement that writes,
    so it is run on a copy that is thrown away."""
    with closing(sqlite3.connect("", isolation_level=None)) as copy:  # a temporary file
        connection.backup(copy)
        try:
            copy.execute("INSERT INTO article_fts(article_fts, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as problem:
            return Finding(
                "search index", "bad", f"is not that of the texts ({one_line(str(problem))}):"
                " conflict-reader doctor --mend makes it anew",
            )  # fmt: skip
    return Finding("search index", "ok", "is that of the texts")


def _texts(connection: sqlite3.Connection) -> Finding:
    """Each text against the hash that was stored with it: no other check sees a flipped bit in
    the middle of a text."""
    wrong, count = [], 0
    for article_id, text, stored in connection.execute(
        "SELECT article_id, text, text_sha256 FROM article_version"
    ):
        count += 1
        if not isinstance(text, str) or sha256(text) != stored:
            wrong.append(article_id)
    if wrong:
        shown = ", ".join(map(str, wrong[:10]))
        return Finding("texts", "bad", f"{len(wrong)} differ from their hash: articles {shown}")
    return Finding("texts", "ok", f"{count} are as they were stored")


def _offsets(connection: sqlite3.Connection) -> Finding:
    """Mentions against their text: inside it, and saying what they quote."""
    wrong: list[int] = []
    for article_id, text in connection.execute(
        "SELECT article_id, text FROM article_version v WHERE number ="
        " (SELECT MAX(number) FROM article_version WHERE article_id = v.article_id)"
    ):
        for table in ("mention", "report"):
            for start, end, quote in connection.execute(
                f'SELECT start, "end", quote FROM {table} WHERE article_id = ? AND deleted = 0',
                (article_id,),
            ):
                if not 0 <= start < end <= len(text) or text[start:end] != quote:
                    wrong.append(article_id)
    if wrong:
        shown = ", ".join(map(str, sorted(set(wrong))[:10]))
        return Finding("offsets", "bad", f"{len(wrong)} do not fit their text: articles {shown}")
    return Finding("offsets", "ok", "every mention quotes its text")


def _log(connection: sqlite3.Connection) -> Finding:
    """Each edit of the log against its digest."""
    wrong, count = [], 0
    columns = {row[1] for row in connection.execute("PRAGMA table_info(op)")}
    if "digest" not in columns:  # of an older version
        return Finding("log", "ok", "without digests, as older versions wrote it")
    for number, uid, at, kind, summary, changes, stored in connection.execute(
        "SELECT id, uid, at, kind, summary, changes, digest FROM op"
    ):
        count += 1
        if stored is not None and stored != digest(uid, at, kind, summary, changes):
            wrong.append(number)
    if wrong:
        shown = ", ".join(map(str, wrong[:10]))
        return Finding("log", "bad", f"{len(wrong)} edits are not as they were written: {shown}")
    return Finding("log", "ok", f"{count} edits are as they were written")


def _backups(path: Path) -> Finding:
    known = backup.of(path)
    if not known:
        return Finding("backups", "warning", "none yet: conflict-reader backup makes one")
    newest = known[0]
    problem = backup.check(newest.path)
    if problem:
        return Finding("backups", "bad", f"{newest.path.name} cannot be used: {problem}")
    age = (datetime.now(UTC) - newest.made).days
    words = f"{len(known)}, the newest of {newest.made:%Y-%m-%d %H:%M}Z can be opened"
    return Finding("backups", "warning" if age > _OLD_BACKUP else "ok", words)


def _open(path: Path) -> sqlite3.Connection:
    more = "" if os.access(path.parent, os.W_OK) else "&immutable=1"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro{more}", uri=True, isolation_level=None
    )
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA busy_timeout = 5000")
    return connection
