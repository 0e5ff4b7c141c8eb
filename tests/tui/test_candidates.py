"""Suggested incidents on screen: seen in the inspector, recorded, corrected, dismissed by key."""

from __future__ import annotations

from pathlib import Path

import pytest

import seeds
from annotators import pipeline
from store import candidates, incidents, mentions
from store.library import Library
from tests.tui.test_deciding import settle
from tests.tui.test_screens import path as path
from tests.tui.test_screens import running
from tui.screens.candidates import CandidatesScreen
from tui.screens.choose import Chooser
from tui.screens.incident import IncidentScreen


@pytest.fixture
def suggested(path: Path) -> Path:
    text = seeds.read().decode()
    found = pipeline.read(text, [])  # lists and rules: the same without a model
    with Library.open(path) as library:
        library.write(lambda c: candidates.replace_all(c, 1, found.reports, None))
        library.write(lambda c: mentions.replace_suggestions(c, 1, found.suggestions, "fp", None))
    return path


async def test_the_list_records_dismisses_and_takes_back(suggested: Path) -> None:
    async with running(suggested) as (app, pilot):
        await pilot.press("J")
        await settle(app, pilot)
        screen = app.screen
        assert isinstance(screen, CandidatesScreen)
        count = len(screen.rows.found)
        assert count > 5
        kinds = [c.value("type") for c in screen.rows.found]
        await pilot.press("j", "a")
        await settle(app, pilot)
        assert "recorded" in screen.status.message and len(screen.rows.found) == count - 1
        await pilot.press("x")
        await settle(app, pilot)
        assert "dismissed" in screen.status.message and len(screen.rows.found) == count - 2
        await pilot.press("u", "u")
        await settle(app, pilot)
        assert [c.value("type") for c in screen.rows.found] == kinds
        await pilot.press("e")
        await settle(app, pilot)
        assert isinstance(app.screen, IncidentScreen)
        await pilot.press("q", "q")
        await settle(app, pilot)
        assert not isinstance(app.screen, CandidatesScreen)
        assert app.desk.open is not None and len(app.desk.open.incidents) == 1


async def test_in_the_reader_one_key_records_what_is_told_here(suggested: Path) -> None:
    async with running(suggested) as (app, pilot):
        await pilot.press("Y")
        assert "several are suggested on this screen" in app.desk.status.message
        await pilot.press("tab", "Y")
        await settle(app, pilot)
        assert "recorded" in app.desk.status.message
        assert app.session is not None
        with app.session.library.reading() as connection:
            assert len(incidents.all_incidents(connection)) == 1
        await pilot.press("tab", "tab", "tab", "minus")
        await settle(app, pilot)
        assert "dismissed" in app.desk.status.message


async def test_another_place_of_a_name(suggested: Path) -> None:
    async with running(suggested) as (app, pilot):
        for _ in range(70):
            await pilot.press("tab")
            focused = app.desk.reader.focused
            if focused is not None and focused.quote == "Kazan":
                break
        assert focused is not None and focused.quote == "Kazan"
        await pilot.press("ampersand")
        await settle(app, pilot)
        assert isinstance(app.screen, Chooser)
        await pilot.press("down", "enter")
        await settle(app, pilot)
        assert "“Kazan” is " in app.desk.status.message
        assert app.session is not None
        with app.session.library.reading() as connection:
            meant = mentions.stands_for(connection, focused.id)
        assert meant is not None and meant.chosen


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_the_list_fits_every_size(suggested: Path, size: tuple[int, int]) -> None:
    async with running(suggested, size) as (app, pilot):
        await pilot.press("J")
        await settle(app, pilot)
        screen = app.screen
        assert isinstance(screen, CandidatesScreen)
        for number in range(len(screen.rows.found)):
            for line in screen.rows.row(number, size[0] - 2):
                assert sum(len(part) for part, _ in line) <= size[0] - 2
