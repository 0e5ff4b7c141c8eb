"""Dates of articles: what a field says, and the dateline that stands in a text.

Dates are ISO 8601 strings, as coarse as what was said: ``2025``, ``2025-01``, ``2025-01-14``,
``2025-01-14T06:30Z``. (Dates told inside the story are the annotators' work.)
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from email.utils import parsedate_to_datetime

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+"
_US = re.compile(rf"(?:{_WEEKDAY})?({MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.I)
_EU = re.compile(rf"(?:{_WEEKDAY})?(\d{{1,2}})(?:st|nd|rd|th)?\s+({MONTH}),?\s+(\d{{4}})\b", re.I)
_TWELVE = re.compile(r"\b[ap]\.?m\b", re.I)
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


def is_day(written: str, *, open_year: bool = False) -> bool:
    """Whether a date is a year, month or day that there is; with ``open_year`` also one of a year
    that is not known (``XXXX-01-14``)."""
    m = re.fullmatch(r"(XXXX|\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", written)
    if m is None or (m[1] == "XXXX" and not open_year):
        return False
    year = 2000 if m[1] == "XXXX" else int(m[1])
    return _iso(year, int(m[2] or 1), int(m[3] or 1)) is not None


def bounds(written: str) -> tuple[str, str]:
    """Return the ends of a range of dates (``2025-01..2025-03``), of a single one both the same; an
    end that is left out is empty.

    Raises:
        ValueError: an end is no date, or the last is before the first.
    """
    since, dots, until = written.partition("..")
    until = until if dots else since
    if not (since or until) or any(end and not is_day(end) for end in (since, until)):
        raise ValueError(f"date “{written}”: write 2025, 2025-01, 2025-01-14 or 2025-01..2025-03")
    if since and until and until + "~" < since:
        raise ValueError(f"date “{written}”: the last day is before the first")
    return since, until


def _month(name: str) -> int:
    return MONTHS[name.rstrip(".").lower()]


def parse_day(words: str) -> str | None:
    """Return the ISO day that the words begin with (``July 21, 2017``, ``21 July 2017``)."""
    if m := _US.match(words):
        return _iso(int(m[3]), _month(m[1]), int(m[2]))
    if m := _EU.match(words):
        return _iso(int(m[3]), _month(m[2]), int(m[1]))
    if m := _ISO.match(words):
        return _iso(int(m[1]), int(m[2]), int(m[3]))
    return None


_NO_YEAR = (re.compile(rf"({MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?", re.I),
            re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+({MONTH})", re.I))  # fmt: skip


def in_words(words: str) -> str | None:
    """Return the day that some words are, as a whole: ISO with a year, EDTF (``XXXX-01-14``)
    without one; None where they are none."""
    for form in (_US, _EU):
        if form.fullmatch(words):
            return parse_day(words)
    for form, month, day in ((_NO_YEAR[0], 1, 2), (_NO_YEAR[1], 2, 1)):
        if m := form.fullmatch(words):
            said = _iso(2000, _month(m[month]), int(m[day]))
            return said and f"XXXX{said[4:]}"
    return None


def agree(one: str, other: str) -> bool:
    """Whether two dates are the same day as far as both tell: an open year is any."""
    return one == other or (
        one.startswith("X") != other.startswith("X") and one[4:] == other[4:] != ""
    )


def parse_published(value: str) -> tuple[str | None, str | None]:
    """Return a publication date and its precision (minute, day, month, year), or two Nones.

    Reads ISO 8601 (also basic form and a space for the T), RFC 5322, epoch seconds, and dates in
    English words. A time with an offset is turned to UTC; one without is kept as it is.
    """
    value = value.strip()
    if re.fullmatch(r"[1-9][0-9]{3}", value):
        return value, "year"
    if m := re.fullmatch(r"([1-9][0-9]{3})-([0-9]{2})", value):
        return (value, "month") if 1 <= int(m[2]) <= 12 else (None, None)
    if re.fullmatch(r"[0-9]{9,10}", value):
        moment = dt.datetime.fromtimestamp(int(value), dt.UTC)
        return moment.strftime("%Y-%m-%dT%H:%MZ"), "minute"
    try:
        if re.fullmatch(r"\d{8}|\d{4}-\d{2}-\d{2}", value):
            return dt.date.fromisoformat(value).isoformat(), "day"
        parsed: dt.datetime | None = dt.datetime.fromisoformat(value)
    except ValueError:
        try:
            parsed = parsedate_to_datetime(value)
        except (ValueError, TypeError, OverflowError):
            parsed = None
        if _TWELVE.search(value):
            parsed = None  # the mail parser takes PM for a time zone: the day alone is sure
    if parsed is not None:
        if parsed.tzinfo:
            with contextlib.suppress(OverflowError):  # the first or last day there is
                parsed = parsed.astimezone(dt.UTC)
            return parsed.strftime("%Y-%m-%dT%H:%MZ"), "minute"
        return parsed.strftime("%Y-%m-%dT%H:%M"), "minute"
    day = parse_day(value)
    return (day, "day") if day else (None, None)


PRECISIONS = ("1 day", "2 two to six days", "3 week", "4 month", "5 longer")
"""How closely a day is known, as UCDP's date_prec counts it."""


def precision_of(days: int) -> int:
    """Return the precision of an interval of so many days, 1 to 5."""
    return 1 if days == 1 else 2 if days < 7 else 3 if days == 7 else 4 if days <= 31 else 5


def days_of(value: str) -> tuple[dt.date, dt.date]:
    """Return the first and last day of a date, month or year in EDTF; an open year (``XXXX``) is one
    that has every day."""
    year, *rest = (int(part) for part in value.replace("XXXX", "2000").split("-"))
    month = rest[0] if rest else 1
    if len(rest) == 2:
        return dt.date(year, month, rest[1]), dt.date(year, month, rest[1])
    behind = dt.date(year + 1, 1, 1) if not rest or month == 12 else dt.date(year, month + 1, 1)
    return dt.date(year, month, 1), behind - dt.timedelta(days=1)


def find_dateline(text: str, title: str) -> str | None:
    """Return the full date that stands at the head of a text: at the start of one of its first
    lines, the title's line aside, or behind a place (``KYIV, Jan. 14, 2025 —``)."""
    seen = 0
    for line in text[:1500].split("\n"):
        line = line.strip()
        if not line or line == title:
            continue
        day = parse_day(line)
        if day is None and (m := re.match(r"[A-Z][\w .,'’/-]{1,40}?[,(—–-]\s*(?=\S)", line)):
            day = parse_day(line[m.end() :]) or parse_day(line[m.end() :].lstrip("(,— –-"))
        if day is None and re.match(r"[A-Z]{3}", line):  # KHERSON, Ukraine (AP) — March 5, 2024
            ends = [m.end() for m in re.finditer(r"[,()—–-]+\s*(?=[\w(])", line[:60])]
            day = next(filter(None, (parse_day(line[at:]) for at in ends)), None)
        if day:
            return day
        seen += 1
        if seen == 3:
            break
    return None


def first_day(edtf: str) -> int | None:
    """Return the ordinal of the first day that an EDTF date allows, None where its year is open or
    it is no date."""
    parts = [*edtf.split("-"), "1", "1"][:3]
    try:
        year, month, day = (int(part) for part in parts)
        return dt.date(year, month, day).toordinal()
    except ValueError:
        return None
