"""The commands that keep a library safe: backup, restore, doctor."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from store import backup, doctor, salvage
from store.doctor import Finding
from store.errors import HeldError, StoreError
from store.library import Library
from tui.progress import Progress, say
from tui.safe_text import write

_SIGNS = {"ok": "ok", "warning": "!!", "bad": "XX"}


def size_of(number: int) -> str:
    """Return a number of bytes as people say it."""
    return f"{number / 1e6:.1f} MB" if number < 1e9 else f"{number / 1e9:.1f} GB"


def listed(path: Path) -> list[tuple[backup.Backup, str]]:
    """Return the backups of a library with what is in each, or why it cannot be used."""
    found = []
    for kept in backup.of(path):
        try:
            inside = backup.contents(kept.path)
            words = inside.words
        except StoreError:
            words = "damaged"
        found.append((kept, words))
    return found


def run_backup(path: Path, options: argparse.Namespace) -> int:
    """Make a backup, or list those there are."""
    if options.list:
        rows = listed(path)
        for kept, words in rows:
            write(
                f"{kept.number}\t{kept.made:%Y-%m-%d %H:%M:%S}Z\t{kept.why}\t"
                f"{size_of(kept.size)}\t{words}\t{kept.path.name}\n"
            )
        if not rows:
            say("no backups yet")
        return 0
    bar = Progress("copying")

    def show(done: int, total: int) -> None:
        bar.show(done // 1_000_000, max(1, total // 1_000_000))

    with Library.open(path, "read") as library, library.reading() as connection:
        if options.output is None:
            made = backup.make(connection, library.path, "asked", show)
        else:
            made = options.output.expanduser()
            try:
                backup.copy(connection, made, show)
            except FileExistsError:
                raise StoreError(f"{made}: is there already; name another file") from None
            except (OSError, sqlite3.Error) as problem:
                raise StoreError(f"no backup was made: {made}: {problem}") from problem
    bar.end()
    inside = backup.contents(made)
    say(f"{made}: {inside.words}, {size_of(made.stat().st_size)}, checked")
    return 0


def keep_backup(path: Path, minutes: float = backup.MINUTES) -> None:
    """Make a backup where one is due, behind the program or a command that wrote; what goes wrong
    is a line, since nothing that was saved depends on it. Ctrl+C leaves it out."""
    if not path.is_file():
        return
    try:
        with Library.open(path, who="a backup") as library, library.reading() as connection:
            if not backup.is_due(connection, library.path, minutes):
                return
            bar = Progress("backup (Ctrl+C leaves it out), MB")
            try:
                backup.make(
                    connection, library.path, "quit" if minutes == 0 else "timed",
                    lambda done, total: bar.show(done // 1_000_000, max(1, total // 1_000_000)),
                )  # fmt: skip
            finally:
                bar.end()
    except HeldError:
        return  # who holds it makes one
    except StoreError as problem:
        say(f"conflict-reader: {problem}")
    except KeyboardInterrupt:
        say("no backup was made")


def run_restore(path: Path, options: argparse.Namespace) -> int:
    """Bring a backup back, and what the damaged library still gives up. Who names a backup and has
    a library that is whole wants to go back: nothing newer comes over then, unless it is asked for."""
    source = _chosen(path, options.backup)
    salvaging = options.salvage
    if salvaging is None:
        salvaging = options.backup is None or backup.check(path) is not None
    aside = backup.restore(path, source, "conflict-reader restore")
    inside = backup.contents(path)
    say(f"{path}: is {source.name} now, {inside.words}")
    if aside is None:
        return 0
    say(f"{aside}: what was there before, untouched")
    for line in bring_over(aside, path) if salvaging else ():
        say(line)
    if not salvaging:
        say(f"what was newer in it was left there; conflict-reader restore {aside} goes back to it")
    return 0


def bring_over(aside: Path, path: Path) -> Iterator[str]:
    """Make again in a restored library what the file that was put aside has more; say what."""
    try:
        with Library.open(path, who="conflict-reader restore") as library:
            found = salvage.salvage(aside, library)
    except StoreError as problem:
        yield f"nothing newer could be read out of it: {str(problem).removeprefix(f'{aside}: ')}"
        return
    if found.articles or found.edits:
        what = backup.counted(found.articles, "newer article"), backup.counted(found.edits, "newer edit")  # fmt: skip
        yield f"{' and '.join(what)} could be read out of it and were made again"
    else:
        yield "nothing newer was in it"
    if found.left_out:
        yield f"{found.left_out} edits or articles of it could not be made again"


def _chosen(path: Path, named: str | None) -> Path:
    """Return the backup that is meant: a file, a number of the list, or the newest whole one."""
    if named is None:
        newest = backup.newest_good(path)
        if newest is None:
            raise StoreError(f"{path}: has no backup that can be used")
        return newest.path
    if named.isdecimal():
        for kept in backup.of(path):
            if kept.number == int(named):
                return kept.path
        raise StoreError(f"no backup {named}; conflict-reader backup --list shows them")
    given = Path(named).expanduser()
    for candidate in (given, backup.folder(path) / named):
        if candidate.is_file():
            return candidate
    raise StoreError(f"{named}: no such file; conflict-reader backup --list shows the backups")


# --- doctor ---------------------------------------------------------------------------------------


def run_doctor(path: Path, options: argparse.Namespace) -> int:
    """Examine the library and what it rests on; exit code 1 where anything is wrong."""
    if options.mend:
        for line in doctor.mend(path):
            say(line)
    found: list[Finding] = []
    looks: list[Callable[[], Iterator[Finding]]] = [
        lambda: doctor.check(path, full=not options.quick),
        _surroundings,
    ]
    for look in looks:
        for finding in look():
            found.append(finding)
            if not options.json:
                write(f"{_SIGNS[finding.level]}  {finding.name:<13} {finding.words}\n")
                sys.stdout.flush()
    if options.json:
        print(
            json.dumps(
                {
                    "library": str(path),
                    "bad": doctor.bad(found),
                    "findings": [
                        {"name": f.name, "level": f.level, "words": f.words} for f in found
                    ],
                },
                ensure_ascii=sys.stdout.isatty(),
            )
        )
    return 1 if doctor.bad(found) else 0


def _surroundings() -> Iterator[Finding]:
    """What is not the library: configuration, model, clipboard, terminal."""
    from tui import config

    problems = config.faults(config.load())
    for problem in problems:
        yield Finding("configuration", "warning", problem)
    if not problems:
        file = config.folder() / "config.toml"
        words = str(file) if file.exists() else f"none, so all is as it comes ({file})"
        yield Finding("configuration", "ok", words)
    yield _model()
    tools = [t for t in ("wl-copy", "xclip", "xsel", "pbcopy") if shutil.which(t)]
    if os.environ.get("TMUX"):
        words = "through tmux"
    elif os.environ.get("SSH_CONNECTION") or not tools:
        words = "through the terminal (OSC 52), where it allows that"
    else:
        words = f"by {tools[0]}"
    yield Finding("clipboard", "ok", words)
    term, colours = os.environ.get("TERM", ""), os.environ.get("COLORTERM", "")
    plain = term in ("", "dumb", "unknown")
    size = shutil.get_terminal_size()
    words = f"{term or 'none'}{', ' + colours if colours else ''}, {size.columns}x{size.lines}"
    if plain:
        words += ": cannot show the reader; the commands work"
    yield Finding("terminal", "warning" if plain else "ok", words)


def _model() -> Finding:
    from annotators import models

    chosen = models.choose()
    if chosen is None:
        return Finding("model", "warning", models.HOW_TO_GET)
    digest = models.digest(chosen)
    expected = models.DIGESTS.get((chosen.name, chosen.version))
    words = f"{chosen.name} {chosen.version}, sha256 {digest[:16]}…"
    if expected is not None and digest != expected:
        return Finding("model", "bad", f"{words} is not that of its release: install it again")
    return Finding("model", "ok", words + (", as released" if expected else ""))
