"""How the screens look, as text: a change of looks shows in the difference.

``pytest tests/tui/test_snapshots.py --update-snapshots`` writes them again; read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.test_deciding import settle
from tests.tui.test_screens import path as path  # the same library
from tests.tui.test_screens import running
from tui.app import ConflictReader

HERE = Path(__file__).parent / "snapshots"


def _shown(app: ConflictReader) -> str:
    lines = [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("name", "size", "keys"),
    [
        ("reader-120x40", (120, 40), ("tab",)),
        ("reader-80x24", (80, 24), ("tab", "tab")),
        ("reader-200x50", (200, 50), ("A", "s")),
        ("library-80x24", (80, 24), ("h",)),
        ("inspector-80x24", (80, 24), ("tab", "l")),
        ("select-80x24", (80, 24), ("v", "v", "w", "w")),
        ("help-80x24", (80, 24), ("question_mark",)),
        ("labels-80x24", (80, 24), ("tab", "t")),
        ("note-80x24", (80, 24), ("tab", "m")),
        ("incident-80x24", (80, 24), ("tab", "i")),
        ("incident-120x40", (120, 40), ("tab", "i", "l")),
        ("incidents-empty-80x24", (80, 24), ("I",)),
        ("metadata-80x24", (80, 24), ("E",)),
        ("hints-80x24", (80, 24), ("f",)),
        ("candidate-120x40", (120, 40), ("c",)),
        ("sticky-80x24", (80, 24), ("T", "w")),
        ("accept-many-120x40", (120, 40), ("tab", "A")),
        ("propagation-80x24", (80, 24), ("tab", "tab", "P")),
        ("propagation-200x50", (200, 50), ("tab", "tab", "P", "s", "s")),
        ("memory-80x24", (80, 24), ("D",)),
        ("entities-80x24", (80, 24), ("A", "a", "@")),
        ("entity-80x24", (80, 24), ("A", "a", "tab", "tab", "tab", "enter")),
        ("entity-120x40", (120, 40), ("A", "a", "tab", "tab", "tab", "enter")),
        ("filter-80x24", (80, 24), ("h", "f")),
        ("sort-120x40", (120, 40), ("h", "s")),
        ("hits-120x40", (120, 40), ("\\", "o", "n", "enter", "H")),
        ("split-80x24", (80, 24), ("|",)),
        ("split-120x40", (120, 40), ("|",)),
        ("split-200x50", (200, 50), ("|",)),
        ("view-80x24", (80, 24), ("V",)),
        ("labels-in-text-120x40", (120, 40), ("V", "l", "s", "escape")),
        ("outline-80x24", (80, 24), ("O",)),
        ("codebook-80x24", (80, 24), ("K",)),
        ("letters-80x24", (80, 24), ("F",)),
        ("letters-120x40", (120, 40), ("F", "a")),
        ("focus-80x24", (80, 24), ("z",)),
        ("note-120x40", (120, 40), ("tab", "m")),
    ],
)
async def test_a_screen_looks_as_it_did(
    path: Path, name: str, size: tuple[int, int], keys: tuple[str, ...], pytestconfig: pytest.Config
) -> None:
    async with running(path, size) as (app, pilot):
        for key in keys:
            await pilot.press(key)
            await settle(app, pilot)
        assert app.session is not None
        if app.session.saved:
            app.session.saved = "12:00:00"
            for screen in app.screen_stack:
                if hasattr(screen, "refresh_state"):
                    screen.refresh_state()
        while app.desk._tasks:  # what is stored beside the keys is shown when it is there
            await pilot.pause(0.05)
        await pilot.pause()
        shown = _shown(app)
    file = HERE / f"{name}.txt"
    if pytestconfig.getoption("--update-snapshots"):
        HERE.mkdir(exist_ok=True)
        file.write_text(shown, "utf-8")
    assert shown == file.read_text("utf-8")


WIDE = "東京の空爆で三人死亡、" * 14 + "👩‍👩‍👧 " + "Ракетний удар по Харкову " * 6


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_wide_characters_and_a_title_of_three_hundred_fit_every_screen(
    path: Path, size: tuple[int, int]
) -> None:
    """Live resizing included: after it every screen is drawn for its new size."""
    from rich.cells import cell_len

    from store import importers
    from store.library import Library
    from store.records import Incoming

    with Library.open(path) as library:
        title = (WIDE * 3)[:300]
        importers.store(library, [Incoming(WIDE + "\n" + WIDE, title=title)])
        library.write(lambda c: c.execute("UPDATE article SET pipeline = 'fp'"))
        library.write(
            lambda c: c.execute("UPDATE setting SET value = '3' WHERE key = 'last_article'")
        )
    async with running(path, (100, 30)) as (app, pilot):
        await pilot.resize_terminal(*size)
        await pilot.pause()
        for keys in ((), ("v", "v", "w"), ("1",), ("enter",), ("q", "P"), ("q", "|"), ("|", "h"), ("E",),
                     ("escape", "l", "O"), ("escape", "m"), ("escape", "i"), ("q", "I")):  # fmt: skip
            for key in keys:
                await pilot.press(key)
                await settle(app, pilot)
            lines = _shown(app).split("\n")[:-1]
            assert len(lines) == size[1], keys
            assert all(cell_len(line) <= size[0] for line in lines), keys
            assert any("東" in line or "Ракет" in line for line in lines), keys
