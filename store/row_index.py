"""The rows of ``conflict-reader link`` and the index of their accounts, in a file of their own that
is gone afterwards."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from store import incident_index
from store.errors import StoreError


class RowIndex:
    """Rows numbered from 1, their accounts, and what was found for each."""

    def __init__(self) -> None:
        """Make the file.

        Raises:
            StoreError: there is no room for it.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="conflict-reader-")
        try:
            self.connection = sqlite3.connect(
                Path(self._folder.name) / "index.sqlite", isolation_level=None
            )
            self.connection.execute("PRAGMA journal_mode = OFF")
            self.connection.execute("PRAGMA synchronous = OFF")
            for statement in (
                "CREATE TABLE given (id INTEGER PRIMARY KEY, row TEXT NOT NULL, answer TEXT) STRICT",
                *incident_index.TABLES,
            ):
                self.connection.execute(statement)
            self.connection.execute("BEGIN")
        except sqlite3.Error as problem:
            self._folder.cleanup()
            raise StoreError(f"the temporary index cannot be made ({problem})") from None
        self.size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.connection.close()
        self._folder.cleanup()
        if isinstance(problem, sqlite3.Error):
            raise StoreError(f"the temporary index cannot be kept ({problem})") from None

    def put(
        self, row: Mapping[str, Any], day: int | None, terms: Mapping[str, int],
        words: Iterable[str], payload: str,
    ) -> int:  # fmt: skip
        """Add a row with its account; return its number."""
        self.size += 1
        # as ASCII: a lone surrogate in a row comes back out as it went in
        self.connection.execute(
            "INSERT INTO given (id, row) VALUES (?, ?)", (self.size, json.dumps(row))
        )
        incident_index.put(self.connection, self.size, day, terms, words, payload)
        return self.size

    def ids(self) -> dict[int, Any]:
        """Return the id that each row gives itself, its number where it gives none."""
        rows = self.connection.execute("SELECT id, json_extract(row, '$.id') FROM given")
        return {number: number if given is None else given for number, given in rows}

    def payload(self, number: int) -> str:
        """Return what was put with a row's account."""
        held = incident_index.payload(self.connection, number)
        if held is None:
            raise KeyError(number)
        return held

    def answer(self, number: int, found: list[dict[str, Any]]) -> None:
        """Keep what was found for a row."""
        self.connection.execute(
            "UPDATE given SET answer = ? WHERE id = ?", (json.dumps(found), number)
        )

    def answers(self) -> Iterator[tuple[int, dict[str, Any], list[dict[str, Any]]]]:
        """Yield every row in order: its number, the row, what was found for it."""
        for number, row, found in self.connection.execute(
            "SELECT id, row, answer FROM given ORDER BY id"
        ):
            yield number, json.loads(row), json.loads(found)
