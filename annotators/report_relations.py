"""What is told again and how the incidents of one text stand to each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from annotators import gazetteer
from annotators.report_fields import PLACE_FIELDS, Candidate
from annotators.triggers import group_of

_BACK = re.compile(
    r"\b(?:the|this|these|those|that|such|its|their|both|all)(?: (?:\w+ )?)?$", re.IGNORECASE
)


def refers_back(c: Candidate, text: str) -> bool:
    """Whether a candidate's words are definite: ``after the assault`` is one that was told."""
    before = text[max(0, c.trigger.start - 24) : c.trigger.start]
    ends = ("this", "these", "those", "the", "both", "all")
    return bool(_BACK.search(before)) and before.lower().rstrip().endswith(ends)


def _same_place(a: Candidate, b: Candidate) -> bool | None:
    """Whether two candidates' places are one; None where one of them has none or only a country."""
    if a.where is None or b.where is None:
        one, two = a.get("place_name"), b.get("place_name")
        if one is None or two is None:
            return None
        if str(one.value).casefold() == str(two.value).casefold():
            return True
        known = a.where or b.where
        vague = str(two.value if a.where else one.value).split()[-1]  # `western Niger`
        return None if known and gazetteer.country_of(vague) == known.country else False
    if a.where.id == b.where.id:
        return True
    if "country" in (a.where.kind, b.where.kind):
        return None if a.where.country == b.where.country else False
    return False


def _another_day(home: Candidate, c: Candidate) -> bool:
    """Whether a candidate tells a day of its own that is not the one that was inferred for another,
    or another toll."""
    one, two = home.when, c.when
    if one and two and two.basis != "inferred" and (two.end < one.start or one.end < two.start):
        return True
    tolls = [
        {t.value for t in x.claims if t.field in ("killed_best", "killed_min")} for x in (home, c)
    ]
    return bool(tolls[0] and tolls[1] and not tolls[0] & tolls[1])


def _dates_clash(a: Candidate, b: Candidate) -> bool:
    if a.when is None or b.when is None or "inferred" in (a.when.basis, b.when.basis):
        return False
    return a.when.end < b.when.start or b.when.end < a.when.start


_NEAR = 40
"""How many candidates back one may refer to: an article seldom has more, a book must not cost the
square of its length."""
_ALIKE = {"attack.unspecified", "harm.kill", "combat.clash", "harm.civilian_killing"}


def _only_harm(c: Candidate) -> bool:
    """Whether a candidate tells of the dead and injured alone, not how or by whom."""
    return (
        c.trigger.type == "harm.kill"
        and c.type in ("attack.unspecified", "harm.civilian_killing")
        and c.get("actors") is None
        and c.get("weapons") is None
    )


def _alike(a: Candidate, b: Candidate) -> bool:
    if a.type == b.type or (group_of(a.type) == "accident" and _only_harm(b)):
        return True
    if group_of(a.type) != group_of(b.type):
        return False
    return a.type in _ALIKE or b.type in _ALIKE


def joined(told: list[Candidate], text: str) -> list[Candidate]:
    """Join what tells one event again: a definite noun that refers back, the same type at the same
    place, or a mention without a place of its own."""
    out: list[Candidate] = []
    for c in told:
        if c.historical or c.status not in ("occurred", "ongoing", "attempted"):
            out.append(c)
            continue
        home = None
        before = text[max(0, c.trigger.start - 24) : c.trigger.start]
        back = bool(_BACK.search(before))
        for earlier in reversed(out):
            if (
                earlier.historical
                or earlier.status != c.status
                or (group_of(earlier.type) != group_of(c.type) and not _alike(earlier, c))
            ):
                continue
            same = _same_place(earlier, c)
            if same is False or _dates_clash(earlier, c) or not _alike(earlier, c):
                continue
            own_actor = (
                c.get("actors") and earlier.get("actors") and not _shares(c, earlier, "actors")
            )
            if same and not own_actor:
                home = earlier
                break
            strong = refers_back(c, text)
            new_actor = c.get("actors") is not None and not _shares(c, earlier, "actors")
            noun = c.trigger.words[:1].isalpha() and not new_actor
            if same is None and not strong and _another_day(earlier, c):
                continue
            if (
                same is None
                and (strong or ((back or c.plural or c.get("place_name") is None) and noun))
                and not own_actor
                and (
                    c.where is None
                    or c.where.kind == "country"
                    or (strong and before.lower().rstrip().endswith(("this", "these")))
                    or (strong and earlier.where is None)
                )
            ):
                home = earlier
                if earlier.plural or earlier.where is None or earlier.where.kind == "country":
                    break
                if back or _only_harm(c):
                    break
        if home is None:
            _same_kind(c, out, back)
            out.append(c)
        else:
            _absorb(home, c)
    return out


def _same_kind(c: Candidate, out: Sequence[Candidate], back: bool) -> None:
    """Give ``the attack extended to Kazan`` the type of the attack that it takes up."""
    if c.type != "attack.unspecified" or not back:
        return
    for earlier in reversed(out[-_NEAR:]):
        if earlier.type.startswith("attack.") and not earlier.historical and earlier.type != c.type:
            c.type = earlier.type
            c.claims = [
                replace(t, value=c.type, confidence=0.5) if t.field == "type" else t
                for t in c.claims
            ]
            return


def _shares(a: Candidate, b: Candidate, name: str) -> bool:
    def words(c: Candidate) -> set[str]:
        found: set[str] = set()
        for t in c.claims:
            if t.field == name:
                code = gazetteer.country_of(str(t.value)) or next(
                    (code for w in str(t.value).split() if (code := gazetteer.country_of(w))), None
                )
                found.add(code or str(t.value).split()[-1].casefold())
        return found

    return bool(words(a) & words(b))


_ONE = frozenset(["type", "event_status", "date_start", "date_end", "date_precision", "date_basis", "date_text",
                  "place_text"]) | PLACE_FIELDS  # fmt: skip


def _absorb(home: Candidate, again: Candidate) -> None:
    """Take over what a second telling adds; an inferred date gives way to one that was told."""
    has = {t.field for t in home.claims}
    if (
        home.when is not None
        and home.when.basis == "inferred"
        and again.when is not None
        and again.when.basis != "inferred"
    ):
        home.claims = [t for t in home.claims if not t.field.startswith("date_")]
        has = {t.field for t in home.claims}
        home.when = again.when
    known = {(t.field, str(t.value)) for t in home.claims}
    for t in again.claims:
        if (t.field in _ONE and t.field in has) or (t.field, str(t.value)) in known:
            continue
        if (
            t.field.startswith(("killed", "injured", "missing", "captured", "abducted"))
            and t.field in has
        ):
            continue
        home.claims.append(t)
    if (
        home.type == "attack.unspecified"
        and again.type != home.type
        and again.type.startswith("attack.")
    ):
        home.type = again.type
        home.claims = [
            replace(t, value=again.type) if t.field == "type" else t for t in home.claims
        ]
    if home.where is None:
        home.where = again.where
    home.plural = home.plural or again.plural
    home.confidence = round(min(0.95, max(home.confidence, again.confidence) + 0.03), 3)


def _contains(wide: Candidate, part: Candidate) -> bool:
    if part.where is None or wide is part:
        return False
    if wide.where is None:
        return wide.plural
    if wide.where.kind == "country":
        return part.where.kind != "country" and wide.where.country == part.where.country
    return False


def relate(all_told: Sequence[Candidate], text: str) -> None:
    """Propose how the candidates of one text stand to each other."""
    for c in all_told:
        told = all_told[max(0, c.index - _NEAR) : c.index + _NEAR]
        if c.historical:
            later = [
                o
                for o in told
                if not o.historical
                and o.sentence == c.sentence
                and group_of(o.type) == group_of(c.type)
            ]
            for o in later[:1]:
                o.relations.append((c.index, "repeat_target"))
                if c.get("place_name") is None and o.where is not None:
                    place = o.get("place_name")
                    assert place is not None
                    c.where = o.where
                    c.claims += [
                        replace(t, confidence=0.5) for t in o.claims if t.field in PLACE_FIELDS
                    ]
            continue
        if c.status not in ("occurred", "ongoing"):
            continue
        group = group_of(c.type)
        wider = [
            o for o in told
            if o is not c and not o.historical and group_of(o.type) == group and o.status in ("occurred", "ongoing")
            and o.index < c.index and _contains(o, c) and not _dates_clash(o, c)
            and not (c.get("actors") and o.get("actors") and not _shares(c, o, "actors"))
            and (_alike(o, c) or o.type.split(".")[0] == c.type.split(".")[0])
        ]  # fmt: skip
        if group == "violence" and wider:
            c.relations.append((min(wider, key=lambda o: o.index).index, "part_of"))
        regions = [
            o for o in told
            if o.index < c.index and o.type == c.type and not o.historical and o.where is not None and c.where is not None
            and o.where.kind == "region" and c.where.admin1 is not None
            and gazetteer.fold(gazetteer.split_kind(o.where.name)[0]) == gazetteer.fold(gazetteer.split_kind(c.where.admin1)[0])
        ]  # fmt: skip
        for o in regions[:1]:
            c.relations.append((o.index, "possible_same_event"))
        before = [
            o
            for o in told
            if o.index < c.index and not o.historical and o.status in ("occurred", "ongoing")
        ]
        if group == "air_defence":
            launched = [
                o
                for o in before
                if o.type in ("attack.drone_strike", "attack.missile_strike", "attack.air_strike")
            ]
            near = [
                o
                for o in launched
                if c.trigger.start - o.trigger.start < 500 and not _dates_clash(o, c)
            ]
            if near:
                c.relations.append((near[-1].index, "response_to"))
        if c.type.startswith(("measure.restriction", "measure.evacuation", "accident.fire")):
            attacks = [
                o
                for o in before
                if group_of(o.type) == "violence"
                and c.trigger.start - o.trigger.start < 400
                and not _dates_clash(o, c)
                and (c.where is None or o.where is None or c.where.country == o.where.country)
            ]
            if attacks:
                c.relations.append((attacks[-1].index, "consequence_of"))
