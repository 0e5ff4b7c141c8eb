"""What the screens of incidents share: moving in a list, undo, the way out."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

from textual.app import ComposeResult
from textual.worker import Worker

from store import articles
from store.records import Op
from tui.screens.keyed import KeyedScreen
from tui.widgets.lines import RowList


class RowScreen(KeyedScreen, inherit_bindings=False):
    """A screen of which one list has the keys."""

    @property
    def rows_here(self) -> RowList:
        """The list that the keys go to."""
        raise NotImplementedError

    def read(self) -> None:
        """Read again what is shown."""
        raise NotImplementedError

    def alone(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Do work off this key, in place of what this screen was at."""
        _: Worker[None] = self.run_worker(work, exclusive=True)

    def on_screen_resume(self) -> None:
        """Show what changed meanwhile."""
        self.read()
        self.refresh_state()

    def after_failure(self) -> None:
        """Show what is stored."""
        self.read()

    def where(self, op: Op) -> str:
        """Say which article an edit was made in, where it is not the open one."""
        found = self.reader_app.desk.open
        if op.article_id is None or (found is not None and found.article.id == op.article_id):
            return ""
        with self.session.library.reading() as connection:
            article = articles.get(connection, op.article_id)
        return f" — in “{article.title[:40]}”" if article is not None else ""

    def _reverted(self, words: str) -> None:
        self.read()
        self.reader_app.desk.say(words)  # where one comes out when this incident is gone
        self.say(words)

    async def do_undo(self) -> None:
        """Take the newest edit back."""
        op = await self.session.undo()
        self._reverted(f"undone: {op.summary}{self.where(op)}")

    async def do_redo(self) -> None:
        """Make the edit that was undone last again."""
        op = await self.session.redo()
        self._reverted(f"done again: {op.summary}{self.where(op)}")

    def do_export(self) -> None:
        """Export."""
        self.reader_app.desk.library.do_export()

    def do_down(self) -> None:
        """A row down."""
        self.rows_here.move(1)

    def do_up(self) -> None:
        """A row up."""
        self.rows_here.move(-1)

    def do_page_down(self) -> None:
        """A page down."""
        self.rows_here.move(self.rows_here.page)

    def do_page_up(self) -> None:
        """A page up."""
        self.rows_here.move(-self.rows_here.page)

    def do_top(self) -> None:
        """To the first row."""
        self.rows_here.move(-(10**9))

    def do_bottom(self) -> None:
        """To the last row."""
        self.rows_here.move(10**9)

    def do_close(self) -> None:
        """Back to the screen before."""
        self.leave()

    def do_back(self) -> None:
        """Back to the screen before."""
        self.leave()


class ListScreen(RowScreen, inherit_bindings=False):
    """A screen that is one list and nothing else. ``rows`` is made by its subclass."""

    DEFAULT_CSS = """
    ListScreen RowList { height: 1fr; border: round $primary; }
    """
    CONTEXT = ""
    rows: RowList

    @property
    def context(self) -> str:
        """The keys of this list."""
        return self.CONTEXT

    @property
    def rows_here(self) -> RowList:
        """The list."""
        return self.rows

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield self.rows
        yield from self.compose_bars()

    async def on_mount(self) -> None:
        """Give the keys to the list and fill it."""
        self.rows.focus()
        await self.begin()
        self.refresh_state()

    async def begin(self) -> None:
        """Fill the list for the first time."""
        self.read()
