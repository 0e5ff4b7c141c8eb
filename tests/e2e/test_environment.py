"""Terminals that cannot show it, colours that are not wanted, bad arguments, a held library."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from store import importers
from store.library import Library
from store.records import Incoming
from tests.e2e.terminal import PROGRAM, Terminal, clean_environment


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, text=True, env=clean_environment(**environment),
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def _one_line(text: str) -> bool:
    return (
        text.count("\n") == 1 and text.startswith("conflict-reader: ") and "Traceback" not in text
    )


def test_without_a_terminal_one_line_and_2() -> None:
    done = _run()
    assert done.returncode == 2 and _one_line(done.stderr) and not done.stdout


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_dumb_terminal_one_line_and_2(term: str) -> None:
    with Terminal([], environment=clean_environment(TERM=term)) as t:
        assert t.ended() == 2
        assert "cannot show the reader" in t.wait("set TERM")
        assert b"\x1b" not in t.raw


def test_no_color_keeps_mentions_apart(tmp_path: Path) -> None:
    environment = clean_environment(NO_COLOR="1", CONFLICT_READER_DB=str(tmp_path / "l.db"))
    with Terminal([], environment=environment) as t:
        t.wait("Keys to begin with")
        t.keys("enter")
        t.wait("reviewed 0 of", 60)
        t.wait(lambda shown: bool(re.search(r"reviewed 0 of [1-9]", shown)), 60)
        t.keys("tab", "a", "Q", pause=0.4)
        t.ended()
    colours = [
        code
        for codes in re.findall(rb"\x1b\[([0-9;]*)m", bytes(t.raw))
        for code in re.findall(rb"(?:^|;)((?:3|4|9|10)[0-7]|[34]8;[25];[0-9;]+)(?=;|$)", codes)
    ]
    assert colours == []
    for attribute in (b"4", b"7", b"1"):  # underlined, reversed, bold
        assert re.search(rb"\x1b\[(?:[0-9]+;)*" + attribute + rb"(?:;[0-9]+)*m", bytes(t.raw))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["show", "nothing"], 1),
        (["search", "zzzz"], 1),
        (["export", "-o", "-"], 1),
        (["export", "--table", "nothing", "-o", "-"], 1),
        (["import", "/no/such/file"], 1),
        (["annotate", "/no/such/file"], 1),
        (["import"], 2),
        (["nonsense"], 2),
        (["list", "--status", "odd"], 2),
    ],
)
def test_failures_are_words_and_codes(tmp_path: Path, arguments: list[str], code: int) -> None:
    path = tmp_path / "l.db"
    with Library.open(path) as library:
        importers.store(library, [Incoming("A text.")])
    done = _run("--db", str(path), *arguments)
    assert done.returncode == code, done.stderr
    assert done.stderr and "Traceback" not in done.stderr and "unexpected" not in done.stderr


def test_a_file_in_place_of_a_command_is_told_how_to_be_imported(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A text.")
    done = _run(str(tmp_path / "a.txt"))
    assert done.returncode == 2 and f"conflict-reader import {tmp_path / 'a.txt'}" in done.stderr


def test_a_filter_that_leaves_out_is_no_option(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    with Library.open(path) as library:
        importers.store(library, [Incoming("A text.")])
    for arguments, shown in ((["-has:notes"], True), (["has:notes"], False)):
        done = _run("--db", str(path), "list", *arguments)
        assert ("A text." in done.stdout) == shown and "Traceback" not in done.stderr
    behind = _run("list", "--db", str(path))  # the library may be named behind the command too
    assert "A text." in behind.stdout


@pytest.mark.parametrize("command", ["list", "show", "search", "export"])
def test_reading_where_there_is_no_library(tmp_path: Path, command: str) -> None:
    path = tmp_path / "none.db"
    more = {"show": ["1"], "search": ["x"], "export": ["-o", str(tmp_path / "out")]}.get(
        command, []
    )
    done = _run("--db", str(path), command, *more)
    assert done.returncode == 1 and "there is no library here yet" in done.stderr
    assert not path.exists()


def test_a_command_that_would_write_ends_with_75_and_names_the_holder(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    text = tmp_path / "a.txt"
    text.write_text("A text.")
    with Terminal(["--db", str(path)]) as t:
        t.wait("Keys to begin with")
        done = _run("--db", str(path), "import", str(text))
        assert done.returncode == 75 and _one_line(done.stderr)
        assert f"the reader (process {t.process.pid}" in done.stderr
        assert _run("--db", str(path), "list").returncode == 0
        t.keys("enter", "Q")
        assert t.ended() == 0
    assert _run("--db", str(path), "import", "--no-annotate", str(text)).returncode == 0


def test_a_second_reader_opens_for_reading(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    with Terminal(["--db", str(path)]) as first:
        first.wait("Keys to begin with")
        first.keys("enter")
        first.wait("reviewed")
        with Terminal(["--db", str(path)]) as second:
            second.wait("READ-ONLY")
            second.keys("M", pause=0.4)
            second.send("x")
            second.keys("enter", pause=0.4)
            second.wait("edits are refused")
            second.keys("Q")
            assert second.ended() == 0
        first.keys("Q")
        assert first.ended() == 0


def test_what_is_no_library_ends_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    path.write_bytes(b"<html>" * 300)
    with Terminal(["--db", str(path)]) as t:
        assert t.ended() == 1
        assert "not a whole SQLite file" in t.wait("not a whole")
        assert "Traceback" not in t.text()
    assert path.read_bytes() == b"<html>" * 300


def test_a_terminal_that_is_resized_is_drawn_again(tmp_path: Path) -> None:
    with Terminal(["--db", str(tmp_path / "l.db")]) as t:
        t.wait("Keys to begin with")
        t.keys("enter")
        t.wait("Labels")
        t.resize(60, 18)
        t.wait(lambda shown: "reviewed" in shown and "Labels" not in shown.splitlines()[3], 10)
        t.keys("Q")
        assert t.ended() == 0


def test_an_unforeseen_failure_is_one_line_and_a_log(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    with Library.open(path) as library:
        importers.store(library, [Incoming("A text.")])
    (tmp_path / "patch").mkdir()
    (tmp_path / "patch" / "sitecustomize.py").write_text(
        "import store.articles\n"
        "def fail(*_):\n    raise ZeroDivisionError('A ' + 'text.')\n"
        "store.articles.text = fail\n"
    )
    environment = clean_environment(PYTHONPATH=str(tmp_path / "patch"))
    with Terminal(["--db", str(path)], environment=environment) as t:
        assert t.ended() == 1
        shown = t.wait("an unexpected error")
        assert "Traceback" not in shown and "failure.log" in shown
    log = next(tmp_path.rglob("failure.log")).read_text()
    assert "ZeroDivisionError" in log and "A text." not in log


def test_a_library_that_lacks_a_column_ends_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    with Library.open(path) as library:
        importers.store(library, [Incoming("A text.")])
        library.write(lambda c: c.execute("ALTER TABLE mention RENAME COLUMN quote TO words"))
    with Terminal(["--db", str(path)]) as t:
        assert t.ended() == 1
        shown = t.wait("no such column")
        assert "Traceback" not in shown and str(path.name) in shown.replace("\n", "")


def test_a_key_typed_at_the_first_paint_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    with Library.open(path) as library:
        importers.store(library, [Incoming("MARKER and some text.")])
        library.write(lambda c: c.execute("UPDATE article SET pipeline = 'none'"))
    with Terminal(["--db", str(path)]) as t:
        while b"MARKER" not in t.raw:
            pass
        t.send("?")
        t.wait("other key closes")
        t.keys("x", "Q")
        assert t.ended() == 0


def test_a_codebook_that_cannot_be_read_is_said_in_words(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    with Library.open(path) as library:
        importers.store(library, [Incoming("A text.")])
        library.write(lambda c: c.execute("UPDATE codebook SET toml = 'damaged = ='"))
    with Terminal(["--db", str(path)]) as t:
        assert t.ended() == 1
        assert "codebook use FILE" in t.wait("its codebook cannot be read").replace("\n", " ")
    done = _run("--db", str(path), "export", "--acled", "-o", "-")
    assert done.returncode == 1 and _one_line(done.stderr)
    from store import codebook

    good = tmp_path / "good.toml"
    good.write_text(codebook.default_toml())
    assert _run("--db", str(path), "codebook", "use", str(good)).returncode == 0
    assert _run("--db", str(path), "export", "--acled", "-o", "-").returncode == 0
