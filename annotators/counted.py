"""Who and what a sentence counts: ``at least 12 people``, ``a man and two women``, ``30 others``.

A count or an article, then the noun of those counted: from our own lists (``lexicon.toml``), else any
English word for a person (``person_nouns.txt``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from annotators import dates, lexicon, numbers
from annotators.gazetteer import demonyms


@cache
def nouns() -> dict[str, tuple[str, bool | None]]:
    """Return each noun of those counted: what it counts (people, things) and whether civilians."""
    table = lexicon.section("casualty")
    out: dict[str, tuple[str, bool | None]] = {}
    for key, civilian in (("civilians", True), ("fighters", False), ("people", None)):
        for noun in table[key]:
            out[noun.lower()] = ("people", civilian)
    for noun in table["things"]:
        out[noun.lower()] = ("things", None)
    return out


_ADJECTIVES = frozenset(
    ["civilian", "police", "rebel", "separatist", "insurgent", "militant", "child", "student", "suspect",
     "guerrilla", "paramilitary", "minor", "muslim", "christian", "jihadist", "extremist", "terrorist",
     "security", "patient", "volunteer", "rocket", "missile", "drone", "crew", "family", "teenage"]
)  # fmt: skip
_HEAD = r"(?!(?:dead|killed|wounded|injured|hurt|died|missing|was|were|and|or|in|on|who|at|by|after|has|have|is|are|as|during|when|near|from|of|which|that|with|to|while|before|for|had|being|be|been|then|also|later|remain|remains|remained|said|told|still|aged|lost|whose|whom|inside|outside|among|along|against|amid|across|over|under|because|since|but|so|due|would|could|will|may|might|fled|escaped|survived|captured|taken|kidnapped|abducted)\b)[a-z]"
"""A word behind a nationality that makes it an adjective: `Malian soldiers`."""


_NO_ADJECTIVE = "and|or|were|was|are|is|have|has|had|who|that|which|in|on|at|of|by|from|to|killed|dead|wounded|injured|missing|kilometres|kilometers|km|miles|metres|meters|days?|hours?|years?|minutes?|weeks?|months?|per|percent|a|an|the|after|when|as|during|killing|wounding|injuring|taking|kidnapping|abducting|capturing|leaving|kills|wounds|taken|held|captured|kidnapped|abducted|reported|listed|hospitalized|hospitalised"
"""Words that end a noun phrase, or stand between it and the next."""


@cache
def _phrase() -> re.Pattern[str]:
    known = sorted(nouns(), key=len, reverse=True)
    by_letter = dict[str, list[str]]()  # so that a word is tried against those of its letter alone
    for n in known:
        adjective = rf"(?! {_HEAD})" if n in demonyms() or n in _ADJECTIVES else ""
        by_letter.setdefault(n[0], []).append(re.escape(n[1:]) + adjective)
    noun = "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in by_letter.items())
    noun += r"|(?!wo?men\b)[a-z]{3,}(?:men|women)"
    count = numbers.COUNT
    words = rf"(?-i:[A-Z][\w-]+ and (?:non-)?[A-Z][\w-]+ )?(?:(?!(?:{_NO_ADJECTIVE})\b)[\w’'.-]+ ){{0,4}}?"
    return re.compile(
        rf"(?<![\w.,:$€£-])(?<!\baged )(?<!\bage )(?:(?:{count})(?! ?%| per ?cent\b|[-–:]\w|/|\.\d|\d|,\d)|(?P<article>another|an?|one|their|his|her|the)\b)"
        rf"(?:(?P<outof> (?:out )?of (?:the |a total of |some )?(?P<whole>\d[\d,]*|(?:{numbers.WORDS}))\b)|(?P<of> of (?:its|the|them|whom|which|these|those|their|his|her|our)\b))?"
        rf"(?: (?P<words>{words})(?P<noun>{noun})\b(?![-’]|'s)|(?P<others> others?| more(?! than)| of (?:them|whom)| of these)\b)?",
        re.IGNORECASE,
    )


@cache
def _persons() -> frozenset[str]:
    """Return English words for a person, singular."""
    text = resources.files("annotators.data").joinpath("person_nouns.txt").read_text("utf-8")
    return frozenset(
        w for line in text.splitlines() if not line.startswith("#") for w in line.split()
    )


_PLURALS = (
    (r"men$", "man"), (r"ies$", "y"), (r"(?<=s|x|z|h)es$", ""), (r"s$", ""), (r"s(?=-(?:by|in-law)$)", ""),
    (r"children$", "child"),
)  # fmt: skip


def _names_a_person(word: str, *, several: bool) -> bool:
    """Whether a word says person, in the plural where several are counted. Groups that are written
    with a capital and end in s (`14 Naxals`) are taken for people too."""
    low = word.lower()
    if not several or not low.endswith(("s", "men", "children", "-by", "-in-law")):
        return low in _persons() and (not several or low.endswith(("ese", "i", "sh", "een")))
    if word[0].isupper() and low.endswith("s"):
        return True
    return says_persons(low)


def says_persons(low: str) -> bool:
    """Whether a word in lower case is the plural of a word for a person."""
    return any(re.sub(plural, one, low) in _persons() for plural, one in _PLURALS)


def says_person(low: str) -> bool:
    """Whether a word in lower case is a word for one person."""
    return low in _persons()


def is_only_a_name(noun: str) -> bool:
    """Whether a noun is taken for people for its capital alone: `14 Naxals`, but `5 Humvees` too."""
    low = noun.lower()
    known = low in nouns() or low in _persons() or says_persons(low)
    return noun[:1].isupper() and not known


_NEXT_WORD = re.compile(rf" (?!(?:{_NO_ADJECTIVE})\b)(?P<word>[A-Za-z][\w’'-]*)", re.IGNORECASE)


def _person(sentence: str, at: int, *, several: bool) -> tuple[int, str] | None:
    """Return the end and the noun of a person that follows within five words, None where none
    does; of `lieutenant colonel` the last."""
    found: tuple[int, str] | None = None
    for _ in range(5):
        m = _NEXT_WORD.match(sentence, at)
        if m is None:
            break
        word = m["word"].removesuffix("'s").removesuffix("’s")
        if word == m["word"] and _names_a_person(word, several=several):
            found = m.end(), word
        elif found is not None:
            break
        at = m.end()
    return found


def is_civilian(noun: str, words: str) -> bool | None:
    """Whether the words for those counted say civilian (True) or fighter (False); else None."""
    if re.search(r"\bcivilian\b", words, re.IGNORECASE):
        return True
    return nouns().get(noun.lower(), ("people", None))[1]


@dataclass(frozen=True)
class NounPhrase:
    """A count with what it counts."""

    start: int
    end: int
    number: numbers.Number
    unit: str | None
    civilian: bool | None
    kind: str
    """people, things, or bare: no noun stands with it"""
    article: bool = False
    whole: int | float | None = None
    part: bool = False

    @property
    def bare(self) -> bool:
        """Whether no noun stands with it."""
        return self.kind == "bare"


_ONE = numbers.Number(1, 1, 1)
_OWN = frozenset(
    ["wife", "husband", "son", "daughter", "mother", "father", "brother", "sister", "bodyguard", "driver", "child"]
)  # fmt: skip


def _is_one(article: str, noun: str) -> bool:
    """Whether an article and a noun tell of one person who is not known yet: `a soldier`, `his son`."""
    plural = noun.lower().endswith("s") and not noun.lower().endswith("ss")
    if article == "another":
        return True
    if article in ("a", "an", "one"):
        return not plural
    return article != "the" and noun.lower() in _OWN


_BEGIN = re.compile(r"[^\W_]+")
_FIRST_WORDS = numbers.FIRST_WORDS | {"their", "his", "her"}


def _beginnings(sentence: str) -> Iterator[int]:
    """Yield where a count or an article may begin: the pattern of all counts is dear to try at each
    word."""
    for m in _BEGIN.finditer(sentence):
        word = m.group().lower()
        if word[0].isdigit() or word in _FIRST_WORDS:
            yield m.start()


def noun_phrases(sentence: str) -> list[NounPhrase]:
    """Return what a sentence counts, from left to right."""
    out = []
    position = 0
    pattern = _phrase()
    for start in _beginnings(sentence):
        if start < position or (m := pattern.match(sentence, start)) is None:
            continue
        position = max(m.end(), m.start() + 1)
        noun, words, end = m["noun"], m["words"] or "", m.end()
        article = (m["article"] or "").lower()
        if noun is None and not (m["others"] or m["of"]):
            alone = article or (m["number"] or "").lower() in ("one", "1")
            person = _person(sentence, end, several=not alone)
            if person is not None:
                end, noun = person
                position = end
        elif (
            noun
            and (more := _NEXT_WORD.match(sentence, end))
            and more["word"].lower() in _persons()
        ):
            end, noun = more.end(), more["word"]  # `a lieutenant colonel`
            position = end
        if article:
            if noun is None:
                position = m.end("article")
                if article == "another" and re.match(
                    r" (?:was|is|has been|had been) ", sentence[position:]
                ):
                    out.append(NounPhrase(m.start(), position, _ONE, None, None, "people"))
                continue
            if not _is_one(article, noun):
                position = m.end("article")
                continue
            number = numbers.Number(2, 2, 2) if noun.lower() == "couple" else _ONE
            if noun.lower() == "family" and (of := re.match(r" of (\w+)", sentence[end:])):
                size = numbers.value(of[1])
                if size:
                    position = end + of.end()
                    number = numbers.Number(size, size, size)
                    out.append(NounPhrase(m.start(), position, number, noun, True, "people"))
                    continue
        else:
            read = numbers.read(m)
            if read is None or (noun is None and _is_year(m, sentence)):
                continue
            number = read
        kind = nouns().get(noun.lower(), ("people", None))[0] if noun else "bare"
        whole = numbers.value(m["whole"]) if m["whole"] else None
        of_them = any(word in (m["of"] or "") for word in ("them", "whom"))
        part = of_them or "of" in (m["others"] or "") or (whole is not None and kind != "things")
        civilian = is_civilian(noun, words) if noun else None
        out.append(
            NounPhrase(m.start(), end, number, noun, civilian, kind, bool(article), whole, part)
        )
    return out


def _is_year(m: re.Match[str], sentence: str) -> bool:
    """Whether digits that stand alone are a year: `in 2014`."""
    return (
        not (m["others"] or m["of"] or m["least"] or m["about"])
        and re.fullmatch(r"(?:1[89]|20)\d\d", m["number"] or "") is not None
        and _BEFORE_A_YEAR.search(sentence[: m.start()]) is not None
    )


MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"


_BEFORE_A_YEAR = re.compile(
    rf"\b(?:in|since|of|from|until|by|{MONTHS})\s*(?:\d{{1,2}},? ?)?$", re.IGNORECASE
)


def groups(nps: list[NounPhrase], sentence: str) -> list[list[NounPhrase]]:
    """Join what is counted together: ``a man and two women``, ``8 soldiers and 57 militants``."""
    groups: list[list[NounPhrase]] = []
    for np in nps:
        if groups:
            last = groups[-1][-1]
            between = sentence[last.end : np.start]
            if (
                re.fullmatch(
                    r"(?:,| and| as well as|, and| along with)(?: (?:her|his|their|its|the|at least))?\s+",
                    between,
                )
                and last.kind == np.kind == "people"
                and not np.part
                and not last.part
            ):
                groups[-1].append(np)
                continue
        groups.append([np])
    out = []
    for group in groups:  # a comma joins only within a list that ends in `and`
        first = 0
        for n in range(1, len(group) + 1):
            ends = n == len(group)
            joined = not ends and re.search(
                r"\band|as well as|along with", sentence[group[n - 1].end : group[n].start]
            )
            if ends or (
                not joined
                and not any(
                    re.search(r"\band\b", sentence[group[k - 1].end : group[k].start])
                    for k in range(n + 1, len(group))
                )
            ):
                out.append(group[first:n])
                first = n
    return [group for group in out if group]


def total_of(group: list[NounPhrase]) -> tuple[numbers.Number, str | None, bool | None]:
    """Return how many a group is together, their noun where it is one, and whether civilians."""
    if len(group) == 1:
        return group[0].number, group[0].unit, group[0].civilian

    def total(values: list[int | float | None]) -> int | float | None:
        return None if any(v is None for v in values) else sum(v for v in values if v is not None)

    number = numbers.Number(
        total([np.number.number for np in group]),
        total([np.number.low for np in group]),
        total([np.number.high for np in group]),
    )
    flags = {np.civilian for np in group}
    units = {(np.unit or "").lower() for np in group}
    return (
        number,
        group[0].unit if len(units) == 1 else None,
        flags.pop() if len(flags) == 1 else None,
    )


_A_YEAR = re.compile(r"\b(?:in|since|of|until|by|during) (?:(?:19|20)\d\d)(?= \d|,)", re.IGNORECASE)
_NO_COUNT = re.compile(
    r"\bnot (?:\d[\d,]*|[a-z]+) but\b|\b(?:one|two|three|\d) (?:in|out of) (?:every )?(?:two|three|four|five|six|seven|eight|nine|ten|\d+)\b(?= (?:people|of|civilians|children|women|men|\w+s)\b)|\b\d+/\d+\b|\bden(?:y|ies|ied|ying) that (?:any |at least )?(?:\d[\d,]*|[a-z]+)(?= \w+ (?:were|was|had|have))",
    re.IGNORECASE,
)


def without_dates(sentence: str) -> str:
    """Return a sentence with the digits of its dates, and numbers that count nobody, blotted out,
    each by one character, so that places stay: ``On 12 May 14 soldiers`` tells of 14."""
    spans = [*dates.find(sentence), *(m.span() for m in _A_YEAR.finditer(sentence))]
    spans = [(a, b) for a, b in spans if re.search(r"\d", sentence[a:b])]
    for m in _NO_COUNT.finditer(sentence):
        number = re.search(
            r"(?<=not )\S+|^\S+ (?:in|out of)[^#]*$|\d+/\d+|\S+$", m.group(), re.IGNORECASE
        )
        if number:
            spans.append((m.start() + number.start(), m.start() + number.end()))
    if not spans:
        return sentence
    letters = list(sentence)
    for a, b in spans:
        for n in range(a, b):
            letters[n] = "¤" if letters[n].isalnum() else letters[n]
    return "".join(letters)
