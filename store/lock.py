"""One process writes to a library: an operating-system lock that frees itself on death."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path

from store.errors import HeldError
from store.ids import now


class WriteLock:
    """A lock on ``<library>.lock``, with who holds it written inside. ``left_by`` says in words who
    held it last and died without giving it back, None where it was given back."""

    def __init__(self, library: Path, who: str) -> None:
        """Take the lock.

        Raises:
            HeldError: another process holds it; the message names that process.
            OSError: the lock file cannot be made.
        """
        self._library, self._who = library, who
        self.path = library.with_name(library.name + ".lock")
        self.left_by: str | None = None
        self._unexamined = b""  # what the one that died wrote, until the library was looked over
        self._take()

    def _take(self) -> None:
        self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            held_by = holder(self._library)
            os.close(self._fd)
            raise HeldError(
                f"{self._library}: held by {held_by}. Close it there and try again;"
                " reading beside it works."
            ) from problem
        if os.fstat(self._fd).st_size:
            self.left_by = holder(self._library)
            self._unexamined = os.pread(self._fd, 4096, 0)
        held = {"pid": os.getpid(), "host": os.uname().nodename, "since": now(), "who": self._who}
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, json.dumps(held).encode(), 0)

    def hold(self) -> None:
        """See that the lock is still ours: where its file was deleted or replaced, which would let
        a second writer in, it is taken again.

        Raises:
            HeldError: another process took it meanwhile.
            OSError: its file cannot be made again.
        """
        try:
            mine, there = os.fstat(self._fd), self.path.lstat()
            if (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino):
                return
        except FileNotFoundError:
            pass
        old = self._fd
        try:
            self._take()
        except BaseException:
            self._fd = old
            raise
        os.close(old)

    def examined(self) -> None:
        """Note that the library was looked over after its unclean end."""
        self._unexamined = b""

    def release(self) -> None:
        """Give the lock back. The file stays: removing it would race with the next holder. Where
        the library was left unclean and not looked over, the next holder hears of it again."""
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, self._unexamined, 0)
        os.close(self._fd)


def holder(library: Path) -> str:
    """Return who holds the library in words: what, process number, machine, since when."""
    try:
        with library.with_name(library.name + ".lock").open("rb") as file:
            held = json.loads(file.read(4096))
        return (
            f"{held['who']} (process {held['pid']} on {held['host']} since {held['since'][:16]}Z)"
        )
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
