"""The open library as the screens use it: edits, undo, annotation. Knows no widget."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from store import articles, library
from store.errors import StoreError
from store.ids import now
from store.library import Library

if TYPE_CHECKING:
    from annotators.service import Annotations
    from store.history import Edit
    from store.lessons import Lessons
    from store.records import Article, Incident, Mention, Note, Op

T = TypeVar("T")


@dataclass(eq=False)  # compared by identity: comparing thousands of mentions would cost a frame
class OpenArticle:
    """An article on screen: what was read of it."""

    article: Article
    text: str
    mentions: list[Mention]
    notes: list[Note]
    incidents: list[Incident]


@dataclass
class Session:
    """A library, what was saved last, and the annotation service (started when needed)."""

    library: Library
    problem: StoreError | None = None  # why it is open for reading only
    saved: str = ""
    begun: str = field(default_factory=now)
    keys: int = 0  # pressed since then
    _saving: int = 0
    drafts: dict[bytes, str] = field(
        default_factory=dict
    )  # notes, and a new article, begun and left
    # kinds of words: how often each label was given to some
    kinds: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    edited: Callable[[], object] = lambda: None  # hears of each edit that is saved
    taught: Lessons | None = None  # what marks teach; None: nothing
    _learned: dict[int, int] = field(default_factory=dict)  # how far each article is with that
    _service: Annotations | None = None
    _pending: set[int] = field(default_factory=set)

    @classmethod
    def open(cls, path: Path) -> Session:
        """Open a library for writing, else for reading with the reason. Raises `StoreError`."""
        return cls(*library.open_or_read(path, who="the reader"))

    @classmethod
    def open_to_read(cls, path: Path) -> Session:
        """Open a library for reading, also one of a newer version. Raises `StoreError`."""
        opened = Library.open(path, "read", newer=True)
        return cls(opened, StoreError("open for reading, as you asked; edits are refused"))

    @property
    def refusal(self) -> str | None:
        """Why the library is open for reading only, in words."""
        return str(self.problem) if self.problem is not None else None

    # --- reading ---------------------------------------------------------------------------------

    def read(
        self,
        article_id: int,
        *,
        near: tuple[int, int] | None = None,
        text: str | None = None,
        article: Article | None = None,
    ) -> OpenArticle | None:
        """Read an article with all that the screen shows of it; ``near``: only the mentions in
        that range; ``text`` and ``article``: where they are known already."""
        from store import incidents, mentions, notes

        with self.library.reading() as connection:
            article = article or articles.get(connection, article_id)
            if article is None:
                return None
            return OpenArticle(
                article,
                articles.text(connection, article_id) if text is None else text,
                mentions.of_article(connection, article_id, rejected=True, near=near),
                notes.of_article(connection, article_id) if article.n_notes else [],
                incidents.of_article(connection, article_id) if article.n_reports else [],
            )

    def has_model(self, language: str) -> bool:
        """Whether a model for a language is installed."""
        from annotators import models

        return models.choose(language.split("-")[0].lower()) is not None

    def shared(
        self, one: OpenArticle, other: OpenArticle
    ) -> list[tuple[set[bytes], list[tuple[int, int]]]]:
        """Return for each of two articles the mentions whose entity the other has too, and the
        spans that report an incident which the other reports too."""
        from store import entities, incidents
        from store.texts import fold

        names: list[dict[bytes, set[object]]] = []
        reports: list[dict[int, list[tuple[int, int]]]] = []
        with self.library.reading() as connection:
            for found in (one, other):
                under = entities.in_article(connection, found.article.id)
                names.append({
                    m.uid: {(m.label, fold(m.quote)), under.get(m.id, m.uid)}
                    for m in found.mentions
                    if m.label in entities.NAMED and m.review_status != "rejected"
                })  # fmt: skip
                told: dict[int, list[tuple[int, int]]] = {}
                for report in incidents.reports_in(connection, found.article.id):
                    if report.incident_id is not None:
                        told.setdefault(report.incident_id, []).append((report.start, report.end))
                reports.append(told)
        out = []
        for mine, theirs, told, elsewhere in (
            (names[0], names[1], reports[0], reports[1]),
            (names[1], names[0], reports[1], reports[0]),
        ):
            known = set().union(*theirs.values()) if theirs else set()
            uids = {uid for uid, keys in mine.items() if keys & known}
            spans = [span for key, found in told.items() if key in elsewhere for span in found]
            out.append((uids, spans))
        return out

    # --- writing ---------------------------------------------------------------------------------

    async def edit(self, kind: str, summary: str, work: Callable[[Edit], T]) -> T:
        """Do one edit; when this returns it is committed and synced."""
        return await self.finish(self.submit(kind, summary, work))

    def submit(self, kind: str, summary: str, work: Callable[[Edit], T]) -> Future[T]:
        """Queue one edit, in the order of the calls; `finish` waits for it."""
        from store import edits

        self._saving += 1
        return edits.submit(self.library, kind, summary, work)

    async def finish(self, queued: Future[T]) -> T:
        """Wait until a queued edit is committed and synced. Raises what it raised."""
        try:
            result = await asyncio.wrap_future(queued)
        finally:
            self._saving -= 1
        self._mark_saved()
        return result

    @property
    def saved_words(self) -> str:
        """What the status line says of the last edit."""
        if self._saving:
            return "saving …"
        return f"saved {self.saved} ✓" if self.saved else ""

    async def undo(self) -> Op:
        """Take the newest edit back. Raises `RefusedError` with the reason where it cannot be."""
        from store import edits

        op = await asyncio.wrap_future(edits.undo(self.library))
        self._mark_saved()
        return op

    async def redo(self) -> Op:
        """Make the edit that was undone last again. Raises `RefusedError` as `undo` does."""
        from store import edits

        op = await asyncio.wrap_future(edits.redo(self.library))
        self._mark_saved()
        return op

    def _mark_saved(self) -> None:
        self.saved = time.strftime("%H:%M:%S")
        self.edited()

    async def write(self, work: Callable[[sqlite3.Connection], T], *, durable: bool = True) -> T:
        """Write something that is no edit of an analyst's (a setting, a reading position)."""
        return await asyncio.wrap_future(self.library.submit(work, durable=durable))

    def remember(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Write something small that nobody waits for and that may be lost with the process."""
        if self.library.mode == "write":
            self.library.submit(work, priority=library.BULK, durable=False)

    async def index_incidents(self) -> None:
        """Bring the accounts that incidents are compared by up to date, in slices between which
        edits go through."""
        from annotators import link_suggestions

        if self.library.mode != "write":
            return
        while await asyncio.wrap_future(
            self.library.submit(link_suggestions.refresh, priority=library.BULK, durable=False)
        ):
            pass

    async def learn(self, article_id: int) -> int:
        """Bring what is suggested in an article up to date with what marks have taught; return how
        many suggestions came or went."""
        from store import lessons

        taught, since = self.taught, self._learned.get(article_id)
        if taught is None or self.library.mode != "write":
            return 0
        changed, self._learned[article_id] = await asyncio.wrap_future(
            self.library.submit(
                lambda c: lessons.bring_up_to_date(c, article_id, taught, since),
                priority=library.BULK,
                durable=False,
            )
        )
        return changed

    # --- annotation ------------------------------------------------------------------------------

    async def annotate(
        self,
        ids: list[int],
        done: Callable[[int, Exception | None], None],
        *,
        first: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Annotate articles in the background; ``first``: before those that wait already, with
        ``progress`` through each."""
        if self.library.mode != "write":
            return
        from annotators.service import OPEN

        service = await self._annotations()
        if not first:  # what is on screen goes first, also where it waits with others already
            ids = [i for i in ids if i not in self._pending]
        self._pending.update(ids)

        def finished(article_id: int, failure: Exception | None) -> None:
            self._pending.discard(article_id)
            done(article_id, failure)

        try:
            if first:
                for article_id in ids:
                    failure: Exception | None = None
                    try:
                        await service.article(article_id, priority=OPEN, progress=progress)
                    except Exception as problem:
                        failure = problem
                    finished(article_id, failure)
            else:
                await service.many(ids, finished)
        finally:
            self._pending.difference_update(ids)

    async def _annotations(self) -> Annotations:
        if self._service is None:
            from platformdirs import user_state_path

            from annotators.service import Annotations

            log = user_state_path("conflict-reader", appauthor=False) / "worker.log"
            self._service = await asyncio.to_thread(
                lambda: Annotations(self.library, log, taught=self.taught)
            )
        return self._service

    async def fingerprint(self) -> str:
        """Return the fingerprint of the pipeline as it is installed."""
        return (await self._annotations()).fingerprint

    async def close(self) -> None:
        """End the worker, finish what is queued, close the file."""
        try:
            if self._service is not None:
                await self._service.stop()
        finally:
            await asyncio.to_thread(self.library.close)
