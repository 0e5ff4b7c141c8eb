"""What a mention stands for: a place with coordinates, a day, a number, a name in full."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from annotators import dates, gazetteer, numbers, places
from annotators.base import Document
from store.dates import find_dateline
from store.records import Suggestion

_SPOKEN = {
    "uk": {"UKR": 2.0},
    "ru": {"RUS": 1.5, "UKR": 1.0},
    "he": {"ISR": 2.0},
    "fa": {"IRN": 2.0},
}
"""Countries that a text in a language is likely about, with their weight."""
RUNNERS_UP = 3
"""How many other places of a name are kept for the analyst to choose from."""


@dataclass
class Resolved:
    """What the mentions of a text stand for, by where they start."""

    places: Mapping[int, Sequence[gazetteer.Place]] = field(default_factory=dict)
    dates: Mapping[int, dates.When | None] = field(default_factory=dict)
    published: str | None = None


def resolve(
    spans: Sequence[Suggestion],
    document: Document,
    certainty: Callable[[Suggestion], float | None] = lambda s: s.score,
) -> tuple[list[Suggestion], Resolved]:
    """Return the suggestions, in order, with what they stand for and how sure they are, and the
    same by place for the candidates.

    Dates are counted from the day of publication, or else from the dateline in the text.
    """
    text = document.text
    published = document.date if document.date and len(document.date) >= 10 else None
    if published is None:
        published = find_dateline(text, document.title or "") or document.date
    placed = [s for s in spans if s.label in ("GPE", "LOC", "FACILITY") or _is_people(s, text)]
    named = [text[s.start : s.end] for s in spans if s.label in ("GPE", "LOC", "FORCE")]
    context = places.context(text, named, _SPOKEN.get(document.language, {}))
    found = places.resolve(text, [(s.start, s.end) for s in placed], context)
    by_place = {
        s.start: ranked
        for s, ranked in zip(placed, found, strict=True)
        if ranked and (s.label != "FACILITY" or ranked[0].kind in ("facility", "airport"))
    }
    dated = sorted((s for s in spans if s.label == "DATE"), key=lambda s: s.start)
    when = dates.resolve_all(text, [(s.start, s.end) for s in dated], published)
    by_date = {s.start: w for s, w in zip(dated, when, strict=True)}
    counts = {(c.start, c.end): c for c, _ in document.counts}
    holders = _holders(spans, text)
    out = []
    for s in spans:
        record: dict[str, Any] | None = None
        entity = s.entity
        if s.start in by_place and s.label in ("GPE", "LOC", "FACILITY"):
            ranked = by_place[s.start]
            record = _placed(tuple(ranked[: 1 + RUNNERS_UP]))
            entity = entity or _name_of(ranked[0], text[s.start : s.end])
        elif s.label == "NORP" and (
            code := gazetteer.demonyms().get(text[s.start : s.end].lower())
        ):
            country = next((p for p in by_place.get(s.start, ()) if p.country == code), None)
            entity = entity or (country.name if country else None)
        elif s.label == "DATE" and (w := by_date.get(s.start)):
            record = {"date": {"start": w.start, "end": w.end, "precision": w.precision}}
        elif s.label == "CASUALTY" and (c := counts.get((s.start, s.end))):
            record = {"value": c.record()}
        elif s.label in ("QUANTITY", "MONEY") and (value := _value(s, text)):
            if s.label == "MONEY" and value["unit"] is None:
                s = replace(
                    s, label="QUANTITY", origin="rule", layer="resolution", rule="no currency"
                )
                value = {**value, "what": None}
            record = {"value": value}
            if m := numbers.BOUND.match(
                text, s.start, s.end
            ):  # as the codebook has it: about [40 km]
                s = replace(s, start=m.end())
        elif s.label == "ROLE" and s.start in holders:
            entity = holders[s.start]
        elif s.label in ("PERSON", "ORG", "FORCE", "EVENT") and entity is None:
            entity = _plain(text[s.start : s.end])
        out.append(  # `replace` takes four times as long
            Suggestion(
                s.start, s.end, s.label, s.origin, s.layer, s.rule, certainty(s), entity, record
            )
        )
    towns = {
        s.start: [town] for s in placed
        if s.label == "FACILITY" and s.start not in by_place
        and (town := _town_of(text[s.start : s.end], context)) is not None
    }  # fmt: skip
    return out, Resolved(by_place | towns, by_date, published)


_LEADING = re.compile(r"(?:[A-ZÀ-Ž][\w’'-]+ )+(?=\S)")
_KNOWN_TOWN = 100_000
"""People; a smaller town must be of a country that the text names."""


def _town_of(facility: str, context: gazetteer.Context) -> gazetteer.Place | None:
    """Return the town that a facility is called after, which is where it stands: ``Hodeidah port``."""
    m = _LEADING.match(facility)
    words = m.group().split() if m else []
    while words:
        ranked = gazetteer.rank(" ".join(words), context)
        if ranked:
            likely = context.countries.get(ranked[0].country, 0) >= 0.2
            city = ranked[0].kind == "city"
            return ranked[0] if city and (likely or ranked[0].population >= _KNOWN_TOWN) else None
        words.pop()
    return None


def _name_of(place: gazetteer.Place, quote: str) -> str:
    """Return the canonical name of a place: a region that is called one is not the town of its
    name."""
    kind = gazetteer.split_kind(quote)[1]
    called = (
        kind == place.kind and kind in ("region", "district") and kind not in place.name.lower()
    )
    return f"{place.name} {kind}" if called else place.name


@lru_cache(maxsize=4096)
def _placed(ranked: tuple[gazetteer.Place, ...]) -> dict[str, Any]:
    """Return the record of a place with its runners-up; one for all mentions of it."""
    record: dict[str, Any] = {"place": ranked[0].record()}
    if len(ranked) > 1 and ranked[0].kind != "country":
        record["others"] = [p.record() for p in ranked[1:]]
    return record


def _plain(name: str) -> str:
    name = " ".join(name.split())
    return name[4:] if name[:4].lower() == "the " and len(name) > 4 else name


def _is_people(s: Suggestion, text: str) -> bool:
    return s.label == "NORP" and text[s.start : s.end].lower() in gazetteer.demonyms()


_UNIT = re.compile(
    r"[ -]?([a-z][a-z-]+(?: (?:drones|missiles|rockets|people|vehicles|tanks|miles|kilomet\w+|metres|meters))?)",
    re.IGNORECASE,
)
_UNITS = frozenset(
    [
        "people",
        "men",
        "women",
        "children",
        "km",
        "km/h",
        "percent",
        "aircraft",
        "personnel",
        "troops",
        "kg",
        "tonnes",
    ]
)
_CURRENCY = re.compile(
    r"US\$|C\$|A\$|[$€£¥₴₽₪₹]|\b(?:dollars?|euros?|pounds?|roubles?|rubles?|hryvnias?|shekels?|yen|yuan|USD|EUR|GBP|"
    r"naira|cedis?|shillings?|rupees?|rials?|riyals?|dirhams?|dinars?|pesos?|liras?|lari|drams?|manats?|tenge|soms?|afghanis?|"
    r"kyats?|baht|ringgits?|francs?|kron(?:er|or)|zlotys?|won|birr|bolivars?|reais|rand|taka|dong|quetzals?|gourdes?|leva|lei)\b",
    re.IGNORECASE,
)


def _value(s: Suggestion, text: str) -> dict[str, Any] | None:
    quote = text[s.start : s.end]
    bare = re.sub(_CURRENCY, "", quote).strip() if s.label == "MONEY" else quote
    m = numbers.COUNT_PATTERN.search(bare)
    number = numbers.read(m) if m else None
    if number is None or m is None:
        return None
    if s.label == "MONEY":
        currency = _CURRENCY.search(quote)
        return {"number": number.number, "low": number.low, "high": number.high,
                "unit": currency.group() if currency else None, "what": "money"}  # fmt: skip
    rest = bare[m.end() :].strip()
    if "%" in quote or re.search(r"per ?cent", quote + text[s.end : s.end + 10]):
        unit: str | None = "per cent"
    else:
        behind = _UNIT.match(text, s.end) if not rest else None
        word = rest or (behind[1] if behind else None)
        plural = word is not None and word[-1:] == "s" and word.islower() and len(word) > 3
        unit = word if word is not None and (plural or word.split()[-1] in _UNITS) else None
    return {
        "number": number.number,
        "low": number.low,
        "high": number.high,
        "unit": unit,
        "what": None,
    }


_TITLE_END = re.compile(r"([A-Za-z]+)$")


def _holders(spans: Sequence[Suggestion], text: str) -> dict[int, str]:
    """Return who holds the office that a ROLE alone names: the person last named with it."""
    ordered = sorted(spans, key=lambda s: s.start)
    last: dict[str, str] = {}
    out: dict[int, str] = {}
    for n, s in enumerate(ordered):
        if s.label != "ROLE":
            continue
        word = _TITLE_END.search(text[s.start : s.end])
        if word is None:
            continue
        title = word[1].lower()
        after = ordered[n + 1] if n + 1 < len(ordered) else None
        before = ordered[n - 1] if n else None
        person = None
        if (
            after is not None
            and after.label == "PERSON"
            and text[s.end : after.start] in (" ", ", ")
        ):
            person = after
        elif (
            before is not None
            and before.label == "PERSON"
            and re.fullmatch(r",? (?:the |an? )?(?:[\w’'.-]+ ){0,4}", text[before.end : s.start])
        ):
            person = before
        if person is not None:
            last[title] = person.entity or _plain(text[person.start : person.end])
            out[s.start] = last[title]
        elif title in last and re.search(
            r"\b(?:the|said|by|his|her|The)\s(?:\w+ )?$", text[max(0, s.start - 20) : s.start]
        ):
            out[s.start] = last[title]
    return out
