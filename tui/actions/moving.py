"""Moving: through the text, the list, the panes, the hits, and back."""

from __future__ import annotations

from store import marks
from tui.actions.base import Actions, short
from tui.keymap import key_of
from tui.screens.choose import Choice, Chooser
from tui.screens.desk import Pane


class MovingActions(Actions):
    """What the keys of group Move do."""

    def _rows(self, rows: int) -> None:
        if self.desk.pane == "library":
            if not self.desk.library_list.move(rows) and not self.desk.library_list.count:
                self.desk.say("the list is empty")
        elif self.desk.pane == "reader":
            self.desk.reader.scroll_rows(rows)
        else:
            self.desk.inspector.scroll_rows(rows)

    def _page(self) -> int:
        if self.desk.pane == "library":
            return self.desk.library_list.page
        if self.desk.pane == "reader":
            return self.desk.reader.page
        return max(1, self.desk.inspector.size.height - 2)

    def do_down(self) -> None:
        """A row down."""
        self._rows(1)

    def do_up(self) -> None:
        """A row up."""
        self._rows(-1)

    def do_page_down(self) -> None:
        """A page down."""
        self._rows(self._page())

    def do_page_up(self) -> None:
        """A page up."""
        self._rows(-self._page())

    def do_half_down(self) -> None:
        """Half a page down."""
        self._rows(self._page() // 2)

    def do_half_up(self) -> None:
        """Half a page up."""
        self._rows(-(self._page() // 2))

    def do_top(self) -> None:
        """To the top."""
        self._rows(-(10**9))

    def do_bottom(self) -> None:
        """To the end."""
        if self.desk.pane == "reader":
            self.desk.reader.scroll_to_end()
        else:
            self._rows(10**9)

    def do_pane_right(self) -> None:
        """To the pane at the right."""
        self._pane(1)

    def do_pane_left(self) -> None:
        """To the pane at the left."""
        self._pane(-1)

    def _pane(self, step: int) -> None:
        """Go from pane to pane; with two articles each of them is one."""
        desk = self.desk
        order: list[tuple[Pane, int]] = [("library", -1)]
        order += [("reader", number) for number in range(len(desk.sides))]
        order.append(("inspector", -1))
        now = (desk.pane, desk.side if desk.pane == "reader" else -1)
        number = order.index(now) + step
        if not 0 <= number < len(order):
            desk.say("no pane on that side")
            return
        pane, side = order[number]
        if pane == "reader":
            desk.show_side(side)
            if desk.open is None and desk.library_list.current_id is not None:
                desk.open_article(desk.library_list.current_id)
        desk.show_pane(pane)

    def do_open_article(self) -> None:
        """Read the chosen article."""
        article_id = self.desk.library_list.current_id
        if article_id is None:
            if self.desk.filter.narrows:
                self.desk.say(f"no article passes; {key_of('clear_filter')} shows all again")
            else:
                self.desk.say(
                    f"the list is empty: {key_of('import')} imports, {key_of('paste')} pastes"
                )
        elif (
            self.desk.open is not None and self.desk.open.article.id == article_id
        ) or self.desk.open_article(article_id):
            self.desk.show_pane("reader")

    def do_next_article(self) -> None:
        """Read the next article of the list."""
        self._article(1)

    def do_previous_article(self) -> None:
        """Read the previous article of the list."""
        self._article(-1)

    def _article(self, step: int) -> None:
        number = self.desk.library_list.current + step
        if not 0 <= number < self.desk.library_list.count:
            self.desk.say(
                "that was the last article of the list" if step > 0 else "that was the first"
            )
            return
        self.desk.library_list.choose(number)
        article_id = self.desk.library_list.current_id
        if article_id is not None:
            self.desk.open_article(article_id)

    def do_back(self) -> None:
        """Return to where the last jump began."""
        if not self.desk.jumps:
            self.desk.say("nowhere to go back to")
            return
        article_id, offset, incident_id = self.desk.jumps.pop()
        if self.desk.open is not None:
            self.desk.jumps_forward.append(
                (self.desk.open.article.id, self.desk.reader.place, None)
            )
        self.desk.go_to(article_id, offset)
        if incident_id is not None:
            self.desk.recording.show_incident(incident_id)

    # --- marks and outline ---------------------------------------------------------------------------

    def do_forward(self) -> None:
        """Go forward again, after going back."""
        if not self.desk.jumps_forward:
            self.desk.say("nowhere to go forward to")
            return
        article_id, offset, _ = self.desk.jumps_forward.pop()
        if self.desk.open is not None:
            self.desk.jumps.append((self.desk.open.article.id, self.desk.reader.place, None))
        self.desk.go_to(article_id, offset)

    def do_set_mark(self) -> None:
        """Set a named mark at this place."""
        found = self.desk.need_article()
        article_id, offset = found.article.id, self.desk.reader.place

        async def named(name: str | None) -> None:
            if name and name.strip():
                kept = " ".join(name.split())
                await self.desk.session.write(lambda c: marks.set_mark(c, kept, article_id, offset))
                self.desk.reader_app.say(f"mark {kept} set; {key_of('go_to_mark')} goes there")

        words = self.desk.reader.text[offset : offset + 60].split("\n")[0]
        self.desk.reader_app.ask(
            "Name of the mark (a letter will do)", "", named, hint=short(words)
        )

    def do_go_to_mark(self) -> None:
        """Go to a named mark, in whichever article it is."""
        with self.desk.session.library.reading() as connection:
            found = marks.all_of(connection)
        if not found:
            self.desk.say(f"no mark is set: {key_of('set_mark')} in an article sets one")
            return
        short_names = all(len(mark.name) == 1 for mark in found)
        choices = [
            Choice(m.name, [(f"{m.name:<12} ", "strong"), (m.title, "")], f"{m.name} {m.title}", m.name[:1])
            for m in found
        ]  # fmt: skip

        choices.append(Choice("", [("delete a mark …", "warn")], "delete a mark", "-"))

        def chosen(name: str | None) -> None:
            for mark in found:
                if mark.name == name:
                    self.desk.jump(mark.article_id, mark.offset)
            if name == "":
                title = "Delete which mark"
                self.desk.app.push_screen(Chooser(title, choices[:-1], letters=short_names), gone)

        async def gone(name: str | None) -> None:
            if name is not None:
                await self.desk.session.write(lambda c: marks.delete_mark(c, name))
                self.desk.reader_app.say(f"mark {name} deleted")

        self.desk.app.push_screen(Chooser("Go to which mark", choices, letters=short_names), chosen)

    def do_outline(self) -> None:
        """Show the paragraphs, each with what is left to review in it."""
        found = self.desk.need_article()
        text, spans = found.text, self.desk.reader.spans
        choices, at = [], 0
        while at <= len(text):
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            line = text[at:end].strip()
            if line:
                here = spans.starting_in(at, end)
                left = sum(not m.human for m in here)
                about = f"{left:>3} to review " if left else " " * 14
                choices.append(Choice(str(at), [(about, "accent"), (line[:200], "")], line))
            at = end + 1

        def chosen(value: str | None) -> None:
            if value is not None:
                self.desk.leave_from()
                self.desk.reader.focus_mention(None)
                self.desk.reader.scroll_to_offset(int(value))

        self.desk.app.push_screen(Chooser("Paragraphs", choices), chosen)

    def do_copy(self) -> None:
        """Copy the selection or the focused mention."""
        span = self.desk.reader.span
        if span is None:
            raise ValueError(
                f"nothing to copy: {key_of('next_mention')} focuses a mention, {key_of('cursor')} selects words"
            )
        text = self.desk.need_article().text[span[0] : span[1]]
        self.desk.reader_app.copy(text, self.desk.say)

    def do_quit(self) -> None:
        """Back: from the text to the list, from the list out."""
        if self.desk.pane in ("reader", "inspector"):
            self.desk.show_pane("library" if self.desk.pane == "reader" else "reader")
        elif self.desk.reader_app.key_before == "escape":  # one key too many on the way back
            self.desk.say(f"{key_of('quit')} again quits; everything is saved")
        else:
            self.desk.app.exit(0)
