"""One SQLite file, one writer: opening, locking, closing, and the unit of work.

A `Library` has one writer connection on a thread of its own and a read-only connection for each
thread that reads. Human edits are committed with ``synchronous=FULL``: what was said to be saved
survives a power cut. Bulk work that can be run again may use NORMAL.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from store import file_systems, schema
from store.errors import (
    AlteredError,
    DamagedError,
    NewerError,
    StoreError,
    in_words,
    store_error,
)
from store.ids import new_uid, now
from store.lock import WriteLock

if TYPE_CHECKING:
    from store.codebook import Codebook

T = TypeVar("T")
Mode = Literal["write", "read"]

_ANALYST = "SELECT value FROM setting WHERE key = 'analyst'"
HUMAN, BULK = 0, 1
"""Priorities of a unit of work: an edit goes before the next slice of an import."""


def default_path() -> Path:
    """Return where the library is: ``CONFLICT_READER_DB``, else the platform's data folder."""
    named = os.environ.get("CONFLICT_READER_DB")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("conflict-reader", appauthor=False) / "library.db"


@contextmanager
def unit_of_work(
    connection: sqlite3.Connection, *, durable: bool = True
) -> Iterator[sqlite3.Connection]:
    """Run the block as one transaction: all of it is committed and synced, or none of it.

    BEGIN IMMEDIATE, since a deferred transaction that reads first can fail at its first write
    whatever the timeout is. ``durable=False`` leaves the sync to the next checkpoint; it is for
    work that can be run again.
    """
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


class Library:
    """An open library. Close it when done; it is also a context manager."""

    def __init__(self, path: Path, mode: Mode, lock: WriteLock | None, immutable: bool) -> None:
        self.path = path
        self.mode: Mode = mode
        self._lock = lock
        self._immutable = immutable
        self._file: os.stat_result | None = None
        self._rescued: Path | None = None
        self._readers = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._queue: queue.PriorityQueue[tuple[int, int, Callable[[], None] | None]] = (
            queue.PriorityQueue()
        )
        self._order = itertools.count()
        self._writer: sqlite3.Connection | None = None
        self._thread: threading.Thread | None = None
        self._closing = False
        self.analyst_id: int | None = None
        self._codebook: Codebook | None = None

    # --- opening and closing ---------------------------------------------------------------

    @classmethod
    def open(
        cls, path: Path, mode: Mode = "write", *, who: str = "conflict-reader", newer: bool = False
    ) -> Library:
        """Open the library at ``path``; for writing it is created or migrated where needed.
        ``newer``: read also what a newer version of the program wrote.

        Raises:
            HeldError: ``mode`` is write and another process holds it.
            NewerError: a newer version of the program wrote it.
            AlteredError: ``mode`` is write and it has triggers that are not this program's.
            DamagedError: it is no whole file any more, or is gone and has backups.
            StoreError: it cannot be opened, is no library, or is missing (when reading).
        """
        try:
            path = path.expanduser().resolve()  # one file, one lock, whatever link leads to it
            if mode == "write":
                return cls._open_to_write(path, who)
            return cls._open_to_read(path, newer)
        except StoreError:
            raise
        except (sqlite3.Error, OSError, RuntimeError, UnicodeError) as problem:
            raise store_error(problem, str(path)) from problem

    @classmethod
    def _open_to_write(cls, path: Path, who: str) -> Library:
        if sqlite3.sqlite_version_info < schema.MINIMUM_SQLITE:
            raise StoreError(
                f"this Python has SQLite {sqlite3.sqlite_version}; 3.37 or newer is needed"
            )
        if not path.parent.exists():
            path.parent.mkdir(parents=True, mode=0o700)
        if path.is_dir():
            raise StoreError(f"{path}: is a folder; --db takes a file")
        _not_lost(path)
        try:
            # before SQLite does it: the file and its -wal and -shm are for this user alone
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
        except FileExistsError:
            if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
                raise StoreError(in_words(OSError("read-only"), str(path))) from None
            if path.stat().st_nlink > 1:  # each name would have a lock and a -wal of its own
                raise AlteredError(
                    f"{path}: has a second name (a hard link), by which another program could write;"
                    " copy it, or delete the other name; reading it works"
                ) from None
        library = cls(path, "read", None, immutable=False)
        try:
            library._begin_writing(who)
        except BaseException:
            library.close()
            raise
        return library

    def take_over(self, who: str) -> None:
        """Begin to write in a library that was opened for reading. Raises as `open` does for
        writing; it stays open for reading then."""
        try:
            if self._immutable:
                raise StoreError(in_words(OSError("read-only"), str(self.path)))
            there = self.path.stat()
            assert self._file is not None
            if (there.st_dev, there.st_ino) != (self._file.st_dev, self._file.st_ino):
                raise StoreError(
                    f"{self.path}: was replaced by another process; start again to read what is"
                    " there now"
                )
            self._begin_writing(who)
        except StoreError:
            raise
        except (sqlite3.Error, OSError) as problem:
            raise store_error(problem, str(self.path)) from problem

    def _begin_writing(self, who: str) -> None:
        """Take the lock, bring the schema up to date, start the writer's thread."""
        path = self.path
        lock = WriteLock(path, who)
        try:
            connection = self._connect("rw")
            _check(connection, path)
            state = schema.state(connection)
            altered = schema.altered(connection) if state != "new" else []
            if altered:
                raise AlteredError(
                    f"{path}: {altered[0]}, so it is not written to; conflict-reader doctor says"
                    " more, and reading it works"
                )
            journal = "DELETE" if file_systems.on_network(path) else "WAL"
            connection.execute(f"PRAGMA journal_mode = {journal}")
            if state != "current":
                if state == "old":
                    from store import backup

                    backup.make(connection, path, "update")
                schema.migrate(connection)
            row = connection.execute(_ANALYST).fetchone()
            if row is None:  # it was ended between the two
                _furnish(connection)
                row = connection.execute(_ANALYST).fetchone()
            self.analyst_id = int(row[0]) if row else None
        except BaseException:
            lock.release()
            raise
        self._lock, self._writer = lock, connection
        self._file = path.stat()
        self._codebook = None
        self.mode = "write"
        self._thread = threading.Thread(target=self._write_loop, name="writer", daemon=True)
        self._thread.start()

    @property
    def left_by(self) -> str | None:
        """Who wrote last and ended without closing the library, in words; None where all was well.
        Such a library is worth a `store.backup.quick_check`; `examined` says that it was made."""
        return self._lock.left_by if self._lock is not None else None

    def examined(self) -> None:
        """Note that the library was looked over after an unclean end."""
        if self._lock is not None:
            self._lock.examined()

    @classmethod
    def _open_to_read(cls, path: Path, newer: bool) -> Library:
        if not path.is_file():
            _not_lost(path)
            raise StoreError(
                f"{path}: there is no library here yet; start conflict-reader or import an article"
            )
        wal = path.with_name(path.name + "-wal")
        for immutable in (False, True):
            if immutable and wal.is_file() and wal.stat().st_size:
                raise StoreError(
                    f"{path}: newer edits are in {wal.name}, which cannot be used in a folder that may"
                    " only be read; copy both files to one that you may write to"
                )
            library = cls(path, "read", None, immutable)
            try:
                connection = library._connect("ro")
                state = schema.state(connection)
                if not (newer and state == "newer"):
                    _check(connection, path)
                if state == "old":
                    raise StoreError(
                        f"{path}: an older library; start conflict-reader on it once to update"
                    )
                if state == "new":
                    raise StoreError(f"{path}: an empty file; start conflict-reader on it once")
                library._file = path.stat()
                return library
            except sqlite3.OperationalError as problem:
                library.close()
                # WAL needs its side files; where the folder or the file refuses them, the file is
                # read as it is
                if immutable or (os.access(path.parent, os.W_OK) and os.access(path, os.W_OK)):
                    raise store_error(problem, str(path)) from problem
            except BaseException:
                library.close()
                raise
        raise AssertionError("unreachable")

    def _connect(self, mode: str) -> sqlite3.Connection:
        uri = f"{self.path.as_uri()}?mode={mode}{'&immutable=1' if self._immutable else ''}"
        connection = sqlite3.connect(
            uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        with self._guard:
            self._all.append(connection)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA busy_timeout = 5000")
        if mode == "ro":  # the writer's triggers feed FTS5, which SQLite counts as not innocuous
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA query_only = ON")
        return connection

    def close(self) -> None:
        """Finish the queued units, close every connection and give the lock back."""
        with self._guard:  # from here on nothing is queued behind the end
            self._closing = True
        if self._thread is not None:
            self._queue.put((2, next(self._order), None))
            self._thread.join()
            self._thread = None
        with self._guard:
            for connection in self._all:
                connection.close()
            self._all.clear()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- reading -----------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give this thread's read-only connection. Read everything before the block ends: a
        half-read cursor keeps the WAL from being checkpointed."""
        connection: sqlite3.Connection | None = getattr(self._readers, "connection", None)
        if connection is None:
            connection = self._connect("ro")
            self._readers.connection = connection
        try:
            yield connection
        except sqlite3.DatabaseError as problem:
            raise store_error(problem, str(self.path)) from problem

    # --- writing -----------------------------------------------------------------------------

    def submit(
        self,
        work: Callable[[sqlite3.Connection], T],
        *,
        priority: int = HUMAN,
        durable: bool = True,
    ) -> Future[T]:
        """Queue ``work`` as one unit of work on the writer's thread.

        The future ends when the unit is committed; it raises `StoreError` in words where the
        disk or the file refused, and nothing was changed then.
        """
        future: Future[T] = Future()
        if self._closing:
            future.set_exception(StoreError(f"{self.path}: is closed; nothing was changed"))
            return future
        if self._writer is None or self._thread is None:
            future.set_exception(StoreError(f"{self.path}: open for reading; edits are refused"))
            return future
        writer = self._writer

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                self._still_there(writer)
                with unit_of_work(writer, durable=durable):
                    result = work(writer)
            except sqlite3.Error as problem:
                future.set_exception(store_error(problem, str(self.path)))
            except BaseException as problem:
                future.set_exception(problem)
            else:
                future.set_result(result)

        with self._guard:
            if not self._closing:
                self._queue.put((priority, next(self._order), run))
                return future
        future.set_exception(StoreError(f"{self.path}: is closed; nothing was changed"))
        return future

    def write(
        self,
        work: Callable[[sqlite3.Connection], T],
        *,
        priority: int = HUMAN,
        durable: bool = True,
    ) -> T:
        """Do ``work`` as one unit of work and wait for its commit. Raises as `submit` says."""
        return self.submit(work, priority=priority, durable=durable).result()

    def _still_there(self, writer: sqlite3.Connection) -> None:
        """Refuse to write into a file that no longer has the library's name: what is written there
        is gone when it is closed. What was saved before is kept as a backup, once."""
        assert self._file is not None and self._lock is not None
        try:
            there = self.path.stat()
            if (there.st_dev, there.st_ino) == (self._file.st_dev, self._file.st_ino):
                self._lock.hold()
                self._rescued = None
                return
            what = "replaced"
        except FileNotFoundError:
            what = "deleted or moved"
        except OSError as problem:
            raise store_error(problem, str(self.path)) from problem
        if self._rescued is None:
            from store import backup

            self._rescued = backup.rescue(writer, self.path)
        raise StoreError(
            f"{self.path}: was {what} while it was open, so nothing was changed. What was saved"
            f" until then is in {self._rescued}"
        )

    def _write_loop(self) -> None:
        while True:
            _, _, run = self._queue.get()
            if run is None:
                break
            run()
        if self._writer is not None:
            with contextlib.suppress(sqlite3.Error):  # housekeeping; the data is committed
                self._writer.execute("PRAGMA optimize")
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # --- what a library keeps about itself -----------------------------------------------------

    def setting(self, key: str) -> str | None:
        """Return a stored setting, or None."""
        with self.reading() as connection:
            row = connection.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def codebook(self) -> Codebook:
        """Return the codebook that this library is coded with."""
        from store import codebook

        if self._codebook is None:
            try:
                self._codebook = codebook.parse(self.codebook_toml())
            except ValueError as problem:
                raise StoreError(
                    f"{self.path}: its codebook cannot be read ({problem});"
                    " conflict-reader codebook use FILE gives it another"
                ) from problem
        return self._codebook

    def codebook_toml(self) -> str:
        """Return the TOML of the codebook that this library is coded with."""
        from store import codebook

        with self.reading() as connection:
            row = connection.execute(
                "SELECT toml FROM codebook ORDER BY id DESC LIMIT 1"
            ).fetchone()
        return str(row[0]) if row else codebook.default_toml()

    def use_codebook(self, toml: str) -> list[tuple[str, int]]:
        """Code with another codebook from now on; return labels that mentions have and it has not,
        with how many. Nothing that is coded changes. The earlier codebooks are kept.

        Raises:
            StoreError: it is no codebook (`store.codebook.check` says why).
        """
        import hashlib

        from store import codebook

        problems = codebook.check(toml)
        if problems:
            raise StoreError(problems[0])
        known = {label.id for label in codebook.parse(toml).labels}

        def work(connection: sqlite3.Connection) -> list[tuple[str, int]]:
            digest = hashlib.sha256(toml.encode()).digest()
            connection.execute("DELETE FROM codebook WHERE sha256 = ?", (digest,))
            connection.execute(
                "INSERT INTO codebook (id, sha256, toml, installed)"
                " VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM codebook), ?, ?, ?)",
                (digest, toml, now()),
            )
            rows = connection.execute(
                "SELECT label, COUNT(*) FROM mention WHERE deleted = 0 GROUP BY label ORDER BY label"
            ).fetchall()
            return [(label, count) for label, count in rows if label not in known]

        missing = self.write(work)
        self._codebook = None
        return missing

    def analyst(self) -> str | None:
        """Return the name of who works, or None where it was never asked."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT name FROM analyst WHERE id ="
                " (SELECT CAST(value AS INTEGER) FROM setting WHERE key = 'analyst')"
            ).fetchone()
        return row[0] if row else None

    def set_analyst(self, name: str) -> None:
        """Say who works from now on; a known name keeps its id, a new one gets one."""
        name = " ".join(name.split())
        if not name:
            raise StoreError("an analyst needs a name")

        def work(connection: sqlite3.Connection) -> int:
            row = connection.execute("SELECT id FROM analyst WHERE name = ?", (name,)).fetchone()
            if row is None:
                row = connection.execute(
                    "INSERT INTO analyst (uid, name, created) VALUES (?, ?, ?) RETURNING id",
                    (new_uid(), name, now()),
                ).fetchone()
            set_setting(connection, "analyst", str(row[0]))
            return int(row[0])

        self.analyst_id = self.write(work)


def set_setting(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Store a setting inside a unit of work."""
    connection.execute("INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", (key, value))


def open_or_read(path: Path, *, who: str) -> tuple[Library, StoreError | None]:
    """Open for writing; where that is refused but reading works, for reading, with the reason."""
    try:
        return Library.open(path, "write", who=who), None
    except NewerError:
        raise
    except StoreError as problem:
        path = path.expanduser()
        refused = path.is_file() and not (
            os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        )
        if not problem.readable and not refused:
            raise
        return Library.open(path, "read"), problem


def _not_lost(path: Path) -> None:
    """Refuse to begin anew where a library was: an empty one in its place would look as if all were
    lost, and SQLite would throw away what its -wal holds."""
    if path.is_file() and path.stat().st_size:
        return
    wal = path.with_name(path.name + "-wal")
    from store import backup

    if (wal.is_file() and wal.stat().st_size) or backup.of(path):
        what = "is empty" if path.is_file() else "is gone"
        raise DamagedError(
            f"{path}: {what}, but there was a library here; conflict-reader restore brings a backup"
            f" back ({backup.folder(path).name} out of the way lets a new one begin)"
        )


def _check(connection: sqlite3.Connection, path: Path) -> None:
    found = schema.state(connection)
    if found == "newer":
        raise NewerError(
            f"{path}: written by a newer conflict-reader; update the program, or read it with"
            " --read-only"
        )
    if found == "foreign":
        raise StoreError(f"{path}: a SQLite file of another program; choose another --db")


def _furnish(connection: sqlite3.Connection) -> None:
    """Give a new library its copy of the codebook and an analyst named by the login."""
    import getpass
    import hashlib

    from store import codebook

    toml = codebook.default_toml()
    try:
        login = getpass.getuser()
    except (OSError, KeyError):
        login = "analyst"
    with unit_of_work(connection):
        if not connection.execute("SELECT 1 FROM codebook").fetchone():
            connection.execute(
                "INSERT INTO codebook (sha256, toml, installed) VALUES (?, ?, ?)",
                (hashlib.sha256(toml.encode()).digest(), toml, now()),
            )
        if not connection.execute("SELECT 1 FROM analyst").fetchone():
            row = connection.execute(
                "INSERT INTO analyst (uid, name, created) VALUES (?, ?, ?) RETURNING id",
                (new_uid(), login, now()),
            ).fetchone()
            set_setting(connection, "analyst", str(row[0]))
