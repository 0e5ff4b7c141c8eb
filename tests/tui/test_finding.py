"""Finding: filters that compose, hits across articles, expressions that cannot hang the program."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from store import filters, regexes
from tests.tui.test_deciding import settle
from tests.tui.test_screens import path as path
from tests.tui.test_screens import running
from tui.screens.ask import Ask
from tui.screens.entities import EntityList
from tui.screens.hits import Hits
from tui.widgets.inputs import SafeInput


async def test_filters_by_keys_and_by_line_compose_and_are_saved(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("h", "number_sign", *"red, Air War", "enter")
        await settle(app, pilot)
        await pilot.press("f", "t")
        await pilot.pause()
        await pilot.press(*"air", "enter")
        await settle(app, pilot)
        assert filters.line(app.desk.filter) == 'tag:"Air War"' and app.desk.library_list.count == 1
        await pilot.press("f", "h")
        await pilot.pause()
        await pilot.press(*"without notes", "enter")
        await settle(app, pilot)
        assert app.desk.filter.has == ("-notes",)
        await pilot.press("v")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press(*"mine", "enter")
        await settle(app, pilot)
        await pilot.press("escape", "s", "t")
        await settle(app, pilot)
        assert app.desk.filter.sort == "title" and app.desk.library_list.count == 2
        await pilot.press("v")
        await pilot.pause()
        await pilot.press(*"use mine", "enter")
        await settle(app, pilot)
        assert filters.line(app.desk.filter) == 'tag:"Air War" -has:notes'
        await pilot.press("F")
        await pilot.pause()
        app.screen.query_one(SafeInput).value = "colour:red"
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, Ask)  # it stays, with what was typed
        assert "is not a filter" in str(app.screen._below.content)
        assert app.screen.query_one(SafeInput).value == "colour:red"


async def test_what_is_typed_to_choose_is_edited_as_everywhere(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("colon")
        await pilot.pause()
        await pilot.press(*"nonsense")
        box = app.screen.query_one(SafeInput)
        assert box.value == "nonsense"
        await pilot.press("ctrl+u", *"all entities", "enter")
        await settle(app, pilot)
        assert isinstance(app.screen, EntityList)


async def test_hits_go_on_in_the_next_article_and_stand_in_a_list(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("backslash", *"on", "enter")
        await settle(app, pilot)
        count = app.desk.library_list.count
        assert count == 2
        await pilot.press("g", "enter")
        await settle(app, pilot)
        seen = set()
        for _ in range(60):
            await pilot.press("n")
            assert app.desk.open is not None
            seen.add(app.desk.open.article.id)
            if len(seen) == 2:
                break
        assert seen == {1, 2}
        await pilot.press("H")
        for _ in range(20):
            await pilot.pause(0.02)
        screen = app.screen
        assert isinstance(screen, Hits) and len(screen._behind) > 2
        await pilot.press("n", "n", "enter")
        await pilot.pause()
        assert app.screen is app.desk and app.desk.pane == "reader"


async def test_an_expression_finds_and_a_wrong_one_is_told(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("slash", *"/[A-Z]\\w+ \\d\\d/", "enter")
        for _ in range(100):
            await pilot.pause(0.05)
            if app.desk.reader.hits:
                break
        assert app.desk.reader.hits
        assert all(app.desk.reader.text[a:b][0].isupper() for a, b in app.desk.reader.hits)
        await pilot.press("slash", *"/(/", "enter")
        for _ in range(100):
            await pilot.pause(0.05)
            if isinstance(app.screen, Ask) and "/(/" in app.screen._value:
                break
        assert isinstance(app.screen, Ask) and app.screen._value == "/(/"
        assert "not a regular expression" in str(app.screen._below.content)


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "((a{60000}){60000}){60000}", "(" * 5000, "(x{1,1000}){1,1000}y", "[" * 900],
)
def test_no_expression_takes_longer_than_it_may(pattern: str) -> None:
    started = time.monotonic()
    found = regexes.find(pattern, [(1, "a" * 5000 + "!"), (2, "x" * 5000)], seconds=1.5)
    assert time.monotonic() - started < 6
    assert found.problem is None or "\n" not in found.problem
    if pattern[0] != "(" or pattern in ("(a+)+$", "(" * 5000):
        assert found.problem is not None


def test_places_come_from_every_text_and_capitals_matter_when_they_are_typed() -> None:
    texts = [(1, "Kyiv and kyiv"), (2, "none"), (3, "KYIV\nkyiv")]
    assert regexes.find("kyiv", texts).places == {1: [(0, 4), (9, 13)], 3: [(0, 4), (5, 9)]}
    assert regexes.find("Kyiv", texts).places == {1: [(0, 4)]}
    assert regexes.find("^kyiv$", texts).places == {3: [(0, 4), (5, 9)]}
    assert regexes.find("x*", texts).places == {}
