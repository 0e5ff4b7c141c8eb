"""Deciding for many at once, entities, remembered decisions: as an analyst drives them."""

from __future__ import annotations

from pathlib import Path

from textual import events
from textual.pilot import Pilot

from store import entities, memory, mentions
from tests.tui.test_screens import marks, running
from tests.tui.test_screens import path as path
from tui.app import ConflictReader
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
        await pilot.press("a")
        await settle(app, pilot)
        assert card._members() == [] and all(
            m.review_status == "accepted"
            for m in card._behind.values()
            if isinstance(m, entities.Member)
        )
        await pilot.press("equals_sign")
        await pilot.pause()
        await pilot.press(*"pistorius", "enter")
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
        for _ in range(4):
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
