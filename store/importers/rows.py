"""Rows of JSONL and CSV to articles: which column is which field."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping

from store.importers.decode import NotTextError, decode
from store.importers.result import MAX_CHARS, Failure
from store.records import Incoming

FIELDS = ("id", "title", "text", "date", "source", "url", "author", "language")
_ALSO = {
    "text": ("body", "content", "full_text", "fulltext", "article"),
    "title": ("headline", "head"),
    "date": ("published", "publication_date", "pubdate", "published_at", "datetime"),
    "source": ("publisher", "publication", "outlet", "site"),
    "url": ("link", "uri"),
    "author": ("byline", "authors"),
    "id": ("article_id", "doc_id", "uid"),
    "language": ("lang",),
}


def columns(found: list[str], given: Mapping[str, str]) -> dict[str, str]:
    """Return which of the found columns holds which field; ``given`` goes before the guesses."""
    by_folded = {name.strip().casefold(): name for name in reversed(found)}
    chosen = {}
    for field in FIELDS:
        names = (given[field],) if field in given else (field, *_ALSO.get(field, ()))
        for name in names:
            if name.casefold() in by_folded:
                chosen[field] = by_folded[name.casefold()]
                break
    return chosen


def _incoming(row: Mapping[str, object], chosen: Mapping[str, str], name: str) -> Incoming | str:
    def cell(field: str) -> str | None:
        value = row.get(chosen.get(field, ""))
        if value is None or isinstance(value, dict):
            return None
        if isinstance(value, list):
            return ", ".join(str(part) for part in value)
        return str(value)

    text = cell("text")
    if text is None or not text.strip():
        return "no text in it"
    if len(text) > MAX_CHARS:
        return f"a text of {len(text):,} characters; the limit is {MAX_CHARS:,}: split it"
    return Incoming(
        text=text,
        title=cell("title"),
        source=cell("source"),
        author=cell("author"),
        url=cell("url"),
        date=cell("date"),
        language=cell("language"),
        external_id=cell("id"),
        file_name=name,
        raw=json.dumps(row, ensure_ascii=False, default=str).encode("utf-8", "replace"),
    )


def read_jsonl(raw: bytes, name: str, given: Mapping[str, str]) -> Iterator[Incoming | Failure]:
    """Give the articles of a JSONL file, one object a line (or one JSON array of objects)."""
    text, _, _ = decode(raw)
    if text.lstrip()[:1] == "[":
        try:
            rows: list[object] = json.loads(text)
        except (ValueError, RecursionError) as problem:
            yield Failure(name, f"not JSON: {problem}")
            return
        numbered: list[tuple[int, object]] = list(enumerate(rows, start=1))
        kind = "item"
    elif text.lstrip()[:1] == "{" and (whole := _whole(text)) is not None:
        numbered, kind = [(1, whole)], "item"
    else:
        numbered = list(enumerate(text.split("\n"), start=1))
        kind = "line"
    for number, item in numbered:
        where = f"{name}, {kind} {number}"
        if isinstance(item, str):
            if not item.strip():
                continue
            try:
                item = json.loads(item)
            except (ValueError, RecursionError) as problem:
                yield Failure(where, f"not JSON ({problem}); the other lines go in")
                continue
        if not isinstance(item, dict):
            yield Failure(where, "not a JSON object; the other lines go in")
            continue
        found = _incoming(item, columns(list(item), given), name)
        yield Failure(where, found) if isinstance(found, str) else found


def _whole(text: str) -> object | None:
    """Return a text that is one JSON object over several lines; None where it is not."""
    if text.lstrip().split("\n", 1)[0].rstrip().endswith("}"):
        return None
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found


def read_csv(raw: bytes, name: str, given: Mapping[str, str]) -> Iterator[Incoming | Failure]:
    """Give the articles of a CSV file with a header row; comma, semicolon or tab."""
    try:
        text, _, _ = decode(raw)
    except NotTextError as problem:
        yield Failure(name, str(problem))
        return
    csv.field_size_limit(MAX_CHARS * 4)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = list(reader.fieldnames or [])
    chosen = columns(header, given)
    if "text" not in chosen:
        shown = ", ".join(header[:12]) or "none"
        yield Failure(name, f"no column “text” (found: {shown}); name it with --column text=NAME")
        return
    while True:
        try:
            row = next(reader, None)
        except csv.Error as problem:
            yield Failure(f"{name}, line {reader.line_num}", f"not CSV ({problem})")
            continue
        if row is None:
            return
        where = f"{name}, line {reader.line_num}"
        if None in row:
            yield Failure(
                where, "more cells than the header: quote the text that has the delimiter"
            )
            continue
        found = _incoming({k: v for k, v in row.items() if k is not None}, chosen, name)
        yield Failure(where, found) if isinstance(found, str) else found
