"""What the list, the timeline and the map of incidents share: one filter, the ways from one to the
other with the same incident chosen, the queue of suggestions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

from textual import events
from textual.app import App
from textual.strip import Strip

from store import history, incident_filter
from store.incident_filter import Brief
from tui.keymap import key_of
from tui.screens.row_screen import ListScreen
from tui.widgets.lines import Line, RowList, fit

_read: tuple[tuple[str, str, int], list[Brief]] | None = None  # what was read last, and as of when


class IncidentView(ListScreen, inherit_bindings=False):
    """One of the views of all incidents. The filter is the app's, so that it holds in each."""

    @property
    def line(self) -> str:
        """The filter as it was typed."""
        return self.reader_app.incident_filter

    @property
    def chosen_id(self) -> int | None:
        """The chosen incident, None where there is none."""
        raise NotImplementedError

    def _need_id(self) -> int:
        number = self.chosen_id
        if number is None:
            raise ValueError("there is no incident here" + (f": {key_of('all_incidents')} takes the filter away" if self.line else " yet"))  # fmt: skip
        return number

    def said(self, count: int) -> str:
        """Return how many there are, and the filter."""
        return f"({count:,})" + (
            f" · {self.line} · {key_of('all_incidents')} all" if self.line else ""
        )

    async def briefs(self) -> list[Brief]:
        """Read what passes the filter, off the event loop; what was read last is kept until the
        next edit, so that going from the map to the timeline reads nothing."""
        global _read
        library, line = self.session.library, self.line

        def find() -> tuple[tuple[str, str, int], list[Brief]]:
            with library.reading() as connection:
                as_of = (str(library.path), line, history.newest(connection))
                if _read is not None and _read[0] == as_of:
                    return _read
                return as_of, incident_filter.brief(connection, line)

        _read = await asyncio.to_thread(find)
        return _read[1]

    def do_filter_incidents(self) -> None:
        """Narrow the view."""

        def done(line: str | None) -> None:
            if line is not None:
                self.use_filter(line)

        types = [t.id for t in self.session.library.codebook().types]
        self.reader_app.ask(
            "Incidents", self.line, done, check=lambda x: incident_filter.conditions(x, types),
            hint="words; -without; type:attack place:kyiv actor:x date:2022-10..2022-11 killed:>5",
        )  # fmt: skip

    def use_filter(self, line: str) -> None:
        """Show what passes a filter."""
        self.reader_app.incident_filter = line.strip()
        self.read()

    def do_all_incidents(self) -> None:
        """Take the filter away."""
        self.reader_app.incident_filter = ""
        self.read()

    def do_timeline(self) -> None:
        """The timeline, with the same incident chosen."""
        from tui.screens.timeline import Timeline

        self._to(Timeline(self.chosen_id))

    def do_map(self) -> None:
        """The map, with the same incident chosen."""
        from tui.screens.map import Map

        self._to(Map(self.chosen_id))

    def do_network(self) -> None:
        """The tree of linked incidents."""
        from tui.screens.network import Network

        self.app.push_screen(Network(self.chosen_id))

    def do_pairs(self) -> None:
        """Decide on the suggested links."""
        from tui.screens.pairs import Pairs

        self.app.push_screen(Pairs())

    def do_sources(self) -> None:
        """The register of sources."""
        from tui.screens.sources import SourceList

        self.app.push_screen(SourceList())

    def do_open_row(self) -> None:
        """Open the chosen incident."""
        from tui.screens.incident import IncidentScreen

        self.app.push_screen(IncidentScreen(self._need_id()))

    def _to(self, screen: IncidentView) -> None:
        """Show another view in the place of this one, or above the list."""
        app = cast("App[object]", self.app)
        if self.CONTEXT == "incidents":
            app.push_screen(screen)
        else:
            app.switch_screen(screen)


class Drawing(RowList, can_focus=True, inherit_bindings=False):
    """Lines drawn anew as a whole; what is chosen is marked in the drawing."""

    def __init__(self, *, id: str, colour: bool = True) -> None:
        super().__init__(id=id, colour=colour)
        self.lines: list[Line] = []

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        return self.strip(self.lines[y] if y < len(self.lines) else [], self.text_width)


class DrawnView(IncidentView, inherit_bindings=False):
    """A picture of all incidents, with those at the chosen spot listed below it."""

    BELOW = 6
    """Lines under the picture."""
    rows: Drawing

    def __init__(self, chosen: int | None) -> None:
        super().__init__()
        self.rows = Drawing(id=self.CONTEXT, colour=self.colour)
        self.wanted = chosen

    def read(self) -> None:
        """Read the incidents again where they changed, and draw."""
        self.alone(self.load)

    async def load(self) -> None:
        """Read and draw."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw the picture as it is now."""
        raise NotImplementedError

    def on_resize(self, event: events.Resize) -> None:
        """Draw anew."""
        self.once_shown(self.draw)

    def show(self, picture: list[Line], heading: Line, found: Sequence[Brief], at: int) -> None:
        """Show a picture, and under it a heading and the incidents around the chosen one."""
        width, most = self.rows.size.width, self.BELOW - 2
        first = max(0, min(at - 2, len(found) - most))
        lines = [*picture, [("─" * width, "dim")], heading]
        for number, b in enumerate(found[first : first + most], first):
            here = number == at
            lines.append([
                (f" {'▸' if here else ' '} {b.first or 'no date':<11}", "accent" if here else "faint"),
                (fit(b.title, width - 18), "strong" if here else ""),
            ])  # fmt: skip
        self.rows.lines = lines
        self.rows.refresh()
