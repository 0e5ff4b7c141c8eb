"""`annotate` and its parts against stock `nlp.pipe` with the same NER component, on real text."""

from __future__ import annotations

import csv
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import made

_STOCK = """
import json, sys, time, resource
from annotators import models
nlp = models.load(models.choose())
texts = [json.loads(line)["text"] for line in open(sys.argv[1])]
nlp(texts[0])  # ready; how long that takes is measured apart
started = time.process_time()
found = sum(len(doc.ents) for doc in nlp.pipe(texts, batch_size=16))
print(time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, found)
"""
_OURS = """
import json, sys, time, resource
from annotators import pipeline
find = pipeline.annotator()
texts = [json.loads(line)["text"] for line in open(sys.argv[1])]
pipeline.read(texts[0], find(texts[0]), None, "2024-05-01")
started = time.process_time()
spans = []
for first in range(0, len(texts), 16):  # as many wait at a time in `annotate`; long ones go alone
    part = texts[first : first + 16]
    short = [n for n, text in enumerate(part) if len(text) <= 2500]
    found = dict(zip(short, find.together([part[n] for n in short])))
    spans += [found[n] if n in found else find(text) for n, text in enumerate(part)]
middle = time.process_time()
found = sum(len(pipeline.read(t, s, None, "2024-05-01").suggestions) for t, s in zip(texts, spans))
print(middle - started, time.process_time() - middle,
      resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, sum(map(len, spans)))
"""
_WARM = "from annotators import pipeline; pipeline.annotator()('Kyiv was hit.')"
_BARE_WARM = "from annotators import models; models.load(models.choose())('Kyiv was hit.')"


def _texts() -> list[str]:
    """Return real texts, none twice; made ones where there are no data. Text files in the folder
    that CONFLICT_READER_TEXTS names are read too."""
    named = os.environ.get("CONFLICT_READER_DATA")
    if not named:
        return [made.text(1000, n) for n in range(60)]
    found: dict[str, None] = {}
    for path in sorted(Path(named).glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            found[json.loads(line)["text"]] = None
    with (Path(named) / "ucdp_ged_sample.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[
                f"{row['source_headline']} {row['source_article']} {row['where_description']}"
            ] = None
    more = os.environ.get("CONFLICT_READER_TEXTS")
    for path in sorted(Path(more).glob("*.txt")) if more else ():
        found[path.read_text("utf-8")] = None
    return list(found)


def _printed(script: str, rows: Path) -> list[float]:
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(rows)],
        check=True, capture_output=True, text=True, env=environment,
    )  # fmt: skip
    return [float(part) for part in done.stdout.split()]


def _wall(script: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=True)
    return time.perf_counter() - started


def main(folder: Path, rounds: int) -> None:
    """Print words a CPU second, the ratios, memory, start-up, and what two processes gain."""
    rows, halves = folder / "rows.jsonl", (folder / "a.jsonl", folder / "b.jsonl")
    texts = _texts()
    lines = [json.dumps({"id": n, "text": t}) + "\n" for n, t in enumerate(texts)]
    rows.write_text("".join(lines))
    for number, half in enumerate(halves):
        half.write_text("".join(lines[number::2]))
    words = sum(len(t.split()) for t in texts)
    stock, ner, both, memory, warm, gain = [], [], [], [], [], []
    for _ in range(rounds):
        bare = _printed(_STOCK, rows)
        ours = _printed(_OURS, rows)
        assert bare[2] >= 0 and ours[3] > 0
        stock.append(words / bare[0])
        ner.append(bare[0] / ours[0])
        both.append(bare[0] / (ours[0] + ours[1]))
        memory.append(ours[2] / 1024)
        warm.append(_wall(_WARM) / _wall(_BARE_WARM))
        command = [sys.executable, "-m", "tui.cli", "annotate"]
        started = time.perf_counter()
        subprocess.run([*command, str(rows), "-o", str(folder / "o")], check=True)
        one = time.perf_counter() - started
        started = time.perf_counter()
        two = [subprocess.Popen([*command, str(half), "-o", f"{half}.o"]) for half in halves]
        for process in two:
            process.wait()
        gain.append(one / (time.perf_counter() - started))
    m = statistics.median
    print(
        f"annotate, {len(texts)} texts, {words:,} words: stock nlp.pipe {m(stock):,.0f} words a CPU"
        f" second; NER {m(ner):.1f}x, all layers {m(both):.1f}x; peak {m(memory):.0f} MB"
    )
    print(
        f"ready: {m(warm):.2f}x of loading the same weights; two processes: {m(gain):.2f}x faster"
    )
