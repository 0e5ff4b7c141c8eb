"""Which accounts of incidents are near in words and time: postings of words in SQLite.

The library holds one account an incident here, made again after the incident changed (triggers note
which); ``conflict-reader link`` keeps one a row in a file of its own. Judging a pair is not done
here (`annotators.linking`).

A query reads the postings of its rarest words first and stops at a budget, so that its cost grows
slower than the number of accounts; where both sides have a day, only those of some weeks around it
are read.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence

Connection = sqlite3.Connection
"""What the functions here read and write; so that who judges pairs needs no SQL of its own."""

TABLES = (
    "CREATE TABLE account (id INTEGER PRIMARY KEY, day INTEGER NOT NULL, payload TEXT NOT NULL)"
    " STRICT",
    "CREATE TABLE account_term (id INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE,"
    " n INTEGER NOT NULL) STRICT",
    # one row a word an account; weight is the word's share of its account, in thousandths
    "CREATE TABLE account_posting (term_id INTEGER NOT NULL, day INTEGER NOT NULL,"
    " account_id INTEGER NOT NULL, weight INTEGER NOT NULL,"
    " PRIMARY KEY (term_id, day, account_id)) STRICT, WITHOUT ROWID",
)
"""Tables of the index; day 0 is no day, else the ordinal of a date."""

STALE = (
    "CREATE TABLE account_stale (incident_id INTEGER PRIMARY KEY) STRICT",
    *(
        f"CREATE TRIGGER account_stale_{table}_{event} AFTER {event} ON {table}"
        f" BEGIN INSERT OR IGNORE INTO account_stale VALUES (new.{column}); END"
        for table, column in (("incident", "id"), ("incident_report", "incident_id"))
        for event in ("INSERT", "UPDATE")
    ),
    "INSERT INTO account_stale SELECT id FROM incident",
)
"""What notes, in a library, that an incident's account is to be made again."""

STALE_BY_ARTICLE = (
    *(
        f"CREATE TRIGGER account_stale_{table}_{column} AFTER UPDATE OF {column} ON {table}"
        " BEGIN INSERT OR IGNORE INTO account_stale SELECT x.incident_id FROM incident_report x"
        f" JOIN report r ON r.id = x.report_id WHERE r.{key} = new.id; END"
        for table, column, key in (
            ("article", "published", "article_id"),
            ("report", "deleted", "id"),
        )
    ),
    "INSERT OR IGNORE INTO account_stale SELECT id FROM incident",
)
"""The same for what its reports and their articles tell; and all once, as an account holds more than
it did. A migration that changes what an account holds says so with such a line."""

BUDGET = 8_000
"""Postings that a query reads at most."""
WINDOW = 60
"""Days around an account's day in which others are looked for by words that are not rare."""
RARE = 40
"""A word that no more accounts have is looked up in all of them, whatever their day."""


def size(connection: sqlite3.Connection) -> int:
    """Return how many accounts there are."""
    return int(connection.execute("SELECT COUNT(*) FROM account").fetchone()[0])


def counts(connection: sqlite3.Connection, terms: Iterable[str]) -> dict[str, int]:
    """Return how many accounts have each term; terms that none has are absent."""
    wanted, found = list(terms), dict[str, int]()
    for first in range(0, len(wanted), 500):
        part = wanted[first : first + 500]
        marks = ",".join("?" * len(part))
        found.update(
            connection.execute(f"SELECT term, n FROM account_term WHERE term IN ({marks})", part)
        )
    return found


def put(
    connection: sqlite3.Connection,
    account_id: int,
    day: int | None,
    terms: Mapping[str, int],
    words: Iterable[str],
    payload: str,
) -> None:
    """Add an account. All its ``terms`` are counted; by its ``words`` it can be found."""
    connection.executemany(
        "INSERT INTO account_term (term, n) VALUES (?, 1) ON CONFLICT (term) DO UPDATE SET n = n + 1",
        [(t,) for t in terms],
    )
    chosen = {w: 1 + math.log(terms[w]) for w in words}
    norm = math.sqrt(sum(w * w for w in chosen.values())) or 1.0
    connection.executemany(
        "INSERT INTO account_posting SELECT id, ?, ?, ? FROM account_term WHERE term = ?",
        [(day or 0, account_id, round(1000 * w / norm), t) for t, w in chosen.items()],
    )
    connection.execute("INSERT INTO account VALUES (?, ?, ?)", (account_id, day or 0, payload))


def remove(
    connection: sqlite3.Connection, account_id: int, terms: Iterable[str], words: Iterable[str]
) -> None:
    """Take an account out; ``terms`` and ``words`` as it was put in."""
    row = connection.execute("SELECT day FROM account WHERE id = ?", (account_id,)).fetchone()
    if row is None:
        return
    connection.executemany(
        "DELETE FROM account_posting WHERE day = ? AND account_id = ?"
        " AND term_id = (SELECT id FROM account_term WHERE term = ?)",
        [(row[0], account_id, w) for w in words],
    )
    connection.executemany(
        "UPDATE account_term SET n = n - 1 WHERE term = ?", [(t,) for t in terms]
    )
    connection.execute("DELETE FROM account WHERE id = ?", (account_id,))


def payload(connection: sqlite3.Connection, account_id: int) -> str | None:
    """Return what was put with an account, or None where it is not there."""
    row = connection.execute("SELECT payload FROM account WHERE id = ?", (account_id,)).fetchone()
    return row[0] if row else None


def payloads(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, str]:
    """Return what was put with some accounts."""
    marks = ",".join("?" * len(ids))
    return dict(
        connection.execute(f"SELECT id, payload FROM account WHERE id IN ({marks})", list(ids))
    )


def near(
    connection: sqlite3.Connection,
    words: Mapping[str, int],
    day: int | None,
    idf: Callable[[str], float],
    limit: int,
) -> list[int]:
    """Return the accounts that share the rarest words, those of near days first, best first.

    Half of what words count decays with the days between, by half in 15 days (fitted elsewhere on
    dated local news: the setting under which a TF-IDF floor found its candidates best).
    """
    held = counts(connection, words)
    ranked = sorted(held, key=lambda w: (held[w], w))
    scores: dict[int, float] = {}
    days: dict[int, int] = {}
    left = BUDGET
    for word in ranked:
        if left <= 0:
            break
        sql = (
            "SELECT p.account_id, p.day, p.weight FROM account_posting p WHERE p.term_id ="
            " (SELECT id FROM account_term WHERE term = ?)"
        )
        ways: list[tuple[str, tuple[int, ...]]] = [("", ())]
        if day is not None and held[word] > RARE:
            ways = [(" AND p.day BETWEEN ? AND ?", (day - WINDOW, day + WINDOW)), (" AND p.day = 0", ())]  # fmt: skip
        weight = (1 + math.log(words[word])) * idf(word) ** 2
        for where, values in ways:
            rows = connection.execute(
                f"{sql}{where} LIMIT ?", (word, *values, max(left, 1))
            ).fetchall()
            left -= len(rows)
            for account_id, its_day, share in rows:
                scores[account_id] = scores.get(account_id, 0.0) + weight * share
                days[account_id] = its_day
    if day is not None:
        for account_id, its_day in days.items():
            if its_day:
                scores[account_id] *= 0.5 + 0.5 * 0.5 ** (abs(day - its_day) / 15)
    return sorted(scores, key=lambda i: (-scores[i], i))[:limit]


def stale(connection: sqlite3.Connection, most: int) -> list[int]:
    """Return some incidents whose accounts are to be made again."""
    rows = connection.execute(
        "SELECT incident_id FROM account_stale ORDER BY incident_id LIMIT ?", (most,)
    )
    return [number for (number,) in rows]


def fresh(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Note that the accounts of some incidents were made again."""
    connection.executemany("DELETE FROM account_stale WHERE incident_id = ?", [(i,) for i in ids])
