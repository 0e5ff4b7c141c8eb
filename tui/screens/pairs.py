"""The queue of link suggestions: two incidents side by side, and what they are to each other."""

from __future__ import annotations

import asyncio

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from annotators.link_suggestions import Queue
from annotators.linking import Proposal
from store import history, incidents, merging
from store.incidents import FIELDS, show_value
from store.records import Incident, Report
from tui.actions.incidents import relation_choices
from tui.keymap import key_of
from tui.safe_text import safe_line, title_of
from tui.screens.choose import Chooser
from tui.screens.row_screen import RowScreen
from tui.widgets.lines import Line, RowList, TextRows, fit, some, wrapped

_WIDE = 90
_SHORT = ("type", "date_start", "place_name", "killed_best", "killed_min")
"""Fields that are shown where the two stand above each other."""
Pair = tuple[int, int, Proposal]
_BEFORE, _AFTER = 400, 500  # code points of an article around what reports the incident


def words_of(relation: str) -> str:
    """Return a relation as it is said: `same_event` is no link but a merge."""
    return relation.replace("_", " ")


class Pairs(RowScreen, inherit_bindings=False):
    """Suggested pairs, one after the other; a decision moves on."""

    DEFAULT_CSS = """
    Pairs > Static { height: auto; max-height: 6; padding: 0 1; }
    Pairs > Horizontal { height: 1fr; }
    Pairs TextRows { border: round $surface-lighten-2; width: 1fr; }
    Pairs TextRows:focus { border: round $primary; }
    Pairs.narrow > Horizontal { layout: vertical; }
    """

    def __init__(self, start: int | None = None) -> None:
        super().__init__()
        self._start = start
        self._queue: Queue | None = None
        self._pair: Pair | None = None
        self._decided: dict[int, Pair] = {}  # by their edits, which undo takes back
        self._undone: dict[int, Pair] = {}  # and redo makes again
        self.head = Static()
        self.left_rows = TextRows(id="left", colour=self.colour)
        self.right_rows = TextRows(id="right", colour=self.colour)

    @property
    def context(self) -> str:
        """The keys of the queue."""
        return "pairs"

    @property
    def rows_here(self) -> RowList:
        """The side that moves."""
        return self.right_rows if self.right_rows.has_focus else self.left_rows

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield self.head
        with Horizontal():
            yield self.left_rows
            yield self.right_rows
        yield from self.compose_bars()

    async def on_mount(self) -> None:
        """Bring the index up to date and show the first pair."""
        self.left_rows.focus()
        self.head.update(Content("reading the incidents …"))
        self.refresh_state()
        await self.session.index_incidents()
        await self._advance()

    def on_screen_resume(self) -> None:
        """Show what changed meanwhile."""
        if self._queue is not None:
            self.alone(self._advance)

    def on_resize(self, event: events.Resize) -> None:
        """Show the two beside or above each other."""
        self.set_class(event.size.width < _WIDE, "narrow")
        self.once_shown(self.read)

    # --- showing -----------------------------------------------------------------------------------

    async def _advance(self) -> None:
        await self.session.index_incidents()

        def find() -> tuple[Queue, Pair | None]:
            with self.session.library.reading() as connection:
                queue = self._queue or Queue(connection, self._start)
                return queue, queue.next(connection)

        self._queue, self._pair = await asyncio.to_thread(find)
        self.read()

    def read(self) -> None:
        """Show the pair."""
        if self._queue is None:
            return
        if self._pair is None:
            done = f"{len(self._decided)} decided. " if self._decided else ""
            self.head.update(
                Content(f"{done}No more pairs are suggested: nothing else looks alike.")
            )
            for rows in (self.left_rows, self.right_rows):
                rows.set_rows([])
                rows.border_title = rows.border_subtitle = ""
            return
        a, b, proposal = self._pair
        with self.session.library.reading() as connection:
            found = [incidents.get(connection, number) for number in (a, b)]
            told = [incidents.reports_of(connection, number) for number in (a, b)]
            texts = [incidents.told_in(connection, number, _BEFORE, _AFTER)[0] for number in (a, b)]
        if found[0] is None or found[1] is None:
            self.alone(self._advance)
            return
        score = f"  {round(100 * proposal.score)} % the same event" if proposal.same else ""
        at, of = self._queue.place
        decided = f"{len(self._decided)} decided · " if self._decided else ""
        head = f"Suggested: {words_of(proposal.relation)}{score}"
        place = f"   {decided}incident {at} of {of}"
        reasons = "; ".join(safe_line(r) for r in proposal.reasons)
        self.head.update(Content.assemble((head, "bold"), (place, "dim"), ("\n" + reasons, "")))
        shared = {
            f.name
            for f in FIELDS
            if found[0].values[f.name] is not None
            and found[0].values[f.name] == found[1].values[f.name]
        }
        for rows, incident, reports, text in zip(
            (self.left_rows, self.right_rows), found, told, texts, strict=True
        ):
            assert incident is not None
            self._show(rows, incident, reports, text, shared)
        self.refresh_state()

    def _show(
        self, rows: TextRows, incident: Incident, reports: list[Report], texts: list[str],
        shared: set[str],
    ) -> None:  # fmt: skip
        width = max(24, (self.size.width if self.has_class("narrow") else self.size.width // 2) - 6)
        lines: list[Line] = []
        short = self.has_class("narrow")  # there the words are worth more than every field
        for field in FIELDS:
            value = incident.values[field.name]
            if value is None or field.name in ("lat", "lon", "date_end", "place_text", "date_text"):
                continue
            if short and field.name not in _SHORT:
                continue
            mark, look = ("=", "good") if field.name in shared else (" ", "")
            lines.append([
                (f"{mark} ", look), (f"{field.title[:20]:<20} ", "faint"),
                (fit(show_value(field, value), width - 24), look),
            ])  # fmt: skip
        for report, text in zip(reports, texts, strict=True):
            if not short:
                lines.append([("", "")])
            words = " ".join(text.split())
            if not words.startswith(report.article_title.rstrip(" …")):
                lines.append([(fit(report.article_title, width), "accent")])
            lines += wrapped(words, width)
        rows.border_title = title_of(fit(incident.title, width))
        rows.border_subtitle = title_of(
            f"{some(incident.n_reports, 'report')}, {some(incident.n_links, 'link')}"
        )
        rows.set_rows(lines, current=0)

    # --- what the keys do ----------------------------------------------------------------------------

    def _need(self) -> tuple[Incident, Incident, Proposal]:
        if self._pair is None:
            raise ValueError(f"no pair is left to decide; {key_of('close')} goes back")
        a, b, proposal = self._pair
        with self.session.library.reading() as connection:
            first, second = incidents.get(connection, a), incidents.get(connection, b)
        if first is None or second is None:
            raise ValueError("one of the two is no longer there")
        return first, second, proposal

    async def _done(self, words: str) -> None:
        with self.session.library.reading() as connection:
            op = history.next_undo(connection)
        if self._pair is not None and op is not None:
            self._decided[op.id] = self._pair
        await self._advance()
        self.say(f"{words}; {key_of('undo')} takes it back")

    async def do_accept_pair(self) -> None:
        """Decide as suggested."""
        proposal = self._need()[2]
        if proposal.relation == "same_event":
            await self.do_same_pair()
        else:
            await self._link(proposal.relation)

    async def do_same_pair(self) -> None:
        """They are one event: merge them."""
        first, second, _ = self._need()
        into, other = (first, second) if first.n_reports >= second.n_reports else (second, first)
        undirected = self.session.library.codebook().undirected
        await self.session.edit(
            "merge",
            f"merge “{other.title[:30]}” into “{into.title[:30]}”",
            lambda edit: merging.merge(edit, into, other, undirected=undirected),
        )
        await self._done(f"one event: “{into.title[:40]}”")

    async def _link(self, relation: str) -> None:
        first, second, proposal = self._need()
        book = self.session.library.codebook()
        note = "; ".join(proposal.reasons) if relation == proposal.relation else ""
        await self.session.edit(
            "link",
            f"{words_of(relation)}: “{first.title[:26]}” and “{second.title[:26]}”",
            lambda edit: incidents.link(edit, book, first.id, second.id, relation, note),
        )
        await self._done(words_of(relation))

    async def do_unsure_pair(self) -> None:
        """They may be the same; a doubt that stays to be seen."""
        await self._link(merging.DOUBT)

    async def do_different_pair(self) -> None:
        """They are different, for ever."""
        await self._link(merging.NOT_SAME)

    def do_relate_pair(self) -> None:
        """They are related: choose how."""
        first, second, _ = self._need()
        book = self.session.library.codebook()
        choices = relation_choices(book, (merging.DOUBT, merging.NOT_SAME))

        async def chosen(relation: str | None) -> None:
            if relation is not None:
                await self._link(relation)

        title = f"“{fit(first.title, 40)}” is … “{fit(second.title, 40)}”"
        self.app.push_screen(Chooser(title, choices), chosen)

    async def do_skip_pair(self) -> None:
        """Leave this pair for another time."""
        first, second, _ = self._need()
        assert self._queue is not None
        self._queue.skip(first.id, second.id)
        await self._advance()
        self.say("skipped for now")

    def do_open_left(self) -> None:
        """Open the incident at the left."""
        self._open(0)

    def do_open_right(self) -> None:
        """Open the incident at the right."""
        self._open(1)

    def _open(self, side: int) -> None:
        from tui.screens.incident import IncidentScreen

        first, second, _ = self._need()
        self.app.push_screen(IncidentScreen((first, second)[side].id))

    def do_pane_right(self) -> None:
        """To the right side."""
        self.right_rows.focus()

    def do_pane_left(self) -> None:
        """To the left side."""
        self.left_rows.focus()

    async def do_undo(self) -> None:
        """Take the newest decision back, and show the pair again."""
        op = await self.session.undo()
        pair = self._decided.pop(op.id, None)
        if self._queue is not None:
            self._queue.back_to(pair[0] if pair else None)
        await self._advance()
        if pair is not None:
            self._undone[op.id] = self._pair = pair
            self.read()
        self.say(f"undone: {op.summary}")

    async def do_redo(self) -> None:
        """Decide again what was undone."""
        op = await self.session.redo()
        if op.id in self._undone:
            self._decided[op.id] = self._undone.pop(op.id)
        await self._advance()
        self.say(f"done again: {op.summary}")
