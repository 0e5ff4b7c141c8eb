"""Pairs of accounts: the same event told twice, look-alikes on other nights and in other towns, a
target hit again; the index that finds them; groups; and what `link` writes."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotators import accounts, clusters, link_suggestions, linking, pipeline
from annotators.accounts import Account, Event
from annotators.link_search import Finder
from annotators.linking import Proposal
from store import articles, candidates, edits, incident_index, incidents
from store.incidents import NewClaim
from store.library import Library
from store.records import Incoming
from tests.e2e.terminal import PROGRAM, clean_environment

ENGELS = {
    "title": "Drone strike on the Kristall oil depot", "type": "attack.drone_strike",
    "date_start": "2025-01-14", "date_precision": "1 day", "place_name": "Engels", "country": "RUS",
    "lat": 51.48, "lon": 46.11, "place_precision": "1 site or town", "killed_best": 2,
    "targets": ["Kristall oil depot"], "weapons": ["Shahed drone"],
}  # fmt: skip
TOLD = "Drones set the Kristall oil depot in Engels on fire, Governor Roman Busargin said."


def account(**changed: Any) -> Account:
    published = changed.pop("published", "2025-01-14")
    told = changed.pop("told", TOLD)
    return accounts.of_incident({**ENGELS, **changed}, [told], published)


def finder(*held: Account) -> Finder:
    connection = sqlite3.connect(":memory:")
    for statement in incident_index.TABLES:
        connection.execute(statement)
    for number, a in enumerate(held):
        incident_index.put(connection, number, a.day, a.terms, accounts.words_of(a), a.dumps())
    return Finder(connection)


def proposed(a: Account, b: Account) -> Proposal | None:
    found = dict(finder(b).proposals(a))
    return found.get(0)


def test_the_same_event_told_with_other_numbers_is_the_same() -> None:
    other = account(
        killed_best=3, published="2025-01-15",
        told="A fire at the Kristall oil depot in Engels after a drone attack, said Roman Busargin.",
    )  # fmt: skip
    found = proposed(account(), other)
    assert found is not None and found.relation == "same_event"
    words = "; ".join(found.reasons)
    assert (
        "Kristall" in words
        and "2025-01-14" in words
        and "casualty figures differ: 2 and 3 killed" in words
    )


@pytest.mark.parametrize("days", range(2, 30, 3))
def test_exact_days_that_differ_are_never_the_same_event(days: int) -> None:
    other = account(
        date_start=f"2025-01-{14 + days:02}" if days < 17 else f"2025-02-{days - 16:02}"
    )
    found = proposed(account(), other)
    assert found is not None and found.relation == "repeat_target"
    assert found.named and "kristall oil depot" in found.named
    assert found.score < linking.NO_PARTNER


def test_the_same_night_in_another_town_is_another_event() -> None:
    other = account(
        title="Drone strike", place_name="Kazan", lat=55.79, lon=49.12, targets=["factory"],
        told="Drones hit a factory in Kazan, said Governor Rustam Minnikhanov.",
    )  # fmt: skip
    found = proposed(account(), other)
    assert found is not None and found.relation == "same_campaign"


def article(text: str, published: str, title: str | None = None) -> Account:
    read = pipeline.read(text, [], title, published)
    return accounts.of_article(
        text, title, published, accounts.entities_of(read.suggestions), read.reports
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Shells hit a market in Mogadishu on Monday, killing eleven people.", "2010-09-06"),
         ("Mortar bombs fell on stalls in the Somali capital on Monday; 19 people were killed.", "2010-09-07")),
        (("A missile hit a house in Khan Younis late on Saturday, killing fifteen people.", "2014-07-20"),
         ("The strike in the city of Khan Yunis on Saturday was aimed at a militant, the army said.", "2014-07-21")),
        (("A convoy was attacked on Saturday near Gorom-Gorom; four soldiers were killed.", "2022-11-20"),
         ("Militants attacked lorries bound for Gorom-Gorom on Saturday, killing thirteen.", "2022-11-22")),
    ],
)  # fmt: skip
def test_the_same_day_and_place_in_other_words_are_the_same_event(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    found = proposed(article(*one), article(*other))
    assert found is not None and found.relation == "same_event"


def test_what_happened_two_nights_apart_is_not_one_event() -> None:
    one = article("Air strikes overnight killed eight people in Deir al-Balah.", "2024-06-20")
    other = article("Air strikes in the night killed nine people in Deir al-Balah.", "2024-06-22")
    assert linking.days_fixed_apart(one, other) == 2
    found = proposed(one, other)
    assert found is None or not found.same


@pytest.mark.parametrize(
    ("one", "other", "again"),
    [
        ("Missiles hit the bridge at Chonhar on Thursday.", "A rocket struck Chonhar on Sunday and tore a hole in the bridge.", True),
        ("Rockets hit the power plant at Kurakhove on Thursday.", "Shells hit the Kurakhove thermal power station on Sunday.", True),
        ("Jets bombed M10, a trauma hospital in Aleppo, on Thursday.", "The hospital known as M10 was bombed again on Sunday.", True),
        ("Jets bombed a vegetable market in Douma on Thursday.", "Jets bombed a school in Douma on Sunday.", False),
        ("A suicide bomber attacked a bakery in Tal Afar on Thursday.", "A suicide bomber attacked a wedding in Tal Afar on Sunday.", False),
    ],
)  # fmt: skip
def test_a_target_hit_again_is_told_from_another_in_its_town(
    one: str, other: str, again: bool
) -> None:
    found = proposed(article(one, "2023-06-23", one[:-12]), article(other, "2023-06-26"))
    assert (found is not None and found.relation == "repeat_target") == again
    assert found is None or not found.same


def test_months_later_its_trial_is_still_of_the_same_event() -> None:
    undated = {"date_start": None, "date_precision": None, "killed_best": None, "title": None}
    first = account(**undated)
    told = "Drones set the Kristall oil depot in Engels on fire; Roman Busargin told a {}."
    later = {where: account(**undated, published="2025-05-20", told=told.format(where)) for where in ("court", "station")}  # fmt: skip
    trial, other = proposed(first, later["court"]), proposed(first, later["station"])
    assert trial is not None and other is not None and trial.score > other.score
    assert "published 126 days apart, the later of what came after (court)" in trial.reasons
    assert "published 126 days apart" in other.reasons


def test_what_has_nothing_in_common_is_not_proposed() -> None:
    other = account(
        title="Talks", type="diplomacy.talks", place_name="Geneva", country="CHE", lat=46.2, lon=6.1,
        targets=[], weapons=[], killed_best=None, told="Envoys met in Geneva to speak about grain.",
    )  # fmt: skip
    assert proposed(account(), other) is None


def test_a_day_that_was_inferred_may_be_off_by_some_days() -> None:
    near = account(date_basis="inferred", date_start="2025-01-15")
    far = account(date_basis="inferred", date_start="2025-03-16")
    assert linking.days_fixed_apart(account(), near) == 0
    assert linking.days_fixed_apart(account(), far) == 60


def test_a_day_without_a_year_is_compared_as_a_day_of_any_year() -> None:
    opened = account(date_start="XXXX-01-14")
    assert linking.days_fixed_apart(opened, account()) == 0
    assert linking.days_fixed_apart(opened, account(date_start="2022-10-10")) == 95
    assert (
        linking.days_fixed_apart(account(date_start="XXXX-12-31"), account(date_start="2024-01-01"))
        == 0
    )


def test_an_account_comes_back_from_the_index_as_it_went_in() -> None:
    a = account()
    assert Account.loads(a.dumps()) == a


WORD = st.sampled_from(
    ["depot", "drone", "fire", "school", "bridge", "march", "river", "troops", "grain", "port"]
)


@given(st.lists(st.lists(WORD, min_size=3, max_size=12), min_size=1, max_size=8), st.data())
def test_what_is_taken_out_of_the_index_leaves_it_as_it_was(
    texts: list[list[str]], data: st.DataObject
) -> None:
    connection = sqlite3.connect(":memory:")
    for statement in incident_index.TABLES:
        connection.execute(statement)

    def state() -> list[list[tuple[Any, ...]]]:
        return [
            connection.execute(sql).fetchall()
            for sql in (
                "SELECT * FROM account ORDER BY id",
                "SELECT t.term, p.day, p.account_id, p.weight FROM account_posting p"
                " JOIN account_term t ON t.id = p.term_id ORDER BY 1, 3",
                "SELECT term, n FROM account_term WHERE n ORDER BY term",
            )
        ]

    made = [accounts.of_article(" ".join(words), date="2025-01-14") for words in texts]
    extra = data.draw(st.integers(0, len(made) - 1))
    for number, a in enumerate(made):
        if number != extra:
            incident_index.put(connection, number, a.day, a.terms, accounts.words_of(a), a.dumps())
    before = state()
    a = made[extra]
    incident_index.put(connection, extra, a.day, a.terms, accounts.words_of(a), a.dumps())
    incident_index.remove(connection, extra, a.terms, accounts.words_of(a))
    assert state() == before


@given(st.integers(1, 12), st.data())
def test_groups_are_a_partition_that_the_order_of_pairs_does_not_change(
    n: int, data: st.DataObject
) -> None:
    pairs = data.draw(
        st.dictionaries(
            st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda p: p[0] < p[1]),
            st.floats(0, 1, allow_nan=False),
        )
    )
    scores = [(a, b, s) for (a, b), s in pairs.items()]
    found = clusters.clusters(n, scores, 0.5)
    assert found == clusters.clusters(n, list(reversed(scores)), 0.5)
    assert all(found[g] == g and g <= i for i, g in enumerate(found))
    for i in range(n):  # nobody is with others that nothing ties it to
        mates = [j for j in range(n) if j != i and found[j] == found[i]]
        assert not mates or any((min(i, j), max(i, j)) in pairs for j in mates)


def test_a_chain_of_look_alikes_does_not_become_one_event() -> None:
    chain = [(0, 1, 0.9), (1, 2, 0.6), (2, 3, 0.9)]
    assert clusters.clusters(4, chain, 0.4) == [0, 0, 2, 2]


@given(st.text(max_size=200), st.one_of(st.none(), st.text(max_size=12)))
def test_any_text_makes_an_account(text: str, date: str | None) -> None:
    a = accounts.of_article(text, text[:20], date)
    assert Account.loads(a.dumps()) == a


def test_events_can_be_given_in_short_names() -> None:
    event = accounts.of_record(
        {
            "type": "attack",
            "date": "2025-01-14",
            "place": "Engels",
            "killed": 3,
            "weapons": "drone; missile",
        }
    )
    assert isinstance(event, Event) and event.exact and event.killed == (3, 3)
    assert event.weapons == ("drone", "missile")
    with pytest.raises(ValueError, match="cannot be read"):
        accounts.of_record({"killed": "many"})


def _record(library: Library, article: int, title: str, **told: str) -> int:
    claims = [NewClaim(name, value) for name, value in told.items()]
    return edits.apply(
        library, "i", "i", lambda e: incidents.create(e, article, (0, 6, "Drones"), title, claims)
    )


def test_in_a_library_a_decision_is_not_asked_again_and_an_edit_is_seen(library: Library) -> None:
    for text in (TOLD, TOLD.replace("fire", "flames"), "Farmers met in Poltava to sell wheat."):
        item = articles.prepare(Incoming(text, date="2025-01-14"))
        library.write(lambda c, item=item: articles.store(c, item))  # type: ignore[misc]
    same = {"type": "attack.drone_strike", "date_start": "2025-01-14", "place_name": "Engels"}
    a, b = _record(library, 1, "A", **same), _record(library, 2, "B", **same)
    while library.write(link_suggestions.refresh):
        pass
    with library.reading() as connection:
        assert incident_index.size(connection) == 2 and not incident_index.stale(connection, 1)
        assert [n for n, _ in link_suggestions.for_incident(connection, a)] == [b]
        known = link_suggestions.for_article(connection, 2)
    assert [k.incident.id for k in known] == [a]
    book = library.codebook()
    edits.apply(library, "l", "l", lambda e: incidents.link(e, book, a, b, "not_same"))
    with library.reading() as connection:
        assert link_suggestions.for_incident(connection, a) == []
    edits.undo(library).result()
    with library.reading() as connection:
        incident = incidents.get(connection, b)
    assert incident is not None
    edits.apply(
        library, "f", "f", lambda e: incidents.set_field(e, incident, "date_start", "2025-03-01")
    )
    while library.write(link_suggestions.refresh):
        pass
    with library.reading() as connection:
        found = link_suggestions.for_incident(connection, a)
    assert all(p.relation != "same_event" for _, p in found)


def test_a_corrected_date_of_an_article_is_seen(library: Library) -> None:
    item = articles.prepare(Incoming(TOLD, date="2025-01-14"))
    article_id = library.write(lambda c: articles.store(c, item)).article_id
    incident_id = _record(library, article_id, "A")
    while library.write(link_suggestions.refresh):
        pass
    with library.reading() as connection:
        article = articles.get(connection, article_id)
    assert article is not None
    edits.apply(
        library, "m", "m", lambda e: articles.edit_metadata(e, article, {"published": "2025-03-20"})
    )
    while library.write(link_suggestions.refresh):
        pass
    with library.reading() as connection:
        held = incident_index.payload(connection, incident_id)
    assert held is not None
    assert Account.loads(held).published == accounts.ordinal("2025-03-20")


def test_what_was_recorded_by_hand_is_known_for_the_suggestion(library: Library) -> None:
    item = articles.prepare(Incoming(TOLD, date="2025-01-14"))
    article_id = library.write(lambda c: articles.store(c, item)).article_id
    suggested = pipeline.read(TOLD, [], None, "2025-01-14").reports
    library.write(lambda c: candidates.replace_all(c, article_id, suggested, None))
    span = (0, len(TOLD), TOLD)
    made = edits.apply(library, "i", "i", lambda e: incidents.create(e, article_id, span, "A", []))
    with library.reading() as connection:
        (open_one,) = candidates.of_article(connection, article_id)
        (known,) = link_suggestions.for_article(connection, article_id)
    assert (known.incident.id, known.candidate) == (made, open_one.uid)
    assert known.proposal.reasons == ("recorded from these words",)


def _link(rows: list[Any], *options: str) -> tuple[subprocess.CompletedProcess[str], list[Any]]:
    given_rows = "".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in rows)
    done = subprocess.run(
        [*PROGRAM, "link", "-", *options], input=given_rows, capture_output=True, text=True,
        env=clean_environment(), check=False,
    )  # fmt: skip
    return done, [json.loads(line) for line in done.stdout.splitlines()]


def test_link_writes_every_row_in_order_with_its_candidates_and_cluster(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "text": TOLD + " Two firefighters died on 14 January.", "date": "2025-01-14"},
        {"id": "x", "text": "Farmers met in Poltava to speak about wheat.", "date": "2025-01-14"},
        {"id": "b", "text": "A fire rages at the Kristall oil depot in Engels after a drone attack on"
         " 14 January, Governor Roman Busargin said; two firefighters died.", "date": "2025-01-15"},
    ]  # fmt: skip
    done, out = _link(rows, "--clusters")
    assert done.returncode == 0 and [r["id"] for r in out] == ["a", "x", "b"]
    assert [[c["id"] for c in r["candidates"]] for r in out] == [["b"], [], ["a"]]
    first = out[0]["candidates"][0]
    assert first["relation"] == "same_event" and 0 < first["score"] <= 1 and first["reasons"]
    assert out[0]["cluster"] == out[2]["cluster"] != out[1]["cluster"]


def test_link_leaves_out_what_is_no_row_and_says_so() -> None:
    done, out = _link(
        [
            "{",
            {"id": 1},
            {"id": "a", "text": "One.", "incidents": "x"},
            {"text": "Two \ud800 \x00."},
        ]
    )
    assert done.returncode == 1 and len(out) == 2
    assert "line 1" in done.stderr and "line 2" in done.stderr and "incidents" in done.stderr
    assert "Traceback" not in done.stderr
