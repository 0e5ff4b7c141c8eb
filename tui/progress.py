"""What the commands say on standard error: lines, and a bar for long work."""

from __future__ import annotations

import sys
import time

from tui.safe_text import safe_line, write


class Progress:
    """A bar on standard error where that is a terminal; else silence."""

    def __init__(self, what: str, total: int | None = None) -> None:
        self._what, self._total = what, total
        self._shown = 0.0
        self._live = sys.stderr.isatty()

    def show(self, done: int, total: int | None = None) -> None:
        """Draw the bar, ten times a second at most; ``total`` where it was not known before."""
        self._total = total or self._total
        moment = time.monotonic()
        if not self._live or (moment - self._shown < 0.1 and done != self._total):
            return
        self._shown = moment
        if self._total:
            filled = 24 * done // max(self._total, 1)
            bar = "#" * filled + "." * (24 - filled)
            sys.stderr.write(f"\r{self._what} [{bar}] {done} of {self._total}\x1b[K")
        else:
            sys.stderr.write(f"\r{self._what} {done}\x1b[K")
        sys.stderr.flush()

    def end(self) -> None:
        """Clear the line."""
        if self._live:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def say(line: str) -> None:
    """Print a line on standard error, safe for a terminal."""
    write(f"{safe_line(line) if sys.stderr.isatty() else line}\n", sys.stderr)
