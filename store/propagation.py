"""Deciding once for many places: a name is a label, or is none, wherever it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from store import courtesy, memory, mentions
from store.history import Edit
from store.occurrences import Occurrence
from store.records import Mention

State = Literal["open", "done", "other", "blocked"]


@dataclass(frozen=True)
class Decision:
    """What was decided of a name: ``tag`` it with a label, or ``reject`` a label on it."""

    kind: Literal["tag", "reject"]
    name: str
    label: str

    @property
    def words(self) -> str:
        """The decision as it is told."""
        name = " ".join(self.name.split())
        name = name if len(name) <= 40 else name[:39] + "…"
        return f"“{name}” is {'' if self.kind == 'tag' else 'no '}{self.label}"


def state(decision: Decision, place: Occurrence) -> State:
    """Say how a place stands to a decision: open (nobody has decided), done (decided just so),
    other (an analyst decided otherwise), blocked (it is part of another mention, or nothing is
    there to be rejected)."""
    m = place.mention
    if decision.kind == "reject":
        if m is None or m.label != decision.label:
            return "blocked"
        if m.review_status == "rejected":
            return "done"
        return "other" if m.human else "open"
    if m is not None and m.review_status != "rejected":
        if not m.human:
            return "open"
        if m.label != decision.label:
            return "other"
        second = any((o.start, o.end) == (m.start, m.end) and not o.human for o in place.others)
        return "open" if second else "done"
    if m is not None and m.label == decision.label:
        return "other"  # rejected here before
    if any(m.human or not _inside(m, place) for m in place.others):
        return "blocked"
    return "open"


def _inside(m: Mention, place: Occurrence) -> bool:
    return place.start <= m.start and m.end <= place.end


def apply(edit: Edit, decision: Decision, places: Sequence[Occurrence], *, remember: bool) -> int:
    """Decide it at the places given, inside one edit; return at how many something changed.
    With ``remember`` also for texts that come later."""
    changed = 0
    for place in places:
        courtesy.rest()
        m = mentions.get(edit.connection, place.mention.uid) if place.mention else None
        if decision.kind == "reject":
            if m is not None and m.review_status != "rejected":
                mentions.reject(edit, m)
                changed += 1
            continue
        for part in place.others:  # a part of the name, found alone; or a second mark on it
            other = mentions.get(edit.connection, part.uid)
            if other is not None and not other.human and _inside(other, place):
                mentions.reject(edit, other)
        if m is not None and m.review_status != "rejected":
            if not m.human or m.label != decision.label:
                mentions.relabel(edit, m, decision.label)
                changed += 1
            continue
        mentions.add(
            edit, place.article_id, place.start, place.end, decision.label, quote=place.quote
        )
        changed += 1
    if remember:
        kind = "always" if decision.kind == "tag" else "never"
        memory.remember(edit, decision.name, decision.label, kind)
    return changed
