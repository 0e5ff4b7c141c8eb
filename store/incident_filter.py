"""Which incidents a list, a timeline or a map shows: a filter and the line of text that says it.

``type:attack place:kyiv -actor:russia date:2022-10..2022-11 killed:2..6 drones``: every word narrows
further; what is no ``name:value`` is looked for in titles, summaries, places and targets. With ``-``
before it what it finds is left out.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection
from typing import NamedTuple

from store import dates

_PART = re.compile(r'(-?)(?:([a-z]+):(?:"([^"]*)"|(\S*))|"([^"]*)"|(\S+))', re.IGNORECASE)
_FIGURE = re.compile(r"(>=?|<=?)?(\d{1,9})|(\d{1,9})\.\.(\d{1,9})")
_MOST = 40

_LIKE = {
    "type": ("type",), "status": ("event_status",), "country": ("country",),
    "place": ("place_name", "place_text", "admin1", "facility"), "actor": ("actors", "target_actors"),
    "target": ("targets", "target_actors", "facility"), "weapon": ("weapons",), "tag": ("tags",),
}  # fmt: skip
"""Names of a filter, and the columns that each looks into."""
_ANYWHERE = (
    "title",
    "summary",
    "place_name",
    "place_text",
    "targets",
    "facility",
    "actors",
    "weapons",
)
NAMES = (*_LIKE, "date", "killed")


class Brief(NamedTuple):
    """What maps, timelines and lists need of an incident: much less than all of it."""

    id: int
    title: str
    type: str
    first: str  # EDTF, empty: unknown
    last: str
    place: str
    country: str
    lat: float | None
    lon: float | None
    precision: str
    actors: str  # JSON list


def conditions(line: str, types: Collection[str] = ()) -> tuple[str, list[object]]:
    """Return the SQL test and its values for a line. Where ``types`` are given, those of the
    codebook, a ``type:`` must begin one of them.

    Raises:
        ValueError: a name or value is not known; the message says which there are.
    """
    tests, values = ["deleted = 0"], list[object]()
    parts = list(_PART.finditer(line))
    if len(parts) > _MOST:
        raise ValueError(f"a filter takes at most {_MOST} words")
    for m in parts:
        minus, name, quoted, plain, phrase, word = m.groups()
        value = quoted if quoted is not None else plain
        if name is None:
            like, given = _like(_ANYWHERE, "%", phrase if phrase is not None else word)
        else:
            like, given = _of_name(name.lower(), value, types)
        # a field without a value holds nothing that could be left out
        tests.append(f"NOT COALESCE({like}, 0)" if minus else like)
        values += given
    return " AND ".join(tests), values


def _of_name(name: str, value: str, types: Collection[str]) -> tuple[str, list[object]]:
    if name not in NAMES:
        raise ValueError(f"“{name}:” is no filter; there are {' '.join(f'{n}:' for n in NAMES)}")
    if not value:
        raise ValueError(f"{name}: needs a value")
    if name == "date":
        return _dates(value)
    if name == "killed":
        return _killed(value)
    if name == "type" and types and not any(t.startswith(value.lower()) for t in types):
        first = " ".join(dict.fromkeys(t.partition(".")[0] for t in types))
        raise ValueError(f"no type begins with “{value}”; there are {first}")
    return _like(_LIKE[name], "" if name == "type" else "%", value)


def _killed(value: str) -> tuple[str, list[object]]:
    m = _FIGURE.fullmatch(value)
    if m is None:
        raise ValueError(f"killed “{value}”: write killed:5 (or more), killed:>5, killed:<5, killed:2..6")  # fmt: skip
    figure = "COALESCE(killed_best, killed_min)"
    if m[3] and int(m[3]) > int(m[4]):
        raise ValueError(f"killed “{value}”: the larger number comes last, killed:2..6")
    if m[3]:
        return f"{figure} BETWEEN ? AND ?", [int(m[3]), int(m[4])]
    return f"{figure} {m[1] or '>='} ?", [int(m[2])]


def _like(columns: tuple[str, ...], before: str, value: str) -> tuple[str, list[object]]:
    escaped = re.sub(r"([\\%_])", r"\\\1", value)
    test = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns)
    return f"({test})", [f"{before}{escaped}%"] * len(columns)


def _dates(value: str) -> tuple[str, list[object]]:
    since, until = dates.bounds(value)
    tests, values = list[str](), list[object]()
    if since:
        tests.append("COALESCE(date_end, date_start) >= ? AND date_start NOT LIKE 'X%'")
        values.append(since)
    if until:
        tests.append("date_start <= ? AND date_start NOT LIKE 'X%'")
        values.append(until + "~")  # `~` comes behind every digit: the whole month or year
    return f"({' AND '.join(tests)})", values


_ORDER = "ORDER BY COALESCE(date_start, '') DESC, id DESC"
_RANKS = tuple(
    f"COALESCE(date_start, '') {span}" for span in ("BETWEEN '0' AND 'X'", ">= 'X'", "= ''")
)
"""With a year, of an open year (`XXXX-01-14`), without a day: ranges of one index."""


def ids(connection: sqlite3.Connection, line: str = "") -> list[int]:
    """Return the incidents that pass, latest day first, then those of an open year, those without a
    day last."""
    test, values = conditions(line)
    return [
        number
        for rank in _RANKS
        for (number,) in connection.execute(
            f"SELECT id FROM incident WHERE {test} AND {rank} {_ORDER}", values
        )
    ]


def brief(connection: sqlite3.Connection, line: str = "") -> list[Brief]:
    """Return what passes, latest day first."""
    test, values = conditions(line)
    rows = connection.execute(
        "SELECT id, title, COALESCE(type, ''), COALESCE(date_start, ''),"
        " COALESCE(date_end, date_start, ''), COALESCE(place_name, ''), COALESCE(country, ''), lat,"
        " lon, COALESCE(place_precision, ''), COALESCE(actors, '[]') FROM incident"
        f" WHERE {test} {_ORDER}",
        values,
    )
    return list(map(Brief._make, rows))
