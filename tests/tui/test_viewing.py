"""The look: two articles, widths, spacing, labels in the text, themes one can read."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.color import Color

from store import codebook, mentions
from store.records import Suggestion
from tests.tui.test_deciding import settle
from tests.tui.test_screens import path as path
from tests.tui.test_screens import running
from tui import config
from tui.reading.wrap import WrapMap, cells_with, offset_with
from tui.screens.help import Listing
from tui.theme import Palette, contrast_of
from tui.widgets.reader import region_of


def _contrast(style: object) -> float:
    colour, behind = style.color, style.bgcolor  # type: ignore[attr-defined]
    return contrast_of(Color.from_rich_color(colour), Color.from_rich_color(behind))


@pytest.mark.parametrize("name", config.themes())
def test_every_label_can_be_read_in_every_theme(name: str) -> None:
    theme, book = config.theme(name), codebook.default()
    background, foreground = (Color.parse(theme.colours[n]) for n in ("background", "foreground"))
    palette = Palette(
        book, background, foreground, True, labels=theme.labels, contrast=theme.contrast
    )
    for label in book.labels:
        for decided in (False, True):
            for focused in (False, True):
                style = palette.mention(label.id, decided=decided, focused=focused)
                assert _contrast(style) >= 4.5, (name, label.id, focused)
        assert _contrast(palette.letter(label.id)) >= 4.5, (name, label.id)
    for style in (
        palette.hit,
        palette.hit_now,
        palette.selected,
        palette.hint,
        palette.mark,
        palette.margin,
    ):
        assert _contrast(style) >= 4.5, name
    for colour in ("error", "success", "warning", "primary", "accent"):
        shade = Color.parse(theme.colours[colour])
        for behind in ("background", "surface"):
            assert contrast_of(shade, Color.parse(theme.colours[behind])) >= 4.5, (name, colour)


def test_nothing_depends_on_colour_alone() -> None:
    palette = Palette(codebook.default(), Color(0, 0, 0), Color(255, 255, 255), False)
    looks = {
        (s.bold, s.underline, s.reverse)
        for d in (False, True)
        for f in (False, True)
        for s in (palette.mention("GPE", decided=d, focused=f),)
    }
    assert len(looks) == 4
    letters = [label.letter for label in codebook.default().labels]
    assert len(set(letters)) == len(letters)


async def test_two_articles_with_what_both_name(path: Path) -> None:
    async with running(path, (160, 40)) as (app, pilot):
        assert app.session is not None
        run = [Suggestion(16, 21, "FORCE"), Suggestion(38, 46, "GPE")]
        text = "Second article\n\nHamas fired rockets at Ashkelon on Tuesday."
        assert text[16:21] == "Hamas"
        app.session.library.write(lambda c: mentions.replace_suggestions(c, 2, run, "fp", None))
        first = app.desk.reader.text
        at = first.index("Kyiv", first.index("Kyiv") + 4)
        again = [Suggestion(at, at + 4, "FORCE")]
        assert again
        await pilot.press("vertical_line")
        await settle(app, pilot)
        assert len(app.desk.sides) == 2 and app.desk.side == 1
        assert {side.open.article.id for side in app.desk.sides if side.open} == {1, 2}
        await pilot.press("w", "tab", "a")
        await settle(app, pilot)
        assert app.desk.side == 0 and app.desk.sides[0].open is not None
        await pilot.press("l")
        assert app.desk.side == 1
        app.desk.open_article(1)
        await settle(app, pilot)
        await pilot.press("tab", "x")  # the same article on both sides: shown in both
        await settle(app, pilot)
        assert [m.review_status for m in app.desk.sides[0].reader.spans.mentions].count(
            "rejected"
        ) == 1
        await pilot.press("vertical_line")
        await settle(app, pilot)
        assert len(app.desk.sides) == 1 and app.desk.open is not None


async def test_shared_names_and_incidents_are_marked_in_both(path: Path) -> None:
    async with running(path, (160, 40)) as (app, pilot):
        assert app.session is not None
        text = "Second article\n\nHamas fired rockets at Kyiv on Tuesday."
        from store import importers
        from store.records import Incoming

        importers.store(app.session.library, [Incoming(text.replace("Second", "Third"))])
        where = text.replace("Second", "Third").index("Kyiv")
        app.session.library.write(
            lambda c: mentions.replace_suggestions(
                c, 3, [Suggestion(where, where + 4, "GPE")], "fp", None
            )
        )
        await pilot.press("vertical_line")
        await settle(app, pilot)
        app.desk.open_article(3)
        await settle(app, pilot)
        one, other = (side.reader for side in app.desk.sides)
        assert len(one.shared) == 1 and len(other.shared) == 1
        rows = [other.render_line(y).text for y in range(8)]
        assert any(row.startswith("=") for row in rows)


async def test_labels_stand_in_the_text_and_the_mouse_still_finds_the_words(path: Path) -> None:
    async with running(path, (90, 30)) as (app, pilot):
        reader = app.desk.reader
        app.desk.use_view(config.changed(app.desk.view, labels=True, spacing=2, measure=60))
        await pilot.pause()
        shown = "\n".join(reader.render_line(y).text for y in range(28))
        assert "Kyiv[GPE]" in shown and "January 14[DATE]" in shown
        assert all(len(line.rstrip()) <= 90 for line in shown.split("\n"))
        m = next(m for m in reader.spans.mentions if m.quote == "Kyiv")
        region = region_of(reader, m.start)
        assert await pilot.click(reader, offset=(region.x + 1, region.y))
        assert reader.focused is not None and reader.focused.uid == m.uid
        await pilot.press("x")
        assert "Kyiv[GPE]" not in "\n".join(reader.render_line(y).text for y in range(28))


@pytest.mark.parametrize("spacing", [1, 2, 3])
async def test_a_page_down_passes_no_text(path: Path, spacing: int) -> None:
    async with running(path, (80, 24)) as (app, pilot):
        reader = app.desk.reader
        app.desk.use_view(config.changed(app.desk.view, spacing=spacing, measure=40))
        await pilot.pause()
        seen = reader.visible_range
        while seen[1] < len(reader.text):
            await pilot.press("space")
            await pilot.pause()
            now = reader.visible_range
            assert seen[0] < now[0] <= seen[1]
            seen = now


def test_rows_with_inserts_fit_and_cells_lead_back() -> None:
    text = "Alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu"
    inserts = [(5, 8), (16, 10), (30, 6), (len(text), 5)]
    wrap = WrapMap(text, 24, inserts)
    wrap.extend()
    for number in range(wrap.known):
        start, end = wrap.row(number)
        assert cells_with(text, start, end, inserts) <= 24
        for offset in range(start, end):
            cell = cells_with(text, start, offset, inserts)
            assert offset_with(text, start, end, cell, inserts) == offset


async def test_views_are_kept_and_focus_mode_hides_the_rest(path: Path) -> None:
    async with running(path, (120, 30)) as (app, pilot):
        await pilot.press("V", "s", "l", "minus", "escape")
        await pilot.press("z")
        await pilot.pause()
        assert not app.desk.library_list.display and not app.desk.status.display
        assert app.desk.reader.size.width == 120
        await pilot.press("z")
        await pilot.pause()
        assert app.desk.library_list.display
    kept = config.load_view()
    assert (kept.spacing, kept.labels, kept.measure) == (2, True, 88)
    async with running(path, (120, 30)) as (app, pilot):
        assert app.desk.reader.spacing == 2 and app.desk.reader.labels_shown
        app.desk.use_theme("high-contrast-light")
        await pilot.pause()
        await pilot.pause()
        assert app.desk.theme_name == "high-contrast-light"
        strip = app.desk.reader.render_lines(app.desk.reader.size.region)[2]
        colours = {s.style.color.name for s in strip if s.style and s.style.color}
        assert colours == {"#000000"}  # nothing is left of the old theme


async def test_codebook_statistics_marks_and_outline(path: Path) -> None:
    async with running(path, (120, 30)) as (app, pilot):
        await pilot.press("tab", "a", "x", "K")
        await pilot.pause()
        assert isinstance(app.screen, Listing)
        await pilot.press("q", "S")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, Listing)
        told = ["".join(t for t, _ in line) for line in screen._lines(76)]
        assert any("mentions reviewed: 2" in line for line in told)
        await pilot.press("q", "quotation_mark", *"a", "enter")
        await settle(app, pilot)
        place = app.desk.reader.place
        app.desk.open_article(2)
        await settle(app, pilot)
        await pilot.press("apostrophe", "a")
        await settle(app, pilot)
        assert app.desk.open is not None and app.desk.open.article.id == 1
        assert abs(app.desk.reader.place - place) < 40
        await pilot.press("grave_accent")
        assert app.desk.open.article.id == 2
        await pilot.press("tilde")
        assert app.desk.open.article.id == 1
        await pilot.press("apostrophe", "minus")
        await pilot.pause()
        await pilot.press("a")
        await settle(app, pilot)
        await pilot.press("apostrophe")
        assert "no mark is set" in app.desk.status.message
        await pilot.press("O", "down", "down", "down", "down", "enter")
        await pilot.pause()
        assert app.desk.reader.top_row > 0
