"""Finding mentions by place. Knows no widget."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from store.records import Mention


class SpanIndex:
    """Mentions in text order, found by range and stepped through."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self.mentions = sorted(mentions, key=lambda m: (m.start, -m.end, m.label))
        self._starts = [m.start for m in self.mentions]
        self._longest = max((m.end - m.start for m in self.mentions), default=0)
        self._reviewed = sum(m.human for m in self.mentions)
        self._numbers = {m.uid: number for number, m in enumerate(self.mentions)}

    def __len__(self) -> int:
        return len(self.mentions)

    def overlapping(self, start: int, end: int) -> list[Mention]:
        """Return the mentions that share a character with ``[start, end)``, in text order."""
        first = bisect_left(self._starts, start - self._longest)
        last = bisect_left(self._starts, end)
        return [m for m in self.mentions[first:last] if m.end > start]

    def starting_in(self, start: int, end: int) -> list[Mention]:
        """Return the mentions that begin in ``[start, end)``."""
        return self.mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def at(self, offset: int) -> list[Mention]:
        """Return the mentions that hold an offset, the shortest first."""
        return sorted(self.overlapping(offset, offset + 1), key=lambda m: m.end - m.start)

    def put(self, mention: Mention) -> bool:
        """Put a changed mention in the place of the one with its uid; False where the span moved
        or there is none, so that the index has to be made again."""
        number = self._numbers.get(mention.uid)
        if number is None:
            return False
        old = self.mentions[number]
        if (old.start, old.end) != (mention.start, mention.end):
            return False
        self.mentions[number] = mention
        self._reviewed += mention.human - old.human
        return True

    @property
    def reviewed(self) -> tuple[int, int]:
        """How many mentions are decided, and how many there are; rejected ones are decided."""
        return self._reviewed, len(self.mentions)

    def least_certain(self, current: Mention | None, forward: bool) -> Mention | None:
        """Return the mention to review that the pipeline is least certain of (the most certain
        one going back), the one after the current one where several are alike."""
        waiting = [m for m in self.mentions if not m.human and m is not current]
        if not waiting:
            return None
        at = self._numbers.get(current.uid, -1) if current is not None else -1

        def order(m: Mention) -> tuple[float, bool, int]:
            number = self._numbers[m.uid]
            return (0.5 if m.score is None else m.score, number < at, number)

        return min(waiting, key=order) if forward else max(waiting, key=order)

    def by_uid(self, uid: bytes | None) -> Mention | None:
        """Return the mention with this uid, or None."""
        number = self._numbers.get(uid) if uid is not None else None
        return self.mentions[number] if number is not None else None

    def step(
        self,
        offset: int,
        current: Mention | None,
        forward: bool,
        wanted: Callable[[Mention], bool],
    ) -> Mention | None:
        """Return the next wanted mention after the current one (else after an offset), around
        the end of the text where there is none; None where there is none at all."""
        count = len(self.mentions)
        if not count:
            return None
        number = self._numbers.get(current.uid) if current is not None else None
        if number is None:
            here = (
                bisect_left(self._starts, offset) if forward else bisect_right(self._starts, offset)
            )
            number = here - 1 if forward else here
        for step in range(1, count + 1):
            candidate = self.mentions[(number + (step if forward else -step)) % count]
            if wanted(candidate):
                return candidate
        return None
