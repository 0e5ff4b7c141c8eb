"""A screen over another one, closed once."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.screen import ModalScreen

T = TypeVar("T")


class Dialog(ModalScreen[T], Generic[T]):
    """A modal screen. A second key of the same burst that would close it again is dropped: it
    would take the screen below away too."""

    closed = False

    def close(self, result: T | None) -> None:
        """Close with a result, the first time it is asked for."""
        if not self.closed:
            self.closed = True
            self.dismiss(result)
