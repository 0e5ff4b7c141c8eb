"""A screen over another one, closed once."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual import events
from textual.screen import ModalScreen
from textual.widgets import Input, TextArea

T = TypeVar("T")


class Dialog(ModalScreen[T], Generic[T]):
    """A modal screen. A second key of the same burst that would close it again is dropped: it
    would take the screen below away too."""

    closed = False
    _early = ""

    def typed_early(self, event: events.Key) -> bool:
        """Keep a character that is typed before the dialog's input has the focus."""
        if self.focused is None and event.is_printable and event.character:
            event.stop()
            self._early += event.character
            return True
        return False

    def on_descendant_focus(self) -> None:
        """Put what was typed early into the input."""
        early, self._early = self._early, ""
        if early and isinstance(self.focused, Input):
            self.focused.insert_text_at_cursor(early)
        elif early and isinstance(self.focused, TextArea):
            self.focused.insert(early)

    def close(self, result: T | None) -> None:
        """Close with a result, the first time it is asked for."""
        if not self.closed:
            self.closed = True
            self.dismiss(result)
