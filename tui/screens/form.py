"""A few values to fill in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from tui.safe_text import safe, safe_line, title_of
from tui.screens.dialog import Dialog
from tui.widgets.inputs import SafeInput, SafeTextArea


@dataclass(frozen=True)
class Entry:
    """One value: its name, its title, what stands there, a hint. ``long``: many lines."""

    name: str
    title: str
    value: str = ""
    hint: str = ""
    long: bool = False


_SHORT = 40
"""Characters of a value beyond which its beginning is shown, not its end."""


class Form(Dialog[dict[str, str] | None]):
    """Gives the values that were changed, or None. ``check`` says what is wrong with them, and
    the form stays open with everything in it; ``left`` gets what stood in it when it is left."""

    DEFAULT_CSS = """
    Form { align: center middle; background: $background 60%; }
    Form > Vertical { width: 84; max-width: 98%; height: auto; max-height: 96%; background: $surface;
        border: round $primary; padding: 0 1; }
    Form Horizontal { height: 1; }
    Form .name { width: 14; }
    Form SafeInput { width: 1fr; background: $panel; }
    Form SafeTextArea { border: none; height: 12; background: $panel; }
    Form .about { height: auto; margin: 0 0 1 0; }
    Form #wrong { height: auto; color: $text-error; }
    """

    def __init__(
        self,
        title: str,
        entries: Sequence[Entry],
        *,
        about: str = "",
        check: Callable[[dict[str, str]], str | None] | None = None,
        left: Callable[[dict[str, str]], object] | None = None,
    ) -> None:
        super().__init__()
        self._title = safe_line(title)
        self._entries = entries
        self._about = about
        self._check = check
        self._left = left
        self._wrong = Static("", id="wrong")
        self._boxes: dict[str, SafeInput | SafeTextArea] = {}

    def compose(self) -> ComposeResult:
        """Lay the form out."""
        box = Vertical()
        box.border_title = title_of(self._title)
        with box:
            if self._about:
                yield Static(Content(safe(self._about)), classes="about")
            for entry in self._entries:
                if entry.long:
                    area = SafeTextArea(safe(entry.value), tab_behavior="focus")
                    self._boxes[entry.name] = area
                    yield Static(Content(f"{entry.title}  {entry.hint}"), classes="about")
                    yield area
                    continue
                with Horizontal():
                    yield Static(Content(entry.title), classes="name")
                    line = SafeInput(safe_line(entry.value), placeholder=safe_line(entry.hint))
                    if len(entry.value) > _SHORT:  # of a long value the beginning is shown
                        line.cursor_position = 0
                    self._boxes[entry.name] = line
                    yield line
            yield self._wrong
            yield Static(Content("Tab, Enter: next; last: done · Ctrl+S: done · Esc: leave"))

    def on_mount(self) -> None:
        """Begin in the first value."""
        first = self._boxes[self._entries[0].name]
        first.focus()

    def on_input_submitted(self, event: SafeInput.Submitted) -> None:
        """Go on to the next value; from the last one finish."""
        boxes = list(self._boxes.values())
        number = next(i for i, box in enumerate(boxes) if box is event.input)
        if number + 1 < len(boxes):
            boxes[number + 1].focus()
        else:
            self._finish()

    def on_key(self, event: events.Key) -> None:
        """Finish, leave, or step through the values."""
        if self.typed_early(event):
            return
        if event.key == "escape":
            event.stop()
            if self._left is not None:
                self._left(self._changed())
            self.close(None)
        elif event.key in ("ctrl+s", "f2"):
            event.stop()
            self._finish()
        elif event.key in ("up", "down"):
            event.stop()
            (self.focus_previous if event.key == "up" else self.focus_next)()

    def _changed(self) -> dict[str, str]:
        changed = {}
        for entry in self._entries:
            box = self._boxes[entry.name]
            value = box.text if isinstance(box, SafeTextArea) else box.value
            # what was shown made safe and left alone is not an edit
            if value not in (entry.value, safe(entry.value), safe_line(entry.value)):
                changed[entry.name] = value
        return changed

    def _finish(self) -> None:
        changed = self._changed()
        wrong = self._check(changed) if self._check else None
        if wrong:
            self._wrong.update(Content(safe_line(wrong)))
            return
        self.close(changed)
