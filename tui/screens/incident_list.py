"""All incidents."""

from __future__ import annotations

from textual import on

from store import incidents
from store.records import Incident
from tui.safe_text import title_of
from tui.screens.row_screen import ListScreen
from tui.widgets.lines import Line, RowList, fit


class IncidentRows(RowList, can_focus=True, inherit_bindings=False):
    """Incidents, two lines each."""

    ROW_HEIGHT = 2

    def __init__(self, *, colour: bool = True) -> None:
        super().__init__(id="incidents", colour=colour)
        self.found: list[Incident] = []

    def row(self, number: int, width: int) -> list[Line]:
        """Return an incident's two lines."""
        incident = self.found[number]
        values = incident.values
        about = [
            str(values["type"] or "no type"),
            str(values["place_name"] or "no place"),
            f"{incident.n_reports} report{'s' * (incident.n_reports != 1)}",
        ]
        if incident.n_links:
            about.append(f"{incident.n_links} link{'s' * (incident.n_links != 1)}")
        if values["killed_best"] is not None:
            about.append(f"killed {values['killed_best']!s}")
        day = str(values["date_start"] or "no date")
        return [
            [(f" {day:<11} ", "accent"), (fit(incident.title, width - 14), "")],
            [(" " * 13, ""), (fit(" · ".join(about), width - 14), "faint")],
        ]


class IncidentList(ListScreen, inherit_bindings=False):
    """The list of incidents, latest day first."""

    CONTEXT = "incidents"
    rows: IncidentRows

    def __init__(self) -> None:
        super().__init__()
        self.rows = IncidentRows(colour=self.colour)
        self.rows.empty = [
            "No incidents yet.",
            "",
            "In an article: v selects words (or Tab focuses a mention), i records an incident with"
            " what the sentence says.",
        ]

    def read(self) -> None:
        """Read the incidents again."""
        with self.session.library.reading() as connection:
            self.rows.found = incidents.all_incidents(connection)
        self.rows.set_count(len(self.rows.found))
        self.rows.border_title = title_of(f"Incidents ({len(self.rows.found)})")

    def _chosen(self) -> Incident:
        if not self.rows.found:
            raise ValueError("there is no incident yet")
        return self.rows.found[self.rows.current]

    @on(RowList.Opened)
    def do_open_row(self) -> None:
        """Show the chosen incident."""
        from tui.screens.incident import IncidentScreen

        self.app.push_screen(IncidentScreen(self._chosen().id))

    async def do_delete_row(self) -> None:
        """Delete the chosen incident."""
        incident = self._chosen()
        await self.session.edit(
            "incident",
            f"delete incident “{incident.title[:40]}”",
            lambda edit: incidents.delete(edit, incident),
        )
        self.read()
        self.say(f"“{incident.title}” deleted; u takes it back")
