"""The accelerated decoder gives the entities that the stock one gives, on a hundred thousand words."""

from __future__ import annotations

import json

import pytest

from annotators import fast_ner, models
from benchmarks import made
from tests.conftest import data_folder

ODD = [
    "", " ", "\n\n", "x", "Kyiv", "Kyiv\n", "In\n Kyiv  \t Hamas", "((((((((((", "🇺🇦 Київ 👩‍👩‍👧",
    "A" * 3000, "U.S. U.S. U.S.", "Kyiv " * 400, "\ufffd\ufffd Kyiv", "January January 14 2025 14",
]  # fmt: skip


@pytest.fixture(scope="module")
def nlp():  # type: ignore[no-untyped-def]
    model = models.choose()
    if model is None:
        pytest.skip("no model is installed")
    return models.load(model)


def test_it_is_in_use_with_the_model_that_is_pinned(nlp) -> None:  # type: ignore[no-untyped-def]
    assert fast_ner.build(nlp) is not None


def test_the_same_entities_on_a_hundred_thousand_words(nlp) -> None:  # type: ignore[no-untyped-def]
    fast = fast_ner.build(nlp)
    texts = [*ODD, *(made.text(1000, n) for n in range(60))]
    data = data_folder()
    for name in ("wikinews_articles", "ner_re3d", "xdoc_gvc") if data else ():
        assert data is not None
        lines = (data / f"{name}.jsonl").read_text("utf-8").splitlines()
        texts += [json.loads(line)["text"] for line in lines]
    words = 0
    for n in range(1000):
        if n >= len(texts):
            if words >= 100_000:
                break
            texts.append(made.text(1000, n))
        words += len(texts[n].split())
        assert fast_ner.entities(nlp, fast, texts[n]) == fast_ner.entities(nlp, None, texts[n])
    assert words >= 100_000


def test_texts_together_have_the_entities_that_each_has_alone(nlp) -> None:  # type: ignore[no-untyped-def]
    fast = fast_ner.build(nlp)
    texts = [*ODD, *(made.text(80, n) for n in range(200))]
    data = data_folder()
    for name in ("incidents_wikicep", "types_plover_gsr") if data else ():
        assert data is not None
        lines = (data / f"{name}.jsonl").read_text("utf-8").splitlines()
        texts += [json.loads(line)["text"] for line in lines]
    for first in range(0, len(texts), 16):
        part = texts[first : first + 16]
        alone = [fast_ner.entities(nlp, fast, text) for text in part]
        assert fast_ner.entities_of(nlp, fast, part) == alone
        assert fast_ner.entities_of(nlp, fast, part[::-1]) == alone[::-1]


def test_a_model_laid_out_otherwise_is_left_to_the_stock_decoder() -> None:
    import spacy

    blank = spacy.blank("en")
    blank.add_pipe("ner").add_label("ORG")  # type: ignore[attr-defined]
    blank.initialize()
    assert fast_ner.build(blank) is None
