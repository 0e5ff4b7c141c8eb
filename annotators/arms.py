"""Weapons and platforms: a model, a class of arms, or both in one phrase."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from importlib import resources

from annotators import lexicon
from annotators.base import Document
from store.records import Suggestion


@cache
def designations() -> frozenset[str]:
    """Return the designations of vehicles, guns, aircraft and ships in the list from Oryx."""
    text = resources.files("annotators.data").joinpath("oryx_designations.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def _folded_designations() -> frozenset[str]:
    return frozenset(name.lower() for name in designations())


def find(document: Document) -> Iterator[Suggestion]:
    """Mark class nouns with what stands before them, and models by name or pattern.

    ``RCH 155 self-propelled howitzers`` is one span; in ``drone strikes`` only ``drone`` is.
    A model before a class noun takes the class's label.
    """
    tokens = document.tokens
    models: dict[int, tuple[int, str]] = {}  # last token -> first token, label
    for name, label in (("weapon", "WEAPON"), ("platform", "PLATFORM")):
        for m in lexicon.models(name).finditer(document.text):
            first = bisect_left(tokens, (m.start(),))
            last = bisect_left(tokens, (m.end(),)) - 1
            if 0 <= first <= last and (tokens[first].start, tokens[last].end) == m.span():
                models[last] = (first, label)
        if label == "PLATFORM":
            listed = designations()
            for index in document.at(_folded_designations()):
                if tokens[index].text in listed:
                    models.setdefault(index, (index, label))
        for index, length in lexicon.phrases(name, "names").found(document):
            models.setdefault(index + length - 1, (index, label))
    used: set[int] = set()
    for name, label in (("platform", "PLATFORM"), ("weapon", "WEAPON")):
        heads = lexicon.phrases(name, "heads")
        modifiers = lexicon.words(name, "modifiers")
        banned = frozenset(lexicon.section(name).get("not_heads_after", ()))
        for index in document.at(heads.lasts):
            length = heads.ending_at(tokens, index)
            if not length or index in used:
                continue
            if index + 1 < len(tokens) and heads.at(tokens, index + 1 - length) > length:
                continue  # the longer phrase is met at its own end
            first = index + 1 - length
            if first and tokens[first - 1].lower in banned:
                continue
            while first and tokens[first - 1].lower in modifiers and first - 1 not in models:
                first -= 1
            rule = "class"
            if first and first - 1 in models:
                first = models.pop(first - 1)[0]
                rule = "model and class"
            elif index in models:
                first = min(first, models.pop(index)[0])
            span = range(first, index + 1)
            if used.intersection(span):
                continue
            used.update(span)
            yield Suggestion(
                tokens[first].start, tokens[index].end, label, "rule", "arms", f"{name} {rule}"
            )
    for last, (first, label) in models.items():
        if not used.intersection(range(first, last + 1)):
            yield Suggestion(
                tokens[first].start, tokens[last].end, label, "rule", "arms",
                f"{label.lower()} model",
            )  # fmt: skip
