"""The decisions that are remembered for every text."""

from __future__ import annotations

from textual import on

from store import memory
from store.history import Edit
from store.memory import ANY, Remembered
from store.propagation import Decision
from store.records import Op
from store.texts import fold
from tui.keymap import key_of
from tui.safe_text import title_of
from tui.screens.choose import Choice, Chooser
from tui.screens.row_screen import ListScreen
from tui.widgets.lines import Line, RowList, TextRows, fit


class MemoryScreen(ListScreen, inherit_bindings=False):
    """A list of decisions: always, and never."""

    CONTEXT = "memory"
    rows: TextRows

    def __init__(self) -> None:
        super().__init__()
        self.rows = TextRows(id="memory", colour=self.colour)
        self.rows.empty = [
            "Nothing is remembered yet.",
            "",
            f"In an article, {key_of('propagate')} on a mention decides for every place of its name;"
            f" {key_of('scope')} there reaches texts to come. {key_of('remember_new')} remembers a name"
            " without an article.",
        ]
        self.found: list[Remembered] = []
        self._narrow = ""

    def read(self) -> None:
        """Read the decisions again."""
        with self.session.library.reading() as connection:
            found = memory.all_of(connection)
        wanted = self._narrow.casefold()
        self.found = [d for d in found if wanted in f"{d.name} {d.label} {d.decision}".casefold()]
        book = self.session.library.codebook()
        lines: list[Line] = []
        for d in self.found:
            colour = "" if d.label == ANY else book.label(d.label).colour
            label = _called(d.label)
            lines.append(
                [(f" {d.decision:<7}", "good" if d.decision == "always" else "warn"),
                 (f"{label:<10}", colour), (f" {fit(d.name, 50)}", "strong"),
                 (f"  {d.analyst} {d.created[:10]}", "faint")]
            )  # fmt: skip
        self.rows.set_rows(lines)
        title = f"Remembered ({len(self.found)})"
        self.rows.border_title = title_of(
            title + (f", narrowed to “{self._narrow}”" if self._narrow else "")
        )

    def _chosen(self) -> Remembered:
        if not self.found:
            raise ValueError(
                f"nothing has these words; {key_of('narrow_rows')} narrows to others"
                if self._narrow
                else f"nothing is remembered yet: {key_of('remember_new')} remembers a name"
            )
        return self.found[self.rows.current]

    @on(RowList.Opened)
    def do_open_row(self) -> None:
        """Show the places of a decision, to be decided together."""
        d = self._chosen()
        desk = self.reader_app.desk
        if d.label == ANY:
            raise ValueError(
                f"“never anything” has no one label; {key_of('decision_label')} gives it one"
            )
        from tui.screens.propagation import Propagation

        article = desk.open.article.id if desk.open is not None else 0
        kind = Decision("tag" if d.decision == "always" else "reject", d.name, d.label)
        screen = Propagation(kind, article)
        screen.scope = 1
        self.app.push_screen(screen, lambda _: self.read())

    async def do_delete_row(self) -> None:
        """Forget a decision; what it marked and nobody reviewed is found anew without it."""
        d = self._chosen()
        await self.session.edit(
            "memory", f"forget “{d.name[:40]}” {d.decision} {d.label}",
            lambda edit: memory.forget(edit, d.uid),
        )  # fmt: skip
        await self._anew(d.name)
        self.read()
        self.say(f"“{d.name[:40]}” forgotten; {key_of('undo')} takes it back")

    def do_decision_label(self) -> None:
        """Give a decision another label."""
        d = self._chosen()
        self._ask(d.name, d)

    def do_remember_new(self) -> None:
        """Remember a decision about a name that is typed."""

        def named(name: str | None) -> None:
            if name and name.strip():
                self._ask(" ".join(name.split()), None)

        self.reader_app.ask("Which name", "", named, hint="May")

    def _ask(self, name: str, old: Remembered | None) -> None:
        labels = self.session.library.codebook().labels
        choices = [
            Choice(f"{kind} {label.id}", [(f"{kind} {label.id}", label.colour)])
            for kind in ("always", "never")
            for label in labels
            if not label.deprecated
        ]
        choices.insert(0, Choice(f"never {ANY}", [("never anything", "warn")], "never anything"))

        async def done(value: str | None) -> None:
            if value is None:
                return
            decision, label = value.split(" ")

            def work(edit: Edit) -> None:
                if old is not None:
                    memory.forget(edit, old.uid)
                memory.remember(edit, name, label, decision)

            words = f"“{name[:40]}” is {decision} {_called(label)}"
            await self.session.edit("memory", words, work)
            await self._anew(name)
            left = held()
            gone = [words for words in before if words not in left and old is None]
            self.read()
            instead = f", no longer {', '.join(gone)}" if gone else ""
            self.say(f"remembered: {words}{instead}; texts are looked at again")

        def held() -> list[str]:
            with self.session.library.reading() as connection:
                return [
                    f"{d.decision} {_called(d.label)}"
                    for d in memory.all_of(connection)
                    if fold(d.name) == fold(name)
                ]

        before = held()
        now = f" ({', '.join(before)} until now)" if before else ""
        self.app.push_screen(Chooser(f"“{name[:40]}” is{now}", choices), done)

    async def _anew(self, name: str) -> None:
        await self.reader_app.desk.deciding.look_again({name})

    async def do_undo(self) -> None:
        """Take the newest edit back."""
        op = await self.session.undo()
        self._reverted(f"undone: {op.summary}{self.where(op)}")
        await self.reader_app.desk.deciding.look_again(self._names(op))

    async def do_redo(self) -> None:
        """Make the edit that was undone last again."""
        op = await self.session.redo()
        self._reverted(f"done again: {op.summary}{self.where(op)}")
        await self.reader_app.desk.deciding.look_again(self._names(op))

    def _names(self, op: Op) -> set[str]:
        with self.session.library.reading() as connection:
            return memory.names_in(connection, op)

    def do_narrow_rows(self) -> None:
        """Show decisions that hold certain words."""

        def chosen(words: str | None) -> None:
            if words is not None:
                self._narrow = words.strip()
                self.read()

        self.reader_app.ask("Narrow to (empty: all)", self._narrow, chosen)


def _called(label: str) -> str:
    return "anything" if label == ANY else label
