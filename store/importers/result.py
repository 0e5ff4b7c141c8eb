"""What an import gives back beside articles."""

from __future__ import annotations

from dataclasses import dataclass, field

from store.articles import Stored

MAX_CHARS = 10_000_000
"""The longest text that is one article: far beyond any article, short of what fills memory."""


@dataclass(frozen=True)
class Failure:
    """Something that could not be read: which, and why with what to do."""

    where: str
    why: str


@dataclass
class Summary:
    """What an import did."""

    added: list[Stored] = field(default_factory=list)
    duplicates: list[Stored] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
