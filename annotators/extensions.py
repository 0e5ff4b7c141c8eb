"""Names made whole: words around a mention that belong to it, once all layers have spoken.

``Saratov`` becomes ``Saratov region``, ``northern`` and ``Iraq`` one place, ``Syrian`` and
``opposition`` one body, ``ISIL`` and ``fighters`` one force.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from annotators.base import Document
from store.records import Suggestion

_DIRECTION = re.compile(
    r"(?<![\w-])(?:(?:north|south|east|west)(?:-?(?:east|west))?(?:ern)?|central|upper|lower|mainland|"
    r"(?:(?<=the )|(?<=in )|(?<=of )|(?<=from )|(?<=to )|(?<=and )|(?<=near )|(?<=, ))occupied|"
    r"eastern and southern|western and central|north and east|Russian-occupied|rebel-held|government-held|Israeli-occupied|"
    r"Houthi-controlled|opposition-held) $",
    re.IGNORECASE,
)
_PLACE_AFTER = re.compile(
    r"(?:['’]s)?[ -](?:[Oo]blasts?|[Rr]egions?|[Pp]rovinces?|[Gg]overnorates?|[Dd]istricts?|[Rr]aion|[Pp]refecture|[Cc]ounty|[Mm]unicipality|"
    r"[Vv]oivodeship|[Kk]rai|[Ss]tate(?! (?:media|TV|television|department|of|news|oil|security|police|government|governor|visit))|[Cc]anton|[Tt]erritory|[Cc]ity(?! (?:council|hall|centre|center|officials?|police))|"
    r"[Vv]alley|[Ss]trip|[Bb]order|[Aa]rea|[Pp]eninsula|[Ii]slands?|[Ss]trait|[Rr]iver|[Ss]ea|[Dd]esert|[Mm]ountains?|[Cc]orridor)(?![\w-])"
)
_LOC_WORDS = re.compile(
    r"(?:valley|strip|border|area|peninsula|islands?|strait|river|sea|desert|mountains?|corridor)$",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?:['’]s)? (?:(?:transitional|interim|caretaker|democratically elected|central|federal|regional|national|coalition|military|state|internationally recogni[sz]ed|local|provincial|political|security|ruling|elected) ){0,2}"
    r"(?:[Gg]overnments?|[Rr]egimes?|[Oo]pposition|[Pp]arliament|[Aa]uthorit(?:y|ies)|[Aa]dministration|[Ee]mbassy|[Cc]onsulate|[Cc]oalition|"
    r"[Mm]inistry of [A-Z]\w+(?: and [A-Z]\w+)?|[Mm]inistry|[Ii]nterior [Mm]inistry|[Dd]efen[cs]e [Mm]inistry|[Ff]oreign [Mm]inistry|[Hh]ealth [Mm]inistry|"
    r"[Dd]epartment of [A-Z]\w+|[Ss]tate [Dd]epartment|[Ll]eadership|[Pp]arties|[Ii]ntelligence(?: (?:officers|services?|agenc(?:y|ies)|officials))?|[Cc]abinet|[Pp]residency|[Jj]unta|[Ss]enate|[Cc]ongress|[Pp]arty)(?![\w-])"
)
_FOLLOWERS = re.compile(
    r" (?:(?:political|protest|guerrilla|rebel|opposition) )?(?:(?P<force>militia|cartel|gang|clan)|movement|bloc|faction)(?![\w-])"
)
"""What is called by who leads it: ``Sadr movement``."""
_FIGHTING = re.compile(
    r"(?:['’]s)?(?:[- ](?:linked|affiliated|backed|aligned|led|allied))? (?:(?:tactical|suicide|military|ground|special|armed|security|partner|militant|terrorist|rebel|air|air defen[cs]e|naval|border|coalition|joint|elite|separatist|Islamist|jihadist|insurgent|proxy|opposition|government|militia) ){0,3}"
    r"(?:forces?|fighters?|militants?|terrorists?|insurgents?|rebels?|troops|soldiers?|units?|gunmen|militias?|commandos|service ?members?|servicemen|personnel|operatives?|militiamen|jihadists?|guerrillas|air force|army|navy|military|police|coalition|separatists|dissidents|paramilitar(?:y|ies)|mercenaries|snipers|warplanes|recruits|cells?|proxies|group|brigades?|battalions?|regiments?|divisions?)(?![\w-])"
)
_FIGHTERS = re.compile(
    r" (?:fighters?|militants?|rebels?|insurgents?|guerrillas?|gunm[ae]n|jihadists?|militiam[ae]n|mercenaries|commandos)(?![\w-])"
)
"""Who fights under a name makes its bearer a force: ``CSP-DPA fighters``."""
_COALITION = re.compile(
    r"(?<![\w-])(?:(?:[Gg]lobal |[Ii]nternational |[Mm]ilitary |[Aa]nti-\w+ |[Cc]ounter-\w+ |(?:US|U\.S\.|American|Saudi|Russian|UN|NATO|French)-led |[\w-]{2,20}-backed ){1,3}[Cc]oalition(?: (?:forces|military forces|nations|partners|aircraft|air force|members|countries))?|Coalition(?: (?:military )?(?:forces|nations|partners|members|countries))?)(?![\w-])"
)
_BY_NAME = "name of a group"


def apply(spans: list[Suggestion], document: Document) -> list[Suggestion]:
    """Return the spans with what belongs to them; spans that were taken in are left out."""
    text = document.text
    ordered = sorted(spans, key=lambda s: (s.start, -s.end))
    for n, s in enumerate(ordered):
        ordered[n] = _extended(s, text, ordered[n + 1 :][:3], document)
    for m in _COALITION.finditer(text) if "oalition" in text else ():
        if m.start() < document.first_line_end and m.group() == "Coalition":
            continue
        ordered.append(_made(m.start(), m.end(), "FORCE", "coalition"))
    return _longest(ordered)


def _made(start: int, end: int, label: str, rule: str) -> Suggestion:
    return Suggestion(start, end, label, "rule", "extension", rule)


def _extended(
    s: Suggestion, text: str, following: list[Suggestion], document: Document
) -> Suggestion:
    after = text[s.end : s.end + 60]
    quote = text[s.start : s.end]
    if (
        s.label in ("ORG", "FACILITY")
        and s.layer == "ner"
        and (m := re.search(r"['’]s (?=[A-Z])", quote))
    ):
        head = quote[: m.start()]
        if not any(
            name in quote
            for name in (
                "Women’s",
                "Children’s",
                "People’s",
                "Women's",
                "Children's",
                "People's",
                "Workers",
                "Veterans",
                "Lord",
                "David",
            )
        ):
            s = replace(
                s,
                end=s.start + len(head),
                origin="rule",
                layer="extension",
                rule="before the possessive",
            )
            return s
    if s.label == "ORG" and s.layer == "ner" and (m := _FIGHTERS.match(after)):
        return replace(s, end=s.end + m.end(), label="FORCE", origin="rule", layer="extension", rule="whose force")  # fmt: skip
    if s.label in ("PERSON", "ORG") and " " not in quote and (m := _FOLLOWERS.match(after)):
        label = "FORCE" if m["force"] else "ORG"
        return replace(s, end=s.end + m.end(), label=label, origin="rule", layer="extension", rule="whose followers")  # fmt: skip
    if s.label in ("GPE", "NORP", "PERSON", "FORCE", "ORG", "LOC") and (
        s.layer != "force" or s.rule == _BY_NAME
    ):
        if s.label in ("GPE", "NORP", "PERSON", "FORCE") and (m := _BODY.match(after)):
            body = m.group().lower()
            if s.label == "PERSON" and not re.search(
                r"(?:regime|government|administration|coalition)$", body
            ):
                return s
            if s.label == "FORCE" and not re.search(
                r"(?:authorit|leadership|government|regime|coalition)", body
            ):
                return s
            label = "FORCE" if body.endswith("coalition") else "ORG"
            return replace(
                s,
                end=s.end + m.end(),
                label=label,
                origin="rule",
                layer="extension",
                rule="whose body",
            )
        if (
            s.label in ("FORCE", "NORP", "GPE")
            and quote.lower() not in ("un", "u.n.")
            and (m := _FIGHTING.match(after))
        ):
            word = m.group().lower()
            if (
                s.label == "GPE"
                and word.strip()
                in ("police", "group", "personnel", "cell", "cells", "units", "unit")
                and quote not in ("U.S.", "US", "UK")
            ):
                return s
            if s.label == "FORCE" and re.search(r"['’]s", m.group()):
                return s
            if s.label == "NORP" and word.strip() in (
                "group",
                "unit",
                "units",
                "cell",
                "cells",
                "personnel",
            ):
                return s
            return replace(
                s,
                end=s.end + m.end(),
                label="FORCE",
                origin="rule",
                layer="extension",
                rule="whose force",
            )
    if s.label in ("GPE", "LOC"):
        m = _PLACE_AFTER.match(after)
        if (
            m
            and not re.search(r"(?:['’]s)", m.group())
            and not _crosses(following, s.end, s.end + m.end())
        ):
            word = m.group().strip(" -")
            label = "LOC" if _LOC_WORDS.search(word) else "GPE"
            if not (
                word.islower()
                and word in ("state", "city", "area")
                and s.label == "GPE"
                and word != "area"
            ):
                s = replace(
                    s,
                    end=s.end + m.end(),
                    label=label,
                    origin="rule",
                    layer="extension",
                    rule="name and kind of place",
                )
        before = text[max(0, s.start - 26) : s.start]
        if (m2 := _DIRECTION.search(before)) and s.label in ("GPE", "LOC"):
            label = s.label if text[s.start - len(m2.group())].isupper() else "LOC"
            s = replace(
                s,
                start=s.start - len(m2.group()),
                label=label,
                origin="rule",
                layer="extension",
                rule="direction and place",
            )
        return s
    if (
        s.label == "ORG"
        and (m := re.match(r" (?:of|for) (?:the )?(?:[A-Z]\w+)(?: (?:and )?[A-Z]\w+){0,3}", after))
        and re.search(
            r"(?:Ministry|Department|Bureau|Committee|Council|University|Institute|Office|Center|Centre|Union|Association|Court|Government|Organi[sz]ation)$",
            quote,
        )
    ):
        return replace(
            s, end=s.end + m.end(), origin="rule", layer="extension", rule="body of what"
        )
    return s


def _crosses(following: list[Suggestion], start: int, end: int) -> bool:
    return any(f.start < end < f.end for f in following)


def _longest(spans: list[Suggestion]) -> list[Suggestion]:
    """Drop what stands inside a span that was extended over it."""
    out: list[Suggestion] = []
    extended = sorted((s for s in spans if s.layer == "extension"), key=lambda s: s.start)
    starts = [e.start for e in extended]
    for s in spans:
        if s.layer != "extension":
            index = bisect_left(starts, s.end)
            over = next((e for e in extended[max(0, index - 3) : index] if e.end > s.start), None)
            if over is not None:
                inside = over.start <= s.start and s.end <= over.end
                if not inside and s.end - s.start > over.end - over.start:
                    out.append(s)
                continue
        out.append(s)
    kept: list[Suggestion] = []
    for s in sorted(out, key=lambda s: (s.start, -(s.end - s.start))):
        if kept and s.start < kept[-1].end:
            if s.end - s.start > kept[-1].end - kept[-1].start:
                kept[-1] = s
            continue
        kept.append(s)
    return kept


_GOVERNMENT_OF = re.compile(
    r"(?<![\w-])(?:[Gg]overnment|[Pp]eople|[Aa]rmed [Ff]orces|[Mm]inistry of [A-Z]\w+) of (?:the )?$"
)


def bodies_of(spans: list[Suggestion], document: Document) -> list[Suggestion]:
    """Join ``government of`` and the country behind it."""
    out = []
    for s in spans:
        if s.label == "GPE" and (
            m := _GOVERNMENT_OF.search(document.text[max(0, s.start - 40) : s.start])
        ):
            lead = len(m.group())
            label = "FORCE" if m.group().lower().startswith("armed") else "ORG"
            if not m.group().startswith(("people", "People")):
                s = replace(
                    s,
                    start=s.start - lead,
                    label=label,
                    origin="rule",
                    layer="extension",
                    rule="body of whom",
                )
        out.append(s)
    return out
