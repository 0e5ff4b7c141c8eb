"""Who says so, and how: the source that a sentence names for what it tells, and whether the thing
happened, is claimed, denied, planned, proposed, threatened, merely possible, or long past."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from annotators.lower_case import lowered

_VERBS = {
    "said": r"said|says|saying|say|told|tells|stated|states|stating|wrote|writes|reported|reports|reporting|report|added|noted|announces?|announced|announcing|estimat(?:es|ed|ing)|counts|put|puts|explained|tweeted|posted|indicat(?:ed|es)|elaborated|remarked|pointed out|document(?:s|ed)|verif(?:ies|ied)|record(?:s|ed)|assess(?:es|ed)|found that|recalled|tall(?:y|ies|ied)|counted|increases|raises|raised|revises|revised|"
    "according to|quoted|believes?|estimates",
    "confirmed": r"confirm(?:s|ed|ing)?|acknowledg(?:es|ed|ing)|admit(?:s|ted|ting)?(?! (?:over|more|at least|about|nearly|\d|dozens|\w+ (?:people|patients)))|conceded",
    "claimed": r"claim(?:s|ed|ing)?(?! (?:the |\w+ |at least )*(?:lives|responsibility))|insist(?:s|ed|ing)?|maintain(?:s|ed)|assert(?:s|ed|ing)?|boasted",
    "alleged": r"accus(?:es|ed|ing)|alleg(?:es|ed|ing)|blam(?:es|ed|ing)|charg(?:es|ed) that|suspects?",
    "denied": r"den(?:y|ies|ied|ying)|refut(?:es|ed|ing)|reject(?:s|ed)|dismiss(?:es|ed)",
}
_VERB = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _VERBS.items())
_NAME = r"[A-ZÀ-ŽА-Я][\w’'.-]*"
_ACCORDING = re.compile(
    r"\b[Aa]ccording to (?P<source>(?:(?!(?:, |\. |; | who | which | that (?:was|were)|\band (?:the|more|was|injured|killed)\b| but | as of | over | at least | more than | around | some \d| nearly | \d| after | when | while | from early)).){2,90})"
)
_SAYS = re.compile(
    rf"(?:^|[,;:”\"—–(] ?| - |\b(?:and|while|but|as|that|with|although|though|after|where|when) )(?P<source>[^,;:“\"()]{{1,90}}?)\s+(?:(?:have|has|had|also|later|earlier|already|were quoted by \w+ as|was quoted as|previously|publicly|initially|continue to \w+[^,;]{{0,80}},) )*(?:{_VERB})\b(?! (?:down|on by|for|to death)\b)(?!(?:(?<=put)|(?<=puts)) in\b)"
)
_TAIL = re.compile(
    r"[,”\"] (?P<source>[^,;:“”\"()]{2,90}?) (?:(?:have|has|had|also|later|were|was) )?(?:said|says|say|reported|reports|told \w+|added|announced|confirmed|claimed(?! (?:the |\w+ )?lives)|stated|wrote|quoted by \w+ as saying|were quoted by \w+ as saying)(?=[.,;\"”)\s]|$)"
)
_INVERTED = re.compile(
    r"[,”\"] (?:said|says|reported|reports|confirmed|claimed|added|wrote) (?P<source>[^,;:“\"()]{2,90}?)(?=[,.;]|$)"
)
_SPEAKER = (
    r"(?:official|officer|source|witness(?:es)?|resident|doctor|medic|paramedic|spokes(?:man|woman|men|person|people)|commissioner|activist|group|agency|agencies|"
    r"ministry|ministries|minister|police|governor|mayor|commander|general|lawyer|analyst|expert|monitor|commission|mission|observatory|network|union|"
    r"authority|authorities|survivor|relative|villager|leader|elder|diplomat|worker|volunteer|soldier|fighter|statement|report|newspaper|channel|service|"
    r"administrator|chief|director|investigator|researcher|organi[sz]ation|committee|council|hospital|army|military|government|forces?|MoD|MoH|NGO|president|"
    r"administration|coroner|priest|bishop|teacher|nurse|lawmaker|senator|envoy|ambassador|prosecutor|judge|rescuer|firefighter|reporter|journalist)s?"
)
_NOT_A_SOURCE = re.compile(
    rf"^(?:an estimated|who|which|that|it|there|this|these|those|what|and|but|he had|she had|also|police said|no|neither|several people|people|(?:an?|at least|more than|\d+|two|three|four|five|six|seven|eight|nine|ten|dozens|hundreds|multiple)\b(?!.*\b(?:{_SPEAKER})$))\b",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"\b(?:reportedly|allegedly|apparently|purportedly|may have|might have|could have|believed to|thought to|suspected|appears? to|seems? to|possibly|probably|likely|unconfirmed|said to)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Source:
    """Who says what a sentence tells: offsets in the sentence, the words, and how it is said."""

    start: int
    end: int
    text: str
    manner: str  # said, confirmed, claimed, alleged, denied


_APPOSED = re.compile(
    rf"(?:^|[.;] |\b(?:that|while|and) )(?P<source>{_NAME}(?: (?:{_NAME}|al-\w+|de|von|van)){{0,3}}), (?:the |an? |who )?[^,;]{{3,90}}, (?:(?:also|has|had|later) )*(?:{_VERB})\b"
)


_HEADLINE = (
    re.compile(
        rf"^\W*(?P<source>(?!UPD|LIVE|BREAK)[A-Z]{{2,5}}|(?:[\w-]+ ){{0,3}}(?i:{_SPEAKER})(?: [A-Z]\w+)?): "
    ),
    re.compile(
        rf"(?:: |\s[–—-] |, (?:say|says|said) )(?P<source>(?:[\w’'.][\w’'.-]* ){{0,3}}(?:(?i:{_SPEAKER})|[A-Z]{{2,6}}))[.”\"]?$"
    ),
)
"""A source before or behind a headline: ``SOHR: 23 dead``, ``3 killed in Kharkiv - mayor``."""


@lru_cache(maxsize=64)
def source_of(sentence: str) -> Source | None:
    """Return the source that a sentence names, or None."""
    if m := _ACCORDING.search(sentence):
        return _made(sentence, m.start("source"), m.end("source"), "said")
    for pattern in _HEADLINE:
        if m := pattern.search(sentence):
            return _made(sentence, m.start("source"), m.end("source"), "said")
    for pattern in (_APPOSED, _SAYS, _TAIL, _INVERTED):
        for m in pattern.finditer(sentence):
            found = _trimmed(sentence, m.start("source"), m.end("source"))
            if found is None:
                continue
            manner = next((n for n in _VERBS if n in m.re.groupindex and m[n]), None)
            if manner is None:
                manner = (
                    "claimed"
                    if "claim" in m.group()
                    else "confirmed"
                    if "confirm" in m.group()
                    else "said"
                )
            if manner == "said" and re.search(
                r"\b(?:claim\w*|accus\w*)\b", m.group()[len(m["source"]) :]
            ):
                manner = "claimed"
            return _made(sentence, *found, manner)
    return None


def _trimmed(sentence: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the noun phrase at the end of what stands before a reporting verb, or None where it is
    not one that can speak."""
    words = sentence[start:end]
    lead = re.match(
        r"\s*(?:(?:On|In|At|Late|Early) [^,]{1,30}, |[Mm]eanwhile,? |[Ss]imultaneously,? |[Hh]owever,? |[Ii]n a (?:statement|post)[^,]*, )",
        words,
    )
    if lead:
        start += lead.end()
        words = sentence[start:end]
    cut = re.match(r".*\b(?:while|but|although|because|after|where|with)\s+", words)
    if cut:
        start += cut.end()
        words = sentence[start:end]
    if _NOT_A_SOURCE.match(words) or len(words.split()) > 12 or not words.strip():
        return None
    if re.search(
        r"\b(?:were|was|are|is|been|stopped|short of|noted|tolls?|killed|injured|wounded|attack(?:ed|s)|struck|died)\b|\b(?:casualties|deaths|injuries|explosions?|blasts?|fatalities)$",
        words,
    ):
        return None
    if not re.match(
        rf"(?:[A-ZÀ-ŽА-Я]|(?:[\w-]+ ){{0,3}}[A-Z]|.*\b(?:{_SPEAKER})$|the |a |an |his |her |its |their |local|regional|senior|some (?:\w+ )?(?:officials|witnesses|residents|reports|sources|media)|he\b|she\b|they\b|police|officials?|authorities|residents|witnesses|lobbyists|sources|doctors|medics|rescuers|state|military|government|security|health|activists|media|rebels|separatist|prosecutors|investigators|army|both|two|several|hospital|biehl)",
        words.strip(),
    ):
        return None
    return start, end


def _made(sentence: str, start: int, end: int, manner: str) -> Source:
    while start < end and sentence[start] in ' \n\t“"':
        start += 1
    while end > start and sentence[end - 1] in ' \n\t.,;:”")':
        end -= 1
    return Source(start, end, sentence[start:end], manner)


_STATUS = (
    ("denied", r"\bden(?:y|ies|ied|ying)\b.{0,40}\b(?:that|having|any|attack|strik|involve)|\bno (?:attack|strike|such)\b"),
    ("attempted", r"\b(?:attempt(?:s|ed|ing)?|tr(?:y|ies|ied|ying) to|fail(?:s|ed) to|foil(?:s|ed|ing)?|thwart(?:s|ed|ing)?|botched|failed (?:attack|assassination|coup|attempt))\b"),
    ("threatened", r"\b(?:threaten(?:s|ed|ing)?|warn(?:s|ed|ing)? (?:that|of|it)|vow(?:s|ed|ing)? to|pledg(?:es|ed) to (?:strike|retaliate|attack)|ultimatum)\b"),
    ("proposed", r"\b(?:propos(?:es|ed|al|als|ing)|suggest(?:s|ed|ing)|offer(?:s|ed|ing) to|call(?:s|ed|ing)? for|urg(?:es|ed|ing)|potential|consider(?:s|ed|ing)?|discuss(?:es|ed|ing|ions)?)\b"),
    ("planned", r"\b(?:will|plans? to|planned|planning|is to|are to|set to|scheduled|intend(?:s|ed)? to|prepar(?:es|ing) to|would (?:send|deliver|supply|provide|host|bolster|be)|upcoming|expected to|agreed to (?:send|supply|deliver|provide))\b"),
    ("ongoing", r"\b(?:continue(?:s|d)? (?:to|for|on)|are fighting|is under(?:way)|ongoing|still (?:fighting|burning)|rages? on|is besieging|enters? (?:its|the) \w+ day)\b"),
)  # fmt: skip
_STATUS_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in _STATUS)  # `lowered`
_HYPOTHETICAL = re.compile(
    r"\b(?:if|would have|could have|in case of|should .{1,30} (?:attack|strike)|hypothetical|unless)\b",
    re.IGNORECASE,
)


def modality_of(clause: str, source: Source | None = None) -> str:
    """Return how a clause tells its event: happened, claimed, confirmed, denied, alleged, hedged,
    planned, proposed, threatened, hypothetical or historical."""
    status = status_of(clause)
    if status in ("planned", "proposed", "threatened"):
        return status
    if _HYPOTHETICAL.search(clause):
        return "hypothetical"
    if source is not None and source.manner != "said":
        return source.manner
    if _HEDGED.search(clause):
        return "hedged"
    return "happened"


@lru_cache(maxsize=64)
def status_of(clause: str) -> str:
    """Return the event's status by the words of its clause: occurred where none says otherwise."""
    low = lowered(clause)
    for name, pattern in _STATUS_PATTERNS:
        if pattern.search(low):
            return name
    return "occurred"
