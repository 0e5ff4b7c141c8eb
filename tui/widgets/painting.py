"""Drawing a row of the article: its margin, and its characters cut where their styles change.
Knows the text and what is marked in it; no widget."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style

from tui.reading.motion import Range, Selection
from tui.reading.spans import SpanIndex
from tui.theme import Palette

if TYPE_CHECKING:
    from store.codebook import Codebook
    from store.records import Mention

MARGIN = 5
"""Cells left of the text: the letters of the mentions that begin in the row, and a space."""


def margin(
    palette: Palette, book: Codebook, spans: SpanIndex, start: int, end: int, sign: str = ""
) -> list[Segment]:
    """Return the margin of a row: a sign, then the letters of the mentions that begin in it, ``+``
    for more."""
    room = MARGIN - 1 - len(sign)
    beginning = [m for m in spans.starting_in(start, end) if m.review_status != "rejected"]
    letters = [(book.label(m.label).letter.upper(), m.label) for m in beginning]
    shown = letters if len(letters) <= room else letters[: room - 1]
    segments = [Segment(sign, palette.mark)] if sign else []
    segments.append(Segment(" " * (room - min(len(letters), room)), palette.text))
    segments += [Segment(letter, palette.letter(label)) for letter, label in shown]
    if len(letters) > len(shown):
        segments.append(Segment("+", palette.margin))
    return [*segments, Segment(" ", palette.text)]


def runs(
    palette: Palette,
    spans: SpanIndex,
    start: int,
    end: int,
    *,
    title_end: int = 0,
    focused: Mention | None = None,
    selection: Selection | None = None,
    hits: Sequence[Range] = (),
    hit_now: int = -1,
    shared: Collection[bytes] = (),
) -> list[tuple[int, int, Style]]:
    """Cut a row where its styles change; of nested mentions the inner one is seen, over them the
    hits of a search, the focused mention, the selection."""
    layers: list[tuple[int, int, Style]] = []
    if start < title_end:
        layers.append((start, min(end, title_end), palette.title))
    for m in spans.overlapping(start, end):
        if m is not focused and m.review_status != "rejected":
            style = palette.mention(m.label, decided=m.human, focused=False)
            if m.uid in shared:
                style = style + palette.shared
            layers.append((m.start, m.end, style))
    for number in range(max(0, bisect_left(hits, (start, 0)) - 1), len(hits)):
        a, b = hits[number]
        if a >= end:
            break
        if b > start:
            layers.append((a, b, palette.hit_now if number == hit_now else palette.hit))
    if focused is not None:
        style = palette.mention(focused.label, decided=focused.human, focused=True)
        layers.append((focused.start, focused.end, style))
    if selection is not None:
        layers.append((selection.start, selection.end, palette.selected))
    cuts = {start, end}
    for a, b, _ in layers:
        cuts.update((max(a, start), min(b, end)))
    found = []
    for a, b in pairwise(sorted(cut for cut in cuts if start <= cut <= end)):
        style = palette.text
        for first, last, over in layers:
            if first <= a and last >= b:
                style = style + over
        found.append((a, b, style))
    return found
