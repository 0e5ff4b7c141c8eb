"""Suggested incidents: decided once, undone, never suggested again."""

from __future__ import annotations

import pytest

from annotators import pipeline
from store import articles, candidates, codebook, edits, importers, incidents, mentions
from store.candidates import Candidate
from store.errors import RefusedError
from store.library import Library
from store.records import Incident, Incoming, Suggestion
from tests.store.test_history import snapshot

TEXT = (
    "Strikes across Ukraine\n\nRussia launched a series of drone strikes across Ukraine on 14 January"
    " 2025. Drones struck a fuel depot in Kharkiv, killing two people. Shells hit Sumy."
)
BOOK = codebook.default()


def _annotate(library: Library) -> list[Candidate]:
    spans = [
        (TEXT.rindex(name), TEXT.rindex(name) + len(name), label)
        for name, label in (("Russia", "GPE"), ("Ukraine", "GPE"), ("Kharkiv", "GPE"), ("Sumy", "GPE"), ("14 January", "DATE"))
    ]  # fmt: skip
    found = pipeline.read(TEXT, spans)
    library.write(lambda c: candidates.replace_all(c, 1, found.reports, None))
    with library.reading() as connection:
        return candidates.of_article(connection, 1)


@pytest.fixture
def found(library: Library) -> list[Candidate]:
    library.set_analyst("tester")
    importers.store(library, [Incoming(TEXT)])
    return _annotate(library)


def _about(place: str, found: list[Candidate]) -> Candidate:
    return next(c for c in found if c.value("place_name") == place)


def _recorded(library: Library, number: int) -> Incident:
    with library.reading() as connection:
        incident = incidents.get(connection, number)
    assert incident is not None
    return incident


def test_accepting_records_an_incident_with_its_claims(
    library: Library, found: list[Candidate]
) -> None:
    c = _about("Kharkiv", found)
    number, _ = edits.apply(library, "incident", "x", lambda e: candidates.accept(e, BOOK, c))
    with library.reading() as connection:
        incident = incidents.get(connection, number)
        reports = incidents.reports_of(connection, number)
        article = articles.get(connection, 1)
    assert incident is not None and article is not None and article.n_reports == 1
    values = incident.values
    assert (values["type"], values["place_name"], values["country"]) == ("attack.drone_strike", "Kharkiv", "UKR")  # fmt: skip
    assert values["killed_best"] == 2 and abs(float(str(values["lat"])) - 50) < 0.5
    for claim in reports[0].claims:
        if claim.start is not None:
            assert TEXT[claim.start : claim.end] == claim.quote


def test_a_proposed_relation_becomes_a_link_when_both_are_recorded(
    library: Library, found: list[Candidate]
) -> None:
    part, whole = _about("Kharkiv", found), _about("Ukraine", found)
    assert (whole.uid, "part_of") in part.relations

    def accept(c: Candidate) -> list[str]:
        return edits.apply(library, "incident", "x", lambda e: candidates.accept(e, BOOK, c))[1]

    assert [accept(part), accept(whole)] == [[], ["part_of"]]


def test_what_was_decided_is_not_suggested_again(library: Library, found: list[Candidate]) -> None:
    edits.apply(library, "x", "x", lambda e: candidates.dismiss(e, _about("Sumy", found)))
    edits.apply(library, "x", "x", lambda e: candidates.accept(e, BOOK, _about("Kharkiv", found)))
    again = _annotate(library)
    assert {c.value("place_name") for c in again} == {"Ukraine"}
    for c in (_about("Sumy", found), _about("Kharkiv", found)):
        with pytest.raises(RefusedError):
            edits.apply(library, "x", "x", lambda e, c=c: candidates.dismiss(e, c))  # type: ignore[misc]


def test_undo_and_redo_also_after_the_article_was_annotated_again(
    library: Library, found: list[Candidate]
) -> None:
    before = snapshot(library)
    edits.apply(library, "x", "x", lambda e: candidates.accept(e, BOOK, _about("Kharkiv", found)))
    edits.apply(library, "x", "x", lambda e: candidates.dismiss(e, _about("Sumy", found)))
    after = snapshot(library)
    _annotate(library)
    edits.undo(library).result()
    edits.undo(library).result()
    assert snapshot(library) == before
    assert len(_annotate(library)) == len(found)
    edits.redo(library).result()
    edits.redo(library).result()
    assert snapshot(library) == after


def test_another_place_is_the_analysts_choice_and_stays(library: Library) -> None:
    library.set_analyst("tester")
    text = "Shells fell in Kiev overnight, Ukraine said."
    importers.store(library, [Incoming(text)])

    def annotate() -> None:
        spans = pipeline.annotate(text, [(15, 19, "GPE")])
        library.write(lambda c: mentions.replace_suggestions(c, 1, spans, "fp", None))

    annotate()
    with library.reading() as connection:
        mention = next(m for m in mentions.of_article(connection, 1) if m.quote == "Kiev")
        meant = mentions.stands_for(connection, mention.id)
    assert meant is not None and meant.others and not meant.chosen
    other = meant.others[0]
    edits.apply(library, "x", "x", lambda e: mentions.choose_place(e, mention, other))
    annotate()
    with library.reading() as connection:
        chosen = mentions.stands_for(connection, mention.id)
    assert chosen is not None and chosen.chosen and chosen.record["place"] == other
    assert meant.record["place"] in chosen.others
    edits.undo(library).result()
    with library.reading() as connection:
        back = mentions.stands_for(connection, mention.id)
    assert back is not None and back.record == meant.record


def test_a_suggestion_without_anything_resolved_stands_for_nothing(library: Library) -> None:
    importers.store(library, [Incoming("Nothing here.")])
    library.write(
        lambda c: mentions.replace_suggestions(c, 1, [Suggestion(0, 7, "ORG")], "fp", None)
    )
    with library.reading() as connection:
        mention = mentions.of_article(connection, 1)[0]
        assert mentions.stands_for(connection, mention.id) is None


def test_what_the_analyst_chose_or_rejected_goes_before_the_suggestion(
    library: Library, found: list[Candidate]
) -> None:
    spans = pipeline.annotate(TEXT, [])
    library.write(lambda c: mentions.replace_suggestions(c, 1, spans, "fp", None))
    c = _about("Kharkiv", found)
    elsewhere = {"name": "Elsewhere", "country": "POL", "admin1": None, "lat": 50.1, "lon": 20.2, "precision": 1}  # fmt: skip
    with library.reading() as connection:
        marks = mentions.of_article(connection, 1)
    place = next(m for m in marks if m.quote == "Kharkiv")
    dead = next(m for m in marks if m.label == "CASUALTY")
    edits.apply(library, "x", "x", lambda e: mentions.choose_place(e, place, elsewhere))
    edits.apply(library, "x", "x", lambda e: mentions.reject(e, mentions.fresh(e, dead)))
    number, _ = edits.apply(library, "x", "x", lambda e: candidates.accept(e, BOOK, c))
    incident = _recorded(library, number)
    values = incident.values
    assert (values["place_name"], values["country"], values["lat"]) == ("Elsewhere", "POL", 50.1)
    assert values["killed_best"] is None


def test_an_incident_that_is_deleted_counts_as_dismissed(
    library: Library, found: list[Candidate]
) -> None:
    c = _about("Sumy", found)
    number, _ = edits.apply(library, "x", "x", lambda e: candidates.accept(e, BOOK, c))
    incident = _recorded(library, number)
    edits.apply(library, "x", "x", lambda e: incidents.delete(e, incident))
    with library.reading() as connection:
        assert candidates.counts(connection, 1) == {"rejected": 1, "suggested": len(found) - 1}
    edits.undo(library).result()
    with library.reading() as connection:
        assert candidates.counts(connection, 1)["accepted"] == 1


def test_a_count_too_long_for_a_field_stays_a_claim(library: Library) -> None:
    library.set_analyst("tester")
    text = "A strike in Kharkiv killed 3 billion people."
    importers.store(library, [Incoming(text)])
    reports = pipeline.read(text, [(12, 19, "GPE")]).reports
    library.write(lambda c: candidates.replace_all(c, 1, reports, None))
    with library.reading() as connection:
        c = candidates.of_article(connection, 1)[0]
    number, _ = edits.apply(library, "x", "x", lambda e: candidates.accept(e, BOOK, c))
    with library.reading() as connection:
        incident = incidents.get(connection, number)
    assert incident is not None and incident.values["killed_best"] is None
