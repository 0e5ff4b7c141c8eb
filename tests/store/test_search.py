"""Search finds what is there, and takes whatever is typed."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import articles, filters, search
from store.library import Library
from store.records import Incoming

TEXTS = (
    "The fuel depot in Engels burned. U.N. staff left.",
    "A depot of fuel in Kazan; o'brien said nothing.",
    "Київ and Séléka fighters.",
)


@pytest.fixture
def full(library: Library) -> Library:
    for text in TEXTS:
        item = articles.prepare(Incoming(text))
        library.write(lambda c, item=item: articles.store(c, item))  # type: ignore[misc]
    return library


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("depot", {1, 2}),
        ('"fuel depot"', {1}),
        ("depot -engels", {2}),
        ("burn*", {1}),
        ("U.N.", {1}),
        ("o'brien", {2}),
        ("seleka", {3}),
        ("київ", {3}),
        ("fuel AND NOT", set()),
        ("-depot", set()),
        ("", {1, 2, 3}),
    ],
)
def test_queries(full: Library, query: str, expected: set[int]) -> None:
    with full.reading() as connection:
        assert set(articles.ids(connection, filters.Filter(query=query))) == expected


@settings(max_examples=300, deadline=None)
@given(query=st.one_of(st.text(), st.text('"*-() AND OR NOT NEAR:^{}\x00ab', max_size=60)))
def test_no_query_fails(query: str) -> None:
    with Library.open(_memory()) as library, library.reading() as connection:
        search.search(connection, query)


_PATH: list[Path] = []


def _memory() -> Path:
    if not _PATH:
        _PATH.append(Path(tempfile.mkdtemp()) / "l.db")
    return _PATH[0]


def test_a_snippet_shows_the_hit(full: Library) -> None:
    with full.reading() as connection:
        (hit,) = search.search(connection, '"fuel depot"')
    assert "⟦fuel depot⟧" in hit.snippet


def test_deleted_articles_are_not_found(full: Library) -> None:
    from store import edits

    with full.reading() as connection:
        article = articles.get(connection, 1)
    assert article is not None
    edits.apply(full, "delete", "d", lambda e: e.delete("article", article.uid))
    with full.reading() as connection:
        assert articles.ids(connection, filters.Filter(query="engels")) == []
        assert not search.search(connection, "engels")
    edits.undo(full).result()
    with full.reading() as connection:
        assert articles.ids(connection, filters.Filter(query="engels")) == [1]


def test_filters_compose(full: Library) -> None:
    with full.reading() as connection:
        chosen = filters.Filter(statuses=("done",), query="depot")
        assert articles.ids(connection, chosen) == []
        assert articles.ids(connection, filters.Filter(label="GPE")) == []
