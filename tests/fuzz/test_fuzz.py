"""A short run of every target of `tests.fuzz.run`; ``--fuzz 100000`` for a long one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.run import targets

_SHORT = {
    "regex": 25,
    "library": 150,
    "html": 150,
    "annotate": 200,
    "link": 150,
    "codebook": 150,
    "damaged": 60,
}


@pytest.mark.parametrize("name", targets(Path()))
def test_no_input_breaks_it(name: str, pytestconfig: pytest.Config) -> None:
    given = pytestconfig.getoption("--fuzz")
    count = int(given) if given else _SHORT.get(name, 500)
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.run", name, str(count)], capture_output=True, text=True,
        check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    print(done.stdout)
