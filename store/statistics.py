"""What was done and how fast, read off the log of edits: numbers an analyst can quote.

Time between two edits counts where it is at most `PAUSE`; a longer gap is a pause. An edit that was
undone does not count, one that was made again does.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

PAUSE = 120.0
"""Seconds without an edit after which the time no longer counts as work."""


@dataclass
class Statistics:
    """Counts over a stretch of the log."""

    edits: int = 0
    reviewed: int = 0  # mentions decided: accepted, rejected, corrected, added
    by_status: Counter[str] = field(default_factory=Counter)
    corrections: Counter[tuple[str, str]] = field(default_factory=Counter)  # label, label after
    edges: int = 0
    notes: int = 0
    incidents: int = 0
    articles: set[str] = field(default_factory=set)  # uids of articles worked on
    done: int = 0  # articles set to done
    seconds: float = 0.0
    reviewing_seconds: float = 0.0  # of these, before an edit that decided mentions
    times: list[tuple[str, int]] = field(default_factory=list)  # when, mentions decided

    @property
    def seconds_each(self) -> float | None:
        """Seconds a decided mention took, or None where none was."""
        return self.reviewing_seconds / self.reviewed if self.reviewed else None

    def slots(self, minutes: int, count: int) -> list[tuple[str, int]]:
        """Return mentions decided in each of the last ``count`` stretches of so many minutes, up
        to the last edit: when a stretch begins, and how many."""
        if not self.times:
            return []
        step = minutes * 60
        last = int(_moment(self.times[-1][0])) // step
        filled: Counter[int] = Counter()
        for at, number in self.times:
            filled[int(_moment(at)) // step] += number
        first = max(min(filled), last - count + 1)
        return [
            (datetime.fromtimestamp(slot * step).strftime("%d %H:%M"), filled[slot])
            for slot in range(first, last + 1)
        ]


def collect(connection: sqlite3.Connection, since: str = "", analyst: str = "") -> Statistics:
    """Count the edits since a moment (ISO 8601 in UTC, empty: all), of one analyst or of all."""
    rows = connection.execute(
        "SELECT o.id, o.at, o.kind, o.changes, o.reverts FROM op o"
        " JOIN analyst a ON a.id = o.analyst_id"
        " WHERE o.at >= ? AND (? = '' OR a.name = ?) ORDER BY o.id",
        (since, analyst, analyst),
    ).fetchall()
    undone: dict[int, bool] = {}
    for _, _, kind, _, reverts in rows:
        if reverts is not None:
            undone[reverts] = kind == "undo"
    out = Statistics()
    before: float | None = None
    for number, at, _kind, changes, reverts in rows:
        moment = _moment(at)
        gap = moment - before if before is not None else 0.0
        before = moment
        worked = gap if 0 <= gap <= PAUSE else 0.0
        out.seconds += worked
        if reverts is not None or undone.get(number):
            continue
        out.edits += 1
        decided = _count(out, json.loads(changes))
        if decided:
            out.reviewing_seconds += worked
            out.times.append((at, decided))
    out.articles = {
        row[0]
        for row in connection.execute(
            "SELECT DISTINCT lower(hex(a.uid)) FROM op o JOIN article a ON a.id = o.article_id"
            " JOIN analyst n ON n.id = o.analyst_id WHERE o.at >= ? AND (? = '' OR n.name = ?)",
            (since, analyst, analyst),
        )
    }
    return out


def _moment(at: str) -> float:
    return datetime.fromisoformat(at.replace("Z", "+00:00")).timestamp()


def _count(out: Statistics, changes: list[dict[str, object]]) -> int:
    """Count what one edit changed; return how many mentions it decided."""
    decided = 0
    for change in changes:
        table, new, both = change["table"], change.get("new"), change.get("set")
        if table == "mention" and isinstance(new, dict):
            out.by_status["added"] += 1
            decided += 1
        elif table == "mention" and isinstance(both, dict):
            label, start, end = both.get("label"), both.get("start"), both.get("end")
            if isinstance(label, list):
                out.corrections[str(label[0]), str(label[1])] += 1
            if start or end:
                out.edges += 1
            status = both.get("review_status")
            if isinstance(status, list):
                out.by_status[str(status[1])] += 1
                decided += 1
        elif table == "note" and isinstance(new, dict):
            out.notes += 1
        elif table == "incident" and isinstance(new, dict):
            out.incidents += 1
        elif table == "article" and isinstance(both, dict):
            status = both.get("status")
            out.done += isinstance(status, list) and status[1] == "done"
    out.reviewed += decided
    return decided


def plot(numbers: list[int]) -> str:
    """Return numbers as bars of one character each."""
    most = max(numbers, default=0)
    return "".join(" ▁▂▃▄▅▆▇█"[-(-8 * n // most)] if most else " " for n in numbers)


def words(found: Statistics, keys: int | None = None) -> list[str]:
    """Return the statistics as lines to be read, ``keys`` being those pressed meanwhile."""
    minutes = found.seconds / 60
    lines = [
        f"mentions reviewed: {found.reviewed:,}, in {minutes:.1f} min of work;"
        f" articles worked on: {len(found.articles)}, set to done: {found.done}"
    ]
    if found.seconds_each is not None:
        each = f"a mention: {found.seconds_each:.1f} s"
        if keys is not None:
            each += f" and {keys / found.reviewed:.1f} keys ({keys:,} keys in all)"
        lines.append(each)
    lines.append("")
    for status in ("accepted", "corrected", "added", "rejected", "suggested"):
        if found.by_status[status]:
            name = "put back to suggested" if status == "suggested" else status
            share = 100 * found.by_status[status] / max(1, found.reviewed)
            lines.append(f"  {found.by_status[status]:>6,}  {name} ({share:.0f} %)")
    if found.edges:
        lines.append(f"  {found.edges:>6,}  edges moved")
    if found.corrections:
        lines += ["", "labels corrected"]
        for (was, now), count in found.corrections.most_common(12):
            lines.append(f"  {count:>6,}  {was} → {now}")
    if found.notes or found.incidents:
        lines += [
            "",
            f"  {found.notes:>6,}  notes written",
            f"  {found.incidents:>6,}  incidents recorded",
        ]
    slots = found.slots(5, 48)
    if slots:
        most = max(count for _, count in slots)
        lines += [
            "", f"mentions in each 5 minutes, most {most}",
            "", f"  {plot([count for _, count in slots])}", f"  {slots[0][0]} … {slots[-1][0]}",
        ]  # fmt: skip
    lines += [
        "",
        f"Time counts between two edits that are at most {PAUSE:.0f} s apart; undone edits do not count.",
    ]
    return lines
