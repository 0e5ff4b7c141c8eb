"""Entities: mentions of one thing, put together and taken apart by the analyst."""

from __future__ import annotations

import pytest

from store import articles, edits, entities, incidents, mentions, notes
from store.entities import Entity
from store.errors import RefusedError
from store.library import Library
from store.records import Incoming, Suggestion

TEXT = "Boris Pistorius spoke. Pistorius left. The minister smiled."


@pytest.fixture
def named(library: Library) -> Library:
    for number in (1, 2):
        ready = articles.prepare(Incoming(TEXT + f" {number}", date=f"2025-01-0{number}"))
        library.write(lambda c, ready=ready: articles.store(c, ready))  # type: ignore[misc]
        run = [
            Suggestion(0, 15, "PERSON"),
            Suggestion(23, 32, "PERSON", entity="Boris Pistorius"),
            Suggestion(43, 51, "PERSON", entity="The Minister"),
        ]
        library.write(
            lambda c, n=number, r=run: mentions.replace_suggestions(c, n, r, "fp", None)  # type: ignore[misc]
        )
        with library.reading() as connection:
            found = mentions.of_article(connection, number)
        for m in found:
            edits.apply(library, "accept", "a", lambda e, m=m: mentions.accept(e, m))  # type: ignore[misc]
    return library


def _all(library: Library) -> list[Entity]:
    with library.reading() as connection:
        return entities.all_entities(connection)


def test_a_surname_stands_under_the_full_name_until_an_analyst_says_so(named: Library) -> None:
    found = _all(named)
    assert [(e.name, e.n_mentions, e.n_articles) for e in found] == [
        ("Boris Pistorius", 4, 2), ("The Minister", 2, 2),
    ]  # fmt: skip
    with named.reading() as connection:
        members = entities.members(connection, found[0].id)
    assert {(m.quote, m.review_status) for m in members} == {
        ("Boris Pistorius", "accepted"), ("Pistorius", "suggested"),
    }  # fmt: skip
    edits.apply(named, "confirm", "c", lambda e: entities.confirm(e, members))
    with named.reading() as connection:
        assert {m.review_status for m in entities.members(connection, found[0].id)} == {"accepted"}


def test_merge_split_rename_alias_and_back(named: Library) -> None:
    person, minister = _all(named)
    edits.apply(named, "n", "n", lambda e: notes.set_body(e, "entity", minister.uid, "who?"))
    edits.apply(named, "merge", "m", lambda e: entities.merge(e, person, minister))
    (one,) = _all(named)
    with named.reading() as connection:
        assert [a.name for a in entities.aliases(connection, one.id)] == [
            "Boris Pistorius", "The Minister",
        ]  # fmt: skip
        assert [n.body for n in notes.of_target(connection, one.uid)] == ["who?"]
        members = entities.members(connection, one.id)
    ministers = [m for m in members if m.quote == "minister"]
    edits.apply(named, "split", "s", lambda e: entities.split(e, ministers, "Some minister"))
    assert [(e.name, e.n_mentions) for e in _all(named)] == [
        ("Boris Pistorius", 4), ("Some minister", 2),
    ]  # fmt: skip
    edits.apply(named, "rename", "r", lambda e: entities.rename(e, one, "B. Pistorius"))
    edits.apply(named, "alias", "a", lambda e: entities.add_alias(e, one, "Herr Pistorius"))
    with named.reading() as connection:
        names = entities.aliases(connection, one.id)
    assert {"Boris Pistorius", "B. Pistorius", "Herr Pistorius"} <= {a.name for a in names}
    for _ in range(4):
        edits.undo(named).result()
    edits.undo(named).result()
    assert [e.name for e in _all(named)] == ["Boris Pistorius", "The Minister"]


def test_what_an_analyst_put_together_stays_together(named: Library) -> None:
    person, minister = _all(named)
    edits.apply(named, "merge", "m", lambda e: entities.merge(e, person, minister))
    with named.reading() as connection:
        m = next(m for m in mentions.of_article(connection, 1) if m.quote == "minister")
    edits.apply(named, "accept", "a", lambda e: mentions.accept(e, m))  # decided once more
    with named.reading() as connection:
        assert entities.of_mention(connection, m.id) == person.id


def test_a_mention_that_is_no_name_is_put_under_one_and_stays(named: Library) -> None:
    person, _ = _all(named)
    edits.apply(named, "r", "r", lambda e: mentions.add(e, 1, 39, 51, "ROLE", TEXT))
    with named.reading() as connection:
        role = next(m for m in mentions.of_article(connection, 1) if m.label == "ROLE")
    edits.apply(named, "p", "p", lambda e: entities.put(e, role.id, person.id))
    edits.apply(named, "e", "e", lambda e: mentions.set_span(e, role, 43, 51, TEXT))
    with named.reading() as connection:
        assert entities.of_mention(connection, role.id) == person.id
    with pytest.raises(RefusedError, match="already"):
        edits.apply(named, "p", "p", lambda e: entities.put(e, role.id, person.id))
    edits.undo(named).result()
    edits.undo(named).result()
    with named.reading() as connection:
        assert entities.of_mention(connection, role.id) is None


def test_a_name_of_another_entity_is_refused_with_what_to_do(named: Library) -> None:
    person, minister = _all(named)
    with pytest.raises(RefusedError, match="merge the two instead"):
        edits.apply(named, "a", "a", lambda e: entities.add_alias(e, person, "the minister"))
    with named.reading() as connection:
        name = entities.aliases(connection, person.id)[0]
    with pytest.raises(RefusedError, match="rename the entity first"):
        edits.apply(named, "a", "a", lambda e: entities.remove_alias(e, person, name))
    assert minister.name == "The Minister"


def test_the_card_knows_the_incidents(named: Library) -> None:
    person, _ = _all(named)
    edits.apply(
        named, "i", "i", lambda e: incidents.create(e, 2, (0, 22, TEXT[:22]), "A speech", [])
    )
    with named.reading() as connection:
        assert [title for _, title, _ in entities.incidents_of(connection, person.id)] == [
            "A speech"
        ]
        found = entities.members(connection, person.id)
    assert (found[0].published, found[-1].published) == ("2025-01-01", "2025-01-02")
