"""What a module of actions has: the desk that it acts on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.screens.main import MainScreen


LIKELY = "likely label"
"""What stands in place of a label that is kept on, where each word gets the one that it most likely
has. It is never stored: `SelectingActions.kept` gives the label."""


class Actions:
    """Actions of one subject. Imported when a first key wants one, so that the first paint does
    not wait for them."""

    def __init__(self, desk: MainScreen) -> None:
        self.desk = desk


def short(text: str, length: int = 40) -> str:
    """Return a text on one line, cut to a length."""
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1] + "…"
