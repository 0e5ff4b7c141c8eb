"""Notes on articles, mentions, entities and incidents."""

from __future__ import annotations

import sqlite3

from store.history import Edit
from store.records import Note
from store.texts import clean

_SELECT = (
    "SELECT n.id, n.uid, n.target_kind, n.target_uid, n.body, COALESCE(a.name, ''), n.created,"
    " n.changed FROM note n LEFT JOIN analyst a ON a.id = n.analyst_id"
)


def of_target(connection: sqlite3.Connection, target_uid: bytes) -> list[Note]:
    """Return the notes on one thing, oldest first."""
    rows = connection.execute(
        f"{_SELECT} WHERE n.target_uid = ? AND n.deleted = 0 ORDER BY n.id", (target_uid,)
    )
    return [Note(*row) for row in rows]


def of_article(connection: sqlite3.Connection, article_id: int) -> list[Note]:
    """Return the notes on an article and on its mentions, oldest first."""
    rows = connection.execute(
        f"{_SELECT} WHERE n.deleted = 0 AND n.target_uid IN (SELECT uid FROM article WHERE id = ?1"
        " UNION ALL SELECT uid FROM mention WHERE article_id = ?1 AND deleted = 0) ORDER BY n.id",
        (article_id,),
    )
    return [Note(*row) for row in rows]


def set_body(edit: Edit, target_kind: str, target_uid: bytes, body: str) -> None:
    """Write the analyst's note on a thing: the first makes it, an empty one deletes it."""
    body = clean(body)[0].strip()
    existing = of_target(edit.connection, target_uid)
    if not existing:
        if body:
            edit.insert_made("note", target_kind=target_kind, target_uid=target_uid, body=body)
    elif not body:
        edit.delete("note", existing[-1].uid)
    elif body != existing[-1].body:
        edit.update("note", existing[-1].uid, body=body, changed=edit.at)
