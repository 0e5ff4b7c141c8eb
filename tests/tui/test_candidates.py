"""Suggested incidents on screen: seen in the inspector, recorded, corrected, dismissed by key."""

from __future__ import annotations

from pathlib import Path

import pytest

import seeds
from annotators import pipeline
from store import candidates, edits, importers, incidents, mentions
from store.library import Library
from store.records import Incoming
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


@pytest.mark.parametrize("key", ["a", "e"])
async def test_what_may_be_known_is_recorded_anew_only_when_asked_again(
    suggested: Path, key: str
) -> None:
    with Library.open(suggested) as library:  # recorded by hand from the words of the first one
        with library.reading() as connection:
            told = candidates.of_article(connection, 1)[0]
        words = (told.start, told.end, told.quote)
        edits.apply(library, "i", "i", lambda e: incidents.create(e, 1, words, "by hand", []))
    async with running(suggested) as (app, pilot):
        await pilot.press("J")
        await settle(app, pilot)
        screen = app.screen
        assert isinstance(screen, CandidatesScreen)
        same = next(
            n for n, c in enumerate(screen.rows.found)
            if (k := screen.rows.known.get(c.uid)) and k.proposal.relation == "same_event"
        )  # fmt: skip
        await pilot.press(*["j"] * same, key)
        await settle(app, pilot)
        assert f"{key} again records a new one" in screen.status.message
        count = len(screen.rows.found)
        await pilot.press(key)
        await settle(app, pilot)
        assert len(screen.rows.found) == count - 1


async def test_a_corrected_date_reaches_what_is_suggested(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "On March 3, a drone strike hit an oil depot in Engels and two people were killed."
    with Library.open(path) as library:
        importers.store(library, [Incoming(text, title="Engels")])
    monkeypatch.undo()  # the annotation process runs
    async with running(path) as (app, pilot):
        app.desk.open_article(3)
        app.desk.show_pane("reader")

        async def day(wanted: str) -> bool:
            for _ in range(600):
                await pilot.pause(0.05)
                assert app.session is not None
                with app.session.library.reading() as connection:
                    found = candidates.of_article(connection, 3)
                if found and found[0].value("date_start") == wanted:
                    return True
            return False

        assert await day("XXXX-03-03")
        await pilot.press("E", *["tab"] * 4, *"2025-03-06", "ctrl+s")
        assert await day("2025-03-03")
        await settle(app, pilot)
        await pilot.press("u")
        assert await day("XXXX-03-03")
