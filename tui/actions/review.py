"""Reviewing mentions: accept, reject, label, edges; and the cursor that adds what was missed."""

from __future__ import annotations

from dataclasses import replace

from store import mentions
from store.history import Edit
from store.records import Mention
from store.texts import trim_span
from tui.actions.base import Actions
from tui.screens.choose import Choice, Chooser


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:39] + "…"


class ReviewActions(Actions):
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
        self.desk.need_article()
        left = any(m.review_status == "suggested" for m in self.desk.reader.spans.mentions)
        if not self.desk.reader.step_mention(forward, to_review=True):
            self.desk.say("no mentions here; v selects words to mark")
        elif not left:
            self.desk.say("everything in this article is reviewed ✓  ] goes to the next article")

    def do_cycle(self) -> None:
        """Focus the next of overlapping mentions."""
        self.desk.need_mention()
        if not self.desk.reader.cycle_overlap():
            self.desk.say("no other mention at this place")

    # --- decide --------------------------------------------------------------------------------------

    async def do_accept(self) -> None:
        """Accept the focused mention and go on."""
        m = self.desk.need_mention()
        await self._decide(
            m,
            replace(m, review_status="added" if m.origin == "analyst" else "accepted"),
            "accept",
            f"accept “{_short(m.quote)}” {m.label}",
        )

    async def do_reject(self) -> None:
        """Reject the focused mention and go on."""
        m = self.desk.need_mention()
        await self._decide(
            m,
            replace(m, review_status="rejected"),
            "reject",
            f"reject “{_short(m.quote)}” {m.label}",
        )

    async def _decide(self, m: Mention, painted: Mention, kind: str, summary: str) -> None:
        """Paint the decision at once, store it, go on to the next."""
        if kind == "accept" and m.human:
            self.desk.say(f"{m.review_status} already")
            self.desk.reader.step_mention(True, to_review=True)
            return
        self.desk.reader.put(painted)
        decide = mentions.accept if kind == "accept" else mentions.reject
        await self.desk.session.edit(kind, summary, lambda edit: decide(edit, m))
        self.refetch(m.uid)
        self.desk.say(summary)
        self._step_quietly()

    def _step_quietly(self) -> None:
        if any(m.review_status == "suggested" for m in self.desk.reader.spans.mentions):
            self.desk.reader.step_mention(True, to_review=True)
        else:
            self.desk.say("everything in this article is reviewed ✓  ] goes to the next article")

    async def do_accept_visible(self) -> None:
        """Accept every suggestion on screen, as one step of undo."""
        self.desk.need_article()
        start, end = self.desk.reader.visible_range
        open_ones = [
            m
            for m in self.desk.reader.spans.overlapping(start, end)
            if m.review_status == "suggested"
        ]
        if not open_ones:
            self.desk.say("nothing to review on this screen")
            return

        def work(edit: Edit) -> None:
            for m in open_ones:
                mentions.accept(edit, m)

        count = len(open_ones)
        await self.desk.session.edit("accept", f"accept {count} on screen", work)
        self.desk.reread()
        self.desk.say(f"{count} accepted; u takes all of them back")

    # --- label ---------------------------------------------------------------------------------------

    async def do_label_digit(self) -> None:
        """Label the selection or the focused mention by a digit of the codebook."""
        key = self.desk.reader_app.key_pressed
        for label in self.desk.session.library.codebook().labels:
            if label.key == key:
                await self.label_as(label.id)
                return
        self.desk.say(f"no label has the digit {key}; t shows the letters")

    def do_relabel(self) -> None:
        """Ask for a label's letter."""
        if self.desk.reader.span is None:
            raise ValueError("nothing to label: Tab focuses a mention, v selects words")
        choices = [
            Choice(label.id, [(f"{label.id:<10}", label.colour), (f" {label.about}", "faint")],
                   label.id, label.letter)
            for label in self.desk.session.library.codebook().labels
            if not label.deprecated
        ]  # fmt: skip

        async def chosen(label: str | None) -> None:
            if label is not None:
                await self._label_safely(label)

        self.desk.app.push_screen(Chooser("Label as", choices, letters=True), chosen)

    async def _label_safely(self, label: str) -> None:
        from store.errors import StoreError

        try:
            await self.label_as(label)
        except (StoreError, ValueError) as problem:
            self.desk.say(str(problem), bad=True)
            self.desk.after_failure()
        self.desk.refresh_state()

    async def do_label_last(self) -> None:
        """Label the selection as the last one was."""
        await self.do_again()

    async def do_again(self) -> None:
        """Label as the last one was."""
        if self.desk.last_label is None:
            raise ValueError("no label was given yet: press a digit, or t and a letter")
        await self.label_as(self.desk.last_label)

    async def label_as(self, label: str) -> None:
        """Label the selection (a new mention) or the focused mention."""
        found = self.desk.need_article()
        self.desk.last_label = label
        text = found.text
        if self.desk.reader.selection is not None:
            start, end = trim_span(
                text, self.desk.reader.selection.start, self.desk.reader.selection.end
            )
            quote = _short(text[start:end])
            article_id = found.article.id
            summary = f"mark “{quote}” {label}"
            uid = await self.desk.session.edit(
                "add", summary, lambda edit: mentions.add(edit, article_id, start, end, label, text)
            )
            self.desk.reader.leave_mode()
            self.refetch(uid)
            self.desk.reader.focus_mention(self.desk.reader.spans.by_uid(uid))
            self.desk.say(summary)
            return
        m = self.desk.need_mention()
        if m.label == label and m.human:
            self.desk.say(f"it is {label} already")
            return
        if m.label == label:
            await self.do_accept()
            return
        summary = f"“{_short(m.quote)}” {m.label} → {label}"
        self.desk.reader.put(replace(m, label=label, review_status="corrected"))
        await self.desk.session.edit(
            "relabel", summary, lambda edit: mentions.relabel(edit, m, label)
        )
        self.refetch(m.uid)
        self.desk.say(summary)
        self._step_quietly()

    def refetch(self, uid: bytes) -> None:
        """Show one mention as it is stored now."""
        found = self.desk.need_article()
        with self.desk.session.library.reading() as connection:
            m = mentions.get(connection, uid)
            from store import articles

            article = articles.get(connection, found.article.id)
        if article is not None:
            found.article = article
        if m is None:
            found.mentions = [o for o in found.mentions if o.uid != uid]
            self.desk.reader.set_mentions(found.mentions)
        else:
            if self.desk.reader.spans.by_uid(uid) is None:
                found.mentions = [*found.mentions, m]
                self.desk.reader.set_mentions(found.mentions)
            else:
                self.desk.reader.put(m)
                found.mentions = self.desk.reader.spans.mentions
        self.desk.library_list.forget()

    # --- cursor and selection --------------------------------------------------------------------------

    def do_cursor(self) -> None:
        """Reading, cursor, selecting, and back to reading."""
        self.desk.need_article()
        if self.desk.reader.mode == "reader":
            if not self.desk.reader.start_cursor():
                self.desk.say("there are no words here")
        elif self.desk.reader.mode == "cursor":
            self.desk.reader.start_select()
        else:
            self.desk.reader.leave_mode()

    def do_leave(self) -> None:
        """Leave the mode."""
        self.desk.reader.leave_mode()

    def do_word_right(self) -> None:
        """Move a word on."""
        self.desk.reader.move_word(True)

    def do_word_left(self) -> None:
        """Move a word back."""
        self.desk.reader.move_word(False)

    def do_row_down(self) -> None:
        """Move a row down."""
        self.desk.reader.move_row(1)

    def do_row_up(self) -> None:
        """Move a row up."""
        self.desk.reader.move_row(-1)

    def do_row_end(self) -> None:
        """Move to the end of the row."""
        self.desk.reader.move_to_end_of("row")

    def do_sentence_end(self) -> None:
        """Move to the end of the sentence."""
        self.desk.reader.move_to_end_of("sentence")

    def do_paragraph_end(self) -> None:
        """Move to the end of the paragraph."""
        self.desk.reader.move_to_end_of("paragraph")

    def do_swap_ends(self) -> None:
        """Move the other end from now on."""
        self.desk.reader.swap_ends()

    def do_select_right(self) -> None:
        """Select a word to the right, beginning to select where that is not so yet."""
        self._select(True)

    def do_select_left(self) -> None:
        """Select a word to the left, beginning to select where that is not so yet."""
        self._select(False)

    def _select(self, forward: bool) -> None:
        self.desk.need_article()
        if self.desk.reader.mode == "reader" and not self.desk.reader.start_cursor():
            return
        self.desk.reader.start_select()
        self.desk.reader.move_word(forward)

    # --- edges ---------------------------------------------------------------------------------------

    def do_edges(self) -> None:
        """Begin to move the mention's edges."""
        self.desk.need_mention()
        self.desk.reader.start_edges()

    def do_end_right(self) -> None:
        """Move the end on."""
        self.desk.reader.move_edge("end", True)

    def do_end_left(self) -> None:
        """Move the end back."""
        self.desk.reader.move_edge("end", False)

    def do_start_left(self) -> None:
        """Move the start back."""
        self.desk.reader.move_edge("start", False)

    def do_start_right(self) -> None:
        """Move the start on."""
        self.desk.reader.move_edge("start", True)

    async def do_edges_done(self) -> None:
        """Keep the new edges."""
        found, m = self.desk.need_article(), self.desk.need_mention()
        selection = self.desk.reader.selection
        self.desk.reader.leave_mode()
        if selection is None or (selection.start, selection.end) == (m.start, m.end):
            self.desk.say("the edges are as they were")
            return
        start, end = selection.start, selection.end
        summary = f"“{_short(m.quote)}” → “{_short(found.text[start:end])}”"
        await self.desk.session.edit(
            "edges", summary, lambda edit: mentions.set_span(edit, m, start, end, found.text)
        )
        self.desk.reread()
        self.desk.reader.focus_mention(self.desk.reader.spans.by_uid(m.uid))
        self.desk.say(summary)
