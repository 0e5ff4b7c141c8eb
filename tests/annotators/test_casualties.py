"""Who is counted, and what was done to them: sentences that were read wrongly once."""

from __future__ import annotations

import time

import pytest

from annotators import casualties, numbers, sentences


def told(sentence: str) -> set[tuple[str, int | float | None]]:
    return {(c.what, c.number if c.number is not None else c.low) for c in casualties.counts(sentence)}  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "counts"),
    [
        ("The bus was carrying 40 people, 12 of whom died.", {("killed", 12)}),
        ("The jet with 25 crew, three of them injured, landed.", {("injured", 3)}),
        ("More than 300 residents, some wounded, fled.", set()),
        ("Some 200 protesters, including 3 who were killed, gathered.", {("killed", 3)}),
        ("Forty people, most of them women, were abducted.", {("abducted", 40)}),
        ("At least 20 people, including five children were killed.", {("killed", 20), ("killed", 5)}),
        ("A total of 29 people, 19 gang members and ten soldiers, were killed.", {("killed", 29)}),
        ("Nine people, three women and two guards, were killed.", {("killed", 14)}),
    ],
)  # fmt: skip
def test_what_befell_a_part_did_not_befall_all(sentence: str, counts: set[tuple[str, int]]) -> None:
    assert told(sentence) == counts


@pytest.mark.parametrize(
    ("sentence", "counts"),
    [
        ("Police seized 12 Kalashnikovs.", set()),
        ("The army captured three Leopards and five Abrams.", set()),
        ("Two Toyotas were captured.", set()),
        ("RSF Seizes Three Towns In North Darfur", set()),
        ("Troops captured 14 Naxals.", {("captured", 14)}),
        ("Fourteen Yazidis were kidnapped.", {("abducted", 14)}),
        ("They captured 12 soldiers.", {("captured", 12)}),
    ],
)
def test_things_with_a_name_are_no_captives(sentence: str, counts: set[tuple[str, int]]) -> None:
    assert told(sentence) == counts


def test_words_that_pile_up_take_no_time() -> None:
    """Tried in every combination they would take hours: seconds are told from that without a doubt."""
    before = time.process_time()
    for word in ("reportedly ", "initially ", "being ", "to have ", "all "):
        casualties.counts(f"12 people {word * 40}were seen, nobody was killed.")
    sentences.sentences("." * 100_000)
    assert time.process_time() - before < 20


@pytest.mark.parametrize("words", ["12" + " hundred thousand" * 62, "half a thouſand"])
def test_a_number_beyond_all_counts_is_none(words: str) -> None:
    assert numbers.value(words) is None


def test_a_toll_leaves_the_place_and_the_day_of_what_it_is_of() -> None:
    sentence = "The death toll from Monday's attack in Maiduguri rose to 25 from 18."
    assert [sentence[c.start : c.end] for c in casualties.counts(sentence)] == ["25", "from 18"]
    whole = "The death toll has risen to 40."
    assert [whole[c.start : c.end] for c in casualties.counts(whole)] == [
        "death toll has risen to 40"
    ]
