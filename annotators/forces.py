"""Armed forces: whose they are with what they are, and numbered units."""

from __future__ import annotations

import re
from collections.abc import Iterator

from annotators import lexicon
from annotators.base import Document
from store.records import Suggestion

_WHOSE = r"(?:U\.S\.|US|Royal(?: [A-Z]\w+(?:ian|ish|ese|i|an))?|[A-Z]\w+(?:ian|ish|ese|i|an))"
_ARM = (
    r"(?:Separate|Guards|Mechani[sz]ed|Motor(?:i[sz]ed)?|Rifle|"
    r"Assault|Airborne|Air|Tank|Marine|Naval|Infantry|Artillery|Mountain|Jaeger|Territorial|Defen[cs]e|"
    r"Special|Operations?|Purpose|Combined|Arms|Army|Armou?red|Missile|Reconnaissance|Engineer|"
    r"Presidential|International|Volunteer|Drone|Unmanned|Systems|Aviation|Helicopter|Independent|"
    r"Parachute|Cavalry|Light|Combat|Aviation|Counter|Terrorism|Counterterrorism|Expeditionary|Support|Mobile|Strike|"
    r"Fighter|Bomber|Carrier|Wing|Rocket|Shock|Storm|Intelligence|Signals?|Medical|Ranger|Commando|"
    r"National|People['’]s|Liberation|Independence|Democratic|Revolutionary|Patriotic|Islamic|Resistance|Free|State)"
)
"""What stands between a unit's number or name and what it is."""
_NUMBER = (
    r"(?:\d{1,3}(?:st|nd|rd|th)|[IVX]{1,5}|[A-H]|Alpha|Bravo|Charlie|Delta|Echo|Foxtrot|First|Second|Third|Fourth|Fifth|"
    r"Sixth|Seventh|Eighth|Ninth|Tenth)"
)
_SURE = r"(?:Infantry|Armou?red|Airborne|Tank|Rifle|Mountain|Cavalry|Parachute|Marine|Mechani[sz]ed|Artillery|Army|Commando|Guards?|Assault)"
_UNIT = re.compile(
    # a company, a division or a corps may be a firm's, a ministry's or the diplomats'
    rf"(?<!\w)(?:the )?(?!Salvation )((?:{_WHOSE} )?(?:{_NUMBER}(?:[ -]{_ARM}){{0,5}}|(?:[A-Z]\w+[ -])?{_SURE}(?:[ -]{_ARM}){{0,3}}) (?:Division|Corps|Company|Fleet)"
    rf"|(?:{_WHOSE} )?(?:\d{{1,3}}(?:st|nd|rd|th)|[A-Z]\w+)(?:[ -]{_ARM}){{0,5}} "
    r"(?:Brigade|Battalion|Regiment|Army(?! Faction)|Squadron|Detachment|Legion)(?: of [A-Z]\w+)?"
    r"|(?:Black Sea|Baltic(?: Sea)?|Northern|Southern|Eastern|Western|Pacific|Caspian|Atlantic) (?:Fleet|Flotilla)"
    rf"|(?:(?:Combined )?(?:Joint )?Task Force(?: [–-] (?:Operation )?[A-Z]\w+(?: (?:of )?[A-Z]\w+){{0,2}}(?! [A-Z])| (?:\([A-Z]+\) )?[A-Z0-9]\w*)?|(?:[A-Z]\w+ ){{0,3}}(?:Disposal|SEAL|Commando|Construction|Patrol|Strike|Assault|Special|Tactical|Boat) (?:Mobile )?(?:Unit|Team|Squadron|Battalion) (?:One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|\d{{1,3}})|CTF[- ]\d+|(?:Royal |[A-Z]\w+(?:ian|ish|ese|i|an) )(?:Air Force|Navy|Army|Marines|Coast Guard|National Guard|Armed Forces)|Royal [A-Z]\w+(?:ian|ish|ese|i|an) (?:Air Force|Navy|Army)))(?!\w)"
)
_UNITS = frozenset(
    "division corps company fleet flotilla brigade battalion regiment army squadron detachment legion"
    " force navy marines guard forces unit team".split()
)
"""One of these words is in whatever `_UNIT` finds, a task force by its number (``CTF 50``) aside."""
_GANGS = frozenset(["gang", "cartel", "militia"])


def _names_units(document: Document) -> bool:
    return document.has(_UNITS) or "CTF" in document.text


_GROUP = re.compile(
    r"[ -](?:(?:Armed |Security )?Forces|(?<!Task )Force|Brigades?|Battalions?|Militias?|Army|Fighters|Guerrillas)$"
    r"|\b(?:Liberation|Resistance|Self-Defen[cs]e|Struggle|Salvation|Revolutionary)\b.* (?:Front|Movement|League|Units?)$"
    r"|\bResistance Committees$|^(?:Armed|Security|Defen[cs]e|Self-Defen[cs]e) Forces of "
)
"""How the name of a group under arms ends, or begins, that the model takes for a body."""
_PEACEFUL = re.compile(r"\b(?:Museum|Foundation|University|College|Hospital|Institute|Academy|Project|Association|Friends|Veterans|Salvation Army)\b")  # fmt: skip


_CALLED = re.compile(
    r"(?<![\w'’-])(?:Jama['’]?at|Harakat|Ansar|Jai?sh|Jaysh|Liwa|Kata['’]?ib|Lashkar|Tehrik|Saraya|Asa['’]?ib|Faylaq|Ahrar)"
    r"(?:[ -](?:(?:[a-z]{1,3}-)+|(?:al|el|ul|ut|us|as|bin) )?[A-Z][\w'’]+(?:-[A-Z]\w+)*){1,4}"
)
"""Names of groups by the Arabic or Urdu word that they begin with: army, movement, brigades."""
_GANG = re.compile(
    r"(?<![\w’'-])(?!The |A |An |One |In |On |At |Two |Three |This |That |Its |Their |His |Rival |Armed |Local |Street )"
    r"(?:[A-Z][\w’'-]+ ){1,3}(?:gang|cartel|militia)(?![\w-])"
)
"""Gangs and militias by the name before the word."""


def find(document: Document) -> Iterator[Suggestion]:
    """Mark ``Russian military``, ``Ukrainian air defenses``, ``155th Mechanised Brigade``."""
    tokens = document.tokens
    heads = lexicon.phrases("force", "heads")
    alone = lexicon.phrases("force", "alone")
    adjectives = lexicon.phrases("force", "adjectives")
    norps = lexicon.words("norp", "names")
    nations = {span[0] for span in document.ner if span[2] in ("NORP", "GPE")}
    for m in _UNIT.finditer(document.text) if _names_units(document) else ():
        if m.start(1) >= document.first_line_end or m[1][0].isdigit():
            yield Suggestion(m.start(1), m.end(1), "FORCE", "rule", "force", "unit")
    named = {a for a, b, label in document.ner if label in ("PERSON", "ORG") and " " not in document.text[a:b]}  # fmt: skip
    for a, b, label in document.ner:
        start = a + 4 * document.text.startswith(("the ", "The "), a)
        quote = document.text[start:b] if label == "ORG" else ""
        if _GROUP.search(quote) and not _PEACEFUL.search(quote):
            yield Suggestion(start, b, "FORCE", "rule", "force", "name of a group")
    for m in _CALLED.finditer(document.text):
        yield Suggestion(*m.span(), "FORCE", "rule", "force", "name of a group")
    for m in _GANG.finditer(document.text) if document.has(_GANGS) else ():
        yield Suggestion(*m.span(), "FORCE", "rule", "force", "name of a group")
    for index, length in heads.found(document):
        first = index
        while first:
            before = tokens[first - 1]
            if document.text[before.end : tokens[first].start] not in (" ", "-"):
                break
            if before.lower in norps or (before.start in nations and before.capital):
                first -= 1
                continue
            if before.capital and before.start in named and first < index:
                first -= 1  # `Chin resistance forces`
                break
            run = adjectives.ending_at(tokens, first - 1)
            if not run:
                break
            first -= run
        end = tokens[index + length - 1]
        following = tokens[index + length].lower if index + length < len(tokens) else ""
        if first < index and following not in ("base", "bases", "aid", "assistance", "exercises",
            "sites", "system", "systems", "equipment", "vehicles", "vehicle", "aircraft"):  # fmt: skip
            yield Suggestion(
                tokens[first].start, end.end, "FORCE", "rule", "force", "whose and what"
            )
        elif alone.at(tokens, index) == length and following not in (
            "base", "system", "systems", "site", "sites", "missile", "missiles"):  # fmt: skip
            yield Suggestion(tokens[index].start, end.end, "FORCE", "rule", "force", "group noun")
