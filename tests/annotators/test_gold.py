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


@pytest.mark.parametrize(
    ("sentence", "number"),
    [
        ("Two hundred thousand people were killed.", 200_000),
        ("Half a million people were killed.", 500_000),
        ("Two and a half million people died.", 2_500_000),
        ("Since 7 October 34 people have been killed.", 34),
        ("On 12 May 14 soldiers were killed.", 14),
        ("In 2014 200 people were killed.", 200),
        ("On May 14 200 people were killed.", 200),
        ("Not 10 but 12 people were killed.", 12),
        ("One in ten people were killed.", None),
        ("1/3 people were killed.", None),
        ("9" * 400 + " people were killed.", None),
        ("Petrenko, 43, was killed there.", None),
        ("A suicide bomber killed 21 recruits.", 21),
    ],
)
def test_the_number_of_the_dead_is_no_other_number(sentence: str, number: int | None) -> None:
    assert [c.number for c in casualties.counts(sentence)] == ([] if number is None else [number])


@pytest.mark.parametrize(
    ("text", "words", "start"),
    [
        ("Russia announced a strike hit Kyiv on Tuesday.", "Tuesday", "2024-06-04"),
        ("The next round of talks was held on Tuesday.", "Tuesday", "2024-06-04"),
        ("The expected ceasefire collapsed on Tuesday.", "Tuesday", "2024-06-04"),
        ("In the coming days, after the strike on Sunday.", "Sunday", "2024-06-02"),
        ("Talks will be held on Tuesday.", "Tuesday", "2024-06-11"),
        ("It was hit on Friday, 14 March.", "Friday, 14 March", "XXXX-03-14"),
        ("It will open this December.", "this December", "2024-12-01"),
        ("The attack began at 1800 and killed three.", "1800", None),
        ("From 2001-05 it was so.", "2001-05", None),
    ],
)
def test_what_happened_is_not_put_into_the_future(text: str, words: str, start: str | None) -> None:
    at = text.index(words)
    when = dates.resolve_all(text, [(at, at + len(words))], "2024-06-05")[0]
    assert (when.start if when else None) == start


@pytest.mark.parametrize(
    "words",
    ["at least 5", "upwards of 20", "dozens", "several hundred", "half a dozen", "an unknown number",
     "between 5 and 7", "a single", "twenty-five", "1,200", "tens of thousands", "just under 30"],
)  # fmt: skip
def test_a_count_begins_with_a_word_that_is_looked_for(words: str) -> None:
    found = casualties.counts(f"The army said {words} people were killed.")
    assert [c.what for c in found] == ["killed"]
