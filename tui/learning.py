"""While an analyst decides: what their marks teach, suggested in the articles on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.timer import Timer

from tui.session import Session

if TYPE_CHECKING:
    from tui.screens.desk import Desk

_PAUSE = 0.25
"""Seconds after the last decision: what follows a burst of keys is looked at once."""


class Learning:
    """Looks after what is suggested in the open articles of one session."""

    def __init__(self, desk: Desk, session: Session) -> None:
        self._desk, self._session = desk, session
        self._timer: Timer | None = None
        self._stale: set[int] = set()  # articles whose suggestions changed and are not shown yet
        self._running = False

    def soon(self) -> None:
        """Look at the open articles, once the keys rest."""
        if self._session.taught is None or self._session is not self._desk.reader_app.session:
            return
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._desk.set_timer(_PAUSE, self._begin)

    def _begin(self) -> None:
        if self._running:
            self.soon()
        elif self._session is self._desk.reader_app.session:
            self._desk.spawn(self.look())

    async def look(self) -> None:
        """Look at the open articles now, and show what changed once it is stored."""
        self._running = True
        try:
            for side in list(self._desk.sides):  # one may be closed meanwhile
                if side.open is not None:
                    article_id = side.open.article.id
                    if await self._session.learn(article_id):
                        self._stale.add(article_id)
        finally:
            self._running = False
        if self._session is not self._desk.reader_app.session or not self._stale:
            return
        if self._desk.saving:  # what is painted of it already would be taken back
            self.soon()
            return
        for article_id in self._stale:
            number = self._desk.showing(article_id)
            if number is not None:
                self._desk.reread(number)
        self._stale.clear()
