"""The main screen: the desk with everything its keys do, and what happens at the start."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from store import articles, schema
from store.errors import StoreError
from store.library import Library
from tui.screens.desk import Desk
from tui.session import Session

if TYPE_CHECKING:
    from tui.actions.incidents import IncidentActions
    from tui.actions.library import LibraryActions
    from tui.actions.moving import MovingActions
    from tui.actions.review import ReviewActions


class MainScreen(Desk, inherit_bindings=False):
    """Library, reader and inspector, with the actions of each subject."""

    @cached_property
    def review(self) -> ReviewActions:
        """Groups Review, Select and Edges."""
        from tui.actions.review import ReviewActions

        return ReviewActions(self)

    @cached_property
    def moving(self) -> MovingActions:
        """Groups Move and Find."""
        from tui.actions.moving import MovingActions

        return MovingActions(self)

    @cached_property
    def library(self) -> LibraryActions:
        """Group Library; notes, undo and redo."""
        from tui.actions.library import LibraryActions

        return LibraryActions(self)

    @cached_property
    def recording(self) -> IncidentActions:
        """Incidents."""
        from tui.actions.incidents import IncidentActions

        return IncidentActions(self)

    def handler(self, action_id: str) -> Callable[[], object] | None:
        """Return what does an action, wherever it is."""
        name = f"do_{action_id}"
        for holder in (self, self.moving, self.review, self.library, self.recording):
            found = getattr(holder, name, None)
            if found is not None:
                return cast("Callable[[], object]", found)
        return None

    def on_mount(self) -> None:
        """Open a library that is ready at once; make or migrate one after the first paint."""
        self.show_pane("library")
        if _ready(self.reader_app.path):
            try:
                self.reader_app.session = Session.open(self.reader_app.path)
            except StoreError as problem:
                self.reader_app.fail(problem)
                return
            self.show_list()
            self.call_after_refresh(self.begin, False)
        else:
            self.say("making the library …")
            self.call_after_refresh(lambda: self.spawn(self._make()))

    async def _make(self) -> None:
        path = self.reader_app.path
        fresh = not path.exists()
        try:
            session = await asyncio.to_thread(Session.open, path)
            if fresh:
                await asyncio.to_thread(_furnish, session.library)
        except StoreError as problem:
            self.reader_app.fail(problem)
            return
        self.reader_app.session = session
        self.say("")
        self.show_list()
        self.begin(fresh)

    def begin(self, fresh: bool) -> None:
        """Show the article that was open last, and bring in what waits for annotation."""
        self.spawn(asyncio.to_thread(_load_actions))
        session = self.session
        analyst = self.reader_app.analyst
        if analyst and session.library.mode == "write":
            self.spawn(self.library.set_analyst(session.library, analyst))
        last = session.library.setting("last_article")
        article_id = int(last) if last and last.isdecimal() else self.library_list.current_id
        self.reader.set_book(session.library.codebook())
        if article_id is not None and session.read(article_id) is not None:
            self.open_article(article_id)
            self.show_pane("reader")
        else:
            self.show_pane("library")
        if session.refusal:
            self.say(session.refusal, bad=True)
        if fresh and not analyst:
            self._welcome()
        self.spawn(self._annotate_rest(article_id))
        self.reader_app.take_early_keys()

    def _welcome(self) -> None:
        from tui.screens.help import Welcome

        library = self.session.library
        name = library.analyst() or "analyst"

        def done(given: str | None) -> None:
            if given and given != name:
                self.spawn(self.library.set_analyst(library, given))
            else:
                self.say("Tab goes to the first mention to review")

        self.app.push_screen(Welcome(name), done)

    async def _annotate_rest(self, opened: int | None) -> None:
        from annotators import models

        if await asyncio.to_thread(models.choose) is None:
            self.say(models.HOW_TO_GET)
        with self.session.library.reading() as connection:
            ids = [i for i in articles.never_annotated(connection) if i != opened]
        self.library.start_annotation(ids)


def _load_actions() -> None:
    """Load what the first key will want, beside the keys."""
    import tui.actions.incidents
    import tui.actions.library
    import tui.actions.moving
    import tui.actions.review  # noqa: F401


def _ready(path: Path) -> bool:
    """Whether the library can be opened without making or migrating anything."""
    import sqlite3

    try:
        if not path.is_file():
            return False
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            return schema.state(connection) in ("current", "newer", "foreign")
        finally:
            connection.close()
    except (sqlite3.Error, OSError):
        return True  # opening it says what is wrong


def _furnish(library: Library) -> None:
    """Put the bundled article into a new library."""
    import seeds
    from store import importers

    importers.store(library, importers.parse(seeds.read(), seeds.NAME, "text", {}))
