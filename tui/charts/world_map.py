"""A map in braille dots: coasts, borders, and incidents where they happened, as exactly as is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from store.borders import outlines
from tui.widgets.lines import Line, Piece, joined

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_SMALLEST, _WIDEST = 0.2, 360.0


@dataclass(frozen=True)
class View:
    """What a map shows: its middle in degrees, and how many degrees of longitude are across."""

    lon: float = 20.0
    lat: float = 25.0
    span: float = 360.0

    def zoomed(self, factor: float) -> View:
        """Return the view with another width around the same middle."""
        return replace(self, span=max(_SMALLEST, min(_WIDEST, self.span * factor)))

    def moved(self, right: float, up: float) -> View:
        """Return the view moved by shares of its width."""
        lon = (self.lon + right * self.span + 180) % 360 - 180
        return replace(self, lon=lon, lat=max(-80.0, min(84.0, self.lat + up * self.span / 2)))


@dataclass(frozen=True)
class Spot:
    """Incidents at one place. ``precision`` is UCDP's where_prec."""

    lat: float
    lon: float
    precision: int
    count: int
    label: str = ""


@dataclass(frozen=True)
class _Scale:
    view: View
    width: int  # dots
    height: int

    @property
    def per_lon(self) -> float:
        return self.width / self.view.span

    @property
    def per_lat(self) -> float:
        # a cell is twice as high as wide and has 2 by 4 dots, so dots are square
        return self.per_lon / max(0.2, math.cos(math.radians(self.view.lat)))

    def dot(self, lon: float, lat: float) -> tuple[int, int]:
        away = (lon - self.view.lon + 540) % 360 - 180
        return (
            round(self.width / 2 + away * self.per_lon),
            round(self.height / 2 - (lat - self.view.lat) * self.per_lat),
        )


def fitting(spots: Sequence[Spot], width: int, height: int) -> View:
    """Return the view that shows all spots with some room around them."""
    # the middle of a country stands for all of it: what is known closer decides what is shown
    spots = [s for s in spots if s.precision <= 4] or spots
    if not spots:
        return View()
    lats, lons = [s.lat for s in spots], [s.lon for s in spots]
    lat = (min(lats) + max(lats)) / 2
    lon = (min(lons) + max(lons)) / 2
    across = max(lons) - min(lons)
    up = (
        (max(lats) - min(lats)) / max(0.2, math.cos(math.radians(lat))) * width / max(1, height * 2)
    )
    return View(lon, lat, max(3.0, min(_WIDEST, 1.35 * max(across, up))))


def marks(view: View, spots: Sequence[Spot], width: int, height: int) -> dict[tuple[int, int], list[int]]:  # fmt: skip
    """Return which spots (their numbers) stand in which cell, column and row."""
    scale = _Scale(view, width * 2, height * 4)
    found: dict[tuple[int, int], list[int]] = {}
    for number, spot in enumerate(spots):
        x, y = scale.dot(spot.lon, spot.lat)
        if 0 <= x < width * 2 and 0 <= y < height * 4:
            found.setdefault((x // 2, y // 4), []).append(number)
    return found


def draw(
    view: View, spots: Sequence[Spot], width: int, height: int, chosen: int | None = None
) -> list[Line]:
    """Return the map as lines. ``chosen`` is the number of the spot that is marked."""
    cells = _land(view, width, height)
    where = marks(view, spots, width, height)
    lines: list[Line] = []
    for row in range(height):
        pieces: list[Piece] = []
        for column in range(width):
            here = where.get((column, row))
            if here is not None:
                pieces.append(_mark(spots, here, chosen))
            else:
                code = cells.get((column, row), 0)
                pieces.append((chr(0x2800 + code), "faint") if code else (" ", ""))
        lines.append(joined(pieces))
    _label(lines, where, spots, chosen, width)
    return lines


def _mark(spots: Sequence[Spot], here: list[int], chosen: int | None) -> tuple[str, str]:
    count = sum(spots[n].count for n in here)
    best = min(spots[n].precision for n in here)
    sign = "●" if best <= 2 else "○" if best <= 4 else "◌"
    char = sign if count == 1 else str(count) if count < 10 else "#"
    return char, "strong warn under" if chosen in here else "strong accent"


def _label(
    lines: list[Line], where: dict[tuple[int, int], list[int]], spots: Sequence[Spot],
    chosen: int | None, width: int,
) -> None:  # fmt: skip
    """Write the chosen spot's name beside its mark."""
    if chosen is None:
        return
    at = next((cell for cell, numbers in where.items() if chosen in numbers), None)
    name = spots[chosen].label
    if at is None or not name:
        return
    text = f" {name} "
    start = at[0] + 1 if at[0] + 1 + len(text) <= width else max(0, at[0] - len(text))
    lines[at[1]] = _over(lines[at[1]], start, text)


def _over(line: Line, start: int, text: str) -> Line:
    """Return a line (one cell a character) with some cells replaced."""
    out: Line = []
    at = 0
    for part, look in line:
        before, after = part[: max(0, start - at)], part[max(0, start + len(text) - at) :]
        if before:
            out.append((before, look))
        if at <= start < at + len(part):
            out.append((text, "strong"))
        if after:
            out.append((after, look))
        at += len(part)
    return out


_cached: tuple[tuple[View, int, int], dict[tuple[int, int], int]] | None = None


def _land(view: View, width: int, height: int) -> dict[tuple[int, int], int]:
    """Return the braille dots of coasts and borders, by cell; those of the view drawn last are
    kept, as moving from mark to mark draws it again and again."""
    global _cached
    if _cached is not None and _cached[0] == (view, width, height):
        return _cached[1]
    scale = _Scale(view, width * 2, height * 4)
    half_up = height * 2 / scale.per_lat
    south, north = view.lat - half_up, view.lat + half_up
    half = view.span / 2
    dots: dict[tuple[int, int], int] = {}
    wide, high = width * 2, height * 4
    for outline in outlines():
        west, low, east, top = outline.box
        if top < south or low > north:
            continue
        if view.span < 300 and not any(
            west + turn <= view.lon + half and east + turn >= view.lon - half
            for turn in (0, 360, -360)
        ):
            continue
        before: tuple[int, int] | None = None
        for lon, lat in outline.points:
            here = scale.dot(lon, lat)
            if here == before:
                continue
            if before is not None and abs(here[0] - before[0]) < wide // 2:
                _stroke(dots, before, here, wide, high, dashed=outline.border)
            before = here
    _cached = ((view, width, height), dots)
    return dots


def _stroke(
    dots: dict[tuple[int, int], int], a: tuple[int, int], b: tuple[int, int], wide: int, high: int,
    *, dashed: bool,
) -> None:  # fmt: skip
    """Set the dots from a to b; of a border every second one."""
    (x1, y1), (x2, y2) = a, b
    if (x1 < 0 and x2 < 0) or (x1 >= wide and x2 >= wide):
        return
    if (y1 < 0 and y2 < 0) or (y1 >= high and y2 >= high):
        return
    steps = max(abs(x2 - x1), abs(y2 - y1), 1)
    if steps > 4 * (wide + high):
        return
    for step in range(steps + 1):
        x = x1 + (x2 - x1) * step // steps
        y = y1 + (y2 - y1) * step // steps
        if 0 <= x < wide and 0 <= y < high and not (dashed and (x + y) % 2):
            cell = (x // 2, y // 4)
            dots[cell] = dots.get(cell, 0) | _DOTS[y % 4][x % 2]
