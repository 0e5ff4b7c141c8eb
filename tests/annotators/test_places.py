"""Which place a name means, and that the others are kept."""

from __future__ import annotations

import pytest

from annotators import gazetteer, pipeline, places


def _first(text: str, name: str) -> gazetteer.Place:
    start = text.index(name)
    return places.resolve(text, [(start, start + len(name))])[0][0]


@pytest.mark.parametrize(
    ("text", "name", "country", "lat"),
    [
        ("Drones hit Engels, in Russia's Saratov region.", "Engels", "RUS", 51.5),
        ("A fire broke out in Kazan, Russian officials said.", "Kazan", "RUS", 55.8),
        ("Shelling killed two in Odesa, Ukraine said.", "Odesa", "UKR", 46.5),
        ("A tornado hit Odessa, Texas, in the United States.", "Odessa", "USA", 31.8),
        ("Kiev was hit again, Ukraine said.", "Kiev", "UKR", 50.5),
        ("Fighting went on near Robotyne, Ukrainian officers said.", "Robotyne", "UKR", 47.4),
        ("Gunmen attacked Beni in North Kivu, Congolese officials said.", "Beni", "COD", 0.5),
        ("Troops entered El Fasher, Sudan's army said.", "El Fasher", "SDN", 13.6),
        ("Strikes hit Khan Younis in the Gaza Strip.", "Khan Younis", "PSE", 31.3),
        ("The missile flew over the Black Sea.", "Black Sea", "", 43.4),
        ("Shells hit Sloviansk.", "Sloviansk", "UKR", 48.9),  # Nikopol was once called so
        ("Rebels entered Ras al-Ayn, Syria.", "Ras al-Ayn", "SYR", 36.85),
        (
            "A blast hit the Khair Khana district of Kabul.",
            "Khair Khana district of Kabul",
            "AFG",
            34.5,
        ),
        ("The army left Tel Rifaat.", "Tel Rifaat", "SYR", 36.5),
        ("It landed at Engels air base in Russia.", "Engels air base", "RUS", 51.5),
    ],
)
def test_the_context_decides(text: str, name: str, country: str, lat: float) -> None:
    found = _first(text, name)
    assert found.country == country and abs(found.lat - lat) < 1.2


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Sumy Oblast", "region"), ("Sumy", "city"), ("Kaluga region", "region"),
        ("Tatarstan", "region"), ("Tigray Region", "region"), ("Ukraine", "country"),
        ("U.S.", "country"), ("Donbas", "area"), ("Black Sea", "sea"),
    ],
)  # fmt: skip
def test_the_words_ask_for_a_kind(name: str, kind: str) -> None:
    assert gazetteer.rank(name, gazetteer.Context())[0].kind == kind


def test_spellings_are_one_place() -> None:
    for other in ("Kiev", "Київ", "Киев", "KYIV"):
        assert gazetteer.lookup(other)[0].id == gazetteer.lookup("Kyiv")[0].id
    assert gazetteer.lookup("Nowhere Such Place") == () and gazetteer.lookup("") == ()


def test_runners_up_are_kept_and_the_canonical_name_given() -> None:
    text = "Shells fell in Kiev overnight, Ukraine said."
    start = text.index("Kiev")
    found = next(
        s for s in pipeline.annotate(text, [(start, start + 4, "GPE")]) if s.start == start
    )
    assert found.entity == "Kyiv" and found.resolved is not None
    record = found.resolved
    assert record["place"]["country"] == "UKR" and record["place"]["precision"] == 1  # type: ignore[index]


def test_demonyms_name_their_country() -> None:
    text = "Ukrainian officials said so."
    found = pipeline.annotate(text, [(0, 9, "NORP")])
    assert [s.entity for s in found if s.label == "NORP"] == ["Ukraine"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("A strike on {} killed three people on Monday.", "ORG"),
        ("Fighting for {} went on.", "PERSON"),
        ("Rebels captured {} after heavy fighting.", None),
        ("{} came under fire on Tuesday.", "PERSON"),
        ("{}, Ukraine, was quiet.", "ORG"),
    ],
)
def test_what_is_attacked_or_taken_is_a_place(text: str, label: str | None) -> None:
    """Whatever the model takes its name for."""
    text = "Headline of a report\n\n" + text.format("Kramatorsk")
    start = text.index("Kramatorsk")
    spans = [(start, start + 10, label)] if label else []
    if "Ukraine" in text:
        spans.append((text.index("Ukraine"), text.index("Ukraine") + 7, "GPE"))
    found = pipeline.annotate(text, spans)
    assert [s.label for s in found if s.start == start] == ["GPE"]


def test_who_is_attacked_may_be_a_person() -> None:
    text = "Headline of a report\n\nMilitants attacked Hassan on Monday."
    start = text.index("Hassan")
    found = pipeline.annotate(text, [(start, start + 6, "PERSON")])
    assert [s.label for s in found if s.start == start] == ["PERSON"]


def test_waters_are_named_with_what_they_are_of() -> None:
    text = "Headline of a report\n\nShips met in the Gulf of Oman."
    assert "Gulf of Oman" in {text[s.start : s.end] for s in pipeline.annotate(text, [])}
