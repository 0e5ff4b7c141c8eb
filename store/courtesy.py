"""Bulk work gives way to a key: whoever is at the keys says so, and threads that do long work in
many small steps wait between two of them. (Python runs one thread at a time; a thread that never
rests makes each key wait for its turn.)"""

from __future__ import annotations

import time

_until = 0.0


def key_pressed(seconds: float = 0.03) -> None:
    """Ask long work to rest for a moment: a key is being answered."""
    global _until
    _until = time.monotonic() + seconds


def rest() -> None:
    """Wait while a key is being answered; to be called between small steps of long work."""
    while time.monotonic() < _until:
        time.sleep(0.002)
