"""Filters: what is typed narrows the list, reads back the same, and is refused in words."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import articles, edits, filters, mentions, notes, tags
from store.filters import Filter
from store.library import Library
from store.records import STATUSES, Incoming, Suggestion


@pytest.fixture
def shelf(library: Library) -> Library:
    """Four articles that differ in everything a filter asks for."""
    items = [
        Incoming("Drones struck Engels.", title="Beta", source="BBC News", date="2025-01-14"),
        Incoming("Shelling in Kharkiv.", title="alpha", source="TASS", date="2025-02-01T06:30"),
        Incoming("Talks in Kyiv about drones.", title="Gamma", date="2024"),
        Incoming("Undated rumours.", title="delta", source="bbc"),
    ]
    for item in items:
        ready = articles.prepare(item)
        library.write(lambda c, ready=ready: articles.store(c, ready))  # type: ignore[misc]
    for number, spans in (
        (1, [Suggestion(14, 20, "GPE")]),
        (3, [Suggestion(9, 13, "GPE"), Suggestion(20, 26, "WEAPON")]),
    ):
        library.write(
            lambda c, n=number, s=spans: mentions.replace_suggestions(c, n, s, "fp", None)  # type: ignore[misc]
        )
    with library.reading() as connection:
        first, third = articles.get(connection, 1), articles.get(connection, 3)
        kyiv = mentions.of_article(connection, 3)[0]
    assert first is not None and third is not None
    edits.apply(library, "tag", "t", lambda e: tags.set_tags(e, "article", first.uid, ["Air War"]))
    edits.apply(library, "note", "n", lambda e: notes.set_body(e, "article", third.uid, "see"))
    edits.apply(library, "status", "s", lambda e: articles.set_status(e, third, "done"))
    edits.apply(library, "accept", "a", lambda e: mentions.accept(e, kyiv))
    return library


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", [2, 1, 3, 4]),
        ("sort:oldest", [3, 1, 2, 4]),
        ("sort:title", [2, 1, 4, 3]),
        ("sort:unreviewed", [3, 1, 4, 2]),
        ("sort:added", [4, 3, 2, 1]),
        ("sort:source", [3, 4, 1, 2]),
        ("status:done", [3]),
        ("status:unread,done drones", [1, 3]),
        ('tag:"air war"', [1]),
        ("source:bbc", [1, 4]),
        ("date:2025-01", [1]),
        ("date:2025-01..2025-02-01", [2, 1]),
        ("date:..2024", [3]),
        ("date:2025..", [2, 1]),
        ("label:weapon", [3]),
        ("entity:Kyiv", [3]),
        ("entity:engels", [1]),
        ("has:notes", [3]),
        ("-has:notes has:date", [2, 1]),
        ("unreviewed:1", [1, 3]),
        ("unreviewed:>1", []),
        ("drones label:GPE -kyiv", [1]),
        ("has:unreviewed status:unread drones source:bbc tag:\"Air War\"", [1]),
    ],
)  # fmt: skip
def test_filters_compose(shelf: Library, line: str, expected: list[int]) -> None:
    with shelf.reading() as connection:
        assert articles.ids(connection, filters.parse(line)) == expected


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("status:read", "there are unread"),
        ("colour:red", "is not a filter; there are status:"),
        ("date:yesterday", "write 2025"),
        ("date:2025-13", "write 2025"),
        ("date:2025-03..2025-01", "before the first"),
        ("sort:size", "there are newest"),
        ("has:tanks", "there are notes"),
        ("unreviewed:many", "write a number"),
        ("-tag:x", "only has:"),
    ],
)
def test_what_is_no_filter_is_refused_in_words(line: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        filters.parse(line)


def test_an_address_is_no_filter() -> None:
    assert filters.parse("https://example.org drone").query == "https://example.org drone"


_WORD = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=8)
_NAME = st.text(st.characters(categories=["L", "Nd", "Po", "Zs"]), min_size=1, max_size=9)
_DAY = st.dates().map(str) | st.just("")
FILTERS = st.builds(
    Filter,
    statuses=st.lists(st.sampled_from(STATUSES), max_size=2, unique=True).map(tuple),
    label=st.sampled_from(["", "GPE", "WEAPON"]),
    query=st.lists(_WORD, max_size=3).map(" ".join),
    tags=st.lists(_NAME, max_size=2).map(tuple),
    source=st.just("") | _WORD,
    since=_DAY,
    until=_DAY,
    entity=st.just("") | _NAME,
    has=st.lists(st.sampled_from(["notes", "-notes", "incidents", "-date"]), max_size=2).map(tuple),
    unreviewed=st.integers(0, 9),
    sort=st.sampled_from(sorted(filters.SORTS)),
)


@given(chosen=FILTERS)
def test_a_filter_reads_back_from_its_line(chosen: Filter) -> None:
    if chosen.since and chosen.until:  # no range that ends before it begins
        since, until = sorted((chosen.since, chosen.until))
        chosen = dataclasses.replace(chosen, since=since, until=until)
    assert filters.parse(filters.line(chosen)) == chosen


@given(line=st.text(max_size=80))
def test_whatever_is_typed_is_a_filter_or_a_line_of_refusal(line: str) -> None:
    try:
        filters.parse(line)
    except ValueError as problem:
        assert str(problem) and "\n" not in str(problem).replace(line, "")


def test_saved_filters_stay_with_the_library(shelf: Library, tmp_path: Path) -> None:
    chosen = filters.parse("tag:x sort:title drone")
    shelf.write(lambda c: filters.save(c, "mine", filters.line(chosen)))
    shelf.write(lambda c: filters.save(c, "other", "x"))
    shelf.write(lambda c: filters.save(c, "other", None))
    shelf.write(lambda c: filters.save(c, "mine", "type:attack", "incidents"))
    with shelf.reading() as connection:
        assert filters.saved(connection) == {"mine": "tag:x sort:title drone"}
