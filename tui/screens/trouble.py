"""What stands in place of a library that cannot be used as it is: why, and what can be done."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from store import backup
from store.errors import DamagedError, NewerError, StoreError
from tui.safe_text import safe_line, title_of
from tui.screens.dialog import Dialog
from tui.widgets.lines import Line, RowList, TextRows

READ, QUIT = "read", "quit"
_SHOWN = 12


class Trouble(Dialog[str]):
    """Gives the path of the backup to restore, `READ` or `QUIT`."""

    DEFAULT_CSS = """
    Trouble { align: center middle; background: $background; }
    Trouble > Vertical { width: 92; max-width: 98%; height: auto; max-height: 96%; background: $surface;
        border: round $error; padding: 1 2; }
    Trouble Static { height: auto; margin-bottom: 1; }
    Trouble TextRows { height: auto; max-height: 16; background: $surface; }
    """

    def __init__(self, path: Path, problem: StoreError) -> None:
        super().__init__()
        self._path, self._problem = path, problem
        self._rows = TextRows()
        self._more = Static(Content(""))
        self._values: list[str] = []

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        box = Vertical()
        box.border_title = title_of(self._path.name)
        box.border_subtitle = "j k choose · Enter does it · q quits"
        with box:
            why = str(self._problem).removeprefix(f"{self._path}: ")
            if isinstance(self._problem, DamagedError):  # what to do about it is offered below
                why = why.split(". ")[0].split("; ")[0].removesuffix(".") + "."
            yield Static(Content(safe_line(f"{why[:1].upper()}{why[1:]}")))
            yield self._more
            yield self._rows

    async def on_mount(self) -> None:
        """Look at the backups, off the keys, and offer what there is."""
        self._rows.focus()
        if not isinstance(self._problem, DamagedError):
            self._offer([])
            return
        self._say("Looking at the backups …")
        self._rows.set_rows([[("…", "faint")]])
        self.run_worker(self._look(), exclusive=True)

    async def _look(self) -> None:
        found = await asyncio.to_thread(self._backups)
        if any(good for _, good, _ in found):
            self._say(
                "What is there now is kept under another name, and newer edits are read out of it"
                " as far as that can be done."
            )
        else:
            self._say("There is no backup that can be used.")
        self._offer(found)

    def _backups(self) -> list[tuple[backup.Backup, bool, str]]:
        """The backups with what is in each; the newest ones are examined until one is good."""
        out, good = [], False
        for kept in backup.of(self._path)[:_SHOWN]:
            wrong = None if good else backup.check(kept.path)
            try:
                inside = backup.contents(kept.path)
                words = inside.words
            except StoreError:
                wrong, words = wrong or "it is damaged", ""
            out.append((kept, wrong is None, wrong or words))
            good = good or wrong is None
        return out

    def _say(self, words: str) -> None:
        self._more.update(Content(words))

    def _offer(self, found: list[tuple[backup.Backup, bool, str]]) -> None:
        rows: list[Line] = []
        self._values = []
        newest = True
        for kept, good, words in found:
            when = f"{kept.made.astimezone():%Y-%m-%d %H:%M}"
            if good:
                first = "Restore the newest good backup" if newest else "Restore the backup"
                rows.append([(f"{first} of {when}", "strong" if newest else ""), (f"  {words}", "faint")])  # fmt: skip
                self._values.append(str(kept.path))
                newest = False
            else:
                rows.append([(f"The backup of {when} cannot be used: {words}", "faint")])
                self._values.append("")
        if self._path.is_file() and self._path.stat().st_size:
            what = "as a newer version left it" if isinstance(self._problem, NewerError) else "as far as it goes"  # fmt: skip
            rows.append([("Open it for reading", ""), (f"  {what}; nothing is changed", "faint")])
            self._values.append(READ)
        rows.append([("Quit", ""), ("  and leave everything as it is", "faint")])
        self._values.append(QUIT)
        first_usable = next(i for i, value in enumerate(self._values) if value)
        self._rows.set_rows(rows, current=first_usable)
        self._rows.styles.height = min(16, len(rows))

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        """Take a row that was clicked."""
        self._take(event.number)

    def _take(self, number: int) -> None:
        if number < len(self._values) and self._values[number]:
            self.close(self._values[number])
        elif self._values:
            self._say("This one cannot be used; choose another row.")

    def on_key(self, event: events.Key) -> None:
        """Choose, do it, or quit."""
        event.stop()
        if event.key in ("down", "j"):
            self._rows.move(1)
        elif event.key in ("up", "k"):
            self._rows.move(-1)
        elif event.key == "enter":
            self._take(self._rows.current)
        elif event.key in ("q", "Q", "escape", "ctrl+q", "ctrl+c"):
            self.close(QUIT)
        else:
            self._say("j and k choose, Enter does what is chosen, q quits.")
