"""Casualties: counts and denials of killed, injured, missing, captured, abducted; and drones or
missiles launched and shot down. Numbers are parsed (see ``benchmarks/gold/GUIDELINES.md``).

First every counted noun phrase of a sentence is found (``at least 12 people``, ``a man and two
women``, ``30 others``), then what the words around say of it: a participle behind (``were killed``)
or a verb before (``killing``), a toll, a noun of harm (``30 deaths``), a denial.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from annotators import attribution, dates, lexicon, numbers
from annotators.base import Document
from annotators.gazetteer import demonyms
from annotators.sentences import sentences
from store.records import Suggestion

KINDS = ("killed", "injured", "casualties", "missing", "captured", "abducted", "launched", "shot_down")  # fmt: skip


@dataclass(frozen=True)
class Count:
    """One count as a sentence tells it, with its place in the text."""

    start: int
    end: int
    what: str
    number: int | float | None
    low: int | float | None
    high: int | float | None
    unit: str | None = None
    civilian: bool | None = None
    part: bool = False
    rule: str = ""

    def record(self) -> dict[str, str | int | float | None]:
        """Return the count as `annotate` writes it."""
        return {
            "number": self.number, "low": self.low, "high": self.high, "unit": self.unit,
            "what": self.what,
        }  # fmt: skip


# what is done to people, as a participle behind them or an adjective
_DONE = {
    "killed": r"killed|slain|massacred|executed|murdered|assassinated|shot dead|shot and killed|stabbed to death|beaten to death|burned to death|gunned down|found dead|pronounced dead|confirmed dead|reported dead|presumed dead|left dead|dead|died|die|dies|perished|martyred|beheaded|fatally (?:shot|wounded|injured|stabbed)|wounded fatally|eliminated|lost their lives|lost his life|lost her life|drowned|succumbed|deceased|crushed to death",
    "injured": r"injured|wounded|hurt|maimed|hospitali[sz]ed|shot and (?:wounded|injured)|struck and (?:wounded|injured)|in critical condition|suffered (?:\w+ ){0,2}injuries|sustained (?:\w+ ){0,2}injuries|suffering (?:from )?(?:\w+ ){0,2}(?:injuries|burns|wounds)|treated for (?:\w+ ){0,2}(?:injuries|burns|wounds)",
    "missing": r"missing|unaccounted for|went missing|gone missing|still trapped|disappeared",
    "captured": r"captured|taken (?:as )?(?:prisoners?(?: of war)?|pows?)|taken captive|surrendered|laid down their arms",
    "abducted": r"abducted|kidnapped|taken hostages?|held hostage|seized as hostages|taken as hostages",
}
_THINGS_DONE = {
    "launched": r"launched|fired|lobbed|unleashed",
    "shot_down": r"shot down|downed|intercepted|neutrali[sz]ed|destroyed by (?:air|Ukrainian|Russian|Israeli|its) (?:air )?defen[cs]es?|repelled|brought down|jammed|suppressed",
}
# what somebody does, as a verb before them
_DOING = {
    "killed": r"kill(?:ing|ed|s)?|massacr(?:e|es|ed|ing)|execut(?:e|es|ed|ing)|murder(?:s|ed|ing)?|slaughter(?:s|ed|ing)?|assassinat(?:e|es|ed|ing)|eliminat(?:e|es|ed|ing)|(?:claim(?:s|ed|ing)?|cost(?:s|ing)?|tak(?:e|es|ing)|took)(?: the lives of)?|the lives of|behead(?:s|ed|ing)?|shot dead|gunn(?:ed|ing) down|deaths? of|the loss of|(?:the )?(?:\w+ )?(?:killings?|executions?|murders?|massacre) of|hack(?:ed|ing) to death|burn(?:ed|ing) to death|stabb(?:ed|ing) to death|lost|bodies of|body of|remains of",
    "injured": r"wound(?:ing|ed|s)?|injur(?:ing|ed|es|e)|hurt(?:ing|s)?|maim(?:ing|ed|s)?|injuries to|injury to|hospitali[sz](?:ing|es|ed)",
    "captured": r"captur(?:ing|ed|es|e)|tak(?:ing|es|e) (?:as )?prisoner|took prisoner",
    "abducted": r"abduct(?:ing|ed|s)?|kidnap(?:ping|ped|s)?|seiz(?:ed|ing|es|e)|(?:tak(?:ing|es|e)|took|seiz(?:ing|ed|es)|hold(?:s|ing)?|held) (?:as )?(?:hostage|captive)",
}
_THINGS_DOING = {
    "launched": r"launch(?:ing|ed|es)?|fir(?:ing|ed|es|e)|lobb(?:ing|ed)|unleash(?:ing|ed|es)?|attack(?:ed|ing|s)?(?: \w+){0,4} with|barrage of|salvo of|wave of|use(?:d|s)|using|struck(?: \w+){0,4} with|sent|involv(?:ed|ing)",
    "shot_down": r"sho(?:o?t|oting|ots|oots) down|down(?:ed|ing|s)|intercept(?:ing|ed|s)?|destroy(?:ing|ed|s)|neutrali[sz](?:ed|ing|es)|brought down|took down|repell?(?:ed|ing|s)|shot",
}
_NOUNS = {
    "killed": r"deaths?|fatalit(?:y|ies)|dead|killed|bodies|corpses|lives",
    "injured": r"injur(?:y|ies)|wounded|injured",
    "casualties": r"casualt(?:y|ies)",
    "abducted": r"hostages?|abductees|kidnappings",
    "captured": r"prisoners of war|pows?|captives",
}
_BE = r"(?:(?:who|that|which) )?(?:(?:were|was|are|is|have|has|had|been|being|be|got|get|to have|believed|thought|said|reported|reportedly|confirmed|known|also|all|initially|now|still|later|both|either|allegedly|apparently|instantly|immediately|so far|left|initially|presumed|(?-i:may)|might|could|remain|remains|remained|listed|as|critically|seriously|severely|badly|slightly|lightly|to|found|counted|listed|declared|being|each) )*"
_PP = r"(?:(?:in|near|at|from|on|outside|around|inside|aboard|across|of|along with|among|who|which|belonging to|else in|working (?:for|at|in)|travell?ing in) [^.;:,]{1,70}?,? )?"
_APART = r"(?:, ?(?:including|\w+ of (?:them|whom)|among (?:them|those)|most(?:ly)?|some|all|many|mainly|both|the majority|one of|at least|as well as)\b[^.;]{1,90}?,? )"


def _alternatives(table: dict[str, str]) -> str:
    return "|".join(f"(?P<{name}>{pattern})" for name, pattern in table.items())


@cache
def _nouns() -> dict[str, tuple[str, bool | None]]:
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


@cache
def _phrase() -> re.Pattern[str]:
    nouns = sorted(_nouns(), key=len, reverse=True)
    noun = "|".join(
        re.escape(n) + (rf"(?! {_HEAD})" if n in demonyms() or n in _ADJECTIVES else "")
        for n in nouns
    )
    noun += r"|(?!wo?men\b)[a-z]{3,}(?:men|women)"
    count = numbers.COUNT
    words = r"(?-i:[A-Z][\w-]+ and (?:non-)?[A-Z][\w-]+ )?(?:(?!(?:and|or|were|was|are|is|have|has|had|who|that|which|in|on|at|of|by|from|to|killed|dead|wounded|injured|missing|kilometres|kilometers|km|miles|metres|meters|days?|hours?|years?|minutes?|weeks?|months?|per|percent|a|an|the|after|when|as|during|killing|wounding|injuring|taking|kidnapping|abducting|capturing|leaving|kills|wounds|taken|held|captured|kidnapped|abducted|reported|listed|hospitalized|hospitalised)\b)[\w’'.-]+ ){0,4}?"
    return re.compile(
        rf"(?<![\w.,:$€£-])(?<!\baged )(?<!\bage )(?:(?:{count})(?! ?%| per ?cent\b|[-–:]\w|/|\.\d|\d|,\d)|(?P<article>another|an?|one|their|his|her|the)\b)"
        rf"(?:(?P<outof> (?:out )?of (?:the |a total of |some )?(?P<whole>\d[\d,]*)\b)|(?P<of> of (?:its|the|them|whom|which|these|those|their|his|her|our)\b))?"
        rf"(?: (?P<words>{words})(?P<noun>{noun})\b(?!-)|(?P<others> others?| more(?! than)| of (?:them|whom)| of these)\b)?",
        re.IGNORECASE,
    )


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    flags = re.IGNORECASE
    done = _alternatives(_DONE)
    things_done = _alternatives(_THINGS_DONE)
    return {
        "done": re.compile(rf"\s*(?:{_WITH})?(?:{_APART})?\s*(?:and {_NEXT_NP} )?{_PP}{_BE}(?:{done})\b(?: or| and|/)?(?: (?P<two>killed|wounded|injured|dead|missing|captured|hurt)\b)?", flags),
        "near": re.compile(rf",? {_BE}(?:{done})\b(?:(?: or| and|/) (?P<two>killed|wounded|injured|dead|missing|captured|hurt)\b)?", flags),
        "things_done": re.compile(rf"\s*(?:{_APART})?\s*{_PP}{_BE}(?:{things_done})\b", flags),
        "doing": re.compile(rf"(?<!-)\b(?:{_alternatives(_DOING)})(?: (?:up to|all|also|both|other|a total of|a|nearly|civilians and|and (?P<two>wounding|injuring|wounded|injured|kidnapping|abducting|capturing)))?\s*$", flags),
        "things_doing": re.compile(rf"\b(?:{_alternatives(_THINGS_DOING)})(?: (?:all|at least|also|both|a total of|a|with|more than|over))?\s*$", flags),
        "noun": re.compile(rf"\s*(?:(?:civilian|military|combat|confirmed|reported|more|further|new|additional|other|combined|battlefield|serious|minor|\w+ian) ){{0,3}}(?:{_alternatives(_NOUNS)})\b", flags),
        "leaving": re.compile(r"\b(?:leav(?:ing|es|e)|left)(?: behind)?\s*$", flags),
    }  # fmt: skip


_WITH = r"(?:and (?:the )?(?:boys|women|girls|children|civilians|babies|elderly(?: people)?|men)\b)"
_NEXT_NP = r"(?:(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d+) [\w -]{2,40}?)"
_TOLL = re.compile(
    r"\b(?:put(?:s|ting)? (?:the |their |its |his )?(?:own )?(?:dead|losses)(?= at)|(?P<harm>death|injury|casualty|wounded|injured) toll|toll|(?:number|count) of (?P<noun>dead|deaths|killed|fatalities|victims|people killed|injured|wounded|injuries|casualties))\b(?P<unit> of (?!(?:\d|at|more|over|about))[\w ]{3,30}?(?= from| in| to| rises| rose| has| had))?"
    r"[^.;]{0,90}?\b(?:to|at|of|reached|reaches|reach|is|was|as|exceeds?|exceeded|past|above|stood at|stands at|hits?|hit|climbed to|topped|passes|passed|:)\s+[\"“”']?",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"(?<![\w-])(?:"
    r"neither side (?:has )?(?:reported|suffered|gave)(?: any)? (?P<noun3>casualties|losses|injuries|deaths)|(?P<nobody>no ?body|no one|none|no people|no persons?|no civilians?|no soldiers?|no military personnel|no deaths or injuries|no injuries or deaths|no residents?|nobody else|not a single person)\b(?P<between>(?:[^.;:]|\.(?=\w|\s?[a-z])){0,80}?)\b(?P<harm>(?:killed|dead|died|hurt|injured|wounded|harmed|missing)(?: or (?:killed|hurt|injured|wounded))?)"
    r"|(?:no|zero|without(?: (?:any|suffering(?: any)?|causing(?: any)?))?|did not (?:cause|result in)(?: any)?|not (?:cause|caused|resulted in)(?: any)?|(?:has|have|had) not (?:been )?any|never any|not any) (?:(?:reported|immediate|civilian|further|known|military|major|serious|confirmed|human|such|additional|new|other|combat|official|initial|significant) ){0,3}(?:reports? of (?:any )?)?(?:(?:civilian|immediate|human|any|serious|further) )?(?P<noun>casualties|fatalities|deaths|injuries|injured|victims|wounded|casualty|injury|death|loss of life|dead)(?:(?:,| or| and| nor)(?: \w+)? (?P<noun2>casualties|fatalities|deaths|injuries|injured|wounded|death))?"
    r")(?![\w-])",
    re.IGNORECASE,
)


def _civil(noun: str, words: str) -> bool | None:
    civilian = _nouns().get(noun.lower(), ("people", None))[1]
    if re.search(r"\bcivilian\b", words, re.IGNORECASE):
        return True
    return civilian


@dataclass(frozen=True)
class _Np:
    start: int
    end: int
    number: numbers.Number
    unit: str | None
    civilian: bool | None
    kind: str  # people, things, bare
    bare: bool = False
    article: bool = False
    whole: int | None = None
    part: bool = False


def _noun_phrases(sentence: str) -> list[_Np]:
    out = []
    position = 0
    pattern = _phrase()
    while m := pattern.search(sentence, position):
        position = max(m.end(), m.start() + 1)
        noun, words = m["noun"], m["words"] or ""
        article = m["article"]
        if article:
            low = article.lower()
            if (
                noun is None
                and low == "another"
                and re.match(r" (?:was|is|has been|had been) ", sentence[m.end("article") :])
            ):
                one = numbers.Number(1, 1, 1)
                out.append(_Np(m.start(), m.end("article"), one, None, None, "people"))
                position = m.end("article")
                continue
            if noun is None:
                position = m.start() + len(article)
                continue
            plural = noun.lower().endswith("s") and not noun.lower().endswith("ss")
            if low not in ("a", "an", "one", "another") and (
                plural
                or low == "the"
                or noun.lower()
                not in (
                    "wife",
                    "husband",
                    "son",
                    "daughter",
                    "mother",
                    "father",
                    "brother",
                    "sister",
                    "bodyguard",
                    "driver",
                    "child",
                )
            ):
                position = m.start() + len(article)
                continue
            if plural and low != "another":
                position = m.start() + len(article)
                continue
            number = numbers.Number(1, 1, 1)
            if noun.lower() == "couple":
                number = numbers.Number(2, 2, 2)
        else:
            read = numbers.read(m)
            if read is None:
                continue
            number = read
            if noun is None and not (m["others"] or m["of"]):
                year = m["number"] or ""
                plain = not m["least"] and not m["about"]
                if (
                    re.fullmatch(r"(?:1[89]|20)\d\d", year)
                    and plain
                    and _BEFORE_A_YEAR.search(sentence[: m.start()])
                ):
                    continue
        if (
            noun
            and noun.lower() == "family"
            and article
            and (f := re.match(r" of (\w+)", sentence[m.end() :]))
        ):
            size = numbers.value(f[1])
            if size:
                number = numbers.Number(size, size, size)
                out.append(_Np(m.start(), m.end() + f.end(), number, noun, True, "people"))
                position = m.end() + f.end()
                continue
        kind = _nouns().get(noun.lower(), ("people", None))[0] if noun else "bare"
        whole = int(m["whole"].replace(",", "")) if m["whole"] else None
        part = (
            bool(m["of"] and "them" in m["of"])
            or bool(m["of"] and "whom" in m["of"])
            or bool(m["others"] and "of" in m["others"])
            or (whole is not None and kind != "things")
        )
        out.append(
            _Np(
                m.start(),
                m.end(),
                number,
                noun,
                _civil(noun, words) if noun else None,
                kind,
                noun is None,
                bool(article),
                whole,
                part,
            )
        )
    return out


_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"


_BEFORE_A_YEAR = re.compile(
    rf"\b(?:in|since|of|from|until|by|{_MONTHS})\s*(?:\d{{1,2}},? ?)?$", re.IGNORECASE
)


def _group(nps: list[_Np], sentence: str) -> list[list[_Np]]:
    """Join what is counted together: ``a man and two women``, ``8 soldiers and 57 militants``."""
    groups: list[list[_Np]] = []
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


def _sum(group: list[_Np]) -> tuple[numbers.Number, str | None, bool | None]:
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


_PART_BEFORE = re.compile(
    r"(?:\bincluding|\bamong (?:them|whom|those)(?: (?:are|were|is|was))?|\bof (?:them|whom|which))(?: (?:at least|also|about|the))?[\s,]*$|\bincluding\b[^.;]{1,60}?(?:,| and)\s*$",
    re.IGNORECASE,
)
_SECOND = {"killed": "killed", "dead": "killed", "wounded": "injured", "injured": "injured", "hurt": "injured",
           "wounding": "injured", "injuring": "injured", "missing": "missing", "captured": "captured",
           "kidnapping": "abducted", "abducting": "abducted", "capturing": "captured"}  # fmt: skip
_HYPOTHETICAL = re.compile(
    r"\b(?:would have|could have|might have|had it|risk of|threat(?:en(?:s|ed)?|s)? to|fears? (?:of|that)|could)\b",
    re.IGNORECASE,
)


_A_YEAR = re.compile(r"\b(?:in|since|of|until|by|during) (?:(?:19|20)\d\d)(?= \d|,)", re.IGNORECASE)
_NO_COUNT = re.compile(
    r"\bnot (?:\d[\d,]*|[a-z]+) but\b|\b(?:one|two|three|\d) (?:in|out of) (?:every )?(?:two|three|four|five|six|seven|eight|nine|ten|\d+)\b(?= (?:people|of|civilians|children|women|men|\w+s)\b)|\b\d+/\d+\b|\bden(?:y|ies|ied|ying) that (?:any |at least )?(?:\d[\d,]*|[a-z]+)(?= \w+ (?:were|was|had|have))",
    re.IGNORECASE,
)


def _without_dates(sentence: str) -> str:
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


def counts(sentence: str, offset: int = 0) -> list[Count]:
    """Return the counts of a sentence, in order, with offsets from ``offset``."""
    sentence = _without_dates(sentence)
    out: list[Count] = []
    patterns = _patterns()
    taken: list[tuple[int, int]] = []

    def add(
        a: int, b: int, what: str, number: numbers.Number, unit: str | None = None,
        civilian: bool | None = None, part: bool = False, rule: str = "",
    ) -> None:  # fmt: skip
        out.append(Count(offset + a, offset + b, what, number.number, number.low, number.high,
                         unit, civilian, part, rule))  # fmt: skip

    for m in _DENIAL.finditer(sentence):
        if m["nobody"] and re.search(
            r"\b(?:who|claimed|said|responsib|arrest|charged|killed|wounded)\b", m["between"] or ""
        ):
            continue
        words = [w.lower() for w in (m["harm"], m["noun"], m["noun2"], m["noun3"]) if w]
        text = " ".join([*words, m["nobody"] or ""]).lower()
        killed = bool(re.search(r"kill|dead|died|fatal|death|loss of life", text))
        injured = bool(re.search(r"injur|hurt|wound|harm", text))
        harmed = "casualties" if killed == injured else "killed" if killed else "injured"
        if "missing" in text:
            harmed = "missing"
        unit = None
        civilian = (
            True
            if re.search(r"\bcivilian", m.group(), re.IGNORECASE)
            and "military" not in m.group().lower()
            and " nor " not in m.group().lower()
            else None
        )
        add(m.start(), m.end(), harmed, numbers.Number(0, 0, 0), unit, civilian, rule="denial")
        taken.append(m.span())
    nps = [
        n for n in _noun_phrases(sentence) if not any(a < n.end and n.start < b for a, b in taken)
    ]
    for m in _TOLL.finditer(sentence):
        following = [n for n in nps if n.start >= m.end() - 1 and n.start <= m.end() + 12]
        exact = re.compile(numbers.COUNT, re.IGNORECASE).match(sentence, m.end())
        number = numbers.read(exact) if exact else None
        if number is not None and re.search(
            r"(?:passe[sd]|topp?e[sd]|exceed(?:s|ed)|surpass(?:es|ed)|above|past)\s*[\"“”']?$",
            m.group(),
            re.IGNORECASE,
        ):
            number = replace(number, low=number.number, high=None)
        if number is None or re.search(r"\b(?:would|could|might)\b", m.group(), re.IGNORECASE):
            continue
        assert exact is not None
        word = (m["harm"] or m["noun"] or "death").lower()
        harmed = (
            "injured"
            if re.search("injur|wound", word)
            else "casualties"
            if "casualt" in word
            else "killed"
        )
        noun = (m["unit"] or "").strip().removeprefix("of ").split()
        unit = noun[-1] if noun and noun[-1].lower() in _nouns() else None
        end = max([exact.end(), *(n.end for n in following if n.start <= exact.start() + 1)])
        follows = [n for n in following if n.unit]
        if unit is None and follows:
            unit = follows[0].unit
        add(m.start(), end, harmed, number, unit, _civil(unit, "") if unit else None, rule="toll")
        nps = [n for n in nps if not (m.start() <= n.start < end)]
        before_that = re.compile(rf"\s+from {numbers.COUNT}", re.IGNORECASE).match(sentence, end)
        earlier = numbers.read(before_that) if before_that else None
        if before_that is not None and earlier is not None:
            add(end, before_that.end(), harmed, earlier, unit, rule="toll before")
            nps = [n for n in nps if not (end <= n.start < before_that.end())]
    groups = []
    for group in _group(nps, sentence):
        if len(group) > 1 and _PART_BEFORE.search(sentence[: group[0].start][-90:]):
            groups += [[replace(np, part=True)] for np in group]
        else:
            groups.append(group)
    last_what: str | None = None
    last_thing: str | None = None
    last_end = 0
    for group in groups:
        start, end = group[0].start, group[-1].end
        number, unit, civilian = _sum(group)
        things = group[0].kind == "things"
        bare = group[0].bare
        before, after = sentence[:start], sentence[end:]
        if _UNREAL.search(before[-40:]):
            continue
        if (
            bare
            and not things
            and re.search(
                r"(?<![.!?] )\b(?!(?:On|In|At|By|The|And|But|Another|Some|About|Over|All|Only)\b)[A-Z]\w+ $",
                before,
            )
            and not group[0].part
        ):
            named = re.search(rf"\b(?:{_MONTHS}) $", before, re.IGNORECASE)
            if named or (
                re.match(r" (?:were|was|are|in|over|on|at|to|from|\w+ed\b)", after)
                and re.search(
                    r"\b(?:Flight|Route|Highway|Regiment|Brigade|Battalion|Unit|Resolution|Article|Camp|Sector|Area|Block|Apollo|Boeing|Airbus) $",
                    before,
                )
            ):
                continue  # `Flight 655`
        if _HYPOTHETICAL.search(before[-60:]) and not re.search(
            r"\b(?:killed|killing|wounded|injured)\b", before[-60:]
        ):
            continue
        part = any(n.part for n in group) or bool(_PART_BEFORE.search(before[-90:]))
        what: str | None = None
        a, b, rule = start, end, ""
        second: str | None = None
        if things:
            doing = patterns["things_doing"].search(before)
            done = patterns["things_done"].match(after)
            destroyed = bool(
                doing
                and doing.lastgroup == "shot_down"
                and doing["shot_down"].lower().startswith("destroy")
            )
            if (
                doing
                and destroyed
                and not re.search(
                    r"\bair[- ]?defen[cs]e|drone|missile|uav",
                    before + group[0].unit.lower() if group[0].unit else before,
                    re.IGNORECASE,
                )
            ):
                doing = None
            used = (
                doing
                and doing["launched"]
                and re.match(r"(?:us|sent|involv)", doing["launched"], re.IGNORECASE)
            )
            if (
                last_what == "shot_down"
                and group[0].whole is not None
                and re.search(r" and\s*$", before)
            ):
                what, rule = last_what, "and another"
            elif doing and not used:
                what, a, rule = doing.lastgroup, doing.start(), "verb and count"
            elif done:
                what, b, rule = done.lastgroup, end + done.end(), "count and participle"
            elif used and not group[0].article:
                what, rule = "launched", "verb and count"
            elif (
                last_what in ("launched", "shot_down")
                and re.search(r"(?:,| and| as well as)\s*$", before)
                and start - last_end < 40
            ):
                what, rule = last_what, "and another"
            if what and group[0].whole is not None:
                add(a, b, what, number, unit, rule=rule)
                whole = numbers.Number(group[0].whole, group[0].whole, group[0].whole)
                if what == "shot_down":
                    add(start, end, "launched", whole, unit, rule="out of")
                last_what, last_end = what, b
                continue
            if what:
                add(a, b, what, number, unit, rule=rule)
                last_what, last_end = what, b
            last_thing = unit
            continue
        if (
            bare
            and last_thing
            and (done := patterns["things_done"].match(after))
            and len(done.group()) < 40
        ):
            add(
                a,
                end + done.end(),
                str(done.lastgroup),
                number,
                last_thing,
                rule="count and participle",
            )
            last_what, last_end = done.lastgroup, end + done.end()
            continue
        doing = patterns["doing"].search(before)
        if (
            doing
            and re.search(
                r"\b(?:was|were|been|are|is|be|being|of|not) (?:\w+ )?$", before[: doing.start()]
            )
            and doing.group().rstrip().endswith("ed")
        ):
            doing = None
        if (
            doing
            and doing.lastgroup == "killed"
            and doing.group().lower().split()[0]
            in (
                "take",
                "takes",
                "taking",
                "took",
                "cost",
                "claim",
                "claims",
                "claimed",
                "claiming",
                "costs",
                "lost",
            )
            and "lives" not in (doing.group() + after[:12]).lower()
            and not (doing.group().lower().startswith("lost") and civilian is False)
        ):
            doing = None
        near = patterns["near"].match(after)
        if near is not None and _active(near.group(), after[near.end() :]):
            near = None  # `a bomber killed 21 recruits`: the one who did it
        if (
            bare
            and re.search(r"[A-Z]\w+, $", before)
            and after.startswith(",")
            and (number.number or 0) < 120
        ):
            continue  # `Petrenko, 43, was killed`: an age
        noun = patterns["noun"].match(after) if bare or group[-1].end == end else None
        if bare and noun and noun.end() and (noun["killed"] or "").lower() != "killed":
            what, b, rule = noun.lastgroup, end + noun.end(), "count and noun"
            if noun.group().lower().strip().endswith("lives") and not re.search(
                r"\b(?:claim|cost|tak|took|lost|loss)",
                before[-20:] + after[: noun.end() + 15],
                re.IGNORECASE,
            ):
                continue
            if "civilian" in noun.group().lower():
                civilian = True
            if what in ("abducted", "captured"):
                unit = noun[what]
                civilian = False if what == "captured" else civilian
        elif near and not (bare and group[0].article):
            what, b, rule = (
                near.lastgroup if near.lastgroup != "two" else _first(near),
                end + near.end(),
                "count and participle",
            )
            second = near["two"]
        elif doing and not _of_other_things(doing, group[0], civilian, after):
            what, a, rule = (
                doing.lastgroup if doing.lastgroup != "two" else _first(doing),
                doing.start(),
                "verb and count",
            )
            second = doing["two"]
        elif among := re.match(
            r" (?:were|was|are|is) among (?:the |those )?(?P<harm>dead|killed|wounded|injured|missing)\b",
            after,
        ):
            what, b, rule, part = _SECOND[among["harm"]], end + among.end(), "among them", True
        elif led := _LED_AWAY.search(before) and _AS_CAPTIVES.match(after):
            what = "captured" if "prisoner" in led.group() else "abducted"
            rule = "taken as"
        elif unit and _unit_says(unit, before):
            what, rule = _unit_says(unit, before), "noun that says it"
        elif (done := patterns["done"].match(after)) and not _active(
            done.group(), after[done.end() :]
        ):
            gap = after[: done.end()]
            busy = any(
                n.start >= end
                and n.start < end + done.end()
                and not _PART_BEFORE.search(sentence[: n.start][-90:])
                for n in nps
                if n not in group
            )
            if (not bare or group[0].part or len(gap) < 50) and not (
                busy and not re.search(r"includ|among|of whom|of them|as well as", gap)
            ):
                what = done.lastgroup if done.lastgroup != "two" else _first(done)
                b, rule, second = end + done.end(), "count and participle", done["two"]
                if "," in gap or " in " in gap or " of " in gap:
                    b = end + done.end() if len(gap) < 60 else end
        if (
            what is None
            and part
            and last_what is not None
            and start - last_end < 90
            and not re.match(
                r"[^,.;]{0,12}\b(?:escap|releas|surviv|freed|fled|rescu|arrest|return)", after
            )
        ):
            what, rule = last_what, "part of it"
        if what is None and patterns["leaving"].search(before) and near:
            what = near.lastgroup
        if (
            what is None
            and re.search(r"(?:\bwith|,| and)\s*$", before)
            and last_what in ("killed", "injured")
            and (adverb := re.match(r" (?:critically|seriously|severely|fatally)\b", after))
        ):
            what, part, b = (
                "killed" if "fatally" in adverb.group() else "injured",
                True,
                end + adverb.end(),
            )
        if (
            what is None
            and bare
            and last_what
            and not part
            and re.fullmatch(r"(?:,? and|,)\s+", sentence[last_end:start] or "-")
            and group[0].number.number is not None
            and re.match(r" (?:in|at|near)\b", after)
            and rule
        ):
            what = last_what
        if what is None:
            continue
        if bare and group[0].whole is not None and what in KINDS[:2]:
            whole = numbers.Number(group[0].whole, group[0].whole, group[0].whole)
            add(a, b, what, whole, None, rule="out of")
        if (
            part
            and last_what in ("killed", "injured", "casualties")
            and rule in ("part of it", "noun that says it")
        ):
            what = last_what
        if second:
            other = _SECOND.get(second.lower())
            if (
                other
                and other != what
                and what in ("killed", "injured")
                and other in ("killed", "injured")
            ):
                joined = sentence[a:b].lower()
                what = (
                    what
                    if re.search(r"(?:shot|stabbed|struck|beaten) and ", joined)
                    else "casualties"
                )
        if bare and number.number == 0:
            continue
        add(
            a,
            b,
            what,
            number,
            unit if (unit or "").lower() not in ("others", "dozens more") else None,
            civilian,
            part,
            rule,
        )
        last_what, last_end = what, b
    return sorted(out, key=lambda c: (c.start, c.end))


_LED_AWAY = re.compile(
    r"\b(?:took|takes?|taking|led|seized|dragged|marched)(?: away)?(?: another| a further| some)?\s*$",
    re.IGNORECASE,
)
_AS_CAPTIVES = re.compile(
    r"[^.;,]{0,60}?\b(?:as )?(?:captives?|hostages?|prisoners?|prisoner)\b", re.IGNORECASE
)
_UNREAL = re.compile(
    r"\b(?:could|would|might) (?:have )?(?:\w+ly )?(?:kill|killed|wound|wounded|injure|injured|hurt)\s*$|\bfear(?:s|ed)?(?: that| of)?\s*$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\s*(?:$|[,.;:)”\"]|[–—-]|(?:and|or|in|on|at|near|of|from|to|when|while|after|before|during|as|including|with|by|since|there|inside|outside|across|over|between|around|this|last|so|more|others?|civilians|critically|seriously|aboard|during|who|whose|today|yesterday|overnight|per|under|along|mostly|mainly|most|all|many|some|among|for|but|is|are|was|were|[A-Z])\b)"
)


def _of_other_things(doing: re.Match[str], np: _Np, civilian: bool | None, after: str) -> bool:
    """Whether a verb such as ``captured`` or ``seized`` speaks of things: ``captured three tanks``."""
    kind = doing.lastgroup if doing.lastgroup != "two" else _first(doing)
    words = doing.group().lower()
    if words.startswith("seiz") and "hostage" not in words and "captive" not in words:
        return np.kind != "people" or civilian is False
    return np.bare and kind in ("captured", "abducted") and not _GOES_ON.match(after)


def _first(m: re.Match[str]) -> str | None:
    return next((k for k, v in m.groupdict().items() if v is not None and k not in ("two",)), None)


def _unit_says(unit: str, before: str) -> str | None:
    low = unit.lower()
    if low in ("hostage", "hostages") and re.search(
        r"\b(?:tak|took|hold|held|seiz)\w*(?: \w+)?\s*$", before, re.IGNORECASE
    ):
        return "abducted"
    if low in ("prisoner", "prisoners", "captives", "pows") and re.search(
        r"\b(?:took|tak(?:e|es|ing)|captur\w+)\s*$", before, re.IGNORECASE
    ):
        return "captured"
    if low in ("wounded", "injured"):
        return "injured"
    return None


_OBJECT = re.compile(
    r" (?:at least|more than|over|up to|about|nearly|no fewer|some \d|dozens|hundreds|scores|\d|an? |the |its |their |his |her |several|many|another|himself|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty)\b|[A-Z])"
)


def _active(said: str, after: str) -> bool:
    """Whether a verb such as ``killed`` has an object behind it: then those before it did it."""
    if re.search(r"\b(?:was|were|is|are|been|being|be|have|has|had)\b", said, re.IGNORECASE):
        return False
    if not re.search(
        r"(?:killed|wounded|injured|captured|abducted|kidnapped|executed|massacred|murdered|beheaded)\s*$",
        said,
        re.IGNORECASE,
    ):
        return False
    return bool(_OBJECT.match(after))


def find(document: Document) -> Iterator[Suggestion]:
    """Mark ``no casualties``, ``at least 12 people were killed``, ``wounding three soldiers``."""
    for start, end in sentences(document.text):
        sentence = document.text[start:end]
        if not _WORTH.search(sentence):
            continue
        told = counts(sentence.replace("\n", " "), start)
        if not told:
            continue
        source = attribution.source_of(sentence)
        document.counts.extend((c, source) for c in told)
        for c in told:
            if c.what in ("launched", "shot_down"):
                continue  # the drones are a weapon and a quantity; their number goes with them
            yield Suggestion(c.start, c.end, "CASUALTY", "rule", "casualty", c.rule)


_WORTH = re.compile(
    r"kill|dead|died|dies|death|fatal|casualt|wound|injur|hurt|missing|captur|abduct|kidnap|hostage|prisoner|slain|massacr|"
    r"execut|toll|lives|victim|drone|missile|rocket|uav|shahed|shot|perish|maim|unaccounted|murder|lost|hospitali|surrender|behead|eliminat|martyr|bodies",
    re.IGNORECASE,
)


def fields(c: Count) -> dict[str, int]:
    """Return the fields of an incident that a count fills: best, min and max of killed or injured,
    and those of civilians; a part of another count fills none, nor does a word such as ``dozens``
    fill a best value."""
    if c.part:
        return {}
    out: dict[str, int] = {}
    harms = {"casualties": ("killed", "injured")}.get(c.what, (c.what,))
    if c.what == "casualties" and c.number != 0:
        return {}
    for harm in harms:
        if any(v is not None and v != int(v) for v in (c.number, c.low, c.high)):
            continue  # half a person is a misreading
        if harm in ("captured", "abducted", "missing"):
            if c.number is not None:
                out[harm] = int(c.number)
            continue
        if harm not in ("killed", "injured"):
            continue
        exact = c.low == c.high and c.number is not None
        if exact or (c.low is None and c.high is None and c.number is not None):
            assert c.number is not None
            out[f"{harm}_best"] = int(c.number)
            if c.civilian and c.number:
                out[f"{harm}_civilians"] = int(c.number)
            continue
        if c.low is not None:
            out[f"{harm}_min"] = int(c.low)
        if c.high is not None:
            out[f"{harm}_max"] = int(c.high)
    return out
