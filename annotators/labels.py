"""Which labels of other people's corpora ours stand for. Fixed: nothing here is chosen by result."""

from __future__ import annotations

import re
from collections.abc import Mapping

STAND_FOR: dict[str, tuple[str, ...]] = {
    "PERSON": ("PERSON", "Person", "PER"),
    "ORG": ("ORG", "Organisation"),
    "FORCE": ("FORCE", "Organisation", "ORG", "MIL"),
    "GPE": ("GPE", "Location", "LOC"),
    "LOC": ("LOC", "Location"),
    "FACILITY": ("FACILITY", "FAC", "Location"),
    "NORP": ("NORP", "Nationality"),
    "DATE": ("DATE", "Temporal", "TIME"),
    "QUANTITY": ("QUANTITY", "Quantity", "CARDINAL"),
    "CASUALTY": ("CASUALTY", "Quantity"),
    "MONEY": ("MONEY", "Money"),
    "WEAPON": ("WEAPON", "Weapon", "WEA"),
    "PLATFORM": ("PLATFORM", "MilitaryPlatform", "Vehicle", "VEH"),
    "EVENT": ("EVENT",),
    "ROLE": ("ROLE",),
}
"""Our label: labels of re3d, UNER, ACE and WikiEvents that it stands for."""
_EDGE = re.compile(
    r"^(?:the|a|an|their|its|his|her|about|around|approximately|almost|nearly|roughly|over|up to"
    r"|more than|less than|at least)\s+",
    re.I,
)


def strip_edges(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without the determiner, or the words for how exact a number is, before it and
    the possessive s behind it: whether they belong to a mention is a convention that differs between
    corpora."""
    while (m := _EDGE.match(text[start:end])) and m.end() < end - start:
        start += m.end()
    if text[start:end][-2:] in ("'s", "’s"):
        end -= 2
    return start, end


def map_for(used: frozenset[str], given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return which label of a corpus each of ours is scored as; ours without one are left out.

    ``used`` are the corpus's labels; ``given`` (ours: theirs) goes first.
    """
    chosen = dict(given or {})
    for ours, theirs in STAND_FOR.items():
        found = next((label for label in theirs if label in used), None)
        if ours not in chosen and found is not None:
            chosen[ours] = found
    return chosen


ARMS = frozenset(["Weapon", "MilitaryPlatform", "Vehicle", "WEA", "VEH", "WEAPON", "PLATFORM"])
"""Labels that are counted together: corpora draw the line between weapon and platform elsewhere."""
