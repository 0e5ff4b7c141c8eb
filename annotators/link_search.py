"""From an account to ranked proposals: what the index finds near, judged pair by pair."""

from __future__ import annotations

import csv
import math
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from importlib import resources

from annotators import linking
from annotators.accounts import Account, words_of
from annotators.linking import Proposal, Side
from store import incident_index
from store.incident_index import Connection

NEAR = 30
"""Accounts that are judged."""
_BACKGROUND = 200
"""How many texts the shares of ``data/document_shares.csv`` count for beside the index's own, so
that words are weighed alike in a library of three incidents and of a hundred thousand."""
_KEPT = 4000  # sides that are kept made ready; memory, not correctness


@cache
def _shares() -> dict[str, float]:
    text = resources.files("annotators.data").joinpath("document_shares.csv").read_text("utf-8")
    return {term: float(share) for term, share in csv.reader(text.splitlines()[1:])}


@dataclass(frozen=True)
class Near:
    """A neighbour of an account, with the features of the pair."""

    id: int
    side: Side
    features: dict[str, float]


class Finder:
    """Compares accounts with those of an index (the tables of `store.incident_index`)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._counts: dict[str, int] = {}
        self._size = incident_index.size(connection)
        self._sides: OrderedDict[int, Side] = OrderedDict()

    def _idf(self, term: str) -> float:
        n = self._counts.get(term, 0) + _BACKGROUND * _shares().get(term, 0.0)
        return math.log((1 + self._size + _BACKGROUND) / (1 + n)) + 1

    def _side(self, account: Account) -> Side:
        unknown = [t for t in {*account.terms, *account.lead} if t not in self._counts]
        found = incident_index.counts(self._connection, unknown)
        self._counts.update((t, found.get(t, 0)) for t in unknown)
        return Side.of(account, self._idf)

    def _held(self, ids: list[int]) -> dict[int, Side]:
        missing = [i for i in ids if i not in self._sides]
        for account_id, raw in incident_index.payloads(self._connection, missing).items():
            self._sides[account_id] = self._side(Account.loads(raw))
        while len(self._sides) > max(_KEPT, len(ids)):
            self._sides.popitem(last=False)
        return {i: self._sides[i] for i in ids}

    def near(self, account: Account, *, but: frozenset[int] = frozenset()) -> tuple[Side, list[Near]]:  # fmt: skip
        """Return the account made ready, and its neighbours but some, each with the pair's
        features, nearest in words first."""
        side = self._side(account)
        words = {w: account.terms[w] for w in words_of(account)}
        found = incident_index.near(
            self._connection, words, account.day, self._idf, NEAR + len(but)
        )
        ids = [i for i in found if i not in but][:NEAR]
        sides = self._held(ids)
        cosines = {i: linking.cosine(side.vectors["words"], s.vectors["words"]) for i, s in sides.items()}  # fmt: skip
        ranked = sorted(cosines.values(), reverse=True)
        best = ranked[0] if ranked else 0.0
        crowd = ranked[5] if len(ranked) > 5 else 0.0
        return side, [
            Near(i, sides[i], linking.features(side, sides[i], best, crowd))
            for i in sorted(ids, key=lambda i: -cosines[i])
        ]

    def proposals(
        self, account: Account, *, but: frozenset[int] = frozenset()
    ) -> list[tuple[int, Proposal]]:
        """Return what is proposed for an account, best first: the ids it may be the same as or
        related to, but some."""
        side, near = self.near(account, but=but)
        return ranked(side, near)


def ranked(side: Side, near: list[Near]) -> list[tuple[int, Proposal]]:
    """Return what is proposed of neighbours, best first."""
    made = [(n.id, p) for n in near if (p := linking.propose(side, n.side, n.features))]
    return sorted(made, key=lambda found: (-found[1].score, found[0]))
