"""Fine-tuning the model on what an analyst has reviewed, and comparing the result before it is used.

Only whole texts that were marked as done are given: in an unreviewed text what is not marked is no
negative example. A part of the texts is held back; the trained model is offered with the figures of
both models on those, and nothing is put in another's place by itself.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotators import fast_ner, models, ner, pipeline
from annotators.base import Span
from annotators.evaluation import Figures, GoldRow, score

LEAST_TEXTS = 6
LEAST_MARKS = 60
_TO_MODEL = {
    "FACILITY": "FAC", "QUANTITY": "CARDINAL",
} | {label: label for label in ("PERSON", "ORG", "NORP", "GPE", "LOC", "EVENT", "DATE", "MONEY")}  # fmt: skip
"""The model's own label for ours; the others of the codebook become labels of the trained model."""
_OWN = ("FORCE", "WEAPON", "PLATFORM")
"""Labels that the model has none for and that are names or kinds of things, which it can learn."""


@dataclass(frozen=True)
class Reviewed:
    """One text with all its marks."""

    id: str
    text: str
    marks: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True)
class Outcome:
    """What training gave: the folder of the model, and both models' figures on the texts held
    back, through all layers."""

    path: Path
    held_back: int
    before: dict[str, Figures]
    after: dict[str, Figures]

    @property
    def better(self) -> bool:
        """Whether the trained model is better on the texts held back."""
        return self.after["ALL"].exact[2] > self.before["ALL"].exact[2]


def enough(texts: Sequence[Reviewed]) -> str | None:
    """Return why there is too little to learn from, or None."""
    marks = sum(len(t.marks) for t in texts)
    if len(texts) < LEAST_TEXTS or marks < LEAST_MARKS:
        return (
            f"{len(texts)} articles with {marks} reviewed marks are done; training wants at least"
            f" {LEAST_TEXTS} with {LEAST_MARKS}: r in the reader marks an article as done"
        )
    return None


def train(
    texts: Sequence[Reviewed],
    out: Path,
    *,
    epochs: int = 20,
    tell: Callable[[int, int, float], None] = lambda done, of, f: None,
) -> Outcome:
    """Fine-tune the model in use on reviewed texts and write it to ``out``.

    ``tell`` hears after each epoch its number, how many there are, and the F on some other texts
    than those held back; the epoch that is best on those is kept.

    Raises:
        ValueError: there is no model to start from.
    """
    from spacy.training import Example
    from thinc.api import fix_random_seed

    fix_random_seed(7)  # dropout draws from it: the same articles give the same model

    base = models.choose()
    if base is None:
        raise ValueError(models.HOW_TO_GET)
    ordered = sorted(texts, key=lambda t: t.id)
    random.Random(7).shuffle(ordered)
    n_held, n_dev = max(1, len(ordered) // 5), max(1, len(ordered) // 8)
    held, dev, used = ordered[:n_held], ordered[n_held : n_held + n_dev], ordered[n_held + n_dev :]
    nlp = models.load(base)
    before = _score(nlp, held)
    recognizer = nlp.get_pipe("ner")
    for label in _OWN:
        if any(mark[2] == label for t in used for mark in t.marks):
            recognizer.add_label(label)
    examples: list[Any] = []
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r".*\[W030\].*")  # a mark that cuts a token
        for t in used:
            for start, piece in _paragraphs(t.text):
                spans = _for_model(t.marks, start, start + len(piece))
                doc = nlp.make_doc(piece)
                examples.append(Example.from_dict(doc, {"entities": spans}))
        optimizer = nlp.resume_training()
        draw = random.Random(11)
        best, best_f = None, -1.0
        for epoch in range(1, epochs + 1):
            draw.shuffle(examples)
            for first in range(0, len(examples), 8):
                nlp.update(examples[first : first + 8], sgd=optimizer, drop=0.25)
            found = _score(nlp, dev)["ALL"].exact[2]
            if found > best_f:
                best, best_f = nlp.to_bytes(), found
            tell(epoch, epochs, found)
    assert best is not None
    nlp.from_bytes(best)
    _write(nlp, base, out)
    return Outcome(out, len(held), before, _score(nlp, held))


def _paragraphs(text: str) -> list[tuple[int, str]]:
    return [(m.start(), m.group()) for m in re.finditer(r"[^\n]*\S[^\n]*", text)]


def _for_model(
    marks: Sequence[tuple[int, int, str]], start: int, end: int
) -> list[tuple[int, int, str]]:
    out: list[tuple[int, int, str]] = []
    for a, b, label in sorted(marks, key=lambda m: (m[0], m[0] - m[1])):
        if a < start or b > end or (out and a - start < out[-1][1]):
            continue  # in another paragraph, or inside a longer mark
        name = _TO_MODEL.get(label, label if label in _OWN else None)
        if name is not None:
            out.append((a - start, b - start, name))
    return out


def _score(nlp: Any, texts: Sequence[Reviewed]) -> dict[str, Figures]:
    fast = fast_ner.build(nlp)

    def find(pieces: Sequence[str]) -> list[list[Span]]:
        return fast_ner.entities_of(nlp, fast, pieces)

    rows, found = [], []
    for t in texts:
        rows.append(GoldRow(t.id, t.text, frozenset(t.marks)))
        spans = pipeline.annotate(t.text, ner.spans(find, t.text))
        found.append({(s.start, s.end, s.label) for s in spans})
    return score(rows, found)


def _write(nlp: Any, base: models.Model, out: Path) -> None:
    shutil.rmtree(out, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    nlp.to_disk(out)
    meta = out / "meta.json"
    about = json.loads(meta.read_text("utf-8"))
    about["version"] = f"{base.version}+{out.name}"
    meta.write_text(json.dumps(about, indent=1), "utf-8")
