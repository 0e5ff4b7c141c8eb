"""Surnames and short forms stand for the full name that the text gives."""

from __future__ import annotations

import pytest

from annotators import pipeline

TEXT = (
    "The International Atomic Energy Agency (IAEA) sent inspectors. The IAEA said that Rafael Grossi"
    " would go. Grossi did not answer. A committee (see above) met."
)


def test_a_short_form_in_brackets_stands_for_the_name_before_it() -> None:
    find = pipeline.annotator()
    found = {
        TEXT[s.start : s.end]: s.entity for s in pipeline.annotate(TEXT, find(TEXT)) if s.entity
    }
    assert found["IAEA"] == "International Atomic Energy Agency"
    assert found["Grossi"] == "Rafael Grossi"
    assert "see above" not in found


def test_every_suggestion_says_how_far_its_kind_can_be_trusted() -> None:
    find = pipeline.annotator()
    scores = [s.score for s in pipeline.annotate(TEXT, find(TEXT))]
    assert scores and all(score is not None and 0 < score <= 1 for score in scores)


@pytest.mark.parametrize(
    ("text", "marks", "people"),
    [
        ("Karbouly denied it. The judge heard Karbouly.", [("Karbouly", "GPE")], ["Karbouly", "Karbouly"]),
        ("The UN Special Envoy Staffan de Mistura came.", [], ["Staffan de Mistura"]),
        ("Col. John “J.D.” Dorrian said so.", [("John “J.D.", "PERSON")], ["John “J.D.” Dorrian"]),
        ("Kramatorsk said it was hit.", [("Kramatorsk", "GPE")], []),
    ],
)  # fmt: skip
def test_people_are_known_by_the_words_around_them(
    text: str, marks: list[tuple[str, str]], people: list[str]
) -> None:
    spans = [(text.index(words), text.index(words) + len(words), label) for words, label in marks]
    found = pipeline.annotate(text, spans)
    assert [text[s.start : s.end] for s in found if s.label == "PERSON"] == people


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        ("intra-Syrian talks", [("intra-Syrian", "NORP")], [("Syrian", "NORP")]),
        ("a U.S.-Iraq partnership", [("U.S.-Iraq", "ORG")], [("U.S.", "GPE"), ("Iraq", "GPE")]),
        ("the CJTF-OIR spokesman", [("CJTF-OIR", "ORG")], [("CJTF-OIR", "ORG"), ("spokesman", "ROLE")]),
        ("It is to last 45 minutes.", [("last 45 minutes", "TIME")], [("45 minutes", "DATE")]),
        ("in the last 45 minutes", [("the last 45 minutes", "TIME")], [("the last 45 minutes", "DATE")]),
        ("Minister for Europe David Lidington left.", [("David Lidington", "PERSON")],
         [("Minister for Europe", "ROLE"), ("David Lidington", "PERSON")]),
        ("the frigate FS Forbin. Forbin left.", [("Forbin", "PERSON")],
         [("frigate", "PLATFORM"), ("FS Forbin", "PLATFORM"), ("Forbin", "PLATFORM")]),
        ("(Jerusalem Post)", [("Jerusalem Post", "ORG")], [("Jerusalem Post", "ORG")]),
        ("The Rafah Border Post was hit.", [], [("Rafah Border Post", "FACILITY")]),
    ],
)  # fmt: skip
def test_edges_and_labels_of_names(
    text: str, marks: list[tuple[str, str]], expected: list[tuple[str, str]]
) -> None:
    text = f"Headline of a report\n\n{text}"
    spans = [(text.rindex(words), text.rindex(words) + len(words), label) for words, label in marks]
    found = pipeline.annotate(text, spans)
    assert [(text[s.start : s.end], s.label) for s in found] == expected
