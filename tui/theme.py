"""Colours and marks of labels and states, from the codebook and the theme.

What a mention is and where it stands in review never depends on colour alone: its letter is in
the margin, a suggestion is underlined, a decided mention is bold, the focused one is reversed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style
from textual.color import Color

if TYPE_CHECKING:
    from store.codebook import Codebook


BLEND = 0.34
"""How much of a label's colour its background takes: text on it keeps a contrast over 4.5."""


class Palette:
    """Styles for one theme, made once each."""

    def __init__(self, book: Codebook, background: Color, foreground: Color, colour: bool) -> None:
        self._book = book
        self._background, self._foreground = background, foreground
        self._colour = colour
        self._made: dict[object, Style] = {}
        base = (
            Style(color=foreground.rich_color, bgcolor=background.rich_color) if colour else Style()
        )
        self.text = base
        faint = background.blend(foreground, 0.55)
        self.margin = base + Style(color=faint.rich_color) if colour else Style(dim=True)
        self.title = base + Style(bold=True)
        yellow = Color.parse("#F0E442")
        self.hit = (
            Style(bgcolor=background.blend(yellow, 0.55).rich_color, color=foreground.rich_color)
            if colour
            else Style(italic=True, underline=True)
        )
        self.hit_now = (
            Style(bgcolor=yellow.rich_color, color="black", bold=True)
            if colour
            else Style(reverse=True)
        )
        self.selected = (
            Style(bgcolor=foreground.rich_color, color=background.rich_color, bold=True)
            if colour
            else Style(reverse=True, bold=True)
        )

    def letter(self, label: str) -> Style:
        """Return the style of a label's letter in the margin."""
        if not self._colour:
            return Style(bold=True)
        key = ("letter", label)
        if key not in self._made:
            own = Color.parse(self._book.label(label).colour)
            shade = self._foreground.blend(own, 0.75)
            self._made[key] = self.text + Style(color=shade.rich_color, bold=True)
        return self._made[key]

    def mention(self, label: str, *, decided: bool, focused: bool) -> Style:
        """Return the style of a mention's characters."""
        key = (label, decided, focused)
        if key not in self._made:
            if not self._colour:
                style = Style(bold=decided, underline=not decided, reverse=focused)
            else:
                own = Color.parse(self._book.label(label).colour)
                if focused:
                    style = Style(
                        bgcolor=own.rich_color,
                        color=own.get_contrast_text(1.0).rich_color,
                        bold=True,
                        underline=not decided,
                    )
                else:
                    style = Style(
                        bgcolor=self._background.blend(own, BLEND).rich_color,
                        color=self._foreground.rich_color,
                        bold=decided,
                        underline=not decided,
                    )
            self._made[key] = style
        return self._made[key]
