"""The screen that stands in place of a library that cannot be used."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from store import articles, backup, importers
from store.errors import DamagedError
from store.library import Library
from store.records import Incoming
from tests.tui.test_snapshots import HERE, _shown
from tui.app import ConflictReader
from tui.screens.trouble import Trouble


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A damaged library with three backups, of which the newest is damaged too."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    path = tmp_path / "case-2025.db"
    for n in range(1, 4):
        with Library.open(path) as library:
            importers.store(library, [Incoming(f"Text {n} of some length.")])
            with library.reading() as connection:
                made = backup.make(connection, path, "quit")
            made.rename(made.with_name(f"{n:06}-2025011{n}T063000Z-quit.db"))
    newest = backup.of(path)[0].path
    raw = bytearray(newest.read_bytes())
    raw[9000:20000] = b"x" * 11000
    newest.write_bytes(raw)
    damaged = bytearray(path.read_bytes())
    damaged[4096 * 6 : 4096 * 9] = b"\xa5" * 4096 * 3
    damaged[:100] = bytes(100)
    path.write_bytes(damaged)
    return path


async def _until(pilot: Pilot[int], holds: Callable[[], object]) -> None:
    for _ in range(500):
        await pilot.pause(0.02)
        if holds():
            return
    raise AssertionError("it never came to that")


async def _offered(app: ConflictReader, pilot: Pilot[int]) -> Trouble:
    await _until(pilot, lambda: isinstance(app.screen, Trouble) and app.screen._values)
    assert isinstance(app.screen, Trouble)
    await pilot.pause(0.1)
    return app.screen


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_it_looks_as_it_did(
    path: Path, size: tuple[int, int], pytestconfig: pytest.Config
) -> None:
    app = ConflictReader(path)
    async with app.run_test(size=size) as pilot:
        await _offered(app, pilot)
        file = HERE / f"trouble-{size[0]}x{size[1]}.txt"
        if pytestconfig.getoption("--update-snapshots"):
            file.write_text(_shown(app), "utf-8")
        assert _shown(app) == file.read_text("utf-8")
        await pilot.press("q")


async def test_the_newest_good_backup_is_chosen_already(path: Path) -> None:
    app = ConflictReader(path)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await _offered(app, pilot)
        assert screen._rows.current == 1
        await pilot.press("k", "enter", "z")  # the damaged one cannot be taken
        assert isinstance(app.screen, Trouble)
        await pilot.press("j", "enter")
        await _until(pilot, lambda: app.session)
        assert app.session is not None
        with app.session.library.reading() as connection:
            assert articles.count(connection) == 3  # two of the backup, one out of the damaged file
        assert app.session.library.mode == "write"
    assert any(".replaced-" in p.name for p in path.parent.iterdir())


async def test_nothing_is_drawn_from_the_library_while_it_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "l.db"
    with Library.open(path) as library:
        importers.store(library, [Incoming(f"Text {n} of Kyiv.") for n in range(4)])
        with library.reading() as connection:
            backup.make(connection, path, "quit")
    go, restore = threading.Event(), backup.restore

    def slowly(*args: Any) -> Path | None:
        go.wait(20)
        return restore(*args)

    monkeypatch.setattr(backup, "restore", slowly)
    app = ConflictReader(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await _until(pilot, lambda: app.session and app.desk.library_list.ids)
        app.desk.spawn(app.trouble(DamagedError(f"{path}: is damaged")))
        await _offered(app, pilot)
        await pilot.press("enter")
        await _until(pilot, lambda: app.session is None)
        await pilot.pause(0.3)  # it is closed now
        app.desk.library_list.changed(*app.desk.library_list.ids)
        await pilot.resize_terminal(100, 30)
        await pilot.press("tab", "j", "a", "question_mark")
        await pilot.click("#library")
        await pilot.click("#reader")
        assert app.failure is None and app.session is None
        go.set()
        await _until(pilot, lambda: app.session)
        assert len(app.desk.library_list.ids) == 4
        await pilot.pause(0.2)
    assert app.failure is None


async def test_quitting_leaves_everything(path: Path) -> None:
    before = {p.name: p.read_bytes() for p in path.parent.rglob("*.db")}
    app = ConflictReader(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await _offered(app, pilot)
        await pilot.press("j", "k", "G", "q")
    assert app.return_code == 1 and app.failure is not None and "restore" in app.failure
    assert {p.name: p.read_bytes() for p in path.parent.rglob("*.db")} == before


async def test_what_cannot_be_read_either_ends_in_a_line(path: Path) -> None:
    app = ConflictReader(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await _offered(app, pilot)
        await pilot.press("j", "j", "enter")  # open it for reading: its header is gone
        await pilot.pause(0.3)
    assert app.failure is not None and "\n" not in app.failure
