"""Which libraries were opened last, to be offered again. Nothing of what is in them is kept, and with
``--private`` not even that they were opened."""

from __future__ import annotations

import json
import os
from pathlib import Path

_MOST = 12


def _file() -> Path:
    from platformdirs import user_state_path

    return user_state_path("conflict-reader", appauthor=False) / "recent.json"


def libraries() -> list[Path]:
    """Return the libraries that were opened last and are still there, the newest first."""
    try:
        raw = json.loads(_file().read_text("utf-8"))
        paths = [Path(name) for name in raw if isinstance(name, str)][:_MOST]
        return [path for path in paths if path.is_file()]
    except (OSError, ValueError, TypeError):
        return []


def note(path: Path) -> None:
    """Put a library first in the list; nobody is told where that fails, nothing depends on it."""
    names = [str(path), *(str(known) for known in libraries() if known != path)][:_MOST]
    file = _file()
    part = file.with_suffix(f".{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "w") as out:  # fmt: skip
            json.dump(names, out)
        part.replace(file)
    except (OSError, UnicodeError):
        part.unlink(missing_ok=True)
