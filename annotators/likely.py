"""What a few words most likely are, by the lists alone: the label that is proposed for words which
an analyst chooses to mark. Cheap enough to be asked for each of them; knows no context.
"""

from __future__ import annotations

import re
from functools import cache

from annotators import counted, gazetteer, lexicon

LABELS = {
    "person": "PERSON",
    "people": "ORG",
    "body": "ORG",
    "force": "FORCE",
    "weapon": "WEAPON",
    "platform": "PLATFORM",
    "facility": "FACILITY",
    "office": "ROLE",
    "place": "LOC",
    "country or town": "GPE",
    "nation": "NORP",
    "day": "DATE",
    "sum": "MONEY",
    "number": "QUANTITY",
    "full name": "PERSON",
    "name": "ORG",
    "word": "ORG",
}
"""Kinds of words, and the label of the codebook that each has unless the analyst gave another."""
_PERSON = frozenset("i me my mine myself he him his himself she her hers herself".split())
_PEOPLE = frozenset(
    "we us our ours ourselves they them their theirs themselves it its who everyone others".split()
)
_DETERMINERS = frozenset("our their its my his her".split())
_PLACES = frozenset(
    "area areas place places here there country countries territory territories border borders"
    " route routes north south east west cities towns villages regions districts provinces capitals states suburbs governorates settlements"
    " municipalities overseas abroad line lines frontlines homeland location locations"
    " zone zones land mountain mountains valley river coast sea island islands site frontline".split()
)
_BUILT = frozenset(
    "restaurant restaurants cafe cafes tent tents house houses home homes room rooms apartment"
    " apartments flat flats dormitory dormitories jail jails prison prisons street streets road roads highway highways square"
    " squares backyard yard yards garden park parks shop shops store stores market markets"
    " marketplace mall hotel hotels theatre theater stadium office offices building buildings compound"
    " compounds courthouse college school schools farm farms railway"
    " cemetery shelter shelters basement garage gate fence wall walls trench trenches position"
    " positions stronghold strongholds hideout hideouts node nodes nightclub".split()
)
_ARMS = frozenset(
    "weapon weapons weaponry arms gun guns firearm firearms handgun handguns shotgun shotguns fireworks"
    " detonator fuse sword axe".split()
)
_VEHICLES = frozenset(
    "artillery vehicle vehicles car cars truck trucks van vans bus buses lorry lorries boat boats ship ships"
    " plane planes airplane airplanes aeroplane train trains tanker tankers ferry ferries barge bicycle"
    " motorbike motorbikes taxi ambulance ambulances airlifter airlifters glider gliders".split()
)
_UNITS = frozenset(
    "brigade brigades battalion battalions regiment regiments division divisions corps platoon platoons"
    " squad squads garrison patrol patrols detachment detachments fleet legion".split()
)
_BODIES = frozenset(
    "community communities group groups organization organizations organisation organisations party"
    " parties government governments regime regimes coalition coalitions nation nations team teams"
    " unit units family families media company companies council councils committee committees"
    " commission ministry ministries agency agencies authority authorities administration bloc"
    " institution institutions court courts tribunal tribunals police people business businesses"
    " society parliament congress movement movements faction factions network networks leadership"
    " ally allies partner partners opposition public population populations delegation squadron convoy prosecution staff crew".split()
)
_MONTH = (
    "january|february|april|june|july|august|september|october|november|december|jan|feb|apr|aug|sept?"
    "|oct|nov|dec"
)
_CALENDAR = re.compile(
    rf"\b(?:{_MONTH}|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|today|yesterday|tomorrow|tonight"
    r"|overnight|(?:19|20)\d\d|(?:may|march) \d+|\d+ (?:may|march)|\d+(?:st|nd|rd|th))\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:mornings?|evenings?|afternoons?|nights?|noon|midnight|days?|weeks?|months?|years?|hours?"
    r"|minutes?|decades?|century|anniversary|weekends?|dawn|dusk)\b",
    re.IGNORECASE,
)
"""Words for times, which names have too: Night Wolves."""
_SUM = re.compile(
    r"[$€£₴₽]|\b(?:dollars?|euros?|pounds?|roubles?|rubles?|hryvnias?)\b", re.IGNORECASE
)
_NUMBER = re.compile(
    r"\d|\b(?:dozens?|hundreds?|thousands?|millions?|billions?|once|twice|half|one|two|three|four|five"
    r"|six|seven|eight|nine|ten|several|scores)\b",
    re.IGNORECASE,
)


_ADJECTIVES = frozenset(
    "religious sovereign native adult human mortal principal regular radical moderate conservative"
    " liberal nationalist loyal innocent elderly young poor rich sick living past present present-day"
    " primary secondary main chief head key major minor junior senior elite mobile oral special"
    " mighty subject".split()
)
"""Words for persons that are adjectives more often."""


@cache
def heads() -> dict[str, str]:
    """Return the common nouns that a mention can end in, in lower case, with what each says."""
    found: dict[str, str] = dict.fromkeys(_BODIES, "body")
    found.update(dict.fromkeys(_UNITS, "force"))
    found["head"] = "office"
    found.update(dict.fromkeys(_BUILT, "facility"))
    found.update(dict.fromkeys(_ARMS, "weapon"))
    found.update(dict.fromkeys(_VEHICLES, "platform"))
    found.update(dict.fromkeys(_PLACES, "place"))
    place = lexicon.section("place")
    found.update(dict.fromkeys((*place["nouns_before"], *place["nouns_after"]), "place"))
    for section, kind in (
        ("role", "office"), ("facility", "facility"), ("force", "force"), ("platform", "platform"),
        ("weapon", "weapon"),
    ):  # fmt: skip
        table = lexicon.section(section)
        for noun in (*table.get("weak", ()), *table["heads"]):
            found[noun.lower().rpartition(" ")[2]] = kind
    return found


def head(word: str) -> str | None:
    """Return what a word says as the last one of a mention, None where it is no noun of the lists."""
    low = word.lower()
    if low in _ADJECTIVES:
        return None
    if kind := heads().get(low):
        return kind
    if counted.nouns().get(low, ("",))[0] == "people":
        return "people" if low.endswith(("s", "men", "people", "children")) else "person"
    if counted.says_person(low):
        return "person"
    return "people" if counted.says_persons(low) else None


def is_whole(word: str) -> bool:
    """Whether a word is a mention by itself, and begins no longer one: a pronoun."""
    return word.lower() in (_PERSON | _PEOPLE) - _DETERMINERS


_JOINS = frozenset(
    "and or of in on at for to by with from as who that which is are was were has have had will would"
    " been being be not but than the a an said says".split()
)


def joins(words: list[str]) -> bool:
    """Whether one of these words ends a noun phrase, so that what follows is not led to by it."""
    return any(word in _JOINS for word in words)


def is_led_to(words: str) -> bool:
    """Whether some words end in a noun of the lists, or are a pronoun."""
    return is_whole(words) or any(head(last) for last in words.split()[-1:])


def kind(words: str) -> str:
    """Return which of `LABELS` some words are."""
    low = words.lower().strip()
    if low in _PERSON:
        return "person"
    if low in _PEOPLE:
        return "people"
    parts = words.split()
    capitals = sum(part[:1].isupper() for part in parts)
    if lexicon.is_people(words):
        return "nation"
    if _SUM.search(low):
        return "sum"
    last = parts[-1] if parts else ""
    found = head(last) or (head(parts[0]) if len(parts) > 2 and parts[1] in ("of", "in") else None)
    if found is not None and (found != "person" or capitals < len(parts)):
        return found
    if _CALENDAR.search(low) or (capitals < len(parts) and _TIME.search(low)):
        return "day"
    if _NUMBER.search(low):
        return "number"
    if not capitals:
        return next((k for part in reversed(parts[:-1]) if (k := head(part))), "word")
    letters = words.isupper() and len(words) > 1  # SDF
    if gazetteer.country_of(words) is not None or (not letters and gazetteer.lookup(words)):
        return "country or town"
    every = capitals == len(parts) and not any(part.isupper() for part in parts)
    return "full name" if 2 <= len(parts) <= 3 and every else "name"
