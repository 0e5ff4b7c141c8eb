"""Precision, recall and F of the marks on texts that nobody here annotated, with the model's own
entities as the floor. Needs CONFLICT_READER_DATA.

re3d is defence reporting from Syria and Iraq, 2015-17. Its labels are coarser, so ours are mapped
onto them; a determiner or possessive at the edge is stripped on both sides; gold without a capital,
a digit or a weapon or platform label ("the city", "rebels", "he") is left out on both sides.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

from annotators import pipeline
from annotators.labels import strip_edges
from annotators.ner import LABELS

_OURS = {
    "PERSON": "Person", "ORG": "Organisation", "FORCE": "Organisation", "GPE": "Location",
    "LOC": "Location", "FACILITY": "Location", "NORP": "Nationality", "DATE": "Temporal",
    "QUANTITY": "Quantity", "CASUALTY": "Quantity", "MONEY": "Money", "WEAPON": "Arms",
    "PLATFORM": "Arms",
}  # fmt: skip
_GOLD = {"Weapon": "Arms", "MilitaryPlatform": "Arms", "Vehicle": "Arms"}
Mark = tuple[int, int, str]


def _named(text: str, mark: Mark) -> bool:
    quote = text[mark[0] : mark[1]]
    return mark[2] == "Arms" or any(c.isupper() or c.isdigit() for c in quote)


def _score(
    found: list[set[Mark]], gold: list[set[Mark]], overlap: bool
) -> tuple[float, float, float]:
    right = predicted = wanted = covered = 0
    for ours, theirs in zip(found, gold, strict=True):
        predicted += len(ours)
        wanted += len(theirs)
        if not overlap:
            right += len(ours & theirs)
            covered += len(ours & theirs)
        else:
            right += sum(any(a < d and c < b and x == y for c, d, y in theirs) for a, b, x in ours)
            covered += sum(
                any(a < d and c < b and x == y for c, d, y in ours) for a, b, x in theirs
            )
    p, r = right / max(predicted, 1), covered / max(wanted, 1)
    return p, r, 2 * p * r / max(p + r, 1e-9)


def main(folder: Path, rounds: int) -> None:
    """Print the table."""
    data = os.environ.get("CONFLICT_READER_DATA")
    if not data:
        print("quality: skipped, CONFLICT_READER_DATA is not set")
        return
    find = pipeline.annotator()
    gold: list[set[Mark]] = []
    systems: dict[str, list[set[Mark]]] = {"model alone": [], "all layers": []}
    count: Counter[str] = Counter()
    for line in (Path(data) / "ner_re3d.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        text = row["text"]
        theirs, ignored = set(), []
        for e in row["entities"]:
            mark = (*strip_edges(text, e["start"], e["end"]), _GOLD.get(e["label"], e["label"]))
            if mark[2] in _OURS.values() and _named(text, mark):
                theirs.add(mark)
                count[mark[2]] += 1
            else:
                ignored.append(mark)
        gold.append(theirs)
        ner = find(text)
        raw = [(s, e, LABELS[label]) for s, e, label in ner if label in LABELS]
        ours = [(s.start, s.end, s.label) for s in pipeline.annotate(text, ner)]
        for name, marks in (("model alone", raw), ("all layers", ours)):
            kept = set()
            for start, end, label in marks:
                if label not in _OURS:
                    continue
                mark = (*strip_edges(text, start, end), _OURS[label])
                free = not any(a < mark[1] and mark[0] < b for a, b, _ in ignored)
                if _named(text, mark) and (free or mark in theirs):
                    kept.add(mark)
            systems[name].append(kept)
    print(f"re3d, {len(gold)} documents, {sum(count.values())} named mentions")
    for name, found in systems.items():
        exact, loose = _score(found, gold, False), _score(found, gold, True)
        print(
            f"  {name:12} exact P {exact[0]:.3f} R {exact[1]:.3f} F {exact[2]:.3f};"
            f" overlap P {loose[0]:.3f} R {loose[1]:.3f} F {loose[2]:.3f}"
        )
        for label in sorted(count):
            only = [{m for m in marks if m[2] == label} for marks in found]
            wanted = [{m for m in marks if m[2] == label} for marks in gold]
            e, o = _score(only, wanted, False), _score(only, wanted, True)
            print(f"    {label:13} {count[label]:4} exact F {e[2]:.3f}  overlap F {o[2]:.3f}")
