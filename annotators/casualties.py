"""Casualties: counts and denials of killed, wounded, missing, captured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from annotators import lexicon
from annotators.base import Document
from store.records import Suggestion

NUMBERS = {
    word: number
    for number, words in enumerate(
        ["no/zero", "a/an/one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"]
    )
    for word in words.split("/")
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
     "ninety": 90, "hundred": 100, "dozen": 12, "dozens": 24, "scores": 40, "hundreds": 200,
     "thousands": 2000}  # fmt: skip


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    def any_of(key: str) -> str:
        entries = sorted(lexicon.section("casualty")[key], key=len, reverse=True)
        return "(?:" + "|".join(re.escape(e) for e in entries) + ")"

    people, harms, nouns = any_of("people"), any_of("harms"), any_of("nouns")
    words = "|".join(
        sorted((w for w in NUMBERS if w not in ("a", "an", "no")), key=len, reverse=True)
    )
    number = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}|(?:{words})(?:[- ](?:{words}))?)"
    about = r"(?:at least|more than|over|about|around|nearly|almost|some|up to|as many as|another|an estimated|approximately)"
    count = (
        rf"(?:{about} )?(?:a total of )?{number}(?: (?:to|or|and) {number})?(?: of (?:them|whom))?"
    )
    kind = rf"(?:(?:other|more|[A-Z][a-z]+(?:ese|ian|an|i|ish)|young|local|foreign|enemy|armed|Russian|suspected|off-duty) ){{0,2}}{people}"
    be = r"(?:have been |has been |had been |were |was |are |is |been |being )?(?:reported |reportedly |confirmed |left |feared |also )?"
    flags = re.IGNORECASE
    return (
        re.compile(rf"(?<![\w,.-])(?:no|zero|without(?: any)?) (?:reported |immediate |civilian |further |known |military )?(?:reports of )?{nouns}(?: or {nouns})?(?!\w)", flags),
        re.compile(rf"(?<![\w,.-]){count}(?: {kind})? {be}{harms}(?: and {count}(?: (?:others|more|people))? {be}{harms})?(?!\w)", flags),
        re.compile(rf"(?<!\w)(?:killing|killed|kills|kill|wounding|wounded|wounds|injuring|injured|injures|captured|capturing|abducted|abducting|claimed the lives of|death toll (?:of|rose to|rises to|reached|stands at)) {count}(?: {kind})?(?!\w)", flags),
        re.compile(rf"(?<![\w,.-]){count} (?:civilian |military |combat )?{nouns}(?!\w)", flags),
        re.compile(r"(?<!\w)(?:nobody|no one|no people|none) (?:was |were )?(?:killed|hurt|injured|wounded|harmed)(?!\w)", flags),
    )  # fmt: skip


def find(document: Document) -> Iterator[Suggestion]:
    """Mark ``no casualties``, ``at least 12 people were killed``, ``wounding three soldiers``."""
    for number, pattern in enumerate(_patterns()):
        rule = ("denial", "count and harm", "harm and count", "count and noun", "denial")[number]
        for m in pattern.finditer(document.text):
            yield Suggestion(m.start(), m.end(), "CASUALTY", "rule", "casualty", rule)


_HARM = re.compile(
    r"(?P<killed>kill\w*|dead|died|deaths?|fatalit\w+|slain|perished|lives|massacred)|"
    r"(?P<injured>wound\w*|injur\w*|hurt|maimed)|(?P<captured>captur\w*|prisoner\w*)|"
    r"(?P<abducted>abduct\w*|kidnap\w*|hostages?)|(?P<missing>missing)",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\b(?P<least>at least |more than |over )?(?P<most>up to |as many as )?"
    rf"(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d+|{'|'.join(NUMBERS)})\b(?:[- ](?P<unit>one|two|three|four|five|six|seven|eight|nine)\b)?",
    re.IGNORECASE,
)


def counts(quote: str) -> list[tuple[str, int]]:
    """Return the fields of an incident that a casualty phrase fills, with their numbers.

    ``at least`` is a low, ``up to`` a high value; civilians are told apart; a denial is 0. A word
    such as ``dozens`` is no number. ``no casualties`` denies both killed and injured.
    """
    low = re.sub(r"\bno (?:fewer|less) than ", "at least ", quote.lower())
    low = re.sub(r"\bno more than ", "up to ", low)
    if re.match(r"(?:no|zero|without|nobody|none)\b", low):
        harms = [m.lastgroup for m in _HARM.finditer(low) if m.lastgroup in ("killed", "injured")]
        if "casualt" in low:
            harms = ["killed", "injured"]
        return [(f"{harm}_best", 0) for harm in dict.fromkeys(harms)]
    found: list[tuple[str, int]] = []
    for part in re.split(
        r" and (?=\w+ing |\d+ (?:others )?\w+|\w+ (?:others )?(?:were )?\w+ed)", low
    ):
        harm = _HARM.search(part)
        number = next((n for m in _COUNT.finditer(part) if (n := _number(m)) is not None), None)
        if harm is None or number is None:
            continue
        name, (value, least, most) = str(harm.lastgroup), number
        if name in ("captured", "abducted", "missing"):
            found.append((name, value))
            continue
        found.append((f"{name}_{'min' if least else 'max' if most else 'best'}", value))
        if "civilian" in part and not least and not most:
            found.append((f"{name}_civilians", value))
    return found


_SCALE = re.compile(r"[- ](?:hundred|thousand|million|dozen|score)", re.IGNORECASE)
_VAGUE = frozenset(
    ["hundred", "dozen", "dozens", "scores", "hundreds", "thousands", "a", "an", "no"]
)


def _number(m: re.Match[str]) -> tuple[int, bool, bool] | None:
    word = m["number"].replace(",", "")
    behind, before = m.string[m.end() :], m.string[: m.start()]
    if _SCALE.match(behind) or re.search(r"(?:hundred|thousand)(?: and)?[ -]$", before):
        return None  # two hundred, three dozen: better no number than a wrong one
    if word.isdigit():
        value = int(word)
    elif word in NUMBERS and word not in _VAGUE:
        value = NUMBERS[word]
        if m["unit"] in NUMBERS and m["unit"] not in _VAGUE:
            value += NUMBERS[m["unit"]] if value >= 20 and value % 10 == 0 else 0
    else:
        return None
    return value, bool(m["least"]), bool(m["most"])
