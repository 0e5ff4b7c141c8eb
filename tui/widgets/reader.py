"""What an analyst does in an article: steps through mentions, calls a word cursor, selects, jumps.

It shows and moves; it decides nothing. What it has to tell goes out as messages.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from typing import Literal

from textual import events
from textual.geometry import Region
from textual.message import Message

from store import search
from store.records import Mention
from tui.reading import candidates, hints, motion
from tui.reading.motion import Range, Selection
from tui.widgets.painting import MARGIN
from tui.widgets.text_view import Mode, TextView


class Reader(TextView, inherit_bindings=False):
    """The article view."""

    class Opened(Message):
        """A mention was clicked."""

    class Selected(Message):
        """Words were selected with the mouse."""

    def __init__(self, *, colour: bool = True, id: str | None = None) -> None:
        super().__init__(colour=colour, id=id)
        self._drag: Range | None = None
        self._found_at: int | None = None  # the hit that was gone to, until something else is
        self._before_hints: Mode = "reader"
        self._typed_hint = ""
        self._all_hints: dict[str, int] = {}
        self.by_certainty = False
        self.by_character = False  # how edges move
        self._step_from: int | None = None  # where the cursor was when it was left
        self.from_candidate = False  # the selection is a name that was looked for

    def show(self, text: str, title: str, mentions: Sequence[Mention], position: int = 0) -> None:
        """Show an article from an offset on."""
        self._found_at = None
        super().show(text, title, mentions, position)

    # --- mentions --------------------------------------------------------------------------------

    def focus_mention(self, mention: Mention | None) -> None:
        """Put the focus on a mention and bring it on screen."""
        self._found_at = self._step_from = None
        old = self.focused
        self.focused = mention
        self._redraw((old.start, old.end) if old else None)
        if mention is not None:
            self.reveal(mention.start, mention.end)
            self._redraw((mention.start, mention.end))
        self.post_message(self.Changed())

    def jump_into(self, mention: Mention, offset: int) -> None:
        """Focus a mention that was jumped to; the cursor would begin at the word jumped to."""
        self.focus_mention(mention)
        self._found_at = offset

    def step_mention(self, forward: bool, *, to_review: bool) -> bool:
        """Focus the next or previous mention (to review, where there is one such left)."""
        offset = self.place if self._step_from is None else self._step_from

        def open_one(m: Mention) -> bool:
            return m.review_status == "suggested"

        def any_one(m: Mention) -> bool:
            return m.review_status != "rejected"

        found = None
        if to_review and self.by_certainty:
            found = self.spans.least_certain(self.focused, forward)
        elif to_review:
            found = self.spans.step(offset, self.focused, forward, open_one)
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
        self.from_candidate = False
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
        self.by_character = False
        m = self.focused
        self._set_selection(Selection((m.start, m.start), (m.end, m.end)), "edges")
        return True

    def leave_mode(self) -> None:
        """Take cursor, selection or edges away."""
        focused = self.focused
        self.hints, self.from_candidate = {}, False
        self._set_selection(None, "reader")
        if focused is not None:
            self._redraw((focused.start, focused.end))

    def leave_to_place(self) -> None:
        """Take the cursor away; the next step is counted from where it was."""
        at = self.place
        self.leave_mode()
        self.focus_mention(None)
        self._step_from = at

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
        cell = self._cell(row, head)
        step = 1 if rows > 0 else -1
        target = row + rows
        if not 0 <= target < self._wrap.known:  # as far as it goes, then back to a row with words
            target, step = (self._wrap.known - 1, -1) if rows > 0 else (0, 1)
        while self._wrap.row(target)[0] == self._wrap.row(target)[1]:
            target += step
            if not 0 <= target < self._wrap.known:
                return
        end = self._wrap.row(target)[1]
        self._move(motion.word_at(self.text, min(self._offset_in(target, cell), end - 1)))

    def move_to_end_of(self, what: Literal["sentence", "paragraph", "row", "punctuation"]) -> None:
        """Move the cursor, or the selection's head, to the last word of something."""
        if self.selection is None:
            return
        at = self.selection.head[1]
        if what == "row":
            end = self._wrap.row(self._wrap.row_of(self.selection.head[0]))[1]
        elif what == "punctuation":
            end = motion.punctuation_after(self.text, at)
        else:
            find = motion.sentence_end if what == "sentence" else motion.paragraph_end
            end = find(self.text, at)
            if end <= at:
                end = find(self.text, min(at + 2, len(self.text)))
        word = motion.word_before(self.text, end)
        if word is not None and word[1] > self.selection.head[0]:
            self._move(word)

    def move_to_start_of(self, what: Literal["sentence", "paragraph", "row"]) -> None:
        """Move the cursor, or the selection's head, to the first word of something; from there to
        that of the one before."""
        if self.selection is None:
            return
        at = self.selection.head[0]
        if what == "row":
            start = self._wrap.row(self._wrap.row_of(at))[0]
        else:
            find = motion.sentence_start if what == "sentence" else motion.paragraph_start
            start = find(self.text, at)
            if start >= at:
                before = motion.word_before(self.text, max(0, at))
                start = find(self.text, before[0]) if before else at
        word = motion.word_at(self.text, start)
        if word is not None and word[0] <= at:
            self._move(word)

    def select_range(self, start: int, end: int) -> bool:
        """Select the words of a range, as if they had been walked over; False where it has none."""
        words = motion.words_in(self.text, start, end)
        if not words:
            return False
        # the edges are the range's own: a name may end inside a word with a hyphen
        first, last = (start, words[0][1]), (words[-1][0], end)
        self._set_selection(Selection(first, last), "select")
        return True

    def select_whole(self, what: Literal["sentence", "paragraph", "quotation", "name"]) -> bool:
        """Select what is around the cursor; False where there is no such thing here."""
        if self.selection is None:
            return False
        at = self.selection.head[0]
        if what == "name":
            found = candidates.name_at(self.text, at)
        elif what == "quotation":
            found = motion.quotation_around(self.text, at)
        elif what == "sentence":
            found = motion.sentence_start(self.text, at), motion.sentence_end(self.text, at)
        else:
            found = motion.paragraph_start(self.text, at), motion.paragraph_end(self.text, at)
        return found is not None and self.select_range(*found)

    # --- what nothing marks yet --------------------------------------------------------------------

    def step_candidate(self, forward: bool, known: Collection[str]) -> bool:
        """Select the next or previous name that is not marked; False where there is none."""
        first, last = self.visible_range
        if self.selection is not None:
            at = self.selection.start
        elif self.focused is not None and first <= self.focused.start < last:
            at = self.focused.start
        else:
            at = first - forward  # what begins the screen counts too
        text = self.text
        line = max(motion.paragraph_start(text, max(0, at)), at - candidates.REACH)
        while 0 <= line <= len(text):
            # a paragraph may be as long as the text: it is looked through in pieces
            end = motion.paragraph_end(text, line)
            furthest = line + 2 * candidates.REACH
            if end > furthest:
                end = text.rfind(" ", line + 1, furthest) + 1 or furthest
            taken = [(m.start, m.end) for m in self.spans.overlapping(line, end + 1)]
            found = candidates.find(text, line, end, taken, known)
            found = [f for f in found if (f[0] > at if forward else f[0] < at)]
            for span in found if forward else reversed(found):
                if self.select_range(*span):
                    self._found_at = None
                    self.from_candidate = True
                    return True
            if (forward and end >= len(text)) or (not forward and line == 0):
                return False
            if forward:
                line = end + (text[end : end + 1] == "\n")
            else:
                line = max(motion.paragraph_start(text, line - 1), line - 2 * candidates.REACH)
        return False

    # --- hints ---------------------------------------------------------------------------------------

    @property
    def words_are_marked(self) -> bool:
        """Whether a jump marks its word, when a label is kept on: not while a selection grows."""
        return (self._before_hints if self.mode == "hints" else self.mode) != "select"

    def start_hints(
        self, known: Collection[str] = (), *, sticky: bool = False, open_only: bool = False
    ) -> bool:
        """Put a letter or two on every word in view; False where there is none. With a label kept
        on (``sticky``) nobody jumps to what is marked: the short letters are for other names. With
        ``open_only`` what is marked has none at all, nor has a word that begins no mention."""
        start, end = self.visible_range
        words = motion.words_in(self.text, start, end)
        marked = self.spans.overlapping(start, end)
        taken = [(m.start, m.end) for m in marked]
        if open_only:
            words = candidates.beginnings(self.text, words, [
                (m.start, m.end) for m in marked if m.review_status != "rejected"
            ])  # fmt: skip
            m = self.focused
            after = m.end if m is not None and m.review_status == "added" else start
            first = candidates.worth_a_letter(self.text, words, taken, known, after)
        else:
            first = [a for a, _ in candidates.find(self.text, start, end, taken, known)]
        if not sticky:
            first += [m.start for m in marked]
        self.hints = hints.assign(words, first)
        if not self.hints:
            return False
        self._all_hints = dict(self.hints)
        self._before_hints, self.mode = self.mode, "hints"
        self._typed_hint = ""
        self._strips.clear()
        self.refresh()
        self.post_message(self.Changed())
        return True

    def type_hint(self, letter: str) -> int | None:
        """Take a letter; return the offset that was meant once it is clear, else None (-1 where no
        word has these letters)."""
        self._typed_hint += letter
        left = {k: v for k, v in self._all_hints.items() if k.startswith(self._typed_hint)}
        if not left:
            self.leave_hints()
            return -1
        if self._typed_hint in left:
            self.leave_hints()
            return left[self._typed_hint]
        self._narrow_hints(left)
        return None

    def take_back_letter(self) -> bool:
        """Take the last letter back; False where none was typed."""
        if not self._typed_hint:
            return False
        self._typed_hint = self._typed_hint[:-1]
        self._narrow_hints(dict(self._all_hints))
        return True

    def _narrow_hints(self, left: dict[str, int]) -> None:
        self.hints = left
        self._strips.clear()
        self.refresh()

    def leave_hints(self) -> None:
        """Take the letters away."""
        self.hints, self.mode = {}, self._before_hints
        self._strips.clear()
        self.refresh()
        self.post_message(self.Changed())

    def go_to_word(self, offset: int) -> None:
        """Put the cursor on the word at an offset; while selecting, the selection's head."""
        self._found_at, self.from_candidate = None, False
        if self.mode == "select":
            self.move_to(offset)
            return
        word = motion.word_at(self.text, offset)
        if word is not None:
            self._set_selection(Selection(word, word), "cursor")

    # --- cursor and selection ------------------------------------------------------------------------

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
        """Move one edge of the mention by a word, or a character."""
        if self.selection is None:
            return
        span = self.selection.start, self.selection.end
        start, end = motion.move_edge(
            self.text, span, which, forward=forward, characters=self.by_character
        )
        self._set_selection(Selection((start, start), (end, end)), "edges")

    # --- search ------------------------------------------------------------------------------------

    def find(self, words: Sequence[str]) -> int:
        """Mark where any of the words stands, case ignored; return how many places."""
        pattern = search.pattern(words)
        return self.set_hits([m.span() for m in pattern.finditer(self.text)] if pattern else [])

    def set_hits(self, hits: Sequence[Range]) -> int:
        """Mark these places as found; return how many."""
        self.hits, self.hit_now, self._found_at = list(hits), -1, None
        self._strips.clear()
        self.refresh()
        return len(self.hits)

    @property
    def at_last_hit(self) -> bool:
        """Whether the last place that was found is the one gone to."""
        return bool(self.hits) and self.hit_now == len(self.hits) - 1

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
            here = [m for m in self.spans.overlapping(start, end) if m.review_status != "rejected"]
            self.focused = here[0] if here else None
        self.refresh()
        self.post_message(self.Changed())
        return True

    # --- mouse -------------------------------------------------------------------------------------

    def _offset_of(self, event: events.MouseEvent) -> int | None:
        if not self.text:
            return None
        x, y = event.x - self.gutter.left, event.y - self.gutter.top
        row = max(0, y + self.scroll_offset.y) // self.spacing
        return self._offset_in(row, x - MARGIN) if row < self._wrap.known else None

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
        if drag is None:
            return
        if self.mode == "select":
            self.post_message(self.Selected())
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


def region_of(reader: Reader, start: int) -> Region:
    """Return where an offset is drawn inside the widget; tests click there."""
    row = reader._wrap.row_of(start)
    y = row * reader.spacing - reader.scroll_offset.y
    return Region(MARGIN + reader._cell(row, start), y, 1, 1)
