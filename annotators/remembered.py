"""What the analyst decided once for all texts, laid over the pipeline's suggestions.

It runs in the parent when suggestions are stored, so that a new decision costs nothing and makes
nothing that is cached invalid.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from store import occurrences
from store.memory import ANY, Remembered, same_name
from store.records import Suggestion
from store.texts import fold


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
    marked = _marked(text, [d for found in always.values() for d in found])
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
    return [
        Suggestion(
            start, end, decisions[number].label, "memory", "memory",
            f"always {decisions[number].label}", 1.0,
        )
        for start, end, number in occurrences.of_names(text, [d.name for d in decisions])
    ]  # fmt: skip
