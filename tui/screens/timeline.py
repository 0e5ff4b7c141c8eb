"""The timeline of incidents: what happened when, in lanes by place, actor or type."""

from __future__ import annotations

import json

from store import dates
from store.incident_filter import Brief
from tui.charts import timeline
from tui.charts.timeline import Window
from tui.keymap import key_of
from tui.safe_text import title_of
from tui.screens.incident_views import DrawnView
from tui.widgets.lines import Line, fit

LANES = ("place", "actor", "type", "country")
_MOST = 400  # lanes: those with the most incidents; the rest share one
_OTHERS = "(others)"


def lanes_of(b: Brief, by: str) -> list[str]:
    """Return the lanes that an incident stands in."""
    if by == "actor":
        return json.loads(b.actors) or ["no actor"]
    return [{"place": b.place, "type": b.type, "country": b.country}[by] or f"no {by}"]


class Timeline(DrawnView, inherit_bindings=False):
    """Lanes over days, weeks, months or years."""

    CONTEXT = "timeline"
    BELOW = 7

    def __init__(self, chosen: int | None = None) -> None:
        super().__init__(chosen)
        self._by = LANES[0]
        self._window: Window | None = None
        self._found: list[Brief] = []
        self._lanes: dict[str, list[Brief]] = {}  # by day
        self._days: dict[str, list[int]] = {}  # of each lane's incidents
        self._lane = 0
        self._at = 0  # which incident of the lane
        self._undated = 0

    @property
    def chosen_id(self) -> int | None:
        """The chosen incident."""
        if not self._lanes:
            return self.wanted
        return self._here[self._at].id

    @property
    def _lane_name(self) -> str:
        """The chosen lane."""
        return list(self._lanes)[self._lane]

    @property
    def _here(self) -> list[Brief]:
        return self._lanes[self._lane_name]

    @property
    def _day(self) -> int:
        """The chosen incident's day."""
        return self._days[self._lane_name][self._at]

    async def load(self) -> None:
        """Read the incidents again and draw."""
        keep = self.chosen_id
        self._found = await self.briefs()
        self._sort(keep)

    def _sort(self, keep: int | None) -> None:
        lanes: dict[str, list[tuple[int, int]]] = {}
        self._undated = 0
        for number, b in enumerate(self._found):
            day = dates.first_day(b.first)
            if day is None:
                self._undated += 1
                continue
            for name in lanes_of(b, self._by):
                lanes.setdefault(name, []).append((day, number))
        ranked = sorted(lanes.items(), key=lambda item: (-len(item[1]), item[0]))
        if len(ranked) > _MOST:
            rest = [entry for _, entries in ranked[_MOST:] for entry in entries]
            ranked = [*ranked[:_MOST], (_OTHERS, rest)]
        for _, entries in ranked:
            entries.sort()
        self._lanes = {name: [self._found[n] for _, n in entries] for name, entries in ranked}
        self._days = {name: [day for day, _ in entries] for name, entries in ranked}
        self._lane = self._at = 0
        for lane, found in enumerate(self._lanes.values()):
            for at, b in enumerate(found):
                if b.id == keep:
                    self._lane, self._at = lane, at
                    break
            else:
                continue
            break
        self.draw()

    @property
    def _columns(self) -> tuple[int, int]:
        """Cells of a lane's name, and columns of time behind it."""
        width = self.rows.size.width
        name_width = min(26, width // 4)
        return name_width, width - name_width

    def draw(self) -> None:
        """Draw the timeline as it is now."""
        width, height = self.rows.size.width, self.rows.size.height - self.BELOW - 1
        if width < 20 or height < 2:
            return
        name_width, columns = self._columns
        if self._window is None:
            days = sorted(day for entries in self._days.values() for day in entries)
            self._window = timeline.fitting(days, columns)
        names = list(self._lanes)
        first = max(0, min(self._lane - height // 2, len(names) - height))
        shown = {name: self._days[name] for name in names[first : first + height]}
        chosen = None
        if names:
            chosen = (self._lane_name, (self._day - self._window.first) // self._window.step)
        lines = timeline.draw(shown, self._window, width, name_width, chosen)
        lines += [[] for _ in range(height - len(lines))]
        lines.append([(" " * name_width, ""), *timeline.axis(self._window, columns)])
        if names:
            heading: Line = [
                (f" {fit(self._lane_name, width - 24)}", "strong"),
                (f"  {self._at + 1} of {len(self._here)}", "faint"),
            ]
            self.show(lines, heading, self._here, self._at)
        else:
            nothing = (
                " No incident here has a day and a year. E in an article gives it its date."
                if self._undated
                else f" No incident here has a day. {key_of('all_incidents')} takes a filter away."
            )
            self.show(lines, [(nothing, "faint")], [], 0)
        step = {1: "a day", 7: "a week", 28: "four weeks", 91: "a quarter", 364: "a year"}
        self.rows.border_title = title_of(f"Timeline {self.said(len(self._found))}")
        self.rows.border_subtitle = title_of(
            f"lanes by {self._by} ({len(names)}) · a column is {step[self._window.step]}"
            + (f" · {self._undated:,} without a day" if self._undated else "")
        )

    # --- what the keys do ----------------------------------------------------------------------------

    def _need(self) -> None:
        if not self._lanes:
            raise ValueError("no incident here has a day")

    def _step(self, by: int) -> None:
        self._need()
        self._at = max(0, min(self._at + by, len(self._here) - 1))
        self._reveal()
        self.draw()

    def _reveal(self) -> None:
        """Move the window where the chosen incident is outside of it."""
        assert self._window is not None
        _, columns = self._columns
        day = self._day
        if not self._window.first <= day < self._window.last(columns):
            self._window = Window(day - columns * self._window.step // 2, self._window.step)

    def do_next_in_lane(self) -> None:
        """The next incident of the lane."""
        self._step(1)

    def do_previous_in_lane(self) -> None:
        """The incident before it."""
        self._step(-1)

    def _to_lane(self, by: int) -> None:
        self._need()
        day = self._day
        self._lane = max(0, min(self._lane + by, len(self._lanes) - 1))
        days = self._days[self._lane_name]
        self._at = min(range(len(days)), key=lambda at: abs(days[at] - day))
        self._reveal()
        self.draw()

    def do_down(self) -> None:
        """The lane below."""
        self._to_lane(1)

    def do_up(self) -> None:
        """The lane above."""
        self._to_lane(-1)

    def do_top(self) -> None:
        """The first lane."""
        self._to_lane(-(10**6))

    def do_bottom(self) -> None:
        """The last lane."""
        self._to_lane(10**6)

    def do_page_down(self) -> None:
        """Ten lanes down."""
        self._to_lane(10)

    def do_page_up(self) -> None:
        """Ten lanes up."""
        self._to_lane(-10)

    def _zoom(self, nearer: bool) -> None:
        assert self._window is not None
        _, columns = self._columns
        step = self._window.step
        self._window = timeline.zoomed(self._window, nearer, columns)
        if self._window.step == step:
            self.say("a column is a day: no nearer" if nearer else "a column is a year: no wider")
        if self._lanes and nearer:
            day = self._day
            self._window = Window(day - columns * self._window.step // 2, self._window.step)
        self.draw()

    def do_zoom_in(self) -> None:
        """Nearer: fewer days a column."""
        self._zoom(True)

    def do_zoom_out(self) -> None:
        """Wider: more days a column."""
        self._zoom(False)

    def do_fit(self) -> None:
        """All of it."""
        self._window = None
        self.draw()

    def do_lanes(self) -> None:
        """Lanes by place, actor, type or country."""
        keep = self.chosen_id
        self._by = LANES[(LANES.index(self._by) + 1) % len(LANES)]
        self._sort(keep)
        self.say(f"lanes by {self._by}")
