"""Importing: paths to articles. One format a function; `FORMATS` says which file is which."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from store import articles, courtesy
from store.importers import documents, rows
from store.importers.decode import NotTextError
from store.importers.result import MAX_CHARS, Failure, Summary
from store.library import BULK, Library
from store.records import Incoming

FORMATS: dict[str, tuple[str, ...]] = {
    "text": (".txt", ".text", ""),
    "markdown": (".md", ".markdown"),
    "html": (".html", ".htm", ".xhtml"),
    "jsonl": (".jsonl", ".ndjson", ".json"),
    "csv": (".csv", ".tsv"),
}
_KNOWN = {suffix: name for name, suffixes in FORMATS.items() for suffix in suffixes}
_ROWS = {"jsonl": rows.read_jsonl, "csv": rows.read_csv}
_ONE = {
    "text": documents.read_text,
    "markdown": documents.read_markdown,
    "html": documents.read_html,
}
MAX_ROWS = 256_000_000
"""Bytes of a file of rows: it is read whole, and may take four times that in memory."""
_SLICE = 25  # articles a unit of work: short enough to let an edit through


def files(paths: Iterable[Path]) -> Iterator[Path | Failure]:
    """Give the files that the paths mean, folders walked in order, hidden ones left out."""
    for path in paths:
        try:
            folder = path.is_dir()
        except OSError as problem:
            yield Failure(str(path), f"cannot be read ({problem.strerror}); check the path")
            continue
        if folder:
            yield from _walk(path)
        else:
            yield path


def _walk(folder: Path) -> Iterator[Path | Failure]:
    failures: list[Failure] = []
    other: Counter[str] = Counter()
    found = 0

    def refused(problem: OSError) -> None:
        failures.append(
            Failure(str(problem.filename), "the folder cannot be read; check permissions")
        )

    for top, folders, names in os.walk(folder, onerror=refused):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            path = Path(top, name)
            if name.startswith(".") or not path.is_file():
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
                # a folder from elsewhere must not bring the user's own files in
                yield Failure(str(path), "leads out of the folder; import what it leads to by name")
                continue
            if path.suffix.lower() in _KNOWN:
                found += 1
                yield path
            else:
                other[path.suffix.lower()] += 1
    yield from failures
    if other:
        kinds = ", ".join(f"{count} {kind}" for kind, count in other.most_common(5))
        yield Failure(str(folder), f"left out, of other kinds: {kinds}; save them as text or HTML")
    elif not found and not failures:
        yield Failure(str(folder), "no file in it")


def sniff(raw: bytes) -> str:
    """Return the format of a text that has no name (standard input)."""
    head = raw[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] in (b"{", b"["):
        return "jsonl"
    if head[:14].lower().startswith((b"<!doctype html", b"<html")):
        return "html"
    return "text"


def parse(
    raw: bytes, name: str, format_name: str, columns: Mapping[str, str]
) -> Iterator[Incoming | Failure]:
    """Give the articles in the bytes of one file."""
    if not raw.strip():
        yield Failure(name, "empty; nothing to store")
        return
    if raw[:5] == b"%PDF-" or raw[:4] == b"PK\x03\x04":
        kind = "PDF" if raw[:1] == b"%" else "zip or office"
        yield Failure(name, f"a {kind} file; save it as text or HTML and import that")
        return
    try:
        if format_name in _ROWS:
            yield from _ROWS[format_name](raw, name, columns)
            return
        found = _ONE[format_name](raw, name)
    except NotTextError as problem:
        yield Failure(name, f"{problem}; text, Markdown, HTML, JSONL and CSV can be imported")
        return
    if isinstance(found, Incoming) and len(found.text) > MAX_CHARS:
        found = Failure(
            name, f"{len(found.text):,} characters; the limit is {MAX_CHARS:,}: split the file"
        )
    yield found


def read(
    path: Path, format_name: str | None = None, columns: Mapping[str, str] | None = None
) -> Iterator[Incoming | Failure]:
    """Give the articles of one file, or why there is none."""
    chosen = format_name or _KNOWN.get(path.suffix.lower(), "text")
    try:
        size = path.stat().st_size
        if chosen not in _ROWS and size > MAX_CHARS * 4:
            yield Failure(str(path), f"{size:,} bytes; too long for one article: split the file")
            return
        if size > MAX_ROWS:
            yield Failure(str(path), f"{size:,} bytes; the limit is {MAX_ROWS:,}: split the file")
            return
        if not path.is_file():
            yield Failure(str(path), "not a file")
            return
        raw = path.read_bytes()
    except FileNotFoundError:
        yield Failure(str(path), "no such file; check the path")
        return
    except OSError as problem:
        yield Failure(str(path), f"cannot be read ({problem.strerror}); check its permissions")
        return
    yield from parse(raw, str(path), chosen, columns or {})


def store(
    library: Library,
    incoming: Iterable[Incoming | Failure],
    progress: Callable[[Summary], None] | None = None,
) -> Summary:
    """Store what the importers gave, in slices; the library is synced before this returns."""
    summary = Summary()
    stream = iter(incoming)
    while batch := list(islice(stream, _SLICE)):
        summary.failures.extend(item for item in batch if isinstance(item, Failure))
        ready = []
        for item in batch:
            if isinstance(item, Incoming):
                ready.append(articles.prepare(item))
                courtesy.rest()
        if ready:
            # FULL on every slice costs one sync for them all
            for stored in library.write(
                lambda connection, ready=ready: articles.store_all(connection, ready),  # type: ignore[misc]
                priority=BULK,
            ):
                (summary.added if stored.new else summary.duplicates).append(stored)
        if progress:
            progress(summary)
    return summary
