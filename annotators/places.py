"""Places in context: names that the model took for a person or a body, put right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from annotators import lexicon
from annotators.base import Document
from store.records import Suggestion

_WRONG = frozenset(["PERSON", "ORG", "NORP", "LOC", "FACILITY", "EVENT", "WEAPON", "PLATFORM"])
_BEFORE = re.compile(
    r"(?:\b(?:in|near|at|from|to|of|over|around|across|towards?|outside|into|including|reached)|,|\band)\s+(?:the\s+)?$",
    re.I,
)
_NAME = r"[A-ZŠŽČĆ]\w+(?:[-’' ](?:[A-Z]\w+|al-\w+|ez-\w+))*"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    before = "|".join(lexicon.section("place")["nouns_before"])
    after = "|".join(lexicon.section("place")["nouns_after"])
    return (
        re.compile(rf"\b(?:{before}) of ({_NAME})"),
        re.compile(rf"\b([A-Z]\w+(?:[- ][A-Z]\w+)?)(?:['’]s)? (?:{after})\b"),
    )


def find(document: Document) -> Iterator[Suggestion]:
    """Mark names of the list in a place's context, and ``city of X``, ``X region``."""
    tokens = document.tokens
    text = document.text
    for key, label in (("gpe", "GPE"), ("loc", "LOC")):
        known = lexicon.phrases("place", key)
        index = 0
        while index < len(tokens):
            length = known.at(tokens, index)
            if length:
                start, end = tokens[index].start, tokens[index + length - 1].end
                context = bool(_BEFORE.search(text[max(0, start - 24) : start])) or bool(
                    re.match(r",? (?:region|oblast|province|and [A-Z]|city)", text[end : end + 12])
                )
                if length > 1 or context or label == "LOC" or text[end : end + 2] in ("'s", "’s"):
                    yield Suggestion(start, end, label, "rule", "place", "listed name in context")
            index += max(length, 1)
    for pattern in _patterns():
        for m in pattern.finditer(text):
            first = m[1].split()[0].lower()
            if first not in ("the", "this", "that", "its", "a", "an", "in", "every", "each") and (
                m.start() >= document.first_line_end
            ):
                if first in lexicon.words("norp", "names"):
                    continue
                yield Suggestion(m.start(1), m.end(1), "GPE", "rule", "place", "noun of place")


def repair(spans: list[Suggestion], document: Document) -> list[Suggestion]:
    """Make a list of places all places: in ``Kyiv, Poltava, and Odesa`` one known place tells
    what its neighbours of one or two words are."""
    ordered = sorted(spans, key=lambda s: s.start)
    changed = True
    while changed:
        changed = False
        for left, right in zip(range(len(ordered)), range(1, len(ordered)), strict=False):
            a, b = ordered[left], ordered[right]
            if not re.fullmatch(r",? and |, ", document.text[a.end : b.start]):
                continue
            for place, other, at in ((a, b, right), (b, a, left)):
                words = document.text[other.start : other.end].split()
                if (
                    place.label == "GPE"
                    and other.label in ("PERSON", "ORG", "NORP", "LOC")
                    and other.layer == "ner"
                    and len(words) == 1
                    and words[0].lower() not in lexicon.words("norp", "names")
                    and _BEFORE.search(document.text[max(0, a.start - 14) : a.start])
                ):
                    ordered[at] = replace(
                        other, label="GPE", origin="rule", layer="place", rule="beside a place"
                    )
                    changed = True
    return ordered
