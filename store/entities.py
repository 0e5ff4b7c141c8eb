"""Entities: the real-world things that reviewed mentions refer to."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from store.errors import RefusedError
from store.history import Edit
from store.texts import clean, fold, one_line

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
    if _kept(edit.connection, mention_id):
        return
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
        # under its own words a mention needs no second look; under a name that was inferred it does
        review_status="accepted" if fold(quote) == fold(name) else "suggested",
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


def _kept(connection: sqlite3.Connection, mention_id: int) -> bool:
    """Whether an analyst put the mention under its entity: that holds, also where two labels were
    merged."""
    return (
        connection.execute(
            "SELECT 1 FROM mention_entity x JOIN entity e ON e.id = x.entity_id"
            " AND e.deleted = 0 WHERE x.mention_id = ? AND x.deleted = 0 AND x.origin = 'analyst'",
            (mention_id,),
        ).fetchone()
        is not None
    )


def _membership(connection: sqlite3.Connection, mention_id: int) -> tuple[bytes, int] | None:
    row = connection.execute(
        "SELECT uid, entity_id FROM mention_entity WHERE mention_id = ? AND deleted = 0",
        (mention_id,),
    ).fetchone()
    return (row[0], row[1]) if row else None


# --- the card: everything that is known of an entity ------------------------------------------------


@dataclass(frozen=True)
class Entity:
    """A real-world thing, with how much is known of it."""

    id: int
    uid: bytes
    name: str
    label: str
    n_mentions: int
    n_articles: int


@dataclass(frozen=True)
class Member:
    """A mention under an entity. ``review_status`` is that of its membership: suggested where the
    name alone put it there, accepted where an analyst said so."""

    mention_id: int
    mention_uid: bytes
    membership_uid: bytes
    article_id: int
    title: str
    published: str | None
    start: int
    end: int
    quote: str
    label: str
    review_status: str


@dataclass(frozen=True)
class Alias:
    """A name of an entity."""

    uid: bytes
    name: str


_COUNTED = (
    "SELECT e.id, e.uid, e.name, COALESCE(e.label, ''), COUNT(m.id), COUNT(DISTINCT m.article_id)"
    " FROM entity e LEFT JOIN mention_entity x ON x.entity_id = e.id AND x.deleted = 0"
    " LEFT JOIN mention m ON m.id = x.mention_id AND m.deleted = 0 AND m.review_status <> 'rejected'"
)


def all_entities(connection: sqlite3.Connection) -> list[Entity]:
    """Return the entities that mentions stand under, those in most articles first."""
    rows = connection.execute(
        f"{_COUNTED} WHERE e.deleted = 0 GROUP BY e.id HAVING COUNT(m.id) > 0"
        " ORDER BY 6 DESC, 5 DESC, e.name COLLATE NOCASE, e.id"
    )
    return [Entity(*row) for row in rows]


def get(connection: sqlite3.Connection, entity_id: int) -> Entity | None:
    """Return one entity, or None where it is gone."""
    row = connection.execute(
        f"{_COUNTED} WHERE e.id = ? AND e.deleted = 0 GROUP BY e.id", (entity_id,)
    ).fetchone()
    return Entity(*row) if row else None


def of_mention(connection: sqlite3.Connection, mention_id: int) -> int | None:
    """Return the entity that a mention stands under, or None."""
    found = _membership(connection, mention_id)
    return found[1] if found else None


def aliases(connection: sqlite3.Connection, entity_id: int) -> list[Alias]:
    """Return the names of an entity, the oldest first."""
    rows = connection.execute(
        "SELECT uid, name FROM alias WHERE entity_id = ? AND deleted = 0 ORDER BY id", (entity_id,)
    )
    return [Alias(*row) for row in rows]


def proposed(connection: sqlite3.Connection, article_id: int) -> dict[int, str]:
    """Return the canonical name of each mention of an article that has one, by its number: its
    entity's, else the one that the pipeline proposes."""
    return dict(
        connection.execute(
            "SELECT m.id, COALESCE(e.name, o.entity) FROM mention m"
            " LEFT JOIN mention_origin o ON o.mention_id = m.id"
            " LEFT JOIN mention_entity x ON x.mention_id = m.id AND x.deleted = 0"
            " LEFT JOIN entity e ON e.id = x.entity_id AND e.deleted = 0"
            " WHERE m.article_id = ? AND m.deleted = 0 AND COALESCE(e.name, o.entity) IS NOT NULL",
            (article_id,),
        ).fetchall()
    )


def known_names(connection: sqlite3.Connection, limit: int = 3000) -> list[str]:
    """Return names and aliases with a capital or a digit, those given last first."""
    rows = connection.execute(
        "SELECT DISTINCT name FROM alias WHERE deleted = 0 AND length(name) > 2 ORDER BY id DESC"
        " LIMIT ?",
        (limit,),
    )
    return [name for (name,) in rows if any(c.isupper() or c.isdigit() for c in name)]


def members(connection: sqlite3.Connection, entity_id: int) -> list[Member]:
    """Return the mentions under an entity, the earliest article first."""
    rows = connection.execute(
        'SELECT m.id, m.uid, x.uid, a.id, a.title, a.published, m.start, m."end", m.quote, m.label,'
        " x.review_status FROM mention_entity x JOIN mention m ON m.id = x.mention_id"
        " AND m.deleted = 0 AND m.review_status <> 'rejected' JOIN article a ON a.id = m.article_id"
        " AND a.deleted = 0 WHERE x.entity_id = ? AND x.deleted = 0"
        " ORDER BY COALESCE(a.published, '9999'), a.id, m.start",
        (entity_id,),
    )
    return [Member(*row) for row in rows]


def incidents_of(connection: sqlite3.Connection, entity_id: int) -> list[tuple[int, str, str]]:
    """Return the incidents in whose reports the entity is mentioned: number, title, first day."""
    return connection.execute(
        "SELECT DISTINCT i.id, i.title, COALESCE(i.date_start, '') FROM mention_entity x"
        " JOIN mention m ON m.id = x.mention_id AND m.deleted = 0"
        ' JOIN report r ON r.article_id = m.article_id AND r.deleted = 0 AND m.start < r."end"'
        ' AND m."end" > r.start JOIN incident_report y ON y.report_id = r.id AND y.deleted = 0'
        " JOIN incident i ON i.id = y.incident_id AND i.deleted = 0"
        " WHERE x.entity_id = ? AND x.deleted = 0 ORDER BY 3, 1",
        (entity_id,),
    ).fetchall()


def in_article(connection: sqlite3.Connection, article_id: int) -> dict[int, int]:
    """Return which entity each mention of an article stands under, by their numbers."""
    return dict(
        connection.execute(
            "SELECT x.mention_id, x.entity_id FROM mention m JOIN mention_entity x"
            " ON x.mention_id = m.id AND x.deleted = 0 WHERE m.article_id = ? AND m.deleted = 0",
            (article_id,),
        ).fetchall()
    )


# --- what an analyst does with them: each takes an Edit -----------------------------------------------


def rename(edit: Edit, entity: Entity, name: str) -> None:
    """Give an entity another name; the old one stays as an alias."""
    name = one_line(clean(name)[0])
    if not fold(name):
        raise RefusedError("an entity needs a name")
    edit.update("entity", entity.uid, name=name, changed=edit.at, analyst_id=edit.analyst_id)
    add_alias(edit, entity, name)


def add_alias(edit: Edit, entity: Entity, name: str) -> None:
    """Give an entity one more name, under which later mentions come to it."""
    name = one_line(clean(name)[0])
    if not fold(name):
        raise RefusedError("an alias needs a name")
    row = edit.connection.execute(
        "SELECT e.id, e.name FROM alias a JOIN entity e ON e.id = a.entity_id AND e.deleted = 0"
        " WHERE a.folded = ? AND e.label = ? AND a.deleted = 0 ORDER BY e.id LIMIT 1",
        (fold(name), entity.label),
    ).fetchone()
    if row is None:
        edit.insert("alias", entity_id=entity.id, name=name, folded=fold(name))
    elif row[0] != entity.id:
        raise RefusedError(f"“{name}” is a name of the entity “{row[1]}”: merge the two instead")


def remove_alias(edit: Edit, entity: Entity, alias: Alias) -> None:
    """Take a name away from an entity; the mentions that are under it stay."""
    if fold(alias.name) == fold(entity.name):
        raise RefusedError("this is its name: rename the entity first")
    edit.delete("alias", alias.uid)


def merge(edit: Edit, kept: Entity, gone: Entity) -> None:
    """Make two entities one: the mentions, names and notes of ``gone`` come to ``kept``."""
    if kept.id == gone.id:
        raise RefusedError("it is the same entity already")
    for (uid,) in edit.connection.execute(
        "SELECT uid FROM mention_entity WHERE entity_id = ? AND deleted = 0", (gone.id,)
    ).fetchall():
        edit.update(
            "mention_entity", uid, entity_id=kept.id, origin="analyst", review_status="accepted"
        )
    known = {fold(alias.name) for alias in aliases(edit.connection, kept.id)}
    for alias in aliases(edit.connection, gone.id):
        if fold(alias.name) in known:
            edit.delete("alias", alias.uid)
        else:
            edit.update("alias", alias.uid, entity_id=kept.id)
    for (uid,) in edit.connection.execute(
        "SELECT uid FROM note WHERE target_uid = ? AND deleted = 0", (gone.uid,)
    ).fetchall():
        edit.update("note", uid, target_uid=kept.uid)
    edit.delete("entity", gone.uid)


def split(edit: Edit, taken: Sequence[Member], name: str) -> int:
    """Move mentions out of their entity into a new one of this name; return its number."""
    name = one_line(clean(name)[0])
    if not fold(name) or not taken:
        raise RefusedError("choose the mentions that are another thing, and a name for it")
    entity_id = edit.insert_made("entity", name=name, label=taken[0].label)
    edit.insert("alias", entity_id=entity_id, name=name, folded=fold(name))
    for member in taken:
        move(edit, member, entity_id)
    return entity_id


def move(edit: Edit, member: Member, entity_id: int) -> None:
    """Put a mention under another entity, as the analyst's own decision."""
    edit.update(
        "mention_entity",
        member.membership_uid,
        entity_id=entity_id,
        origin="analyst",
        review_status="accepted",
    )


def put(edit: Edit, mention_id: int, entity_id: int) -> None:
    """Put a mention under an entity whose name it is not: ``the minister`` under a person. That is
    the analyst's own decision, and holds whatever is decided of the mention later."""
    current = _membership(edit.connection, mention_id)
    if current and current[1] == entity_id:
        raise RefusedError("it stands under this entity already")
    release(edit, mention_id)
    edit.insert(
        "mention_entity",
        mention_id=mention_id,
        entity_id=entity_id,
        origin="analyst",
        review_status="accepted",
    )


def confirm(edit: Edit, found: Sequence[Member]) -> int:
    """Agree that mentions are of their entity, where a name alone put them there."""
    changed = 0
    for member in found:
        changed += edit.update(
            "mention_entity", member.membership_uid, origin="analyst", review_status="accepted"
        )
    return changed
