"""What one side of a pair tells: the words, names, numbers, days and places that two accounts of
an incident are compared by.

An account is made of an annotated article (`of_article`) or of a recorded incident
(`of_incident`), is plain data, and goes in and out of the index as JSON.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from annotators import gazetteer, localities
from annotators.report_fields import facility_speaks, is_reporting_day
from store.records import Suggestion
from store.texts import fold

LONGEST = 40_000
"""Code points of a text that are read; what news tells of an incident stands before."""
LEAD = 500
"""Code points that count as the beginning of a text."""
_NEAR = 700
"""Code points in which localities are looked for: further down other attacks are told."""
LEAP = 2000
"""A year that has every day."""
SLACK = 1
"""Days that an incident's day may be off where it was taken from the day of publication."""
RECENT = 60
"""Days before publication in which a day that is told is taken to be about the news."""
LONG_AGO = 1100
"""Days before publication from which a trial, a funeral or an anniversary tells."""
_AFTERMATH = frozenset([
    "charged", "charges", "pleaded", "pleads", "plea", "guilty", "trial", "court", "courtroom",
    "tribunal", "sentenced", "sentence", "sentencing", "convicted", "conviction", "convicts", "jury",
    "jurors", "judge", "verdict", "indicted", "indictment", "arraigned", "extradited", "extradition",
    "acquitted", "inquest", "manslaughter", "lawsuit", "testified", "testimony", "bail", "parole",
    "funeral", "funerals", "memorial", "anniversary", "vigil", "buried", "reburied", "mourners",
    "mourn", "mourns", "mourned", "bury", "burial", "burials", "coffins", "graves", "commemorated", "exhumed", "martial",
])  # fmt: skip
"""Words of what comes after an event: its trial, its funerals, its anniversary."""
_WORD = re.compile(r"\w+")
_ISO = re.compile(r"\b(?:\d{4}|XXXX)-\d\d-\d\d\b")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(
    r"[^\W\d_a-zа-яіїєґ][\w’'-]*(?:[ \u00a0](?:of |al-|the )?[^\W\d_a-zа-яіїєґ][\w’'-]*)*"
)
_STOP = frozenset([
    "a", "about", "above", "after", "again", "against", "all", "also", "am", "an", "and", "any",
    "are", "aren", "as", "at", "be", "because", "been", "before", "being", "below", "between",
    "both", "but", "by", "can", "could", "did", "do", "does", "doing", "down", "during", "each",
    "few", "for", "from", "further", "had", "has", "have", "having", "he", "her", "here", "hers",
    "herself", "him", "himself", "his", "how", "i", "if", "in", "into", "is", "it", "its",
    "itself", "just", "me", "more", "most", "my", "myself", "no", "nor", "not", "now", "of", "off",
    "on", "once", "only", "or", "other", "our", "ours", "out", "over", "own", "s", "same", "said",
    "say", "says", "she", "should", "so", "some", "such", "t", "than", "that", "the", "their",
    "theirs", "them", "themselves", "then", "there", "these", "they", "this", "those", "through",
    "to", "too", "under", "until", "up", "very", "was", "we", "were", "what", "when", "where",
    "which", "while", "who", "whom", "why", "will", "with", "would", "you", "your", "yours",
    "yourself",
])  # fmt: skip


@dataclass(frozen=True)
class Event:
    """What an account tells of one incident. Days are ordinals of `datetime.date`; ``None`` is
    not told. ``exact``: the day is one day, told and not inferred from the day of publication;
    ``slack`` are the days that it may be off all the same."""

    type: str = ""
    status: str = ""
    first: int | None = None
    last: int | None = None
    exact: bool = False
    slack: int = 0
    open_day: int | None = None  # the day in a leap year, of a date whose year is open
    place: str = ""
    country: str = ""
    lat: float | None = None
    lon: float | None = None
    precision: int = 7
    killed: tuple[int, int] | None = None
    injured: tuple[int, int] | None = None
    actors: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    weapons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Account:
    """One article's or one incident's side. ``terms`` counts words, and with a prefix names of two
    words and more (``n:``), single capitalised words (``c:``), numbers (``#``), days that are told
    (``d:``), places (``p:``), what is named like a town or village (``t:``) and who is told of by full
    name and does not speak (``v:``); ``lead`` are the words of title and beginning."""

    terms: Mapping[str, int]
    lead: Mapping[str, int]
    published: int | None = None
    events: tuple[Event, ...] = ()
    recorded: bool = False  # its events were given by people, not read off the text
    head: tuple[str, ...] = ()
    """Names in the title (without one, in the first sentence), word by word."""
    sites: tuple[str, ...] = ()
    """What was or may have been hit: facilities by name, and names of several words in the title."""

    @property
    def day(self) -> int | None:
        """The day under which the account is looked for: of its publication, or of its event."""
        told = (e.first for e in self.events if e.first is not None)
        return self.published if self.published is not None else next(told, None)

    @property
    def aftermath(self) -> list[str]:
        """The words in its beginning by which it tells of what came after an event."""
        return after(self.lead)

    def dumps(self) -> str:
        """Return the account as JSON."""
        events = [[getattr(e, name) for name in _EVENT] for e in self.events]
        return json.dumps(
            [self.terms, self.lead, self.published, events, self.recorded, self.head, self.sites],
            ensure_ascii=False,
            separators=(",", ":"),
        )  # fmt: skip

    @classmethod
    def loads(cls, raw: str) -> Account:
        """Return the account that `dumps` wrote."""
        terms, lead, published, events, recorded, head, sites = json.loads(raw)
        made: list[Event] = []
        for held in events:
            values: list[Any] = [tuple(v) if isinstance(v, list) else v for v in held]
            made.append(Event(*values))
        return cls(terms, lead, published, tuple(made), recorded, tuple(head), tuple(sites))


_EVENT = tuple(Event.__dataclass_fields__)


def ordinal(day: object) -> int | None:
    """Return the number of a day written ``2025-01-14`` (a time may follow), None for any other."""
    try:
        return dt.date.fromisoformat(str(day)[:10]).toordinal()
    except ValueError:
        return None


def _words(text: str) -> Counter[str]:
    return Counter(w for w in _WORD.findall(fold(text)) if len(w) > 1 and w not in _STOP)


def after(words: Iterable[str]) -> list[str]:
    """Return those of some words by which a text tells of an aftermath."""
    return [word for word in words if word in _AFTERMATH]


def _terms(text: str) -> Counter[str]:
    text = _ISO.sub(" ", text)  # a day is compared as a day
    terms = _words(text)
    for m in _NAME.finditer(text):
        name = fold(m.group())
        words = name.split()
        if len(words) > 1 and words[0] in _STOP:
            words = words[1:]
        if len(words) > 1:
            terms["n:" + " ".join(words)] += 1
        for word in words:
            if len(word) > 2 and word not in _STOP:
                terms["c:" + word] += 1
    # a year is no figure of an event: whole wars share it
    numbers = (n.replace(",", "") for n in _NUMBER.findall(text))
    terms.update("#" + n for n in numbers if not _YEAR.fullmatch(n))
    return terms


_SENTENCE = re.compile(r"[^.!?\n]{20,200}(?:[.!?\n]|$)")
_INSIDE = re.compile(r"(?:(?<=[^\W_]\s)|(?<=[^\W_],\s))[^\W\d_a-zа-яіїєґ][\w’'-]*")
SITES = [
    "airport", "airfield", "airbase", "base", "port", "bridge", "dam", "plant", "refinery",
    "depot", "terminal", "hospital", "prison", "academy", "university", "crossing", "reactor",
    "complex", "factory", "camp", "station", "field", "mine", "barracks", "site", "headquarters",
    "checkpoint", "silo", "shipyard", "arsenal", "mosque", "church", "monastery", "cathedral", "market",
    "pipeline", "substation", "stadium", "embassy", "consulate", "courthouse", "orphanage", "dockyard",
    "warehouse", "storage", "jail", "clinic", "school", "gate", "hotel", "cantonment", "compound",
    "junction", "tunnel", "garrison", "palace", "restaurant", "mall", "farm", "mill", "halt",
    "oilfield", "gasfield", "outpost", "bakery", "bazaar", "ferry", "express", "line", "railway", "theatre",
    "museum", "monument", "shrine", "temple", "synagogue", "cinema", "café", "cafe", "nightclub", "supermarket",
    "headworks", "reservoir", "tower", "fortress", "citadel",
]  # fmt: skip
"""Kinds of site of which a town mostly has one: with its town's name such a word names it."""
_KIND = "(?P<kind>(?i:" + "|".join(SITES) + r"))(?![\\w-])"
_ONE = r"[^\W\d_a-zа-яіїєґ][\w’'-]*"
_SITE = (
    re.compile(rf"(?P<name>{_ONE})(?:['’]s)?\s+(?:[a-z-]+\s+){{0,2}}{_KIND}"),
    re.compile(
        rf"{_KIND}\s+(?:at|in|of|near|outside)\s+(?:the\s+)?(?P<name>{_ONE}(?: {_ONE}){{0,2}})"
    ),
    re.compile(rf"(?P<name>{_ONE}(?: {_ONE})?), (?:an?|the|one of the) (?:[\w-]+ ){{0,4}}?{_KIND}"),
    re.compile(rf"{_KIND}[^.;]{{0,50}}?,? (?:known as|called|named) (?P<name>{_ONE}(?: {_ONE})?)"),
)


_LINES = "train|line|pipeline|railway|railroad|rail"
_LINE = (
    re.compile(
        rf"(?P<a>{_ONE}(?: {_ONE})??)[-–—](?P<b>{_ONE}(?: {_ONE})?) (?:[a-z]+ ){{0,2}}(?:{_LINES})\b"
    ),
    re.compile(
        rf"\b(?:{_LINES})(?: [a-z]+)? (?:from|between) (?P<a>{_ONE}(?: {_ONE})?) (?:to|and) (?P<b>{_ONE}(?: {_ONE})?)"
    ),
)
"""A line between two towns, in two ways."""


def _sites(text: str) -> list[str]:
    """Return sites as a name and a kind: ``isfahan complex``; a railway or pipeline by both ends."""
    found = []
    for pattern in _LINE:
        for m in pattern.finditer(text):
            found.append(f"{' '.join(sorted([fold(m['a']), fold(m['b'])]))} line")
    for pattern in _SITE:
        for m in pattern.finditer(text):
            name = fold(m["name"]).removesuffix("'s").removesuffix("’s")
            if facility_speaks(text, *m.span()):
                continue
            if name not in _STOP and gazetteer.country_of(name) is None:
                found.append(f"{name} {m['kind'].lower()}")
    return found


def _head(title: str | None, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names in a title (or a first sentence), word by word, and those of several words
    (of a title alone).

    A word of a title is a name where the text has it with a capital inside of a sentence; so a
    headline In Such Capitals has no more names than another.
    """
    body = text.lstrip()
    if title and body.startswith(title):
        body = body[len(title) :]
    titled = bool(title)
    if not title:
        m = _SENTENCE.match(body)
        title = m.group() if m else body[:150]
    inside = {word for m in _INSIDE.finditer(body) for word in _WORD.findall(fold(m.group()))}
    names, longer = [], []
    for m in _NAME.finditer(title):
        words = [w for w in _WORD.findall(fold(m.group())) if len(w) > 2 and w not in _STOP]
        # whose forces, and in which country, tells no two strikes apart
        kept = [w for w in words if w in inside and gazetteer.country_of(w) is None]
        names += kept
        several = len(kept) > 1 and len(m.group().split()) > 1
        if titled and several and not gazetteer.lookup(" ".join(kept)):  # a town is no site
            longer.append(" ".join(kept))
    return tuple(dict.fromkeys(names)), tuple(dict.fromkeys(longer))


_OFFICE = re.compile(
    r"\b(?:sheriff|chief|mayor|governor|president|minister|secretary|ambassador|senator|spokes\w+|commander|general|admiral|"
    r"colonel|lieutenant|captain|major|sergeant|officer|detective|director|leader|official|prosecutor|attorney|"
    r"judge|coroner|pastor|dr|mr|gov|gen|col|lt|capt|sgt|maj|det)\b\W*$",
    re.IGNORECASE,
)
_OFFICE_AFTER = re.compile(
    r",? (?:said|says|told|added|wrote|announced)\b|, (?:an?|the|who) (?:\w+ ){0,4}?"
    r"(?:spokes\w+|chief|minister|governor|mayor|official|commander|director|officer|leader|president)\b"
)
_VICTIM = re.compile(r"^(?:victim|suspect|gunman|teenager|sepoy|constable|private|corporal) ")


def _told_of(text: str, start: int, end: int) -> str | None:
    """Return the folded full name of a person whom the news is about; None for who holds an office or
    says so, who stands in the stories of many events."""
    name = _VICTIM.sub("", fold(text[start:end]).removesuffix("'s"))
    if len(name.split()) not in (2, 3):
        return None
    if _OFFICE.search(text[max(0, start - 40) : start]) or _OFFICE.match(f"{name.split()[0]} "):
        return None
    return None if _OFFICE_AFTER.match(text, end) else name


def _with_localities(
    terms: Counter[str], whole: str, sites: Iterable[str], longer: Iterable[str]
) -> tuple[str, ...]:
    """Count the localities of a text's beginning among its terms; return its sites, those given
    first, without what is only the name of a town."""
    near = whole[:_NEAR]
    called = localities.called(near)
    terms.update(f"t:{name}" for name in dict.fromkeys([*called, *localities.placed(near)]))
    named = [name for name in longer if not _is_town(name, near)]
    every = dict.fromkeys([*sites, *named, *_sites(whole[:1200])[:12]])
    return tuple(site for site in every if site not in called and not _ROAD.search(site))


_ROAD = re.compile(r"\b(?:road|street|avenue|highway|boulevard)s?$")


def _is_town(name: str, text: str) -> bool:
    """Whether something is only told to be in what bears a name: ``in Tal Afar``, not ``at Khor Mor``."""
    return (
        re.search(
            rf"\bin (?:the )?{re.escape(name)}\b|\bat {re.escape(name)}, [a-z ]+, ", fold(text)
        )
        is not None
    )


def _bounds(low: Any, best: Any, high: Any) -> tuple[int, int] | None:
    told = [int(n) for n in (low, best, high) if n is not None]
    return (min(told), max(told)) if told else None


def _event(values: Mapping[str, Any]) -> Event:
    """Return the event of the fields of an incident or of a report's claims; lists are lists."""
    first, last = ordinal(values.get("date_start")), ordinal(values.get("date_end"))
    basis = values.get("date_basis")
    precision = str(values.get("place_precision") or "7")[:1]
    m = re.fullmatch(r"XXXX-(\d\d-\d\d)", str(values.get("date_start") or ""))
    open_day = ordinal(f"{LEAP}-{m[1]}") if m else None
    one_day = first is not None and (last is None or last == first)
    return Event(
        type=str(values.get("type") or ""),
        status=str(values.get("event_status") or ""),
        first=first,
        last=last if last is not None else first,
        exact=one_day and basis != "inferred" and str(values.get("date_precision") or "1")[:1] == "1",
        open_day=None if open_day is None else open_day - dt.date(LEAP, 1, 1).toordinal(),
        place=fold(str(values.get("place_name") or "")),
        country=str(values.get("country") or ""),
        lat=None if values.get("lat") is None else float(values["lat"]),
        lon=None if values.get("lon") is None else float(values["lon"]),
        precision=int(precision) if precision.isdecimal() else 7,
        killed=_bounds(*(values.get(f"killed_{part}") for part in ("min", "best", "max"))),
        injured=_bounds(*(values.get(f"injured_{part}") for part in ("min", "best", "max"))),
        actors=tuple(fold(str(v)) for v in values.get("actors") or ()),
        targets=tuple(
            fold(str(v))
            for v in [
                *(values.get("targets") or ()), *(values.get("target_actors") or ()),
                *([values["facility"]] if values.get("facility") else ()),
            ]
        ),
        weapons=tuple(fold(str(v)) for v in values.get("weapons") or ()),
    )  # fmt: skip


_LISTS = ("actors", "target_actors", "targets", "weapons")
_SHORT = {
    "date": "date_start", "place": "place_name", "killed": "killed_best", "injured": "injured_best",
    "status": "event_status",
}  # fmt: skip
"""Shorter names that a row's ``incidents`` may use for fields."""


def of_record(record: Mapping[str, Any]) -> Event:
    """Return the event of an incident as a row gives it: fields of incidents.csv, or shorter names
    (date, place, killed, injured); a list may be a string with ``; `` between.

    Raises:
        ValueError: a field holds what it cannot.
    """
    values: dict[str, Any] = {}
    for name, value in record.items():
        name = _SHORT.get(name, name)
        if name in _LISTS and isinstance(value, str):
            value = [part.strip() for part in value.split(";") if part.strip()]
        values.setdefault(name, value)
    try:
        return _event(values)
    except (TypeError, ValueError, KeyError, OverflowError) as problem:
        raise ValueError(f"an incident cannot be read ({problem})") from None


def values_of(claims: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what claims say of each field, as `annotate` writes them: all of a list, the first of
    any other."""
    values: dict[str, Any] = {}
    for claim in claims:
        name, value = claim.get("field", ""), claim.get("value")
        if name in _LISTS:
            values.setdefault(name, []).append(value)
        else:
            values.setdefault(name, value)
    return values


def entities_of(suggestions: Iterable[Suggestion]) -> list[dict[str, Any]]:
    """Return what an account needs of a text's suggestions."""
    return [
        {"start": s.start, "end": s.end, "label": s.label, **(s.resolved or {})}
        for s in suggestions
        if s.resolved or s.label in ("FACILITY", "PERSON")
    ]


def of_article(
    text: str,
    title: str | None = None,
    date: str | None = None,
    entities: Iterable[Mapping[str, Any]] = (),
    reports: Sequence[Mapping[str, Any]] = (),
) -> Account:
    """Return the account of an article; entities (those without a place, date or label may be left
    out) and reports as `annotate` writes them."""
    text = text[:LONGEST]
    whole = text if not title or text.lstrip().startswith(title) else f"{title}\n{text}"
    terms = _terms(whole)
    lead = _words(whole[:LEAD])
    published = ordinal(date)
    recent = LONG_AGO if after(lead) else RECENT
    countries: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for entity in entities:
        told, place = entity.get("date"), entity.get("place")
        day = ordinal(told["start"]) if told and told["start"] == told["end"] else None
        # the day a war began says nothing about which strike
        spoken = is_reporting_day(text, entity["start"])
        if (
            day is not None
            and not spoken
            and (published is None or published - recent <= day <= published + 3)
        ):
            terms[f"d:{day}"] += 1
        if entity.get("label") == "PERSON" and (
            who := _told_of(text, entity["start"], entity["end"])
        ):
            terms[f"v:{who}"] += 1
        if place and place.get("country"):
            countries[place["country"]] += 1
        if place and place["precision"] < 6:
            terms[f"p:{fold(place['name'])}/{place.get('country') or ''}"] += 1
            spelled[fold(text[entity["start"] : entity["end"]])] = fold(place["name"])
    spelled = {
        said: name for said, name in spelled.items() if said != name and _same_words(said, name)
    }
    capital = _capital(whole, countries)
    head, longer = _head(title, text)
    sites = [
        fold(text[e["start"] : e["end"]])
        for e in entities
        if e.get("label") == "FACILITY" and not facility_speaks(text, e["start"], e["end"])
    ]
    ranked = sorted(reports, key=lambda r: -(r.get("confidence") or 0))
    events = [_event(values_of(r.get("claims") or ())) for r in ranked[:6]]
    places = _with_localities(terms, whole, sites[:12], longer)
    for said, name in spelled.items():
        usual = dict(zip(_WORD.findall(said), _WORD.findall(name), strict=True))
        for word in usual.values():
            terms.update([word, f"c:{word}"])
        if terms.pop(f"t:{said}", 0):
            terms[f"t:{name}"] += 1
        head = tuple(usual.get(word, word) for word in head)
    if capital is not None:
        terms.update([f"t:{capital}", *(f"c:{w}" for w in capital.split())])
    return Account(terms, lead, published, tuple(events), head=head, sites=places)


def _same_words(said: str, name: str) -> bool:
    """Whether a place's usual name has as many words as the one that a text has for it: ``kiev`` and
    ``kyiv``, not ``sumy oblast`` and ``sumy``."""
    return len(_WORD.findall(said)) == len(_WORD.findall(name))


_CAPITAL = re.compile(
    r"(?<!provincial )(?<!regional )(?<!state )\b(?:(?P<whose>[^\W\d_a-zа-яіїєґ][\w-]+)(?:['’]s)? |the )capital(?:['’]s)?\b(?! (?:of|city of|punishment)\b)"
)


def _capital(text: str, countries: Mapping[str, int]) -> str | None:
    """Return the folded name of the capital that a text only calls so: ``the Somali capital``, or
    ``the capital`` of the country that it names most."""
    m = _CAPITAL.search(text[:_NEAR])
    if m is None:
        return None
    if m["whose"]:
        country = gazetteer.country_of(m["whose"])
    else:
        country = max(countries, key=lambda c: countries[c], default=None)
    name = gazetteer.capital_of(country) if country else None
    return fold(name) if name else None


def words_of(account: Account) -> list[str]:
    """Return the terms that are plain words: what an account can be found by."""
    return [t for t in account.terms if t[0] != "#" and t[1:2] != ":"]


def of_incident(
    values: Mapping[str, Any], texts: Iterable[str], published: str | None = None
) -> Account:
    """Return the account of a recorded incident: its fields (lists as lists), the sentences that
    report it, and the earliest day on which one of them was published."""
    texts = list(texts)
    parts = [str(values[name]) for name in ("title", "summary", "place_text") if values.get(name)]
    for name in (*_LISTS, "tags"):
        parts += [str(v) for v in values.get(name) or ()]
    whole = "\n".join([*parts, *texts])[:LONGEST]
    event = _event(values)
    terms = _terms(whole)
    if values.get("date_basis") == "inferred":
        # an analyst kept it: no longer a guess, but news tells of yesterday
        event = replace(_event({**values, "date_basis": None}), slack=SLACK)
    elif event.exact:
        terms[f"d:{event.first}"] += 1
    if event.place and event.precision < 6:
        terms[f"p:{event.place}/{event.country}"] += 1
    head, longer = _head(str(values.get("title") or ""), "\n".join(texts))
    places = _with_localities(terms, whole, event.targets, longer)
    return Account(
        terms, _words(whole[:LEAD]), ordinal(published), (event,), recorded=True, head=head,
        sites=places,
    )  # fmt: skip
