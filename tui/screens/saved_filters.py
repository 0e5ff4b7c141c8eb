"""Filters by name: of the list of articles, and of the incidents."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from store import filters
from tui.keymap import key_of
from tui.screens.choose import Choice, Chooser

if TYPE_CHECKING:
    from tui.app import ConflictReader


def choose(
    app: ConflictReader, of: filters.Kind, now: str, use: Callable[[str], object], key: str
) -> None:
    """Let the analyst use, save or delete a filter by its name. ``now`` is the line of the one in
    use, empty for none; ``use`` gets the line that is chosen; ``key`` is the action that narrows."""
    session = app.session
    assert session is not None
    with session.library.reading() as connection:
        saved = filters.saved(connection, of)
    choices = [
        Choice(f"use {n}", [(f"{n:<20} ", "strong"), (line, "faint")], f"use {n} {line}")
        for n, line in saved.items()
    ]
    if now:
        choices.append(Choice("save", [("save this one: ", "accent"), (now, "faint")], "save"))
    choices += [Choice(f"drop {n}", [(f"delete {n}", "warn")], f"delete {n}") for n in saved]
    if not choices:
        app.say(f"no filter is saved: narrow the list ({key_of(key)}), then save it here")
        return

    async def save(name: str | None) -> None:
        words = " ".join((name or "").split())
        if words:
            await session.write(lambda c: filters.save(c, words, now, of))
            app.say(f"saved as {words}: {key_of('saved_filters')} in the list uses it")

    async def chosen(value: str | None) -> None:
        if value == "save":
            app.ask("Save this filter as", "", save)
        elif value is not None:
            what, name = value.split(" ", 1)
            if what == "use":
                use(saved[name])
            else:
                await session.write(lambda c: filters.save(c, name, None, of))
                app.say(f"the filter {name} is deleted")

    app.push_screen(Chooser("Filters by name: use, save, delete", choices), chosen)
