"""What a layer of the pipeline gets and gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from sys import intern
from typing import TYPE_CHECKING, NamedTuple

from store.records import Suggestion

if TYPE_CHECKING:
    from annotators.attribution import Source
    from annotators.casualties import Count

__all__ = ["Document", "Layer", "Span", "Token", "overlaps"]

_TOKEN = re.compile(r"\w+(?:[-'’.&/]\w+)*\.?|[^\w\s]")
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
    def tokens(self) -> list[Token]:
        """The words and marks of the text. A full stop stays with its word only in ``U.S.``"""
        tokens = []
        for m in _TOKEN.finditer(self.text):
            word, end = m.group(), m.end()
            if len(word) > 1 and word[-1] == "." and "." not in word[:-1]:
                word, end = word[:-1], end - 1
            word = intern(word)
            low = word if word.islower() else intern(word.lower())
            tokens.append(Token(m.start(), end, word, low))
        return tokens

    @cached_property
    def first_line_end(self) -> int:
        """Where the first line that holds words ends."""
        m = re.search(r"\S[^\n]*", self.text)
        return m.end() if m else 0


Layer = Callable[[Document], Iterable[Suggestion]]


def overlaps(a: Suggestion, b: Suggestion) -> bool:
    """Whether two spans share a character."""
    return a.start < b.end and b.start < a.end
