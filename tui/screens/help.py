"""The help, made from the keymap; and the welcome, which teaches five keys."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui import keymap
from tui.safe_text import safe_line
from tui.screens.dialog import Dialog
from tui.widgets.inputs import SafeInput
from tui.widgets.lines import Line, LinesView, wrapped

_CONTEXTS = {
    "library": "the list of articles",
    "reader": "the article",
    "inspector": "the inspector",
    "cursor": "the word cursor",
    "select": "selecting",
    "edges": "moving edges",
    "incidents": "the list of incidents",
    "incident": "an incident",
}


class Help(Dialog[None]):
    """All keys of the present context, then those of the others."""

    DEFAULT_CSS = """
    Help { align: center middle; background: $background 60%; }
    Help > LinesView, Listing > LinesView { width: 84; max-width: 98%; height: 94%; background: $surface;
        border: round $primary; padding: 0 1; }
    """

    def __init__(self, context: str) -> None:
        super().__init__()
        self._where = context

    def compose(self) -> ComposeResult:
        """Lay the help out."""
        lines: list[Line] = [[("Any key closes; j k Space b scroll.", "faint")]]
        for context in (self._where, *(c for c in _CONTEXTS if c != self._where)):
            lines += [[], [(f"In {_CONTEXTS[context]}", "strong accent")]]
            group = ""
            for action in keymap.in_context(context):
                if action.group != group:
                    group = action.group
                    lines.append([(f"  {group}", "faint")])
                keys = keymap.keys_of(action.id)
                lines.append([(f"    {keys:<20} ", "strong"), (action.title, "")])
        view = LinesView()
        view.border_title = "Keys"
        view.set_lines(lines)
        yield view

    def on_mount(self) -> None:
        """Let the keys go to the help."""
        self.query_one(LinesView).focus()

    def on_key(self, event: events.Key) -> None:
        """Scroll or close."""
        event.stop()
        view = self.query_one(LinesView)
        page = max(1, view.size.height - 2)
        rows = {"j": 1, "down": 1, "k": -1, "up": -1, "space": page, "pagedown": page,
                "b": -page, "pageup": -page, "g": -9999, "G": 9999}.get(event.key)  # fmt: skip
        if rows is None:
            self.close(None)
        else:
            view.scroll_rows(rows)


class Listing(Help):
    """Lines to be read, closed by any key."""

    def __init__(self, title: str, lines: list[str]) -> None:
        super().__init__("")
        self._heading, self._given_lines = title, lines

    def compose(self) -> ComposeResult:
        """Lay the lines out."""
        lines: list[Line] = [[("Any key closes; j k Space b scroll.", "faint")], []]
        for line in self._given_lines:
            lines += wrapped(line, 78)
        view = LinesView()
        view.border_title = safe_line(self._heading).replace("[", "(")
        view.set_lines(lines)
        yield view


class Welcome(Dialog[str]):
    """Shown once, on a new library: who works, and five keys."""

    DEFAULT_CSS = """
    Welcome { align: center middle; background: $background 60%; }
    Welcome > Vertical { width: 64; max-width: 98%; height: auto; background: $surface;
        border: round $primary; padding: 1 2; }
    Welcome SafeInput { background: $panel; }
    """
    FIVE = ("next_mention", "accept", "label_digit", "cursor", "new_incident")

    def __init__(self, name: str) -> None:
        super().__init__()
        self._given = name

    def compose(self) -> ComposeResult:
        """Lay the welcome out."""
        words = {
            "next_mention": "go to the next mention to review",
            "accept": "it is right (x: it is not)",
            "label_digit": "it is something else: label by digit",
            "cursor": "select words and mark what was missed",
            "new_incident": "record an incident from the selection",
        }
        text = "Five keys to begin with:\n\n"
        for action_id in self.FIVE:
            key = keymap.shown(keymap.BY_ID[action_id].keys[0])
            key = "1 … 0" if action_id == "label_digit" else key
            text += f"  {key:<6} {words[action_id]}\n"
        text += (
            "\n? shows all of them, u takes anything back. There is\nnothing to save: every edit is"
            " kept at once.\n\nWho works? (kept with every edit)"
        )
        box = Vertical()
        box.border_title = "Welcome to conflict-reader"
        with box:
            yield Static(Content(text))
            yield SafeInput(safe_line(self._given), select_on_focus=False)
            yield Static(Content("Enter begins"))

    def on_input_submitted(self, event: SafeInput.Submitted) -> None:
        """Begin."""
        self.close(event.value.strip() or self._given)

    def on_key(self, event: events.Key) -> None:
        """Escape begins with the name as it is."""
        if event.key == "escape":
            event.stop()
            self.close(self._given)
