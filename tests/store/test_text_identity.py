"""Stored text and offsets: whatever the script, a quote is what stands at its offsets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import articles, mentions
from store.ids import new_uid
from store.library import Library
from store.records import Incoming, Suggestion
from store.texts import clean, fold

_WORDS = st.sampled_from(
    ["Kyiv", "Київ", "القاهرة", "東京", "👩‍👩‍👧", "é", "e\u0301", "🇺🇦", "shot\u200bdown", "“quoted”",
     "नमस्ते", "\x1b[31m", "a\x00b", "\u202eevil", "x" * 40, "\n", "\r\n", "\t", " "]
)  # fmt: skip
TEXTS = st.lists(_WORDS, min_size=1, max_size=40).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(text=TEXTS, data=st.data())
def test_a_mention_is_what_stands_at_its_offsets(
    tmp_path_factory: pytest.TempPathFactory, text: str, data: st.DataObject
) -> None:
    stored, _ = clean(text)
    if not stored.strip():
        return
    spans = data.draw(
        st.lists(
            st.tuples(st.integers(0, len(stored) - 1), st.integers(1, 12)), min_size=1, max_size=8
        )
    )
    run = [Suggestion(s, min(len(stored), s + n), "GPE") for s, n in spans]
    with Library.open(tmp_path_factory.mktemp("t") / "l.db") as library:
        item = articles.prepare(Incoming(text))
        article_id = library.write(lambda c: articles.store(c, item)).article_id
        library.write(lambda c: mentions.replace_suggestions(c, article_id, run, "fp", None))
        with library.reading() as connection:
            back = articles.text(connection, article_id)
            found = mentions.of_article(connection, article_id)
            in_sql = connection.execute(
                'SELECT m.quote, substr(v.text, m.start + 1, m."end" - m.start) FROM mention m'
                " JOIN article_version v ON v.article_id = m.article_id"
            ).fetchall()
    assert back == stored
    assert all(m.quote == back[m.start : m.end] for m in found)
    assert all(quote == cut for quote, cut in in_sql)


@given(text=st.text())
def test_cleaning_keeps_everything_but_newlines_nul_and_surrogates(text: str) -> None:
    stored, lost = clean(text)
    assert "\r" not in stored and "\0" not in stored
    stored.encode("utf-8")
    expected = text.replace("\r\n", "\n").replace("\r", "\n")
    assert len(stored) == len(expected)
    assert sum(a != b for a, b in zip(stored, expected, strict=True)) == lost
    assert clean(stored) == (stored, 0)


@given(name=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"])))
def test_folding_twice_is_folding_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


def test_folding_forgets_case_accents_and_space() -> None:
    assert fold("  Séléka ") == fold("SELEKA") == "seleka"
    assert fold("46th") != fold("47th")


def test_uids_are_sorted_by_time_and_never_the_same() -> None:
    made = [new_uid() for _ in range(20_000)]
    assert len(set(made)) == len(made)
    assert made == sorted(made)
    assert all(uid[6] >> 4 == 7 and uid[8] >> 6 == 2 for uid in made)
