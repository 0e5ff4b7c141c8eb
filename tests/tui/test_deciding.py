"""Deciding for many at once, entities, remembered decisions: as an analyst drives them."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from store import entities, memory, mentions
from store.errors import StoreError
from store.library import Library
from tests.tui.test_screens import marks, running
from tests.tui.test_screens import path as path
from tui.app import ConflictReader
from tui.reading import candidates
from tui.screens.entities import EntityList
from tui.screens.entity import EntityCard
from tui.screens.memory import MemoryScreen
from tui.screens.propagation import Propagation


async def settle(app: ConflictReader, pilot: Pilot[int]) -> None:
    """Wait until what was asked for is stored and shown."""
    for _ in range(100):
        await pilot.pause()
        if not app.desk._commits and not app.desk._tasks:
            return
        await pilot.pause(0.02)


async def test_a_decision_reaches_every_place_and_one_undo_takes_it_back(path: Path) -> None:
    async with running(path) as (app, pilot):
        text = app.desk.reader.text
        await pilot.press("tab", "tab", "P")  # Kyiv
        await settle(app, pilot)
        screen = app.screen
        assert isinstance(screen, Propagation)
        count = sum(
            text[a : a + 4] == "Kyiv" and not text[a + 4 : a + 5].isalpha()
            for a in range(len(text))
        )
        assert len(screen.places) == count > 1 and len(screen.chosen) == count
        await pilot.press("space", "s", "s")
        await settle(app, pilot)
        assert screen.scope == 2
        await pilot.press("enter")
        await settle(app, pilot)
        found = [m for m in marks(app) if m[0] == "Kyiv" and m[2] in ("accepted", "added")]
        assert len(found) >= count - 1
        assert app.session is not None
        with app.session.library.reading() as connection:
            assert [d.name for d in memory.all_of(connection)] == ["Kyiv"]
        await pilot.press("u")
        await settle(app, pilot)
        assert {m[2] for m in marks(app) if m[0] == "Kyiv"} == {"suggested"}
        with app.session.library.reading() as connection:
            assert memory.all_of(connection) == []


async def test_may_is_never_a_date_here(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("D")
        await pilot.pause()
        assert isinstance(app.screen, MemoryScreen)
        await pilot.press("plus_sign")
        await pilot.pause()
        await pilot.press(*"January 14", "enter")
        await pilot.pause()
        await pilot.press(*"never date", "enter")
        await settle(app, pilot)
        assert app.session is not None
        with app.session.library.reading() as connection:
            (kept,) = memory.all_of(connection)
        assert (kept.name, kept.label, kept.decision) == ("January 14", "DATE", "never")
        await pilot.press("d")
        await settle(app, pilot)
        with app.session.library.reading() as connection:
            assert memory.all_of(connection) == []
        await pilot.press("u")
        await settle(app, pilot)
        with app.session.library.reading() as connection:
            assert len(memory.all_of(connection)) == 1


async def test_many_are_counted_before_they_are_accepted(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("tab", "tab", "A")
        await pilot.pause()
        await pilot.press("l")  # this label alone
        await settle(app, pilot)
        assert {q: s for q, _, s in marks(app)}["Kyiv"] == "accepted"
        assert {q: s for q, _, s in marks(app)}["January 14"] == "suggested"
        await pilot.press("A", "a")
        await settle(app, pilot)
        assert {s for _, _, s in marks(app)} == {"accepted"}
        await pilot.press("u")
        await settle(app, pilot)
        assert sum(s == "accepted" for _, _, s in marks(app)) == 1


async def test_an_entity_is_renamed_merged_split_and_confirmed_by_keys(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("A", "a")
        await settle(app, pilot)
        await pilot.press("tab", "tab", "tab")
        while app.desk.reader.focused is None or app.desk.reader.focused.quote != "Kyiv":
            await pilot.press("tab")
        await pilot.press("enter")
        await pilot.pause()
        card = app.screen
        assert (
            isinstance(card, EntityCard) and card.entity is not None and card.entity.name == "Kyiv"
        )
        await pilot.press("r")
        await pilot.pause()
        await pilot.press("ctrl+u", *"Kyiv City", "enter")
        await settle(app, pilot)
        assert app.session is not None
        with app.session.library.reading() as connection:
            names = {e.name for e in entities.all_entities(connection)}
        assert "Kyiv City" in names
        assert card._members() == [] and all(
            m.review_status == "accepted"
            for m in card._behind.values()
            if isinstance(m, entities.Member)
        )
        await pilot.press("equals_sign")
        await pilot.pause()
        await pilot.press(*"pistorius", "enter")
        await pilot.pause()
        await pilot.press("2")  # the name that stays
        await settle(app, pilot)
        with app.session.library.reading() as connection:
            found = entities.all_entities(connection)
        assert [(e.name, e.n_mentions) for e in found] == [("Boris Pistorius", 2)]
        await pilot.press("G", "S")
        await pilot.pause()
        await pilot.press("ctrl+u", *"Somebody", "enter")
        await settle(app, pilot)
        with app.session.library.reading() as connection:
            assert len(entities.all_entities(connection)) == 2
        for _ in range(3):
            await pilot.press("u")
            await settle(app, pilot)
        with app.session.library.reading() as connection:
            assert {e.name for e in entities.all_entities(connection)} == {
                "Kyiv",
                "Boris Pistorius",
            }
        await pilot.press("q", "at")
        await pilot.pause()
        assert isinstance(app.screen, EntityList) and app.screen.rows.count == 2


async def test_edits_that_wait_for_the_disk_are_finished_before_the_end(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("tab")
        for key in "axa":
            app.desk.post_message(_key(key))
        await pilot.pause()
        await app.desk.stop_background()
        assert app.session is not None
        with app.session.library.reading() as connection:
            found = mentions.of_article(connection, 1, rejected=True)
        assert [m.review_status for m in found] == ["accepted", "rejected", "accepted"]


def _key(key: str) -> events.Key:
    return events.Key(key, key)


async def test_an_undo_in_the_same_burst_takes_back_the_edit_before_it(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("tab", "a")
        for key in "au":
            app.desk.post_message(_key(key))
        await settle(app, pilot)
        assert [s for _, _, s in marks(app)] == ["accepted", "suggested", "suggested"]
        assert "undone: accept “Kyiv”" in app.desk.status.message


async def test_keys_in_a_row_add_up_while_the_disk_is_slow(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(path) as (app, pilot):
        assert app.session is not None
        real = app.session.library.submit

        def slow(work: Callable[[sqlite3.Connection], object], **how: bool) -> object:
            def later(connection: sqlite3.Connection) -> object:
                time.sleep(0.1)
                return work(connection)

            return real(later, **how)

        await pilot.press("tab")
        monkeypatch.setattr(app.session.library, "submit", slow)
        for _ in range(4):
            app.desk.post_message(_key(">"))
            await pilot.pause(0.05)
        assert "sav" in app.desk.status.saved
        await settle(app, pilot)
        monkeypatch.undo()
        quote = marks(app)[0][0]
        text = app.desk.reader.text
        span = (text.index("January 14"), text.index("January 14") + len("January 14"))
        for _ in range(4):
            span = candidates.with_edge(text, span, "end", outward=True)
        assert quote == text[slice(*span)] and quote.count(" ") > 4
        assert app.desk.reader.focused is not None and app.desk.reader.focused.quote == quote


async def test_a_refused_edit_is_taken_back_on_the_screen(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(path, (160, 40)) as (app, pilot):
        assert app.session is not None
        await pilot.press("vertical_line")
        await settle(app, pilot)
        await pilot.press("w", "tab")

        def refused(work: object, **how: object) -> Future[object]:
            future: Future[object] = Future()
            asyncio.get_running_loop().call_later(
                0.1, future.set_exception, StoreError("the disk is full; make room, then go on")
            )
            return future

        monkeypatch.setattr(app.session.library, "submit", refused)
        app.desk.post_message(_key("a"))
        app.desk.post_message(_key("w"))  # on the other side when the answer comes
        await pilot.pause(0.3)
        assert "the disk is full" in app.desk.status.message
        monkeypatch.undo()
        statuses = {m.review_status for m in app.desk.sides[0].reader.spans.mentions}
        assert statuses == {"suggested"} == {s for _, _, s in marks(app)}


async def test_undo_shows_itself_on_the_side_that_has_the_article(path: Path) -> None:
    async with running(path, (160, 40)) as (app, pilot):
        await pilot.press("vertical_line")
        await settle(app, pilot)
        await pilot.press("w", "tab", "a", "w", "u")
        await settle(app, pilot)
        assert app.desk.side == 0 and len(app.desk.sides) == 2
        assert {m.review_status for m in app.desk.sides[0].reader.spans.mentions} == {"suggested"}
        await pilot.press("w")
        app.desk.open_article(1)
        await settle(app, pilot)
        await pilot.press("h", "h", "g", "j", "d")
        await settle(app, pilot)
        assert all(side.open is None or side.open.article.id != 1 for side in app.desk.sides)


async def test_another_library_takes_nothing_over(path: Path, tmp_path: Path) -> None:
    async with running(path, (160, 40)) as (app, pilot):
        await pilot.press("vertical_line")
        await settle(app, pilot)
        await pilot.press("T", "w")
        await app.switch_library(tmp_path / "other.db")
        await settle(app, pilot)
        assert len(app.desk.sides) == 1 and app.desk.open is None and app.desk.sticky is None
        assert not app.desk.jumps and not app.desk.jumps_forward
        await pilot.press("escape", "l", "v", "c", "f", "P", "vertical_line")
        assert app.desk.status.message


async def test_what_a_dialog_asked_for_and_is_refused_becomes_a_line(path: Path) -> None:
    with Library.open(path, who="another"):
        async with running(path) as (app, pilot):
            for keys in (("D", "+", *"May", "enter", *"never date", "enter"), ('"', "a", "enter")):
                for key in keys:
                    await pilot.press(key)
                    await pilot.pause()
                await pilot.pause(0.1)
                told = [getattr(s, "status", app.desk.status).message for s in app.screen_stack[1:]]
                assert any("edits are refused" in line for line in told), told
                await pilot.press("escape", "escape")
                await pilot.pause()
