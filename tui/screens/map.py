"""The map of incidents: where they happened, as exactly as is known."""

from __future__ import annotations

from dataclasses import dataclass

from store.incident_filter import Brief
from tui.charts import world_map
from tui.charts.world_map import Spot, View
from tui.keymap import key_of
from tui.safe_text import title_of
from tui.screens.incident_views import DrawnView
from tui.widgets.lines import Line, some

_STEP = 0.15


@dataclass(frozen=True)
class _Place:
    spot: Spot
    found: list[Brief]


class Map(DrawnView, inherit_bindings=False):
    """Dots on coasts and borders; zoomed and moved by keys."""

    CONTEXT = "map"

    def __init__(self, chosen: int | None = None) -> None:
        super().__init__(chosen)
        self._view: View | None = None
        self._places: list[_Place] = []
        self._unplaced = 0
        self._at = 0  # number of the chosen place
        self._within = 0  # which of its incidents

    @property
    def chosen_id(self) -> int | None:
        """The chosen incident."""
        if not self._places:
            return self.wanted
        return self._places[self._at].found[self._within].id

    async def load(self) -> None:
        """Read the incidents again and draw."""
        keep = self.chosen_id
        found = await self.briefs()
        self._unplaced = sum(1 for b in found if b.lat is None or b.lon is None)
        by: dict[tuple[float, float], list[Brief]] = {}
        for b in found:
            if b.lat is not None and b.lon is not None:
                by.setdefault((b.lat, b.lon), []).append(b)
        self._places = [
            _Place(Spot(lat, lon, min(_precision(b) for b in here), len(here), here[0].place), here)
            for (lat, lon), here in sorted(by.items(), key=lambda item: (item[0][1], -item[0][0]))
        ]
        self._at = self._within = 0
        for number, place in enumerate(self._places):
            for within, b in enumerate(place.found):
                if b.id == keep:
                    self._at, self._within = number, within
        self.draw()

    def draw(self) -> None:
        """Draw the map as it is now."""
        width, height = self.rows.size.width, self.rows.size.height - self.BELOW
        if width < 10 or height < 4:
            return
        spots = [place.spot for place in self._places]
        if self._view is None:
            self._view = world_map.fitting(spots, width, height)
        picture = world_map.draw(self._view, spots, width, height, self._at if spots else None)
        if self._places:
            place = self._places[self._at]
            heading: Line = [
                (f" {place.spot.label or 'a place'}", "strong"),
                (f"  {place.spot.lat:.2f}, {place.spot.lon:.2f}  {some(place.spot.count, 'incident')}"
                 f"  place {self._at + 1} of {len(self._places)}", "faint"),
            ]  # fmt: skip
            self.show(picture, heading, place.found, self._within)
        else:
            nothing = (
                f" No incident here has a place. {key_of('all_incidents')} takes a filter away."
            )
            self.show(picture, [(nothing, "faint")], [], 0)
        total = sum(place.spot.count for place in self._places)
        self.rows.border_title = title_of(f"Map {self.said(total)}")
        self.rows.border_subtitle = title_of(
            f"{self._view.span:.3g}° across · ● site or town ○ district or region ◌ wider"
            + (f" · {self._unplaced:,} without a place" if self._unplaced else "")
        )

    # --- what the keys do ----------------------------------------------------------------------------

    def _move(self, right: float, up: float) -> None:
        assert self._view is not None
        self._view = self._view.moved(right, up)
        self.draw()

    def do_map_left(self) -> None:
        """West."""
        self._move(-_STEP, 0)

    def do_map_right(self) -> None:
        """East."""
        self._move(_STEP, 0)

    def do_map_up(self) -> None:
        """North."""
        self._move(0, _STEP)

    def do_map_down(self) -> None:
        """South."""
        self._move(0, -_STEP)

    def _zoom(self, factor: float) -> None:
        assert self._view is not None
        view = self._view
        if factor < 1 and self._places:  # towards what is chosen
            spot = self._places[self._at].spot
            view = View(spot.lon, spot.lat, view.span)
        self._view = view.zoomed(factor)
        if self._view.span == view.span:
            self.say("no nearer" if factor < 1 else "that is the whole world")
        self.draw()

    def do_zoom_in(self) -> None:
        """Nearer, towards the chosen place."""
        self._zoom(0.5)

    def do_zoom_out(self) -> None:
        """Wider."""
        self._zoom(2.0)

    def do_fit(self) -> None:
        """All places."""
        self._view = None
        self.draw()

    def _choose(self, step: int) -> None:
        if not self._places:
            raise ValueError("no incident here has a place")
        within = self._within + step
        if not 0 <= within < len(self._places[self._at].found):
            self._at = (self._at + step) % len(self._places)
            within = 0 if step > 0 else len(self._places[self._at].found) - 1
        self._within = within
        self._reveal()
        self.draw()

    def _reveal(self) -> None:
        """Move the map where the chosen place is outside of it."""
        assert self._view is not None
        width, height = self.rows.size.width, self.rows.size.height - self.BELOW
        spot = self._places[self._at].spot
        if not world_map.marks(self._view, [spot], width, height):
            self._view = View(spot.lon, spot.lat, self._view.span)

    def do_next_incident(self) -> None:
        """The next incident, at the same place or the one east of it."""
        self._choose(1)

    def do_previous_incident(self) -> None:
        """The incident before."""
        self._choose(-1)


def _precision(b: Brief) -> int:
    return int(b.precision[0]) if b.precision[:1].isdecimal() else 1
