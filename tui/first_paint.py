"""What is on screen before the program is loaded: the library's first page, drawn as the list
will draw it."""

from __future__ import annotations

from pathlib import Path

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from store import glance
from tui.safe_text import safe_line

_MARKS = {"unread": "●", "reading": "◐", "done": "✓", "flagged": "⚑"}
NARROW = 110
"""Below so many columns one pane is shown at a time."""


class FirstPage(Widget):
    """The first rows of the list."""

    DEFAULT_CSS = "FirstPage { width: 100%; height: 100%; }"

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._lines: list[str] | None = None

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        width = self.size.width
        column = width if width < NARROW else min(48, width * 26 // 100)
        if self._lines is None:
            self._lines = []
            for status, title, published, left, marks in glance.first_rows(
                self._path, self.size.height // 2
            ):
                about = (published or "no date")[:10]
                about += f" · {left} to review" if left else " · reviewed" if marks else ""
                self._lines += [f"{_MARKS.get(status, '·')} {title}", f"  {about}"]
        text = safe_line(self._lines[y])[: column - 2] if y < len(self._lines) else ""
        return Strip([Segment(text, Style(dim=bool(y % 2)))]).adjust_cell_length(width)
