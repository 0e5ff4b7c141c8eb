"""What a layer of the pipeline gets and gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from store.records import Suggestion

if TYPE_CHECKING:
    from annotators.attribution import Source
    from annotators.casualties import Count

__all__ = ["Document", "Layer", "Span", "Token", "overlaps"]

_TOKEN = re.compile(r"(\w+(?:[-'’.&/]\w+)*\.?|[^\w\s])")
Span = tuple[int, int, str]
"""What NER gives: start, end, OntoNotes label."""


class Token(NamedTuple):
    """A word or a mark, with its place. A tuple: a long text has a hundred thousand."""

    start: int
    end: int
    text: str
    lower: str

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[:1].isupper()


_LONGEST_HEADLINE = 250  # code points
_ENDS = re.compile(r"[.!?][”\"’']?\s*$")


@dataclass
class Document:
    """A text on its way through the layers. Offsets are code points of ``text``."""

    text: str
    title: str | None = None
    date: str | None = None
    language: str = "en"
    ner: list[Span] = field(default_factory=list)
    counts: list[tuple[Count, Source | None]] = field(default_factory=list)
    """Casualties and quantities with their numbers, and who says so; the casualty layer's."""

    @cached_property
    def _read(self) -> tuple[list[Token], dict[str, list[int]]]:
        """The tokens, and the indexes at which each word stands, in lower case."""
        tokens, make = list[Token](), tuple.__new__  # a third faster than by name
        # a word that is met again is the same object
        known: dict[str, tuple[int, str, str, list[int]]] = {}
        places: dict[str, list[int]] = {}
        end = 0
        pieces = iter(_TOKEN.split(self.text))  # no object for each match: a fifth faster
        # what follows the last token is over
        for index, (gap, raw) in enumerate(zip(pieces, pieces, strict=False)):
            same = known.get(raw)
            if same is None:
                word = raw
                if len(raw) > 1 and raw[-1] == "." and "." not in raw[:-1]:
                    word = raw[:-1]
                if len(word) > 3 and word.endswith(("'s", "’s")):
                    word = word[:-2]
                low = word if word.islower() else word.lower()
                same = known[raw] = len(word), word, low, places.setdefault(low, [])
            length, word, low, indexes = same
            start = end + len(gap)
            end = start + len(raw)
            tokens.append(make(Token, (start, start + length, word, low)))
            indexes.append(index)
        return tokens, places

    @property
    def tokens(self) -> list[Token]:
        """The words and marks of the text. A full stop stays with its word only in ``U.S.``; the
        ``'s`` of a possessive is between two words."""
        return self._read[0]

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(self._read[1])  # two sets meet faster than a set and a dictionary

    def has(self, words: frozenset[str]) -> bool:
        """Whether the text has one of some words in lower case: asked before a pattern that takes
        long is looked for in all of it."""
        return not self._words.isdisjoint(words)

    def at(self, words: frozenset[str]) -> list[int]:
        """Return the indexes of `tokens` that are one of some words in lower case, in order. Lists
        are looked up by the words that a text has, not word by word."""
        places = self._read[1]
        return sorted(index for word in words & self._words for index in places[word])

    def forget_words(self) -> None:
        """Drop the tokens, which take room; they are made again where they are asked for."""
        for name in ("_read", "_words"):
            self.__dict__.pop(name, None)

    @cached_property
    def first_line_end(self) -> int:
        """Where the first line that holds words ends, if it may be a headline: one that ends in a
        full stop, or is longer than headlines are, is the story; 0 there."""
        m = re.search(r"\S[^\n]*", self.text)
        if m is None or len(m.group()) > _LONGEST_HEADLINE or _ENDS.search(m.group()):
            return 0
        return m.end()


Layer = Callable[[Document], Iterable[Suggestion]]


def overlaps(a: Suggestion, b: Suggestion) -> bool:
    """Whether two spans share a character."""
    return a.start < b.end and b.start < a.end
