"""`annotate` (process, JSON, NER, layers) against stock `nlp.pipe` with the same component."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import made

_STOCK = """
import json, sys
from annotators import models
nlp = models.load(models.choose())
texts = (json.loads(line)["text"] for line in open(sys.argv[1]))
print(sum(len(doc.ents) for doc in nlp.pipe(texts, batch_size=16)))
"""


def _run(command: list[str]) -> tuple[float, float]:
    before, started = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    used = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    return time.perf_counter() - started, used


def main(folder: Path, rounds: int) -> None:
    """Print the ratio of wall and CPU time, loading included, on texts of 1,000 words."""
    rows = folder / "rows.jsonl"
    named = os.environ.get("CONFLICT_READER_DATA")
    if named:
        texts = [
            json.loads(line)["text"]
            for line in (Path(named) / "wikinews_articles.jsonl").read_text("utf-8").splitlines()
        ] * 4
    else:
        texts = [made.text(1000, n) for n in range(60)]
    rows.write_text("".join(json.dumps({"id": n, "text": t}) + "\n" for n, t in enumerate(texts)))
    words = sum(len(t.split()) for t in texts)
    walls, cpus = [], []
    for _ in range(rounds):
        stock = _run([sys.executable, "-c", _STOCK, str(rows)])
        ours = _run(
            [sys.executable, "-m", "tui.cli", "annotate", str(rows), "-o", str(folder / "o.jsonl")]
        )
        walls.append(ours[0] / stock[0])
        cpus.append(ours[1] / stock[1])
    print(
        f"annotate, {len(texts)} texts, {words:,} words: {statistics.median(walls):.2f}x wall,"
        f" {statistics.median(cpus):.2f}x CPU of stock nlp.pipe with the same NER alone"
    )
