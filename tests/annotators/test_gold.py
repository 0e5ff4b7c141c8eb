"""Dates and counts on the golds: the cases that fresh readers wrote hold, and what is never wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotators import casualties, dates, gold, numbers
from tests.conftest import data_folder

FOLDER = Path(__file__).parents[2] / "benchmarks" / "gold"


def _rows(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


def test_dates_that_a_fresh_reader_wrote() -> None:
    score = gold.score_dates(_rows("dates_written.jsonl"), gold.Texts(None))
    assert score.figures["right"] >= 0.98 and score.figures["wrong year"] == 0, score.wrong


@pytest.mark.parametrize("name", ["casualties_written_1.jsonl", "casualties_written_2.jsonl"])
def test_counts_that_a_fresh_reader_wrote(name: str) -> None:
    score = gold.score_counts(_rows(name), gold.Texts(None))
    assert score.figures["sentences right"] >= 0.95, score.wrong


def test_real_sentences() -> None:
    data = data_folder()
    if data is None:
        pytest.skip("CONFLICT_READER_DATA is not set")
    texts = gold.Texts(data)
    found = gold.score_dates(_rows("dates_real.jsonl"), texts)
    assert found.figures["right"] >= 0.98 and found.figures["wrong year"] == 0, found.wrong
    counted = gold.score_counts(_rows("casualties_real.jsonl"), texts)
    assert counted.figures["sentences right"] >= 0.95, counted.wrong


def test_a_text_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="--texts"):
        gold.score_counts([{"file": "x.jsonl", "row": "1", "counts": []}], gold.Texts(None))


@given(st.dates().map(str), st.text(max_size=60))
def test_any_words_give_a_day_in_order_or_nothing(published: str, words: str) -> None:
    when = dates.resolve(words, published)
    if when is not None:
        assert when.start[4:] <= when.end[4:] or when.start[:4] < when.end[:4]
        assert 1 <= when.precision <= 5


@given(
    st.sampled_from(["January 14", "overnight", "next Friday", "three weeks ago", "last year",
                     "mid-March", "29 February", "the past two months", "12-14 May"]),
    st.dates().map(str),
)  # fmt: skip
def test_no_day_of_publication_breaks_an_expression(words: str, published: str) -> None:
    dates.resolve(words, published)


@given(st.integers(0, 999_999))
def test_a_number_is_read_as_it_is_written(number: int) -> None:
    assert numbers.value(f"{number:,}") == number and numbers.value(str(number)) == number
    found = casualties.counts(f"At least {number:,} people were killed.")
    if number:
        assert [(c.what, c.number, c.low, c.high) for c in found] == [
            ("killed", number, number, None)
        ]


@given(st.text(max_size=300))
def test_any_text_is_counted_without_an_error_and_inside_itself(text: str) -> None:
    for c in casualties.counts(text):
        assert 0 <= c.start < c.end <= len(text)
