"""Tags: an analyst's own words on an article, an incident or an entity."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from store.history import Edit
from store.texts import clean, one_line


def of_target(connection: sqlite3.Connection, target_uid: bytes) -> list[str]:
    """Return the tags of one thing, by name."""
    rows = connection.execute(
        "SELECT name FROM tag WHERE target_uid = ? AND deleted = 0 ORDER BY name COLLATE NOCASE",
        (target_uid,),
    )
    return [row[0] for row in rows]


def used(connection: sqlite3.Connection, target_kind: str = "article") -> list[tuple[str, int]]:
    """Return every tag that is in use and how often, the most used first."""
    return connection.execute(
        "SELECT name, COUNT(*) FROM tag WHERE target_kind = ? AND deleted = 0"
        " GROUP BY name COLLATE NOCASE ORDER BY 2 DESC, 1 COLLATE NOCASE",
        (target_kind,),
    ).fetchall()


def parse(typed: str) -> list[str]:
    """Return the tags in a line, divided by commas; case of letters aside each once."""
    found: dict[str, str] = {}
    for part in clean(typed)[0].split(","):
        name = one_line(part).lstrip("#")
        if name:
            found.setdefault(name.casefold(), name)
    return list(found.values())


def set_tags(edit: Edit, target_kind: str, target_uid: bytes, names: Iterable[str]) -> None:
    """Give a thing exactly these tags."""
    wanted = {name.casefold(): name for name in names}
    for uid, name in edit.connection.execute(
        "SELECT uid, name FROM tag WHERE target_uid = ? AND deleted = 0", (target_uid,)
    ).fetchall():
        if name.casefold() in wanted:
            del wanted[name.casefold()]
        else:
            edit.delete("tag", uid)
    for name in wanted.values():
        edit.insert_made("tag", target_kind=target_kind, target_uid=target_uid, name=name)
