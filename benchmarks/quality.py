"""How good the suggestions are, the bare model beside every figure. Needs CONFLICT_READER_DATA.

Rules were written with an eye on the tuned half of re3d and of the entries (`benchmarks.split`);
the other half, UNER and WikiEvents are what is reported. PLOVER's old category names are mapped
onto the codebook's types below; the map was made before anything was measured.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from annotators import evaluation, gold, pipeline
from annotators.base import Span
from annotators.ner import LABELS
from benchmarks import places
from benchmarks.split import tuned

GOLDS = Path(__file__).parent / "gold"
_SETS = ("ner_re3d", "ner_uner_ewt", "ner_wikievents_voa")
PLOVER = {
    "AGREE": "diplomacy.agreement diplomacy.ceasefire aid.military_pledge aid.military_delivery aid.humanitarian",
    "PROTEST": "protest.peaceful protest.violent",
    "DEMAND": "statement.demand",
    "REJECT": "statement.denial",
    "FIGHT": "combat.clash combat.territory_taken combat.territory_retaken attack.air_strike attack.shelling"
    " attack.missile_strike attack.drone_strike attack.naval attack.unspecified air_defence.shoot_down",
    "THREATEN": "statement.threat",
    "DISAPPROVE": "statement.claim",
    "ASSAULT": "attack.bombing attack.suicide_bombing attack.shooting_assassination attack.sabotage_arson"
    " attack.unspecified harm.abduction harm.torture harm.sexual harm.civilian_killing",
    "CONCEDE": "measure.restriction diplomacy.agreement diplomacy.ceasefire detention.pow_exchange"
    " movement.withdrawal",
    "RETREAT": "movement.withdrawal diplomacy.ceasefire detention.pow_exchange",
    "SANCTION": "measure.sanction measure.restriction",
    "COERCE": "measure.restriction detention.arrest attack.sabotage_arson measure.mobilisation",
    "CONSULT": "diplomacy.talks diplomacy.visit",
    "MOBILIZE": "movement.deployment measure.mobilisation movement.base",
    "AID": "aid.humanitarian aid.military_delivery aid.military_pledge",
    "COOPERATE": "diplomacy.agreement aid.military_delivery other",
    "INVESTIGATE": "statement.claim detention.arrest",
    "SUPPORT": "statement.claim diplomacy.agreement",
}  # fmt: skip
"""PLOVER's categories (its gold standard records keep the older names) as types of the codebook."""


def _table(title: str, g: evaluation.Gold, rows: list[evaluation.GoldRow], find: Callable[[str], list[Span]]) -> None:  # fmt: skip
    ours, bare, plain, forces = [], [], [], Counter[str]()
    for row in rows:
        ner = find(row.text)
        found = pipeline.annotate(row.text, ner, row.raw.get("title"), row.raw.get("date"))
        marks = g.ours(row, [(s.start, s.end, s.label) for s in found])
        ours.append(marks)
        model = [(a, b, LABELS[kind]) for a, b, kind in ner if kind in LABELS]
        bare.append(g.ours(row, model))
        plain.append(g.ours(row, model, plain=True))
        for label in ("FORCE", "FACILITY"):
            for mark in g.ours(row, [(s.start, s.end, s.label) for s in found if s.label == label]):
                forces[label, "found"] += 1  # type: ignore[index]
                forces[label, "exact"] += mark in row.marks  # type: ignore[index]
                forces[label, "near"] += any(  # type: ignore[index]
                    o[2] == mark[2] and o[0] < mark[1] and mark[0] < o[1] for o in row.marks
                )
    base, all_ = evaluation.score(rows, bare), evaluation.score(rows, ours)
    print(
        f"\n{title}: {len(rows)} documents, {all_['ALL'].gold} marks; F exact, overlap: model -> all"
    )
    for label, f in all_.items():
        b = base.get(label)
        eb, ob = (b.exact[2], b.overlap[2]) if b else (0.0, 0.0)
        print(
            f"  {label:18} {f.gold:5}   {eb:.3f} -> {f.exact[2]:.3f}   {ob:.3f} -> {f.overlap[2]:.3f}"
        )
    for label in ("FORCE", "FACILITY"):
        n = max(forces[label, "found"], 1)  # type: ignore[index]
        print(f"  {label}: {forces[label, 'found']} marked, right {forces[label, 'exact'] / n:.3f} exact,"  # type: ignore[index]
              f" {forces[label, 'near'] / n:.3f} overlapping")  # type: ignore[index]  # fmt: skip
    mapped = evaluation.score(rows, plain)["ALL"]
    print(f"  the model by the map of labels alone: {mapped.exact[2]:.3f}, {mapped.overlap[2]:.3f}")
    for name, other in (("so", plain), ("under the same conventions", bare)):
        exact, overlap = evaluation.intervals(rows, ours, other)
        print(f"  above the model {name}, 95 % of draws of documents: exact {exact[0]:+.3f} to"
              f" {exact[1]:+.3f}, overlap {overlap[0]:+.3f} to {overlap[1]:+.3f}")  # fmt: skip


def _plover(data: Path, find: Callable[[str], list[Span]]) -> None:
    for half in (True, False):
        right, confused, n = 0, Counter[tuple[str, str]](), 0
        for line in (data / "types_plover_gsr.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            if tuned(row["id"]) != half:
                continue
            reports = pipeline.read(row["text"], find(row["text"])).reports
            best = max(reports, key=lambda r: r["confidence"], default=None)
            kind = best["claims"][0]["value"] if best else "none"
            n += 1
            right += kind in PLOVER[row["type"]].split()
            if kind not in PLOVER[row["type"]].split():
                confused[row["type"], kind] += 1
        print(f"PLOVER types, {'tuned' if half else 'other'} half: {right} of {n}, {right / n:.3f}")
        if not half:
            print("  " + "; ".join(f"{a} as {b} {c}" for (a, b), c in confused.most_common(10)))


def main(folder: Path, rounds: int) -> None:
    """Print the tables."""
    named = os.environ.get("CONFLICT_READER_DATA")
    if not named:
        print("quality: skipped, CONFLICT_READER_DATA is not set")
        return
    data, find = Path(named), pipeline.annotator()
    for name in _SETS:
        g = evaluation.Gold(data / f"{name}.jsonl")
        if name == "ner_re3d":
            for half in (False, True):
                rows = [row for row in g.rows if tuned(row.id) == half]
                _table(f"re3d, {'tuned' if half else 'other'} half", g, rows, find)
        else:
            _table(name[4:], g, g.rows, find)
    texts = gold.Texts(data)
    for path in sorted(GOLDS.glob("*.jsonl")):
        if path.stem.startswith("links_"):
            continue  # `python -m benchmarks linking`
        rows_ = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        kind = gold.kind_of(rows_[0])
        if kind == "dates":
            score = gold.score_dates(rows_, texts)
        elif kind == "counts":
            score = gold.score_counts(rows_, texts)
        else:
            score = gold.score_incidents(rows_, texts, find)
        shown = ", ".join(
            f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value}"
            for name, value in score.figures.items()
        )
        print(f"\n{path.stem}: {shown}")
        for theirs, ours, times in score.confusions:
            print(f"  {theirs:30} taken for {ours:30} {times}")
    print()
    _plover(data, find)
    places.main(folder, rounds)
