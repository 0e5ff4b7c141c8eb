"""A user's regular expression, run in a process of its own that is ended when its time is up.

Neither ``re`` nor ``regex`` can be trusted in this process: a pattern of twenty characters can
take hours to be compiled or matched, and a thread cannot be ended.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

SECONDS = 5.0
"""How long one search may take."""
LIMIT = 20_000
"""Places after which a search ends."""
_MEMORY = 1 << 30
_LONGEST = 1000


@dataclass
class Found:
    """What was found: for each text its places, and why it ended early, if it did."""

    places: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    problem: str | None = None


def find(pattern: str, texts: Iterable[tuple[int, str]], seconds: float = SECONDS) -> Found:
    """Return where a pattern matches in numbered texts (case is ignored unless it has capitals).

    It never takes longer than ``seconds``; what was found until then is returned with the reason.
    """
    if len(pattern) > _LONGEST:
        return Found(problem=f"the expression has over {_LONGEST} characters")
    found = Found()
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "store.regexes"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8",
        start_new_session=True,
    )  # fmt: skip
    timed_out = threading.Event()

    def end() -> None:
        timed_out.set()
        child.kill()

    timer = threading.Timer(seconds, end)
    timer.start()
    assert child.stdin is not None and child.stdout is not None

    count = 0

    def listen() -> None:
        nonlocal count
        assert child.stdout is not None
        for line in child.stdout:
            try:
                message = json.loads(line)
            except ValueError:
                return  # a line that was cut when it was ended
            if isinstance(message, str):
                found.problem = message
                return
            number, places = message
            found.places[number] = [(a, b) for a, b in places]
            count += len(places)
            if count >= LIMIT:
                found.problem = f"the first {LIMIT:,} places are shown"
                child.kill()
                return

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        with contextlib.suppress(OSError):  # it ended first; why is known below
            child.stdin.write(json.dumps(pattern) + "\n")
            for number, text in texts:  # here, not in a thread: a library reads by thread
                child.stdin.write(json.dumps([number, text]) + "\n")
            child.stdin.flush()
        with contextlib.suppress(OSError):
            child.stdin.close()
        listener.join(seconds + 1)
    finally:
        timer.cancel()
        child.kill()
        child.wait()
        listener.join(1)
        child.stdout.close()
    if timed_out.is_set():
        found.problem = f"the expression took over {seconds:g} s and was stopped; make it simpler"
    elif found.problem is None and child.returncode not in (0, -9):
        found.problem = "the expression needed too much memory and was stopped"
    return found


def main() -> None:
    """Be the process: a pattern, then texts, a line each; the answers, a line each."""
    import re

    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # the clock still holds
    try:
        source = json.loads(sys.stdin.readline())
        flags = 0 if any(c.isupper() for c in source) else re.IGNORECASE
        pattern = re.compile(source, flags | re.MULTILINE)
    except (re.error, RecursionError, OverflowError, MemoryError) as problem:
        print(json.dumps(f"not a regular expression: {problem}"), flush=True)
        return
    for line in sys.stdin:
        number, text = json.loads(line)
        places = []
        for m in pattern.finditer(text):
            if m.end() > m.start():
                places.append(m.span())
                if len(places) >= LIMIT:
                    break
        if places:
            print(json.dumps([number, places]), flush=True)


if __name__ == "__main__":
    main()
