"""Wrapping, motion and finding, without a widget."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from store.records import Mention
from tui.reading import motion
from tui.reading.motion import Selection
from tui.reading.spans import SpanIndex
from tui.reading.wrap import WrapMap, cells_to, offset_at
from tui.safe_text import safe

TEXTS = st.lists(
    st.sampled_from(
        ["Kyiv", "drones,", "Київ", "القاهرة", "東京都庁", "👩‍👩‍👧", "e\u0301té", "🇺🇦", "“q”", "x" * 60,
         "\n", "\n\n", " ", "नमस्ते", "—", "a-b", "U.S.", "Russia's"]
    ),
    max_size=60,
).map(" ".join)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(text=TEXTS, width=st.integers(8, 100))
def test_rows_are_the_text_and_fit(text: str, width: int) -> None:
    wrap = WrapMap(text, width)
    wrap.extend()
    assert wrap.complete and wrap.height == wrap.known
    end = 0
    for number in range(wrap.known):
        a, b = wrap.row(number)
        assert end <= a <= b <= len(text)
        assert text[end:a].strip(" \n") == ""  # nothing but the space or newline of a break is left
        assert cell_len(text[a:b]) <= width or b - a == 1 or len(text[a:b].split()) <= 1
        end = b
    assert text[end:].strip("\n ") == ""


@settings(max_examples=100, deadline=None)
@given(text=TEXTS, width=st.integers(8, 60), data=st.data())
def test_a_row_is_found_again_and_slices_change_nothing(
    text: str, width: int, data: st.DataObject
) -> None:
    whole = WrapMap(text, width)
    whole.extend()
    sliced = WrapMap(text, width)
    while not sliced.complete:
        sliced.extend(to_row=sliced.known + 1)
    assert list(whole.starts) == list(sliced.starts)
    assert list(whole.ends) == list(sliced.ends)
    if text:
        offset = data.draw(st.integers(0, len(text) - 1))
        a, b = whole.row(whole.row_of(offset))
        assert a <= offset and (offset <= b or text[b:offset].strip() == "")


@given(text=TEXTS, width=st.integers(8, 60))
@settings(max_examples=100, deadline=None)
def test_a_cell_gives_the_character_drawn_there(text: str, width: int) -> None:
    wrap = WrapMap(text, width)
    wrap.extend()
    for number in range(wrap.known):
        a, b = wrap.row(number)
        for offset in range(a, b):
            cell = cells_to(text, a, offset)
            found = offset_at(text, a, b, cell)
            assert cells_to(text, a, found) <= cell


@settings(max_examples=200, deadline=None)
@given(text=TEXTS)
def test_stepping_by_words_meets_every_word_both_ways(text: str) -> None:
    forward, at = [], 0
    while (word := motion.word_after(text, at)) is not None:
        forward.append(word)
        at = word[1]
    backward, at = [], len(text)
    while (word := motion.word_before(text, at)) is not None:
        backward.append(word)
        at = word[0]
    assert forward == backward[::-1]
    for a, b in forward:
        assert motion.word_at(text, a) == (a, b) == motion.word_at(text, b - 1)
        assert text[a:b] == text[a:b].strip()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Russia's U.S. 80-year e\u0301té", ["Russia", "U.S.", "80-year", "e\u0301té"]),
        ("“Kyiv,” (said)", ["Kyiv", "said"]),
        ("東京 Київ", ["東", "京", "Київ"]),
        ("👩‍👩‍👧 🇺🇦", ["👩‍👩‍👧", "🇺🇦"]),
    ],
)
def test_what_a_word_is(text: str, words: list[str]) -> None:
    found, at = [], 0
    while (word := motion.word_after(text, at)) is not None:
        found.append(text[slice(*word)])
        at = word[1]
    assert found == words


def test_sentences_paragraphs_and_selection() -> None:
    text = "One two. Three four.\nFive"
    assert text[: motion.sentence_end(text, 0)] == "One two"
    assert motion.paragraph_end(text, 0) == 20
    chosen = Selection((4, 7), (9, 14))
    assert (chosen.start, chosen.end) == (4, 14)
    assert chosen.swapped().to((0, 3), extend=True).end == 14


def _mention(number: int, start: int, end: int, status: str = "suggested") -> Mention:
    uid = number.to_bytes(16, "big")
    return Mention(number, uid, 1, start, end, "GPE", "q", status, "model", "", "")


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(1, 30)), max_size=25), st.integers(0, 90))
def test_mentions_are_found_by_place(spans: list[tuple[int, int]], at: int) -> None:
    found = SpanIndex([_mention(n, s, s + length) for n, (s, length) in enumerate(spans)])
    expected = {n for n, (s, length) in enumerate(spans) if s <= at < s + length}
    assert {m.id for m in found.at(at)} == expected


def test_stepping_goes_around() -> None:
    index = SpanIndex([_mention(1, 0, 3), _mention(2, 5, 8, "accepted"), _mention(3, 10, 12)])

    def open_one(m: Mention) -> bool:
        return m.review_status == "suggested"

    first = index.step(0, None, True, open_one)
    assert first is not None and first.id == 1
    second = index.step(0, first, True, open_one)
    assert second is not None and second.id == 3
    again = index.step(0, second, True, open_one)
    assert again is not None and again.id == 1
    assert index.step(0, None, True, lambda m: False) is None


@given(st.text())
def test_what_is_shown_is_as_long_as_what_is_stored_and_harmless(text: str) -> None:
    shown = safe(text)
    assert len(shown) == len(text)
    assert safe(shown) == shown
    for char in shown:
        assert char == "\n" or not (ord(char) < 32 or 0x7F <= ord(char) < 0xA0)
        assert ord(char) not in range(0x202A, 0x202F) and ord(char) not in range(0x2066, 0x206A)
