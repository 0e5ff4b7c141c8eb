"""The closed lists, and finding their entries in a text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Any

from annotators.base import Document, Token
from store.records import Suggestion


@cache
def section(name: str) -> dict[str, Any]:
    """Return one table of ``data/lexicon.toml``."""
    text = resources.files("annotators.data").joinpath("lexicon.toml").read_text("utf-8")
    return dict(tomllib.loads(text)[name])


@cache
def words(name: str, key: str) -> frozenset[str]:
    """Return a list of single words in lower case."""
    return frozenset(entry.lower() for entry in section(name)[key])


class Phrases:
    """A list of phrases, found by their words: longest first, case kept where there is any."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._exact: set[tuple[str, ...]] = set()
        self._folded: set[tuple[str, ...]] = set()
        self.longest = 1
        for entry in entries:
            parts = tuple(token.text for token in Document(entry).tokens)
            (self._folded if entry == entry.lower() else self._exact).add(parts)
            self.longest = max(self.longest, len(parts))
        self._firsts = frozenset(p[0].lower() for p in self._exact | self._folded)
        self.lasts = frozenset(p[-1].lower() for p in self._exact | self._folded)
        """Words, in lower case, that an entry ends in."""

    def found(self, document: Document) -> Iterator[tuple[int, int]]:
        """Yield (index, length) of the entries in a text, from left to right, none twice."""
        tokens, behind = document.tokens, 0
        for index in document.at(self._firsts):
            if index >= behind and (length := self.at(tokens, index)):
                behind = index + length
                yield index, length

    def at(self, tokens: list[Token], index: int) -> int:
        """Return how many tokens from ``index`` on are an entry; 0 where none is."""
        if tokens[index].lower not in self._firsts:
            return 0
        for length in range(min(self.longest, len(tokens) - index), 0, -1):
            part = tokens[index : index + length]
            if tuple(t.text for t in part) in self._exact:
                return length
            if tuple(t.lower for t in part) in self._folded:
                return length
        return 0

    def ending_at(self, tokens: list[Token], index: int) -> int:
        """Return how many tokens up to and with ``index`` are the longest entry there."""
        if tokens[index].lower not in self.lasts:
            return 0
        for length in range(min(self.longest, index + 1), 0, -1):
            if self.at(tokens, index + 1 - length) == length:
                return length
        return 0


@cache
def phrases(name: str, key: str) -> Phrases:
    """Return one list of the lexicon, ready to be found."""
    return Phrases(section(name)[key])


@cache
def pattern(name: str, key: str = "patterns") -> re.Pattern[str]:
    """Return the patterns of a section as one expression that starts and ends at a word's edge."""
    return re.compile(r"(?<![\w-])(?:" + "|".join(section(name)[key]) + r")(?![\w-])")


def named(tokens: list[Token], first: int, last: int) -> bool:
    """Whether these tokens are the name of a body or an armed group, as a whole."""
    return any(
        phrases(name, "names").at(tokens, first) == last + 1 - first for name in ("org", "force")
    )


def names(document: Document) -> Iterator[Suggestion]:
    """Mark the names that can be only one thing: armed groups, bodies, models of arms."""
    tokens = document.tokens
    for name, label in (("force", "FORCE"), ("org", "ORG")):
        for index, length in phrases(name, "names").found(document):
            start, end = tokens[index].start, tokens[index + length - 1].end
            yield Suggestion(start, end, label, "rule", "lexicon", f"{name} name")
