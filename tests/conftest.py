"""What all tests share: no test touches the user's files; the whole job in a terminal comes last."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import seeds
from store import importers
from store.library import Library


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="long sweeps in full")
    parser.addoption("--update-snapshots", action="store_true", help="write the screens again")
    parser.addoption("--seconds", default="4", help="how long processes work together")
    parser.addoption("--fuzz", type=int, default=None, help="inputs of each fuzzing target")
    parser.addoption("--kills", type=int, default=None, help="how often to kill in the kill tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: ("e2e" in item.nodeid, "test_main_job" in item.nodeid))
    if not config.getoption("--slow"):
        skip = pytest.mark.skip(reason="long; --slow runs it")
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(skip)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if data_folder() is None:
        terminalreporter.write_line(
            "skipped: the 24 real articles of the whole job and of the importers"
            " (CONFLICT_READER_DATA is not set)"
        )
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser")):
        terminalreporter.write_line("skipped: the case file in a browser (no chromium)")
    elif "CONFLICT_READER_AXE" not in os.environ:
        terminalreporter.write_line(
            "skipped: accessibility of the case file (CONFLICT_READER_AXE names no axe.min.js)"
        )


def data_folder() -> Path | None:
    """Return the folder of real development data, or None."""
    named = os.environ.get("CONFLICT_READER_DATA")
    return Path(named) if named and Path(named).is_dir() else None


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every file of a test in its own folder, and the terminal's settings out."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATA", "STATE", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    for name in ("CONFLICT_READER_DB", "NO_COLOR", "TMUX", "SSH_TTY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A new library."""
    with Library.open(tmp_path / "library.db") as opened:
        yield opened


@pytest.fixture
def seeded(library: Library) -> Library:
    """A library with the bundled article, number 1."""
    importers.store(library, importers.parse(seeds.read(), seeds.NAME, "text", {}))
    return library
