"""What the layers mark. The sentences are the authors' own; the model runs in `model_spans` tests."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import seeds
from annotators import likely, models, pipeline
from annotators.ner import chunks
from store import codebook


def _marks(text: str, ner: list[tuple[int, int, str]] | None = None) -> set[tuple[str, str]]:
    return {(text[s.start : s.end], s.label) for s in pipeline.annotate(text, ner or [])}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "It sent RCH 155 self-propelled howitzers.",
            ("RCH 155 self-propelled howitzers", "PLATFORM"),
        ),
        ("A U.S. MQ-9 Reaper drone fell.", ("MQ-9 Reaper drone", "WEAPON")),
        ("They shot an MQ-9 down.", ("MQ-9", "WEAPON")),
        ("Two drone strikes hit the coast.", ("drone", "WEAPON")),
        ("A Shahed-136 drone fell there.", ("Shahed-136 drone", "WEAPON")),
        ("They lost a T-72B3 tank near it.", ("T-72B3 tank", "PLATFORM")),
        ("An Iskander-M ballistic missile landed.", ("Iskander-M ballistic missile", "WEAPON")),
        ("Fire broke out at an oil refinery there.", ("oil refinery", "FACILITY")),
        ("It hit the Kazan Orgsintez plant again.", ("Kazan Orgsintez plant", "FACILITY")),
        ("Shells fell on a children's hospital.", ("children's hospital", "FACILITY")),
        ("The Russian military said so.", ("Russian military", "FORCE")),
        ("It was the 155th Mechanised Brigade there.", ("155th Mechanised Brigade", "FORCE")),
        ("Then Hamas denied it.", ("Hamas", "FORCE")),
        ("There were no casualties in it.", ("no casualties", "CASUALTY")),
        ("At least 12 people were killed there.", ("At least 12 people were killed", "CASUALTY")),
        ("The blast, wounding three soldiers, was loud.", ("wounding three soldiers", "CASUALTY")),
        ("The regional governor was there.", ("regional governor", "ROLE")),
        ("It came from Lt. Gen. Mark Ito there.", ("Lt. Gen.", "ROLE")),
        ("They met in the city of Engels then.", ("Engels", "GPE")),
        ("It happened overnight, they said.", ("overnight", "DATE")),
    ],
)
def test_rules_mark(text: str, expected: tuple[str, str]) -> None:
    assert expected in _marks(text)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("They launched a significant strike.", "significant strike"),
        ("The plant grew in the garden.", "plant"),
        ("They mined at gold mines for years.", "mines"),
        ("In general, the major problem was time.", "general"),
        ("Ukraine's Center for it said so.", "Center"),
    ],
)
def test_rules_leave(text: str, quote: str) -> None:
    assert not [mark for mark in _marks(text) if quote in mark[0]]


def test_a_surname_is_who_was_named_in_full() -> None:
    text = "Boris Pistorius came.\nPistorius spoke. Later Pistorius left."
    ner = [(0, 15, "PERSON"), (22, 31, "ORG")]
    marks = pipeline.annotate(text, ner)
    assert [(text[s.start : s.end], s.label) for s in marks] == [
        ("Boris Pistorius", "PERSON"),
        ("Pistorius", "PERSON"),
        ("Pistorius", "PERSON"),
    ]
    assert {s.entity for s in marks} == {"Boris Pistorius"}


def test_a_headline_says_only_what_the_text_says() -> None:
    text = "Ukraine Escalates Offensive as Support Grows\nUkraine attacked again."
    assert _marks(text, [(0, 17, "NORP"), (45, 52, "GPE")]) == {("Ukraine", "GPE")}


@settings(max_examples=150, deadline=None)
@given(
    text=st.lists(
        st.sampled_from(
            (
                "the Russian air defense base drones struck 12 people killed oil depot in Kyiv , and . Gen."
                " no casualties 🇺🇦 Київ \n U.N. Hamas F-16 jets overnight plant Kazan governor [/] 東京"
            ).split(" ")
        ),
        max_size=30,
    ).map(" ".join)
)
def test_suggestions_stand_inside_the_text_and_never_overlap(text: str) -> None:
    labels = {label.id for label in codebook.default().labels}
    end = 0
    for s in pipeline.annotate(text, []):
        assert end <= s.start < s.end <= len(text)
        assert s.label in labels and s.layer and s.rule and s.origin in ("rule", "model")
        assert text[s.start : s.end] == text[s.start : s.end].strip()
        end = s.end


@given(text=st.text(max_size=200), times=st.integers(1, 400))
@settings(max_examples=30, deadline=None)
def test_chunks_are_the_text(text: str, times: int) -> None:
    whole = text * times
    pieces = list(chunks(whole))
    assert "".join(piece for _, piece in pieces) == whole
    assert all(whole.startswith(piece, offset) for offset, piece in pieces)


def test_the_seed_with_the_model() -> None:
    if models.choose() is None:
        pytest.skip(models.HOW_TO_GET)
    text = seeds.read().decode()
    ner = pipeline.annotator()(text)
    marks = _marks(text, ner)
    expected = {
        ("Boris Pistorius", "PERSON"), ("Pistorius", "PERSON"), ("Kyiv", "GPE"), ("Saratov", "GPE"),
        ("Engels", "GPE"), ("Odesa", "GPE"), ("NATO", "ORG"), ("Russian military", "FORCE"),
        ("Ukrainian air defenses", "FORCE"), ("Kazan Orgsintez plant", "FACILITY"),
        ("fuel depot", "FACILITY"), ("RCH 155 self-propelled howitzers", "PLATFORM"),
        ("no casualties", "CASUALTY"), ("no fatalities", "CASUALTY"), ("January 14", "DATE"),
        ("overnight", "DATE"), ("80", "QUANTITY"), ("Defense Minister", "ROLE"),
    }  # fmt: skip
    assert expected <= marks, expected - marks


def test_no_model_by_a_strangers_version() -> None:
    for model in models.installed():
        assert not model.version.startswith("999")


def test_md_3_7_goes_before_md_3_8() -> None:
    from pathlib import Path

    names = [("core_web_sm", "3.8.0"), ("core_web_md", "3.8.0"), ("core_web_md", "3.7.1"),
             ("core_web_lg", "3.8.0"), ("core_web_lg", "3.7.1"), ("core_web_trf", "3.8.0")]  # fmt: skip
    ranked = sorted((models.Model(n, v, Path()) for n, v in names), key=lambda m: m.rank)
    assert [(m.name[9:], m.version[:3]) for m in ranked] == [
        ("trf", "3.8"), ("lg", "3.7"), ("md", "3.7"), ("lg", "3.8"), ("md", "3.8"), ("sm", "3.8"),
    ]  # fmt: skip


def test_who_fights_under_a_name_makes_its_bearer_a_force() -> None:
    text = "Then CSP-DPA fighters opened fire on them."
    assert ("CSP-DPA fighters", "FORCE") in _marks(text, [(5, 12, "ORG")])
    text = "Then Reuters reporters opened their laptops."
    assert ("Reuters", "ORG") in _marks(text, [(5, 12, "ORG")])


def test_the_second_of_two_places_that_something_lies_between_is_a_place() -> None:
    text = "It was hit between Gao and Ansongo then."
    assert ("Ansongo", "GPE") in _marks(text, [(19, 22, "GPE"), (27, 34, "ORG")])


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("we", "people"), ("he", "person"), ("armed groups", "body"), ("155th Mechanised Brigade", "force"),
        ("Theresa May", "full name"), ("Night Wolves", "full name"), ("May 14", "day"), ("late night", "day"),
        ("10-year-old boy", "person"), ("Russian", "nation"), ("Kurds", "nation"), ("Damascus", "country or town"),
        ("SDF", "name"), ("fuel depot", "facility"), ("cluster bombs", "weapon"), ("old boat", "platform"),
        ("the minister", "office"), ("$3 million", "sum"), ("42", "number"), ("people of Turkey", "body"), ("\u00a0", "word"),
    ],
)  # fmt: skip
def test_what_words_most_likely_are(words: str, kind: str) -> None:
    assert likely.kind(words) == kind
    assert likely.LABELS[kind] in {label.id for label in codebook.default().labels}


def test_nations_units_and_other_spellings() -> None:
    text = (
        "A headline\n\nFallujah was shelled. Falluja has long been roiled. He met Uzbek officials in"
        " Tashkent, Uzbek media said. SEAL Team Six and Explosive Ordnance Disposal Mobile Unit Two"
        " came. Following the visit, the Minister said so. About 40 km of road was mined."
    )
    spans = [(text.index(w), text.index(w) + len(w), label) for w, label in
             (("Fallujah", "GPE"), ("Uzbek", "GPE"), ("40 km", "QUANTITY"), ("Tashkent", "GPE"))]  # fmt: skip
    found = {(text[s.start : s.end], s.label) for s in pipeline.annotate(text, spans)}
    assert {("Falluja", "GPE"), ("Uzbek", "NORP"), ("Tashkent", "GPE"), ("SEAL Team Six", "FORCE"),
            ("Explosive Ordnance Disposal Mobile Unit Two", "FORCE"), ("Minister", "ROLE")} <= found  # fmt: skip
    assert ("Uzbek", "GPE") not in found


def test_how_exact_a_number_is_stands_outside_it_and_counts() -> None:
    text = "They came.\nThey took at least five towns."
    at = text.index("at least five")
    (found,) = [s for s in pipeline.annotate(text, [(at, at + 13, "CARDINAL")]) if s.label == "QUANTITY"]  # fmt: skip
    assert text[found.start : found.end] == "five"
    value = (found.resolved or {}).get("value")
    assert isinstance(value, dict) and value["low"] == 5
