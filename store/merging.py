"""Merging incidents that are one, splitting one that is several, taking a merge back, and the
contradictions that decisions lead to.

A merge moves the other incident's reports, links and notes to the one that stays, and remembers
what it moved, so that it can be taken back also after other edits. Nothing is deleted: the other
incident keeps its fields under a tombstone.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from store import codebook, incident_titles, incidents
from store.errors import RefusedError
from store.history import Edit
from store.incidents import FIELDS, FIRST_ACCOUNT
from store.records import Incident, Link, Report, Value
from store.texts import clean

NOT_SAME = "not_same"
"""The relation that says: looked alike and is not."""
DOUBT = "possible_same_event"


@dataclass(frozen=True)
class Merge:
    """An incident that was put into another. ``values`` are the fields that it had."""

    uid: bytes
    from_id: int
    title: str
    values: dict[str, Value]
    why: str | None
    analyst: str
    created: str


def merged_into(connection: sqlite3.Connection, incident_id: int) -> list[Merge]:
    """Return the incidents that were put into one, oldest first."""
    columns = ", ".join(f"i.{field.name}" for field in FIELDS)
    rows = connection.execute(
        f"SELECT m.uid, i.id, i.title, m.why, COALESCE(a.name, ''), m.created, {columns}"
        " FROM incident_merge m JOIN incident i ON i.id = m.from_incident_id"
        " LEFT JOIN analyst a ON a.id = m.analyst_id"
        " WHERE m.to_incident_id = ? AND m.deleted = 0 ORDER BY m.id",
        (incident_id,),
    )
    return [
        Merge(uid, number, title, dict(zip((f.name for f in FIELDS), values, strict=True)), why, who, at)
        for uid, number, title, why, who, at, *values in rows
    ]  # fmt: skip


def refusals(connection: sqlite3.Connection, a: int, b: int) -> list[Link]:
    """Return the links that say that two incidents are not the same."""
    return [
        link
        for link in incidents.links_of(connection, a)
        if link.relation == NOT_SAME and {link.from_id, link.to_id} == {a, b}
    ]


def merge(
    edit: Edit, into: Incident, other: Incident, why: str = "", undirected: Collection[str] = ()
) -> None:
    """Put ``other`` into ``into``: one event. Fields that ``into`` lacks are taken over; where both
    have a value, the other's stays to be seen (`merged_into`). A relation that both have with a third
    is kept once, those of ``undirected`` whichever way they were stored.

    A link between the two that says they are not the same is taken out with it and comes back when
    the merge is taken back; to ask before is the caller's (`refusals`).

    Raises:
        RefusedError: both are the same, or one is gone.
    """
    if into.id == other.id:
        raise RefusedError("an incident cannot be merged with itself")
    for incident in (into, other):
        if incidents.get(edit.connection, incident.id) is None:
            raise RefusedError(f"“{incident.title[:40]}” is no longer there")
    refined = _refined(edit.connection, into, other)
    filled = _filled(into.values, other.values, refined)
    moved = {
        "reports": _move(edit, "incident_report", "incident_id", other.id, into.id),
        "dropped": _drop_links(edit, into.id, other.id, undirected),
        "from": _move(edit, "incident_link", "from_incident_id", other.id, into.id),
        "to": _move(edit, "incident_link", "to_incident_id", other.id, into.id),
        "notes": _move_notes(edit, other.uid, into.uid),
        "refined": refined,
        "filled": filled,
    }
    closer = {name: after for name, (_, after) in refined.items()}
    _take(edit, into, closer, f"{_CLOSER_BY}{other.title}”")
    _take(edit, into, filled, f"{_FROM}{other.title}”")
    edit.insert_made(
        "incident_merge",
        from_incident_id=other.id,
        to_incident_id=into.id,
        moved=json.dumps(moved, ensure_ascii=False),
        why=clean(why)[0].strip() or None,
    )
    edit.update("incident", other.uid, deleted=1)
    edit.update("incident", into.uid, changed=edit.at)


def _move(edit: Edit, table: str, column: str, from_id: int, to_id: int) -> list[str]:
    rows = edit.connection.execute(
        f"SELECT uid FROM {table} WHERE {column} = ? AND deleted = 0 ORDER BY id", (from_id,)
    ).fetchall()
    for (uid,) in rows:
        edit.update(table, uid, **{column: to_id})
    return [uid.hex() for (uid,) in rows]


def _move_notes(edit: Edit, from_uid: bytes, to_uid: bytes) -> list[str]:
    rows = edit.connection.execute(
        "SELECT uid FROM note WHERE target_kind = 'incident' AND target_uid = ? AND deleted = 0",
        (from_uid,),
    ).fetchall()
    for (uid,) in rows:
        edit.update("note", uid, target_uid=to_uid)
    return [uid.hex() for (uid,) in rows]


def _drop_links(edit: Edit, into: int, other: int, undirected: Collection[str]) -> list[str]:
    """Take out the links between the two, and those of the other that ``into`` has as well."""

    def told(relation: str, ends: tuple[int, int]) -> tuple[str, int, int]:
        first, second = sorted(ends) if relation in undirected else ends
        return relation, first, second

    kept = {
        told(link.relation, (link.from_id, link.to_id))
        for link in incidents.links_of(edit.connection, into)
    }
    dropped = []
    for link in incidents.links_of(edit.connection, other):
        a, b = (into if end == other else end for end in (link.from_id, link.to_id))
        if a == b or told(link.relation, (a, b)) in kept:
            edit.delete("incident_link", link.uid)
            dropped.append(link.uid.hex())
    return dropped


def _filled(
    into: Mapping[str, Value], other: Mapping[str, Value], refined: Mapping[str, list[Value]]
) -> dict[str, Value]:
    """Return the values that an incident lacks and the other has; none of another place or day than
    its own, and no figure that contradicts its own estimate."""
    now = {**into, **{name: after for name, (_, after) in refined.items()}}
    elsewhere = incidents.of_another(now, other)
    filled: dict[str, Value] = {}
    for field in FIELDS:
        name, value = field.name, other[field.name]
        if into[name] is not None or value is None or name in elsewhere:
            continue
        if not incidents.crossed({**now, **filled}, name, value):
            filled[name] = value
    return filled


def _take(edit: Edit, incident: Incident, values: Mapping[str, Value], why: str) -> None:
    """Give fields of an incident values that no claim of its own tells, and remember why."""
    if values:
        edit.update("incident", incident.uid, **values)
    for name in values:
        edit.insert_made(
            "incident_choice", incident_id=incident.id, field=name, claim_id=None, why=why
        )


_FROM, _CLOSER_BY, _TAKEN_BACK = "from “", "known closer by “", "merge taken back"
"""How the reasons begin that a merge gives."""

_CLOSER = {
    f"{lead.partition('_')[0]}_precision": (lead, *names)
    for lead, names in incidents.GOES_WITH.items()
}
"""Fields that go together, by the one that says how exactly they are known (UCDP: 1 is closest)."""


def _refined(
    connection: sqlite3.Connection, into: Incident, other: Incident
) -> dict[str, list[Value]]:
    """Return day and place where ``other`` knows them more exactly and ``into`` has them from its
    first account only, each as it was and becomes; what an analyst chose stays."""
    refined: dict[str, list[Value]] = {}
    choices = incidents.choices_of(connection, into.id)
    for precision, names in _CLOSER.items():
        ours, theirs = str(into.values[precision] or ""), str(other.values[precision] or "")
        if not (ours[:1].isdecimal() and theirs[:1].isdecimal() and theirs[0] < ours[0]):
            continue
        if any(name in choices and not _by_itself(*choices[name]) for name in names):
            continue
        if not _within(into, other, precision):
            continue
        for name in names:
            if into.values[name] not in (None, other.values[name]):  # None is filled anyway
                refined[name] = [into.values[name], other.values[name]]
    return refined


def outcome(connection: sqlite3.Connection, into: Incident, other: Incident) -> dict[str, Value]:
    """Return the fields of ``into`` that a merge would change, with what they become."""
    refined = _refined(connection, into, other)
    closer = {name: after for name, (_, after) in refined.items()}
    return {**_filled(into.values, other.values, refined), **closer}


def _by_itself(claim_id: int | None, why: str) -> bool:
    """Whether a field came to its value by the program and not by an analyst's choice."""
    made = claim_id is None and why.startswith((_FROM, _CLOSER_BY, _TAKEN_BACK))
    return made or why == FIRST_ACCOUNT


def _within(into: Incident, other: Incident, precision: str) -> bool:
    """Whether the closer value lies in the wider one, as far as can be told."""
    if other.values[_CLOSER[precision][0]] is None:
        return False  # a precision of nothing
    if precision == "place_precision":
        return into.values["country"] in (None, other.values["country"])
    first, last = (str(into.values[name] or "") for name in ("date_start", "date_end"))
    day = str(other.values["date_start"] or "")
    return first[: len(day)] <= day <= (last or first) + "~"


def unmerge(edit: Edit, merge_uid: bytes) -> int:
    """Take a merge back: the other incident is there again with its reports, links and notes, as
    far as they still are where the merge put them. Returns its number.

    Raises:
        RefusedError: it was taken back before, or the incident it went into is gone.
    """
    return _unmerge(edit, merge_uid)[0]


def _unmerge(edit: Edit, merge_uid: bytes) -> tuple[int, set[str]]:
    """Take a merge back; return the other incident's number, and the fields that had its values."""
    row = edit.connection.execute(
        "SELECT from_incident_id, to_incident_id, moved FROM incident_merge"
        " WHERE uid = ? AND deleted = 0",
        (merge_uid,),
    ).fetchone()
    if row is None:
        raise RefusedError("this merge was taken back already")
    from_id, to_id, moved = row[0], row[1], json.loads(row[2])
    into = incidents.get(edit.connection, to_id)
    if into is None:
        raise RefusedError("the incident that it went into was merged itself: take that back first")
    there = [
        uid
        for uid in moved["reports"]
        if _still(edit, "incident_report", "incident_id", uid, to_id)
        and _still(edit, "incident_report", "deleted", uid, 0)
    ]
    if moved["reports"] and not there:
        raise RefusedError(
            "its reports are no longer here (split off or deleted): it would be an incident without any"
        )
    uid = edit.connection.execute("SELECT uid FROM incident WHERE id = ?", (from_id,)).fetchone()[0]
    edit.delete("incident_merge", merge_uid)
    edit.update("incident", uid, deleted=0)
    for table, column, uids in (
        ("incident_report", "incident_id", moved["reports"]),
        ("incident_link", "from_incident_id", moved["from"]),
        ("incident_link", "to_incident_id", moved["to"]),
    ):
        for moved_uid in uids:
            if _still(edit, table, column, moved_uid, to_id):
                edit.update(table, bytes.fromhex(moved_uid), **{column: from_id})
    for moved_uid in moved["notes"]:
        if _still(edit, "note", "target_uid", moved_uid, into.uid):
            edit.update("note", bytes.fromhex(moved_uid), target_uid=uid)
    for dropped in moved["dropped"]:
        if _still(edit, "incident_link", "deleted", dropped, 1):
            _bring_back(edit, bytes.fromhex(dropped))
    emptied: dict[str, Value] = {
        name: None for name, value in moved["filled"].items() if into.values.get(name) == value
    }
    emptied |= {
        name: before
        for name, (before, after) in moved.get("refined", {}).items()
        if into.values.get(name) == after
    }
    _take(edit, into, emptied, _TAKEN_BACK)
    return int(from_id), set(emptied)


def _bring_back(edit: Edit, link: bytes) -> None:
    """Bring back a link that a merge dropped, as if it had been there at every merge since: the
    other end may have been put into a third incident, which would have taken the link along, or
    have been deleted, and the link with it."""
    relation, *ends = edit.connection.execute(
        "SELECT relation, from_incident_id, to_incident_id FROM incident_link WHERE uid = ?",
        (link,),
    ).fetchone()
    for at, side in enumerate(("from", "to")):
        while later := edit.connection.execute(
            "SELECT uid, to_incident_id, moved FROM incident_merge"
            " WHERE from_incident_id = ? AND deleted = 0",
            (ends[at],),
        ).fetchone():
            merge_uid, ends[at], moved = later[0], later[1], json.loads(later[2])
            there = edit.connection.execute(
                "SELECT 1 FROM incident_link WHERE relation = ? AND from_incident_id = ?"
                " AND to_incident_id = ? AND deleted = 0",
                (relation, *ends),
            ).fetchone()
            needless = ends[0] == ends[1] or there is not None
            moved["dropped" if needless else side].append(link.hex())
            edit.update("incident_merge", merge_uid, moved=json.dumps(moved, ensure_ascii=False))
            if needless:
                return
    gone = "SELECT 1 FROM incident WHERE id IN (?, ?) AND deleted = 1"
    if edit.connection.execute(gone, ends).fetchone():
        return
    edit.update("incident_link", link, deleted=0, from_incident_id=ends[0], to_incident_id=ends[1])


def _still(edit: Edit, table: str, column: str, uid: str, expected: Value) -> bool:
    row = edit.connection.execute(
        f"SELECT {column} FROM {table} WHERE uid = ?", (bytes.fromhex(uid),)
    ).fetchone()
    return row is not None and row[0] == expected


def split(edit: Edit, incident: Incident, report_ids: Collection[int], title: str = "") -> int:
    """Make an incident of its own out of some reports of one. Its fields are what they claim, its
    title too where none is given; the one that stays keeps its fields and links. All reports that a
    merge brought are that incident again, with its fields, links and notes, and those chosen beside
    them join it. Returns the new incident's number.

    Raises:
        RefusedError: none or all of the reports are chosen.
    """
    reports = incidents.reports_of(edit.connection, incident.id)
    chosen = [report for report in reports if report.id in report_ids]
    if not chosen or len(chosen) == len(reports):
        raise RefusedError("choose some of the reports, not none and not all of them")
    stays = [report for report in reports if report not in chosen]
    uids = _uids(edit.connection, chosen)
    restored, emptied = list[int](), set[str]()
    for merge_uid, brought in _brought(edit.connection, incident.id):
        if brought <= uids:
            number, fields = _unmerge(edit, merge_uid)
            restored.append(number)
            emptied |= fields
    new_id = restored[0] if restored else incidents.begin(edit, title or split_title(edit.connection, incident.id, report_ids))  # fmt: skip
    new = incidents.get(edit.connection, new_id)
    if new is None:
        raise RefusedError("the incident is no longer there")
    for number in restored[1:]:
        other = incidents.get(edit.connection, number)
        if other is not None:
            merge(edit, new, other)
    if restored and title:
        edit.update("incident", new.uid, title=title)
    for uid in sorted(uids):
        if _still(edit, "incident_report", "incident_id", uid, incident.id):
            edit.update("incident_report", bytes.fromhex(uid), incident_id=new_id)
    for report in chosen:
        incidents.fill(edit, new_id, report.claims)
    _unfill(edit, incidents.get(edit.connection, incident.id) or incident, chosen, stays)
    _refill(edit, incident, emptied, stays)
    edit.update("incident", incident.uid, changed=edit.at)
    return new_id


def split_title(
    connection: sqlite3.Connection, incident_id: int, report_ids: Collection[int]
) -> str:
    """Return what an incident of some reports of one is called: as before the merge that brought
    them, else by what they claim."""
    reports = [r for r in incidents.reports_of(connection, incident_id) if r.id in report_ids]
    uids = _uids(connection, reports)
    titles = {merge.uid: merge.title for merge in merged_into(connection, incident_id)}
    for merge_uid, brought in _brought(connection, incident_id):
        if brought <= uids:
            return titles[merge_uid]
    told = {claim.field: claim.value for r in reversed(reports) for claim in reversed(r.claims)}
    return incident_titles.of(told, reports[0].quote or "" if reports else "")


def _uids(connection: sqlite3.Connection, reports: Iterable[Report]) -> set[str]:
    """Return what ties reports to their incident, as merges remember it."""
    return {
        uid.hex()
        for report in reports
        for (uid,) in connection.execute(
            "SELECT uid FROM incident_report WHERE report_id = ? AND deleted = 0", (report.id,)
        )
    }


def _brought(connection: sqlite3.Connection, incident_id: int) -> list[tuple[bytes, set[str]]]:
    """Return the merges into an incident, each with those of its reports that are still there."""
    here = {
        uid.hex()
        for (uid,) in connection.execute(
            "SELECT uid FROM incident_report WHERE incident_id = ? AND deleted = 0", (incident_id,)
        )
    }
    rows = connection.execute(
        "SELECT uid, moved FROM incident_merge WHERE to_incident_id = ? AND deleted = 0 ORDER BY id",
        (incident_id,),
    ).fetchall()
    brought = [(uid, here.intersection(json.loads(moved)["reports"])) for uid, moved in rows]
    return [(uid, reports) for uid, reports in brought if reports]


def _unfill(
    edit: Edit, incident: Incident, gone: Sequence[Report], stays: Sequence[Report]
) -> None:
    """Take out the values that an incident has from reports that went elsewhere, by their first
    account or by a merge, and fill the fields from the reports that stay, one after the other."""

    def tell(reports: Sequence[Report], name: str) -> bool:
        claims = (c for report in reports for c in report.claims if c.field == name)
        return any(incidents.agrees(incident, c) for c in claims)

    went = {c.id for report in gone for c in report.claims}
    emptied = [
        name
        for name, (claim_id, why) in incidents.choices_of(edit.connection, incident.id).items()
        if incident.values.get(name) is not None
        and _by_itself(claim_id, why)
        and (claim_id in went or (claim_id is None and tell(gone, name) and not tell(stays, name)))
    ]
    if emptied:
        _take(edit, incident, dict.fromkeys(emptied), "split")
        _refill(edit, incident, emptied, stays)


def _refill(
    edit: Edit, incident: Incident, emptied: Collection[str], stays: Sequence[Report]
) -> None:
    """Fill fields that were emptied, and the figures that those kept out, from the reports that
    stay, one after the other; what an analyst emptied stays empty."""
    names = set(emptied)
    for estimate in incidents.RANGES:
        if names.intersection(estimate):
            names.update(estimate)
    choices = incidents.choices_of(edit.connection, incident.id)
    for name in [*names]:
        if name not in emptied and name in choices and not _by_itself(*choices[name]):
            names.discard(name)
    for report in stays:
        incidents.fill(edit, incident.id, [c for c in report.claims if c.field in names])


# --- contradictions -------------------------------------------------------------------------------

_MOST = 500
"""Incidents that are looked at around one."""


@dataclass(frozen=True)
class Contradiction:
    """Decisions that cannot all hold, in words, and the incidents they are about."""

    words: str
    incidents: tuple[int, ...]


def contradictions(
    connection: sqlite3.Connection, book: codebook.Codebook, incident_id: int
) -> list[Contradiction]:
    """Return what cannot all hold among the incidents that are tied to one."""
    links = _around(connection, incident_id)
    titles = {link.from_id: link.from_title for link in links}
    titles.update((link.to_id, link.to_title) for link in links)

    def told(path: Iterable[int], words: str) -> str:
        return f" {words} ".join(f"“{titles[i][:30]}”" for i in path)

    out = []
    directed = {r.id for r in book.relations if r.directed}
    for relation in sorted(directed):
        edges: dict[int, list[int]] = {}
        for link in links:
            if link.relation == relation:
                edges.setdefault(link.from_id, []).append(link.to_id)
        if cycle := _cycle(edges):
            words = told([*cycle, cycle[0]], relation.replace("_", " "))
            out.append(Contradiction(f"goes round in a circle: {words}", tuple(cycle)))
    groups = _groups((link.from_id, link.to_id) for link in links if link.relation == DOUBT)
    for link in links:
        a, b = link.from_id, link.to_id
        if link.relation == NOT_SAME and a in groups and groups[a] == groups.get(b):
            path = _path([x for x in links if x.relation == DOUBT], a, b)
            words = told(path, "perhaps is")
            out.append(Contradiction(f"said to be different, and yet {words}", tuple(path)))
    return out


def _around(connection: sqlite3.Connection, incident_id: int) -> list[Link]:
    seen, waiting, links = {incident_id}, [incident_id], {}
    while waiting and len(seen) < _MOST:
        for link in incidents.links_of(connection, waiting.pop()):
            links[link.id] = link
            for end in (link.from_id, link.to_id):
                if end not in seen:
                    seen.add(end)
                    waiting.append(end)
    return [links[number] for number in sorted(links)]


def _cycle(edges: dict[int, list[int]]) -> list[int]:
    """Return one circle of a directed graph, empty where there is none."""
    state: dict[int, int] = {}  # 1: on the way, 2: done
    for start in edges:
        if start in state:
            continue
        path, ways = [start], [iter(edges[start])]
        state[start] = 1
        while path:
            step = next(ways[-1], None)
            if step is None:
                state[path.pop()] = 2
                ways.pop()
            elif state.get(step) == 1:
                return path[path.index(step) :]
            elif step not in state:
                state[step] = 1
                path.append(step)
                ways.append(iter(edges.get(step, ())))
    return []


def _groups(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    parent: dict[int, int] = {}

    def root(x: int) -> int:
        while parent.setdefault(x, x) != x:
            x = parent[x]
        return x

    for a, b in pairs:
        parent[root(a)] = root(b)
    return {x: root(x) for x in list(parent)}


def _path(links: Sequence[Link], a: int, b: int) -> list[int]:
    before: dict[int, int] = {a: a}
    waiting = [a]
    for x in waiting:
        for link in links:
            if x in (link.from_id, link.to_id):
                other = link.to_id if link.from_id == x else link.from_id
                if other not in before:
                    before[other] = x
                    waiting.append(other)
    path = [b]
    while path[-1] != a:
        path.append(before[path[-1]])
    return path[::-1]
