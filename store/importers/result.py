"""What an import gives back beside articles."""

from __future__ import annotations

from dataclasses import dataclass, field

from store.articles import Stored
from store.texts import one_line

MAX_CHARS = 10_000_000
"""The longest text that is one article: far beyond any article, short of what fills memory."""


@dataclass(frozen=True)
class Failure:
    """Something that could not be read: which, and why with what to do."""

    where: str
    why: str

    def __post_init__(self) -> None:
        """Make the reason one line: it may quote what was read."""
        why = one_line(self.why)
        object.__setattr__(self, "why", why if len(why) <= 400 else why[:399] + "…")


@dataclass
class Summary:
    """What an import did."""

    added: list[Stored] = field(default_factory=list)
    duplicates: list[Stored] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
