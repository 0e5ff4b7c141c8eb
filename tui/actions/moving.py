"""Moving: through the text, the list, the panes, the hits, and back."""

from __future__ import annotations

from store import search
from store.filters import Filter
from tui.actions.base import Actions
from tui.screens.choose import Choice, Chooser
from tui.screens.desk import Pane
from tui.widgets.lines import Lines
from tui.widgets.reader import Reader

_ORDER: tuple[Pane, ...] = ("library", "reader", "inspector")


class MovingActions(Actions):
    """What the keys of groups Move and Find do."""

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
        widget: Reader | Lines = (
            self.desk.reader if self.desk.pane == "reader" else self.desk.inspector
        )
        return max(1, widget.size.height - 2)

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
        number = _ORDER.index(self.desk.pane) + step
        if not 0 <= number < len(_ORDER):
            self.desk.say("no pane on that side")
            return
        if _ORDER[number] == "reader" and self.desk.open is None:
            article_id = self.desk.library_list.current_id
            if article_id is not None:
                self.desk.open_article(article_id)
        self.desk.show_pane(_ORDER[number])

    def do_open_article(self) -> None:
        """Read the chosen article."""
        article_id = self.desk.library_list.current_id
        if article_id is None:
            self.desk.say("the list is empty: + imports, p pastes")
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
        self.desk.go_to(article_id, offset)
        if incident_id is not None:
            self.desk.recording.show_incident(incident_id)

    # --- find ----------------------------------------------------------------------------------------

    def do_search(self) -> None:
        """Search the library from the list, the article from the text."""
        if self.desk.pane == "library" or self.desk.open is None:
            self.do_library_search()
            return

        def chosen(words: str | None) -> None:
            if words is None:
                return
            self.desk.find_words = [words] if words else []
            count = self.desk.reader.find(self.desk.find_words)
            if not words:
                return
            if not count:
                self.desk.say(f"“{words}” is not in this article; \\ searches the library")
            else:
                self.desk.reader.step_hit(True)
                self.desk.say(f"{count} in this article; n next, N previous")

        self.desk.reader_app.ask("Find in this article", "", chosen)

    def do_library_search(self) -> None:
        """Show the articles that hold certain words."""

        def chosen(query: str | None) -> None:
            if query is None:
                return
            self.desk.filter = Filter(
                self.desk.filter.statuses, self.desk.filter.label, query.strip()
            )
            self.desk.find_words = search.plain_terms(query)
            self.desk.show_list()
            self.desk.show_pane("library")
            if self.desk.open is not None:
                self.desk.reader.find(self.desk.find_words)
            if query.strip():
                self.desk.say(
                    f"{self.desk.library_list.count or 'no'} articles; Esc shows all again"
                )

        self.desk.reader_app.ask(
            'Search all articles (words; "a phrase"; -without; begin*)',
            self.desk.filter.query,
            chosen,
        )

    def do_next_hit(self) -> None:
        """Next hit; without a search the next mention to review."""
        self._hit(True)

    def do_previous_hit(self) -> None:
        """Previous hit; without a search the previous mention to review."""
        self._hit(False)

    def _hit(self, forward: bool) -> None:
        self.desk.need_article()
        if not self.desk.reader.hits and self.desk.find_words:
            self.desk.say("no hit in this article; ] goes to the next one")
        elif not self.desk.reader.step_hit(forward):
            self.desk.reader.step_mention(forward, to_review=True)
        else:
            self.desk.say(f"hit {self.desk.reader.hit_now + 1} of {len(self.desk.reader.hits)}")

    def do_filter_status(self) -> None:
        """Show articles of one status."""
        from store.records import STATUSES

        choices = [Choice("", [("all", "")], letter="a")]
        choices += [Choice(s, [(s, "")], letter=s[0]) for s in STATUSES]

        def chosen(status: str | None) -> None:
            if status is not None:
                statuses = (status,) if status else ()
                self.desk.filter = Filter(statuses, self.desk.filter.label, self.desk.filter.query)
                self.desk.show_list()

        self.desk.app.push_screen(Chooser("Show which", choices, letters=True), chosen)

    def do_filter_label(self) -> None:
        """Show articles with mentions of one label."""
        choices = [Choice("", [("all", "")], letter="*")]
        choices += [
            Choice(label.id, [(label.id, label.colour)], letter=label.letter)
            for label in self.desk.session.library.codebook().labels
        ]

        def chosen(label: str | None) -> None:
            if label is not None:
                self.desk.filter = Filter(self.desk.filter.statuses, label, self.desk.filter.query)
                self.desk.show_list()

        self.desk.app.push_screen(Chooser("Show articles with", choices, letters=True), chosen)

    def do_clear_filter(self) -> None:
        """Take filters and searches away."""
        had = self.desk.filter != Filter() or bool(self.desk.find_words)
        self.desk.find_words = []
        self.desk.reader.find(())
        if self.desk.filter != Filter():
            self.desk.filter = Filter()
            self.desk.show_list()
        self.desk.say("" if had else "no filter and no search to take away")

    def do_copy(self) -> None:
        """Copy the selection or the focused mention."""
        span = self.desk.reader.span
        if span is None:
            raise ValueError("nothing to copy: Tab focuses a mention, v selects words")
        text = self.desk.need_article().text[span[0] : span[1]]
        self.desk.reader_app.copy(text, self.desk.say)

    def do_quit(self) -> None:
        """Back: from the text to the list, from the list out."""
        if self.desk.pane in ("reader", "inspector"):
            self.desk.show_pane("library" if self.desk.pane == "reader" else "reader")
        else:
            self.desk.app.exit(0)
