"""The user's own editor, for a text that is longer than a line."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path


class EditorError(Exception):
    """It could not be used; the message says why and what to do."""


def edit(text: str) -> str:
    """Open a text in ``$VISUAL`` or ``$EDITOR`` and return what was saved. The file stands in a
    folder for this user alone and is deleted again.

    Raises:
        EditorError: none is set, it is not there, or it ended with a failure.
    """
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        command = shlex.split(named)
    except ValueError:
        raise EditorError(f"EDITOR={named} is not a command") from None
    if not command:
        raise EditorError("no editor is set: export EDITOR=nano, or another")
    if shutil.which(command[0]) is None:
        raise EditorError(f"the editor {command[0]} is not there: check EDITOR")
    with tempfile.TemporaryDirectory(prefix="conflict-reader-") as folder:
        path = Path(folder) / "note.txt"
        path.write_text(text, "utf-8")
        try:
            done = subprocess.run([*command, str(path)], check=False)
        except OSError as problem:
            raise EditorError(f"the editor could not be started: {problem.strerror}") from None
        if done.returncode:
            raise EditorError(f"{command[0]} ended with {done.returncode}; the note is as it was")
        try:
            return path.read_bytes().decode("utf-8", "replace").rstrip("\n")
        except OSError:
            raise EditorError("the editor left no file; the note is as it was") from None
