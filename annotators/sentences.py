"""Where the sentences of a text begin and end, without a model."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

_END = re.compile(r"(?<![.!?…])[.!?…]+[\"”’')\]]*(?=\s+[\"“‘'(\[]*[A-Z0-9А-ЯІЇЄҐ])|\n+")
_SHORT = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Capt|Sgt|Adm|Gov|Sen|Rep|Pres|St|Brig|Cpl|Pvt|Prof|Rev|Hon|Sec|"
    r"No|vs|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|approx|est|Inc|Ltd|Co|Corp|Ft|Mt|al)|\b[A-Z]|\b(?:[A-Za-z]\.)+[A-Za-z])$"
)

LONGEST = 1500
"""Code points; what goes on longer is no sentence but a table or an attack, and is cut."""


@lru_cache(maxsize=1)
def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Return the sentences of a text as ``[start, end)`` without white space around; a line's end
    ends one. Kept, as several layers ask."""
    out: list[tuple[int, int]] = []
    start = 0
    for m in _END.finditer(text):
        if (
            "\n" not in m.group()
            and text[m.start()] == "."
            and _SHORT.search(text, max(0, m.start() - 8), m.start())
        ):
            continue
        _add(text, start, m.end(), out)
        start = m.end()
    _add(text, start, len(text), out)
    return tuple(out)


def _add(text: str, start: int, end: int, out: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        cut = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = cut if cut > start else start + LONGEST
        out.append((start, cut))
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        out.append((start, end))


def containing(spans: Sequence[tuple[int, int]], position: int) -> int | None:
    """Return the index of the sentence that holds a position, or None."""
    index = bisect_right(spans, (position, 1 << 60)) - 1
    return index if index >= 0 and position < spans[index][1] else None
