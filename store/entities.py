"""Entities: the real-world things that reviewed mentions refer to."""

from __future__ import annotations

import sqlite3

from store.history import Edit
from store.texts import fold, one_line

NAMED = frozenset(
    ["PERSON", "ORG", "GPE", "LOC", "FACILITY", "FORCE", "NORP", "EVENT", "WEAPON", "PLATFORM"]
)
"""Labels whose mentions name a thing; a date or a count is no entity."""


def assign(edit: Edit, mention_id: int, quote: str, label: str) -> None:
    """Put a decided mention under the entity of its name and label, which is made where there is
    none. The name is the canonical one that the pipeline gave, else the quote."""
    row = edit.connection.execute(
        "SELECT entity FROM mention_origin WHERE mention_id = ? AND label = ?", (mention_id, label)
    ).fetchone()
    name = one_line(row[0] if row and row[0] else quote)
    if label not in NAMED or not any(c.isupper() or c.isdigit() for c in name):
        release(edit, mention_id)
        return
    wanted = edit.connection.execute(
        "SELECT e.id FROM alias a JOIN entity e ON e.id = a.entity_id"
        " WHERE a.folded = ? AND e.label = ? AND a.deleted = 0 AND e.deleted = 0"
        " ORDER BY e.id LIMIT 1",
        (fold(name), label),
    ).fetchone()
    current = _membership(edit.connection, mention_id)
    if wanted and current and current[1] == wanted[0]:
        return
    release(edit, mention_id)
    if wanted:
        entity_id = int(wanted[0])
    else:
        entity_id = edit.insert_made("entity", name=name, label=label)
        edit.insert("alias", entity_id=entity_id, name=name, folded=fold(name))
    edit.insert(
        "mention_entity",
        mention_id=mention_id,
        entity_id=entity_id,
        origin="rule",
        review_status="suggested",
    )


def release(edit: Edit, mention_id: int) -> None:
    """Take the mention out of its entity."""
    current = _membership(edit.connection, mention_id)
    if current:
        edit.delete("mention_entity", current[0])


def name_of(connection: sqlite3.Connection, mention_id: int) -> str | None:
    """Return the name of the entity that the mention is under, or what the pipeline proposed."""
    row = connection.execute(
        "SELECT COALESCE((SELECT e.name FROM mention_entity x JOIN entity e ON e.id = x.entity_id"
        " WHERE x.mention_id = ?1 AND x.deleted = 0 AND e.deleted = 0),"
        " (SELECT entity FROM mention_origin WHERE mention_id = ?1))",
        (mention_id,),
    ).fetchone()
    return row[0] if row else None


def _membership(connection: sqlite3.Connection, mention_id: int) -> tuple[bytes, int] | None:
    row = connection.execute(
        "SELECT uid, entity_id FROM mention_entity WHERE mention_id = ? AND deleted = 0",
        (mention_id,),
    ).fetchone()
    return (row[0], row[1]) if row else None
