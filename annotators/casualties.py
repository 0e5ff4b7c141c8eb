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

from annotators import attribution, counted, numbers
from annotators.base import Document
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
    "killed": r"killed|slain|massacred|executed|murdered|assassinated|shot dead|shot and killed|stabbed to death|beaten to death|burned to death|gunned down|found dead|pronounced dead|confirmed dead|reported dead|presumed dead|left dead|dead|died|die|dies|perished|martyred|beheaded|fatally (?:shot|wounded|injured|stabbed)|wounded fatally|eliminated|lost their lives|lost his life|lost her life|drowned|succumbed|deceased|crushed to death|\w+ed to death|(?:embraced|attained|achieved) (?:martyrdom|shahadat)|martyrdom|sent to hell|(?:laid|gave|lost) (?:down )?their lives|neutrali[sz]ed|cut down",
    "injured": r"injured|wounded|hurt|maimed|hospitali[sz]ed|shot and (?:wounded|injured)|struck and (?:wounded|injured)|in critical condition|suffered (?:\w+ ){0,2}injuries|sustained (?:\w+ ){0,2}injuries|suffering (?:from )?(?:\w+ ){0,2}(?:injuries|burns|wounds)|treated for (?:\w+ ){0,2}(?:injuries|burns|wounds)|survived with (?:\w+ ){0,3}(?:injuries|wounds|burns)|(?:taken|rushed|brought|admitted|evacuated|sent) to (?:an? |the )?(?:\w+ ){0,2}(?:hospitals?|clinics?)",
    "missing": r"missing|unaccounted for|went missing|gone missing|still trapped|disappeared",
    "captured": r"captured|taken (?:as )?(?:prisoners?(?: of war)?|pows?)|taken captive|surrendered|laid down their arms",
    "abducted": r"abducted|kidnapped|taken hostages?|held hostage|seized as hostages|taken as hostages|(?:taken|seized|snatched|carried off|led away) (?:away )?by (?:\w+ ){0,2}(?:bandits|gunmen|kidnappers|militants|insurgents|terrorists|jihadists|men|rebels|fighters)|snatched",
}
_THINGS_DONE = {
    "launched": r"launched|fired|lobbed|unleashed",
    "shot_down": r"shot down|downed|intercepted|neutrali[sz]ed|destroyed by (?:air|Ukrainian|Russian|Israeli|its) (?:air )?defen[cs]es?|repelled|brought down|jammed|suppressed",
}
# what somebody does, as a verb before them
_DOING = {
    "killed": r"kill(?:ing|ed|s)?|massacr(?:e|es|ed|ing)|execut(?:e|es|ed|ing)|murder(?:s|ed|ing)?|slaughter(?:s|ed|ing)?|assassinat(?:e|es|ed|ing)|eliminat(?:e|es|ed|ing)|(?:claim(?:s|ed|ing)?|cost(?:s|ing)?|tak(?:e|es|ing)|took)(?: the lives of)?|the lives of|behead(?:s|ed|ing)?|shot dead|gunn(?:ed|ing) down|deaths? of|the loss of|(?:the )?(?:\w+ )?(?:killings?|executions?|murders?|massacre) of|hack(?:ed|ing) to death|burn(?:ed|ing) to death|stabb(?:ed|ing) to death|lost|bodies of|body of|remains of|(?:shot|hacked|burned|stabbed|beat|clubbed) (?:dead|to death)|(?:gunned|cut|mowed) down|(?:shooting|hacking|beating|stabbing) (?:dead|to death)",
    "injured": r"wound(?:ing|ed|s)?|injur(?:ing|ed|es|e)|hurt(?:ing|s)?|maim(?:ing|ed|s)?|injuries to|injury to|(?:the )?wounding of|hospitali[sz](?:ing|es|ed)",
    "captured": r"captur(?:ing|ed|es|e)|tak(?:ing|es|e) (?:as )?prisoner|took prisoner|(?:the )?capture of",
    "abducted": r"abduct(?:ing|ed|s)?|(?:the )?(?:abductions?|kidnappings?) of|snatch(?:ing|ed|es)|kidnap(?:ping|ped|s)?|seiz(?:ed|ing|es|e)|(?:tak(?:ing|es|e)|took|seiz(?:ing|ed|es)|hold(?:s|ing)?|held) (?:as )?(?:hostage|captive)",
}
_THINGS_DOING = {
    "launched": r"launch(?:ing|ed|es)?|fir(?:ing|ed|es|e)|lobb(?:ing|ed)|unleash(?:ing|ed|es)?|attack(?:ed|ing|s)?(?: \w+){0,4} with|barrage of|salvo of|wave of|use(?:d|s)|using|struck(?: \w+){0,4} with|sent|involv(?:ed|ing)|carried out with|launch of",
    "shot_down": r"sho(?:o?t|oting|ots|oots) down|down(?:ed|ing|s)|intercept(?:ing|ed|s)?|destroy(?:ing|ed|s)|neutrali[sz](?:ed|ing|es)|brought down|took down|repell?(?:ed|ing|s)|(?:the )?(?:downing|shooting down|interception|destruction) of|shot",
}
_NOUNS = {
    "killed": r"deaths?|fatalit(?:y|ies)|dead|killed|bodies|corpses|lives",
    "injured": r"injur(?:y|ies)|wounded|injured",
    "casualties": r"casualt(?:y|ies)",
    "abducted": r"hostages?|abductees|kidnappings",
    "captured": r"prisoners of war|pows?|captives",
}
_BE = r"(?:(?:who|that|which) )?(?:(?:were|was|are|is|have|has|had|been|being|be|got|get|believed|thought|said|reported|confirmed|known|also|all|now|still|later|both|either|so far|left|presumed|(?-i:may)|might|could|remain|remains|remained|listed|as|(?!fatally)\w+ly|to|found|counted|declared|each) )*"
# no word of it in two ways: a run of such words would be tried in every combination
_PP = r"(?:(?:in|near|at|from|on|outside|around|inside|aboard|across|of|along with|among|who|which|belonging to|else in|(?!kill|wound|injur|leav|hurt|includ|bring|massacr|abduct|captur|follow|dur|accord|kidnap)\w{3,}ing) [^.;:,]{1,70}?(?:,? |(?=,)))?"
_PART_OF_THEM = r"(?:including|\w+(?: \w+)? (?:\w+ )?among (?:them|those)|\w+ of (?:them|whom)|among (?:them|those)|most(?:ly)?|some|all|many|mainly|both|the majority|one of|at least|as well as)"
# what is said behind a part that no mark closes is said of the part: `40 people, 12 of whom died`
_APART = rf"(?:(?:,|\s[–—-]) ?(?:{_PART_OF_THEM}\b[^.;]{{0,90}}?(?:,|\s[–—-])|(?:including|as well as|mostly|mainly)\b(?![^.;,]{{0,40}} who )[^.;]{{0,90}}?) )"


def _alternatives(table: dict[str, str]) -> str:
    return "|".join(f"(?P<{name}>{pattern})" for name, pattern in table.items())


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    flags = re.IGNORECASE
    done = _alternatives(_DONE)
    things_done = _alternatives(_THINGS_DONE)
    return {
        "done": re.compile(rf"\s*(?:{_WITH})?(?:{_APART})?\s*(?:and {_NEXT_NP} )?{_PP}(?:{_APART})?{_BE}(?:{done})\b(?: or| and|/)?(?: (?P<two>killed|wounded|injured|dead|missing|captured|hurt)\b)?", flags),
        "near": re.compile(rf",? {_BE}(?:{done})\b(?:(?: or| and|/) (?P<two>killed|wounded|injured|dead|missing|captured|hurt)\b)?", flags),
        "things_done": re.compile(rf"\s*(?:{_APART})?\s*(?:and {_NEXT_NP} )?{_PP}{_BE}(?:{things_done})\b", flags),
        "doing": re.compile(rf"(?<!-)\b(?:{_alternatives(_DOING)})(?: (?:up to|all|also|both|other|a total of|a|nearly|civilians and|and (?P<two>wounding|injuring|wounded|injured|kidnapping|abducting|capturing)))?\s*$", flags),
        "things_doing": re.compile(rf"\b(?:{_alternatives(_THINGS_DOING)})(?: (?:all|at least|also|both|a total of|a|with|more than|over))?\s*$", flags),
        "noun": re.compile(rf"\s*(?:(?:civilian|military|combat|confirmed|reported|more|further|new|additional|other|combined|battlefield|serious|minor|\w+ian) ){{0,3}}(?:{_alternatives(_NOUNS)})\b", flags),
    }  # fmt: skip


_WITH = r"(?:and (?:the )?(?:boys|women|girls|children|civilians|babies|elderly(?: people)?|men)\b)"
_NEXT_NP = r"(?:(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d+) [\w -]{2,40}?)"
_TOLL = re.compile(
    r"\b(?:put(?:s|ting)? (?:[\w-]+ ){0,3}?(?P<put>dead|losses|deaths|fatalities|wounded|injured|casualties)(?=[^.;,]{0,40}? at )|(?P<harm>death|injury|casualty|wounded|injured) toll|toll|(?:number|count) of (?P<noun>dead|deaths|killed|fatalities|victims|people killed|injured|wounded|injuries|casualties))\b(?P<unit> of (?!(?:\d|at|more|over|about))[\w ]{3,30}?(?= from| in| to| rises| rose| has| had))?"
    r"[^.;]{0,90}?\b(?:to|at|of|reached|reaches|reach|is|was|as|exceeds?|exceeded|past|above|stood at|stands at|hits?|hit|climbed to|topped|passes|passed|:)\s+[\"“”']?",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"(?<![\w-])(?:"
    r"(?P<done>killing|wounding|injuring|hurting|harming) (?:no ?body|no one)|"
    r"neither side (?:has )?(?:reported|suffered|gave)(?: any)? (?P<noun3>casualties|losses|injuries|deaths)|(?P<nobody>no ?body|no one|none|(?<=denied that )any of (?:its|their|the|his) [\w-]+|(?-i:[Nn]o) (?:(?!other|longer|further|more|less|injur|casualt|death|fatal|report)[\w-]+ ){0,2}?(?:people|persons?|civilians?|soldiers?|troops|fighters|personnel|police(?:men)?|officers|crew|staff|children|women|students|workers|members)|no deaths or injuries|no injuries or deaths|no residents?|nobody else|not a single person)\b(?P<between>(?:[^.;:]|\.(?=\w|\s?[a-z])){0,80}?)\b(?P<harm>(?:killed|dead|died|hurt|injured|wounded|harmed|missing|captured|abducted|kidnapped)(?: or (?:killed|hurt|injured|wounded))?)"
    r"|(?:no|zero|without(?: (?:any|suffering(?: any)?|causing(?: any)?))?|did not (?:cause|result in)(?: any)?|not (?:cause|caused|resulted in)(?: any)?|(?:has|have|had) not (?:been )?any|never any|not any) (?:(?:reported|immediate|civilian|further|known|military|major|serious|confirmed|human|such|additional|new|other|combat|official|initial|significant) ){0,3}(?:reports? of (?:any )?)?(?:(?:civilian|immediate|human|any|serious|further) )?(?P<noun>casualties|fatalities|deaths|injuries|injured|victims|wounded|casualty|injury|death|loss of life|dead)(?:(?:,| or| and| nor)(?: \w+)? (?P<noun2>casualties|fatalities|deaths|injuries|injured|wounded|death))?"
    r")(?![\w-])",
    re.IGNORECASE,
)


_PART_BEFORE = re.compile(
    r"(?:\bincluding|\bamong (?:them|whom|those)(?: (?:are|were|is|was))?|\bof (?:them|whom|which))(?: (?:at least|also|about|the))?[\s,]*$|\bincluding\b[^.;]{1,60}?(?:,| and)\s*$",
    re.IGNORECASE,
)
_SECOND = {"killed": "killed", "dead": "killed", "wounded": "injured", "injured": "injured", "hurt": "injured",
           "wounding": "injured", "injuring": "injured", "missing": "missing", "captured": "captured",
           "abducted": "abducted", "kidnapped": "abducted", "victims": "killed",
           "kidnapping": "abducted", "abducting": "abducted", "capturing": "captured"}  # fmt: skip
_HYPOTHETICAL = re.compile(
    r"\b(?:would have|could have|might have|had it|risk of|threat(?:en(?:s|ed)?|s)? to|fears? (?:of|that)|could)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Group:
    """What is counted together, with the words around it."""

    first: counted.NounPhrase
    start: int
    end: int
    number: numbers.Number
    unit: str | None
    civilian: bool | None
    part: bool
    before: str
    after: str


@dataclass
class _Told:
    """What the count before told, which the next may leave out."""

    what: str | None = None
    thing: str | None = None
    end: int = 0


def counts(sentence: str, offset: int = 0) -> list[Count]:
    """Return the counts of a sentence, in order, with offsets from ``offset``."""
    sentence = counted.without_dates(sentence)
    out = list(_denials(sentence))
    nps = [
        n
        for n in counted.noun_phrases(sentence)
        if not any(c.start < n.end and n.start < c.end for c in out)
    ]
    for c in _tolls(sentence, nps):
        out.append(c)
        nps = [n for n in nps if not c.start <= n.start < c.end]
    nps = [n for n in nps if not _counts_nobody(n, sentence[: n.start], sentence[n.end :])]
    told = _Told()
    for phrases in _groups(nps, sentence):
        number, unit, civilian = counted.total_of(phrases)
        start, end = phrases[0].start, phrases[-1].end
        before, after = sentence[:start], sentence[end:]
        part = any(n.part for n in phrases) or bool(_PART_BEFORE.search(before[-90:]))
        group = _Group(phrases[0], start, end, number, unit, civilian, part, before, after)
        earlier = [c for c in out if c.end <= start and c.rule.startswith("toll")]
        if told.what is None and earlier:
            told.what, told.end = earlier[-1].what, earlier[-1].end
        if phrases[0].kind == "things":
            found = list(_of_things(group, told))
            told.thing = unit
        elif group.first.bare and told.thing and (found := _of_same_things(group, told)):
            pass
        else:
            found = list(_of_people(group, told, sentence, [n for n in nps if n not in phrases]))
        for c in found:
            out.append(c)
            told.what, told.end = c.what, c.end
    out += _revised(sentence, out)
    shifted = (replace(c, start=c.start + offset, end=c.end + offset) for c in out)
    return sorted(shifted, key=lambda c: (c.start, c.end))


def _count(
    start: int, end: int, what: str, number: numbers.Number, unit: str | None = None,
    civilian: bool | None = None, part: bool = False, rule: str = "",
) -> Count:  # fmt: skip
    return Count(
        start, end, what, number.number, number.low, number.high, unit, civilian, part, rule
    )


def _groups(nps: list[counted.NounPhrase], sentence: str) -> Iterator[list[counted.NounPhrase]]:
    """Yield what is counted together; the parts of a whole one by one."""
    for group in counted.groups(nps, sentence):
        if len(group) > 1 and _PART_BEFORE.search(sentence[: group[0].start][-90:]):
            yield from ([replace(np, part=True)] for np in group)
        elif len(group) > 1 and _is_sum(group):
            yield [replace(group[0], end=group[-1].end)]
        else:
            yield group


def _is_sum(group: list[counted.NounPhrase]) -> bool:
    """Whether what is counted first is all of the others: ``29 people, 19 gang members and ten
    soldiers``."""
    first, *others = (np.number.number for np in group)
    if first is None or len(others) < 2 or None in others:
        return False
    return first == sum(n for n in others if n is not None)


# --- denials, tolls ------------------------------------------------------------------------------


def _denials(sentence: str) -> Iterator[Count]:
    """Yield ``no casualties``, ``nobody was hurt``."""
    for m in _DENIAL.finditer(sentence):
        if m["nobody"] and re.search(
            r"\b(?:who|claimed|said|responsib|arrest|charged|killed|wounded)\b", m["between"] or ""
        ):
            continue
        words = [w.lower() for w in (m["harm"], m["noun"], m["noun2"], m["noun3"], m["done"]) if w]
        text = " ".join([*words, m["nobody"] or ""]).lower()
        killed = bool(re.search(r"kill|dead|died|fatal|death|loss of life", text))
        injured = bool(re.search(r"injur|hurt|wound|harm", text))
        what = "casualties" if killed == injured else "killed" if killed else "injured"
        for word, other in (("missing", "missing"), ("captured", "captured"), ("abducted", "abducted"), ("kidnapped", "abducted")):  # fmt: skip
            if word in text:
                what = other
        low = m.group().lower()
        civilian = ("civilian" in low and "military" not in low and " nor " not in low) or None
        yield _count(*m.span(), what, numbers.Number(0, 0, 0), None, civilian, rule="denial")


_PASSED = re.compile(
    r"(?:passe[sd]|topp?e[sd]|exceed(?:s|ed)|surpass(?:es|ed)|above|past)\s*[\"“”']?$",
    re.IGNORECASE,
)
_OF_WHICH = re.compile(r" (?:from|in|after|at|during) (?=\w)")
"""Where a toll says of what, and a place and a day may stand: `toll from Monday's attack in Mubi`."""
_FROM_COUNT = re.compile(rf"\s+from {numbers.COUNT}", re.IGNORECASE)


def _tolls(sentence: str, nps: list[counted.NounPhrase]) -> Iterator[Count]:
    """Yield ``the death toll rose to 12 from 9``, ``put the number of wounded at 30``."""
    for m in _TOLL.finditer(sentence):
        exact = numbers.COUNT_PATTERN.match(sentence, m.end())
        number = numbers.read(exact) if exact else None
        if number is None or re.search(r"\b(?:would|could|might)\b", m.group(), re.IGNORECASE):
            continue
        assert exact is not None
        if _PASSED.search(m.group()):
            low = number.low if number.number is None else number.number
            number = replace(number, low=low, high=None)
        word = (m["harm"] or m["noun"] or m["put"] or "death").lower()
        what = "killed"
        if re.search("injur|wound", word):
            what = "injured"
        elif "casualt" in word:
            what = "casualties"
        following = [n for n in nps if m.end() - 1 <= n.start <= m.end() + 12]
        noun = (m["unit"] or "").strip().removeprefix("of ").split()
        unit = noun[-1] if noun and noun[-1].lower() in counted.nouns() else None
        unit = unit or next((n.unit for n in following if n.unit), None)
        end = max([exact.end(), *(n.end for n in following if n.start <= exact.start() + 1)])
        civilian = counted.is_civilian(unit, "") if unit else None
        start = exact.start() if _OF_WHICH.search(m.group()) else m.start()
        yield _count(start, end, what, number, unit, civilian, rule="toll")
        earlier = _FROM_COUNT.match(sentence, end)
        if earlier and (before := numbers.read(earlier)):
            yield _count(earlier.start() + 1, earlier.end(), what, before, unit, rule="toll before")


_REVISED = re.compile(
    rf"\b(?:put(?:s|ting)?|gave|giv(?:es|ing)|plac(?:es|ed|ing)|rais(?:es|ed|ing)|revis(?:es|ed|ing)) (?:the|its|that|their) (?:figure|number|total|count|estimate|tally)(?: (?:at|to|as))?\s+(?={numbers.COUNT})",
    re.IGNORECASE,
)


def _revised(sentence: str, told: list[Count]) -> Iterator[Count]:
    """Yield ``put the figure at more than 30``: another count of what was counted last."""
    for m in _REVISED.finditer(sentence):
        before = [c for c in told if c.end <= m.start()]
        inside = any(c.start < m.end() + 4 and m.start() < c.end for c in told)
        exact = numbers.COUNT_PATTERN.match(sentence, m.end())
        number = numbers.read(exact) if exact else None
        if before and not inside and exact and number:
            last = max(before, key=lambda c: c.end)
            yield _count(m.start(), exact.end(), last.what, number, rule="another figure")


# --- what is said of a group -----------------------------------------------------------------------

_NAMED = re.compile(
    r"(?<![.!?] )\b(?!(?:On|In|At|By|The|And|But|Another|Some|About|Over|All|Only)\b)[A-Z]\w+ $"
)
_NUMBERED = re.compile(
    r"\b(?:Flight|Route|Highway|Regiment|Brigade|Battalion|Unit|Resolution|Article|Camp|Sector|Area|Block|Apollo|Boeing|Airbus) $"
)
_ENDS_IN_MONTH = re.compile(rf"\b(?:{counted.MONTHS}) $", re.IGNORECASE)


def _counts_nobody(first: counted.NounPhrase, before: str, after: str) -> bool:
    """Whether a number is a name's (`Flight 655`), an age, or of what did not happen."""
    if _UNREAL.search(before[-40:]):
        return True
    if first.bare and not first.part and _NAMED.search(before):
        verb = re.match(r" (?:were|was|are|in|over|on|at|to|from|\w+ed\b)", after)
        if _ENDS_IN_MONTH.search(before) or (verb and _NUMBERED.search(before)):
            return True
    if (
        first.bare
        and re.search(r"[A-Z]\w+, $", before)
        and after.startswith(",")
        and (first.number.number or 0) < 120
    ):
        return True  # `Petrenko, 43, was killed`
    return bool(
        _HYPOTHETICAL.search(before[-60:])
        and not re.search(r"\b(?:killed|killing|wounded|injured)\b", before[-60:])
    )


_AIR_DEFENCE = re.compile(r"\bair[- ]?defen[cs]e|drone|missile|uav", re.IGNORECASE)


def _of_things(group: _Group, told: _Told) -> Iterator[Count]:
    """Yield what is said of drones and missiles: launched, shot down, how many of how many."""
    patterns = _patterns()
    start, end, before, after = group.start, group.end, group.before, group.after
    doing = patterns["things_doing"].search(before)
    done = patterns["things_done"].match(after)
    if (
        doing
        and (doing["shot_down"] or "").lower().startswith("destroy")
        and not _AIR_DEFENCE.search(before + (group.unit or ""))
    ):
        doing = None
    used = (
        doing
        and doing["launched"]
        and re.match(r"(?:us|sent|involv)", doing["launched"], re.IGNORECASE)
    )
    a, b, what, rule = start, end, None, ""
    whole = group.first.whole
    if told.what == "shot_down" and whole is not None and re.search(r" and\s*$", before):
        what, rule = told.what, "and another"
    elif doing and not used:
        what, a, rule = doing.lastgroup, doing.start(), "verb and count"
    elif done:
        what, b, rule = done.lastgroup, end + done.end(), "count and participle"
    elif used and not group.first.article:
        what, rule = "launched", "verb and count"
    elif (
        told.what in ("launched", "shot_down")
        and re.search(r"(?:,| and| as well as)\s*$", before)
        and start - told.end < 40
    ):
        what, rule = told.what, "and another"
    elif _OF_THOSE_SENT.match(after) and re.search(r"\bof (?:the|all)\s*$", before, re.IGNORECASE):
        what, rule = "launched", "of those sent"
    if what is None:
        return
    if whole is not None and what == "shot_down":
        total = numbers.Number(whole, whole, whole)
        yield _count(start, end, "launched", total, group.unit, rule="out of")
    yield _count(a, b, what, group.number, group.unit, rule=rule)


_OF_THOSE_SENT = re.compile(
    r"[^.;]{0,60}?\b(?:launched|fired|sent|directed|aimed|used|detected)\b", re.IGNORECASE
)


def _of_same_things(group: _Group, told: _Told) -> list[Count]:
    """Return what is said of a bare number after drones or missiles: ``80 drones, 60 of which were
    downed``, ``and we brought down 60``; nothing where it is said of something else."""
    patterns = _patterns()
    done = patterns["things_done"].match(group.after)
    if done and done.lastgroup and len(done.group()) < 40:
        end = group.end + done.end()
        rule = "count and participle"
        return [_count(group.start, end, done.lastgroup, group.number, told.thing, rule=rule)]
    doing = patterns["things_doing"].search(group.before)
    if doing and doing["shot_down"] and _GOES_ON.match(group.after):
        rule = "verb and count"
        return [_count(doing.start(), group.end, "shot_down", group.number, told.thing, rule=rule)]
    return []


_PASSIVE = re.compile(r"\b(?:was|were|been|are|is|be|being|of|not) (?:\w+ )?$")
_TAKES = frozenset(
    ["take", "takes", "taking", "took", "cost", "claim", "claims", "claimed", "claiming", "costs", "lost"]
)  # fmt: skip
_LIVES = re.compile(r"\b(?:claim|cost|tak|took|lost|loss)", re.IGNORECASE)


_NEAR = 100
"""Code points before a count in which the verb stands; to look from further away is dear."""


def _doing(group: _Group) -> re.Match[str] | None:
    """Return the verb before a count that says what was done to those counted."""
    found = _patterns()["doing"].search(group.before, max(0, len(group.before) - _NEAR))
    if found is None:
        return None
    verb = found.group().lower()
    if _PASSIVE.search(group.before[: found.start()]) and verb.rstrip().endswith("ed"):
        return None
    takes = found.lastgroup == "killed" and verb.split()[0] in _TAKES
    fighters = verb.startswith("lost") and group.civilian is False
    if takes and "lives" not in (verb + group.after[:20]).lower() and not fighters:
        return None  # `claimed two attacks`, `took 40 villages`
    return found


def _of_people(
    group: _Group, told: _Told, sentence: str, others: list[counted.NounPhrase]
) -> Iterator[Count]:
    """Yield what is said of people: killed, injured, missing, captured, abducted."""
    patterns = _patterns()
    start, end, before, after = group.start, group.end, group.before, group.after
    unit, civilian, part, bare = group.unit, group.civilian, group.part, group.first.bare
    a, b, what, rule, second = start, end, None, "", None
    doing = _doing(group)
    near = patterns["near"].match(after)
    if near is not None and (_active(near.group(), after[near.end() :]) or _not_so(near.group())):
        near = None  # `a bomber killed 21 recruits`: the one who did it
    if near is not None and _may_be_a_thing(group.first, _which(near), near.group().lower()):
        near = None
    if near and doing and near["two"] is None and doing["killed"] and bare:
        near = None
    noun = patterns["noun"].match(after)
    among = _AMONG.match(after)
    if bare and noun and noun.end() and (noun["killed"] or "").lower() != "killed":
        if noun.group().lower().strip().endswith("lives") and not _LIVES.search(
            before[-20:] + after[: noun.end() + 15]
        ):
            return
        what, b, rule = noun.lastgroup, end + noun.end(), "count and noun"
        if "civilian" in noun.group().lower():
            civilian = True
        if what in ("abducted", "captured"):
            unit = noun[what]
            civilian = False if what == "captured" else civilian
    elif near:
        what, b, rule = _which(near), end + near.end(), "count and participle"
        second = near["two"]
    elif doing and not _of_other_things(doing, group.first, civilian, after):
        what, a, rule = _which(doing), doing.start(), "verb and count"
        second = doing["two"]
    elif among:
        what, b, rule, part = _SECOND[among["harm"]], end + among.end(), "among them", True
    elif ahead := _AMONG_AHEAD.search(before):
        what, rule, part = _SECOND[(ahead["harm"] or ahead["too"]).lower()], "among them", True
    elif led := _LED_AWAY.search(before) and _AS_CAPTIVES.match(after):
        what = "captured" if "prisoner" in led.group() else "abducted"
        rule = "taken as"
    elif _KIDNAPPERS_TOOK.search(before):
        what, rule = "abducted", "taken by kidnappers"
    elif hurt := _WITH_WOUNDS.match(after):
        what, rule, b = "injured", "with wounds", end + hurt.end()
    elif unit and (says := _unit_says(unit, before)):
        what, rule = says, "noun that says it"
    elif together := _TOGETHER_WITH.search(before):
        what, rule = _SECOND[together["harm"].lower()], "together with"
    elif (done := patterns["done"].match(after)) and not (
        _active(done.group(), after[done.end() :])
        or _not_so(done.group())
        or _may_be_a_thing(group.first, _which(done), done.group().lower())
    ):
        gap = after[: done.end()]
        busy = any(
            end <= n.start < end + done.end() and not _PART_BEFORE.search(sentence[: n.start][-90:])
            for n in others
        )
        if (not bare or group.first.part or len(gap) < 50) and not (
            busy and not _PARTS.search(gap)
        ):
            what, rule, second = _which(done), "count and participle", done["two"]
            if not re.search(r",| in | of ", gap) or len(gap) < 60:
                b = end + done.end()
    if what is None and told.what is not None:
        if (
            (part or _AMONG_THEM.match(after))
            and start - told.end < 90
            and not (_GOT_AWAY.match(after) or _LET_GO.search(before))
        ):
            what, rule, part = told.what, "part of it", True
        elif (
            re.search(r"(?:\bwith|,| and)\s*$", before)
            and told.what in ("killed", "injured")
            and (adverb := re.match(r" (?:critically|seriously|severely|fatally)\b", after))
        ):
            what = "killed" if "fatally" in adverb.group() else "injured"
            part, b = True, end + adverb.end()
        elif (
            bare
            and group.number.number is not None
            and re.match(r" (?:in|at|near|from)\b", after)
            and _LISTED.search(before)
        ):
            what, rule, part = told.what, "part of it", True
    if what is None or (bare and group.number.number == 0):
        return
    if bare and group.first.whole is not None and what in KINDS[:2]:
        total = numbers.Number(group.first.whole, group.first.whole, group.first.whole)
        yield _count(a, b, what, total, rule="out of")
    if part and told.what in KINDS[:3] and rule in ("part of it", "noun that says it"):
        what = told.what
    if second:
        other = _SECOND.get(second.lower())
        if other != what and {what, other} == {"killed", "injured"}:
            joined = re.search(r"(?:shot|stabbed|struck|beaten) and ", sentence[a:b].lower())
            what = what if joined else "casualties"
    unit = None if (unit or "").lower() in ("others", "dozens more") else unit
    yield _count(a, b, what, group.number, unit, civilian, part, rule)


_AMONG = re.compile(
    r" (?:were|was|are|is) among (?:the |those )?[^.;,]{0,40}?\b(?P<harm>dead|killed|wounded|injured|missing|abducted|captured)\b",
    re.IGNORECASE,
)
_AMONG_AHEAD = re.compile(
    r"\b(?:among (?:the|those)\b[^.;,]{0,40}?\b(?P<harm>dead|killed|wounded|injured|missing|abducted|captured)\b[^.;]{0,60}? (?:were|was|are|is)|the (?P<too>dead|killed|wounded|injured|victims|missing)\b[^.;,]{0,30}? include[sd]?)(?: at least| also| about)?\s*$",
    re.IGNORECASE,
)
_AMONG_THEM = re.compile(r" (?:among|of) (?:them|whom|those)\b", re.IGNORECASE)
_KIDNAPPERS_TOOK = re.compile(
    r"\b(?:kidnappers|abductors|captors|bandits|hostage-takers)\b[^.;,]{0,40}\b(?:took|takes?|taken|seized|seize)\s*$",
    re.IGNORECASE,
)
_WITH_WOUNDS = re.compile(
    r"(?! (?:was|were|is|are|had|have|has)\b)(?: [\w-]+){0,4}? with (?:[\w-]+(?:,| and| or)? ){0,5}(?:wounds?|injur(?:y|ies)|burns|fractures|lacerations|concussions?)\b",
    re.IGNORECASE,
)
_TOGETHER_WITH = re.compile(
    r"\b(?:was|were) (?:also )?(?P<harm>killed|wounded|injured|captured|abducted|kidnapped)\b[^.;]{0,70}? (?:along|together|alongside)(?: with)?(?: (?:his|her|their|its|at least))?\s*$",
    re.IGNORECASE,
)
_LISTED = re.compile(r"[–—:(]\s*$|[–—][^–—.;]{0,80} and $")
_PARTS = re.compile(r"includ|among|of whom|of them|as well as")
_GOT_AWAY = re.compile(r"[^,.;]{0,12}\b(?:escap|releas|surviv|freed|fled|rescu|arrest|return)")
_LET_GO = re.compile(
    r"\b(?:escap|releas|surviv|free|rescu|arrest|return)\w*(?: \w+){0,2}\s*$", re.IGNORECASE
)


def _not_so(said: str) -> bool:
    """Whether a participle tells what could have been: ``could have been killed``."""
    return bool(re.search(r"\b(?:could|would|might)\b", said, re.IGNORECASE))


_LED_AWAY = re.compile(
    r"\b(?:took|takes?|taking|taken|led|seized|dragged|marched)(?: away)?(?: another| a further| some)?\s*$",
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


def _may_be_a_thing(np: counted.NounPhrase, kind: str | None, said: str) -> bool:
    """Whether what is captured or abducted may be a thing with a name: `captured 5 Humvees`."""
    if kind not in ("captured", "abducted") or np.unit is None:
        return False
    of_people = re.search(r"prison|hostage|captive|abduct|kidnap", said)
    return of_people is None and counted.is_only_a_name(np.unit)


def _of_other_things(
    doing: re.Match[str], np: counted.NounPhrase, civilian: bool | None, after: str
) -> bool:
    """Whether a verb such as ``captured`` or ``seized`` speaks of things: ``captured three tanks``."""
    kind = _which(doing)
    words = doing.group().lower()
    if _may_be_a_thing(np, kind, words):
        return True
    if words.startswith("seiz") and "hostage" not in words and "captive" not in words:
        return np.kind != "people" or civilian is False
    return np.bare and kind in ("captured", "abducted") and not _GOES_ON.match(after)


def _which(m: re.Match[str]) -> str | None:
    """Return what a match says was done to them."""
    return next((k for k, v in m.groupdict().items() if v is not None and k != "two"), None)


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
    r" (?:at least|more than|over (?=\d)|up to|about|nearly|no fewer|some \d|dozens|hundreds|scores|\d|an? |the |its |their |his |her |several|many|another|himself|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty)\b|[A-Z])"
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
        if not _worth(sentence.lower()):
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


_WORTH = (
    "kill", "dead", "died", "dies", "death", "fatal", "casualt", "wound", "injur", "hurt", "missing",
    "captur", "abduct", "kidnap", "hostage", "prisoner", "slain", "massacr", "execut", "toll", "lives",
    "victim", "drone", "missile", "rocket", "uav", "shahed", "shot", "perish", "maim", "unaccounted",
    "murder", "lost", "hospital", "surrender", "behead", "eliminat", "martyr", "bodies", "gunned",
    "burned", "hacked", "taken by", "snatched", "neutrali", "wiped", "drown", "to hell",
)  # fmt: skip


def _worth(low: str) -> bool:
    """Whether a sentence in lower case has a word of what is counted here; most have none."""
    return any(map(low.__contains__, _WORTH))


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
