"""Feed one part of the program with mutated inputs: ``python -m tests.fuzz.run TARGET COUNT [SEED]``.

What a target may do is return, or raise what it says it raises, with one line. Anything else, ten
seconds for one input or two gigabytes of memory end the run with the input that did it.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from store import (
    articles,
    doctor,
    edits,
    filters,
    importers,
    mentions,
    notes,
    regexes,
    salvage,
    schema,
    search,
)
from store import codebook as codebooks
from store.errors import StoreError
from store.exporters import csv_files, tables
from store.importers.result import Failure
from store.library import Library
from store.records import Incoming, Suggestion
from store.texts import sha256
from tests.fuzz.mutate import mutated

SECONDS = 10
MEMORY = 2 << 30
_TEXT = (
    "BELGOROD, Russia, Jan. 14 - At least 12 people were killed and two dozen wounded overnight when"
    " drones struck an oil depot near Engels, said Governor Roman Busargin. Ukraine's General Staff"
    " claimed the 46th Brigade hit the base with HIMARS on 13-14 January; no casualties were confirmed.\n\n"
    "Earlier, on January 8, a Shahed-136 fell on Kyiv. “It was the third attack,” he said.\n"
)

Target = tuple[Callable[[bytes], object], list[bytes]]


def one_line(words: str) -> None:
    """Assert that what a user is told is one line."""
    assert words and "\n" not in words, words


def _imported(format_name: str, seeds: list[str]) -> Target:
    def feed(raw: bytes) -> None:
        for item in importers.parse(raw, "fuzz", format_name, {}):
            if isinstance(item, Failure):
                one_line(item.why)
                continue
            ready = articles.prepare(item)
            assert ready.text and "\0" not in ready.text
            ready.text.encode("utf-8")

    return feed, [seed.encode() for seed in seeds]


def _html() -> Target:
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Depot struck</title>'
        '<meta property="article:published_time" content="2025-01-14"></head><body><nav><a href="/">x</a>'
        f"</nav><article><h1>Depot</h1><p>{_TEXT}</p><table><tr><td>1</td></tr></table></article></body></html>"
    )
    return _imported("html", [page, f"<p>{_TEXT}", f"<?xml version='1.0'?><html><body>{_TEXT}"])


def _search(folder: Path) -> Target:
    library = Library.open(folder / "l.db")
    importers.store(library, [Incoming(_TEXT, title="Depot"), Incoming("Kyiv. " + _TEXT[50:])])

    def feed(raw: bytes) -> None:
        query = raw.decode("utf-8", "surrogateescape" if len(raw) % 2 else "replace")
        with library.reading() as connection:
            with contextlib.suppress(StoreError):
                search.search(connection, query, 5)
            try:
                chosen = filters.parse(query)
            except ValueError as problem:
                one_line(str(problem))
            else:
                articles.ids(connection, chosen, 5)
                filters.line(chosen)
        search.pattern(search.plain_terms(query))

    words = ['drone "fuel depot" -kyiv', "status:unread has:notes sort:oldest tag:\"air war\" x*",
             "label:GPE entity:Kyiv from:2025-01 to:2025-02-14 unreviewed:>3 source:wire", "a OR b"]  # fmt: skip
    return feed, [word.encode() for word in words]


def _rows(link: bool) -> Target:
    from annotators import accounts, language, pipeline
    from tui import link as linker
    from tui.commands import _parsed

    def feed(raw: bytes) -> None:
        problems: list[str] = []
        for row in _parsed(io.BytesIO(raw), "fuzz", problems):
            text = row["text"]
            spoken = language.detect(text, row.get("language"))
            found = pipeline.read(text, [], row.get("title"), row.get("date"), spoken)
            for s in found.suggestions:
                assert 0 <= s.start < s.end <= len(text)
            json.dumps([s.resolved for s in found.suggestions])
            if link:
                told = accounts.entities_of(found.suggestions)
                account = linker._account(row, told, found.reports)
                with contextlib.suppress(ValueError):
                    account = linker._with_incidents(account, row.get("incidents"))
                accounts.words_of(accounts.Account.loads(account.dumps()))
        for line in problems:
            one_line(line)

    row = {"id": 1, "title": "Depot struck", "date": "2025-01-14", "text": _TEXT}
    event = {"date": "2025-01-13", "place": {"name": "Engels", "lat": 51.5, "lon": 46.1}, "killed": 12,
             "type": "attack.drone", "actors": ["Ukraine"], "targets": ["oil depot"]}  # fmt: skip
    seeds = [json.dumps(row), json.dumps(row | {"incidents": [event]}), json.dumps(row | {"date": None, "title": 3})]  # fmt: skip
    return feed, [(seed + "\n").encode() for seed in seeds]


def _csv_round_trip() -> Target:
    def feed(raw: bytes) -> None:
        cells = raw.decode("utf-8", "replace").replace("\0", "\ufffd").split("|")
        rows: list[tuple[str | int | float | bytes | None, ...]] = [tuple(cells), tuple(reversed(cells))]  # fmt: skip
        for profile in ("exact", "spreadsheet"):
            out = io.StringIO(newline="")
            csv_files.write_rows([f"c{n}" for n in range(len(cells))], rows, out, profile)
            written = out.getvalue().removeprefix("\ufeff")
            read = list(csv.reader(io.StringIO(written, newline="")))[1:]
            if profile == "spreadsheet":
                assert not any(
                    cell[:1] in "=+-@\t\r\n＝＋－＠" for row in read for cell in row if cell
                )
                read = [[csv_files.unguard(cell) for cell in row] for row in read]
            assert [tuple(row) for row in read] == rows, (read, rows)

    return feed, [b"=1+1|plain|it's", b"'quoted|+49|\t|\r\n|a\"b|,;"]


def _configuration(folder: Path) -> Target:
    os.environ["XDG_CONFIG_HOME"] = str(folder)
    from tui import config, keymap

    for name in ("themes", "keymaps"):
        (config.folder() / name).mkdir(parents=True)

    def feed(raw: bytes) -> None:
        for path in ("config.toml", "themes/own.toml", "keymaps/own.toml"):
            (config.folder() / path).write_bytes(raw)
        found = config.load()
        for line in [*found.problems, *keymap.use(found.keys), *config.profile("own")[1]]:
            one_line(line)
        for name in ("own", found.theme or "dark"):
            try:
                config.theme(name)
            except ValueError as problem:
                one_line(str(problem))

    theme = resources.files("tui.themes").joinpath("dark.toml").read_bytes()
    return feed, [config.EXAMPLE.encode(), theme, b'theme = "own"\nkeymap = "own"\n[keys]\naccept = ["y"]\n']  # fmt: skip


def _codebook() -> Target:
    def feed(raw: bytes) -> None:
        text = raw.decode("utf-8", "replace")
        problems = codebooks.check(text)
        for line in problems:
            one_line(line)
        if not problems:
            codebooks.parse(text)

    whole = codebooks.default_toml()
    small = "\n\n".join(whole.split("\n\n")[:6])
    return feed, [whole.encode(), small.encode(), small.encode()]


def _library_file(folder: Path) -> Target:
    origin = folder / "origin.db"
    with Library.open(origin) as library:
        importers.store(library, [Incoming(_TEXT, title="Depot"), Incoming(_TEXT * 3)])
        run = [Suggestion(10, 16, "GPE"), Suggestion(40, 50, "FORCE")]
        library.write(lambda c: mentions.replace_suggestions(c, 1, run, "fp", None))
    image = origin.read_bytes()
    path = folder / "l.db"
    rng = random.Random(5)

    def feed(raw: bytes) -> None:
        for beside in folder.glob("l.db*"):
            if beside.is_file():
                beside.unlink()
        if rng.random() < 0.3:
            _by_sql(path, image, rng)
        else:
            path.write_bytes(raw)
        for _ in doctor.check(path, full=rng.random() < 0.1):
            pass
        for mode in ("read", "write"):
            try:
                with Library.open(path, mode) as library:
                    with library.reading() as connection:
                        for number in articles.ids(connection, limit=20):
                            articles.get(connection, number)
                            articles.text(connection, number)
                            mentions.of_article(connection, number, rejected=True)
                        search.search(connection, "depot", 3)
                        for table in tables.TABLES:
                            csv_files.write_table(connection, table, io.StringIO(), "exact")
                    if mode == "write":
                        library.codebook()
                        library.set_analyst("fuzz")
            except StoreError as problem:
                one_line(str(problem))

    return feed, [image]


def _by_sql(path: Path, image: bytes, rng: random.Random) -> None:
    """Make a file that SQLite finds whole and that no version of the program would have written."""
    import sqlite3

    path.write_bytes(image)
    connection = sqlite3.connect(path)
    for statement in rng.sample((
        "UPDATE mention SET start = 900000, \"end\" = 900001", "UPDATE mention SET label = char(27) || ']0;x'",
        "UPDATE article SET title = CAST(x'ff00fe' AS TEXT)", "UPDATE article SET n_chars = -5, position = 99999999999",
        "UPDATE setting SET value = 'x' WHERE key = 'analyst'", "DELETE FROM codebook", "DELETE FROM analyst",
        "UPDATE codebook SET toml = 'not = toml = '", "DELETE FROM article_version", "DROP TABLE note",
        "UPDATE article SET uid = randomblob(16)", "DROP TABLE article_fts", "DELETE FROM mention_origin",
        "INSERT INTO setting VALUES ('last_article', '-7')", "UPDATE article SET published = 'x', status = 'y'",
        "CREATE TRIGGER evil AFTER UPDATE ON setting BEGIN DELETE FROM article; END",
        "CREATE VIEW evil2 AS SELECT 1", "DROP TRIGGER op_kept", "DROP VIEW article_doc",
        "ALTER TABLE mention RENAME COLUMN quote TO words", "PRAGMA application_id = 7", "PRAGMA user_version = -1",
        "UPDATE _sqlite_migrations SET name = 'm999_x' WHERE name = 'm004_case_file'",
        "DELETE FROM _sqlite_migrations WHERE name = 'm004_case_file'", "DELETE FROM _sqlite_migrations",
        "PRAGMA journal_mode = DELETE", "DROP TABLE article",
    ), rng.randrange(1, 4)):  # fmt: skip
        with contextlib.suppress(sqlite3.Error):
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("DROP TRIGGER IF EXISTS article_version_immutable")
            connection.execute(statement)
            connection.commit()
    connection.close()


def _damaged(folder: Path) -> Target:
    """A damaged file beside a library that was restored: what comes over is never wrong."""
    origin = folder / "origin.db"
    with Library.open(origin) as library:
        importers.store(library, [Incoming(_TEXT, title="Depot"), Incoming(_TEXT * 3)])
    before = origin.read_bytes()
    with Library.open(origin) as library:
        with library.reading() as connection:
            article = articles.get(connection, 1)
        assert article is not None
        for n in range(12):
            edits.apply(library, "note", f"{n}", lambda e, n=n: notes.set_body(e, "article", article.uid, f"{n} " * 300))  # type: ignore[misc]  # fmt: skip
        with library.reading() as connection:
            known = set(connection.execute("SELECT uid, at, kind, summary, changes FROM op"))
    image = origin.read_bytes()
    damaged, path = folder / "damaged.db", folder / "restored.db"

    def feed(raw: bytes) -> None:
        for beside in folder.glob("*.db-*"):
            beside.unlink()
        damaged.write_bytes(raw)
        path.write_bytes(before)
        with Library.open(path) as library:
            try:
                salvage.salvage(damaged, library)
            except StoreError as problem:
                one_line(str(problem))
            with library.reading() as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                assert connection.execute("PRAGMA foreign_key_check").fetchone() is None
                assert articles.count(connection) >= 2
                there = set(connection.execute("SELECT uid, at, kind, summary, changes FROM op"))
                for _, text, digest in connection.execute(
                    "SELECT id, text, text_sha256 FROM article_version"
                ):
                    assert sha256(text) == digest
        assert there <= known  # no edit that nobody made

    return feed, [image]


def _regex() -> Target:
    def feed(raw: bytes) -> None:
        pattern = raw.decode("utf-8", "replace")
        found = regexes.find(pattern, [(1, _TEXT)], 0.5)
        if found.problem:
            one_line(found.problem)

    return feed, [rb"(\w+\s?)*$", b"(a|b)+drone", rb"\d{1,3}(?=x)", b"[a-z"]


def targets(folder: Path) -> dict[str, Callable[[], Target]]:
    """Return what can be fed, by name."""
    csv_seed = 'id,title,text,date\n1,"A, b","' + _TEXT.replace("\n", " ") + '",2025-01-14\n'
    row = json.dumps(
        {"id": 1, "title": "T", "text": _TEXT, "date": "2025-01-14", "url": "http://x/"}
    )
    return {
        "text": lambda: _imported("text", [_TEXT, "Заголовок\n\n" + _TEXT, "標題 " + _TEXT]),
        "markdown": lambda: _imported("markdown", [f"---\ntitle: x\ndate: 2025\n---\n# T\n\n{_TEXT}\n\n- a\n> b\n\n```\nc\n```\n"]),
        "html": _html,
        "jsonl": lambda: _imported("jsonl", [row + "\n" + row + "\n", f"[{row},{row}]", "{\n" + row[1:]]),
        "csv": lambda: _imported("csv", [csv_seed, csv_seed.replace(",", ";"), csv_seed.replace(",", "\t")]),
        "search": lambda: _search(folder),
        "annotate": lambda: _rows(link=False),
        "link": lambda: _rows(link=True),
        "round-trip": _csv_round_trip,
        "configuration": lambda: _configuration(folder),
        "codebook": _codebook,
        "library": lambda: _library_file(folder),
        "damaged": lambda: _damaged(folder),
        "regex": _regex,
    }  # fmt: skip


class TooSlowError(BaseException):
    """One input took too long."""


def main(name: str, count: int, seed: int = 1) -> None:
    """Feed a target; print what it took. Ends with the first input that should not have done what
    it did."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    def late(*_: object) -> None:
        raise TooSlowError

    signal.signal(signal.SIGALRM, late)
    rng = random.Random(seed)
    slowest = 0.0
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        feed, seeds = targets(Path(folder))[name]()
        for number in range(count):
            raw = mutated(seeds, rng, 600_000 if name in ("library", "damaged") else 20_000)
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            one = time.process_time()
            try:
                feed(raw)
            except BaseException:
                kept = Path(tempfile.gettempdir()) / f"fuzz-{name}-{seed}-{number}"
                kept.write_bytes(raw)
                print(f"{name}: input {number} of seed {seed}, kept as {kept}", flush=True)
                raise
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            slowest = max(slowest, time.process_time() - one)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{name}: {count} inputs in {time.monotonic() - begun:.0f} s, the slowest {slowest:.2f} s of CPU,"
        f" {peak} MB at most"
    )


if __name__ == "__main__":
    assert schema.MIGRATIONS
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1)
