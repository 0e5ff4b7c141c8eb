"""The commands backup, restore and doctor, as they are typed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from store import backup, edits, importers, tags
from store.library import Library
from store.records import Incoming
from tests.e2e.terminal import PROGRAM, clean_environment


def _run(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, "--db", str(path), *arguments], capture_output=True, text=True, check=False,
        env=clean_environment(), stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A library with one article, one backup and one edit after it."""
    path = tmp_path / "case.db"
    with Library.open(path) as library:
        importers.store(library, [Incoming("Drones struck the depot near Engels.")])
    assert _run(path, "backup").returncode == 0
    _tag(path, "after")
    return path


def _tag(path: Path, name: str) -> None:
    with Library.open(path) as library:
        with library.reading() as connection:
            uid = connection.execute("SELECT uid FROM article").fetchone()[0]
        edits.apply(library, "tag", name, lambda e: tags.set_tags(e, "article", uid, [name]))


def _tags(path: Path) -> list[str]:
    done = _run(path, "list", "--json")
    return [tag for line in done.stdout.splitlines() for tag in [json.loads(line)["tags"]] if tag]


def test_backups_are_listed_and_written_elsewhere(path: Path, tmp_path: Path) -> None:
    listed = _run(path, "backup", "--list").stdout.split("\t")
    assert listed[0] == "1" and listed[2] == "asked" and "1 article, 0 edits" in listed[4]
    elsewhere = tmp_path / "stick" / "case.db"
    elsewhere.parent.mkdir()
    done = _run(path, "backup", "-o", str(elsewhere))
    assert done.returncode == 0 and "1 article, 1 edit" in done.stderr
    again = _run(path, "backup", "-o", str(elsewhere))
    assert again.returncode == 1 and "is there already" in again.stderr
    assert backup.check(elsewhere) is None and _tags(elsewhere) == ["after"]
    assert _run(path, "backup", "-o", str(tmp_path / "no" / "x.db")).returncode == 1
    assert len(backup.of(path)) == 1


def test_going_back_means_going_back(path: Path) -> None:
    done = _run(path, "restore", "1")
    assert done.returncode == 0 and "was left there" in done.stderr
    assert _tags(path) == []
    aside = next(
        p
        for p in path.parent.iterdir()
        if ".replaced-" in p.name and p.name[-4:] not in ("-wal", "-shm")
    )
    assert _tags(aside) == ["after"]  # and nothing is lost
    done = _run(path, "restore", str(aside))
    assert done.returncode == 0 and _tags(path) == ["after"]


def test_restoring_what_is_damaged_brings_the_newest_along(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[:100] = bytes(100)
    path.write_bytes(raw)
    found = _run(path, "doctor", "--json")
    assert found.returncode == 1 and json.loads(found.stdout)["bad"] is True
    assert _run(path, "list").returncode == 1
    done = _run(path, "restore")
    assert done.returncode == 0 and "1 newer edit could be read out of it" in done.stderr
    assert _tags(path) == ["after"]
    assert _run(path, "doctor").returncode == 0


def test_refusals_are_one_line(path: Path, tmp_path: Path) -> None:
    for arguments, words in (
        (["restore", "99"], "no backup 99"),
        (["restore", "/no/such.db"], "no such file"),
        (["restore", __file__], "choose another backup"),
        (["--read-only", "restore"], "changes the library"),
    ):
        done = _run(path, *arguments)
        assert done.returncode in (1, 2) and words in done.stderr and done.stderr.count("\n") == 1
    none = tmp_path / "none.db"
    assert "no backup that can be used" in _run(none, "restore").stderr
    assert _run(none, "doctor").returncode == 1 and not none.exists()
    with Library.open(path, who="the test"):
        for arguments in (["restore"], ["doctor", "--mend"]):
            done = _run(path, *arguments)
            assert done.returncode == 75 and "held by the test" in done.stderr
        assert _run(path, "backup").returncode == 0  # beside it
        assert "open for writing: the test" in _run(path, "doctor", "--quick").stdout


def test_an_import_makes_a_backup_when_one_is_due(tmp_path: Path) -> None:
    path, article = tmp_path / "new.db", tmp_path / "a.txt"
    article.write_text("Shelling was reported.")
    assert _run(path, "import", "--no-annotate", str(article)).returncode == 0
    assert [b.why for b in backup.of(path)] == ["timed"]
    article.write_text("Shelling was reported again.")
    assert _run(path, "import", "--no-annotate", str(article)).returncode == 0
    assert len(backup.of(path)) == 1  # half an hour is not over
