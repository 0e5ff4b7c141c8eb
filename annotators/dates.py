"""Dates told in a story, resolved against the day it was published.

Gives an interval with a precision on UCDP's scale (1 day, 2 two to six days, 3 week, 4 month,
5 longer). A month and day whose year nothing fixes stay open in EDTF (``XXXX-01-14``).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from dataclasses import dataclass

from store.dates import MONTH, MONTHS, parse_day

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBER = {
    w: n
    for n, w in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    )
} | {"a": 1, "an": 1, "several": 3, "a few": 3}
_HALF_YEAR = 183


@dataclass(frozen=True)
class When:
    """A resolved date: first and last day, precision 1 to 5, and what it rests on."""

    start: str
    end: str
    precision: int
    basis: str  # explicit, relative, inferred


def _day(value: dt.date, basis: str, until: dt.date | None = None) -> When:
    days = ((until or value) - value).days + 1
    precision = 1 if days == 1 else 2 if days < 7 else 3 if days == 7 else 4 if days <= 31 else 5
    return When(value.isoformat(), (until or value).isoformat(), precision, basis)


def resolve(words: str, published: str | None) -> When | None:
    """Return what the quoted words mean, or None where they fix no day.

    ``published`` is the article's date (ISO 8601, day or finer); without it only dates that say
    their year, and open month-and-day dates, are resolved.
    """
    text = " ".join(words.lower().replace("’", "'").split())
    text = re.sub(r"^(?:on|since|by|from|in|the) ", "", text)
    base = None
    if published and len(published) >= 10:
        try:
            base = dt.date.fromisoformat(published[:10])
        except ValueError:
            base = None
    full = parse_day(text)
    if full:
        return When(full, full, 1, "explicit")
    found = re.fullmatch(
        rf"(?:night of )?({MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?(?: ?[-–] ?| to | and )(\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?",
        text,
    )
    if found:
        return _month_day(found[1], int(found[2]), int(found[3]), found[4], base)
    found = re.search(rf"\b({MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?\b", text)
    if found:
        return _month_day(found[1], int(found[2]), None, None, base)
    found = re.search(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? ({MONTH})\b", text)
    if found:
        return _month_day(found[2], int(found[1]), None, None, base)
    found = re.fullmatch(rf"(?:early |late |mid-)?({MONTH}),? ((?:19|20)\d\d)", text)
    if found:
        first = dt.date(int(found[2]), MONTHS[found[1].rstrip(".")], 1)
        following = (first + dt.timedelta(days=31)).replace(day=1)
        return When(
            first.isoformat(), (following - dt.timedelta(days=1)).isoformat(), 4, "explicit"
        )
    if re.fullmatch(r"(?:19|20)\d\d", text):
        return When(f"{text}-01-01", f"{text}-12-31", 5, "explicit")
    if base is None:
        return None
    if re.search(r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b", text):
        return _day(base, "relative")
    if re.search(r"\b(?:yesterday|last night)\b", text):
        return _day(base - dt.timedelta(days=1), "relative")
    if "overnight" in text:
        return _day(base - dt.timedelta(days=1), "relative", base)
    for number, name in enumerate(_DAYS):
        if re.search(rf"\b{name}\b", text):
            back = (base.weekday() - number) % 7
            if "last " in text and back == 0:
                back = 7
            return _day(base - dt.timedelta(days=back), "relative")
    found = re.search(r"\b(\d{1,2}|a|an|[a-z]+) (day|week)s? (?:ago|earlier|before)\b", text)
    if found:
        number_ = int(found[1]) if found[1].isdigit() else _NUMBER.get(found[1])
        if number_ is not None:
            if found[2] == "day":
                return _day(base - dt.timedelta(days=number_), "relative")
            middle = base - dt.timedelta(days=7 * number_)
            return _day(middle - dt.timedelta(days=3), "relative", middle + dt.timedelta(days=3))
    if text == "last week":
        monday = base - dt.timedelta(days=base.weekday() + 7)
        return _day(monday, "relative", monday + dt.timedelta(days=6))
    return None


def _month_day(
    month_name: str, day: int, last: int | None, year: str | None, base: dt.date | None
) -> When | None:
    month = MONTHS[month_name.rstrip(".")]
    if not 1 <= day <= 31 or (last is not None and not day <= last <= 31):
        return None
    precision = 1 if last is None or last == day else 2
    if year is None and base is None:
        end = last or day
        return When(f"XXXX-{month:02}-{day:02}", f"XXXX-{month:02}-{end:02}", precision, "explicit")
    try:
        if year is not None:
            start = dt.date(int(year), month, day)
        else:
            assert base is not None
            # the nearest such day, the past before the future
            around = []
            for y in range(base.year - 4, base.year + 5):  # 29 February is not in every year
                with contextlib.suppress(ValueError):
                    around.append(dt.date(y, month, day))
            past = [d for d in around if d <= base]
            start = max(past)
            if (base - start).days > _HALF_YEAR:
                start = min(around, key=lambda d: abs((d - base).days))
        end_day = start if last is None else start.replace(day=last)
    except ValueError:
        return None
    return When(start.isoformat(), end_day.isoformat(), precision, "explicit")
