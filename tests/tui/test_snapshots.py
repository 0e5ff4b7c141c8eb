"""How the screens look, as text: a change of looks shows in the difference.

``pytest tests/tui/test_snapshots.py --update-snapshots`` writes them again; read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

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
    ],
)
async def test_a_screen_looks_as_it_did(
    path: Path, name: str, size: tuple[int, int], keys: tuple[str, ...], pytestconfig: pytest.Config
) -> None:
    async with running(path, size) as (app, pilot):
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
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
