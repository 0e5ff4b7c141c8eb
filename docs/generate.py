"""Write what the documentation takes from the program: the keys and the CSV columns.

``python docs/generate.py`` writes them, ``--check`` says whether they are current,
``--screenshot`` also makes docs/screenshot.svg from the running app on the bundled article.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

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
    for table in TABLES:
        lines += ["", f"## {table.name}.csv", "", table.about, "", "| column | type | holds |"]
        lines.append("|---|---|---|")
        lines += [f"| {c.name} | {c.type} | {c.about} |" for c in table.columns]
    return "\n".join(lines) + "\n"


async def screenshot() -> None:
    """Make docs/screenshot.svg: the bundled article, annotated, some of it reviewed."""
    from tui.app import ConflictReader

    with tempfile.TemporaryDirectory() as folder:
        app = ConflictReader(Path(folder) / "library.db", "Ada")
        async with app.run_test(size=(132, 36)) as pilot:
            for _ in range(300):
                await pilot.pause(0.1)
                if app.session is not None and app.desk.reader.spans.mentions:
                    break
            for key in ("tab", "a", "a", "a", "a", "x", "a", "a", "a"):
                await pilot.press(key)
            app.desk.say("")
            await pilot.pause(0.3)
            app.save_screenshot("screenshot.svg", str(HERE))


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
        asyncio.run(screenshot())
    for name in stale:
        print(f"docs/{name} is not current: run python docs/generate.py")
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
