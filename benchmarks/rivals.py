"""What the same marks cost by the documented keys of three other keyboard annotators.

Modelled, not played: their keys are taken from their own documentation (SLATE: its help and
tutorial; tan: its README; INCEpTION 41: "Keyboard cursor" of its user guide), each call is given its
cheapest sequence, and a jump by a count is taken to need no counting by eye.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.reading import motion

ROW = 90
"""Characters a row, for tools that move by rows."""


@dataclass(frozen=True)
class Gold:
    """A mark to be made."""

    start: int
    end: int
    label: str


def _counted(words: int) -> int:
    """Keys for so many words with a count before the key, or the key again and again."""
    return 0 if words == 0 else min(words, len(str(words)) + 1)


def _words_between(words: Sequence[tuple[int, int]], a: int, b: int) -> int:
    low, high = min(a, b), max(a, b)
    return sum(low <= s < high for s, _ in words)


def slate(text: str, golds: Sequence[Gold]) -> int:
    """SLATE: a count and a key to the word, a count and a key to extend, Space and a letter."""
    words, at, keys = motion.words_in(text, 0, len(text)), 0, 0
    for g in golds:
        keys += _counted(_words_between(words, at, g.start))
        keys += _counted(max(0, _words_between(words, g.start, g.end) - 1)) + 2
        at = g.start
    return keys


def tan(text: str, golds: Sequence[Gold]) -> int:
    """tan: w (or s, a sentence) to the word, v, e to extend, t; three keys for another tag."""
    words, at, keys, tag = motion.words_in(text, 0, len(text)), 0, 0, ""
    for g in golds:
        best, sentences, here = _words_between(words, at, g.start), 0, at
        while here < g.start:  # by sentences, then by words
            following = motion.sentence_end(text, here) + 1
            if following <= here or following > g.start:
                break
            here, sentences = following, sentences + 1
            best = min(best, sentences + _words_between(words, here, g.start))
        keys += best + 1 + max(0, _words_between(words, g.start, g.end) - 1) + 1
        keys += 3 * (g.label != tag)
        tag, at = g.label, g.start
    return keys


def inception(text: str, golds: Sequence[Gold]) -> int:
    """INCEpTION: arrows by character and row, Shift and arrows to select, Enter, the tag's key."""
    at, keys = 0, 0
    for g in golds:
        rows = abs(g.start // ROW - at // ROW)
        keys += min(abs(g.start - at), rows + abs(g.start % ROW - at % ROW))
        keys += (g.end - g.start) + 2
        at = g.end
    return keys


TOOLS = {"SLATE": slate, "tan": tan, "INCEpTION": inception}


def corrected(
    text: str, wrong: Sequence[Gold], missed: Sequence[Gold], changed: Sequence[Gold]
) -> int:
    """SLATE on the same suggestions: what is right costs nothing (it has no review), a wrong mark is
    walked to, spanned and taken away, one to be changed is made anew after that."""
    words, at, keys = motion.words_in(text, 0, len(text)), 0, 0
    jobs = [(g, 1) for g in wrong] + [(g, 2) for g in missed] + [(g, 3) for g in changed]
    for g, cost in sorted(jobs, key=lambda job: job[0].start):
        keys += _counted(_words_between(words, at, g.start))
        keys += _counted(max(0, _words_between(words, g.start, g.end) - 1)) + cost
        at = g.start
    return keys
