"""Two letters for every word in view, so that any of them is three keys away. Knows no widget."""

from __future__ import annotations

from collections.abc import Sequence

_LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""The home row first; all of them plain letters of a keyboard."""


def assign(words: Sequence[tuple[int, int]], first: Sequence[int] = ()) -> dict[str, int]:
    """Give each word two letters; return letters and offset.

    Words at the offsets ``first`` (mentions, names) get the pairs that are easiest to type. Words
    of one character have no room for two letters and get none, nor do those for whom no pair is
    left (there are 676).
    """
    there = {start for start, end in words if end - start > 1}
    begin = [offset for offset in dict.fromkeys(first) if offset in there]
    order = begin + [s for s, e in words if e - s > 1 and s not in set(begin)]
    labels = [a + b for a in _LETTERS for b in _LETTERS]
    return dict(zip(labels, order, strict=False))
