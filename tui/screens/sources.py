"""The register of sources, and how far each is to be relied on."""

from __future__ import annotations

from textual import on

from store import sources
from store.sources import Source
from tui.keymap import key_of
from tui.safe_text import title_of
from tui.screens.choose import Choice, Chooser
from tui.screens.row_screen import ListScreen
from tui.widgets.lines import Line, RowList, fit, some


class SourceRows(RowList, can_focus=True, inherit_bindings=False):
    """Sources, a line each."""

    def __init__(self, *, colour: bool = True) -> None:
        super().__init__(id="sources", colour=colour)
        self.found: list[Source] = []

    def row(self, number: int, width: int) -> list[Line]:
        """Return a source's line."""
        source = self.found[number]
        grade = source.reliability or "no grade"
        return [[
            (f" {fit(grade, 24):<25}", "accent" if source.reliability else "faint"),
            (fit(source.name, width - 42), ""), (f"  {some(source.n_articles, 'article')}", "faint"),
        ]]  # fmt: skip


class SourceList(ListScreen, inherit_bindings=False):
    """Sources and their default Admiralty grades; a new report of an incident starts with its own."""

    CONTEXT = "sources"
    rows: SourceRows

    def __init__(self) -> None:
        super().__init__()
        self.rows = SourceRows(colour=self.colour)
        self.rows.empty = [
            f"No article names its source yet: {key_of('metadata')} in an article says it."
        ]

    def read(self) -> None:
        """Read the register again."""
        with self.session.library.reading() as connection:
            self.rows.found = sources.all_sources(connection)
        self.rows.set_count(len(self.rows.found))
        self.rows.border_title = title_of(f"Sources ({len(self.rows.found)})")

    @on(RowList.Opened)
    def do_open_row(self) -> None:
        """Grade the chosen source."""
        if not self.rows.found:
            raise ValueError("there is no source yet")
        source = self.rows.found[self.rows.current]
        grades = self.session.library.codebook().codes["source_reliability"]
        choices = [Choice(g, [(g, "")], g, g[0].lower()) for g in grades]
        choices.append(Choice("", [("(no grade)", "faint")], "none", "n"))

        async def chosen(grade: str | None) -> None:
            if grade is None:
                return
            words = f"“{source.name[:40]}”: {grade or 'no grade'}"
            await self.session.edit(
                "source", words, lambda edit: sources.set_reliability(edit, source, grade)
            )
            self.read()
            self.say(words)

        self.app.push_screen(Chooser(f"Grade of “{source.name[:40]}”", choices, letters=True), chosen)  # fmt: skip
