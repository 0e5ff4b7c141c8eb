"""Dates told in a story, against a Wednesday."""

from __future__ import annotations

import pytest

from annotators.dates import resolve

BASE = "2025-01-15"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("January 14", ("2025-01-14", "2025-01-14", 1)),
        ("Jan. 14", ("2025-01-14", "2025-01-14", 1)),
        ("14 January", ("2025-01-14", "2025-01-14", 1)),
        ("December 28", ("2024-12-28", "2024-12-28", 1)),
        ("January 12-13", ("2025-01-12", "2025-01-13", 2)),
        ("the night of January 13–14", ("2025-01-13", "2025-01-14", 2)),
        ("January 14, 2024", ("2024-01-14", "2024-01-14", 1)),
        ("Wednesday", ("2025-01-15", "2025-01-15", 1)),
        ("early on Tuesday", ("2025-01-14", "2025-01-14", 1)),
        ("last Wednesday", ("2025-01-08", "2025-01-08", 1)),
        ("yesterday", ("2025-01-14", "2025-01-14", 1)),
        ("overnight", ("2025-01-14", "2025-01-15", 2)),
        ("three days ago", ("2025-01-12", "2025-01-12", 1)),
        ("last week", ("2025-01-06", "2025-01-12", 3)),
        ("March 2022", ("2022-03-01", "2022-03-31", 4)),
        ("2022", ("2022-01-01", "2022-12-31", 5)),
        ("February 30", None),
        ("the anniversary", None),
        ("just hours", None),
    ],
)
def test_with_a_publication_date(words: str, expected: tuple[str, str, int] | None) -> None:
    when = resolve(words, BASE)
    assert (when and (when.start, when.end, when.precision)) == expected


def test_without_one_the_year_stays_open() -> None:
    when = resolve("January 14", None)
    assert when is not None and (when.start, when.end) == ("XXXX-01-14", "XXXX-01-14")
    assert resolve("Tuesday", None) is None
    assert resolve("overnight", None) is None


def test_the_29th_of_february_is_found_in_its_year() -> None:
    when = resolve("February 29", "2024-03-10")
    assert when is not None and when.start == "2024-02-29"
    assert resolve("January 0000", "2024-03-10") is None
