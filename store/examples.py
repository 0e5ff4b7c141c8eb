"""The example articles in a library: added in one go, and taken out again in one step of undo."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from store import incidents
from store.errors import RefusedError
from store.history import Edit
from store.records import Incident, Report

PREFIX = "wikicep:"
"""What the id of an example begins with."""


def present(connection: sqlite3.Connection) -> list[int]:
    """Return the example articles of a library."""
    rows = connection.execute(
        "SELECT id FROM article WHERE deleted = 0 AND external_id LIKE ? AND author LIKE"
        " 'Wikipedia contributors%' ORDER BY id",
        (PREFIX + "%",),
    )
    return [number for (number,) in rows]


def _reported(
    connection: sqlite3.Connection, found: set[int]
) -> Iterator[tuple[Incident, list[Report], bool]]:
    """Yield the incidents that some articles report, with all their reports, and whether no other
    article reports them."""
    touched = {
        i.id: i for number in sorted(found) for i in incidents.of_article(connection, number)
    }
    for incident in touched.values():
        reports = incidents.reports_of(connection, incident.id)
        yield incident, reports, all(report.article_id in found for report in reports)


def of_them_alone(connection: sqlite3.Connection) -> int:
    """Return how many incidents only the example articles report."""
    found = set(present(connection))
    return sum(alone for _, _, alone in _reported(connection, found))


def remove(edit: Edit) -> tuple[int, int]:
    """Delete the example articles, with the incidents that only they report; return how many of
    both. An incident that another article reports too stays.

    Raises:
        RefusedError: there are none.
    """
    found = set(present(edit.connection))
    if not found:
        raise RefusedError("the example articles are not in this library")
    gone = 0
    for incident, reports, alone in list(_reported(edit.connection, found)):
        if alone:
            incidents.delete(edit, incident)
            gone += 1
        else:
            for report in reports:
                if report.article_id in found:
                    incidents.remove_report(edit, report)
    for (uid,) in edit.connection.execute(
        f"SELECT uid FROM article WHERE id IN ({','.join('?' * len(found))})", sorted(found)
    ).fetchall():
        edit.delete("article", uid)
    return len(found), gone
