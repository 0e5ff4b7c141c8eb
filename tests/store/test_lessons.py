"""What marks teach: where a name is suggested because it was marked so before."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import articles, edits, lessons, memory, mentions
from store.errors import RefusedError
from store.history import Edit
from store.lessons import LAYER, Lessons
from store.library import Library
from store.records import Incoming, Mention, Suggestion

FIRST = "Rusich fired. We saw Rusich there; we saw the base. The base was lost."
SECOND = "Later Rusich and the Rusich Group came to a base. RUSICH denied it."


@pytest.fixture
def two(library: Library) -> Library:
    for text in (FIRST, SECOND):
        ready = articles.prepare(Incoming(text))
        library.write(lambda c, ready=ready: articles.store(c, ready))  # type: ignore[misc]
    at = SECOND.index("Rusich Group")
    library.write(lambda c: mentions.replace_suggestions(c, 1, [], "fp", None))
    group = Suggestion(at, at + 12, "ORG", layer="ner")
    library.write(lambda c: mentions.replace_suggestions(c, 2, [group], "fp", None))
    return library


def _mark(library: Library, article: int, start: int, length: int, label: str) -> None:
    text = {1: FIRST, 2: SECOND}[article]
    edits.apply(
        library, "add", "a", lambda e: mentions.add(e, article, start, start + length, label, text)
    )


def _learned(library: Library, article: int) -> list[Mention]:
    with library.reading() as connection:
        return [
            m for m in mentions.of_article(connection, article) if m.layer == LAYER and not m.human
        ]


def _look(library: Library, taught: Lessons, article: int, since: int | None = None) -> int:
    return library.write(lambda c: lessons.bring_up_to_date(c, article, taught, since))[1]


def test_one_mark_of_a_name_is_enough_and_undo_takes_its_suggestions_back(two: Library) -> None:
    taught = Lessons()
    since = _look(two, taught, 1)
    _mark(two, 1, 0, 6, "FORCE")
    since = _look(two, taught, 1, since)
    assert [(m.start, m.label) for m in _learned(two, 1)] == [(FIRST.index("Rusich", 5), "FORCE")]
    assert _learned(two, 1)[0].rule == "marked FORCE 1 of 1 times before"
    _look(two, taught, 2)
    found = _learned(two, 2)  # the longer name keeps its own
    assert [m.start for m in found] == [SECOND.index("Rusich"), SECOND.index("RUSICH")]
    edits.undo(two).result()
    _look(two, taught, 1, since)
    assert _learned(two, 1) == []


def test_a_word_without_a_capital_counts_in_its_article_at_once_and_elsewhere_by_three(
    two: Library,
) -> None:
    taught = Lessons()
    since = _look(two, taught, 1)
    at = FIRST.index("base")
    _mark(two, 1, at, 4, "FACILITY")
    since = _look(two, taught, 1, since)
    (found,) = _learned(two, 1)
    assert (found.start, found.label) == (FIRST.rindex("base"), "FACILITY")
    _look(two, taught, 2)
    assert _learned(two, 2) == []
    # the pipeline runs again: what counts in this article is put beside what it suggests
    with two.reading() as connection:
        again = lessons.suggest(connection, 1, FIRST, [], Lessons())
    assert [(s.start, s.label) for s in again] == [(FIRST.rindex("base"), "FACILITY")]
    edits.apply(two, "reject", "r", lambda e: mentions.reject(e, found))  # one against one
    since = _look(two, taught, 1, since)
    edits.undo(two).result()
    _look(two, taught, 1, since)
    assert len(_learned(two, 1)) == 1


def test_undo_of_everything_leaves_nothing_that_was_learned(two: Library) -> None:
    taught = Lessons()
    since = _look(two, taught, 1)
    _mark(two, 1, FIRST.index("base"), 4, "FACILITY")
    since = _look(two, taught, 1, since)
    (found,) = _learned(two, 1)
    edits.apply(two, "reject", "r", lambda e: mentions.reject(e, found))
    since = _look(two, taught, 1, since)
    edits.undo(two).result()  # in one breath: nobody looks in between
    edits.undo(two).result()
    _look(two, taught, 1, since)
    assert _learned(two, 1) == []


def test_what_is_rejected_as_often_is_suggested_no_more(two: Library) -> None:
    taught = Lessons()
    _mark(two, 1, 0, 6, "FORCE")
    since = _look(two, taught, 2)
    first, *rest = _learned(two, 2)
    edits.apply(two, "reject", "r", lambda e: mentions.reject(e, first))
    assert rest
    _look(two, taught, 2, since)
    assert _learned(two, 2) == []
    edits.undo(two).result()
    _look(two, taught, 2)
    assert len(_learned(two, 2)) == 2


def test_a_name_without_a_capital_must_have_been_marked_three_times(two: Library) -> None:
    taught = Lessons()
    base = [FIRST.index("base"), FIRST.rindex("base")]
    for start in base:
        _mark(two, 1, start, 4, "FACILITY")
    _look(two, taught, 2)
    assert _learned(two, 2) == []
    _mark(two, 2, SECOND.index("base"), 4, "FACILITY")
    ready = articles.prepare(Incoming("A base. Bases. The base."))
    two.write(lambda c: articles.store(c, ready))
    two.write(lambda c: mentions.replace_suggestions(c, 3, [], "fp", None))
    _look(two, taught, 3)
    assert [m.quote for m in _learned(two, 3)] == ["base", "base"]


def test_what_was_decided_stands_and_what_was_remembered_goes_first(two: Library) -> None:
    taught = Lessons()
    _mark(two, 1, 0, 6, "FORCE")
    _mark(two, 2, SECOND.index("RUSICH"), 13, "ORG")  # “RUSICH denied”: around the name
    _look(two, taught, 2)
    assert [m.start for m in _learned(two, 2)] == [SECOND.index("Rusich")]
    edits.apply(two, "memory", "m", lambda e: memory.remember(e, "Rusich", "PERSON", "never"))
    _look(two, taught, 2)
    assert _learned(two, 2) == []


def test_values_and_single_characters_teach_nothing(two: Library) -> None:
    taught = Lessons()
    _mark(two, 1, 0, 6, "QUANTITY")
    _mark(two, 1, 7, 1, "ORG")
    _look(two, taught, 1)
    assert taught.all() == []


def test_suggestions_of_other_layers_stay_as_they_are(two: Library) -> None:
    taught = Lessons()
    _mark(two, 1, 0, 6, "FORCE")
    _look(two, taught, 2)
    with two.reading() as connection:
        assert any(m.layer == "ner" for m in mentions.of_article(connection, 2))
        article = articles.get(connection, 2)
    assert article is not None and article.pipeline == "fp"
    assert (article.n_mentions, article.n_unreviewed) == (3, 3)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40)), max_size=12))
def test_following_the_log_finds_what_counting_anew_finds(steps: list[tuple[int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder) / "l.db") as library:
        library.set_analyst("A")
        ready = articles.prepare(Incoming(FIRST))
        library.write(lambda c: articles.store(c, ready))
        library.write(lambda c: mentions.replace_suggestions(c, 1, [], "fp", None))
        taught = Lessons()
        library.write(taught.follow)

        def some(edit: Edit, at: int, what: int) -> None:
            marks = mentions.of_article(edit.connection, 1, rejected=True)
            if what < 2 or not marks:
                end = FIRST.find(" ", at)
                label = ("ORG", "FORCE")[what % 2]
                mentions.add(edit, 1, at, end, label, FIRST) if end > at else None
            elif what == 2:
                mentions.reject(edit, marks[at % len(marks)])
            elif what == 3:
                mentions.relabel(edit, marks[at % len(marks)], "GPE")
            else:
                memory.remember(edit, "Rusich", "ORG", "never")

        for what, at in steps:
            try:
                if what == 5:
                    edits.undo(library).result()
                else:
                    edits.apply(library, "x", "x", lambda e, at=at, what=what: some(e, at, what))  # type: ignore[misc]
            except (ValueError, RefusedError):
                continue
            library.write(taught.follow)
        anew = Lessons()
        library.write(anew.follow)
        assert sorted(taught.all(), key=repr) == sorted(anew.all(), key=repr)
