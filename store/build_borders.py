"""Build ``data/borders.bin`` out of Natural Earth's countries (1:50m, public domain).

    python -m store.build_borders countries-50m.json

The input is ``countries-50m.json`` of the npm package world-atlas 2.0.2 (ISC licence), Natural
Earth's data as TopoJSON. Lines are thinned (Douglas-Peucker, 0.03 degrees), so that the file stays
below 300 kB; `store.borders` says how it is laid out.
"""

from __future__ import annotations

import json
import struct
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from store.borders import SCALE

TOLERANCE = 0.03
_SMALLEST = 0.05  # degrees across; a rock in the sea below that is left out
Point = tuple[float, float]


def thinned(points: list[Point], tolerance: float = TOLERANCE) -> list[Point]:
    """Return the points that are needed to keep within ``tolerance`` degrees (Douglas-Peucker)."""
    keep = {0, len(points) - 1}
    waiting = [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        (x1, y1), (x2, y2) = points[first], points[last]
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        far, at = 0.0, -1
        for i in range(first + 1, last):
            x, y = points[i]
            if length:
                off = abs((y2 - y1) * x - (x2 - x1) * y + x2 * y1 - y2 * x1) / length
            else:
                off = ((x - x1) ** 2 + (y - y1) ** 2) ** 0.5
            if off > far:
                far, at = off, i
        if far > tolerance:
            keep.add(at)
            waiting += [(first, at), (at, last)]
    return [points[i] for i in sorted(keep)]


def _arcs_of(geometry: dict[str, Any]) -> Iterator[int]:
    def flat(part: Any) -> Iterator[int]:
        if isinstance(part, int):
            yield part if part >= 0 else ~part
        else:
            for inner in part:
                yield from flat(inner)

    yield from flat(geometry.get("arcs", []))


def _zigzag(value: int) -> bytes:
    value = value << 1 ^ value >> 63
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def build(source: Path, target: Path) -> int:
    """Write the file; return its bytes."""
    topology = json.loads(source.read_text("utf-8"))
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    used = Counter(
        arc for g in topology["objects"]["countries"]["geometries"] for arc in _arcs_of(g)
    )
    body = bytearray()
    count = 0
    for number, arc in enumerate(topology["arcs"]):
        x = y = 0
        points: list[Point] = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        spans = [max(p[k] for p in points) - min(p[k] for p in points) for k in (0, 1)]
        if max(spans) < _SMALLEST or max(p[1] for p in points) < -60:
            continue
        points = thinned(points)
        count += 1
        body += _zigzag(len(points)) + _zigzag(int(used[number] > 1))
        before = (0, 0)
        for lon, lat in points:
            here = (round(lon * SCALE), round(lat * SCALE))
            body += _zigzag(here[0] - before[0]) + _zigzag(here[1] - before[1])
            before = here
    raw = struct.pack("<I", count) + zlib.compress(bytes(body), 9)
    target.write_bytes(raw)
    return len(raw)


if __name__ == "__main__":
    out = Path(__file__).parent / "data" / "borders.bin"
    print(f"{out.name}: {build(Path(sys.argv[1]), out):,} bytes")
