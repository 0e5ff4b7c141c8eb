"""Where the lines of a text break on screen. Knows no widget; works a slice at a time.

The text is as it is stored; what is measured is how `safe_text` will show it, character by
character.

A row is a half-open range of the text. Rows are found from the top on, so that the first screen
of a long text is there at once and the rest follows in slices.
"""

from __future__ import annotations

import re
import time
from array import array
from bisect import bisect_right
from collections.abc import Sequence

from rich.cells import cell_len, split_graphemes

from tui.safe_text import safe

_SINGLE = re.compile(
    r"[\x20-\x7e\u00a0-\u02ff\u0370-\u0482\u048a-\u0530\u2010-\u2027\u2030-\u205e]*"
)
"""Characters that take one cell each and join with nothing (soft hyphens and marks left out)."""


_MANY = 1 << 30
_BATCH = 64
"""Rows found between two looks at the clock: a paragraph may be as long as the text."""


class WrapMap:
    """The rows of a text at a width.

    A text whose paragraphs have no blank line between them gets an empty row there, for the eye;
    that row is the range of no characters at the paragraph's end. ``inserts`` are what is drawn
    between the characters: the offset before which it stands, and how many cells it takes.
    """

    def __init__(self, text: str, width: int, inserts: Sequence[tuple[int, int]] = ()) -> None:
        self.text = text
        self.inserts = inserts
        self.width = max(8, width)
        self.starts = array("L")
        self.ends = array("L")
        self._next = 0
        self._at: int | None = None  # where in a paragraph a slice ended
        self._gaps = "\n\n" not in text.strip("\n")

    @property
    def complete(self) -> bool:
        """Whether all rows are known."""
        return self._next > len(self.text)

    @property
    def known(self) -> int:
        """How many rows are known."""
        return len(self.starts)

    @property
    def height(self) -> int:
        """Number of rows, estimated while they are not all known."""
        reached = self._next if self._at is None else self._at
        if self.complete or not reached:
            return max(1, self.known)
        return int(self.known * len(self.text) / reached) + 1

    def extend(
        self, *, to_row: int = -1, to_offset: int = -1, seconds: float | None = None
    ) -> None:
        """Find rows until a row or an offset is known, or the time is up; all without either."""
        deadline = time.perf_counter() + seconds if seconds is not None else None
        everything = to_row < 0 and to_offset < 0
        while not self.complete:
            if deadline is not None and time.perf_counter() > deadline:
                return
            reached = self._next if self._at is None else self._at
            if not everything and self.known > to_row and reached > to_offset:
                return
            self._rows(_BATCH)

    def row_of(self, offset: int) -> int:
        """Return the row that holds an offset."""
        offset = max(0, min(offset, len(self.text)))
        self.extend(to_row=0, to_offset=offset)
        return max(0, bisect_right(self.starts, offset) - 1)

    def row(self, number: int) -> tuple[int, int]:
        """Return a row's range; the empty range at the end where there is no such row."""
        self.extend(to_row=number, to_offset=0)
        if 0 <= number < self.known:
            return self.starts[number], self.ends[number]
        return len(self.text), len(self.text)

    def _rows(self, count: int) -> None:
        """Find up to ``count`` rows of the next paragraph, or of the one that was begun."""
        text = self.text
        start = self._next if self._at is None else self._at
        end = text.find("\n", start)
        if end < 0:
            end = len(text)
        at = start
        for _ in range(count):
            cut, following = self._break(at, end)
            if self.inserts:
                cut, following = self._make_room(at, cut, following)
            self.starts.append(at)
            self.ends.append(cut)
            if following >= end:
                break
            at = following
        else:
            self._at = at
            return
        self._at, paragraph, self._next = None, self._next, end + 1
        if self._gaps and end > paragraph and end + 1 < len(text):
            self.starts.append(end)
            self.ends.append(end)

    def _break(self, at: int, end: int) -> tuple[int, int]:
        """Return where the row that begins at ``at`` ends, and where the next one begins."""
        text, width = self.text, self.width
        if end - at <= width and _SINGLE.fullmatch(text, at, end):
            return end, end
        limit = at + width
        match = _SINGLE.match(text, at, min(end, limit + 1))
        if match is None or match.end() < min(end, limit + 1):
            limit = self._limit(at, end)
            if limit >= end:
                return end, end
        space = text.rfind(" ", at, limit + 1)
        if space > at:
            return space, space + 1
        return limit, limit

    def _make_room(self, at: int, cut: int, following: int) -> tuple[int, int]:
        """Break earlier where what is inserted into the row makes it too wide."""
        while cells_with(self.text, at, cut, self.inserts) > self.width:
            space = self.text.rfind(" ", at + 1, cut)
            if space < 0:
                break  # one word and its label are wider than a row: the label is cut
            cut, following = space, space + 1
        return cut, following

    def _limit(self, at: int, end: int) -> int:
        """Return the first offset that does not fit, counted by what is seen as one character."""
        piece = safe(self.text[at : min(end, at + self.width * 4)])
        used = 0
        for start, stop, cells in split_graphemes(piece)[0]:
            if used + cells > self.width:
                return at + max(start, 1)
            used += cells
            last = stop
        return at + last if piece else at


def cells_to(text: str, start: int, offset: int) -> int:
    """Return the cell, counted from ``start``, at which ``offset`` is drawn."""
    piece = text[start:offset]
    return len(piece) if _SINGLE.fullmatch(piece) else cell_len(safe(piece))


def inserted(inserts: Sequence[tuple[int, int]], start: int, offset: int) -> int:
    """Return the cells that are inserted behind ``start`` and up to ``offset``."""
    first, last = bisect_right(inserts, (start, _MANY)), bisect_right(inserts, (offset, _MANY))
    return sum(cells for _, cells in inserts[first:last])


def cells_with(text: str, start: int, offset: int, inserts: Sequence[tuple[int, int]]) -> int:
    """Return the cell at which ``offset`` is drawn, with what is inserted before it."""
    return cells_to(text, start, offset) + (inserted(inserts, start, offset) if inserts else 0)


def offset_with(
    text: str, start: int, end: int, cell: int, inserts: Sequence[tuple[int, int]]
) -> int:
    """Return the offset drawn at a cell of a row that has something inserted."""
    at, used = start, 0
    first = bisect_right(inserts, (start, _MANY))
    for offset, cells in inserts[first:]:
        if offset > end:
            break
        before = used + cells_to(text, at, offset)
        if cell < before:
            break
        if cell < before + cells:
            return max(start, offset - 1)
        at, used = offset, before + cells
    return offset_at(text, at, end, cell - used)


def offset_at(text: str, start: int, end: int, cell: int) -> int:
    """Return the offset drawn at a cell of the row ``[start, end)``; ``end`` behind its last."""
    piece = text[start:end]
    if _SINGLE.fullmatch(piece):
        return min(end, start + max(0, cell))
    used = 0
    for first, _, cells in split_graphemes(safe(piece))[0]:
        if used + cells > cell:
            return start + first
        used += cells
    return end
