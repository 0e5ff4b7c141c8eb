"""Named marks: places an analyst wants to find again. Like the reading position they are no edits."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """A place with a name."""

    name: str
    article_id: int
    offset: int
    title: str


def _raw(connection: sqlite3.Connection) -> dict[str, list[int]]:
    row = connection.execute("SELECT value FROM setting WHERE key = 'marks'").fetchone()
    return json.loads(row[0]) if row else {}


def all_of(connection: sqlite3.Connection) -> list[Mark]:
    """Return the marks by name; those in articles that were deleted are left out."""
    found = []
    for name, (article_id, offset) in sorted(_raw(connection).items()):
        row = connection.execute(
            "SELECT title FROM article WHERE id = ? AND deleted = 0", (article_id,)
        ).fetchone()
        if row:
            found.append(Mark(name, article_id, offset, row[0]))
    return found


def set_mark(connection: sqlite3.Connection, name: str, article_id: int, offset: int) -> None:
    """Set a mark inside a unit of work; the name moves where it is in use."""
    _keep(connection, {**_raw(connection), name: [article_id, offset]})


def delete_mark(connection: sqlite3.Connection, name: str) -> None:
    """Delete a mark inside a unit of work."""
    _keep(connection, {n: at for n, at in _raw(connection).items() if n != name})


def _keep(connection: sqlite3.Connection, found: dict[str, list[int]]) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO setting (key, value) VALUES ('marks', ?)",
        (json.dumps(found, ensure_ascii=False),),
    )
