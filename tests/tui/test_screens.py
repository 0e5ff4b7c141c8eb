"""The screens as an analyst drives them, without a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import TextArea

import seeds
from annotators import pipeline
from store import articles, examples, importers, incidents, mentions, notes
from store.library import Library
from store.records import Incoming, Suggestion
from tui.app import ConflictReader
from tui.reading.wrap import WrapMap
from tui.screens.ask import Ask
from tui.screens.choose import Chooser
from tui.screens.help import Help
from tui.screens.incident import IncidentScreen
from tui.session import Session
from tui.widgets.inputs import SafeInput
from tui.widgets.reader import region_of

OTHER = "Second article\n\nHamas fired rockets at Ashkelon on Tuesday."


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of two articles with three suggestions in the first; no worker runs."""
    path = tmp_path / "l.db"
    with Library.open(path) as library:
        importers.store(
            library, [*importers.parse(seeds.read(), "s.txt", "text", {}), Incoming(OTHER)]
        )
        text = seeds.read().decode()
        run = [
            Suggestion(text.index(q), text.index(q) + len(q), label, "model", "ner", label)
            for q, label in (("January 14", "DATE"), ("Kyiv", "GPE"), ("Boris Pistorius", "PERSON"))
        ]
        library.write(lambda c: mentions.replace_suggestions(c, 1, run, "fp", None))
        library.write(lambda c: c.execute("UPDATE article SET pipeline = 'fp'"))
        library.write(
            lambda c: c.execute("INSERT INTO setting (key, value) VALUES ('last_article', '1')")
        )

    async def fingerprint(self: Session) -> str:
        return "fp"

    monkeypatch.setattr(Session, "fingerprint", fingerprint)
    return path


@asynccontextmanager
async def running(
    path: Path, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[ConflictReader, Pilot[int]]]:
    app = ConflictReader(path)
    async with app.run_test(size=size) as pilot:
        for _ in range(100):
            await pilot.pause()
            if app._desk is not None and app.session is not None:
                break
        await pilot.pause()
        yield app, pilot


def marks(app: ConflictReader, article: int = 1) -> list[tuple[str, str, str]]:
    assert app.session is not None
    if app.session.library.mode == "write":
        app.session.library.write(
            lambda c: None
        )  # what was painted is stored when this has its turn
    with app.session.library.reading() as connection:
        found = mentions.of_article(connection, article, rejected=True)
    return [(m.quote, m.label, m.review_status) for m in found]


async def test_review_by_single_keys(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("tab", "a", "x", "6")
        assert marks(app) == [
            ("January 14", "DATE", "accepted"),
            ("Kyiv", "GPE", "rejected"),
            ("Boris Pistorius", "FORCE", "corrected"),
        ]
        assert "all reviewed" in app.desk.status.message
        await pilot.press("u", "u", "u")
        assert {status for _, _, status in marks(app)} == {"suggested"}
        await pilot.press("U", "U", "U", "U")
        assert marks(app)[1][2] == "rejected" and "nothing to redo" in app.desk.status.message


async def test_a_label_by_its_letter_and_again(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("tab", "tab", "t", "l", "full_stop")
        assert marks(app)[1:] == [
            ("Kyiv", "LOC", "corrected"),
            ("Boris Pistorius", "LOC", "corrected"),
        ]


async def test_all_on_screen_is_one_step(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("A", "s")
        assert {status for _, _, status in marks(app)} == {"accepted"}
        await pilot.press("u")
        assert {status for _, _, status in marks(app)} == {"suggested"}


async def test_marking_by_words_trims_and_edges_move(path: Path) -> None:
    async with running(path) as (app, pilot):
        app.desk.reader.find(["oil refineries"])
        app.desk.reader.step_hit(True)
        await pilot.press("v", "v", "w", "5")  # “oil refineries,” with its comma left out
        assert ("oil refineries", "FACILITY", "added") in marks(app)
        await pilot.press("e", "H", "enter")
        assert ("plants, oil refineries", "FACILITY", "added") in marks(app)
        await pilot.press("u", "u")
        assert len(marks(app)) == 3


async def test_a_note_keeps_the_text_in_view_and_a_draft_is_not_lost(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("tab", "m", *"seen", "escape")
        await pilot.press("m")
        await pilot.pause()
        assert app.screen.query_one(TextArea).text == "seen"
        await pilot.press(*" it", "enter")
        await pilot.pause()
        assert app.session is not None
        with app.session.library.reading() as connection:
            assert [n.body for n in notes.of_article(connection, 1)] == ["seen it"]
        await pilot.press("u")
        with app.session.library.reading() as connection:
            assert notes.of_article(connection, 1) == []


async def test_incident_report_link_and_the_way_back(path: Path) -> None:
    async with running(path) as (app, pilot):
        assert app.session is not None
        await pilot.press("tab", "i")
        await pilot.pause()
        assert isinstance(app.screen, IncidentScreen)
        await pilot.press("q", "right_square_bracket")
        await pilot.pause()
        assert app.desk.open is None or app.desk.open.article.id in (1, 2)
        await pilot.press("h", "g", "enter")
        app.desk.open_article(2)
        app.desk.show_pane("reader")
        await pilot.press("v", "v", "w", "R")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        with app.session.library.reading() as connection:
            (incident,) = incidents.all_incidents(connection)
            assert incident.n_reports == 2
        await pilot.press("q", "v", "v", "i")
        await pilot.pause()
        await pilot.press("L")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press(*"follows", "enter")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        with app.session.library.reading() as connection:
            (link,) = incidents.links_of(connection, incident.id)
        assert (link.relation, link.to_id) == ("follows", incident.id)
        screen = app.screen
        assert isinstance(screen, IncidentScreen)
        await pilot.press("l", "G", "enter")  # the link: to the other incident
        assert screen.incident_id == incident.id
        await pilot.press("grave_accent")
        assert screen.incident_id != incident.id
        await pilot.press("g", "enter")  # the report: to its sentence
        await pilot.pause()
        assert app.screen_stack[-1] is app.desk and app.desk.open is not None
        assert app.desk.open.article.id == 2


async def test_a_field_that_does_not_fit_is_refused_in_one_line(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("tab", "i")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, IncidentScreen)
        screen._edit("killed_best")
        await pilot.pause()
        await pilot.press(*"many", "enter")
        await pilot.pause()
        assert isinstance(app.screen, Ask)
        assert "not a whole number" in str(app.screen._below.content)
        await pilot.press("ctrl+u", "3", "enter")
        await pilot.pause()
        await pilot.pause()
        assert screen.incident is not None and screen.incident.values["killed_best"] == 3


async def test_undo_in_another_article_goes_there(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("tab", "a")
        app.desk.open_article(2)
        await pilot.press("u")
        assert app.desk.open is not None and app.desk.open.article.id == 1
        assert "in another article" in app.desk.status.message
        await pilot.press("grave_accent")
        assert app.desk.open is not None and app.desk.open.article.id == 2


async def test_a_decision_is_told_also_where_nothing_is_left_to_review(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("A", "a")
        await pilot.pause(0.2)
        await pilot.press("tab", "4")
        assert "DATE → LOC · all reviewed" in app.desk.status.message
        await pilot.press("tab", "x")
        assert "reject “" in app.desk.status.message


async def test_quitting_by_one_key_too_many_on_the_way_back_is_asked_about(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("q", "W", "escape", "q")
        assert app.is_running and app._exit is False
        await pilot.press("I", "escape", "q")
        assert "q again quits" in app.desk.status.message
        await pilot.press("q")
        await pilot.pause()
        assert app._exit


async def test_search_filter_and_metadata(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("backslash")
        await pilot.pause()
        await pilot.press(*"ashkelon", "enter")
        await pilot.pause()
        assert list(app.desk.library_list.ids) == [2]
        await pilot.press("escape")
        assert app.desk.library_list.count == 2
        await pilot.press("f", "s")
        await pilot.pause()
        await pilot.press("d")
        await pilot.pause()
        assert app.desk.library_list.count == 0
        await pilot.press("escape")
        app.desk.open_article(1)
        await pilot.press("E")
        await pilot.pause()
        box = list(app.screen.query(SafeInput))[4]
        box.value = "yesterday-ish"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert app.screen is not app.desk  # the form stays open with what is wrong
        box.value = "2025-01-15"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert app.session is not None
        with app.session.library.reading() as connection:
            article = articles.get(connection, 1)
        assert article is not None and article.published == "2025-01-15"
        assert article.title.startswith("Ukraine Escalates")


async def test_delete_and_undo(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("h", "d")
        assert app.desk.library_list.count == 1
        await pilot.press("u")
        assert app.desk.library_list.count == 2


async def test_an_unknown_key_says_so_and_help_and_palette_are_there(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("dollar_sign")
        assert "$ does nothing here" in app.desk.status.message
        await pilot.press("question_mark")
        assert isinstance(app.screen, Help)
        await pilot.press("z")
        await pilot.press("colon", *"accept the m", "enter")
        await pilot.pause()
        assert "this is the next one to review" in app.desk.status.message


async def test_an_article_left_before_it_was_painted_is_open_all_the_same(path: Path) -> None:
    from textual import events

    async with running(path, (80, 24)) as (app, pilot):
        was = app.desk.open
        for key in ("[", "q"):  # on to the next one and back to the list, in one burst
            app.post_message(events.Key(key, key))
        await pilot.pause(0.3)
        assert app.desk.open is not None and app.desk.open is not was
        assert not app.desk._painting and not app.desk.reader._after_paint


async def test_help_closed_before_it_was_laid_out_does_no_harm(path: Path) -> None:
    async with running(path) as (app, pilot):
        help_screen = Help("reader")
        await app.push_screen(help_screen)
        await app.pop_screen()
        help_screen._fit()  # Textual may call what waits for a repaint after the screen is gone
        await pilot.press("j")
        assert app.screen is app.desk


async def test_the_mouse_clicks_drags_and_rolls(path: Path) -> None:
    async with running(path) as (app, pilot):
        reader = app.desk.reader
        kyiv = reader.spans.mentions[1]
        where = region_of(reader, kyiv.start)
        await pilot.click(reader, offset=(where.x + 1, where.y))
        assert reader.focused is not None and reader.focused.quote == "Kyiv"
        text = reader.text
        first, last = text.index("oil refineries"), text.index("warehouses")
        a, b = region_of(reader, first), region_of(reader, last)
        await pilot.mouse_down(reader, offset=(a.x, a.y))
        from textual import events

        reader.on_mouse_move(events.MouseMove(reader, b.x, b.y, 0, 0, 1, False, False, False))
        await pilot.mouse_up(reader, offset=(b.x, b.y))
        assert reader.mode == "select" and reader.selection is not None
        assert (
            text[reader.selection.start : reader.selection.end] == "oil refineries, and warehouses"
        )
        reader.leave_mode()
        reader.scroll_rows(3)
        assert reader.scroll_offset.y == 3 or reader.virtual_size.height <= reader.size.height


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50), (40, 12)])
async def test_every_size_shows_text_and_wraps_again(path: Path, size: tuple[int, int]) -> None:
    async with running(path, size) as (app, pilot):
        reader = app.desk.reader
        assert reader.display and reader.size.width > 20
        assert (not app.desk.library_list.display) == (size[0] < 110)
        wrap = WrapMap(reader.text, reader._wrap.width)
        wrap.extend()
        assert max(wrap.row(n)[1] - wrap.row(n)[0] for n in range(wrap.known)) <= reader.size.width
        if size[0] < 110:
            await pilot.press("h")
            assert app.desk.library_list.display and not reader.display
            await pilot.press("l", "l")
            assert app.desk.inspector.display


async def test_a_held_library_opens_for_reading_and_refuses_edits_in_words(path: Path) -> None:
    with Library.open(path, who="another"):
        async with running(path) as (app, pilot):
            assert app.session is not None and app.session.library.mode == "read"
            await pilot.press("tab", "a")
            assert "edits are refused" in app.desk.status.message and app.desk.status.bad
            assert app.desk.reader.spans.mentions[0].review_status == "suggested"  # taken back
            assert {s for _, _, s in marks(app)} == {"suggested"}


async def test_an_edit_that_cannot_be_stored_is_taken_back_on_screen(path: Path) -> None:
    async with running(path) as (app, pilot):
        assert app.session is not None
        library = app.session.library
        pages = library.write(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
        library.write(lambda c: c.execute(f"PRAGMA max_page_count = {pages}").fetchone())
        library.write(lambda c: c.execute("PRAGMA wal_autocheckpoint = 0").fetchone())
        text = "x" * 60_000
        await pilot.press("tab", "m")
        await pilot.pause()
        app.screen.query_one(TextArea).text = text
        await pilot.press("enter")
        await asyncio.sleep(0.2)
        await pilot.pause()
        assert "disk is full" in app.desk.status.message
        assert list(app.session.drafts.values()) == [text]  # what was written is kept


async def test_another_library_is_made_and_opened(path: Path, tmp_path: Path) -> None:
    async with running(path) as (app, pilot):
        await app.switch_library(tmp_path / "second" / "case.db")
        await pilot.pause()
        assert app.desk.library_list.count == 0 and app.desk.open is None
        assert app.session is not None and app.session.library.path.name == "case.db"
        await pilot.press("p")
        await pilot.pause()
        app.screen.query_one(TextArea).text = "A pasted text.\nOf two lines."
        await pilot.press("escape")  # by mistake: it is there again
        await pilot.pause()
        assert "the draft is kept" in app.desk.status.message
        await pilot.press("p")
        await pilot.pause()
        await pilot.press("ctrl+s")
        await asyncio.sleep(0.3)
        await pilot.pause()
        assert app.desk.library_list.count == 1


@pytest.mark.parametrize(
    "keys",
    [("t", "p", "p"), ("question_mark", "q", "q"), ("X", "e", "escape", "escape"), ("E", "ctrl+s", "ctrl+s"),
     ("tab", "m", "x", "enter", "enter"), ("I", "q", "q", "q"), ("colon", "escape", "escape")],
)  # fmt: skip
async def test_keys_that_come_in_one_burst_close_one_screen(
    path: Path, keys: tuple[str, ...]
) -> None:
    """A dialog that is closed twice would take the screen below away."""
    from textual import events

    async with running(path) as (app, pilot):
        await pilot.press("tab")
        for key in keys[:-1]:
            await pilot.press(key)
        for key in (keys[-2], keys[-1]):  # both before the app can take the first screen away
            char = key if len(key) == 1 else None
            app.post_message(events.Key(key, char))
        await pilot.pause(0.2)
        assert app.desk in app.screen_stack
        assert app.session is not None


async def test_back_returns_to_the_incident_that_one_came_from(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("tab", "i")
        await pilot.pause()
        await pilot.press("l", "enter")
        await pilot.pause()
        assert app.screen_stack[-1] is app.desk
        await pilot.press("grave_accent")
        await pilot.pause()
        assert isinstance(app.screen, IncidentScreen)


async def test_an_incidents_note_is_there_at_once_and_said(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("tab", "i")
        await pilot.pause()
        await pilot.press("m", *"why", "enter")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, IncidentScreen)
        assert "saved" in screen.status.message
        assert any("✎ why" in line[0][0] for line in screen.fields._rows)


async def test_undo_puts_the_focus_back(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("tab", "x")
        assert app.desk.reader.focused is not None and app.desk.reader.focused.quote == "Kyiv"
        await pilot.press("u")
        assert app.desk.reader.focused.quote == "January 14"
        assert app.desk.reader.spans.reviewed == (0, 3)
        await pilot.press("x")
        assert app.desk.reader.spans.reviewed == (1, 3)


async def test_a_key_of_the_article_pressed_in_the_list_says_where_it_works(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("h", "a")
        assert "works in the article" in app.desk.status.message


async def test_what_is_typed_before_a_question_is_there_is_not_lost(path: Path) -> None:
    from textual import events

    async with running(path) as (app, pilot):
        for key in "/Kyiv":
            app.post_message(events.Key("slash" if key == "/" else key, key))
        for _ in range(60):
            await pilot.pause(0.05)
            if app.screen.query(SafeInput) and app.screen.query_one(SafeInput).value:
                break
        await pilot.pause(0.1)
        assert app.screen.query_one(SafeInput).value == "Kyiv"


async def test_a_report_in_a_library_that_is_held_is_refused_in_words(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("tab", "i")
        await pilot.pause()
    with Library.open(path, who="another"):
        async with running(path) as (app, pilot):
            await pilot.press("tab", "R")
            await pilot.pause()
            await pilot.press("enter")
            await pilot.pause()
            assert "edits are refused" in app.desk.status.message


async def test_the_library_that_is_open_is_not_opened_again(path: Path) -> None:
    async with running(path) as (app, _):
        await app.switch_library(path)
        assert app.session is not None and app.session.library.mode == "write"
        assert "open already" in app.desk.status.message


async def test_a_home_folder_that_is_not_there_is_a_name(path: Path) -> None:
    async with running(path) as (app, pilot):
        await pilot.press("+")
        await pilot.pause()
        app.screen.query_one(SafeInput).value = "~nosuchuser/x.txt"
        await pilot.press("enter")
        await asyncio.sleep(0.3)
        await pilot.pause()
        assert "no such file" in app.desk.status.message


async def test_a_long_article_is_all_there_after_its_beginning_was_painted(tmp_path: Path) -> None:
    path = tmp_path / "long.db"
    body = "Begin. " + "Дрон struck a depot. " * 30_000 + "The last word."
    with Library.open(path) as library:
        importers.store(library, [Incoming(body, title="Long")])
        run = [Suggestion(7 + 21 * n, 11 + 21 * n, "WEAPON") for n in range(0, 30_000, 5)]
        library.write(
            lambda c: mentions.replace_suggestions(c, 1, run, pipeline.fingerprint(), None)
        )
    async with running(path) as (app, pilot):
        for key in ("h", "enter"):
            await pilot.press(key)
        await pilot.pause(0.3)
        assert app.desk.open is not None and app.desk.open.text == body == app.desk.reader.text
        assert len(app.desk.reader.spans) == 6000 and not app.desk.partly
        app.desk.open_article(1, offset=0)
        assert app.desk.partly and len(app.desk.reader.text) < len(body)
        app.desk.post_message(events.Key("G", "G"))  # before the rest is read: it is read first
        await pilot.pause(0.3)
        assert app.desk.reader.visible_range[1] >= len(body) - 5
        last = app.desk.reader.render_line(app.desk.reader.size.height - 1).text
        assert "last word" in last


async def test_an_article_that_is_annotated_before_it_is_painted_is_shown_whole(path: Path) -> None:
    """What stands beside the text follows it, also where its marks came between the two."""
    async with running(path) as (app, pilot):
        app.desk.open_article(2)
        app.desk.annotated(2, None)  # a short text is annotated before it is drawn
        await pilot.pause(0.3)
        lines = [strip.text for strip in app.screen._compositor.render_strips()]
        assert "Second article" in lines[-2]  # the status line


async def test_examples_are_taken_out_when_it_was_said_and_come_back_as_they_were(
    tmp_path: Path,
) -> None:
    path = tmp_path / "l.db"
    with Library.open(path) as library:
        items = list(importers.parse(seeds.read_examples(), seeds.EXAMPLES, "jsonl", {}))
        importers.store(library, [*importers.parse(seeds.read(), "s.txt", "text", {}), *items])

    async with running(path) as (app, pilot):
        assert app.session is not None

        def there() -> int:
            assert app.session is not None
            with app.session.library.reading() as connection:
                return len(examples.present(connection))

        app.desk.show_pane("library")
        await pilot.press("e")
        await pilot.pause()
        assert isinstance(app.screen, Chooser)  # one key alone takes no work away
        await pilot.press("l")
        await pilot.pause()
        assert there() == len(items)
        await pilot.press("e")
        await pilot.pause()
        await pilot.press("o")
        await pilot.pause(0.3)
        assert there() == 0 and list(app.desk.library_list.ids) == [1]
        await pilot.press("e")
        await pilot.pause(0.3)
        assert there() == len(items)
        await pilot.press("u")  # nothing is there to be undone that would add them again
        await pilot.pause(0.3)
        assert there() == len(items)
