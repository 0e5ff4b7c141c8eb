"""Incident candidates: what an annotated text reports, as suggested reports.

A sentence's trigger words say that something happened and of what type; the mentions of the same
sentence fill its fields. What is told again is joined, a series and its parts, an earlier event
that the text refers to, an answer and a consequence are candidates of their own with a proposed
relation. The words that trigger are data (``data/triggers.toml``).

Nothing is invented: a field that the text does not tell is absent, with one exception that says so:
a candidate without a date takes the day that the text tells last before it, or else the day of
publication, with the basis ``inferred``.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any

from annotators import attribution, casualties, dates, gazetteer
from annotators.attribution import Source
from annotators.casualties import Count
from annotators.sentences import sentences
from store.records import Suggestion


@dataclass(frozen=True)
class Trigger:
    """Words that tell an incident: offsets in the text."""

    start: int
    end: int
    type: str
    weight: int
    words: str


@dataclass(frozen=True)
class Told:
    """One claim of a candidate, with the words that tell it."""

    field: str
    value: str | int | float
    start: int
    end: int
    precision: str | int | None = None
    confidence: float = 0.7


@dataclass
class Candidate:
    """A suggested report."""

    trigger: Trigger
    sentence: tuple[int, int]
    type: str
    status: str = "occurred"
    modality: str = "happened"
    said_by: str | None = None
    claims: list[Told] = field(default_factory=list)
    confidence: float = 0.5
    historical: bool = False
    plural: bool = False
    relations: list[tuple[int, str]] = field(default_factory=list)
    index: int = 0
    said_before: str = ""  # the words before the trigger in its sentence
    where: gazetteer.Place | None = None
    when: dates.When | None = None

    def get(self, name: str) -> Told | None:
        """Return the first claim of a field."""
        return next((c for c in self.claims if c.field == name), None)


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


@cache
def _triggers() -> tuple[tuple[str, int, re.Pattern[str], bool], ...]:
    """Return type, weight, pattern and whether the pattern wants small letters: matching those is
    twice as fast as ignoring case, which only patterns that ask for a capital need."""
    text = resources.files("annotators.data").joinpath("triggers.toml").read_text("utf-8")
    out = []
    for t in tomllib.loads(text)["trigger"]:
        words = rf"(?<![\w-])(?:{t['pattern']})(?![\w-])"
        small = "(?-i:" not in words
        if small:
            words = re.sub(r"(?<!\\)[A-Z]", lambda m: m.group().lower(), words)
        out.append(
            (t["type"], t["weight"], re.compile(words, 0 if small else re.IGNORECASE), small)
        )
    return tuple(out)


def triggers(text: str, start: int, end: int) -> list[Trigger]:
    """Return the triggers of a sentence, those that stand inside a more specific one left out."""
    sentence = text[start:end]
    low = sentence.lower()
    if len(low) != len(sentence):  # a letter that is two in lower case
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in sentence)
    taken: list[tuple[int, int]] = []
    found = []
    for kind, weight, pattern, small in _triggers():
        for m in pattern.finditer(low if small else sentence):
            a, b = m.span()
            if any(first < b and a < last for first, last in taken):
                continue
            taken.append((a, b))
            found.append(Trigger(start + a, start + b, kind, weight, sentence[a:b]))
    return sorted(found, key=lambda t: t.start)


_WEAPON_TYPES = (
    ("attack.suicide_bombing", r"suicide"),
    ("attack.drone_strike", r"\b(?:drones?|uavs?|shaheds?|quadcopters?)\b"),
    ("attack.missile_strike", r"\b(?:missiles?|rockets?|iskander|kalibr|himars|atacms|storm shadow)\b"),
    ("attack.air_strike", r"\b(?:air ?strikes?|warplanes?|air force|jets?|bombers?|helicopters?|aircraft)\b"),
    ("attack.shelling", r"\b(?:artillery|mortars?|shells?|shelling|howitzers?|tanks?)\b"),
    ("attack.bombing", r"\b(?:bombs?|explosives?|ieds?|grenades?|mines?|car bomb|detonat\w+)\b"),
    ("attack.chemical", r"\b(?:chlorine|sarin|chemical)\b"),
    ("attack.shooting_assassination", r"\b(?:gunm[ae]n|shot|gunfire|opened fire|stab\w+|knife|assassin\w*)\b"),
)  # fmt: skip
_WEAPON_PATTERNS = tuple((kind, re.compile(p, re.IGNORECASE)) for kind, p in _WEAPON_TYPES)
_FIGHTERS = r"(?:soldiers?|troops|militants?|insurgents?|rebels?|fighters?|gunm[ae]n|security forces|army|guerrillas|police|officers?|members)"
_BOTH_SIDES = re.compile(
    rf"\b{_FIGHTERS}\b[^.]{{0,60}}\band\b[^.]{{0,40}}\b{_FIGHTERS}\b[^.]{{0,20}}\b(?:are|were|is|was) (?:also )?killed|\bin (?:clashes|fighting|a gunfight|a shootout|an ambush|a firefight)\b",
    re.IGNORECASE,
)


def refine(kind: str, sentence: str, words: str) -> str:
    """Return a type made more exact by the weapons and the fighters that a sentence names."""
    if kind == "harm.kill":
        if _BOTH_SIDES.search(sentence):
            return "combat.clash"
        for name, pattern in _WEAPON_PATTERNS:
            if pattern.search(sentence):
                return name
        if re.search(r"\brescu", words, re.IGNORECASE):
            return "other"
        if re.search(
            r"\b(?:civilians?|villagers?|found dead|journalists?|filmmaker|residents|herdsmen|bandits)\b",
            sentence,
            re.IGNORECASE,
        ):
            return "harm.civilian_killing"
        return "attack.unspecified"
    if kind == "attack.unspecified":
        for name, pattern in _WEAPON_PATTERNS:
            if pattern.search(sentence):
                return name
        return kind
    return kind


def _strength(t: Trigger, sentence: str, start: int) -> float:
    """Return how surely a trigger is what its sentence is about."""
    at = t.start - start
    before = sentence[:at]
    value = float(t.weight) - min(at, 240) / 60
    if re.search(
        r"\b(?:after|following|since|because of|in response to|amid|despite|over|ahead of|for|of|during|accused of|from|involved in|involving|on|against|with)\s+(?:(?:a|an|the|its|their|his|heavy|deadly|alleged|recent|recent|\w+ian|\w+ish) ){0,3}$",
        before,
        re.IGNORECASE,
    ):
        value -= 2.5
    if re.search(r"\b(?:who|which|where|when|while|whose|whom)\b[^,]{0,60}$", before):
        value -= 1.5
    if t.type.startswith("statement") and at < 90:
        value += 1.0
    return value


_QUOTED_FACT = re.compile(
    r"\b(?:says?|said|claims?|claimed|reports?|reported|announces?|announced|confirms?|confirmed|states?|stated|according to)\b",
    re.IGNORECASE,
)


def _candidates_of(text: str, start: int, end: int) -> list[Candidate]:
    """Return one candidate for each group of triggers in a sentence."""
    sentence = text[start:end]
    found = triggers(text, start, end)
    earlier = _earlier_events(text, start, end)
    found = [
        t for t in found if not any(e.trigger.start <= t.start < e.trigger.end for e in earlier)
    ]
    groups: dict[str, list[Trigger]] = {}
    for t in found:
        group = "violence" if t.type == "harm.kill" else group_of(t.type)
        groups.setdefault(group, []).append(t)
    if "violence" in groups and "accident" in groups:
        fire = groups["accident"]
        if all(t.type == "accident.fire_explosion" for t in fire):
            groups["violence"] += groups.pop("accident")
    if len(groups) > 1 and all(_ONLY_WHO.fullmatch(t.words) for t in groups.get("violence", [])):
        groups.pop("violence", None)  # `armed men` alone is who did the other thing
    events = [g for g in groups if g != "statement"]
    spoken: int | None = None  # where a statement begins that the events are the content of
    out = []
    for group, members in groups.items():
        best = max(members, key=lambda t: (_strength(t, sentence, start), -t.start))
        if best.type == "harm.kill" and group == "violence" and len(members) > 1:
            others = [t for t in members if t.type != "harm.kill"]
            best = max(others, key=lambda t: _strength(t, sentence, start)) if others else best
        kind = refine(best.type, sentence, best.words)
        strength = _strength(best, sentence, start)
        confidence = max(0.15, min(0.95, 0.32 + strength * 0.05))
        if group == "statement":
            governs = best.type in ("statement.threat", "statement.demand") and any(
                t.start > best.start and _PLANNED_BEFORE.search(sentence[: t.start - start][-110:])
                for g in events
                for t in groups[g]
            )
            first = min((t.start for g in events for t in groups[g]), default=end + 1)
            speaks = (
                best.start < first
                and best.start - start < 140
                and not best.words.lower().startswith("order")
                and (best.type != "statement.claim" or _ACCUSES.match(best.words))
                and not re.search(
                    r"\b(?:who|which|where|when|while|after|whose|of|for|to|newly|the|a|an|his|her|its|their)\s*$",
                    sentence[: best.start - start],
                )
            )
            if governs or (speaks and events):
                confidence = max(confidence, 0.82)
                spoken = best.start
            elif events and (
                best.type == "statement.claim"
                or strength
                < max(_strength(t, sentence, start) for g in events for t in groups[g]) + 1.5
            ):
                continue
        out.append(Candidate(best, (start, end), kind, confidence=confidence))
    if spoken is not None:
        for c in out:
            if not c.type.startswith("statement.") and c.trigger.start > spoken:
                c.confidence *= 0.75
    return out + earlier


_ONLY_WHO = re.compile(r"gunm[ae]n|armed men|armed assailants?", re.IGNORECASE)
_ACCUSES = re.compile(
    r"(?:accus|blam|condemn|denounc|critici|complain|prais|apologi|welcom|express)", re.IGNORECASE
)
_EARLIER = re.compile(
    r"(?:an?|another|the) (?:earlier|previous|prior|similar|first) (?P<what>(?:\w+ )?(?:attack|strike|assault|raid|bombing|incident|shelling))s?"
    r"(?:(?: on| in| of| at| against) (?:the )?(?P<rest>[^,.;]{2,50}))?",
    re.IGNORECASE,
)


def _earlier_events(text: str, start: int, end: int) -> list[Candidate]:
    out = []
    for m in _EARLIER.finditer(text, start, end):
        kind = refine("attack.unspecified", m["what"], m["what"])
        trigger = Trigger(m.start(), m.end(), kind, 6, m.group())
        out.append(Candidate(trigger, (start, end), kind, confidence=0.55, historical=True))
    return out


# --- filling the fields ---------------------------------------------------------------------------

_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|on|over|across|outside|into|inside|around|within|against|towards?|from|of|to|extended to|city of|town of|village of|through|along|throughout|between|hits?|strikes?|struck|shells?|shelled|bombs?|bombed|attacks?|attacked|targets?|targeted|captures?|captured|enters?|entered|including)"
    r" (?:(?:the|a|an|central|eastern|western|northern|southern|front ?line|city|town|village|port|capital|district|province|region|of|its|downtown|besieged|separatist|breakaway|border|outskirts|occupied|several|deep|multiple|regions) )*$",
    re.IGNORECASE,
)
_ACTS = re.compile(
    r"['’]?s?,? (?:\([^)]{1,30}\) )?(?:(?:has|have|had|also|again|then|allegedly|reportedly|says? (?:it|they) (?:has |have )?|said (?:it|they) (?:has |had )?|claims? to have|forces|military|troops|army|air force|navy) )*"
    r"(?:launch|attack|struck|strik|fir(?:e|es|ed|ing)\b|shell|bomb|hit|invad|carr|shot|shoot|kill|seiz|captur|sent|send|conduct|target|deploy|withdr|clash|storm|raid|detonat|open|claim|pledg|announc|impos|arrest|detain|expel|reject|den|threat|warn|demand|call|accus|agree|sign|visit|deliver|approv|suspend|abduct|kidnap|ambush|destroy|down|intercept|retak|recaptur|recall|evacuat|order|accept|raise|offer|meet|met\b|condemn|urge)",
    re.IGNORECASE,
)


def _sub(mentions: Sequence[Suggestion], start: int, end: int) -> list[Suggestion]:
    """Return the mentions inside ``[start, end)``; they are sorted by where they start."""
    first = bisect_left(mentions, start, key=_start_of)
    last = bisect_left(mentions, end, first, key=_start_of)
    return [m for m in mentions[first:last] if m.end <= end]


def _start_of(m: Suggestion) -> int:
    return m.start


def _place_of(
    c: Candidate,
    text: str,
    mentions: Sequence[Suggestion],
    places: Mapping[int, Sequence[gazetteer.Place]],
    others: Sequence[int],
) -> tuple[Suggestion, gazetteer.Place | None] | None:
    """Return the place of a candidate: of the names in its sentence the one that stands where a
    place stands, the more exact before the less, the nearer before the farther."""
    start, end = c.sentence
    best: tuple[float, Suggestion, gazetteer.Place | None] | None = None
    inside = _sub(mentions, start, end)
    for m in inside:
        if m.label not in ("GPE", "LOC", "FACILITY", "NORP"):
            continue
        if c.historical and not (c.trigger.start <= m.start < c.trigger.end):
            continue
        ranked = places.get(m.start, ())
        place = ranked[0] if ranked else None
        if m.label == "GPE" and any(
            o.start == m.end + 3 and o.label not in ("GPE", "LOC", "FACILITY") for o in inside
        ):
            continue  # `Ukraine's Center for …`
        before = text[start : m.start][-60:]
        if whose := re.search(r"\b[A-Z][\w.]+['’]s $", before):
            before = before[: whose.start()]  # `in Russia's Saratov region`
        score = 0.0
        if any(c.trigger.end <= o < m.start or m.end <= o < c.trigger.start for o in others):
            score -= 4.5  # another event's words stand between
        if m.label == "NORP":
            if not re.match(
                r" (?:territory|soil|airspace|cities|city|town|village|waters|border|capital|side|mainland|positions|regions?)\b",
                text[m.end : m.end + 20],
            ):
                continue
            score -= 0.5
        elif m.label == "FACILITY":
            if place is None:
                continue
            score += 1.5
        elif _PLACE_BEFORE.search(before):
            score += 2
        elif place is not None and place.kind == "country":
            score -= 2.5
        else:
            score -= 0.5
        if (
            re.search(r"\b(?:by|says?|said|against|with|from|between|and) (?:the )?$", before)
            and place is not None
            and place.kind == "country"
        ):
            score -= 1.5
        if place is not None:
            score += {
                "city": 2.0,
                "airport": 2.2,
                "facility": 2.2,
                "district": 1.6,
                "region": 1.3,
                "area": 0.8,
                "country": 0.0,
                "sea": 0.6,
                "river": 0.5,
                "island": 1.5,
            }[place.kind]
            if place.kind == "country" and _ACTS.match(text, m.end):
                score -= 3
        else:
            score += 0.7 if m.label == "GPE" else 0.2
        if m.start > c.trigger.start:
            score += 0.4
        score -= abs(m.start - c.trigger.start) / 120
        if re.search(
            r"\b(?:from|source|based in|native of|capital of|leader of|president of|government of|support for|ally of|border with|talks with|relations with) (?:the )?$",
            before,
            re.IGNORECASE,
        ):
            score -= 2
        if best is None or score > best[0]:
            best = (score, m, place)
    if best is None or best[0] < -1:
        return None
    return best[1], best[2]


_REPORTING_DAY = re.compile(
    r"\b(?:said|says|reported|announced|told \w+|stated|wrote|statement|according to [^,.]{2,40})(?: on| late| early)* $",
    re.IGNORECASE,
)


def _date_of(
    c: Candidate, text: str, mentions: Sequence[Suggestion], when: Mapping[int, dates.When | None]
) -> tuple[Suggestion, dates.When] | None:
    start, end = c.sentence
    options = []
    for m in _sub(mentions, start, end):
        resolved = when.get(m.start)
        if m.label != "DATE" or resolved is None:
            continue
        inside_earlier = [
            e for e in _EARLIER.finditer(text, start, end) if e.start() <= m.start < e.end()
        ]
        if bool(inside_earlier) != c.historical:
            continue
        if _REPORTING_DAY.search(text[start : m.start]):
            continue
        if (
            re.search(
                r"\b(?:since|until|by|of|before|between|for) (?:the )?$", text[start : m.start]
            )
            and resolved.precision > 3
        ):
            continue
        if is_dateline(text, m.start, m.end):
            continue
        far = abs(m.start - c.trigger.start) + (
            40
            if re.search(
                r"\b(?:who|which|when|after|since)\b",
                text[min(m.start, c.trigger.start) : max(m.start, c.trigger.start)],
            )
            else 0
        )
        options.append((resolved.precision >= 4, far, m, resolved))
    if not options:
        return None
    _, _, m, resolved = min(options, key=lambda o: (o[0], o[1]))
    return m, resolved


def is_dateline(text: str, start: int, end: int) -> bool:
    """Whether a date stands at the head of a line before a dash: the day of writing."""
    line = text.rfind("\n", 0, start) + 1
    if start - line > 50:
        return False
    after = text[end : end + 30]
    whole = start == line and after[:1] in ("\n", "")
    return whole or bool(re.match(r"\s*(?:\([^)\n]{1,24}\)\s*)?[—–-]\s", after))


def _chain_start(m: Suggestion, text: str, mentions: Sequence[Suggestion]) -> int:
    """Return where ``German Defense Minister Boris Pistorius`` begins."""
    first = m.start
    for o in sorted((o for o in mentions if o.end <= m.start), key=lambda o: -o.end)[:3]:
        if text[o.end : first] != " " or o.label not in ("ROLE", "NORP", "ORG", "GPE"):
            break
        first = o.start
    return first


def _actors(
    c: Candidate,
    text: str,
    mentions: Sequence[Suggestion],
    place: Suggestion | None,
    others: Sequence[int],
) -> None:
    start, end = c.sentence
    t = c.trigger
    actors: list[Suggestion] = []
    hit: list[Suggestion] = []
    passive = bool(
        re.search(
            r"\b(?:is|are|was|were|been|being|be|has been|have been) (?:\w+ly )?$",
            text[max(start, t.start - 24) : t.start],
        )
    ) or t.words.lower().startswith(("is ", "are ", "was ", "were ", "been "))
    inside = _sub(mentions, start, end)
    for m in inside:
        if m.label not in ("FORCE", "GPE", "ORG", "PERSON", "NORP") or m is place:
            continue
        if text[m.end : m.end + 1] == "-" or re.match(r"['’]s\b", text[m.end : m.end + 3]):
            continue  # `Houthi-run`, `Ukraine's`
        if any(t.end <= o < m.start or m.end <= o < t.start for o in others):
            continue
        first = _chain_start(m, text, inside) if m.label == "PERSON" else m.start
        before, after = text[start:first][-40:], text[m.end : m.end + 40]
        if m.label in ("NORP", "GPE", "ORG") and any(
            o.start in (m.end + 1, m.end + 3) and o.label in ("ROLE", "PERSON") for o in inside
        ):
            continue  # `German Defense Minister`: the person is named next
        if whose := re.search(r"\b[A-Z][\w.]+['’]s $", before):
            before = before[: whose.start()]
        by = re.search(
            r"\b(?:by|blamed on|attributed to|claimed by) (?:(?:the|an?|suspected|alleged|unidentified|armed|local) )*$",
            before,
            re.IGNORECASE,
        )
        if m.label == "NORP":
            if not by and not (m.end < t.start and m.end + 2 >= t.start):
                continue
            actors.append(m)
            continue
        if by:
            actors.append(m)
            continue
        if m.label == "PERSON" and not _ACTS.match(text, m.end):
            continue
        placed = re.search(
            r"\b(?:in|at|near|of|from|to|into|over|across|for|on) (?:the )?$", before, re.IGNORECASE
        )
        against = re.search(
            r"\b(?:against|on|at|kill(?:s|ed|ing)?|target(?:s|ed|ing)?|attack(?:s|ed|ing)?|with|between|ambush(?:es|ed)?|hit|struck|strikes?) (?:(?:the|a|an|two|three|several|at least|\d+) )*$",
            before,
            re.IGNORECASE,
        )
        if m.label == "GPE" and (placed or not _ACTS.match(text, m.end)):
            continue
        if against and m.start > t.start and m.label in ("FORCE", "ORG"):
            hit.append(m)
        elif m.start < t.start and not placed and not (passive and m.label == "FORCE"):
            actors.append(m)
        elif (passive and m.label == "FORCE" and m.start < t.start and not placed) or (
            m.label == "FORCE"
            and m.start > t.start
            and not placed
            and not after.startswith(" base")
        ):
            hit.append(m)
    for name, found in (("actors", actors[:3]), ("target_actors", hit[:3])):
        for m in found:
            c.claims.append(Told(name, text[m.start : m.end], m.start, m.end, confidence=0.6))


_FACILITY_KINDS = (
    ("energy", r"refiner|oil|fuel|gas\b|power|energy|electric|substation|nuclear|pipeline|thermal|hydro|dam\b"),
    ("military", r"military|base|airfield|airbase|air base|barracks|ammunition|arms|weapons|command|air defen[cs]e|training ground|naval|headquarters|outpost|checkpoint"),
    ("health", r"hospital|clinic|medical|maternity"),
    ("school", r"school|universit|kindergarten|college"),
    ("residential", r"residential|apartment|house|home|building|high-rise|neighbou?rhood|dormitory"),
    ("transport", r"bridge|railway|train|station|airport|port\b|seaport|road|metro|bus"),
    ("religious", r"church|mosque|synagogue|cathedral|temple|monastery"),
    ("government", r"government|administration|embassy|consulate|police|ministry|court|prison|council"),
    ("industrial", r"plant|factory|factories|industrial|warehouse|works|facility|facilities|depot"),
    ("commercial", r"market|mall|shop|hotel|restaurant|cafe|supermarket|bank"),
)  # fmt: skip


def facility_kind(words: str) -> str:
    """Return the codebook's kind of a facility by the words that name it."""
    for kind, pattern in _FACILITY_KINDS:
        if re.search(pattern, words, re.IGNORECASE):
            return kind
    return "other"


_PRECISIONS = ("1 site or town", "2 near a town", "3 district", "4 region", "5 fuzzy area or line", "6 country", "7 sea, air or unknown")  # fmt: skip
_DATE_PRECISIONS = ("1 day", "2 two to six days", "3 week", "4 month", "5 longer")


def place_claims(m: Suggestion, place: gazetteer.Place | None, text: str) -> list[Told]:
    """Return what a place's name tells of a report."""
    quote = text[m.start : m.end]
    claims = [Told("place_text", quote, m.start, m.end, confidence=0.8)]
    if place is None:
        return [Told("place_name", quote, m.start, m.end, confidence=0.5), *claims]
    near = bool(re.search(r"\bnear (?:the )?(?:\w+ of )?$", text[max(0, m.start - 24) : m.start]))
    precision = 2 if near and place.precision == 1 else place.precision
    claims.insert(0, Told("place_name", place.name, m.start, m.end, confidence=0.75))
    if place.admin1 and place.kind != "region":
        claims.append(Told("admin1", place.admin1, m.start, m.end, confidence=0.7))
    elif place.kind == "region":
        claims.append(Told("admin1", place.name, m.start, m.end, confidence=0.7))
    if place.country:
        claims.append(Told("country", place.country, m.start, m.end, confidence=0.8))
    claims.append(Told("lat", place.lat, m.start, m.end, confidence=0.7))
    claims.append(Told("lon", place.lon, m.start, m.end, confidence=0.7))
    claims.append(
        Told("place_precision", _PRECISIONS[precision - 1], m.start, m.end, confidence=0.7)
    )
    return claims


def date_claims(
    start: int, end: int, quote: str | None, when: dates.When, sure: float
) -> list[Told]:
    """Return what a resolved date tells of a report."""
    claims = [
        Told("date_start", when.start, start, end, _DATE_PRECISIONS[when.precision - 1], sure),
        Told("date_end", when.end, start, end, None, sure),
        Told("date_precision", _DATE_PRECISIONS[when.precision - 1], start, end, None, sure),
        Told("date_basis", when.basis, start, end, None, sure),
    ]
    if quote is not None:
        claims.append(Told("date_text", quote, start, end, None, sure))
    return claims


@dataclass
class Reading:
    """What is known of a text when candidates are looked for."""

    text: str
    mentions: Sequence[Suggestion]
    places: Mapping[int, Sequence[gazetteer.Place]]
    dates: Mapping[int, dates.When | None]
    counts: Sequence[tuple[Count, Source | None]]
    published: str | None = None
    headline_end: int = 0


def find(reading: Reading) -> list[Candidate]:
    """Return the candidates of a text in the order in which it tells them."""
    text = reading.text
    told: list[Candidate] = []
    last_day: tuple[dates.When, int] | None = None
    spans = sentences(text)
    for number, (start, end) in enumerate(spans):
        headline = end <= reading.headline_end and len(spans) > 1
        if headline:
            continue
        for m in _sub(reading.mentions, start, end):
            if (
                m.label == "DATE"
                and (when := reading.dates.get(m.start))
                and when.precision <= 2
                and not any(
                    e.start() <= m.start < e.end() for e in _EARLIER.finditer(text, start, end)
                )
                and not is_dateline(text, m.start, m.end)
            ):
                last_day = (when, m.start)
        found = _candidates_of(text, start, end)
        if not found:
            _add_counts(told[-1:], reading, start, end)
            continue
        for c in found:
            c.confidence *= max(0.85, 1 - 0.04 * number)  # what is told first is mostly the point
            rest = [o.trigger.start for o in found if o is not c and not o.historical]
            _fill(c, reading, last_day, rest)
            told.append(c)
    told = [c for c in told if _worth(c, told)] or told[:1]
    if not told and 0 < len(spans) <= 3:
        start, end = spans[0]
        c = Candidate(
            Trigger(start, end, "other", 1, text[start:end]), spans[0], "other", confidence=0.2
        )
        _fill(c, reading, last_day)
        told.append(c)
    told = _joined(told, text)
    told.sort(key=lambda c: c.trigger.start)
    for n, c in enumerate(told):
        c.index = n
        if n and c.get("place_name") is None and group_of(c.type) in ("air_defence", "accident"):
            _place_from(c, told[n - 1], text)
    _relate(told, text)
    return told


def _place_from(c: Candidate, before: Candidate, text: str) -> None:
    """Take the place told just before in the same paragraph, with less confidence."""
    if (
        before.where is None
        or "\n" in text[before.trigger.start : c.trigger.start]
        or c.get("actors")
    ):
        return
    c.where = before.where
    for t in before.claims:
        if t.field in ("place_name", "admin1", "country", "lat", "lon", "place_precision"):
            c.claims.append(replace(t, confidence=0.4))


def _add_counts(candidates: Sequence[Candidate], reading: Reading, start: int, end: int) -> None:
    """Give the casualties of a sentence that tells nothing else to what was told before it."""
    if candidates and group_of(candidates[0].type) in ("violence", "accident"):
        _casualties(candidates[0], reading, start, end)


_HARMFUL = frozenset(["violence", "accident", "protest", "harm.abduction"])


def _count_start(counted: tuple[Count, Source | None]) -> int:
    return counted[0].start


def _casualties(c: Candidate, reading: Reading, start: int, end: int) -> None:
    seen = {(told.field, told.value) for told in c.claims}
    first = bisect_left(reading.counts, start, key=_count_start)
    for count, _ in reading.counts[first:]:
        if count.start >= end:
            break
        if count.end > end:
            continue
        if count.what in ("launched", "shot_down"):
            wanted = (
                count.what == "launched"
                if c.type != "air_defence.shoot_down"
                else count.what == "shot_down"
            )
            if wanted and (c.type == "air_defence.shoot_down" or c.type.startswith("attack.")):
                amount = count.number if count.number is not None else count.low
                words = "shot down" if count.what == "shot_down" else "launched"
                if amount is not None:
                    c.claims.append(
                        Told(
                            "quantities",
                            f"{amount} {count.unit or 'drones'} {words}",
                            count.start,
                            count.end,
                            confidence=0.8,
                        )
                    )
            continue
        if c.type != "other" and group_of(c.type) not in _HARMFUL:
            continue
        for name, number in casualties.fields(count).items():
            if (name, number) not in seen:  # another number for the same stays beside it
                c.claims.append(Told(name, number, count.start, count.end, confidence=0.8))
                seen.add((name, number))


def _fill(
    c: Candidate,
    reading: Reading,
    last_day: tuple[dates.When, int] | None,
    others: Sequence[int] = (),
) -> None:
    text = reading.text
    start, end = c.sentence
    sentence = text[start:end]
    source = attribution.source_of(sentence)
    clause = _clause(text, c)
    c.said_before = text[start : c.trigger.start]
    c.status = attribution.status_of(clause, c.trigger.words) if not c.historical else "occurred"
    c.status = _status(c, clause, sentence)
    c.modality = (
        "historical" if c.historical else attribution.modality_of(clause, source, c.trigger.words)
    )
    if c.status == "occurred" and c.modality in ("planned", "proposed", "threatened"):
        c.modality = "happened"
    if source is not None:
        c.said_by = source.text
    c.plural = (
        bool(re.search(r"(?:s|series of \w+ \w+)$", c.trigger.words))
        and not re.search(
            r"(?:strikes|hits|kills|targets|shells|bombs|attacks) $",
            text[c.trigger.start : c.trigger.end + 1],
        )
    ) or "series of" in sentence[: c.trigger.end - start]
    c.claims.append(Told("type", c.type, c.trigger.start, c.trigger.end, confidence=c.confidence))
    c.claims.append(Told("event_status", c.status, c.trigger.start, c.trigger.end, confidence=0.7))
    found = _place_of(c, text, reading.mentions, reading.places, others)
    if found is not None:
        c.where = found[1]
        c.claims += place_claims(found[0], found[1], text)
        c.confidence += 0.08
    dated = _date_of(c, text, reading.mentions, reading.dates)
    if dated is not None:
        m, when = dated
        c.when = when
        c.claims += date_claims(m.start, m.end, text[m.start : m.end], when, when.confidence)
        c.confidence += 0.06
    elif not c.historical and c.status in ("occurred", "ongoing", "attempted"):
        _infer_date(c, reading, last_day)
    _actors(c, text, reading.mentions, found[0] if found else None, others)
    for m in _sub(reading.mentions, start, end):
        if c.historical and not (c.trigger.start <= m.start < c.trigger.end):
            continue
        quote = text[m.start : m.end]
        if m.label == "FACILITY" and group_of(c.type) in ("violence", "accident"):
            c.claims.append(Told("targets", quote, m.start, m.end, confidence=0.6))
            if c.get("facility_kind") is None:
                c.claims.append(
                    Told("facility_kind", facility_kind(quote), m.start, m.end, confidence=0.6)
                )
        elif m.label in ("WEAPON", "PLATFORM") and group_of(c.type) in (
            "violence",
            "air_defence",
            "aid",
        ):
            c.claims.append(Told("weapons", quote, m.start, m.end, confidence=0.7))
    if not c.historical:
        _casualties(c, reading, start, end)
        damage = re.search(
            r"\b(?:(destroyed|razed|burned down|gutted|levell?ed)|(damage[ds]?|damaging|suffered damage|set ablaze|igniting|caught fire))\b",
            sentence,
        )
        if damage and group_of(c.type) in ("violence", "accident"):
            c.claims.append(
                Told(
                    "damage",
                    "destroyed" if damage[1] else "damaged",
                    start + damage.start(),
                    start + damage.end(),
                    confidence=0.6,
                )
            )
    c.confidence = round(
        min(c.confidence, 0.95)
        * (0.75 if c.modality in ("hedged", "hypothetical", "alleged") else 1),
        3,
    )


def _infer_date(c: Candidate, reading: Reading, last_day: tuple[dates.When, int] | None) -> None:
    if last_day is not None and c.trigger.start - last_day[1] < 6000:
        when, at = last_day
        c.when = replace(when, basis="inferred", confidence=0.5)
        quote = reading.text[at : at + 0]
        c.claims += date_claims(c.trigger.start, c.trigger.end, quote or None, c.when, 0.5)
        return
    published = dates.day_of(reading.published)
    if published is not None:
        day = published.isoformat()
        c.when = dates.When(day, day, 1, "inferred", 0.4)
        c.claims += date_claims(c.trigger.start, c.trigger.end, None, c.when, 0.4)


def _clause(text: str, c: Candidate) -> str:
    """Return the part of the sentence that tells the event: between the marks around the trigger."""
    start, end = c.sentence
    left = max(
        text.rfind(mark, start, c.trigger.start)
        for mark in (", ", "; ", " while ", " although ", " but ")
    )
    right = [
        p
        for mark in (", ", "; ", " while ", " although ", " but ")
        if (p := text.find(mark, c.trigger.end, end)) >= 0
    ]
    return text[max(left, start) : min(right) if right else end]


_PLANNED_BEFORE = re.compile(
    r"\b(?:will|plans? (?:to|for)|planned|planning|set to|scheduled|intends? to|intended|prepar(?:es?|ing|ed) to|expected to|would|to be|agreed to|"
    r"potential|proposed|possible|upcoming|calls? for|called for|calling for|considering|discuss\w*|propos\w+|offers? to|offered to|demands?|demanded|urge[sd]?|asks?|asked|requests?|requested|negotiations for|"
    r"threat(?:en|ens|ened|ening)? (?:to|with)|threat of|warn(?:s|ed)? (?:that|of)|vow(?:s|ed)? to|if|could|(?-i:may)|might|must|should|fears? of|risk of|prevent\w*|avoid\w*|ready to|poised to|not poised to|plot(?:ting)?|attempt\w*|tr(?:y|ies|ied|ying) to|fail\w* to|foil\w*|thwart\w*)\b[^,;]{0,60}$",
    re.IGNORECASE,
)


def _status(c: Candidate, clause: str, sentence: str) -> str:
    """Return the event's status: what stands before the trigger in its clause decides, for a
    statement that it was made."""
    start = c.sentence[0]
    before = sentence[: c.trigger.start - start]
    if c.type.startswith("statement."):
        return (
            "threatened"
            if c.type == "statement.threat"
            and re.search(r"\bthreat", c.trigger.words, re.IGNORECASE)
            else "occurred"
        )
    m = next(iter(list(_PLANNED_BEFORE.finditer(before[-110:]))[-1:]), None)
    if m is None:
        if re.search(r"\bden(?:y|ies|ied|ying)\b[^.]{0,60}$", before, re.IGNORECASE):
            return "denied"
        if re.match(
            r"\s*(?:is|are|was|were)? ?(?:foiled|thwarted|prevented|averted)",
            sentence[c.trigger.end - start :],
        ):
            return "attempted"
        if re.search(r"^(?:will|would|to) ", c.trigger.words, re.IGNORECASE):
            return "planned"
        return (
            "ongoing"
            if re.search(
                r"\b(?:continu(?:e|es|ed|ing) to|ongoing|are fighting|underway)\b[^,]{0,30}$",
                before[-50:],
            )
            else "occurred"
        )
    words = m.group().lower()
    if re.match(r"threat|warn|vow", words):
        return "threatened"
    if re.match(r"attempt|tr(?:y|ies|ied|ying)|fail|foil|thwart|plot|prevent|avoid", words):
        return "attempted"
    if re.match(
        r"potential|propos|possible|consider|discuss|call|demand|urge|ask|request|offer|if|could|(?-i:may)|might|must|should|fear|risk|negotiations|not poised",
        words,
    ):
        return "proposed"
    return "planned"


_NEGATED = re.compile(
    r"\b(?:without|no|never|nor|end(?:ed|ing)? without)(?: an?| any| the)?(?: \w+)? $",
    re.IGNORECASE,
)


def _worth(c: Candidate, told: Sequence[Candidate]) -> bool:
    """Whether a candidate tells enough to be offered."""
    if c.historical:
        return True
    if _NEGATED.search(c.said_before) and group_of(c.type) not in ("violence", "statement"):
        return False
    facts = sum(
        c.get(name) is not None
        for name in ("place_name", "actors", "targets", "target_actors", "weapons")
    )
    counted = any(
        t.field.startswith(("killed", "injured", "captured", "missing", "abducted", "quantities"))
        for t in c.claims
    )
    group = group_of(c.type)
    if group == "statement":
        return len(told) == 1 or (
            c.type in ("statement.threat", "statement.denial", "statement.demand")
            and facts > 0
            and c.confidence > 0.5
        )
    if re.search(
        r"\bnot (?:\w+ )?(?:poised|ready|planning|going|expected|prepared|likely) to\b",
        c.said_before,
    ):
        return False
    if c.modality == "hypothetical" and not counted:
        return len(told) == 1
    if (
        c.type
        in (
            "other",
            "diplomacy.agreement",
            "diplomacy.talks",
            "measure.restriction",
            "aid.humanitarian",
            "accident.fire_explosion",
        )
        and c.confidence < 0.42
        and len(told) > 1
    ):
        return False
    return facts > 0 or counted or len(told) == 1


_BACK = re.compile(
    r"\b(?:the|this|these|those|that|such|its|their|both|all)(?: (?:\w+ )?)?$", re.IGNORECASE
)


def _same_place(a: Candidate, b: Candidate) -> bool | None:
    """Whether two candidates' places are one; None where one of them has none or only a country."""
    if a.where is None or b.where is None:
        one, two = a.get("place_name"), b.get("place_name")
        if one is None or two is None:
            return None
        return str(one.value).casefold() == str(two.value).casefold()
    if a.where.id == b.where.id:
        return True
    if "country" in (a.where.kind, b.where.kind):
        return None if a.where.country == b.where.country else False
    return False


def _dates_clash(a: Candidate, b: Candidate) -> bool:
    if a.when is None or b.when is None or "inferred" in (a.when.basis, b.when.basis):
        return False
    return a.when.end < b.when.start or b.when.end < a.when.start


_NEAR = 40
"""How many candidates back one may refer to: an article seldom has more, a book must not cost the
square of its length."""
_ALIKE = {"attack.unspecified", "harm.kill", "combat.clash", "harm.civilian_killing"}


def _alike(a: Candidate, b: Candidate) -> bool:
    if a.type == b.type:
        return True
    if group_of(a.type) != group_of(b.type):
        return False
    return a.type in _ALIKE or b.type in _ALIKE


def _joined(told: list[Candidate], text: str) -> list[Candidate]:
    """Join what tells one event again: a definite noun that refers back, the same type at the same
    place, or a mention without a place of its own."""
    out: list[Candidate] = []
    for c in told:
        if c.historical or c.status not in ("occurred", "ongoing", "attempted"):
            out.append(c)
            continue
        home = None
        before = text[max(0, c.trigger.start - 24) : c.trigger.start]
        back = bool(_BACK.search(before))
        for earlier in reversed(out):
            if (
                earlier.historical
                or earlier.status != c.status
                or group_of(earlier.type) != group_of(c.type)
            ):
                continue
            same = _same_place(earlier, c)
            if same is False or _dates_clash(earlier, c) or not _alike(earlier, c):
                continue
            own_actor = (
                c.get("actors") and earlier.get("actors") and not _shares(c, earlier, "actors")
            )
            if same and not own_actor:
                home = earlier
                break
            strong = back and before.lower().rstrip().endswith(
                ("this", "these", "those", "the", "both", "all")
            )
            new_actor = c.get("actors") is not None and not _shares(c, earlier, "actors")
            noun = c.trigger.words[:1].isalpha() and not new_actor
            if (
                same is None
                and (strong or ((back or c.plural or c.get("place_name") is None) and noun))
                and not own_actor
                and (
                    c.where is None
                    or c.where.kind == "country"
                    or (strong and before.lower().rstrip().endswith(("this", "these")))
                )
            ):
                home = earlier
                if earlier.plural or earlier.where is None or earlier.where.kind == "country":
                    break
                if back:
                    break
        if home is None:
            _same_kind(c, out, back)
            out.append(c)
        else:
            _absorb(home, c)
    return out


def _same_kind(c: Candidate, out: Sequence[Candidate], back: bool) -> None:
    """Give ``the attack extended to Kazan`` the type of the attack that it takes up."""
    if c.type != "attack.unspecified" or not back:
        return
    for earlier in reversed(out[-_NEAR:]):
        if earlier.type.startswith("attack.") and not earlier.historical and earlier.type != c.type:
            c.type = earlier.type
            c.claims = [
                replace(t, value=c.type, confidence=0.5) if t.field == "type" else t
                for t in c.claims
            ]
            return


def _shares(a: Candidate, b: Candidate, name: str) -> bool:
    def words(c: Candidate) -> set[str]:
        found: set[str] = set()
        for t in c.claims:
            if t.field == name:
                code = gazetteer.country_of(str(t.value)) or next(
                    (code for w in str(t.value).split() if (code := gazetteer.country_of(w))), None
                )
                found.add(code or str(t.value).split()[-1].casefold())
        return found

    return bool(words(a) & words(b))


_ONE = frozenset(["type", "event_status", "date_start", "date_end", "date_precision", "date_basis", "date_text",
                  "place_name", "place_text", "admin1", "country", "lat", "lon", "place_precision"])  # fmt: skip


def _absorb(home: Candidate, again: Candidate) -> None:
    """Take over what a second telling adds; an inferred date gives way to one that was told."""
    has = {t.field for t in home.claims}
    if (
        home.when is not None
        and home.when.basis == "inferred"
        and again.when is not None
        and again.when.basis != "inferred"
    ):
        home.claims = [t for t in home.claims if not t.field.startswith("date_")]
        has = {t.field for t in home.claims}
        home.when = again.when
    if (
        "place_name" in has
        and home.where is not None
        and home.where.kind == "country"
        and again.where is not None
        and again.where.kind != "country"
    ):
        pass
    known = {(t.field, str(t.value)) for t in home.claims}
    for t in again.claims:
        if (t.field in _ONE and t.field in has) or (t.field, str(t.value)) in known:
            continue
        if (
            t.field.startswith(("killed", "injured", "missing", "captured", "abducted"))
            and t.field in has
        ):
            continue
        home.claims.append(t)
    if (
        home.type == "attack.unspecified"
        and again.type != home.type
        and again.type.startswith("attack.")
    ):
        home.type = again.type
        home.claims = [
            replace(t, value=again.type) if t.field == "type" else t for t in home.claims
        ]
    if home.where is None:
        home.where = again.where
    home.plural = home.plural or again.plural
    home.confidence = round(min(0.95, max(home.confidence, again.confidence) + 0.03), 3)


def _contains(wide: Candidate, part: Candidate) -> bool:
    if part.where is None or wide is part:
        return False
    if wide.where is None:
        return wide.plural
    if wide.where.kind == "country":
        return part.where.kind != "country" and wide.where.country == part.where.country
    return False


def _relate(all_told: Sequence[Candidate], text: str) -> None:
    """Propose how the candidates of one text stand to each other."""
    for c in all_told:
        told = all_told[max(0, c.index - _NEAR) : c.index + _NEAR]
        if c.historical:
            later = [
                o
                for o in told
                if not o.historical
                and o.sentence == c.sentence
                and group_of(o.type) == group_of(c.type)
            ]
            for o in later[:1]:
                o.relations.append((c.index, "repeat_target"))
                if c.get("place_name") is None and o.where is not None:
                    place = o.get("place_name")
                    assert place is not None
                    c.where = o.where
                    c.claims += [
                        replace(t, confidence=0.5)
                        for t in o.claims
                        if t.field
                        in ("place_name", "country", "lat", "lon", "place_precision", "admin1")
                    ]
            continue
        if c.status not in ("occurred", "ongoing"):
            continue
        group = group_of(c.type)
        wider = [
            o for o in told
            if o is not c and not o.historical and group_of(o.type) == group and o.status in ("occurred", "ongoing")
            and o.index < c.index and _contains(o, c) and not _dates_clash(o, c)
            and not (c.get("actors") and o.get("actors") and not _shares(c, o, "actors"))
            and (_alike(o, c) or o.type.split(".")[0] == c.type.split(".")[0])
        ]  # fmt: skip
        if group == "violence" and wider:
            c.relations.append((min(wider, key=lambda o: o.index).index, "part_of"))
        regions = [
            o for o in told
            if o.index < c.index and o.type == c.type and not o.historical and o.where is not None and c.where is not None
            and o.where.kind == "region" and c.where.admin1 is not None
            and gazetteer.fold(gazetteer.split_kind(o.where.name)[0]) == gazetteer.fold(gazetteer.split_kind(c.where.admin1)[0])
        ]  # fmt: skip
        for o in regions[:1]:
            c.relations.append((o.index, "possible_same_event"))
        before = [
            o
            for o in told
            if o.index < c.index and not o.historical and o.status in ("occurred", "ongoing")
        ]
        if group == "air_defence":
            launched = [
                o
                for o in before
                if o.type in ("attack.drone_strike", "attack.missile_strike", "attack.air_strike")
            ]
            near = [
                o
                for o in launched
                if c.trigger.start - o.trigger.start < 500 and not _dates_clash(o, c)
            ]
            if near:
                c.relations.append((near[-1].index, "response_to"))
        if c.type.startswith(("measure.restriction", "measure.evacuation", "accident.fire")):
            attacks = [
                o
                for o in before
                if group_of(o.type) == "violence"
                and c.trigger.start - o.trigger.start < 400
                and not _dates_clash(o, c)
                and (c.where is None or o.where is None or c.where.country == o.where.country)
            ]
            if attacks:
                c.relations.append((attacks[-1].index, "consequence_of"))


def of_words(reading: Reading, sentence: tuple[int, int], start: int, end: int) -> Candidate:
    """Return what a sentence tells of the event whose words an analyst chose: the chosen words
    decide the type where they can, else the sentence does."""
    text = reading.text
    chosen = triggers(text, start, end)
    found = [c for c in _candidates_of(text, *sentence) if not c.historical]
    candidate = None
    if chosen:
        best = max(chosen, key=lambda t: _strength(t, text[start:end], start))
        kind = refine(best.type, text[sentence[0] : sentence[1]], best.words)
        candidate = Candidate(best, sentence, kind, confidence=0.7)
    elif found:
        candidate = max(found, key=lambda c: c.confidence)
    if candidate is None:
        candidate = Candidate(Trigger(start, end, "other", 1, text[start:end]), sentence, "other")
        _fill(candidate, reading, None)
        candidate.claims = [t for t in candidate.claims if t.field not in ("type", "event_status")]
        return candidate
    _fill(candidate, reading, None)
    return candidate


# --- as records -----------------------------------------------------------------------------------


def records(candidates: Sequence[Candidate], text: str) -> list[dict[str, Any]]:
    """Return the candidates as `annotate` writes reports (docs/annotate.schema.json)."""
    out = []
    for c in candidates:
        claims = []
        for t in c.claims:
            claim: dict[str, Any] = {
                "field": t.field, "value": t.value, "precision": t.precision, "start": t.start,
                "end": t.end, "text": text[t.start : t.end], "attribution": c.said_by,
                "modality": c.modality, "confidence": round(min(t.confidence, 1.0), 2),
            }  # fmt: skip
            claims.append(claim)
        out.append(
            {
                "trigger": {"start": c.trigger.start, "end": c.trigger.end, "text": text[c.trigger.start : c.trigger.end]},
                "confidence": round(max(0.05, min(c.confidence, 0.95)), 2),
                "claims": claims,
                "relations": [{"to": to, "relation": relation} for to, relation in c.relations],
            }
        )  # fmt: skip
    return out
