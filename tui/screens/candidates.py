"""The incidents that the program thinks an article tells of: accept, correct or dismiss each."""

from __future__ import annotations

import asyncio

from rich.cells import cell_len
from textual import on

from annotators import link_suggestions
from annotators.link_suggestions import Known
from store import articles, candidates, incidents
from store.candidates import Candidate
from store.errors import RefusedError
from tui.actions.incidents import choices
from tui.keymap import key_of
from tui.safe_text import safe_line, title_of
from tui.screens.choose import Chooser
from tui.screens.row_screen import ListScreen
from tui.widgets.lines import Line, RowList, fit


def about(candidate: Candidate) -> list[str]:
    """Return what a candidate says, in a few words each: type, place, day, harm."""
    words = [str(candidate.value("type") or "no type")]
    status = candidate.value("event_status")
    if status and status != "occurred":
        words.append(str(status))
    words.append(str(candidate.value("place_name") or "no place"))
    for field, name in (("killed_best", "killed"), ("killed_min", "killed at least"), ("injured_best", "injured")):  # fmt: skip
        value = candidate.value(field)
        if value is not None:
            words.append(f"{value} {name}" if name == "killed" or name == "injured" else f"{name} {value}")  # fmt: skip
    words += [str(c["value"]) for c in candidate.claims if c["field"] == "quantities"][:2]
    return words


def day_of(candidate: Candidate) -> str:
    """Return a candidate's day, or its days, with `?` where it is inferred."""
    first, last = candidate.value("date_start"), candidate.value("date_end")
    if not first:
        return "no date"
    inferred = candidate.value("date_basis") == "inferred"
    several = f"–{_behind(str(first), str(last))}" if last and last != first else ""
    return f"{first}{several}{'?' if inferred else ''}"


def _behind(first: str, last: str) -> str:
    """Return a last day without the year and month that are the first one's."""
    for length in (8, 5):
        if first[:length] == last[:length]:
            return last[length:]
    return last


class CandidateRows(RowList, can_focus=True, inherit_bindings=False):
    """Candidates, three lines each: what, where it stands, how it stands to the others."""

    ROW_HEIGHT = 3

    def __init__(self, *, colour: bool = True) -> None:
        super().__init__(id="candidates", colour=colour)
        self.found: list[Candidate] = []
        self.text = ""
        self.day_width = 12
        self.numbers: dict[bytes, int] = {}
        self.known: dict[bytes, Known] = {}  # by candidate: the known incident that it may be

    def row(self, number: int, width: int) -> list[Line]:
        """Return a candidate's lines."""
        c = self.found[number]
        sure = f"{round(100 * c.confidence)} % sure" if c.confidence is not None else ""
        said = next((x.get("attribution") for x in c.claims if x.get("attribution")), None)
        modality = next((x.get("modality") for x in c.claims if x.get("modality")), None)
        manner = "" if modality in (None, "happened") else f" · {modality}"
        relations = [
            f"{relation.replace('_', ' ')} {self.numbers[uid]}"
            for uid, relation in c.relations
            if uid in self.numbers
        ]
        tail = " · ".join(
            part for part in (", ".join(relations), f"says {said}" if said else "", sure) if part
        )
        same = self.known.get(c.uid)
        if same is not None:
            sure_of = f"{round(100 * same.proposal.score)} %"
            known: Line = [
                (" " * 16, ""),
                (fit(f"{sure}{' · ' if sure else ''}known? {sure_of} “{same.incident.title}”: {'; '.join(same.proposal.reasons)}", width - 18), "good"),
            ]  # fmt: skip
        return [
            [
                (f" {number + 1:>2} ", "faint"),
                (f"{day_of(c):<{self.day_width}} ", "accent"),
                (fit(" · ".join(about(c)), width - 7 - self.day_width), "strong"),
            ],
            self._quoted(c, width - 18, manner),
            known if same is not None else [
                (" " * 16, ""),
                (fit(tail, width - 18), "faint"),
            ],
        ]  # fmt: skip

    def _quoted(self, c: Candidate, width: int, manner: str) -> Line:
        """Return the trigger among the words around it, from the start of its sentence where there
        is room, cut between words."""
        room = width - len(manner) - min(len(c.quote), width // 2)
        first = max(self.text.rfind("\n", 0, c.start) + 1, c.start - room // 2)
        stop = max(self.text.rfind(mark, first, c.start) for mark in (". ", "! ", "? "))
        first = stop + 2 if stop >= 0 else first
        if first and not self.text[first - 1].isspace():
            first = self.text.find(" ", first, c.start) + 1 or c.start
        before = safe_line(self.text[first : c.start])
        quote = fit(" ".join(c.quote.split()), width - len(manner) - len(before))
        left = max(0, width - len(manner) - cell_len(before) - cell_len(quote))
        after = safe_line(self.text[c.end : c.end + left].split("\n", 1)[0])
        if len(after) == left and left:
            after = after.rsplit(" ", 1)[0]
        return [
            (" " * 16, ""),
            (before, "faint"),
            (quote, ""),
            (fit(after, left), "faint"),
            (manner, "warn"),
        ]


class CandidatesScreen(ListScreen, inherit_bindings=False):
    """The suggested incidents of one article in the order of its text."""

    CONTEXT = "candidates"
    rows: CandidateRows

    def __init__(self, article_id: int, title: str) -> None:
        super().__init__()
        self._article_id = article_id
        self._title = title
        self._warned = b""  # the candidate of which it was said that it may be known
        self.rows = CandidateRows(colour=self.colour)
        self.rows.empty = [
            "Nothing is suggested here, or all was decided (texts in English alone are read for it).",
            "",
            f"In the article: {key_of('cursor')} selects what tells of an incident, {key_of('new_incident')} records it.",
        ]

    def read(self) -> None:
        """Read the candidates again."""
        with self.session.library.reading() as connection:
            self.rows.found = candidates.of_article(connection, self._article_id)
            counts = candidates.counts(connection, self._article_id)
            if not self.rows.text:
                self.rows.text = articles.text(connection, self._article_id)
        self.rows.numbers = {c.uid: n for n, c in enumerate(self.rows.found, 1)}
        self.rows.day_width = max([12, *(len(day_of(c)) for c in self.rows.found)])
        self.rows.set_count(len(self.rows.found))
        self.rows.border_title = title_of(
            f"Suggested incidents: {fit(self._title, max(20, self.size.width - 30))}"
        )
        self.rows.border_subtitle = title_of(
            f"{len(self.rows.found)} open, {counts.get('accepted', 0)} recorded,"
            f" {counts.get('rejected', 0)} dismissed"
        )

    def _chosen(self) -> Candidate:
        if not self.rows.found:
            raise RefusedError("nothing is suggested here")
        return self.rows.found[self.rows.current]

    async def _accept(self) -> tuple[int, str]:
        c = self._chosen()
        book = self.session.library.codebook()
        incident_id, made = await self.session.edit(
            "incident",
            f"record “{c.title[:50]}” as suggested",
            lambda edit: candidates.accept(edit, book, c),
        )
        linked = f", linked as {', '.join(made)}".replace("_", " ") if made else ""
        self.read()
        return incident_id, f"recorded “{c.title[:50]}”{linked}; {key_of('undo')} takes it back"

    async def do_accept_candidate(self) -> None:
        """Record the chosen candidate as an incident; where a known one looks the same, say so
        first."""
        if self._may_be_known("accept_candidate"):
            return
        self.say((await self._accept())[1])

    def _may_be_known(self, action: str) -> bool:
        """Say once of the chosen candidate that a known incident looks the same, if one does."""
        c = self._chosen()
        known = self.rows.known.get(c.uid)
        if known is None or known.proposal.relation != "same_event" or self._warned == c.uid:
            return False
        self._warned = c.uid
        self.say(
            f"known as “{known.incident.title[:40]}”? {key_of('add_to_known')} adds it there,"
            f" {key_of(action)} again records a new one"
        )
        return True

    async def begin(self) -> None:
        """Fill the list, then look for known incidents that the candidates may be."""
        self.read()
        await self._look_for_known()

    async def _look_for_known(self) -> None:
        await self.session.index_incidents()

        def find() -> list[Known]:
            with self.session.library.reading() as connection:
                return link_suggestions.for_article(connection, self._article_id)

        found = await asyncio.to_thread(find)
        self.rows.known = {}
        for known in found:
            if known.candidate is not None:
                self.rows.known.setdefault(known.candidate, known)
        self.rows.refresh()

    async def do_add_to_known(self) -> None:
        """Record the chosen candidate as a report of a known incident, the likeliest first."""
        c = self._chosen()
        book = self.session.library.codebook()
        with self.session.library.reading() as connection:
            near = [k.incident for k in link_suggestions.for_article(connection, self._article_id)]
            known = {i.id: i for i in near}
            numbers = [n for n in incidents.numbers(connection) if n not in known][:500]
            known.update((n, i) for n, i in incidents.by_ids(connection, numbers).items())
        if not known:
            raise ValueError(
                f"no incident is known yet: {key_of('accept_candidate')} records this one"
            )
        first = self.rows.known.get(c.uid)
        order = sorted(known.values(), key=lambda i: first is None or i.id != first.incident.id)

        async def chosen(value: str | None) -> None:
            if value is None:
                return
            number = int(value)
            made = await self.session.edit(
                "report",
                f"report of “{known[number].title[:40]}”",
                lambda edit: candidates.accept_into(edit, book, c, number),
            )
            linked = f", linked as {', '.join(made)}".replace("_", " ") if made else ""
            self.read()
            await self._look_for_known()
            self.say(
                f"one more report of “{known[number].title[:50]}”{linked}; {key_of('undo')} takes it back"
            )

        self.app.push_screen(Chooser("A report of which incident", choices(order)), chosen)

    async def do_correct_candidate(self) -> None:
        """Record the chosen candidate and open it to be corrected."""
        if self._may_be_known("correct_candidate"):
            return
        incident_id, words = await self._accept()
        from tui.screens.incident import IncidentScreen

        self.app.push_screen(IncidentScreen(incident_id, words))

    async def do_dismiss_candidate(self) -> None:
        """Dismiss the chosen candidate for good."""
        c = self._chosen()
        await self.session.edit(
            "incident", f"dismiss “{c.title[:50]}”", lambda edit: candidates.dismiss(edit, c)
        )
        self.read()
        self.say(f"dismissed “{c.title[:50]}”; {key_of('undo')} takes it back")

    @on(RowList.Opened)
    def do_open_row(self) -> None:
        """Go to the words in the article."""
        c = self._chosen()
        self.reader_app.go_to_text(c.article_id, c.start, None)
