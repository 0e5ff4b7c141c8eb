"""One text, one name, one thing: a surname is who was named in full; a name that was found once
is found everywhere; a headline says nothing that the text does not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from annotators import gazetteer, lexicon
from annotators.base import Document
from store.records import Suggestion

_NAMES = frozenset(["PERSON", "ORG", "GPE", "LOC", "FORCE", "NORP"])


def apply(spans: list[Suggestion], document: Document) -> list[Suggestion]:
    """Return the spans with names made consistent over the whole text."""
    text = document.text
    spans = _nations(_ships(_people(spans, text), text), text)
    body = [s for s in spans if not _in_headline(s, document)]
    people: dict[str, str] = {}
    for s in body:
        words = text[s.start : s.end].split()
        if s.label == "PERSON" and len(words) > 1 and len(words[-1]) > 2:
            people.setdefault(words[-1], " ".join(words))
    votes: dict[str, Counter[str]] = {}
    for s in body:
        if s.label in _NAMES:
            weight = 3 if s.layer != "ner" else 1
            votes.setdefault(text[s.start : s.end], Counter())[s.label] += weight
    out: list[Suggestion] = []
    for s in body:
        quote = text[s.start : s.end]
        if quote in people and (
            s.label in ("ORG", "GPE", "LOC", "NORP", "PERSON")
            or (s.label == "FACILITY" and s.layer == "ner")
        ):
            full = people[quote]
            if s.label != "PERSON":
                s = replace(s, label="PERSON", origin="rule", layer="consistency", rule="surname")
            s = replace(s, entity=full)
        elif s.label == "PERSON" and len(quote.split()) > 1:
            s = replace(s, entity=" ".join(quote.split()))
        elif s.layer == "ner" and (s.label in _NAMES or (s.label == "DATE" and quote in votes)):
            best, count = votes[quote].most_common(1)[0]
            if best != s.label and count > votes[quote][s.label]:
                s = replace(s, label=best, origin="rule", layer="consistency", rule="as elsewhere")
        out.append(s)
    out = _with_expansions(out, text)
    known = {
        text[s.start : s.end]: s
        for s in out
        if s.label in _NAMES and text[s.start : s.end][:1].isupper() and s.end - s.start > 2
    }
    for surname, full in people.items():
        if surname not in known:
            known[surname] = Suggestion(0, 1, "PERSON", "rule", "consistency", entity=full)
    taken = sorted((s.start, s.end) for s in out)
    if known:
        first: dict[str, list[str]] = {}
        for name in sorted(known, key=len, reverse=True):
            head = _HEAD.match(name)
            first.setdefault(head.group() if head else name, []).append(name)
        busy = _Busy(taken)
        at = 0
        places = sorted((start, name) for name in first for start in _starts(text, name))
        for start, word in places:
            if start < at:
                continue
            for name in first[word]:
                end = start + len(name)
                if not text.startswith(name, start) or _GOES_ON.match(text, end):
                    continue
                at = end
                if busy.free(start, end):
                    like = known[name]
                    out.append(
                        Suggestion(
                            start, end, like.label, "rule", "consistency", "as elsewhere",
                            entity=like.entity,
                        )
                    )  # fmt: skip
                break
    return _other_spellings(out, text)


_CAPITAL = re.compile(r"(?<![\w.-])[A-Z][\w’'-]{3,}")


def _other_spellings(spans: list[Suggestion], text: str) -> list[Suggestion]:
    """Return the spans with places that the text names in another spelling elsewhere: ``Falluja``
    where ``Fallujah`` is marked."""
    marked = {text[s.start : s.end] for s in spans if s.label == "GPE" and s.end - s.start > 3}
    begins = {name[:3].lower() for name in marked if " " not in name}
    busy: _Busy | None = None
    out = list(spans)
    for m in _CAPITAL.finditer(text) if begins else ():
        word = m.group()
        if word[:3].lower() not in begins or word in marked:
            continue
        busy = busy or _Busy(sorted((s.start, s.end) for s in spans))
        if not busy.free(*m.span()):
            continue
        meant = {place.id for place in gazetteer.lookup(word)}
        if meant and any(
            meant & {place.id for place in gazetteer.lookup(name)[:1]}
            for name in marked
            if name[:3].lower() == word[:3].lower()
        ):
            out.append(Suggestion(*m.span(), "GPE", "rule", "consistency", "another spelling"))
    return out


_SPEAKS = re.compile(
    r",? (?:said|says|told|denied|recalled|testified|admitted|insisted|argued|wrote)\b"
)
_NAME = r"[A-Z][\w’'-]+"
_NAMED_NEXT = re.compile(
    rf" ({_NAME}(?: (?:{_NAME}|[A-Z]\.|de|al|el|bin|ibn|von|van|da|dos|la)){{0,2}} {_NAME})(?![\w-])"
)
_NICKNAME = re.compile(rf"(?:[”\"] | [“\"][A-Z][\w.]*[”\"] ){_NAME}")


_WHO_IS = re.compile(
    r"\b(?:businessman|businesswoman|activist|journalist|reporter|lawyer|cleric|imam|pastor|priest|teacher|farmer|politician|"
    r"photographer|cameraman|blogger|economist|singer|actor|lawmaker|warlord|preacher|gunman|analyst|witness|resident) \Z"
)


def _people(spans: list[Suggestion], text: str) -> list[Suggestion]:
    """Return the spans with the people that the words around them show: who speaks and bears the name
    of no place, who is named behind an office, and a nickname in quotation marks."""
    ordered = sorted(spans, key=lambda s: s.start)
    out: list[Suggestion] = []
    for n, s in enumerate(ordered):
        quote = text[s.start : s.end]
        if s.layer == "ner" and s.label in ("GPE", "LOC") and _SPEAKS.match(text, s.end):
            if not gazetteer.lookup(quote) and not gazetteer.lookup(gazetteer.split_kind(quote)[0]):
                s = _person(s.start, s.end, "who speaks")
        elif (
            s.label == "PERSON"
            and (m := _NICKNAME.match(text, s.end))
            and (m.group()[0] == " " or "“" in quote or '"' in quote)
        ):
            s = _person(s.start, m.end(), "nickname")
        elif (
            s.layer == "ner"
            and s.label in ("ORG", "GPE", "LOC", "NORP", "FACILITY")
            and _WHO_IS.search(text, max(0, s.start - 24), s.start)
            and re.fullmatch(rf"{_NAME}(?: {_NAME}){{1,2}}", quote)
            and not gazetteer.lookup(quote)
        ):
            s = _person(s.start, s.end, "what somebody is")
        out.append(s)
        if s.label == "ROLE" and (m := _NAMED_NEXT.match(text, s.end)):
            free = n + 1 == len(ordered) or ordered[n + 1].start >= m.end(1)
            if free and not gazetteer.lookup(m[1]):
                out.append(_person(*m.span(1), "behind an office"))
    return [s for n, s in enumerate(out) if not n or s.start >= out[n - 1].end or s.layer != "ner"]


_SHIP = re.compile(r"(?:[A-Z]{2,5}) ([A-Z][\w’'-]{3,})$")


def _ships(spans: list[Suggestion], text: str) -> list[Suggestion]:
    """Return the spans with ships that are told of by the name alone: ``Forbin`` where the text has
    ``FS Forbin``."""
    ships = {
        m[1]: text[s.start : s.end]
        for s in spans
        if s.label == "PLATFORM" and (m := _SHIP.match(text[s.start : s.end]))
    }
    return [
        replace(
            s, label="PLATFORM", origin="rule", layer="consistency", rule="ship",
            entity=ships[text[s.start : s.end]],
        )
        if s.layer == "ner" and text[s.start : s.end] in ships else s
        for s in spans
    ]  # fmt: skip


def _nations(spans: list[Suggestion], text: str) -> list[Suggestion]:
    """Return the spans with what only says of which nation or people something is as NORP: the model
    takes ``Uzbek`` or ``Arab`` for a place now and then."""
    return [
        replace(s, label="NORP", origin="rule", layer="consistency", rule="nation")
        if s.layer == "ner"
        and s.label in ("GPE", "LOC")
        and lexicon.is_people(text[s.start : s.end])
        else s
        for s in spans
    ]


def _person(start: int, end: int, rule: str) -> Suggestion:
    return Suggestion(start, end, "PERSON", "rule", "consistency", rule)


def _starts(text: str, head: str) -> Iterator[int]:
    """Yield where a word (or mark) stands by itself; what stands behind a hyphen does not."""
    at = text.find(head)
    while at >= 0:
        end = at + len(head)
        before, after = text[at - 1 : at], text[end : end + 1]
        word = head[0].isalnum() or head[0] == "_"
        if before != "-" and not (word and (_GOES_ON.match(before) or _WORD.match(after))):
            yield at
        at = text.find(head, end)


_WORD = re.compile(r"\w")
_HEAD = re.compile(r"\w+|[^\w\s]")
_GOES_ON = re.compile(r"[\w-]")
_IN_BRACKETS = re.compile(r"\s*\((?:the |or )?([A-Z][A-Za-z0-9&.-]{1,11})\)")
_SMALL_WORDS = frozenset(
    ["of", "the", "for", "and", "in", "on", "to", "de", "la", "du", "des", "et"]
)


def _with_expansions(spans: list[Suggestion], text: str) -> list[Suggestion]:
    """Give a short form the full name that the text puts it behind, as its entity: ``Rapid Support
    Forces (RSF)``, with the short form in brackets made of the name's initials."""
    full: dict[str, str] = {}
    for s in spans:
        m = _IN_BRACKETS.match(text, s.end) if s.label in ("ORG", "FORCE", "FACILITY") else None
        if m is None:
            continue
        name = _without_article(text[s.start : s.end])
        initials = _initials(name)
        short = re.sub(r"[^A-Z]", "", m[1].upper())
        if len(short) > 1 and (initials == short or initials.startswith(short)):
            full.setdefault(m[1], name)
    out = [
        replace(s, entity=full[text[s.start : s.end]])
        if text[s.start : s.end] in full
        and s.label in ("ORG", "FORCE", "FACILITY", "GPE", "PERSON")
        else s
        for s in spans
    ]
    return _by_initials(out, text)


_SHORT = re.compile(r"(?<![\w.&-])[A-Z]{3,6}(?![\w&-])")


def _by_initials(spans: list[Suggestion], text: str) -> list[Suggestion]:
    """Return the spans with short forms told by their initials: capitals that are those of a body's or
    force's name before them (``IIP``, behind ``Iraqi Islamic Party``) are what that name is, also
    where no layer has seen them or the model takes them for something else."""
    names: dict[str, Suggestion] = {}
    for s in spans:
        if s.label in ("ORG", "FORCE") and " " in text[s.start : s.end]:
            names.setdefault(_initials(text[s.start : s.end]), s)
    found = [m for m in _SHORT.finditer(text) if m.group() in names]
    if not found:
        return spans
    at = {(s.start, s.end): n for n, s in enumerate(spans)}
    busy = _Busy(sorted(at))
    out = list(spans)
    for m in found:
        name, n = names[m.group()], at.get(m.span())
        whole = _without_article(text[name.start : name.end])
        told = Suggestion(*m.span(), name.label, "rule", "consistency", "initials", entity=whole)
        if m.start() < name.start:
            continue
        if n is None and busy.free(*m.span()):
            out.append(told)
        elif n is not None and spans[n].layer == "ner":
            out[n] = told if spans[n].label != name.label else replace(spans[n], entity=whole)
    return out


def _without_article(name: str) -> str:
    name = " ".join(name.split())
    return name[4:] if name[:4].lower() == "the " else name


def _initials(name: str) -> str:
    words = re.findall(r"[\w’']+", _without_article(name))
    return "".join(w[0] for w in words if w.lower() not in _SMALL_WORDS).upper()


class _Busy:
    def __init__(self, taken: list[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in taken]
        self._ends = [end for _, end in taken]

    def free(self, start: int, end: int) -> bool:
        from bisect import bisect_left

        index = bisect_left(self._starts, end)
        return not any(e > start for e in self._ends[max(0, index - 3) : index])


def _in_headline(s: Suggestion, document: Document) -> bool:
    """Whether a model's span stands in a headline whose words nearly all have capitals: there
    the model is guessing. What a list or the text knows is kept or found again."""
    if s.start >= document.first_line_end or s.layer != "ner":
        return False
    line = document.text[: document.first_line_end]
    if document.first_line_end == len(document.text):
        return False
    words = re.findall(r"[A-Za-z]\w{3,}", line)
    return len(words) > 3 and sum(w[0].isupper() for w in words) >= 0.7 * len(words)
