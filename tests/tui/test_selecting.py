"""Selecting without a mouse: motions, whole things, jumps, names that were missed, a label kept on."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import seeds
from store import importers, mentions
from store.library import Library
from store.records import Incoming, Suggestion
from tests.tui.test_deciding import settle
from tests.tui.test_screens import marks, running
from tests.tui.test_screens import path as path
from tui.app import ConflictReader
from tui.reading import candidates, hints, motion

TEXT = seeds.read().decode()


def selected(app: ConflictReader) -> str:
    s = app.desk.reader.selection
    return "" if s is None else app.desk.reader.text[s.start : s.end]


async def jump(app: ConflictReader, pilot: object, words: str) -> int:
    """Press f and the letters of a word; return how many keys that was."""
    at = app.desk.reader.text.index(words)
    await pilot.press("f")  # type: ignore[attr-defined]
    letters = next(k for k, v in app.desk.reader.hints.items() if v == at)
    await pilot.press(*letters)  # type: ignore[attr-defined]
    return 1 + len(letters)


async def test_a_name_of_three_words_is_marked_by_at_most_seven_keys(path: Path) -> None:
    async with running(path) as (app, pilot):
        name = next(m for m in candidates.find(TEXT, 200, 1400, ()) if " " in TEXT[slice(*m)])
        keys = await jump(app, pilot, TEXT[slice(*name)])
        assert " " in selected(app)  # the whole name at once
        quote = selected(app)
        await pilot.press("1")
        assert keys + 1 <= 7
        assert (quote, "PERSON", "added") in marks(app)


async def test_a_jump_to_a_mention_gives_it_the_focus(path: Path) -> None:
    async with running(path) as (app, pilot):
        await jump(app, pilot, "January 14")
        assert app.desk.reader.focused is not None
        assert app.desk.reader.focused.quote == "January 14"
        await pilot.press("f", "escape")
        assert app.desk.reader.mode == "reader" and not app.desk.reader.hints
        await pilot.press("f", "1")
        assert "no word has these letters" in app.desk.status.message


async def test_names_that_nothing_marks_are_walked_through_and_marked(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("c")
        first = selected(app)
        await pilot.press("c")
        second = selected(app)
        assert first and second and first != second
        await pilot.press("C")
        assert selected(app) == first
        await pilot.press("3")  # marked, and on to the next
        assert (first, "GPE", "added") in marks(app)
        assert selected(app) == second
        await pilot.press("tab")  # back to reviewing, from here on
        assert app.desk.reader.mode == "reader"
        assert app.desk.reader.focused is not None and not app.desk.reader.focused.human


async def test_whole_things_and_motions(path: Path) -> None:
    async with running(path) as (app, pilot):
        reader = app.desk.reader
        await pilot.press("v", "s")
        sentence = selected(app)
        await pilot.press("p")
        assert sentence in selected(app) or selected(app) in sentence
        await pilot.press("escape", "v", "e", "e")
        assert len(selected(app).split()) == 3
        before = selected(app)
        await pilot.press("o", "w", "o")
        assert selected(app) == before.split(" ", 1)[1]
        for key in ("comma", "dollar_sign", "circumflex_accent", "left_parenthesis", "right_parenthesis",
                    "left_curly_bracket", "right_curly_bracket", "shift+down", "shift+up"):  # fmt: skip
            await pilot.press(key)
            s = reader.selection
            assert s is not None and 0 <= s.start < s.end <= len(reader.text), key


async def test_an_edge_is_one_key_and_characters_are_to_be_had(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("tab", "greater_than_sign")
        m = app.desk.reader.focused
        assert m is not None and m.quote.startswith("January 14") and len(m.quote) > 10
        await pilot.press("right_curly_bracket")
        assert ("January 14", "DATE", "accepted") in marks(app)
        await pilot.press("e", "c", "h", "h", "enter")
        assert ("January", "DATE", "corrected") in marks(app)
        await pilot.press("a")
        focused = app.desk.reader.focused
        assert focused is not None and focused.quote == "Kyiv"  # a goes on


def plain_words(app: ConflictReader, count: int) -> list[str]:
    """Return words in view that nothing marks and that stand there for the first time."""
    text, found = app.desk.reader.text, list[str]()
    for a, b in motion.words_in(text, *app.desk.reader.visible_range):
        word = text[a:b]
        if word.islower() and b - a > 6 and text.index(word) == a:
            found.append(word)
    return found[:count]


async def test_a_label_kept_on_shows_itself_and_escape_always_ends_it(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("T", "w")
        assert "▶ WEAPON ◀" in app.desk.status.mode
        word = plain_words(app, 1)[0]
        await jump(app, pilot, word)
        assert (word, "WEAPON", "added") in marks(app)
        await pilot.press("enter", "v", "w", "enter")
        assert sum((label, status) == ("WEAPON", "added") for _, label, status in marks(app)) == 2
        await pilot.press("escape")
        assert app.desk.sticky is None and "▶" not in app.desk.status.mode


async def test_with_a_label_kept_on_the_letters_stay_and_mark_word_after_word(path: Path) -> None:
    async def mark(word: str) -> None:
        at = app.desk.reader.text.index(word)
        await pilot.press(*next(k for k, v in app.desk.reader.hints.items() if v == at))

    async with running(path) as (app, pilot):
        one, two, three, four = plain_words(app, 4)
        await pilot.press("T", "w", "f")
        await mark(one)
        await mark(two)
        assert {(one, "WEAPON", "added"), (two, "WEAPON", "added")} <= set(marks(app))
        await pilot.press("greater_than_sign")  # an edge, between two jumps
        assert not any(quote == two for quote, _, _ in marks(app))
        assert any(quote.startswith(f"{two} ") for quote, _, _ in marks(app))
        await pilot.press("2")  # another label
        assert "▶ ORG ◀" in app.desk.status.mode and app.desk.reader.mode == "hints"
        await mark(three)
        assert (three, "ORG", "added") in marks(app)
        await pilot.press("backspace")  # it was the wrong word
        await settle(app, pilot)
        assert not any(quote == three for quote, _, _ in marks(app))
        assert app.desk.reader.mode == "hints"
        letters = next(k for k in app.desk.reader.hints if len(k) == 2)
        await pilot.press(letters[0], "backspace")  # a letter taken back marks nothing
        await mark(four)
        assert (four, "ORG", "added") in marks(app)
        await pilot.press("pagedown", "escape")
        assert app.desk.sticky is None and not app.desk.reader.hints


async def test_words_are_marked_by_their_letters_as_what_they_most_likely_are(path: Path) -> None:
    async def mark(words: str) -> None:
        at = app.desk.reader.text.index(words)
        await pilot.press(*next(k for k, v in app.desk.reader.hints.items() if v == at))

    async with running(path) as (app, pilot):
        reader = app.desk.reader
        open_one = next(m for m in reader.spans.mentions if m.quote == "Kyiv")
        await pilot.press("F")
        assert "likely label" in app.desk.status.mode
        offsets = set(reader.hints.values())
        assert open_one.start not in offsets  # what is marked has no letters, nor has an article
        assert not any(reader.text[o : o + 4] in ("the ", "and ") for o in offsets)
        await mark("strategic economic facilities")
        assert reader.mode == "hints" and reader.focused is not None
        first = reader.focused
        assert first.quote == "strategic economic facilities" and first.label == "FACILITY"
        await pilot.press("4")  # not that: the word that was marked last gets it
        assert ("strategic economic facilities", "LOC", "added") in marks(app)
        await pilot.press("semicolon", "f")  # and any label by its letter, which goes on too
        assert ("strategic economic facilities", "FORCE", "added") in marks(app)
        assert reader.mode == "hints" and reader.focused.uid == first.uid
        await settle(app, pilot)
        await pilot.press("backspace", "backspace")
        await settle(app, pilot)
        assert ("strategic economic facilities", "FACILITY", "added") in marks(app)
        await pilot.press("tab")  # on to what is suggested
        assert app.desk.context == "reader" and app.desk.sticky is None
        assert reader.focused is not None and not reader.focused.human


async def test_backspace_takes_back_what_the_letters_made_and_no_more(path: Path) -> None:
    async def mark(words: str) -> None:
        at = app.desk.reader.text.index(words)
        await pilot.press(*next(k for k, v in app.desk.reader.hints.items() if v == at))

    async with running(path) as (app, pilot):
        await pilot.press("tab", "a")  # before the letters: not theirs to take back
        await settle(app, pilot)
        await pilot.press("F")
        await mark("warehouses")
        await pilot.press("5")  # it is that already: no edit
        await mark("strategic economic")
        await pilot.press("right_parenthesis", "semicolon", "l")  # an edge, and another label
        assert any(label == "LOC" and status == "added" for _, label, status in marks(app))
        await settle(app, pilot)
        for _ in range(6):
            await pilot.press("backspace")
            await settle(app, pilot)
        assert "nothing was marked" in app.desk.status.message
        assert [s for _, _, s in marks(app)] == ["accepted", "suggested", "suggested"]


async def test_a_range_by_letters_may_end_in_a_suggestion(path: Path) -> None:
    async with running(path) as (app, pilot):
        reader = app.desk.reader
        first, last = TEXT.index("visit to Kyiv"), TEXT.index("Kyiv by German")
        await pilot.press("F")
        letters = next(k for k, v in reader.hints.items() if v == first)
        await pilot.press(*letters[:-1], letters[-1].upper())
        await pilot.press(*next(k for k, v in reader.hints.items() if v == last))
        assert "visit to Kyiv" in [quote for quote, _, _ in marks(app)]
        assert ("Kyiv", "GPE", "suggested") not in marks(app)  # a part of it now


async def test_letters_end_with_enter_and_with_another_article(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("F", "enter")
        assert app.desk.sticky is None and not app.desk.reader.hints
        await pilot.press("F")
        app.desk.open_article(2)
        await pilot.pause()
        assert app.desk.sticky is None and not app.desk.reader.hints


def test_letters_on_a_long_paragraph_are_found_in_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    text = TEXT.replace("\n", " ") * 3
    looks = 0
    real = candidates.find

    def counted(*given: object) -> object:
        nonlocal looks
        looks += 1
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(candidates, "find", counted)
    words = candidates.beginnings(text, motion.words_in(text, 0, 3000), ())
    first = candidates.worth_a_letter(text, words, (), ())
    assert looks == 2 and text.index("European leaders") in first


async def test_a_word_inside_a_mention_can_be_jumped_to_and_marked(path: Path) -> None:
    async with running(path) as (app, pilot):
        at = TEXT.index("January 14") + len("January ")
        await pilot.press("f")
        await pilot.press(*next(k for k, v in app.desk.reader.hints.items() if v == at))
        assert app.desk.reader.focused is not None
        await pilot.press("v")
        assert selected(app) == "14"


async def test_an_edge_is_grown_and_accepted_by_one_key(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("right_parenthesis")  # nothing is focused: it only shows what is
        assert ("January 14", "DATE", "suggested") in marks(app)
        grown = candidates.grown(TEXT, (TEXT.index("January"), TEXT.index("January") + 10), "end")
        await pilot.press("right_parenthesis")
        assert (TEXT[slice(*grown)], "DATE", "corrected") in marks(app)
        focused = app.desk.reader.focused
        assert focused is not None and focused.quote == "Kyiv"


async def test_what_a_mark_grows_over_is_asked_about_no_more_and_comes_back(path: Path) -> None:
    text = "Then Foreign Minister Sergei Lavrov spoke in Kyiv, Ukraine."

    def suggested(name: str, label: str) -> Suggestion:
        return Suggestion(text.index(name), text.index(name) + len(name), label)

    with Library.open(path) as library:
        importers.store(library, [Incoming(text, title="one")])
        found = [suggested("Foreign Minister", "ROLE"), suggested("Lavrov", "PERSON"),
                 suggested("Kyiv", "GPE"), suggested("Ukraine", "GPE")]  # fmt: skip
        library.write(lambda c: mentions.replace_suggestions(c, 3, found, "fp", None))
    async with running(path) as (app, pilot):
        app.desk.open_article(3, offset=0)
        await pilot.pause()
        await pilot.press("tab", "tab", "less_than_sign")
        assert marks(app, 3)[0] == ("Foreign Minister Sergei Lavrov", "PERSON", "corrected")
        assert [quote for quote, _, _ in marks(app, 3)[1:]] == ["Kyiv", "Ukraine"]
        await settle(app, pilot)
        assert len(marks(app, 3)) == 3
        await pilot.press("left_curly_bracket")  # a word in: the office is not all inside it
        await settle(app, pilot)
        assert marks(app, 3)[:2] == [
            ("Foreign Minister", "ROLE", "suggested"),
            ("Minister Sergei Lavrov", "PERSON", "corrected"),
        ]
        await pilot.press("u", "u")
        await settle(app, pilot)
        assert [(q, s) for q, _, s in marks(app, 3)] == [
            ("Foreign Minister", "suggested"), ("Lavrov", "suggested"),
            ("Kyiv", "suggested"), ("Ukraine", "suggested"),
        ]  # fmt: skip


async def test_a_letter_of_a_jump_is_taken_back(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("f")
        before = dict(app.desk.reader.hints)
        letters = next(k for k in before if len(k) == 2)
        await pilot.press(letters[0])
        assert len(app.desk.reader.hints) < len(before)
        await pilot.press("backspace")
        assert app.desk.reader.hints == before
        await pilot.press("backspace")
        assert not app.desk.reader.hints and app.desk.reader.mode == "reader"


@given(count=st.integers(0, 800), first=st.integers(0, 60))
def test_hints_are_prefix_free_and_reach_every_word_they_can(count: int, first: int) -> None:
    words = [(n * 4, n * 4 + 3) for n in range(count)]
    found = hints.assign(words, [n * 4 for n in range(min(first, count))])
    assert len(found) == min(count, 676)
    assert len(set(found.values())) == len(found)
    singles = {k for k in found if len(k) == 1}
    assert not any(k[0] in singles for k in found if len(k) == 2)
    assert all(len(k) <= 2 for k in found)


_WORDS = st.lists(
    st.sampled_from(["Kyiv", "the", "of", "drone", "5", "rebels", "al-Bashir", "said.", "\n", "Über", "日本", "“x”"]),
    max_size=30,
)  # fmt: skip


@given(words=_WORDS, spans=st.lists(st.tuples(st.integers(0, 80), st.integers(1, 9)), max_size=5))
def test_candidates_stand_free_in_the_text_and_in_order(
    words: list[str], spans: list[tuple[int, int]]
) -> None:
    text = " ".join(words)
    taken = sorted((a, a + n) for a, n in spans if a + n <= len(text))
    found = candidates.find(text, 0, len(text), taken, {"Kyiv"})
    assert found == sorted(found)
    for a, b in found:
        assert 0 <= a < b <= len(text) and text[a:b].strip() == text[a:b]
        assert not any(x < b and a < y for x, y in taken)


@given(words=_WORDS, at=st.integers(0, 90))
def test_starts_and_ends_of_sentences_and_paragraphs_hold_the_offset(
    words: list[str], at: int
) -> None:
    text = " ".join(words)
    at = min(at, len(text))
    assert motion.paragraph_start(text, at) <= at <= motion.paragraph_end(text, at)
    assert motion.sentence_start(text, at) <= at
    assert at < motion.punctuation_after(text, at) or motion.punctuation_after(text, at) >= len(
        text
    )
    inside = motion.quotation_around(text, at)
    assert inside is None or inside[0] <= inside[1] <= len(text)


@pytest.mark.parametrize("key", ["f", "c", "v", "T", "P", "asterisk", "O", "e"])
async def test_a_key_of_the_text_without_a_text_says_what_to_do(path: Path, key: str) -> None:
    async with running(path) as (app, pilot):
        app.desk.open = None
        app.desk.reader.clear()
        app.desk.show_pane("reader")
        await pilot.press(key)
        assert app.desk.status.message


@pytest.mark.parametrize(
    "text", ["A " * 60_000, "Aa-" * 40_000, "12; " * 20_000, "Ab; " * 20_000, "a" * 120_000]
)
def test_hostile_paragraphs_are_looked_through_in_pieces(text: str) -> None:
    started = time.process_time()
    candidates.find(text, 0, 2 * candidates.REACH, (), ())
    assert time.process_time() - started < 2  # a bound on growth, far above what it takes


async def test_what_is_left_of_a_possessive_is_no_name(path: Path) -> None:
    async with running(path) as (app, pilot):
        assert app.session is not None
        at = TEXT.index("Russia's")
        app.session.library.write(
            lambda c: mentions.replace_suggestions(
                c, 1, [Suggestion(at, at + 6, "GPE")], "fp", None
            )
        )
        app.desk.reread()
        app.desk.reader.focus_mention(app.desk.reader.spans.at(at)[0])
        await pilot.press("c")
        assert app.desk.reader.mode == "select" and len(selected(app)) > 1
        assert f"“{selected(app)[:20]}" in app.desk.status.message


async def test_a_capital_begins_a_selection_that_the_next_letters_end(path: Path) -> None:
    async with running(path) as (app, pilot):
        text, reader = app.desk.reader.text, app.desk.reader
        start = text.index("were", text.index("\n"))
        words = motion.words_in(text, start, start + 80)
        first, last = words[0], words[5]

        def letters(offset: int) -> str:
            return next(k for k, v in reader.hints.items() if v == offset)

        await pilot.press("f")
        at = letters(first[0])
        await pilot.press(*at[:-1], at[-1].upper())
        assert reader.mode == "hints" and "last word" in app.desk.status.message
        await pilot.press(*letters(last[0]))
        assert selected(app) == text[first[0] : last[1]]
        await pilot.press("5")
        assert (text[first[0] : last[1]], "added") in {(q, how) for q, _, how in marks(app)}
        # with a label kept on it is marked at once, and the letters are shown again
        await pilot.press("T", "o", "f")
        first, last = words[7], words[9]
        at = letters(first[0])
        await pilot.press(*at[:-1], at[-1].upper())
        await pilot.press(*letters(last[0]))
        assert reader.mode == "hints" and app.desk.sticky
        assert text[first[0] : last[1]] in {q for q, _, _ in marks(app)}
        # Esc leaves the letters, and what was begun
        await pilot.press("escape", "escape", "f")
        at = letters(first[0])
        await pilot.press(*at[:-1], at[-1].upper(), "escape")
        assert selected(app) == text[first[0] : first[1]]
        await pilot.press("escape")
        assert selected(app) == ""


@pytest.mark.parametrize(
    ("text", "mention", "which", "want"),
    [
        ("Then Foreign Minister Sergei Lavrov spoke.", "Lavrov", "start", "Foreign Minister Sergei Lavrov"),
        ("Russian Foreign Minister Sergei Lavrov and Kyiv.", "Russian", "end", "Russian Foreign Minister Sergei Lavrov"),
        ("the people of Iraq", "Iraq", "start", "people of Iraq"),
        ("the people of the Gulf fled", "people", "end", "people of the Gulf"),
        ("families of all the victims met", "families", "end", "families of all"),
        ("some of", "some", "end", "some of"),
        ("after the assault. Reports came", "assault", "end", "assault"),
        ("They fled. Kyiv fell", "Kyiv", "start", "Kyiv"),
        ("the assault\n\nReports came", "assault", "end", "assault"),
        ("Brig. Gen. Richard Coe spoke", "Coe", "start", "Brig. Gen. Richard Coe"),
        ("Headline\nof Ukraine said", "Ukraine", "start", "of Ukraine"),
        ("near Cibolo, Texas, on", "Cibolo", "end", "Cibolo, Texas"),
        ("two leaders met", "two", "end", "two leaders"),
        ("Iraqi", "Iraqi", "end", "Iraqi"),
    ],
)  # fmt: skip
def test_an_edge_grows_over_the_rest_of_a_name_or_a_word(
    text: str, mention: str, which: motion.Edge, want: str
) -> None:
    at = text.index(mention)
    start, end = candidates.grown(text, (at, at + len(mention)), which)
    assert text[start:end] == want


@given(st.text(alphabet="aB .,-\n’é", max_size=60), st.data())
def test_an_edge_that_grows_stays_in_the_text_and_never_shrinks(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    for which in ("start", "end"):
        a, b = candidates.grown(text, (start, end), which)
        assert 0 <= a <= b <= len(text)
        assert start == end or (a <= start and b >= end)


async def test_the_cursor_goes_by_pages_to_both_ends(path: Path) -> None:
    async with running(path, (80, 12)) as (app, pilot):
        reader = app.desk.reader
        await pilot.press("v", *["pageup"] * 20)
        first = motion.words_in(TEXT, 0, len(TEXT))[0]
        assert reader.selection is not None and reader.selection.start == first[0]
        at: list[int] = []
        while not at or at[-1] != reader.selection.start:
            at.append(reader.selection.start)
            await pilot.press("pagedown")
        assert at == sorted(at) and TEXT.find("\n", at[-1]) in (-1, len(TEXT) - 1)
        await pilot.press("v", "pageup")
        assert len(selected(app).splitlines()) > 1


def test_names_of_several_words_are_proposed_and_headlines_are_not() -> None:
    text = (
        "Ukraine Escalates Offensive With Long Drone Strikes\n\n"
        "Then Abu Omar al-Baghdadi met Sergei Lavrov and Hakan Fidan in the Gulf of Aden."
    )
    found = [text[a:b] for a, b in candidates.find(text, 0, len(text), ())]
    wanted = ["Abu Omar al-Baghdadi", "Sergei Lavrov", "Hakan Fidan", "Gulf of Aden"]
    assert [f for f in found if " " in f] == wanted
    assert "Offensive" not in found


def test_a_capital_that_begins_a_sentence_says_nothing_by_itself() -> None:
    text = "Reports came in. Troops left. Rusich fled. Later Rusich returned. Monitors saw UNRWA."
    found = [text[a:b] for a, b in candidates.find(text, 0, len(text), ())]
    assert found == ["Troops", "Rusich", "Rusich", "UNRWA"]
