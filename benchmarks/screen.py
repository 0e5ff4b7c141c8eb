"""First paint, opening articles, cursor keys, the list of 100,000 rows: in a real pseudo-terminal.

CPU is the process's own (all its threads), so that neighbours on the machine do not count.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

from benchmarks import made
from store.library import Library, set_setting
from tests.e2e.terminal import Terminal, clean_environment

ROOT = Path(__file__).parents[1]


def cpu(pid: int) -> float:
    """Return the CPU milliseconds that a process has used."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e6


class _Python(Terminal):
    """A Python module in a terminal, in place of the installed program."""

    def __init__(self, arguments: list[str], environment: dict[str, str]) -> None:
        super().__init__(arguments, environment=environment, cwd=ROOT, program=[sys.executable])


def paint(arguments: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Return wall and CPU milliseconds from the start of a program to MARKER on its screen."""
    started = time.perf_counter()
    with _Python(arguments, environment) as t:
        while b"MARKER" not in t.raw:
            time.sleep(0.001)
            if time.perf_counter() - started > 60:
                raise TimeoutError(t.text())
        wall = (time.perf_counter() - started) * 1000
        used = cpu(t.process.pid)
        t.kill()
    return wall, used


def first_paint(folder: Path, rounds: int) -> None:
    """Print first paint against the bare app, with a small and a large library."""
    small, large = folder / "small.db", folder / "large.db"
    made.many(small, 30)
    made.many(large, 100_000)
    figures: dict[str, list[tuple[float, float]]] = {"bare": [], "small": [], "large": []}
    for _ in range(rounds + 1):
        environment = clean_environment()
        figures["bare"].append(paint(["-m", "benchmarks.bare_app"], environment))
        for name, path in (("small", small), ("large", large)):
            environment = clean_environment(CONFLICT_READER_DB=str(path))
            figures[name].append(paint(["-m", "tui.cli"], environment))
    bare = figures["bare"][1:]
    for name, label in (("small", "30 articles"), ("large", "100,000 articles")):
        pairs = list(zip(figures[name][1:], bare, strict=True))
        wall = statistics.median(a[0] / b[0] for a, b in pairs)
        used = statistics.median(a[1] / b[1] for a, b in pairs)
        print(
            f"first paint, {label}: {wall:.2f}x wall, {used:.2f}x CPU of a bare Textual app"
            f" ({statistics.median(b[0] for b in bare):.0f} ms)"
        )


def settle(t: Terminal, quiet: float = 0.06, limit: float = 20.0) -> None:
    """Wait until nothing more is written and the process is idle."""
    deadline = time.perf_counter() + limit
    size, used, since = -1, -1.0, time.perf_counter()
    while time.perf_counter() < deadline:
        now = (len(t.raw), round(cpu(t.process.pid), 0))
        if now != (size, used):
            (size, used), since = now, time.perf_counter()
        elif time.perf_counter() - since > quiet:
            return
        time.sleep(0.005)


def key(t: Terminal, text: str) -> tuple[float, int]:
    """Return the CPU milliseconds and bytes that a key costs."""
    before, size = cpu(t.process.pid), len(t.raw)
    t.send(text)
    settle(t)
    return cpu(t.process.pid) - before, len(t.raw) - size


def reading(folder: Path, rounds: int) -> None:
    """Print opening and cursor keys at two lengths, against a key that changes one line."""
    for words in (10_000, 100_000):
        path = folder / f"article{words}.db"
        spans = made.article(path, words) if not path.exists() else -1
        opens, cursor, sizes, floor = [], [], [], []
        for _ in range(rounds):
            with Library.open(path) as library:  # the article must not be open from the start
                library.write(lambda c: set_setting(c, "last_article", "0"))
            with Terminal(["--db", str(path)]) as t:
                t.wait("MARKER")
                settle(t, 1.0)
                t.send("h")
                settle(t, 0.5)
                floor += [key(t, "%")[0] for _ in range(6)]  # an unknown key: one line of the bar
                opens.append(key(t, "\r")[0])
                settle(t, 0.5)
                t.send("v")
                settle(t)
                for _ in range(24):
                    used, size = key(t, "w")
                    cursor.append(used)
                    sizes.append(size)
                t.kill()
        base = statistics.median(floor)
        cursor.sort()
        print(
            f"{words:,} words{f', {spans:,} mentions' if spans > 0 else ''}: open"
            f" and all of it wrapped {statistics.median(opens):.0f} ms CPU ({statistics.median(opens) / base:.1f}x a one-line"
            f" update of {base:.1f} ms); cursor key p50 {cursor[len(cursor) // 2]:.1f} ms"
            f" ({cursor[len(cursor) // 2] / base:.1f}x), p95 {cursor[int(len(cursor) * 0.95)]:.1f} ms,"
            f" {statistics.median(sizes):.0f} bytes a key"
            " (SLATE, a curses annotator: 4,000-4,600 bytes a key; measured elsewhere)"
        )


def library_list(folder: Path, rounds: int) -> None:
    """Print the cost of a list of 100,000 rows: all of it read and the end shown."""
    path = folder / "large.db"
    made.many(path, 100_000)
    ends, downs, floors, memory = [], [], [], []
    for _ in range(rounds):
        with Terminal(["--db", str(path)]) as t:
            t.wait("MARKER")
            settle(t, 1.0)
            t.send("h")
            settle(t, 0.3)
            floors += [key(t, "%")[0] for _ in range(4)]
            ends.append(key(t, "G")[0])
            downs += [key(t, "k")[0] for _ in range(10)]
            status = Path(f"/proc/{t.process.pid}/status").read_text()
            memory.append(int(status.split("VmRSS:")[1].split()[0]) / 1024)
            t.kill()
    base = statistics.median(floors)
    print(
        f"list of 100,000: to the end {statistics.median(ends):.1f} ms CPU"
        f" ({statistics.median(ends) / base:.1f}x a one-line update), a row"
        f" {statistics.median(downs):.1f} ms ({statistics.median(downs) / base:.1f}x), memory of the"
        f" whole program {statistics.median(memory):.0f} MB (DataTable: 16,500 ms, +151 MB)"
    )


def main(folder: Path, rounds: int) -> None:
    """Print all of it."""
    if not os.path.isdir("/proc/self/task"):  # noqa: PTH112
        print("screen: needs /proc (Linux)")
        return
    first_paint(folder, rounds)
    reading(folder, rounds)
    library_list(folder, rounds)
