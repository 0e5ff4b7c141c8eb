"""The help, made from the keymap; and the welcome, which teaches five keys."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui import keymap
from tui.keymap import key_of
from tui.safe_text import safe_line, title_of
from tui.screens.dialog import Dialog
from tui.widgets.inputs import SafeInput
from tui.widgets.lines import Line, LinesView, wrapped


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
        self._narrow = ""
        self._view = LinesView()

    def compose(self) -> ComposeResult:
        """Lay the help out."""
        view = self._view
        view.border_title = "Keys"
        view.border_subtitle = "j k Space b scroll · / narrows · any other key closes"
        view.set_lines(self._lines(76))
        yield view

    def _lines(self, width: int) -> list[Line]:
        """Return the keys of this place, then those of the others."""
        lines: list[Line] = []
        wanted = self._narrow.casefold().split()
        names = keymap.CONTEXTS
        for context in (self._where, *(c for c in names if c != self._where)):
            found: list[Line] = []
            group = ""
            for action in keymap.in_context(context):
                keys = " ".join(keymap.shown(key) for key in action.keys) or "no key"
                if len(action.keys) > 5:
                    keys = f"{keymap.shown(action.keys[0])} … {keymap.shown(action.keys[-1])}"
                if not all(w in f"{action.title} {action.group}".casefold() for w in wanted):
                    continue
                if action.group != group:
                    group = action.group
                    found.append([(f"  {group}", "faint")])
                first, *rest = wrapped(action.title, max(20, width - 19))
                found.append([(f"    {keys:<14} ", "strong"), *first])
                found += [[(" " * 19, ""), *line] for line in rest]
            if found:
                here = " (where you are)" if context == self._where else ""
                lines += [[(f"In {names[context]}{here}", "strong accent")], *found, []]
        return lines or [[("No key does that.", "faint")]]

    def on_mount(self) -> None:
        """Let the keys go to the help."""
        self._view.focus()
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        self._view.set_lines(self._lines(max(30, self._view.size.width - 1)))

    def _ask(self) -> None:
        def narrowed(words: str | None) -> None:
            if words is not None:
                self._narrow = words
                self._fit()
                self._view.scroll_rows(-(10**6))

        from tui.screens.ask import Ask

        self.app.push_screen(
            Ask("Keys that do what", self._narrow, "accept, entity, filter …"), narrowed
        )

    def on_key(self, event: events.Key) -> None:
        """Scroll, narrow or close."""
        event.stop()
        page = max(1, self._view.size.height - 2)
        rows = {"j": 1, "down": 1, "k": -1, "up": -1, "space": page, "pagedown": page,
                "b": -page, "pageup": -page, "g": -9999, "G": 9999,
                "home": -9999, "end": 9999}.get(event.key)  # fmt: skip
        if event.character == "/":
            self._ask()
        elif rows is None:
            self.close(None)
        else:
            self._view.scroll_rows(rows)


class Listing(Help):
    """Lines to be read, closed by any key."""

    def __init__(self, title: str, lines: Sequence[str | Line]) -> None:
        super().__init__("")
        self._heading, self._given_lines = title, lines

    def compose(self) -> ComposeResult:
        """Lay the lines out."""
        view = self._view
        view.border_title = title_of(safe_line(self._heading))
        view.border_subtitle = "j k Space b scroll · / narrows · any other key closes"
        view.set_lines(self._lines(76))
        yield view

    def _lines(self, width: int) -> list[Line]:
        """Return what is to be read, narrowed to lines that hold certain words."""
        lines: list[Line] = []
        for line in self._given_lines:
            lines += wrapped(line, width) if isinstance(line, str) else [line]
        wanted = self._narrow.casefold().split()
        if not wanted:
            return lines
        return [x for x in lines if all(w in "".join(t for t, _ in x).casefold() for w in wanted)]


class Welcome(Dialog[tuple[str, bool]]):
    """Shown once, on a new library: who works, and five keys. Gives the name, and whether the example
    articles are wanted."""

    DEFAULT_CSS = """
    Welcome { align: center middle; background: $background 60%; }
    Welcome > Vertical { width: 72; max-width: 98%; height: auto; background: $surface;
        border: round $primary; padding: 1 2; }
    Welcome SafeInput { background: $panel; }
    """
    FIVE = ("next_mention", "accept", "label_digit", "cursor", "new_incident")

    def __init__(self, name: str) -> None:
        super().__init__()
        self._given = name
        self._name_box = SafeInput(safe_line(name), select_on_focus=False)

    def compose(self) -> ComposeResult:
        """Lay the welcome out."""
        words = {
            "next_mention": "go to the next mention to review",
            "accept": f"it is right ({key_of('reject')}: it is not)",
            "label_digit": "it is something else: label by digit",
            "cursor": "select words and mark what was missed",
            "new_incident": "record an incident from the selection",
        }
        text = "Five keys to begin with:\n\n"
        for action_id in self.FIVE:
            key = key_of(action_id)
            key = "1 … 0" if action_id == "label_digit" else key
            text += f"  {key:<6} {words[action_id]}\n"
        text += (
            f"\n{key_of('help')} shows all of them, {key_of('undo')} takes anything back. There is\nnothing to save: every edit is"
            " kept at once.\n\nWho works? (kept with every edit)"
        )
        box = Vertical()
        box.border_title = "Welcome to conflict-reader"
        with box:
            yield Static(Content(text))
            yield self._name_box
            yield Static(Content("Enter begins · F2 begins with 44 related articles to link"))

    def on_input_submitted(self, event: SafeInput.Submitted) -> None:
        """Begin."""
        self.close((event.value.strip() or self._given, False))

    def on_key(self, event: events.Key) -> None:
        """Escape begins with the name as it is, F2 with the example articles."""
        if event.key == "escape":
            event.stop()
            self.close((self._given, False))
        elif event.key == "f2":
            event.stop()
            self.close((self._name_box.value.strip() or self._given, True))
