"""One process writes to a library: an operating-system lock that frees itself on death."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path

from store.errors import HeldError
from store.ids import now


class WriteLock:
    """A lock on ``<library>.lock``, with who holds it written inside."""

    def __init__(self, library: Path, who: str) -> None:
        """Take the lock.

        Raises:
            HeldError: another process holds it; the message names that process.
            OSError: the lock file cannot be made.
        """
        self.path = library.with_name(library.name + ".lock")
        self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            held_by = holder(library)
            os.close(self._fd)
            raise HeldError(
                f"{library}: held by {held_by}. Close it there and try again;"
                " reading beside it works."
            ) from problem
        held = {"pid": os.getpid(), "host": os.uname().nodename, "since": now(), "who": who}
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, json.dumps(held).encode(), 0)

    def release(self) -> None:
        """Give the lock back. The file stays: removing it would race with the next holder."""
        os.ftruncate(self._fd, 0)
        os.close(self._fd)


def holder(library: Path) -> str:
    """Return who holds the library in words: what, process number, machine, since when."""
    try:
        raw = library.with_name(library.name + ".lock").read_text("utf-8")
        held = json.loads(raw)
        return (
            f"{held['who']} (process {held['pid']} on {held['host']} since {held['since'][:16]}Z)"
        )
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
