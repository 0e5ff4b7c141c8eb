"""Places in context: names that the model took for a person or a body put right, and which place
each name means."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache

from annotators import gazetteer, lexicon
from annotators.base import Document
from annotators.dates import WEEKDAYS
from annotators.lower_case import lowered
from store.dates import MONTHS
from store.records import Suggestion

_BEFORE = re.compile(
    r"(?:\b(?:in|between|near|at|from|to|of|over|around|across|towards?|outside|into|including|reached)|,|\band)\s+(?:the\s+)?$",
    re.I,
)
_NAME = r"[A-ZŠŽČĆ]\w+(?:[-’' ](?:[A-Z]\w+|al-\w+|ez-\w+))*"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    before = "|".join(lexicon.section("place")["nouns_before"])
    after = "|".join(lexicon.section("place")["nouns_after"])
    return (
        re.compile(rf"\b(?:{before}) of ({_NAME})"),
        re.compile(rf"\b([A-Z]\w+(?:[- ][A-Z]\w+){{0,2}})(?:['’]s)? (?:{after})\b"),
    )


def find(document: Document) -> Iterator[Suggestion]:
    """Mark names of the list in a place's context, and ``city of X``, ``X region``."""
    tokens = document.tokens
    text = document.text
    attacked = dict(_attacked(text))
    for key, label in (("gpe", "GPE"), ("loc", "LOC")):
        for index, length in lexicon.phrases("place", key).found(document):
            start, end = tokens[index].start, tokens[index + length - 1].end
            context = (
                start in attacked
                or bool(_BEFORE.search(text[max(0, start - 24) : start]))
                or bool(
                    re.match(r",? (?:region|oblast|province|and [A-Z]|city)", text[end : end + 12])
                )
            )
            if length > 1 or context or label == "LOC" or text[end : end + 2] in ("'s", "’s"):
                yield Suggestion(start, end, label, "rule", "place", "listed name in context")
    for m in _WATERS.finditer(text):
        yield Suggestion(m.start(), m.end(), "LOC", "rule", "place", "waters or land of what")
    for pattern in _patterns():
        for m in pattern.finditer(text):
            first = m[1].split()[0].lower()
            if first not in ("the", "this", "that", "its", "a", "an", "in", "every", "each") and (
                m.start() >= document.first_line_end
            ):
                if lexicon.is_people(first) or first in _NO_TOWN:
                    continue
                yield Suggestion(m.start(1), m.end(1), "GPE", "rule", "place", "noun of place")


_ONE = r"(?:A[lsrnz]d?[- ])?[A-ZÀ-Ž][a-zà-ž'’]{2,}"
_TOWN_NAME = rf"{_ONE}(?:(?:[ -]|[ -](?:da|de|el|al|ez|la|du|of)[ -]){_ONE}){{0,2}}"
_ATTACK_ON = re.compile(
    r"\b(?:(?:attack|strike|raid|assault|offensive|advance|bombardment|shelling|barrage|march|siege|rocket|missile|drone|bomb|"
    r"shell)s? (?:on|upon|against)|(?:fighting|fight|battles?|clashes) (?:for|in|at)|"
    r"(?:siege|capture|fall|seizure|recapture|liberation|loss|control|bombardment|shelling|defen[cs]e|evacuation|occupation|"
    r"encirclement) of|(?:struck|hit|shell|bomb|bombard|attack|target|raid|storm|pound|ambush)(?:s|ed|ing)?|str(?:ikes?|iking)|hitting|"
    r"(?:captur|seiz|recaptur|liberat|encircl|besieg|invad|retak|evacuat)(?:e|es|ed|ing)|retook|overr[au]n|surround(?:s|ed|ing)?|"
    r"occup(?:y|ies|ied|ying)|enter(?:s|ed|ing)?|fled|flee(?:s|ing)?|reached)"
    r" (?:the )?(?:(?:city|town|village|port|capital|suburb)(?: of)? )?"
)  # `lowered`
_UNDER_ATTACK = re.compile(
    rf"(?<![\w’'-])({_TOWN_NAME})(?= (?:came|comes|has come|was|has been|is|remains|remained)(?: again| also| heavily)?"
    r" (?:under (?:\w+ )?(?:fire|attack|shelling|bombardment|siege|control)|shelled|bombed|bombarded|captured|retaken|recaptured|seized|"
    r"overrun|besieged|encircled|surrounded|liberated|evacuated)\b| (?:fell|falls) to )"
)
_NAMED_HERE = re.compile(_TOWN_NAME)
_NO_TOWN = frozenset([*WEEKDAYS, *MONTHS])


@lru_cache(maxsize=1)
def _attacked(text: str) -> tuple[tuple[int, int], ...]:
    """Return where the names stand that stand as what is attacked, taken or fought for; kept, as a
    text is asked twice."""
    found = [m.span(1) for m in _UNDER_ATTACK.finditer(text)]
    for m in _ATTACK_ON.finditer(lowered(text)):
        name = _NAMED_HERE.match(text, m.end())
        if name and name.group().lower() not in _NO_TOWN:
            found.append(name.span())
    return tuple(found)


def _town(name: str, countries: Iterable[str]) -> bool:
    """Whether a name in such a position is a town's or a region's: of the text's countries, listed,
    or of several words, which are hardly a person's as well."""
    found = [p for p in gazetteer.lookup(name) if p.kind in ("city", "region", "district", "area")]
    return bool(found) and (
        " " in name
        or any(p.country in countries for p in found)
        or name in lexicon.section("place")["gpe"]
    )


_WATERS = re.compile(
    r"(?<![\w-])(?:Gulf|Straits?|Sea|Bay|Horn|Isthmus) of (?:[A-ZŠŽČĆ]\w+)(?:[ -](?:el|al)-[A-Z]\w+)?(?![\w-])"
)
_NEAR = re.compile(
    r"(?:(?:\b[Nn]ear|\b[Oo]utside|\b[Ii]nside|\bvicinity of|\b(?:north|south|east|west)(?:-?(?:east|west))? of|\boutskirts of|\bcity of|\btown of|\bvillage of|\btowards?)(?: the)?\s+)$"
)
_AND_OTHERS = re.compile(
    r"(?:,? and|, along with|,? or) (?:many |several |some |the )?(?:other|nearby|neighbou?ring|surrounding) (?:[\w-]+ )?"
    r"(?:cities|towns|villages|settlements|districts|provinces|regions|areas|places)(?!\w)"
)
_WEAKLY = re.compile(r"\b(?i:in|from|at|of|into|across|around|over|reached|to)\s+$")
_SAID = re.compile(
    r"\s+(?:said|says|told|added|and his|who|was born|met|called|wrote|argued|’s (?:father|mother|wife|son))\b"
)


def by_gazetteer(spans: list[Suggestion], document: Document) -> list[Suggestion]:
    """Put right what the model took for a person or a body where the words before ask for a place:
    any name behind ``near`` or ``outside``; behind ``in``, ``from`` or ``at`` one that the gazetteer
    knows; and mark known towns of the text's own countries that no layer has seen."""
    text = document.text
    people = {
        word
        for s in spans
        if s.label == "PERSON" and len(text[s.start : s.end].split()) > 1
        for word in [text[s.start : s.end].split()[-1]]
    }
    known = context(text, [text[s.start : s.end] for s in spans if s.label in ("GPE", "FORCE")])
    countries = {c for c, weight in known.countries.items() if weight >= 0.2}
    attacked = dict(_attacked(text))
    out = []
    for s in spans:
        quote = text[s.start : s.end]
        if (
            s.layer == "ner"
            and s.label in ("PERSON", "ORG", "NORP", "FACILITY", "EVENT")
            and quote not in people
            and len(quote.split()) <= 4
        ):
            before = text[max(0, s.start - 26) : s.start]
            strong = _NEAR.search(before) is not None or (
                _AND_OTHERS.match(text, s.end) is not None and s.label != "NORP"
            )
            weak = _WEAKLY.search(before) is not None
            home = (
                [
                    p
                    for p in gazetteer.lookup(quote)
                    if p.kind in ("city", "region", "district", "area")
                ]
                if strong or weak
                else []
            )
            here = [p for p in home if p.country in countries]
            if (
                not lexicon.is_people(quote)
                and not _SAID.match(text, s.end)
                and (
                    (strong and s.label != "ORG")
                    or (strong and home)
                    or (s.label != "NORP" and _in_the_country_behind(text, s))
                    or (s.label == "PERSON" and _metropolis(quote))
                    or (s.start in attacked and _town(quote, countries))
                    or (weak and home and " " in quote)
                    or (weak and here and (s.label == "PERSON" or here[0].population > 5000))
                )
            ):
                s = replace(
                    s, label="GPE", origin="rule", layer="place", rule="in a place's position"
                )
        out.append(s)
    taken = sorted((s.start, s.end) for s in out)
    for start, end in attacked.items():
        if start < document.first_line_end or _meets(taken, start, end):
            continue
        words = text[start:end]
        while words and not _town(words, countries) and not _large(words):
            words = words.rpartition(" ")[0]
        if words and words not in people:
            out.append(_found(start, start + len(words), "what is attacked"))
    taken = sorted((s.start, s.end) for s in out)
    for m in _UNSEEN.finditer(text):
        if (
            m.start() < document.first_line_end
            or _meets(taken, m.start(2), m.end(2))
            or m[2] in people
        ):
            continue
        places = [
            p
            for p in gazetteer.lookup(m[2])
            if p.country in countries and p.kind in ("city", "region")
        ]
        if places and (places[0].population > 5000 or m["near"]) and not lexicon.is_people(m[2]):
            out.append(_found(m.start(2), m.end(2), "town of a country in the text"))
    taken = sorted((s.start, s.end) for s in out)
    elsewhere = countries - _ENGLISH
    for m in _SUBJECT.finditer(text) if elsewhere else ():
        if m.start() < document.first_line_end or _meets(taken, *m.span(1)) or m[1] in people:
            continue
        if any(p.country in elsewhere and p.population >= _SEEN for p in gazetteer.lookup(m[1])):
            out.append(_found(*m.span(1), "town of a country in the text"))
    return out


_SUBJECT = re.compile(
    rf"(?:(?<=[.!?] )|(?<=\n)|^)((?:{_ONE}[ -])?{_ONE}) (?=(?:is|was|has|had|remains|remained|fell|lies|lay|saw|came under|witnessed|suffered)\b)"
)
"""A name that a sentence begins with and says something of."""
_ENGLISH = frozenset(["USA", "GBR", "CAN", "AUS", "NZL", "IRL"])
"""Countries whose towns are called like words: ``Reading has …``."""


def _found(start: int, end: int, rule: str) -> Suggestion:
    return Suggestion(start, end, "GPE", "rule", "place", rule)


_GIVEN = frozenset(["Paris", "Santiago", "Sydney", "Salem", "Victoria", "Florence", "Leon", "Medina", "Cali", "Valencia", "Austin", "Adana"])  # fmt: skip
"""Cities whose names people bear."""


@lru_cache(maxsize=4096)
def _metropolis(name: str) -> bool:
    """Whether a name of one word is that of a city of a million people, and of hardly a person."""
    return " " not in name and name not in _GIVEN and any(
        p.kind == "city" and p.population >= 1_000_000 and p.name == name for p in gazetteer.lookup(name)
    )  # fmt: skip


_SEEN = 20_000
"""People in a town that is meant where no layer has seen its name."""


def _large(name: str) -> bool:
    """Whether a name that no layer has seen is a town's that is large enough to be meant."""
    return any(p.kind == "city" and p.population >= _SEEN for p in gazetteer.lookup(name))


def _in_the_country_behind(text: str, s: Suggestion) -> bool:
    """Whether a name has the country behind it in which a place of that name lies: ``Kafr Nabl,
    Syria``."""
    if not text.startswith(", ", s.end):
        return False
    behind = {code for name in _beside(text, s.end)[:1] if (code := gazetteer.country_of(name))}
    return any(p.country in behind for p in gazetteer.lookup(text[s.start : s.end]))


_UNSEEN = re.compile(
    r"\b(?:in|(?P<near>near|outside)|from|at|to|into|around|over|of|as|[Ii]f) (?:the (?:city|town|village|port) of )?((?:[A-Z][a-z]{1,2}[- ])?[A-ZÀ-Ž][a-zà-ž'’]{3,}(?:[ -](?:A[lsrn]-)?[A-Z][a-z]+)?)(?![\w'’-]| (?:said|told|University|Street))"
)


_CAPITAL = re.compile(
    r"(?<![\w’'-])[^\W\d_a-zа-яіїєґ][\w’'-]{2,}(?:[ -][^\W\d_a-zа-яіїєґ][\w’'-]{2,})?"
)
_ENDINGS = (
    "",
    "ом",
    "ем",
    "ою",
    "ах",
    "ями",
    "ів",
    "ой",
    "ей",
    "а",
    "у",
    "е",
    "і",
    "и",
    "ы",
    "ю",
    "я",
    "ь",
)


def known(document: Document) -> Iterator[Suggestion]:
    """Mark the names of a text in another language that the gazetteer knows: towns of 10,000 and
    more, regions and countries; Slavic names also where they are declined."""
    for m in _CAPITAL.finditer(document.text):
        if not m.group()[0].isupper():
            continue
        first = not re.search(r"[\w,] $", document.text[max(0, m.start() - 2) : m.start()])
        for words in dict.fromkeys((m.group(), m.group().split()[0], m.group().split()[-1])):
            place = _declined(words)
            common = len(words) < 5 or first  # a short or a sentence's first word may be no name
            if place is not None and not (
                common and place.kind == "city" and place.population < 200_000
            ):
                start = m.start() + m.group().index(words)
                yield Suggestion(
                    start, start + len(words), "GPE", "rule", "place", f"gazetteer: {place.name}"
                )
                break


def _declined(words: str) -> gazetteer.Place | None:
    cyrillic = any("\u0400" <= c <= "\u04ff" for c in words)
    for ending in _ENDINGS if cyrillic else ("",):
        if ending and not words.endswith(ending):
            continue
        stem = words[: len(words) - len(ending)] if ending else words
        if len(stem) < 3:
            continue
        for name in (
            (
                stem,
                *_in_nominative(stem),
                stem + "а",
                stem + "я",
                stem + "ь",
                stem + "и",
                stem + "ы",
                stem + "е",
            )
            if ending
            else (stem,)
        ):
            for place in gazetteer.lookup(name):
                if place.kind in ("country", "region") or (
                    place.kind == "city" and place.population >= 10_000
                ):
                    return place
    return None


def _in_nominative(stem: str) -> list[str]:
    """Return a Ukrainian stem with the vowel it has in the nominative: ``Києв-`` is ``Київ``."""
    return [
        stem[:-2] + to for of, to in (("ов", "ів"), ("єв", "їв"), ("ев", "ів")) if stem.endswith(of)
    ]


def resolve_name(name: str) -> str:
    """Return the form of a name that the gazetteer has: a declined Slavic name in the nominative."""
    if gazetteer.lookup(name) or not any("\u0400" <= c <= "\u04ff" for c in name):
        return name
    place = _declined(name)
    return place.name if place else name


def _meets(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    index = bisect_left(taken, (end, 0))
    return any(b > start for _, b in taken[max(0, index - 4) : index])


def repair(spans: list[Suggestion], document: Document) -> list[Suggestion]:
    """Make a list of places all places: in ``Kyiv, Poltava, and Odesa`` one known place tells
    what its neighbours of one or two words are."""
    ordered = sorted(spans, key=lambda s: s.start)
    changed = True
    while changed:
        changed = False
        for left, right in zip(range(len(ordered)), range(1, len(ordered)), strict=False):
            a, b = ordered[left], ordered[right]
            if document.text[a.end : b.start] not in (", ", " and ", ", and "):
                continue
            for place, other, at in ((a, b, right), (b, a, left)):
                words = document.text[other.start : other.end].split()
                if (
                    place.label == "GPE"
                    and other.label in ("PERSON", "ORG", "NORP", "LOC")
                    and other.layer == "ner"
                    and len(words) == 1
                    and not lexicon.is_people(words[0])
                    and not _SAID.match(document.text, other.end)
                    and _BEFORE.search(document.text[max(0, a.start - 14) : a.start])
                ):
                    ordered[at] = replace(
                        other, label="GPE", origin="rule", layer="place", rule="beside a place"
                    )
                    changed = True
    return ordered


_BESIDE = re.compile(
    r"(?:, | in (?:the )?|, in (?:the )?| \()(?:(?:north|south|east|west)(?:-?(?:east|west))?(?:ern)? |central )?([A-ZÀ-Ž][\w'’-]+(?: (?:of|the|and|al-\w+|[A-ZÀ-Ž][\w'’-]+)){0,4})"
)
_ASKED_BEFORE = re.compile(r"\b([a-z]+)(?: of)? (?:the )?$")
_ASKED_AFTER = re.compile(r"[ -]([A-Za-z]+)")


def asked_kind(text: str, start: int, end: int) -> str | None:
    """Return what kind of place the words around a name ask for: ``the city of X``, ``X region``."""
    after = _ASKED_AFTER.match(text, end)
    if after and (kind := gazetteer.kind_of_word(after[1])):
        return kind
    before = _ASKED_BEFORE.search(text[max(0, start - 24) : start])
    return gazetteer.kind_of_word(before[1]) if before else None


def _beside(text: str, end: int) -> list[str]:
    """Return the wider places that stand right behind a name (``Atme, Idlib Governorate, Syria``,
    ``Goma in North Kivu``)."""
    found: list[str] = []
    word = re.match(r" [A-Za-z]+(?=,| in )", text[end : end + 20])
    at = end + (word.end() if word else 0)
    while len(found) < 3 and (m := _BESIDE.match(text, at)):
        name = m[1]
        while (
            name
            and not gazetteer.lookup(name)
            and not gazetteer.lookup(gazetteer.split_kind(name)[0])
        ):
            name = name.rpartition(" ")[0]
        if not name:
            break
        found.append(name)
        at = m.start(1) + len(name)
    return found


def context(
    text: str, names: Iterable[str], spoken: Mapping[str, float] | None = None
) -> gazetteer.Context:
    """Return what the named places and peoples of a text tell about where it happens; ``spoken``
    are countries that its language speaks for."""
    weights: defaultdict[str, float] = defaultdict(float, spoken or {})
    regions = set()
    homes = lexicon.homes()
    for name in names:
        group = name if name in homes else name.rpartition(" ")[0]  # `CODECO militiamen`
        if group in homes:
            for home in homes[group]:
                weights[home] += 1 / len(homes[group])
            continue
        if code := gazetteer.country_of(name):
            weights[code] += 2
            continue
        base = gazetteer.split_kind(name)[0]
        found = gazetteer.lookup(name) or gazetteer.lookup(base)
        for place in found:
            if place.kind == "region" or (place.kind == "city" and place.population > 50_000):
                weights[place.country] += 1 / len(found)
        regions.add(gazetteer.fold(base))
    for code in _peoples(text):
        weights[code] += 1
    total = max([2.0, *weights.values()])  # one name that may be anywhere says little
    return gazetteer.Context({c: w / total for c, w in weights.items() if c}, frozenset(regions))


@lru_cache(maxsize=1)
def _peoples(text: str) -> tuple[str, ...]:
    """Return the country of each people that a text names; kept, as a text is asked twice: to mark
    its places, and to resolve them."""
    peoples = gazetteer.demonyms()
    found = []
    for m in re.finditer(r"\b(?:[A-Z][a-z]+ )?[A-Z][a-z]+\b", text):
        words = m.group().lower()
        if code := peoples.get(words) or peoples.get(words.split()[-1]):
            found.append(code)
    return tuple(found)


_BARE = frozenset(["north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest", "center", "centre"])  # fmt: skip
"""Names of regions somewhere that mostly are half of a country which was named before."""
_TOWN = 100_000
"""People; a town of fewer in another country than the one said beside it is a namesake of one that
the list lacks. (What is larger may be claimed by both: ``Simferopol, Russia``.)"""


def _elsewhere(place: gazetteer.Place, beside: Sequence[str]) -> bool:
    """Whether the likeliest place of a name is none: ``Moura, Mali`` is not Portugal's."""
    told = {code for name in beside if (code := gazetteer.country_of(name))} or {place.country}
    return place.kind == "city" and place.population < _TOWN and place.country not in told


def resolve(
    text: str, spans: Sequence[tuple[int, int]], given: gazetteer.Context | None = None
) -> list[list[gazetteer.Place]]:
    """Return for each span the places that it may mean, the likeliest first.

    A text's own countries come first; two names that are the same are the same place, in the sense
    that the one with most around it decides.
    """
    known = given or context(text, [text[a:b] for a, b in spans])
    best: dict[str, list[gazetteer.Place]] = {}
    seen: dict[tuple[str, str | None, tuple[str, ...]], list[gazetteer.Place]] = {}
    out = []
    for start, end in spans:
        name = resolve_name(text[start:end])
        asked, beside = asked_kind(text, start, end), _beside(text, end)
        question = name, asked, tuple(beside)
        if question not in seen:
            bare = gazetteer.fold(name).removeprefix("the ") in _BARE
            ranked = [] if bare else gazetteer.rank(name, known, asked, beside)
            seen[question] = [] if ranked and _elsewhere(ranked[0], beside) else ranked
        ranked = seen[question]
        if beside and ranked:
            best[gazetteer.fold(name)] = ranked
        out.append((gazetteer.fold(text[start:end]), asked, ranked))
    return [ranked if asked else best.get(folded, ranked) for folded, asked, ranked in out]
