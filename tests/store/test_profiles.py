"""Incidents in the columns and codes of ACLED and UCDP GED."""

from __future__ import annotations

import io
import json
from collections import Counter

import pandas as pd
import pytest

from store import codebook, edits, incidents
from store.exporters import codes, csv_files, geojson, profiles
from store.incidents import NewClaim
from store.library import Library
from tests.conftest import data_folder

STRIKE = {
    "type": "attack.drone_strike", "event_status": "occurred", "date_start": "2025-01-14",
    "date_end": "2025-01-14", "date_precision": "1 day", "place_name": "Engels", "admin1": "Saratov",
    "country": "RUS", "lat": "51.4839", "lon": "46.1053", "place_precision": "1 site or town",
    "actors": "Ukrainian forces", "target_actors": "residents", "killed_best": "3",
    "killed_min": "2", "killed_max": "5", "killed_civilians": "1",
}  # fmt: skip


def _record(library: Library, **changed: str | None) -> int:
    told = {**STRIKE, **changed}
    claims = [NewClaim(name, value) for name, value in told.items() if value is not None]
    return edits.apply(
        library, "i", "i", lambda e: incidents.create(e, 1, (0, 7, "Ukraine"), "Strike", claims)
    )


def _frame(library: Library, name: str) -> tuple[pd.DataFrame, Counter[str]]:
    left: Counter[str] = Counter()
    out = io.StringIO()
    profile = profiles.PROFILES[name]
    with library.reading() as connection:
        rows = profiles.rows(connection, library.codebook(), profile, left)
        csv_files.write_rows(profile.columns, rows, out, "exact")
    out.seek(0)
    return pd.read_csv(out, keep_default_na=False, na_values=[""]), left


def test_a_strike_is_an_acled_row_with_its_codes(seeded: Library) -> None:
    number = _record(seeded)
    frame, left = _frame(seeded, "acled")
    assert tuple(frame.columns) == profiles.ACLED_COLUMNS and not left
    row = frame.iloc[0]
    assert row.event_id_cnty == f"RUS{number}" and row.event_date == "2025-01-14"
    assert (row.event_type, row.sub_event_type) == (
        "Explosions/Remote violence",
        "Air/drone strike",
    )
    assert row.disorder_type == "Political violence"
    assert (row.iso, row.country, row.region) == (643, "Russia", "Europe")
    assert (row.time_precision, row.geo_precision, row.fatalities) == (1, 1, 3)
    assert row.civilian_targeting == "Civilian targeting"


def test_a_strike_is_a_ged_row_whose_deaths_add_up(seeded: Library) -> None:
    _record(seeded)
    frame, left = _frame(seeded, "ucdp")
    assert tuple(frame.columns) == profiles.UCDP_COLUMNS and not left
    row = frame.iloc[0]
    assert (row.best, row.low, row.high) == (3, 2, 5)
    assert row.deaths_civilians == 1 and row.deaths_unknown == 2 and pd.isna(row.deaths_a)
    assert (row.country, row.country_id, row.region) == ("Russia (Soviet Union)", 365, "Europe")
    assert (row.where_prec, row.date_prec, row.year, row.type_of_violence) == (1, 1, 2025, 3)
    assert row.geom_wkt == "POINT (46.1053 51.4839)"


@pytest.mark.parametrize(
    ("changed", "acled", "ucdp"),
    [
        ({"event_status": "planned"}, "status planned", "status planned"),
        ({"date_start": "XXXX-01-14"}, "no whole day", "no whole day"),
        ({"lat": None}, "no coordinates", "no coordinates"),
        ({"country": None}, "no country", "no country"),
        ({"type": "diplomacy.visit"}, "type diplomacy.visit", None),
        ({"place_precision": "6 country"}, "no place smaller than a country", None),
        ({"killed_best": "0", "killed_min": None, "killed_max": None, "killed_civilians": None},
         None, "no deaths"),
        ({"killed_best": None, "killed_min": None, "killed_max": None, "killed_civilians": None},
         None, "deaths not known"),
    ],
)  # fmt: skip
def test_what_a_data_set_does_not_take_is_left_out_and_counted(
    seeded: Library, changed: dict[str, str | None], acled: str | None, ucdp: str | None
) -> None:
    _record(seeded, **changed)
    for name, why in (("acled", acled), ("ucdp", ucdp)):
        frame, left = _frame(seeded, name)
        assert (len(frame), dict(left)) == ((1, {}) if why is None else (0, {why: 1}))


def test_unknown_deaths_stay_empty(seeded: Library) -> None:
    _record(seeded, killed_best=None, killed_min=None, killed_max=None, killed_civilians=None)
    frame, _ = _frame(seeded, "acled")
    assert pd.isna(frame.iloc[0].fatalities) and "not known" in frame.iloc[0].notes


def test_every_type_of_the_codebook_is_a_code_of_acled_or_none() -> None:
    assert len(profiles.EVENT_TYPE_OF) == 25
    for kind in codebook.default().types:
        assert kind.acled == "" or kind.acled in profiles.EVENT_TYPE_OF


def test_ged_columns_types_and_cells_are_those_of_the_original(seeded: Library) -> None:
    folder = data_folder()
    if folder is None:
        pytest.skip("CONFLICT_READER_DATA is not set")
    original = pd.read_csv(folder / "ucdp_ged_sample.csv")
    assert tuple(original.columns) == profiles.UCDP_COLUMNS
    _record(seeded)
    frame, _ = _frame(seeded, "ucdp")
    for name in frame.columns:
        ours, theirs = frame[name].dropna(), original[name].dropna()
        if len(ours) and len(theirs):
            numbers = [pd.api.types.is_numeric_dtype(x) for x in (ours, theirs)]
            assert numbers[0] == numbers[1], name
    cells = [
        profiles.priogrid(a, b) for a, b in zip(original.latitude, original.longitude, strict=True)
    ]
    assert cells == list(original.priogrid_gid)
    for code in ("where_prec", "date_prec", "event_clarity", "type_of_violence"):
        assert set(frame[code].dropna()) <= set(original[code])
    by_name = {c.ucdp_name: c for c in profiles.countries().values()}
    for country, number, region in zip(
        original.country, original.country_id, original.region, strict=True
    ):
        assert (by_name[country].gw, by_name[country].ucdp_region) == (str(number), region)


def test_geojson_has_a_feature_an_incident_and_the_codebook_all_its_codes(seeded: Library) -> None:
    _record(seeded)
    _record(seeded, lat=None)
    with seeded.reading() as connection:
        found = list(geojson.features(connection))
    json.dumps(found)
    assert found[0]["geometry"] is None or found[1]["geometry"] is None
    placed = next(f for f in found if f["geometry"])
    assert placed["geometry"] == {"type": "Point", "coordinates": [46.1053, 51.4839]}
    assert placed["properties"]["actors"] == ["Ukrainian forces"]  # type: ignore[index]
    book = codebook.default()
    rows = list(codes.rows(book))
    total = len(book.labels) + len(book.types) + len(book.relations)
    assert len(rows) == total + sum(len(v) for v in book.codes.values())
