"""Dates told in a story, resolved against the day it was published.

Gives an interval with a precision on UCDP's scale (1 day, 2 two to six days, 3 week, 4 month,
5 longer). A month and day whose year nothing fixes stay open in EDTF (``XXXX-01-14``). What each
form of words means is written down in ``benchmarks/gold/GUIDELINES.md``; where words fix no
interval there is no answer rather than a guess.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from annotators.lower_case import lowered, small
from annotators.numbers import NUMBER_WORDS
from store.dates import MONTH, MONTHS, precision_of

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "tues", "weds", "thur", "thurs")
_HALF_YEAR = 183  # days
_OPEN = 4  # the year in which open dates are reckoned: a leap year before all others

_DAY = r"([0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"((?:1[5-9]|20)\d\d)"
_WEEKDAY = "(?:" + "|".join([*WEEKDAYS, *sorted(_SHORT_DAYS, key=len, reverse=True)]) + r")\.?"
_PART = (
    r"(?:(?:the )?(?:early|late|mid)?[- ]?(?:morning|afternoon|evening|night|nighttime|noon|midday|midnight|dawn|"
    r"predawn|pre-dawn|dusk|daybreak|hours)(?: hours)?)"
)
_TIME = re.compile(
    r"\b(?:at |around |about |by |before |after |shortly )*\d{1,2}(?:[:.]\d\d)?(?::\d\d)? ?(?:[ap]\.? ?m\b\.?|(?:hrs|o'clock)\b)|\b\d{4} hours\b"
    r"(?: ?\(?(?:local time|gmt|utc|est|edt|et|bst|cet|cest|eet|pdt|pst|ist|pkt|moscow time|kyiv time)\)?)?"
    r"|\b(?:at |around |about )?\d{1,2}:\d\d(?: ?\(?(?:local time|gmt|utc|est|edt|et|bst|cet|eet)\)?)?"
)
_NUMBER = "|".join(
    ["\\d{1,3}", "an?", "a couple of", "a few", "several", *sorted(NUMBER_WORDS, key=len, reverse=True)]
)  # fmt: skip
_AHEAD = re.compile(
    r"\b(?:will|shall|would|is to|are to|to be held|scheduled|due|planned|plans? to|set (?:to|for)|expected|"
    r"upcoming|coming|next|deadline|until|till|begins? on|from then|starting|expires?|takes? effect|ahead of|"
    r"announces?|announced? a|declares?|agreed? (?:to|on))\b",
    re.IGNORECASE,
)
_SEASONS = {
    "spring": (3, 5),
    "summer": (6, 8),
    "autumn": (9, 11),
    "fall": (9, 11),
    "winter": (12, 2),
}


@dataclass(frozen=True)
class When:
    """A resolved date: first and last day, precision 1 to 5, what it rests on, how sure it is."""

    start: str
    end: str
    precision: int
    basis: str  # explicit, relative, inferred
    confidence: float = 0.9

    @property
    def open(self) -> bool:
        """Whether the year is not known."""
        return self.start.startswith("XXXX")


@dataclass(frozen=True)
class _Range:
    """An interval while it is reckoned with; an open year is `_OPEN`."""

    first: dt.date
    last: dt.date
    basis: str = "explicit"
    confidence: float = 0.95

    def when(self) -> When:
        days = (self.last - self.first).days + 1
        return When(
            _iso(self.first), _iso(self.last), precision_of(days), self.basis, self.confidence
        )


def _iso(day: dt.date) -> str:
    return f"XXXX-{day.month:02}-{day.day:02}" if day.year < 100 else day.isoformat()


def _back(value: str) -> dt.date:
    return dt.date.fromisoformat(value.replace("XXXX", f"{_OPEN:04}"))


def _days(first: dt.date, last: dt.date | None = None, basis: str = "relative", sure: float = 0.9) -> _Range:  # fmt: skip
    return _Range(first, last or first, basis, sure)


def _month_of(year: int, month: int, part: str = "") -> _Range:
    first = dt.date(year, month, 1)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    if part == "early":
        last = first.replace(day=10)
    elif part == "mid":
        first, last = first.replace(day=11), first.replace(day=20)
    elif part == "late":
        first = first.replace(day=21)
    return _Range(first, last)


def _years(first: int, last: int, basis: str = "explicit") -> _Range:
    return _Range(dt.date(first, 1, 1), dt.date(last, 12, 31), basis)


def _month(name: str) -> int:
    return MONTHS[name.rstrip(".").lower()]


def _weekday(name: str) -> int:
    return next(n for n, day in enumerate(WEEKDAYS) if day.startswith(name.rstrip(".")[:3]))


def _part(words: str | None) -> str:
    if not words:
        return ""
    if re.search(r"early|start|beginning|opening", words):
        return "early"
    return "mid" if re.search(r"mid", words) else "late"


_AND = r" ?(?:-|to|and|through|until) ?"
_MAYBE_YEAR = rf"(?:,? {_YEAR})?"
_ON_DAY = rf"(?:{_WEEKDAY},? (?:the )?(?:{_PART} )?(?:of )?)?"
_HEAD = rf"(?:(?P<week>{_WEEKDAY})(?: {_PART})?,? )?(?:(?:the )?(?:{_PART}) (?:of |on )?|early (?:on )?|late (?:on )?)?"
_TAIL = rf"(?:,? (?:in the )?{_PART})?"
_FORM = {
    name: re.compile(pattern)
    for name, pattern in {
        "month and two days": rf"(?:(?:from|between) )?({MONTH}) {_DAY}{_AND}{_DAY}{_MAYBE_YEAR}",
        "two days and month": rf"(?:(?:from|between) )?(?:the )?{_DAY}{_AND}(?:the )?{_DAY}(?: of)? ({MONTH}){_MAYBE_YEAR}",
        "two years": rf"(?:(?:from|between) )?{_YEAR}{_AND}(\d{{4}}|\d\d)",
        "from to": r"(?:from|between) (.+?) (?:to|and|until|through|till) (.+)",
        "to": r"(.+?) (?:to|until|through|till|-) (.+)",
        "hyphen": r"([^-]+)-([^-]+)",
        "month day year": rf"{_ON_DAY}({MONTH}) {_DAY},? {_YEAR}",
        "day month year": rf"{_ON_DAY}(?:the )?{_DAY}(?: of)? ({MONTH}),? {_YEAR}",
        "month day": rf"{_HEAD}({MONTH}) {_DAY}{_TAIL}",
        "day month": rf"{_HEAD}(?:the )?{_DAY}(?: of)? ({MONTH}){_TAIL}",
    }.items()
}
"""Forms that are tried on every date, made ready."""


@dataclass(frozen=True)
class _Reader:
    """Reads one expression; ``base`` is the day of publication."""

    base: dt.date | None
    ahead: bool = False  # the sentence looks to what is to come
    anchor: _Range | None = None  # the date told last before it
    year: int | None = None  # a year that the text fixes

    def read(self, text: str) -> _Range | None:
        """Return the interval, or None."""
        for form in (
            self._range, self._night, self._full, self._month_and_day, self._month_alone,
            self._season, self._year, self._near, self._calendar, self._counted, self._weekday,
            self._last_year,
        ):  # fmt: skip
            try:
                found = form(text)
            except (ValueError, OverflowError):
                return None
            if found is not None:
                return found
        return None

    # --- two dates --------------------------------------------------------------------------

    def _range(self, text: str) -> _Range | None:
        if m := _FORM["month and two days"].fullmatch(text):
            return self._pair(m[1], m[2], m[3], m[4])
        if m := _FORM["two days and month"].fullmatch(text):
            return self._pair(m[3], m[1], m[2], m[4])
        if m := _FORM["two years"].fullmatch(text):
            if len(m[2]) == 2 and int(m[2]) <= 12 and "-" in text:
                return None  # 2001-05: a month, or five years
            last = int(m[2]) if len(m[2]) == 4 else int(m[1][:2] + m[2])
            return _years(int(m[1]), last) if int(m[1]) <= last else None
        found = (_FORM[form].fullmatch(text) for form in ("from to", "to", "hyphen"))
        if m := next(filter(None, found), None):
            last_ = self.read(m[2])
            if last_ is None:
                return None
            inside = replace(self, year=last_.first.year if re.search(_YEAR, m[2]) else self.year)
            first = inside.read(m[1])
            if first is None:
                return None
            if first.first > last_.last and not re.search(_YEAR, m[1]):
                if first.first.year < 100:
                    return None
                first = replace(first, first=first.first.replace(year=first.first.year - 1))
            if first.first > last_.last or (first.first.year < 100) != (last_.last.year < 100):
                return None
            return _Range(first.first, last_.last, "explicit", 0.85)
        return None

    def _pair(self, month: str, first: str, last: str, year: str | None) -> _Range | None:
        start = self._day_of(_month(month), int(first), int(year) if year else None)
        if start is None or int(last) < int(first):
            return None
        return replace(start, last=start.first.replace(day=int(last)))

    def _night(self, text: str) -> _Range | None:
        m = re.fullmatch(
            r"(?:overnight|(?:the )?night|night-time)(?: of| on| from| between|,)? ?(.*)", text
        )
        if not m or not m[1]:
            return None
        rest = re.sub(r"^(?:in)?to ", "into ", m[1])
        if into := re.fullmatch(r"into (?:early )?(.+)", rest):
            to = self.read(into[1])
            return to and _days(to.last - dt.timedelta(days=1), to.last, to.basis)
        two = re.split(r" (?:in)?to | and ", rest)
        if len(two) == 2:
            to = self.read(two[1])
            if to is None:
                return None
            return _days(to.last - dt.timedelta(days=1), to.last, to.basis)
        found = self.read(rest)
        if found is None:
            return None
        if found.first != found.last:
            return found
        if text.startswith("overnight"):
            return _days(found.first - dt.timedelta(days=1), found.first, found.basis)
        return _days(found.first, found.first + dt.timedelta(days=1), found.basis)

    # --- dates that are spelled out -------------------------------------------------------------

    def _full(self, text: str) -> _Range | None:
        if m := re.fullmatch(r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)", text):
            return self._sure(int(m[1]), int(m[2]), int(m[3]))
        if m := re.fullmatch(r"(\d\d?)([-/.])(\d\d?)\2(\d{4})", text):
            a, b = int(m[1]), int(m[3])
            if m[2] == "." or a > 12:
                return self._sure(int(m[4]), b, a)
            return self._sure(int(m[4]), a, b) if b > 12 or a == b else None
        if m := _FORM["month day year"].fullmatch(text):
            return self._sure(int(m[3]), _month(m[1]), int(m[2]))
        if m := _FORM["day month year"].fullmatch(text):
            return self._sure(int(m[3]), _month(m[2]), int(m[1]))
        return None

    def _sure(self, year: int, month: int, day: int) -> _Range:
        found = dt.date(year, month, day)
        return _Range(found, found, "explicit", 0.99)

    def _month_and_day(self, text: str) -> _Range | None:
        m = _FORM["month day"].fullmatch(text) or _FORM["day month"].fullmatch(text)
        if not m:
            return None
        a, b = m[2], m[3]
        month, day = (a, b) if a[0].isalpha() else (b, a)
        return self._day_of(_month(month), int(day), None, m["week"])

    def _day_of(
        self, month: int, day: int, year: int | None, weekday: str | None = None
    ) -> _Range | None:
        if year is None:
            year = self.year
        if year is not None:
            return self._sure(year, month, day)
        if self.base is None:
            open_ = dt.date(_OPEN, month, day)
            return _Range(open_, open_, "explicit", 0.9)
        around = []
        for y in range(self.base.year - 4, self.base.year + 5):  # 29 February is not in every year
            try:
                around.append(dt.date(y, month, day))
            except ValueError:
                if (month, day) != (2, 29):
                    return None
        past = max(d for d in around if d <= self.base)
        coming = min(d for d in around if d >= self.base)
        near = (self.base - past).days <= _HALF_YEAR
        chosen = coming if self.ahead and (coming - self.base).days <= _HALF_YEAR else past
        if chosen is past and not near:
            open_ = dt.date(_OPEN, month, day)
            days = (past, coming) if self.ahead else (past,)
            if weekday and (day_ := [d for d in days if d.weekday() == _weekday(weekday)]):
                return _Range(day_[0], day_[0], "explicit", 0.8)
            return _Range(open_, open_, "explicit", 0.6)
        if weekday and chosen.weekday() != _weekday(weekday):
            fits = [d for d in (past, coming) if d.weekday() == _weekday(weekday)]
            if not self.ahead:
                fits = [d for d in fits if d <= self.base]
            if len(fits) != 1:  # the two do not go together: the day stays, the year is open
                open_ = dt.date(_OPEN, month, day)
                return _Range(open_, open_, "explicit", 0.5)
            chosen = fits[0]
        return _Range(chosen, chosen, "explicit", 0.9)

    def _month_alone(self, text: str) -> _Range | None:
        m = re.fullmatch(
            r"(?:(?:the )?(?P<part>early|mid|late|start of|beginning of|opening days of|end of|middle of|last days of)[- ]?(?:in )?)?"
            rf"(?P<which>last |this |next |the month of )?({MONTH})(?: of)?(?:,? (?P<year>{_YEAR})| (?P<rel>this year|last year|next year))?",
            text,
        )
        if not m:
            return None
        month, part = _month(m[3]), _part(m["part"])
        if m["year"]:
            return _month_of(int(m["year"]), month, part)
        if self.year is not None and not m["rel"]:
            return _month_of(self.year, month, part)
        if self.base is None:
            return _month_of(_OPEN, month, part)
        year = self.base.year
        if m["rel"]:
            year += {"this year": 0, "last year": -1, "next year": 1}[m["rel"]]
        elif (m["which"] or "") == "this ":
            pass
        elif self.ahead or (m["which"] or "") == "next ":
            year += month < self.base.month
        else:
            year -= month > self.base.month
            if (m["which"] or "") == "last " and month == self.base.month:
                year -= 1
        return replace(_month_of(year, month, part), confidence=0.85)

    def _season(self, text: str) -> _Range | None:
        m = re.fullmatch(
            rf"(?:the )?(?P<which>last |this |next )?(?:(?:early|mid|late)[- ])?(?P<s>{'|'.join(_SEASONS)})(?: of)?(?: {_YEAR})?",
            text,
        )
        if not m or (not m[3] and not m["which"] and self.base is None):
            return None
        first, last = _SEASONS[m["s"]]

        def of(year: int) -> _Range:
            start = dt.date(year, first, 1)
            return _Range(start, _month_of(year + (last < first), last).last, "explicit", 0.85)

        if m[3]:
            return of(int(m[3]))
        if self.base is None:
            return None
        year = self.base.year
        if (m["which"] or "").strip() == "next" or self.ahead:
            return next(
                s for s in (of(y) for y in range(year - 1, year + 3)) if s.first > self.base
            )
        past = [s for s in (of(y) for y in range(year - 3, year + 1)) if s.first <= self.base]
        if (m["which"] or "").strip() == "last":
            past = [s for s in past if s.last < self.base]
        return past[-1]

    def _year(self, text: str) -> _Range | None:
        if m := re.fullmatch(rf"(?:the )?(?:year )?{_YEAR}", text):
            return _years(int(m[1]), int(m[1]))
        if m := re.fullmatch(r"(?:the )?(?:(early|mid|late)[- ])?((?:1[5-9]|20)\d)0'?s", text):
            first = int(m[2]) * 10
            low, high = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}.get(m[1], (0, 9))
            return _years(first + low, first + high)
        if m := re.fullmatch(
            rf"(early|mid|late|the (?:start|beginning|end|middle) of)[- ](?:in )?{_YEAR}", text
        ):
            low, high = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}[_part(m[1])]
            return _Range(
                dt.date(int(m[2]), low, 1), _month_of(int(m[2]), high).last, "explicit", 0.8
            )
        return None

    def _last_year(self, text: str) -> _Range | None:
        m = re.fullmatch(rf"(.*\b{MONTH}\b.*?),? (?:of )?(last|this) year", text)
        if m is None or self.base is None or re.search(_YEAR, text):
            return None
        return self.read(f"{m[1]} {self.base.year - (m[2] == 'last')}")

    # --- around the day of publication --------------------------------------------------------

    def _near(self, text: str) -> _Range | None:
        base, day = self.base, dt.timedelta(days=1)
        if base is None:
            return None
        tail = rf"(?:,? (?:in the )?{_PART})?"
        head = rf"(?:(?:early|late|earlier|later)[- ]?(?:on )?|(?:the )?{_PART} )?"
        if re.fullmatch(
            rf"{head}(?:today|tonight|this (?:very )?day|this {_PART}|earlier today|later today){tail}",
            text,
        ):
            return _days(base)
        if re.fullmatch(rf"{head}(?:yesterday|last night|last evening){tail}", text):
            return _days(base - day)
        if re.fullmatch(rf"(?:the )?day before yesterday{tail}", text):
            return _days(base - 2 * day)
        if re.fullmatch(rf"{head}tomorrow{tail}", text):
            return _days(base + day)
        if re.fullmatch(r"(?:late |early |the )?overnight(?: hours)?", text):
            return _days(base - day, base)
        if re.fullmatch(r"(?:just )?(?:hours|minutes|moments) (?:ago|earlier)", text):
            return None
        return None

    def _calendar(self, text: str) -> _Range | None:
        base, day = self.base, dt.timedelta(days=1)
        if base is None:
            return None
        monday = base - base.weekday() * day
        m = re.fullmatch(
            r"(?:(?P<when>earlier|later|early|late) (?:in )?)?(?:the )?(?P<which>this|last|next|current|previous|coming|past)(?: full)? "
            r"(?P<unit>week|month|year|weekend)(?: end)?",
            text,
        )
        saturday = base - ((base.weekday() - 5) % 7) * day
        if not m:
            if re.fullmatch(r"(?:over |during |at )?(?:the|this) weekend", text):
                return _days(saturday, saturday + day)
            return None
        which = {"current": "this", "previous": "last", "coming": "next"}.get(
            m["which"], m["which"]
        )
        unit = m["unit"]
        if which == "past":
            if unit == "weekend":
                which = "last"
            else:
                return _days(base - {"week": 7, "month": 30, "year": 365}[unit] * day, base)
        step = {"this": 0, "last": -1, "next": 1}[which]
        if unit == "weekend":
            if step < 0 and saturday + day >= base:
                saturday -= 7 * day
            elif step > 0:
                saturday += 7 * day
            return _days(saturday, saturday + day)
        if unit == "week":
            first, last = monday + 7 * step * day, monday + (7 * step + 6) * day
        elif unit == "month":
            number = base.year * 12 + base.month - 1 + step
            whole = _month_of(
                number // 12,
                number % 12 + 1,
                _part(m["when"]) if m["when"] in ("early", "late") else "",
            )
            first, last = whole.first, whole.last
        else:
            first, last = dt.date(base.year + step, 1, 1), dt.date(base.year + step, 12, 31)
            if m["when"] in ("early", "late") and step:
                found = self._year(f"{m['when']} {base.year + step}")
                return found and replace(found, basis="relative")
        if step == 0 and m["when"] in ("earlier", "early"):
            last = base
        elif step == 0 and m["when"] in ("later", "late"):
            first = base
        return _days(first, last)

    def _counted(self, text: str) -> _Range | None:
        m = re.fullmatch(
            rf"(?:just |only |some |about |around |nearly |almost |more than |over )?(?P<n>{_NUMBER}) (?P<unit>day|night|week|month|year|decade)s? (?P<way>ago|earlier|before|prior|previously|later|after|afterwards|afterward)",
            text,
        )
        if m:
            number = _count(m["n"])
            if number is None:
                return None
            if m["way"] == "ago":
                origin = _days(self.base) if self.base else None
            else:
                origin = self.anchor or (_days(self.base) if self.base else None)
            if origin is None:
                return None
            sign = 1 if m["way"] in ("later", "after", "afterwards", "afterward") else -1
            return self._moved(origin, sign * number, m["unit"])
        m = re.fullmatch(
            r"(?:on )?(?:the )?(?P<way>previous|preceding|next|following|same|very next|day before|day after|(?:night|evening|afternoon|morning) before|night after)(?: (?P<unit>day|night|evening|morning|week|month|year))?(?: evening| night| morning)?",
            text,
        )
        if m:
            if (
                m["way"] == "next"
                and m["unit"] in ("week", "month", "year")
                and not text.startswith("the")
            ):
                return None
            origin = self.anchor or (_days(self.base) if self.base else None)
            if origin is None or (m["unit"] is None) != (m["way"].endswith(("before", "after"))):
                return None
            if m["way"] == "same":
                return (
                    replace(origin, basis="relative")
                    if m["unit"] in ("day", "night", "evening", "morning")
                    else None
                )
            sign = -1 if m["way"] in ("previous", "preceding") or m["way"].endswith("before") else 1
            unit = m["unit"] or "day"
            return self._moved(origin, sign, unit if unit in ("week", "month", "year") else "day")
        m = re.fullmatch(
            rf"(?:over |in |during |within )?(?:the )?(?:past|last|previous|preceding) (?P<n>{_NUMBER}) (?P<unit>hour|day|week|month|year|night)s?",
            text,
        )
        if m and self.base is not None:
            number = _count(m["n"])
            if number is None or m["n"] in ("a few", "several"):
                return None
            if m["unit"] == "hour":
                number = -(-number // 24)
            days = number * {"week": 7, "month": 30, "year": 365}.get(m["unit"], 1)
            return _days(self.base - dt.timedelta(days=days), self.base)
        return None

    def _moved(self, origin: _Range, number: int, unit: str) -> _Range | None:
        if origin.first.year < 100 and unit != "day" and unit != "week":
            return None
        day = dt.timedelta(days=1)
        if unit in ("day", "night"):
            first, last = origin.first + number * day, origin.last + number * day
        elif unit == "week":
            middle = origin.first + 7 * number * day
            first, last = middle - 3 * day, middle + 3 * day
        elif unit == "month":
            count = origin.first.year * 12 + origin.first.month - 1 + number
            whole = _month_of(count // 12, count % 12 + 1)
            first, last = whole.first, whole.last
        else:
            year = origin.first.year + number * (10 if unit == "decade" else 1)
            first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
        if (first.year < 100 or last.year < 100) and (first.year != _OPEN or last.year != _OPEN):
            first, last = first.replace(year=_OPEN), last.replace(year=_OPEN)
            if first > last:
                return None
        return _days(first, last, "relative", 0.8)

    def _weekday(self, text: str) -> _Range | None:
        if self.base is None:
            return None
        m = re.fullmatch(
            rf"(?:(?:the )?(?:early|late|mid|later|earlier)?[- ]?(?:on |in )?(?:the )?(?:{_PART} (?:of |on )?(?:the )?)?)?(?P<which>last |this |next |coming |this coming |this past |past |previous |following )?"
            rf"(?P<day>{_WEEKDAY})(?:'s)?(?:,? (?:in the |at )?(?:early |late )?{_PART})?(?: (?P<rel>last week|this week|next week))?",
            text,
        )
        if not m or len(m["day"].rstrip(".")) < 3:
            return None
        number = _weekday(m["day"])
        day = dt.timedelta(days=1)
        if m["rel"]:
            step = {"last week": -7, "this week": 0, "next week": 7}[m["rel"]]
            return _days(self.base + (number - self.base.weekday() + step) * day)
        which = (m["which"] or "").strip()
        if which in ("next", "coming", "this coming") or (self.ahead and which in ("", "this")):
            forward = (number - self.base.weekday() - 1) % 7 + 1
            return _days(self.base + forward * day)
        if which in ("following", "previous") and self.anchor and self.anchor.first.year > 100:
            if which == "following":
                return _days(
                    self.anchor.last + ((number - self.anchor.last.weekday() - 1) % 7 + 1) * day
                )
            return _days(
                self.anchor.first - ((self.anchor.first.weekday() - number - 1) % 7 + 1) * day
            )
        back = (self.base.weekday() - number) % 7
        if which in ("last", "past", "this past", "previous") and back == 0:
            back = 7
        return _days(self.base - back * day)


def _count(words: str) -> int | None:
    if words.isdigit():
        return int(words)
    if words in ("a", "an"):
        return 1
    if words == "a couple of":
        return 2
    return NUMBER_WORDS.get(words)


def _normal(words: str) -> str:
    text = " ".join(words.lower().replace("’", "'").replace("–", "-").replace("—", "-").split())
    text = re.sub(r"\bmid ", "mid-", text)
    text = re.sub(rf"\b(\d\d?)/(\d\d?)(?= {MONTH})", r"\1-\2", text)  # the night of 21/22 March
    text = _TIME.sub(" ", text)
    text = re.sub(r"\(.*?\)|\blocal time\b", " ", text)
    text = " ".join(text.split()).strip(" ,.;")
    text = re.sub(
        r"^(?:on|since|by|in|at|during|over|until|till|as of|as early as|before|after) (?=\S)",
        "",
        text,
    )
    return text.strip(" ,")


def _base(published: str | None) -> dt.date | None:
    if published and len(published) >= 10:
        try:
            return dt.date.fromisoformat(published[:10])
        except ValueError:
            return None
    return None


def day_of(published: str | None) -> dt.date | None:
    """Return the day of publication, or None where it is not known to the day."""
    return _base(published)


@lru_cache(maxsize=4096)
def resolve(
    words: str,
    published: str | None,
    *,
    ahead: bool = False,
    anchor: When | None = None,
    year: int | None = None,
) -> When | None:
    """Return what the quoted words mean, or None where they fix no interval.

    ``published`` is the article's date (ISO 8601, day or finer); without it only dates that say
    their year, and open month-and-day dates, are resolved. ``ahead``: the sentence speaks of what
    is to come. ``anchor``: the date told before, for ``the next day``. ``year``: one that the text
    fixes for months and days without one.
    """
    origin = _Range(_back(anchor.start), _back(anchor.end)) if anchor else None
    reader = _Reader(_base(published), ahead, origin, year)
    if len(words) > 120:
        return None
    found = reader.read(_normal(words))
    return found.when() if found else None


def resolve_all(
    text: str, spans: Sequence[tuple[int, int]], published: str | None
) -> list[When | None]:
    """Resolve the date expressions of a text in order: each sees whether its sentence looks ahead
    and the date told last before it; without a day of publication a month and day take the year of
    a full date that stands before them."""
    out: list[When | None] = []
    anchor: When | None = None
    anchor_at = -10_000
    year: int | None = None
    for start, end in spans:
        words = text[start:end]
        if re.fullmatch(r"\d{4}", words) and re.search(
            r"\bat (?:about |around )?$", text[max(0, start - 12) : start]
        ):
            out.append(None)  # `at 1800` is a time of the day
            continue
        words = _in_its_place(words, text[max(0, start - 7) : start])
        when = resolve(
            words,
            published,
            ahead=looks_ahead(text, start, end),
            anchor=anchor if start - anchor_at < 1500 else None,
            year=year if _base(published) is None else None,
        )
        if when is not None and when.open and year is not None and start - anchor_at < 1500:
            # a month and day long before the day of publication, behind a date with its year
            when = resolve(words, published, anchor=anchor, year=year)
        out.append(when)
        if when is not None and when.precision <= 2:
            anchor, anchor_at = when, end
            if re.search(_YEAR, words) and not when.open:
                year = int(when.start[:4])
    return out


def _in_its_place(words: str, before: str) -> str:
    """Return the words for what an expression means behind others: ``in the night``, and ``on
    Friday, a day after they had shelled it``."""
    if words == "the night" and before.endswith(("in ", "during ")):
        return "overnight"
    if before.endswith(", ") and words.endswith(" after"):
        return f"{words.removesuffix('after')}before"
    return words


_SENTENCE_END = re.compile(
    r"(?<![A-Z])(?<!\b[A-Z][a-z])(?<!\b[A-Z][a-z]{2})[.] (?=[A-Z“\"])|[;!?] |\n"
)


_PAST = re.compile(
    r"\b(?:was|were|had|died|struck|hit|shot|held|fell|took|broke|left|went|met|led|sank|fled|began|came|blew|"
    r"sent|lost|won|said|told|\w{3,}ed)\b",
    re.IGNORECASE,
)


_SOON = re.compile(r"[^.;]{0,50}?\b(?:will|is to|are to|is due|are due|deadline|is scheduled)\b")


def looks_ahead(text: str, start: int, end: int) -> bool:
    """Whether the clause around a date speaks of what is to come."""
    window = text[max(0, start - 160) : start]
    ends = [m.end() for m in _SENTENCE_END.finditer(window)]
    before = window[ends[-1] :] if ends else window
    tail = re.search(r"[.;!?\n]|, (?:which|who|after|and)\b", text[end : end + 80])
    after = text[end : end + (tail.start() if tail else 80)]
    near = before[-90:]
    if re.search(
        r"\b(?:said|says|told|announced|reported|stated) (?:on |late |early |in )?$", before
    ):
        return False  # `said on Tuesday that it will`: the day of saying
    cues = [
        m for m in _AHEAD.finditer(near)
        if not re.fullmatch("next|coming|expected|upcoming", m.group(), re.IGNORECASE) or m.end() > len(near) - 8
    ]  # fmt: skip
    soon = _SOON.match(after)
    if not cues and (soon is None or re.search(r"\b(?:said|was|were|\w{3,}ed)\b", soon.group())):
        return False
    ahead = [m.span() for m in _AHEAD.finditer(near)]
    past = [
        m
        for m in _PAST.finditer(near)
        if not any(a <= m.start() < b for a, b in ahead) and not near[: m.start()].endswith("be ")
    ]
    if cues:
        return not any(m.start() > cues[-1].start() for m in past)
    return not past


_DAY_AND_MONTH = rf"(?:{MONTH} \d{{1,2}}|\d{{1,2}} {MONTH})"
_FEW = "one|two|three|four|five|six|seven|eight|nine|ten"
_FIND = re.compile(
    small(
        r"(?<![\w-])(?=[\dabdefjlmnopstwy])(?:"
        rf"(?:{_DAY_AND_MONTH} (?:to|until|till|through)|between {_DAY_AND_MONTH} and) {_DAY_AND_MONTH}(?:,? (?:19|20)\d\d)?(?!\d)"
        rf"|(?:(?:the )?night (?:of|from|between) )(?:{MONTH} \d{{1,2}}(?:[-–]\d{{1,2}})?|\d{{1,2}}(?:[-–]\d{{1,2}}| to \d{{1,2}})? {MONTH})"
        rf"|(?:(?:{_WEEKDAY}),? )?(?:{MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?! ?(?:people|percent|per cent|%|million|[ap]\.?m))(?: ?[-–] ?\d{{1,2}})?(?:,? (?:19|20)\d\d|,? (?:of )?last year)?"
        rf"|\d{{1,2}}(?:st|nd|rd|th)?(?:[-–]\d{{1,2}})? (?:of )?(?:{MONTH.replace('may|', 'may(?= |,|[.])|')})(?:,? (?:19|20)\d\d|,? (?:of )?last year)?)(?!\d)"
        r"|(?:late |early )?overnight(?: (?:on|into) (?:early )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)?"
        r"|(?:(?:early|late) (?:on )?|last |next )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?: (?:early |late )?(?:morning|afternoon|evening|night))?"
        rf"|{MONTH} (?:of )?(?:19|20)\d\d(?!\d)"
        r"|mid-(?:January|February|March|April|May|June|July|August|September|October|November|December)(?: (?:19|20)\d\d)?"
        r"|(?:the )?(?:previous|following|next) (?:day|night|morning|evening)"
        r"|(?:(?<=\bin )|(?<=\bduring ))the night(?! (?:of|to|from|between|before|after|into|sky|clubs?|shift|train)\b)"
        r"|the (?:day|night|evening|afternoon|morning) before(?=[.,;]|$| (?:in|at|on|near|when)\b)"
        rf"|(?<=, )(?:an?|{_FEW}) days? after(?= [^\W\d_])"
        rf"|(?:\d{{1,2}}|an?|{_FEW}) (?:day|week|month|year)s? (?:ago|earlier|later|before)(?! the\b)"
        r"|(?:earlier |later )(?:today|this (?:week|month|year))"
        r"|(?:yesterday|tomorrow)(?: (?:morning|afternoon|evening|night))?|today|tonight|last night|this (?:morning|afternoon|evening|week|weekend|month)|last (?:week|weekend|month|year)|next (?:week|month|year)"
        r")(?![\w-])"
    )
)


_CUT_SHORT = frozenset(["jan.", "feb.", "mar.", "apr.", "jun.", "jul.", "aug.", "sep.", "sept.", "oct.", "nov.", "dec."])  # fmt: skip
"""Months whose dot is theirs."""
_SOME_DAY = When("2020-06-10", "2020-06-10", 1, "explicit")


def find(text: str) -> list[tuple[int, int]]:
    """Return the dates that a text tells in forms which are never anything else, and that resolve
    against some day."""
    found = []
    for m in _FIND.finditer(lowered(text)):
        words = text[m.start() : m.end()]
        if words[0].islower() and words.lower().startswith(("march", "may", "sun", "sat", "mon")):
            continue
        start, end = m.span()
        if words.endswith(".") and words.split()[-1].lower() not in _CUT_SHORT:
            words, end = words[:-1], end - 1
        words = _in_its_place(words, text[max(0, start - 7) : start])
        if resolve(words, "2020-06-17", anchor=_SOME_DAY):
            found.append((start, end))
    return found
