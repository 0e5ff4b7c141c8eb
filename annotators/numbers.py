"""Numbers as news writes them: digits with separators, words, scales, and how exact they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_ONES = dict(
    zip(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"], range(1, 20), strict=True,
    )
)  # fmt: skip
_TENS = dict(
    zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True)
)  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "dozen": 12, "score": 20}  # fmt: skip
NUMBER_WORDS = (
    _ONES | _TENS | {f"{t}-{o}": _TENS[t] + n for t in _TENS for o, n in _ONES.items() if n < 10}
)
"""Number words below a hundred and what they are."""
VAGUE = {
    "dozens": 24, "scores": 40, "hundreds": 200, "thousands": 2000, "tens of thousands": 20_000,
    "hundreds of thousands": 200_000, "millions": 2_000_000,
}  # fmt: skip
"""Words that only give a lower bound: more than one of what they name (tens: two ten thousands)."""

_WORD = "|".join(sorted((*_ONES, *_TENS), key=len, reverse=True))
_SCALE = "|".join(_SCALES)
WORDS = rf"(?:{_WORD})(?:[- ](?:{_WORD}))?"
"""A pattern of a number below a hundred in words. Ignore case."""
_PLAIN = (
    r"\d{1,3}(?:[,.]\d{3})+(?![\d.,]?\d)(?: (?:million|billion))?"
    rf"|\d+(?:\.\d+)?(?!,\d(?!\d\d))(?:(?:[ -](?:{_SCALE}))+|(?:bn|mn|tn)\b)?"
    rf"|half an? (?:million|billion|thousand|hundred)"
    rf"|(?:an?|{WORDS}) and a half (?:{_SCALE})"
    rf"|(?:an?|{WORDS})(?:[- ](?:{_SCALE}))+(?: (?:and )?{WORDS}(?: (?:{_SCALE}))*)*"
    rf"|{WORDS}"
)
"""A pattern of one number, in digits or words, without `a` alone. Use it ignoring case."""

_LEAST = r"at least|atleast|more than|over|no fewer than|no less than|not less than|not fewer than|upwards of|in excess of|a minimum of|above"
_MOST = (
    r"up to|as many as|fewer than|less than|no more than|not more than|at most|a maximum of|under"
)
_ABOUT = r"about|around|nearly|almost|some|approximately|roughly|an estimated|estimated|close to|reportedly|circa|just under|just over"
COUNT = (
    rf"(?:(?:(?P<least>{_LEAST})|(?P<most>{_MOST})|(?P<about>{_ABOUT})|(?:a total of|a further|another|the other|an additional|a combined|all|both|only|just|exactly)) )*"
    rf"(?:(?P<vague>(?:many )?(?:tens|hundreds) of thousands|(?:several |many )?(?:dozens|scores|hundreds|thousands)|several (?:dozen|hundred|thousand)|a few (?:dozen|hundred|thousand)|(?:several|many|a number|multiple|numerous|a handful|countless|various|a few|an unknown number|an unspecified number|an undisclosed number)(?: of)?|scores)(?: of(?! whom| them))?"
    rf"|(?P<span>between |from )?(?<![/])(?P<number>{_PLAIN})(?:(?: ?[-–] ?| to | or |(?(span) and |(?!)))(?P<to>{_PLAIN}))?(?: or (?P<more>more))?"
    r"|(?P<single>a (?:single|lone|sole))(?= )|(?P<couple>a (?:couple|pair)(?: of)?)|(?P<dozen>(?:a|one|half a) dozen))"
)
"""A pattern of a count with what is said about how exact it is; groups for `read`. Ignore case."""
COUNT_PATTERN = re.compile(COUNT, re.IGNORECASE)
BOUND = re.compile(rf"(?:(?:{_LEAST}|{_MOST}|{_ABOUT}) )+(?=\S)", re.IGNORECASE)
"""What says how exact a number is, before it."""
FIRST_WORDS = frozenset(
    [*_ONES, *_TENS, *(words.split()[0] for words in f"{_LEAST}|{_MOST}|{_ABOUT}".split("|")),
     "a", "an", "another", "the", "all", "both", "only", "just", "exactly", "half", "between", "from",
     "many", "tens", "hundreds", "several", "dozens", "scores", "thousands", "multiple", "numerous",
     "countless", "various"]
)  # fmt: skip
"""Words, in lower case, that a match of `COUNT` begins with, where it does not with a digit."""


@dataclass(frozen=True)
class Number:
    """A count as told: what is known of it, unknown None."""

    number: int | float | None
    low: int | float | None
    high: int | float | None


_MOST_OF_ALL = 10**15
"""No count of anything; what is larger is a slip or an attack."""


@lru_cache(maxsize=4096)
def value(words: str) -> int | float | None:
    """Return the number that plain words or digits say, or None."""
    low = words.lower().strip()
    if len(re.sub(r"\D", "", low)) > 12:
        return None  # no count: an identifier
    if re.fullmatch(r"\d{1,3}(?:[,.]\d{3})+", low):
        return int(re.sub(r"\D", "", low))
    if m := re.fullmatch(r"half an? (\w+)", low):
        return _SCALES[m[1]] // 2 if m[1] in _SCALES else None
    if m := re.fullmatch(r"(.+) and a half (\w+)", low):
        whole = 1 if m[1] in ("a", "an") else value(m[1])
        return None if whole is None or m[2] not in _SCALES else int((whole + 0.5) * _SCALES[m[2]])
    if m := re.fullmatch(
        rf"(\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?)((?:[ -](?:{_SCALE}))*|bn|mn|tn)", low
    ):
        plain = float(m[1].replace(",", ""))
        for scale in re.findall(r"[a-z]+", m[2]):
            plain *= {"bn": 10**9, "mn": 10**6, "tn": 10**12}.get(scale) or _SCALES[scale]
        if plain > _MOST_OF_ALL:
            return None
        return int(plain) if plain == int(plain) else plain
    total = current = 0
    for word in re.split(r"[\s-]+", low):
        if word in ("and", ""):
            continue
        if word in ("a", "an"):
            current += 1
        elif word in NUMBER_WORDS:
            current += NUMBER_WORDS[word]
        elif word in ("hundred", "dozen", "score"):
            current = max(current, 1) * _SCALES[word]
        elif word in _SCALES:
            total = (
                total + max(current, 1) * _SCALES[word]
                if current or not total
                else total * _SCALES[word]
            )
            current = 0
        else:
            return None
    return total + current


def read(m: re.Match[str], prefix: str = "") -> Number | None:
    """Return the count that a match of `COUNT` tells."""

    def group(name: str) -> str | None:
        return m[prefix + name]

    if group("single"):
        return Number(1, 1, 1)
    if group("couple"):
        return Number(2, 2, 2)
    if dozen := group("dozen"):
        n = 6 if dozen.lower().startswith("half") else 12
        return _exact(n, group)
    if vague := group("vague"):
        low = re.sub(
            r"^(?:several|many|a few) (?=dozens|scores|hundreds|thousands|tens)|\s+of$",
            "",
            vague.lower(),
        )
        if m_ := re.fullmatch(r"(?:several|a few) (dozen|hundred|thousand)", low):
            return Number(None, 2 * _SCALES[m_[1]], None)
        return Number(None, VAGUE.get(low), None)
    number = value(group("number") or "")
    if number is None:
        return None
    if group("to"):
        high = value(group("to") or "")
        return Number(None, number, high) if high is not None and high > number else None
    return _exact(number, group)


def _exact(number: int | float, group: object) -> Number:
    assert callable(group)
    try:
        more = group("more")
    except IndexError:
        more = None
    if group("least") or more:
        return Number(number, number, None)
    if group("most"):
        return Number(number, None, number)
    if group("about"):
        return Number(number, None, None)
    return Number(number, number, number)
