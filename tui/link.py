"""``conflict-reader link``: which rows tell of the same incident, without a library.

Two passes: every row goes into a temporary index, then each is compared with what is near it.
Memory grows with the rows, not with their pairs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from annotators import accounts, clusters, linking
from annotators.link_search import Finder
from annotators.linking import Proposal
from store import incident_index
from store.errors import StoreError
from tui.commands import Progress, rows_of, say, writing

_ROWS = "CREATE TABLE given (id INTEGER PRIMARY KEY, row TEXT NOT NULL) STRICT"


def run(options: argparse.Namespace) -> int:
    """Link the rows of a file and write them with their candidates."""
    problems: list[str] = []
    with tempfile.TemporaryDirectory(prefix="conflict-reader-") as folder:
        connection = sqlite3.connect(Path(folder) / "index.sqlite", isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            for statement in (_ROWS, *incident_index.TABLES):
                connection.execute(statement)
            connection.execute("BEGIN")
            asyncio.run(_read(connection, options.input, problems))
            connection.execute("COMMIT")
            _write(connection, options)
        except sqlite3.Error as problem:
            raise StoreError(f"the temporary index cannot be kept ({problem})") from None
        finally:
            connection.close()
    for line in problems:
        say(line)
    return 1 if problems else 0


async def _read(connection: sqlite3.Connection, source: str, problems: list[str]) -> None:
    from annotators import models
    from annotators.service import stream

    if models.choose() is None:
        say(models.HOW_TO_GET)
    bar = Progress("reading")
    number = 0

    def put(row: Mapping[str, Any], entities: Any, reports: Any) -> None:
        nonlocal number
        number += 1
        bar.show(number)
        account = accounts.of_article(
            row["text"], _text(row.get("title")), _text(row.get("date")), entities, reports
        )
        given = row.get("incidents")
        if given:
            try:
                if not isinstance(given, list) or not all(isinstance(i, dict) for i in given):
                    raise ValueError("incidents is no list of objects")
                account = replace(account, events=tuple(accounts.of_record(i) for i in given[:20]))
            except ValueError as problem:
                problems.append(f"row {number}: {problem}; read without it")
        connection.execute(
            "INSERT INTO given VALUES (?, ?)", (number, json.dumps(row, ensure_ascii=True))
        )
        incident_index.put(
            connection, number, account.day, account.terms, accounts.words_of(account),
            account.dumps(),
        )  # fmt: skip

    async for row, answer in stream(rows_of(source, problems), say):
        if isinstance(answer, Exception):
            problems.append(f"{row.get('id')}: read without its entities ({answer})")
            put(row, (), ())
        else:
            put(row, [s.resolved for s in answer.suggestions if s.resolved], answer.reports)
    bar.end()


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _worth(found: list[tuple[int, Proposal]]) -> list[tuple[int, Proposal]]:
    """Return what is written of an account's proposals: nothing of those that may be the same where
    the best of them is too unlikely, and of the others a target that was hit again."""
    same = [(i, p) for i, p in found if p.relation in ("same_event", "possible_same_event")]
    if not same or same[0][1].score < linking.NO_PARTNER:
        same = []
    again = [(i, p) for i, p in found if p.relation == "repeat_target" and p.named]
    return [*same, *again]


def _write(connection: sqlite3.Connection, options: argparse.Namespace) -> None:
    finder = Finder(connection)
    total = incident_index.size(connection)
    names = dict(connection.execute("SELECT id, json_extract(row, '$.id') FROM given"))
    bar = Progress("comparing", total)
    scores: dict[tuple[int, int], float] = {}
    connection.execute("CREATE TABLE answer (id INTEGER PRIMARY KEY, candidates TEXT NOT NULL)")
    for number in range(1, total + 1):
        account = accounts.Account.loads(incident_index.payload(connection, number) or "")
        found = finder.proposals(account, but=frozenset([number]))
        for other, proposal in found:
            if proposal.relation in ("same_event", "possible_same_event"):
                pair = (min(number, other) - 1, max(number, other) - 1)
                scores[pair] = scores.get(pair, 0.0) + proposal.score / 2
        candidates = [
            {
                "id": other if names[other] is None else names[other],
                "score": round(p.score, 4),
                "relation": p.relation,
                "reasons": list(p.reasons),
            }
            for other, p in _worth(found)
        ]
        connection.execute("INSERT INTO answer VALUES (?, ?)", (number, json.dumps(candidates)))
        bar.show(number)
    bar.end()
    group = clusters.clusters(total, ((a, b, s) for (a, b), s in scores.items())) if options.clusters else []  # fmt: skip
    with writing(options.output) as out:
        for record in _answers(connection, group):
            line = json.dumps(record, ensure_ascii=out.isatty()) + "\n"
            out.write(line.encode("utf-8", "backslashreplace").decode("utf-8"))


def _answers(connection: sqlite3.Connection, group: list[int]) -> Iterator[dict[str, Any]]:
    rows = connection.execute(
        "SELECT g.id, g.row, a.candidates FROM given g JOIN answer a ON a.id = g.id ORDER BY g.id"
    )
    for number, row, candidates in rows:
        record = {**json.loads(row), "candidates": json.loads(candidates)}
        if group:
            record["cluster"] = group[number - 1] + 1
        yield record
