"""A screen whose keys come from the keymap, with the two lines at its bottom."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from textual import events
from textual.app import ComposeResult
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from store import courtesy
from store.errors import StoreError
from tui import keymap
from tui.keymap import key_of
from tui.session import Session
from tui.widgets.bars import KeyBar, StatusBar

if TYPE_CHECKING:
    from tui.app import ConflictReader


def pressed(event: events.Key) -> str:
    """Return a key as the keymap writes it."""
    plain = not event.key.startswith(("alt+", "ctrl+", "super+", "meta+", "hyper+"))
    if plain and event.character and event.is_printable and event.character != " ":
        return event.character
    return event.key


class KeyedScreen(Screen[None], inherit_bindings=False):
    """Looks a key up in the keymap and calls ``do_<action>``; an unknown key says so."""

    # Textual's own paints the whole screen at each change of focus; what shows the focus here are
    # the widgets that lose and get it, which paint themselves.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self) -> None:
        super().__init__()
        self.status = StatusBar(colour=self.colour)
        self.keys_bar = KeyBar(colour=self.colour)

    @property
    def reader_app(self) -> ConflictReader:
        """The app, typed."""
        return cast("ConflictReader", self.app)

    @property
    def colour(self) -> bool:
        """Whether colours may be used (NO_COLOR)."""
        from textual._context import active_app

        return not active_app.get().no_color

    @property
    def session(self) -> Session:
        """The open library."""
        session = self.reader_app.session
        assert session is not None
        return session

    @property
    def bar_context(self) -> str:
        """Whose keys the key bar shows."""
        return self.context

    @property
    def context(self) -> str:
        """Which keys count now."""
        raise NotImplementedError

    def compose_bars(self) -> ComposeResult:
        """Give the bottom lines."""
        yield self.status
        yield self.keys_bar

    def once_shown(self, then: Callable[[], object]) -> None:
        """Call back after the next repaint, unless the library is closed or another one by then."""
        session = self.reader_app.session

        def still_there() -> object:
            return then() if self.reader_app.session is session else None

        self.call_after_refresh(still_there)

    def say(self, message: str, *, bad: bool = False) -> None:
        """Show a message in the status line until the next key. The library's path, which
        messages for the command line begin with, is known here and would hide the rest."""
        session = self.reader_app.session
        if session is not None:
            message = message.removeprefix(f"{session.library.path}: ")
        self.status.say(message, bad=bad)

    async def on_key(self, event: events.Key) -> None:
        """Do what the key does here."""
        courtesy.key_pressed()
        event.stop()
        event.prevent_default()
        if self.app.screen is not self:
            from tui.screens.dialog import Dialog

            if isinstance(self.app.screen, Dialog):  # typed ahead into what the last key opened
                target = self.app.screen.focused or self.app.screen
                target.post_message(events.Key(event.key, event.character))
            elif isinstance(self.app.screen, KeyedScreen):
                self.app.screen.post_message(events.Key(event.key, event.character))
            return
        if self.reader_app.session is None and pressed(event) not in ("q", "Q", "ctrl+q"):
            self.say("one moment: the library is being opened")
            return
        key = pressed(event)
        action = keymap.lookup(self.context, key)
        if action is None:
            self.say(
                self.elsewhere(key)
                or f"{keymap.shown(key)} does nothing here; {key_of('help')} shows the keys"
            )
            return
        self.status.say("")
        self.reader_app.key_before, self.reader_app.key_pressed = self.reader_app.key_pressed, key
        if self.reader_app.session is not None:
            self.reader_app.session.keys += 1
        await self.perform(action.id)

    async def perform(self, action_id: str) -> None:
        """Do an action by its id; a refusal becomes one line in the status bar."""
        handler = self.handler(action_id)
        if handler is None:
            self.say(f"“{keymap.BY_ID[action_id].title}” cannot be done here", bad=True)
            return
        try:
            result = handler()
            if inspect.isawaitable(result):
                await result
        except (StoreError, ValueError) as problem:
            self.say(str(problem), bad=True)
            self.after_failure()
        self.refresh_state()

    def handler(self, action_id: str) -> Callable[[], object] | None:
        """Return what does an action here, or None."""
        return cast("Callable[[], object] | None", getattr(self, f"do_{action_id}", None))

    def after_failure(self) -> None:
        """Show the state as it is stored, after an edit that was painted and then refused."""

    def refresh_state(self) -> None:
        """Bring the bars up to date."""
        self.keys_bar.set_context(self.bar_context)
        session = self.reader_app.session
        if session is not None and session.saved:
            self.status.set(saved=session.saved_words)

    def elsewhere(self, key: str) -> str | None:
        """Return where a key would do something, for one that does nothing here."""
        action = keymap.lookup("reader", key)
        if action is None:
            return None
        what = f"{keymap.shown(key)} ({action.title})"
        if self.context in ("cursor", "select", "edges"):
            return f"{what} works on a mention: {key_of('leave')} leaves this"
        return f"{what} works in the article: {key_of('pane_right' if self.context == 'library' else 'close')} goes there"

    # --- what every screen can do ------------------------------------------------------------------

    def do_help(self) -> None:
        """Show all keys."""
        from tui.screens.help import Help

        self.app.push_screen(Help(self.context))

    def do_palette(self) -> None:
        """Find an action by its name."""
        from tui.screens.choose import Choice, Chooser

        actions = [a for a in keymap.in_context(self.context) if a.id != "palette"]
        choices = [
            Choice(a.id, [(a.title, ""), (f"  {keymap.keys_of(a.id)}", "faint")], a.title)
            for a in actions
        ]

        async def chosen(action_id: str | None) -> None:
            if action_id is not None:
                self.reader_app.key_pressed = (keymap.BY_ID[action_id].keys or ("",))[0]
                await self.perform(action_id)

        self.app.push_screen(Chooser("Do what?", choices), chosen)

    def leave(self) -> None:
        """Close this screen, once."""
        if self.app.screen is self:
            self.dismiss(None)

    def do_quit_now(self) -> None:
        """Quit."""
        self.app.exit(0)
