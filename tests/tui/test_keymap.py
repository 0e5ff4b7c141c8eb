"""The one table of keys: no clashes, every action is there, every action has a plain key."""

from __future__ import annotations

from pathlib import Path

from tui import keymap
from tui.actions.incidents import IncidentActions
from tui.actions.library import LibraryActions
from tui.actions.moving import MovingActions
from tui.actions.review import ReviewActions
from tui.screens.incident import IncidentScreen
from tui.screens.incident_list import IncidentList
from tui.screens.main import MainScreen

MAIN = (MainScreen, ReviewActions, MovingActions, LibraryActions, IncidentActions)
SCREENS: dict[str, tuple[type, ...]] = {
    "incidents": (IncidentList,),
    "incident": (IncidentScreen,),
}


def test_no_key_does_two_things() -> None:
    assert keymap.clashes() == []


def test_every_action_is_done_by_every_screen_that_has_it() -> None:
    missing = [
        (action.id, context)
        for action in keymap.ACTIONS
        for context in action.contexts
        if not any(hasattr(c, f"do_{action.id}") for c in SCREENS.get(context, MAIN))
    ]
    assert missing == []


def test_every_action_has_a_key_without_ctrl_or_alt() -> None:
    only_modified = [
        a.id for a in keymap.ACTIONS if all(k.startswith(("ctrl+", "alt+")) for k in a.keys)
    ]
    assert only_modified == ["half_down", "half_up"]  # Space and b page; these are extra


def test_every_screen_has_no_action_without_a_key() -> None:
    known = {action.id for action in keymap.ACTIONS}
    for screen in (*MAIN, IncidentList, IncidentScreen):
        done = {name[3:] for name in dir(screen) if name.startswith("do_")}
        assert done <= known, done - known


def test_the_documentation_is_current() -> None:
    import importlib.util

    path = Path(__file__).parents[2] / "docs" / "generate.py"
    spec = importlib.util.spec_from_file_location("generate", path)
    assert spec is not None and spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert (path.parent / "keys.md").read_text("utf-8") == generate.keys()
    assert (path.parent / "csv.md").read_text("utf-8") == generate.columns()
