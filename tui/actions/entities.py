"""From a mention to the thing it names, and to all of them."""

from __future__ import annotations

from store import entities
from tui.actions.base import Actions, short


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
            raise ValueError("a suggestion stands under no entity yet: a accepts it")
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

    def do_same_as(self) -> None:
        """Say that the focused mention's entity is the same as another."""
        from tui.screens.entity import EntityCard

        card = EntityCard(self._of_focused())
        self.desk.app.push_screen(card, self.desk.deciding.returned)
        card.call_after_refresh(card.perform, "same_as")
