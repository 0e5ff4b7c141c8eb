"""Where a name stands: in one article or in all of them, with the words around it and what is
marked there already."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from store import articles, mentions, search
from store.memory import same_name
from store.records import Mention

CONTEXT = 60
"""Code points of text before and after."""


@dataclass(frozen=True)
class Occurrence:
    """One place. ``mention`` has exactly its span; ``other`` overlaps it otherwise."""

    article_id: int
    title: str
    start: int
    end: int
    quote: str
    before: str
    after: str
    mention: Mention | None = None
    other: Mention | None = None


def pattern(name: str) -> re.Pattern[str]:
    """Return what finds a name in a text: any white space, either apostrophe, any case, no part
    of a longer word."""
    words = [re.escape(word).replace("'", "['’]").replace("’", "['’]") for word in name.split()]
    head = r"(?<!\w)" if name[:1].isalnum() else ""
    tail = r"(?!\w)" if name[-1:].isalnum() else ""
    return re.compile(head + r"\s+".join(words) + tail, re.IGNORECASE)


def find(
    connection: sqlite3.Connection, name: str, article_id: int | None = None
) -> Iterator[Occurrence]:
    """Give every place where a name stands, article by article, the newest article first."""
    wanted = pattern(name)
    for number, title in _holding(connection, name, article_id):
        text = articles.text(connection, number)
        places = [m.span() for m in wanted.finditer(text) if same_name(m.group(), name)]
        if not places:
            continue
        marked = mentions.of_article(connection, number, rejected=True)
        by_span: dict[tuple[int, int], Mention] = {}
        for m in marked:  # of several marks on one span the one that is not rejected counts
            if (m.start, m.end) not in by_span or m.review_status != "rejected":
                by_span[m.start, m.end] = m
        standing = [m for m in marked if m.review_status != "rejected"]
        first = 0
        longest = max((m.end - m.start for m in standing), default=0)
        for start, end in places:
            while first < len(standing) and standing[first].start < start - longest:
                first += 1
            other = None
            for m in standing[first:]:
                if m.start >= end:
                    break
                if m.end > start and (m.start, m.end) != (start, end):
                    other = m
                    break
            yield Occurrence(
                number, title, start, end, text[start:end],
                text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT],
                by_span.get((start, end)), other,
            )  # fmt: skip


def _holding(
    connection: sqlite3.Connection, name: str, article_id: int | None
) -> list[tuple[int, str]]:
    if article_id is not None:
        return connection.execute(
            "SELECT id, title FROM article WHERE id = ? AND deleted = 0", (article_id,)
        ).fetchall()
    phrase = search.phrase(name)
    if phrase is None:
        return []
    return connection.execute(
        "SELECT a.id, a.title FROM article_fts f JOIN article a ON a.id = f.rowid"
        f" WHERE article_fts MATCH ? AND a.deleted = 0 ORDER BY {articles.NEWEST}",
        (phrase,),
    ).fetchall()
