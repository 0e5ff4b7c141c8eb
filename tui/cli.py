"""The command line. Imports what a command needs when it runs, so that --help costs nothing."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from store.errors import StoreError
from tui import safe_text

if TYPE_CHECKING:
    import argparse

USAGE_ERROR = 2
_WRITE = ("import", "annotate", "examples", "restore")
"""Commands that may change the library."""
_EXAMPLES = """\
examples:
  conflict-reader                                  open the library (a first one has an article)
  conflict-reader import articles/ more.jsonl      bring articles in and annotate them
  pbpaste | conflict-reader import -               the same from standard input
  conflict-reader annotate in.jsonl -o out.jsonl   entities of each text, without a library
  conflict-reader search 'drone "fuel depot" -kyiv'
  conflict-reader list status:unread has:notes sort:oldest
  conflict-reader export -o export/                all tables as CSV
  conflict-reader export --table mentions -o - | head

The library is one file; --db FILE or CONFLICT_READER_DB names another one.
Exit codes: 0 done, 1 something could not be done, 2 wrong usage or no terminal,
75 another process holds the library, 130 interrupted.
"""


def _parser() -> argparse.ArgumentParser:
    import argparse

    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            if m := re.match(r"argument COMMAND: invalid choice: '([^']*)'", message):
                message = f"there is no command “{m[1]}”; conflict-reader --help names them"
                if os.path.exists(m[1]):  # noqa: PTH110 # whatever was typed, a path or not
                    message = f"to add {m[1]} to the library: conflict-reader import {m[1]}"
            super().error(safe_text.safe_line(message))

    parser = Parser(
        prog="conflict-reader",
        description="Read news articles with their entities marked, correct the marks, record"
        " incidents, link them across articles, export CSV.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    parser.add_argument("--db", type=Path, metavar="FILE", help="library to use")
    parser.add_argument("--read-only", action="store_true", help="read a library, change nothing")
    parser.add_argument(
        "--private",
        action="store_true",
        help="do not keep its name in the list of libraries that were opened",
    )
    parser.add_argument("--analyst", metavar="NAME", help="who works, kept in the library")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    def command(name: str, about: str, example: str) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=about,
            description=about,
            epilog=f"example:\n  conflict-reader {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        # before the command's name or behind it: what is not typed here leaves what was typed there
        library = "library to use"
        made.add_argument(
            "--db", type=Path, metavar="FILE", default=argparse.SUPPRESS, help=library
        )
        return made

    sub = command("import", "bring articles into the library", "import articles/ wire.jsonl")
    sub.add_argument(
        "paths", nargs="+", metavar="PATH", help="file, folder, https://… or - for stdin"
    )
    sub.add_argument(
        "--format", choices=("text", "markdown", "html", "jsonl", "csv"), help="not by the name"
    )
    sub.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="FIELD=NAME",
        help="column NAME holds FIELD (id, title, text, date, source, url, author, language)",
    )
    sub.add_argument("--no-annotate", action="store_true", help="leave the articles unannotated")

    sub = command(
        "annotate",
        "bring the library's suggestions up to date, or annotate JSONL without a library",
        "annotate in.jsonl -o out.jsonl",
    )
    sub.add_argument("input", nargs="?", metavar="IN.jsonl", help="rows id, text; - for stdin")
    sub.add_argument("-o", "--output", metavar="OUT.jsonl", help="- for stdout (the default)")

    sub = command(
        "examples",
        "add short related articles to link, merge and map at once (Wikipedia, CC BY-SA 4.0)",
        "examples",
    )
    sub.add_argument("--remove", action="store_true", help="take them out again, in one step")

    sub = command(
        "link",
        "say which rows of JSONL tell of the same incident, with reasons, without a library",
        "link in.jsonl -o out.jsonl --clusters",
    )
    sub.add_argument(
        "input", metavar="IN.jsonl", help="rows id, title, text, date; incidents; - for stdin"
    )
    sub.add_argument(
        "-o", "--output", default="-", metavar="OUT.jsonl", help="- for stdout (the default)"
    )
    sub.add_argument("--clusters", action="store_true", help="a cluster id on each row")

    sub = command(
        "evaluate",
        "precision, recall and F of the suggestions on a gold, with the model alone beside them",
        "evaluate gold.jsonl --baseline",
    )
    sub.add_argument(
        "gold",
        metavar="GOLD.jsonl",
        help='rows {"text": …, "entities": [{"start", "end", "label"}]}; or readings (dates), counts,'
        " type (incidents): docs/annotation.md",
    )
    sub.add_argument("--baseline", action="store_true", help="the model alone beside all layers")
    sub.add_argument("--errors", action="store_true", help="every miss and false alarm")
    sub.add_argument("--json", action="store_true", help="one JSON object")
    sub.add_argument(
        "--map", action="append", default=[], metavar="OURS=THEIRS", help="our label as the gold's"
    )
    sub.add_argument(
        "--everything", action="store_true", help="also gold without a capital or a digit"
    )
    sub.add_argument("--texts", metavar="FOLDER", help="where the texts are that a gold names")

    sub = command(
        "train",
        "fine-tune the model on the articles that are done, and compare it on some held back",
        "train --use trained-20250114-120000",
    )
    sub.add_argument("--use", metavar="NAME", help="use a trained model from now on, or default")
    sub.add_argument("--epochs", type=_count, default=20, metavar="N", help="at most (20)")
    sub.add_argument("--json", action="store_true", help="one JSON object")

    sub = command("list", "list articles, newest first", "list --status unread --json")
    sub.add_argument("--status", choices=("unread", "reading", "done", "flagged"))
    sub.add_argument("--label", help="with mentions of this label")
    sub.add_argument("--limit", type=_count, default=-1, metavar="N")
    sub.add_argument("--json", action="store_true", help="one JSON object a line")

    sub.add_argument(
        "filter", nargs="*", metavar="FILTER",
        help="status:unread tag:x source:x date:2025-01..2025-03 label:X entity:X has:notes"
        " -has:incidents unreviewed:>5 sort:title, or words of the text",
    )  # fmt: skip

    sub = command("search", "search titles and texts", "search 'drone strike' --json")
    sub.add_argument("query", help='words; "a phrase"; -without; begin*')
    sub.add_argument("--limit", type=_count, default=50, metavar="N")
    sub.add_argument("--json", action="store_true", help="one JSON object a line")

    sub = command("show", "print an article with its mentions", "show 1 --json")
    sub.add_argument("article", help="number, id, or title")
    sub.add_argument("--json", action="store_true", help="one JSON object")

    sub = command("export", "write CSV tables", "export -o export/ --profile spreadsheet")
    sub.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="DIR|FILE",
        help="- with --table, --acled …: stdout",
    )
    sub.add_argument("--table", metavar="NAME", help="one table alone")
    sub.add_argument("--profile", choices=("exact", "spreadsheet"), default="exact")
    shapes = sub.add_mutually_exclusive_group()
    for name, about in (
        ("acled", "incidents in ACLED's columns and codes; -o names a file"),
        ("ucdp", "incidents in the columns of UCDP GED"),
        ("geojson", "incidents as GeoJSON"),
        ("codebook", "what each code means, as CSV"),
    ):
        shapes.add_argument(f"--{name}", dest="shape", action="store_const", const=name, help=about)

    sub = command(
        "casefile",
        "write the incidents as one HTML page to mail: timeline, map, sheets with quotes and links",
        "casefile -o case.html --title 'Strikes on Belgorod'",
    )
    sub.add_argument("-o", "--output", required=True, metavar="FILE.html", help="- for stdout")
    sub.add_argument("--title", help="of the page (the library's name)")

    sub = command("stats", "what was done and how fast, out of the log of edits", "stats --json")
    sub.add_argument(
        "--since", metavar="DATE", default="", help="2025-01-14: from this day on (UTC)"
    )
    sub.add_argument("--by", metavar="NAME", default="", help="one analyst's edits alone")
    sub.add_argument("--json", action="store_true", help="one JSON object")

    sub = command("backup", "make a checked backup, or list those there are", "backup --list")
    sub.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="to a file of its own, kept for ever"
    )
    sub.add_argument("--list", action="store_true", help="number, moment, why, size, contents")

    sub = command(
        "restore",
        "bring a backup back; what it replaces is put aside, and newer edits are read out of it",
        "restore",
    )
    sub.add_argument(
        "backup", nargs="?", metavar="BACKUP", help="number or file; without it the newest good one"
    )
    sub.add_argument(
        "--salvage",
        action=argparse.BooleanOptionalAction,
        help="bring newer edits over from what was there (so where that is damaged, or no BACKUP is named)",
    )

    sub = command(
        "doctor", "say what is wrong with the library and what it rests on", "doctor --json"
    )
    sub.add_argument("--json", action="store_true", help="one JSON object")
    sub.add_argument("--quick", action="store_true", help="without reading every page and text")
    sub.add_argument(
        "--mend",
        action="store_true",
        help="first a backup, then triggers, search index and counts anew",
    )

    sub = command("keys", "the keys as they are configured, and what is wrong with them", "keys")
    sub.add_argument("--example", action="store_true", help="print a configuration to begin with")

    sub = command(
        "codebook", "check a codebook file, use it in the library, or print the library's",
        "codebook check mine.toml",
    )  # fmt: skip
    sub.add_argument("action", choices=("check", "use", "show"))
    sub.add_argument("file", nargs="?", type=Path, metavar="FILE.toml")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number < 2**31:
        raise ValueError(text)
    return number


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows ASCII alone
    try:
        code = run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 0
    except OSError as problem:
        code = fail(f"cannot write or read ({problem.strerror}); check space and permissions")
    except Exception as problem:
        from tui.failures import log_failure

        code = fail(log_failure(problem))
    raise SystemExit(code)


_LEFT_OUT = re.compile(r"-[a-z]+:")


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    from store.library import default_path

    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given:
        return _started(
            lambda: _app(default_path().resolve(), None)
        )  # no time to lose before the paint
    parser = _parser()
    # `list -has:notes`: what argparse finds a space in is no option to it
    options = parser.parse_args([f" {a}" if _LEFT_OUT.match(a) else a for a in given])
    if options.version:
        import importlib.metadata

        print(f"conflict-reader {importlib.metadata.version('conflict-reader')}")
        return 0
    try:
        # one file, one lock, one folder of backups, whatever link leads to it
        path: Path = (options.db or default_path()).expanduser().resolve()
    except (RuntimeError, OSError):
        return fail(f"{options.db}: there is no such home folder", USAGE_ERROR)
    for value in (
        options.analyst,
        getattr(options, "article", None),
        getattr(options, "query", None),
    ):
        if value is not None and any("\ud800" <= c <= "\udfff" for c in value):
            return fail("an argument is not text in the terminal's encoding", USAGE_ERROR)
    if options.command is None:
        return _started(
            lambda: _app(path, options.analyst, options.read_only, private=options.private)
        )
    from tui import commands

    commands.ANALYST = options.analyst
    commands.READ_ONLY = options.read_only
    changes = options.command in _WRITE or getattr(options, "mend", False)
    changes = changes or getattr(options, "action", "") == "use"
    if options.read_only and changes:
        return fail(f"{options.command} changes the library: leave --read-only out", USAGE_ERROR)
    code = _started(lambda: int(getattr(commands, f"run_{options.command}")(path, options)))
    writes = options.command in ("import", "examples") or getattr(options, "action", "") == "use"
    if writes and not options.read_only and path.is_file():
        from tui.safekeeping import keep_backup

        keep_backup(path)
    return code


def _started(work: Callable[[], int]) -> int:
    """Run the work; what a user can act on becomes one line and its exit code."""
    try:
        return work()
    except StoreError as problem:
        return fail(str(problem), problem.exit_code)


def fail(message: str, code: int = 1) -> int:
    """Print one line for what went wrong, made safe, and return the exit code."""
    safe_text.write(f"conflict-reader: {safe_text.safe_line(message)}\n", sys.stderr)
    return code


def _app(path: Path, analyst: str | None, read_only: bool = False, *, private: bool = False) -> int:
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if not all(stream is not None and stream.isatty() for stream in streams):
        return fail(
            "the reader needs a terminal; in a script use its commands (conflict-reader --help)",
            USAGE_ERROR,
        )
    if os.environ.get("TERM", "") in ("dumb", "unknown", ""):
        return fail(
            f"the terminal calls itself “{os.environ.get('TERM', '')}” and cannot show the reader;"
            " set TERM, or use the commands (conflict-reader --help)",
            USAGE_ERROR,
        )
    from tui.app import ConflictReader

    app = ConflictReader(path, analyst, read_only=read_only, private=private)
    app.run()
    if app.wrote and app.path.is_file():
        from tui.safekeeping import keep_backup

        keep_backup(app.path, 0)
    if app.failure:
        return fail(app.failure, app.return_code or 1)
    return app.return_code or 0


if __name__ == "__main__":
    main()
