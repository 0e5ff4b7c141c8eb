"""What marks teach, as an analyst sees it come and go."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.pilot import Pilot

from store import importers, mentions
from store.library import Library
from store.records import Incoming
from tests.tui.test_screens import OTHER, running
from tests.tui.test_screens import path as path
from tui.app import ConflictReader


def learned(app: ConflictReader) -> list[str]:
    """Return the quotes of what is suggested on screen because it was marked so before."""
    return [m.quote for m in app.desk.reader.spans.mentions if m.layer == "learned" and not m.human]


async def until(pilot: Pilot[int], app: ConflictReader, count: int) -> None:
    """Wait until so many are shown."""
    for _ in range(200):
        if len(learned(app)) == count and not app.desk.saving:
            return
        await asyncio.sleep(0.02)
        await pilot.pause()
    raise AssertionError(f"{learned(app)} are suggested, not {count}")


async def test_a_name_that_is_accepted_is_suggested_where_it_stands_unmarked(path: Path) -> None:
    async with running(path) as (app, pilot):
        text = app.desk.reader.text
        await pilot.press("tab", "tab")
        focused = app.desk.reader.focused
        assert focused is not None and focused.quote == "Kyiv"
        others = text.count("Kyiv") - 1
        assert others > 0
        await pilot.press("a")
        await until(pilot, app, others)
        after = app.desk.reader.focused
        assert after is not None and after.quote == "Boris Pistorius"  # the ground did not move
        await pilot.press("u")
        await until(pilot, app, 0)
        await pilot.press("U")
        await until(pilot, app, others)


async def test_it_can_be_turned_off(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    own = tmp_path / "conflict-reader" / "config.toml"
    own.parent.mkdir()
    own.write_text("learn = false\n")
    async with running(path) as (app, pilot):
        assert app.session is not None and not app.problems
        await pilot.press("tab", "tab", "a")
        for _ in range(25):
            await asyncio.sleep(0.02)
            await pilot.pause()
        assert learned(app) == []


async def test_another_article_is_suggested_it_when_it_is_opened(path: Path) -> None:
    with Library.open(path) as library:
        importers.store(library, [Incoming("Third article\n\nThe fire, Hamas said, was not its.")])
        library.write(lambda c: mentions.replace_suggestions(c, 3, [], "fp", None))
    async with running(path) as (app, pilot):
        assert app.session is not None
        start = OTHER.index("Hamas")
        await app.session.edit(
            "add", "add", lambda e: mentions.add(e, 2, start, start + 5, "ORG", OTHER)
        )
        app.desk.open_article(3)
        await until(pilot, app, 1)
        app.desk.open_article(2)
        await until(pilot, app, 0)
