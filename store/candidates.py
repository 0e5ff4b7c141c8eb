"""Suggested reports: what the pipeline thinks an article tells of incidents.

A candidate is accepted into an incident, or dismissed; both are edits of the analyst, and what was
decided once is not suggested again, also by another state of the pipeline.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from store import codebook, incident_titles, incidents, mentions
from store.errors import RefusedError
from store.history import Edit
from store.incidents import NewClaim


@dataclass(frozen=True)
class Candidate:
    """A suggested report. Claims are as `annotate` writes them; ``relations`` name candidates of
    the same article by uid."""

    id: int
    uid: bytes
    article_id: int
    start: int
    end: int
    quote: str
    review_status: str  # suggested, accepted, rejected
    confidence: float | None
    claims: tuple[Mapping[str, Any], ...]
    relations: tuple[tuple[bytes, str], ...]
    report_id: int | None = None

    def value(self, field: str) -> Any | None:
        """Return the first value claimed of a field."""
        return next((c["value"] for c in self.claims if c["field"] == field), None)

    @property
    def title(self) -> str:
        """What an incident made of it is called."""
        told = {name: self.value(name) for name in ("type", "place_name", "date_start")}
        return incident_titles.of(told, self.quote)


def uid_of(article_uid: bytes, start: int, end: int, kind: str) -> bytes:
    """Return the uid of a candidate, so that a re-run meets what was decided about it."""
    key = article_uid + f"\0candidate\0{start}\0{end}\0{kind}".encode()
    return hashlib.blake2b(key, digest_size=16).digest()


def _kind(report: Mapping[str, Any]) -> str:
    return next((str(c["value"]) for c in report["claims"] if c["field"] == "type"), "")


def replace_all(
    connection: sqlite3.Connection,
    article_id: int,
    reports: Sequence[Mapping[str, Any]],
    run_id: int | None,
) -> int:
    """Put the pipeline's candidates in place of its earlier ones; return how many are open.

    What was accepted or dismissed stays, and nothing comes back whose trigger meets one of those.
    """
    row = connection.execute("SELECT uid FROM article WHERE id = ?", (article_id,)).fetchone()
    if row is None:
        return 0
    decided = connection.execute(
        'SELECT start, "end", uid FROM candidate WHERE article_id = ?'
        " AND review_status <> 'suggested'",
        (article_id,),
    ).fetchall()
    connection.execute(
        "DELETE FROM candidate WHERE article_id = ? AND review_status = 'suggested'", (article_id,)
    )
    uids: list[bytes] = []
    met: list[bool] = []
    for report in reports:
        trigger = report["trigger"]
        start, end = trigger["start"], trigger["end"]
        before = next((u for a, b, u in decided if a < end and start < b), None)
        uids.append(before or uid_of(row[0], start, end, _kind(report)))
        met.append(before is not None)
    fresh = []
    for report, uid, known in zip(reports, uids, met, strict=True):
        if known:
            continue
        trigger = report["trigger"]
        payload = {
            "claims": report["claims"],
            "relations": [[uids[r["to"]].hex(), r["relation"]] for r in report["relations"]],
        }
        fresh.append(
            (uid, article_id, trigger["start"], trigger["end"], trigger["text"],
             report["confidence"], json.dumps(payload, ensure_ascii=False), run_id)
        )  # fmt: skip
    connection.executemany(
        'INSERT OR IGNORE INTO candidate (uid, article_id, start, "end", quote, confidence, payload,'
        " run_id, review_status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'suggested')",
        fresh,
    )
    return len(fresh)


_SELECT = (
    'SELECT id, uid, article_id, start, "end", quote, review_status, confidence, payload, report_id'
    " FROM candidate"
)


def _made(row: tuple[Any, ...]) -> Candidate:
    number, uid, article_id, start, end, quote, status, confidence, payload, report_id = row
    held = json.loads(payload)
    relations = tuple((bytes.fromhex(u), r) for u, r in held["relations"])
    claims = tuple(held["claims"])
    return Candidate(
        number, uid, article_id, start, end, quote, status, confidence, claims, relations, report_id
    )  # fmt: skip


def of_article(
    connection: sqlite3.Connection, article_id: int, *, decided: bool = False
) -> list[Candidate]:
    """Return an article's open candidates in text order, with those decided on request."""
    which = "" if decided else " AND review_status = 'suggested'"
    rows = connection.execute(
        f"{_SELECT} WHERE article_id = ?{which} ORDER BY start, id", (article_id,)
    )
    return [_made(row) for row in rows]


def near(
    connection: sqlite3.Connection, article_id: int, first: int, last: int, at: int
) -> Candidate | None:
    """Return the open candidate whose trigger stands in ``[first, last)``, nearest to ``at``."""
    row = connection.execute(
        f"{_SELECT} WHERE article_id = ? AND review_status = 'suggested' AND start >= ?"
        " AND start < ? ORDER BY abs(start - ?), id LIMIT 1",
        (article_id, first, last, at),
    ).fetchone()
    return _made(row) if row else None


def get(connection: sqlite3.Connection, uid: bytes) -> Candidate | None:
    """Return one candidate, or None where a re-run took it away."""
    row = connection.execute(f"{_SELECT} WHERE uid = ?", (uid,)).fetchone()
    return _made(row) if row else None


def _open(edit: Edit, candidate: Candidate) -> Candidate:
    found = get(edit.connection, candidate.uid)
    if found is None or found.review_status != "suggested":
        raise RefusedError("this suggestion was decided or is no longer there")
    return found


_OF_A_PLACE = {
    "place_name": "name", "admin1": "admin1", "country": "country", "lat": "lat", "lon": "lon",
    "place_precision": "precision",
}  # fmt: skip
"""Fields of a report that tell a place, and what they are called in a place's record."""


def _precision(number: Any) -> str | None:
    """Return the code of a precision by its number on UCDP's scale."""
    codes = codebook.default().codes["place_precision"]
    return next((code for code in codes if code.startswith(f"{number} ")), None)


def _claims_of(edit: Edit, found: Candidate) -> list[NewClaim]:
    """Return a candidate's claims as they are recorded: places as the analyst chose them, nothing
    of what she rejected, the grade of the article's source by its register."""
    claims = [NewClaim("trigger", found.quote, found.start, found.end, found.quote)]
    chosen = mentions.chosen_places(edit.connection, found.article_id)
    rejected = mentions.rejected_spans(edit.connection, found.article_id)
    for c in found.claims:
        span = (c.get("start"), c.get("end"))
        value = c["value"]
        if value is None or (span in rejected and c["field"] not in ("type", "event_status")):
            continue  # the analyst says that these words are no such thing
        place = chosen.get(span) if c["field"] in _OF_A_PLACE else None  # type: ignore[arg-type]
        if place is not None:
            value = place.get(_OF_A_PLACE[c["field"]])
            if c["field"] == "place_precision":
                value = _precision(value)
            if value is None:
                continue
        claims.append(
            NewClaim(
                c["field"], str(value), c.get("start"), c.get("end"), c.get("text"),
                None if c.get("precision") is None else str(c["precision"]),
                c.get("attribution"), c.get("modality"),
            )
        )  # fmt: skip
    return claims


def accept(edit: Edit, book: codebook.Codebook, candidate: Candidate) -> tuple[int, list[str]]:
    """Record the candidate as an incident with its report; return the incident's id and the
    relations that were made.

    A relation that was proposed to another candidate of the article becomes a link where that one
    was accepted too.
    """
    incident_id = incidents.begin(edit, _open(edit, candidate).title)
    return incident_id, accept_into(edit, book, candidate, incident_id)


def accept_into(
    edit: Edit, book: codebook.Codebook, candidate: Candidate, incident_id: int
) -> list[str]:
    """Record the candidate as one more report of a known incident; return the relations that were
    made."""
    found = _open(edit, candidate)
    report_id = incidents.add_report(
        edit,
        incident_id,
        found.article_id,
        (found.start, found.end, found.quote),
        _claims_of(edit, found),
    )
    edit.update("candidate", found.uid, review_status="accepted", report_id=report_id)
    return _links(edit, book, found, incident_id)


def _incident_of(connection: sqlite3.Connection, uid: bytes) -> int | None:
    row = connection.execute(
        "SELECT x.incident_id FROM candidate c JOIN incident_report x ON x.report_id = c.report_id"
        " JOIN incident i ON i.id = x.incident_id WHERE c.uid = ? AND x.deleted = 0"
        " AND i.deleted = 0 AND c.review_status = 'accepted'",
        (uid,),
    ).fetchone()
    return row[0] if row else None


def _links(
    edit: Edit, book: codebook.Codebook, candidate: Candidate, incident_id: int
) -> list[str]:
    wanted: list[tuple[int, int, str]] = []
    for uid, relation in candidate.relations:
        other = _incident_of(edit.connection, uid)
        if other is not None:
            wanted.append((incident_id, other, relation))
    for other_candidate in of_article(edit.connection, candidate.article_id, decided=True):
        for uid, relation in other_candidate.relations:
            if uid == candidate.uid and other_candidate.review_status == "accepted":
                other = _incident_of(edit.connection, other_candidate.uid)
                if other is not None:
                    wanted.append((other, incident_id, relation))
    made = []
    for from_id, to_id, relation in wanted:
        if from_id == to_id:
            continue
        try:
            incidents.link(edit, book, from_id, to_id, relation)
        except RefusedError:
            continue  # the two are linked so already
        made.append(relation)
    return made


def dismiss(edit: Edit, candidate: Candidate) -> None:
    """Say that this is no incident to be recorded; it is not suggested again."""
    edit.update("candidate", _open(edit, candidate).uid, review_status="rejected")


def counts(connection: sqlite3.Connection, article_id: int) -> dict[str, int]:
    """Return how many candidates of an article have each status."""
    return dict(
        connection.execute(
            "SELECT review_status, COUNT(*) FROM candidate WHERE article_id = ? GROUP BY 1",
            (article_id,),
        ).fetchall()
    )
