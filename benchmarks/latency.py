"""From a key to the last byte that it paints, in a real pseudo-terminal of 120x40, beside a bare
Textual app in which a key changes one line: idle, while texts are annotated, while 100,000 articles
are imported; and what bulk decisions do to the keys that follow.

A key is sent when the program is quiet (or, under load, when the last one is painted); its time ends
with the last byte that comes before 25 ms of silence. CPU is that of the program's main process.
"""

from __future__ import annotations

import json
import random
import statistics
import time
from pathlib import Path

from benchmarks import made
from benchmarks.screen import _Python, cpu, settle
from store.library import Library, set_setting
from tests.e2e.terminal import Terminal, clean_environment

_QUIET = 0.025
_PAUSE = 0.004


class Watched(Terminal):
    """A terminal that knows when bytes came."""

    last = 0.0
    first_burst = 0.0  # when the bytes came that were not yet followed by a pause

    def take(self, data: bytes) -> None:
        """Note when it came; no emulator, which would share the processor with what is measured."""
        now = time.perf_counter()
        unbroken = not self.last or now - self.last < _PAUSE
        if unbroken and self.first_burst == self.last:
            self.first_burst = now
        self.last = now
        self.raw += data

    def text(self) -> str:
        return bytes(self.raw).decode("utf-8", "replace")


def press(
    t: Terminal, text: str, limit: float = 5.0, *, paint: bool = False
) -> tuple[float, float, int]:
    """Press a key; return milliseconds to its last byte (``paint``: to the end of the first burst,
    before "saved" is said), CPU milliseconds, bytes."""
    size, used, started = len(t.raw), cpu(t.process.pid), time.perf_counter()
    assert isinstance(t, Watched)
    t.last = t.first_burst = 0.0
    t.send(text)
    while True:
        now = time.perf_counter()
        if t.last and now - t.last > _QUIET:
            break
        if now - started > limit:
            raise TimeoutError(f"nothing was painted for {text!r}")
        time.sleep(0.001)
    end = t.first_burst if paint else t.last
    return (end - started) * 1000, cpu(t.process.pid) - used, len(t.raw) - size


def p95(values: list[float]) -> float:
    """Return the value that 95 of 100 stay under."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def line(name: str, found: list[tuple[float, float, int]], floor: float) -> None:
    """Print the figures of one kind of key; the CPU floor is that of the bare app."""
    wall, used, size = zip(*found, strict=True)
    print(
        f"{name:46} wall p50 {statistics.median(wall):6.1f} p95 {p95(list(wall)):6.1f} ms;"
        f" CPU p50 {statistics.median(used):5.2f} p95 {p95(list(used)):5.2f} ms"
        f" ({statistics.median(used) / floor:4.2f}x); {statistics.median(size):6.0f} bytes",
        flush=True,
    )


class _Bare(Watched, _Python):
    pass


def floor(keys: int = 40) -> list[tuple[float, float, int]]:
    """Return what a key costs in the bare app."""
    with _Bare(["-m", "benchmarks.bare_app"], clean_environment()) as t:
        while b"MARKER" not in t.raw:
            time.sleep(0.01)
        settle(t, 0.3)
        found = [press(t, "a" if n % 2 else "b") for n in range(keys)]
        t.kill()
    return found[4:]


def article(path: Path, words: int, mentions: int) -> None:
    """Make a library of one article with so many words and mentions, opened last."""
    from annotators import pipeline
    from store import importers
    from store import mentions as stored
    from store.records import Incoming, Suggestion

    body = made.text(words)
    rng = random.Random(3)
    starts = [at + 1 for at, c in enumerate(body) if c == " "]
    spans = []
    for at in sorted(rng.sample(starts, min(mentions, len(starts)))):
        end = body.find(" ", at + 2)
        if end > 0:
            spans.append(
                Suggestion(at, end, rng.choice(["GPE", "PERSON", "WEAPON", "DATE", "FORCE"]))
            )
    with Library.open(path) as library:
        importers.store(library, [Incoming(body, title="MARKER")])
        library.write(
            lambda c: stored.replace_suggestions(c, 1, spans, pipeline.fingerprint(), None)
        )


def open_article(path: Path) -> Watched:
    """Start the program with the list focused and the article not open."""
    with Library.open(path) as library:
        library.write(lambda c: set_setting(c, "last_article", "0"))
    t = Watched(["--db", str(path)])
    while b"MARKER" not in t.raw:
        time.sleep(0.01)
    settle(t, 1.0)
    t.send("h")
    settle(t, 0.3)
    return t


def first_screen(t: Watched) -> tuple[float, float]:
    """Open the article; return wall and CPU milliseconds until its first screen is painted."""
    size, used, started = len(t.raw), cpu(t.process.pid), time.perf_counter()
    t.send("\r")
    while len(t.raw) - size < 3000:  # a screen of text, not the status line
        time.sleep(0.0005)
        if time.perf_counter() - started > 20:
            raise TimeoutError("the article was not painted")
    return (time.perf_counter() - started) * 1000, cpu(t.process.pid) - used


def main(folder: Path, rounds: int) -> None:
    """Print all of it."""
    if not Path("/proc/self/task").is_dir():
        print("latency: needs /proc (Linux)")
        return
    bare: list[tuple[float, float, int]] = []
    for _ in range(rounds):
        bare += floor()
    base = statistics.median(used for _, used, _ in bare)
    line("bare Textual, one line changed", bare, base)
    print(
        "SLATE (curses), measured elsewhere on such a machine at 120x40: 13-23 ms at 2,000 words, p95"
        " 91 ms at 200,000 tokens with 20,000 tags, 4.0-4.6 kB a key"
    )
    for words, mentions in ((2_000, 200), (200_000, 20_000)):
        path = folder / f"latency{words}.db"
        if not path.exists():
            article(path, words, mentions)
        opens: list[tuple[float, float]] = []
        cursor, decide, undo = [], [], []
        for _ in range(rounds):
            t = open_article(path)
            opens.append(first_screen(t))
            settle(t, 0.5)
            t.send("v")
            settle(t)
            cursor += [press(t, "w") for _ in range(40)]
            t.send("\x1b")
            settle(t, 0.3)
            t.send("\t")
            settle(t, 0.3)
            decide += [press(t, "a" if n % 2 else "6", paint=True) for n in range(16)]
            settle(t, 0.3)
            undo += [press(t, "u", paint=True) for _ in range(16)]
            settle(t, 0.3)
            t.close()
        size = f"{words:,} words, {mentions:,} mentions"
        print(
            f"{size}: first screen after Enter {statistics.median(w for w, _ in opens):.0f} ms wall,"
            f" {statistics.median(c for _, c in opens):.0f} ms CPU"
            f" ({statistics.median(c for _, c in opens) / base:.1f}x)"
        )
        line(f"{size}: cursor", cursor, base)
        line(f"{size}: accept, relabel (painted)", decide, base)
        line(f"{size}: undo (painted)", undo, base)
    lists(folder, rounds, base)
    under_load(folder, base)


def _memory(t: Terminal) -> float:
    status = Path(f"/proc/{t.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def lists(folder: Path, rounds: int, base: float) -> None:
    """Print sorting, filtering and jumping in a list of 100,000 articles, beside the bare query."""
    path, empty = folder / "many.db", folder / "empty.db"
    made.many(path, 100_000)
    made.many(empty, 1)
    with Library.open(path) as library:
        library.write(
            lambda c: c.execute("UPDATE article SET n_unreviewed = id % 50, n_notes = id % 7 = 0")
        )
    steps = (
        ("sort by title", "s", "t", "sort:title"), ("sort by most to review", "s", "u", "sort:unreviewed"),
        ("sort oldest first", "s", "o", "sort:oldest"), ("sort newest first", "s", "n", ""),
    )  # fmt: skip
    found: dict[str, list[tuple[float, float, int]]] = {}
    raw: dict[str, list[float]] = {}
    memory: list[tuple[float, float]] = []
    for _ in range(rounds):
        t = Watched(["--db", str(path)])
        while b"MARKER" not in t.raw:
            time.sleep(0.01)
        settle(t, 1.5)
        t.send("h")
        settle(t, 0.5)
        for name, dialog, key, said in steps:
            t.send(dialog)
            settle(t, 0.3)
            found.setdefault(name, []).append(press(t, key, paint=True))
            settle(t, 0.5)
            raw.setdefault(name, []).append(_query(path, said))
        t.send("F")
        settle(t, 0.3)
        t.send("has:notes status:unread date:2015..2020")
        settle(t, 0.3)
        found.setdefault("filter by three things", []).append(press(t, "\r", paint=True))
        raw.setdefault("filter by three things", []).append(
            _query(path, "has:notes status:unread date:2015..2020")
        )
        settle(t, 0.5)
        t.send("\x1b")
        settle(t, 0.6)
        for key in "GgGg":
            found.setdefault("jump to the end, to the start", []).append(press(t, key))
        full = _memory(t)
        t.close()
        t = Watched(["--db", str(empty)])
        while b"MARKER" not in t.raw:
            time.sleep(0.01)
        settle(t, 1.5)
        memory.append((full, _memory(t)))
        t.close()
    for name, times in found.items():
        line(f"100,000 articles: {name}", times, base)
        if name in raw:
            wall = statistics.median(w for w, _, _ in times)
            query = statistics.median(raw[name])
            print(f"{'':46} the bare query of its first page: {query:.1f} ms ({wall / query:.1f}x)")
    print(
        f"memory with 100,000 articles {statistics.median(a for a, _ in memory):.0f} MB, with one"
        f" {statistics.median(b for _, b in memory):.0f} MB"
    )


def _query(path: Path, said: str) -> float:
    """Return the milliseconds that the bare query of a list's first page takes."""
    import sqlite3

    from store import filters

    chosen = filters.parse(said)
    test = filters.conditions(chosen)
    assert test is not None
    connection = sqlite3.connect(path)
    sql = f"SELECT id FROM article WHERE {test[0]} ORDER BY {filters.SORTS[chosen.sort]} LIMIT 200"
    connection.execute(sql, test[1]).fetchall()  # its pages are in memory, as the program's are
    started = time.perf_counter()
    connection.execute(sql, test[1]).fetchall()
    connection.close()
    return (time.perf_counter() - started) * 1000


def under_load(folder: Path, base: float) -> None:
    """Print cursor keys while the annotator works and while articles are imported."""
    path = folder / "load.db"
    article(path, 15_000, 1_500)
    corpus = folder / "corpus.jsonl"
    rng = random.Random(5)
    with corpus.open("w", encoding="utf-8") as out:
        for n in range(100_000):
            words = " ".join(rng.choice(made._WORDS) for _ in range(40))
            out.write(json.dumps({"text": f"report {n} {words}", "date": "2024-05-17"}) + "\n")
    t = open_article(path)
    t.send("\r")
    settle(t, 0.5)
    t.send("v")
    settle(t)
    idle = [press(t, "w") for _ in range(60)]
    line("15,000 words, idle: cursor", idle, base)
    t.close()
    with Library.open(path) as library:
        library.write(lambda c: c.execute("UPDATE article SET pipeline = NULL"))
    t = open_article(path)
    t.send("\r")
    time.sleep(0.2)
    t.send("v")
    time.sleep(0.1)
    busy: list[tuple[float, float, int]] = []
    for _ in range(200):  # six seconds: the process starts, works and its answer is shown
        busy.append(press(t, "w"))
        time.sleep(0.03)
    line("15,000 words, while they are annotated", busy, base)
    t.close()
    with Library.open(path) as library:
        from annotators import pipeline

        library.write(
            lambda c: c.execute("UPDATE article SET pipeline = ?", (pipeline.fingerprint(),))
        )
    t = open_article(path)
    t.send("\r")
    settle(t, 0.4)
    t.send("+")
    settle(t, 0.3)
    t.send(str(corpus) + "\r")
    time.sleep(1.0)
    t.send("v")
    time.sleep(0.3)
    importing: list[tuple[float, float, int]] = []
    started = time.perf_counter()
    while time.perf_counter() - started < 60 and len(importing) < 400:
        importing.append(press(t, "w"))
        time.sleep(0.05)
    line("15,000 words, while 100,000 are imported", importing, base)
    both = p95([w for w, _, _ in importing]) / p95([w for w, _, _ in idle])
    one = p95([w for w, _, _ in busy]) / p95([w for w, _, _ in idle])
    print(f"p95 under load against idle: annotating {one:.2f}x, importing {both:.2f}x")
    t.close()
