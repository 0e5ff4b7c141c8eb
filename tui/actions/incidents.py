"""Recording incidents out of the text."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING

from store import articles, candidates, incidents, mentions
from store.candidates import Candidate
from store.codebook import Codebook
from store.errors import StoreError
from store.incidents import NewClaim
from store.records import Incident
from tui.actions.base import Actions
from tui.keymap import key_of
from tui.screens.choose import Choice, Chooser

if TYPE_CHECKING:
    from tui.session import OpenArticle


def choices(found: list[Incident]) -> list[Choice]:
    """Return incidents as things to choose."""
    out = []
    for incident in found:
        day = str(incident.values["date_start"] or "no date")
        place = str(incident.values["place_name"] or "")
        kind = str(incident.values["type"] or "")
        out.append(
            Choice(
                str(incident.id),
                [(f"{day:<11}", "faint"), (incident.title, ""), (f"  {place}", "faint")],
                f"{incident.title} {day} {place} {kind}",
            )
        )
    return out


def relation_choices(book: Codebook, but: tuple[str, ...] = ()) -> list[Choice]:
    """Return a codebook's relations, both ways, as things to choose."""
    out = []
    for relation in book.relations:
        if relation.deprecated or relation.id in but:
            continue
        for name in dict.fromkeys((relation.id, relation.inverse)):
            about = relation.about if name == relation.id else relation.inverse_about
            out.append(
                Choice(name, [(f"{name:<20}", "strong"), (about, "faint")], f"{name} {about}")
            )
    return out


class IncidentActions(Actions):
    """What the keys of group Notes and incidents do."""

    async def _report(self) -> tuple[str, tuple[int, int, str], list[NewClaim]]:
        """Read a report's first claims off the selection or the focused mention."""
        found = self.desk.need_article()
        span = self.desk.reader.span
        if span is None:
            raise ValueError(
                f"select what tells of the incident: {key_of('cursor')}, then {key_of('extend')} for each word more; or {key_of('next_mention')}"
            )
        from store.texts import trim_span

        start, end = trim_span(found.text, *span)
        marks = [m for m in found.mentions if m.review_status != "rejected"]
        prefill = await asyncio.to_thread(_prefill)
        with self.desk.session.library.reading() as connection:
            chosen = mentions.chosen_places(connection, found.article.id)
        title, claims = prefill(found.article, found.text, marks, start, end, chosen)
        return title, (start, end, found.text[start:end]), claims

    async def do_new_incident(self) -> None:
        """Record an incident out of the selection and show it."""
        found = self.desk.need_article()
        title, span, claims = await self._report()
        article_id = found.article.id
        incident_id = await self.desk.session.edit(
            "incident",
            f"new incident “{title[:50]}”",
            lambda edit: incidents.create(edit, article_id, span, title, claims),
        )
        self.desk.reader.leave_mode()
        self.desk.reread()
        self.show_incident(
            incident_id, f"recorded with {len(claims)} claims; {key_of('undo')} takes it back"
        )

    async def do_add_report(self) -> None:
        """Add the selection as another report of a known incident."""
        found = self.desk.need_article()
        _, span, claims = await self._report()
        with self.desk.session.library.reading() as connection:
            known = incidents.all_incidents(connection)
        if not known:
            raise ValueError(
                f"no incident is known yet: {key_of('new_incident')} records one from the selection"
            )
        article_id = found.article.id

        async def chosen(value: str | None) -> None:
            if value is None:
                return
            incident_id = int(value)
            title = next(i.title for i in known if i.id == incident_id)
            try:
                await self.desk.session.edit(
                    "report",
                    f"report of “{title[:50]}”",
                    lambda edit: incidents.add_report(edit, incident_id, article_id, span, claims),
                )
            except (StoreError, ValueError) as problem:
                self.desk.say(str(problem), bad=True)
                return
            self.desk.reader.leave_mode()
            self.desk.reread()
            self.show_incident(incident_id, "report added; its claims fill what was empty")

        self.desk.app.push_screen(
            Chooser("Which incident does this report", choices(known)), chosen
        )

    def do_incidents(self) -> None:
        """Show all incidents."""
        from tui.screens.incident_list import IncidentList

        self.desk.app.push_screen(IncidentList(), self._returned)

    def do_article_incidents(self) -> None:
        """Show the incidents of the open article."""
        found = self.desk.need_article()
        if not found.incidents:
            self.desk.say(
                f"no incident was recorded here; {key_of('new_incident')} records one from the selection"
            )
        elif len(found.incidents) == 1:
            self.show_incident(found.incidents[0].id)
        else:

            def chosen(value: str | None) -> None:
                if value is not None:
                    self.show_incident(int(value))

            self.desk.app.push_screen(
                Chooser("Incidents of this article", choices(found.incidents)), chosen
            )

    def do_candidates(self) -> None:
        """Show what the open article is thought to tell of."""
        from tui.screens.candidates import CandidatesScreen

        if self.desk.context == "library" and (number := self.desk.library_list.current_id):
            with self.desk.session.library.reading() as connection:
                article = articles.get(connection, number)
        else:
            article = self.desk.need_article().article
        if article is None:
            raise ValueError("no article is chosen")
        title = " ".join(article.title.split())
        self.desk.app.push_screen(CandidatesScreen(article.id, title), self._returned)

    def _candidate_here(self) -> Candidate:
        found = self.desk.need_article()
        with self.desk.session.library.reading() as connection:
            if self.desk.reader.span is not None:
                here = candidate_at(connection, found, self.desk.reader.span)
            else:  # the only one that is told of on the screen
                first, last = self.desk.reader.visible_range
                told = candidates.of_article(connection, found.article.id)
                inside = [c for c in told if first <= c.start < last]
                here = inside[0] if len(inside) == 1 else None
                if len(inside) > 1:
                    raise ValueError(
                        f"several are suggested on this screen: {key_of('next_mention')} to a name of the"
                        f" one meant, or {key_of('candidates')} for all of them"
                    )
        if here is None:
            raise ValueError(
                f"no incident is suggested here; {key_of('candidates')} shows those of the article"
            )
        return here

    async def do_accept_here(self) -> None:
        """Record the incident that is suggested where the focus stands."""
        c = self._candidate_here()
        book = self.desk.session.library.codebook()
        _, made = await self.desk.session.edit(
            "incident",
            f"record “{c.title[:50]}” as suggested",
            lambda edit: candidates.accept(edit, book, c),
        )
        self.desk.reread()
        linked = f", linked as {', '.join(made)}".replace("_", " ") if made else ""
        self.desk.say(
            f"recorded “{c.title[:50]}”{linked}; {key_of('article_incidents')} opens it, {key_of('undo')} takes it back"
        )

    async def do_dismiss_here(self) -> None:
        """Dismiss the incident that is suggested where the focus stands."""
        c = self._candidate_here()
        await self.desk.session.edit(
            "incident", f"dismiss “{c.title[:50]}”", lambda edit: candidates.dismiss(edit, c)
        )
        self.desk.reread()
        self.desk.say(f"dismissed “{c.title[:50]}”; {key_of('undo')} takes it back")

    def show_incident(self, incident_id: int, message: str = "") -> None:
        """Show one incident."""
        from tui.screens.incident import IncidentScreen

        self.desk.app.push_screen(IncidentScreen(incident_id, message), self._returned)

    def _returned(self, _: object) -> None:
        self.desk.reread()
        self.desk.refresh_state()


def candidate_at(
    connection: sqlite3.Connection, found: OpenArticle, span: tuple[int, int] | None
) -> Candidate | None:
    """Return the suggested incident of the line that a span stands in, the nearest to it."""
    if span is None:
        return None
    first = max(found.text.rfind("\n", 0, span[0]) + 1, span[0] - 300)
    line = found.text.find("\n", span[1])
    last = min(len(found.text) if line < 0 else line, span[1] + 300)
    return candidates.near(connection, found.article.id, first, last, span[0])


def _prefill():  # type: ignore[no-untyped-def]
    """Import off the event loop what only recording needs."""
    from annotators import prefill

    return prefill.report
