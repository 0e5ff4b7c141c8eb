"""The parent's side of the worker: queue, cache, cancel, progress; suggestions into the store."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotators import pipeline, plugins, remembered
from store import articles, cache, candidates, lessons, memory, mentions
from store.library import BULK, Library
from store.records import Suggestion
from store.texts import sha256

OPEN, QUEUED = 0, 1
"""Priorities: the article on screen goes before the others."""

_IN_FLIGHT = 8
_STARTS = 3
_LINE = 1 << 28  # bytes; a long text and its spans are one line


class WorkerError(Exception):
    """The worker could not do it; the message says why."""


class WorkerGoneError(WorkerError):
    """The process ended, by this text or by another that it was at."""


@dataclass(frozen=True)
class Annotated:
    """What the worker answered about one text."""

    suggestions: list[Suggestion]
    reports: list[dict[str, Any]]
    language: str  # ISO 639-1, as given or as recognised
    ner: list[list[Any]] | None  # None where the cached one was used


class Worker:
    """One child process. Start it inside a running event loop."""

    def __init__(self, log: Path | None = None) -> None:
        self.hello: Mapping[str, Any] = {}
        self.tell: Callable[[str], None] = lambda problem: None  # hears what is wrong at its start
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self._waiting: dict[int, asyncio.Future[Annotated]] = {}
        self._progress: dict[int, Callable[[int, int], None]] = {}
        self._ids = itertools.count(1)
        self._reader: asyncio.Task[None] | None = None
        self._ended = False  # its output ended, which is known before its exit code is

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.returncode is None and not self._ended

    async def start(self) -> None:
        """Start the process; it loads its model while we go on."""
        if (
            self._reader is not None
        ):  # of a process that ended: what it says last is not of this one
            await asyncio.gather(self._reader, return_exceptions=True)
        self._ended = False
        stderr: int | Any = asyncio.subprocess.DEVNULL
        if self._log is not None:
            self._log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            stderr = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # a file in the user's folder must not be run in place of a module
                "-m",
                "annotators.worker",
                *plugins.enabled(),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=stderr,
                start_new_session=True,
                limit=_LINE,
            )
        finally:
            if stderr != asyncio.subprocess.DEVNULL:
                os.close(stderr)
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        try:
            async for line in self._process.stdout:
                message = json.loads(line)
                if "hello" in message:
                    self.hello = message["hello"]
                    for problem in self.hello["problems"]:
                        self.tell(problem)
                    continue
                number = message["id"]
                if "progress" in message:
                    if number in self._progress:
                        self._progress[number](*message["progress"])
                    continue
                future = self._waiting.pop(number, None)
                if future is None or future.done():
                    continue
                if "error" in message:
                    future.set_exception(WorkerError(message["error"]))
                elif "cancelled" in message:
                    future.cancel()
                else:
                    found = [Suggestion(*entity) for entity in message["entities"]]
                    future.set_result(
                        Annotated(found, message["reports"], message["language"], message["ner"])
                    )
        finally:
            self._ended = True
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(WorkerGoneError("the annotation process ended"))
            self._waiting.clear()

    async def annotate(
        self,
        text: str,
        *,
        title: str | None = None,
        date: str | None = None,
        language: str | None = None,
        ner: list[list[Any]] | None = None,
        priority: int = QUEUED,
        progress: Callable[[int, int], None] | None = None,
    ) -> Annotated:
        """Annotate one text. Cancelling the call tells the worker to stop.

        Raises:
            WorkerGoneError: the process is gone.
            WorkerError: this text made it fail.
        """
        if not self.running:
            raise WorkerGoneError("the annotation process is not running")
        assert self._process is not None and self._process.stdin is not None
        number = next(self._ids)
        future: asyncio.Future[Annotated] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        if progress:
            self._progress[number] = progress
        request = {
            "id": number, "priority": priority, "text": text, "title": title, "date": date,
            "language": language, "ner": ner,
        }  # fmt: skip
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            await self._process.stdin.drain()
            return await future
        except (BrokenPipeError, ConnectionResetError):
            raise WorkerGoneError("the annotation process ended") from None
        except asyncio.CancelledError:
            if self.running and number in self._waiting:
                self._process.stdin.write(json.dumps({"cancel": number}).encode() + b"\n")
            raise
        finally:
            self._waiting.pop(number, None)
            self._progress.pop(number, None)

    async def stop(self) -> None:
        """End the process and wait for it."""
        if self._process is None:
            return
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()  # it holds nothing that is not in the store
        await self._process.wait()
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        transport = getattr(self._process, "_transport", None)
        if transport is not None:
            transport.close()
        self._process = None


class Annotations:
    """Brings articles of a library up to date, using what is cached."""

    def __init__(
        self,
        library: Library,
        log: Path | None = None,
        tell: Callable[[str], None] = lambda problem: None,
        taught: lessons.Lessons | None = None,
    ) -> None:
        self._library = library
        self._taught = taught  # None: what analysts mark teaches nothing
        self._log = log
        self._worker = Worker(log)
        self._worker.tell = tell
        self._starting: asyncio.Lock = asyncio.Lock()
        self._run: int | None = None
        self._starts = 0
        self.fingerprint = pipeline.fingerprint()

    async def article(
        self,
        article_id: int,
        *,
        priority: int = QUEUED,
        progress: Callable[[int, int], None] | None = None,
    ) -> int:
        """Annotate one article and put its suggestions into the store; return how many.

        Raises:
            WorkerError: this article could not be annotated.
            StoreError: the suggestions could not be stored.
        """
        async with self._starting:
            if not self._worker.running:
                if self._starts >= _STARTS:
                    raise WorkerError("the annotation process ended three times; see its log")
                self._starts += 1
                await self._worker.start()
            if self._run is None:
                self._run = await asyncio.wrap_future(
                    self._library.submit(
                        lambda c: mentions.start_run(c, "annotate", self.fingerprint),
                        priority=BULK,
                        durable=False,
                    )
                )
        article, text, known = await asyncio.to_thread(self._fetch, article_id)
        if article is None:
            return 0
        about = {
            "title": article.title, "date": article.published, "language": article.language,
            "ner": known, "priority": priority, "progress": progress,
        }  # fmt: skip
        try:
            done = await self._worker.annotate(text, **about)
        except (
            WorkerGoneError
        ):  # whether by this text is not known; another may have started it anew
            done = await self._alone(article_id, text, about)
        self._starts = 0
        key, run = sha256(text), self._run

        def work(connection: Any) -> int:
            if done.ner is not None:
                cache.put(
                    connection, "ner", key, pipeline.ner_fingerprint(article.language), done.ner
                )
            suggestions = remembered.apply(
                text,
                done.suggestions,
                memory.all_of(connection),
                mentions.decided_spans(connection, article_id),
            )
            if self._taught is not None:
                suggestions += lessons.suggest(
                    connection, article_id, text, suggestions, self._taught
                )
            articles.set_language(connection, article_id, done.language)
            candidates.replace_all(connection, article_id, done.reports, run)
            return mentions.replace_suggestions(
                connection, article_id, suggestions, self.fingerprint, run
            )

        return await asyncio.wrap_future(self._library.submit(work, priority=BULK, durable=False))

    async def _alone(self, article_id: int, text: str, about: dict[str, Any]) -> Annotated:
        """Annotate a text once more in a process of its own, after the common one died with it and
        others at work. If that dies too, the article is marked and left out from then on.

        Raises:
            WorkerError: it did.
        """
        single = Worker(self._log)
        await single.start()
        try:
            return await single.annotate(text, **about)
        except WorkerGoneError:
            failed = articles.FAILED + self.fingerprint
            await asyncio.wrap_future(
                self._library.submit(
                    lambda c: articles.set_pipeline(c, article_id, failed), priority=BULK
                )
            )
            raise WorkerError("the annotation process dies on this text") from None
        finally:
            await single.stop()

    def _fetch(self, article_id: int) -> tuple[Any, str, list[list[Any]] | None]:
        with self._library.reading() as connection:
            article = articles.get(connection, article_id)
            if article is None:
                return None, "", None
            text = articles.text(connection, article_id)
            known = cache.get(
                connection, "ner", sha256(text), pipeline.ner_fingerprint(article.language)
            )
        return article, text, known

    async def many(self, ids: Iterable[int], done: Callable[[int, Exception | None], None]) -> None:
        """Annotate articles, some at a time; ``done`` hears of each with its failure, if any."""
        waiting = iter(ids)

        async def lane() -> None:
            for article_id in waiting:
                failure: Exception | None = None
                try:
                    await self.article(article_id)
                except Exception as problem:
                    failure = problem
                done(article_id, failure)

        await asyncio.gather(*(lane() for _ in range(_IN_FLIGHT)))

    async def stop(self) -> None:
        """End the worker and record that the run ended."""
        await self._worker.stop()
        if self._run is not None:
            run, self._run = self._run, None
            await asyncio.wrap_future(
                self._library.submit(lambda c: mentions.finish_run(c, run), durable=True)
            )


async def stream(
    rows: Iterable[Mapping[str, Any]], tell: Callable[[str], None] = lambda problem: None
) -> AsyncIterator[tuple[Mapping[str, Any], Annotated | WorkerError]]:
    """Annotate rows with ``text`` (and ``title``, ``date``) in order, without a library."""
    worker = Worker()
    worker.tell = tell
    await worker.start()

    async def one(row: Mapping[str, Any]) -> Annotated | WorkerError:
        try:
            return await worker.annotate(
                row["text"],
                title=row.get("title"),
                date=row.get("date"),
                language=row.get("language"),
            )
        except WorkerError as problem:
            return problem

    pending: list[tuple[Mapping[str, Any], asyncio.Task[Annotated | WorkerError]]] = []
    try:
        for row in rows:
            pending.append((row, asyncio.create_task(one(row))))
            if len(pending) >= _IN_FLIGHT * 2:
                first, task = pending.pop(0)
                yield first, await task
        for first, task in pending:
            yield first, await task
    finally:
        for _, task in pending:
            task.cancel()
        await worker.stop()
