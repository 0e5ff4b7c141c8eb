"""Line-API widgets for panes: a list of rows of which only those on screen are drawn, and plain
lines. Whatever text they get is made safe here, at the last moment before the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Self

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.reading.wrap import WrapMap
from tui.safe_text import safe_line
from tui.theme import legible

Piece = tuple[str, str]
"""Text and the name of its look (see `Lines.look`)."""
Line = list[Piece]


def fit(text: str, width: int) -> str:
    """Return safe text in at most ``width`` cells, with an ellipsis where it was cut."""
    text = safe_line(text)
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + "…" if width > 0 else ""


def joined(cells: Iterable[Piece]) -> Line:
    """Return pieces with neighbours of the same look made one: a drawing of single characters."""
    line: Line = []
    for text, look in cells:
        if line and line[-1][1] == look:
            line[-1] = (line[-1][0] + text, look)
        else:
            line.append((text, look))
    return line


def some(count: int, word: str) -> str:
    """Return a count and its word: 1 article, 2 articles."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def around(text: str, start: int, end: int, room: int) -> tuple[str, str]:
    """Return what stands before and after a place in its paragraph, each in ``room`` cells; what
    is before it is set to the right, so that places stand below each other."""
    room = max(8, room)
    before = safe_line(text[max(0, start - room) : start].rsplit("\n", 1)[-1])
    after = safe_line(text[end : end + room].split("\n", 1)[0])
    while cell_len(before) > room:
        before = before[1:]
    return " " * (room - cell_len(before)) + before, fit(after, room)


def wrapped(text: str, width: int, look: str = "", indent: str = "") -> list[Line]:
    """Return safe text as lines of at most ``width`` cells."""
    shown = "\n".join(safe_line(part) for part in text.split("\n"))
    rows = WrapMap(shown, max(8, width - len(indent)))
    rows.extend()
    lines: list[Line] = []
    for number in range(rows.known):
        start, end = rows.row(number)
        lines.append([(indent + shown[start:end], look)])
    return lines


class BareScroll(ScrollView, inherit_bindings=False):
    """A line-API widget whose rows go to the screen as they are drawn.

    Without a border and without colours that a filter would have to translate there is nothing for
    Textual's own cache of styled rows to add; leaving it out saves a third of the cost of a page.
    """

    _drawn: dict[int, Strip] | None = None  # rows as they stand on screen
    _drawn_size = Size(0, 0)

    def refresh(self, *regions: Region, **how: bool) -> Self:
        """Draw again: everything, or the rows of some regions."""
        if self._drawn is not None:
            if not regions:
                self._drawn.clear()
            for region in regions:
                for y in region.line_range:
                    self._drawn.pop(y, None)
        return super().refresh(*regions, **how)

    def notify_style_update(self) -> None:
        """Forget what was drawn with the old theme."""
        if self._drawn is not None:
            self._drawn.clear()
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw rows, those alone that changed."""
        if self.gutter.totals != (0, 0) or self.app.no_color:
            return super().render_lines(crop)
        if self._drawn is None or self._drawn_size != self.size:
            self._drawn, self._drawn_size = {}, self.size
        drawn, strips = self._drawn, []
        for y in crop.line_range:
            strip = drawn.get(y)
            if strip is None:
                strip = drawn[y] = self.render_line(y)
            strips.append(strip)
        first, last = crop.column_span
        if (first, last) != (0, self.size.width):
            strips = [strip.crop(first, last) for strip in strips]
        return strips


class Lines(BareScroll, inherit_bindings=False):
    """What both kinds share: looks made from the theme, the wheel, scrolling by rows."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Lines { background: $background; color: $foreground; scrollbar-size-vertical: 1; overflow-x: hidden; }
    """

    def __init__(self, *, id: str | None = None, colour: bool = True) -> None:
        super().__init__(id=id)
        self._colour = colour
        self._looks: dict[str, Style] = {}
        self.rule: Literal["", "left", "right"] = ""
        """A line down one side, drawn here: a border would make every row dearer."""

    def notify_style_update(self) -> None:
        """Forget the looks of the old theme."""
        self._looks.clear()
        super().notify_style_update()

    def look(self, name: str) -> Style:
        """Return the style called ``name``: words of strong, faint, accent, warn, good, here,
        under, or ``#rrggbb``."""
        if name not in self._looks:
            background, text = self.background_colors[1], self.styles.color
            style = (
                Style(color=text.rich_color, bgcolor=background.rich_color)
                if self._colour
                else Style()
            )
            for word in name.split():
                if word in ("strong", "under"):
                    style += Style(bold=word == "strong" or None, underline=word == "under" or None)
                elif word == "here":
                    if self._colour:
                        shade = background.blend(text, 0.26 if "faint" not in name else 0.12)
                        style += Style(bgcolor=shade.rich_color, bold=True)
                    else:
                        style += Style(reverse=True)
                elif not self._colour:
                    style += Style(
                        dim=word in ("faint", "dim") or None, bold=word == "warn" or None
                    )
                elif word == "dim":
                    style += Style(color=background.blend(text, 0.25).rich_color)
                elif word == "faint":
                    shade = legible(background.blend(text, 0.6), background, text)
                    style += Style(color=shade.rich_color)
                else:
                    variables = self.app.theme_variables
                    named = {"accent": "primary", "warn": "warning", "good": "success"}.get(word)
                    value = variables[named] if named else word
                    from textual.color import Color

                    shade = legible(text.blend(Color.parse(value), 0.75), background, text)
                    style += Style(color=shade.rich_color)
            self._looks[name] = style
        return self._looks[name]

    @property
    def text_width(self) -> int:
        """Cells there are for text."""
        return self.size.width - bool(self.rule)

    def strip(self, line: Line, width: int, over: str = "") -> Strip:
        """Return a line as a strip of exactly ``width`` cells, and the rule beside it."""
        drawn = self._strip(line, width, over)
        if not self.rule:
            return drawn
        bar = Strip([Segment("▏" if self.rule == "left" else "▕", self.look("dim"))], 1)
        return Strip.join([bar, drawn] if self.rule == "left" else [drawn, bar])

    def _strip(self, line: Line, width: int, over: str = "") -> Strip:
        segments, used = [], 0
        for text, name in line:
            text = safe_line(text)
            segments.append(Segment(text, self.look(f"{name} {over}".strip())))
            used += cell_len(text)
        if used < width:
            segments.append(Segment(" " * (width - used), self.look(over)))
        strip = Strip(segments, max(used, width))
        return strip if used <= width else strip.crop(0, width)

    def scroll_rows(self, rows: int) -> None:
        """Scroll by rows."""
        limit = max(0, self.virtual_size.height - self.size.height)
        y = max(0, min(self.scroll_offset.y + rows, limit))
        self.scroll_to(y=y, animate=False, force=True, immediate=True)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll by the wheel."""
        event.stop()
        event.prevent_default()
        self.scroll_rows(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll by the wheel."""
        event.stop()
        event.prevent_default()
        self.scroll_rows(-3)


class LinesView(Lines, can_focus=True, inherit_bindings=False):
    """Lines that are all there: the inspector, the help. Only lines that changed are redrawn."""

    def __init__(self, *, id: str | None = None, colour: bool = True) -> None:
        super().__init__(id=id, colour=colour)
        self._lines: list[Line] = []

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show other lines."""
        old, self._lines = self._lines, list(lines)
        # as many as the widget is high: the next ones, more or fewer, change no layout then
        self._lines += [[] for _ in range(self.size.height - len(self._lines))]
        if len(old) != len(self._lines):
            self.virtual_size = Size(self.size.width, max(1, len(self._lines)))
            self.refresh()
            return
        for number, (a, b) in enumerate(zip(old, self._lines, strict=True)):
            if a != b:
                self.refresh_lines(number)

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        number = y + self.scroll_offset.y
        line = self._lines[number] if number < len(self._lines) else []
        return self.strip(line, self.text_width)


class RowList(Lines, can_focus=True, inherit_bindings=False):
    """A list with one row chosen. Rows are asked for when they are drawn, never all at once."""

    ROW_HEIGHT = 1

    class Chosen(Message):
        """Another row is chosen."""

        def __init__(self, rows: RowList, number: int) -> None:
            super().__init__()
            self.rows, self.number = rows, number

        @property
        def control(self) -> RowList:
            """The list it happened in."""
            return self.rows

    class Opened(Chosen):
        """A row was clicked."""

    def __init__(self, *, id: str | None = None, colour: bool = True) -> None:
        super().__init__(id=id, colour=colour)
        self.count = 0
        self.current = 0
        self.empty: list[str] = []

    def row(self, number: int, width: int) -> list[Line]:
        """Return the lines of a row; to be overridden."""
        raise NotImplementedError

    def skip(self, number: int) -> bool:
        """Whether a row cannot be chosen (a heading)."""
        return False

    def set_count(self, count: int, current: int | None = None) -> None:
        """Say how many rows there are now, and which is chosen."""
        self.count = count
        self.current = max(0, min(self.current if current is None else current, count - 1))
        self.virtual_size = Size(self.size.width, max(1, count * self.ROW_HEIGHT))
        self.refresh()
        self._reveal()

    def render_line(self, y: int) -> Strip:
        """Draw one line of a row."""
        width = self.text_width
        if not self.count:
            lines = [line for part in self.empty for line in wrapped(part, width - 2, "faint", " ")]
            return self.strip(lines[y] if y < len(lines) else [], width)
        number, part = divmod(y + self.scroll_offset.y, self.ROW_HEIGHT)
        if number >= self.count:
            return self.strip([], width)
        lines = self.row(number, width)
        here = number == self.current
        over = ("here" if self.has_focus or not self.can_focus else "here faint") if here else ""
        return self.strip(lines[part] if part < len(lines) else [], width, over)

    def choose(self, number: int) -> None:
        """Choose a row and bring it on screen."""
        number = max(0, min(number, self.count - 1))
        if number == self.current or not self.count:
            return
        old, self.current = self.current, number
        for changed in (old, number):
            self.refresh_lines(changed * self.ROW_HEIGHT, self.ROW_HEIGHT)
        self._reveal()
        self.post_message(self.Chosen(self, number))

    def move(self, rows: int) -> bool:
        """Choose the row that is so many further, headings left out; False at the end."""
        number = self.current + rows
        step = 1 if rows > 0 else -1
        number = max(0, min(number, self.count - 1))
        while 0 <= number < self.count and self.skip(number):
            number += step
        while not 0 <= number < self.count or self.skip(number):  # headings up to the edge: back
            number -= step
            if not 0 <= number < self.count:
                return False
        if number == self.current:
            return False
        self.choose(number)
        return True

    @property
    def page(self) -> int:
        """Rows on a screen."""
        return max(1, self.size.height // self.ROW_HEIGHT - 1)

    def _reveal(self) -> None:
        first, height = self.current * self.ROW_HEIGHT, self.size.height
        top = self.scroll_offset.y
        if first < top:
            self.scroll_to(y=first, animate=False, force=True, immediate=True)
        elif height and first + self.ROW_HEIGHT > top + height:
            y = first + self.ROW_HEIGHT - height
            self.scroll_to(y=y, animate=False, force=True, immediate=True)

    def on_resize(self) -> None:
        """Keep the chosen row on screen."""
        self.virtual_size = Size(self.size.width, max(1, self.count * self.ROW_HEIGHT))
        self._reveal()

    def on_focus(self) -> None:
        """Show where the keys go."""
        self.refresh_lines(self.current * self.ROW_HEIGHT, self.ROW_HEIGHT)

    def on_blur(self) -> None:
        """Show that the keys go elsewhere."""
        self.refresh_lines(self.current * self.ROW_HEIGHT, self.ROW_HEIGHT)

    def on_click(self, event: events.Click) -> None:
        """Choose the row under the mouse and open it."""
        number = (event.y + self.scroll_offset.y) // self.ROW_HEIGHT
        if 0 <= number < self.count and not self.skip(number):
            self.focus()
            self.choose(number)
            self.post_message(self.Opened(self, number))


class TextRows(RowList, inherit_bindings=False):
    """A list whose rows are given as lines, with headings that cannot be chosen."""

    def __init__(self, *, id: str | None = None, colour: bool = True) -> None:
        super().__init__(id=id, colour=colour)
        self._rows: list[Line] = []
        self._headings: set[int] = set()

    def set_rows(
        self, rows: Iterable[Line], headings: Iterable[int] = (), current: int | None = None
    ) -> None:
        """Show other rows."""
        self._rows, self._headings = list(rows), set(headings)
        self.set_count(len(self._rows), current)
        if self.count and self.skip(self.current) and not self.move(1):
            self.move(-1)

    def row(self, number: int, width: int) -> list[Line]:
        """Return a row as given."""
        return [self._rows[number]]

    def skip(self, number: int) -> bool:
        """Whether it is a heading."""
        return number in self._headings
