"""Write what the documentation takes from the program: the keys and the CSV columns.

``python docs/generate.py`` writes them, ``--check`` says whether they are current,
``--screenshot`` also makes docs/screenshot.svg and the images of docs/tour.md from the running
program.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from store.exporters.tables import TABLES
from tui import keymap

HERE = Path(__file__).parent


def keys() -> str:
    """Return docs/keys.md."""
    lines = ["# Keys", "", "Made from the program's own table (`tui/keymap.py`)."]
    for context, title in keymap.CONTEXTS.items():
        lines += ["", f"## In {title}", "", "| key | does | action |", "|---|---|---|"]
        for action in keymap.in_context(context):
            shown = " ".join(f"`{keymap.shown(key)}`" for key in action.keys)
            shown = shown.replace("`` ` ``", "backtick").replace("```", "backtick")
            shown = shown.replace("`|`", "`\\|`")
            lines.append(f"| {shown} | {action.title} | {action.id} |")
    return "\n".join(lines) + "\n"


def columns() -> str:
    """Return docs/csv.md."""
    lines = [
        "# CSV columns",
        "",
        "Made from the program's own table (`store/exporters/tables.py`). UTF-8, RFC 4180, a header"
        " row, CRLF. Offsets are Unicode code points, half-open. Times are UTC. An empty cell is"
        " unknown, which is not 0. New columns come at the end. Ids are hexadecimal text: read every"
        " column as text, `pandas.read_csv(f, dtype=str, keep_default_na=False)` or"
        ' `readr::read_csv(f, col_types = cols(.default = "c"), na = "")`.',
        "",
        "`--profile exact` (the default) holds what is stored, byte for byte. `--profile spreadsheet`"
        " begins with a byte order mark, and puts an apostrophe before a text cell that begins with"
        " `= + - @`, a tab, a line end, one of their full-width forms, or an apostrophe; take one"
        " leading apostrophe away to have the cell back.",
    ]
    lines += [
        "",
        "## Other data sets",
        "",
        "`export --acled -o FILE` and `export --ucdp -o FILE` write the incidents in the columns and codes"
        " of ACLED (its codebook of 2023 and its API's order) and of UCDP GED (codebook 22.1). What a data"
        " set does not take is left out and counted: what did not occur, has no whole day, no coordinates or"
        " no country; for ACLED also types it does not know and places no smaller than a country; for GED"
        " also what killed nobody or nobody knows whom. Codes that nobody said (actor types, conflict and"
        " dyad numbers) are empty; so are deaths that are not known. Precisions are brought down:"
        " date 1 to ACLED's 1, 2 and 3 to 2, 4 and 5 to 3; place 1 to 1, 2 to 2, 3 to 5 to 3; GED's own are"
        " ours, and its date_prec is that of the days that the event may span. GED's `best` is the sum of"
        " its four parts: what no part explains is in `deaths_unknown`.",
        "",
        "`export --geojson` writes a feature an incident, `export --codebook` a row for each code.",
    ]
    for table in TABLES:
        lines += ["", f"## {table.name}.csv", "", table.about, "", "| column | type | holds |"]
        lines.append("|---|---|---|")
        lines += [f"| {c.name} | {c.type} | {c.about} |" for c in table.columns]
    return "\n".join(lines) + "\n"


SECOND = """\
Engels depot still burning, officials say

Firefighters in Engels worked through a second night on Wednesday, regional Governor Roman Busargin
said. The fuel depot was hit on January 8 and again on January 14. Ukraine's General Staff said that
its forces had struck the site; Moscow's Defence Ministry said that 77 drones were launched and did
not mention the depot. Flights from Kazan were delayed.
"""
"""A second article for the tour, written for it."""

TOUR: tuple[tuple[str, tuple[int, int], tuple[str, ...]], ...] = (
    ("screenshot", (132, 36), ("tab", "a", "a", "a", "a", "x", "a", "a", "a")),
    ("tour/jump", (110, 30), ("f",)),
    ("tour/letters", (110, 30), ("escape", "F", "s")),
    ("tour/missed", (110, 30), ("escape", "c")),
    ("tour/everywhere", (110, 30), ("escape", "tab", "tab", "tab", "P", "s", "s")),
    ("tour/accept-many", (110, 30), ("q", "A")),
    ("tour/entity", (110, 30), ("a", "f:Boris Pistorius", "enter")),
    ("tour/suggested", (110, 30), ("q", "J")),
    ("tour/two-articles", (160, 36), ("q", "|")),
    ("tour/labels", (110, 30), ("|", "V", "l", "escape")),
    ("tour/filter", (110, 30), ("V", "l", "escape", "h", "f")),
    ("tour/hits", (110, 30), ("escape", "\\", "d", "e", "p", "o", "t", "enter", "H")),
    ("tour/light", (110, 30), ("q", "escape", "l", "V", "t", "l", "i", "g", "h", "t", "enter")),
    ("tour/statistics", (110, 30), ("S",)),
)
"""Images of the tour: name, size of the terminal, keys pressed since the image before. ``f:words``
jumps to a mention."""


CASE: tuple[tuple[str, tuple[int, int], tuple[str, ...]], ...] = (
    ("tour/incidents", (110, 30), ("I",)),
    ("tour/pairs", (130, 34), ("s",)),
    ("tour/incident", (130, 34), ("2", "l")),
    ("tour/timeline", (120, 34), ("q", "q", "t")),
    ("tour/map", (120, 36), ("m", "+", "tab", "tab", "tab")),
    ("tour/network", (110, 30), ("q", "n")),
    ("tour/sources", (110, 30), ("q", "S")),
)
"""Images of the case file, on the example articles."""


async def still(app: Any, pilot: Any) -> None:
    """Wait until nothing moves any more."""
    for _ in range(200):
        await pilot.pause(0.02)
        if not app.desk._commits and not app.desk._tasks:
            break
    await app.workers.wait_for_complete()
    await pilot.pause(0.2)


async def case_file() -> None:
    """Make the images of the case file: every suggested incident of the examples is recorded."""
    import seeds
    from store import articles, candidates, edits, importers
    from store.errors import RefusedError
    from store.exporters import shapes
    from tui.app import ConflictReader

    with tempfile.TemporaryDirectory() as folder:
        for name in ("DATA", "STATE", "CONFIG"):
            os.environ[f"XDG_{name}_HOME"] = folder
        app = ConflictReader(Path(folder) / "examples.db", "Ada")
        async with app.run_test(size=(110, 30)) as pilot:
            while app.session is None:
                await pilot.pause(0.1)
            library = app.session.library
            importers.store(library, importers.parse(seeds.read_examples(), "x", "jsonl", {}))
            app.desk.show_list()
            with library.reading() as connection:
                ids = articles.ids(connection)
            app.desk.library.start_annotation(ids)
            for _ in range(900):
                await pilot.pause(0.1)
                with library.reading() as connection:
                    if not articles.never_annotated(connection):
                        break
            book = library.codebook()
            for number in ids:
                with library.reading() as connection:
                    found = candidates.of_article(connection, number)
                for c in found:
                    try:
                        work = partial(candidates.accept, book=book, candidate=c)
                        edits.apply(library, "i", c.title, work)
                    except RefusedError:
                        continue
            for name, size, pressed in CASE:
                await pilot.resize_terminal(*size)
                await still(app, pilot)
                for key in pressed:
                    await pilot.press(key)
                    await still(app, pilot)
                app.save_screenshot(f"{name}.svg", str(HERE))
            page = Path(folder) / "casefile.html"
            with library.reading() as connection:
                shapes.export(connection, book, "casefile", page, title="Case file: the examples")
            if chromium := shutil.which("chromium"):
                subprocess.run(
                    [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1000,1250",
                     f"--user-data-dir={folder}/profile", f"--screenshot={HERE / 'tour/casefile.png'}",
                     page.as_uri()],
                    check=True, capture_output=True,
                )  # fmt: skip


async def screenshots() -> None:
    """Make the images of the README and the tour from the running program."""
    from store import importers
    from store.records import Incoming
    from tui.app import ConflictReader

    (HERE / "tour").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("DATA", "STATE", "CONFIG"):
            os.environ[f"XDG_{name}_HOME"] = folder
        app = ConflictReader(Path(folder) / "library.db", "Ada")
        async with app.run_test(size=(132, 36)) as pilot:
            while app.session is None:
                await pilot.pause(0.1)
            item = Incoming(SECOND, source="Example Wire", date="2025-01-15")
            importers.store(app.session.library, [item])
            app.desk.show_list()
            app.desk.library.start_annotation([2])
            for _ in range(600):
                await pilot.pause(0.1)
                if app.desk.reader.spans.mentions and not app.desk.background:
                    break
            for name, size, pressed in TOUR:
                await pilot.resize_terminal(*size)
                await still(app, pilot)
                for key in pressed:
                    if key.startswith("f:"):
                        at = app.desk.reader.text.index(key[2:])
                        app.desk.reader.focus_mention(app.desk.reader.spans.at(at)[0])
                        await pilot.pause()
                        continue
                    await pilot.press(key)
                    await still(app, pilot)
                if name == "screenshot":
                    app.desk.say("")
                    await pilot.pause(0.3)
                app.save_screenshot(f"{name}.svg", str(HERE))


def main() -> int:
    """Write or check; return the exit code."""
    stale = []
    for name, text in (("keys.md", keys()), ("csv.md", columns())):
        path = HERE / name
        if "--check" in sys.argv:
            if not path.exists() or path.read_text("utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, "utf-8")
    if "--screenshot" in sys.argv:
        asyncio.run(screenshots())
        asyncio.run(case_file())
    for name in stale:
        print(f"docs/{name} is not current: run python docs/generate.py")
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
