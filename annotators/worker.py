"""The child process: texts in, suggestions out, one JSON object a line. It knows no store.

Requests: ``{"id", "priority", "text", "title", "date", "ner"}`` (``ner`` where it is cached) and
``{"cancel": id}``. Answers: one ``{"hello": …}``, then ``{"id", "entities", "reports", "language", "ner"}``,
``{"id", "progress": [done, total]}``, ``{"id", "cancelled": true}`` or ``{"id", "error"}``.
It ends when its input does.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import queue
import sys
import threading
from typing import IO, Any

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")


def _private_stdout() -> IO[str]:
    """Return our pipe to the parent and point descriptor 1 at stderr, so that a library's stray
    print cannot break a line."""
    pipe = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(pipe, "w", encoding="utf-8", buffering=1)


def _give_memory_back() -> None:
    """Return to the system what loading a model used for a moment, where the C library can."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


_SHORT = 2_500
"""Code points of a text that is looked at together with others, at most."""
_TOGETHER = 16


class _Inbox:
    """Requests by priority, with those that were taken back."""

    def __init__(self) -> None:
        self.requests: queue.PriorityQueue[tuple[int, int, dict[str, Any] | None]] = (
            queue.PriorityQueue()
        )
        self.cancelled: set[int] = set()

    def listen(self) -> None:
        number = 0
        for number, line in enumerate(sys.stdin.buffer):
            request = json.loads(line)
            if "cancel" in request:
                self.cancelled.add(request["cancel"])
            else:
                self.requests.put((request.get("priority", 1), number, request))
        self.requests.put((99, number + 1, None))

    def waiting(self, count: int) -> list[dict[str, Any]]:
        """Return up to so many requests that wait; they go on waiting."""
        taken: list[tuple[int, int, dict[str, Any] | None]] = []
        with contextlib.suppress(queue.Empty):
            while len(taken) < count:
                taken.append(self.requests.get_nowait())
        for item in taken:
            self.requests.put(item)
        return [request for _, _, request in taken if request is not None]


def main() -> None:
    """Answer requests until the input ends."""
    out = _private_stdout()
    with contextlib.suppress(OSError):
        os.nice(5)
    inbox = _Inbox()
    threading.Thread(target=inbox.listen, daemon=True).start()

    from annotators import base, language, models, ner, pipeline, plugins

    plugins.enable(sys.argv[1:])

    def say(**message: object) -> None:
        out.write(json.dumps(message, ensure_ascii=True, separators=(",", ":")) + "\n")

    current: dict[str, Any] = {}

    def tick(offset: int) -> None:
        if current["id"] in inbox.cancelled:
            raise ner.CancelledError
        if offset:
            say(id=current["id"], progress=[offset, len(current["text"])])

    model = models.choose()
    say(
        hello={
            "fingerprint": pipeline.fingerprint(),
            "model": f"{model.name} {model.version}" if model else None,
            "pid": os.getpid(),
            "problems": plugins.load(),
        }
    )
    find = pipeline.annotator(tick)
    _give_memory_back()
    ahead: dict[int, tuple[str, list[base.Span]]] = {}  # what was found of requests that wait

    def look_ahead(request: dict[str, Any]) -> None:
        """Find the entities of a short text together with those of short ones that wait: a pass of
        the model costs much the same for one as for all of them."""
        others = inbox.waiting(_TOGETHER - 1)
        short = [
            (r["id"], r["text"], language.detect(r["text"], r.get("language")))
            for r in (request, *others)
            if r.get("ner") is None and len(r["text"]) <= _SHORT and r["id"] not in ahead
        ]
        alike = [(number, text) for number, text, spoken in short if spoken == "en"]
        found = find.together([text for _, text in alike]) if len(alike) > 1 else []
        for (number, _), spans in zip(alike, found, strict=False):
            ahead[number] = "en", spans

    while True:
        _, _, request = inbox.requests.get()
        if request is None:
            return
        current = request
        try:
            if request["id"] in inbox.cancelled:
                ahead.pop(request["id"], None)
                raise ner.CancelledError
            cached = request.get("ner")
            if cached is None and len(request["text"]) <= _SHORT and request["id"] not in ahead:
                with contextlib.suppress(Exception):  # each is tried by itself then
                    look_ahead(request)
            if request["id"] in ahead:
                spoken, spans = ahead.pop(request["id"])
            else:
                spoken = language.detect(request["text"], request.get("language"))
                spans = [(s, e, label) for s, e, label in cached] if cached is not None else find(
                    request["text"], spoken
                )  # fmt: skip
            found = pipeline.read(
                request["text"], spans, request.get("title"), request.get("date"), spoken
            )
            say(
                id=request["id"],
                entities=[
                    [
                        s.start,
                        s.end,
                        s.label,
                        s.origin,
                        s.layer,
                        s.rule,
                        s.score,
                        s.entity,
                        s.resolved,
                    ]
                    for s in found.suggestions
                ],
                reports=found.reports,
                language=spoken,
                ner=None if cached is not None else spans,
            )
        except ner.CancelledError:
            say(id=request["id"], cancelled=True)
        except Exception as problem:  # one text must not stop the others
            say(id=request["id"], error=f"{type(problem).__name__}: {problem}")


if __name__ == "__main__":
    main()
