"""Surnames and short forms stand for the full name that the text gives."""

from __future__ import annotations

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
