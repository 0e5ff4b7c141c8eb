"""The main screen: the desk with everything its keys do, and what happens at the start."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual import events, on

from store import articles, schema
from store.errors import StoreError
from store.library import Library
from tui import config, keymap, recent
from tui.keymap import key_of
from tui.learning import Learning
from tui.screens.desk import Desk
from tui.screens.keyed import pressed
from tui.session import Session
from tui.watch import Watch
from tui.widgets.reader import Reader

if TYPE_CHECKING:
    from tui.actions.deciding import DecidingActions
    from tui.actions.entities import EntityActions
    from tui.actions.finding import FindingActions
    from tui.actions.incidents import IncidentActions
    from tui.actions.library import LibraryActions
    from tui.actions.moving import MovingActions
    from tui.actions.review import ReviewActions
    from tui.actions.selecting import SelectingActions
    from tui.actions.viewing import ViewingActions


class MainScreen(Desk, inherit_bindings=False):
    """Library, reader and inspector, with the actions of each subject."""

    @cached_property
    def review(self) -> ReviewActions:
        """Groups Review and Edges."""
        from tui.actions.review import ReviewActions

        return ReviewActions(self)

    @cached_property
    def selecting(self) -> SelectingActions:
        """Group Select."""
        from tui.actions.selecting import SelectingActions

        return SelectingActions(self)

    @cached_property
    def deciding(self) -> DecidingActions:
        """What decides many things at once."""
        from tui.actions.deciding import DecidingActions

        return DecidingActions(self)

    @cached_property
    def naming(self) -> EntityActions:
        """Group Entities."""
        from tui.actions.entities import EntityActions

        return EntityActions(self)

    @cached_property
    def finding(self) -> FindingActions:
        """Group Find."""
        from tui.actions.finding import FindingActions

        return FindingActions(self)

    @cached_property
    def viewing(self) -> ViewingActions:
        """Group View."""
        from tui.actions.viewing import ViewingActions

        return ViewingActions(self)

    @cached_property
    def moving(self) -> MovingActions:
        """Group Move."""
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
        for holder in (
            self, self.moving, self.review, self.selecting, self.deciding, self.finding,
            self.library, self.recording, self.naming, self.viewing,
        ):  # fmt: skip
            found = getattr(holder, name, None)
            if found is not None:
                return cast("Callable[[], object]", found)
        return None

    def on_mount(self) -> None:
        """Open a library that is ready at once; make or migrate one after the first paint."""
        self.use_theme()
        self.use_view(self.reader_app.view)
        self.show_pane("library")
        if _ready(self.reader_app.path):
            try:
                self.reader_app.session = self._open(self.reader_app.path)
            except StoreError as problem:
                self.once_shown(partial(self.reader_app.refused, problem))
                return
            self.show_list()
            self.once_shown(lambda: self.begin(False))
        elif self.reader_app.read_only:
            missing = StoreError(f"{self.reader_app.path}: there is nothing here to be read")
            self.reader_app.fail(missing)
        else:
            self.say("making the library …")
            self.once_shown(lambda: self.spawn(self._make()))

    def _open(self, path: Path) -> Session:
        return Session.open_to_read(path) if self.reader_app.read_only else Session.open(path)

    async def _make(self) -> None:
        path = self.reader_app.path
        fresh = not path.exists()
        try:
            session = await asyncio.to_thread(Session.open, path)
            if fresh:
                own = self.reader_app.config.codebook
                wrong = await asyncio.to_thread(config.furnish, session.library, own)
                if wrong:
                    self.reader_app.problems.append(wrong)
                await asyncio.to_thread(_furnish, session.library)
        except StoreError as problem:
            self.say("")
            self.reader_app.refused(problem)
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
        for side in self.sides:
            side.reader.set_book(session.library.codebook())
        if article_id is not None and session.read(article_id) is not None:
            self.open_article(article_id)
            self.show_pane("reader")
        else:
            self.show_pane("library")
        if session.refusal:
            self.say(session.refusal, bad=True)
        if self.reader_app.problems:
            more = len(self.reader_app.problems) - 1
            told = self.reader_app.problems[0] + (
                f" (and {more} more: conflict-reader keys)" if more else ""
            )
            self.say(told, bad=True)
        if fresh and not analyst:
            self._welcome()
        self.spawn(self._annotate_rest(article_id))
        for timer in self.session_timers:
            timer.stop()
        self.session_timers.clear()
        Watch(self, session).begin()
        if self.reader_app.config.learn:
            from store.lessons import Lessons  # not needed for the first paint

            session.taught = Lessons()
        self.learning = Learning(self, session)
        session.edited = self.learning.soon
        if not self.reader_app.private:
            # handed over now: a task would not have begun where Q was typed already
            asyncio.get_running_loop().run_in_executor(None, recent.note, session.library.path)
        self.reader_app.take_early_keys()

    def _welcome(self) -> None:
        from tui.screens.help import Welcome

        library = self.session.library
        name = library.analyst() or "analyst"

        async def begin(given: str, examples: bool) -> None:
            if given != name:
                await self.library.set_analyst(library, given)
            if examples:
                await self.library.with_examples()
            elif given == name:
                self.say(f"{key_of('next_mention')} goes to the first mention to review")

        def done(chosen: tuple[str, bool] | None) -> None:
            self.spawn(begin(*(chosen or (name, False))))

        self.app.push_screen(Welcome(name), done)

    async def on_key(self, event: events.Key) -> None:
        """Give a key to the letters of a jump while they are shown, else to the keymap."""
        if self.reader.mode == "hints" and self.app.screen is self and self.pane == "reader":
            event.stop()
            event.prevent_default()
            self.read_rest()
            if await self.selecting.hint_key(pressed(event)):
                self.session.keys += 1
            else:
                await super().on_key(event)
                self.selecting.show_hints_again()
            self.refresh_state()
            return
        if self.pane == "inspector" and self.app.screen is self:
            key = pressed(event)  # the inspector has few keys of its own: the others are the text's
            if keymap.lookup("inspector", key) is None and keymap.lookup("reader", key):
                self.show_pane("reader")
        await super().on_key(event)

    @on(Reader.Selected)
    def words_dragged(self) -> None:
        """Let the keys go to what the mouse selected; with a label kept on, give it."""
        self.show_pane("reader")
        self.read_rest()
        label = self.selecting.kept()
        if label is not None:
            self.review.label_as(label)

    async def _annotate_rest(self, opened: int | None) -> None:
        from annotators import models

        if await asyncio.to_thread(models.choose) is None:
            self.say(models.HOW_TO_GET)
        with self.session.library.reading() as connection:
            ids = [i for i in articles.never_annotated(connection) if i != opened]
        self.library.start_annotation(ids)


def _load_actions() -> None:
    """Load what the first key will want, beside the keys."""
    import importlib

    for name in ("review", "moving", "selecting", "deciding", "entities", "finding", "incidents",
                 "library", "viewing"):  # fmt: skip
        importlib.import_module(f"tui.actions.{name}")
    importlib.import_module("annotators.service")


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
