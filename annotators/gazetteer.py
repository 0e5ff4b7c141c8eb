"""Names of places, and which place is meant.

`lookup` asks the file ``data/gazetteer.sqlite`` for all places of a name; nothing is read in at
start. `rank` orders them by what the text says: the countries it names, a region named beside, what
kind of place the words ask for, and how many people live there. The runners-up are kept, so that an
analyst can switch.

Sources: GeoNames (CC BY 4.0), airportsdata (MIT), and our own list of places of wars. The scores
were set by hand on a part of the development data; docs/annotation.md has the figures.
"""

from __future__ import annotations

import csv
import hashlib
import math
import re
import sqlite3
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Any

KINDS = ("country", "region", "district", "city", "area", "sea", "river", "island", "airport", "facility")  # fmt: skip
"""Kinds of place, in the order in which the file numbers them."""

PRECISION = {
    "country": 6, "region": 4, "district": 3, "city": 1, "area": 5, "sea": 7, "river": 5,
    "island": 1, "airport": 1, "facility": 1,
}  # fmt: skip
"""UCDP's where_prec of a place that is known by a name of this kind."""

_WORDS = {
    "region": "oblast region province governorate state department krai republic voivodeship county "
    "prefecture wilayah emirate canton muhafazah division",
    "district": "district raion subdistrict tehsil territory municipality zone commune cercle woreda "
    "subregion locality",
    "city": "city town village settlement capital suburb township",
    "airport": "airport airfield airbase base",
    "facility": "camp crossing dam bridge plant port",
}
_KIND_OF_WORD = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_ARTICLES = frozenset(["al", "el", "ad", "as", "ash", "ar", "an", "at", "az", "the", "ez"])


@lru_cache(maxsize=16_384)
def fold(name: str) -> str:
    """Return a name in the form that spellings are compared in: no case, accents, apostrophes or
    hyphens, and no Arabic article in front."""
    low = "".join(
        c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c)
    )
    low = low.replace("ł", "l").replace("ø", "o").replace("ı", "i").replace("đ", "d")
    low = re.sub(r"['’ʼʻ`´]", "", low)
    words = re.findall(r"\w+", low)
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    return " ".join(words)


def key(name: str) -> int:
    """Return the number under which the file holds a spelling."""
    digest = hashlib.blake2b(fold(name).encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big")


@dataclass(frozen=True)
class Place:
    """One place. ``country`` is ISO 3166-1 alpha-3, empty for a sea between countries."""

    id: int
    name: str
    lat: float
    lon: float
    country: str
    admin1: str | None
    kind: str
    population: int

    @property
    def precision(self) -> int:
        """How exactly a name of this kind tells where something happened (UCDP's where_prec)."""
        return PRECISION[self.kind]

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Place:
        """Return the place of a record that `record` made."""
        kind = next(k for k, precision in PRECISION.items() if precision == record["precision"])
        kind = "city" if record["precision"] == 1 else kind
        return cls(0, record["name"], record["lat"], record["lon"], record.get("country") or "",
                   record.get("admin1"), kind, 0)  # fmt: skip

    def record(self) -> dict[str, str | float | int | None]:
        """Return the place as `annotate` writes it."""
        return {
            "name": self.name, "country": self.country or None, "admin1": self.admin1,
            "lat": self.lat, "lon": self.lon, "precision": self.precision,
        }  # fmt: skip


@dataclass
class Context:
    """What a text tells about where it happens: countries by ISO code with their weight, and
    regions that it names, folded."""

    countries: Mapping[str, float] = field(default_factory=dict)
    regions: frozenset[str] = frozenset()


def kind_of_word(word: str) -> str | None:
    """Return the kind of place that a common noun asks for (``oblast``: region)."""
    return _KIND_OF_WORD.get(word.lower())


@cache
def _file() -> sqlite3.Connection:
    path = resources.files("annotators.data").joinpath("gazetteer.sqlite")
    uri = f"file:{path}?mode=ro&immutable=1".replace("#", "%23")
    return sqlite3.connect(uri, uri=True, check_same_thread=False)


def version() -> bytes:
    """Return what tells two builds of the file apart, without reading it: SQLite's own counters in
    its first hundred bytes, and how many pages it has."""
    with resources.files("annotators.data").joinpath("gazetteer.sqlite").open("rb") as file:
        return file.read(100)


@lru_cache(maxsize=4096)
def lookup(name: str) -> tuple[Place, ...]:
    """Return every place that is spelled so, the most people first."""
    if not fold(name):
        return ()
    rows = _file().execute(
        "SELECT p.id, p.name, p.lat, p.lon, p.country, r.name, p.kind, p.population"
        " FROM spelling s JOIN place p ON p.id = s.place LEFT JOIN region r ON r.id = p.region"
        " WHERE s.key = ? ORDER BY p.population DESC",
        (key(name),),
    )
    return tuple(
        Place(i, n, lat / 1e4, lon / 1e4, country, region, KINDS[kind], population)
        for i, n, lat, lon, country, region, kind, population in rows
    )


@cache
def _table() -> list[dict[str, str]]:
    text = resources.files("annotators.data").joinpath("countries.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def demonyms() -> dict[str, str]:
    """Return the country of each demonym, in lower case (``ukrainians``: ``UKR``)."""
    return {
        demonym.lower(): row["iso3"]
        for row in _table()
        for demonym in row["demonyms"].split(";")
        if demonym
    }


@cache
def capital_of(country: str) -> str | None:
    """Return the name of the capital of a country given by its ISO code, None where none is known."""
    return {row["iso3"]: row["capital"] for row in _table()}.get(country) or None


@cache
def country_of(name: str) -> str | None:
    """Return the ISO code of a country called ``name``, also by an adjective or a demonym."""
    for place in lookup(name):
        if place.kind == "country":
            return place.country
    return demonyms().get(name.lower())


def split_kind(name: str) -> tuple[str, str | None]:
    """Return a name without the word that says its kind, and that kind: ``Sumy Oblast`` is
    (``Sumy``, ``region``), ``city of Sumy`` is (``Sumy``, ``city``)."""
    words = name.split()
    if len(words) > 1 and (kind := _KIND_OF_WORD.get(fold(words[-1]))):
        return " ".join(words[:-1]), kind
    m = re.match(r"(?:the )?(\w+) of (?=[A-Z])", name) if " of " in name else None
    if m and (kind := _KIND_OF_WORD.get(m[1].lower())):
        return name[m.end() :], kind
    return name, None


@cache
def _countries() -> tuple[Place, ...]:
    rows = _file().execute(
        "SELECT p.id, p.name, p.lat, p.lon, p.country, p.population FROM place p WHERE p.kind = ?",
        (KINDS.index("country"),),
    )
    return tuple(
        Place(i, n, lat / 1e4, lon / 1e4, country, None, "country", population)
        for i, n, lat, lon, country, population in rows
    )


def candidates(name: str, asked: str | None = None) -> list[Place]:
    """Return the places that ``name`` may mean. Where the words ask for a region that has no entry
    of its own, the region of the town it is called after stands in."""
    found = list(lookup(name))
    if not found and (code := demonyms().get(name.lower())):
        found = [p for p in _countries() if p.country == code]
    base, kind = split_kind(name)
    kind = asked or kind
    if kind and base != name:
        found += [p for p in lookup(base) if p not in found]
    if kind == "region" and not any(p.kind in ("region", "area") for p in found):
        for town in [p for p in found if p.kind == "city"][:3]:
            if town.admin1:
                found += [p for p in lookup(town.admin1) if p.kind == "region" and p.country == town.country]  # fmt: skip
    if not found and (m := _PART_OF.match(name)):
        found = [p for p in lookup(name[m.end() :]) if p.kind == "city"]
    for suffix in ("s", "y"):  # Kurds’, -iy against -y
        if not found and name.endswith(suffix * 1) and len(name) > 5 and suffix == "y":
            found = list(lookup(name[:-1] + "iy") or lookup(name[:-1] + "yy"))
    return found


_PART_OF = re.compile(
    r".*\b(?i:district|suburbs?|neighbou?rhood|quarter|outskirts) (?:of|in) (?:the )?(?=[A-ZÀ-Ž])"
)
"""A part of a town that has no entry of its own: the town is as near as it gets."""


def _article(name: str) -> bool:
    """Whether a name begins with an article that comparing leaves out."""
    first = name.split("-")[0].split(" ")[0].lower() if name else ""
    return (first in _ARTICLES and first not in ("al", "el")) or (
        first in ("al", "el") and "-" not in name
    )


def rank(
    name: str, context: Context, asked: str | None = None, beside: Sequence[str] = ()
) -> list[Place]:
    """Return the places that ``name`` may mean, the likeliest first; empty where none is known.

    ``asked`` is the kind that the words around ask for; ``beside`` are names of wider places that
    stand right behind (``Atme, Idlib Governorate, Syria``).
    """
    wanted = asked or split_kind(name)[1]
    near_countries = {c for n in beside if (c := country_of(n))}
    near_regions = {fold(split_kind(n)[0]) for n in beside}
    plain, article = fold(name), _article(name)

    def score(place: Place) -> float:
        alike = fold(place.name) == plain
        value = math.log10(place.population + 30) if place.kind == "city" else 4.5
        if place.kind == "country":
            value += 6
        if place.kind in ("area", "sea", "river", "island") or (
            place.kind in ("airport", "facility") and alike
        ):
            value += 2.5
        exact = alike and _article(place.name) == article
        if place.kind == "region" and place.country == "USA":
            value += 1.2  # states are called by their name alone
        if place.kind == "city" and place.population > 1_000_000 and exact:
            value += 2
        if place.kind == "city" and place.population > 100_000 and wanted is None:
            value += 1  # a town rather than the region around it that is called the same
        at_home = 4 * context.countries.get(place.country, 0)
        if place.kind == "city" and place.population < 10_000 and not exact:
            at_home = min(at_home, 1.5)  # a hamlet that is also spelled so
        value += at_home
        if place.country in near_countries:
            value += 6
        if place.admin1 and fold(split_kind(place.admin1)[0]) in near_regions:
            value += 5
        elif place.admin1 and fold(place.admin1) in context.regions and place.kind == "city":
            value += 1.5
        if wanted is not None:
            kinds = {"region": ("region", "area", "district"), "district": ("district", "city"),
                     "city": ("city",), "airport": ("airport",),
                     "facility": ("facility", "airport")}[wanted]  # fmt: skip
            value += 4 if place.kind == kinds[0] else 2.5 if place.kind in kinds else -2
        if exact:
            value += 1.6
        elif alike:
            value -= 1.5  # `Congo` is not `El Congo`
        else:  # `Sloviansk` is Slovyansk before it is Nikopol, which was once called so
            value += 1.2 * _likeness(fold(place.name), plain)
        return value

    found = candidates(name, wanted)
    return sorted(found, key=score, reverse=True) if len(found) > 1 else found


def _likeness(a: str, b: str) -> float:
    """Return how many pairs of letters two names share, 0 to 1 (Dice)."""
    pairs = [{name[n : n + 2] for n in range(len(name) - 1)} for name in (a, b)]
    return 2 * len(pairs[0] & pairs[1]) / max(1, len(pairs[0]) + len(pairs[1]))
