"""The one table of keys: no clashes, every action is there, every action has a plain key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.test_screens import path as path
from tests.tui.test_screens import running
from tui import config, keymap
from tui.actions.deciding import DecidingActions
from tui.actions.entities import EntityActions
from tui.actions.finding import FindingActions
from tui.actions.incidents import IncidentActions
from tui.actions.library import LibraryActions
from tui.actions.moving import MovingActions
from tui.actions.review import ReviewActions
from tui.actions.selecting import SelectingActions
from tui.actions.viewing import ViewingActions
from tui.screens.candidates import CandidatesScreen
from tui.screens.entities import EntityList
from tui.screens.entity import EntityCard
from tui.screens.hits import Hits
from tui.screens.incident import IncidentScreen
from tui.screens.incident_list import IncidentList
from tui.screens.main import MainScreen
from tui.screens.map import Map
from tui.screens.memory import MemoryScreen
from tui.screens.network import Network
from tui.screens.pairs import Pairs
from tui.screens.propagation import Propagation
from tui.screens.sources import SourceList
from tui.screens.timeline import Timeline

MAIN = (
    MainScreen, ReviewActions, SelectingActions, DecidingActions, MovingActions, FindingActions,
    LibraryActions, IncidentActions, EntityActions, ViewingActions,
)  # fmt: skip
SCREENS: dict[str, tuple[type, ...]] = {
    "incidents": (IncidentList,),
    "incident": (IncidentScreen,),
    "timeline": (Timeline,),
    "map": (Map,),
    "network": (Network,),
    "pairs": (Pairs,),
    "sources": (SourceList,),
    "candidates": (CandidatesScreen,),
    "hits": (Hits,),
    "propagation": (Propagation,),
    "memory": (MemoryScreen,),
    "entities": (EntityList,),
    "entity": (EntityCard,),
}


@pytest.fixture(autouse=True)
def usual_keys() -> Iterator[None]:
    """Leave the keys as they were."""
    yield
    keymap.use({})


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
    for screen in (*MAIN, *(s for screens in SCREENS.values() for s in screens)):
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


@pytest.mark.parametrize("name", config.profiles())
def test_a_profile_takes_no_key_from_an_action_that_has_no_other(name: str) -> None:
    keys, wrong = config.profile(name)
    assert wrong == []
    assert keymap.use(keys) == []
    assert keymap.clashes() == []
    plain = [
        action.id
        for action in keymap.BY_ID.values()
        if all(k.startswith(("ctrl+", "alt+")) for k in action.keys)
    ]
    assert plain == ["half_down", "half_up"]


def test_a_key_of_the_users_own_goes_before_the_program_s(tmp_path: Path) -> None:
    assert keymap.use({"accept": ("y",), "copy": ("a",), "whole_name": ("Y",)}) == []
    accept, copy = keymap.lookup("reader", "y"), keymap.lookup("reader", "a")
    assert accept is not None and accept.id == "accept"
    assert copy is not None and copy.id == "copy"
    assert keymap.key_of("accept") == "y"
    found = keymap.lookup("entity", "a")
    assert found is not None and found.id == "confirm_entity"  # another place keeps its key


def test_clashes_and_lost_keys_are_named() -> None:
    problems = keymap.use({"accept": ("x",), "reject": ("x",), "jump": ("j",)})
    assert any("no action “jump”" in p for p in problems)
    assert any("x is given to “accept” and “reject” (the article)" in p for p in problems)
    assert any("“note” has no key left in the article" in p for p in keymap.use({"skip": ("m",)}))


def test_the_configuration_names_what_it_cannot_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "conflict-reader"
    folder.mkdir()
    assert config.load() == config.Config()
    file = folder / "config.toml"
    file.write_text('theme = "light"\nkeymap = "mine"\ncolor = 1\n[keys]\naccept = "y"\nskip = 3\n')
    found = config.load()
    assert (found.theme, found.keys) == ("light", {"accept": ("y",)})
    assert [p.split(":")[-1].strip()[:28] for p in found.problems] == [
        "there is no setting “color”", "there is no keymap “mine”; t"[:28],
        "skip takes a key or a list o",
    ]  # fmt: skip
    file.write_text('[keys]\naccept = "ctrl+shift+zzz"\nskip = ["f5", "escap", "ctrl+t", "+"]\n')
    found = config.load()
    assert found.keys == {"skip": ("f5", "ctrl+t", "+")}  # accept keeps its own key
    file.write_text('[keys]\nsuspend = []\ncopy = ["ctrl+backslash", "alt+c", "shift+a"]\n')
    keys = config.load()
    assert keys.keys == {"suspend": (), "copy": ("ctrl+backslash", "alt+c")}
    assert "shift+a" in keys.problems[0]
    assert ["zzz" in found.problems[0], "escap" in found.problems[1]] == [True, True]
    file.write_text('theme = "light"\nkeymap = "mine"\n[keys]\naccept = "y"\n')
    (folder / "keymaps").mkdir()
    (folder / "keymaps" / "mine.toml").write_text('[keys]\nnote = ["n"]\n')
    assert config.load().keys == {"note": ("n",), "accept": ("y",)}
    file.chmod(0o666)
    found = config.load()
    assert found.theme == "" and "others can write to it" in found.problems[0]
    file.chmod(0o600)
    file.write_text("theme = [broken")
    assert config.load().theme == "" and len(config.load().problems) == 1


async def test_messages_name_the_keys_that_are_in_use(path: Path) -> None:
    async with running(path) as (app, pilot):
        assert keymap.use({"relabel": ("f5",), "undo": ("f6",), "candidate": ("f7",)}) == []
        await pilot.press("f7")
        assert "a digit or F5 marks it, F7 goes on" in app.desk.status.message
        await pilot.press("escape", "tab", "A", "a")
        await pilot.pause(0.1)
        assert "; F6 takes all of them back" in app.desk.status.message
