"""Libraries and texts to measure on, made the same each time."""

from __future__ import annotations

import random
from pathlib import Path

from store import importers, mentions
from store.library import Library, set_setting
from store.records import Incoming, Suggestion

_WORDS = """
    the of and to in a on that for was by with drones struck depot region military said
    officials near town overnight fire “quoted” — Київ missile brigade reported damage
    civilians governor air
""".split()


def text(words: int, seed: int = 7) -> str:
    """Return a text of paragraphs, some of it not ASCII."""
    rng = random.Random(seed)
    out = []
    while words > 0:
        length = min(words, rng.randrange(40, 120))
        out.append(" ".join(rng.choice(_WORDS) for _ in range(length)) + ".")
        words -= length
    return "MARKER " + "\n".join(out)


def article(path: Path, words: int) -> int:
    """Make a library of one long article with a mention in every five words; return how many."""
    body = text(words)
    rng = random.Random(3)
    spans, at = [], 0
    while True:
        at = body.find(" ", at + rng.randrange(10, 50)) + 1
        end = body.find(" ", at + 3)
        if at <= 0 or end < 0:
            break
        spans.append(Suggestion(at, end, rng.choice(["GPE", "PERSON", "WEAPON", "DATE", "FORCE"])))
    from annotators import pipeline

    with Library.open(path) as library:
        importers.store(library, [Incoming(body, title="MARKER")])
        library.write(
            lambda c: mentions.replace_suggestions(c, 1, spans, pipeline.fingerprint(), None)
        )
        library.write(lambda c: set_setting(c, "last_article", "0"))
    return len(spans)


def many(path: Path, articles: int) -> None:
    """Make a library of many short articles, all marked as annotated."""
    rng = random.Random(1)
    if path.exists():
        return
    with Library.open(path) as library:
        importers.store(
            library,
            (
                Incoming(
                    f"MARKER article {n} " + " ".join(rng.choice(_WORDS) for _ in range(40)),
                    date=f"20{rng.randrange(10, 25)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
                )
                for n in range(articles)
            ),
        )
        library.write(lambda c: c.execute("UPDATE article SET pipeline = 'none'"))
        library.write(lambda c: set_setting(c, "last_article", "0"))
