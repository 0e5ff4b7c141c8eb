"""Articles: storing, listing, reading and correcting their metadata."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from store import copies, courtesy
from store.filters import SORTS, Filter, conditions
from store.ids import new_uid, now
from store.records import Article, Incoming
from store.texts import clean, one_line, sha256

if TYPE_CHECKING:
    from store.history import Edit

_COLUMNS = (
    "id, uid, title, source, author, url, published, published_precision, dateline,"
    " date_conflict, retrieved, language, status, n_chars, n_mentions, n_unreviewed, n_notes,"
    " n_reports, position, file_name, external_id, pipeline, (SELECT group_concat(t.name, '; ')"
    " FROM tag t WHERE t.target_uid = article.uid AND t.deleted = 0)"
)
NEWEST = SORTS["newest"]
METADATA = ("title", "source", "author", "url", "published", "language")
"""What an analyst can correct; the text cannot be changed."""


def get(connection: sqlite3.Connection, article_id: int) -> Article | None:
    """Return one article's metadata, or None where there is none or it was deleted."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM article WHERE id = ? AND deleted = 0", (article_id,)
    ).fetchone()
    return Article(*row) if row else None


def by_ids(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Article]:
    """Return the articles with these numbers (a page of a list; at most some hundreds)."""
    marks = ",".join("?" * len(ids))
    rows = connection.execute(f"SELECT {_COLUMNS} FROM article WHERE id IN ({marks})", tuple(ids))
    return {row[0]: Article(*row) for row in rows}


def find(connection: sqlite3.Connection, name: str) -> Article | None:
    """Return the article that a user means: a number, an id given at import, a uid or a title."""
    tests: list[tuple[str, object]] = [("external_id = ?", name), ("title = ?", name)]
    if name.isdecimal() and len(name) < 18:
        tests.insert(0, ("id = ?", int(name)))
    if len(name) == 32 and all(c in "0123456789abcdef" for c in name):
        tests.insert(0, ("uid = ?", bytes.fromhex(name)))
    for test, value in tests:
        row = connection.execute(
            f"SELECT {_COLUMNS} FROM article WHERE {test} AND deleted = 0 ORDER BY id LIMIT 1",
            (value,),
        ).fetchone()
        if row:
            return Article(*row)
    return None


def text(connection: sqlite3.Connection, article_id: int) -> str:
    """Return an article's text as stored (its newest version)."""
    row = connection.execute(
        "SELECT text FROM article_version WHERE article_id = ? ORDER BY number DESC LIMIT 1",
        (article_id,),
    ).fetchone()
    return str(row[0]) if row else ""


def set_language(connection: sqlite3.Connection, article_id: int, language: str) -> None:
    """Note the language that was recognised, where none was given and it is not English."""
    if language != "en":
        connection.execute(
            "UPDATE article SET language = ? WHERE id = ? AND language IS NULL",
            (language, article_id),
        )


def beginning(connection: sqlite3.Connection, article_id: int, size: int) -> str:
    """Return the first characters of an article's text, from its first ``size`` bytes: of a long
    text no more than that is read."""
    row = connection.execute(
        "SELECT id FROM article_version WHERE article_id = ? ORDER BY number DESC LIMIT 1",
        (article_id,),
    ).fetchone()
    if row is None:
        return ""
    with connection.blobopen("article_version", "text", row[0], readonly=True) as stored:
        return stored.read(size).decode("utf-8", "ignore")  # a character cut in two is left out


def ids(connection: sqlite3.Connection, chosen: Filter | None = None, limit: int = -1) -> list[int]:
    """Return the numbers of the articles that pass the filter, in its order."""
    chosen = chosen or Filter()
    found = conditions(chosen)
    if found is None:
        return []
    test, values = found
    rows = connection.execute(
        f"SELECT id FROM article WHERE {test} ORDER BY {SORTS[chosen.sort]} LIMIT ?",
        (*values, limit),
    )
    return [row[0] for row in rows]


def count(connection: sqlite3.Connection, chosen: Filter | None = None) -> int:
    """Return how many articles there are, or pass a filter."""
    found = conditions(chosen or Filter())
    if found is None:
        return 0
    row = connection.execute(f"SELECT COUNT(*) FROM article WHERE {found[0]}", found[1]).fetchone()
    return int(row[0])


def sources(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """Return the publishers and how many articles each has, the most first."""
    return connection.execute(
        "SELECT source, COUNT(*) FROM article WHERE deleted = 0 AND source IS NOT NULL"
        " GROUP BY COALESCE(source, '') COLLATE NOCASE ORDER BY 2 DESC, 1 LIMIT 500"
    ).fetchall()


FAILED = "failed "
"""What stands before the fingerprint of a pipeline that an article made die."""


def set_pipeline(connection: sqlite3.Connection, article_id: int, pipeline: str) -> None:
    """Note which pipeline annotated an article, or failed on it."""
    connection.execute("UPDATE article SET pipeline = ? WHERE id = ?", (pipeline, article_id))


def to_annotate(connection: sqlite3.Connection, fingerprint: str, limit: int = -1) -> list[int]:
    """Return the articles that this pipeline has not annotated, newest first; those that it died on
    are left out."""
    rows = connection.execute(
        "SELECT id FROM article WHERE deleted = 0 AND (pipeline IS NULL OR pipeline NOT IN (?, ?))"
        f" ORDER BY {NEWEST} LIMIT ?",
        (fingerprint, FAILED + fingerprint, limit),
    )
    return [row[0] for row in rows]


def never_annotated(connection: sqlite3.Connection, limit: int = -1) -> list[int]:
    """Return the articles that no pipeline has annotated, newest first."""
    rows = connection.execute(
        f"SELECT id FROM article WHERE deleted = 0 AND pipeline IS NULL ORDER BY {NEWEST} LIMIT ?",
        (limit,),
    )
    return [row[0] for row in rows]


def with_same_text(connection: sqlite3.Connection, body: str) -> int | None:
    """Return the article that holds exactly this text already, or None."""
    row = connection.execute(
        "SELECT v.article_id FROM article_version v JOIN article a ON a.id = v.article_id"
        " WHERE v.text_sha256 = ? AND a.deleted = 0 ORDER BY v.article_id LIMIT 1",
        (sha256(body),),
    ).fetchone()
    return row[0] if row else None


@dataclass(frozen=True)
class Stored:
    """What became of one incoming article."""

    article_id: int
    title: str
    new: bool  # False: the same text was there already
    remarks: tuple[str, ...] = ()


def prepare(incoming: Incoming) -> Incoming:
    """Clean an incoming text and find its title and dateline where they stand in it."""
    body, lost = clean(incoming.text)
    remarks = list(incoming.remarks)
    if lost:
        remarks.append(f"{lost} characters that cannot be stored were replaced")
    title = one_line(clean(incoming.title)[0]) if incoming.title else ""
    if not title:
        title = _first_line(body)
    return replace(
        incoming, text=body, title=title or "(untitled)", remarks=tuple(remarks),
        bands=copies.bands(body),
    )  # fmt: skip


def store(connection: sqlite3.Connection, incoming: Incoming) -> Stored:
    """Store one prepared article inside a unit of work, unless its text is there already."""
    import zlib

    from store import dates

    title = incoming.title or "(untitled)"
    existing = with_same_text(connection, incoming.text)
    if existing is not None:
        return Stored(existing, title, new=False)
    remarks = list(incoming.remarks)
    if incoming.external_id:
        row = connection.execute(
            "SELECT id FROM article WHERE external_id = ? AND deleted = 0",
            (_short(incoming.external_id),),
        ).fetchone()
        if row:
            remarks.append(
                f"its id {incoming.external_id[:40]} is article {row[0]}'s too, with another text:"
                " stored as a new article"
            )
    given, precision = dates.parse_published(incoming.date) if incoming.date else (None, None)
    if incoming.date and given is None:
        remarks.append(f"the date “{one_line(incoming.date)[:40]}” was not understood; left empty")
    dateline = dates.find_dateline(incoming.text, title)
    conflict = bool(given and dateline and given[:10] != dateline[: len(given[:10])])
    if conflict:
        remarks.append(f"dated {given} but its text says {dateline}: both kept, flagged")
    if given is None and dateline is not None:
        given, precision = dateline, "day"
    uid = new_uid()
    row = connection.execute(
        """INSERT INTO article (uid, title, source, author, url, published, published_precision,
        dateline, date_conflict, retrieved, language, status, n_chars, file_name, external_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
        (
            uid,
            title,
            _short(incoming.source),
            _short(incoming.author),
            _short(incoming.url),
            given,
            precision,
            dateline,
            int(conflict),
            now(),
            _short(incoming.language),
            "flagged" if conflict else "unread",
            len(incoming.text),
            _short(incoming.file_name),
            _short(incoming.external_id),
        ),
    ).fetchone()
    connection.execute(
        "INSERT INTO article_version (article_id, number, text, text_sha256, raw, encoding, created)"
        " VALUES (?, 1, ?, ?, ?, ?, ?)",
        (
            row[0],
            incoming.text,
            sha256(incoming.text),
            zlib.compress(incoming.raw, 6) if incoming.raw else None,
            incoming.encoding,
            now(),
        ),
    )
    if incoming.source:
        ensure_source(connection, incoming.source)
    original = copies.note(connection, row[0], incoming.text, incoming.bands)
    if original is not None:
        remarks.append(f"nearly the text of article {original}: counted with it as one source")
    return Stored(row[0], title, new=True, remarks=tuple(remarks))


def store_all(connection: sqlite3.Connection, batch: Iterable[Incoming]) -> list[Stored]:
    """Store prepared articles as one unit of work."""
    stored = []
    for incoming in batch:
        stored.append(store(connection, incoming))
        courtesy.rest()
    return stored


def ensure_source(connection: sqlite3.Connection, name: str) -> None:
    """Put a publisher into the register of sources where it is not there yet."""
    connection.execute(
        "INSERT OR IGNORE INTO source (uid, name) VALUES (?, ?)", (new_uid(), one_line(name))
    )


def edit_metadata(edit: Edit, article: Article, values: dict[str, str | None]) -> None:
    """Correct metadata (names in `METADATA`); a date sets its precision and the conflict flag.

    Raises:
        ValueError: the date was not understood, or the title is empty.
    """
    from store import dates

    changes: dict[str, str | int | None] = {
        name: (one_line(clean(value)[0]) or None) if value else None
        for name, value in values.items()
        if name in METADATA
    }
    if "title" in changes and not changes["title"]:
        raise ValueError("a title is needed")
    if "published" in changes:
        raw = changes["published"]
        given, precision = dates.parse_published(str(raw)) if raw else (None, None)
        if raw and given is None:
            raise ValueError(f"“{raw}” is not a date; write 2025-01-14 or 2025-01-14T06:30")
        changes["published"], changes["published_precision"] = given, precision
        changes["date_conflict"] = int(
            bool(given and article.dateline and given[:10] != article.dateline[: len(given[:10])])
        )
    edit.update("article", article.uid, **changes)
    if changes.get("source"):
        ensure_source(edit.connection, str(changes["source"]))


def set_status(edit: Edit, article: Article, status: str) -> None:
    """Set unread, reading, done or flagged."""
    edit.update("article", article.uid, status=status)


def set_position(connection: sqlite3.Connection, article_id: int, offset: int) -> None:
    """Remember where the analyst is in a text. Not an edit: it is not undone."""
    connection.execute("UPDATE article SET position = ? WHERE id = ?", (offset, article_id))


def mark_opened(connection: sqlite3.Connection, article_id: int) -> None:
    """Turn unread into reading."""
    connection.execute(
        "UPDATE article SET status = 'reading' WHERE id = ? AND status = 'unread'", (article_id,)
    )


def _first_line(body: str) -> str:
    for line in body.split("\n", 20)[:20]:
        line = one_line(line)
        if line:
            return line if len(line) <= 200 else line[:199].rsplit(" ", 1)[0] + "…"
    return ""


def _short(value: str | None) -> str | None:
    return (one_line(clean(value)[0])[:2000] or None) if value else None
