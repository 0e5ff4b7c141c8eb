"""What incidents are called: what happened, where, when (``Drone strike, Engels, 2025-01-14``)."""

from __future__ import annotations

from collections.abc import Mapping

_CALLED = {
    "attack.unspecified": "attack", "attack.shooting_assassination": "shooting",
    "attack.sabotage_arson": "sabotage", "attack.naval": "attack at sea",
    "accident.fire_explosion": "fire or explosion", "detention.pow_exchange": "prisoner exchange",
    "harm.kill": "killing", "protest.peaceful": "protest", "protest.violent": "riot",
    "aid.humanitarian": "humanitarian aid", "measure.sanction": "sanctions",
}  # fmt: skip
"""What an incident of a type is called, where the type's own name says it badly."""
_LONGEST = 60  # of the words at its beginning
_ENDS = ("place_name", "date_start")


def of(values: Mapping[str, object], words: str = "") -> str:
    """Return a title by type, place and first day of an incident; ``words`` of the text take the
    place of the type where that says nothing."""
    kind = str(values.get("type") or "other")
    if kind != "other" or not words.strip():
        words = _CALLED.get(kind, kind.split(".")[-1].replace("_", " "))
    return of_words(words, values)


def of_words(words: str, values: Mapping[str, object]) -> str:
    """Return a title that begins with words of the text and ends in place and day."""
    words = " ".join(words.split())
    if len(words) > _LONGEST:
        words = words[: _LONGEST - 3].rsplit(" ", 1)[0] + "…"
    title = words[:1].upper() + words[1:]
    for field in _ENDS:
        found = values.get(field)
        if found and str(found) not in title:
            title += f", {found}"
    return title


def corrected(title: str, before: Mapping[str, object], after: Mapping[str, object]) -> str:
    """Return a title that ends in place or day with the corrected one."""
    for name in _ENDS:
        old, new = before.get(name), after.get(name)
        if old and new and old != new:
            parts = [str(new) if part == str(old) else part for part in title.split(", ")]
            title = ", ".join([title.split(", ")[0], *parts[1:]])
    return title
