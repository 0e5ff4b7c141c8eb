"""Incidents in the columns and codes of two data sets, ACLED and UCDP GED.

Column orders and code lists are theirs (docs/csv.md names the sources); what the library does not
hold stays empty: deaths that are not known are empty, never 0. What a data set does not take is left
out and counted by its reason: ACLED only takes what occurred, with a day, a place with coordinates
and a kind of event it knows; GED only what occurred and killed somebody.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from store import codebook, incidents
from store.records import Incident, Value

ACLED_COLUMNS = (
    "event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type",
    "sub_event_type", "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2",
    "interaction", "civilian_targeting", "iso", "region", "country", "admin1", "admin2", "admin3",
    "location", "latitude", "longitude", "geo_precision", "source", "source_scale", "notes",
    "fatalities", "tags", "timestamp",
)  # fmt: skip
"""ACLED's columns (its codebook, and its API's order)."""

_EVENT_TYPES = {
    "Battles": "Armed clash|Government regains territory|Non-state actor overtakes territory",
    "Explosions/Remote violence": "Chemical weapon|Air/drone strike|Suicide bomb"
    "|Shelling/artillery/missile attack|Remote explosive/landmine/IED|Grenade",
    "Violence against civilians": "Sexual violence|Attack|Abduction/forced disappearance",
    "Protests": "Peaceful protest|Protest with intervention|Excessive force against protesters",
    "Riots": "Violent demonstration|Mob violence",
    "Strategic developments": "Agreement|Arrests|Change to group/activity|Disrupted weapons use"
    "|Headquarters or base established|Looting/property destruction"
    "|Non-violent transfer of territory|Other",
}
EVENT_TYPE_OF = {sub: event for event, subs in _EVENT_TYPES.items() for sub in subs.split("|")}
"""ACLED's 25 sub-event types and the event type of each."""
_DISORDER = {
    "Battles": "Political violence", "Explosions/Remote violence": "Political violence",
    "Violence against civilians": "Political violence", "Riots": "Demonstrations",
    "Protests": "Demonstrations", "Strategic developments": "Strategic developments",
}  # fmt: skip
_DISORDER_OF = {
    "Excessive force against protesters": "Political violence; Demonstrations",
    "Mob violence": "Political violence",
}
"""Sub-event types whose disorder type is not that of their event type."""
_BY_WEAPON = (
    (r"drone|uav|aircraft|jet|air ?strike|helicopter|glide bomb", "Air/drone strike"),
    (r"missile|rocket|artillery|mortar|shell|howitzer|mlrs|himars", "Shelling/artillery/missile attack"),
    (r"ied|mine|car bomb|explosive", "Remote explosive/landmine/IED"),
    (r"grenade", "Grenade"),
    (r"gun|rifle|firearm|pistol|knife", "Attack"),
)  # fmt: skip
"""What an attack of no further kind is by its weapon."""
_TIME = {"1": 1, "2": 2, "3": 2, "4": 3, "5": 3}
_GEO = {"1": 1, "2": 2, "3": 3, "4": 3, "5": 3}
"""UCDP's precisions (ours) as ACLED's; a country or a sea alone is no place to ACLED."""

UCDP_COLUMNS = (
    "id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id",
    "conflict_new_id", "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name",
    "side_a_dset_id", "side_a_new_id", "side_a", "side_b_dset_id", "side_b_new_id", "side_b",
    "number_of_sources", "source_article", "source_office", "source_date", "source_headline",
    "source_original", "where_prec", "where_coordinates", "where_description", "adm_1", "adm_2",
    "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region",
    "event_clarity", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b",
    "deaths_civilians", "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob",
)  # fmt: skip
"""Columns of UCDP GED, in its order."""


@dataclass(frozen=True)
class Country:
    """A country: its codes and what each data set calls it and its region."""

    iso3: str
    iso: int
    name: str
    acled_region: str
    gw: str
    ucdp_name: str
    ucdp_region: str


@cache
def countries() -> dict[str, Country]:
    """Return the countries by ISO 3166-1 alpha-3."""
    text = resources.files("store").joinpath("data", "countries.csv").read_text("utf-8")
    return {
        row["iso3"]: Country(
            row["iso3"], int(row["iso"]), row["name"], row["acled_region"], row["gw"],
            row["ucdp_name"], row["ucdp_region"],
        )
        for row in csv.DictReader(text.splitlines())
    }  # fmt: skip


class LeftOut(ValueError):  # noqa: N818 - a verdict on a row, no failure
    """A data set does not take an incident; the message says why."""


@dataclass(frozen=True)
class _Account:
    """An incident with what its articles are."""

    incident: Incident
    sources: list[tuple[str, str, str]]  # publisher, day, title
    said_by: list[str]

    def text(self, name: str) -> str:
        value = self.incident.values[name]
        return "" if value is None or isinstance(value, bytes) else str(value)

    def list(self, name: str) -> list[str]:
        return json.loads(self.text(name)) if self.text(name) else []

    def day(self, name: str) -> dt.date | None:
        try:
            return dt.date.fromisoformat(self.text(name))
        except ValueError:
            return None

    @property
    def country(self) -> Country | None:
        return countries().get(self.text("country"))

    def code(self, name: str) -> str:
        return self.text(name)[:1]


def _required(account: _Account) -> tuple[dt.date, float, float, Country]:
    values = account.incident.values
    if values["event_status"] not in (None, "occurred"):
        raise LeftOut(f"status {account.text('event_status')}")
    day = account.day("date_start")
    if day is None:
        raise LeftOut("no whole day")
    if values["lat"] is None or values["lon"] is None:
        raise LeftOut("no coordinates")
    if account.country is None:
        raise LeftOut("no country")
    return day, float(values["lat"]), float(values["lon"]), account.country


def sub_event_of(kind: str, weapons: list[str], book: codebook.Codebook) -> str:
    """Return ACLED's sub-event type for one of ours, empty where it has none."""
    mapped = next((t.acled for t in book.types if t.id == kind), "")
    if mapped or not kind.startswith("attack"):
        return mapped
    told = " ".join(weapons).lower()
    return next((sub for pattern, sub in _BY_WEAPON if re.search(pattern, told)), "")


_CIVILIANS = re.compile(
    r"\bcivilian|\bresident|\bchild|\bvillager|\brefugee|\bjournalist|\bwom[ae]n\b", re.IGNORECASE
)


def acled_row(account: _Account, book: codebook.Codebook) -> tuple[Value, ...]:
    """Return an incident as a row of ACLED's columns.

    Raises:
        LeftOut: ACLED does not take it.
    """
    day, lat, lon, country = _required(account)
    sub = sub_event_of(account.text("type"), account.list("weapons"), book)
    if sub not in EVENT_TYPE_OF:
        raise LeftOut(f"type {account.text('type') or 'unknown'}")
    if account.code("place_precision") in ("6", "7"):
        raise LeftOut("no place smaller than a country")
    event = EVENT_TYPE_OF[sub]
    actors, targets = account.list("actors"), account.list("target_actors")
    hits_civilians = event == "Violence against civilians" or any(
        _CIVILIANS.search(t) for t in targets
    )
    deaths = account.incident.values["killed_best"]
    notes = account.text("summary") or account.incident.title
    if deaths is None:
        notes += " [fatalities not known]"
    return (
        f"{country.iso3}{account.incident.id}",
        day.isoformat(), day.year, _TIME.get(account.code("date_precision"), 1),
        _DISORDER_OF.get(sub, _DISORDER[event]), event, sub,
        actors[0] if actors else None, "; ".join(actors[1:]) or None, None,
        targets[0] if targets else None, "; ".join(targets[1:]) or None, None, None,
        "Civilian targeting" if hits_civilians else None,
        country.iso, country.acled_region, country.name, account.text("admin1") or None,
        account.text("admin2") or None, None, account.text("place_name") or None, lat, lon,
        _GEO.get(account.code("place_precision"), 1),
        "; ".join(dict.fromkeys(source for source, _, _ in account.sources if source)) or None,
        None, notes, deaths, "; ".join(account.list("tags")) or None,
        _timestamp(account.incident.changed),
    )  # fmt: skip


def _timestamp(at: str) -> int:
    return int(dt.datetime.fromisoformat(at.replace("Z", "+00:00")).timestamp())


def priogrid(lat: float, lon: float) -> int:
    """Return the number of the PRIO-GRID cell (half a degree) that a point lies in."""
    row = min(359, math.floor((lat + 90) * 2))
    column = min(719, math.floor((lon + 180) * 2))
    return row * 720 + column + 1


def _deaths(account: _Account) -> dict[str, int | None]:
    """Return GED's counts of deaths. ``best`` is the sum of its four parts there: what no part
    explains is unknown whose."""
    values = account.incident.values

    def number(name: str) -> int | None:
        value = values[f"killed_{name}"]
        return None if value is None else int(value)

    best = number("best") if number("best") is not None else number("min")
    parts = {
        "deaths_a": number("side_a"), "deaths_b": number("side_b"),
        "deaths_civilians": number("civilians"), "deaths_unknown": number("unknown"),
    }  # fmt: skip
    told = sum(part for part in parts.values() if part is not None)
    if best is None and told:
        best = told
    if best is not None and best > told:
        parts["deaths_unknown"] = (parts["deaths_unknown"] or 0) + best - told
    low, high = number("min"), number("max")
    return {
        **parts, "best": best, "low": best if low is None else low,
        "high": best if high is None else high,
    }  # fmt: skip


def ucdp_row(account: _Account, book: codebook.Codebook) -> tuple[Value, ...]:
    """Return an incident as a row of GED's columns.

    Raises:
        LeftOut: GED does not take it.
    """
    day, lat, lon, country = _required(account)
    deaths = _deaths(account)
    if deaths["best"] is None:
        raise LeftOut("deaths not known")
    if deaths["best"] == 0:
        raise LeftOut("no deaths")
    last = account.day("date_end") or day
    actors, targets = account.list("actors"), account.list("target_actors")
    civil = bool(targets) and all(_CIVILIANS.search(t) for t in targets)
    sides = (actors[0] if actors else None, "Civilians" if civil else targets[0] if targets else None)  # fmt: skip
    articles = ";".join(f'"{s},{d},{t.replace(chr(34), chr(39))}"' for s, d, t in account.sources)
    values: dict[str, Value] = {
        "id": account.incident.id,
        "relid": f"{country.iso3}-{day.year}-{account.incident.uid.hex()[:12]}",
        "year": day.year,
        "code_status": "Clear",
        "type_of_violence": 3 if civil else None,
        "dyad_name": " - ".join(s for s in sides if s) if all(sides) else None,
        "side_a": sides[0],
        "side_b": sides[1],
        "number_of_sources": len(account.sources),
        "source_article": articles or None,
        "source_office": ";".join(s for s, _, _ in account.sources) or None,
        "source_date": ";".join(d for _, d, _ in account.sources) or None,
        "source_headline": ";".join(t for _, _, t in account.sources) or None,
        "source_original": "; ".join(account.said_by) or None,
        "where_prec": int(account.code("place_precision") or 1),
        "where_coordinates": account.text("place_name") or None,
        "where_description": account.text("place_text") or account.text("facility") or None,
        "adm_1": account.text("admin1") or None,
        "adm_2": account.text("admin2") or None,
        "latitude": lat,
        "longitude": lon,
        "geom_wkt": f"POINT ({lon:g} {lat:g})",
        "priogrid_gid": priogrid(lat, lon),
        "country": country.ucdp_name,
        "country_id": int(country.gw) if country.gw else None,
        "region": country.ucdp_region,
        "event_clarity": int(account.code("clarity") or 1),
        "date_prec": _date_precision((last - day).days + 1),
        "date_start": day.isoformat(),
        "date_end": last.isoformat(),
        **deaths,
    }
    return tuple(values.get(column) for column in UCDP_COLUMNS)


def _date_precision(days: int) -> int:
    """Return GED's date_prec, which in its data is a matter of how many days an event may span."""
    return 1 if days <= 1 else 2 if days <= 6 else 3 if days == 7 else 4 if days <= 31 else 5


@dataclass(frozen=True)
class Profile:
    """One data set: its columns and how an incident becomes a row of it."""

    name: str
    columns: tuple[str, ...]
    row: Callable[[_Account, codebook.Codebook], tuple[Value, ...]]


PROFILES = {
    "acled": Profile("ACLED", ACLED_COLUMNS, acled_row),
    "ucdp": Profile("UCDP GED", UCDP_COLUMNS, ucdp_row),
}


def rows(
    connection: sqlite3.Connection, book: codebook.Codebook, profile: Profile, left: Counter[str]
) -> Iterator[tuple[Value, ...]]:
    """Yield an incident a row, earliest day first; ``left`` counts what is left out by its
    reason."""
    for incident in reversed(incidents.all_incidents(connection)):
        try:
            yield profile.row(_account(connection, incident), book)
        except LeftOut as why:
            left[str(why)] += 1


def _account(connection: sqlite3.Connection, incident: Incident) -> _Account:
    sources = connection.execute(
        "SELECT DISTINCT COALESCE(a.source, ''), COALESCE(substr(a.published, 1, 10), ''), a.title"
        " FROM incident_report x JOIN report r ON r.id = x.report_id"
        " JOIN article a ON a.id = r.article_id"
        " WHERE x.incident_id = ? AND x.deleted = 0 AND r.deleted = 0 ORDER BY a.published, a.id",
        (incident.id,),
    ).fetchall()
    said = connection.execute(
        "SELECT DISTINCT c.said_by FROM incident_report x JOIN claim c ON c.report_id = x.report_id"
        " WHERE x.incident_id = ? AND x.deleted = 0 AND c.deleted = 0 AND c.said_by IS NOT NULL"
        " ORDER BY c.id",
        (incident.id,),
    ).fetchall()
    return _Account(incident, sources, [words for (words,) in said])
