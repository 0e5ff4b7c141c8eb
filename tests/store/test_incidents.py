"""Incidents: claims fill what is empty, links read both ways, deleting takes all of it."""

from __future__ import annotations

import pytest

from store import edits, importers, incidents
from store.errors import RefusedError
from store.history import Edit
from store.incidents import BY_NAME, NewClaim, parse_value, show_value
from store.library import Library
from store.records import Incident, Incoming


def _create(library: Library, title: str, *claims: NewClaim) -> int:
    return edits.apply(
        library,
        "incident",
        title,
        lambda e: incidents.create(e, 1, (0, 7, "Ukraine"), title, claims),
    )


def _get(library: Library, number: int) -> Incident:
    with library.reading() as connection:
        found = incidents.get(connection, number)
    assert found is not None
    return found


def test_a_second_report_fills_only_what_is_empty(seeded: Library) -> None:
    first = _create(
        seeded, "Strike", NewClaim("place_name", "Engels"), NewClaim("weapons", "drones")
    )
    edits.apply(
        seeded, "report", "r",
        lambda e: incidents.add_report(
            e, first, 1, (0, 7, "Ukraine"),
            [NewClaim("place_name", "Saratov"), NewClaim("killed_best", "3"),
             NewClaim("weapons", "missiles")],
        ),
    )  # fmt: skip
    incident = _get(seeded, first)
    assert incident.values["place_name"] == "Engels" and incident.values["killed_best"] == 3
    with seeded.reading() as connection:
        reports = incidents.reports_of(connection, first)
    assert [c.value for r in reports for c in r.claims] == [
        "Engels",
        "drones",
        "Saratov",
        "3",
        "missiles",
    ]
    edits.apply(
        seeded, "choose", "c", lambda e: incidents.choose_claim(e, incident, reports[1].claims[0])
    )
    now = _get(seeded, first)
    assert now.values["place_name"] == "Saratov"
    edits.apply(
        seeded, "choose", "c", lambda e: incidents.choose_claim(e, now, reports[1].claims[2])
    )
    assert _get(seeded, first).values["weapons"] == '["drones", "missiles"]'


def test_a_link_given_backwards_is_stored_forwards(seeded: Library) -> None:
    a, b = _create(seeded, "A"), _create(seeded, "B")
    book = seeded.codebook()
    edits.apply(seeded, "link", "l", lambda e: incidents.link(e, book, a, b, "has_part", "because"))
    with seeded.reading() as connection:
        (link,) = incidents.links_of(connection, a)
    assert (link.from_id, link.relation, link.to_id, link.note) == (b, "part_of", a, "because")
    for relation, one, other in (("part_of", b, a), ("has_part", a, b)):
        with pytest.raises(RefusedError, match="already"):
            edits.apply(
                seeded, "link", "l",
                lambda e, r=relation, x=one, y=other: incidents.link(e, book, x, y, r),  # type: ignore[misc]
            )  # fmt: skip
    with pytest.raises(RefusedError, match="itself"):
        edits.apply(seeded, "link", "l", lambda e: incidents.link(e, book, a, a, "related"))


def test_deleting_an_incident_takes_reports_and_links_and_undo_gives_all_back(
    seeded: Library,
) -> None:
    a, b = _create(seeded, "A", NewClaim("actors", "x")), _create(seeded, "B")
    book = seeded.codebook()
    edits.apply(seeded, "link", "l", lambda e: incidents.link(e, book, a, b, "related"))
    edits.apply(seeded, "delete", "d", lambda e: incidents.delete(e, _get(seeded, a)))
    with seeded.reading() as connection:
        assert [i.title for i in incidents.all_incidents(connection)] == ["B"]
        assert incidents.links_of(connection, b) == []
        assert len(incidents.reports_in(connection, 1)) == 1
    edits.undo(seeded).result()
    with seeded.reading() as connection:
        assert len(incidents.links_of(connection, b)) == 1
        assert len(incidents.reports_of(connection, a)[0].claims) == 1


@pytest.mark.parametrize(
    ("name", "typed", "stored"),
    [
        ("killed_best", "", None),
        ("killed_best", " 12 ", 12),
        ("lat", "51,48", 51.48),
        ("actors", "a; b ;; a", '["a", "b"]'),
        ("place_name", "  two   words ", "two words"),
    ],
)
def test_values(name: str, typed: str, stored: object) -> None:
    field = BY_NAME[name]
    assert parse_value(field, typed) == stored
    assert parse_value(field, show_value(field, parse_value(field, typed))) == stored


@pytest.mark.parametrize(
    ("name", "typed"),
    [("killed_best", "three"), ("killed_best", "-1"), ("lat", "91"), ("lon", "x")],
)
def test_values_that_do_not_fit_are_refused_in_words(name: str, typed: str) -> None:
    with pytest.raises(ValueError, match=BY_NAME[name].title):
        parse_value(BY_NAME[name], typed)


def test_every_code_field_has_its_list(library: Library) -> None:
    book = library.codebook()
    for field in incidents.FIELDS:
        if field.kind == "code":
            assert incidents.code_values(book, field), field.name


def test_a_corrected_date_resolves_dates_again_but_not_what_the_analyst_set(
    seeded: Library,
) -> None:
    claims = [
        NewClaim("date_text", "Tuesday"),
        NewClaim("date_start", "2025-01-14"),
        NewClaim("date_end", "2025-01-14"),
    ]
    number = _create(seeded, "Strike", *claims)
    edits.apply(
        seeded,
        "field",
        "f",
        lambda e: incidents.set_field(e, _get(seeded, number), "date_end", "2025-01-20"),
    )
    resolved = {"date_start": "2025-02-11", "date_end": "2025-02-11"}
    changed = edits.apply(
        seeded, "metadata", "m", lambda e: incidents.redate(e, 1, lambda words: resolved)
    )
    assert changed == 2
    values = _get(seeded, number).values
    assert (values["date_start"], values["date_end"]) == ("2025-02-11", "2025-01-20")
    edits.undo(seeded).result()
    assert _get(seeded, number).values["date_start"] == "2025-01-14"


@pytest.mark.parametrize(
    ("title", "after"),
    [
        ("Drone strike, Engels, 2024-03-04", "Drone strike, Saratov, 2024-03-05"),
        ("Engels, again", "Engels, again"),
        ("A strike on Engels, 2024-03-04", "A strike on Engels, 2024-03-05"),
    ],
)
def test_a_title_that_ends_in_place_and_day_follows_them(
    seeded: Library, title: str, after: str
) -> None:
    told = {"place_name": "Engels", "date_start": "2024-03-04", "date_end": "2024-03-04"}
    number = _create(seeded, title, *(NewClaim(n, v) for n, v in told.items()))
    for name, value in (("place_name", "Saratov"), ("date_start", "2024-03-05")):

        def work(edit: Edit, name: str = name, value: str = value) -> None:
            incidents.set_field(edit, _get(seeded, number), name, value)

        edits.apply(seeded, "field", "f", work)
    assert _get(seeded, number).title == after
    edits.undo(seeded).result()
    assert _get(seeded, number).values["date_start"] == "2024-03-04"
    assert "2024-03-05" not in _get(seeded, number).title


def test_a_day_that_is_set_takes_along_what_goes_with_it(seeded: Library) -> None:
    told = {"date_start": "2024-03-04", "date_end": "2024-03-04", "date_precision": "1 day",
            "date_basis": "inferred"}  # fmt: skip
    number = _create(seeded, "Strike", *(NewClaim(n, v) for n, v in told.items()))

    def becomes(name: str, typed: str) -> list[object]:
        incident = _get(seeded, number)
        edits.apply(seeded, "f", "f", lambda e: incidents.set_field(e, incident, name, typed))
        return [_get(seeded, number).values[n] for n in told]

    assert becomes("date_start", "2024-03-10") == ["2024-03-10", "2024-03-10", "1 day", "explicit"]
    assert becomes("date_end", "2024-03-12") == [
        "2024-03-10", "2024-03-12", "2 two to six days", "explicit",
    ]  # fmt: skip
    assert becomes("date_start", "2024-03") == ["2024-03", "2024-03-12", "4 month", "explicit"]
    with pytest.raises(ValueError, match="would be before"):
        incidents.fitting(_get(seeded, number), BY_NAME["date_start"], "2024-04-01")
    assert becomes("date_start", "") == [None, "2024-03-12", None, None]


def test_a_date_that_came_from_another_article_stays(seeded: Library) -> None:
    importers.store(seeded, [Incoming("Another text.")])
    claims = [NewClaim("date_text", "Tuesday"), NewClaim("date_start", "2025-01-14")]
    number = _create(seeded, "Strike", *claims)
    edits.apply(
        seeded,
        "report",
        "r",
        lambda e: incidents.add_report(e, number, 2, (0, 7, "Another"), claims),
    )
    edits.apply(
        seeded,
        "m",
        "m",
        lambda e: incidents.redate(e, 2, lambda words: {"date_start": "2025-02-18"}),
    )
    assert _get(seeded, number).values["date_start"] == "2025-01-14"


@pytest.mark.parametrize(
    "day",
    ["yesterday", "31 June 2025", "19 May 2025 or so", "2025-13-45", "2025-02-30", "25-01-14"],
)
def test_a_day_that_there_is_not_is_refused(day: str) -> None:
    with pytest.raises(ValueError, match="2025-01-14"):
        incidents.parse_value(incidents.BY_NAME["date_start"], day)


def test_days_with_an_open_year_and_countries() -> None:
    for day in ("2025-01-14", "2025-01", "2025", "XXXX-02-29"):
        assert incidents.parse_value(incidents.BY_NAME["date_end"], day) == day
    for typed, day in (("19 May 2025", "2025-05-19"), ("Jan. 14", "XXXX-01-14"), ("14 January", "XXXX-01-14")):  # fmt: skip
        assert incidents.parse_value(incidents.BY_NAME["date_start"], typed) == day
    assert incidents.parse_value(incidents.BY_NAME["country"], "ukr") == "UKR"
    with pytest.raises(ValueError, match="three letters"):
        incidents.parse_value(incidents.BY_NAME["country"], "SUDAN")


def test_every_report_of_an_incident_brings_its_paragraph(seeded: Library) -> None:
    number = _create(seeded, "Strike")
    for _ in range(13):
        edits.apply(
            seeded, "report", "r",
            lambda e: incidents.add_report(e, number, 1, (0, 7, "Ukraine"), []),
        )  # fmt: skip
    with seeded.reading() as connection:
        texts, _ = incidents.told_in(connection, number, 100, 200)
        some, _ = incidents.told_in(connection, number, 100, 200, 12)
        assert len(texts) == len(incidents.reports_of(connection, number)) == 14
    assert some == texts[:12] and all(text.startswith("Ukraine") for text in texts)
