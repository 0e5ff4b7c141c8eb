"""How the screen looks: two articles, nothing but text, widths, theme; the codebook; what was done."""

from __future__ import annotations

from collections.abc import Callable

from tui import config
from tui.actions.base import Actions
from tui.keymap import key_of
from tui.screens.choose import Choice, Chooser
from tui.screens.desk import Side
from tui.widgets.lines import Line
from tui.widgets.reader import Reader


class ViewingActions(Actions):
    """What the keys of group View do."""

    # --- two articles --------------------------------------------------------------------------------

    async def do_split(self) -> None:
        """Show two articles, or one again."""
        desk = self.desk
        desk.need_article()
        if len(desk.sides) == 2:
            gone = desk.sides.pop(1 - desk.side)
            desk.side = 0
            desk.remove_class("split")
            await gone.reader.remove()
            desk.reader.remove_class("second")
            desk.reader.set_shared((), ())
            desk.reader.border_title = ""
            desk.show_side(0)
            return
        beside = Reader(colour=desk.colour)
        beside.add_class("second")
        first = desk.reader
        desk.sides.append(Side(beside))
        desk.add_class("split")
        await desk.columns.mount(beside, after=first)
        beside.set_book(desk.session.library.codebook())
        desk.use_theme()
        desk.use_view(desk.view)
        here = desk.open.article.id if desk.open is not None else 0
        desk.side = 1
        other = self._other_article(here)
        desk.open_article(other, reading=False)
        desk.show_side(1)
        desk.say(f"two articles: {key_of('other_side')} goes to the other one, {key_of('pane_left')} to the list, {key_of('split')} ends it"
                 " (= marks names, ◆ incidents that both have)")  # fmt: skip

    def _other_article(self, here: int) -> int:
        """Return the article to show beside this one: where one came from, else the next."""
        for article_id, _, _ in reversed(self.desk.jumps):
            if article_id != here:
                return article_id
        ids = self.desk.library_list.ids
        if here in ids:
            at = ids.index(here)
            for number in (at + 1, at - 1):
                if 0 <= number < len(ids):
                    return ids[number]
        return here

    def do_other_side(self) -> None:
        """Go to the other article."""
        if len(self.desk.sides) < 2:
            self.desk.say(f"there is one article: {key_of('split')} shows two")
        else:
            self.desk.show_side(1 - self.desk.side)

    # --- the look ------------------------------------------------------------------------------------

    def do_focus_mode(self) -> None:
        """Show nothing but the text, or everything again."""
        self.desk.toggle_class("plain")
        if self.desk.has_class("plain"):
            self.desk.show_pane("reader")

    def do_view(self) -> None:
        """Change widths, spacing, labels, theme; stays open until it is left."""
        desk = self.desk
        view = desk.view
        rows: list[tuple[str, str, str, str]] = [
            ("narrower", "-", "text narrower", f"{view.measure} columns"),
            ("wider", "+", "text wider", ""),
            ("spacing", "s", "line spacing", f"{view.spacing}"),
            ("labels", "l", "labels written after mentions", "yes" if view.labels else "no"),
            ("plain", "z", "nothing but the text", "yes" if desk.has_class("plain") else "no"),
            ("list-", "[", "list narrower", f"{view.library_width} %"),
            ("list+", "]", "list wider", ""),
            ("inspector-", "{", "inspector narrower", f"{view.inspector_width} %"),
            ("inspector+", "}", "inspector wider", ""),
            ("order", "%", "review the least certain first", "yes" if view.by_certainty else "no"),
            ("theme", "t", "theme", desk.theme_name),
        ]
        choices = [
            Choice(name, [(f"{words:<32}", ""), (now, "accent")], words, letter)
            for name, letter, words, now in rows
        ]
        changes: dict[str, Callable[[], config.View]] = {
            "narrower": lambda: config.changed(view, measure=view.measure - 8),
            "wider": lambda: config.changed(view, measure=view.measure + 8),
            "spacing": lambda: config.changed(view, spacing=view.spacing % 3 + 1),
            "labels": lambda: config.changed(view, labels=not view.labels),
            "list-": lambda: config.changed(view, library_width=view.library_width - 4),
            "list+": lambda: config.changed(view, library_width=view.library_width + 4),
            "inspector-": lambda: config.changed(view, inspector_width=view.inspector_width - 4),
            "inspector+": lambda: config.changed(view, inspector_width=view.inspector_width + 4),
            "order": lambda: config.changed(view, by_certainty=not view.by_certainty),
        }

        def chosen(name: str | None) -> None:
            if name is None:
                return
            if name == "theme":
                self._choose_theme()
                return
            if name == "plain":
                self.do_focus_mode()
                return
            wanted = changes[name]()
            desk.use_view(wanted)
            config.save_view(wanted)
            self.do_view()  # on with the next change; Esc ends it

        desk.app.push_screen(Chooser("View (Esc: done)", choices, letters=True), chosen)

    def _choose_theme(self) -> None:
        choices = []
        for name in config.themes():
            try:
                about = config.theme(name).about
            except ValueError as problem:
                about = str(problem)
            here = name == self.desk.theme_name
            choices.append(
                Choice(name, [(f"{name:<22}", "strong" if here else ""), (about, "faint")], name)
            )

        def chosen(name: str | None) -> None:
            if name is None:
                return
            try:
                self.desk.use_theme(name)
            except ValueError as problem:
                self.desk.say(str(problem), bad=True)
                return
            view = config.changed(self.desk.view, theme=name)
            self.desk.use_view(view)
            config.save_view(view)
            self.desk.say(f"theme: {name}")

        self.desk.app.push_screen(Chooser("Theme", choices), chosen)

    # --- to be read ------------------------------------------------------------------------------------

    def do_codebook(self) -> None:
        """Show what each label means, the focused mention's first."""
        from tui.screens.help import Listing

        book = self.desk.session.library.codebook()
        focused = self.desk.reader.focused.label if self.desk.reader.focused else None
        lines: list[Line] = []
        for label in sorted(book.labels, key=lambda x: x.id != focused):
            if label.deprecated:
                continue
            keys = f"{key_of('relabel')} then {label.letter}"
            keys = f"{label.key}, or {keys}" if label.key else keys
            lines.append([(f"{label.id:<10}", f"strong {label.colour}"), (f"  {keys}", "faint")])
            lines.append([(f"  {label.about}", "")])
            lines += [[(f"    “{example}”", "faint")] for example in label.examples]
            lines += [[(f"    not: {case}", "faint")] for case in label.not_]
            lines.append([])
        lines += [[("Incident types", "strong accent")]]
        for kind in book.types:
            if not kind.deprecated:
                lines.append([(f"  {kind.id:<30}", ""), (kind.acled, "faint")])
        lines += [[], [("Relations between incidents", "strong accent")]]
        for relation in book.relations:
            lines.append([(f"  {relation.id}: {relation.about}", "")])
        self.desk.app.push_screen(Listing("Codebook", lines))

    def do_statistics(self) -> None:
        """Show what was done since the start, and in all."""
        from store import statistics
        from tui.screens.help import Listing

        session = self.desk.session
        with session.library.reading() as connection:
            now = statistics.collect(connection, session.begun)
            ever = statistics.collect(connection)
        lines: list[Line] = [[("Since you started", "strong accent")]]
        lines += [[(line, "")] for line in statistics.words(now, session.keys)[:-2]]
        lines += [[], [("In this library", "strong accent")]]
        lines += [[(line, "")] for line in statistics.words(ever)]
        self.desk.app.push_screen(Listing("What was done", lines))
