"""Incident candidates: what an annotated text reports, as suggested reports.

A sentence's trigger words say that something happened and of what type; the mentions of the same
sentence fill its fields. What is told again is joined, a series and its parts, an earlier event
that the text refers to, an answer and a consequence are candidates of their own with a proposed
relation. The words that trigger are data (``data/triggers.toml``).

Nothing is invented: a field that the text does not tell is absent, with one exception that says so:
a candidate without a date takes the day that the text tells last before it, or else the day of
publication, with the basis ``inferred``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from annotators import dates
from annotators.report_fields import (
    PLANNED_BEFORE,
    Candidate,
    Reading,
    add_counts,
    fill,
    is_dateline,
    marks_in,
    place_from,
)
from annotators.report_relations import joined, refers_back, relate
from annotators.sentences import sentences
from annotators.triggers import (
    ACCUSES,
    CONSEQUENCE,
    EARLIER,
    ONLY_WHO,
    Trigger,
    group_of,
    refine,
    strength,
    triggers,
)

_OF_SUCH = re.compile(r"\b(?:similar|such) \Z")
"""``has carried out similar attacks``: none in particular."""
_OF_NATURE_TOO = re.compile(r"destroy|struck|hit|str(?:ikes?|iking)$", re.IGNORECASE)


_NAMES = frozenset(["ORG", "FORCE", "PERSON", "GPE", "LOC", "FACILITY"])


def _candidates_of(reading: Reading, start: int, end: int) -> list[Candidate]:
    """Return one candidate for each group of triggers in a sentence; words of a name (``Balochistan
    Liberation Front``) trigger nothing."""
    text = reading.text
    sentence = text[start:end]
    named = [m for m in marks_in(reading.mentions, start, end) if m.label in _NAMES]
    found = [
        t
        for t in triggers(text, start, end)
        if not text[t.start].isupper()
        or not any(
            m.start <= t.start and t.end <= m.end and (m.start, m.end) != (t.start, t.end)
            for m in named
        )
    ]
    earlier = _earlier_events(text, start, end)
    found = [
        t for t in found if not any(e.trigger.start <= t.start < e.trigger.end for e in earlier)
    ]
    groups: dict[str, list[Trigger]] = {}
    for t in found:
        if t.words.endswith("s") and _OF_SUCH.search(text, max(start, t.start - 12), t.start):
            continue
        group = "violence" if t.type == "harm.kill" else group_of(t.type)
        groups.setdefault(group, []).append(t)
    if "violence" in groups:  # what an attack is on has not been sent there
        groups = {g: left for g, held in groups.items() if (left := [t for t in held if t.words != "convoy of"])}  # fmt: skip
    if "violence" in groups and "accident" in groups:
        mishaps, violence = groups["accident"], groups["violence"]
        aftermath = all(CONSEQUENCE.search(t.words) for t in mishaps)
        harm = [t for t in violence if t.type == "harm.kill"]
        nature = [t for t in violence if t.type == "harm.kill" or _OF_NATURE_TOO.match(t.words)]
        if all(t.type == "accident.fire_explosion" for t in mishaps):
            groups["violence"] += groups.pop("accident")
        elif harm == violence or (nature == violence and not aftermath):
            mishaps += groups.pop("violence")  # those who died in it, what it destroyed
        elif aftermath:
            groups.pop("accident")  # `the block collapsed after a missile had hit it`
    if len(groups) > 1 and all(ONLY_WHO.fullmatch(t.words) for t in groups.get("violence", [])):
        groups.pop("violence", None)  # `armed men` alone is who did the other thing
    if "diplomacy.ceasefire" in groups and "diplomacy.agreement" in groups:
        groups.pop("diplomacy.agreement")  # `agreed to a ceasefire`
    events = [g for g in groups if g != "statement"]
    spoken: int | None = None  # where a statement begins that the events are the content of
    out = []
    for group, members in groups.items():
        best = max(members, key=lambda t: (strength(t, sentence, start), -t.start))
        if best.type == "harm.kill" and len(members) > 1:
            others = [t for t in members if t.type != "harm.kill"]
            best = max(others, key=lambda t: strength(t, sentence, start)) if others else best
        kind = refine(best.type, sentence, best.words)
        sure = strength(best, sentence, start)
        confidence = max(0.15, min(0.95, 0.32 + sure * 0.05))
        if group == "statement":
            governs = best.type in ("statement.threat", "statement.demand") and any(
                t.start > best.start and PLANNED_BEFORE.search(sentence[: t.start - start][-110:])
                for g in events
                for t in groups[g]
            )
            first = min((t.start for g in events for t in groups[g]), default=end + 1)
            speaks = (
                best.start < first
                and best.start - start < 140
                and not best.words.lower().startswith("order")
                and (best.type != "statement.claim" or ACCUSES.match(best.words))
                and not re.search(
                    r"\b(?:who|which|where|when|while|after|whose|of|for|to|newly|the|a|an|his|her|its|their)\s*$",
                    sentence[: best.start - start],
                )
            )
            if "protest" in groups and not speaks:
                continue  # `marched to demand a deal`
            if governs or (speaks and events):
                confidence = max(confidence, 0.82)
                spoken = best.start
            elif events and (
                best.type == "statement.claim"
                or sure < max(strength(t, sentence, start) for g in events for t in groups[g]) + 1.5
            ):
                continue
        out.append(Candidate(best, (start, end), kind, confidence=confidence))
    if spoken is not None:
        for c in out:
            if not c.type.startswith("statement.") and c.trigger.start > spoken:
                c.confidence *= 0.75
    return out + earlier


def _earlier_events(text: str, start: int, end: int) -> list[Candidate]:
    out = []
    for m in EARLIER.finditer(text, start, end):
        kind = refine("attack.unspecified", m["what"], m["what"])
        trigger = Trigger(m.start(), m.end(), kind, 6, m.group())
        out.append(Candidate(trigger, (start, end), kind, confidence=0.55, historical=True))
    return out


def find(reading: Reading) -> list[Candidate]:
    """Return the candidates of a text in the order in which it tells them."""
    text = reading.text
    told: list[Candidate] = []
    last_day: tuple[dates.When, int] | None = None
    spans = sentences(text)
    for number, (start, end) in enumerate(spans):
        headline = end <= reading.headline_end and len(spans) > 1
        if headline:
            continue
        for m in marks_in(reading.mentions, start, end):
            if (
                m.label == "DATE"
                and (when := reading.dates.get(m.start))
                and when.precision <= 2
                and not any(
                    e.start() <= m.start < e.end() for e in EARLIER.finditer(text, start, end)
                )
                and not is_dateline(text, m.start, m.end)
            ):
                last_day = (when, m.start)
        found = _candidates_of(reading, start, end)
        if not found:
            add_counts(told[-1:], reading, start, end)
            continue
        for c in found:
            c.confidence *= max(0.85, 1 - 0.04 * number)  # what is told first is mostly the point
            rest = [o.trigger.start for o in found if o is not c and not o.historical]
            fill(c, reading, last_day, rest)
            told.append(c)
        _to_each_its_own(found)
        placed = [c for c in found if c.get("place_name") is not None]
        if len({str(c.get("place_name")) for c in placed}) == 1:
            for c in found:  # `Gunmen kidnapped three in Maradun`: theirs is where that was
                if (
                    c.get("place_name") is None
                    and not c.historical
                    and group_of(c.type) == "violence"
                    and not refers_back(c, text)
                ):
                    place_from(c, placed[0], text)
    told = [c for c in told if _worth(c, told)] or told[:1]
    if not told and 0 < len(spans) <= 3:
        start, end = spans[0]
        c = Candidate(
            Trigger(start, end, "other", 1, text[start:end]), spans[0], "other", confidence=0.2
        )
        fill(c, reading, last_day)
        told.append(c)
    told = joined(told, text)
    told.sort(key=lambda c: c.trigger.start)
    for n, c in enumerate(told):
        c.index = n
        if n and c.get("place_name") is None and group_of(c.type) in ("air_defence", "accident"):
            place_from(c, told[n - 1], text)
    relate(told, text)
    return told


def _to_each_its_own(found: Sequence[Candidate]) -> None:
    """Where a sentence tells of an abduction beside other violence, the abducted are of the one and
    the dead and injured of the other: `kidnapped three and killed two`."""
    taken = [c for c in found if c.type == "harm.abduction" and not c.historical]
    others = [c for c in found if group_of(c.type) == "violence" and not c.historical]
    if not taken or not others:
        return
    for c in taken:
        c.claims = [told for told in c.claims if not told.field.startswith(("killed", "injured"))]
    for c in others:
        c.claims = [told for told in c.claims if not told.field.startswith("abducted")]


_NEGATED = re.compile(
    r"\b(?:without|no|never|nor|end(?:ed|ing)? without)(?: an?| any| the)?(?: \w+)? $",
    re.IGNORECASE,
)


def _worth(c: Candidate, told: Sequence[Candidate]) -> bool:
    """Whether a candidate tells enough to be offered."""
    if c.historical:
        return True
    if _NEGATED.search(c.said_before) and group_of(c.type) not in ("violence", "statement"):
        return False
    facts = sum(
        c.get(name) is not None
        for name in ("place_name", "actors", "targets", "target_actors", "weapons")
    )
    counted = any(
        t.field.startswith(("killed", "injured", "captured", "missing", "abducted", "quantities"))
        and (t.value != 0 or c.trigger.type != "harm.kill")  # `no casualties` alone is no event
        for t in c.claims
    )
    group = group_of(c.type)
    if group == "statement":
        return len(told) == 1 or (
            c.type in ("statement.threat", "statement.denial", "statement.demand")
            and facts > 0
            and c.confidence > 0.5
        )
    if re.search(
        r"\bnot (?:\w+ )?(?:poised|ready|planning|going|expected|prepared|likely) to\b",
        c.said_before,
    ):
        return False
    if c.modality == "hypothetical" and not counted:
        return len(told) == 1
    if (
        c.type
        in (
            "other",
            "diplomacy.agreement",
            "diplomacy.talks",
            "measure.restriction",
            "aid.humanitarian",
            "accident.fire_explosion",
        )
        and c.confidence < 0.42
        and len(told) > 1
    ):
        return False
    return facts > 0 or counted or len(told) == 1


def of_words(reading: Reading, sentence: tuple[int, int], start: int, end: int) -> Candidate:
    """Return what a sentence tells of the event whose words an analyst chose: the chosen words
    decide the type where they can, else the sentence does."""
    text = reading.text
    chosen = triggers(text, start, end)
    found = [c for c in _candidates_of(reading, *sentence) if not c.historical]
    candidate = None
    if chosen:
        best = max(chosen, key=lambda t: strength(t, text[start:end], start))
        kind = refine(best.type, text[sentence[0] : sentence[1]], best.words)
        candidate = Candidate(best, sentence, kind, confidence=0.7)
    elif found:
        candidate = max(found, key=lambda c: c.confidence)
    if candidate is None:
        candidate = Candidate(Trigger(start, end, "other", 1, text[start:end]), sentence, "other")
        fill(candidate, reading, None)
        candidate.claims = [t for t in candidate.claims if t.field not in ("type", "event_status")]
        return candidate
    fill(candidate, reading, None)
    return candidate
