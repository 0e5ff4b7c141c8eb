"""From a mention to the thing it names, and to all of them."""

from __future__ import annotations

from store import entities
from store.records import Mention
from tui.actions.base import Actions, short
from tui.keymap import key_of


class EntityActions(Actions):
    """What the keys of group Entities do."""

    def _of_focused(self) -> int:
        m = self.desk.need_mention()
        with self.desk.session.library.reading() as connection:
            found = entities.of_mention(connection, m.id)
        if found is not None:
            return found
        if m.label not in entities.NAMED:
            raise ValueError(f"{m.label} names no entity")
        if not m.human:
            raise ValueError(
                f"a suggestion stands under no entity yet: {key_of('accept')} accepts it"
            )
        raise ValueError(f"“{short(m.quote)}” has no name of its own, so it is no entity")

    def do_open_entity(self) -> None:
        """Show the card of the focused mention's entity; with a label kept on, give it."""
        if self.desk.sticky:
            self.desk.review.do_again()
            return
        from tui.screens.entity import EntityCard

        self.desk.app.push_screen(EntityCard(self._of_focused()), self.desk.deciding.returned)

    def do_entities(self) -> None:
        """Show all entities."""
        from tui.screens.entities import EntityList

        self.desk.app.push_screen(EntityList(), self.desk.deciding.returned)

    def _put(self, m: Mention) -> None:
        from tui.screens.choose import Chooser
        from tui.screens.entities import choices

        session = self.desk.session
        with session.library.reading() as connection:
            found = entities.all_entities(connection)
        if not found:
            raise ValueError("there is no entity yet: accept a mention that names one first")
        found.sort(key=lambda e: e.label != "PERSON")
        colours = {x.id: x.colour for x in session.library.codebook().labels}

        async def chosen(value: str | None) -> None:
            if value is None:
                return
            entity = next(e for e in found if e.id == int(value))
            words = f"“{short(m.quote)}” is “{short(entity.name)}”"
            await session.edit("entity", words, lambda edit: entities.put(edit, m.id, entity.id))
            self.desk.reread()
            self.desk.reader_app.say(f"{words} here; {key_of('undo')} takes it back")

        title = f"“{short(m.quote)}” is here"
        self.desk.app.push_screen(Chooser(title, choices(found, colours)), chosen)

    def do_same_as(self) -> None:
        """Say that the focused mention's entity is the same as another; a mention that names no
        entity by itself (the minister) is put under one."""
        from tui.screens.entity import EntityCard

        m = self.desk.need_mention()
        with self.desk.session.library.reading() as connection:
            under = entities.of_mention(connection, m.id)
        if under is None and m.human and m.review_status != "rejected":
            self._put(m)
            return
        card = EntityCard(self._of_focused())
        self.desk.app.push_screen(card, self.desk.deciding.returned)
        card.once_shown(lambda: card.perform("same_as"))
