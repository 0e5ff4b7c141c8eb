"""Finding: in the article, in the library, by filter; every hit with its sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

from store import articles, entities, filters, regexes, search, tags
from store.filters import Filter
from store.records import STATUSES
from tui.actions.base import Actions, short
from tui.keymap import key_of
from tui.screens.choose import Choice, Chooser
from tui.widgets.lines import some


def expression(typed: str) -> str | None:
    """Return the regular expression that was typed between slashes, or None."""
    typed = typed.strip()
    return typed[1:-1] if len(typed) > 2 and typed[0] == typed[-1] == "/" else None


class FindingActions(Actions):
    """What the keys of group Find do."""

    # --- in the article --------------------------------------------------------------------------------

    def do_search(self) -> None:
        """Search the library from the list, the article from the text."""
        if self.desk.pane == "library" or self.desk.open is None:
            self.do_library_search()
        else:
            self._ask_words()

    def _ask_words(self, typed: str = "", wrong: str = "") -> None:
        async def chosen(words: str | None) -> None:
            if words is None:
                return
            pattern = expression(words)
            if pattern is not None:
                await self._match(pattern)
                return
            self.desk.find_words = [words] if words else []
            count = self.desk.reader.find(self.desk.find_words)
            if words:
                self._first_hit(count, words)

        self.desk.reader_app.ask(
            "Find in this article",
            typed,
            chosen,
            hint="words, or a regular expression: /\\d+ drones?/",
            wrong=wrong,
        )

    def _first_hit(self, count: int, words: str) -> None:
        if not count:
            self.desk.say(
                f"“{short(words)}” is not in this article;"
                f" {key_of('library_search')} searches the library"
            )
        else:
            self.desk.leave_from()
            self.desk.reader.step_hit(True)
            self.desk.say(
                f"{count} in this article; {key_of('next_hit')} next, {key_of('previous_hit')} previous"
            )

    async def _match(self, pattern: str) -> None:
        found = self.desk.need_article()
        self.desk.find_words = []
        result = await asyncio.to_thread(regexes.find, pattern, [(found.article.id, found.text)])
        if self.desk.open is not found:
            return
        count = self.desk.reader.set_hits(result.places.get(found.article.id, []))
        if result.problem and not count:
            self._ask_words(f"/{pattern}/", result.problem)
        else:
            self._first_hit(count, f"/{pattern}/")

    def do_occurrences(self) -> None:
        """Find the focused or selected words in this article."""
        span = self.desk.reader.span
        if span is None:
            raise ValueError(
                f"which words? {key_of('next_mention')} focuses a mention, {key_of('cursor')} or {key_of('hints')} selects words"
            )
        from store import occurrences

        text = self.desk.need_article().text
        wanted = occurrences.pattern(" ".join(text[span[0] : span[1]].split()))
        self.desk.find_words = []
        count = self.desk.reader.set_hits([m.span() for m in wanted.finditer(text)])
        self.desk.reader.step_hit(True)
        self.desk.say(
            f"{count} in this article; {key_of('next_hit')} next, {key_of('previous_hit')} previous; {key_of('propagate')} decides for all of them"
        )

    def do_next_hit(self) -> None:
        """Next hit, in the next article where this one has no more; without a search the next
        mention to review."""
        self._hit(True)

    def do_previous_hit(self) -> None:
        """Previous hit; without a search the previous mention to review."""
        self._hit(False)

    def _hit(self, forward: bool) -> None:
        desk = self.desk
        desk.need_article()
        if desk.pane != "reader":
            desk.show_pane("reader")
        reader = desk.reader
        across = bool(desk.filter.query and desk.find_words)
        at_edge = reader.at_last_hit if forward else reader.hit_now == 0
        if across and (not reader.hits or at_edge):
            if self._hit_elsewhere(1 if forward else -1):
                return
            desk.say("no more hits in the list" if forward else "no hits before this in the list")
            return
        if not reader.hits and desk.find_words:
            desk.say(f"no hit in this article; {key_of('next_article')} goes to the next one")
        elif not reader.step_hit(forward):
            reader.step_mention(forward, to_review=True)
        else:
            desk.say(f"hit {reader.hit_now + 1} of {len(reader.hits)}")

    def _hit_elsewhere(self, step: int) -> bool:
        """Go on in the next article of the list that has a hit."""
        desk = self.desk
        ids, here = desk.library_list.ids, desk.need_article().article.id
        if here in ids:
            number = ids.index(here) + step
        else:  # what is open did not pass the filter
            number = 0 if step > 0 else len(ids) - 1
        while 0 <= number < desk.library_list.count:
            article_id = ids[number]
            if not self._holds(article_id):  # found by another form of the word
                number += step
                continue
            desk.leave_from()
            if desk.open_article(article_id) and desk.reader.hits:
                if step < 0:
                    desk.reader.hit_now = 0  # the one before the first is the last
                desk.reader.step_hit(step > 0)
                assert desk.open is not None
                desk.say(
                    f"hit {desk.reader.hit_now + 1} of {len(desk.reader.hits)} in"
                    f" “{short(desk.open.article.title)}”; {key_of('back')} goes back"
                )
                return True
            number += step
        return False

    def _holds(self, article_id: int) -> bool:
        pattern = search.pattern(self.desk.find_words)
        with self.desk.session.library.reading() as connection:
            text = articles.text(connection, article_id)
        return pattern is not None and pattern.search(text) is not None

    # --- in the library --------------------------------------------------------------------------------

    def do_library_search(self) -> None:
        """Show the articles that hold certain words, or that a filter lets through."""
        self._ask_line(filters.line(self.desk.filter))

    def _ask_line(self, typed: str, wrong: str = "") -> None:
        async def chosen(line: str | None) -> None:
            if line is None:
                return
            pattern = expression(line)
            if pattern is not None:
                await self._match_all(pattern)
                return
            wanted = filters.parse(line)
            self.use(
                replace(wanted, sort=wanted.sort if "sort:" in line else self.desk.filter.sort)
            )

        self.desk.reader_app.ask(
            'Search all articles (words; "a phrase"; -without; begin*; status: tag: date: …; /expression/)',
            typed,
            chosen,
            check=lambda line: expression(line) is not None or filters.parse(line),
            wrong=wrong,
        )

    def do_filter_line(self) -> None:
        """Filter by a line."""
        self.do_library_search()

    def use(self, chosen: Filter) -> None:
        """Narrow and sort the list."""
        desk = self.desk
        words_changed = chosen.query != desk.filter.query
        desk.filter = chosen
        desk.say("")
        desk.show_list(counted=self._say_count if chosen.narrows else None)
        desk.show_pane("library")
        if words_changed:
            desk.find_words = search.plain_terms(chosen.query)
            for side in desk.sides:
                side.reader.find(desk.find_words)

    def _say_count(self, found: int) -> None:
        """Say how many articles pass."""
        more = (
            f"; {key_of('hits')} shows every hit, {key_of('next_hit')} goes through them"
            if self.desk.filter.query
            else ""
        )
        self.desk.reader_app.say(
            f"{some(found, 'article')}{more}; {key_of('clear_filter')} shows all again"
            if found
            else f"no article passes; {key_of('clear_filter')} shows all again"
        )

    def do_clear_filter(self) -> None:
        """End a label that is kept on; else take filters and searches away."""
        desk = self.desk
        if desk.sticky:
            desk.selecting.end_sticky()
            return
        had = desk.filter.narrows or bool(desk.find_words) or bool(desk.reader.hits)
        desk.find_words = []
        for side in desk.sides:
            side.reader.find(())
        if desk.filter.narrows:
            desk.filter = Filter(sort=desk.filter.sort)
            desk.show_list()
        desk.say("" if had else "no filter and no search to take away")

    # --- every hit -------------------------------------------------------------------------------------

    def do_hits(self) -> None:
        """Show every hit of the search with its sentence."""
        if not self.desk.find_words:
            self.do_library_search()
            return
        from tui.screens.hits import Hits

        terms = list(self.desk.find_words)
        with self.desk.session.library.reading() as connection:
            ids = articles.ids(connection, self.desk.filter)
        if not self.desk.filter.query and self.desk.open is not None:
            ids = [self.desk.open.article.id]
        self.desk.app.push_screen(Hits(", ".join(f"“{t}”" for t in terms), ids, terms=terms))

    async def _match_all(self, pattern: str) -> None:
        """Show where an expression matches, in all articles that pass the filter."""
        from tui.screens.hits import Hits

        library = self.desk.session.library
        self.desk.reader_app.say(f"looking for /{short(pattern)}/ …")

        def rows() -> Iterator[tuple[int, str]]:
            with library.reading() as connection:
                for number in articles.ids(connection, self.desk.filter):
                    yield number, articles.text(connection, number)

        result = await asyncio.to_thread(regexes.find, pattern, rows())
        if result.problem and not result.places:
            self._ask_line(f"/{pattern}/", result.problem)
        elif result.problem:
            self.desk.reader_app.say(result.problem, bad=True)
        if result.places or not result.problem:
            said = filters.line(self.desk.filter)
            among = f" among {said}" if self.desk.filter.narrows else ""
            screen = Hits(f"/{pattern}/{among}", list(result.places), places=result.places)
            self.desk.app.push_screen(screen)
            if not result.problem:
                self.desk.say("")

    # --- facets ----------------------------------------------------------------------------------------

    def do_filter(self) -> None:
        """Narrow the list step by step."""
        chosen = self.desk.filter
        now = {
            "status": ", ".join(chosen.statuses), "tag": ", ".join(chosen.tags),
            "source": chosen.source, "date": "..".join(dict.fromkeys((chosen.since, chosen.until))),
            "label": chosen.label, "entity": chosen.entity, "has": ", ".join(chosen.has),
            "unreviewed": str(chosen.unreviewed or ""), "words": chosen.query,
        }  # fmt: skip
        about = {
            "status": "unread, reading, done, flagged", "tag": "your tags", "source": "publisher",
            "date": "day, month, year or a range", "label": "mentions of a label",
            "entity": "a name", "has": "notes, incidents, unreviewed …, or not",
            "unreviewed": "at least so many mentions to review", "words": "full text",
        }  # fmt: skip
        letters = {"status": "s", "tag": "t", "source": "o", "date": "d", "label": "l", "entity": "e",
                   "has": "h", "unreviewed": "u", "words": "w"}  # fmt: skip
        choices = [
            Choice(name, [(f"{name:<11}", "strong"), (f"{now[name] or about[name]}", "accent" if now[name] else "faint")],
                   name, letters[name])
            for name in now
        ]  # fmt: skip
        choices.append(Choice("", [("everything   ", "strong"), ("no filter", "faint")], "", "a"))

        def facet(name: str | None) -> None:
            if name == "":
                self.use(Filter(sort=chosen.sort))
            elif name is not None:
                getattr(self, f"_facet_{name}")()

        self.desk.app.push_screen(Chooser("Show only articles by", choices, letters=True), facet)

    def _pick(
        self, title: str, choices: list[Choice], use: object, *, letters: bool = False
    ) -> None:
        def chosen(value: str | None) -> None:
            if value is not None:
                assert callable(use)
                self.use(use(value))

        choices = [Choice("", [("(any)", "faint")], "any", "*"), *choices]
        self.desk.app.push_screen(Chooser(title, choices, letters=letters), chosen)

    def _type(self, title: str, name: str, value: str, hint: str = "") -> None:
        """Ask for a value and put it into the filter's line, which checks it."""

        def parsed(typed: str) -> Filter:
            typed = typed.strip().replace('"', "")
            return filters.parse(f'{name}:"{typed}"') if typed else Filter()

        def chosen(typed: str | None) -> None:
            if typed is not None:
                fields = {"date": ("since", "until")}.get(name, (name,))
                wanted = parsed(typed)
                self.use(replace(self.desk.filter, **{f: getattr(wanted, f) for f in fields}))

        self.desk.reader_app.ask(title, value, chosen, hint=hint, check=parsed)

    def _facet_status(self) -> None:
        now = self.desk.filter
        choices = [Choice(s, [(s, "")], s, s[0]) for s in STATUSES]
        self._pick(
            "Status", choices, lambda v: replace(now, statuses=(v,) if v else ()), letters=True
        )

    def _facet_tag(self) -> None:
        now = self.desk.filter
        with self.desk.session.library.reading() as connection:
            used = tags.used(connection)
        choices = [Choice(t, [(f"#{t}", ""), (f"  {n}", "faint")], t) for t, n in used]
        self._pick(
            "Tag",
            choices,
            lambda v: replace(now, tags=(*now.tags, v) if v and v not in now.tags else ()),
        )

    def _facet_source(self) -> None:
        now = self.desk.filter
        with self.desk.session.library.reading() as connection:
            found = articles.sources(connection)
        choices = [Choice(s, [(s, ""), (f"  {n}", "faint")], s) for s, n in found]
        self._pick("Source", choices, lambda v: replace(now, source=v))

    def _facet_date(self) -> None:
        now = self.desk.filter
        value = "..".join(dict.fromkeys((now.since, now.until)))
        self._type("Date (2025, 2025-01, 2025-01-14, 2025-01..2025-03)", "date", value)

    def _facet_label(self) -> None:
        now = self.desk.filter
        choices = [
            Choice(label.id, [(label.id, label.colour)], label.id, label.letter)
            for label in self.desk.session.library.codebook().labels
        ]
        self._pick("With mentions of", choices, lambda v: replace(now, label=v), letters=True)

    def _facet_entity(self) -> None:
        now = self.desk.filter
        with self.desk.session.library.reading() as connection:
            found = entities.all_entities(connection)
        choices = [
            Choice(e.name, [(f"{e.label:<10}", "faint"), (e.name, ""), (f"  {e.n_articles}", "faint")], e.name)
            for e in found
        ]  # fmt: skip
        if not choices:
            self._type("With which name", "entity", now.entity)
            return
        self._pick("With the entity", choices, lambda v: replace(now, entity=v))

    def _facet_has(self) -> None:
        now = self.desk.filter
        choices = []
        for name in filters.HAS:
            choices.append(Choice(name, [(f"with {name}", "")], f"with {name}"))
            choices.append(Choice(f"-{name}", [(f"without {name}", "")], f"without {name}"))
        self._pick(
            "With or without", choices,
            lambda v: replace(now, has=(*(h for h in now.has if h.strip("-") != v.strip("-")), v) if v else ()),
        )  # fmt: skip

    def _facet_unreviewed(self) -> None:
        self._type(
            "At least how many mentions to review",
            "unreviewed",
            str(self.desk.filter.unreviewed or ""),
        )

    def _facet_words(self) -> None:
        self.do_library_search()

    # --- order, and filters by name ----------------------------------------------------------------------

    def do_sort(self) -> None:
        """Sort the list."""
        words = {
            "newest": "newest first", "oldest": "oldest first", "title": "by title",
            "source": "by source", "unreviewed": "most to review first", "added": "last added first",
        }  # fmt: skip
        choices = [
            Choice(name, [(words[name], "strong" if name == self.desk.filter.sort else "")], name, name[0])
            for name in filters.SORTS
        ]  # fmt: skip

        def chosen(name: str | None) -> None:
            if name is not None:
                self.use(replace(self.desk.filter, sort=name))

        self.desk.app.push_screen(Chooser("Sort the list", choices, letters=True), chosen)

    def do_saved_filters(self) -> None:
        """Use, save or delete a filter by name."""
        from tui.screens import saved_filters

        now = filters.line(self.desk.filter) if self.desk.filter != Filter() else ""
        saved_filters.choose(
            self.desk.reader_app, "articles", now, lambda x: self.use(filters.parse(x)), "filter"
        )
