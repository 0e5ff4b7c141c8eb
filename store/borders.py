"""Coastlines and borders of the world, for maps: Natural Earth, public domain.

The file holds, behind the number of lines, a compressed run of zigzag varints: for each line how
many points it has, whether it is a border between two countries (else a coast), and each point as
the difference to the one before, in hundredths of a degree. `store.build_borders` makes it.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

SCALE = 100
"""Steps in a degree: about a kilometre."""


@dataclass(frozen=True)
class Outline:
    """One line of the map. ``points`` are longitude and latitude in degrees; ``box`` is west,
    south, east, north."""

    border: bool
    points: tuple[tuple[float, float], ...]
    box: tuple[float, float, float, float]


@cache
def outlines() -> tuple[Outline, ...]:
    """Return every line; read once (some 30 ms)."""
    raw = resources.files("store").joinpath("data", "borders.bin").read_bytes()
    (count,) = struct.unpack_from("<I", raw)
    values = _varints(zlib.decompress(raw[4:]))
    out, at = [], 0
    for _ in range(count):
        n, border = values[at], values[at + 1]
        at += 2
        x = y = 0
        points = []
        for k in range(at, at + 2 * n, 2):
            x, y = x + values[k], y + values[k + 1]
            points.append((x / SCALE, y / SCALE))
        at += 2 * n
        lons, lats = [p[0] for p in points], [p[1] for p in points]
        out.append(
            Outline(bool(border), tuple(points), (min(lons), min(lats), max(lons), max(lats)))
        )
    return tuple(out)


def _varints(body: bytes) -> list[int]:
    out, value, shift = [], 0, 0
    for byte in body:
        value |= (byte & 127) << shift
        if byte & 128:
            shift += 7
        else:
            out.append(value >> 1 ^ -(value & 1))
            value = shift = 0
    return out
