"""``conflict-reader link``: which rows tell of the same incident, without a library.

Two passes: every row goes into a temporary index, then each is compared with what is near it.
Memory grows with the rows, not with their pairs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from annotators import accounts, clusters, linking
from annotators.accounts import Account
from annotators.link_search import Finder, ranked
from annotators.linking import Proposal
from store.row_index import RowIndex
from tui.commands import rows_of, writing
from tui.progress import Progress, say


def run(options: argparse.Namespace) -> int:
    """Link the rows of a file and write them with their candidates."""
    problems: list[str] = []
    with RowIndex() as index:
        asyncio.run(_read(index, options.input, problems))
        scores = _compare(index)
        group: list[int] = []
        if options.clusters:
            group = clusters.clusters(index.size, ((a, b, s) for (a, b), s in scores.items()))
        with writing(options.output) as out:
            for number, row, found in index.answers():
                record = {**row, "candidates": found}
                if group:
                    record["cluster"] = group[number - 1] + 1
                line = json.dumps(record, ensure_ascii=out.isatty()) + "\n"
                out.write(line.encode("utf-8", "backslashreplace").decode("utf-8"))
    for problem in problems:
        say(problem)
    return 1 if problems else 0


async def _read(index: RowIndex, source: str, problems: list[str]) -> None:
    from annotators import models
    from annotators.service import stream

    if models.choose() is None:
        say(models.HOW_TO_GET)
    bar = Progress("reading")
    async for row, answer in stream(rows_of(source, problems), say):
        if isinstance(answer, Exception):
            problems.append(f"{row.get('id')}: read without its entities ({answer})")
            account = _account(row, (), ())
        else:
            told = accounts.entities_of(answer.suggestions)
            account = _account(row, told, answer.reports)
        try:
            account = _with_incidents(account, row.get("incidents"))
        except ValueError as problem:
            problems.append(f"{row.get('id')}: {problem}; read without it")
        index.put(row, account.day, account.terms, accounts.words_of(account), account.dumps())
        bar.show(index.size)
    bar.end()


def _account(row: Mapping[str, Any], entities: Any, reports: Any) -> Account:
    title, date = row.get("title"), row.get("date")
    return accounts.of_article(
        row["text"],
        None if title is None else str(title),
        None if date is None else str(date),
        entities,
        reports,
    )


def _with_incidents(account: Account, given: Any) -> Account:
    """Return the account with the incidents that the row gives, in place of those read off its
    text.

    Raises:
        ValueError: they are no list of objects that can be read.
    """
    if not given:
        return account
    if not isinstance(given, list) or not all(isinstance(i, dict) for i in given):
        raise ValueError("incidents is no list of objects")
    events = tuple(accounts.of_record(i) for i in given[:20])
    return replace(account, events=events, recorded=True)


def _worth(found: list[tuple[int, Proposal]]) -> list[tuple[int, Proposal]]:
    """Return what is written of an account's proposals: nothing of those that may be the same where
    the best of them is too unlikely, and of the others a target that was hit again."""
    same = [(i, p) for i, p in found if p.same]
    if not same or same[0][1].score < linking.NO_PARTNER:
        same = []
    again = [(i, p) for i, p in found if p.relation == "repeat_target" and p.named]
    return [*same, *again]


def _compare(index: RowIndex) -> dict[tuple[int, int], float]:
    """Find the candidates of every row; return the scores of the pairs that may be the same, rows
    counted from 0."""
    finder, names = Finder(index.connection), index.ids()
    bar = Progress("comparing", index.size)
    scores: dict[tuple[int, int], float] = {}
    for number in range(1, index.size + 1):
        account = Account.loads(index.payload(number))
        side, near = finder.near(account, but=frozenset([number]))
        for n in near:
            score = linking.group_score(side, n.side, n.features)
            if score >= linking.GROUPED:
                pair = (min(number, n.id) - 1, max(number, n.id) - 1)
                scores[pair] = scores.get(pair, 0.0) + score / 2
        candidates = [
            {"id": names[other], "score": round(p.score, 4), "relation": p.relation,
             "reasons": list(p.reasons)}
            for other, p in _worth(ranked(side, near))
        ]  # fmt: skip
        index.answer(number, candidates)
        bar.show(number)
    bar.end()
    return scores
