"""The first rows of a library's list, by plain sqlite3: what the first paint shows while the rest
of the program is still being loaded."""

from __future__ import annotations

import sqlite3
from pathlib import Path

Row = tuple[str, str, str | None, int, int]
"""Status, title, published, mentions to review, mentions."""


def first_rows(path: Path, count: int) -> list[Row]:
    """Return the newest articles of a library; none where it cannot be read just now (opening it
    says why)."""
    try:
        if not path.is_file():
            return []
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            return connection.execute(
                "SELECT status, title, published, n_unreviewed, n_mentions FROM article"
                " WHERE deleted = 0 ORDER BY COALESCE(published, '') DESC, id DESC LIMIT ?",
                (count,),
            ).fetchall()
        finally:
            connection.close()
    except (sqlite3.Error, OSError):
        return []
