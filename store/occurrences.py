"""Where a name stands: in one article or in all of them, with the words around it and what is
marked there already."""

from __future__ import annotations

import re
import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from store import articles, courtesy, mentions, search
from store.memory import same_name
from store.records import Mention

CONTEXT = 60
"""Code points of text before and after."""


@dataclass(frozen=True)
class Occurrence:
    """One place. ``mention`` has exactly its span (of several the one that was decided); ``others``
    overlap it, or have its span too."""

    article_id: int
    title: str
    start: int
    end: int
    quote: str
    before: str
    after: str
    mention: Mention | None = None
    others: tuple[Mention, ...] = ()


def pattern(name: str) -> re.Pattern[str]:
    """Return what finds a name in a text: any white space, either apostrophe, any case, no part
    of a longer word."""
    words = [re.sub("['’]", "['’]", re.escape(word)) for word in name.split()]
    head = r"(?<!\w)" if name[:1].isalnum() else ""
    tail = r"(?!\w)" if name[-1:].isalnum() else ""
    return re.compile(head + r"\s+".join(words) + tail, re.IGNORECASE)


_WORD = re.compile(r"\w+")
_BREATH = 2000
"""Words after which a search for many names lets others run."""


def of_names(text: str, names: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Give every place where one of many names stands, with that name's number: start, end, number.
    They are found by their first words, so that the cost does not grow with how many there are."""
    by_word: dict[str, list[tuple[int, int]]] = {}
    for number, name in enumerate(names):
        first = _WORD.search(name)
        if first is not None:
            by_word.setdefault(first.group().casefold(), []).append((number, first.start()))
    patterns: dict[int, re.Pattern[str]] = {}
    for count, word in enumerate(_WORD.finditer(text) if by_word else ()):
        if count % _BREATH == 0:
            courtesy.rest()
        for number, lead in by_word.get(word.group().casefold(), ()):
            wanted = patterns.get(number) or patterns.setdefault(number, pattern(names[number]))
            m = wanted.match(text, max(0, word.start() - lead))
            if m is not None and same_name(m.group(), names[number]):
                yield m.start(), m.end(), number


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
        standing = [m for m in marked if m.review_status != "rejected"]
        rejected = {(m.start, m.end): m for m in marked if m.review_status == "rejected"}
        starts = [m.start for m in standing]
        longest = max((m.end - m.start for m in standing), default=0)
        for start, end in places:
            first, last = bisect_left(starts, start - longest), bisect_left(starts, end)
            around = [m for m in islice(standing, first, last) if m.end > start]
            same = sorted(
                (m for m in around if (m.start, m.end) == (start, end)), key=lambda m: not m.human
            )
            mention = same[0] if same else rejected.get((start, end))
            others = tuple(m for m in around if m is not mention)
            yield Occurrence(
                number, title, start, end, text[start:end],
                text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT],
                mention, others,
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
