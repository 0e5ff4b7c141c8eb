"""Full text search. Whatever an analyst types is a safe query.

Words are all required; ``"a phrase"``, ``-word`` (without) and ``word*`` (begins with) are
understood; everything else is text to look for.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_MAX_TERMS = 64
_MAX_CHARS = 2000
_TERM = re.compile(r'(-?)"([^"]*)"?|(-?)(\S+)')


@dataclass(frozen=True)
class Hit:
    """One article that was found, with the words around the hit."""

    article_id: int
    title: str
    published: str | None
    source: str | None
    snippet: str


def _words(text: str) -> list[str]:
    """Split as the index's tokenizer does: runs of letters, digits, marks and private use."""
    words, current = [], ""
    for char in text:
        if unicodedata.category(char)[0] in "LNM" or unicodedata.category(char) == "Co":
            current += char
        elif current:
            words.append(current)
            current = ""
    return [*words, current] if current else words


def match_expression(query: str) -> str | None:
    """Return the FTS5 expression for what was typed, or None where there is nothing to find."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for m in list(_TERM.finditer(query[:_MAX_CHARS]))[:_MAX_TERMS]:
        minus = m[1] if m[2] is not None else m[3]
        body = m[2] if m[2] is not None else m[4]
        words = _words(body)
        if not words:
            continue
        term = '"' + " ".join(words) + '"'
        if m[2] is None and body.endswith("*"):
            term += "*"
        (unwanted if minus else wanted).append(term)
    if not wanted:
        return None
    expression = " AND ".join(wanted)
    for term in unwanted:
        expression = f"({expression}) NOT {term}"
    return expression


def phrase(words: str) -> str | None:
    """Return the FTS5 expression for words that stand one after the other, or None where there is
    nothing to find."""
    found = _words(words)
    return '"' + " ".join(found) + '"' if found else None


def plain_terms(query: str) -> list[str]:
    """Return the words and phrases to show as hits inside a text."""
    found = []
    for m in _TERM.finditer(query[:_MAX_CHARS]):
        minus = m[1] if m[2] is not None else m[3]
        body = (m[2] if m[2] is not None else m[4]).strip('*"')
        if body and not minus:
            found.append(body)
    return found


def pattern(terms: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds any of the terms in a text, case ignored and the longest first; None
    without terms."""
    found = sorted((re.escape(term) for term in terms if term), key=len, reverse=True)
    return re.compile("|".join(found), re.IGNORECASE) if found else None


def search(connection: sqlite3.Connection, query: str, limit: int = 50) -> list[Hit]:
    """Return the articles that match, newest first, each with a snippet (hit between ⟦ and ⟧)."""
    expression = match_expression(query)
    if expression is None:
        return []
    rows = connection.execute(
        "SELECT a.id, a.title, a.published, a.source,"
        " snippet(article_fts, -1, '⟦', '⟧', '…', 24)"
        " FROM article_fts JOIN article a ON a.id = article_fts.rowid"
        " WHERE article_fts MATCH ? AND a.deleted = 0"
        " ORDER BY COALESCE(a.published, '') DESC, a.id DESC LIMIT ?",
        (expression, limit),
    )
    return [Hit(*row) for row in rows]
