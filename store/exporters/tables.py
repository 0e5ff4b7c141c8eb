"""The exported tables: their columns, in an order that only ever grows at its end, and their rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from store.incidents import FIELDS
from store.records import Value

CONTEXT = 40
"""Code points of text before and after a mention."""


@dataclass(frozen=True)
class Column:
    """One column: its name, its Table Schema type, what it holds."""

    name: str
    type: str
    about: str


@dataclass(frozen=True)
class Table:
    """One exported table."""

    name: str
    about: str
    columns: tuple[Column, ...]
    rows: Callable[[sqlite3.Connection], Iterator[tuple[Value, ...]]]


def _columns(*lines: str) -> tuple[Column, ...]:
    return tuple(Column(*(part.strip() for part in line.split("|"))) for line in lines)


def _plain(sql: str) -> Callable[[sqlite3.Connection], Iterator[tuple[Value, ...]]]:
    def rows(connection: sqlite3.Connection) -> Iterator[tuple[Value, ...]]:
        yield from connection.execute(sql)

    return rows


_ARTICLES = """SELECT lower(hex(a.uid)), a.external_id, a.title, a.source, a.author, a.url,
    a.published, a.published_precision, a.dateline,
    CASE a.date_conflict WHEN 1 THEN 'true' ELSE 'false' END, a.retrieved, a.language, a.status,
    a.n_chars, a.n_mentions, a.n_unreviewed, a.n_notes, a.n_reports, a.file_name,
    lower(hex(v.text_sha256)), a.pipeline,
    (SELECT group_concat(name, '; ') FROM (SELECT name FROM tag WHERE target_uid = a.uid
     AND deleted = 0 ORDER BY name COLLATE NOCASE))
    FROM article a JOIN article_version v ON v.article_id = a.id AND v.number =
    (SELECT MAX(number) FROM article_version WHERE article_id = a.id)
    WHERE a.deleted = 0 ORDER BY a.id"""

_RESOLVED = [
    f"{kind}.{name}"
    for kind, names in (
        ("place", "name country lat lon precision"),
        ("date", "start end precision"),
        ("value", "number low high unit what"),
    )
    for name in names.split()
]
# what the pipeline resolved is of the words it marked: moved or relabelled, it is theirs no more
_STANDS_FOR = ", ".join(
    'json_extract(COALESCE(m.resolved, CASE WHEN o.start = m.start AND o."end" = m."end"'
    f" AND o.label = m.label THEN o.resolved END), '$.{path}')"
    for path in _RESOLVED
)

_MENTIONS = f"""SELECT lower(hex(m.uid)), lower(hex(a.uid)), a.title, a.url, a.published, m.start,
    m."end", m.quote, m.label, o.label, m.review_status, lower(hex(e.uid)),
    COALESCE(e.name, o.entity), m.origin, o.layer, o.rule, r.version, n.name, m.created,
    CASE WHEN m.review_status = 'suggested' THEN NULL ELSE m.changed END,
    (SELECT group_concat(body, char(10)) FROM note
     WHERE target_uid = m.uid AND target_kind = 'mention' AND deleted = 0),
    {_STANDS_FOR}, m.article_id
    FROM mention m JOIN article a ON a.id = m.article_id
    LEFT JOIN mention_origin o ON o.mention_id = m.id LEFT JOIN run r ON r.id = o.run_id
    LEFT JOIN analyst n ON n.id = m.analyst_id
    LEFT JOIN mention_entity x ON x.mention_id = m.id AND x.deleted = 0
    LEFT JOIN entity e ON e.id = x.entity_id AND e.deleted = 0
    WHERE m.deleted = 0 AND a.deleted = 0 ORDER BY m.article_id, m.start, m."end", m.id"""


def _mention_rows(connection: sqlite3.Connection) -> Iterator[tuple[Value, ...]]:
    from store import articles

    current, text = 0, ""
    for *row, article_id in connection.execute(_MENTIONS):
        if article_id != current:  # one text at a time, whatever the library holds
            current, text = article_id, articles.text(connection, article_id)
        start, end = row[5], row[6]
        before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
        yield (*row[:8], before, after, *row[8:])


_ENTITIES = """SELECT lower(hex(e.uid)), e.name, e.label,
    (SELECT group_concat(name, '; ') FROM (SELECT name FROM alias WHERE entity_id = e.id
     AND deleted = 0 ORDER BY id)),
    COUNT(m.id), COUNT(DISTINCT m.article_id), n.name, e.created
    FROM entity e LEFT JOIN analyst n ON n.id = e.analyst_id
    LEFT JOIN mention_entity x ON x.entity_id = e.id AND x.deleted = 0
    LEFT JOIN mention m ON m.id = x.mention_id AND m.deleted = 0
    WHERE e.deleted = 0 GROUP BY e.id ORDER BY e.id"""

_INCIDENTS = f"""SELECT lower(hex(i.uid)), i.title, {", ".join(f"i.{f.name}" for f in FIELDS)},
    (SELECT COUNT(*) FROM incident_report x WHERE x.incident_id = i.id AND x.deleted = 0),
    n.name, i.created, i.changed FROM incident i LEFT JOIN analyst n ON n.id = i.analyst_id
    WHERE i.deleted = 0 ORDER BY i.id"""
_LISTS = [2 + number for number, field in enumerate(FIELDS) if field.kind == "list"]


def _incident_rows(connection: sqlite3.Connection) -> Iterator[tuple[Value, ...]]:
    for row in connection.execute(_INCIDENTS):
        cells = list(row)
        for number in _LISTS:
            if cells[number] is not None:
                cells[number] = "; ".join(json.loads(cells[number]))
        yield tuple(cells)


_EVIDENCE = """SELECT lower(hex(i.uid)), i.title, lower(hex(r.uid)), lower(hex(c.uid)), c.field,
    c.value, c.precision,
    CASE WHEN EXISTS (SELECT 1 FROM incident_choice h WHERE h.incident_id = i.id
      AND h.claim_id = c.id AND h.deleted = 0 AND h.created = (SELECT MAX(created)
        FROM incident_choice WHERE incident_id = i.id AND field = c.field AND deleted = 0))
      THEN 'true' ELSE 'false' END,
    lower(hex(a.uid)), a.title, a.source, a.url, a.published, c.start, c."end", c.quote,
    c.said_by, c.modality, c.origin, c.review_status, n.name, c.created
    FROM incident i JOIN incident_report x ON x.incident_id = i.id AND x.deleted = 0
    JOIN report r ON r.id = x.report_id AND r.deleted = 0 JOIN article a ON a.id = r.article_id
    JOIN claim c ON c.report_id = r.id AND c.deleted = 0
    LEFT JOIN analyst n ON n.id = c.analyst_id WHERE i.deleted = 0 ORDER BY i.id, r.id, c.id"""

_LINKS = """SELECT lower(hex(l.uid)), lower(hex(f.uid)), f.title, l.relation, lower(hex(t.uid)),
    t.title, l.certainty, l.note, l.origin, l.review_status, n.name, l.created
    FROM incident_link l JOIN incident f ON f.id = l.from_incident_id AND f.deleted = 0
    JOIN incident t ON t.id = l.to_incident_id AND t.deleted = 0
    LEFT JOIN analyst n ON n.id = l.analyst_id WHERE l.deleted = 0 ORDER BY l.id"""

_NOTES = """SELECT lower(hex(o.uid)), o.target_kind, lower(hex(o.target_uid)),
    lower(hex(COALESCE(a.uid, b.uid))), COALESCE(a.title, b.title), m.quote, o.body, n.name,
    o.created, o.changed FROM note o LEFT JOIN analyst n ON n.id = o.analyst_id
    LEFT JOIN article a ON a.uid = o.target_uid LEFT JOIN mention m ON m.uid = o.target_uid
    LEFT JOIN article b ON b.id = m.article_id WHERE o.deleted = 0 ORDER BY o.id"""

_AUDIT = """SELECT lower(hex(o.uid)), o.at, n.name, o.kind, o.summary, lower(hex(a.uid)),
    lower(hex(b.uid)), o.changes FROM op o JOIN analyst n ON n.id = o.analyst_id
    LEFT JOIN article a ON a.id = o.article_id LEFT JOIN op b ON b.id = o.reverts ORDER BY o.id"""

_MEMORY = """SELECT lower(hex(m.uid)), m.name, m.label, m.decision, n.name, m.created
    FROM memory m LEFT JOIN analyst n ON n.id = m.analyst_id WHERE m.deleted = 0 ORDER BY m.id"""

_WHO = ("analyst | string | who", "created | datetime | when, UTC")
TABLES: tuple[Table, ...] = (
    Table(
        "articles",
        "One row an article. The text itself is not exported; its hash is.",
        _columns(
            "article_id | string | stable id",
            "external_id | string | id given at import",
            "title | string | title, perhaps corrected",
            "source | string | publisher",
            "author | string | byline",
            "url | string | address",
            "published | string | ISO 8601, as coarse as its precision",
            "published_precision | string | minute, day, month or year",
            "dateline | string | date that stands in the text",
            "date_conflict | boolean | published and dateline are different days",
            "retrieved | datetime | when it was imported, UTC",
            "language | string | language tag where known",
            "status | string | unread, reading, done or flagged",
            "n_chars | integer | length of the text in code points",
            "n_mentions | integer | mentions that are not rejected",
            "n_unreviewed | integer | of these, still suggested",
            "n_notes | integer | notes on it and its mentions",
            "n_reports | integer | reports of incidents taken out of it",
            "file_name | string | file it came from",
            "text_sha256 | string | SHA-256 of the stored text in UTF-8",
            "pipeline | string | fingerprint of the pipeline that annotated it last",
            "tags | string | the analyst's tags, `; ` between",
        ),
        _plain(_ARTICLES),
    ),
    Table(
        "mentions",
        "One row a mention, rejected ones included. Offsets are code points, half-open.",
        _columns(
            "mention_id | string | stable id",
            "article_id | string | article",
            "article_title | string | its title",
            "url | string | its address",
            "published | string | its date",
            "start | integer | first code point",
            "end | integer | code point behind the last",
            "text | string | the quote",
            f"left_context | string | up to {CONTEXT} code points before it",
            f"right_context | string | up to {CONTEXT} code points after it",
            "label | string | label now",
            "model_label | string | label that the machine gave first; empty: an analyst's own",
            "review_status | string | suggested, accepted, corrected, added or rejected",
            "entity_id | string | entity it is under, once reviewed",
            "entity_name | string | that entity's name, or the one proposed",
            "origin | string | model, rule, memory or analyst",
            "layer | string | layer of the pipeline that made it",
            "rule | string | rule or model label behind it",
            "pipeline | string | fingerprint of the pipeline",
            "reviewer | string | who decided",
            "created | datetime | when it was made, UTC",
            "changed | datetime | when it was decided, UTC",
            "note | string | note on it",
            "place_name | string | the place it stands for",
            "place_country | string | its country, ISO 3166-1 alpha-3",
            "lat | number | its latitude",
            "lon | number | its longitude",
            "place_precision | integer | UCDP where_prec",
            "date_start | string | the first day it stands for, EDTF: an unknown year is XXXX",
            "date_end | string | the last day",
            "date_precision | integer | UCDP date_prec",
            "value_number | number | the number it tells",
            "value_low | number | at least",
            "value_high | number | at most",
            "value_unit | string | of what, as it stands there",
            "value_what | string | killed, injured, missing, captured, abducted …",
        ),
        _mention_rows,
    ),
    Table(
        "entities",
        "One row a thing that reviewed mentions name.",
        _columns(
            "entity_id | string | stable id",
            "name | string | canonical name",
            "label | string | label",
            "aliases | string | names, `; ` between",
            "n_mentions | integer | mentions",
            "n_articles | integer | articles",
            *_WHO,
        ),
        _plain(_ENTITIES),
    ),
    Table(
        "incidents",
        "One row an incident with the values the analyst chose. Empty is unknown, never 0.",
        (
            *_columns("incident_id | string | stable id", "title | string | title"),
            *(
                Column(
                    f.name,
                    {"whole": "integer", "number": "number"}.get(f.kind, "string"),
                    f.title + (", `; ` between" if f.kind == "list" else ""),
                )
                for f in FIELDS
            ),
            *_columns("n_reports | integer | reports", *_WHO, "changed | datetime | when, UTC"),
        ),
        _incident_rows,
    ),
    Table(
        "incident_evidence",
        "One row a claim: what an article says of one field of an incident, and where.",
        _columns(
            "incident_id | string | incident",
            "incident_title | string | its title",
            "report_id | string | report the claim is part of",
            "claim_id | string | stable id",
            "field | string | column of incidents, or `trigger`",
            "value | string | value as told",
            "precision | string | precision where told",
            "chosen | boolean | the incident's value came from this claim",
            "article_id | string | article",
            "article_title | string | its title",
            "source | string | its publisher",
            "url | string | its address",
            "published | string | its date",
            "start | integer | evidence, first code point",
            "end | integer | evidence, code point behind the last",
            "quote | string | evidence",
            "said_by | string | who says so",
            "modality | string | happened, claimed, denied …",
            "origin | string | rule or analyst",
            "review_status | string | suggested or added",
            *_WHO,
        ),
        _plain(_EVIDENCE),
    ),
    Table(
        "incident_links",
        "One row a link: read `from` relation `to`.",
        _columns(
            "link_id | string | stable id",
            "from_incident_id | string | incident",
            "from_title | string | its title",
            "relation | string | relation of the codebook",
            "to_incident_id | string | incident",
            "to_title | string | its title",
            "certainty | string | how certain",
            "note | string | why",
            "origin | string | analyst",
            "review_status | string | added",
            *_WHO,
        ),
        _plain(_LINKS),
    ),
    Table(
        "notes",
        "One row a note.",
        _columns(
            "note_id | string | stable id",
            "target_kind | string | article, mention, entity or incident",
            "target_id | string | id of what it is on",
            "article_id | string | article",
            "article_title | string | its title",
            "quote | string | the mention it is on",
            "body | string | the note",
            *_WHO,
            "changed | datetime | when, UTC",
        ),
        _plain(_NOTES),
    ),
    Table(
        "remembered",
        "One row a decision for every text to come: a name is always, or never, a label.",
        _columns(
            "decision_id | string | stable id",
            "name | string | the name; a capital first means only words with one",
            "label | string | label; `*`: any",
            "decision | string | always or never",
            *_WHO,
        ),
        _plain(_MEMORY),
    ),
    Table(
        "audit",
        "One row a human edit, oldest first; nothing is ever taken out of it.",
        _columns(
            "op_id | string | stable id",
            "at | datetime | when, UTC",
            "analyst | string | who",
            "kind | string | what kind of edit; undo and redo are edits too",
            "summary | string | in words",
            "article_id | string | article it was made in",
            "reverts | string | op that an undo took back or a redo made again",
            "changes | string | JSON: each row changed, with its values before and after",
        ),
        _plain(_AUDIT),
    ),
)
BY_NAME = {table.name: table for table in TABLES}
