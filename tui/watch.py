"""What goes on beside the desk to keep a library safe: backups, a check after an unclean end, and
taking the library over when another process lets go of it."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from store import backup, file_systems
from store.errors import HeldError, StoreError
from store.library import Library

if TYPE_CHECKING:
    from tui.screens.main import MainScreen
    from tui.session import Session

_EVERY = 3.0
"""Seconds between two looks."""
_BACKUP = 60.0
"""Seconds between two looks at whether a backup is due."""


class Watch:
    """Looks after the library of one session."""

    def __init__(self, desk: MainScreen, session: Session) -> None:
        self._desk, self._session = desk, session
        self._looked = time.monotonic()
        self._busy = False
        self._told = ""  # the last thing that went wrong with a backup

    def begin(self) -> None:
        """Begin, behind everything that is on its way to the screen."""
        library = self._session.library
        if library.mode == "write":
            warning = file_systems.warning(library.path)
            if warning:
                self._desk.say(warning, bad=True)
            if library.left_by:
                self._desk.spawn(self._examine(library.left_by))
        timer = self._desk.set_interval(_EVERY, self._look)
        self._desk.session_timers.append(timer)

    def _look(self) -> None:
        if self._busy or self._session is not self._desk.reader_app.session:
            return
        if isinstance(self._session.problem, HeldError):
            self._desk.spawn(self._alone(self._take_over()))
        elif self._session.library.mode == "write" and time.monotonic() - self._looked > _BACKUP:
            self._looked = time.monotonic()
            self._desk.spawn(self._alone(self._keep_backup()))

    async def _alone(self, work: object) -> None:
        self._busy = True
        try:
            await work  # type: ignore[misc]
        finally:
            self._busy = False

    async def _examine(self, left_by: str) -> None:
        """After an unclean end: say so, look the pages over, say what was found."""
        self._desk.say(f"not closed properly by {left_by}; looking it over …")
        wrong = await asyncio.to_thread(_quick_check, self._session.library)
        if self._session is not self._desk.reader_app.session:
            return
        if wrong is None:
            self._session.library.examined()
            self._desk.say("the library was not closed properly; it was looked over and is whole")
        else:
            await self._desk.reader_app.trouble(wrong)

    async def _take_over(self) -> None:
        try:
            await asyncio.to_thread(self._session.library.take_over, "the reader")
        except HeldError:
            return
        except StoreError as problem:
            self._session.problem = problem  # it is not waited for any more
            self._desk.say(str(problem), bad=True)
            return
        if self._session is not self._desk.reader_app.session:
            return
        self._session.problem = None
        self._desk.show_list()
        for number in range(len(self._desk.sides)):
            self._desk.reread(number)
        self._desk.say("the library is free: what you do is saved again")
        self._desk.refresh_state()
        if self._session.library.left_by:
            self._desk.spawn(self._examine(self._session.library.left_by))

    async def _keep_backup(self) -> None:
        try:
            made = await asyncio.to_thread(backup_if_due, self._session.library)
        except StoreError as problem:
            if str(problem) != self._told:  # once, not every minute
                self._told = str(problem)
                self._desk.say(self._told, bad=True)
            return
        if made:
            self._told = ""


def _quick_check(library: Library) -> StoreError | None:
    from store.errors import DamagedError

    try:
        with library.reading() as connection:
            wrong = backup.quick_check(connection)
    except StoreError as problem:
        return problem
    return DamagedError(f"{library.path}: is damaged ({wrong})") if wrong else None


def backup_if_due(library: Library, *, leaving: bool = False) -> bool:
    """Make a backup of an open library after half an hour of changed work, or after any where it is
    left. Raises `StoreError` where it cannot be made."""
    with library.reading() as connection:
        if not backup.is_due(connection, library.path, 0 if leaving else backup.MINUTES):
            return False
        backup.make(connection, library.path, "quit" if leaving else "timed")
        return True
