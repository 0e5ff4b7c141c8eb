"""The real program in a real pseudo-terminal, with a terminal emulator to read its screen."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

import pyte

PROGRAM = [str(Path(sys.executable).with_name("conflict-reader"))]
_PRIVATE = re.compile(rb"\x1b\[[<>=?][0-9;]*[A-Za-z]|\x1b\[[?]?[0-9;]*\$[a-z]|\x1bP[^\x1b]*\x1b\\")
KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "right": "\x1b[C",
    "shift+right": "\x1b[1;2C",
}


def clean_environment(**more: str) -> dict[str, str]:
    """Return an environment of a plain colour terminal."""
    kept = {
        k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TMUX", "COLUMNS", "LINES")
    }
    return {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **more}


class Terminal:
    """One run of the program."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        size: tuple[int, int] = (120, 40),
        environment: dict[str, str] | None = None,
        cwd: Path | None = None,
        program: Sequence[str] = PROGRAM,
    ) -> None:
        columns, rows = size
        self.raw = bytearray()
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._lock = threading.Lock()
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            [*program, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment or clean_environment(),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
        )
        os.close(slave)
        self._master = master
        self._open = True
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while self._open:
            ready, _, _ = select.select([self._master], [], [], 0.1)
            if not ready:
                continue
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            if not data:
                return
            self.take(data)

    def take(self, data: bytes) -> None:
        """Show what the program wrote."""
        with self._lock:
            self.raw += data
            self._stream.feed(_PRIVATE.sub(b"", data))

    def text(self) -> str:
        """Return what stands on the screen."""
        with self._lock:
            return "\n".join(line.rstrip() for line in self._screen.display)

    def wait(self, wanted: str | Callable[[str], bool], seconds: float = 30) -> str:
        """Wait until something stands on the screen; return the screen."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            shown = self.text()
            if wanted(shown) if callable(wanted) else wanted in shown:
                return shown
            if self.process.poll() is not None and not callable(wanted):
                time.sleep(0.2)
                shown = self.text()
                if wanted in shown:
                    return shown
                raise AssertionError(f"it ended while {wanted!r} was awaited:\n{shown}")
            time.sleep(0.02)
        raise AssertionError(f"{wanted!r} did not appear:\n{self.text()}")

    def send(self, text: str) -> None:
        """Type text as it is."""
        os.write(self._master, text.encode())

    def keys(self, *names: str, pause: float = 0.12) -> None:
        """Press keys one after the other."""
        for name in names:
            self.send(KEYS.get(name, name))
            time.sleep(pause)

    def type_line(self, text: str) -> None:
        """Type into the question on screen and press Enter."""
        time.sleep(0.25)
        self.send(text)
        time.sleep(0.25)
        self.send("\r")
        time.sleep(0.25)

    def resize(self, columns: int, rows: int) -> None:
        """Change the terminal's size."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.kill(self.process.pid, signal.SIGWINCH)

    def kill(self) -> None:
        """SIGKILL, as a crash would end it."""
        self.process.kill()
        self.process.wait()

    def ended(self, seconds: float = 20) -> int:
        """Wait for the end and return the exit code."""
        return self.process.wait(seconds)

    def close(self) -> None:
        """End everything."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._open = False
        self._thread.join(2)
        os.close(self._master)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
