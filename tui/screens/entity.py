"""An entity's card: its names, every sentence it stands in, its incidents, its notes."""

from __future__ import annotations

from textual import events, on

from store import articles, entities, notes
from store.entities import Alias, Entity, Member
from store.texts import fold, one_line
from tui.keymap import key_of
from tui.safe_text import title_of
from tui.screens.entities import merge
from tui.screens.row_screen import ListScreen
from tui.widgets.lines import Line, RowList, TextRows, around, fit, some, wrapped


class EntityCard(ListScreen, inherit_bindings=False):
    """What is known of one entity."""

    CONTEXT = "entity"
    rows: TextRows

    def __init__(self, entity_id: int) -> None:
        super().__init__()
        self.entity_id = entity_id
        self.rows = TextRows(id="entity", colour=self.colour)
        self.entity: Entity | None = None
        self.chosen: set[bytes] = set()
        self._behind: dict[int, Alias | Member | int] = {}  # row: what it stands for

    def on_resize(self, event: events.Resize) -> None:
        """Cut the sentences anew."""
        self.once_shown(self.read)

    def read(self) -> None:
        """Read the card again; leave where the entity is gone."""
        with self.session.library.reading() as connection:
            self.entity = entities.get(connection, self.entity_id)
            if self.entity is None:
                self.leave()
                return
            names = entities.aliases(connection, self.entity_id)
            members = entities.members(connection, self.entity_id)
            told = entities.incidents_of(connection, self.entity_id)
            about = notes.of_target(connection, self.entity.uid)
            shown = {m.article_id for m in members[:500]}
            texts = {number: articles.text(connection, number) for number in shown}
        width = max(30, self.size.width - 6)
        lines: list[Line] = []
        headings: set[int] = set()
        self._behind = {}

        def heading(words: str) -> None:
            headings.add(len(lines))
            lines.append([(words, "accent")])

        days = [m.published[:10] for m in members if m.published]
        seen = f"first seen {days[0]}, last {days[-1]}" if days else "no dates"
        open_ones = sum(m.review_status == "suggested" for m in members)
        e = self.entity
        counted = f"{some(e.n_mentions, 'mention')} in {some(e.n_articles, 'article')}"
        for part in wrapped(f"{e.label} · {counted} · {seen}", width, "accent"):
            heading(part[0][0])
        if open_ones:
            heading(fit(f"{open_ones} of them by name alone: a says that they are right", width))
        heading("Names")
        for alias in names:
            self._behind[len(lines)] = alias
            main = fold(alias.name) == fold(self.entity.name)
            also = "" if main else "  also"
            lines.append(
                [(f"  {fit(alias.name, width - 8)}", "strong" if main else ""), (also, "faint")]
            )
        for note in about:
            for line in wrapped(f"✎ {note.body}", width, "accent", "  "):
                headings.add(len(lines))
                lines.append(line)
        if told:
            heading("Incidents")
            for number, title, day in told:
                self._behind[len(lines)] = number
                lines.append(
                    [(f"  {day or 'no date':<11}", "accent"), (fit(title, width - 14), "")]
                )
        article = 0
        for m in members:
            if m.article_id != article:
                article = m.article_id
                heading(fit(f"{(m.published or 'no date')[:10]}  {m.title}", width))
            self._behind[len(lines)] = m
            lines.append(self._sentence(m, texts.get(m.article_id, m.quote), width))
        self.rows.set_rows(lines, headings)
        self.rows.border_title = title_of(one_line(self.entity.name))

    def _sentence(self, m: Member, text: str, width: int) -> Line:
        start, end = (m.start, m.end) if m.end <= len(text) else (0, len(text))
        before, after = around(text, start, end, (width - len(m.quote) - 8) // 2)
        box = "[x] " if m.mention_uid in self.chosen else "[ ] "
        mark = {"suggested": "? ", "accepted": "✓ "}.get(m.review_status, "  ")
        return [
            (box, "strong"), (mark, "good" if m.review_status == "accepted" else "warn"),
            (before, "faint"), (one_line(m.quote), "strong accent"),
            (after, "faint"),
        ]  # fmt: skip

    def _here(self) -> Alias | Member | int | None:
        return self._behind.get(self.rows.current)

    def _need(self) -> Entity:
        if self.entity is None:
            raise ValueError("the entity is no longer there")
        return self.entity

    async def _do(self, kind: str, summary: str, work: object, said: str = "") -> None:
        await self.session.edit(kind, summary, work)  # type: ignore[arg-type]
        self.read()
        self.say((said or summary) + f"; {key_of('undo')} takes it back")

    # --- keys ----------------------------------------------------------------------------------------

    @on(RowList.Opened)
    def do_open_row(self) -> None:
        """Go to the sentence, or show the incident."""
        here = self._here()
        if isinstance(here, Member):
            self.reader_app.go_to_text(here.article_id, here.start, None)
        elif isinstance(here, int):
            from tui.screens.incident import IncidentScreen

            self.app.push_screen(IncidentScreen(here))
        else:
            self.say(
                f"{key_of('rename_entity')} renames the entity, {key_of('add_alias')} gives it one more name, {key_of('delete_row')} takes this name away"
            )

    def do_rename_entity(self) -> None:
        """Rename."""
        entity = self._need()

        async def named(name: str | None) -> None:
            if name and name.strip() and name.strip() != entity.name:
                await self._do(
                    "entity", f"“{entity.name[:30]}” is called “{name.strip()[:30]}”",
                    lambda edit: entities.rename(edit, entity, name),
                )  # fmt: skip

        self.reader_app.ask("Its name", entity.name, named, check=_some_name)

    def do_add_alias(self) -> None:
        """Give it one more name."""
        entity = self._need()

        async def named(name: str | None) -> None:
            if name and name.strip():
                await self._do(
                    "entity", f"“{name.strip()[:30]}” is a name of “{entity.name[:30]}”",
                    lambda edit: entities.add_alias(edit, entity, name),
                )  # fmt: skip

        self.reader_app.ask("One more name", "", named, check=_some_name)

    async def do_delete_row(self) -> None:
        """Take a name away from the entity."""
        entity, here = self._need(), self._here()
        if not isinstance(here, Alias):
            raise ValueError(
                f"{key_of('delete_row')} takes a name away; {key_of('split_entity')} makes the chosen mentions another thing"
            )
        await self._do(
            "entity", f"“{here.name[:30]}” is no name of “{entity.name[:30]}”",
            lambda edit: entities.remove_alias(edit, entity, here),
        )  # fmt: skip

    def do_choose_member(self) -> None:
        """Choose a mention, or leave it out; then go on to the next."""
        here = self._here()
        if not isinstance(here, Member):
            self.say(
                f"{key_of('choose_member')} chooses mentions, for {key_of('split_entity')} (another thing) and {key_of('confirm_entity')} (right)"
            )
        else:
            self.chosen ^= {here.mention_uid}
            at = self.rows.current
            self.read()
            self.rows.choose(at)
        self.rows.move(1)

    def _members(self) -> list[Member]:
        every = [m for m in self._behind.values() if isinstance(m, Member)]
        return [m for m in every if m.mention_uid in self.chosen]

    def do_split_entity(self) -> None:
        """Make the chosen mentions another entity."""
        taken, here = self._members(), self._here()
        if not taken and isinstance(here, Member):
            taken = [here]
        if not taken:
            raise ValueError(
                f"choose the mentions that are another thing first: {key_of('choose_member')}"
            )

        async def named(name: str | None) -> None:
            if name and name.strip():
                self.chosen = set()
                await self._do(
                    "split", f"{some(len(taken), 'mention')} split off as “{name.strip()[:30]}”",
                    lambda edit: entities.split(edit, taken, name),
                )  # fmt: skip

        self.reader_app.ask("What are they called", one_line(taken[0].quote), named)

    async def do_confirm_entity(self) -> None:
        """Say that the chosen mentions (without any: all) are of this entity."""
        entity = self._need()
        every = [m for m in self._behind.values() if isinstance(m, Member)]
        found = [m for m in (self._members() or every) if m.review_status == "suggested"]
        if not found:
            raise ValueError("all of them are confirmed")
        self.chosen = set()
        await self._do(
            "entity", f"{some(len(found), 'mention')} of “{entity.name[:30]}” confirmed",
            lambda edit: entities.confirm(edit, found),
        )  # fmt: skip

    def do_same_as(self) -> None:
        """Merge it into another entity."""

        def done(kept: Entity) -> None:
            self.entity_id = kept.id
            self.read()

        merge(self, self._need(), done)

    def do_entity_note(self) -> None:
        """Write a note on it."""
        entity = self._need()
        self.reader_app.desk.library.write_note("entity", entity.uid, f"“{entity.name[:40]}”")


def _some_name(typed: str) -> None:
    if not typed.strip():
        raise ValueError("a name is needed")
