"""The register of sources: who published the articles, and how far each is to be relied on."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from store import codebook
from store.history import Edit


@dataclass(frozen=True)
class Source:
    """A publisher. ``reliability`` is an Admiralty grade of the codebook, which a new report of its
    articles starts with."""

    id: int
    uid: bytes
    name: str
    reliability: str | None
    citation: str | None
    n_articles: int


def all_sources(connection: sqlite3.Connection) -> list[Source]:
    """Return every source, those with the most articles first."""
    rows = connection.execute(
        "SELECT s.id, s.uid, s.name, s.reliability, s.citation, (SELECT COUNT(*) FROM article a"
        " WHERE a.source = s.name AND a.deleted = 0) AS n FROM source s WHERE s.deleted = 0"
        " ORDER BY n DESC, s.name COLLATE NOCASE"
    )
    return [Source(*row) for row in rows]


def set_reliability(edit: Edit, source: Source, grade: str) -> None:
    """Set a source's default grade; empty: none. Grades of incidents that were recorded stay.

    Raises:
        ValueError: it is no grade of the codebook.
    """
    if grade and grade not in codebook.default().codes["source_reliability"]:
        raise ValueError(f"“{grade[:20]}” is no Admiralty grade")
    edit.update("source", source.uid, reliability=grade or None)
