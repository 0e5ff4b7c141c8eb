"""Places of current-events entries: how many names are resolved to where they are. Needs
CONFLICT_READER_DATA.

The gold gives the span and a point. Right is a place within 50 km, a region, area or country
within 200 km (of a country: the same country). Adjectives, facilities, seas, and links to bodies
and groups rather than places are counted apart.
"""

from __future__ import annotations

import json
import math
import os
import re
import statistics
import time
from collections import Counter
from pathlib import Path
from typing import Any

from annotators import gazetteer, places
from benchmarks.split import tuned

_FACILITY = re.compile(
    r"\b(?:airport|air ?base|base|camp|plant|crossing|bridge|house|pagoda|synagogue|church|mosque|"
    r"park|junction|tomb|hospital|prison|port of|station|university|school|embassy|pentagon|avenue|"
    r"street|square|tec-\d|barracks|palace|checkpoint|dam|refinery|kremlin|theat(?:re|er)|stadium|"
    r"mount|market|hotel|monastery|cathedral|museum|border)\b",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"\b(?:ministry|department of|assembly|government|administration|union|treasury|haram|opposition|"
    r"movement|junta|parliament|massacre|attacks?|occupation|minister|court|council|forces|army|"
    r"states of|organization|nato|cooperation|knesset|senate|police)\b",
    re.IGNORECASE,
)


def kind_of(entity: dict[str, Any]) -> str:
    """Return how a linked name is counted."""
    text, title = entity["text"], entity["wikipedia"]
    if text.lower() in gazetteer.demonyms():
        return "adjective"
    if _BODY.search(title) or _BODY.search(text) or text[:1].islower():
        return "body or phrase"
    if _FACILITY.search(title):
        return "facility"
    if re.search(r"\b(?:sea|gulf|ocean|strait|river|lake|canal)\b", title, re.IGNORECASE):
        return "sea or river"
    if gazetteer.country_of(text) and gazetteer.country_of(title):
        return "country"
    return "place"


def kilometres(a_lat: float, a_lon: float, b_lat: float, b_lon: float) -> float:
    """Return the great-circle distance."""
    p, q = math.radians(a_lat), math.radians(b_lat)
    h = (
        math.sin((q - p) / 2) ** 2
        + math.cos(p) * math.cos(q) * math.sin(math.radians(b_lon - a_lon) / 2) ** 2
    )
    return 12742 * math.asin(math.sqrt(h))


def right(place: gazetteer.Place, entity: dict[str, Any]) -> bool:
    """Whether the place is the one that the gold has."""
    far = kilometres(place.lat, place.lon, entity["lat"], entity["lon"])
    return far <= (50 if place.kind in ("city", "airport", "facility") else 200)


def main(folder: Path, rounds: int) -> None:
    """Print the table and the time of a look-up."""
    data = os.environ.get("CONFLICT_READER_DATA")
    if not data:
        print("places: skipped, CONFLICT_READER_DATA is not set")
        return
    counts: dict[tuple[str, str], Counter[str]] = {}
    wrong: list[tuple[str, str, str]] = []
    for line in (Path(data) / "incidents_wikicep.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        half = "tuned" if tuned(row["id"]) else "other"
        gold = [e for e in row["entities"] if e.get("lat") is not None]
        if not gold:
            continue
        spans = [(e["start"], e["end"]) for e in gold]
        found = places.resolve(row["text"], spans)
        for entity, ranked in zip(gold, found, strict=True):
            kind = kind_of(entity)
            seen = counts.setdefault((half, kind), Counter())
            seen["all"] += 1
            if not ranked:
                seen["none"] += 1
                outcome = "none"
            elif kind == "country" or (kind == "adjective"):
                same = ranked[0].country == gazetteer.country_of(entity["wikipedia"])
                outcome = "right" if same else "wrong"
                seen[outcome] += 1
            else:
                outcome = "right" if right(ranked[0], entity) else "wrong"
                seen[outcome] += 1
            if half == "tuned" and outcome != "right":
                said = f"{ranked[0].name}, {ranked[0].country}" if ranked else "-"
                wrong.append((kind, entity["text"] + " | " + entity["wikipedia"], said))
    for half in ("tuned", "other"):
        print(f"places, {half} half: kind, names, right, wrong, not known")
        for kind in ("place", "country", "adjective", "facility", "sea or river", "body or phrase"):
            seen = counts.get((half, kind), Counter())
            total = max(seen["all"], 1)
            print(
                f"  {kind:15} {seen['all']:4}  {seen['right'] / total:.3f}"
                f"  {seen['wrong'] / total:.3f}  {seen['none'] / total:.3f}"
            )
    if os.environ.get("ERRORS"):
        for (kind, name, said), n in Counter(wrong).most_common():
            print(n, kind, name, "->", said)
    names = ["Kyiv", "Saratov", "Engels", "Goma", "Khan Younis", "Nowhere Such", "Sumy Oblast"]
    times = []
    for _ in range(max(rounds, 3)):
        gazetteer.lookup.cache_clear()
        for name in names:
            started = time.perf_counter()
            gazetteer.lookup(name)
            times.append((time.perf_counter() - started) * 1e6)
    print(f"look-up, nothing kept: {statistics.median(times):.0f} µs median")
