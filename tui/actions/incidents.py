"""Recording incidents out of the text."""

from __future__ import annotations

import asyncio

from store import incidents
from store.errors import StoreError
from store.incidents import NewClaim
from store.records import Incident
from tui.actions.base import Actions
from tui.screens.choose import Choice, Chooser


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


class IncidentActions(Actions):
    """What the keys of group Notes and incidents do."""

    async def _report(self) -> tuple[str, tuple[int, int, str], list[NewClaim]]:
        """Read a report's first claims off the selection or the focused mention."""
        found = self.desk.need_article()
        span = self.desk.reader.span
        if span is None:
            raise ValueError("select what tells of the incident: v, then w to extend; or Tab")
        from store.texts import trim_span

        start, end = trim_span(found.text, *span)
        marks = [m for m in found.mentions if m.review_status != "rejected"]
        prefill = await asyncio.to_thread(_prefill)
        title, claims = prefill(found.article, found.text, marks, start, end)
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
        self.show_incident(incident_id, f"recorded with {len(claims)} claims; u takes it back")

    async def do_add_report(self) -> None:
        """Add the selection as another report of a known incident."""
        found = self.desk.need_article()
        _, span, claims = await self._report()
        with self.desk.session.library.reading() as connection:
            known = incidents.all_incidents(connection)
        if not known:
            raise ValueError("no incident is known yet: i records one from the selection")
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
            self.desk.say("no incident was recorded here; i records one from the selection")
        elif len(found.incidents) == 1:
            self.show_incident(found.incidents[0].id)
        else:

            def chosen(value: str | None) -> None:
                if value is not None:
                    self.show_incident(int(value))

            self.desk.app.push_screen(
                Chooser("Incidents of this article", choices(found.incidents)), chosen
            )

    def show_incident(self, incident_id: int, message: str = "") -> None:
        """Show one incident."""
        from tui.screens.incident import IncidentScreen

        self.desk.app.push_screen(IncidentScreen(incident_id, message), self._returned)

    def _returned(self, _: object) -> None:
        self.desk.reread()
        self.desk.refresh_state()


def _prefill():  # type: ignore[no-untyped-def]
    """Import off the event loop what only recording needs."""
    from annotators import prefill

    return prefill.report
