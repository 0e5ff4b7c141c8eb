"""``conflict-reader train``: fine-tune the model on the articles that are done."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from store import articles, filters, mentions
from store.errors import StoreError
from store.library import Library
from tui.progress import Progress, say
from tui.safe_text import write

if TYPE_CHECKING:
    from annotators.training import Reviewed


def run(path: Path, options: argparse.Namespace) -> int:
    """Train, or choose which model is used."""
    from annotators import models

    if options.use is not None:
        try:
            models.use(options.use)
        except ValueError as problem:
            raise StoreError(str(problem)) from None
        say(
            f"the model in use is {_in_use()}; texts that another one read are read anew when opened"
        )
        return 0
    from annotators import training

    reviewed = _reviewed(path)
    why = training.enough(reviewed)
    if why:
        raise StoreError(why)
    name = f"trained-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S}"
    started = time.monotonic()
    bar = Progress("training", options.epochs)
    try:
        outcome = training.train(
            reviewed, models.folder() / name, epochs=options.epochs,
            tell=lambda done, of, f: bar.show(done),
        )  # fmt: skip
    except ValueError as problem:
        raise StoreError(str(problem)) from None
    bar.end()
    marks = sum(len(r.marks) for r in reviewed)
    minutes = (time.monotonic() - started) / 60
    if options.json:
        print(json.dumps({
            "model": name, "articles": len(reviewed), "marks": marks,
            "held_back": outcome.held_back, "minutes": round(minutes, 2), "better": outcome.better,
            "before": {label: f.record() for label, f in outcome.before.items()},
            "after": {label: f.record() for label, f in outcome.after.items()},
        }))  # fmt: skip
    else:
        write(f"{len(reviewed)} articles with {marks} marks, {outcome.held_back} of them held back;"
              f" {minutes:.1f} minutes\n")  # fmt: skip
        write(f"{'on those held back, all layers':34} {'gold':>5}  exact F now, trained"
              "   overlap F now, trained\n")  # fmt: skip
        for label, after in outcome.after.items():
            now = outcome.before.get(label)
            if now is not None and (now.gold or label == "ALL"):
                write(f"{label:34} {after.gold:5}  {now.exact[2]:11.3f} {after.exact[2]:8.3f}"
                      f"   {now.overlap[2]:13.3f} {after.overlap[2]:8.3f}\n")  # fmt: skip
    if not outcome.better:
        shutil.rmtree(outcome.path, ignore_errors=True)
        say(f"not better on the texts held back; the model in use stays {_in_use()}")
        return 0
    say(f"better; to use it: conflict-reader train --use {name} (and --use default to go back)")
    return 0


def _in_use() -> str:
    from annotators import models

    model = models.choose()
    return f"{model.name} {model.version}" if model else "none"


def _reviewed(path: Path) -> list[Reviewed]:
    """Return the articles that are done, with their marks that an analyst stands for."""
    from annotators import language
    from annotators.training import Reviewed as Text

    out = []
    with Library.open(path, "read") as library, library.reading() as connection:
        for number in articles.ids(connection, filters.Filter(statuses=("done",)), -1):
            found = mentions.of_article(connection, number)
            marks = [
                (m.start, m.end, m.label)
                for m in found
                if m.review_status in ("accepted", "corrected", "added")
            ]
            left = sum(m.review_status == "suggested" for m in found)
            if left:
                print(f"article {number}: {left} marks are not reviewed; left out", file=sys.stderr)
                continue
            text = articles.text(connection, number)
            about = articles.get(connection, number)
            if language.detect(text, about.language if about else None) == "en":
                out.append(Text(str(number), text, tuple(marks)))
    return out
