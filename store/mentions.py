"""Mentions: what the pipeline suggests and what an analyst decides about it."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from store import entities
from store.errors import RefusedError
from store.history import Edit, refresh_counters
from store.ids import new_uid, now, suggestion_uid
from store.records import Mention, Suggestion

_SELECT = (
    'SELECT m.id, m.uid, m.article_id, m.start, m."end", m.label, m.quote, m.review_status,'
    " m.origin, m.created, m.changed, o.layer, o.rule, o.label, o.score"
    " FROM mention m LEFT JOIN mention_origin o ON o.mention_id = m.id"
)


def of_article(
    connection: sqlite3.Connection,
    article_id: int,
    *,
    rejected: bool = False,
    near: tuple[int, int] | None = None,
) -> list[Mention]:
    """Return an article's mentions in text order, longer ones first; rejected ones on request,
    with ``near`` only those that begin in that range."""
    hidden = "" if rejected else " AND m.review_status <> 'rejected'"
    first, last = near or (0, 1 << 60)
    rows = connection.execute(
        f"{_SELECT} WHERE m.article_id = ? AND m.start >= ? AND m.start < ? AND m.deleted = 0"
        f'{hidden} ORDER BY m.start, m."end" DESC',
        (article_id, first, last),
    )
    return [Mention(*row) for row in rows]


def decided_spans(connection: sqlite3.Connection, article_id: int) -> list[tuple[int, int]]:
    """Return the spans of an article that an analyst has marked, accepted or corrected."""
    return connection.execute(
        'SELECT start, "end" FROM mention WHERE article_id = ? AND deleted = 0'
        " AND review_status NOT IN ('suggested', 'rejected')",
        (article_id,),
    ).fetchall()


def get(connection: sqlite3.Connection, uid: bytes) -> Mention | None:
    """Return one mention, or None where it is gone."""
    row = connection.execute(f"{_SELECT} WHERE m.uid = ? AND m.deleted = 0", (uid,)).fetchone()
    return Mention(*row) if row else None


@dataclass(frozen=True)
class StandsFor:
    """What a mention stands for: place, date or value as `annotate` writes them, the other places
    its name may mean, and its canonical name."""

    record: Mapping[str, Any]
    others: tuple[Mapping[str, Any], ...] = ()
    entity: str | None = None
    chosen: bool = False  # by the analyst


def stands_for(connection: sqlite3.Connection, mention_id: int) -> StandsFor | None:
    """Return what a mention stands for, the analyst's choice before the pipeline's; what the
    pipeline resolved counts no more where the mention was moved or relabelled."""
    row = connection.execute(
        "SELECT m.resolved, o.resolved, o.entity FROM mention m LEFT JOIN mention_origin o"
        ' ON o.mention_id = m.id AND o.start = m.start AND o."end" = m."end"'
        " AND o.label = m.label WHERE m.id = ?",
        (mention_id,),
    ).fetchone()
    if row is None or (row[0] is None and row[1] is None and row[2] is None):
        return None
    first = json.loads(row[1]) if row[1] else {}
    others = [*first.pop("others", [])]
    record = first
    if row[0] is not None:
        record = json.loads(row[0])
        if "place" in first and first["place"] != record.get("place"):
            others.insert(0, first["place"])
        others = [place for place in others if place != record.get("place")]
    return StandsFor(record, tuple(others), row[2], row[0] is not None)


def chosen_places(
    connection: sqlite3.Connection, article_id: int
) -> dict[tuple[int, int], Mapping[str, Any]]:
    """Return the places of an article that the analyst chose, by where their names stand."""
    rows = connection.execute(
        'SELECT start, "end", resolved FROM mention WHERE article_id = ? AND deleted = 0'
        " AND resolved IS NOT NULL",
        (article_id,),
    )
    found = ((start, end, json.loads(resolved).get("place")) for start, end, resolved in rows)
    return {(start, end): place for start, end, place in found if place}


def label_given(connection: sqlite3.Connection, quote: str) -> str | None:
    """Return the label that analysts gave to some words most often, case ignored; None where they
    marked them nowhere."""
    row = connection.execute(
        "SELECT label FROM mention INDEXED BY mention_decided WHERE lower(quote) = lower(?)"
        " AND deleted = 0 AND review_status <> 'suggested' AND review_status <> 'rejected'"
        " GROUP BY label ORDER BY COUNT(*) DESC, label LIMIT 1",
        (quote,),
    ).fetchone()
    return str(row[0]) if row else None


def rejected_spans(connection: sqlite3.Connection, article_id: int) -> set[tuple[int, int]]:
    """Return where an article's rejected mentions stand."""
    return set(
        connection.execute(
            'SELECT start, "end" FROM mention WHERE article_id = ? AND deleted = 0'
            " AND review_status = 'rejected'",
            (article_id,),
        )
    )


def choose_place(edit: Edit, mention: Mention, place: Mapping[str, Any]) -> None:
    """Say which place a mention stands for; it counts as reviewed with that."""
    edit.update("mention", mention.uid, resolved=json.dumps({"place": place}, ensure_ascii=False))
    if fresh(edit, mention).review_status == "suggested":
        accept(edit, mention)


def start_run(
    connection: sqlite3.Connection, name: str, fingerprint: str, params: str | None = None
) -> int:
    """Record that a pipeline starts to work; return the run's number."""
    row = connection.execute(
        "INSERT INTO run (uid, kind, name, version, params, started)"
        " VALUES (?, 'model', ?, ?, ?, ?) RETURNING id",
        (new_uid(), name, fingerprint, params, now()),
    ).fetchone()
    return int(row[0])


def finish_run(connection: sqlite3.Connection, run_id: int) -> None:
    """Record that the run ended."""
    connection.execute("UPDATE run SET finished = ? WHERE id = ?", (now(), run_id))


def replace_suggestions(
    connection: sqlite3.Connection,
    article_id: int,
    suggestions: Sequence[Suggestion],
    fingerprint: str | None,
    run_id: int | None,
    *,
    layer: str | None = None,
) -> int:
    """Put the pipeline's suggestions in place of its earlier ones; return how many are shown. With
    ``layer`` only those of that layer are replaced, and without ``fingerprint`` the article stays
    as far up to date as it was.

    A human decision is never touched, and nothing comes back that equals a rejection, the origin
    of a correction, or a mention that the analyst has, or that is part of one (such a part is not
    stored: where that mention shrinks, the next run suggests it). A suggestion that ever had a note
    stays, so that undo can bring the note back.
    """
    article = connection.execute(
        "SELECT a.uid, v.text FROM article a JOIN article_version v ON v.article_id = a.id"
        " WHERE a.id = ? ORDER BY v.number DESC LIMIT 1",
        (article_id,),
    ).fetchone()
    if article is None:
        return 0
    article_uid, text = article
    decided, open_uids, human_spans = set(), {}, set()
    for row_id, uid, start, end, label, status, deleted, made_in in connection.execute(
        'SELECT m.id, m.uid, m.start, m."end", m.label, m.review_status, m.deleted, o.layer'
        " FROM mention m LEFT JOIN mention_origin o ON o.mention_id = m.id WHERE m.article_id = ?",
        (article_id,),
    ):
        if status == "suggested" and not deleted:
            if layer in (None, made_in):
                open_uids[uid] = row_id
            else:
                decided.add(uid)  # another layer has it already
        else:
            decided.add(uid)
            if not deleted and status != "rejected":
                human_spans.add((start, end, label))
    moment = now()
    row = connection.execute("SELECT COALESCE(MAX(id), 0) FROM mention").fetchone()
    next_id = int(row[0]) + 1
    fresh, origins, again, seen = [], [], [], set()
    part = _parts(human_spans)
    for s in suggestions:
        uid = suggestion_uid(article_uid, s.start, s.end, s.label)
        if uid in decided or uid in seen or (s.start, s.end, s.label) in human_spans:
            continue
        if uid not in open_uids and part(s.start, s.end):
            continue
        if not 0 <= s.start < s.end <= len(text):
            raise ValueError(f"a suggestion outside the text: {s.start}-{s.end} of {len(text)}")
        seen.add(uid)
        stands_for = None if s.resolved is None else json.dumps(s.resolved, ensure_ascii=False)
        made_by = (s.layer, s.rule, s.entity, s.score, stands_for, run_id)
        if uid in open_uids:
            again.append((*made_by, open_uids[uid]))
            continue
        quote = text[s.start : s.end]
        fresh.append(
            (next_id, uid, article_id, s.start, s.end, s.label, quote, s.origin, moment, moment)
        )
        origins.append((next_id, s.start, s.end, s.label, *made_by))
        next_id += 1
    stale = [
        (row_id,)
        for uid, row_id in open_uids.items()
        if uid not in seen
        and not connection.execute("SELECT 1 FROM note WHERE target_uid = ?", (uid,)).fetchone()
    ]
    connection.executemany("DELETE FROM mention WHERE id = ?", stale)
    connection.executemany(
        'INSERT INTO mention (id, uid, article_id, start, "end", label, quote, review_status,'
        " origin, created, changed) VALUES (?, ?, ?, ?, ?, ?, ?, 'suggested', ?, ?, ?)",
        fresh,
    )
    connection.executemany(
        'INSERT INTO mention_origin (mention_id, start, "end", label, layer, rule, entity, score,'
        " resolved, run_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        origins,
    )
    connection.executemany(
        "UPDATE mention_origin SET layer = ?, rule = ?, entity = ?, score = ?, resolved = ?,"
        " run_id = ?"
        " WHERE mention_id = ?",
        again,
    )
    if fingerprint is not None:
        connection.execute(
            "UPDATE article SET pipeline = ? WHERE id = ?", (fingerprint, article_id)
        )
    refresh_counters(connection, article_id, ("mention",))
    return len(seen)


def _parts(marks: Collection[tuple[int, int, str]]) -> Callable[[int, int], bool]:
    """Return what tells whether a span is a part of one of these marks, shorter than it."""
    spans = sorted((start, -end) for start, end, _ in marks)  # of one start the longest first
    furthest = list(accumulate((-end for _, end in spans), max))

    def part(start: int, end: int) -> bool:
        before = bisect_left(spans, (start, -end))  # those that begin before it, or end behind it
        return before > 0 and furthest[before - 1] >= end

    return part


# --- decisions: each takes an Edit, so that one intention is one step of undo -------------------


def fresh(edit: Edit, mention: Mention) -> Mention:
    """Return a mention as it is stored now: edits that wait in the queue may have changed it.

    Raises:
        RefusedError: it is gone.
    """
    found = get(edit.connection, mention.uid)
    if found is None:
        raise RefusedError("the mention is no longer there")
    return found


def accept(edit: Edit, mention: Mention) -> None:
    """Agree with a suggestion (or take a rejection back)."""
    status = _status_after(edit, mention, mention.start, mention.end, mention.label)
    _decide(edit, mention, review_status=status)
    entities.assign(edit, mention.id, mention.quote, mention.label)


def reject(edit: Edit, mention: Mention) -> list[bytes]:
    """Reject a machine's mention for good; delete an own one. Returns the suggestions that come
    back, since they were part of it."""
    if mention.origin == "analyst":
        edit.delete("mention", mention.uid)
    else:
        _decide(edit, mention, review_status="rejected")
    entities.release(edit, mention.id)
    return _uncover(edit, mention, mention.start, mention.start)


def relabel(edit: Edit, mention: Mention, label: str) -> None:
    """Give the mention another label. The machine's own label back again means accepted."""
    _refuse_double(edit, mention, mention.start, mention.end, label)
    status = _status_after(edit, mention, mention.start, mention.end, label)
    _decide(edit, mention, label=label, review_status=status, resolved=None)
    entities.assign(edit, mention.id, mention.quote, label)


def set_span(edit: Edit, mention: Mention, start: int, end: int, text: str) -> list[bytes]:
    """Move the mention's edges. Suggestions that it grows over are put away, and come back where it
    shrinks again; returns those of both kinds."""
    if not 0 <= start < end <= len(text):
        raise RefusedError("the edges would stand outside the text")
    _refuse_double(edit, mention, start, end, mention.label)
    status = _status_after(edit, mention, start, end, mention.label)
    quote = text[start:end]
    _decide(edit, mention, start=start, end=end, quote=quote, review_status=status, resolved=None)
    entities.assign(edit, mention.id, quote, mention.label)
    back = _uncover(edit, mention, start, end)
    return back + _cover(edit, mention.article_id, start, end)


def add(
    edit: Edit,
    article_id: int,
    start: int,
    end: int,
    label: str,
    text: str = "",
    *,
    quote: str | None = None,
    uid: bytes | None = None,
) -> bytes:
    """Add a mention of the analyst's own and return its uid. Where the same span has the same
    label already, that one is accepted instead. The quote is cut from ``text`` unless given;
    ``uid`` is the one that it gets."""
    row = edit.connection.execute(
        "SELECT uid FROM mention INDEXED BY mention_place"  # not by its label: those are many
        ' WHERE article_id = ? AND start = ? AND "end" = ? AND label = ?'
        " AND (deleted = 0 OR review_status = 'suggested')"
        " ORDER BY deleted, review_status = 'rejected' LIMIT 1",
        (article_id, start, end, label),
    ).fetchone()
    if row:
        edit.update("mention", row[0], deleted=0)  # it may have been put away
        _cover(edit, article_id, start, end)
        existing = get(edit.connection, row[0])
        assert existing is not None
        if existing.review_status in ("suggested", "rejected"):
            status = _status_after(edit, existing, start, end, label)
            _decide(edit, existing, review_status=status)
            entities.assign(edit, existing.id, existing.quote, label)
        return existing.uid
    uid = uid or new_uid()
    quote = text[start:end] if quote is None else quote
    row_id = edit.insert_made(
        "mention",
        uid=uid,
        article_id=article_id,
        start=start,
        end=end,
        label=label,
        quote=quote,
        origin="analyst",
        review_status="added",
    )
    entities.assign(edit, row_id, quote, label)
    _cover(edit, article_id, start, end)
    return uid


def covered(marks: Iterable[Mention], start: int, end: int) -> list[Mention]:
    """Return the open suggestions that stand inside a span and are shorter: once an analyst marks
    that span they are part of it, and are asked about no more."""
    return [
        m
        for m in marks
        if m.review_status == "suggested"
        and start <= m.start
        and m.end <= end
        and (m.start, m.end) != (start, end)
    ]


def _cover(edit: Edit, article_id: int, start: int, end: int) -> list[bytes]:
    """Put away the suggestions inside a span, those with a note aside; return all of them."""
    parts = covered(of_article(edit.connection, article_id, near=(start, end)), start, end)
    for m in parts:
        noted = "SELECT 1 FROM note WHERE target_uid = ? AND deleted = 0"
        if not edit.connection.execute(noted, (m.uid,)).fetchone():
            edit.delete("mention", m.uid)
    return [m.uid for m in parts]


def _uncover(edit: Edit, mention: Mention, start: int, end: int) -> list[bytes]:
    """Bring back the suggestions inside a mention that would stand outside ``[start, end)``, unless
    another mark of the analyst's holds them; return them."""
    rows = edit.connection.execute(
        'SELECT uid, start, "end" FROM mention INDEXED BY mention_place WHERE article_id = ?'
        ' AND start >= ? AND start < ? AND "end" <= ? AND deleted = 1'
        " AND review_status = 'suggested'",
        (mention.article_id, mention.start, mention.end, mention.end),
    ).fetchall()
    left = [row for row in rows if not (start <= row[1] and row[2] <= end)]
    held = decided_spans(edit.connection, mention.article_id) if left else []
    back = [uid for uid, a, b in left if not any(s <= a and b <= e for s, e in held)]
    for uid in back:
        edit.update("mention", uid, deleted=0)
    return back


def _decide(edit: Edit, mention: Mention, **values: str | int | None) -> None:
    edit.update("mention", mention.uid, **values, changed=edit.at, analyst_id=edit.analyst_id)


def _status_after(edit: Edit, mention: Mention, start: int, end: int, label: str) -> str:
    if mention.origin == "analyst":
        return "added"
    first = edit.connection.execute(
        'SELECT start, "end", label FROM mention_origin WHERE mention_id = ?', (mention.id,)
    ).fetchone()
    return "accepted" if first == (start, end, label) else "corrected"


def _refuse_double(edit: Edit, mention: Mention, start: int, end: int, label: str) -> None:
    if edit.connection.execute(
        'SELECT 1 FROM mention WHERE article_id = ? AND start = ? AND "end" = ? AND label = ?'
        " AND uid <> ? AND deleted = 0 AND review_status <> 'rejected'",
        (mention.article_id, start, end, label, mention.uid),
    ).fetchone():
        raise RefusedError(f"this span is marked {label} already")
