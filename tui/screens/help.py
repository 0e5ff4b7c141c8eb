"""The help, made from the keymap; and the welcome, which teaches the first keys."""

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
from tui.widgets.bars import letter_keys
from tui.widgets.inputs import SafeInput
from tui.widgets.lines import Line, LinesView, wrapped

_SIGNS = (
    "Letters: the labels that begin in that line, as the codebook has them (P PERSON, G GPE, D DATE …); + one more than there is room for.",
    "=: a name that the other article has too. ◆: an incident that both report.",
    "Underlined: suggested. Bold: decided. Reversed: focused.",
)


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
            groups: dict[str, list[Line]] = {}
            for action in keymap.in_context(context):
                keys = " ".join(keymap.shown(key) for key in action.keys) or "no key"
                if len(action.keys) > 5:
                    keys = f"{keymap.shown(action.keys[0])} … {keymap.shown(action.keys[-1])}"
                if not all(w in f"{action.title} {action.group}".casefold() for w in wanted):
                    continue
                found = groups.setdefault(action.group, [[(f"  {action.group}", "faint")]])
                first, *rest = wrapped(action.title, max(20, width - 19))
                found.append([(f"    {keys:<14} ", "strong"), *first])
                found += [[(" " * 19, ""), *line] for line in rest]
            if groups:
                found = [line for group in groups.values() for line in group]
                here = " (where you are)" if context == self._where else ""
                lines += [[(f"In {names[context]}{here}", "strong accent")], *found, []]
        if not wanted and lines:
            for title, marking in (
                ("letters stand to jump", False),
                ("letters stand to mark", True),
            ):
                lines += [
                    [
                        (
                            f"While {title} ({key_of('mark_by_letters' if marking else 'hints')})",
                            "strong accent",
                        )
                    ]
                ]
                lines += [[(f"    {key:<14} ", "strong"), (words, "")]
                          for key, words in letter_keys(marking=marking)]  # fmt: skip
                lines.append([])
            lines += [[("Signs in the margin of the article", "strong accent")]]
            lines += [line for text in _SIGNS for line in wrapped(text, width, "", "    ")]
        return lines or [[("No key does that.", "faint")]]

    def on_mount(self) -> None:
        """Let the keys go to the help."""
        self._view.focus()
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        self._view.set_lines(self._lines(max(30, self._view.size.width - 1)))

    _ASKED = "Keys that do what", "accept, entity, filter …"

    def _ask(self) -> None:
        def narrowed(words: str | None) -> None:
            if words is not None:
                self._narrow = words
                self._fit()
                self._view.scroll_rows(-(10**6))

        from tui.screens.ask import Ask

        title, hint = self._ASKED
        self.app.push_screen(Ask(title, self._narrow, hint), narrowed)

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
    """Lines to be read, closed by any key; an empty one ends what belongs together."""

    _ASKED = "Which words", "drone, minister, relation …"

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
        """Return what is to be read, narrowed to what holds certain words."""
        wanted = self._narrow.casefold().split()
        parts: list[list[Line]] = [[]]
        for line in self._given_lines:
            if not line:
                parts.append([])
                continue
            text, style = (line, "") if isinstance(line, str) else ("", "")
            if not isinstance(line, str) and len(line) == 1:
                text, style = line[0]
            indent = " " * (len(text) - len(text.lstrip()))
            parts[-1] += wrapped(text.strip(), width, style, indent) if text else [line]  # type: ignore[list-item]
        lines: list[Line] = []
        for part in parts:
            said = " ".join(t for row in part for t, _ in row).casefold()
            if part and all(w in said for w in wanted):
                lines += [*part, []]
        return lines[:-1] or [[("Nothing says that.", "faint")]]


class Welcome(Dialog[tuple[str, bool]]):
    """Shown once, on a new library: who works, and the first keys. Gives the name, and whether the example
    articles are wanted."""

    DEFAULT_CSS = """
    Welcome { align: center middle; background: $background 60%; }
    Welcome > Vertical { width: 72; max-width: 98%; height: auto; background: $surface;
        border: round $primary; padding: 1 2; }
    Welcome SafeInput { background: $panel; }
    """
    KEYS = (
        "next_mention",
        "accept",
        "label_digit",
        "accept_many",
        "mark_by_letters",
        "hints",
        "new_incident",
    )

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
            "accept_many": "accept many at once, counted first",
            "mark_by_letters": "mark what was missed: letters stand on every word",
            "hints": "jump to any word by its letters, to select from there",
            "new_incident": "record an incident from the selection",
        }
        text = "Keys to begin with:\n\n"
        for action_id in self.KEYS:
            key = key_of(action_id)
            key = "1 … 0" if action_id == "label_digit" else key
            text += f"  {key:<6} {words[action_id]}\n"
        text += (
            f"\n{key_of('help')} shows all of them, {key_of('undo')} takes back what you decide. There is\nnothing to save: every edit is"
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
