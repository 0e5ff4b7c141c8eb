"""Colours and marks of labels and states, from the codebook and the theme.

What a mention is and where it stands in review never depends on colour alone: its letter is in
the margin, a suggestion is underlined, a decided mention is bold, the focused one is reversed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.style import Style
from textual.color import Color

if TYPE_CHECKING:
    from store.codebook import Codebook


BLEND = 0.34
"""How much of a label's colour the background of a mention takes, where that is still legible."""
CONTRAST = 4.5
"""Least contrast of text to what is behind it (WCAG 2, AA)."""


def contrast_of(one: Color, other: Color) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2: relative luminance)."""

    def luminance(colour: Color) -> float:
        parts = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in colour.normalized
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def legible(colour: Color, background: Color, towards: Color, contrast: float = CONTRAST) -> Color:
    """Return a colour for text: moved towards another (the text's own) until it can be read."""
    for step in range(11):
        shade = colour.blend(towards, step / 10)
        if contrast_of(background, shade) >= contrast:
            return shade
    return towards


def tinted(background: Color, colour: Color, text: Color, contrast: float = CONTRAST) -> Color:
    """Return a background that takes as much of a colour as the text on it stands."""
    for step in range(12):
        shade = background.blend(colour, BLEND * (1 - step / 12))
        if contrast_of(shade, text) >= contrast:
            return shade
    return background


class Palette:
    """Styles for one theme, made once each."""

    def __init__(
        self,
        book: Codebook,
        background: Color,
        foreground: Color,
        colour: bool,
        *,
        labels: Mapping[str, str] | None = None,
        contrast: float = CONTRAST,
    ) -> None:
        self._book = book
        self._background, self._foreground = background, foreground
        self._colour = colour
        self._labels = labels or {}
        self._contrast = contrast
        self._made: dict[object, Style] = {}
        base = (
            Style(color=foreground.rich_color, bgcolor=background.rich_color) if colour else Style()
        )
        self.text = base
        faint = legible(background.blend(foreground, 0.55), background, foreground, contrast)
        self.margin = base + Style(color=faint.rich_color) if colour else Style(dim=True)
        self.title = base + Style(bold=True)
        yellow = Color.parse("#F0E442")
        self.hit = (
            Style(
                bgcolor=tinted(background, yellow, foreground, contrast).rich_color,
                color=foreground.rich_color,
                italic=True,
            )
            if colour
            else Style(italic=True, underline=True)
        )
        self.hit_now = (
            Style(bgcolor=yellow.rich_color, color="#000000", bold=True)
            if colour
            else Style(reverse=True)
        )
        self.selected = (
            Style(bgcolor=foreground.rich_color, color=background.rich_color, bold=True)
            if colour
            else Style(reverse=True, bold=True)
        )

        self.shared = Style(italic=True)
        """Over a mention whose entity stands in the other article too (``=`` in the margin)."""
        self.hint = (
            Style(bgcolor=foreground.rich_color, color=background.rich_color, bold=True)
            if colour
            else Style(reverse=True, bold=True)
        )
        self.mark = (
            base
            + Style(color=legible(yellow, background, foreground, contrast).rich_color, bold=True)
            if colour
            else Style(bold=True)
        )

    def own(self, label: str) -> Color:
        """Return a label's colour: the theme's for it, else the codebook's."""
        return Color.parse(self._labels.get(label) or self._book.label(label).colour)

    def letter(self, label: str) -> Style:
        """Return the style of a label's letter in the margin."""
        if not self._colour:
            return Style(bold=True)
        key = ("letter", label)
        if key not in self._made:
            shade = legible(
                self._foreground.blend(self.own(label), 0.75),
                self._background, self._foreground, self._contrast,
            )  # fmt: skip
            self._made[key] = self.text + Style(color=shade.rich_color, bold=True)
        return self._made[key]

    def mention(self, label: str, *, decided: bool, focused: bool) -> Style:
        """Return the style of a mention's characters."""
        key = (label, decided, focused)
        if key not in self._made:
            if not self._colour:
                style = Style(bold=decided, underline=not decided, reverse=focused)
            else:
                own = self.own(label)
                if focused:
                    black, white = Color(0, 0, 0), Color(255, 255, 255)
                    text = max((black, white), key=lambda shade: contrast_of(shade, own))
                    shade = legible(own, text, white if text == black else black, self._contrast)
                    style = Style(
                        bgcolor=shade.rich_color,
                        color=text.rich_color,
                        bold=True,
                        underline=not decided,
                    )
                else:
                    shade = tinted(self._background, own, self._foreground, self._contrast)
                    style = Style(
                        bgcolor=shade.rich_color,
                        color=self._foreground.rich_color,
                        bold=decided,
                        underline=not decided,
                    )
            self._made[key] = style
        return self._made[key]
