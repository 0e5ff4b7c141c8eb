"""The closed lists, and finding their entries in a text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Any

from annotators import gazetteer
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


def _by_first(entries: Iterable[str]) -> dict[str, list[tuple[str, ...]]]:
    """Return the words of some entries by their first word, the longest first."""
    held: dict[str, list[tuple[str, ...]]] = {}
    for entry in entries:
        parts = tuple(token.text for token in Document(entry).tokens)
        held.setdefault(parts[0], []).append(parts)
    return {first: sorted(set(parts), key=len, reverse=True) for first, parts in held.items()}


class Phrases:
    """A list of phrases, found by their words: longest first, case kept where there is any."""

    def __init__(self, entries: Collection[str]) -> None:
        exact = [entry for entry in entries if entry != entry.lower()]
        folded = [entry for entry in entries if entry == entry.lower()]
        self._exact, self._folded = _by_first(exact), _by_first(folded)
        firsts = [*self._exact, *self._folded]
        self._firsts = frozenset(first.lower() for first in firsts)
        every = [p for held in (self._exact, self._folded) for ps in held.values() for p in ps]
        self.longest = max((len(p) for p in every), default=1)
        self.lasts = frozenset(p[-1].lower() for p in every)
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
        token, best = tokens[index], 0
        for parts in self._exact.get(token.text, ()):
            if (
                len(parts) == 1
                or tuple(t.text for t in tokens[index : index + len(parts)]) == parts
            ):
                best = len(parts)
                break
        for parts in self._folded.get(token.lower, ()):
            if len(parts) <= best:
                break
            if (
                len(parts) == 1
                or tuple(t.lower for t in tokens[index : index + len(parts)]) == parts
            ):
                return len(parts)
        return best

    def ending_at(self, tokens: list[Token], index: int) -> int:
        """Return how many tokens up to and with ``index`` are the longest entry there."""
        if tokens[index].lower not in self.lasts:
            return 0
        for length in range(min(self.longest, index + 1), 0, -1):
            if self.at(tokens, index + 1 - length) == length:
                return length
        return 0


def is_people(name: str) -> bool:
    """Whether a name says of which nation or people somebody is: ``Uzbek``, ``Kurds``."""
    low = name.lower()
    return low in gazetteer.demonyms() or low in words("norp", "names")


@cache
def phrases(name: str, key: str) -> Phrases:
    """Return one list of the lexicon, ready to be found."""
    return Phrases(section(name)[key])


@cache
def models(name: str) -> re.Pattern[str]:
    """Return the patterns of a section of arms as one expression that starts and ends at a word's
    edge, a plural's ``s`` with it (``F-16s``)."""
    return re.compile(rf"(?<![\w-])(?:{'|'.join(section(name)['patterns'])})s?(?![\w-])")


@cache
def homes() -> dict[str, tuple[str, ...]]:
    """Return the countries, by ISO code, that each armed group or force of the list fights in."""
    found: dict[str, tuple[str, ...]] = {}
    for country, groups in section("home").items():
        for group in groups:
            found[group] = (*found.get(group, ()), country)
    return found


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
