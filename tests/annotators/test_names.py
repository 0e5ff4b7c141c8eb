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
