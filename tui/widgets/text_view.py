"""A text on screen: wrapped, drawn row by row, scrolled; with what is marked in it.

A line-API widget: each row is drawn by itself from the UI-free classes of `tui.reading`, so that
the cost of a key does not grow with the text. What a reader can do with it is in
`tui.widgets.reader`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from store.records import Mention
from tui.reading.motion import Range, Selection
from tui.reading.spans import SpanIndex
from tui.reading.wrap import WrapMap, cells_with, offset_with
from tui.safe_text import safe_line
from tui.theme import CONTRAST, Palette
from tui.widgets.lines import BareScroll
from tui.widgets.painting import MARGIN, margin, runs

if TYPE_CHECKING:
    from store.codebook import Codebook

Mode = Literal["reader", "cursor", "select", "edges", "hints"]
MEASURE = 96
"""Longest row where nothing else is asked for; longer ones are hard to read."""
_SLICE = 0.003


class TextView(BareScroll, can_focus=True, inherit_bindings=False):
    """A text with its mentions, at a place."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    TextView { background: $background; color: $foreground; scrollbar-size-vertical: 1; overflow-x: hidden; overflow-y: scroll; }
    """

    class Changed(Message):
        """The focused mention, the selection or the mode is another."""

    def __init__(self, *, colour: bool = True, id: str | None = None) -> None:
        super().__init__(id=id)
        self._book: Codebook | None = None  # until the library is there
        self._colour = colour
        self._labels: Mapping[str, str] = {}  # the theme's own colours of labels
        self._contrast = CONTRAST
        self.text = ""
        self._wrap = WrapMap("", 40)
        self.spans = SpanIndex(())
        self.focused: Mention | None = None
        self.selection: Selection | None = None
        self.mode: Mode = "reader"
        self.hits: list[Range] = []
        self.hit_now = -1
        self.hints: dict[str, int] = {}
        self.shared: Collection[bytes] = ()  # mentions whose entity the other article has too
        self.shared_reports: Sequence[Range] = ()  # what tells of an incident it has too
        self.measure, self.spacing, self.labels_shown = MEASURE, 1, False
        self._title_end = 0
        self._palette: Palette | None = None
        self._strips: dict[int, Strip] = {}
        self._place = 0
        self._after_paint: list[Callable[[], object]] = []
        self.shows_text = False

    # --- what is shown ---------------------------------------------------------------------------

    def show(self, text: str, title: str, mentions: Sequence[Mention], position: int = 0) -> None:
        """Show an article from an offset on."""
        self.text = text
        self.shows_text = True
        start = len(text) - len(text.lstrip("\n ")) if text[:1] in "\n " else 0
        end = text.find("\n", start)
        first = text[start : end if end >= 0 else len(text)]
        same = len(first) < 3000 and " ".join(first.split()) == " ".join(title.split())
        self._title_end = start + len(first) if same else 0
        self.spans = SpanIndex(mentions)
        self.focused = self.selection = None
        self.mode = "reader"
        self.hits, self.hit_now, self.hints = [], -1, {}
        self.shared, self.shared_reports = (), ()
        self._place = position
        self._rewrap(position)

    def complete(self, text: str) -> None:
        """Take the whole of a text whose beginning is shown; what is on screen stays."""
        row = self.top_row
        self.text = text
        self._wrap = WrapMap(text, self._width, self._inserts())
        self._wrap.extend(to_row=row + self.size.height + 1)
        self._strips.clear()
        self.refresh()
        self.when_painted(partial(self._wrapped_first, self._wrap))

    def clear(self) -> None:
        """Show nothing."""
        self.show("", "", ())
        self.shows_text = False

    def set_mentions(self, mentions: Sequence[Mention]) -> None:
        """Put changed mentions in place; the place in the text and the focus stay."""
        old = self.focused
        self.spans = SpanIndex(mentions)
        self.focused = self.spans.by_uid(old.uid) if old else None
        if self.mode == "edges" and self.focused is None:
            self.selection, self.mode = None, "reader"
        self._labels_moved()
        self._strips.clear()
        self.refresh()
        self.post_message(self.Changed())

    def put(self, mention: Mention) -> None:
        """Show one changed mention; its span is where it was."""
        old = self.spans.by_uid(mention.uid)
        if not self.spans.put(mention):
            others = [m for m in self.spans.mentions if m.uid != mention.uid]
            self.set_mentions([*others, mention])
            return
        if self.focused is not None and self.focused.uid == mention.uid:
            self.focused = mention
        if old is None or (old.label, old.review_status) != (mention.label, mention.review_status):
            self._labels_moved()
        self._redraw((mention.start, mention.end))
        self.post_message(self.Changed())

    def set_shared(self, mentions: Collection[bytes], reports: Sequence[Range]) -> None:
        """Mark what the other article has too."""
        if (set(mentions), list(reports)) != (set(self.shared), list(self.shared_reports)):
            self.shared, self.shared_reports = mentions, reports
            self._strips.clear()
            self.refresh()

    def set_book(self, book: Codebook) -> None:
        """Use another codebook's letters and colours."""
        self._book = book
        self.notify_style_update()

    def set_look(self, labels: Mapping[str, str], contrast: float) -> None:
        """Use a theme's own colours for labels, and its contrast."""
        self._labels, self._contrast = labels, contrast
        self.notify_style_update()
        self.refresh()

    def set_layout(self, measure: int, spacing: int, labels_shown: bool) -> None:
        """Set the longest row, how many rows a line takes, and whether labels are written after
        their mentions; the place in the text stays."""
        wanted = (measure, spacing, labels_shown)
        if wanted != (self.measure, self.spacing, self.labels_shown):
            place = self.top_offset
            self.measure, self.spacing, self.labels_shown = wanted
            self._rewrap(place)

    @property
    def _width(self) -> int:
        return min(self.measure, max(20, self.size.width - MARGIN - 2))

    def _rewrap(self, position: int) -> None:
        self._wrap = WrapMap(self.text, self._width, self._inserts())
        self._strips.clear()
        row = self._wrap.row_of(position) if position else 0
        self._wrap.extend(to_row=row + self.size.height + 1)
        y = row * self.spacing
        if y > self.max_scroll_y:
            self._set_height()
        self.scroll_to(y=y, animate=False, force=True, immediate=True)
        # a new height lays the whole screen out anew: the text is painted before that
        self.when_painted(partial(self._wrapped_first, self._wrap))
        self.refresh()
        self.post_message(self.Changed())

    def _inserts(self) -> list[tuple[int, int]]:
        """Return where labels are written, and their cells."""
        if not self.labels_shown:
            return []
        return sorted(
            (m.end, cell_len(m.label) + 2)
            for m in self.spans.mentions
            if m.review_status != "rejected"
        )

    def _labels_moved(self) -> None:
        if self.labels_shown and self._inserts() != self._wrap.inserts:
            self._rewrap(self.top_offset)

    def _wrapped_first(self, wrap: WrapMap) -> None:
        if wrap is self._wrap:
            self._set_height()
            self._wrap_more()

    def _wrap_more(self) -> None:
        wrap = self._wrap
        wrap.extend(seconds=_SLICE)
        if wrap.complete:
            self._set_height()
        elif wrap is self._wrap:
            self.set_timer(0.001, self._wrap_more)

    def _set_height(self) -> None:
        self.virtual_size = Size(self.size.width, self._wrap.height * self.spacing)

    def on_resize(self, event: events.Resize) -> None:
        """Wrap again where the width changed, keeping the top of the text."""
        if self._width != self._wrap.width or self._strips:
            if self._width != self._wrap.width:
                self._rewrap(self._place)
            else:  # a strip is as wide as the widget was
                self._strips.clear()
                self._set_height()

    def notify_style_update(self) -> None:
        """Forget what was drawn with the old theme."""
        self._palette = None
        self._strips.clear()
        super().notify_style_update()

    @property
    def book(self) -> Codebook:
        """The codebook of the library, the default one until it is open."""
        if self._book is None:
            from store.codebook import default

            self._book = default()
        return self._book

    @property
    def palette(self) -> Palette:
        """The styles for the present theme."""
        if self._palette is None:
            self._palette = Palette(
                self.book, self.background_colors[1], self.styles.color, self._colour,
                labels=self._labels, contrast=self._contrast,
            )  # fmt: skip
        return self._palette

    # --- drawing ---------------------------------------------------------------------------------

    def when_painted(self, then: Callable[[], object]) -> None:
        """Call back once the text is drawn (Textual's ``call_after_refresh`` may come before it, when
        this widget's wish to be drawn has not reached the screen yet); at once where it has no room."""
        if self.display and self.size:
            self._after_paint.append(then)
        else:
            self.call_after_refresh(then)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw rows, and let follow what waited for that."""
        strips = super().render_lines(crop)
        self._release()
        return strips

    def on_hide(self) -> None:
        """Let follow what waited for a drawing that does not come now."""
        self._release()

    def _release(self) -> None:
        waiting, self._after_paint = self._after_paint, []
        for then in waiting:
            self.call_next(then)

    def render_line(self, y: int) -> Strip:
        """Draw one row of the screen."""
        if not self.shows_text:
            return Strip.blank(self.size.width, self.rich_style)
        row, between = divmod(y + self.scroll_offset.y, self.spacing)
        if between:
            return Strip.blank(self.size.width, self.palette.text)
        strip = self._strips.get(row)
        if strip is None:
            strip, lasting = self._draw(row)
            if lasting:
                if len(self._strips) > 4000:
                    self._strips.clear()
                self._strips[row] = strip
        return strip

    def _draw(self, row: int) -> tuple[Strip, bool]:
        """Return a row, and whether it stays as it is until the mentions change."""
        palette, width = self.palette, self.size.width
        start, end = self._wrap.row(row)
        segments = margin(palette, self.book, self.spans, start, end, self._sign(start, end))
        focused, selection = self.focused, self.selection
        pieces = runs(
            palette,
            self.spans,
            start,
            end,
            title_end=self._title_end,
            focused=focused if self.mode != "edges" else None,
            selection=selection,
            hits=self.hits,
            hit_now=self.hit_now,
            shared=self.shared,
        )
        over = self._hints_in(start, end) if self.hints else {}
        for a, b, style in pieces:
            if over:
                segments += self._with_hints(a, b, style, over)
            else:
                segments.append(Segment(safe_line(self.text[a:b]), style))
            if self.labels_shown:
                segments += self._labels_at(b, end)
        used = sum(segment.cell_length for segment in segments)
        if used < width:
            segments.append(Segment(" " * (width - used), palette.text))
        changing = (
            (focused and focused.start < end and focused.end > start)
            or (selection and selection.start < end and selection.end > start)
            or self.hits
            or self.hints
            or row >= self._wrap.known
        )
        strip = Strip(segments, max(width, used))  # making strips is most of what a page costs
        return strip if used <= width else strip.crop(0, width), not changing

    def _sign(self, start: int, end: int) -> str:
        """Return the sign of a row: ``◆`` where it tells of a shared incident, ``=`` where a
        mention begins whose entity the other article has too."""
        if any(a < end and b > start for a, b in self.shared_reports):
            return "◆"
        if self.shared and any(m.uid in self.shared for m in self.spans.starting_in(start, end)):
            return "="
        return ""

    def _labels_at(self, offset: int, row_end: int) -> list[Segment]:
        found = [
            m for m in self.spans.overlapping(offset - 1, offset) if m.end == offset
            and m.review_status != "rejected"
        ] if offset else []  # fmt: skip
        return [Segment(f"[{m.label}]", self.palette.letter(m.label)) for m in found]

    def _hints_in(self, start: int, end: int) -> dict[int, str]:
        """Return the characters that take the place of others: the letters on each word."""
        over: dict[int, str] = {}
        for letters, offset in self.hints.items():
            if start <= offset < end:
                wide = cell_len(safe_line(self.text[offset])) == 2
                if wide or len(letters) == 1:
                    over[offset] = f"{letters:<2}" if wide else letters
                else:
                    over[offset], over[offset + 1] = letters[0], letters[1]
        return over

    def _with_hints(
        self, start: int, end: int, style: Style, over: Mapping[int, str]
    ) -> list[Segment]:
        segments, plain = [], start
        for offset in range(start, end):
            if offset in over:
                if plain < offset:
                    segments.append(Segment(safe_line(self.text[plain:offset]), style))
                segments.append(Segment(over[offset], self.palette.hint))
                plain = offset + 1
        segments.append(Segment(safe_line(self.text[plain:end]), style))
        return segments

    def _redraw(self, *ranges: Range | None) -> None:
        """Draw again the rows that hold these ranges."""
        top, height, spacing = self.scroll_offset.y, self.size.height, self.spacing
        for pair in ranges:
            if pair is None or pair[0] >= pair[1]:
                continue
            first, last = self._wrap.row_of(pair[0]), self._wrap.row_of(pair[1] - 1)
            for row in range(first, last + 1):
                self._strips.pop(row, None)
            if last * spacing >= top and first * spacing < top + height:
                self.refresh_lines(first * spacing, (last - first + 1) * spacing)

    def _cell(self, row: int, offset: int) -> int:
        """Return the cell of a row at which an offset is drawn."""
        return cells_with(self.text, self._wrap.row(row)[0], offset, self._wrap.inserts)

    def _offset_in(self, row: int, cell: int) -> int:
        """Return the offset drawn at a cell of a row; the row's end behind its last."""
        start, end = self._wrap.row(row)
        return offset_with(self.text, start, end, max(0, cell), self._wrap.inserts)

    # --- where one is ----------------------------------------------------------------------------

    @property
    def top_row(self) -> int:
        """The first row of the text on screen."""
        return -(-self.scroll_offset.y // self.spacing)

    @property
    def page(self) -> int:
        """How many rows a page is: those in view, less two that stay."""
        return max(1, self.rows_shown - 2)

    @property
    def rows_shown(self) -> int:
        """How many rows of text fit on the screen."""
        return max(1, self.size.height // self.spacing)

    @property
    def top_offset(self) -> int:
        """Offset of the first character on screen."""
        return self._wrap.row(self.top_row)[0]

    @property
    def visible_range(self) -> Range:
        """The part of the text on screen."""
        last = min(self.top_row + self.rows_shown, self._wrap.known) - 1
        return self.top_offset, self._wrap.row(max(0, last))[1]

    @property
    def place(self) -> int:
        """The offset that the analyst is at: selection, focused mention, or top of the screen."""
        if self.selection is not None:
            return self.selection.head[0]
        if self.focused is not None:
            return self.focused.start
        return self.top_offset

    @property
    def span(self) -> Range | None:
        """What an action on text would take: the selection, else the focused mention."""
        if self.selection is not None:
            return self.selection.start, self.selection.end
        return (self.focused.start, self.focused.end) if self.focused else None

    def reveal(self, start: int, end: int | None = None) -> None:
        """Scroll so that a range is on screen with some text around it."""
        first = self._wrap.row_of(start)
        last = self._wrap.row_of(max(start, (end or start + 1) - 1))
        top, rows = self.top_row, self.rows_shown
        slack = min(3, rows // 4)
        if first < top + min(slack, top) or last >= top + rows - slack:
            self.scroll_rows_to(max(0, first - rows // 3))

    def scroll_to_offset(self, offset: int) -> None:
        """Put the row that holds an offset at the top of the screen."""
        self.scroll_rows_to(self._wrap.row_of(offset))

    def scroll_rows_to(self, row: int) -> None:
        """Put a row at the top of the screen."""
        self._wrap.extend(to_row=row + self.size.height + 1)
        if self._wrap.complete and self.virtual_size.height != self._wrap.height * self.spacing:
            self._set_height()
        self.scroll_to(y=row * self.spacing, animate=False, force=True, immediate=True)
        self._place = self.top_offset

    def scroll_rows(self, rows: int) -> None:
        """Scroll by rows, down or up."""
        limit = max(0, self._wrap.height - self.rows_shown)
        self.scroll_rows_to(max(0, min(self.top_row + rows, limit)))

    def scroll_to_end(self) -> None:
        """Scroll to the end of the text."""
        self._wrap.extend()
        self._set_height()
        self.scroll_rows_to(max(0, self._wrap.height - self.rows_shown))

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
