"""Which incidents a list, a timeline or a map shows: a filter and the line of text that says it.

``type:attack place:kyiv actor:russia date:2022-10..2022-11 killed:>5 drones``: every word narrows
further; what is no ``name:value`` is looked for in titles, summaries, places and targets.
"""

from __future__ import annotations

import re
import sqlite3
from typing import NamedTuple

_PART = re.compile(r'([a-z]+):(?:"([^"]*)"|(\S*))|"([^"]*)"|(\S+)', re.IGNORECASE)
_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}")
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


def conditions(line: str) -> tuple[str, list[object]]:
    """Return the SQL test and its values for a line.

    Raises:
        ValueError: a name or value is not known; the message says which there are.
    """
    tests, values = ["deleted = 0"], list[object]()
    parts = list(_PART.finditer(line))
    if len(parts) > _MOST:
        raise ValueError(f"a filter takes at most {_MOST} words")
    for m in parts:
        name, quoted, plain, phrase, word = m.groups()
        value = quoted if quoted is not None else plain
        if name is None:
            both = f"%{_escaped(phrase if phrase is not None else word)}%"
            tests.append(_like(_ANYWHERE))
            values += [both] * len(_ANYWHERE)
            continue
        name = name.lower()
        if name not in NAMES:
            raise ValueError(f"“{name}:” is not a filter; there are {', '.join(f'{n}:' for n in NAMES)}")  # fmt: skip
        if not value:
            raise ValueError(f"{name}: needs a value")
        if name == "date":
            _dates(value, tests, values)
        elif name == "killed":
            number = value.lstrip(">=")
            if not number.isdecimal() or len(number) > 9:
                raise ValueError(f"killed “{value}”: write a number, killed:>5")
            tests.append("COALESCE(killed_best, killed_min) >= ?")
            values.append(int(number) + (value.startswith(">") and not value.startswith(">=")))
        else:
            columns = _LIKE[name]
            pattern = ("" if name == "type" else "%") + _escaped(value) + "%"
            tests.append(_like(columns))
            values += [pattern] * len(columns)
    return " AND ".join(tests), values


def _like(columns: tuple[str, ...]) -> str:
    return "(" + " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns) + ")"


def _escaped(value: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", value)


def _dates(value: str, tests: list[str], values: list[object]) -> None:
    since, dots, until = value.partition("..")
    until = until if dots else since
    for end in (since, until):
        if end and not _DATE.fullmatch(end):
            raise ValueError(f"date “{value}”: write 2025, 2025-01, 2025-01-14 or 2025-01..2025-03")
    if since:
        tests.append("COALESCE(date_end, date_start) >= ?")
        values.append(since)
    if until:
        tests.append("date_start <= ? AND date_start NOT LIKE 'X%'")
        values.append(until + "~")  # `~` comes behind every digit: the whole month or year


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
