"""What the program could not foresee: written to a log, told in one line."""

from __future__ import annotations

import os
import traceback
from pathlib import Path


def log_path() -> Path:
    """Return where unforeseen failures are written."""
    from platformdirs import user_state_path

    return user_state_path("conflict-reader", appauthor=False) / "failure.log"


def log_failure(error: BaseException) -> str:
    """Write the failure's place and kind to the log, for its user alone and without any text of
    articles (no values of variables), and return one line that says so."""
    line = f"an unexpected error ({type(error).__name__}) ended the program; what was saved is kept"
    path = log_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        with os.fdopen(fd, "a", encoding="utf-8", errors="backslashreplace") as log:
            log.write("".join(traceback.format_tb(error.__traceback__)))
            log.write(f"{type(error).__name__}\n\n")
    except OSError:
        return line
    return f"{line}. Please report {path}"
