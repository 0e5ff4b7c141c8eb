"""Rules of the house that a program can check."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from store import importers
from store.library import Library
from store.records import Incoming

ROOT = Path(__file__).parents[2]
FORBIDDEN = {"spacy", "numpy", "sqlite_utils", "click", "pydantic", "trafilatura"}
_FIRST_PAINT = """
import asyncio, sys
from pathlib import Path
from tui.app import ConflictReader
class Watched(ConflictReader):
    def _load(self):
        print(sorted(m for m in sys.modules if m in {forbidden!r}))
        print(self.export_screenshot().count('Text&#160;'))
        super()._load()
async def main():
    app = Watched(Path(sys.argv[1]))
    async with app.run_test(size=(120, 40)) as pilot:
        while app._desk is None or not app.desk.library_list.count:
            await pilot.pause(0.05)
        print(app.desk.library_list.count)
asyncio.run(main())
"""


def test_first_paint_imports_nothing_heavy(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    with Library.open(path) as library:
        importers.store(library, [Incoming(f"Text {n}") for n in range(30)])
        library.write(lambda c: c.execute("UPDATE article SET pipeline = 'x'"))
    script = _FIRST_PAINT.replace("{forbidden!r}", repr(FORBIDDEN))
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, cwd=ROOT,
        check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["[]", "20", "30"]


@pytest.mark.parametrize("flag", ["--help", "--version", "import --help"])
def test_help_and_version_import_neither_textual_nor_spacy(flag: str) -> None:
    script = (
        "import sys, tui.cli\n"
        f"try: tui.cli.main({flag.split()!r})\n"
        "except SystemExit as e: print(e.code)\n"
        "print([m for m in ('textual', 'spacy', 'rich', 'sqlite_utils') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.splitlines()[-2:] == ["0", "[]"]


_MARKUP_WIDGETS = {"Static", "Label", "Button", "Markdown", "OptionList", "Option", "notify"}


def _sources(*folders: str) -> list[Path]:
    return [p for folder in folders for p in sorted((ROOT / folder).rglob("*.py"))]


def test_text_reaches_markup_widgets_as_content_only() -> None:
    bad = []
    for path in _sources("tui"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )
            first = node.args[0]
            if name in _MARKUP_WIDGETS and not (
                (isinstance(first, ast.Constant) and "[" not in str(first.value))
                or (isinstance(first, ast.Call) and getattr(first.func, "id", "") == "Content")
            ):
                bad.append(f"{path.name}:{node.lineno}")
    assert bad == []


def test_titles_of_borders_are_made_safe() -> None:
    """Textual reads them as markup, and a terminal obeys what else is in them."""
    bad = []
    for path in _sources("tui"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Assign):
                continue
            names = [t.attr for t in node.targets if isinstance(t, ast.Attribute)]
            if not {"border_title", "border_subtitle"} & set(names):
                continue
            value = node.value
            called = isinstance(value, ast.Call) and getattr(value.func, "id", "") == "title_of"
            if not called and not isinstance(value, ast.Constant):
                bad.append(f"{path.name}:{node.lineno}")
    assert bad == []


def test_sql_stands_in_the_store_alone() -> None:
    words = ("SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM")
    bad = [
        f"{path.name}:{node.lineno}"
        for path in _sources("tui", "annotators")
        if not path.name.endswith("gazetteer.py")  # its read-only file of place names
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(words)
    ]
    assert bad == []


def test_no_screen_looks_its_widgets_up() -> None:
    """What Textual calls late (after a repaint, after a key of a burst) would not find them in a
    screen that was closed meanwhile, and the program would end."""
    late = [
        f"{path.name}:{node.lineno}"
        for path in _sources("tui")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("query_one", "query_exactly_one")
    ]
    assert late == []


def test_the_tests_that_the_page_of_promises_names_are_there() -> None:
    import re

    named = set(re.findall(r"`(test_\w+\.py)`", (ROOT / "docs" / "safety.md").read_text("utf-8")))
    there = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    assert named and named <= there, named - there


def test_locks_name_no_host_and_have_hashes() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text("utf-8")
        assert "://" not in text and "index-url" not in text and "999.9.9" not in text
        pins = [line for line in text.splitlines() if "==" in line]
        assert pins and all(line.rstrip().endswith("\\") for line in pins)
