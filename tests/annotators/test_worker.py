"""The worker process: order, cache, cancel, and a library brought up to date."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from annotators import pipeline, service
from store import articles, cache, importers, mentions
from store.library import Library
from store.records import Incoming
from store.texts import sha256
from tests.e2e.terminal import PROGRAM

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "annotate.schema.json").read_text("utf-8")
)


async def test_answers_come_for_every_text_with_offsets_of_it() -> None:
    texts = [
        "Hamas fired rockets.",
        "",
        "👩‍👩‍👧 Київ: two drones\nhit a fuel depot. 🇺🇦" * 50,
        "no casualties",
    ]
    rows = [{"id": n, "text": text} for n, text in enumerate(texts)]
    seen = []
    async for row, answer in service.stream(rows):
        assert isinstance(answer, service.Annotated)
        seen.append(row["id"])
        for s in answer.suggestions:
            assert row["text"][s.start : s.end].strip() == row["text"][s.start : s.end]
    assert seen == [0, 1, 2, 3]


async def test_a_cancelled_text_does_not_stop_the_next() -> None:
    worker = service.Worker()
    await worker.start()
    try:
        long = asyncio.create_task(worker.annotate("Kyiv was hit by drones. " * 40_000))
        await asyncio.sleep(0.3)
        long.cancel()
        with pytest.raises(asyncio.CancelledError):
            await long
        answer = await asyncio.wait_for(worker.annotate("Hamas fired."), 60)
        assert [s.label for s in answer.suggestions] == ["FORCE"]
        assert worker.hello["fingerprint"] == pipeline.fingerprint()
    finally:
        await worker.stop()
    with pytest.raises(service.WorkerError):
        await worker.annotate("x")


async def test_an_article_that_kills_the_worker_is_marked_and_the_others_go_on(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["Hamas fired.", "POISON", "NATO met.", "Hamas met NATO."]
    importers.store(library, [Incoming(text, title=text) for text in texts])
    send = service.Worker.annotate

    async def poisoned(self: service.Worker, text: str, **about: Any) -> service.Annotated:
        if text == "POISON":
            assert self._process is not None
            self._process.kill()
        return await send(self, text, **about)

    monkeypatch.setattr(service.Worker, "annotate", poisoned)
    annotations = service.Annotations(library)
    failures: dict[int, Exception] = {}
    try:
        await annotations.many(
            [1, 2, 3, 4], lambda n, e: failures.update({n: e}) if e is not None else None
        )
    finally:
        await annotations.stop()
    assert list(failures) == [2] and "dies on this text" in str(failures[2])
    with library.reading() as connection:
        poison = articles.get(connection, 2)
        assert poison is not None and (poison.pipeline or "").startswith(articles.FAILED)
        assert articles.to_annotate(connection, annotations.fingerprint) == []


async def test_a_worker_that_is_killed_is_said_and_started_again(library: Library) -> None:
    importers.store(library, [Incoming("Hamas fired rockets."), Incoming("Hamas again.")])
    annotations = service.Annotations(library)
    try:
        await annotations.article(1)
        annotations._worker._process.kill()  # type: ignore[union-attr]
        await asyncio.sleep(0.3)
        assert await annotations.article(2) > 0
    finally:
        await annotations.stop()


async def test_a_library_is_brought_up_to_date_once(library: Library) -> None:
    importers.store(library, [Incoming("Hamas fired rockets in Gaza."), Incoming("Nothing here.")])
    annotations = service.Annotations(library)
    failures: list[Exception | None] = []
    try:
        with library.reading() as connection:
            ids = articles.to_annotate(connection, annotations.fingerprint)
        assert len(ids) == 2
        await annotations.many(ids, lambda _, failure: failures.append(failure))
    finally:
        await annotations.stop()
    assert failures == [None, None]
    with library.reading() as connection:
        assert articles.to_annotate(connection, annotations.fingerprint) == []
        found = mentions.of_article(connection, 1)
        assert {m.label for m in found} >= {"FORCE", "WEAPON"}
        assert all(m.layer for m in found)
        key = sha256("Hamas fired rockets in Gaza.")
        assert cache.get(connection, "ner", key, pipeline.ner_fingerprint()) is not None
        run = connection.execute("SELECT version, finished FROM run").fetchone()
    assert run[0] == annotations.fingerprint and run[1]


def test_annotate_without_a_library_keeps_the_contract(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": 1, "text": "Kyiv was hit. 🌝 \udc00 Lt. Gen. Ito left.", "extra": [1]},
        {"id": "b", "text": "two\r\nlines of Київ, 3 people were killed"},
    ]
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(map(json.dumps, rows)) + '\n{"id": 3}\nnonsense\n')
    done = subprocess.run(
        [*PROGRAM, "annotate", str(source), "-o", str(target)], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1  # two lines could not be read, and are named
    assert "line 3" in done.stderr and "line 4" in done.stderr and "Traceback" not in done.stderr
    written = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert [{k: r[k] for k in rows[n]} for n, r in enumerate(written)] == rows
    for row in written:
        jsonschema.validate(row, SCHEMA)
        for entity in row["entities"]:
            assert row["text"][entity["start"] : entity["end"]] == entity["text"]
    piped = subprocess.run(
        [*PROGRAM, "annotate", "-"], input=source.read_text(), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert [json.loads(line) for line in piped.stdout.splitlines()] == written


def test_without_a_model_lists_and_rules_work_alone() -> None:
    script = (
        "from annotators import models; models.installed = lambda: []\n"
        "from annotators import worker; worker.main()\n"
        "import sys; assert 'spacy' not in sys.modules"
    )
    request = json.dumps({"id": 1, "text": "Hamas fired two rockets; there were no casualties."})
    done = subprocess.run(
        [sys.executable, "-c", script], input=request + "\n", capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    hello, answer = map(json.loads, done.stdout.splitlines())
    assert hello["hello"]["model"] is None
    assert {e[2] for e in answer["entities"]} == {"FORCE", "WEAPON", "CASUALTY"}


async def test_a_worker_that_dies_in_the_middle_leaves_nobody_waiting(library: Library) -> None:
    importers.store(library, [Incoming(f"Hamas fired {n} rockets.") for n in range(60)])
    annotations = service.Annotations(library)
    seen: list[int] = []

    def done(article_id: int, failure: Exception | None) -> None:
        seen.append(article_id)
        process = annotations._worker._process
        if len(seen) == 10 and process is not None:
            process.kill()

    try:
        await asyncio.wait_for(annotations.many(range(1, 61), done), 60)
    finally:
        await annotations.stop()
    assert sorted(seen) == list(range(1, 61))


async def test_who_was_at_work_beside_a_text_that_killed_the_worker_is_annotated(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    importers.store(library, [Incoming("Hamas met NATO.", title="x")])
    send, told = service.Worker.annotate, list[str]()

    async def gone_once(self: service.Worker, text: str, **about: Any) -> service.Annotated:
        if not told:  # the process that another lane has started again by now
            told.append(text)
            raise service.WorkerGoneError("the annotation process ended")
        return await send(self, text, **about)

    monkeypatch.setattr(service.Worker, "annotate", gone_once)
    annotations = service.Annotations(library)
    try:
        assert await annotations.article(1) > 0
    finally:
        await annotations.stop()
