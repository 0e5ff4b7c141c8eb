"""What can go wrong, in words that say what to do next."""

from __future__ import annotations

import sqlite3

EXIT_HELD = 75  # EX_TEMPFAIL: try again later


class StoreError(Exception):
    """A failure that a user can act on. The message is one line and names the file."""

    exit_code = 1
    readable = False  # the library can be read all the same


class HeldError(StoreError):
    """Another process is writing to the library."""

    exit_code = EXIT_HELD
    readable = True


class NewerError(StoreError):
    """The library was written by a newer version of the program."""


class AlteredError(StoreError):
    """The library has triggers or views that are not this program's, or lacks some of its own."""

    readable = True


class DamagedError(StoreError):
    """The library is damaged or gone; a backup can take its place."""


class RefusedError(StoreError):
    """An edit or undo that cannot be done, with the reason."""


def is_damage(problem: BaseException) -> bool:
    """Whether a failure of SQLite says that the file itself is damaged."""
    low = str(problem).lower()
    return isinstance(problem, sqlite3.DatabaseError) and (
        "not a database" in low or "malformed" in low or "corrupt" in low
    )


def store_error(problem: BaseException, path: str) -> StoreError:
    """Return a failure of SQLite or of the file system as one that a user can act on."""
    return (DamagedError if is_damage(problem) else StoreError)(in_words(problem, path))


def in_words(problem: BaseException, path: str) -> str:
    """Return one line for a failure of SQLite or of the file system on ``path``."""
    text = str(problem)
    low = text.lower()
    if "disk is full" in low or "no space left" in low:
        return f"{path}: the disk is full; nothing was changed. Make room elsewhere and try again."
    if "readonly" in low or "read-only" in low:
        return f"{path}: the library is read-only; nothing was changed. Check its permissions."
    if is_damage(problem):
        return f"{path}: this is not a whole SQLite file. Keep it as it is; conflict-reader restore brings a backup back."
    if "disk i/o" in low:
        return f"{path}: the disk refused to write; nothing was changed. Check space and cable."
    if "unable to open" in low or "permission" in low:
        return (
            f"{path}: cannot be opened. Check that the folder exists and that you may write there."
        )
    if "locked" in low or "busy" in low:
        return f"{path}: another program holds the file. Close it and try again."
    if isinstance(problem, OSError) and problem.strerror:
        text = f"cannot be used ({problem.strerror}); check the path and its permissions"
    return f"{path}: {text or type(problem).__name__}"
