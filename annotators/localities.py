"""Towns, villages and quarters that a text names by the words around them, whether a list knows them
or not: ``the village of Almat``, ``Karari district``, ``stormed Al-Sariha``, ``near Kosti``.

Two accounts of one night are told apart by them where the gazetteer lacks the village.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from annotators import gazetteer, lexicon
from store.texts import fold

_KIND = (
    r"(?:village|town|city|hamlet|township|suburb|settlement|community|locality|municipality|commune|"
    r"neighbou?rhood|district|quarter|ejido|islet)"
)
_CAPITAL = r"[^\W\d_a-zа-яіїєґ]"
_NAME = rf"{_CAPITAL}[\w’'-]*(?: (?:(?:de|al|el|abu|um|du|la)[ -])?{_CAPITAL}[\w’'-]*){{0,2}}"
_VERB = (
    r"(?:(?:centre|center|outskirts|heart|edge|streets) of|bound for|"
    r"in|at|near|outside|around|toward|towards|over|reached|entered|enters|seized|left|"
    r"attack(?:ed|s)?(?: on)?|storm(?:ed|s)?|hit|hits|struck|strikes? on|bomb(?:ed|s)|shell(?:ed|s)|"
    r"raid(?:ed|s)?(?: on)?|overran|captured|surrounded|pounded)"
)
_ASIDE = r"(?:(?:the|central|northern|southern|eastern|western|north-?\w+|south-?\w+|nearby|besieged|historic) )*"
_REGION = (
    r"(?! (?:region|province|state|oblast|county|department|governorate|prefecture|territory|republic|"
    r"strip|valley|desert|sea|river|mountains|forces?|army|police|ministry|government|"
    r"(?:and \S+ )?(?:hospitals?|clinics?))\b)"
)
_CALLED = (
    re.compile(
        rf"\b{_KIND}s?(?: centre| center)?(?: of| called| named)? (?P<name>{_NAME})(?![\w’'-])"
    ),
    re.compile(rf"(?<![\w’'-])(?P<name>{_NAME}) (?:border |frontier |mining |market )?{_KIND}\b"),
    re.compile(rf"(?<![\w’'-])(?P<name>{_NAME}), (?:an?|the) (?:[\w-]+ ){{0,3}}{_KIND}\b"),
)
"""Words that say outright that it is one."""
_AT = (
    re.compile(rf"\b(?i:{_VERB}) {_ASIDE}(?P<name>{_NAME})(?![\w’'-]){_REGION}"),
    re.compile(
        rf"(?<![\w’'-])(?P<name>{_NAME}),? in (?:the )?(?:\w+(?:['’]s)? ){{1,3}}"
        r"(?:region|province|state|oblast|county|governorate|prefecture)\b"
    ),
)
_SPEAKER = re.compile(
    r"\b(?:said|says|told(?: [a-z]+){1,2}|confirmed|announced|reported|speaking|sitting|based|born|meeting|met|gather(?:ed|ing)|"
    r"conference|court|talks|treated|taken to(?: \w+)? hospitals?|spokes\w+|officials?|authorities|medics?|doctors|officers|sources|statement) $"
)
"""Words before `in` of who says so or where he sat: not where it happened."""
_NEVER = frozenset(
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
     "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
     "north", "south", "east", "west", "northern", "southern", "eastern", "western", "central", "the",
     "telegram", "facebook", "twitter", "europe", "africa", "asia", "state", "islamic", "united", "nations",
     "god", "parliament", "congress", "president", "minister", "governor", "general", "television", "radio"]
)  # fmt: skip


def called(text: str) -> list[str]:
    """Return the folded names of what a text calls a town, a village, a quarter."""
    return _found(_CALLED, text)


def placed(text: str) -> list[str]:
    """Return the folded names of what something is in, near, or done to in a text."""
    return _found(_AT, text)


def _found(patterns: Iterable[re.Pattern[str]], text: str) -> list[str]:
    """Return the names that patterns find, each once; a country, a region, a month or a weekday is
    no locality."""
    found: dict[str, None] = {}
    for pattern in patterns:
        for m in pattern.finditer(text):
            name = re.split(r"['’]s\b ?", m["name"])[-1]  # `Colombia's Cauca`
            words = fold(name).split()
            if _SPEAKER.search(text[max(0, m.start() - 40) : m.start()]):
                continue
            if not words or words[0] in _NEVER or words[-1] in _NEVER or len("".join(words)) < 3:
                continue
            if _is_region(name) or _is_people(words):
                continue
            found[" ".join(words)] = None
    return list(found)


def _is_people(words: list[str]) -> bool:
    """Whether it says whose a place is: ``the Christian quarter``, ``a Houthi-run school``."""
    return words[0] in lexicon.words("norp", "names") or words[-1].endswith(
        ("-run", "-led", "-held", "-backed", "-controlled", "-occupied")
    )


def _is_region(name: str) -> bool:
    """Whether a name is only known as one of a country, a people, a region or a sea."""
    if gazetteer.country_of(name) is not None:
        return True
    kinds = {place.kind for place in gazetteer.lookup(name)[:3]}
    return bool(kinds) and "city" not in kinds
