"""The commands that answer on standard output; the reader itself is `tui.app`."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import io
import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Any

from store import articles, filters, importers, lessons, mentions, notes, search
from store.errors import StoreError
from store.exporters import csv_files
from store.importers import web
from store.importers.result import Failure, Summary
from store.importers.rows import FIELDS
from store.library import Library
from store.records import Article, Incoming
from tui import config
from tui.progress import Progress, say
from tui.safe_text import write

ANALYST: str | None = None
READ_ONLY = False


def _read(path: Path) -> Library:
    """Open the library for reading; with --read-only also one of a newer version."""
    return Library.open(path, "read", newer=READ_ONLY)


def _public(article: Article) -> dict[str, object]:
    about = asdict(article)
    about["uid"] = article.uid.hex()
    about["date_conflict"] = bool(article.date_conflict)
    return about


def _json(record: dict[str, object]) -> None:
    # escaped on a terminal: a control character in a title must not reach it
    print(json.dumps(record, ensure_ascii=sys.stdout.isatty()))


# --- import -------------------------------------------------------------------------------------


def _incoming(options: argparse.Namespace) -> Iterator[Incoming | Failure]:
    columns = {}
    for pair in options.column:
        field, equals, name = pair.partition("=")
        if not equals:
            raise StoreError(f"--column takes FIELD=NAME, not “{pair}”")
        if field not in FIELDS:
            raise StoreError(f"--column: no field “{field}”; there are {', '.join(FIELDS)}")
        columns[field] = name
    for named in options.paths:
        if named == "-":
            raw = sys.stdin.buffer.read()
            chosen = options.format or importers.sniff(raw)
            yield from importers.parse(raw, "standard input", chosen, columns)
            continue
        if web.is_url(named):
            yield config.from_web(named)
            continue
        for file in importers.files([Path(named)]):
            if isinstance(file, Failure):
                yield file
            else:
                yield from importers.read(file, options.format, columns)


def run_import(path: Path, options: argparse.Namespace) -> int:
    """Bring articles in, annotate them, print what happened."""
    with Library.open(path, who="conflict-reader import") as library:
        if ANALYST:
            library.set_analyst(ANALYST)
        bar = Progress("importing")

        def show(summary: Summary) -> None:
            bar.show(len(summary.added) + len(summary.duplicates))

        summary = importers.store(library, _incoming(options), show)
        bar.end()
        for failure in summary.failures:
            say(f"{failure.where}: {failure.why}")
        for stored in summary.added:
            for remark in stored.remarks:
                say(f"{stored.title[:60]}: {remark}")
        for stored in summary.duplicates[:20]:
            say(f"{stored.title[:60]}: in the library already, as article {stored.article_id}")
        if len(summary.duplicates) > 20:
            say(f"… and {len(summary.duplicates) - 20} more that are in the library already")
        failed = 0
        if summary.added and not options.no_annotate:
            _enable_annotators()
            failed = asyncio.run(_annotate(library, [s.article_id for s in summary.added]))
        parts = [f"{len(summary.added)} imported"]
        if summary.duplicates:
            parts.append(f"{len(summary.duplicates)} already there")
        if summary.failures:
            parts.append(f"{len(summary.failures)} not read")
        say(", ".join(parts))
    return 1 if summary.failures or failed else 0


# --- annotate -----------------------------------------------------------------------------------


def _enable_annotators() -> None:
    """Enable the layers of other packages that the user's configuration names."""
    from annotators import plugins

    for problem in plugins.enable(config.load().annotators):
        say(problem)


async def _annotate(library: Library, ids: list[int]) -> int:
    from annotators import models
    from annotators.service import Annotations

    if models.choose() is None:
        say(models.HOW_TO_GET)
    taught = lessons.Lessons() if config.load().learn else None
    service = Annotations(library, tell=say, taught=taught)
    bar = Progress("annotating", len(ids))
    finished = failed = 0

    def done(article_id: int, failure: Exception | None) -> None:
        nonlocal finished, failed
        finished += 1
        if failure is not None:
            failed += 1
            say(f"article {article_id}: not annotated ({failure}); try conflict-reader annotate")
        bar.show(finished)

    bar.show(0)
    try:
        await service.many(ids, done)
    finally:
        await service.stop()
        bar.end()
    return failed


def run_annotate(path: Path, options: argparse.Namespace) -> int:
    """Annotate the library, or rows without one."""
    _enable_annotators()
    if options.input is not None:
        return asyncio.run(_annotate_rows(options.input, options.output or "-"))
    if options.output:
        raise StoreError("-o needs an input: conflict-reader annotate IN.jsonl -o OUT.jsonl")
    from annotators import pipeline

    with Library.open(path, who="conflict-reader annotate") as library:
        with library.reading() as connection:
            ids = articles.to_annotate(connection, pipeline.fingerprint())
        failed = asyncio.run(_annotate(library, ids)) if ids else 0
        say(f"{len(ids) - failed} annotated" if ids else "everything is up to date")
    return 1 if failed else 0


@contextmanager
def writing(name: str) -> Iterator[IO[str]]:
    """Give a stream to a file that takes its name when all is written; ``-`` is standard output."""
    if name == "-":
        yield sys.stdout
        return
    target = Path(name).expanduser()
    try:
        with csv_files.replacing(target) as out:
            yield out
    except OSError as problem:
        raise StoreError(f"{target}: cannot be written ({problem.strerror})") from problem


def rows_of(name: str, problems: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a JSONL file that have a text; ``-`` is standard input. What is no such row
    is left out and said in ``problems``."""
    if name == "-":
        yield from _parsed(sys.stdin.buffer, name, problems)
        return
    try:
        with Path(name).open("rb") as stream:
            yield from _parsed(stream, name, problems)
    except OSError as problem:
        raise StoreError(f"{name}: cannot be read ({problem.strerror})") from problem


def _parsed(stream: Iterable[bytes], name: str, problems: list[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict) or not isinstance(row.get("text"), str):
                raise ValueError("no object with a text")
        except (ValueError, RecursionError) as problem:
            problems.append(
                f"{name}, line {number}: left out: a JSON object with a text is needed ({problem})"
            )
            continue
        yield row


async def _annotate_rows(source: str, target: str) -> int:
    from annotators import models
    from annotators.service import stream

    if models.choose() is None:
        say(models.HOW_TO_GET)
    problems: list[str] = []
    bar = Progress("annotating")
    done = 0
    with writing(target) as out:
        async for row, answer in stream(rows_of(source, problems), say):
            done += 1
            bar.show(done)
            if isinstance(answer, Exception):
                problems.append(f"{row.get('id')}: {answer}")
                record = {**row, "entities": [], "reports": []}
            else:
                text = row["text"]
                entities = []
                for s in answer.suggestions:
                    entity: dict[str, Any] = {
                        "start": s.start,
                        "end": s.end,
                        "label": s.label,
                        "text": text[s.start : s.end],
                        "origin": s.origin,
                        "layer": s.layer,
                        "rule": s.rule,
                    }
                    if s.score is not None:
                        entity["score"] = s.score
                    if s.entity:
                        entity["entity"] = s.entity
                    entity.update({k: v for k, v in (s.resolved or {}).items() if k != "others"})
                    entities.append(entity)
                record = {**row, "entities": entities, "reports": answer.reports}
                if answer.language != "en" and not row.get("language"):
                    record["language"] = answer.language
            line = json.dumps(record, ensure_ascii=out.isatty()) + "\n"
            out.write(line.encode("utf-8", "backslashreplace").decode("utf-8"))
    bar.end()
    for problem in problems:
        say(problem)
    return 1 if problems else 0


def run_evaluate(path: Path, options: argparse.Namespace) -> int:
    """Score the suggestions against a gold."""
    from tui import evaluate

    return evaluate.run(options)


def run_examples(path: Path, options: argparse.Namespace) -> int:
    """Add the example articles, or take them out."""
    import seeds
    from store import edits, examples

    with Library.open(path, who="conflict-reader examples") as library:
        if ANALYST:
            library.set_analyst(ANALYST)
        if options.remove:
            if library.analyst_id is None:
                library.set_analyst(getpass.getuser())
            taken, gone = edits.apply(library, "delete", "remove the examples", examples.remove)
            say(
                f"{taken} example articles and {gone} incidents removed; u in the reader takes it back"
            )
            return 0
        incoming = importers.parse(seeds.read_examples(), seeds.EXAMPLES, "jsonl", {})
        summary = importers.store(library, incoming)
        _enable_annotators()
        failed = asyncio.run(_annotate(library, [s.article_id for s in summary.added])) if summary.added else 0  # fmt: skip
        say(
            f"{len(summary.added)} added, {len(summary.duplicates)} there already: {seeds.EXAMPLES_ABOUT}"
        )
        say("conflict-reader opens them; conflict-reader examples --remove takes them out")
    return 1 if failed else 0


def run_link(path: Path, options: argparse.Namespace) -> int:
    """Say which rows tell of the same incident."""
    from tui import link

    _enable_annotators()
    return link.run(options)


def run_backup(path: Path, options: argparse.Namespace) -> int:
    """Make a backup, or list those there are."""
    from tui import safekeeping

    return safekeeping.run_backup(path, options)


def run_restore(path: Path, options: argparse.Namespace) -> int:
    """Bring a backup back."""
    from tui import safekeeping

    return safekeeping.run_restore(path, options)


def run_doctor(path: Path, options: argparse.Namespace) -> int:
    """Say what is wrong."""
    from tui import safekeeping

    return safekeeping.run_doctor(path, options)


def run_train(path: Path, options: argparse.Namespace) -> int:
    """Fine-tune the model on the articles that are done."""
    from tui import train

    return train.run(path, options)


# --- list, search, show -------------------------------------------------------------------------


def run_list(path: Path, options: argparse.Namespace) -> int:
    """List articles."""
    with _read(path) as library, library.reading() as connection:
        labels = [label.id for label in library.codebook().labels]
        if options.label and options.label not in labels:
            raise StoreError(f"no label “{options.label}”; there are {', '.join(labels)}")
        try:
            chosen = filters.parse(" ".join(_quoted(part) for part in options.filter))
        except ValueError as problem:
            raise StoreError(str(problem)) from None
        if options.status:
            chosen = replace(chosen, statuses=(options.status,))
        if options.label:
            chosen = replace(chosen, label=options.label)
        ids = articles.ids(connection, chosen, options.limit)
        for first in range(0, len(ids), 500):
            page = articles.by_ids(connection, ids[first : first + 500])
            for article_id in ids[first : first + 500]:
                article = page[article_id]
                if options.json:
                    _json(_public(article))
                else:
                    left = f"{article.n_unreviewed} to review" if article.n_unreviewed else "-"
                    write(
                        f"{article.id}\t{article.published or '-'}\t{article.status}\t{left}\t"
                        f"{' '.join(article.title.split())}\n"
                    )
    return 0


def run_search(path: Path, options: argparse.Namespace) -> int:
    """Search titles and texts; exit code 1 where nothing was found."""
    with _read(path) as library, library.reading() as connection:
        hits = search.search(connection, options.query, options.limit)
    for hit in hits:
        if options.json:
            _json(asdict(hit))
        else:
            snippet = " ".join(hit.snippet.split())
            write(f"{hit.article_id}\t{hit.published or '-'}\t{hit.title}\n    {snippet}\n")
    if not hits:
        say("nothing found")
    return 0 if hits else 1


def run_show(path: Path, options: argparse.Namespace) -> int:
    """Print one article, its mentions and notes."""
    with _read(path) as library, library.reading() as connection:
        article = articles.find(connection, options.article)
        if article is None:
            raise StoreError(
                f"no article “{options.article}”; conflict-reader list shows what there is"
            )
        text = articles.text(connection, article.id)
        marks = mentions.of_article(connection, article.id, rejected=True)
        written = notes.of_article(connection, article.id)
    if options.json:
        record = _public(article)
        record["text"] = text
        record["mentions"] = [
            {
                "id": m.uid.hex(),
                "start": m.start,
                "end": m.end,
                "label": m.label,
                "text": m.quote,
                "review_status": m.review_status,
                "origin": m.origin,
                "layer": m.layer,
                "rule": m.rule,
            }
            for m in marks
        ]
        record["notes"] = [
            {
                "on": n.target_kind,
                "target": n.target_uid.hex(),
                "body": n.body,
                "analyst": n.analyst,
            }
            for n in written
        ]
        _json(record)
        return 0
    about = [article.published, article.source, article.author, article.url, article.status]
    heading = article.title + "\n" if not text.lstrip().startswith(article.title) else ""
    write(f"{heading}{' · '.join(part for part in about if part)}\n\n{text.rstrip()}\n\n")
    for m in marks:
        write(f"{m.start}-{m.end}\t{m.label}\t{m.review_status}\t{' '.join(m.quote.split())}\n")
    for n in written:
        write(f"note on {n.target_kind} by {n.analyst}: {n.body}\n")
    return 0


# --- export -------------------------------------------------------------------------------------


def run_export(path: Path, options: argparse.Namespace) -> int:
    """Write one table or all of them, or the incidents as another data set has them."""
    from store.exporters import tables

    if options.table and options.table not in tables.BY_NAME:
        raise StoreError(f"no table “{options.table}”; there are {', '.join(tables.BY_NAME)}")
    if options.output == "-" and not (options.table or options.shape):
        raise StoreError("-o - writes one table: name it with --table")
    with _read(path) as library, library.reading() as connection:
        if options.shape:
            return _export_shape(library, connection, options)
        if options.table:
            table = tables.BY_NAME[options.table]
            if options.output == "-":
                csv_files.write_table(connection, table, _csv_out(), options.profile)
                return 0
            rows = csv_files.export_one(connection, table, Path(options.output), options.profile)
            say(f"{options.output}: {rows} rows")
            return 0
        counts = csv_files.export_all(connection, Path(options.output), options.profile)
    say(f"{options.output}: " + ", ".join(f"{rows} {name}" for name, rows in counts.items()))
    return 0


def _csv_out() -> Any:
    if sys.stdout.isatty():
        return _SafeOut()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    return sys.stdout


def _export_shape(library: Library, connection: sqlite3.Connection, options: argparse.Namespace) -> int:  # fmt: skip
    """Write the incidents in the shape of another data set, as a page, or the codebook."""
    from store import incidents
    from store.exporters import shapes

    shape, book = options.shape, library.codebook()
    title = getattr(options, "title", None) or f"Case file: {library.path.stem}"
    bar = Progress("writing", len(incidents.numbers(connection)))
    if options.output == "-":
        out = _csv_out()
        found = shapes.write(connection, book, shape, out, options.profile, title, bar.show)
    else:
        path = Path(options.output).expanduser()
        found = shapes.export(connection, book, shape, path, options.profile, title, bar.show)
    bar.end()
    where = "" if options.output == "-" else f"{options.output}: "
    say(f"{where}{shapes.said(*found, shape)}")
    return 0


def run_casefile(path: Path, options: argparse.Namespace) -> int:
    """Write the case file: one page that can be mailed."""
    options.shape, options.profile = "casefile", "exact"
    with _read(path) as library, library.reading() as connection:
        return _export_shape(library, connection, options)


class _SafeOut:
    """Standard output of a terminal, with harmful characters replaced."""

    def write(self, text: str, /) -> int:
        """Write and say how much."""
        write(text)
        return len(text)


def _quoted(part: str) -> str:
    """Return an argument of the shell as one word of a filter: ``tag:air war`` keeps its space."""
    name, colon, value = part.partition(":")
    spaced = colon and name.lstrip("-").isalpha() and any(c.isspace() for c in value)
    return f'{name}:"{value}"' if spaced and '"' not in value else part


# --- statistics, keys, codebook -----------------------------------------------------------------


def run_stats(path: Path, options: argparse.Namespace) -> int:
    """Say what was done."""
    from store import statistics

    with _read(path) as library, library.reading() as connection:
        found = statistics.collect(connection, options.since, options.by)
    if options.json:
        _json({
            "mentions_reviewed": found.reviewed,
            "by_status": dict(found.by_status),
            "corrections": [
                {"from": was, "to": now, "count": n} for (was, now), n in found.corrections.items()
            ],
            "edges_moved": found.edges,
            "edits": found.edits,
            "articles": len(found.articles),
            "articles_done": found.done,
            "notes": found.notes,
            "incidents": found.incidents,
            "seconds": round(found.seconds, 1),
            "seconds_a_mention": found.seconds_each and round(found.seconds_each, 2),
            "pause_seconds": statistics.PAUSE,
        })  # fmt: skip
        return 0
    write("\n".join(statistics.words(found)) + "\n")
    return 0


def run_keys(path: Path, options: argparse.Namespace) -> int:
    """Print the keys in use, or an example of a configuration."""
    from tui import keymap

    if options.example:
        write(config.EXAMPLE)
        return 0
    found = config.load()
    problems = config.faults(found)
    write(f"{config.folder() / 'config.toml'}: keymap {found.keymap}\n")
    for action in keymap.BY_ID.values():
        write(f"{action.id:<22} {keymap.keys_of(action.id):<28} {action.title}\n")
    for line in problems:
        say(line)
    return 1 if problems else 0


def run_codebook(path: Path, options: argparse.Namespace) -> int:
    """Check, use or show a codebook."""
    from store import codebook

    if options.action == "show":
        with _read(path) as library:
            write(library.codebook_toml())
        return 0
    if options.file is None:
        raise StoreError(f"which file? conflict-reader codebook {options.action} FILE.toml")
    try:
        text = options.file.expanduser().read_bytes().decode("utf-8")
    except OSError as problem:
        raise StoreError(f"{options.file}: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise StoreError(f"{options.file}: is not UTF-8 text") from None
    problems = codebook.check(text)
    for line in problems:
        say(f"{options.file}: {line}")
    if problems:
        return 1
    book = codebook.parse(text)
    if options.action == "check":
        write(
            f"{options.file}: good; {len(book.labels)} labels, {len(book.types)} incident types,"
            f" {len(book.relations)} relations\n"
        )
        return 0
    with Library.open(path) as library:
        missing = library.use_codebook(text)
    for label, count in missing:
        say(f"{count} mentions are {label}, which this codebook does not have; they are kept")
    write(f"{path}: uses {options.file} from now on\n")
    return 0
