"""A letter or two for every word in view, so that any of them is two or three keys away. Knows no
widget."""

from __future__ import annotations

from collections.abc import Sequence

_LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""The home row first; all of them plain letters of a keyboard."""
_SINGLES = 22
"""How many words have one letter alone, at most: no other word's letters begin with it."""


def assign(words: Sequence[tuple[int, int]], first: Sequence[int] = ()) -> dict[str, int]:
    """Give each word its letters; return letters and offset.

    Words at the offsets ``first`` (names that nothing marks, then mentions) get one letter as far
    as there are any to spare, and then the pairs that are easiest to type. Words of one character
    have no room for two letters: they get one, or none; nor do those for whom no pair is left.
    """
    ends = dict(words)
    begin = [offset for offset in dict.fromkeys(first) if offset in ends]
    front = set(begin)
    order = begin + [s for s, e in words if e - s > 1 and s not in front]
    count, all_letters = len(order), len(_LETTERS)
    singles = min(_SINGLES, count)
    while singles and singles + (all_letters - singles) * all_letters < count:
        singles -= 1
    alone = order[:singles]
    rest = [offset for offset in order[singles:] if ends[offset] - offset > 1]
    pairs = [a + b for a in _LETTERS[singles:] for b in _LETTERS]
    return {**dict(zip(_LETTERS, alone, strict=False)), **dict(zip(pairs, rest, strict=False))}
