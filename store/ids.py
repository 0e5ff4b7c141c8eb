"""Identifiers: UUIDv7 for what people make, content hashes for what can be made again."""

from __future__ import annotations

import hashlib
import os
import threading
import time

_lock = threading.Lock()
_last_ms = 0
_counter = 0


def new_uid() -> bytes:
    """Return a 16-byte UUIDv7 (RFC 9562): sorted by time, also within one millisecond."""
    global _last_ms, _counter
    with _lock:
        now = time.time_ns() // 1_000_000
        if now > _last_ms:
            _last_ms = now
            _counter = int.from_bytes(os.urandom(2), "big") & 0x7FF
        else:  # the same millisecond, or a clock set back: keep the order
            _counter += 1
            if _counter > 0xFFF:
                _last_ms += 1
                _counter = 0
        value = (_last_ms << 80) | (0x7 << 76) | (_counter << 64)
        value |= (0b10 << 62) | (int.from_bytes(os.urandom(8), "big") >> 2)
    return value.to_bytes(16, "big")


def suggestion_uid(article_uid: bytes, start: int, end: int, label: str) -> bytes:
    """Return the uid of a machine mention, so that a re-run meets what was decided about it."""
    key = article_uid + f"\0{start}\0{end}\0{label}".encode()
    return hashlib.blake2b(key, digest_size=16).digest()


def now() -> str:
    """Return the present moment as ISO 8601 in UTC with milliseconds and a ``Z``."""
    seconds, ms = divmod(time.time_ns() // 1_000_000, 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{ms:03d}Z"
