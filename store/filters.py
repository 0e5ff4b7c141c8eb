"""Which articles a list shows, and in which order: a filter, and the line of text that says it.

An analyst types ``status:unread tag:kharkiv date:2025-01..2025-03 has:notes sort:title drones``;
every word narrows the list further, and what is no ``name:value`` is looked for in the texts. The
same line is what a saved filter holds.
"""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass, fields
from typing import Literal

from store import dates
from store.records import STATUSES
from store.texts import clean, fold

SORTS = {
    "newest": "COALESCE(published, '') DESC, id DESC",
    "oldest": "COALESCE(published, '9999'), id",
    "title": "title COLLATE NOCASE, id",
    "source": "COALESCE(source, '') COLLATE NOCASE, id",
    "unreviewed": "n_unreviewed DESC, id DESC",
    "added": "id DESC",
}
"""How a list can be sorted; each has an index."""

HAS = {
    "notes": "n_notes > 0",
    "incidents": "n_reports > 0",
    "unreviewed": "n_unreviewed > 0",
    "mentions": "n_mentions > 0",
    "date": "published IS NOT NULL",
    "conflict": "date_conflict = 1",
}
"""What an article can have; ``-has:notes`` is an article without."""

_PART = re.compile(r'(-?)([A-Za-z]+):(?:"((?:[^"\\]|\\.)*)"|([^\s"]*)(?=\s|$))|(\S*"[^"]*"?|\S+)')
_MOST = 40


@dataclass(frozen=True)
class Filter:
    """Empty fields do not narrow the list."""

    statuses: tuple[str, ...] = ()
    label: str = ""
    query: str = ""  # full text, as an analyst types it
    tags: tuple[str, ...] = ()  # all of them
    source: str = ""
    since: str = ""  # first day, month or year
    until: str = ""  # last day, month or year, included
    entity: str = ""
    has: tuple[str, ...] = ()  # names of `HAS`, with ``-`` before it: without
    unreviewed: int = 0  # at least so many mentions to review
    sort: str = "newest"

    @property
    def narrows(self) -> bool:
        """Whether it leaves any article out."""
        return any(getattr(self, f.name) != f.default for f in fields(self) if f.name != "sort")


def parse(line: str) -> Filter:
    """Read a filter from a line.

    Raises:
        ValueError: a name or value is not known; the message says which there are.
    """
    values: dict[str, object] = {}
    lists: dict[str, list[str]] = {"statuses": [], "tags": [], "has": []}
    words = []
    for m in _PART.finditer(clean(line)[0]):
        minus, name, quoted, plain, word = m.groups()
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain
        name = name and name.lower()
        if word is not None or name not in _READERS:
            if name and not word and value and not minus and not value.startswith("//"):
                known = ", ".join(f"{n}:" for n in _READERS)
                raise ValueError(f"“{name}:” is not a filter; there are {known}")
            words.append(m.group())
            continue
        if minus and name != "has":
            raise ValueError(f"“-{name}:” is not understood; only has: can be turned round")
        _READERS[name](minus + value, values, lists)
    if any(len(found) > _MOST for found in lists.values()):
        raise ValueError(f"a filter takes at most {_MOST} tags, statuses or has:")
    values.update({name: tuple(found) for name, found in lists.items() if found})
    values["query"] = " ".join(words)
    return Filter(**values)  # type: ignore[arg-type]


def _statuses(value: str, values: dict[str, object], lists: dict[str, list[str]]) -> None:
    for status in value.split(","):
        if status not in STATUSES:
            raise ValueError(f"status “{status}”: there are {', '.join(STATUSES)}")
        lists["statuses"].append(status)


def _has(value: str, values: dict[str, object], lists: dict[str, list[str]]) -> None:
    if value.removeprefix("-") not in HAS:
        raise ValueError(f"has:{value.removeprefix('-')}: there are {', '.join(HAS)}")
    lists["has"].append(value)


def _date(value: str, values: dict[str, object], lists: dict[str, list[str]]) -> None:
    values["since"], values["until"] = dates.bounds(value)


def _unreviewed(value: str, values: dict[str, object], lists: dict[str, list[str]]) -> None:
    number = value.removeprefix(">=").removeprefix(">")
    if not number.isdecimal() or len(number) > 9:
        raise ValueError(f"unreviewed “{value}”: write a number, unreviewed:>5")
    more = value.startswith(">") and not value.startswith(">=")
    values["unreviewed"] = min(int(number) + more, 999_999_999)


def _sort(value: str, values: dict[str, object], lists: dict[str, list[str]]) -> None:
    if value not in SORTS:
        raise ValueError(f"sort “{value}”: there are {', '.join(SORTS)}")
    values["sort"] = value


_READERS = {
    "status": _statuses,
    "tag": lambda value, values, lists: lists["tags"].append(value),
    "source": lambda value, values, lists: values.update(source=value),
    "date": _date,
    "label": lambda value, values, lists: values.update(label=value.upper()),
    "entity": lambda value, values, lists: values.update(entity=value),
    "has": _has,
    "unreviewed": _unreviewed,
    "sort": _sort,
}


def line(chosen: Filter) -> str:
    """Return the line that says the filter; `parse` reads it back."""

    def one(name: str, value: str) -> str:
        if value and not re.search(r'[\s"\\]', value):
            return f"{name}:{value}"
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{name}:"{escaped}"'

    parts = [f"status:{','.join(chosen.statuses)}"] if chosen.statuses else []
    parts += [one("tag", tag) for tag in chosen.tags]
    parts += [one(n, v) for n in ("source", "label", "entity") if (v := getattr(chosen, n))]
    if chosen.since or chosen.until:
        same = chosen.since == chosen.until
        parts.append("date:" + (chosen.since if same else f"{chosen.since}..{chosen.until}"))
    parts += ["-has:" + h[1:] if h.startswith("-") else "has:" + h for h in chosen.has]
    if chosen.unreviewed:
        parts.append(f"unreviewed:>={chosen.unreviewed}")
    if chosen.sort != "newest":
        parts.append(f"sort:{chosen.sort}")
    if chosen.query:
        parts.append(chosen.query)
    return " ".join(parts)


def conditions(chosen: Filter) -> tuple[str, list[str | int]] | None:
    """Return the SQL condition on ``article`` and its values, or None where nothing can match."""
    from store import search

    tests = ["deleted = 0"]
    values: list[str | int] = []

    def add(test: str, *given: str | int) -> None:
        tests.append(test)
        values.extend(given)

    if chosen.statuses:
        add(f"status IN ({','.join('?' * len(chosen.statuses))})", *chosen.statuses)
    for tag in chosen.tags:
        add(
            "uid IN (SELECT target_uid FROM tag WHERE name = ? COLLATE NOCASE"
            " AND target_kind = 'article' AND deleted = 0)",
            tag,
        )
    if chosen.source:
        add("instr(lower(COALESCE(source, '')), lower(?))", chosen.source)
    if chosen.since:
        add("COALESCE(published, '') >= ?", chosen.since)  # as the index has it
    if chosen.until:
        add("COALESCE(published, '') > ''")
        add("COALESCE(published, '') < ?", chosen.until + "~")  # after a digit, dash or letter
    tests += [f"NOT ({HAS[h[1:]]})" if h.startswith("-") else HAS[h] for h in chosen.has]
    if chosen.unreviewed:
        add("n_unreviewed >= ?", chosen.unreviewed)
    if chosen.label:
        add(
            "EXISTS (SELECT 1 FROM mention m WHERE m.article_id = article.id AND m.label = ?"
            " AND m.deleted = 0 AND m.review_status <> 'rejected')",
            chosen.label,
        )
    if chosen.entity:
        folded, phrase = fold(chosen.entity), search.phrase(chosen.entity)
        add(
            "(id IN (SELECT m.article_id FROM alias s JOIN mention_entity x ON x.entity_id ="
            " s.entity_id AND x.deleted = 0 JOIN mention m ON m.id = x.mention_id AND m.deleted = 0"
            " WHERE s.folded = ? AND s.deleted = 0)"
            " OR (id IN (SELECT rowid FROM article_fts WHERE article_fts MATCH ?) AND EXISTS"
            " (SELECT 1 FROM mention m WHERE m.article_id = article.id AND m.deleted = 0"
            " AND m.review_status <> 'rejected' AND lower(m.quote) = lower(?))))",
            folded,
            phrase or '"\ufffc"',
            chosen.entity,
        )
    if chosen.query.strip():
        match = search.match_expression(chosen.query)
        if match is None:
            return None
        add("id IN (SELECT rowid FROM article_fts WHERE article_fts MATCH ?)", match)
    return " AND ".join(tests), values


# --- saved by name: a library's own, and no edit that undo would take back ------------------------


Kind = Literal["articles", "incidents"]
_KEPT = {"articles": "filters", "incidents": "incident_filters"}  # the settings that hold them


def saved(connection: sqlite3.Connection, of: Kind = "articles") -> dict[str, str]:
    """Return the saved filters: name and line."""
    row = connection.execute("SELECT value FROM setting WHERE key = ?", (_KEPT[of],)).fetchone()
    found = json.loads(row[0]) if row else {}
    return {str(name): str(text) for name, text in found.items()}


def save(
    connection: sqlite3.Connection, name: str, line: str | None, of: Kind = "articles"
) -> None:
    """Save a filter's line by name inside a unit of work; None takes the name away."""
    kept = saved(connection, of)
    if line is None:
        kept.pop(name, None)
    else:
        kept[name] = line
    connection.execute(
        "INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)",
        (_KEPT[of], json.dumps(kept, ensure_ascii=False)),
    )
