"""Copies: the same wire text in several papers, recognised at import and counted as one source.

MinHash (rensa) over runs of five words, in bands that are looked up; what shares a band is compared
in full. Texts that were edited by some 5 words in a hundred are found nearly always, by 15 mostly,
by 30 hardly ever.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3

_WORDS = re.compile(r"\w+")
_RUN = 5
_HASHES, _BANDS = 128, 32
_SHORTEST = 40
"""Words; a shorter text says too little to be told from another one of its kind."""
_LONGEST = 20_000  # words that are looked at
ALIKE = 0.5
"""Share of runs that two texts have in common (Jaccard) from which on they are copies."""
_MOST = 8  # texts that are compared in full


def _runs(text: str) -> set[str]:
    words = _WORDS.findall(text.lower())[:_LONGEST]
    return {" ".join(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)}


def bands(text: str) -> tuple[int, ...]:
    """Return the numbers under which a text's copies are looked for; none of a short text."""
    runs = _runs(text)
    if len(runs) < _SHORTEST - _RUN:
        return ()
    from rensa import RMinHash

    sketch = RMinHash(num_perm=_HASHES, seed=1)
    sketch.update(list(runs))
    digest = sketch.digest()
    wide = _HASHES // _BANDS
    out = []
    for band in range(_BANDS):
        part = b"".join(n.to_bytes(4, "big") for n in digest[band * wide : (band + 1) * wide])
        out.append(int.from_bytes(hashlib.blake2b(part, digest_size=7).digest(), "big"))
    return tuple(out)


def note(
    connection: sqlite3.Connection, article_id: int, text: str, found: tuple[int, ...]
) -> int | None:
    """Keep an article's bands, inside a unit of work; return the article that it is a copy of, the
    first of them, or None."""
    if not found:
        return None
    original = _original(connection, text, found)
    connection.executemany(
        "INSERT OR IGNORE INTO copy_band (band, hash, article_id) VALUES (?, ?, ?)",
        [(band, number, article_id) for band, number in enumerate(found)],
    )
    if original is not None:
        connection.execute("UPDATE article SET copy_of = ? WHERE id = ?", (original, article_id))
    return original


def _original(connection: sqlite3.Connection, text: str, found: tuple[int, ...]) -> int | None:
    shared: dict[int, int] = {}
    for band, number in enumerate(found):
        for (other,) in connection.execute(
            "SELECT article_id FROM copy_band WHERE hash = ? AND band = ? LIMIT 50", (number, band)
        ):
            shared[other] = shared.get(other, 0) + 1
    if not shared:
        return None
    runs = _runs(text)
    for other in sorted(shared, key=lambda n: (-shared[n], n))[:_MOST]:
        row = connection.execute(
            "SELECT v.text, COALESCE(a.copy_of, a.id) FROM article_version v"
            " JOIN article a ON a.id = v.article_id WHERE a.id = ? AND a.deleted = 0"
            " ORDER BY v.number DESC LIMIT 1",
            (other,),
        ).fetchone()
        if row is None:
            continue
        theirs = _runs(row[0])
        if len(runs & theirs) / len(runs | theirs) >= ALIKE:
            return int(row[1])
    return None
