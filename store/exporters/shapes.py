"""The incidents in the shape that somebody else expects: another data set's table, GeoJSON, the
codebook, the case-file page. One file each."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from store import codebook
from store.errors import StoreError
from store.exporters import casefile, codes, csv_files, geojson, profiles
from store.exporters.csv_files import Out, Profile

SHAPES = {
    "acled": ("acled.csv", "ACLED's columns and codes"),
    "ucdp": ("ucdp.csv", "the columns of UCDP GED"),
    "geojson": ("incidents.geojson", "GeoJSON, for maps"),
    "codebook": ("codebook.csv", "what each code means"),
    "casefile": ("casefile.html", "a page to mail: timeline, map, sheets with quotes and links"),
}
"""Each shape, the file it is called by itself, and what it is."""


def write(
    connection: sqlite3.Connection, book: codebook.Codebook, shape: str, out: Out,
    profile: Profile = "exact", title: str = "Case file",
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[int, Counter[str]]:  # fmt: skip
    """Write one shape; return how many incidents (codes) it holds, and how many it does not take
    for which reason. ``progress`` hears how many incidents the page has so far."""
    left: Counter[str] = Counter()
    count = 0
    if shape == "casefile":
        count = casefile.write(connection, book, out, title, progress)
    elif shape == "geojson":
        out.write('{"type": "FeatureCollection", "features": [')
        for count, feature in enumerate(geojson.features(connection), 1):
            out.write((",\n" if count > 1 else "\n") + json.dumps(feature, ensure_ascii=False))
        out.write("\n]}\n")
    elif shape == "codebook":
        count = csv_files.write_rows(codes.COLUMNS, codes.rows(book), out, profile)
    else:
        wanted = profiles.PROFILES[shape]
        rows = profiles.rows(connection, book, wanted, left)
        count = csv_files.write_rows(wanted.columns, rows, out, profile)
    return count, left


def export(
    connection: sqlite3.Connection, book: codebook.Codebook, shape: str, path: Path,
    profile: Profile = "exact", title: str = "Case file",
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[int, Counter[str]]:  # fmt: skip
    """Write one shape into a file, which takes its name when all is written.

    Raises:
        StoreError: the file cannot be written; the message says why.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with csv_files.replacing(path) as out:
            return write(connection, book, shape, out, profile, title, progress)
    except OSError as problem:
        raise StoreError(f"{path}: cannot be written ({problem.strerror})") from problem


def said(count: int, left: Counter[str], shape: str) -> str:
    """Return what was written and what was left out, in a line."""
    line = f"{count} {'codes' if shape == 'codebook' else 'incidents'}"
    if left:
        reasons = ", ".join(f"{n} {why}" for why, n in left.most_common())
        name = profiles.PROFILES[shape].name
        line += f"; {sum(left.values())} left out, which {name} does not take: {reasons}"
    return line
