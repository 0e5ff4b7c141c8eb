"""Results that can be made again, kept by what they depend on."""

from __future__ import annotations

import json
import sqlite3
import zlib
from typing import Any


def get(connection: sqlite3.Connection, kind: str, key: bytes, fingerprint: str) -> Any | None:
    """Return a cached result, or None."""
    row = connection.execute(
        "SELECT payload FROM cache WHERE kind = ? AND key = ?", (kind, key + fingerprint.encode())
    ).fetchone()
    return json.loads(zlib.decompress(row[0])) if row else None


def put(
    connection: sqlite3.Connection, kind: str, key: bytes, fingerprint: str, result: Any
) -> None:
    """Keep a result (anything JSON holds), inside a unit of work."""
    packed = zlib.compress(json.dumps(result, separators=(",", ":")).encode(), 1)
    connection.execute(
        "INSERT OR REPLACE INTO cache (kind, key, payload) VALUES (?, ?, ?)",
        (kind, key + fingerprint.encode(), packed),
    )
