"""The table of words that tell an incident is looked through by literals first, then patterns."""

import re
import tomllib
from importlib import resources

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

_TABLE = tomllib.loads(
    resources.files("annotators.data").joinpath("triggers.toml").read_text("utf-8")
)["trigger"]


@pytest.mark.parametrize("row", _TABLE, ids=lambda row: row["type"])
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_a_pattern_matches_holds_one_of_its_literals(
    row: dict[str, object], data: st.DataObject
) -> None:
    pattern = re.compile(str(row["pattern"]), re.ASCII)
    words = data.draw(st.from_regex(pattern, fullmatch=True))
    needs = row.get("needs", [""])
    assert isinstance(needs, list)
    assert needs and any(need in words.lower() for need in needs), words
