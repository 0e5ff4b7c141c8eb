"""The filter of the incidents: what passes, what is left out, what is refused in words."""

from __future__ import annotations

import pytest

from store import incident_filter
from store.incidents import NewClaim
from store.library import Library
from tests.store.test_merging import record

TYPES = ("attack.missile_strike", "attack.drone_strike", "protest.peaceful")


@pytest.fixture
def three(seeded: Library) -> Library:
    record(seeded, "Missiles on Kyiv", NewClaim("type", "attack.missile_strike"), NewClaim("place_name", "Kyiv"),
           NewClaim("date_start", "2022-10-10"), NewClaim("killed_best", "3"))  # fmt: skip
    record(seeded, "Drones on Odesa", NewClaim("type", "attack.drone_strike"), NewClaim("place_name", "Odesa"),
           NewClaim("date_start", "2022-11-02"), NewClaim("killed_min", "7"))  # fmt: skip
    record(seeded, "A march", NewClaim("type", "protest.peaceful"))
    return seeded


@pytest.mark.parametrize(
    ("line", "titles"),
    [
        ("", {"Missiles on Kyiv", "Drones on Odesa", "A march"}),
        ("type:attack", {"Missiles on Kyiv", "Drones on Odesa"}),
        ("type:attack -kyiv", {"Drones on Odesa"}),
        ("-type:attack", {"A march"}),
        ("-place:odesa", {"Missiles on Kyiv", "A march"}),
        ('-"on kyiv"', {"Drones on Odesa", "A march"}),
        ("date:2022-10..2022-11", {"Missiles on Kyiv", "Drones on Odesa"}),
        ("-date:2022-10", {"Drones on Odesa", "A march"}),
        ("killed:7", {"Drones on Odesa"}),
        ("killed:>=3", {"Missiles on Kyiv", "Drones on Odesa"}),
        ("killed:<7", {"Missiles on Kyiv"}),
        ("killed:2..6", {"Missiles on Kyiv"}),
    ],
)
def test_what_passes(three: Library, line: str, titles: set[str]) -> None:
    with three.reading() as connection:
        found = {b.title for b in incident_filter.brief(connection, line)}
        assert found == titles
        assert len(incident_filter.ids(connection, line)) == len(titles)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("type:bogus", "no type begins with “bogus”; there are attack protest"),
        ("colour:red", "is no filter; there are type: "),
        ("date:2022-13-45", "write 2025"),
        ("date:2022-11..2022-10", "before the first"),
        ("killed:many", "killed:2..6"),
        ("killed:6..2", "the larger number comes last"),
        ("place:", "needs a value"),
    ],
)
def test_what_is_no_filter_is_refused_in_words(line: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        incident_filter.conditions(line, TYPES)
