"""When the world fails under the reader: what the analyst sees, and that nothing is half done."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import articles, backup, importers, mentions
from store.library import Library
from store.records import Incoming, Suggestion
from tests.e2e.terminal import PROGRAM, Terminal, clean_environment

TEXT = "Drones struck the depot near Engels, said Governor Busargin. " * 12


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A library with an article that is annotated and has nine mentions to review."""
    return _library(tmp_path / "case" / "l.db")


def _library(path: Path) -> Path:
    with Library.open(path) as library:
        importers.store(library, [Incoming(TEXT, title="The depot")])
        run = [Suggestion(s, s + 6, "FACILITY") for s in range(30, 580, 61)]
        library.write(lambda c: mentions.replace_suggestions(c, 1, run, _fingerprint(), None))
    return path


def _fingerprint() -> str:
    from annotators import pipeline

    return pipeline.fingerprint()


def _saved(path: Path) -> tuple[int, int, str]:
    """Decided mentions, edits, and what SQLite says of the file."""
    connection = sqlite3.connect(path)
    decided = connection.execute(
        "SELECT COUNT(*) FROM mention WHERE review_status NOT IN ('suggested')"
    ).fetchone()[0]
    ops = connection.execute("SELECT COUNT(*) FROM op").fetchone()[0]
    whole = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    return decided, ops, whole


def _line(shown: str) -> str:
    """The status line."""
    return shown.splitlines()[-2]


def _accept_until_refused(t: Terminal) -> str:
    for _ in range(9):
        t.keys("tab", "a", pause=0.15)
        if "nothing was changed" in t.text():
            break
    return _line(t.wait("nothing was changed", 10))


def test_a_file_that_may_not_grow(path: Path) -> None:
    limited = ["bash", "-c", 'ulimit -f 200; exec "$@"', "-", *PROGRAM]  # kB: the -wal reaches it
    with Terminal(["--db", str(path)], program=limited) as t:
        t.wait("reviewed 0 of")
        shown = _accept_until_refused(t)
        assert "disk" in shown and "Traceback" not in t.text()
        told = int(t.wait("reviewed").split("reviewed ")[1].split()[0])
        t.keys("Q")
        assert t.ended() == 0
    decided, ops, whole = _saved(path)
    assert decided == ops == told and whole == "ok"  # what is on screen is what is stored


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes, where this user may mount one."""
    where = tmp_path / "small"
    where.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(where)], capture_output=True, check=False
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip("a small disk: this user may not mount one")
    yield where
    subprocess.run(["umount", "-l", str(where)], check=True)


def test_a_disk_that_is_full_and_has_room_again(small_disk: Path) -> None:
    path = _library(small_disk / "l.db")
    filler = small_disk / "filler"
    with Terminal(["--db", str(path)]) as t:
        t.wait("reviewed 0 of")
        t.keys("tab", "a", pause=0.3)
        t.wait("saved")
        with filler.open("wb", buffering=0) as out:
            try:
                while out.write(b"\0" * 4096):
                    pass
            except OSError:
                pass
        shown = _accept_until_refused(t)
        assert "the disk is full" in shown and "delete" not in shown
        told = int(t.text().split("reviewed ")[1].split()[0])
        filler.unlink()
        t.keys("tab", "a", pause=0.4)
        t.wait(f"reviewed {told + 1} of")  # and on, without a restart
        t.keys("Q")
        assert t.ended() == 0
    decided, ops, whole = _saved(path)
    assert decided == ops == told + 1 and whole == "ok"


def test_a_note_that_cannot_be_saved_is_kept(small_disk: Path) -> None:
    path = _library(small_disk / "l.db")
    with Terminal(["--db", str(path)]) as t:
        t.wait("reviewed 0 of")
        with (small_disk / "filler").open("wb", buffering=0) as out:
            try:
                while out.write(b"\0" * 4096):
                    pass
            except OSError:
                pass
        for _ in range(12):  # until nothing more fits
            t.keys("tab", "a", pause=0.1)
        t.wait("disk is full")
        t.keys("M", pause=0.4)
        t.send("what the governor said ")
        t.send("and said again " * 300)
        t.keys("enter", pause=0.5)
        t.wait("disk is full")
        (small_disk / "filler").unlink()
        t.keys("M", pause=0.5)
        t.wait("and said again")  # not typed again
        t.keys("enter", pause=0.5)
        t.wait("saved")
        t.keys("Q")
        assert t.ended() == 0
    with Library.open(path, "read") as library, library.reading() as connection:
        body = connection.execute("SELECT body FROM note").fetchone()[0]
    assert body.startswith("what the governor said and said again")


@pytest.fixture
def other_user() -> Iterator[tuple[Path, list[str], dict[str, str]]]:
    """A folder that everybody may enter (pytest's own are for root alone), the program as another
    user, to whom files can be refused, and that user's environment."""
    tool = shutil.which("setpriv")
    if os.getuid() != 0 or tool is None:
        pytest.skip("another user is needed, to whom files are refused")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        home = folder / "home"
        home.mkdir()
        home.chmod(0o777)
        program = [tool, "--reuid=65534", "--regid=65534", "--clear-groups", *PROGRAM]
        if subprocess.run([*program, "--version"], capture_output=True, check=False).returncode:
            pytest.skip("the program cannot be read by another user")
        environment = clean_environment(
            HOME=str(home), XDG_DATA_HOME=str(home), XDG_STATE_HOME=str(home),
            XDG_CONFIG_HOME=str(home), XDG_CACHE_HOME=str(home),
        )  # fmt: skip
        yield folder, program, environment


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_may_only_be_read_is_read(
    other_user: tuple[Path, list[str], dict[str, str]], what: str
) -> None:
    folder, program, environment = other_user
    case = folder / "case"
    case.mkdir()
    path = _library(case / "l.db")
    for beside in case.iterdir():
        if beside.is_file():
            beside.chmod(0o444)
    case.chmod(0o777 if what == "file" else 0o555)
    with Terminal(["--db", str(path)], program=program, environment=environment, cwd=folder) as t:
        t.wait("READ-ONLY")
        t.wait("the library is read-only")
        t.keys("tab", "a", pause=0.4)
        t.wait("edits are refused")
        t.keys("Q")
        assert t.ended() == 0
    assert _saved(path)[:2] == (0, 0)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_permission_that_is_lost_while_it_is_open(
    other_user: tuple[Path, list[str], dict[str, str]], what: str
) -> None:
    """What is open stays open: edits go on, or are refused in a line; what is on the screen as saved
    is stored."""
    folder, program, environment = other_user
    case = folder / "case"
    case.mkdir()
    path = _library(case / "l.db")
    for owned in (case, *case.iterdir()):
        os.chown(owned, 65534, 65534)
    with Terminal(["--db", str(path)], program=program, environment=environment, cwd=folder) as t:
        t.wait("reviewed 0 of")
        t.keys("tab", "a", pause=0.4)
        t.wait("reviewed 1 of")
        (path if what == "file" else case).chmod(0)
        t.keys("tab", "a", "tab", "a", pause=0.4)
        shown = t.wait(lambda shown: "reviewed 3 of" in shown or "nothing was changed" in shown
                       or "cannot be opened" in shown or "permission" in shown.lower(), 10)  # fmt: skip
        told = int(shown.split("reviewed ")[1].split()[0])
        assert "Traceback" not in shown and "unexpected" not in shown
        t.keys("Q")
        t.ended()
    (path if what == "file" else case).chmod(0o700)
    decided, ops, whole = _saved(path)
    assert decided == ops == told and whole == "ok"


@pytest.mark.parametrize("how", ["deleted", "moved", "replaced"])
def test_a_library_that_goes_away_while_it_is_open(path: Path, how: str) -> None:
    with Terminal(["--db", str(path)]) as t:
        t.wait("reviewed 0 of")
        t.keys("tab", "a", pause=0.3)
        t.wait("saved")
        elsewhere = path.with_name("elsewhere.db")
        if how == "deleted":
            path.unlink()
        else:
            path.rename(elsewhere)
        if how == "replaced":
            path.write_bytes(b"something else")
        t.keys("tab", "a", pause=0.4)
        shown = t.wait("while it was open")
        assert ("replaced" if how == "replaced" else "deleted or moved") in shown
        assert "reviewed 1 of" in shown  # the edit was taken back
        if how == "moved":
            elsewhere.rename(path)
            t.keys("tab", "a", pause=0.4)
            t.wait("reviewed 2 of")  # and on, once it is where it was
        t.keys("Q")
        t.ended()
    kept = [b for b in backup.of(path) if b.why == "rescued"]
    assert len(kept) == 1 and backup.check(kept[0].path) is None
    assert backup.contents(kept[0].path).edits == 1
    if how == "replaced":
        assert path.read_bytes() == b"something else"


def test_a_lock_file_that_was_deleted_lets_no_second_writer_in(path: Path) -> None:
    with Terminal(["--db", str(path)]) as t:
        t.wait("reviewed 0 of")
        path.with_name("l.db.lock").unlink()
        t.keys("tab", "a", pause=0.3)
        t.wait("saved")
        with Terminal(["--db", str(path)]) as second:
            second.wait("READ-ONLY")
            second.keys("Q")
        t.keys("Q")
        assert t.ended() == 0


def test_the_annotation_process_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    with Terminal(["--db", str(path)]) as t:
        t.wait("Keys to begin with")
        t.keys("enter")
        t.wait("of 8", 60)
        children = subprocess.run(
            ["pgrep", "-P", str(t.process.pid)], capture_output=True, text=True, check=False
        ).stdout.split()
        assert children
        for child in children:
            os.kill(int(child), signal.SIGKILL)
        t.keys("tab", "a", pause=0.4)
        t.wait("reviewed 1 of")
        t.keys("p", pause=0.4)  # what comes next is annotated by a new one
        t.send("Drones hit an oil depot in Engels on 14 January 2025, Governor Busargin said.")
        t.keys("\x13", pause=0.5)
        t.wait(lambda shown: "Engels" in shown and "0 of" in shown, 60)
        t.keys("Q")
        assert t.ended() == 0


def test_the_terminal_is_closed(path: Path) -> None:
    with Terminal(["--db", str(path)]) as t:
        t.wait("reviewed 0 of")
        t.keys("tab", "a", "tab", "a", pause=0.02)  # the last may still be on its way to the disk
        time.sleep(0.3)
        os.kill(t.process.pid, signal.SIGHUP)
        assert t.ended(10) == 128 + signal.SIGHUP
    assert _saved(path) == (2, 2, "ok")
    assert path.with_name("l.db.lock").stat().st_size == 0  # closed, not left
    assert [b.why for b in backup.of(path)] == ["quit"]


def test_it_is_told_to_end(path: Path) -> None:
    with Terminal(["--db", str(path)]) as t:
        t.wait("reviewed 0 of")
        t.keys("tab", "a", pause=0.05)
        time.sleep(0.2)
        os.kill(t.process.pid, signal.SIGTERM)
        assert t.ended(10) == 128 + signal.SIGTERM
        assert b"\x1b[?1049l" in t.raw  # the terminal is put in order
    assert _saved(path) == (1, 1, "ok")


def test_it_is_suspended_and_comes_back(path: Path) -> None:
    with Terminal(["--db", str(path)]) as t:
        t.wait("reviewed 0 of")
        t.keys("tab", "a", pause=0.2)
        os.kill(t.process.pid, signal.SIGTSTP)
        deadline = time.monotonic() + 10
        while b"\x1b[?1049l" not in t.raw and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.3)
        with Library.open(path, "read") as library, library.reading() as connection:
            assert articles.count(connection) == 1  # it can be read meanwhile
        os.kill(t.process.pid, signal.SIGCONT)
        time.sleep(0.5)
        t.keys("tab", "a", pause=0.4)
        t.wait("reviewed 2 of")
        t.keys("Q")
        assert t.ended() == 0
    assert _saved(path) == (2, 2, "ok")


def test_an_unclean_end_is_noticed_and_looked_over(path: Path) -> None:
    with Terminal(["--db", str(path)]) as t:
        t.wait("reviewed 0 of")
        t.keys("tab", "a", pause=0.3)
        t.wait("saved")
        t.kill()
    with Terminal(["--db", str(path)]) as t:
        t.wait("looked over and is whole")
        t.keys("Q")
        assert t.ended() == 0
    with Terminal(["--db", str(path)]) as t:
        t.wait("reviewed 1 of")
        time.sleep(0.5)
        assert "looked over" not in t.text()
        t.keys("Q")


@pytest.mark.parametrize("choice", ["restore", "read"])
def test_damage_found_after_an_unclean_end_leads_to_the_backups(path: Path, choice: str) -> None:
    with Library.open(path, "read") as library, library.reading() as connection:
        backup.make(connection, path, "asked")
    with Terminal(["--db", str(path)]) as t:
        t.wait("reviewed 0 of")
        t.kill()
    raw = bytearray(path.read_bytes())
    page = len(raw) // 4096 * 3 // 4
    raw[page * 4096 : (page + 3) * 4096] = b"\xa5" * 4096 * 3
    path.write_bytes(raw)
    for side in ("-wal", "-shm"):
        path.with_name(path.name + side).unlink(missing_ok=True)
    with Terminal(["--db", str(path)]) as t:
        t.wait("Restore the newest good backup", 30)
        if choice == "read":
            t.keys("j", "enter", pause=0.4)
            t.wait("READ-ONLY")
            t.keys("tab", "a", pause=0.4)
            t.wait("edits are refused")
            t.keys("Q")
            t.ended()
            assert [b.why for b in backup.of(path)] == ["asked"]
            return
        t.keys("enter")
        t.wait("Restored")
        t.keys("x", "Q", pause=0.4)
        assert t.ended() == 0
    assert _saved(path)[2] == "ok"
    assert any(".replaced-" in p.name for p in path.parent.iterdir())


def test_the_second_instance_takes_over(path: Path) -> None:
    with Terminal(["--db", str(path)]) as first:
        first.wait("reviewed 0 of")
        with Terminal(["--db", str(path)]) as second:
            second.wait("READ-ONLY")
            first.keys("tab", "a", pause=0.3)
            first.wait("saved")
            first.kill()
            second.wait("looked over and is whole", 15)  # free, and left by a kill
            second.wait("reviewed 1 of")  # what the other did is shown
            second.keys("tab", "a", pause=0.4)
            second.wait("reviewed 2 of")
            second.keys("Q")
            assert second.ended() == 0
    assert _saved(path) == (2, 2, "ok")


def test_a_newer_library_is_offered_for_reading(path: Path) -> None:
    raw = sqlite3.connect(path)
    raw.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
                " VALUES ('conflict_reader', 'm999_later', '2030')")  # fmt: skip
    raw.commit()
    raw.close()
    before = path.read_bytes()
    with Terminal(["--db", str(path)]) as t:
        t.wait("ritten by a newer conflict-reader")
        t.keys("q")
        assert t.ended() == 1
        t.wait("update the program")
    with Terminal(["--db", str(path)]) as t:
        t.wait("Open it for reading")
        t.keys("enter")
        t.wait("READ-ONLY")
        t.keys("tab", "a", pause=0.4)
        t.wait("edits are refused")
        t.keys("Q")
        assert t.ended() == 0
    done = subprocess.run(
        [*PROGRAM, "--db", str(path), "list"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1 and "--read-only" in done.stderr
    done = subprocess.run(
        [*PROGRAM, "--db", str(path), "--read-only", "list"], capture_output=True, text=True, check=True
    )  # fmt: skip
    assert "The depot" in done.stdout
    assert path.read_bytes() == before


def test_it_is_opened_for_reading_where_that_is_asked_for(path: Path) -> None:
    before = path.read_bytes()
    with Terminal(["--db", str(path), "--read-only"]) as t:
        t.wait("READ-ONLY")
        t.keys("tab", "a", pause=0.4)
        t.wait("edits are refused")
        t.keys("Q")
        assert t.ended() == 0
    assert path.read_bytes() == before and not backup.of(path)
    with Terminal(["--db", str(path.with_name("none.db")), "--read-only"]) as t:
        assert t.ended() == 1
        t.wait("there is nothing here")
    done = subprocess.run(
        [*PROGRAM, "--db", str(path), "--read-only", "annotate"], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 2 and "--read-only" in done.stderr
