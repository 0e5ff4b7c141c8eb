"""One human edit (with its op, its counters, its sync) against raw sqlite3 doing the same writes."""

from __future__ import annotations

import sqlite3
import statistics
import time
from pathlib import Path

import seeds
from store import edits, importers, mentions
from store.library import Library
from store.records import Suggestion


def _library(path: Path) -> Library:
    library = Library.open(path)
    importers.store(library, importers.parse(seeds.read(), "s", "text", {}))
    run = [Suggestion(n, n + 2, "DATE") for n in range(0, 3000, 4)]
    library.write(lambda c: mentions.replace_suggestions(c, 1, run, "fp", None))
    return library


def main(folder: Path, rounds: int) -> None:
    """Print the ratio of wall and CPU time, and the times themselves."""
    ratios, cpus, ours, raws = [], [], [], []
    for number in range(rounds):
        library = _library(folder / f"edit{number}.db")
        with library.reading() as connection:
            found = mentions.of_article(connection, 1)[:300]
        raw = sqlite3.connect(folder / f"raw{number}.db", isolation_level=None)
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("CREATE TABLE m (id INTEGER PRIMARY KEY, uid BLOB UNIQUE, s TEXT, a INTEGER)")
        raw.execute("CREATE TABLE op (id INTEGER PRIMARY KEY, changes TEXT)")
        raw.execute("CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER)")
        raw.execute("INSERT INTO a VALUES (1, 0)")
        raw.executemany("INSERT INTO m (uid, s, a) VALUES (?, '', 1)", [(m.uid,) for m in found])
        mine, floor = [], []
        mine_cpu = floor_cpu = 0.0
        for m in found:
            started, used = time.perf_counter(), time.process_time()
            edits.apply(library, "accept", "accept", lambda e, m=m: mentions.accept(e, m))  # type: ignore[misc]
            mine.append(time.perf_counter() - started)
            mine_cpu += time.process_time() - used
            started, used = time.perf_counter(), time.process_time()
            raw.execute("BEGIN IMMEDIATE")
            raw.execute("UPDATE m SET s = 'accepted' WHERE uid = ?", (m.uid,))
            raw.execute("UPDATE a SET n = n + 1 WHERE id = 1")
            raw.execute(
                "INSERT INTO op (changes) VALUES (?)", ('{"set": ["suggested", "accepted"]}',)
            )
            raw.execute("COMMIT")
            floor.append(time.perf_counter() - started)
            floor_cpu += time.process_time() - used
        ours.append(statistics.median(mine))
        raws.append(statistics.median(floor))
        ratios.append(ours[-1] / raws[-1])
        cpus.append(mine_cpu / floor_cpu)
        library.close()
        raw.close()
    print(
        f"one human edit: {statistics.median(ratios):.2f}x wall, {statistics.median(cpus):.2f}x CPU of raw"
        f" sqlite3 with three writes and a sync ({statistics.median(ours) * 1000:.2f} against"
        f" {statistics.median(raws) * 1000:.2f} ms)"
    )
