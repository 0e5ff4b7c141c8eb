"""Reviewing mentions one by one: accept, reject, label, edges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from store import mentions
from store.history import Edit
from store.ids import new_uid, now
from store.records import Mention
from store.texts import trim_span
from tui.actions.base import LIKELY, Actions, short
from tui.keymap import key_of
from tui.reading import candidates, motion
from tui.screens.choose import Choice, Chooser

_KINDS = {3: "district", 4: "region", 6: "country", 7: "sea"}
"""What a place is by how exactly its name tells where something is (UCDP's where_prec)."""


class ReviewActions(Actions):
    """What the keys of groups Review and Edges do to one mention."""

    def do_other_place(self) -> None:
        """Choose which place of its name the focused mention is."""
        m = self.desk.need_mention()
        with self.desk.session.library.reading() as connection:
            meant = mentions.stands_for(connection, m.id)
        if meant is None or not meant.others:
            raise ValueError("no other place of this name is known")
        places = [p for p in (meant.record.get("place"), *meant.others) if p]

        def words(place: Mapping[str, Any]) -> str:
            parts = (place["name"], place.get("admin1"), place.get("country"))
            said = ", ".join(dict.fromkeys(str(p) for p in parts if p))
            kind = _KINDS.get(place["precision"])
            return f"{said} ({kind})" if kind else said

        choices = [
            Choice(
                str(n), [(words(p), ""), (f"  {p['lat']:.2f}, {p['lon']:.2f}", "faint")], words(p)
            )
            for n, p in enumerate(places)
        ]

        async def chosen(value: str | None) -> None:
            if value is None:
                return
            place = places[int(value)]
            await self.desk.session.edit(
                "mention",
                f"“{short(m.quote)}” is {words(place)}",
                lambda edit: mentions.choose_place(edit, mentions.fresh(edit, m), place),
            )
            self.desk.reread()
            self.desk.say(f"“{short(m.quote)}” is {words(place)}; {key_of('undo')} takes it back")

        self.desk.app.push_screen(Chooser(f"“{short(m.quote)}” is which place", choices), chosen)

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

    def do_leave_to_review(self) -> None:
        """Leave the cursor and focus the next mention to review."""
        self.desk.reader.leave_to_place()
        self._step(forward=True)

    def _step(self, *, forward: bool) -> None:
        self.desk.need_article()
        left = any(m.review_status == "suggested" for m in self.desk.reader.spans.mentions)
        if not self.desk.reader.step_mention(forward, to_review=True):
            self.desk.say(
                f"no mentions here; {key_of('candidate')} finds names, {key_of('cursor')} selects words to mark"
            )
        elif not left:
            self.desk.say(_all_done())

    def go_on(self, said: str = "") -> None:
        """Say what was decided, and go on to the next mention to review."""
        if any(m.review_status == "suggested" for m in self.desk.reader.spans.mentions):
            self.desk.reader.step_mention(True, to_review=True)
            if said:
                self.desk.say(said)
        else:
            self.desk.say(f"{said} · {_all_done()}" if said else _all_done())

    def do_cycle(self) -> None:
        """Focus the next of overlapping mentions."""
        self.desk.need_mention()
        if not self.desk.reader.cycle_overlap():
            self.desk.say("no other mention at this place")

    def do_review_order(self) -> None:
        """Review as the text goes, or the least certain first."""
        from tui import config

        view = config.changed(self.desk.view, by_certainty=not self.desk.view.by_certainty)
        self.desk.use_view(view)
        config.save_view(view)
        self.desk.say(
            "review order: the least certain first"
            if view.by_certainty
            else "review order: as in the text"
        )

    # --- decide --------------------------------------------------------------------------------------

    def do_accept(self) -> None:
        """Accept the focused mention and go on."""
        if self._focused_first("accepts"):
            return
        m = self.desk.need_mention()
        if m.human:
            self.go_on(f"“{short(m.quote)}” is {m.review_status}: on to the next")
            return
        summary = f"accept “{short(m.quote)}” {m.label}"
        self._paint(replace(m, review_status="accepted"))
        self._store(m, "accept", summary, mentions.accept)
        self.go_on(summary)

    def do_reject(self) -> None:
        """Reject the focused mention and go on."""
        if self._focused_first("rejects"):
            return
        m = self.desk.need_mention()
        if m.review_status == "rejected":
            self.desk.say("rejected already")
            return
        summary = f"reject “{short(m.quote)}” {m.label}"
        self._paint(replace(m, review_status="rejected"))
        self._store(m, "reject", summary, mentions.reject)
        self.go_on(summary)

    def _focused_first(self, does: str) -> bool:
        """Where no mention is focused, focus the first one to review and say what the key does."""
        self.desk.need_article()
        reader = self.desk.reader
        if reader.focused is not None or not reader.step_mention(True, to_review=True):
            return False
        key = self.desk.reader_app.key_pressed
        self.desk.say(f"this is the next one to review: {key} {does} it")
        return True

    def _paint(self, m: Mention) -> None:
        """Show a decision before it is stored."""
        self.desk.reader.put(m)
        if self.desk.open is not None:
            self.desk.open.mentions = self.desk.reader.spans.mentions

    def _store(
        self,
        m: Mention,
        kind: str,
        summary: str,
        decide: Callable[[Edit, Mention], Sequence[bytes] | None],
    ) -> None:
        """Store what is painted; show it as it is stored then, and what else changed with it."""
        self.desk.pending[m.uid] += 1

        def stored(others: Sequence[bytes] | None) -> None:
            self._stored(m.article_id, m.uid)
            for uid in others or ():
                self.refetch(m.article_id, uid)

        self.desk.commit(kind, summary, lambda edit: decide(edit, mentions.fresh(edit, m)), stored)

    def _stored(self, article_id: int, uid: bytes, painted: bytes | None = None) -> None:
        """Show a mention as it is stored, unless a later edit of it waits and is painted already."""
        key = painted or uid
        self.desk.pending[key] -= 1
        if self.desk.pending[key] > 0:
            return
        del self.desk.pending[key]
        if painted is not None and painted != uid:  # the store had this mark already
            self.refetch(article_id, painted)
        self.refetch(article_id, uid)

    # --- label ---------------------------------------------------------------------------------------

    def do_label_digit(self) -> None:
        """Label the selection or the focused mention by a digit of the codebook."""
        key = self.desk.reader_app.key_pressed
        for label in self.desk.session.library.codebook().labels:
            if label.key == key:
                self.label_as(label.id)
                return
        self.desk.say(f"no label has the digit {key}; {key_of('relabel')} shows the letters")

    def do_relabel(self) -> None:
        """Ask for a label's letter."""
        if self.desk.reader.span is None:
            raise ValueError(
                f"nothing to label: {key_of('next_mention')} focuses a mention, {key_of('cursor')} selects words"
            )
        self.choose_label("Label as", self.label_as)

    def choose_label(self, title: str, chosen: Callable[[str], object]) -> None:
        """Ask for a label, by its letter or by typing its name."""
        choices = [
            Choice(label.id, [(f"{label.id:<10}", label.colour), (f" {label.about}", "faint")],
                   f"{label.id} {label.about}", label.letter)
            for label in self.desk.session.library.codebook().labels
            if not label.deprecated
        ]  # fmt: skip

        def done(label: str | None) -> None:
            if label is not None:
                chosen(label)
            if self.desk.sticky == LIKELY:  # the letters gave way to the labels
                self.desk.selecting.show_hints_again()

        self.desk.app.push_screen(Chooser(title, choices, letters=True), done)

    def do_label_last(self) -> None:
        """Label the selection as the last one was, or with the label that is kept on."""
        self.do_again()

    def do_again(self) -> None:
        """Label as the last one was."""
        label = self.desk.selecting.kept() or self.desk.last_label
        if label is None:
            raise ValueError(
                f"no label was given yet: press a digit, or {key_of('relabel')} and a letter"
            )
        self.label_as(label)

    def label_as(self, label: str) -> None:
        """Label the selection (a new mention) or the focused mention."""
        self.desk.need_article()
        self.desk.last_label = label
        if self.desk.reader.selection is not None:
            self._mark(label)
            return
        m = self.desk.need_mention()
        if m.label == label and m.human:
            self.desk.say(f"it is {label} already")
            return
        if m.label == label:
            self.do_accept()
            return
        summary = f"“{short(m.quote)}” {m.label} → {label}"
        self._paint(replace(m, label=label, review_status="corrected"))
        self._store(m, "relabel", summary, lambda edit, now: mentions.relabel(edit, now, label))
        self.desk.say(summary)
        self.desk.selecting.taught(m.start, m.end, label)
        if self.desk.sticky != LIKELY:  # there the next word is chosen by its letters
            self.go_on(summary)

    def _mark(self, label: str) -> None:
        """Make a mention of the selection; of a name that was jumped to go on to the next one."""
        found, reader = self.desk.need_article(), self.desk.reader
        assert reader.selection is not None
        text, article_id = found.text, found.article.id
        start, end = trim_span(text, reader.selection.start, reader.selection.end)
        quote = text[start:end]
        summary = f"mark “{short(quote)}” {label}"
        again = reader.from_candidate
        reader.leave_mode()
        there = next(
            (m for m in reader.spans.overlapping(start, end)
             if (m.start, m.end, m.label) == (start, end, label)), None
        )  # fmt: skip
        uid = there.uid if there is not None else new_uid()
        parts = [m.uid for m in mentions.covered(reader.spans.overlapping(start, end), start, end)]
        if there is not None:
            self._paint(replace(there, review_status="accepted"))
            self._hide_parts(start, end)
        else:
            moment = now()
            made = Mention(
                -1, uid, article_id, start, end, label, quote, "added", "analyst", moment, moment
            )
            gone = set(parts)
            found.mentions = [*(m for m in reader.spans.mentions if m.uid not in gone), made]
            reader.set_mentions(found.mentions)
        reader.focus_mention(reader.spans.by_uid(uid))
        self.desk.pending[uid] += 1

        def stored(stored_uid: bytes) -> None:
            self._stored(article_id, stored_uid, uid)
            for part in parts:
                self.refetch(article_id, part)

        self.desk.commit(
            "add",
            summary,
            lambda edit: mentions.add(edit, article_id, start, end, label, quote=quote, uid=uid),
            stored,
        )
        self.desk.say(summary)
        if again:
            self.desk.selecting.do_candidate()

    def refetch(self, article_id: int, uid: bytes) -> None:
        """Show one mention as it is stored now, on every side that shows its article."""
        from store import articles

        with self.desk.session.library.reading() as connection:
            m = mentions.get(connection, uid)
            article = articles.get(connection, article_id)
        for side in self.desk.sides:
            found, reader = side.open, side.reader
            if found is None or found.article.id != article_id:
                continue
            if article is not None:
                found.article = article
            there = reader.spans.by_uid(uid) is not None
            if m is None and there:
                reader.set_mentions([o for o in reader.spans.mentions if o.uid != uid])
            elif m is not None and there:
                reader.put(m)
            elif m is not None:
                reader.set_mentions([*reader.spans.mentions, m])
            found.mentions = reader.spans.mentions
        self.desk.share()
        self.desk.library_list.changed(article_id)

    # --- edges ---------------------------------------------------------------------------------------

    def do_grow_end(self) -> None:
        """Move the end on, over a word or the rest of a name."""
        self._edge("end", outward=True)

    def do_shrink_end(self) -> None:
        """Move the end a word back."""
        self._edge("end", outward=False)

    def do_grow_start(self) -> None:
        """Move the start back, over a word or the rest of a name."""
        self._edge("start", outward=True)

    def do_shrink_start(self) -> None:
        """Move the start a word on."""
        self._edge("start", outward=False)

    def do_grow_end_accept(self) -> None:
        """Move the end on, and go on to the next mention to review."""
        self._grow_and_go_on("end")

    def do_grow_start_accept(self) -> None:
        """Move the start back, and go on to the next mention to review."""
        self._grow_and_go_on("start")

    def _grow_and_go_on(self, which: motion.Edge) -> None:
        if self._focused_first("moves an edge of"):
            return
        before = self.desk.need_mention()
        self._edge(which, outward=True)
        after = self.desk.reader.focused
        moved = after is not None and (after.start, after.end) != (before.start, before.end)
        if after is not None and moved and self.desk.sticky != LIKELY:
            self.go_on(f"“{short(before.quote)}” → “{short(after.quote)}” {after.label}")

    def _edge(self, which: motion.Edge, *, outward: bool) -> None:
        m, text = self.desk.need_mention(), self.desk.need_article().text
        start, end = candidates.with_edge(text, (m.start, m.end), which, outward=outward)
        if (start, end) == (m.start, m.end) and outward:
            self.desk.say(f"the sentence ends here: {key_of('edges')} moves the edge beyond it")
            return
        if (start, end) == (m.start, m.end):
            self.desk.say(
                f"it is one word: {key_of('edges')} moves its edges by character,"
                f" {key_of('reject')} rejects it"
            )
            return
        self._set_span(m, start, end)

    def _set_span(self, m: Mention, start: int, end: int) -> None:
        found = self.desk.need_article()
        start, end = trim_span(found.text, start, end)
        if (start, end) == (m.start, m.end):
            self.desk.say("the edges are as they were")
            return
        quote = found.text[start:end]
        summary = f"“{short(m.quote)}” → “{short(quote)}”"
        self._paint(replace(m, start=start, end=end, quote=quote, review_status="corrected"))
        self._store(
            m,
            "edges",
            summary,
            lambda edit, now: mentions.set_span(edit, now, start, end, found.text),
        )
        self._hide_parts(start, end)
        on = "" if self.desk.reader.hints or self.desk.sticky else f" — {key_of('accept')} goes on"
        self.desk.say(summary + on)

    def _hide_parts(self, start: int, end: int) -> None:
        """Show no more the suggestions that a mark grows over."""
        reader = self.desk.reader
        gone = {m.uid for m in mentions.covered(reader.spans.overlapping(start, end), start, end)}
        if gone:
            reader.set_mentions([m for m in reader.spans.mentions if m.uid not in gone])
            self.desk.need_article().mentions = reader.spans.mentions

    def do_edges(self) -> None:
        """Begin to move the mention's edges."""
        self.desk.need_mention()
        self.desk.reader.start_edges()

    def do_edges_unit(self) -> None:
        """Move edges by character, or by word again."""
        self.desk.reader.by_character = not self.desk.reader.by_character
        self.desk.say(f"by {'character' if self.desk.reader.by_character else 'word'}")

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

    def do_edges_done(self) -> None:
        """Keep the new edges."""
        m, selection = self.desk.need_mention(), self.desk.reader.selection
        self.desk.reader.leave_mode()
        if selection is not None:
            self._set_span(m, selection.start, selection.end)


def _all_done() -> str:
    return (
        f"all reviewed ✓  {key_of('mark_by_letters')}: mark what was missed,"
        f" {key_of('next_article')}: next article"
    )
