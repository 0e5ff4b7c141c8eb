"""Rows read out of pages are those that SQLite wrote, whatever their size and kind."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from store import carving

_VALUES = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.text(st.characters(exclude_categories=["Cs"])),
    st.binary(), st.integers(1, 40_000).map(lambda n: "é" * n), st.integers(1, 70_000).map(bytes),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(_VALUES, _VALUES, _VALUES), min_size=1, max_size=30),
    page=st.sampled_from([512, 1024, 4096, 65536]),
    wal=st.booleans(),
)
def test_every_row_comes_back(
    rows: list[tuple[object, object, object]], page: int, wal: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.db"
        raw = sqlite3.connect(path, isolation_level=None)
        raw.execute(f"PRAGMA page_size = {page}")
        if wal:
            raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b, c)")
        raw.executemany("INSERT INTO t (a, b, c) VALUES (?, ?, ?)", rows)
        raw.execute("DELETE FROM t WHERE id % 7 = 0")
        stored = raw.execute("SELECT id, a, b, c FROM t").fetchall()
        found = [
            (number, *values[1:]) for number, values in carving.rows(path)
            if len(values) == 4 and values[0] is None
        ]  # fmt: skip
        for row in stored:
            assert row in found, row
        raw.close()


def test_noise_is_no_row(tmp_path: Path) -> None:
    import random

    rng = random.Random(3)
    path = tmp_path / "noise"
    for size in (0, 10, 99, 4096, 50_000):
        path.write_bytes(bytes([0x0D]) + rng.randbytes(size))
        list(carving.rows(path))
    path.write_bytes((b"\x0d\x00\x00\x00\xff" + rng.randbytes(4091)) * 200)
    list(carving.rows(path))
