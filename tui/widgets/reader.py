"""The article: wrapped text with its mentions, a word cursor that comes when asked, selection.

A line-API widget: each row is drawn by itself from the UI-free classes of `tui.reading`, so that
the cost of a key does not grow with the text. It shows and moves; it decides nothing. What it has
to tell goes out as messages.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from store.records import Mention
from tui.reading import motion
from tui.reading.motion import Range, Selection
from tui.reading.spans import SpanIndex
from tui.reading.wrap import WrapMap, cells_to, offset_at
from tui.safe_text import safe
from tui.theme import Palette
from tui.widgets.painting import MARGIN, margin, runs

if TYPE_CHECKING:
    from store.codebook import Codebook

Mode = Literal["reader", "cursor", "select", "edges"]
MEASURE = 96
"""Longest row; longer ones are hard to read."""
_SLICE = 0.003


class Reader(ScrollView, can_focus=True, inherit_bindings=False):
    """The article view."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Reader { background: $background; scrollbar-size-vertical: 1; overflow-x: hidden; overflow-y: scroll; }
    """

    class Changed(Message):
        """The focused mention, the selection or the mode is another."""

    class Opened(Message):
        """A mention was clicked."""

    def __init__(self, *, colour: bool = True, id: str | None = None) -> None:
        super().__init__(id=id)
        self._book: Codebook | None = None  # until the library is there
        self._colour = colour
        self.text = ""
        self._shown = ""
        self._wrap = WrapMap("", 40)
        self.spans = SpanIndex(())
        self.focused: Mention | None = None
        self.selection: Selection | None = None
        self.mode: Mode = "reader"
        self.hits: list[Range] = []
        self.hit_now = -1
        self._title_end = 0
        self._palette: Palette | None = None
        self._strips: dict[int, Strip] = {}
        self._drag: Range | None = None
        self._place = 0
        self._found_at: int | None = None  # the hit that was gone to, until something else is
        self.shows_text = False

    # --- what is shown ---------------------------------------------------------------------------

    def show(self, text: str, title: str, mentions: Sequence[Mention], position: int = 0) -> None:
        """Show an article from an offset on."""
        self._found_at = None
        self.text, self._shown = text, safe(text)
        self.shows_text = True
        body = text.lstrip("\n ")
        first = body.split("\n", 1)[0]
        same = " ".join(first.split()) == " ".join(title.split())
        self._title_end = len(text) - len(body) + len(first) if same else 0
        self.spans = SpanIndex(mentions)
        self.focused = self.selection = None
        self.mode = "reader"
        self.hits, self.hit_now = [], -1
        self._place = position
        self._rewrap(position)

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
        self._strips.clear()
        self.refresh()
        self.post_message(self.Changed())

    def put(self, mention: Mention) -> None:
        """Show one changed mention; its span is where it was."""
        if not self.spans.put(mention):
            others = [m for m in self.spans.mentions if m.uid != mention.uid]
            self.set_mentions([*others, mention])
            return
        if self.focused is not None and self.focused.uid == mention.uid:
            self.focused = mention
        self._redraw((mention.start, mention.end))
        self.post_message(self.Changed())

    def set_book(self, book: Codebook) -> None:
        """Use another codebook's letters and colours."""
        self._book = book
        self.notify_style_update()

    def _rewrap(self, position: int) -> None:
        width = min(MEASURE, max(20, self.size.width - MARGIN - 2))
        self._wrap = WrapMap(self._shown, width)
        self._strips.clear()
        row = self._wrap.row_of(position) if position else 0
        self._wrap.extend(to_row=row + self.size.height + 1)
        self._set_height()
        self.scroll_to(y=row, animate=False, force=True, immediate=True)
        if not self._wrap.complete:
            self.set_timer(0.001, self._wrap_more)
        self.refresh()
        self.post_message(self.Changed())

    def _wrap_more(self) -> None:
        wrap = self._wrap
        wrap.extend(seconds=_SLICE)
        if wrap.complete:
            self._set_height()
        elif wrap is self._wrap:
            self.set_timer(0.001, self._wrap_more)

    def _set_height(self) -> None:
        self.virtual_size = Size(self.size.width, self._wrap.height)

    def on_resize(self, event: events.Resize) -> None:
        """Wrap again where the width changed, keeping the top of the text."""
        width = min(MEASURE, max(20, event.size.width - MARGIN - 2))
        if width != self._wrap.width:
            self._rewrap(self._place)

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
            book = self.book
            background = self.background_colors[1]
            self._palette = Palette(book, background, self.styles.color, self._colour)
        return self._palette

    # --- drawing ---------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Draw one row of the screen."""
        if not self.shows_text:
            return Strip.blank(self.size.width, self.rich_style)
        row = y + self.scroll_offset.y
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
        segments = margin(palette, self.book, self.spans, start, end)
        focused, selection = self.focused, self.selection
        for a, b, style in runs(
            palette,
            self.spans,
            start,
            end,
            title_end=self._title_end,
            focused=focused if self.mode != "edges" else None,
            selection=selection,
            hits=self.hits,
            hit_now=self.hit_now,
        ):
            segments.append(Segment(self._shown[a:b].replace("\n", " "), style))
        used = MARGIN + cells_to(self._shown, start, end)
        segments.append(Segment(" " * max(0, width - used), palette.text))
        changing = (
            (focused and focused.start < end and focused.end > start)
            or (selection and selection.start < end and selection.end > start)
            or self.hits
            or row >= self._wrap.known
        )
        return Strip(segments, max(width, used)).crop(0, width), not changing

    def _redraw(self, *ranges: Range | None) -> None:
        """Draw again the rows that hold these ranges."""
        top, height = self.scroll_offset.y, self.size.height
        for pair in ranges:
            if pair is None or pair[0] >= pair[1]:
                continue
            first, last = self._wrap.row_of(pair[0]), self._wrap.row_of(pair[1] - 1)
            for row in range(first, last + 1):
                self._strips.pop(row, None)
            if last >= top and first < top + height:
                self.refresh_lines(first, last - first + 1)

    # --- where one is ----------------------------------------------------------------------------

    @property
    def top_offset(self) -> int:
        """Offset of the first character on screen."""
        return self._wrap.row(self.scroll_offset.y)[0]

    @property
    def visible_range(self) -> Range:
        """The part of the text on screen."""
        last = min(self.scroll_offset.y + self.size.height, self._wrap.known) - 1
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
        top, height = self.scroll_offset.y, self.size.height
        slack = min(3, height // 4)
        if first < top + min(slack, top) or last >= top + height - slack:
            self.scroll_rows_to(max(0, first - height // 3))

    def scroll_rows_to(self, row: int) -> None:
        """Put a row at the top of the screen."""
        self._wrap.extend(to_row=row + self.size.height + 1)
        if self._wrap.complete and self.virtual_size.height != self._wrap.height:
            self._set_height()
        self.scroll_to(y=row, animate=False, force=True, immediate=True)
        self._place = self.top_offset

    def scroll_rows(self, rows: int) -> None:
        """Scroll by rows, down or up."""
        limit = max(0, self._wrap.height - self.size.height)
        self.scroll_rows_to(max(0, min(self.scroll_offset.y + rows, limit)))

    def scroll_to_end(self) -> None:
        """Scroll to the end of the text."""
        self._wrap.extend()
        self._set_height()
        self.scroll_rows_to(max(0, self._wrap.height - self.size.height))

    # --- mentions --------------------------------------------------------------------------------

    def focus_mention(self, mention: Mention | None) -> None:
        """Put the focus on a mention and bring it on screen."""
        self._found_at = None
        old = self.focused
        self.focused = mention
        self._redraw((old.start, old.end) if old else None)
        if mention is not None:
            self.reveal(mention.start, mention.end)
            self._redraw((mention.start, mention.end))
        self.post_message(self.Changed())

    def step_mention(self, forward: bool, *, to_review: bool) -> bool:
        """Focus the next or previous mention (to review, where there is one such left)."""
        offset = self.place if self.focused is None else self.focused.start

        def open_one(m: Mention) -> bool:
            return m.review_status == "suggested"

        def any_one(m: Mention) -> bool:
            return m.review_status != "rejected"

        found = self.spans.step(offset, self.focused, forward, open_one) if to_review else None
        found = found or self.spans.step(offset, self.focused, forward, any_one)
        if found is None:
            return False
        self.focus_mention(found)
        return True

    def cycle_overlap(self) -> bool:
        """Focus the next of several mentions at the same place; False where there is one alone."""
        if self.focused is None:
            return False
        here = self.spans.overlapping(self.focused.start, self.focused.end)
        here = [m for m in here if m.review_status != "rejected"]
        if len(here) < 2 or self.focused not in here:
            return False
        self.focus_mention(here[(here.index(self.focused) + 1) % len(here)])
        return True

    # --- cursor, selection, edges ------------------------------------------------------------------

    def _set_selection(self, selection: Selection | None, mode: Mode) -> None:
        old = self.selection
        self.selection, self.mode = selection, mode
        self._redraw((old.start, old.end) if old else None)
        if selection is not None:
            self.reveal(*selection.head)
            self._redraw((selection.start, selection.end))
        self.post_message(self.Changed())

    def start_cursor(self) -> bool:
        """Show the word cursor where the analyst is; False in an empty text."""
        start = self.focused.start if self.focused is not None else self.top_offset
        if self._found_at is not None:
            start = self._found_at
        word = motion.word_at(self.text, start)
        if word is None:
            return False
        self._set_selection(Selection(word, word), "cursor")
        return True

    def start_select(self) -> None:
        """Begin to select at the cursor."""
        if self.selection is not None:
            self._set_selection(self.selection, "select")

    def start_edges(self) -> bool:
        """Begin to move the edges of the focused mention; False where none is focused."""
        if self.focused is None:
            return False
        m = self.focused
        self._set_selection(Selection((m.start, m.start), (m.end, m.end)), "edges")
        return True

    def leave_mode(self) -> None:
        """Take cursor, selection or edges away."""
        focused = self.focused
        self._set_selection(None, "reader")
        if focused is not None:
            self._redraw((focused.start, focused.end))

    def move_word(self, forward: bool) -> None:
        """Move the cursor, or the selection's head, by a word."""
        if self.selection is None:
            return
        a, b = self.selection.head
        word = motion.word_after(self.text, b) if forward else motion.word_before(self.text, a)
        self._move(word)

    def move_row(self, rows: int) -> None:
        """Move the cursor, or the selection's head, by rows as they are seen."""
        if self.selection is None:
            return
        head = self.selection.head[0]
        row = self._wrap.row_of(head)
        cell = cells_to(self._shown, self._wrap.row(row)[0], head)
        step = 1 if rows > 0 else -1
        target = row + rows
        while target >= 0 and self._wrap.row(target)[0] == self._wrap.row(target)[1]:
            if target >= self._wrap.known:
                return
            target += step
        if target < 0:
            return
        start, end = self._wrap.row(target)
        self._move(
            motion.word_at(self.text, min(offset_at(self._shown, start, end, cell), end - 1))
        )

    def move_to_end_of(self, what: Literal["sentence", "paragraph", "row"]) -> None:
        """Move the cursor, or the selection's head, to the last word of something."""
        if self.selection is None:
            return
        at = self.selection.head[1]
        if what == "row":
            end = self._wrap.row(self._wrap.row_of(self.selection.head[0]))[1]
        else:
            find = motion.sentence_end if what == "sentence" else motion.paragraph_end
            end = find(self.text, at)
            if end <= at:
                end = find(self.text, min(at + 2, len(self.text)))
        word = motion.word_before(self.text, end)
        if word is not None and word[1] > self.selection.head[0]:
            self._move(word)

    def move_to(self, offset: int) -> None:
        """Move the cursor, or the selection's head, to the word at an offset."""
        self._move(motion.word_at(self.text, offset))

    def _move(self, word: Range | None) -> None:
        if self.selection is not None and word is not None:
            extend = self.mode == "select"
            self._set_selection(self.selection.to(word, extend=extend), self.mode)

    def swap_ends(self) -> None:
        """Let the other end of the selection be moved."""
        if self.selection is not None:
            self._set_selection(self.selection.swapped(), self.mode)

    def move_edge(self, which: Literal["start", "end"], forward: bool) -> None:
        """Move one edge of the mention by a word."""
        if self.selection is None:
            return
        span = self.selection.start, self.selection.end
        start, end = motion.move_edge(self.text, span, which, forward=forward)
        self._set_selection(Selection((start, start), (end, end)), "edges")

    # --- search ------------------------------------------------------------------------------------

    def find(self, words: Sequence[str]) -> int:
        """Mark where any of the words stands, case ignored; return how many places."""
        terms = [re.escape(w) for w in words if w]
        self.hits, self.hit_now, self._found_at = [], -1, None
        if terms:
            pattern = re.compile("|".join(sorted(terms, key=len, reverse=True)), re.IGNORECASE)
            self.hits = [m.span() for m in pattern.finditer(self.text)]
        self._strips.clear()
        self.refresh()
        return len(self.hits)

    def step_hit(self, forward: bool) -> bool:
        """Go to the next or previous place that was found."""
        if not self.hits:
            return False
        if self.hit_now < 0:
            at = bisect_left(self.hits, (self.place, 0))
            self.hit_now = (at if forward else at - 1) % len(self.hits)
        else:
            self.hit_now = (self.hit_now + (1 if forward else -1)) % len(self.hits)
        start, end = self.hits[self.hit_now]
        self.reveal(start, end)
        self._found_at = start
        if self.selection is not None:
            self.move_to(start)
        else:
            here = self.spans.overlapping(start, end)
            self.focused = here[0] if here else None
        self.refresh()
        self.post_message(self.Changed())
        return True

    # --- mouse -------------------------------------------------------------------------------------

    def _offset_of(self, event: events.MouseEvent) -> int | None:
        if not self.text:
            return None
        row = event.y + self.scroll_offset.y
        if row >= self._wrap.known:
            return None
        start, end = self._wrap.row(row)
        return offset_at(self._shown, start, end, max(0, event.x - MARGIN))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin a click or a drag."""
        offset = self._offset_of(event)
        self.focus()
        if offset is not None and event.button == 1:
            self._drag = motion.word_at(self.text, offset)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select by words while dragging."""
        if self._drag is None or not event.button:
            return
        offset = self._offset_of(event)
        word = motion.word_at(self.text, offset) if offset is not None else None
        if word is not None and (word != self._drag or self.mode == "select"):
            self._set_selection(Selection(self._drag, word), "select")

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """A click without a drag focuses the mention under it."""
        self.release_mouse()
        drag, self._drag = self._drag, None
        if drag is None or self.mode == "select":
            return
        offset = self._offset_of(event)
        here = (
            [m for m in self.spans.at(offset) if m.review_status != "rejected"]
            if offset is not None
            else []
        )
        if self.mode != "reader":
            self.leave_mode()
        self.focus_mention(here[0] if here else None)
        if here:
            self.post_message(self.Opened())

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


def region_of(reader: Reader, start: int) -> Region:
    """Return where an offset is drawn inside the widget; tests click there."""
    row = reader._wrap.row_of(start)
    first = reader._wrap.row(row)[0]
    cell = cells_to(reader._shown, first, start)
    return Region(MARGIN + cell, row - reader.scroll_offset.y, 1, 1)
