"""Offices and ranks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from annotators import lexicon
from annotators.base import Document
from store.records import Suggestion

_OFFICE = re.compile(
    r"(?<![\w-])(?:(?:Deputy|Assistant|Acting|First|Vice|Special|Senior|Chief|Under|Parliamentary|Permanent|Principal|Joint|Presidential|National) ?)*"
    r"(?:[Ss]ecretary|[Mm]inister|[Aa]dvis[eo]r|[Ee]nvoy|[Rr]epresentative|[Cc]ommissioner|[Cc]oordinator|Under-Secretary|[Uu]ndersecretary|[Aa]mbassador|[Hh]igh [Cc]ommissioner)"
    r"(?: (?:of State|of [Dd]efen[cs]e|of the (?:Interior|Treasury|Army|Navy|Air Force)|General)(?: for [A-Z]\w+(?: [A-Z]\w+)*)?| (?:of|for) (?:the )?(?:[A-Z]\w+)(?:(?: and| &)? [A-Z]\w+){0,3}| to (?:the )?(?:United Nations|UN|NATO|EU|European Union|[A-Z]\w+))(?![\w-])"
    r"|(?<![\w-])(?:(?:Deputy|Assistant|Under|Permanent) Secretary|(?:Special|Senior|Military|National Security) Advis[eo]r|Special (?:Envoy|Representative|Rapporteur)|(?:Deputy |Chief )?(?:Spokesman|Spokeswoman|Spokesperson)|Commodore|(?:Senior )?(?:Chief )?Petty Officer|[Cc]ommanding [Gg]eneral|[Cc]ommander[- ]in[- ][Cc]hief|(?:Master |Staff |Gunnery |First )?Sergeant(?: Major)?|Lance Corporal|Wing Commander|Squadron Leader|Air (?:Chief )?Marshal|Lord|Sir)(?= [A-Z]|,)"
    r"|(?<=\b[Tt]he )(?:minister|Minister|(?:Deputy |Assistant |Permanent )?Secretary|Ambassador|Deputy Commander)(?![\w-]| [A-Z]| of )"
)


_OFFICES = frozenset(
    "secretary minister advisor adviser envoy representative commissioner coordinator under-secretary"
    " undersecretary ambassador rapporteur spokesman spokeswoman spokesperson commodore officer general"
    " commander commander-in-chief sergeant corporal leader marshal lord sir".split()
)
"""One of these words is in whatever `_OFFICE` finds."""


@cache
def _abbreviations() -> re.Pattern[str]:
    short = sorted(lexicon.section("role")["abbreviations"], key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, short))})(?=\s+[A-Z])")


def find(document: Document) -> Iterator[Suggestion]:
    """Mark ``Defense Minister``, ``regional Governor``, ``Lt. Gen.``; an ordinary word such as
    ``general`` or ``chief`` only where it stands before a name, with a capital, or in ``army
    chief``."""
    tokens = document.tokens
    heads = lexicon.phrases("role", "heads")
    weak = lexicon.words("role", "weak")
    modifiers = lexicon.words("role", "modifiers")
    people = {span[0] for span in document.ner if span[2] == "PERSON"}
    for m in _OFFICE.finditer(document.text) if document.has(_OFFICES) else ():
        if m.start() >= document.first_line_end:
            # `Minister for Europe David Lidington`: the name that follows is none of the office's
            end = max((p - 1 for p in people if m.start() < p < m.end()), default=m.end())
            yield Suggestion(m.start(), end, "ROLE", "rule", "role", "office of what")
    for m in _abbreviations().finditer(document.text):
        yield Suggestion(m.start(), m.end(), "ROLE", "rule", "role", "abbreviation")
    for index, length in heads.found(document):
        first, last = index, index + length - 1
        token = tokens[last]
        headline = token.start < document.first_line_end and token.capital
        if headline and not (last + 1 < len(tokens) and tokens[last + 1].capital):
            continue
        follows = tokens[last + 1] if last + 1 < len(tokens) else None
        before_name = follows is not None and (
            follows.start in people or (follows.capital and token.capital)
        )
        while first and tokens[first - 1].lower in modifiers:
            first -= 1
        if first == last and token.lower in weak and not before_name:
            body = first and tokens[first - 1].text.isupper() and len(tokens[first - 1].text) > 1
            if not (token.lower == "chief" and body):
                continue
        if document.text[token.end + 1 : token.end + 9].lower() == "s office":
            continue  # that is a body
        yield Suggestion(tokens[first].start, token.end, "ROLE", "rule", "role", "office or rank")
