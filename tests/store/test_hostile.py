"""Files, names and settings that somebody made to do harm."""

from __future__ import annotations

import io
import os
import stat
import time
import zipfile
from pathlib import Path

import pytest

from store import importers, regexes
from store.errors import StoreError
from store.exporters import csv_files, tables
from store.importers.result import Failure
from store.library import Library
from store.records import Incoming
from tui import editor
from tui.commands import writing


def _all(paths: list[Path]) -> tuple[list[Incoming], list[Failure]]:
    found: list[Incoming | Failure] = []
    for file in importers.files(paths):
        found += [file] if isinstance(file, Failure) else list(importers.read(file))
    return (
        [item for item in found if isinstance(item, Incoming)],
        [item for item in found if isinstance(item, Failure)],
    )


def test_links_that_lead_out_of_a_folder_are_left_out(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a private key")
    folder = tmp_path / "from-somebody"
    (folder / "inside").mkdir(parents=True)
    (folder / "a.txt").write_text("An article.")
    (folder / "same.txt").symlink_to(folder / "a.txt")
    (folder / "inside" / "b.txt").symlink_to(secret)
    (folder / "c.txt").symlink_to("../secret.txt")
    (folder / "elsewhere").symlink_to(tmp_path)
    (folder / "dangling.txt").symlink_to(tmp_path / "nothing")
    os.mkfifo(folder / "pipe.txt")
    articles, failures = _all([folder])
    assert {a.text for a in articles} == {"An article."}
    assert sum("leads out of the folder" in f.why for f in failures) == 2
    asked_for, _ = _all([folder / "c.txt"])  # by its name it is what the user means
    assert [a.text for a in asked_for] == ["a private key"]


def test_pipes_devices_and_endless_files_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    sparse = tmp_path / "huge.jsonl"
    with sparse.open("wb") as out:
        out.truncate(10_000_000_000)
    for path in (tmp_path / "pipe.txt", Path("/dev/zero"), sparse):
        begun = time.monotonic()
        articles, failures = _all([path])
        assert not articles and len(failures) == 1 and time.monotonic() - begun < 2


def test_archives_are_refused_unopened(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("../../evil.txt", b"\0" * 50_000_000)
    for name in ("a.zip", "a.docx", "a.txt", "a.html", "a.jsonl"):
        (tmp_path / name).write_bytes(packed.getvalue())
        articles, failures = _all([tmp_path / name])
        assert not articles and "zip or office" in failures[0].why
    assert not (tmp_path.parent.parent / "evil.txt").exists()


@pytest.mark.parametrize(
    "page",
    [
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]><html><body><article><p>'
        "{words} &e;</p></article></body></html>",
        '<!DOCTYPE html [<!ENTITY % p SYSTEM "file://{secret}"> %p;]><html><body><p>{words}</p></body></html>',
        '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 50 + '"><!ENTITY c "' + "&b;" * 50 + '">'
        '<!ENTITY d "' + "&c;" * 50 + '">]><html><body><p>{words} &d;&d;&d;</p></body></html>',
        '<html><body><iframe src="file://{secret}"></iframe><object data="{secret}"></object>'
        '<p>{words}</p><xi:include href="{secret}" parse="text"/></body></html>',
        "<html><body>" + "<div>" * 100_000 + "<p>{words}</p>",
        "<html><body><p>{words}</p>" + "<a " * 200_000,
        "<html><body><p>{words}</p><table>" + "<tr><td>" * 50_000,
    ],
)  # fmt: skip
def test_pages_that_read_files_or_grow(page: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET-CONTENT")
    words = "Drones struck an oil depot near Engels in the night, the governor said. " * 6
    begun = time.process_time()
    raw = page.replace("{secret}", str(secret)).replace("{words}", words).encode()
    for item in importers.parse(raw, "page.html", "html", {}):
        if isinstance(item, Incoming):
            assert "TOP-SECRET" not in item.text and len(item.text) < 20 * len(words)
        else:
            assert "\n" not in item.why
    assert time.process_time() - begun < 20


def test_deep_rows_are_words() -> None:
    for raw in (b"[" * 100_000, b'{"text": ' * 50_000, b'{"text": "' + b"x" * 100 + b'", "a": ' + b"[" * 90_000):  # fmt: skip
        for name in ("jsonl",):
            items = list(importers.parse(raw, "deep", name, {}))
            assert items and all(isinstance(item, Failure) for item in items)


@pytest.mark.parametrize("pattern", [r"(\w+\s?)*$", r"(a|a)*b", r"(x+x+)+y", "(" * 900, r"(?:a{1000}){1000}"])  # fmt: skip
def test_a_regular_expression_is_ended_when_its_time_is_up(pattern: str) -> None:
    begun = time.monotonic()
    found = regexes.find(pattern, [(1, "a" * 40 + " " + "x" * 60 + "!")] * 3, 1.0)
    assert time.monotonic() - begun < 4
    assert found.problem is None or "\n" not in found.problem


# --- where something is written --------------------------------------------------------------------


def test_an_export_is_never_led_elsewhere(seeded: Library, tmp_path: Path) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("precious")
    link = tmp_path / "out.csv"
    link.symlink_to(precious)
    with seeded.reading() as connection:
        csv_files.export_one(connection, tables.BY_NAME["articles"], link)
    assert precious.read_text() == "precious" and not link.is_symlink()
    for name in (".out.csv.tmp", f".out2.csv.{os.getpid()}.tmp"):
        (tmp_path / name).symlink_to(precious)  # where a name could be guessed
    with seeded.reading() as connection, pytest.raises(StoreError):
        csv_files.export_one(connection, tables.BY_NAME["articles"], tmp_path / "out2.csv")
    assert precious.read_text() == "precious"


def test_pipes_and_devices_are_not_replaced_by_files(seeded: Library, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/null"), tmp_path):
        with seeded.reading() as connection, pytest.raises(StoreError):
            csv_files.export_one(connection, tables.BY_NAME["articles"], path)
        with pytest.raises(StoreError), writing(str(path)) as out:
            out.write("x")
    assert stat.S_ISFIFO(pipe.stat().st_mode) and stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_file_that_is_not_finished_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("old")
    with pytest.raises(RuntimeError), writing(str(target)) as out:
        out.write("half")
        raise RuntimeError
    assert target.read_text() == "old" and [p.name for p in tmp_path.iterdir()] == ["out.jsonl"]


# --- the user's editor -----------------------------------------------------------------------------


def _editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, name: str) -> Path:
    tool = tmp_path / name
    tool.write_text(f"#!/bin/sh\n{script}\n")
    tool.chmod(0o755)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"'{tool}' --wait")
    return tool


def test_the_editor_gets_a_file_for_this_user_and_no_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "said"
    script = f'echo "$#|$1|$(stat -c %a "$2")|$(stat -c %a "$(dirname "$2")")|$2" > {said}; echo more >> "$2"'  # fmt: skip
    _editor(tmp_path, monkeypatch, script, "my editor; touch evil")
    text = "$(touch evil) `touch evil` ; touch evil | \x1b]0;x\x07\n"
    assert editor.edit(text) == text + "more"
    count, flag, _, folder_mode, path = said.read_text().strip().split("|")
    assert (count, flag, folder_mode) == ("2", "--wait", "700")
    assert not Path(path).exists() and not Path("evil").exists()


def test_an_editor_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for script, words in (("exit 3", "ended with 3"), ('rm "$2"', "left no file")):
        _editor(tmp_path, monkeypatch, script, "e")
        with pytest.raises(editor.EditorError, match=words):
            editor.edit("kept")
    for named, words in (("", "no editor is set"), ("/no/such", "is not there"), ("'x", "not a command")):  # fmt: skip
        monkeypatch.setenv("EDITOR", named)
        with pytest.raises(editor.EditorError, match=words):
            editor.edit("kept")
    _editor(tmp_path, monkeypatch, 'printf "\\377\\000x" > "$2"', "e")
    assert editor.edit("kept") == "\ufffd\0x"
