"""The log of human edits: every edit, its inverse, undo and redo.

An `Edit` changes rows and remembers what they were; when it ends, one op with all of it joins the
append-only log, in the same transaction. Undo and redo are ops too: which edit comes next is read
from the log, so both survive a change of article and a restart. Deleting sets a tombstone, so the
inverse of an insert and of a delete is a change of one column.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping

from store.errors import RefusedError
from store.ids import new_uid, now
from store.records import Op, Value

REFERENCES = {
    "article_id": "article",
    "mention_id": "mention",
    "entity_id": "entity",
    "report_id": "report",
    "claim_id": "claim",
    "incident_id": "incident",
    "from_incident_id": "incident",
    "to_incident_id": "incident",
    "analyst_id": "analyst",
}
"""Columns that hold a row number, and the table it is of: the log keeps uids in their place, so
that it means the same in another library."""

_READ_BY_PIPELINE = frozenset(["published", "title", "language"])
"""Columns of an article on which its suggestions rest: they are made anew when one is corrected."""

TABLES = {
    "article": "the article",
    "mention": "the mention",
    "note": "the note",
    "incident": "the incident",
    "incident_link": "the link",
    "report": "the report",
    "claim": "the claim",
    "entity": "the entity",
    "alias": "the alias",
    "mention_entity": "the mention's entity",
    "memory": "the remembered decision",
    "tag": "the tag",
    "candidate": "the suggested incident",
    "incident_merge": "the merge",
    "incident_report": "the report's incident",
    "source": "the source",
}


def digest(uid: bytes, at: str, kind: str, summary: str, changes: str) -> bytes:
    """Return 16 bytes that tell whether a line of the log is as it was written."""
    said = "\0".join((at, kind, summary, changes)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(uid + said, digest_size=16).digest()


class Edit:
    """One intention of an analyst, inside a unit of work: rows changed, one op at the end."""

    def __init__(
        self, connection: sqlite3.Connection, analyst_id: int | None, kind: str, summary: str
    ) -> None:
        self.connection = connection
        self.analyst_id = analyst_id
        self.kind = kind
        self.summary = summary
        self.at = now()
        self._changes: list[dict[str, object]] = []
        self._articles: dict[int, set[str]] = {}  # what of them changed
        self._counts: dict[int, list[int]] = {}  # mentions and unreviewed ones more, or fewer
        self.article_id: int | None = None

    def insert(self, table: str, **values: Value) -> int:
        """Insert a row (``uid`` is made where it is not given) and return its number."""
        values.setdefault("uid", new_uid())
        row = self._execute_insert(table, values)
        uid = values["uid"]
        assert isinstance(uid, bytes)
        self._changes.append(
            {"table": table, "uid": uid.hex(), "new": _encode(self.connection, values)}
        )
        if table == "mention":
            self._count(uid, 1)
        self._touch(table, uid)
        return row

    def insert_made(self, table: str, **values: Value) -> int:
        """Insert a row that says who made it and when."""
        return self.insert(
            table, **values, created=self.at, changed=self.at, analyst_id=self.analyst_id
        )

    def update(self, table: str, uid: bytes, **values: Value) -> bool:
        """Change columns of a row; return whether any of them was different."""
        columns = ", ".join(f'"{name}"' for name in values)
        before = self.connection.execute(
            f"SELECT {columns} FROM {table} WHERE uid = ?", (uid,)
        ).fetchone()
        if before is None:
            raise RefusedError(f"{TABLES.get(table, 'what this changes')} is no longer there")
        old = dict(zip(values, before, strict=True))
        new = {name: value for name, value in values.items() if old[name] != value}
        if not new:
            return False
        if table == "mention":
            self._count(uid, -1)
        _set(self.connection, table, uid, new)
        if table == "article" and _READ_BY_PIPELINE & new.keys():
            self.connection.execute("UPDATE article SET pipeline = NULL WHERE uid = ?", (uid,))
        if table == "mention":
            self._count(uid, 1)
        encoded_old = _encode(self.connection, old)
        encoded_new = _encode(self.connection, new)
        self._changes.append(
            {
                "table": table,
                "uid": uid.hex(),
                "set": {name: [encoded_old[name], encoded_new[name]] for name in new},
            }
        )
        self._touch(table, uid)
        return True

    def delete(self, table: str, uid: bytes) -> None:
        """Set the row's tombstone."""
        self.update(table, uid, deleted=1)

    def finish(self, reverts: int | None = None) -> int | None:
        """Write the op and bring the counters up to date; return its number, None if empty."""
        if not self._changes:
            return None
        for article_id, tables in self._articles.items():
            refresh_counters(self.connection, article_id, tables - {"mention"})
        for article_id, (mentions, unreviewed) in self._counts.items():
            # added to, not counted anew: an article may have tens of thousands of mentions
            self.connection.execute(
                "UPDATE article SET n_mentions = n_mentions + ?, n_unreviewed = n_unreviewed + ?"
                " WHERE id = ?",
                (mentions, unreviewed, article_id),
            )
        if self.article_id is None and len(self._articles) == 1:
            (self.article_id,) = self._articles
        uid = new_uid()
        changes = json.dumps(self._changes, ensure_ascii=False, separators=(",", ":"))
        row = self.connection.execute(
            "INSERT INTO op (uid, at, analyst_id, kind, summary, article_id, reverts, changes, digest)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                uid,
                self.at,
                self.analyst_id,
                self.kind,
                self.summary,
                self.article_id,
                reverts,
                changes,
                digest(uid, self.at, self.kind, self.summary, changes),
            ),
        ).fetchone()
        return int(row[0])

    def _execute_insert(self, table: str, values: Mapping[str, Value]) -> int:
        columns = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" * len(values))
        row = self.connection.execute(
            f"INSERT INTO {table} ({columns}) VALUES ({marks}) RETURNING id", tuple(values.values())
        ).fetchone()
        return int(row[0])

    def _count(self, uid: bytes, sign: int) -> None:
        """Take a mention into its article's counters as it is now (-1: out of them)."""
        row = self.connection.execute(
            "SELECT article_id, deleted = 0 AND review_status <> 'rejected',"
            " deleted = 0 AND review_status = 'suggested' FROM mention WHERE uid = ?",
            (uid,),
        ).fetchone()
        if row is not None:
            counts = self._counts.setdefault(row[0], [0, 0])
            counts[0] += sign * row[1]
            counts[1] += sign * row[2]

    def _touch(self, table: str, uid: bytes) -> None:
        query = {
            "mention": "SELECT article_id FROM mention WHERE uid = ?",
            "report": "SELECT article_id FROM report WHERE uid = ?",
            "article": "SELECT id FROM article WHERE uid = ?",
            "note": "SELECT COALESCE((SELECT id FROM article WHERE uid = n.target_uid),"
            " (SELECT article_id FROM mention WHERE uid = n.target_uid))"
            " FROM note n WHERE n.uid = ?",
        }.get(table)
        if query:
            row = self.connection.execute(query, (uid,)).fetchone()
            if row and row[0] is not None:
                self._articles.setdefault(row[0], set()).add(table)

    def apply_inverse(self, op: Op, *, forward: bool) -> None:
        """Take the op's changes back (or make them again), refusing where a row has moved."""
        changes = op.changes if forward else list(reversed(op.changes))
        for change in changes:
            table, uid = str(change["table"]), bytes.fromhex(str(change["uid"]))
            wanted: dict[str, Value] = {}
            expected: dict[str, Value] = {}
            if "new" in change:
                wanted["deleted"] = 0 if forward else 1
                expected["deleted"] = 1 if forward else 0
            else:
                both = change["set"]
                assert isinstance(both, dict)
                before = decode(self.connection, {name: pair[0] for name, pair in both.items()})
                after = decode(self.connection, {name: pair[1] for name, pair in both.items()})
                wanted, expected = (after, before) if forward else (before, after)
                if table == "mention" and both.keys() == {"deleted"} and self._gone(table, uid):
                    continue  # a suggestion that was put away with it, and is made no more
            self._expect(table, uid, expected, op, "make again" if forward else "take back")
            self.update(table, uid, **wanted)

    def _gone(self, table: str, uid: bytes) -> bool:
        found = self.connection.execute(f"SELECT 1 FROM {table} WHERE uid = ?", (uid,))
        return found.fetchone() is None

    def _expect(
        self, table: str, uid: bytes, expected: Mapping[str, Value], op: Op, what_for: str
    ) -> None:
        columns = [name for name in expected if name != "changed"]
        row = self.connection.execute(
            f"SELECT {', '.join(f'{chr(34)}{c}{chr(34)}' for c in columns) or '1'}"
            f" FROM {table} WHERE uid = ?",
            (uid,),
        ).fetchone()
        what = TABLES.get(table, "what it changed")
        if row is None:
            raise RefusedError(f"cannot {what_for} “{op.summary}”: {what} is no longer there")
        if columns and not all(
            same(table, c, now_is, expected[c]) for c, now_is in zip(columns, row, strict=True)
        ):
            raise RefusedError(
                f"cannot {what_for} “{op.summary}”: {what} has been changed since by something else"
            )


def same(table: str, column: str, now_is: Value, expected: Value) -> bool:
    """Whether a column is as an edit left it. Opening an article turns unread into reading by
    itself, which is no edit and must not stand in the way of undo."""
    if (table, column) == ("article", "status") and expected in ("unread", "reading"):
        return now_is in ("unread", "reading")
    return now_is == expected


_COUNTERS = {
    "mention": """(n_mentions, n_unreviewed) =
        (SELECT COUNT(*), COALESCE(SUM(review_status = 'suggested'), 0) FROM mention
         WHERE article_id = article.id AND deleted = 0 AND review_status <> 'rejected')""",
    "note": """n_notes =
        (SELECT COUNT(*) FROM note WHERE deleted = 0 AND target_uid = article.uid)
        + (SELECT COUNT(*) FROM mention m JOIN note n ON n.target_uid = m.uid
           WHERE m.article_id = article.id AND n.deleted = 0 AND n.target_kind = 'mention')""",
    "report": "n_reports ="
    " (SELECT COUNT(*) FROM report WHERE article_id = article.id AND deleted = 0)",
}


def refresh_counters(
    connection: sqlite3.Connection, article_id: int, tables: Iterable[str] = tuple(_COUNTERS)
) -> None:
    """Count again what lists show and sort by for one article, where these tables changed."""
    parts = [_COUNTERS[table] for table in tables if table in _COUNTERS]
    if parts:
        connection.execute(f"UPDATE article SET {', '.join(parts)} WHERE id = ?", (article_id,))


def _set(
    connection: sqlite3.Connection, table: str, uid: bytes, values: Mapping[str, Value]
) -> None:
    columns = ", ".join(f'"{name}" = ?' for name in values)
    connection.execute(f"UPDATE {table} SET {columns} WHERE uid = ?", (*values.values(), uid))


def _encode(connection: sqlite3.Connection, values: Mapping[str, Value]) -> dict[str, object]:
    encoded: dict[str, object] = {}
    for name, value in values.items():
        table = REFERENCES.get(name)
        if table and value is not None:
            row = connection.execute(f"SELECT uid FROM {table} WHERE id = ?", (value,)).fetchone()
            value = row[0] if row else None
        encoded[name] = value.hex() if isinstance(value, bytes) else value
    return encoded


def decode(connection: sqlite3.Connection, values: Mapping[str, object]) -> dict[str, Value]:
    """Return values of the log as they stand in rows of this library: row numbers for uids."""
    decoded: dict[str, Value] = {}
    for name, value in values.items():
        table = REFERENCES.get(name)
        if name.endswith("uid") and isinstance(value, str):
            decoded[name] = bytes.fromhex(value)
        elif table and isinstance(value, str):
            row = connection.execute(
                f"SELECT id FROM {table} WHERE uid = ?", (bytes.fromhex(value),)
            ).fetchone()
            decoded[name] = row[0] if row else None
        else:
            assert value is None or isinstance(value, str | int | float)
            decoded[name] = value
    return decoded


_OP = (
    "SELECT o.id, o.uid, o.at, a.name, o.kind, o.summary, o.article_id, o.reverts, o.changes"
    " FROM op o JOIN analyst a ON a.id = o.analyst_id"
)


def _op(row: tuple[object, ...]) -> Op:
    return Op(*row[:8], json.loads(str(row[8])))  # type: ignore[arg-type,call-arg]


def next_undo(connection: sqlite3.Connection) -> Op | None:
    """Return the edit that undo would take back: the newest one that is not undone."""
    row = connection.execute(
        _OP + " WHERE o.reverts IS NULL AND COALESCE((SELECT r.kind FROM op r"
        " WHERE r.reverts = o.id ORDER BY r.id DESC LIMIT 1), 'redo') = 'redo'"
        " ORDER BY o.id DESC LIMIT 1"
    ).fetchone()
    return _op(row) if row else None


def next_redo(connection: sqlite3.Connection) -> Op | None:
    """Return the edit that redo would make again: undone, with no newer edit since."""
    row = connection.execute(
        _OP + " WHERE o.id IN (SELECT reverts FROM op"
        " WHERE id > (SELECT MAX(id) FROM op WHERE reverts IS NULL))"
        " AND (SELECT r.kind FROM op r WHERE r.reverts = o.id ORDER BY r.id DESC LIMIT 1) = 'undo'"
        " ORDER BY o.id LIMIT 1"
    ).fetchone()
    return _op(row) if row else None


def undo(connection: sqlite3.Connection, analyst_id: int | None) -> Op:
    """Take the newest edit back, inside a unit of work, and return it.

    Raises:
        RefusedError: there is none, or what it changed has moved since.
    """
    op = next_undo(connection)
    if op is None:
        raise RefusedError("nothing to undo")
    _revert(connection, analyst_id, op, forward=False)
    return op


def redo(connection: sqlite3.Connection, analyst_id: int | None) -> Op:
    """Make the edit that was undone last again, inside a unit of work, and return it.

    Raises:
        RefusedError: there is none, or what it changed has moved since.
    """
    op = next_redo(connection)
    if op is None:
        raise RefusedError("nothing to redo")
    _revert(connection, analyst_id, op, forward=True)
    return op


def _revert(
    connection: sqlite3.Connection, analyst_id: int | None, op: Op, *, forward: bool
) -> None:
    edit = Edit(connection, analyst_id, "redo" if forward else "undo", op.summary)
    edit.article_id = op.article_id
    edit.apply_inverse(op, forward=forward)
    edit.finish(reverts=op.id)


def newest(connection: sqlite3.Connection) -> int:
    """Return the number of the newest op, 0 before the first: what tells two states apart."""
    return int(connection.execute("SELECT COALESCE(MAX(id), 0) FROM op").fetchone()[0])


def log(connection: sqlite3.Connection) -> list[Op]:
    """Return the whole log, oldest first."""
    return [_op(row) for row in connection.execute(_OP + " ORDER BY o.id")]
