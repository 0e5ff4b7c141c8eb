"""``conflict-reader evaluate``: how good the suggestions are on a gold."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from store.errors import StoreError
from tui.progress import Progress, say
from tui.safe_text import safe_line, write


def run(options: argparse.Namespace) -> int:
    """Score a gold file and print the table, or JSON."""
    path = Path(options.gold)
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]
    except OSError as problem:
        raise StoreError(f"{path}: cannot be read ({problem.strerror})") from None
    except ValueError as problem:
        raise StoreError(f"{path}: is no JSONL ({problem})") from None
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise StoreError(f"{path}: holds no rows of a gold; see docs/annotation.md")
    from annotators import gold

    kind = gold.kind_of(rows[0])
    try:
        if kind == "entities":
            return _entities(path, options)
        return _values(kind, rows, options)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise StoreError(f"{path}: {problem}") from None


def _finder() -> Callable[[str], Any]:
    from annotators import models, pipeline

    if models.choose() is None:
        say(models.HOW_TO_GET)
    return pipeline.annotator()


def _values(kind: str, rows: list[dict[str, Any]], options: argparse.Namespace) -> int:
    from annotators import gold

    folder = options.texts or os.environ.get("CONFLICT_READER_DATA")
    texts = gold.Texts(Path(folder) if folder else None)
    if kind == "dates":
        score = gold.score_dates(rows, texts)
    elif kind == "counts":
        score = gold.score_counts(rows, texts)
    else:
        score = gold.score_incidents(rows, texts, _finder())
    if options.json:
        print(json.dumps({"kind": kind, "figures": score.figures, "confusions": score.confusions,
                          "errors": score.wrong if options.errors else []}))  # fmt: skip
        return 0
    for name, value in score.figures.items():
        shown = f"{value:.3f}" if isinstance(value, float) else f"{value:,}"
        write(f"{name:36} {shown}\n")
    if score.confusions:
        write("worst confusions (gold, ours, times)\n")
        for theirs, ours, times in score.confusions:
            write(f"  {theirs:32} {ours:32} {times}\n")
    if options.errors:
        for line in score.wrong:
            write(safe_line(line) + "\n")
    return 0


def _entities(path: Path, options: argparse.Namespace) -> int:
    from annotators import evaluation, pipeline
    from annotators.ner import LABELS

    given = {}
    for pair in options.map:
        ours, equals, theirs = pair.partition("=")
        if not equals:
            raise StoreError(f"--map takes OURS=THEIRS, not “{pair}”")
        given[ours] = theirs
    gold = evaluation.Gold(path, given, everything=options.everything)
    find = _finder()
    bar = Progress("annotating", len(gold.rows))
    ours, bare, plain = [], [], []
    for number, row in enumerate(gold.rows, 1):
        ner = find(row.text)
        found = pipeline.annotate(row.text, ner, row.raw.get("title"), row.raw.get("date"))
        ours.append(gold.ours(row, [(s.start, s.end, s.label) for s in found]))
        model = [(a, b, LABELS[kind]) for a, b, kind in ner if kind in LABELS]
        bare.append(gold.ours(row, model))
        plain.append(gold.ours(row, model, plain=True))
        bar.show(number)
    bar.end()
    systems = {"all layers": ours}
    if options.baseline:
        systems |= {_PLAIN: plain, _ALONE: bare}
    tables = {name: evaluation.score(gold.rows, found) for name, found in systems.items()}
    wrong = evaluation.errors(gold.rows, ours) if options.errors else []
    if options.json:
        record: dict[str, Any] = {
            "rows": len(gold.rows), "map": gold.map, "left_out": gold.left_out,
            "conventions": gold.conventions,
            "systems": {
                name: {label: figures.record() for label, figures in table.items()}
                for name, table in tables.items()
            },
            "interval": _intervals(gold.rows, systems),
        }  # fmt: skip
        if options.errors:
            record["errors"] = [vars(error) for error in wrong]
        print(json.dumps(record))
        return 0
    write("our labels as the gold's: " + ", ".join(f"{a}={b}" for a, b in gold.map.items()) + "\n")
    for convention in gold.conventions:
        write(f"  {convention}\n")
    if gold.left_out:
        write(f"left out, as no label of ours stands for them: {', '.join(gold.left_out)}\n")
    for name, table in tables.items():
        write(f"\n{name}, {len(gold.rows)} texts\n")
        write(
            f"  {'label':20} {'gold':>5} {'found':>5}   exact P     R     F   overlap P     R     F\n"
        )
        for label, f in table.items():
            e, o = f.exact, f.overlap
            write(f"  {label:20} {f.gold:5} {f.found:5}     {e[0]:.3f} {e[1]:.3f} {e[2]:.3f}"
                  f"     {o[0]:.3f} {o[1]:.3f} {o[2]:.3f}\n")  # fmt: skip
    for name, (exact, overlap) in _intervals(gold.rows, systems).items():
        write(f"{name}: exact F {exact[0]:+.3f} to {exact[1]:+.3f},"
              f" overlap F {overlap[0]:+.3f} to {overlap[1]:+.3f}\n")  # fmt: skip
    for error in wrong:
        tail = f" | ours: {error.instead}" if error.instead else ""
        write(
            safe_line(f"{error.kind} | {error.label} | {error.context}{tail} | {error.row}") + "\n"
        )
    return 0


_PLAIN = "model alone, its labels mapped and nothing else"
_ALONE = "model alone, under the same conventions"


def _intervals(rows: Any, systems: dict[str, Any]) -> dict[str, Any]:
    """Return 95 % bootstrap intervals over texts."""
    from annotators import evaluation

    ours = systems["all layers"]
    out: dict[str, Any] = {"95 % of draws of the texts": evaluation.intervals(rows, ours)}
    for name in (_PLAIN, _ALONE):
        if name in systems:
            out[f"above the {name}"] = evaluation.intervals(rows, ours, systems[name])
    return out
