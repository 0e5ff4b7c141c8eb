"""Text from outside never acts on the terminal: every screen and every command is fed the poison
corpus, and what the real pseudo-terminal received is searched for it."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from pathlib import Path

import pytest

from store import (
    articles,
    edits,
    filters,
    importers,
    incidents,
    marks,
    memory,
    mentions,
    notes,
    tags,
)
from store.incidents import NewClaim
from store.library import Library
from store.records import Incoming, Suggestion
from tests.e2e.terminal import PROGRAM, Terminal, clean_environment

POISON = (
    "PWNED\x1b]52;c;cHduZWQ=\x07\x1b]0;PWNED\x07\x1b]2;PWNED\x1b\\\x1b[5;31;47m\x1b[2J\x1bPq#0\x1b\\"
    "\x9b31m\x9d0;PWNED\x9c\x00\x07\x08\x7f\x85\u2028\u202eevil\u2066x\u2069\u200f\ufeff\U000e0041"
    " [/] [red [@click=app.exit]click[/] [link=http://x]l[/link] [b]bold[/b] {0} %s"
)
_SEQUENCE = re.compile(rb"\x1b\[[0-9:;<=>?]*[ -/]*[@-~]|\x1b[()][A-B0-2]|\x1b[=>78]")
HARMFUL = re.compile(
    "[\x00-\x06\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200f\ufeff\U000e0041]"
)


_SIZES = [(120, 40), pytest.param((80, 24), marks=pytest.mark.slow)]


def check(raw: bytes) -> None:
    """Assert that nothing of the corpus's sequences reached the terminal."""
    raw = re.sub(rb"\x1b\]22;[a-z-]*\x07", b"", raw)  # the mouse pointer's shape, Textual's own
    for sequence in (
        b"\x1b]",
        b"\x1bP",
        b"\x1b_",
        b"\x1b^",
        b"\x1b[5;31;47m",
        b"\xc2\x9b",
        b"\xc2\x9d",
    ):
        assert sequence not in raw, raw[max(0, raw.index(sequence) - 80) :][:200]
    rest = _SEQUENCE.sub(b"", raw)
    assert b"\x1b" not in rest, rest[max(0, rest.index(b"\x1b") - 60) :][:120]
    text = rest.decode("utf-8", "replace").replace("\r", "").replace("\n", "").replace("\x08", "")
    found = HARMFUL.search(text)
    assert found is None, (found.group(), text[max(0, found.start() - 60) :][:120])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A library with the corpus in every field."""
    path = tmp_path / "l.db"
    body = f"{POISON}\n\nA line with {POISON} in it and Hamas at the oil depot.\n" + "More.\n" * 5
    file = tmp_path / "na\x1b]0;PWNED\x07me[red.txt"
    file.write_text("From a file with such a name.")
    with Library.open(path) as library:
        importers.store(library, importers.read(file))
        importers.store(
            library,
            [Incoming(body, POISON, POISON, POISON, POISON, "2025-01-14", "en", POISON, POISON)],
        )
        with library.reading() as connection:
            text = articles.text(connection, 2)
        at = text.index("Hamas")
        again = text.index("PWNED", 150)
        run = [
            Suggestion(0, 20, "ORG"),
            Suggestion(again, again + 110, "PERSON"),
            Suggestion(at, at + 5, "FORCE", entity=POISON),
        ]
        library.write(lambda c: mentions.replace_suggestions(c, 2, run, "fp", None))
        library.set_analyst(POISON)
        with library.reading() as connection:
            article, first = articles.get(connection, 2), mentions.of_article(connection, 2)[0]
        assert article is not None
        edits.apply(
            library, "note", POISON, lambda e: notes.set_body(e, "article", article.uid, POISON)
        )
        edits.apply(
            library, "note", POISON, lambda e: notes.set_body(e, "mention", first.uid, POISON)
        )
        edits.apply(
            library, "tag", POISON, lambda e: tags.set_tags(e, "article", article.uid, [POISON])
        )
        edits.apply(library, "m", POISON, lambda e: memory.remember(e, POISON, "ORG", "never"))
        edits.apply(library, "a", POISON, lambda e: mentions.accept(e, first))
        library.write(lambda c: marks.set_mark(c, POISON, 2, 0))
        library.write(
            lambda c: filters.save(c, POISON, filters.line(filters.Filter(source=POISON)))
        )
        book = library.codebook()
        for _ in range(2):
            claims = [NewClaim(f, POISON, 0, 20, text[:20], said_by=POISON) for f in
                      ("trigger", "place_name", "actors", "weapons", "summary")]  # fmt: skip
            edits.apply(
                library, "incident", POISON,
                lambda e, claims=claims: incidents.create(e, 2, (0, 20, text[:20]), POISON, claims),  # type: ignore[misc]
            )  # fmt: skip
        library.write(
            lambda c: c.execute(
                "UPDATE incident SET date_start = '2025-01-14', date_end = '2025-01-14', lat = 51.5,"
                " lon = 46.1 + id, place_name = summary, country = summary, type = 'attack.drone'"
            )
        )
        edits.apply(
            library, "link", POISON, lambda e: incidents.link(e, book, 1, 2, "part_of", POISON)
        )
        library.write(
            lambda c: c.execute("INSERT INTO setting (key, value) VALUES ('last_article', '2')")
        )
        assert len(text) == len(body)
    return path


@pytest.mark.parametrize("size", _SIZES)
def test_no_screen_lets_it_through(path: Path, size: tuple[int, int]) -> None:
    with Terminal(["--db", str(path)], size=size) as t:
        t.wait("PWNED")
        t.wait("[@click=app.exit]")  # readable, as it is written
        t.keys("tab", "tab", "l", "h", "h", "j", "k", "enter", pause=0.15)
        for opening, closing in (
            (("M",), "escape"), (("E",), "escape"), (("?",), "q"), ((":",), "escape"),
            (("tab", "m"), "escape"), (("W",), "escape"),
            (("+",), "escape"), (("X",), "escape"), (("p",), "escape"), (("t",), "escape"),
            (("f",), "escape"), (("O",), "escape"), (("Z",), "escape"), (("R",), "escape"),
        ):  # fmt: skip
            t.keys(*opening, pause=0.18)
            t.keys(closing, pause=0.18)
        for keys in (
            ("P", "s", "j", "space"), ("D", "j"), ("@", "enter", "j", "j", "space"), ("O",), ("'",),
            ("K", "space"), ("S",), ("#",), ("f",), ("c",), ("V",), ("A",), ("*", "n", "H", "j"),
            ("h", "f", "t"), ("h", "f", "o"), ("h", "f", "e"), ("h", "v"),
        ):  # fmt: skip
            t.keys("tab", *keys, pause=0.1)
            for _ in range(3):
                t.keys("escape", pause=0.07)
            t.keys("l", pause=0.07)
        t.keys("|", pause=0.8)
        t.keys("w", "|", pause=0.5)
        t.keys("V", "l", "escape", pause=0.4)
        t.keys("I", "enter", "l", "j", "j", "F", "h", "e", pause=0.18)
        t.keys("escape", "L", "escape", "q", "q", pause=0.18)
        t.keys("/", pause=0.18)
        t.type_line("PWNED")
        t.keys("u", "U", pause=0.4)
        t.keys("escape", "escape", "Q", pause=0.4)
        assert t.ended() == 0, t.text()  # the line that names what went wrong
        check(bytes(t.raw))


@pytest.mark.parametrize("size", _SIZES)
def test_no_screen_of_incidents_lets_it_through(path: Path, size: tuple[int, int]) -> None:
    with Terminal(["--db", str(path)], size=size) as t:
        t.wait("PWNED")
        t.keys("tab", "I", pause=0.5)
        t.wait("PWNED")
        for view in (
            ("t", "v", "v", "v", "+", "-", "l", "h"), ("m", "tab", "+", "h", "j", "0"), ("n", "j"),
            ("s", "1"), ("s", "n"), ("S", "j", "enter"), ("f",), ("X",), (":",), ("?",),
        ):  # fmt: skip
            t.keys(*view, pause=0.15)
            for _ in range(3):
                t.keys("escape", pause=0.08)
            t.keys("I", pause=0.18)
        t.keys(
            "enter", "l", "j", "C", "escape", "H", "escape", "V", "escape", "=", "escape", pause=0.3
        )
        t.keys("q", "q", "q", "J", "j", "escape", pause=0.18)
        t.keys("Q", pause=0.18)
        assert t.ended() == 0
        check(bytes(t.raw))


def test_no_trouble_lets_it_through(tmp_path: Path, path: Path) -> None:
    from store import backup

    named = tmp_path / "case\x1b]0;PWNED\x07[red]\u202e.db"
    path.rename(named)
    with Library.open(named) as library, library.reading() as connection:
        backup.make(connection, named, "asked")
    for arguments in (
        ["doctor", "--quick"],
        ["backup"],
        ["backup", "--list"],
        ["doctor", "--json"],
    ):
        with Terminal(["--db", str(named), *arguments], size=(200, 50)) as t:
            t.ended(60)
            t.wait(lambda shown: len(shown.strip()) > 0, 5)
            check(bytes(t.raw))
    raw = bytearray(named.read_bytes())
    raw[: 4096 * 2] = b"x" * 8192
    named.write_bytes(raw)
    with Terminal(["--db", str(named)]) as t:
        t.wait("newest good backup")
        t.keys("enter")
        t.wait("Restored")
        t.keys("x", "Q", pause=0.4)
        assert t.ended() == 0
        check(bytes(t.raw))
    with Terminal(["--db", str(named), "restore"], size=(200, 50)) as t:
        assert t.ended() == 0
        t.wait("edits")
        check(bytes(t.raw))


@pytest.mark.parametrize("way", ["xclip", "tmux", "terminal"])
def test_the_clipboard_gets_nothing_that_acts(path: Path, tmp_path: Path, way: str) -> None:
    """What is pasted into a shell must not be able to do anything there."""
    tools = tmp_path / "tools"
    tools.mkdir()
    taken = tmp_path / "taken"
    if way != "terminal":
        tool = tools / way
        tool.write_text(f"#!/bin/sh\ncat > {taken}\n")
        tool.chmod(0o755)
    more = {
        "xclip": {"DISPLAY": ":9"},
        "tmux": {"TMUX": "none,1,0"},
        "terminal": {"SSH_TTY": "x"},
    }
    environment = clean_environment(PATH=f"{tools}:/usr/bin:/bin", **more[way])
    environment.pop("WAYLAND_DISPLAY", None)
    with Terminal(["--db", str(path)], environment=environment) as t:
        t.wait("reviewed 1 of")
        t.keys("tab", pause=0.4)
        t.keys("y", pause=0.8)
        t.wait("copied")
        t.keys("Q")
        assert t.ended() == 0
        raw = bytes(t.raw)
    if way == "terminal":
        sent = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\)", raw)
        assert len(sent) == 1
        copied = base64.b64decode(sent[0]).decode()
        raw = raw.replace(b"\x1b]52;c;" + sent[0] + b"\x07", b"").replace(b"\x1b]52;c;" + sent[0] + b"\x1b\\", b"")  # fmt: skip
    else:
        copied = taken.read_text("utf-8")
    assert "PWNED" in copied and HARMFUL.search(copied) is None
    check(raw)


def test_logs_hold_no_text(path: Path, tmp_path: Path) -> None:
    """Neither what the annotation process says nor an unforeseen failure writes article text."""
    (tmp_path / "patch").mkdir()
    (tmp_path / "patch" / "sitecustomize.py").write_text(
        "import store.notes\n"
        "def fail(connection, uid):\n"
        "    text = connection.execute('SELECT text FROM article_version').fetchone()[0]\n"
        "    raise RuntimeError(text)\n"
        "store.notes.of_target = fail\n"
    )
    environment = clean_environment(PYTHONPATH=str(tmp_path / "patch"))
    with Terminal(["--db", str(path)], environment=environment) as t:
        t.wait("PWNED")
        t.keys("M", pause=0.5)
        assert t.ended() == 1
        assert "an unexpected error (RuntimeError)" in t.wait("unexpected")
        check(bytes(t.raw))
    state = [p for p in (tmp_path / "state").rglob("*") if p.is_file()]
    assert any(p.name == "failure.log" for p in state)
    for file in state:
        assert b"PWNED" not in file.read_bytes(), file


def test_no_command_lets_it_through_to_a_terminal(path: Path) -> None:
    for arguments in (
        ["list"], ["list", "--json"], ["search", "PWNED"], ["search", "PWNED", "--json"], ["show", "2"],
        ["show", "2", "--json"], ["export", "--table", "mentions", "-o", "-"],
        ["export", "--table", "audit", "-o", "-"], ["show", POISON.replace("\0", "")],
        ["import", "/nowhere/\x1b]0;PWNED\x07"], ["export", "--table", "\x1b[2J", "-o", "-"],
    ):  # fmt: skip
        with Terminal(["--db", str(path), *arguments], size=(200, 50)) as t:
            t.ended()
            t.wait(lambda shown: len(shown.strip()) > 0, 5)
            check(bytes(t.raw))


def test_a_pipe_gets_the_data_as_it_is(path: Path) -> None:
    done = subprocess.run(
        [*PROGRAM, "--db", str(path), "show", "2", "--json"], capture_output=True, check=True,
        env=clean_environment(),
    )  # fmt: skip
    record = json.loads(done.stdout)
    stored = POISON.replace("\0", "\ufffd")
    assert record["text"].startswith(stored)
    assert all(m["text"] == record["text"][m["start"] : m["end"]] for m in record["mentions"])
    table = subprocess.run(
        [*PROGRAM, "--db", str(path), "export", "--table", "notes", "-o", "-"], capture_output=True,
        check=True, env=clean_environment(),
    ).stdout.decode()  # fmt: skip
    assert "\x1b]52;c;" in table
