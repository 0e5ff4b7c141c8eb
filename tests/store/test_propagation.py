"""Once is enough: a decision about a name reaches every place of it, and texts yet to come."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotators import remembered
from store import articles, edits, memory, mentions, occurrences, propagation
from store.library import Library
from store.memory import Remembered
from store.propagation import Decision
from store.records import Incoming, Suggestion

FIRST = "In May Kyiv said: KYIV may wait. The Kyiv Post, in Kyiv\u2019s name, and Kyivan Rus\u2019."
SECOND = "Boris\nPistorius left. Then Pistorius came to Kyiv in May."


@pytest.fixture
def two(library: Library) -> Library:
    for number, text in enumerate((FIRST, SECOND), 1):
        ready = articles.prepare(Incoming(text, date=f"2025-01-0{number}"))
        library.write(lambda c, ready=ready: articles.store(c, ready))  # type: ignore[misc]
    run = [
        Suggestion(FIRST.index("Kyiv"), FIRST.index("Kyiv") + 4, "ORG"),
        Suggestion(FIRST.index("Kyiv Post"), FIRST.index("Kyiv Post") + 9, "ORG"),
        Suggestion(3, 6, "DATE"),
    ]
    library.write(lambda c: mentions.replace_suggestions(c, 1, run, "fp", None))
    at = SECOND.index("Pistorius")
    library.write(
        lambda c: mentions.replace_suggestions(c, 2, [Suggestion(at, at + 9, "ORG")], "fp", None)
    )
    return library


def _places(library: Library, decision: Decision) -> list[tuple[int, int, str, str]]:
    with library.reading() as connection:
        found = list(occurrences.find(connection, decision.name))
    return [(p.article_id, p.start, p.quote, propagation.state(decision, p)) for p in found]


def test_every_place_of_a_name_is_found_and_its_state_told(two: Library) -> None:
    decision = Decision("tag", "Kyiv", "GPE")
    assert _places(two, decision) == [
        (2, SECOND.index("Kyiv"), "Kyiv", "open"),
        (1, 7, "Kyiv", "open"),
        (1, FIRST.index("KYIV"), "KYIV", "open"),
        (1, FIRST.index("Kyiv Post"), "Kyiv", "blocked"),
        (1, FIRST.index("Kyiv\u2019s"), "Kyiv", "open"),
    ]
    assert [p[2] for p in _places(two, Decision("tag", "May", "DATE"))] == ["May", "May"]
    assert [p[2] for p in _places(two, Decision("tag", "Boris Pistorius", "PERSON"))] == [
        "Boris\nPistorius"
    ]


def test_a_propagation_is_one_step_and_the_next_one_finds_it_done(two: Library) -> None:
    decision = Decision("tag", "Kyiv", "GPE")
    with two.reading() as connection:
        places = [
            p
            for p in occurrences.find(connection, "Kyiv")
            if propagation.state(decision, p) == "open"
        ]
    count = edits.apply(
        two, "propagate", "p", lambda e: propagation.apply(e, decision, places, remember=True)
    )
    assert count == 4
    assert [p[3] for p in _places(two, decision)] == ["done", "done", "done", "blocked", "done"]
    with two.reading() as connection:
        assert [(d.name, d.label, d.decision) for d in memory.all_of(connection)] == [
            ("Kyiv", "GPE", "always")
        ]
    edits.undo(two).result()
    with two.reading() as connection:
        assert memory.all_of(connection) == []
        assert {m.review_status for m in mentions.of_article(connection, 1)} == {"suggested"}


def test_a_longer_name_takes_in_the_part_that_the_machine_found(two: Library) -> None:
    decision = Decision("tag", "Boris Pistorius", "PERSON")
    with two.reading() as connection:
        places = list(occurrences.find(connection, decision.name))
    edits.apply(
        two, "propagate", "p", lambda e: propagation.apply(e, decision, places, remember=False)
    )
    with two.reading() as connection:
        found = [(m.quote, m.label) for m in mentions.of_article(connection, 2)]
    assert found == [("Boris\nPistorius", "PERSON")]


def test_a_rejection_reaches_what_nobody_decided_and_asks_about_the_rest(two: Library) -> None:
    with two.reading() as connection:
        post = next(m for m in mentions.of_article(connection, 1) if m.quote == "Kyiv")
    edits.apply(two, "accept", "a", lambda e: mentions.accept(e, post))
    states = [p[3] for p in _places(two, Decision("reject", "Kyiv", "ORG"))]
    assert states == ["blocked", "other", "blocked", "blocked", "blocked"]
    assert [p[3] for p in _places(two, Decision("reject", "May", "DATE"))] == ["blocked", "open"]


def _decisions(*rules: tuple[str, str, str]) -> list[Remembered]:
    return [Remembered(n, b"", *rule, "", "") for n, rule in enumerate(rules)]


def test_what_is_remembered_lies_over_the_suggestions_of_new_texts() -> None:
    run = [
        Suggestion(3, 6, "DATE"),
        Suggestion(7, 11, "ORG"),
        Suggestion(FIRST.index("Kyiv Post"), FIRST.index("Kyiv Post") + 9, "ORG"),
    ]
    decisions = _decisions(("May", "DATE", "never"), ("Kyiv", "GPE", "always"))
    found = remembered.apply(FIRST, run, decisions)
    assert [(FIRST[s.start : s.end], s.label, s.origin) for s in found] == [
        ("Kyiv", "GPE", "memory"),
        ("KYIV", "GPE", "memory"),
        ("Kyiv Post", "ORG", "model"),
        ("Kyiv", "GPE", "memory"),
    ]
    assert remembered.apply(FIRST, run[:1], _decisions(("May", "*", "never"))) == []
    kept = remembered.apply(FIRST, run[:1], _decisions(("may", "GPE", "never")))
    assert kept == run[:1]  # another label


def test_contradictions_are_forgotten_and_may_is_not_may(two: Library) -> None:
    def remember(name: str, label: str, decision: str) -> None:
        edits.apply(two, "r", "r", lambda e: memory.remember(e, name, label, decision))

    def standing() -> list[tuple[str, str, str]]:
        with two.reading() as connection:
            return [(d.name, d.label, d.decision) for d in memory.all_of(connection)]

    remember("May", "DATE", "never")
    remember("May", "GPE", "never")
    assert len(standing()) == 2
    remember("May", "DATE", "always")
    assert standing() == [("May", "DATE", "always"), ("May", "GPE", "never")]
    remember("May", "PERSON", "always")
    assert standing() == [("May", "PERSON", "always"), ("May", "GPE", "never")]
    remember("May", "*", "never")
    assert standing() == [("May", "*", "never"), ("May", "GPE", "never")]
    with two.reading() as connection:
        assert memory.articles_with(connection, "May") == [1, 2]
    assert not memory.same_name("may", "May") and memory.same_name("MAY", "May")


_WORDS = st.lists(st.sampled_from(["Kyiv", "kyiv", "may", "May", "Post", ",", "\n"]), max_size=12)


@given(words=_WORDS, cut=st.lists(st.integers(0, 60), max_size=6))
def test_what_comes_out_of_the_overlay_never_overlaps(words: list[str], cut: list[int]) -> None:
    text = " ".join(words)
    cut = sorted({c for c in cut if c < len(text)})
    run = [Suggestion(a, b, "ORG") for a, b in zip(cut[::2], cut[1::2], strict=False)]
    decisions = _decisions(
        ("Kyiv", "GPE", "always"), ("Kyiv Post", "ORG", "always"), ("may", "DATE", "never")
    )
    found = remembered.apply(text, run, decisions)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(0 <= s.start < s.end <= len(text) for s in found)


def test_parts_of_a_name_and_second_marks_are_dealt_with(two: Library) -> None:
    text = "Boris Pistorius met others in Xi'an and Xi\u2019an."
    ready = articles.prepare(Incoming(text))
    two.write(lambda c: articles.store(c, ready))
    run = [Suggestion(0, 5, "PERSON"), Suggestion(6, 15, "ORG")]
    two.write(lambda c: mentions.replace_suggestions(c, 3, run, "fp", None))
    decision = Decision("tag", "Boris Pistorius", "PERSON")
    with two.reading() as connection:
        places = list(occurrences.find(connection, decision.name, 3))
        assert len(list(occurrences.find(connection, "Xi'an", 3))) == 2
    edits.apply(two, "p", "p", lambda e: propagation.apply(e, decision, places, remember=False))
    with two.reading() as connection:
        assert [(m.quote, m.label) for m in mentions.of_article(connection, 3)] == [
            ("Boris Pistorius", "PERSON")
        ]
    # two marks on one span: deciding for one takes the other suggestion away
    edits.apply(two, "a", "a", lambda e: mentions.add(e, 3, 30, 35, "GPE", text))
    two.write(lambda c: mentions.replace_suggestions(c, 3, [Suggestion(30, 35, "ORG")], "fp", None))
    decision = Decision("tag", "Xi'an", "GPE")
    with two.reading() as connection:
        places = list(occurrences.find(connection, decision.name, 3))
    assert [propagation.state(decision, p) for p in places] == ["open", "open"]
    edits.apply(two, "p", "p", lambda e: propagation.apply(e, decision, places, remember=False))
    with two.reading() as connection:
        found = [(m.quote, m.label) for m in mentions.of_article(connection, 3)]
    assert found[1:] == [("Xi'an", "GPE"), ("Xi\u2019an", "GPE")]


def test_nothing_is_laid_over_what_an_analyst_decided() -> None:
    decisions = _decisions(("Kyiv", "LOC", "always"))
    found = remembered.apply(FIRST, [], decisions, [(7, 11)])
    assert (7, 11) not in {(s.start, s.end) for s in found} and len(found) == 3
