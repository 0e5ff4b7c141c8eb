"""One question at the bottom of the screen; and the pane in which notes are written. Both leave
the text above them to be read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.safe_text import safe_line, title_of
from tui.screens.dialog import Dialog
from tui.widgets.inputs import NoteArea, SafeInput


class Ask(Dialog[str | None]):
    """Gives what was typed, or None."""

    DEFAULT_CSS = """
    Ask { align: left bottom; background: $background 0%; }
    Ask > Vertical { width: 100%; height: auto; background: $surface; border: round $primary; padding: 0 1; }
    Ask SafeInput { background: $surface; }
    Ask Static { color: $text-muted; height: auto; }
    """

    def __init__(
        self, title: str, value: str, hint: str = "", check: Callable[[str], object] | None = None,
        wrong: str = "",
    ) -> None:  # fmt: skip
        super().__init__()
        self._title, self._value, self._hint = safe_line(title), value, hint
        self._check = check
        below = f"{safe_line(wrong)} · Esc: leave" if wrong else "Enter: go on · Esc: leave"
        self._below = Static(Content(below))

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        box = Vertical()
        box.border_title = title_of(self._title)
        with box:
            yield SafeInput(safe_line(self._value), placeholder=safe_line(self._hint))
            yield self._below

    def on_input_submitted(self, event: SafeInput.Submitted) -> None:
        """Give the answer; what was shown made safe and left alone is the value as it was."""
        value = self._value if event.value == safe_line(self._value) else event.value
        try:
            if self._check is not None:
                self._check(value)
        except ValueError as problem:  # what was typed stays, to be put right
            self._below.update(Content(f"{safe_line(str(problem))} · Esc: leave"))
            return
        self.close(value)

    def on_key(self, event: events.Key) -> None:
        """Leave."""
        if self.typed_early(event):
            return
        if event.key == "escape":
            event.stop()
            self.close(None)


class NotePane(Dialog[None]):
    """Write a note. Enter keeps it; Esc keeps a draft. The screen below makes room for it."""

    HEIGHT = 8

    DEFAULT_CSS = """
    NotePane { align: left bottom; background: $background 0%; }
    NotePane > Vertical { width: 100%; height: 8; background: $surface; border: round $primary; padding: 0 1; }
    NotePane NoteArea { border: none; height: 1fr; background: $surface; padding: 0; }
    NotePane Static { color: $text-muted; height: 1; }
    """

    def __init__(
        self,
        title: str,
        text: str,
        stored: str,
        done: Callable[[str], Awaitable[None]],
        left: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._title, self._stored = safe_line(title), stored
        self._done, self._left = done, left
        self._area = NoteArea(text)
        self._below = Static(
            Content("Enter: keep · Ctrl+J: new line · F2: $EDITOR · Esc: leave, the draft stays")
        )

    def compose(self) -> ComposeResult:
        """Lay the pane out."""
        box = Vertical()
        box.border_title = title_of(self._title)
        with box:
            yield self._area
            yield self._below

    def on_mount(self) -> None:
        """Write on at the end."""
        self._area.move_cursor(self._area.document.end)
        self._area.focus()

    async def on_key(self, event: events.Key) -> None:
        """Keep or leave."""
        if self.typed_early(event):
            return
        if event.key in ("enter", "ctrl+s"):
            event.stop()
            if self.closed:
                return
            self.closed = True  # stored before it closes: the screen below shows it at once
            await self._done(self._area.text)
            self.dismiss(None)
        elif event.key == "f2":
            event.stop()
            self.edit()
        elif event.key == "escape":
            event.stop()
            text = self._area.text
            if text != self._stored:
                self._left(text)
            self.close(None)

    def edit(self) -> None:
        """Write on in the user's editor; what it saves stands in the pane then."""
        from tui.editor import EditorError, edit

        area = self._area
        try:
            with self.app.suspend():
                text = edit(area.text)
        except EditorError as problem:
            self._below.update(Content(str(problem)))
            return
        except Exception as problem:  # Textual's own, where the terminal cannot be given away
            self._below.update(Content(f"no editor here: {type(problem).__name__}"))
            return
        area.text = text
        area.move_cursor(area.document.end)
        self.app.refresh()
