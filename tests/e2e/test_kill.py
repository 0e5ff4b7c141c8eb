"""SIGKILL at random moments: nothing is lost that was said to be saved.

Counts as CI runs them: 200 kills of the store's writer, 20 of the real app; ``--kills N`` for more.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from store import mentions
from store.library import Library
from tests.e2e.terminal import Terminal, clean_environment

_WRITER = """
import os, sys
from pathlib import Path
from store import edits, notes
from store.library import Library
library = Library.open(Path(sys.argv[1]))
with library.reading() as c:
    uid = c.execute('SELECT uid FROM article').fetchone()[0]
    number = c.execute('SELECT COUNT(*) FROM op').fetchone()[0]
os.write(1, b'ready\\n')
while True:
    def work(edit):
        edit.insert_made('note', target_kind='article', target_uid=uid, body=f'note {number}')
        edit.insert_made('note', target_kind='article', target_uid=uid, body=f'twin {number}')
    edits.apply(library, 'note', f'{number}', work)
    os.write(1, b'%d\\n' % number)
    number += 1
"""


def _kills(config: pytest.Config, default: int) -> int:
    given = config.getoption("--kills")
    return int(given) if given is not None else default


def test_the_writer_loses_nothing_it_acknowledged(
    tmp_path: Path, seeded: Library, pytestconfig: pytest.Config
) -> None:
    path = seeded.path
    seeded.close()
    rng = random.Random(11)
    acknowledged, looked = -1, 0
    for _ in range(_kills(pytestconfig, 200)):
        process = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(rng.random() * 0.04)
        os.kill(process.pid, signal.SIGKILL)
        rest = process.stdout.read().split(b"\n")
        process.wait()
        said = [int(line) for line in rest[:-1] if line]
        acknowledged = max([acknowledged, *said])
        connection = sqlite3.connect(path)
        ops = connection.execute("SELECT COUNT(*) FROM op").fetchone()[0]
        assert ops >= acknowledged + 1
        # whole units: a note, its twin and their op, or none of them
        bodies = [
            row[0] for row in connection.execute("SELECT body FROM note ORDER BY id LIMIT -1 OFFSET ?",
                                                 (2 * looked,))
        ]  # fmt: skip
        assert bodies == [f"{kind} {n}" for n in range(looked, ops) for kind in ("note", "twin")]
        looked = ops
        assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
        connection.close()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert acknowledged > 0


def test_the_app_keeps_every_edit_it_said_was_saved(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    path = tmp_path / "l.db"
    environment = clean_environment(CONFLICT_READER_DB=str(path))
    rng = random.Random(5)
    with Terminal([], environment=environment) as t:
        t.wait("Keys to begin with")
        t.keys("enter")
        t.wait(lambda shown: "of 8" in shown, 60)
        t.keys("Q")
        t.ended()
    template = path.read_bytes()
    expected: set[str] = set()
    for number in range(_kills(pytestconfig, 20)):
        if number % 20 == 0 and number:  # else every mention would be decided soon
            path = tmp_path / f"l{number}.db"
            path.write_bytes(template)
            environment["CONFLICT_READER_DB"] = str(path)
            expected = set()
        with Terminal([], environment=environment) as t:
            t.wait("reviewed")
            t.keys("g", "tab", pause=0.1)
            for _ in range(rng.randrange(1, 4)):
                t.keys(rng.choice(["a", "x"]), pause=0.05)
            shown = ""
            deadline = time.monotonic() + rng.random() * 0.4
            while time.monotonic() < deadline:
                shown = t.text()
            t.kill()
            status = next((line for line in shown.splitlines()[::-1] if "reviewed" in line), "")
        with Library.open(path, "read") as library, library.reading() as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            found = mentions.of_article(connection, 1, rejected=True)
            decided = {m.uid.hex() for m in found if m.human}
            ops = connection.execute("SELECT COUNT(*) FROM op").fetchone()[0]
            summaries = [r[0] for r in connection.execute("SELECT summary FROM op ORDER BY id")]
        assert expected <= decided  # what was there after the last kill is still there
        assert ops == len(decided)  # an edit and its op come together
        for kind in ("accept “", "reject “"):
            if kind in status and "saved" in status:  # it was on screen: it is stored
                said = status[status.index(kind) :].split("”")[0]
                assert any(s.startswith(said) for s in summaries), (said, summaries)
        expected = decided
    assert expected
