"""What the analyst decided once for all texts, laid over the pipeline's suggestions.

It runs in the parent when suggestions are stored, so that a new decision costs nothing and makes
nothing that is cached invalid.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from store.memory import ANY, Remembered, same_name
from store.occurrences import pattern
from store.records import Suggestion
from store.texts import fold

_WORD = re.compile(r"\w+")


def apply(
    text: str,
    suggestions: Sequence[Suggestion],
    decisions: Sequence[Remembered],
    decided: Sequence[tuple[int, int]] = (),
) -> list[Suggestion]:
    """Return the suggestions without those that were decided against, and with every place of a
    name that was decided for. A longer suggestion around such a name stays as it is, and nothing is
    laid over what an analyst has ``decided`` in this text."""
    if not decisions:
        return list(suggestions)
    never: dict[str, list[Remembered]] = {}
    always: dict[str, list[Remembered]] = {}
    for d in decisions:
        (never if d.decision == "never" else always).setdefault(fold(d.name), []).append(d)

    def unwanted(s: Suggestion) -> bool:
        quote = text[s.start : s.end]
        return any(
            d.label in (ANY, s.label) and same_name(quote, d.name)
            for d in never.get(fold(quote), ())
        )

    kept = [s for s in suggestions if not unwanted(s)]
    marked = list(_marked(text, [d for found in always.values() for d in found]))
    if not marked:
        return kept
    marked.sort(key=lambda s: (s.start, -s.end))
    standing = _Spans(kept)
    out, at = [], 0
    for s in marked:
        around = standing.meeting(s.start, s.end)
        if (
            s.start < at
            or any(a < s.end and s.start < b for a, b in decided)
            or any(a <= s.start and s.end <= b and (a, b) != (s.start, s.end) for a, b in around)
        ):
            continue  # a longer remembered name, or a longer suggestion, holds it
        out.append(s)
        at = s.end
    taken = _Spans(out)
    rest = [s for s in kept if not taken.meeting(s.start, s.end)]
    return sorted([*rest, *out], key=lambda s: (s.start, s.end))


def _lead(name: str) -> int:
    """Return how many characters stand before a name's first word."""
    first = _WORD.search(name)
    return first.start() if first is not None else 0


class _Spans:
    """Spans that do not overlap, found by place."""

    def __init__(self, suggestions: Sequence[Suggestion]) -> None:
        self._spans = sorted((s.start, s.end) for s in suggestions)

    def meeting(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the spans that share a character with ``[start, end)``."""
        index = bisect_left(self._spans, (end, 0))
        first = index
        while first and self._spans[first - 1][1] > start:
            first -= 1
        return self._spans[first:index]


def _marked(text: str, decisions: Sequence[Remembered]) -> list[Suggestion]:
    """Find the names by their first word, so that the cost does not grow with how many there are."""
    by_word: dict[str, list[tuple[re.Pattern[str], Remembered]]] = {}
    for d in decisions:
        first = _WORD.search(d.name)
        if first is not None:
            by_word.setdefault(first.group().casefold(), []).append((pattern(d.name), d))
    found = []
    for word in _WORD.finditer(text):
        for wanted, d in by_word.get(word.group().casefold(), ()):
            lead = _lead(d.name)
            m = wanted.match(text, max(0, word.start() - lead))
            if m is not None and same_name(m.group(), d.name):
                found.append(
                    Suggestion(
                        m.start(), m.end(), d.label, "memory", "memory", f"always {d.label}", 1.0
                    )
                )
    return found
