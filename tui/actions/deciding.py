"""Deciding for many mentions at once: all on screen, of a label, of an entity, or a name wherever
it stands."""

from __future__ import annotations

from store import entities, memory, mentions
from store.history import Edit
from store.propagation import Decision
from store.records import Mention
from tui.actions.base import Actions, short
from tui.keymap import key_of
from tui.screens.choose import Choice, Chooser


class DecidingActions(Actions):
    """What the keys that decide many things do; each is one step of undo."""

    def do_accept_many(self) -> None:
        """Accept all on screen, all of one label or all of one entity, counted first."""
        desk = self.desk
        found = desk.need_article()
        waiting = [m for m in desk.reader.spans.mentions if not m.human]
        if not waiting:
            desk.say("everything in this article is reviewed")
            return
        start, end = desk.reader.visible_range
        focused = desk.reader.focused
        groups: list[tuple[str, str, str, list[Mention]]] = [
            ("s", "on screen", "", [m for m in waiting if m.start < end and m.end > start])
        ]
        if focused is not None:
            same = [m for m in waiting if m.label == focused.label]
            groups.append(("l", f"{focused.label} in the article", "", same))
            groups.append(
                ("e", f"“{short(focused.quote)}” in the article", "", self._alike(focused, waiting))
            )
        groups.append(("p", "in this paragraph", "", self._in_paragraph(waiting)))
        groups.append(("a", "in the article", "", waiting))
        digits = {x.id: x.key or "" for x in desk.session.library.codebook().labels}
        for label in dict.fromkeys(m.label for m in waiting):
            same = [m for m in waiting if m.label == label]
            groups.append((digits.get(label, ""), label, label, same))
        choices = [
            Choice(str(number), [(f"{len(group):>5}  ", "strong"), (f"{words}", "")], words, letter)
            for number, (letter, words, _, group) in enumerate(groups)
            if group
        ]

        def chosen(value: str | None) -> None:
            if value is not None:
                _, words, _, group = groups[int(value)]
                self._accept(group, f"accept {len(group)} {words}", found.article.id)

        desk.app.push_screen(Chooser("Accept how many", choices, letters=True), chosen)

    def _alike(self, focused: Mention, waiting: list[Mention]) -> list[Mention]:
        """Return what names the same thing as a mention: the same words, or the same entity."""
        with self.desk.session.library.reading() as connection:
            names = entities.proposed(connection, focused.article_id)
        name = names.get(focused.id, focused.quote).casefold()
        return [
            m for m in waiting
            if m.label == focused.label
            and name in (m.quote.casefold(), names.get(m.id, m.quote).casefold())
        ]  # fmt: skip

    def _in_paragraph(self, waiting: list[Mention]) -> list[Mention]:
        from tui.reading import motion

        text, at = self.desk.reader.text, self.desk.reader.place
        start, end = motion.paragraph_start(text, at), motion.paragraph_end(text, at)
        return [m for m in waiting if start <= m.start < end]

    def _accept(self, group: list[Mention], summary: str, article_id: int) -> None:
        def work(edit: Edit) -> int:
            count = 0
            for m in group:
                now = mentions.get(edit.connection, m.uid)
                if now is not None and not now.human:
                    mentions.accept(edit, now)
                    count += 1
            return count

        def done(count: int) -> None:
            if self.desk.open is not None and self.desk.open.article.id == article_id:
                self.desk.reread()
            self.desk.say(f"{count} accepted; {key_of('undo')} takes all of them back")

        self.desk.say(f"{summary} …")
        self.desk.commit("accept", summary, work, done)

    # --- a name, wherever it stands ----------------------------------------------------------------------

    def do_propagate(self) -> None:
        """Decide for every place of the focused or selected name."""
        desk = self.desk
        found, span = desk.need_article(), desk.reader.span
        if span is None:
            raise ValueError(
                f"which name? {key_of('next_mention')} focuses a mention, {key_of('cursor')} or {key_of('hints')} selects words"
            )
        name = " ".join(found.text[span[0] : span[1]].split())
        m = desk.reader.focused if desk.reader.selection is None else None
        if m is not None and m.review_status != "rejected":
            self.everywhere(Decision("tag", name, m.label))
            return
        if m is not None:
            self.everywhere(Decision("reject", name, m.label))
            return
        last = desk.selecting.kept() or desk.last_label
        if last is not None:
            self.everywhere(Decision("tag", name, last))
            return
        desk.review.choose_label(
            f"“{short(name)}” is", lambda label: self.everywhere(Decision("tag", name, label))
        )

    def everywhere(self, decision: Decision) -> None:
        """Show the places of a name, to be decided together."""
        from tui.screens.propagation import Propagation

        article = self.desk.need_article().article
        self.desk.reader.leave_mode()
        self.desk.app.push_screen(Propagation(decision, article.id), self.returned)

    def returned(self, _: object) -> None:
        """Show what was decided."""
        self.desk.reread()
        self.desk.refresh_state()

    async def look_again(self, names: set[str]) -> None:
        """Annotate again the articles that changed decisions about these names concern."""
        stale: list[int] = []
        for name in names:
            stale += await self.desk.session.write(lambda c, name=name: memory.make_stale(c, name))  # type: ignore[misc]
        self.desk.library.start_annotation(list(dict.fromkeys(stale)))

    def do_memory(self) -> None:
        """Show the decisions remembered for every text."""
        from tui.screens.memory import MemoryScreen

        self.desk.app.push_screen(MemoryScreen(), self.returned)
