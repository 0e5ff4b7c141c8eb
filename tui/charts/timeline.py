"""A timeline in lanes: how many incidents in each stretch of time."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui.widgets.lines import Line, Piece, fit, joined

STEPS = (1, 7, 28, 91, 364)
"""Days that a column stands for, from the nearest zoom to the widest."""
_BARS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True)
class Window:
    """What a timeline shows: the day of its first column, and the days of a column."""

    first: int
    step: int

    def last(self, columns: int) -> int:
        """Return the day behind the last column."""
        return self.first + columns * self.step


def fitting(days: Sequence[int], columns: int) -> Window:
    """Return the nearest window that shows all days (sorted) in so many columns."""
    if not days:
        return Window(dt.date.today().toordinal() - columns, 1)
    across = days[-1] - days[0] + 1
    step = next((s for s in STEPS if across <= s * columns), STEPS[-1])
    return Window(days[0] - max(0, step * columns - across) // 2, step)


def zoomed(window: Window, nearer: bool, columns: int) -> Window:
    """Return the window one zoom nearer or wider, around the same middle."""
    at = STEPS.index(window.step)
    step = STEPS[max(0, at - 1) if nearer else min(len(STEPS) - 1, at + 1)]
    middle = window.first + columns * window.step // 2
    return Window(middle - columns * step // 2, step)


def in_column(days: Sequence[int], window: Window, column: int) -> tuple[int, int]:
    """Return where the days of a column begin and end in a sorted list."""
    start = window.first + column * window.step
    return bisect_left(days, start), bisect_left(days, start + window.step)


def axis(window: Window, columns: int) -> Line:
    """Return the line of dates."""
    line = [" "] * columns
    column = 0
    while column < columns:
        day = window.first + column * window.step
        text = _named(day, window.step)
        if column + len(text) > columns:
            break
        line[column : column + len(text)] = text
        column += max(12, len(text) + 2)
    return [("".join(line), "faint")]


def _named(day: int, step: int) -> str:
    date = dt.date.fromordinal(max(1, min(day, dt.date.max.toordinal())))
    return "╷" + (date.isoformat() if step < 28 else date.isoformat()[:7] if step < 364 else str(date.year))  # fmt: skip


def draw(
    lanes: Mapping[str, Sequence[int]], window: Window, width: int, name_width: int,
    chosen: tuple[str, int] | None = None,
) -> list[Line]:  # fmt: skip
    """Return one line a lane: its name, and in each column a bar as high as its incidents are many
    (one: a dot). ``lanes`` holds the sorted days of each; ``chosen`` a lane and column."""
    columns = max(1, width - name_width)
    top = max(
        (b - a for days in lanes.values() for c in range(columns) for a, b in [in_column(days, window, c)]),
        default=1,
    )  # fmt: skip
    out: list[Line] = []
    for name, days in lanes.items():
        pieces: list[Piece] = [(fit(name, name_width - 1).ljust(name_width), "faint")]
        for column in range(columns):
            first, behind = in_column(days, window, column)
            count = behind - first
            here = chosen == (name, column)
            if count == 0:
                char = "·" if here else " "
            elif count == 1:
                char = "●"
            else:
                char = _BARS[max(2, min(8, round(8 * count / max(top, 1))))]
            pieces.append((char, "strong warn under" if here else "accent" if count else ""))
        out.append(joined(pieces))
    return out
