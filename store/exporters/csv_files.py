"""CSV out: RFC 4180, UTF-8, the same columns and rows in the same order every time.

Two profiles: ``exact`` is byte for byte what is stored, for programs; ``spreadsheet`` has a byte
order mark and guards text cells that a spreadsheet would run as a formula (OWASP's list) with an
apostrophe. A cell that begins with an apostrophe gets another one, so that `unguard` gives every
cell back.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal, Protocol

from store.errors import StoreError
from store.exporters.tables import TABLES, Table
from store.ids import now
from store.records import Value

Profile = Literal["exact", "spreadsheet"]
_TRIGGERS = tuple("=+-@\t\r\n＝＋－＠'")


class Out(Protocol):
    """What a table is written to."""

    def write(self, text: str, /) -> int:
        """Take some text."""


def guard(cell: str) -> str:
    """Return the cell so that a spreadsheet takes it as text."""
    return "'" + cell if cell.startswith(_TRIGGERS) else cell


def unguard(cell: str) -> str:
    """Return the cell as it was before `guard`."""
    return cell[1:] if cell.startswith("'") else cell


def write_table(connection: sqlite3.Connection, table: Table, out: Out, profile: Profile) -> int:
    """Write one table with its header; return the number of rows."""
    names = [column.name for column in table.columns]
    return write_rows(names, table.rows(connection), out, profile)


def write_rows(
    names: Sequence[str], rows: Iterable[tuple[Value, ...]], out: Out, profile: Profile
) -> int:
    """Write rows under a header; return how many."""
    if profile == "spreadsheet":
        out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    count = 0
    for row in _guarded(rows, profile):
        writer.writerow(row)
        count += 1
    return count


def _guarded(rows: Iterable[tuple[Value, ...]], profile: Profile) -> Iterator[tuple[Value, ...]]:
    if profile == "exact":
        yield from rows
        return
    for row in rows:
        yield tuple(guard(cell) if isinstance(cell, str) else cell for cell in row)


@contextmanager
def replacing(path: Path) -> Iterator[IO[str]]:
    """Write beside the file, sync, then rename: the old file or the whole new one is there."""
    if not path.name or path.is_dir():
        raise StoreError(f"{path}: is a folder; name a file")
    if path.exists() and not path.is_file():  # a pipe or a device would be replaced by a file
        raise StoreError(f"{path}: is no plain file; write to - and let the shell lead it there")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(fd, "w", encoding="utf-8", newline="") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def export_one(
    connection: sqlite3.Connection, table: Table, path: Path, profile: Profile = "exact"
) -> int:
    """Write one table into a file; return its rows.

    Raises:
        StoreError: the file cannot be written; the message says why.
    """
    try:
        with replacing(path) as out:
            return write_table(connection, table, out, profile)
    except OSError as problem:
        raise StoreError(f"{path}: cannot be written ({problem.strerror})") from problem


def export_all(
    connection: sqlite3.Connection, folder: Path, profile: Profile = "exact"
) -> dict[str, int]:
    """Write every table and ``datapackage.json`` into a folder; return the rows of each table.

    Raises:
        StoreError: the folder cannot be written to; the message says why.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise StoreError(f"{folder}: is a file; -o takes a folder (or - with --table)")
        folder.mkdir(parents=True, exist_ok=True)
        counts, resources = {}, []
        connection.execute("BEGIN")  # one moment of the library in all the files
        try:
            for table in TABLES:
                path = folder / f"{table.name}.csv"
                with replacing(path) as out:
                    counts[table.name] = write_table(connection, table, out, profile)
                resources.append(_resource(table, path, counts[table.name], profile))
        finally:
            connection.execute("COMMIT")
        package = {
            "name": "conflict-reader-export",
            "created": now(),
            "profile": "tabular-data-package",
            "description": "Offsets are Unicode code points, half-open. Empty cells are unknown."
            + (
                " Text cells that begin with a formula character or an apostrophe carry one"
                " apostrophe more."
                if profile == "spreadsheet"
                else " Not for double-clicking: use --profile spreadsheet for that."
            ),
            "resources": resources,
        }
        with replacing(folder / "datapackage.json") as out:
            json.dump(package, out, ensure_ascii=False, indent=2)
            out.write("\n")
        directory = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    except OSError as problem:
        raise StoreError(
            f"{folder}: the export was not finished ({problem.strerror});"
            " files that were there before are unchanged or whole"
        ) from problem
    return counts


def _resource(table: Table, path: Path, rows: int, profile: Profile) -> dict[str, object]:
    return {
        "name": table.name.replace("_", "-"),
        "path": path.name,
        "description": table.about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "hash": "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest(),
        "rows": rows,
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "doubleQuote": True},
        "schema": {
            "missingValues": [""],
            "fields": [
                {"name": c.name, "type": c.type, "description": c.about} for c in table.columns
            ],
        },
    }
