"""One analyst's edit through a library: queued, committed as one unit, with its op."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from store import history
from store.errors import RefusedError
from store.history import Edit
from store.library import Library
from store.records import Op

T = TypeVar("T")


def submit(library: Library, kind: str, summary: str, work: Callable[[Edit], T]) -> Future[T]:
    """Queue ``work`` as one edit. When the future ends it is committed and synced.

    ``summary`` is what undo will call it. The future raises what `Library.submit` says, and
    `RefusedError` or `ValueError` where the edit itself cannot be done; nothing was changed then.
    """

    def unit(connection: sqlite3.Connection) -> T:
        edit = Edit(connection, _analyst(library), kind, summary)
        result = work(edit)
        edit.finish()
        return result

    return library.submit(unit)


def apply(library: Library, kind: str, summary: str, work: Callable[[Edit], T]) -> T:
    """Do ``work`` as one edit and wait for its commit."""
    return submit(library, kind, summary, work).result()


def undo(library: Library) -> Future[Op]:
    """Queue taking the newest edit back; the future gives that edit."""
    return library.submit(lambda connection: history.undo(connection, _analyst(library)))


def redo(library: Library) -> Future[Op]:
    """Queue making the edit that was undone last again; the future gives that edit."""
    return library.submit(lambda connection: history.redo(connection, _analyst(library)))


def _analyst(library: Library) -> int:
    if library.analyst_id is None:
        raise RefusedError("say who works first: conflict-reader --analyst NAME")
    return library.analyst_id
