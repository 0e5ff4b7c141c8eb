"""Nothing leaves the machine, and what stays is for its user alone."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path

from store.library import Library
from tests.e2e.terminal import PROGRAM, Terminal, clean_environment

MARK = "Zyxwvutsk"  # a place that stands nowhere else
TEXT = f"Drones struck the depot in {MARK}, said Governor Busargin on January 14. " * 5
_WATCH = """
import os, sys
def hook(event, arguments):
    if event in ('socket.connect', 'socket.getaddrinfo', 'socket.sendto', 'socket.gethostbyname'):
        import socket
        if event == 'socket.connect' and arguments[0].family == socket.AF_UNIX:
            return
        with open(os.environ['WATCHED'], 'a') as out:
            out.write(f'{event} {arguments[1:]!r}\\n')
sys.addaudithook(hook)
with open(os.environ['WATCHED'] + '.processes', 'a') as out:
    out.write(f'{sys.argv}\\n')
"""


def test_the_whole_job_asks_nobody_for_anything(tmp_path: Path) -> None:
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(_WATCH)
    watched = tmp_path / "watched"
    environment = clean_environment(
        PYTHONPATH=str(tmp_path / "watch"), WATCHED=str(watched),
        CONFLICT_READER_DB=str(tmp_path / "case" / "l.db"),
    )  # fmt: skip
    page = tmp_path / "page.html"
    page.write_text(
        f"<html><head><title>T</title><link rel=stylesheet href='http://192.0.2.1/x.css'></head><body>"
        f"<article><h1>Depot</h1><p>{TEXT}</p><img src='http://192.0.2.1/pixel.gif'></article></body></html>"
    )
    for arguments in (
        ["import", str(page)], ["annotate"], ["search", "depot"], ["export", "-o", str(tmp_path / "out")],
        ["casefile", "-o", str(tmp_path / "case.html")], ["backup"], ["doctor"], ["import", "https://192.0.2.1/"],
    ):  # fmt: skip
        subprocess.run([*PROGRAM, *arguments], env=environment, capture_output=True, check=False)
    with Terminal([], environment=environment) as t:
        t.wait("reviewed")
        t.keys("tab", "a", "y", "?", "q", "I", "q", "Q", pause=0.3)
        assert t.ended() == 0
    assert not watched.exists(), watched.read_text()
    seen = Path(f"{watched}.processes").read_text()
    assert "annotators.worker" in seen or "-m" in seen  # the hook was there, in the worker too
    assert seen.count("\n") >= 10


def test_files_are_for_their_user_alone_and_logs_hold_no_text(tmp_path: Path) -> None:
    environment = clean_environment(HOME=str(tmp_path), CONFLICT_READER_DB="")
    environment.pop("CONFLICT_READER_DB")
    article = tmp_path / "a.txt"
    article.write_text(TEXT)
    before = os.umask(0)  # the widest there is: the program relies on none
    try:
        subprocess.run([*PROGRAM, "import", "--no-annotate", str(article)], env=environment, check=True, capture_output=True)  # fmt: skip
        with Terminal([], environment=environment) as t:
            t.wait(lambda shown: "0 of" in shown and "0 of 0" not in shown, 60)
            t.keys("tab", "a", "V", "escape", "Q", pause=0.3)
            assert t.ended() == 0
        subprocess.run([*PROGRAM, "export", "-o", str(tmp_path / "out")], env=environment, check=True, capture_output=True)  # fmt: skip
    finally:
        os.umask(before)
    roots = [tmp_path / name for name in ("data", "state")]
    files = [path for root in roots for path in root.rglob("*")]
    assert {p.name for p in files} >= {"library.db", "recent.json", "worker.log"}
    for path in files:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), (path, oct(mode))
        if path.is_file() and "library.db" not in path.name and "backups" not in str(path):
            assert MARK.encode() not in path.read_bytes(), path
    for path in (tmp_path / "out").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_private_keeps_no_list_of_libraries(tmp_path: Path) -> None:
    path = tmp_path / "secret-case.db"
    Library.open(path).close()
    for flags, kept in ((["--private"], False), ([], True)):
        with Terminal(["--db", str(path), *flags]) as t:
            t.wait("No articles yet")
            t.keys("Q", pause=0.5)
            assert t.ended() == 0
        state = [p for p in (tmp_path / "state").rglob("*") if p.is_file()]
        named = [p.name for p in state if b"secret-case" in p.read_bytes()]
        assert named == (["recent.json"] if kept else [])
    assert json.loads(next((tmp_path / "state").rglob("recent.json")).read_text()) == [str(path)]


def test_the_libraries_that_were_open_are_offered(tmp_path: Path) -> None:
    for name in ("one", "two"):
        with Terminal(["--db", str(tmp_path / f"{name}.db")]) as t:
            t.wait("Keys to begin with")
            t.keys("enter", pause=0.3)
            t.wait("reviewed")
            if name == "two":
                t.keys("q", "O", pause=0.5)
                t.wait("one.db")
                t.keys("enter", pause=0.5)
                t.wait("opened")
            t.keys("Q")
            assert t.ended() == 0
