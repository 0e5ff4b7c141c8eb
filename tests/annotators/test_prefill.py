"""The first claims of a report, read off the marks of its sentence."""

from __future__ import annotations

import pytest

from annotators import pipeline, prefill
from annotators.casualties import counts, fields
from store import articles, importers, mentions
from store.library import Library
from store.records import Incoming

TEXT = (
    "Raid on Engels\n\nIn the city of Engels, also in the Saratov region, drones struck a fuel depot"
    " that had been damaged in an earlier attack on January 8. On January 14 the Russian military"
    " launched missiles. Shelling in Sumy killed 3 people, said Hamas. There were no fatalities."
)


@pytest.fixture
def claims(library: Library):  # type: ignore[no-untyped-def]
    item = articles.prepare(Incoming(TEXT, date="2025-01-15"))
    library.write(lambda c: articles.store(c, item))
    spans = [(TEXT.index(q), TEXT.index(q) + len(q), label) for q, label in
             (("January 8", "DATE"), ("January 14", "DATE"), ("Sumy", "GPE"))]  # fmt: skip
    run = pipeline.annotate(TEXT, spans)
    library.write(lambda c: mentions.replace_suggestions(c, 1, run, "fp", None))
    with library.reading() as connection:
        article = articles.get(connection, 1)
        marks = mentions.of_article(connection, 1)

    def of(words: str) -> dict[str, list[str]]:
        start = TEXT.index(words)
        assert article is not None
        _, found = prefill.report(article, TEXT, marks, start, start + len(words))
        out: dict[str, list[str]] = {}
        for claim in found:
            assert claim.start is not None and claim.quote == TEXT[claim.start : claim.end]
            out.setdefault(claim.field, []).append(claim.value)
        return out

    return of


def test_the_town_goes_before_its_region_and_another_events_day_is_left(claims) -> None:  # type: ignore[no-untyped-def]
    found = claims("drones struck a fuel depot")
    assert found["place_name"] == ["Engels"] and found["type"] == ["attack.drone_strike"]
    assert found["targets"] == ["fuel depot"] and found["weapons"] == ["drones"]
    assert "date_start" not in found


def test_day_and_actor(claims) -> None:  # type: ignore[no-untyped-def]
    found = claims("launched missiles")
    assert found["date_start"] == ["2025-01-14"] and found["date_precision"] == ["1 day"]
    assert found["actors"] == ["Russian military"] and found["type"] == ["attack.missile_strike"]


def test_casualties_and_denials(claims) -> None:  # type: ignore[no-untyped-def]
    assert claims("Shelling in Sumy")["killed_best"] == ["3"]
    found = claims("no fatalities")
    assert found["killed_best"] == ["0"] and "injured_best" not in found


def test_sentences() -> None:
    start = TEXT.index("launched")
    a, b = prefill.sentence_around(TEXT, start, start + 5)
    assert TEXT[a:b].startswith("On January 14") and TEXT[a:b].endswith("missiles.")


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("killing two firefighters", {"killed_best": 2}),
        ("wounding three others", {"injured_best": 3}),
        ("at least 4 people were killed", {"killed_min": 4}),
        ("killed up to 30", {"killed_max": 30}),
        ("killing four civilians", {"killed_best": 4, "killed_civilians": 4}),
        ("3 people were killed and 9 wounded", {"killed_best": 3, "injured_best": 9}),
        ("twenty-five dead", {"killed_best": 25}),
        ("1,200 injured", {"injured_best": 1200}),
        ("no casualties", {"killed_best": 0, "injured_best": 0}),
        ("no fatalities", {"killed_best": 0}),
        ("five were abducted", {"abducted": 5}),
        ("dozens killed", {"killed_min": 24}),
        ("two hundred people were killed", {"killed_best": 200}),
        ("about two dozen soldiers were wounded", {"injured_best": 24}),
        ("one hundred and twenty people were killed", {"killed_best": 120}),
        ("No fewer than 12 people were killed", {"killed_min": 12}),
    ],
)
def test_casualty_numbers(quote: str, expected: dict[str, int]) -> None:
    found = [fields(c) for c in counts(quote)]
    assert {k: v for one in found for k, v in one.items()} == expected


def test_the_day_of_a_dateline_is_not_the_day_of_the_event(library: Library) -> None:
    text = (
        "Strike\n\nKYIV, January 15, 2025 (Reuters) - Drones struck a depot overnight on Tuesday."
    )
    importers.store(library, [Incoming(text)])
    spans = [
        (text.index("January"), text.index(" (Reu"), "DATE"),
        (text.index("Tuesday"), text.index("."), "DATE"),
    ]
    run = pipeline.annotate(text, spans)
    library.write(lambda c: mentions.replace_suggestions(c, 1, run, "fp", None))
    with library.reading() as connection:
        article = articles.get(connection, 1)
        marks = mentions.of_article(connection, 1)
    assert article is not None and article.published == "2025-01-15"
    start = text.index("Drones")
    _, found = prefill.report(article, text, marks, start, start + 13)
    days = [c.value for c in found if c.field == "date_start"]
    assert days == ["2025-01-13"]  # the night to Tuesday
