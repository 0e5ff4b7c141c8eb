"""Whether two accounts tell of the same incident: a pair's features, its probability, the proposed
relation and the reasons in words. Pure functions; what is near is `store.incident_index`'s to find.

The weights are data (``data/linking.toml``), fitted by ``python -m benchmarks linking --fit``;
a reason that is shown is a feature that counted.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import capwords
from typing import Any

from annotators import gazetteer, numbers
from annotators.accounts import LEAP, LONG_AGO, SITES, SLACK, Account, Event, words_of
from annotators.dates import WEEKDAYS
from store.dates import MONTHS

_WORD = re.compile(r"\w+")
Idf = Callable[[str], float]
Vector = dict[str, float]

_KINDS = {
    "n:": "names",
    "c:": "capitals",
    "d:": "days",
    "p:": "places",
    "t:": "towns",
    "v:": "people",
}
FEATURES = (
    "words", "lead", "names", "capitals", "numbers", "days", "places", "towns", "people",
    "near", "apart", "own_names", "own_towns", "shared_day", "other_days", "published_gap", "published_far",
    "undated",
    "type", "other_type", "old_news", "weapons", "casualties", "other_casualties", "opposite",
    "relative", "crowd", "shorter", "longer",
)  # fmt: skip
"""Features of a pair, in the order of its vector."""
SIGN = {
    **dict.fromkeys(("words", "lead", "names", "capitals", "numbers", "days", "places", "towns", "people", "near",
                     "shared_day", "type", "weapons", "casualties", "relative"), 1),
    **dict.fromkeys(("apart", "own_names", "own_towns", "other_days", "published_gap", "published_far", "other_type", "old_news", "other_casualties",
                     "opposite", "crowd"), -1),
}  # fmt: skip
"""Which way a feature may count; the others are free. What reads as a reason for must not count
against."""


@dataclass(frozen=True)
class Side:
    """An account made ready for comparing: one vector of length one for each kind of term."""

    account: Account
    vectors: Mapping[str, Vector]

    @classmethod
    def of(cls, account: Account, idf: Idf) -> Side:
        """Weigh an account's terms by how rare they are."""
        vectors: dict[str, Vector] = {"words": {}, "numbers": {}, "lead": {}}
        vectors.update((name, {}) for name in _KINDS.values())
        for term, n in account.terms.items():
            kind = "numbers" if term[0] == "#" else _KINDS.get(term[:2], "words")
            vectors[kind][term] = (1 + math.log(n)) * idf(term)
        for term, n in account.lead.items():
            vectors["lead"][term] = (1 + math.log(n)) * idf(term)
        for vector in vectors.values():
            norm = math.sqrt(sum(w * w for w in vector.values()))
            for term in vector:
                vector[term] /= norm
        return cls(account, vectors)


def cosine(a: Vector, b: Vector) -> float:
    """Return the cosine of two vectors of length one."""
    if len(b) < len(a):
        a, b = b, a
    return sum(w * b[t] for t, w in a.items() if t in b)


def distance_km(a: Event, b: Event) -> float | None:
    """Return how far apart two events are, in kilometres; None where a place is not known."""
    if a.lat is None or b.lat is None or a.lon is None or b.lon is None:
        return None
    p, q = math.radians(a.lat), math.radians(b.lat)
    h = (
        math.sin((q - p) / 2) ** 2
        + math.cos(p) * math.cos(q) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    )
    return 12742 * math.asin(math.sqrt(min(1.0, h)))


_REACH = {1: 20.0, 2: 35.0, 3: 60.0, 4: 250.0, 5: 500.0, 6: 1500.0, 7: 3000.0}
"""Kilometres within which two places agree, by the coarser of two precisions (UCDP's where_prec; 2
is about 25 km around a town by its definition, the others set by hand)."""


def _places(a: Event, b: Event) -> tuple[float, float]:
    """Return how near and how far apart two events are, each 0 to 1, given both precisions."""
    away = distance_km(a, b)
    if away is None:
        if a.place and b.place and a.place == b.place:
            return 1.0, 0.0
        return 0.0, 1.0 if a.country and b.country and a.country != b.country else 0.0
    coarser = max(a.precision, b.precision)
    reach = _REACH.get(coarser, 3000.0)
    worth = {1: 1.0, 2: 0.8, 3: 0.6, 4: 0.3, 5: 0.2}.get(coarser, 0.0)
    if away <= reach:
        return worth, 0.0
    return 0.0, min(1.0, away / reach / 3) if coarser < 6 else float(a.country != b.country)


def _days_apart(a: Event, b: Event) -> int | None:
    """Return the days between two events, 0 where they overlap; None where one has no day."""
    if a.first is None or a.last is None or b.first is None or b.last is None:
        return None
    return max(0, a.first - b.last, b.first - a.last)


def told_days(account: Account) -> set[int]:
    """Return the days that an account tells, of whatever."""
    days = {int(t[2:]) for t in account.terms if t.startswith("d:")}
    return days | {
        e.first for e in _events(account) if e.exact and not e.slack and e.first is not None
    }


def fixed_days(account: Account) -> tuple[int, int, int] | None:
    """Return the first and last day of what an account tells, where it tells of one day or night
    only, and how many days they may be off. A short article whose events have no day of their own has
    the one day that it tells at all, but for the day of publication: on that somebody said so, or the
    court sat."""
    events = _events(account)
    harmful = [e for e in events if _harms(e)]
    days = {
        (e.first, e.last, e.slack)
        for e in harmful or events
        if e.first is not None and e.last is not None and (e.exact or e.last == e.first + 1)
    }
    if not account.recorded and account.aftermath:
        days = {day for day in days if account.published not in day[:2]}
    if not days and not account.recorded and not account.aftermath and _is_short(account):
        told = {int(t[2:]) for t in account.terms if t.startswith("d:")} - {account.published}
        days = {(day, day, 0) for day in told}
    return days.pop() if len(days) == 1 else None


def _open_apart(a: Event, b: Event) -> int | None:
    """Return how many days apart two recorded days are in whatever year, where the year of one is
    open; None where neither is."""
    if a.open_day is None and b.open_day is None:
        return None
    days = []
    for e in (a, b):
        if e.open_day is not None:
            days.append(e.open_day)
        elif e.exact and e.first is not None:
            day = dt.date.fromordinal(e.first)
            days.append(day.replace(year=LEAP).toordinal() - dt.date(LEAP, 1, 1).toordinal())
        else:
            return None
    apart = abs(days[0] - days[1])
    return max(0, min(apart, 366 - apart) - SLACK)


def days_fixed_apart(a: Account, b: Account) -> int | None:
    """Return how many days apart two accounts are at least, where each tells of one day or night
    and no day is told by both; else None."""
    left, right = fixed_days(a), fixed_days(b)
    if a.recorded and b.recorded:
        in_any_year = _open_apart(a.events[0], b.events[0])
        if in_any_year is not None:
            return in_any_year
    if left is None or right is None or told_days(a) & told_days(b):
        return None
    if left[1] == left[0] + 1 and right[1] == right[0] + 1:
        return abs(left[0] - right[0])  # two nights
    return max(0, left[0] - right[1] - left[2] - right[2], right[0] - left[1] - left[2] - right[2])


def _other_status(a: Account, b: Account) -> bool:
    """Whether one account is of what happened and the other of what was only meant to."""
    meant = [{e.status in ("planned", "proposed", "threatened") for e in x.events} for x in (a, b)]
    return {True} in meant and {False} in meant


def _may_be_one(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether two counts can be of one event: tolls rise, but not from two to eighty."""
    low, high = sorted((a[1], b[1]))
    return _agree(a, b) or (low > 0 and high <= 3 * low + 3)


_SHORT = 80
"""Different words; in a shorter account the place that is read off it is mostly the event's."""


def _is_short(account: Account) -> bool:
    return len(words_of(account)) < _SHORT


def fixed_place(account: Account) -> Event | None:
    """Return the event that tells an account's place, where it tells of one town only."""
    placed = [e for e in _events(account) if e.precision <= 2 and e.lat is not None]
    return placed[0] if len({(e.lat, e.lon) for e in placed}) == 1 else None


def _in_one_town(a: Account, b: Account) -> bool:
    """Whether each account tells of one town, the same."""
    x, y = fixed_place(a), fixed_place(b)
    return x is not None and y is not None and _places(x, y)[0] >= 0.8


def towns_apart(a: Account, b: Account) -> bool:
    """Whether each account tells of one town and the two are not near each other. Where both name
    the towns alike, one was only looked up wrongly."""
    x, y = fixed_place(a), fixed_place(b)
    if x is None or y is None or not _places(x, y)[1]:
        return False
    shared = _localities(a) & _named(b) or _localities(b) & _named(a)
    return not shared or min(_own_towns(a, b), _own_towns(b, a)) > 0


def _agree(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] <= b[1] and b[0] <= a[1]


def _events(account: Account) -> Sequence[Event]:
    """Return the events of an account that can be the same as another's: no statements."""
    kept = [e for e in account.events if not e.type.startswith("statement")]
    return (kept or account.events)[:4]


def _pairs(a: Account, b: Account) -> list[tuple[Event, Event]]:
    return [(x, y) for x in _events(a) for y in _events(b)]


_LATE = 0.25
"""How much of the days between two publications counts where the later one begins with such words;
chosen on xdoc_gvc, where anything from 0 to .3 did as well."""


def _aftermath(a: Account, b: Account) -> list[str]:
    """Return the words by which the account that was published later tells of an aftermath."""
    if a.published is None or b.published is None or a.published == b.published:
        return []
    return (a if a.published > b.published else b).aftermath


def features(a: Side, b: Side, best: float, crowd: float) -> dict[str, float]:
    """Return a pair's features.

    ``best`` is the cosine of the words of ``a``'s nearest, ``crowd`` that of its sixth nearest:
    where many are as near, nearness says little.
    """
    f = dict.fromkeys(FEATURES, 0.0)
    for kind, vector in a.vectors.items():
        f[kind] = cosine(vector, b.vectors[kind])
    left, right = a.account, b.account
    if left.published is None or right.published is None:
        f["undated"] = 1.0
    else:
        gap = abs(left.published - right.published)
        f["published_gap"] = math.log1p(gap)
        f["published_far"] = min(gap, 30) / 30
    days = [told_days(side) for side in (left, right)]
    if days[0] and days[1]:
        f["shared_day"] = float(bool(days[0] & days[1]))
        f["other_days"] = 1 - f["shared_day"]
    if not f["undated"] and not f["shared_day"]:
        # what happened weeks ago is told with its day; without one, news is of the last days
        f["old_news"] = math.log1p(max(0, min(gap, 90) - 3))
    if _aftermath(left, right):
        for name in ("published_gap", "published_far", "old_news"):
            f[name] *= _LATE
    pairs = _pairs(left, right)
    where = [_places(x, y) for x, y in pairs]
    f["near"] = max((near for near, _ in where), default=0.0)
    f["apart"] = min((far for _, far in where), default=0.0) if not f["near"] else 0.0
    f["own_names"] = _own_names(a, b)
    f["own_towns"] = min(_own_towns(left, right), _own_towns(right, left))
    kinds = [{e.type for e in _events(side) if e.type} for side in (left, right)]
    if kinds[0] and kinds[1]:
        groups = [
            {_GROUP.get(level := kind.split(".")[0], level) for kind in side} for side in kinds
        ]
        alike = bool(groups[0] & groups[1])
        f["type"] = 1.0 if kinds[0] & kinds[1] else 0.5 if alike else 0.0
        f["other_type"] = float(not alike)
    arms = [{w for e in _events(side) for w in e.weapons} for side in (left, right)]
    if arms[0] and arms[1]:
        f["weapons"] = len(arms[0] & arms[1]) / min(len(arms[0]), len(arms[1]))
    counts = [(p, q) for x, y in pairs for p, q in ((x.killed, y.killed), (x.injured, y.injured)) if p and q]  # fmt: skip
    if counts:
        f["casualties"] = float(any(_agree(p, q) and p[1] > 0 for p, q in counts))
        f["other_casualties"] = float(not any(_may_be_one(p, q) for p, q in counts))
    f["opposite"] = float(any(opposite(x, y) for x, y in pairs))
    f["relative"] = f["words"] / best if best else 0.0
    f["crowd"] = crowd
    sizes = sorted(len(side.vectors["words"]) for side in (a, b))
    f["shorter"], f["longer"] = math.log1p(sizes[0]), math.log1p(sizes[1])
    return f


def _own_names(a: Side, b: Side) -> float:
    """Return how much of the names in each head the other account does not have at all, by their
    weight: of the one that has less of its own. Two towns are two names that stand alone."""
    shares = []
    for one, other in ((a, b), (b, a)):
        weight = {w: one.vectors["words"].get(w, 0.0) for w in one.account.head}
        total = sum(weight.values())
        if not total:
            return 0.0
        own = sum(x for w, x in weight.items() if w not in other.account.terms)
        shares.append(own / total)
    return min(shares)


def _own_towns(one: Account, other: Account) -> float:
    """Return which share of the localities that one account names the other does not have at all."""
    towns = [term[2:] for term in one.terms if term.startswith("t:")]
    own = sum(all(word not in other.terms for word in _WORD.findall(town)) for town in towns)
    return own / len(towns) if towns else 0.0


def opposite(a: Event, b: Event) -> bool:
    """Whether who acts in one is who is hit in the other and the other way round."""
    acts, hit = set(a.actors), set(a.targets)
    return bool(acts & set(b.targets) and hit & set(b.actors) and not acts & set(b.actors))


@cache
def weights() -> Mapping[str, Any]:
    """Return the weights of ``data/linking.toml``."""
    text = resources.files("annotators.data").joinpath("linking.toml").read_text("utf-8")
    return tomllib.loads(text)


def probability(f: Mapping[str, float]) -> float:
    """Return how likely a pair with these features tells of one incident."""
    return _logistic(_log_odds(f))


def _log_odds(f: Mapping[str, float]) -> float:
    held = weights()["weight"]
    return float(held["bias"] + sum(held[name] * f[name] for name in FEATURES))


def _logistic(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def group_score(a: Side, b: Side, f: Mapping[str, float]) -> float:
    """Return the score by which a pair is grouped. It is the probability but for accounts without a
    day of publication: such collections are mostly of topics, with larger groups."""
    more = weights()["group"]["undated"] * f["undated"]
    return ruled(_logistic(_log_odds(f) + more), a.account, b.account, f)


# --- what is proposed -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """What is proposed about a pair. ``score`` is the probability that both are the same event,
    whatever the relation; ``relation`` is one of the codebook's, or ``same_event``."""

    score: float
    relation: str
    reasons: tuple[str, ...]
    named: str | None = None  # the target that both name, where it was hit again

    @property
    def same(self) -> bool:
        """Whether it says that both are, or may be, one event."""
        return self.relation in ("same_event", "possible_same_event")


_GROUP = {"air_defence": "attack", "harm": "attack", "combat": "attack", "loss": "attack",
          "accident": "attack", "other": "attack"}  # fmt: skip
"""Kinds of event as which one and the same may be told."""
VIOLENT = ("attack", "combat", "harm", "air_defence", "loss")
_SAME, _POSSIBLE = 0.4, 0.1
GROUPED = 0.05
"""Scores below it are not kept for groups."""
NO_PARTNER = 0.15
"""Where the best score of an account is lower, it is said to have no partner."""


def _closest(a: Account, b: Account) -> tuple[Event, Event] | None:
    """Return the two events that are nearest in place, then in time; of violence where both tell of
    any."""

    def apart(pair: tuple[Event, Event]) -> tuple[bool, float, float]:
        near, far = _places(*pair)
        days = _days_apart(*pair)
        peaceful = not all(e.type.split(".")[0] in VIOLENT for e in pair)
        return (peaceful, far - near, 1e6 if days is None else days)

    return min(_pairs(a, b), key=apart, default=None)


_SITES = frozenset(SITES)
_TOO_MUCH = 0.5
"""Share of the names in its head that a short account has for itself; from there on the two tell of
different things."""


_ALIKE = {
    **dict.fromkeys(("refinery", "factory", "complex", "compound"), "plant"),
    **dict.fromkeys(("storage", "terminal", "arsenal", "silo", "warehouse"), "depot"),
    **dict.fromkeys(("airport", "airfield", "base", "camp", "garrison", "cantonment"), "airbase"),
    **dict.fromkeys(("crossing",), "bridge"),
    **dict.fromkeys(("bazaar",), "market"),
    **dict.fromkeys(("clinic",), "hospital"),
}
"""Kinds of site for which one paper has one word and the next another."""
_POWER = frozenset(["power", "electricity", "thermal", "hydroelectric", "nuclear"])
_ALONE = frozenset(["dam", "airbase", "port", "refinery", "bridge", "university", "headworks"])
"""Kinds of which a place mostly has one, so that the word alone says which."""


def _parts(name: str) -> set[str]:
    words = {_ALIKE.get(word, word) for word in _WORD.findall(name)}
    if words & _POWER and "station" in words:  # a police station is another
        words.add("plant")
    return words


def _same_target(a: Side, b: Side) -> str | None:
    """Return the site that both accounts name: by a name that is not only its town's, or by its
    town's and its kind."""
    if not a.account.sites or not b.account.sites:
        return None
    places = {
        word
        for side in (a, b)
        for kind in ("places", "towns")
        for term in side.vectors[kind]
        if kind == "places" or gazetteer.lookup(term[2:])
        for word in _parts(term[2:].split("/")[0])
    }
    capitals = [
        {part for term in side.vectors["capitals"] for part in _parts(term[2:])} for side in (a, b)
    ]
    named_by_both = capitals[0] & capitals[1]
    places |= {word for word in named_by_both if gazetteer.lookup(word)}
    theirs = [(other, _parts(other)) for other in b.account.sites]
    best: tuple[int, str] | None = None
    for site in a.account.sites:
        words = _parts(site)
        for other, parts in theirs:
            shared = words & parts
            named = shared & named_by_both
            kinds = (shared - named) & _SITES
            if kinds and not named and not all(x & named_by_both for x in (words, parts)):
                # `the bridge`, in a text that tells of what the other calls by its name
                named = (words | parts) & named_by_both
                if not (named - places or kinds & _ALONE or (words | parts) & _POWER):
                    continue
            if (named and kinds) or named - places:
                bare = min(len(words), len(parts)) == 1
                called = max(site, other, key=len) if bare else min(site, other, key=len)
                best = max(best or (0, ""), (len(shared), called))
    return best[1] if best else None


def ruled(p: float, a: Account, b: Account, f: Mapping[str, float]) -> float:
    """Return the probability of a pair with features ``f`` as the rules let it stand."""
    apart = days_fixed_apart(a, b)
    both_recorded = a.recorded and b.recorded
    towns = towns_apart(a, b)
    if (apart is not None and apart >= 2) or (
        both_recorded and (towns or f["other_type"] or _other_status(a, b))
    ):
        return min(p, _POSSIBLE / 2)
    short = f["longer"] < math.log1p(_SHORT)
    if not short:
        return p
    half = f["own_towns"] == _TOO_MUCH and bool(_localities(a) & _localities(b))
    own_towns = f["own_towns"] >= _TOO_MUCH and not half and not _in_one_town(a, b)
    here = _one_day_here(a, b)
    sure = _same_people(a, b) or (here and _small_places(a, b))
    if not sure and (towns or own_towns or f["own_names"] >= _TOO_MUCH):
        return min(p, NO_PARTNER - 0.05)
    if apart == 1 and not sure:
        return min(p, _SAME - 0.01)
    if not f["other_type"] and (here or _one_place_and_day(a, b)):
        return max(p, _ONE_PLACE_AND_DAY)
    return p


def _same_people(a: Account, b: Account) -> bool:
    """Whether both tell of a person by full name who only stands in the story."""
    return any(term.startswith("v:") and term in b.terms for term in a.terms)


_ONE_PLACE_AND_DAY = 0.45
"""Probability at least, where two short accounts tell of one town on one day that both name."""


def _one_place_and_day(a: Account, b: Account) -> bool:
    x, y = fixed_place(a), fixed_place(b)
    days = fixed_days(a), fixed_days(b)
    if x is None or y is None or days[0] is None or days[1] is None:
        return False
    overlap = days[0][0] <= days[1][1] and days[1][0] <= days[0][1]
    return _harms(x) and _harms(y) and overlap and _in_one_town(a, b)


def _harms(event: Event) -> bool:
    return event.type.split(".")[0] in (*VIOLENT, "accident")


def _one_day_here(a: Account, b: Account) -> bool:
    """Whether two accounts of violence tell of one day, the same as far as can be told, and both
    name a place of the news. An account that tells no day is of the last days before it, and of any
    earlier one where it tells of a trial or a funeral and names a small place."""
    days = fixed_days(a), fixed_days(b)
    small = _small_places(a, b)
    if days[0] is not None and days[1] is not None:
        overlap = days[0][0] <= days[1][1] and days[1][0] <= days[0][1]
    elif days[0] is None and days[1] is None and not (small and (a.aftermath or b.aftermath)):
        return False
    else:
        windows = [_window(one, fixed, far=small) for one, fixed in zip((a, b), days, strict=True)]
        overlap = any(x[0] <= y[1] and y[0] <= x[1] for x in windows[0] for y in windows[1])
    if not overlap or not all(any(_harms(e) for e in x.events) for x in (a, b)):
        return False
    return small or bool(_local(a) & _named(b) or _local(b) & _named(a))


_NEWS = 3
"""Days before its publication that an account may be of, where it tells none."""
_SMALL = 200_000
"""People; of a larger town there is much news."""


def _window(
    account: Account, fixed: tuple[int, int, int] | None, *, far: bool
) -> list[tuple[int, int]]:
    """Return the days that an account may be of, as first and last days."""
    if fixed is not None:
        return [fixed[:2]]
    if account.published is None:
        return [(day, day) for day in told_days(account)]
    if far and account.aftermath:
        return [(account.published - LONG_AGO, account.published)]
    told = told_days(account) - {account.published}
    return [(day, day) for day in told] or [(account.published - _NEWS, account.published)]


def _small_places(a: Account, b: Account) -> bool:
    """Whether both name a place that is no large town, no region and no country."""
    for term in a.terms.keys() & b.terms.keys():
        if term[:2] == "t:":
            known = gazetteer.lookup(term[2:])
            if all(p.kind == "city" and p.population < _SMALL for p in known):
                return True
    return False


def _local(account: Account) -> set[str]:
    """Return the words of the places that an account names, but for countries."""
    names = (t[2:].split("/")[0] for t in account.terms if t[:2] in ("p:", "t:"))
    return {
        w
        for name in names
        for w in _WORD.findall(name)
        if len(w) > 2 and gazetteer.country_of(w) is None
    }


def _localities(account: Account) -> set[str]:
    return {w for t in account.terms if t[:2] == "t:" for w in _WORD.findall(t[2:])}


def _named(account: Account) -> set[str]:
    return {w for t in account.terms if t[:2] == "c:" for w in _WORD.findall(t[2:])}


def propose(a: Side, b: Side, f: Mapping[str, float]) -> Proposal | None:
    """Return the relation that is proposed for a pair, with its reasons, or None: nothing is.

    Two accounts that each tell of one exact day, two days or more apart, are never proposed as one
    event; nor are two recorded incidents in different towns, of different kinds, or of which one was
    only meant to happen. What is hit again on another day is a relation of its own.
    """
    p = ruled(probability(f), a.account, b.account, f)
    pair = _closest(a.account, b.account)
    other = _another_event(a, b, pair) if pair is not None else None
    if other is not None:
        relation, reason, target = other
        if relation == "repeat_target":
            p = min(p, NO_PARTNER - 0.05)
        if relation == "repeat_target" or p < _POSSIBLE:
            return Proposal(p, relation, (reason, *why(a, b, f)), target)
    if p < _POSSIBLE:
        return None
    relation = "same_event" if p >= _SAME else "possible_same_event"
    return Proposal(p, relation, tuple(why(a, b, f)))


_INFERRED = 1
"""Days that an event's day may be off where only the day of publication tells it."""


def _another_event(
    a: Side, b: Side, pair: tuple[Event, Event]
) -> tuple[str, str, str | None] | None:
    """Return how two different events stand to each other, the reason, and the target that both
    name: one place hit again on another day, or another place hit in the same days."""
    x, y = pair
    kind, other = x.type.split(".")[0], y.type.split(".")[0]
    violent = kind in VIOLENT and other in VIOLENT
    fixed = days_fixed_apart(a.account, b.account)
    days = _days_apart(x, y) if violent else fixed
    if days is None:
        days = _news_apart(a.account, b.account)
    if days is None:
        return None
    near, far = _places(x, y)
    if days > sum(e.slack if e.exact else _INFERRED for e in pair):
        # what was done may be put in other words (`a fire`, `a claim`) where the days are sure
        shared = told_days(a.account) & told_days(b.account)
        sure = (fixed or 0) >= 2 or (violent and not shared)
        if sure and (target := _same_target(a, b)) is not None:
            return "repeat_target", f"the same target again, {days} days later: {target}", target
        if near >= 0.8 and violent:
            return "same_campaign", f"{_called(x, y)} again, {days} days apart", None
    if far and days <= 2 and violent and _acts_alike(x, y):
        return "same_campaign", "another place within two days, by the same means or actor", None
    return None


def _news_apart(a: Account, b: Account) -> int | None:
    """Return how many days lie between two accounts that tell no day, each of the last days before
    its publication; None where that cannot be told."""
    if a.published is None or b.published is None or _aftermath(a, b):
        return None
    return max(0, abs(a.published - b.published) - _NEWS)


def _called(x: Event, y: Event) -> str:
    return capwords(x.place or y.place)


def _acts_alike(x: Event, y: Event) -> bool:
    return bool(set(x.actors) & set(y.actors) or set(x.weapons) & set(y.weapons)) or (
        x.type == y.type and bool(x.country) and x.country == y.country
    )


# --- reasons in words -----------------------------------------------------------------------------

_WORTH_SAYING = 0.25
"""A feature that moves the log odds by less than this is not given as a reason."""


def why(a: Side, b: Side, f: Mapping[str, float]) -> list[str]:
    """Return the features that counted, in words: those for it first, the weightiest first."""
    held = weights()["weight"]
    counted = {name: held[name] * f[name] for name in FEATURES}
    counted["named"] = counted["names"] + counted["capitals"]
    counted["told"] = counted["words"] + counted["lead"]
    counted["when"] = counted["days"] + counted["shared_day"]
    counted["where"] = counted["near"] + counted["places"]
    counted["published"] = sum(counted[n] for n in ("published_gap", "published_far", "old_news"))
    said: list[tuple[float, str]] = []
    apart = days_fixed_apart(a.account, b.account)
    for name, value in counted.items():
        words = _PHRASES.get(name)
        if words is None or abs(value) < _WORTH_SAYING:
            continue
        if text := words(a, b, f):
            said.append((value, text))
    if apart is not None and apart >= 2:
        said.append((-9.0, f"each tells of one day, and they are at least {apart} days apart"))
    raised = f["longer"] < math.log1p(_SHORT) and probability(f) < _ONE_PLACE_AND_DAY
    if raised and _one_day_here(a.account, b.account):
        shared = _local(a.account) & _named(b.account) | _local(b.account) & _named(a.account)
        told_of = capwords(" ".join(sorted(shared)[:2]))
        said.append((_ONE_PLACE_AND_DAY, f"both name {told_of}, and no other day is told"))
    if not f["casualties"] and not any(text.startswith("casualty") for _, text in said):
        told = _counts(a, b, f)  # it weighs nothing where a toll may have risen; it is to be seen
        said += [(-0.01, told)] if told else []
    pros = sorted((s for s in said if s[0] > 0), key=lambda s: -s[0])[:4]
    cons = sorted((s for s in said if s[0] < 0), key=lambda s: s[0])[:3]
    return [text for _, text in (*pros, *cons)]


def _shared(a: Side, b: Side, kind: str, most: int = 3) -> list[str]:
    left, right = a.vectors[kind], b.vectors[kind]
    common = sorted(left.keys() & right.keys(), key=lambda t: (-left[t] * right[t], t))
    return [t.partition(":")[2] if kind != "numbers" else t[1:] for t in common[:most]]


def _names(a: Side, b: Side, f: Mapping[str, float]) -> str:
    names = _shared(a, b, "names", 2)
    for word in _shared(a, b, "capitals", 5):  # `Five` that begins a sentence is no name
        if (
            not any(word in n.split() for n in names)
            and numbers.value(word) is None
            and word not in WEEKDAYS
            and word not in MONTHS
        ):
            names.append(word)
    return "both name " + ", ".join(capwords(n) for n in names[:3]) if names else ""


def _days(a: Side, b: Side, f: Mapping[str, float]) -> str:
    days = sorted(told_days(a.account) & told_days(b.account))
    return "both tell of " + ", ".join(dt.date.fromordinal(d).isoformat() for d in days[:2]) if days else ""  # fmt: skip


def _where(a: Side, b: Side, f: Mapping[str, float]) -> str:
    pair = _closest(a.account, b.account)
    if pair and f["near"]:
        x, y = pair
        if x.place == y.place:
            return f"the same place: {_called(x, y)}"
        away = distance_km(x, y)
        return f"{capwords(x.place)} and {capwords(y.place)}" + ("" if away is None else f" are {away:.0f} km apart")  # fmt: skip
    names = [p.split("/")[0] for p in _shared(a, b, "places", 2)]
    return "both tell of " + ", ".join(capwords(n) for n in names) if names else ""


def _apart(a: Side, b: Side, f: Mapping[str, float]) -> str:
    pair = _closest(a.account, b.account)
    if pair is None:
        return ""
    x, y = pair
    away = distance_km(x, y)
    places = f"{capwords(x.place) or x.country} and {capwords(y.place) or y.country}"
    return f"different places: {places}" + ("" if away is None else f", {away:.0f} km")


def _published(a: Side, b: Side, f: Mapping[str, float]) -> str:
    if a.account.published is None or b.account.published is None:
        return ""
    gap = abs(a.account.published - b.account.published)
    if gap <= 1:
        return ""
    after = ", ".join(_aftermath(a.account, b.account)[:2])
    return f"published {gap} days apart" + (f", the later of what came after ({after})" if after else "")  # fmt: skip


def _counts(a: Side, b: Side, f: Mapping[str, float]) -> str:
    for x, y in _pairs(a.account, b.account):
        for harm in ("killed", "injured"):
            p, q = getattr(x, harm), getattr(y, harm)
            if p and q and _agree(p, q) == bool(f["casualties"]):
                told = [f"{n[0]}" if n[0] == n[1] else f"{n[0]}-{n[1]}" for n in (p, q)]
                return f"both count {told[0]} {harm}" if f["casualties"] else f"casualty figures differ: {told[0]} and {told[1]} {harm}"  # fmt: skip
    return ""


def _weapons(a: Side, b: Side, f: Mapping[str, float]) -> str:
    arms = [{w for e in _events(side.account) for w in e.weapons} for side in (a, b)]
    return "the same means: " + ", ".join(sorted(arms[0] & arms[1])[:2])


def _numbers(a: Side, b: Side, f: Mapping[str, float]) -> str:
    return "both give the numbers " + ", ".join(_shared(a, b, "numbers"))


_PHRASES: dict[str, Callable[[Side, Side, Mapping[str, float]], str]] = {
    "told": lambda a, b, f: "told in much the same words",
    "named": _names,
    "numbers": _numbers,
    "people": lambda a, b, f: (
        "both tell of " + ", ".join(capwords(n) for n in _shared(a, b, "people"))
    ),
    "when": _days,
    "other_days": lambda a, b, f: "they tell of different days" if f["other_days"] else "",
    "where": _where,
    "apart": _apart,
    "own_names": lambda a, b, f: (
        "each names what the other does not: "
        + ", ".join(
            capwords(w)
            for s, o in ((a, b), (b, a))
            for w in s.account.head
            if w not in o.account.terms
        )
    ),
    "published": _published,
    "other_type": lambda a, b, f: "events of different kinds",
    "type": lambda a, b, f: "the same kind of event" if f["type"] == 1 else "",
    "weapons": _weapons,
    "casualties": _counts,
    "other_casualties": _counts,
    "opposite": lambda a, b, f: "who attacks in one is attacked in the other",
    "crowd": lambda a, b, f: "several others are as near" if f["crowd"] > 0.15 else "",
}
"""Each reason and how it is put; a feature without one (lengths) is no reason."""
