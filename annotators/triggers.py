"""Words that tell an incident, and of what type (``data/triggers.toml``)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby

from annotators.lower_case import lowered, small


@dataclass(frozen=True)
class Trigger:
    """Words that tell an incident: offsets in the text."""

    start: int
    end: int
    type: str
    weight: int
    words: str


_GROUP = {
    "attack": "violence", "combat": "violence", "harm": "violence", "loss": "violence",
    "air_defence": "air_defence", "protest": "protest", "movement": "movement", "aid": "aid",
    "statement": "statement", "accident": "accident",
}  # fmt: skip


def group_of(kind: str) -> str:
    """Return which types tell the same thing in other words when they stand in one sentence."""
    if kind in ("harm.abduction",):
        return kind
    return _GROUP.get(kind.split(".")[0], kind)


_Told = tuple[str, int, frozenset[str], re.Pattern[str], bool]


@cache
def _triggers() -> tuple[_Told, ...]:
    """Return type, weight, what must stand there, pattern, and whether that wants small letters.

    Matching small letters is twice as fast as ignoring case, which only patterns that ask for a
    capital need; and looking for the literals first spares most patterns most sentences."""
    text = resources.files("annotators.data").joinpath("triggers.toml").read_text("utf-8")
    out = []
    for t in tomllib.loads(text)["trigger"]:
        words = rf"(?<![\w-])(?:{t['pattern']})(?![\w-])"
        folded = "(?-i:" not in words
        if folded:
            words = small(words)
        needs = frozenset(t.get("needs", ("",)))
        pattern = re.compile(words, 0 if folded else re.IGNORECASE)
        out.append((t["type"], t["weight"], needs, pattern, folded))
    return tuple(out)


@cache
def _literals() -> tuple[re.Pattern[str], dict[str, frozenset[str]]]:
    """Return what finds the longest literal at each place, and the literals that each begins with
    (itself one of them): one pass over a sentence in place of one for every literal."""
    every = sorted(frozenset(need for t in _triggers() for need in t[2] if need), reverse=True)
    by_first = (
        f"{re.escape(first)}(?:{'|'.join(re.escape(need[1:]) for need in needs)})"
        for first, needs in groupby(every, key=lambda need: need[0])
    )
    begins = {need: frozenset(filter(need.startswith, every)) for need in every}
    return re.compile(f"(?=({'|'.join(by_first)}))"), begins


@cache
def _by_need() -> dict[str, tuple[int, ...]]:
    """Return which triggers may be there where a literal is; none of their literals is nothing."""
    needs = frozenset(("",)).union(*(t[2] for t in _triggers()))
    return {need: tuple(n for n, t in enumerate(_triggers()) if need in t[2]) for need in needs}


def _there(low: str) -> set[str]:
    """Return the literals that a sentence in lower case has."""
    pattern, begins = _literals()
    return {""}.union(*map(begins.__getitem__, set(pattern.findall(low))))


def triggers(text: str, start: int, end: int) -> list[Trigger]:
    """Return the triggers of a sentence, those that stand inside a more specific one left out."""
    sentence = text[start:end]
    low = lowered(sentence)
    taken: list[tuple[int, int]] = []
    found = []
    every, by_need = _triggers(), _by_need()
    for number in sorted({n for need in _there(low) for n in by_need[need]}):
        kind, weight, _, pattern, folded = every[number]
        for m in pattern.finditer(low if folded else sentence):
            a, b = m.span()
            if any(first < b and a < last for first, last in taken):
                continue
            taken.append((a, b))
            found.append(Trigger(start + a, start + b, kind, weight, sentence[a:b]))
    return sorted(found, key=lambda t: t.start)


_WEAPON_TYPES = (
    ("attack.suicide_bombing", r"suicide(?! (?:drone|uav))"),
    ("attack.drone_strike", r"\b(?:drones?|uavs?|shaheds?|quadcopters?)\b"),
    ("attack.missile_strike", r"\b(?:missiles?|rockets?|iskander|kalibr|himars|atacms|storm shadow)\b"),
    ("attack.air_strike", r"\b(?:air ?strikes?|warplanes?|air force|jets?|bombers?|helicopters?|aircraft)\b"),
    ("attack.shelling", r"\b(?:artillery|mortars?|shells?|shelling|howitzers?|tanks?)\b"),
    ("attack.bombing", r"\b(?:bombs?|explosives?|ieds?|grenades?|(?<!gold )(?<!coal )(?<!copper )(?<!diamond )(?<!cobalt )mines?|car bomb|detonat\w+)\b"),
    ("attack.chemical", r"\b(?:chlorine|sarin|chemical)\b"),
    ("attack.shooting_assassination", r"\b(?:gunm[ae]n|shot|gunfire|opened fire|stab\w+|knife|assassin\w*|on (?:a )?motor(?:bike|cycle)s?|(?:masked|unidentified) (?:men|assailants|gunmen))\b"),
    ("attack.bombing", r"\b(?:blasts?|explosions?)\b"),
)  # fmt: skip
_WEAPON_PATTERNS = tuple((kind, re.compile(p)) for kind, p in _WEAPON_TYPES)
_FIGHTERS = r"(?:soldiers?|troops|militants?|insurgents?|rebels?|fighters?|gunm[ae]n|security forces|army|guerrillas|police|officers?|members)"
_BOTH_SIDES = re.compile(
    rf"\b{_FIGHTERS}\b[^.]{{0,60}}\band\b[^.]{{0,40}}\b{_FIGHTERS}\b[^.]{{0,20}}\b(?:are|were|is|was) (?:also )?killed|\bin (?:clashes|fighting|a gunfight|a shootout|an ambush|a firefight)\b",
)


_ACCIDENT = re.compile(
    r"\b(?:cranes?|collaps\w+|crash(?:es|ed|ing)?|derail\w+|landslides?|mudslides?|earthquakes?|floods?|flooding|storms?|"
    r"hurricane|typhoon|cyclone|tornado(?:es)?|avalanche|capsiz\w+|stampede|heat ?wave|lightning|epidemic|outbreak|accident\w*|"
    r"drown\w*|wildfires?|poison\w*|contaminated|cholera|measles|malaria|ebola|disease|virus|starv\w+|malnutrition|hunger)\b",
)
_BY_SOMEBODY = re.compile(
    r"\b(?:attack\w*|bomb\w*|shot|shoot\w*|gun\w+|str(?:ikes?|uck)|militants?|rebels?|drones?|missiles?|rockets?|explos\w+|"
    r"blasts?|assault\w*|clash\w*|fired|fir(?:e|ing) on|shell\w*|soldiers?|troops|suicide|murder\w*|massacre\w*)\b",
)


CONSEQUENCE = re.compile(
    r"collaps|crash|sank|sinks|sunk|capsiz|derail|overturn|plunged", re.IGNORECASE
)
"""What an attack may end in."""
_GAS = re.compile(
    r"\bgas (?:explosion|blast|leak|cylinder|canister)|\b(?:boiler|transformer|short circuit|electrical fault)\b",
)


_BLAST_AT = re.compile(
    r"(?!.*\b(?:gas|depot|factory|plant|fireworks?|accident\w*|cylinder|boiler|short circuit|pipeline|refinery|mine|warehouse)\b)"
    r".*?\b(?:blasts?|explosions?)\b.{0,60}\b(?:schools?|mosques?|church(?:es)?|shrine|market|checkpoints?|rally|police|convoy|bus|"
    r"procession|funeral|wedding|hotel|embassy|courthouse|polling station)\b.*\b(?:kill|dead|died|wound|injur)",
    re.DOTALL,
)
"""A blast among people, which nothing says to be an accident."""
_NEWS = 400
"""Characters of a sentence in which that is looked for, as it costs their square."""


_CIVILIAN = re.compile(
    r"\b(?:civilians?|villagers?|found dead|journalists?|filmmaker|residents|herdsmen|bandits)\b"
)


def refine(kind: str, sentence: str, words: str) -> str:
    """Return a type made more exact by the weapons and the fighters that a sentence names."""
    if kind not in ("harm.kill", "attack.unspecified", "accident.fire_explosion"):
        return kind
    low = lowered(sentence)
    if kind == "accident.fire_explosion":
        return "attack.bombing" if _BLAST_AT.match(low[:_NEWS]) else kind
    if _GAS.search(low):
        return "accident.fire_explosion"
    if kind == "harm.kill":
        if _ACCIDENT.search(low) and not _BY_SOMEBODY.search(low):
            return "accident.disaster"
        if _BOTH_SIDES.search(low):
            return "combat.clash"
    for name, pattern in _WEAPON_PATTERNS:
        if pattern.search(low):
            return name
    if kind == "harm.kill":
        if words.lower().startswith("rescu"):
            return "other"
        if _CIVILIAN.search(low):
            return "harm.civilian_killing"
    return "attack.unspecified"


_ASIDE = re.compile(  # `lowered`
    r"\b(?:after|following|since|because of|in response to|amid|despite|over|ahead of|for|of|during|accused of|from|involved in|involving|on|against|with|demand(?:ing)?|calling for)\s+(?:(?:a|an|the|its|their|his|heavy|deadly|alleged|recent|recent|\w+ian|\w+ish) ){0,3}$",
)
_WHICH = re.compile(r"\b(?:who|which|where|when|while|whose|whom)\b[^,]{0,60}$")


def strength(t: Trigger, sentence: str, start: int) -> float:
    """Return how surely a trigger is what its sentence is about."""
    at = t.start - start
    before = sentence[max(0, at - 90) : at]
    value = float(t.weight) - min(at, 240) / 60
    if _ASIDE.search(lowered(before)):
        value -= 2.5
    if _WHICH.search(before):
        value -= 1.5
    if t.type.startswith("statement") and at < 90:
        value += 1.0
    return value


ONLY_WHO = re.compile(r"gunm[ae]n|armed men|armed assailants?", re.IGNORECASE)
ACCUSES = re.compile(
    r"(?:accus|blam|condemn|denounc|critici|complain|prais|apologi|welcom|express)", re.IGNORECASE
)
EARLIER = re.compile(
    r"(?:an?|another|the) (?:earlier|previous|prior|similar|first) (?P<what>(?:\w+ )?(?:attack|strike|assault|raid|bombing|incident|shelling))s?"
    r"(?:(?: on| in| of| at| against) (?:the )?(?P<rest>[^,.;]{2,50}))?",
    re.IGNORECASE,
)
