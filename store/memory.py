"""Decisions that an analyst made once for every article to come: a name is always one label, or
never one. They are edits like others, so that undo takes them back."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from store.history import Edit
from store.records import Op
from store.texts import fold, one_line

ANY = "*"
"""As the label of a ``never``: no label at all."""


@dataclass(frozen=True)
class Remembered:
    """One decision: ``name`` is always, or never, a ``label``."""

    id: int
    uid: bytes
    name: str
    label: str
    decision: str  # always, never
    analyst: str
    created: str


def same_name(quote: str, name: str) -> bool:
    """Whether a quote is the name of a decision. A name with a capital first means only words
    with one: what is said of May says nothing of may."""
    quote, name = quote.replace("’", "'"), name.replace("’", "'")
    return fold(quote) == fold(name) and (quote[:1].isupper() or not name[:1].isupper())


def all_of(connection: sqlite3.Connection) -> list[Remembered]:
    """Return the decisions that stand, by name."""
    rows = connection.execute(
        "SELECT m.id, m.uid, m.name, m.label, m.decision, COALESCE(a.name, ''), m.created"
        " FROM memory m LEFT JOIN analyst a ON a.id = m.analyst_id WHERE m.deleted = 0"
        " ORDER BY m.folded, m.decision, m.label"
    )
    return [Remembered(*row) for row in rows]


def remember(edit: Edit, name: str, label: str, decision: str) -> None:
    """Remember that a name is always or never a label. What contradicts it is forgotten."""
    name, folded = one_line(name), fold(name)
    there = False
    for uid, old_name, old_label, old_decision in edit.connection.execute(
        "SELECT uid, name, label, decision FROM memory WHERE folded = ? AND deleted = 0", (folded,)
    ).fetchall():
        if not (same_name(old_name, name) or same_name(name, old_name)):
            continue
        if (old_label, old_decision) == (label, decision):
            there = True
        elif old_decision == decision == "always" or (
            old_decision != decision and (label == old_label or ANY in (label, old_label))
        ):
            edit.delete("memory", uid)
    if not there:
        edit.insert_made("memory", name=name, folded=folded, label=label, decision=decision)


def forget(edit: Edit, uid: bytes) -> None:
    """Take a decision away; what it marked and nobody reviewed is made anew."""
    edit.delete("memory", uid)


def articles_with(connection: sqlite3.Connection, name: str) -> list[int]:
    """Return the articles in whose text a name stands: those that a change of a decision
    concerns."""
    from store import search

    phrase = search.phrase(name)
    if phrase is None:
        return []
    rows = connection.execute("SELECT rowid FROM article_fts WHERE article_fts MATCH ?", (phrase,))
    return [row[0] for row in rows]


def make_stale(connection: sqlite3.Connection, name: str) -> list[int]:
    """Let the articles that a decision concerns be annotated anew; return them."""
    found = articles_with(connection, name)
    connection.executemany(
        "UPDATE article SET pipeline = NULL WHERE id = ?", [(number,) for number in found]
    )
    return found


def names_in(connection: sqlite3.Connection, op: Op) -> set[str]:
    """Return the names of the decisions that an edit changed."""
    uids = [bytes.fromhex(str(c["uid"])) for c in op.changes if c["table"] == "memory"]
    found = set()
    for uid in uids:
        row = connection.execute("SELECT name FROM memory WHERE uid = ?", (uid,)).fetchone()
        if row:
            found.add(str(row[0]))
    return found
