"""What a sentence tells of an incident: place, date, actors, targets, weapons, casualties, status."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from annotators import attribution, casualties, dates, gazetteer
from annotators.attribution import Source
from annotators.casualties import Count
from annotators.triggers import EARLIER, Trigger, group_of
from store.dates import PRECISIONS
from store.records import Suggestion


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


def marks_in(mentions: Sequence[Suggestion], start: int, end: int) -> list[Suggestion]:
    """Return the mentions inside ``[start, end)``; they are sorted by where they start."""
    first = bisect_left(mentions, start, key=_start_of)
    last = bisect_left(mentions, end, first, key=_start_of)
    return [m for m in mentions[first:last] if m.end <= end]


def _start_of(m: Suggestion) -> int:
    return m.start


_BEYOND = re.compile(r"\b(?:north|south|east|west)(?:-?(?:east|west))?(?:ern)? (?:of|from) $")
_WHOSE = re.compile(r"\b[A-Z][\w.]+['’]s $")


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
    inside = marks_in(mentions, start, end)
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
        if whose := _WHOSE.search(before):
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
        if _BEYOND.search(before):
            score -= 1.5
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
            capital = place.name == gazetteer.capital_of(place.country)
            if (place.kind == "country" or capital) and _ACTS.match(text, m.end):
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
    r"\b(?:said|says|reported|announced|confirmed|told \w+|stated|wrote|statement|according to [^,.]{2,40}|"
    r"issued|published|posted|acknowledged|admitted|denied|rejected|dismissed|condemned|accused|summoned|called|named|spoke|"
    r"(?:put|raised|revised) (?:the |its |their )?(?:\w+ )?(?:toll|dead|number|count|figure)[^,.]{0,30})"
    r"(?: (?:in|from) (?-i:[A-Z])\w+)?(?: on| late| early)* $",
    re.IGNORECASE,
)


def is_reporting_day(text: str, start: int) -> bool:
    """Whether the date that begins at ``start`` is the day on which somebody said so: ``said on
    Thursday``, ``the sheriff on Thursday said``."""
    before = text[max(0, start - 100) : start]
    if _REPORTING_DAY.search(before):
        return True
    return before.endswith(" on ") and _THEN_SAID.match(text, start) is not None


_THEN_SAID = re.compile(r"[\w ]{3,24}? (?:said|announced|confirmed|reported|condemned|denied)\b")


_ANOTHER_CLAUSE = re.compile(r"\b(?:who|which|when|after|since)\b")


def _date_of(
    c: Candidate, text: str, mentions: Sequence[Suggestion], when: Mapping[int, dates.When | None]
) -> tuple[Suggestion, dates.When] | None:
    start, end = c.sentence
    options = []
    for m in marks_in(mentions, start, end):
        resolved = when.get(m.start)
        if m.label != "DATE" or resolved is None:
            continue
        inside_earlier = [
            e for e in EARLIER.finditer(text, start, end) if e.start() <= m.start < e.end()
        ]
        if bool(inside_earlier) != c.historical:
            continue
        if is_reporting_day(text, m.start):
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
        if c.trigger.start < m.start and text.endswith(" after", 0, m.end):
            continue  # `a day after they had shelled it`: the day of what comes behind it
        between = text[min(m.start, c.trigger.start) : max(m.start, c.trigger.start)]
        elsewhere = _ANOTHER_CLAUSE.search(between) is not None
        far = len(between) + 40 * elsewhere
        options.append(((resolved.precision >= 4) + elsewhere, far, m, resolved))
    if not options:
        return None
    _, _, m, resolved = min(options, key=lambda o: o[:2])
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


_DATELINE = re.compile(
    r"(?:[A-Z][^.;:()\n]{0,60}\([^()\n]{2,30}\)\s*|[A-Z]{3}[^.;:()\n–—]{0,60}\s)[-–—]+\s+"
)
"""Where the news is from, and whose it is, at the head of a text: ``KYIV, Ukraine (AP) — ``."""


_NOUN = (
    r"(?:gunm[ae]n|bandits?|police(?:men)?|assailants?|attackers?|militants?|rebels?|insurgents?|jihadists?|settlers?|herders?|herdsmen|"
    r"soldiers?|troops|junta|militiam[ae]n|fighters?|pirates|kidnappers|rioters|protesters|terrorists?|armed men|guerrillas|separatists?|"
    r"marines|commandos|dissidents|paramilitar(?:y|ies)|gangs?|gang members|security forces|intruders|saboteurs|mercenaries|(?:suicide )?bombers?)"
)
_UNNAMED = re.compile(
    rf"(?<![\w’'-])((?:(?:suspected|alleged|unidentified|unknown|masked|hooded|armed|heavily armed|local|islamist|jihadist|rebel|government|"
    rf"(?-i:[A-Z][a-z]+(?:i|an|ish|ese|ic|ist|ite))) ){{0,3}}{_NOUN})"
    r"(?: (?:on|in|with|wearing|from|disguised) [^,.;]{3,30})?(?: (?:have|had|has|also|then|later|reportedly))* \Z",
    re.IGNORECASE,
)
_BY_UNNAMED = re.compile(
    rf"\b(?:by|blamed on) (?:the )?((?:[\w.-]+ ){{0,2}}?{_NOUN})(?![\w-])", re.IGNORECASE
)
_ACTS_IN = re.compile(r"\b(?:kill|murder|execut|torch|burn|set fire|attack|storm|ransack|loot|hurl|pelt|smash|throw|threw|ston)", re.IGNORECASE)  # fmt: skip
_WHO_FIRST = re.compile(
    rf"(?:\w+ )?(?:{_NOUN}|crowds?|mobs?|youths|demonstrators)\b", re.IGNORECASE
)
_ARMS_OF = re.compile(
    r" (?:[\w-]+ ){0,2}?(?:artillery|guns?|jets?|warplanes?|drones?|helicopters?|gunships?|missiles?|rockets?|tanks?|gunboats?|marines|"
    r"navy|snipers?|settlers?|forces|troops|soldiers|police) $"
)


_ONLY_NAMED = re.compile(
    r"\b(?:linked|affiliated|allied|loyal|close) (?:to|with) [^.;]*$|, where [^.;]*$"
)
"""``where groups linked to al Qaeda and`` who is named there did nothing."""
_MINES = ("landmine", "mine", "ied", "improvised", "explosive", "roadside")
_STEPPED_ON = re.compile(r"\b(?:stepp|trod|hit|struck|drove|driven|ran|set off|trigger|lost)")
_WHO = ("FORCE", "GPE", "ORG", "PERSON", "NORP")
_ACCUSED = re.compile(r"\b(?:accus|blam)(?:e|es|ed|ing) (?:the )?(?=[A-Z])")
_ITS_OWN = re.compile(
    r"\b(?:it|they|its|their|he|she|we|our|responsib\w+|to have|confirm(?:s|ed)? \w+ing|admit(?:s|ted)? \w+ing|claim(?:s|ed)? \w+)\b"
)
"""``said it fired``, ``claimed responsibility``, ``confirmed hitting``."""
_BY_LETTERS = frozenset(["US", "U.S.", "UK", "U.K.", "UAE", "NATO", "UN"])
"""Names that are adjectives too: ``a US drone strike``."""
_DONE_BY_SOMEBODY = frozenset(["violence", "harm.abduction", "detention.arrest"])


_LED_BY = re.compile(r"\b(?:(?:led|headed|commanded|run) by|loyal to) (?:the )?$")
"""Who leads those who act is not named as who acts."""
_SPOKEN_FOR = re.compile(
    r" (?:military |political )?(?:spokes\w+|officials?|sources?|statement|media)\b"
)
_FIRED_BY = re.compile(r"\b(?:fired|launched|sent|flown) by (?:the )?$", re.IGNORECASE)
"""Whose missiles were shot down."""
_OWN_CLAUSE = re.compile(
    r" (?:after|when|while|because|before|as) (?!they |it |he |she |its |their |his |being )(?:[\w’'-]+ )+\Z"
)
"""What stands between who is named and an act that somebody else did: ``declared a conflict after
hooded men stormed``."""
_FOUND_DEAD = re.compile(r"\b(?:found|discover|recover|exhum|mass grave)", re.IGNORECASE)


def _unnamed_actor(c: Candidate, text: str, verb: int) -> tuple[int, int] | None:
    """Return where a sentence says by a common noun who did it: ``Gunmen opened fire``."""
    start, end = c.sentence
    m = _UNNAMED.search(text, max(start, verb - 120), verb)
    if m is None and verb == c.trigger.start:
        m = _BY_UNNAMED.search(text, verb, end)
    return m.span(1) if m else None


def _actors(
    c: Candidate,
    text: str,
    mentions: Sequence[Suggestion],
    place: Suggestion | None,
    others: Sequence[int],
    source: attribution.Source | None,
) -> None:
    start, end = c.sentence
    t = c.trigger
    # some triggers take in who acts: `soldiers killed 30 villagers`
    acts = _ACTS_IN.search(t.words) if _WHO_FIRST.match(t.words) else None
    verb = t.start + (acts.start() if acts else 0)
    actors: list[Suggestion] = []
    hit: list[Suggestion] = []
    passive = bool(
        re.search(
            r"\b(?:is|are|was|were|been|being|be|has been|have been) (?:\w+ly )?$",
            text[max(start, t.start - 24) : t.start],
        )
    ) or t.words.lower().startswith(("is ", "are ", "was ", "were ", "been "))
    inside = marks_in(mentions, start, end)
    dateline = _DATELINE.match(text, start, end)
    head = dateline.end() if dateline else start
    for m in inside:
        if m.label not in _WHO or m is place:
            continue
        if text[m.end : m.end + 1] == "-" or re.match(r"['’]s\b", text[m.end : m.end + 3]):
            continue  # `Houthi-run`, `Ukraine's`
        if m.end <= head:
            continue  # `GAZA (Reuters) - `
        if any(t.end <= o < m.start or m.end <= o < t.start for o in others):
            continue
        first = _chain_start(m, text, inside) if m.label == "PERSON" else m.start
        before, after = text[start:first][-40:], text[m.end : m.end + 40]
        if m.label in ("NORP", "GPE", "ORG") and any(
            o.start in (m.end + 1, m.end + 3) and o.label in ("ROLE", "PERSON") for o in inside
        ):
            continue  # `German Defense Minister`: the person is named next
        if m.label == "FORCE" and _SPOKEN_FOR.match(text, m.end):
            continue  # `a TPLF spokesman`
        if whose := _WHOSE.search(before):
            before = before[: whose.start()]
        by = re.search(
            r"\b(?:by|blamed on|attributed to|claimed by) (?:(?:the|an?|suspected|alleged|unidentified|armed|local) )*$",
            before,
            re.IGNORECASE,
        )
        if _ONLY_NAMED.search(before) or (m.label == "PERSON" and _LED_BY.search(before)):
            continue
        mine = t.words.lower().startswith(_MINES) and 0 < t.start - m.end < 90
        if mine and _STEPPED_ON.search(text, m.end, t.start):
            hit.append(m)
            continue
        if m.label == "NORP":
            adjacent = m.end < t.start and m.end + 2 >= t.start
            if not by and not adjacent and not _ARMS_OF.fullmatch(text, m.end, max(m.end, verb)):
                continue
            actors.append(m)
            continue
        if by:
            shot_at = group_of(c.type) == "air_defence" and _FIRED_BY.search(before)
            (hit if shot_at else actors).append(m)
            continue
        if m.start < verb and _OWN_CLAUSE.search(text, m.end, verb):
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
        whose_attack = m.end + 1 == t.start and text[m.start : m.end] in _BY_LETTERS
        if m.label == "GPE" and not whose_attack and (placed or not _ACTS.match(text, m.end)):
            continue
        if against and m.start > verb and m.label in ("FORCE", "ORG"):
            hit.append(m)
        elif m.start < verb and not placed and not (passive and m.label in ("FORCE", "ORG")):
            actors.append(m)
        elif (passive and m.label in ("FORCE", "ORG") and m.start < t.start and not placed) or (
            m.label == "FORCE" and m.start > verb and not placed and not after.startswith(" base")
        ):
            hit.append(m)
    accused = _ACCUSED.search(text, start, end)
    if accused is not None:  # who is accused did it, not who accuses
        actors = [m for m in inside if m.start == accused.end() and m.label in _WHO]
    elif source is not None:  # who says so did it where the words say so, and was not hit
        a, b = start + source.start, start + source.end
        says_own = group_of(c.type) == "statement" or _ITS_OWN.search(text, b, min(end, b + 60))
        actors = [m for m in actors if not a <= m.start < b] or (actors if says_own else [])
        hit = [m for m in hit if not a <= m.start < b]
    called = [m.label for m in actors] == ["NORP"]  # `Israeli settlers`
    if (not actors or called) and not passive and group_of(c.type) in _DONE_BY_SOMEBODY:
        unnamed = _unnamed_actor(c, text, verb)
        if unnamed and any(m.label == "CASUALTY" and m.start <= unnamed[0] < m.end for m in inside):
            unnamed = None  # `two soldiers died`
        whole = unnamed and (not called or unnamed[0] <= actors[0].start < unnamed[1])
        if unnamed and whole and not any(m.start < unnamed[1] and unnamed[0] < m.end for m in hit):
            c.claims.append(Told("actors", text[slice(*unnamed)], *unnamed, confidence=0.5))
            actors = []
    if group_of(c.type) == "accident":
        hit = []  # nobody aimed at them
    if _FOUND_DEAD.search(t.words):
        actors = []  # who found them
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


_SPEAKER_AT = re.compile(
    r"\b(?:medics?|doctors?|officials?|sources?|staff|director|spokes\w+|surgeons?|nurses?) (?:at|of|from|in) (?:the |\w+['’]s )?$"
)
_SPEAKS = re.compile(
    r",? (?:said|says|told|sources?|officials?|reported|medics?|doctors?|nurses?|staff|workers?|put the|director)\b"
)


def facility_speaks(text: str, start: int, end: int) -> bool:
    """Whether a facility is only the one that says so: `medics at Nasser hospital said`."""
    return bool(_SPEAKS.match(text, end) or _SPEAKER_AT.search(text[max(0, start - 40) : start]))


_CARE = re.compile(
    r"\b(?:taken|rushed|brought|admitted|transferred|evacuated|treated|died|hospitali[sz]ed|driven|sent|flown|carried|recovering|care)"
    r"(?: [\w-]+){0,4} (?:to|at|in|into) (?:an? |the |one |two |several )?(?:[\w-]+ ){0,2}$"
)


_SEIZED = re.compile(r"\b(?:seiz|recover|confiscat|found)\w* [^.;]{0,60}\Z")


def _only_cares(text: str, start: int) -> bool:
    """Whether a hospital is only where the wounded were taken."""
    return _CARE.search(text[max(0, start - 80) : start]) is not None


_NO_WEAPON = re.compile(
    r"(?:motor(?:cycle|bike)s?|tankers?|ferr(?:y|ies)|(?:cargo|merchant|container) ships?|vessels?|boats?|trucks?|lorr(?:y|ies)|cars?|vans?|bus(?:es)?|convoys?)$",
    re.IGNORECASE,
)
"""Vehicles that carry people or goods: no arms, though attackers ride on them."""
_HIT = re.compile(
    r"(?:hit|hits|hitting|str(?:ikes?|uck|iking)|attack(?:s|ed|ing)|target(?:s|ed|ing)|destroy(?:s|ed|ing)|"
    r"damag(?:es|ed|ing)|s[aiu]nk(?:s|ing)?|shell(?:s|ed|ing)|bomb(?:s|ed|ing)|ambush(?:es|ed|ing))"
    r"(?: (?:an?|the|its|their|one|two|three|four|five|several|\d+))?(?: [\w-]+){0,2} $",
    re.IGNORECASE,
)
_WAS_HIT = re.compile(
    r"(?: [A-Z][\w’'-]+){0,3},?(?: (?:the )?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*,)? (?:(?:sank|sinks|crashe[sd]|went down|caught fire)\b|(?:was|were|is|has been|had been|have been) (?:also |again |reportedly )?"
    r"(?:hit|struck|attacked|targeted|destroyed|damaged|sunk|shelled|bombed|ambushed|set ablaze|set on fire|torched|seized)\b)"
)


def _is_hit(text: str, m: Suggestion) -> bool:
    """Whether a ship or a vehicle is what was hit, not what hit: ``struck a cargo ship``."""
    if m.label != "PLATFORM":
        return False
    return bool(_HIT.search(text[max(0, m.start - 60) : m.start]) or _WAS_HIT.match(text, m.end))


def facility_kind(words: str) -> str:
    """Return the codebook's kind of a facility by the words that name it."""
    for kind, pattern in _FACILITY_KINDS:
        if re.search(pattern, words, re.IGNORECASE):
            return kind
    return "other"


_PLACE_PRECISIONS = ("1 site or town", "2 near a town", "3 district", "4 region", "5 fuzzy area or line", "6 country", "7 sea, air or unknown")  # fmt: skip


PLACE_FIELDS = frozenset(["place_name", "admin1", "country", "lat", "lon", "place_precision"])
"""What a report takes over when it takes another one's place; not the words that told it there."""


def place_fields(place: gazetteer.Place) -> dict[str, str | float]:
    """Return the fields of an incident that a place of the gazetteer fills, its name left out."""
    fields: dict[str, str | float] = {}
    if region := place.name if place.kind == "region" else place.admin1:
        fields["admin1"] = region
    if place.country:
        fields["country"] = place.country
    return {
        **fields, "lat": place.lat, "lon": place.lon,
        "place_precision": _PLACE_PRECISIONS[place.precision - 1],
    }  # fmt: skip


_NAME = r"([A-Z][\w-]+(?: [A-Z][\w-]+){0,2})"
_BESIDE = re.compile(rf", {_NAME}(?:, {_NAME})?")


def place_claims(m: Suggestion, place: gazetteer.Place | None, text: str) -> list[Told]:
    """Return what a place's name tells of a report."""
    quote = text[m.start : m.end]
    claims = [Told("place_text", quote, m.start, m.end, confidence=0.8)]
    if place is None:
        if beside := _BESIDE.match(text, m.end):
            spans = [beside.span(n) for n in (1, 2) if beside[n]]
            codes = [(gazetteer.country_of(text[a:b]), a, b) for a, b in spans]
            claims += [Told("country", code, a, b, confidence=0.7) for code, a, b in codes if code][
                :1
            ]
        return [Told("place_name", quote, m.start, m.end, confidence=0.5), *claims]
    fields = place_fields(place)
    near = re.search(r"\bnear (?:the )?(?:\w+ of )?$", text[max(0, m.start - 24) : m.start])
    if near and place.precision == 1:
        fields["place_precision"] = _PLACE_PRECISIONS[1]
    claims.insert(0, Told("place_name", place.name, m.start, m.end, confidence=0.75))
    for name, value in fields.items():
        sure = 0.8 if name == "country" else 0.7
        claims.append(Told(name, value, m.start, m.end, confidence=sure))
    return claims


def date_claims(
    start: int, end: int, quote: str | None, when: dates.When, sure: float
) -> list[Told]:
    """Return what a resolved date tells of a report."""
    claims = [
        Told("date_start", when.start, start, end, PRECISIONS[when.precision - 1], sure),
        Told("date_end", when.end, start, end, None, sure),
        Told("date_precision", PRECISIONS[when.precision - 1], start, end, None, sure),
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


def add_counts(candidates: Sequence[Candidate], reading: Reading, start: int, end: int) -> None:
    """Give the casualties of a sentence that tells nothing else to what was told before it."""
    if candidates and group_of(candidates[0].type) in ("violence", "accident"):
        add_casualties(candidates[0], reading, start, end)


_HARMFUL = frozenset(["violence", "accident", "protest", "harm.abduction"])


def _count_start(counted: tuple[Count, Source | None]) -> int:
    return counted[0].start


def add_casualties(c: Candidate, reading: Reading, start: int, end: int) -> None:
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
            harm = name.partition("_")[0]
            if number == 0 and any(f.startswith(harm) and v for f, v in seen):
                continue  # `no casualties left at the location`, of whom a sentence counted before
            if (name, number) not in seen:  # another number for the same stays beside it
                c.claims.append(Told(name, number, count.start, count.end, confidence=0.8))
                seen.add((name, number))


def fill(
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
    c.status = attribution.status_of(clause) if not c.historical else "occurred"
    c.status = _status(c, clause, sentence)
    c.modality = "historical" if c.historical else attribution.modality_of(clause, source)
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
    _actors(c, text, reading.mentions, found[0] if found else None, others, source)
    for m in marks_in(reading.mentions, start, end):
        if c.historical and not (c.trigger.start <= m.start < c.trigger.end):
            continue
        quote = text[m.start : m.end]
        if m.label == "FACILITY" and group_of(c.type) in ("violence", "accident"):
            if facility_speaks(text, m.start, m.end) or _only_cares(text, m.start):
                continue
            c.claims.append(Told("targets", quote, m.start, m.end, confidence=0.6))
            if c.get("facility_kind") is None:
                c.claims.append(
                    Told("facility_kind", facility_kind(quote), m.start, m.end, confidence=0.6)
                )
        elif group_of(c.type) == "violence" and _is_hit(text, m):
            c.claims.append(Told("targets", quote, m.start, m.end, confidence=0.6))
        elif (
            m.label in ("WEAPON", "PLATFORM")
            and group_of(c.type) in ("violence", "air_defence", "aid")
            and not _SEIZED.search(text, max(start, m.start - 90), m.start)
            and not (m.label == "PLATFORM" and _NO_WEAPON.search(quote))
        ):
            c.claims.append(Told("weapons", quote, m.start, m.end, confidence=0.7))
    if not c.historical:
        add_casualties(c, reading, start, end)
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


PLANNED_BEFORE = re.compile(
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
    m = next(iter(list(PLANNED_BEFORE.finditer(before[-110:]))[-1:]), None)
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


def place_from(c: Candidate, before: Candidate, text: str) -> None:
    """Take the place told just before in the same paragraph, with less confidence."""
    if (
        (before.where is None and before.sentence != c.sentence)
        or "\n" in text[before.trigger.start : c.trigger.start]
        or (c.get("actors") and before.sentence != c.sentence)
    ):
        return
    c.where = before.where
    for t in before.claims:
        if t.field in PLACE_FIELDS:
            c.claims.append(replace(t, confidence=0.4))
