"""The two lines at the bottom: where one is and what was saved; which keys count now."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tui import keymap
from tui.safe_text import safe_line
from tui.widgets.lines import fit

JUMPING, MARKING = "hints", "marking"
"""What the keys are at while letters stand on the words: going to one, or marking one after another."""


def letter_keys(*, marking: bool) -> list[tuple[str, str]]:
    """Return what keys do while letters stand on the words: the key, and what it does."""
    of = keymap.key_of
    if not marking:
        return [("a … z", "go to a word"), ("A … Z last", "select from it"),
                ("Backspace", "a letter back"), ("Esc", "leave")]  # fmt: skip
    edges = " ".join(of(name) for name in ("grow_end", "shrink_end", "grow_start", "shrink_start"))
    label = next((k for k in keymap.BY_ID["relabel"].keys if not k.isalpha()), of("relabel"))
    return [("a … z", "mark a word"), ("1 … 0", "its label"), (edges, "its edges"),
            ("Backspace", "take back"), ("Esc", "leave"), (of("next_mention"), "review"),
            ("A … Z last", "from this word"), (keymap.shown(label), "label by letter"),
            ("PgDn PgUp", "page")]  # fmt: skip


class StatusBar(Widget):
    """One line: the mode, then a message or what is focused; at the right what was saved."""

    DEFAULT_CSS = "StatusBar { height: 1; background: $surface; color: $foreground; }"

    def __init__(self, *, colour: bool = True) -> None:
        super().__init__(id="status")
        self._colour = colour
        self.mode = ""
        self.about = ""
        self.saved = ""
        self.message = ""
        self.bad = False

    def say(self, message: str, *, bad: bool = False) -> None:
        """Show a message until the next key."""
        self.message, self.bad = message, bad
        self.refresh()

    def set(
        self, *, mode: str | None = None, about: str | None = None, saved: str | None = None
    ) -> None:
        """Change parts of the line."""
        before = (self.mode, self.about, self.saved)
        self.mode = self.mode if mode is None else mode
        self.about = self.about if about is None else about
        self.saved = self.saved if saved is None else saved
        if before != (self.mode, self.about, self.saved):
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        width = self.size.width
        plain = self.rich_style if self._colour else Style()
        strong = plain + Style(bold=True)
        segments = []
        if self.mode:
            segments.append(Segment(f" {self.mode} ", plain + Style(reverse=True, bold=True)))
        right = fit(self.saved, width // 2)
        room = width - sum(cell_len(s.text) for s in segments) - cell_len(right) - 3
        if self.message and cell_len(self.message) > room:
            # what was asked for goes before when it was saved, and if need be before the count;
            # beside what went wrong the count says what became of it
            room += cell_len(right)
            right = right.split(" · ")[0]
            if cell_len(self.message) > room - cell_len(right) and not self.bad:
                room, right = room + 1, ""
            room -= cell_len(right)
        text = self.message or self.about
        style = plain
        if self.message:
            style = strong
            if self._colour:
                name = "error" if self.bad else "success"
                from textual.color import Color

                background, foreground = self.background_colors[1], self.styles.color
                shade = foreground.blend(Color.parse(self.app.theme_variables[name]), 0.65)
                style = Style(color=shade.rich_color, bgcolor=background.rich_color, bold=True)
        left = fit(safe_line(text), room)
        segments.append(Segment(f" {left}", style))
        used = sum(cell_len(s.text) for s in segments)
        gap = max(1, width - used - cell_len(right) - 1)
        segments += [Segment(" " * gap, plain), Segment(f"{right} ", plain)]
        return Strip(segments).crop(0, width)


class KeyBar(Widget):
    """One line of the keys that count now, as many as fit; help is always among them."""

    DEFAULT_CSS = "KeyBar { height: 1; background: $background; color: $foreground; }"

    def __init__(self, *, colour: bool = True) -> None:
        super().__init__(id="keys")
        self._colour = colour
        self._keys_of = ""

    def set_context(self, context: str) -> None:
        """Show the keys of a context."""
        if context != self._keys_of:
            self._keys_of = context
            self.refresh()

    def _while_letters_stand(self, width: int, plain: Style) -> Strip:
        """Draw what keys do while letters are words: those are in no table of actions."""
        segments = [Segment(" ", plain)]
        used = 1
        for key, words in letter_keys(marking=self._keys_of == MARKING):
            if used + cell_len(key) + cell_len(words) + 3 > width:
                break
            segments += [
                Segment(key, plain + Style(bold=True)),
                Segment(f" {words}  ", plain + Style(dim=True)),
            ]
            used += cell_len(key) + cell_len(words) + 3
        segments.append(Segment(" " * max(0, width - used), plain))
        return Strip(segments).crop(0, width)

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        width = self.size.width
        plain = self.rich_style if self._colour else Style()
        if self._keys_of in (MARKING, JUMPING):
            return self._while_letters_stand(width, plain)
        faint = plain + Style(dim=True)
        shown = [a for a in keymap.in_context(self._keys_of) if a.bar and a.keys]
        shown.sort(key=lambda a: len(a.contexts))  # what is done here alone comes first
        last = [a for a in shown if a.id in ("help", "quit", "close", "leave")]
        first = [a for a in shown if a not in last]
        reserve = sum(len(keymap.shown(a.keys[0])) + len(a.bar) + 3 for a in last)
        segments: list[Segment] = [Segment(" ", plain)]
        used = 1
        for action in [*first, *last]:
            key = keymap.shown(action.keys[0])
            cost = len(key) + len(action.bar) + 3
            if action in first and used + cost + reserve > width:
                continue
            segments += [
                Segment(key, plain + Style(bold=True)),
                Segment(f" {action.bar}  ", faint),
            ]
            used += cost
        segments.append(Segment(" " * max(0, width - used), plain))
        return Strip(segments).crop(0, width)
