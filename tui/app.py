"""The application: the library that is open, the screens, what they ask of each other."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App, ComposeResult
from textual.theme import Theme

from tui.first_paint import FirstPage

if TYPE_CHECKING:
    from store.errors import StoreError
    from store.library import Library
    from tui.config import Config, ThemeFile, View
    from tui.screens.main import MainScreen
    from tui.session import Session


class ConflictReader(App[int]):
    """The reader. ``failure`` is one line for the command line where it could not start."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "conflict-reader"
    BINDINGS = []
    config: Config
    view: View
    look: ThemeFile
    problems: list[str]
    CSS = "Screen { layers: base; }"

    def __init__(
        self,
        path: Path,
        analyst: str | None = None,
        *,
        read_only: bool = False,
        private: bool = False,
    ) -> None:
        plain = "NO_COLOR" in os.environ
        super().__init__(ansi_color=plain)
        self.path = path
        self.analyst = analyst
        self.read_only = read_only
        self.private = private
        self.session: Session | None = None
        self.failure: str | None = None
        self.key_pressed = self.key_before = ""
        self.incident_filter = ""  # of the list, the timeline and the map of incidents
        self.animation_level = "none"
        sys.setswitchinterval(0.0005)  # a key that waits for a thread at work waits no longer
        self.theme = "ansi-dark" if plain else "textual-dark"  # until the first paint is done
        self._desk: MainScreen | None = None
        self.wrote = False  # the library that was open last
        self._ending = False  # a signal said so
        self._end: asyncio.Future[None] | None = None
        self._typed: list[tuple[str, str | None]] | None = []  # None: the desk takes keys itself

    def _configure(self) -> None:
        """Read the user's configuration: behind the first paint, which does not wait for it."""
        from tui import config, keymap

        self.config = config.load()
        self.view = config.load_view()
        self.problems = [
            *self.config.problems,
            *(keymap.use(self.config.keys) if self.config.keys else ()),
        ]
        if self.config.annotators:
            from annotators import plugins

            self.problems += plugins.enable(self.config.annotators)
        self.look = config.ThemeFile("none", True, {})
        if not self.no_color:
            try:
                self.use_theme(self.view.theme or self.config.theme or "dark")
            except ValueError as problem:
                self.problems.append(str(problem))
                self.use_theme("dark")

    def use_theme(self, name: str) -> None:
        """Take a theme's colours. Raises ValueError where there is none of that name."""
        from tui import config

        look = config.theme(name)
        colours = dict(look.colours)
        self.register_theme(
            Theme(
                name=f"own-{name}",
                dark=look.dark,
                **colours,  # type: ignore[arg-type]
            )  # fmt: skip
        )
        self.look = look
        self.theme = f"own-{name}"

    @property
    def desk(self) -> MainScreen:
        """The main screen."""
        assert self._desk is not None
        return self._desk

    def compose(self) -> ComposeResult:
        """Show the library's first page at once."""
        yield FirstPage(self.path)

    def on_mount(self) -> None:
        """Load the rest when that is painted."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            with contextlib.suppress(RuntimeError, ValueError):  # not in the main thread: a test
                loop.add_signal_handler(number, self._signalled, number)
        self.call_after_refresh(self._load)

    def _load(self) -> None:
        from tui.screens.main import MainScreen

        self._configure()
        self._desk = MainScreen()
        self.push_screen(self._desk)

    def on_key(self, event: events.Key) -> None:
        """Keep what is typed before the program behind the first paint is loaded."""
        if self._typed is not None:
            self._typed.append((event.key, event.character))

    def take_early_keys(self) -> None:
        """Give the desk the keys that were typed before it could take any."""
        typed, self._typed = self._typed or [], None
        for key, character in typed:
            self.post_message(events.Key(key, character))

    def refused(self, problem: StoreError) -> None:
        """Where a library cannot be opened: offer what can be done, or leave with the reason."""
        from store import backup
        from store.errors import DamagedError, NewerError

        helped = isinstance(problem, NewerError) or (
            isinstance(problem, DamagedError) and backup.of(self.path.expanduser().absolute())
        )
        if helped and not self.read_only:
            self.take_early_keys()
            self.desk.spawn(self.trouble(problem))
        else:
            self.fail(problem)

    async def trouble(self, problem: StoreError) -> None:
        """Say why the library cannot be used as it is, and do what is chosen."""
        from tui.screens.trouble import Trouble

        chosen: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        path = self.session.library.path if self.session is not None else self.path
        self.push_screen(Trouble(path, problem), chosen.set_result)
        await self._after_trouble(path, problem, await chosen)

    async def _after_trouble(self, path: Path, problem: StoreError, chosen: str) -> None:
        from store import backup
        from store.errors import StoreError
        from tui.safekeeping import bring_over
        from tui.screens.help import Listing
        from tui.screens.trouble import QUIT, READ
        from tui.session import Session

        if chosen == QUIT:
            self.fail(problem)
            return
        lines: list[str] = []
        try:
            await self._close_library()
            if chosen == READ:
                self.session = await asyncio.to_thread(Session.open_to_read, path)
            else:
                source = Path(chosen)
                self.desk.say("restoring …")
                aside = await asyncio.to_thread(backup.restore, path, source, "the reader")
                lines.append(f"{path.name} is the backup {source.name} now.")
                if aside is not None:
                    lines.append(f"What was there before is untouched, as {aside}")
                    lines += await asyncio.to_thread(lambda: list(bring_over(aside, path)))
                self.session = await asyncio.to_thread(Session.open, path)
        except StoreError as failure:
            self.fail(failure)
            return
        self.desk.show_list()
        self.desk.begin(False)
        self.desk.say("")
        if lines:
            self.push_screen(Listing("Restored", lines))

    async def _close_library(self) -> None:
        """Close the library that is open, if one is, and show nothing of it, from before it is
        closed: a row that is drawn meanwhile would be read from it."""
        old, self.session = self.session, None
        if old is not None:
            await self.desk.stop_background()
            await self.desk.forget_library()
            await old.close()

    def fail(self, problem: StoreError) -> None:
        """Leave with one line and the problem's exit code."""
        self.failure = str(problem)
        self.exit(problem.exit_code, return_code=problem.exit_code)

    def _handle_exception(self, error: Exception) -> None:
        """End with one line instead of a traceback, which goes to a log. (Textual has no public
        hook for this; should its own method go, its traceback is shown again.)"""
        from store.errors import StoreError
        from tui.failures import log_failure

        failure = str(error) if isinstance(error, StoreError) else log_failure(error)
        if self._ending:  # a screen missed the library, which is closed already
            return
        self.failure = failure
        super()._handle_exception(error)
        getattr(self, "_exit_renderables", []).clear()

    def _signalled(self, number: signal.Signals) -> None:
        """Finish what is queued and close the library before the process ends."""

        async def end() -> None:
            if self._desk is not None:
                if self.session is not None:
                    self._desk.keep_place()
                await self._desk.stop_background()
            if self.session is not None:
                session, self.session = self.session, None
                await asyncio.to_thread(_last_backup, session.library)
                await session.close()
            if number == signal.SIGHUP:  # there is no terminal to put in order any more
                os._exit(128 + number)
            self.exit(return_code=128 + number)

        def ended(task: asyncio.Future[None]) -> None:
            if not task.cancelled() and task.exception() is not None:  # end all the same
                self.exit(return_code=128 + number)

        if not self._ending:
            self._ending = True
            self._end = asyncio.ensure_future(end())
            self._end.add_done_callback(ended)

    async def action_quit(self) -> None:
        """Quit."""
        self.exit(0)

    async def on_unmount(self) -> None:
        """End the worker, finish what is queued, close the library."""
        if self._desk is not None:
            if self.session is not None:
                self._desk.keep_place()
            await self._desk.stop_background()
        if self.session is not None:
            self.wrote = self.session.library.mode == "write"
            await self.session.close()

    # --- what screens ask for --------------------------------------------------------------------

    def ask(
        self,
        title: str,
        value: str,
        answered: Callable[[str | None], object],
        *,
        hint: str = "",
        check: Callable[[str], object] | None = None,
        wrong: str = "",
    ) -> None:
        """Ask one question at the bottom of the screen. What ``check`` raises a ValueError for is
        not taken: the question stays, with what is wrong. ``wrong`` is what was wrong with an
        answer that is asked for again."""
        from tui.screens.ask import Ask

        async def done(answer: str | None) -> None:
            result = answered(answer)
            if isinstance(result, Awaitable):
                await result

        self.push_screen(Ask(title, value, hint, check, wrong), done)

    def note(
        self,
        title: str,
        text: str,
        stored: str,
        done: Callable[[str], Awaitable[None]],
        left: Callable[[str], None],
    ) -> None:
        """Open the pane in which notes are written."""
        from tui.screens.ask import NotePane

        pane = NotePane(title, text, stored, done, left)
        desk = self.desk
        if self.screen is desk:
            desk.make_room(NotePane.HEIGHT)
            self.push_screen(pane, lambda _: desk.make_room(0))
        else:
            self.push_screen(pane)
        if self.config.notes_in_editor:
            pane.call_after_refresh(pane.edit)

    def go_to_text(self, article_id: int, offset: int, incident_id: int | None) -> None:
        """Leave the screens of lists for a place in an article; the back key returns from there."""
        while self.screen is not self.desk and len(self.screen_stack) > 2:
            self.pop_screen()
        self.desk.jump(article_id, offset, incident_id)

    def say(self, message: str, *, bad: bool = False) -> None:
        """Show a message on the screen that has a status line, whatever stands over it."""
        from tui.screens.keyed import KeyedScreen

        for screen in reversed(self.screen_stack):
            if isinstance(screen, KeyedScreen):
                screen.say(message, bad=bad)
                return

    async def switch_library(self, path: Path) -> None:
        """Open another library in place of this one."""
        from tui.session import Session

        desk = self.desk
        if self.session is not None and path.resolve() == self.session.library.path:
            desk.say(f"{path.name} is open already")
            return
        await desk.stop_background()
        fresh = not path.exists()
        session = await asyncio.to_thread(
            Session.open_to_read if self.read_only else Session.open, path
        )
        old, self.session, self.path = self.session, session, session.library.path
        await desk.forget_library()
        if old is not None:
            await asyncio.to_thread(_last_backup, old.library)
            await old.close()
        desk.show_list()
        desk.begin(False)
        desk.say(f"{'made' if fresh else 'opened'} {path}")

    def push_screen(
        self, screen: Any, callback: Callable[[Any], object] | None = None, *more: Any, **how: Any
    ) -> Any:
        """Show a screen; what its result is used for may be refused, which becomes a line."""
        return super().push_screen(screen, callback and self._guarded(callback), *more, **how)

    def _guarded(self, callback: Callable[[Any], object]) -> Callable[[Any], Awaitable[None]]:
        async def run(result: Any) -> None:
            from store.errors import StoreError
            from tui.screens.keyed import KeyedScreen

            try:
                done = callback(result)
                if isinstance(done, Awaitable):
                    await done
            except (StoreError, ValueError) as problem:
                self.say(str(problem), bad=True)
                if isinstance(self.screen, KeyedScreen):
                    self.screen.after_failure()
            if isinstance(self.screen, KeyedScreen):
                self.screen.refresh_state()

        return run

    def copy(self, text: str, say: Callable[[str], None]) -> None:
        """Copy text: over SSH by OSC 52, in tmux through tmux, else by the system's clipboard. It is
        made safe before: a paste into a shell must not be able to act."""
        from tui.clipboard import copy
        from tui.safe_text import safe

        harmless = safe(text)

        async def run() -> None:
            how = await asyncio.to_thread(copy, harmless)
            if how is None:
                self.copy_to_clipboard(harmless)
                how = "through the terminal"
            say(f"copied {how}: “{' '.join(text.split())[:40]}”")

        self.desk.spawn(run())


def _last_backup(library: Library) -> None:
    """Leave a library with a backup where one is due; that it cannot be made keeps nobody here."""
    from store.errors import StoreError
    from tui.watch import backup_if_due

    with contextlib.suppress(StoreError):
        if library.mode == "write":
            backup_if_due(library, leaving=True)
