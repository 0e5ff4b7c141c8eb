"""Reviewing mentions: accept, reject, label, edges; and the cursor that adds what was missed."""

from __future__ import annotations

from dataclasses import replace

from store import mentions
from store.history import Edit
from store.records import Mention
from store.texts import trim_span
from tui.screens.choose import Choice, Chooser
from tui.screens.desk import Desk


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:39] + "…"


class ReviewActions(Desk, inherit_bindings=False):
    """What the keys of groups Review, Select and Edges do."""

    # --- go from one to the next ---------------------------------------------------------------------

    def do_next_mention(self) -> None:
        """Focus the next mention to review."""
        self._step(forward=True)

    def do_previous_mention(self) -> None:
        """Focus the previous mention to review."""
        self._step(forward=False)

    def do_skip(self) -> None:
        """Leave the mention and go on."""
        self._step(forward=True)

    def _step(self, *, forward: bool) -> None:
        self.need_article()
        left = any(m.review_status == "suggested" for m in self.reader.spans.mentions)
        if not self.reader.step_mention(forward, to_review=True):
            self.say("no mentions here; v selects words to mark")
        elif not left:
            self.say("everything in this article is reviewed ✓  ] goes to the next article")

    def do_cycle(self) -> None:
        """Focus the next of overlapping mentions."""
        self.need_mention()
        if not self.reader.cycle_overlap():
            self.say("no other mention at this place")

    # --- decide --------------------------------------------------------------------------------------

    async def do_accept(self) -> None:
        """Accept the focused mention and go on."""
        m = self.need_mention()
        await self._decide(
            m,
            replace(m, review_status="added" if m.origin == "analyst" else "accepted"),
            "accept",
            f"accept “{_short(m.quote)}” {m.label}",
        )

    async def do_reject(self) -> None:
        """Reject the focused mention and go on."""
        m = self.need_mention()
        await self._decide(
            m,
            replace(m, review_status="rejected"),
            "reject",
            f"reject “{_short(m.quote)}” {m.label}",
        )

    async def _decide(self, m: Mention, painted: Mention, kind: str, summary: str) -> None:
        """Paint the decision at once, store it, go on to the next."""
        if kind == "accept" and m.human:
            self.say(f"{m.review_status} already")
            self.reader.step_mention(True, to_review=True)
            return
        self.reader.put(painted)
        decide = mentions.accept if kind == "accept" else mentions.reject
        await self.session.edit(kind, summary, lambda edit: decide(edit, m))
        self.refetch(m.uid)
        self.say(summary)
        self._step_quietly()

    def _step_quietly(self) -> None:
        if any(m.review_status == "suggested" for m in self.reader.spans.mentions):
            self.reader.step_mention(True, to_review=True)
        else:
            self.say("everything in this article is reviewed ✓  ] goes to the next article")

    async def do_accept_visible(self) -> None:
        """Accept every suggestion on screen, as one step of undo."""
        self.need_article()
        start, end = self.reader.visible_range
        open_ones = [
            m for m in self.reader.spans.overlapping(start, end) if m.review_status == "suggested"
        ]
        if not open_ones:
            self.say("nothing to review on this screen")
            return

        def work(edit: Edit) -> None:
            for m in open_ones:
                mentions.accept(edit, m)

        count = len(open_ones)
        await self.session.edit("accept", f"accept {count} on screen", work)
        self.reread()
        self.say(f"{count} accepted; u takes all of them back")

    # --- label ---------------------------------------------------------------------------------------

    async def do_label_digit(self) -> None:
        """Label the selection or the focused mention by a digit of the codebook."""
        key = self.reader_app.key_pressed
        for label in self.session.library.codebook().labels:
            if label.key == key:
                await self.label_as(label.id)
                return
        self.say(f"no label has the digit {key}; t shows the letters")

    def do_relabel(self) -> None:
        """Ask for a label's letter."""
        if self.reader.span is None:
            raise ValueError("nothing to label: Tab focuses a mention, v selects words")
        choices = [
            Choice(label.id, [(f"{label.id:<10}", label.colour), (f" {label.about}", "faint")],
                   label.id, label.letter)
            for label in self.session.library.codebook().labels
            if not label.deprecated
        ]  # fmt: skip

        async def chosen(label: str | None) -> None:
            if label is not None:
                await self._label_safely(label)

        self.app.push_screen(Chooser("Label as", choices, letters=True), chosen)

    async def _label_safely(self, label: str) -> None:
        from store.errors import StoreError

        try:
            await self.label_as(label)
        except (StoreError, ValueError) as problem:
            self.say(str(problem), bad=True)
            self.after_failure()
        self.refresh_state()

    async def do_label_last(self) -> None:
        """Label the selection as the last one was."""
        await self.do_again()

    async def do_again(self) -> None:
        """Label as the last one was."""
        if self.last_label is None:
            raise ValueError("no label was given yet: press a digit, or t and a letter")
        await self.label_as(self.last_label)

    async def label_as(self, label: str) -> None:
        """Label the selection (a new mention) or the focused mention."""
        found = self.need_article()
        self.last_label = label
        text = found.text
        if self.reader.selection is not None:
            start, end = trim_span(text, self.reader.selection.start, self.reader.selection.end)
            quote = _short(text[start:end])
            article_id = found.article.id
            summary = f"mark “{quote}” {label}"
            uid = await self.session.edit(
                "add", summary, lambda edit: mentions.add(edit, article_id, start, end, label, text)
            )
            self.reader.leave_mode()
            self.refetch(uid)
            self.reader.focus_mention(self.reader.spans.by_uid(uid))
            self.say(summary)
            return
        m = self.need_mention()
        if m.label == label and m.human:
            self.say(f"it is {label} already")
            return
        if m.label == label:
            await self.do_accept()
            return
        summary = f"“{_short(m.quote)}” {m.label} → {label}"
        self.reader.put(replace(m, label=label, review_status="corrected"))
        await self.session.edit("relabel", summary, lambda edit: mentions.relabel(edit, m, label))
        self.refetch(m.uid)
        self.say(summary)
        self._step_quietly()

    def refetch(self, uid: bytes) -> None:
        """Show one mention as it is stored now."""
        found = self.need_article()
        with self.session.library.reading() as connection:
            m = mentions.get(connection, uid)
            from store import articles

            article = articles.get(connection, found.article.id)
        if article is not None:
            found.article = article
        if m is None:
            found.mentions = [o for o in found.mentions if o.uid != uid]
            self.reader.set_mentions(found.mentions)
        else:
            if self.reader.spans.by_uid(uid) is None:
                found.mentions = [*found.mentions, m]
                self.reader.set_mentions(found.mentions)
            else:
                self.reader.put(m)
                found.mentions = self.reader.spans.mentions
        self.library_list.forget()

    # --- cursor and selection --------------------------------------------------------------------------

    def do_cursor(self) -> None:
        """Reading, cursor, selecting, and back to reading."""
        self.need_article()
        if self.reader.mode == "reader":
            if not self.reader.start_cursor():
                self.say("there are no words here")
        elif self.reader.mode == "cursor":
            self.reader.start_select()
        else:
            self.reader.leave_mode()

    def do_leave(self) -> None:
        """Leave the mode."""
        self.reader.leave_mode()

    def do_word_right(self) -> None:
        """Move a word on."""
        self.reader.move_word(True)

    def do_word_left(self) -> None:
        """Move a word back."""
        self.reader.move_word(False)

    def do_row_down(self) -> None:
        """Move a row down."""
        self.reader.move_row(1)

    def do_row_up(self) -> None:
        """Move a row up."""
        self.reader.move_row(-1)

    def do_row_end(self) -> None:
        """Move to the end of the row."""
        self.reader.move_to_end_of("row")

    def do_sentence_end(self) -> None:
        """Move to the end of the sentence."""
        self.reader.move_to_end_of("sentence")

    def do_paragraph_end(self) -> None:
        """Move to the end of the paragraph."""
        self.reader.move_to_end_of("paragraph")

    def do_swap_ends(self) -> None:
        """Move the other end from now on."""
        self.reader.swap_ends()

    def do_select_right(self) -> None:
        """Select a word to the right, beginning to select where that is not so yet."""
        self._select(True)

    def do_select_left(self) -> None:
        """Select a word to the left, beginning to select where that is not so yet."""
        self._select(False)

    def _select(self, forward: bool) -> None:
        self.need_article()
        if self.reader.mode == "reader" and not self.reader.start_cursor():
            return
        self.reader.start_select()
        self.reader.move_word(forward)

    # --- edges ---------------------------------------------------------------------------------------

    def do_edges(self) -> None:
        """Begin to move the mention's edges."""
        self.need_mention()
        self.reader.start_edges()

    def do_end_right(self) -> None:
        """Move the end on."""
        self.reader.move_edge("end", True)

    def do_end_left(self) -> None:
        """Move the end back."""
        self.reader.move_edge("end", False)

    def do_start_left(self) -> None:
        """Move the start back."""
        self.reader.move_edge("start", False)

    def do_start_right(self) -> None:
        """Move the start on."""
        self.reader.move_edge("start", True)

    async def do_edges_done(self) -> None:
        """Keep the new edges."""
        found, m = self.need_article(), self.need_mention()
        selection = self.reader.selection
        self.reader.leave_mode()
        if selection is None or (selection.start, selection.end) == (m.start, m.end):
            self.say("the edges are as they were")
            return
        start, end = selection.start, selection.end
        summary = f"“{_short(m.quote)}” → “{_short(found.text[start:end])}”"
        await self.session.edit(
            "edges", summary, lambda edit: mentions.set_span(edit, m, start, end, found.text)
        )
        self.reread()
        self.reader.focus_mention(self.reader.spans.by_uid(m.uid))
        self.say(summary)
