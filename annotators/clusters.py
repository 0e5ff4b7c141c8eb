"""Groups of accounts that tell of one event, out of the scores of pairs."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

AT_LEAST = 0.12
"""Mean score between the members of two groups at which they become one; chosen on the half of the
development data that the weights were fitted on."""


def clusters(
    n: int, scores: Iterable[tuple[int, int, float]], at_least: float = AT_LEAST
) -> list[int]:
    """Return a group for each of ``n`` accounts: the smallest number among its members.

    ``scores`` are pairs with their score, each pair once; one that is not given counts 0. Groups
    are joined by the mean score between their members, the best first, so that a chain of look-alikes
    does not become one event.
    """
    between: list[dict[int, float]] = [{} for _ in range(n)]
    for a, b, score in scores:
        between[a][b] = between[b][a] = score
    size = [1] * n
    group = list(range(n))
    alive = [True] * n
    heap = [(-s, a, b) for a in range(n) for b, s in between[a].items() if a < b and s >= at_least]
    heapq.heapify(heap)
    members: list[list[int]] = [[i] for i in range(n)]
    while heap:
        mean, a, b = heapq.heappop(heap)
        if not (alive[a] and alive[b]):
            continue
        if abs(between[a].get(b, 0.0) / (size[a] * size[b]) + mean) > 1e-9:
            continue  # of before one of the two grew
        alive[b] = False
        size[a] += size[b]
        members[a] += members[b]
        for c, total in between[b].items():
            if c == a or not alive[c]:
                continue
            between[a][c] = between[a].get(c, 0.0) + total
            between[c][a] = between[a][c]
        between[a].pop(b, None)
        for c, total in between[a].items():
            if alive[c] and (mean := total / (size[a] * size[c])) >= at_least:
                heapq.heappush(heap, (-mean, min(a, c), max(a, c)))
    for a in range(n):
        if alive[a]:
            first = min(members[a])
            for member in members[a]:
                group[member] = first
    return group
