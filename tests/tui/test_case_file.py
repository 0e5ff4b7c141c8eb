"""The screens of the case file: the queue of suggested links, the views of all incidents, merging
and splitting in an incident. Driven by keys, checked in the library."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from store import articles, edits, incidents, merging, sources
from store.incidents import BY_NAME, NewClaim
from store.library import Library
from store.records import Incident, Incoming
from tests.tui.test_snapshots import HERE, _shown
from tui.app import ConflictReader
from tui.screens import incident_ties
from tui.screens.ask import Ask
from tui.screens.form import Form
from tui.screens.incident import IncidentScreen
from tui.screens.incident_list import IncidentList
from tui.screens.map import Map
from tui.screens.network import Network
from tui.screens.pairs import Pairs
from tui.screens.sources import SourceList
from tui.screens.timeline import Timeline

TOLD = (
    ("Drones set the Kristall oil depot in Engels on fire on 14 January, killing two firefighters.", "2025-01-14", "Daily"),
    ("A fire rages at the Kristall oil depot in Engels after drones hit it on 14 January; two firefighters died.", "2025-01-15", "Post"),
    ("Drones hit the Kristall oil depot in Engels on 8 January; nobody was hurt.", "2025-01-08", "Daily"),
    ("The minister spoke with farmers about wheat prices in Poltava.", "2025-01-10", "Herald"),
)  # fmt: skip
FIELDS = (
    {"type": "attack.drone_strike", "date_start": "2025-01-14", "killed_best": "2", "targets": "Kristall oil depot"},
    {"type": "attack.drone_strike", "date_start": "2025-01-14", "killed_best": "3", "targets": "Kristall oil depot"},
    {"type": "attack.drone_strike", "date_start": "2025-01-08", "targets": "Kristall oil depot"},
    {"type": "diplomacy.visit", "date_start": "2025-01-10"},
)  # fmt: skip
PLACE = {"place_name": "Engels", "country": "RUS", "lat": "51.48", "lon": "46.11",
         "place_precision": "1 site or town", "date_precision": "1 day"}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A library with four articles and an incident of each."""
    path = tmp_path / "case.db"
    with Library.open(path) as library:
        library.set_analyst("ana")
        for number, ((text, date, source), told) in enumerate(zip(TOLD, FIELDS, strict=True), 1):
            item = articles.prepare(Incoming(text, title=text[:40], date=date, source=source))
            library.write(lambda c, item=item: articles.store(c, item))  # type: ignore[misc]
            place = PLACE if number < 4 else {}
            claims = [NewClaim(name, value) for name, value in {**told, **place}.items()]
            edits.apply(
                library, "i", "i",
                lambda e, n=number, t=text, c=claims: incidents.create(e, n, (0, 6, t[:6]), f"Incident {n}", c),  # type: ignore[misc]
            )  # fmt: skip
    return path


def known(app: ConflictReader) -> list[Incident]:
    assert app.session is not None
    with app.session.library.reading() as connection:
        return incidents.all_incidents(connection)


async def opened(app: ConflictReader, pilot: Pilot[int], *keys: str) -> None:
    for _ in range(100):
        await pilot.pause(0.02)
        if app._desk is not None and app.session is not None and app.screen is app.desk:
            break
    await pilot.press(*keys)
    await settle(app, pilot)


async def first_incident(app: ConflictReader, pilot: Pilot[int]) -> IncidentScreen:
    """Show the incident that the list has last."""
    await pilot.pause()
    screen = IncidentScreen(known(app)[-1].id)
    app.push_screen(screen)
    await pilot.pause()
    return screen


async def settle(app: ConflictReader, pilot: Pilot[int]) -> None:
    for _ in range(10):
        await pilot.pause(0.02)
    await app.workers.wait_for_complete()
    await pilot.pause(0.02)


def pair(app: ConflictReader) -> tuple[int, int, str]:
    assert isinstance(app.screen, Pairs) and app.screen._pair is not None
    a, b, proposal = app.screen._pair
    return min(a, b), max(a, b), proposal.relation


async def test_the_queue_merges_links_refuses_and_never_asks_again(path: Path) -> None:
    app = ConflictReader(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot, "I", "s")
        assert pair(app) == (1, 2, "same_event")
        await pilot.press("a")
        await settle(app, pilot)
        merged = [i.n_reports for i in known(app)]
        assert sorted(merged) == [1, 1, 2]
        _, _, relation = pair(app)
        assert relation == "repeat_target"
        await pilot.press("x")
        await settle(app, pilot)
        assert isinstance(app.screen, Pairs) and app.screen._pair is None
        await pilot.press("u")  # comes back to what was undone
        await settle(app, pilot)
        assert pair(app)[2] == "repeat_target"
        await pilot.press("x")
        await settle(app, pilot)
    again = ConflictReader(path)
    async with again.run_test(size=(120, 40)) as pilot:
        await opened(again, pilot, "I", "s")
        assert isinstance(again.screen, Pairs) and again.screen._pair is None


async def test_undo_and_redo_show_the_pair_that_they_are_about(path: Path) -> None:
    app = ConflictReader(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot, "I", "s")
        first = pair(app)
        await pilot.press("p")
        await settle(app, pilot)
        second = pair(app)
        await pilot.press("x")
        await settle(app, pilot)
        for _ in range(2):
            await pilot.press("u")
            await settle(app, pilot)
            assert pair(app) == second
            await pilot.press("U")
            await settle(app, pilot)
            assert isinstance(app.screen, Pairs) and len(app.screen._decided) == 2
        for shown in (second, first):
            await pilot.press("u")
            await settle(app, pilot)
            assert pair(app) == shown
        assert all(i.n_links == 0 for i in known(app))
        await pilot.press("U")
        await settle(app, pilot)
        assert pair(app) == second


async def test_a_pair_can_be_skipped_doubted_or_related(path: Path) -> None:
    app = ConflictReader(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, "I", "s")
        first = pair(app)
        await pilot.press("n")
        await settle(app, pilot)
        assert pair(app) != first
        await pilot.press("r")
        await pilot.pause(0.05)
        await pilot.press(*"follows", "enter")
        await settle(app, pilot)
        await pilot.press("q")
        await settle(app, pilot)
        await pilot.press("s")
        await settle(app, pilot)
        await pilot.press("p")
        await settle(app, pilot)
        assert app.session is not None
        with app.session.library.reading() as connection:
            relations = {
                x.relation for i in known(app) for x in incidents.links_of(connection, i.id)
            }
        assert relations == {"follows", merging.DOUBT}


async def test_list_timeline_and_map_show_the_same_and_keep_what_is_chosen(path: Path) -> None:
    app = ConflictReader(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot, "I", "j")
        assert isinstance(app.screen, IncidentList)
        chosen = app.screen.chosen_id
        await pilot.press("t")
        await settle(app, pilot)
        assert isinstance(app.screen, Timeline) and app.screen.chosen_id == chosen
        shown = "\n".join("".join(p for p, _ in line) for line in app.screen.rows.lines)
        assert "Engels" in shown and "2025-01" in shown
        await pilot.press("v", "+", "-", "0", "l", "h", "m")
        await settle(app, pilot)
        assert isinstance(app.screen, Map)
        shown = "\n".join("".join(p for p, _ in line) for line in app.screen.rows.lines)
        assert "3 Engels" in shown.replace("  ", " ") or "3" in shown
        before = app.screen._view
        await pilot.press("+", "h", "k", "tab")
        assert app.screen._view != before
        await pilot.press("f")
        await pilot.pause(0.05)
        await pilot.press(*"date:2025-01-08", "enter")
        await settle(app, pilot)
        assert app.screen.chosen_id == 3
        await pilot.press("enter")
        await settle(app, pilot)
        assert isinstance(app.screen, IncidentScreen) and app.screen.incident_id == 3
        await pilot.press("q", "q")
        await settle(app, pilot)
        assert isinstance(app.screen, IncidentList) and app.screen.rows.count == 1
        await pilot.press("F")
        assert app.screen.rows.count == 4


async def test_a_filter_that_is_not_understood_says_what_there_is(path: Path) -> None:
    app = ConflictReader(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, "I", "f")
        await pilot.press(*"colour:red", "enter")
        await settle(app, pilot)
        assert isinstance(app.screen, Ask) and "is no filter" in str(app.screen._below.content)
        await pilot.press("escape", "f", *"-engels", "enter")
        await settle(app, pilot)
        assert isinstance(app.screen, IncidentList)
        left = app.screen.rows.count
        assert left == 1
        await pilot.press("v")
        await pilot.pause(0.05)
        await pilot.press("enter")
        await pilot.pause(0.05)
        await pilot.press(*"elsewhere", "enter")
        await settle(app, pilot)
        await pilot.press("F")
        await settle(app, pilot)
        assert app.screen.rows.count == 4
        await pilot.press("v")
        await pilot.pause(0.05)
        await pilot.press("enter")
        await settle(app, pilot)
        assert app.screen.rows.count == left


async def test_an_incident_merges_un_merges_splits_and_tells_its_history(path: Path) -> None:
    app = ConflictReader(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot, "I", "enter")
        screen = app.screen
        assert isinstance(screen, IncidentScreen)
        first = screen.incident_id
        await pilot.press("=")
        await settle(app, pilot)
        await pilot.press("enter")
        await pilot.pause(0.05)
        form = app.screen
        assert isinstance(form, Form) and "killed, best: 3 stays, not 2" in form._about
        await pilot.press(*"same night", "enter")
        await settle(app, pilot)
        assert screen.incident is not None and screen.incident.n_reports == 2
        fields = "\n".join("".join(p for p, _ in line) for line in screen.fields._rows)
        assert "≠" in fields
        # another account is taken where it stands beside the field
        row, account = next(iter(screen._accounts.items()))
        screen.fields.choose(row)
        await pilot.press("c")
        await settle(app, pilot)
        told = incidents.show_value(BY_NAME[account.field], screen.incident.values[account.field])
        assert account.value in told
        assert BY_NAME[account.field].title in screen.status.message
        await pilot.press("u")
        await settle(app, pilot)
        # split off the second report
        await pilot.press("l")
        reports = [n for n, row in enumerate(screen._evidence_rows) if row.report and not row.claim]
        screen.evidence.choose(reports[1])
        await pilot.press("v", "S")
        await pilot.pause(0.05)
        await pilot.press(*" B", "enter")
        await settle(app, pilot)
        assert screen.incident_id != first and screen.incident.title.endswith("B")
        await pilot.press("u")
        await settle(app, pilot)
        assert isinstance(app.screen, IncidentList) or screen.incident_id == first
        app.push_screen(IncidentScreen(first))
        await settle(app, pilot)
        screen = app.screen
        assert isinstance(screen, IncidentScreen)
        await pilot.press("H")
        await settle(app, pilot)
        assert "History" in str(app.screen.query_one("Vertical").border_title)
        await pilot.press("escape", "l")
        await settle(app, pilot)
        merge = next(n for n, row in enumerate(screen._evidence_rows) if row.merge)
        screen.evidence.choose(merge)
        await pilot.press("d")
        await settle(app, pilot)
        assert [i.n_reports for i in known(app)] == [1, 1, 1, 1]


async def test_a_link_takes_the_place_of_another_and_what_contradicts_is_said(path: Path) -> None:
    app = ConflictReader(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot, "I", "enter")
        screen = app.screen
        assert isinstance(screen, IncidentScreen)

        async def link(relation: str, *then: str) -> list[str]:
            await pilot.press("L")
            await settle(app, pilot)
            await pilot.press("enter")
            await pilot.pause(0.05)
            await pilot.press(*relation, "enter")
            await pilot.pause(0.05)
            await pilot.press(*then)
            await pilot.pause(0.05)
            await pilot.press("enter")
            await settle(app, pilot)
            with app.desk.session.library.reading() as connection:
                links = incidents.links_of(connection, screen.incident_id)
            return sorted(incident_ties.relation_of(screen, x) for x in links)

        assert await link("follows") == ["follows"]
        assert await link("precedes", "i") == ["precedes"]
        await pilot.press("u")
        await settle(app, pilot)
        assert await link("precedes", "b") == ["follows", "precedes"]
        assert "linked, but now: goes round in a circle" in screen.status.message
        await pilot.press("L")
        await settle(app, pilot)
        await pilot.press("enter")
        await pilot.pause(0.05)
        await pilot.press(*"same_event", "enter")
        await pilot.pause(0.05)
        assert isinstance(app.screen, Form) and "Merge" in app.screen._title


async def test_linked_incidents_are_a_tree_and_sources_are_graded(path: Path) -> None:
    with Library.open(path) as library:
        book = library.codebook()
        edits.apply(library, "l", "l", lambda e: incidents.link(e, book, 2, 1, "part_of"))
        edits.apply(library, "l", "l", lambda e: incidents.link(e, book, 3, 1, "repeat_target"))
    app = ConflictReader(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot, "I", "n")
        assert isinstance(app.screen, Network)
        shown = ["".join(p for p, _ in line) for line in app.screen.rows._rows]
        tree = "\n".join(shown)
        assert "Incident 1" in tree and ("part of" in tree or "has part" in tree)
        await pilot.press("q", "S")
        await settle(app, pilot)
        assert isinstance(app.screen, SourceList)
        await pilot.press("enter")
        await pilot.pause(0.05)
        await pilot.press("b")
        await settle(app, pilot)
        assert app.session is not None
        with app.session.library.reading() as connection:
            graded = {s.name: s.reliability for s in sources.all_sources(connection)}
        assert graded["Daily"] == "B usually reliable"


async def test_a_place_that_is_typed_brings_its_own_coordinates(path: Path) -> None:
    app = ConflictReader(path)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await first_incident(app, pilot)
        for typed, expected in (("Kazan", (55.79, 49.12)), ("Nowhere-upon-Sea", (None, None))):
            screen._edit("place_name")
            await pilot.pause()
            await pilot.press("ctrl+u", *typed, "enter")
            await pilot.pause(0.3)
            now = next(i for i in known(app) if i.id == screen.incident_id).values
            assert now["place_name"] == typed
            got = now["lat"], now["lon"]
            assert [None if x is None else round(float(x), 2) for x in got] == list(expected)


async def test_what_does_not_fit_a_field_stays_to_be_put_right(path: Path) -> None:
    app = ConflictReader(path)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await first_incident(app, pilot)
        for name, wrong, right in (("date_start", "tuesday", "2025-01-12"), ("lat", "x", "50.5")):
            screen._edit(name)
            await pilot.pause()
            await pilot.press("ctrl+u", *wrong, "enter")
            await pilot.pause()
            assert app.screen is not screen  # what is typed next is no command
            await pilot.press("ctrl+u", *right, "enter")
            await pilot.pause(0.3)
            now = next(i for i in known(app) if i.id == screen.incident_id).values
            assert app.screen is screen and str(now[name]) == right


SHOWN = (
    ("list", ()), ("timeline", ("t",)), ("map", ("m",)), ("network", ("n",)), ("pairs", ("s",)),
    ("sources", ("S",)), ("incident", ("enter",)), ("evidence", ("enter", "l")),
)  # fmt: skip
"""Screens of the case file, and the keys that lead there from the list."""


@pytest.mark.parametrize(
    "size",
    [(80, 24), *(pytest.param(s, marks=pytest.mark.slow) for s in ((120, 40), (200, 50)))],
    ids=lambda s: f"{s[0]}x{s[1]}",
)
async def test_the_screens_of_the_case_file_look_as_they_did(
    path: Path, size: tuple[int, int], pytestconfig: pytest.Config
) -> None:
    with Library.open(path) as library:
        book = library.codebook()
        edits.apply(library, "l", "l", lambda e: incidents.link(e, book, 3, 1, "repeat_target"))
    app = ConflictReader(path)
    wrong = []
    async with app.run_test(size=size) as pilot:
        await opened(app, pilot, "I")
        for name, keys in SHOWN:
            for key in keys:
                await pilot.press(key)
                await settle(app, pilot)
            file = HERE / f"case-{name}-{size[0]}x{size[1]}.txt"
            shown = _shown(app)
            if pytestconfig.getoption("--update-snapshots"):
                file.write_text(shown, "utf-8")
            if shown != file.read_text("utf-8"):
                wrong.append(name)
            while not isinstance(app.screen, IncidentList):
                await pilot.press("q")
                await settle(app, pilot)
    assert not wrong
