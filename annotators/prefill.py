"""A report's first claims, read off the marks around the words that an analyst selected."""

from __future__ import annotations

import re
from collections.abc import Sequence

from annotators import casualties, dates
from store.incidents import NewClaim
from store.records import Article, Mention

_FIELD_OF = {"FACILITY": "targets", "WEAPON": "weapons", "PLATFORM": "weapons"}
_TYPES = (
    ("air_defence.shoot_down", r"sho[ot]+ing? down|shot down|downed|intercept"),
    ("attack.suicide_bombing", r"suicide (?:bomb|attack)"),
    ("attack.drone_strike", r"\b(?:drone|uav)s?\b"),
    ("attack.missile_strike", r"\b(?:missile|rocket)s?\b"),
    ("attack.shelling", r"\bshell(?:ed|ing|s)?\b|artillery|mortar"),
    ("attack.air_strike", r"air ?strike|air raid|bombardment|warplane"),
    ("attack.bombing", r"car bomb|bombing|\bied\b|explosive device|blast|explosion|grenade"),
    ("harm.abduction", r"abduct|kidnap"),
    ("detention.arrest", r"\barrest|detain"),
    ("attack.shooting_assassination", r"gunm[ae]n|shooting|shot dead|assassinat|opened fire"),
    ("combat.clash", r"\bclash|fighting|firefight|\bbattle"),
    ("diplomacy.visit", r"\bvisit"),
    ("diplomacy.ceasefire", r"cease-?fire|truce"),
    ("diplomacy.talks", r"\btalks\b|negotiat"),
    ("aid.military_pledge", r"(?:deliver|supply|pledge|assistance|aid).*(?:howitzer|tank|missile|weapon|military)"),
    ("attack.unspecified", r"\battack|\bstrike|\bstruck|\bassault|\braid"),
    ("accident.fire_explosion", r"\bfire\b|blaze"),
)  # fmt: skip


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the sentence (or line) that holds the span."""
    before = [m.end() for m in re.finditer(r"[.!?][\"”’)]*\s+(?=[A-Z0-9“\"'])|\n", text[:start])]
    after = re.search(r"[.!?][\"”’)]*(?=\s+[A-Z0-9“\"']|\s*$)|\n", text[end:])
    first = before[-1] if before else 0
    last = end + (after.end() if after else len(text) - end)
    while last > end and text[last - 1] in "\n ":
        last -= 1
    return first, last


def report(
    article: Article, text: str, mentions: Sequence[Mention], start: int, end: int
) -> tuple[str, list[NewClaim]]:
    """Return a title and the claims for a report of what ``[start, end)`` tells.

    Only marks of the same sentence count: type, date, place, actors, targets, weapons,
    casualties. Where the sentence names no day the day of publication is not put in its place.
    """
    first, last = sentence_around(text, start, end)
    sentence = text[first:last]
    inside = [m for m in mentions if first <= m.start and m.end <= last]
    claims = [NewClaim("trigger", text[start:end], start, end, text[start:end], origin="analyst")]

    def claim(field: str, value: str, m: Mention | None = None, **more: str | None) -> None:
        a, b = (m.start, m.end) if m else (first, last)
        claims.append(NewClaim(field, value, a, b, text[a:b], **more))  # type: ignore[arg-type]

    low = sentence.lower()
    chosen = text[start:end].lower()
    kind = next((k for k, p in _TYPES if re.search(p, chosen)), None) or next(
        (k for k, p in _TYPES if re.search(p, low)), None
    )
    if kind:
        claim("type", kind)
    for m in inside:
        if m.label == "DATE":
            when = dates.resolve(m.quote, article.published)
            if when is None or _of_another_event(text[first : m.start]) or _is_dateline(text, m):
                continue
            claim("date_text", m.quote, m)
            for field, value in _date_fields(when).items():
                claim(field, value, m)
            break
    actors = [m for m in inside if m.label == "FORCE"]
    places = [m for m in inside if m.label in ("GPE", "LOC") and not _acts(text, m, first)]
    if not actors:
        actors = [m for m in inside if m.label == "GPE" and _acts(text, m, first)]
    if places:
        best = min(
            places,
            key=lambda m: (
                m.label == "LOC", _is_region(text, m), not _is_in(text, m), abs(m.start - start)
            ),
        )  # fmt: skip
        claim("place_name", best.quote, best)
        claim("place_text", best.quote, best)
    for m in actors:
        claim("actors", m.quote, m)
    for m in inside:
        if m.label in _FIELD_OF:
            claim(_FIELD_OF[m.label], m.quote, m)
        elif m.label == "CASUALTY":
            counted = casualties.counts(m.quote)
            for field, number in counted:
                claim(field, str(number), m)
            if not counted:
                claim("quantities", m.quote, m)
    if re.search(r"\b(?:said|according to|reported|confirmed|claimed|announced)\b", low):
        speaker = next((m for m in inside if m.label in ("PERSON", "ORG")), None)
        if speaker:
            claims = [
                NewClaim(c.field, c.value, c.start, c.end, c.quote, c.precision, speaker.quote,
                         c.modality, c.origin)
                for c in claims
            ]  # fmt: skip
    place = next((c.value for c in claims if c.field == "place_name"), None)
    day = next((c.value for c in claims if c.field == "date_start"), None)
    words = (
        text[start:end] if end - start <= 60 else text[start : start + 57].rsplit(" ", 1)[0] + "…"
    )
    title = " ".join(words.split())
    title = title[:1].upper() + title[1:]
    if place and place not in title:
        title += f", {place}"
    if day and day not in title:
        title += f", {day}"
    return title, claims


_PRECISION = ("1 day", "2 two to six days", "3 week", "4 month", "5 longer")


def _date_fields(when: dates.When) -> dict[str, str]:
    return {
        "date_start": when.start,
        "date_end": when.end,
        "date_precision": _PRECISION[when.precision - 1],
        "date_basis": when.basis,
    }


def date_fields(words: str, published: str | None) -> dict[str, str] | None:
    """Return the date fields of an incident for quoted words, or None where they fix no day."""
    when = dates.resolve(words, published)
    return _date_fields(when) if when else None


def _is_in(text: str, m: Mention) -> bool:
    return bool(
        re.search(
            r"\b(?:in|at|near|on|of|across|over) (?:the )?$", text[max(0, m.start - 12) : m.start]
        )
    )


def _is_region(text: str, m: Mention) -> bool:
    """Whether the name is of a region: a town beside it says more."""
    return bool(
        re.match(
            r" (?:region|oblast|province|district|governorate|raion|state)",
            text[m.end : m.end + 14],
        )
    )


def _is_dateline(text: str, m: Mention) -> bool:
    """Whether the date stands at the head of a line before a dash: the day of writing."""
    line = text.rfind("\n", 0, m.start) + 1
    if m.start - line > 50:
        return False
    after = text[m.end : m.end + 30]
    whole = m.start == line and after[:1] in ("\n", "")
    return whole or bool(re.match(r"\s*(?:\([^)\n]{1,24}\)\s*)?[—–-]\s", after))


def _of_another_event(before: str) -> bool:
    """Whether a date stands behind ``an earlier attack on``: it is that other event's day."""
    return bool(
        re.search(r"\b(?:earlier|previous|last|first|similar) (?:\w+ ){1,3}(?:on |of )?$", before)
    )


def _acts(text: str, m: Mention, first: int) -> bool:
    """Whether a country stands as the one who acts: at the head of its clause, before a verb."""
    before = text[first : m.start]
    follows = re.match(
        r" (?:has |have |had )?(?:launched|attacked|struck|strikes|launches|fired|shelled|bombed|hit|"
        r"invaded|said|claimed|carried|shot|killed|seized|captured|sent)\b",
        text[m.end : m.end + 24],
    )
    return bool(follows) and not re.search(r"\b(?:in|at|near|from|of) $", before)
