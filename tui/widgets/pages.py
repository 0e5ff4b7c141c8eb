"""Rows of a long list, read a page at a time as they are drawn."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
_PAGE = 64
_KEPT = 16  # pages; then all are forgotten


class Pages(Generic[T]):
    """Numbers in memory, and behind each what ``read`` gives of it."""

    def __init__(self, read: Callable[[Sequence[int]], dict[int, T]]) -> None:
        self.ids: array[int] = array("L")
        self._read = read
        self._pages: dict[int, dict[int, T]] = {}

    def set_ids(self, ids: Sequence[int], keep: int | None, current: int) -> int:
        """Hold other numbers; return the place of the one to ``keep`` where it is among them, else
        the ``current`` place or the last."""
        self.ids = array("L", ids)
        self._pages.clear()
        try:
            return self.ids.index(keep) if keep is not None else 0
        except ValueError:
            return min(current, max(0, len(self.ids) - 1))

    def at(self, place: int) -> int | None:
        """Return the number at a place."""
        return self.ids[place] if place < len(self.ids) else None

    def get(self, place: int) -> T | None:
        """Return what is at a place, reading its page where it is not there yet."""
        number = self.at(place)
        if number is None:
            return None
        page = place // _PAGE
        if page not in self._pages:
            if len(self._pages) > _KEPT:
                self._pages.clear()
            self._pages[page] = self._read(self.ids[page * _PAGE : (page + 1) * _PAGE])
        found = self._pages[page]
        if number not in found:  # it changed and was taken out
            found.update(self._read([number]))
        return found.get(number)

    def drop(self, numbers: Sequence[int]) -> None:
        """Read these again when they are asked for next."""
        for page in self._pages.values():
            for number in numbers:
                page.pop(number, None)

    def forget(self) -> None:
        """Read everything again when it is asked for next."""
        self._pages.clear()
