"""Many processes on one library: one writes, the others read or are told who holds it. Nobody sees
"busy", nobody sees damage, and nothing that was acknowledged is lost. Four seconds each here;
``--seconds 60`` for the minute."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from store.library import Library
from tests.e2e.terminal import clean_environment

_PROCESS = """
import json, random, sys, time
from pathlib import Path
from store import articles, edits, history, mentions, notes, search
from store.errors import HeldError, StoreError
from store.library import Library
path, number, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
rng = random.Random(number)
end = time.monotonic() + seconds
said, read, held, wrong = [], 0, [], []
while time.monotonic() < end:
    try:
        with Library.open(path, who=f'process number {number}') as library:
            with library.reading() as c:
                uid = c.execute('SELECT uid FROM article').fetchone()[0]
            for _ in range(rng.randrange(1, 40)):
                body = f'{number}:{len(said)}'
                edits.apply(library, 'note', body, lambda e: e.insert_made(
                    'note', target_kind='article', target_uid=uid, body=body))
                said.append(body)
        time.sleep(rng.random() * 0.05)
    except HeldError as problem:
        held.append(str(problem))
        try:
            with Library.open(path, 'read') as library:
                for _ in range(rng.randrange(1, 30)):
                    with library.reading() as c:
                        before = c.execute('SELECT COUNT(*) FROM op').fetchone()[0]
                        articles.text(c, 1); mentions.of_article(c, 1); search.search(c, 'drone', 5)
                        assert c.execute('SELECT COUNT(*) FROM op').fetchone()[0] >= before
                    read += 1
                    time.sleep(0.002)
        except StoreError as problem:
            wrong.append(str(problem))
    except StoreError as problem:
        wrong.append(str(problem))
print(json.dumps({'said': said, 'read': read, 'held': sorted(set(held))[:3], 'wrong': wrong}))
"""


@pytest.mark.parametrize("processes", [2, 10])
def test_one_writes_and_the_others_read(
    seeded: Library, processes: int, pytestconfig: pytest.Config
) -> None:
    path = seeded.path
    seeded.close()
    seconds = float(pytestconfig.getoption("--seconds"))
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _PROCESS, str(path), str(number), str(seconds)],
            stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2], env=clean_environment(),
        )
        for number in range(processes)
    ]  # fmt: skip
    reports = []
    for process in running:
        out, _ = process.communicate(timeout=seconds + 60)
        assert process.returncode == 0
        reports.append(json.loads(out))
    assert [r["wrong"] for r in reports] == [[]] * processes  # no "busy", no "damaged"
    said = {body for r in reports for body in r["said"]}
    with Library.open(path, "read") as library, library.reading() as connection:
        there = {row[0] for row in connection.execute("SELECT body FROM note")}
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        ops = connection.execute("SELECT COUNT(*) FROM op").fetchone()[0]
    assert there == said and ops == len(said) > 0
    assert sum(r["read"] for r in reports) > 0
    for line in (line for r in reports for line in r["held"]):
        assert "held by" in line and ("process number" in line or "another process" in line)
