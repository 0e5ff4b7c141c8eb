"""A re-run of the pipeline replaces suggestions and never a decision."""

from __future__ import annotations

import pytest

from store import articles, edits, mentions, notes
from store.errors import RefusedError
from store.library import Library
from store.records import Incoming, Mention, Suggestion
from store.texts import trim_span

TEXT = "Kyiv said May visited the Kazan Orgsintez plant."
RUN = [Suggestion(0, 4, "GPE"), Suggestion(10, 13, "DATE"), Suggestion(26, 31, "GPE")]


@pytest.fixture
def article(library: Library) -> int:
    item = articles.prepare(Incoming(TEXT))
    article_id = library.write(lambda c: articles.store(c, item)).article_id
    _run(library, article_id, RUN)
    return article_id


def _run(library: Library, article_id: int, run: list[Suggestion]) -> None:
    library.write(lambda c: mentions.replace_suggestions(c, article_id, run, "fp", None))


def _all(library: Library, article_id: int) -> list[tuple[str, str, str]]:
    with library.reading() as connection:
        found = mentions.of_article(connection, article_id, rejected=True)
    return [(m.quote, m.label, m.review_status) for m in found]


def _get(library: Library, article_id: int, quote: str) -> Mention:
    with library.reading() as connection:
        found = mentions.of_article(connection, article_id, rejected=True)
    return next(m for m in found if m.quote == quote)


def test_a_rerun_is_idempotent(library: Library, article: int) -> None:
    before = _all(library, article)
    _run(library, article, RUN)
    assert _all(library, article) == before
    _run(library, article, RUN[:1])
    assert _all(library, article) == [("Kyiv", "GPE", "suggested")]


def test_decisions_survive_and_nothing_rejected_comes_back(library: Library, article: int) -> None:
    may, kazan, kyiv = (_get(library, article, q) for q in ("May", "Kazan", "Kyiv"))
    edits.apply(library, "reject", "", lambda e: mentions.reject(e, may))
    edits.apply(library, "edges", "", lambda e: mentions.set_span(e, kazan, 26, 47, TEXT))
    edits.apply(library, "relabel", "", lambda e: mentions.relabel(e, kyiv, "ORG"))
    _run(library, article, RUN)
    assert _all(library, article) == [
        ("Kyiv", "ORG", "corrected"),
        ("May", "DATE", "rejected"),
        ("Kazan Orgsintez plant", "GPE", "corrected"),
    ]
    _run(library, article, [])
    assert len(_all(library, article)) == 3


def test_the_machines_label_again_is_an_acceptance(library: Library, article: int) -> None:
    kyiv = _get(library, article, "Kyiv")
    edits.apply(library, "relabel", "", lambda e: mentions.relabel(e, kyiv, "ORG"))
    edits.apply(
        library, "relabel", "", lambda e: mentions.relabel(e, _get(library, article, "Kyiv"), "GPE")
    )
    assert _all(library, article)[0] == ("Kyiv", "GPE", "accepted")


def test_an_own_mention_is_deleted_not_rejected(library: Library, article: int) -> None:
    edits.apply(library, "add", "", lambda e: mentions.add(e, article, 0, 9, "FORCE", TEXT))
    own = _get(library, article, "Kyiv said")
    edits.apply(library, "reject", "", lambda e: mentions.reject(e, own))
    assert ("Kyiv said", "FORCE", "added") not in _all(library, article)
    assert len(_all(library, article)) == 3


def test_the_same_mark_twice_is_one(library: Library, article: int) -> None:
    uid = edits.apply(library, "add", "", lambda e: mentions.add(e, article, 0, 4, "GPE", TEXT))
    assert uid == _get(library, article, "Kyiv").uid
    assert _all(library, article)[0] == ("Kyiv", "GPE", "accepted")
    edits.apply(library, "add", "", lambda e: mentions.add(e, article, 0, 4, "ORG", TEXT))
    with pytest.raises(RefusedError, match="marked ORG already"):
        with library.reading() as connection:
            gpe = next(m for m in mentions.of_article(connection, article) if m.label == "GPE")
        edits.apply(library, "relabel", "", lambda e: mentions.relabel(e, gpe, "ORG"))


def test_undo_goes_on_where_a_part_is_made_no_more(library: Library, article: int) -> None:
    edits.apply(library, "add", "", lambda e: mentions.add(e, article, 26, 47, "FACILITY", TEXT))
    mark = _get(library, article, TEXT[26:47])
    edits.apply(library, "reject", "", lambda e: mentions.reject(e, mark))  # the part is back
    _run(library, article, RUN[:2])  # and another pipeline does not suggest it
    edits.undo(library).result()
    edits.undo(library).result()
    assert [quote for quote, _, _ in _all(library, article)] == ["Kyiv", "May"]
    edits.redo(library).result()
    assert TEXT[26:47] in [quote for quote, _, _ in _all(library, article)]


def test_marking_what_was_put_away_brings_it_back_decided(library: Library, article: int) -> None:
    kazan = _get(library, article, "Kazan")
    edits.apply(library, "add", "", lambda e: mentions.add(e, article, 26, 47, "FACILITY", TEXT))
    again = edits.apply(library, "add", "", lambda e: mentions.add(e, article, 26, 31, "GPE", TEXT))
    assert again == kazan.uid and ("Kazan", "GPE", "accepted") in _all(library, article)
    edits.undo(library).result()
    assert "Kazan" not in [quote for quote, _, _ in _all(library, article)]


def test_a_suggestion_with_a_note_stays(library: Library, article: int) -> None:
    may = _get(library, article, "May")
    edits.apply(
        library, "note", "", lambda e: notes.set_body(e, "mention", may.uid, "the minister")
    )
    _run(library, article, RUN[:1])
    assert [quote for quote, _, _ in _all(library, article)] == ["Kyiv", "May"]


def test_reviewed_mentions_come_under_one_entity(library: Library, article: int) -> None:
    item = articles.prepare(Incoming("KYIV again."))
    other = library.write(lambda c: articles.store(c, item)).article_id
    _run(library, other, [Suggestion(0, 4, "GPE")])
    for a, q in ((article, "Kyiv"), (other, "KYIV")):
        m = _get(library, a, q)
        edits.apply(library, "accept", "", lambda e, m=m: mentions.accept(e, m))  # type: ignore[misc]
    with library.reading() as connection:
        rows = connection.execute("SELECT name, label FROM entity WHERE deleted = 0").fetchall()
    assert rows == [("Kyiv", "GPE")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" “Kyiv,” ", "Kyiv"),
        ("(the U.S.)", "the U.S."),
        ("Engels.", "Engels"),
        ("Rapid Support Forces (RSF),", "Rapid Support Forces (RSF)"),
        ("...", "..."),
        ("Одеса —", "Одеса"),
    ],
)
def test_edges_are_trimmed(text: str, expected: str) -> None:
    start, end = trim_span(text, 0, len(text))
    assert text[start:end] == expected


def test_a_mark_given_again_stands_once_and_as_what_it_is(library: Library, article: int) -> None:
    may = _get(library, article, "May")
    edits.apply(library, "relabel", "", lambda e: mentions.relabel(e, may, "PERSON"))
    edits.apply(library, "reject", "", lambda e: mentions.reject(e, _get(library, article, "May")))
    edits.apply(library, "add", "", lambda e: mentions.add(e, article, 10, 13, "PERSON", TEXT))
    assert ("May", "PERSON", "corrected") in _all(library, article)
    kyiv = _get(library, article, "Kyiv")
    edits.apply(library, "reject", "", lambda e: mentions.reject(e, kyiv))
    own = edits.apply(library, "add", "", lambda e: mentions.add(e, article, 0, 4, "ORG", TEXT))
    with library.reading() as connection:
        mark = mentions.get(connection, own)
    assert mark is not None
    edits.apply(library, "relabel", "", lambda e: mentions.relabel(e, mark, "GPE"))
    edits.apply(library, "add", "", lambda e: mentions.add(e, article, 0, 4, "GPE", TEXT))
    living = [m for m in _all(library, article) if m[0] == "Kyiv" and m[2] != "rejected"]
    assert living == [("Kyiv", "GPE", "added")]


def test_a_note_taken_back_has_its_mention(library: Library, article: int) -> None:
    may = _get(library, article, "May")
    for body in ("the minister", ""):
        edits.apply(library, "note", "", lambda e, b=body: notes.set_body(e, "mention", may.uid, b))  # type: ignore[misc]
    _run(library, article, RUN[:1])
    edits.undo(library).result()
    with library.reading() as connection:
        assert [n.body for n in notes.of_article(connection, article)] == ["the minister"]


def test_what_a_mark_holds_is_asked_about_no_more(library: Library, article: int) -> None:
    own = edits.apply(
        library, "add", "", lambda e: mentions.add(e, article, 26, 47, "FACILITY", TEXT)
    )
    assert [quote for quote, _, _ in _all(library, article)] == ["Kyiv", "May", TEXT[26:47]]
    _run(library, article, [*RUN, Suggestion(32, 41, "ORG")])  # nor does a re-run ask
    assert [quote for quote, _, _ in _all(library, article)] == ["Kyiv", "May", TEXT[26:47]]
    mark = _get(library, article, TEXT[26:47])
    assert mark.uid == own
    edits.apply(library, "reject", "", lambda e: mentions.reject(e, mark))
    assert ("Kazan", "GPE", "suggested") in _all(library, article)
    edits.undo(library).result()
    edits.undo(library).result()
    assert [quote for quote, _, _ in _all(library, article)] == ["Kyiv", "May", "Kazan"]


def test_a_suggestion_with_a_note_stays_inside_a_mark(library: Library, article: int) -> None:
    kazan = _get(library, article, "Kazan")
    edits.apply(
        library, "note", "", lambda e: notes.set_body(e, "mention", kazan.uid, "which one?")
    )
    edits.apply(library, "add", "", lambda e: mentions.add(e, article, 26, 47, "FACILITY", TEXT))
    assert ("Kazan", "GPE", "suggested") in _all(library, article)
