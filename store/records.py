"""The records as the rest of the program sees them. Offsets are code points, half-open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

STATUSES = ("unread", "reading", "done", "flagged")

Value = str | int | float | bytes | None
"""What a STRICT column holds."""


@dataclass(frozen=True)
class Article:
    """One stored text's metadata; the text itself is read apart (`articles.text`)."""

    id: int
    uid: bytes
    title: str
    source: str | None
    author: str | None
    url: str | None
    published: str | None  # ISO 8601 date or date and time
    published_precision: str | None  # minute, day, month, year
    dateline: str | None  # the date that stands in the text, ISO 8601
    date_conflict: int  # 1: the given date and the dateline are different days
    retrieved: str
    language: str | None
    status: str
    n_chars: int
    n_mentions: int  # not rejected
    n_unreviewed: int
    n_notes: int
    n_reports: int
    position: int  # reading position: an offset in the text
    file_name: str | None
    external_id: str | None
    pipeline: str | None  # fingerprint of the pipeline that annotated it last
    tags: str | None = None  # the analyst's, `; ` between


@dataclass(frozen=True)
class Incoming:
    """An article on its way in, as an importer hands it over."""

    text: str
    title: str | None = None
    source: str | None = None
    author: str | None = None
    url: str | None = None
    date: str | None = None
    language: str | None = None
    external_id: str | None = None
    file_name: str | None = None
    raw: bytes = b""
    encoding: str = "utf-8"
    remarks: tuple[str, ...] = ()
    bands: tuple[int, ...] = ()  # under which copies of its text are looked for (`store.copies`)


@dataclass(frozen=True)
class Mention:
    """A span ``[start, end)`` of an article with a label and what was decided about it."""

    id: int
    uid: bytes
    article_id: int
    start: int
    end: int
    label: str
    quote: str
    review_status: str
    origin: str  # model, rule, memory, analyst
    created: str
    changed: str
    layer: str | None = None  # which layer of the pipeline made it
    rule: str | None = None
    first_label: str | None = None  # what the machine said first
    score: float | None = None

    @property
    def human(self) -> bool:
        """Whether an analyst has decided about it."""
        return self.review_status != "suggested"


@dataclass(frozen=True)
class Suggestion:
    """What the pipeline proposes about a text."""

    start: int
    end: int
    label: str
    origin: str = "model"
    layer: str = ""
    rule: str = ""
    score: float | None = None
    entity: str | None = None  # canonical name
    resolved: Mapping[str, object] | None = None
    """What it stands for, as `annotate` writes it: place (and the others it may be), date, value."""


@dataclass(frozen=True)
class Claim:
    """One field of a report: a value, where it stands, who says so."""

    id: int
    uid: bytes
    report_id: int
    field: str
    value: str
    precision: str | None
    start: int | None
    end: int | None
    quote: str | None
    said_by: str | None
    modality: str | None
    origin: str
    review_status: str


@dataclass(frozen=True)
class Report:
    """One article's account of one incident."""

    id: int
    uid: bytes
    article_id: int
    article_title: str
    start: int
    end: int
    quote: str
    incident_id: int | None
    origin: str
    review_status: str
    created: str
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Incident:
    """A set of reports and, for each field, the value that the analyst chose."""

    id: int
    uid: bytes
    title: str
    values: Mapping[str, Value]
    created: str
    changed: str
    n_reports: int = 0
    n_links: int = 0


@dataclass(frozen=True)
class Link:
    """A typed, directed relation between two incidents, as stored."""

    id: int
    uid: bytes
    from_id: int
    from_title: str
    to_id: int
    to_title: str
    relation: str
    certainty: str | None
    note: str | None
    analyst: str
    created: str


@dataclass(frozen=True)
class Note:
    """A note on an article, a mention, an entity or an incident."""

    id: int
    uid: bytes
    target_kind: str
    target_uid: bytes
    body: str
    analyst: str
    created: str
    changed: str


@dataclass(frozen=True)
class Op:
    """One human edit as the log holds it. ``reverts`` is the op it undoes or does again."""

    id: int
    uid: bytes
    at: str
    analyst: str
    kind: str
    summary: str
    article_id: int | None
    reverts: int | None
    changes: list[dict[str, object]] = field(default_factory=list)
