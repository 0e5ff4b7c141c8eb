"""All entities of the library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual import on

from store import entities
from store.entities import Entity
from store.texts import fold
from tui.keymap import key_of
from tui.safe_text import title_of
from tui.screens.choose import Choice, Chooser
from tui.screens.row_screen import ListScreen, RowScreen
from tui.widgets.lines import Line, RowList, fit, some


class EntityRows(RowList, can_focus=True, inherit_bindings=False):
    """Entities, a line each; as many as there are, only those on screen are drawn."""

    def __init__(self, *, colour: bool = True) -> None:
        super().__init__(id="entities", colour=colour)
        self.found: list[Entity] = []
        self.colours: dict[str, str] = {}

    def row(self, number: int, width: int) -> list[Line]:
        """Return an entity's line."""
        e = self.found[number]
        count = f"{e.n_mentions} in {e.n_articles} article{'s' * (e.n_articles != 1)}"
        return [
            [(f" {e.label:<10}", self.colours.get(e.label, "")), (fit(e.name, width - 38), ""),
             (f"  {count}", "faint")]
        ]  # fmt: skip


def choices(found: list[Entity], colours: dict[str, str]) -> list[Choice]:
    """Return entities as things to choose."""
    return [
        Choice(
            str(e.id),
            [(f"{e.label:<10}", colours.get(e.label, "")), (e.name, ""),
             (f"  {some(e.n_mentions, 'mention')} in {some(e.n_articles, 'article')}", "faint")],
            f"{e.name} {e.label}",
        )
        for e in found
    ]  # fmt: skip


class EntityList(ListScreen, inherit_bindings=False):
    """The entities that reviewed mentions stand under, those in most articles first."""

    CONTEXT = "entities"
    rows: EntityRows

    def __init__(self) -> None:
        super().__init__()
        self.rows = EntityRows(colour=self.colour)
        self.rows.empty = [
            "No entities yet.",
            "",
            "A mention that you accept or mark stands under the entity of its name.",
        ]
        self._narrow = ""

    def read(self) -> None:
        """Read the entities again."""
        with self.session.library.reading() as connection:
            found = entities.all_entities(connection)
        wanted = fold(self._narrow).split()
        self.rows.colours = {x.id: x.colour for x in self.session.library.codebook().labels}
        self.rows.found = [
            e for e in found if all(w in fold(f"{e.name} {e.label}") for w in wanted)
        ]
        if found and not self.rows.found:
            self.rows.empty = [
                f"No entity has these words; {key_of('narrow_rows')} narrows to others."
            ]
        self.rows.set_count(len(self.rows.found))
        title = f"Entities ({len(self.rows.found)})"
        self.rows.border_title = title_of(
            title + (f", narrowed to “{self._narrow}”" if self._narrow else "")
        )

    def _chosen(self) -> Entity:
        if not self.rows.found:
            raise ValueError("there is no entity here")
        return self.rows.found[self.rows.current]

    @on(RowList.Opened)
    def do_open_row(self) -> None:
        """Show the card of the chosen entity."""
        from tui.screens.entity import EntityCard

        self.app.push_screen(EntityCard(self._chosen().id))

    def do_same_as(self) -> None:
        """Merge the chosen entity into another."""
        merge(self, self._chosen(), lambda _: self.read())

    def do_narrow_rows(self) -> None:
        """Show entities whose name holds certain words."""

        def chosen(words: str | None) -> None:
            if words is not None:
                self._narrow = words.strip()
                self.read()

        self.reader_app.ask("Narrow to (empty: all)", self._narrow, chosen)


def merge(screen: RowScreen, entity: Entity, done: Callable[[Entity], object]) -> None:
    """Ask which other entity this one is, and which name stays; make the two one."""
    session = screen.session
    with session.library.reading() as connection:
        found = [e for e in entities.all_entities(connection) if e.id != entity.id]
    if not found:
        raise ValueError("there is no other entity")
    last = (fold(entity.name).split() or [""])[-1]
    # likely ones first: the same label, a word of the name in common
    found.sort(key=lambda e: (e.label != entity.label, last not in fold(e.name).split()))
    colours = {x.id: x.colour for x in session.library.codebook().labels}

    def chosen(value: str | None) -> None:
        other = next((e for e in found if str(e.id) == value), None)
        if other is None:
            return
        both = sorted((entity, other), key=lambda e: -e.n_mentions)
        names = [replace(c, letter=x) for c, x in zip(choices(both, colours), "12", strict=True)]

        async def named(value: str | None) -> None:
            if value is None:
                return
            kept, gone = both if value == str(both[0].id) else reversed(both)
            await session.edit(
                "merge", f"“{gone.name[:30]}” is “{kept.name[:30]}”",
                lambda edit: entities.merge(edit, kept, gone),
            )  # fmt: skip
            done(kept)
            screen.reader_app.say(
                f"“{gone.name[:30]}” is “{kept.name[:30]}” now; {key_of('undo')} takes it back"
            )

        screen.app.push_screen(Chooser("One thing: under which name", names, letters=True), named)

    title = f"“{entity.name[:40]}” is the same as"
    screen.app.push_screen(Chooser(title, choices(found, colours)), chosen)
