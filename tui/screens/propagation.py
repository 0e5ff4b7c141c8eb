"""Deciding once for every place of a name: which places, how far, one step of undo."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from store import occurrences, propagation
from store.occurrences import Occurrence
from store.propagation import Decision
from tui.keymap import key_of
from tui.safe_text import title_of
from tui.screens.desk import Desk
from tui.screens.row_screen import ListScreen
from tui.widgets.lines import Line, RowList, around, fit

_SCOPES = ("in this article", "in all articles", "in all articles, and in texts to come")
_LIMIT = 20_000


class PlaceRows(RowList, can_focus=True, inherit_bindings=False):
    """Places of a name, two lines each: the words around it, the article and how it stands."""

    ROW_HEIGHT = 2

    def __init__(self, screen: Propagation, *, colour: bool = True) -> None:
        super().__init__(id="places", colour=colour)
        self._of = screen

    def row(self, number: int, width: int) -> list[Line]:
        """Return the two lines of a place."""
        place = self._of.places[number]
        box = {True: "[x] ", False: "[ ] "}[number in self._of.chosen]
        if not self._of.can(number):
            box = " ·  "
        whole, at = place.before + place.quote + place.after, len(place.before)
        room = (width - len(place.quote) - 8) // 2
        before, after = around(whole, at, at + len(place.quote), room)
        words: Line = [
            (box, "strong"), (before, "faint"), (" ".join(place.quote.split()), "strong accent"),
            (after, "faint"),
        ]  # fmt: skip
        return [
            words,
            [("    ", ""), (fit(f"{self._of.how(place)} · {place.title}", width - 6), "faint")],
        ]


class Propagation(ListScreen, inherit_bindings=False):
    """A decision and its places."""

    CONTEXT = "propagation"
    rows: PlaceRows

    def __init__(self, decision: Decision, article_id: int) -> None:
        super().__init__()
        self.decision, self._article_id = decision, article_id
        self.scope = 0
        self.places: list[Occurrence] = []
        self.chosen: set[int] = set()
        self._busy = False
        self._keys = 0
        self.rows = PlaceRows(self, colour=self.colour)

    async def begin(self) -> None:
        """Look for the places."""
        self.refresh_state()
        await self._find()

    def read(self) -> None:
        """Describe what is chosen. (The places are looked for when decision or scope change.)"""
        self._describe()

    async def _find(self) -> None:
        name = self.decision.name
        only = self._article_id if self.scope == 0 else None
        library = self.session.library

        def work() -> list[Occurrence]:
            found = []
            with library.reading() as connection:
                for place in occurrences.find(connection, name, only):
                    found.append(place)
                    if len(found) >= _LIMIT:
                        break
            return found

        self.rows.empty = ["looking …"]
        commits = self.reader_app.desk._commits
        await asyncio.gather(*commits, return_exceptions=True)  # what was just decided counts
        self.places = await asyncio.to_thread(work)
        self.rows.empty = ["It stands nowhere there."]
        self.chosen = {n for n, p in enumerate(self.places) if self._state(p) == "open"}
        self.rows.set_count(len(self.places), 0)
        self._describe()

    def _state(self, place: Occurrence) -> propagation.State:
        return propagation.state(self.decision, place)

    def can(self, number: int) -> bool:
        """Whether there is anything to decide at a place."""
        return self._state(self.places[number]) in ("open", "other")

    def how(self, place: Occurrence) -> str:
        """Say how a place stands to the decision."""
        state, m = self._state(place), place.mention
        if state == "done":
            return "decided so already"
        if state == "blocked":
            other = place.others[0] if place.others else None
            return f"part of “{fit(other.quote, 30)}” {other.label}" if other else "not marked so"
        if m is None:
            return "not marked"
        return f"{m.label}, {m.review_status}"

    def _describe(self) -> None:
        chosen, articles = len(self.chosen), {self.places[n].article_id for n in self.chosen}
        self.rows.border_title = title_of(f"{self.decision.words} {_SCOPES[self.scope]}")
        far = f" in {len(articles)} articles" if len(articles) > 1 else ""
        later = " and what comes later" if self.scope == 2 else ""
        self.rows.border_subtitle = title_of(
            f"{key_of('apply_decision')}: {chosen} of {len(self.places)} places{far}{later}"
        )
        names = ("this article", "all articles", "texts to come too")
        steps = " · ".join(
            f"▶ {name} ◀" if number == self.scope else name for number, name in enumerate(names)
        )
        self.status.set(about=f"how far ({key_of('scope')}): {steps}")
        if self.places and not chosen and all(self._state(p) == "done" for p in self.places):
            here = "decided so everywhere already; "
            self.say(
                here + f"{key_of('apply_decision')} remembers it for texts to come"
                if self.scope == 2
                else here + f"{key_of('scope')} looks further"
            )
        self.rows.refresh()

    # --- keys ----------------------------------------------------------------------------------------

    def do_toggle_place(self) -> None:
        """Choose a place, or leave it out; then go on to the next."""
        number = self.rows.current
        if number >= len(self.places):
            return
        if not self.can(number):
            self.say(self.how(self.places[number]))
        else:
            self.chosen ^= {number}
            self._describe()
        self.rows.move(1)

    def do_toggle_all(self) -> None:
        """Choose all that can be decided, or none."""
        every = {n for n in range(len(self.places)) if self.can(n)}
        self.chosen = set() if self.chosen == every else every
        self._describe()

    async def do_scope(self) -> None:
        """This article, all articles, texts to come too."""
        before = self.scope
        self.scope = (self.scope + 1) % len(_SCOPES)
        if {before, self.scope} == {1, 2}:
            self._describe()
        else:
            await self._find()

    def do_decision_label(self) -> None:
        """Decide for another label."""

        async def chosen(label: str) -> None:
            self.decision = replace(self.decision, label=label)
            await self._find()

        self.reader_app.desk.review.choose_label(
            f"“{self.decision.name[:40]}” is",
            lambda label: self.reader_app.desk.spawn(chosen(label)),
        )

    def do_apply_decision(self) -> None:
        """Decide at the places chosen. It goes on beside the keys; undo takes back all of it."""
        if self._busy:
            return
        places = [self.places[n] for n in sorted(self.chosen)]
        remember = self.scope == 2
        if not places and not remember:
            raise ValueError(
                f"no place is chosen: {key_of('toggle_place')} chooses, {key_of('toggle_all')} takes all"
            )
        self._busy = True
        desk, decision = self.reader_app.desk, self.decision
        self._keys = self.session.keys
        desk.last_label = decision.label
        words = f"{decision.words}, {len(places)} places" + (" and later ones" if remember else "")

        def done(changed: int) -> None:
            desk.reread()
            if desk.reader.mode == "reader" and not self._typed_since(desk):
                desk.review.go_on()
            later = "; remembered for texts to come" if remember else ""
            desk.reader_app.say(
                f"decided at {changed} places{later}; {key_of('undo')} takes all of it back"
            )

        desk.commit(
            "propagate",
            words,
            lambda edit: propagation.apply(edit, decision, places, remember=remember),
            done,
        )
        self.leave()
        desk.say(f"{words} …")

    def _typed_since(self, desk: Desk) -> bool:
        """Whether the analyst has gone on meanwhile."""
        return desk.session.keys > self._keys
