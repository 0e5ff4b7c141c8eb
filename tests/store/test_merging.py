"""Merging, splitting and un-merging incidents: nothing is lost, whatever the order; contradictions
are shown and not resolved."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from store import articles, edits, history, incidents, merging, notes
from store.errors import RefusedError
from store.history import Edit
from store.incidents import NewClaim
from store.library import Library
from store.records import Incident, Incoming, Report
from tests.store.test_history import snapshot

T = TypeVar("T")
RELATIONS = ("part_of", "not_same", "possible_same_event", "related", "follows")


def do(library: Library, work: Callable[[Edit], T]) -> T:
    return edits.apply(library, "test", "test", work)


def the(library: Library, number: int) -> Incident:
    with library.reading() as connection:
        found = incidents.get(connection, number)
    assert found is not None
    return found


def record(library: Library, title: str, *claims: NewClaim, article: int = 1) -> int:
    return do(library, lambda e: incidents.create(e, article, (0, 7, "Ukraine"), title, claims))


def link(library: Library, a: int, b: int, relation: str) -> int:
    book = library.codebook()
    return do(library, lambda e: incidents.link(e, book, a, b, relation))


def test_a_merge_moves_reports_links_and_notes_and_fills_what_is_empty(seeded: Library) -> None:
    a = record(seeded, "A", NewClaim("killed_best", "3"))
    b = record(seeded, "B", NewClaim("killed_best", "5"), NewClaim("place_name", "Engels"))
    c = record(seeded, "C")
    link(seeded, b, c, "part_of")
    do(seeded, lambda e: notes.set_body(e, "incident", the(seeded, b).uid, "seen on video"))
    first, second = the(seeded, a), the(seeded, b)
    do(seeded, lambda e: merging.merge(e, first, second, "same night"))
    merged = the(seeded, a)
    assert merged.values["killed_best"] == 3 and merged.values["place_name"] == "Engels"
    with seeded.reading() as connection:
        assert incidents.get(connection, b) is None
        assert len(incidents.reports_of(connection, a)) == 2
        (moved,) = incidents.links_of(connection, a)
        assert (moved.from_id, moved.relation, moved.to_id) == (a, "part_of", c)
        assert [n.body for n in notes.of_target(connection, merged.uid)] == ["seen on video"]
        (held,) = merging.merged_into(connection, a)
    assert (held.title, held.why, held.values["killed_best"]) == ("B", "same night", 5)

    assert do(seeded, lambda e: merging.unmerge(e, held.uid)) == b
    assert the(seeded, a).values["place_name"] is None
    assert the(seeded, b).values["killed_best"] == 5
    with seeded.reading() as connection:
        assert [len(incidents.reports_of(connection, n)) for n in (a, b)] == [1, 1]
        (back,) = incidents.links_of(connection, b)
        assert back.from_id == b
        assert [n.body for n in notes.of_target(connection, second.uid)] == ["seen on video"]
    with pytest.raises(RefusedError, match="taken back already"):
        do(seeded, lambda e: merging.unmerge(e, held.uid))


def test_what_was_set_after_the_merge_stays_when_it_is_taken_back(seeded: Library) -> None:
    a, b = record(seeded, "A"), record(seeded, "B", NewClaim("place_name", "Engels"))
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))
    do(seeded, lambda e: incidents.set_field(e, the(seeded, a), "place_name", "Saratov"))
    extra = do(
        seeded,
        lambda e: incidents.add_report(e, a, 1, (0, 7, "Ukraine"), [NewClaim("killed_best", "1")]),
    )
    with seeded.reading() as connection:
        (held,) = merging.merged_into(connection, a)
    do(seeded, lambda e: merging.unmerge(e, held.uid))
    assert the(seeded, a).values["place_name"] == "Saratov"
    with seeded.reading() as connection:
        assert extra in [r.id for r in incidents.reports_of(connection, a)]


def test_a_link_that_says_not_the_same_comes_back_with_the_un_merge(seeded: Library) -> None:
    a, b = record(seeded, "A"), record(seeded, "B")
    link(seeded, a, b, "not_same")
    with seeded.reading() as connection:
        assert len(merging.refusals(connection, a, b)) == 1
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))
    with seeded.reading() as connection:
        assert incidents.links_of(connection, a) == []
        (held,) = merging.merged_into(connection, a)
    do(seeded, lambda e: merging.unmerge(e, held.uid))
    with seeded.reading() as connection:
        assert [x.relation for x in incidents.links_of(connection, a)] == ["not_same"]


def test_a_relation_that_both_had_with_a_third_is_kept_once(seeded: Library) -> None:
    a, b, c = (record(seeded, name) for name in "ABC")
    link(seeded, a, c, "related")
    link(seeded, c, b, "related")
    undirected = seeded.codebook().undirected
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b), undirected=undirected))
    with seeded.reading() as connection:
        assert len(incidents.links_of(connection, a)) == 1
        (held,) = merging.merged_into(connection, a)
    do(seeded, lambda e: merging.unmerge(e, held.uid))
    with seeded.reading() as connection:
        assert len(incidents.links_of(connection, c)) == 2


def test_a_chain_of_merges_is_taken_back_from_its_end(seeded: Library) -> None:
    a, b, c = (record(seeded, name) for name in "ABC")
    do(seeded, lambda e: merging.merge(e, the(seeded, b), the(seeded, a)))
    do(seeded, lambda e: merging.merge(e, the(seeded, c), the(seeded, b)))
    with seeded.reading() as connection:
        (inner,) = merging.merged_into(connection, b)
        (outer,) = merging.merged_into(connection, c)
    with pytest.raises(RefusedError, match="take that back first"):
        do(seeded, lambda e: merging.unmerge(e, inner.uid))
    do(seeded, lambda e: merging.unmerge(e, outer.uid))
    do(seeded, lambda e: merging.unmerge(e, inner.uid))
    with seeded.reading() as connection:
        assert [len(incidents.reports_of(connection, n)) for n in (a, b, c)] == [1, 1, 1]


def test_a_link_comes_back_to_where_its_other_end_went_meanwhile(seeded: Library) -> None:
    a, b, c, d = (record(seeded, name) for name in "ABCD")
    for part in (a, b):
        link(seeded, part, c, "part_of")

    def links() -> set[tuple[int, int]]:
        with seeded.reading() as connection:
            found = [link for n in (a, b, c, d) for link in incidents.links_of(connection, n)]
        return {(link.from_id, link.to_id) for link in found}

    def take_back(number: int) -> None:
        with seeded.reading() as connection:
            (held,) = merging.merged_into(connection, number)
        do(seeded, lambda e: merging.unmerge(e, held.uid))

    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))  # b's link is a's now
    do(seeded, lambda e: merging.merge(e, the(seeded, d), the(seeded, c)))
    take_back(a)
    assert links() == {(a, d), (b, d)}
    take_back(d)
    assert links() == {(a, c), (b, c)}


def test_a_link_to_what_was_deleted_meanwhile_does_not_come_back(seeded: Library) -> None:
    a, b, c = (record(seeded, title) for title in "ABC")
    link(seeded, a, c, "related")
    link(seeded, b, c, "related")
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))
    gone = the(seeded, c)
    do(seeded, lambda e: incidents.delete(e, gone))
    with seeded.reading() as connection:
        (held,) = merging.merged_into(connection, a)
    do(seeded, lambda e: merging.unmerge(e, held.uid))
    with seeded.reading() as connection:
        assert not incidents.links_of(connection, a) and not incidents.links_of(connection, b)
        assert not incidents.linked_with(connection, b)
    assert the(seeded, b).n_links == 0


def test_a_merge_takes_over_what_is_known_closer_and_gives_it_back(seeded: Library) -> None:
    a = record(
        seeded, "A", NewClaim("place_name", "Saratov region"), NewClaim("place_precision", "4 region"),
        NewClaim("country", "RUS"), NewClaim("date_start", "2025-01"), NewClaim("date_precision", "4 month"),
    )  # fmt: skip
    b = record(
        seeded, "B", NewClaim("place_name", "Engels"), NewClaim("place_precision", "1 site or town"),
        NewClaim("country", "RUS"), NewClaim("date_start", "2025-01-14"), NewClaim("date_precision", "1 day"),
    )  # fmt: skip
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))
    merged = the(seeded, a).values
    assert (merged["place_name"], merged["date_start"]) == ("Engels", "2025-01-14")
    with seeded.reading() as connection:
        (held,) = merging.merged_into(connection, a)
    do(seeded, lambda e: merging.unmerge(e, held.uid))
    back = the(seeded, a).values
    assert (back["place_name"], back["date_start"]) == ("Saratov region", "2025-01")


def test_what_the_analyst_chose_is_not_replaced_by_what_is_closer(seeded: Library) -> None:
    a = record(seeded, "A", NewClaim("place_name", "X"), NewClaim("place_precision", "4 region"))
    do(seeded, lambda e: incidents.set_field(e, the(seeded, a), "place_name", "Saratov region"))
    b = record(seeded, "B", NewClaim("place_name", "Engels"), NewClaim("place_precision", "1 site or town"))  # fmt: skip
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))
    assert the(seeded, a).values["place_name"] == "Saratov region"


def test_an_un_merge_that_would_leave_an_incident_without_reports_is_refused(
    seeded: Library,
) -> None:
    a, b = record(seeded, "A"), record(seeded, "B")
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))
    with seeded.reading() as connection:
        (held,) = merging.merged_into(connection, a)
        moved = incidents.reports_of(connection, a)[-1]
    do(seeded, lambda e: incidents.remove_report(e, moved))
    with pytest.raises(RefusedError, match="split off"):
        do(seeded, lambda e: merging.unmerge(e, held.uid))


def test_the_reports_that_a_merge_brought_are_that_incident_again_when_they_are_split_off(
    seeded: Library,
) -> None:
    a, b = record(seeded, "A"), record(seeded, "B", NewClaim("killed_best", "3"))
    c = record(seeded, "C")
    do(seeded, lambda e: incidents.set_field(e, the(seeded, b), "summary", "written by hand"))
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, c)))
    _, of_b, of_c = reports(seeded, a)
    assert do(seeded, lambda e: merging.split(e, the(seeded, a), [of_b.id], "B")) == b
    assert the(seeded, b).values["summary"] == "written by hand"
    assert the(seeded, a).values["killed_best"] is None
    with seeded.reading() as connection:
        assert [m.title for m in merging.merged_into(connection, a)] == ["C"]
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))
    # split off together they are the one that came first, with the other in it
    new = do(seeded, lambda e: merging.split(e, the(seeded, a), [of_b.id, of_c.id]))
    assert new == c and the(seeded, new).values["killed_best"] == 3
    assert the(seeded, a).values["summary"] is None and len(reports(seeded, c)) == 2
    with seeded.reading() as connection:
        assert merging.merged_into(connection, a) == []
        assert [m.title for m in merging.merged_into(connection, c)] == ["B"]


def test_a_split_fills_from_what_stays_and_brings_no_contradiction(seeded: Library) -> None:
    a = record(seeded, "A", NewClaim("killed_min", "4"))
    b = record(seeded, "B", NewClaim("killed_best", "2"))
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))
    assert the(seeded, a).values["killed_best"] is None  # below the low one
    first = reports(seeded, a)[0].id
    do(seeded, lambda e: merging.split(e, the(seeded, a), [first]))
    assert the(seeded, a).values["killed_best"] == 2
    # a claim that is taken brings all of its estimate
    c = record(seeded, "C", NewClaim("killed_min", "4"), NewClaim("killed_best", "6"))
    d = record(seeded, "D", NewClaim("killed_best", "2"), NewClaim("killed_max", "5"))
    do(seeded, lambda e: merging.merge(e, the(seeded, c), the(seeded, d)))
    claim = next(x for x in reports(seeded, c)[1].claims if x.field == "killed_max")
    do(seeded, lambda e: incidents.choose_claim(e, the(seeded, c), claim))
    values = the(seeded, c).values
    assert [values[f"killed_{part}"] for part in ("min", "best", "max")] == [None, 2, 5]


def test_a_merge_says_before_what_it_would_change_and_crosses_no_figures(seeded: Library) -> None:
    a = record(seeded, "A", NewClaim("killed_min", "10"), NewClaim("place_name", "Saratov"),
               NewClaim("place_precision", "4 region"))  # fmt: skip
    b = record(seeded, "B", NewClaim("killed_best", "1"), NewClaim("injured_best", "4"),
               NewClaim("place_name", "Engels"), NewClaim("place_precision", "1 site or town"))  # fmt: skip
    with seeded.reading() as connection:
        outcome = merging.outcome(connection, the(seeded, a), the(seeded, b))
    assert outcome["place_name"] == "Engels" and outcome["injured_best"] == 4
    assert "killed_best" not in outcome
    before = the(seeded, a).values
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))
    after = the(seeded, a).values
    assert {name: v for name, v in after.items() if v != before[name]} == outcome


def test_a_figure_that_contradicts_its_range_is_refused_or_brings_its_own(seeded: Library) -> None:
    a = record(seeded, "A", NewClaim("killed_min", "10"), NewClaim("killed_best", "12"))
    for name, value in (("killed_best", "3"), ("killed_min", "13"), ("killed_max", "9")):
        with pytest.raises(ValueError, match="empty that first"):
            incidents.fitting(the(seeded, a), incidents.BY_NAME[name], value)
    b = record(seeded, "B", NewClaim("killed_best", "4"), NewClaim("killed_min", "2"))
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))
    claim = next(c for c in reports(seeded, a)[1].claims if c.field == "killed_best")
    do(seeded, lambda e: incidents.choose_claim(e, the(seeded, a), claim))
    values = the(seeded, a).values
    assert (values["killed_min"], values["killed_best"]) == (2, 4)


def test_a_split_leaves_no_values_of_the_reports_that_went(seeded: Library) -> None:
    a = record(seeded, "A", NewClaim("killed_best", "3"), NewClaim("place_name", "Engels"))
    do(
        seeded,
        lambda e: incidents.add_report(
            e,
            a,
            1,
            (0, 7, "Ukraine"),
            [NewClaim("killed_best", "5"), NewClaim("injured_best", "7")],
        ),
    )
    with seeded.reading() as connection:
        first = incidents.reports_of(connection, a)[0]
    do(seeded, lambda e: merging.split(e, the(seeded, a), [first.id], "The first"))
    left = the(seeded, a).values
    assert (left["killed_best"], left["place_name"], left["injured_best"]) == (5, None, 7)


def test_incidents_of_an_open_year_come_behind_those_with_a_year(seeded: Library) -> None:
    numbers = [
        record(seeded, day or "none", *([NewClaim("date_start", day)] if day else []))
        for day in ("XXXX-01-14", "2025-01-14", None, "2024-02-03")
    ]
    opened, late, none, early = numbers
    with seeded.reading() as connection:
        assert [n for n in incidents.numbers(connection) if n in numbers] == [late, early, opened, none]  # fmt: skip


def test_a_split_makes_an_incident_of_what_the_chosen_reports_claim(seeded: Library) -> None:
    a = record(seeded, "A", NewClaim("killed_best", "3"))
    do(
        seeded,
        lambda e: incidents.add_report(
            e, a, 1, (0, 7, "Ukraine"), [NewClaim("killed_best", "5"), NewClaim("country", "RUS")]
        ),
    )
    with seeded.reading() as connection:
        reports = incidents.reports_of(connection, a)
    with pytest.raises(RefusedError, match="some of the reports"):
        do(seeded, lambda e: merging.split(e, the(seeded, a), [r.id for r in reports], "x"))
    new = do(seeded, lambda e: merging.split(e, the(seeded, a), [reports[1].id], "The other"))
    assert the(seeded, new).values["killed_best"] == 5
    assert the(seeded, new).title == "The other" and the(seeded, a).n_reports == 1


def test_contradictions_are_named(seeded: Library) -> None:
    a, b, c, d = (record(seeded, name) for name in "ABCD")
    link(seeded, a, b, "part_of")
    link(seeded, b, c, "part_of")
    book = seeded.codebook()
    with seeded.reading() as connection:
        assert merging.contradictions(connection, book, a) == []
    link(seeded, c, a, "part_of")
    link(seeded, a, d, "possible_same_event")
    link(seeded, d, b, "possible_same_event")
    link(seeded, a, b, "not_same")
    with seeded.reading() as connection:
        found = merging.contradictions(connection, book, b)
    assert [set(x.incidents) for x in found] == [{a, b, c}, {a, b, d}]
    assert "circle" in found[0].words and "different" in found[1].words


def held(library: Library, number: int) -> list[merging.Merge]:
    with library.reading() as connection:
        return merging.merged_into(connection, number)


def delete_report(library: Library, report: Report) -> None:
    do(library, lambda e: incidents.remove_report(e, report))


def reports(library: Library, number: int) -> list[Report]:
    with library.reading() as connection:
        return incidents.reports_of(connection, number)


def test_an_un_merge_that_would_leave_nothing_is_refused(seeded: Library) -> None:
    a, b = record(seeded, "A"), record(seeded, "B")
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))
    delete_report(seeded, reports(seeded, a)[1])
    (merge,) = held(seeded, a)
    with pytest.raises(RefusedError, match="without any"):
        do(seeded, lambda e: merging.unmerge(e, merge.uid))


def test_a_split_does_not_bring_back_what_was_emptied(seeded: Library) -> None:
    a = record(seeded, "A", NewClaim("killed_best", "3"))
    b = record(seeded, "B", NewClaim("killed_best", "5"), NewClaim("injured_best", "7"))
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))
    do(seeded, lambda e: incidents.set_field(e, the(seeded, a), "injured_best", ""))
    first = reports(seeded, a)[0]
    do(seeded, lambda e: merging.split(e, the(seeded, a), [first.id], "S"))
    stays = the(seeded, a).values
    assert (stays["killed_best"], stays["injured_best"]) == (5, None)


def test_merges_refine_again_and_never_by_nothing(seeded: Library) -> None:
    month = (NewClaim("date_start", "2025-01"), NewClaim("date_precision", "4 month"))
    day = (NewClaim("date_start", "2025-01-14"), NewClaim("date_precision", "1 day"))
    a, b = record(seeded, "A", *month), record(seeded, "B", *day)
    for _ in range(2):
        do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))
        assert the(seeded, a).values["date_start"] == "2025-01-14"
        (merge,) = held(seeded, a)
        do(seeded, lambda e, uid=merge.uid: merging.unmerge(e, uid))  # type: ignore[misc]
        assert the(seeded, a).values["date_start"] == "2025-01"
    do(seeded, lambda e: incidents.set_field(e, the(seeded, b), "date_start", ""))
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))
    kept = the(seeded, a).values
    assert (kept["date_start"], kept["date_precision"]) == ("2025-01", "4 month")


def test_what_another_place_or_day_has_is_not_mixed_in(seeded: Library) -> None:
    a = record(seeded, "A", NewClaim("place_name", "Almat"), NewClaim("date_start", "2025-01-14"))
    b = record(seeded, "B", NewClaim("place_name", "Khartoum"), NewClaim("lat", "15.5"), NewClaim("lon", "32.5"),
               NewClaim("date_start", "2025-01-10"), NewClaim("date_end", "2025-01-12"), NewClaim("killed_best", "9"))  # fmt: skip
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))
    values = the(seeded, a).values
    assert [values[f] for f in ("lat", "lon", "date_end", "killed_best")] == [None, None, None, 9]
    second = reports(seeded, a)[1]
    do(seeded, lambda e: merging.split(e, the(seeded, a), [second.id], "S"))
    assert the(seeded, a).values["killed_best"] is None  # who told it is elsewhere now


def test_a_closer_day_comes_with_all_that_goes_with_it(seeded: Library) -> None:
    a = record(seeded, "A", NewClaim("date_start", "2025-01"), NewClaim("date_precision", "4 month"))  # fmt: skip
    b = record(seeded, "B", NewClaim("date_start", "2025-01-14"), NewClaim("date_end", "2025-01-14"), NewClaim("date_precision", "1 day"))  # fmt: skip
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))
    assert the(seeded, a).values["date_end"] == "2025-01-14"


def test_a_place_that_is_chosen_brings_its_own_coordinates(seeded: Library) -> None:
    a = record(seeded, "A", NewClaim("place_name", "Engels"), NewClaim("lat", "51.5"), NewClaim("lon", "46.1"), NewClaim("country", "RUS"))  # fmt: skip
    b = record(seeded, "B", NewClaim("place_name", "Kazan"), NewClaim("lat", "55.8"), NewClaim("country", "RUS"))  # fmt: skip
    do(seeded, lambda e: merging.merge(e, the(seeded, a), the(seeded, b)))
    claim = next(c for c in reports(seeded, a)[1].claims if c.field == "place_name")
    do(seeded, lambda e: incidents.choose_claim(e, the(seeded, a), claim))
    values = the(seeded, a).values
    assert [values[f] for f in ("place_name", "lat", "lon", "country")] == ["Kazan", 55.8, None, "RUS"]  # fmt: skip


class Coder(RuleBasedStateMachine):
    """Random merges, splits, links, un-merges and notes, undone and made again."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.library = Library.open(Path(self.folder.name) / "library.db")
        for text in ("Ukraine struck a depot in Engels.", "Ukraine struck Engels again."):
            item = articles.prepare(Incoming(text))
            self.library.write(lambda c, item=item: articles.store(c, item))  # type: ignore[misc]
        self.reports, self.bodies = 0, 0
        self.empty = snapshot(self.library)
        for number in range(4):
            record(
                self.library,
                f"I{number}",
                NewClaim("killed_best", str(number)),
                article=number % 2 + 1,
            )
            self.reports += 1

    def teardown(self) -> None:
        if hasattr(self, "library"):
            while self.undo():
                pass
            assert snapshot(self.library) == self.empty
            self.library.close()
            self.folder.cleanup()

    def undo(self) -> bool:
        with contextlib.suppress(RefusedError):
            edits.undo(self.library).result()
            return True
        return False

    def some(self) -> list[Incident]:
        with self.library.reading() as connection:
            return incidents.all_incidents(connection)

    @rule(i=st.integers(0, 99), j=st.integers(0, 99))
    def merge(self, i: int, j: int) -> None:
        found = self.some()
        with contextlib.suppress(RefusedError):
            do(self.library, lambda e: merging.merge(e, found[i % len(found)], found[j % len(found)]))  # fmt: skip

    @rule(i=st.integers(0, 99), j=st.integers(0, 99))
    def unmerge(self, i: int, j: int) -> None:
        found = self.some()
        with self.library.reading() as connection:
            held = merging.merged_into(connection, found[i % len(found)].id)
        if held:
            with contextlib.suppress(RefusedError):  # its reports may have been split off
                do(self.library, lambda e: merging.unmerge(e, held[j % len(held)].uid))

    @rule(i=st.integers(0, 99), j=st.integers(0, 99))
    def split(self, i: int, j: int) -> None:
        found = self.some()[i % len(self.some())]
        with self.library.reading() as connection:
            reports = incidents.reports_of(connection, found.id)
        if not reports:  # all were split off before a merge was taken back
            return
        with contextlib.suppress(RefusedError):
            do(self.library, lambda e: merging.split(e, found, [reports[j % len(reports)].id], "S"))

    @rule(i=st.integers(0, 99), j=st.integers(0, 99), relation=st.sampled_from(RELATIONS))
    def tie(self, i: int, j: int, relation: str) -> None:
        found = self.some()
        with contextlib.suppress(RefusedError):
            link(self.library, found[i % len(found)].id, found[j % len(found)].id, relation)

    @rule(i=st.integers(0, 99))
    def write(self, i: int) -> None:
        found = self.some()[i % len(self.some())]
        with self.library.reading() as connection:
            there = notes.of_target(connection, found.uid)
        if not there:
            do(self.library, lambda e: notes.set_body(e, "incident", found.uid, "a note"))

    @rule(times=st.integers(1, 4))
    def back_and_forth(self, times: int) -> None:
        before = snapshot(self.library)
        with self.library.reading() as connection:
            steps = min(times, len(history.log(connection)))
        undone = sum(self.undo() for _ in range(steps))
        for _ in range(undone):
            edits.redo(self.library).result()
        assert snapshot(self.library) == before

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "library"):
            return
        with self.library.reading() as connection:
            kept = connection.execute(
                "SELECT COUNT(*), COUNT(DISTINCT r.id) FROM incident_report x JOIN report r"
                " ON r.id = x.report_id JOIN incident i ON i.id = x.incident_id"
                " WHERE x.deleted = 0 AND r.deleted = 0 AND i.deleted = 0"
            ).fetchone()
            orphans = connection.execute(
                "SELECT COUNT(*) FROM note n WHERE n.deleted = 0 AND NOT EXISTS (SELECT 1"
                " FROM incident i WHERE i.uid = n.target_uid AND i.deleted = 0)"
            ).fetchone()[0]
            dangling = connection.execute(
                "SELECT COUNT(*) FROM incident_link l JOIN incident i"
                " ON i.id IN (l.from_incident_id, l.to_incident_id)"
                " WHERE l.deleted = 0 AND i.deleted = 1"
            ).fetchone()[0]
        assert kept == (self.reports, self.reports)
        assert (orphans, dangling) == (0, 0)


Coder.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestMerges = Coder.TestCase
