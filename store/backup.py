"""Backups of a library: whole files beside it, made by SQLite's online backup, checked by opening.

They lie in ``<library>.backups``, each named by a running number (a clock that was set back changes
no order), the moment and why it was made. Bringing one back never touches the file that was
damaged: it is put aside under another name.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from store import schema
from store.errors import StoreError, is_damage, store_error
from store.lock import WriteLock

Why = Literal["update", "timed", "quit", "asked", "rescued"]
MINUTES = 30
"""Of changed work after which a backup is due."""
RECENT, DAYS, WEEKS = 10, 7, 8
"""How many are kept: the newest ones, the last of each of so many days, of each of so many weeks."""
MOST_BYTES, LEAST = 5_000_000_000, 3
"""Bytes that the backups of a library may take together, beyond the newest so many."""
_NAME = re.compile(r"(\d{6,9})-(\d{8}T\d{6}Z)-(update|timed|quit|asked|rescued)\.db")
_STEP = 4096  # pages between two calls of progress

Stamp = tuple[int, bytes, int, int]
"""Number and uid of the newest edit, numbers of the newest text and codebook: what people made.
Suggestions can be made again."""


@dataclass(frozen=True)
class Backup:
    """One backup. ``made`` is the moment in UTC."""

    path: Path
    number: int
    made: datetime
    why: str
    size: int


@dataclass(frozen=True)
class Contents:
    """What a library holds, as it is offered."""

    articles: int
    edits: int

    @property
    def words(self) -> str:
        """How it is offered."""
        return f"{counted(self.articles, 'article')}, {counted(self.edits, 'edit')}"


def counted(number: int, what: str) -> str:
    """Return a number of things in words."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def folder(library: Path) -> Path:
    """Return the folder of a library's backups."""
    return library.with_name(library.name + ".backups")


def of(library: Path) -> list[Backup]:
    """Return the backups of a library, the newest first."""
    found = []
    with suppress(OSError):
        for path in folder(library).iterdir():
            m = _NAME.fullmatch(path.name)
            with suppress(OSError, ValueError):
                if m and path.is_file() and not path.is_symlink():
                    made = datetime.strptime(m[2], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
                    found.append(Backup(path, int(m[1]), made, m[3], path.stat().st_size))
    return sorted(found, key=lambda backup: -backup.number)


def make(
    connection: sqlite3.Connection,
    library: Path,
    why: Why,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Make a backup of what a connection sees now, check it and thin out the older ones.

    With ``progress`` (bytes done, in all) it is made in steps, without it in one; edits go on
    beside either.

    Raises:
        StoreError: it could not be written, or it is not whole; nothing is left of it then.
    """
    where = folder(library)
    try:
        where.mkdir(mode=0o700, exist_ok=True)
        with _alone(where):
            _room(connection, where)
            number = max((b.number for b in of(library)), default=0) + 1
            name = f"{number:06}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{why}.db"
            path = where / name
            copy(connection, path, progress)
            thin(library)
    except (OSError, sqlite3.Error) as problem:
        raise StoreError(f"no backup was made: {_why(problem, where)}") from problem
    return path


@contextmanager
def _alone(where: Path) -> Iterator[None]:
    """Let one process at a time make backups in a folder; clear up what a killed one left."""
    fd = os.open(where, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        for left in where.glob(".*.part*"):
            left.unlink(missing_ok=True)
        yield
    finally:
        os.close(fd)


def _room(connection: sqlite3.Connection, where: Path) -> None:
    """Refuse a backup that would leave no room for the work itself."""
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    needed = 2 * pages * connection.execute("PRAGMA page_size").fetchone()[0]
    free = shutil.disk_usage(where).free
    if free < needed:
        raise OSError(
            errno.ENOSPC, f"No space left: {needed / 1e6:.0f} MB are wanted, {free / 1e6:.0f} free"
        )


def copy(
    connection: sqlite3.Connection,
    path: Path,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write what a connection sees into a new file of its own, checked and synced before it gets
    its name. Raises `OSError` or `sqlite3.Error`, and leaves nothing then."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
    try:
        with closing(sqlite3.connect(part, isolation_level=None)) as target:
            if progress is None:
                connection.backup(target)
            else:
                _in_steps(connection, target, progress)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
            problem = quick_check(target)
            if problem:
                raise sqlite3.DatabaseError(f"malformed: {problem}")
        _sync(part)
        if path.exists():
            raise FileExistsError(errno.EEXIST, "there is a file of this name", str(path))
        part.rename(path)
        _sync(path.parent)
    finally:
        for left in (part, part.with_name(part.name + "-journal")):
            left.unlink(missing_ok=True)


def _in_steps(
    source: sqlite3.Connection, target: sqlite3.Connection, progress: Callable[[int, int], None]
) -> None:
    size = source.execute("PRAGMA page_size").fetchone()[0]
    ours = not source.in_transaction
    if ours:  # one moment of the library, whatever is written meanwhile
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master").fetchone()
    try:
        source.backup(
            target, pages=_STEP, sleep=0,
            progress=lambda _, left, total: progress((total - left) * size, total * size),
        )  # fmt: skip
    finally:
        if ours:
            source.execute("COMMIT")


def rescue(connection: sqlite3.Connection, library: Path) -> Path:
    """Keep what an open connection still sees of a library whose file is gone: among the backups,
    or where they cannot be, in the folder of the program's data.

    Raises:
        StoreError: it can be kept nowhere.
    """
    try:
        return make(connection, library, "rescued")
    except StoreError:
        from platformdirs import user_data_path

        where = user_data_path("conflict-reader", appauthor=False) / "rescued"
        name = f"{library.stem}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}.db"
        try:
            where.mkdir(parents=True, mode=0o700, exist_ok=True)
            copy(connection, where / name)
        except (OSError, sqlite3.Error) as problem:
            raise StoreError(
                f"{library}: is gone, and no copy could be kept: {_why(problem, where)}"
            ) from problem
        return where / name


def stamp(connection: sqlite3.Connection) -> Stamp:
    """Return what tells two states of a library apart."""
    row = connection.execute(
        "SELECT (SELECT MAX(id) FROM op), (SELECT uid FROM op ORDER BY id DESC LIMIT 1),"
        " (SELECT MAX(id) FROM article_version), (SELECT MAX(id) FROM codebook)"
    ).fetchone()
    return (row[0] or 0, row[1] or b"", row[2] or 0, row[3] or 0)


def contents(path: Path) -> Contents:
    """Return what a backup holds. Raises `StoreError` where it cannot be read."""
    try:
        with closing(_open(path)) as connection:
            row = connection.execute(
                "SELECT (SELECT COUNT(*) FROM article WHERE deleted = 0), (SELECT COUNT(*) FROM op)"
            ).fetchone()
    except (sqlite3.Error, OSError) as problem:
        raise store_error(problem, str(path)) from problem
    return Contents(*row)


def is_due(connection: sqlite3.Connection, library: Path, minutes: float = MINUTES) -> bool:
    """Whether people changed something since the newest backup, and it is older than that."""
    done = of(library)
    if not done:
        return any(stamp(connection)[:3])
    age = datetime.now(UTC) - done[0].made
    if timedelta(0) <= age < timedelta(minutes=minutes):
        return False
    try:
        with closing(_open(done[0].path)) as other:
            return stamp(other) != stamp(connection)
    except (sqlite3.Error, OSError):
        return True


def quick_check(connection: sqlite3.Connection, *, full: bool = False) -> str | None:
    """Return the first thing that SQLite finds wrong with a file, or None."""
    row = connection.execute("PRAGMA integrity_check(1)" if full else "PRAGMA quick_check(1)")
    said = " ".join(str(row.fetchone()[0]).split())
    return None if said == "ok" else said


def check(path: Path) -> str | None:
    """Return why a backup cannot be used, or None: SQLite finds it whole and it is a library."""
    try:
        with closing(_open(path)) as connection:
            problem = quick_check(connection, full=True)
            if problem:
                return "it is damaged"
            state = schema.state(connection)
            if state in ("new", "foreign"):
                return "it is no library of this program"
            if state == "newer":
                return "a newer conflict-reader made it"
    except (sqlite3.Error, OSError) as problem:
        return "it is damaged" if is_damage(problem) else _why(problem, path)
    return None


def newest_good(library: Path) -> Backup | None:
    """Return the newest backup that can be used."""
    return next((backup for backup in of(library) if check(backup.path) is None), None)


def to_keep(backups: Sequence[Backup]) -> set[int]:
    """Return the numbers of the backups to keep, of those given (the newest first)."""
    kept = {backup.number for backup in backups[:RECENT]}
    for why in ("update", "rescued"):  # what is nowhere else
        kept |= {backup.number for backup in [b for b in backups if b.why == why][:LEAST]}
    for form, most in (("%Y-%m-%d", DAYS), ("%G-%V", WEEKS)):
        last: dict[str, int] = {}
        for backup in backups:  # the newest of each day, of each week
            last.setdefault(backup.made.strftime(form), backup.number)
        kept |= set(list(last.values())[:most])
    return kept


def thin(library: Path) -> None:
    """Delete the backups that `to_keep` does not keep, and the oldest where they take too much. The
    one that was made last, and examined then, always stays."""
    backups = of(library)
    kept = to_keep(backups)
    total = 0
    for place, backup in enumerate(backups):
        total += backup.size
        if backup.number not in kept or (place >= LEAST and total > MOST_BYTES):
            total -= backup.size
            backup.path.unlink(missing_ok=True)


def restore(library: Path, source: Path, who: str) -> Path | None:
    """Put a copy of a backup in the library's place; return where the file that was there is kept.

    Raises:
        HeldError: a process has the library open for writing.
        StoreError: the backup cannot be used or copied; nothing was changed then.
    """
    library = library.resolve()
    unusable = check(source)
    if unusable:
        raise StoreError(f"{source}: {unusable}; choose another backup")
    part = library.with_name(f".{library.name}.{os.getpid()}.restoring")
    aside: Path | None = None
    try:
        library.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        lock = WriteLock(library, who)
        try:
            with closing(_open(source)) as made:  # with its -wal, where one lies beside it
                copy(made, part)
            aside = _put_aside(library)
            part.rename(library)
            _sync(library.parent)
            return aside
        finally:
            part.unlink(missing_ok=True)
            lock.release()
    except (OSError, sqlite3.Error) as problem:
        where = f"; what was there is {aside}" if aside is not None else ""
        raise StoreError(f"it was not restored: {_why(problem, library)}{where}") from problem


def _put_aside(library: Path) -> Path | None:
    """Give the library's file another name, and what SQLite keeps beside it the names that go with
    that; the file first, since a file without its -wal looks whole and is not."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    aside = library.with_name(f"{library.name}.replaced-{moment}")
    while aside.exists() or aside.with_name(aside.name + "-wal").exists():
        aside = aside.with_name(aside.name + "x")
    found = None
    for suffix in ("", "-wal", "-shm", "-journal"):
        old = library.with_name(library.name + suffix)
        if old.is_file() or old.is_symlink():
            old.rename(aside.with_name(aside.name + suffix))
            found = aside
    return found


def _open(path: Path) -> sqlite3.Connection:
    """Open a backup as it lies there, without making anything beside it, unless a -wal is there,
    which belongs to it."""
    wal = path.with_name(path.name + "-wal")
    alone = "" if wal.is_file() and wal.stat().st_size else "&immutable=1"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro{alone}", uri=True, isolation_level=None
    )
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _sync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _why(problem: BaseException, path: Path) -> str:
    return str(store_error(problem, str(path)))
