"""Facilities: built things that can be hit, named or not."""

from __future__ import annotations

from collections.abc import Iterator

from annotators import lexicon
from annotators.base import Document
from store.records import Suggestion

_NOT_A_NAME = frozenset(
    """
        the a an this that these those its their his her our your my at in on near of to
        from and or but for as by with after before when while if it he she they we who
        which monday tuesday wednesday thursday friday saturday sunday january february
        march april may june july august september october november december
    """.split()
)


def find(document: Document) -> Iterator[Suggestion]:
    """Mark a facility's head noun with the words before it that say which or what kind.

    A head such as ``plant`` or ``base`` counts only with such a word; a capitalised word before
    the phrase (``Kazan Orgsintez plant``) is part of it.
    """
    tokens = document.tokens
    strong = lexicon.phrases("facility", "heads")
    weak = lexicon.words("facility", "weak")
    modifiers = lexicon.words("facility", "modifiers")
    norps = lexicon.words("norp", "names")
    last_end = -1
    for index in document.at(strong.lasts | weak):
        token = tokens[index]
        if token.start < document.first_line_end and token.capital:
            continue  # a headline's capitals say nothing
        length = strong.ending_at(tokens, index)
        is_weak = not length and token.lower in weak
        if not length and not is_weak:
            continue
        if index + 1 < len(tokens) and strong.at(tokens, index) > 1:
            continue
        following = tokens[index + 1].lower if index + 1 < len(tokens) else ""
        if following in weak or (token.capital and following in ("for", "of")):
            continue  # a longer phrase, or the name of a body
        first = index if is_weak else index + 1 - length
        head = first
        while first and document.text[tokens[first - 1].start : tokens[first].start].rstrip().lower() in modifiers:  # fmt: skip
            first -= 1
        named = first
        while (
            named
            and tokens[named - 1].capital
            and tokens[named - 1].lower not in _NOT_A_NAME
            and tokens[named - 1].lower not in norps
            and tokens[named - 1].text[-1].isalnum()
            and not document.text.startswith(("'s", "’s"), tokens[named - 1].end)
            and document.text[tokens[named - 1].end : tokens[named].start] in (" ", "-")
            and first - named < 4
        ):
            named -= 1
        if is_weak and named == head:
            continue
        rule = "name and head" if named < first else "kind and head" if first < head else "head"
        start = tokens[named].start
        if start < last_end:
            continue
        name = token.capital and named < head == first
        if name and (token.text == "Post" or lexicon.named(tokens, named, index)):
            continue  # a newspaper's or a body's
        last_end = token.end
        if named < first and token.capital and following in ("west", "east", "north", "south"):
            last_end = tokens[index + 1].end  # `Qayyarah Airfield West`
        yield Suggestion(start, last_end, "FACILITY", "rule", "facility", rule)
