"""Scores of dates, casualty counts and incident candidates against golds that say what words mean.

The layouts are those of ``benchmarks/gold``: rows with ``readings`` (dates), with ``counts``
(casualties and quantities of one sentence) or with ``type`` (an incident's type and status). A row
holds its own ``text``, or names ``file``, ``row`` and offsets in a folder of texts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotators import attribution, casualties, dates, pipeline
from annotators.base import Span


@dataclass
class Score:
    """How much of a gold was right, under names, with what was wrong."""

    figures: dict[str, float | int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    confusions: list[tuple[str, str, int]] = field(default_factory=list)


class Texts:
    """The texts that rows name, read once a file."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._read: dict[str, dict[str, Mapping[str, Any]]] = {}

    def source(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the row of the folder that a gold row names, or the gold row itself.

        Raises:
            ValueError: there is no folder, or it does not hold the row.
        """
        if "text" in row:
            return row
        if self._folder is None:
            raise ValueError("the gold names texts: say where they are with --texts FOLDER")
        name = row["file"]
        if not isinstance(name, str) or Path(name).name != name:
            raise ValueError("file is the plain name of a file in the folder of texts")
        if name not in self._read:
            try:
                lines = (self._folder / name).read_text("utf-8").split("\n")
            except OSError as problem:
                raise ValueError(f"{name}: cannot be read ({problem.strerror})") from None
            self._read[name] = {
                r["id"]: r for r in map(json.loads, (line for line in lines if line.strip()))
            }
        try:
            return self._read[name][row["row"]]
        except KeyError:
            raise ValueError(f"{name} has no row {row['row']}") from None


def kind_of(row: Mapping[str, Any]) -> str:
    """Return what a row is gold for: entities, dates, counts or incidents."""
    for key, kind in (("readings", "dates"), ("counts", "counts"), ("type", "incidents")):
        if key in row:
            return kind
    return "entities"


def score_dates(rows: Sequence[Mapping[str, Any]], texts: Texts) -> Score:
    """Score each reading of each expression: all of start, end and precision right."""
    score = Score()
    right = wrong_year = total = whole = 0
    for row in rows:
        text = texts.source(row)["text"]
        all_right = True
        for reading in row["readings"]:
            spans = [(row["start"], row["end"])]
            if row.get("anchor"):
                spans.insert(0, (row["anchor"][0], row["anchor"][1]))
            when = dates.resolve_all(text, spans, reading["published"])[-1]
            got = (when.start, when.end, when.precision) if when else (None, None, None)
            wanted = (reading["start"], reading["end"], reading["precision"])
            total += 1
            right += got == wanted
            if got != wanted:
                all_right = False
                if when is not None and wanted[0] and when.start[:4] not in (wanted[0][:4], "XXXX"):
                    wrong_year += 1
                words = text[row["start"] : row["end"]]
                score.wrong.append(f"{words} ({reading['published']}): {got[0]}–{got[1]}, wanted {wanted[0]}–{wanted[1]}")  # fmt: skip
        whole += all_right
    score.figures = {
        "expressions": len(rows), "all readings right": whole / max(len(rows), 1),
        "readings": total, "right": right / max(total, 1), "wrong year": wrong_year,
    }  # fmt: skip
    return score


def score_counts(rows: Sequence[Mapping[str, Any]], texts: Texts) -> Score:
    """Score each sentence: every count with what, number, low and high, and none too many."""
    score = Score()
    sentences = found = wanted = right = sourced = with_source = 0
    for row in rows:
        text = texts.source(row)["text"]
        if "file" in row:
            text = text[row["start"] : row["end"]]
        sentence = text.replace("\n", " ")
        ours = Counter((c.what, c.number, c.low, c.high) for c in casualties.counts(sentence))
        gold = Counter((c["what"], c["number"], c["low"], c["high"]) for c in row["counts"])
        sentences += ours == gold
        found, wanted, right = found + ours.total(), wanted + gold.total(), right + (ours & gold).total()  # fmt: skip
        if gold:
            source = attribution.source_of(sentence)
            named = {c["said_by"] for c in row["counts"]}
            with_source += 1
            sourced += named == {source.text if source else None}
        if ours != gold:
            score.wrong.append(f"{sentence[:160]}: {sorted(map(str, ours - gold))}, wanted {sorted(map(str, gold - ours))}")  # fmt: skip
    p, r = right / max(found, 1), right / max(wanted, 1)
    score.figures = {
        "sentences": len(rows), "sentences right": sentences / max(len(rows), 1),
        "counts": wanted, "precision": p, "recall": r, "f": 2 * p * r / max(p + r, 1e-9),
        "who says so": sourced / max(with_source, 1),
    }  # fmt: skip
    return score


def score_incidents(
    rows: Sequence[Mapping[str, Any]], texts: Texts, find: Callable[[str], list[Span]]
) -> Score:
    """Score the surest candidate of each short entry: type, first level of it, status; and whether
    any candidate has the day."""
    score = Score()
    exact = defended = level = status = dated = 0
    confused: Counter[tuple[str, str]] = Counter()
    for row in rows:
        source = texts.source(row)
        text, day = source["text"], source.get("date")
        reports = pipeline.read(text, find(text), source.get("title"), day).reports
        best = max(reports, key=lambda r: r["confidence"], default=None)
        values = {c["field"]: c["value"] for c in reversed(best["claims"])} if best else {}
        kind = str(values.get("type", "none"))
        exact += kind == row["type"]
        defended += kind == row["type"] or kind in row.get("also", ())
        level += kind.split(".")[0] == row["type"].split(".")[0]
        status += values.get("event_status") == row["status"]
        wanted = row.get("date") or day
        dated += any(c["field"] == "date_start" and c["value"] == wanted for r in reports for c in r["claims"])  # fmt: skip
        if kind != row["type"]:
            confused[row["type"], kind] += 1
            score.wrong.append(f"{row['type']} taken for {kind}: {text[:140]}")
    n = max(len(rows), 1)
    score.figures = {
        "entries": len(rows), "type": exact / n, "type or one a coder could defend": defended / n,
        "first level": level / n, "status": status / n, "day": dated / n,
    }  # fmt: skip
    score.confusions = [(a, b, count) for (a, b), count in confused.most_common(10)]
    return score
