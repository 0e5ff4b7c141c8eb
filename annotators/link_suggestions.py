"""Link suggestions in a library: the index kept up with the incidents, and what is proposed for an
incident, for an article, and as a queue of pairs to decide. Never links by itself."""

from __future__ import annotations

import json
from dataclasses import dataclass

from annotators import accounts
from annotators.accounts import Account
from annotators.link_search import Finder
from annotators.linking import Proposal
from store import articles, candidates, incident_index, incidents
from store.incident_index import Connection
from store.records import Incident

FEW = 200
"""Incidents up to which a queue begins with the likeliest pair."""
SLICE = 200
"""Incidents whose accounts are made in one unit of work."""
_BEFORE, _AFTER = 250, 350  # code points around a trigger that are read with it
_REPORTS = 12  # of an incident that are read; the hundredth tells nothing new


@dataclass(frozen=True)
class Known:
    """A known incident that an article seems to report. ``candidate`` is the uid of the suggested
    report that tells it, None where the article as a whole does."""

    incident: Incident
    candidate: bytes | None
    proposal: Proposal


def refresh(connection: Connection, most: int = SLICE) -> int:
    """Bring the accounts of changed incidents up to date, some at a time, inside a unit of work;
    return how many were looked at, 0 where all are."""
    stale = incident_index.stale(connection, most)
    for incident_id in stale:
        held = incident_index.payload(connection, incident_id)
        if held is not None:
            old = Account.loads(held)
            incident_index.remove(connection, incident_id, old.terms, accounts.words_of(old))
        incident = incidents.get(connection, incident_id)
        if incident is not None:
            account = account_of(connection, incident)
            incident_index.put(
                connection, incident_id, account.day, account.terms, accounts.words_of(account),
                account.dumps(),
            )  # fmt: skip
    incident_index.fresh(connection, stale)
    return len(stale)


def account_of(connection: Connection, incident: Incident) -> Account:
    """Return a recorded incident's account."""
    texts, published = incidents.told_in(connection, incident.id, _BEFORE, _AFTER, _REPORTS)
    values = {
        name: json.loads(str(value)) if value and incidents.BY_NAME[name].kind == "list" else value
        for name, value in incident.values.items()
    }
    return accounts.of_incident({**values, "title": incident.title}, texts, published)


def for_incident(
    connection: Connection, incident_id: int, finder: Finder | None = None
) -> list[tuple[int, Proposal]]:
    """Return the incidents that one may be the same as or related to, best first; those that the
    analyst linked with it, or said to be different, and those that one article tells apart are left
    out. Empty: it abstains."""
    held = incident_index.payload(connection, incident_id)
    if held is None:
        return []
    decided = frozenset([
        incident_id, *incidents.linked_with(connection, incident_id),
        *incidents.of_the_same_articles(connection, incident_id),
    ])  # fmt: skip
    finder = finder or Finder(connection)
    return finder.proposals(Account.loads(held), but=decided)


def for_article(connection: Connection, article_id: int) -> list[Known]:
    """Return the known incidents that an article seems to report, best first. Those that it is a
    report of already are left out, but for one recorded from the words of a suggested report."""
    article = articles.get(connection, article_id)
    if article is None:
        return []
    text = articles.text(connection, article_id)
    recorded = frozenset(i.id for i in incidents.of_article(connection, article_id))
    finder = Finder(connection)
    best: dict[int, tuple[Proposal, bytes | None]] = {}

    def take(account: Account, uid: bytes | None) -> None:
        for number, proposal in finder.proposals(account, but=recorded):
            if not proposal.same:
                continue
            if number not in best or best[number][0].score < proposal.score:
                best[number] = proposal, uid

    open_ones = candidates.of_article(connection, article_id)
    for c in open_ones:
        take(account_of_candidate(c, text, article.published), c.uid)
    if not open_ones:
        take(accounts.of_article(text, article.title, article.published), None)
    for report in incidents.reports_in(connection, article_id):
        inside = [c for c in open_ones if c.start < report.end and report.start < c.end]
        if inside and report.incident_id is not None:
            said = Proposal(1.0, "same_event", ("recorded from these words",))
            best[report.incident_id] = said, inside[0].uid
    found = []
    for number, (proposal, uid) in best.items():
        incident = incidents.get(connection, number)
        if incident is not None:
            found.append(Known(incident, uid, proposal))
    return sorted(found, key=lambda k: (-k.proposal.score, k.incident.id))


def account_of_candidate(c: candidates.Candidate, text: str, published: str | None) -> Account:
    """Return the account of a suggested report: its claims and the words around its trigger."""
    around = incidents.around(text, c.start, c.end, _BEFORE, _AFTER)
    return accounts.of_incident(accounts.values_of(c.claims), [around], published)


class Queue:
    """The pairs of a library that wait for a decision, one at a time: those of one incident first
    where it is given, then of the others; of few incidents the likeliest first, else the latest."""

    def __init__(self, connection: Connection, start: int | None = None) -> None:
        numbers = incidents.numbers(connection)
        if start is not None:
            numbers = [start, *(n for n in numbers if n != start)]
        self._numbers = numbers
        self._at = 0
        if len(numbers) <= FEW:
            finder = Finder(connection)
            best = {n: max((p.score for _, p in for_incident(connection, n, finder)), default=0.0) for n in numbers}  # fmt: skip
            self._numbers = sorted(numbers, key=lambda n: (n != start, -best[n]))
        self._seen: set[tuple[int, int]] = set()

    @property
    def place(self) -> tuple[int, int]:
        """The number of the incident whose pairs are shown, from 1, and of how many."""
        return min(self._at + 1, len(self._numbers)), len(self._numbers)

    def skip(self, a: int, b: int) -> None:
        """Leave a pair out from now on, without deciding it."""
        self._seen.add((min(a, b), max(a, b)))

    def back_to(self, number: int | None) -> None:
        """Begin at an incident again, a pair of which is open once more; None: at the first."""
        if number is None:
            self._at = 0
        elif number in self._numbers[: self._at]:
            self._at = self._numbers.index(number)

    def next(self, connection: Connection) -> tuple[int, int, Proposal] | None:
        """Return the next pair, or None where none is left. The same again until it is decided or
        skipped."""
        finder = Finder(connection)
        while self._at < len(self._numbers):
            number = self._numbers[self._at]
            for other, proposal in for_incident(connection, number, finder):
                if (min(number, other), max(number, other)) not in self._seen:
                    return number, other, proposal
            self._at += 1
        return None
