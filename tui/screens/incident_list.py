"""All incidents."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on

from store import incident_filter, incidents
from store.library import Library
from store.records import Incident
from tui.keymap import key_of
from tui.safe_text import title_of
from tui.screens.incident_views import IncidentView
from tui.widgets.lines import Line, RowList, fit
from tui.widgets.pages import Pages


class IncidentRows(RowList, can_focus=True, inherit_bindings=False):
    """Incidents, two lines each; numbers in memory, rows read a page at a time."""

    ROW_HEIGHT = 2

    def __init__(self, *, colour: bool = True) -> None:
        super().__init__(id="incidents", colour=colour)
        self.library: Library | None = None
        self._pages = Pages(self._read)

    def _read(self, ids: Sequence[int]) -> dict[int, Incident]:
        if self.library is None:
            return {}
        with self.library.reading() as connection:
            return incidents.by_ids(connection, ids)

    def set_ids(self, ids: Sequence[int]) -> None:
        """Show other incidents; the chosen one stays chosen where it is among them."""
        self.set_count(len(ids), self._pages.set_ids(ids, self.current_id, self.current))

    @property
    def current_id(self) -> int | None:
        """Number of the chosen incident."""
        return self._pages.at(self.current)

    def row(self, number: int, width: int) -> list[Line]:
        """Return an incident's two lines."""
        incident = self._pages.get(number)
        if incident is None:
            return [[("…", "faint")], []]
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
        elif values["killed_min"] is not None:
            about.append(f"killed at least {values['killed_min']!s}")
        day = str(values["date_start"] or "no date")
        return [
            [(f" {day:<11} ", "accent"), (fit(incident.title, width - 14), "")],
            [(" " * 13, ""), (fit(" · ".join(about), width - 14), "faint")],
        ]


class IncidentList(IncidentView, inherit_bindings=False):
    """The list of incidents, latest day first."""

    CONTEXT = "incidents"
    rows: IncidentRows

    def __init__(self) -> None:
        super().__init__()
        self.rows = IncidentRows(colour=self.colour)

    @property
    def chosen_id(self) -> int | None:
        """The chosen incident."""
        return self.rows.current_id

    def read(self) -> None:
        """Read the incidents again."""
        self.rows.library = self.session.library
        with self.session.library.reading() as connection:
            ids = incident_filter.ids(connection, self.line)
        self.rows.empty = (
            ["No incident passes this filter.", "", f"{key_of('all_incidents')} takes it away."]
            if self.line
            else [
                "No incidents yet.",
                "",
                f"In an article: {key_of('cursor')} selects words (or {key_of('next_mention')} focuses a mention), {key_of('new_incident')} records an incident with"
                f" what the sentence says; {key_of('candidates')} shows what is suggested.",
            ]
        )
        self.rows.set_ids(ids)
        self.rows.border_title = title_of(f"Incidents {self.said(len(ids))}")

    @on(RowList.Opened)
    def do_open_row(self) -> None:
        """Show the chosen incident."""
        super().do_open_row()

    def do_merge_incident(self) -> None:
        """Open the chosen incident and merge another into it."""
        from tui.screens.incident import IncidentScreen

        screen = IncidentScreen(self._need_id())
        self.app.push_screen(screen)
        screen.once_shown(lambda: screen.perform("merge_incident"))

    def do_saved_filters(self) -> None:
        """Use, save or delete a filter by name."""
        from tui.screens import saved_filters

        saved_filters.choose(
            self.reader_app, "incidents", self.line, self.use_filter, "filter_incidents"
        )

    async def do_delete_row(self) -> None:
        """Delete the chosen incident."""
        number = self._need_id()
        with self.session.library.reading() as connection:
            incident = incidents.get(connection, number)
        if incident is None:
            raise ValueError("the incident is no longer there")
        await self.session.edit(
            "incident",
            f"delete incident “{incident.title[:40]}”",
            lambda edit: incidents.delete(edit, incident),
        )
        self.read()
        self.say(f"“{incident.title}” deleted; {key_of('undo')} takes it back")
