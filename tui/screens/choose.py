"""Choosing one of several things, by typing, by arrows or by its letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from tui.safe_text import safe_line, title_of
from tui.screens.dialog import Dialog
from tui.widgets.inputs import SafeInput
from tui.widgets.lines import Line, RowList, TextRows


@dataclass(frozen=True)
class Choice:
    """One thing to choose: its value, how it looks, what typing is compared with, its letter."""

    value: str
    line: Line
    words: str = ""
    letter: str = ""


_OURS = ("escape", "ctrl+c", "down", "up", "pagedown", "pageup", "enter")
"""Keys that are not the input's, while one types."""


class Chooser(Dialog[str | None]):
    """Gives the chosen value, or None. With letters a key chooses at once, ``/`` begins to type;
    without letters typing narrows the list."""

    DEFAULT_CSS = """
    Chooser { align: center middle; background: $background 60%; }
    Chooser > Vertical { width: 112; max-width: 96%; height: auto; max-height: 90%; background: $surface;
        border: round $primary; padding: 0 1; }
    Chooser TextRows { height: auto; max-height: 16; background: $surface; }
    Chooser SafeInput { background: $surface; }
    """

    def __init__(
        self, title: str, choices: Sequence[Choice], *, letters: bool = False,
        start: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._start = next((n for n, c in enumerate(choices) if c.value == start), 0)
        self._title = safe_line(title)
        self._choices = list(choices)
        self._found = list(choices)
        self._letters = letters
        self._rows = TextRows()
        self._typed = SafeInput(placeholder="type to narrow, ↑ ↓, Enter; Esc leaves")
        self._box = Vertical()
        self._rows.can_focus = letters

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        box = self._box
        box.border_title = title_of(self._title)
        with box:
            self._typed.display = not self._letters
            yield self._typed
            yield self._rows
        if self._letters:
            box.border_subtitle = "a letter chooses, or ↓ ↑ and Enter · / types"

    def on_mount(self) -> None:
        """Fill the list."""
        self._rows.empty = ["nothing matches"]
        self._show()
        if self._letters:
            self._rows.focus()

    def _type(self) -> None:
        """Choose by typing from now on."""
        self._letters = False
        self._rows.can_focus = False
        self._typed.display = True
        self._typed.focus()
        self._box.border_subtitle = ""
        self._show()

    def _show(self) -> None:
        lines: list[Line] = []
        for choice in self._found:
            letter: Line = [(f"{choice.letter}  ", "strong accent")] if self._letters else []
            lines.append([*letter, *choice.line])
        whole = len(self._found) == len(self._choices)
        self._rows.set_rows(lines, current=self._start if whole else 0)
        self._rows.styles.height = max(1, min(16, len(lines)))

    def on_input_changed(self, event: SafeInput.Changed) -> None:
        """Narrow the list to what was typed: all words, anywhere; what begins so comes first."""
        typed = event.value.casefold().strip()
        wanted = typed.split()
        self._found = [
            c for c in self._choices if all(w in (c.words or c.value).casefold() for w in wanted)
        ]
        if typed:
            self._found.sort(key=lambda c: not (c.words or c.value).casefold().startswith(typed))
        self._show()

    def on_input_submitted(self) -> None:
        """Take the row that is chosen."""
        self._take(self._rows.current)

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        """Take a row that was clicked."""
        self._take(event.number)

    def _take(self, number: int) -> None:
        if number < len(self._found):
            self.close(self._found[number].value)

    def on_key(self, event: events.Key) -> None:
        """Move, take, leave, or choose by letter; other keys edit what is typed."""
        if not self._letters and self.typed_early(event):
            return
        if self._letters or event.key in _OURS:
            event.stop()
        if event.key in ("escape", "ctrl+c"):
            self.close(None)
        elif event.key == "down":
            self._rows.move(1)
        elif event.key == "up":
            self._rows.move(-1)
        elif event.key in ("pagedown", "pageup"):
            self._rows.move(10 if event.key == "pagedown" else -10)
        elif event.key == "enter":
            self._take(self._rows.current)
        elif self._letters and event.character == "/":
            self._type()
        elif self._letters and event.character:
            for choice in self._found:
                if choice.letter == event.character:
                    self.close(choice.value)
                    return
            if event.character == "q":
                self.close(None)
