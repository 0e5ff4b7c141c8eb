"""Surnames and short forms stand for the full name that the text gives."""

from __future__ import annotations

import pytest

from annotators import pipeline

TEXT = (
    "The International Atomic Energy Agency (IAEA) sent inspectors. The IAEA said that Rafael Grossi"
    " would go. Grossi did not answer. A committee (see above) met."
)


def test_a_short_form_in_brackets_stands_for_the_name_before_it() -> None:
    find = pipeline.annotator()
    found = {
        TEXT[s.start : s.end]: s.entity for s in pipeline.annotate(TEXT, find(TEXT)) if s.entity
    }
    assert found["IAEA"] == "International Atomic Energy Agency"
    assert found["Grossi"] == "Rafael Grossi"
    assert "see above" not in found


def test_every_suggestion_says_how_far_its_kind_can_be_trusted() -> None:
    find = pipeline.annotator()
    scores = [s.score for s in pipeline.annotate(TEXT, find(TEXT))]
    assert scores and all(score is not None and 0 < score <= 1 for score in scores)


@pytest.mark.parametrize(
    ("text", "marks", "people"),
    [
        ("Karbouly denied it. The judge heard Karbouly.", [("Karbouly", "GPE")], ["Karbouly", "Karbouly"]),
        ("The UN Special Envoy Staffan de Mistura came.", [], ["Staffan de Mistura"]),
        ("Col. John “J.D.” Dorrian said so.", [("John “J.D.", "PERSON")], ["John “J.D.” Dorrian"]),
        ("The home of businessman Peshraw Dizayee.", [("Peshraw Dizayee", "ORG")], ["Peshraw Dizayee"]),
        ("Yerevan denied it.", [("Yerevan", "PERSON")], []),
        ("Kramatorsk said it was hit.", [("Kramatorsk", "GPE")], []),
    ],
)  # fmt: skip
def test_people_are_known_by_the_words_around_them(
    text: str, marks: list[tuple[str, str]], people: list[str]
) -> None:
    spans = [(text.index(words), text.index(words) + len(words), label) for words, label in marks]
    found = pipeline.annotate(text, spans)
    assert [text[s.start : s.end] for s in found if s.label == "PERSON"] == people


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        ("intra-Syrian talks", [("intra-Syrian", "NORP")], [("Syrian", "NORP")]),
        ("a U.S.-Iraq partnership", [("U.S.-Iraq", "ORG")], [("U.S.", "GPE"), ("Iraq", "GPE")]),
        ("the CJTF-OIR spokesman", [("CJTF-OIR", "ORG")], [("CJTF-OIR", "ORG"), ("spokesman", "ROLE")]),
        ("It is to last 45 minutes.", [("last 45 minutes", "TIME")], [("45 minutes", "DATE")]),
        ("in the last 45 minutes", [("the last 45 minutes", "TIME")], [("the last 45 minutes", "DATE")]),
        ("Minister for Europe David Lidington left.", [("David Lidington", "PERSON")],
         [("Minister for Europe", "ROLE"), ("David Lidington", "PERSON")]),
        ("the frigate FS Forbin. Forbin left.", [("Forbin", "PERSON")],
         [("frigate", "PLATFORM"), ("FS Forbin", "PLATFORM"), ("Forbin", "PLATFORM")]),
        ("(Jerusalem Post)", [("Jerusalem Post", "ORG")], [("Jerusalem Post", "ORG")]),
        ("The Rafah Border Post was hit.", [], [("Rafah Border Post", "FACILITY")]),
    ],
)  # fmt: skip
def test_edges_and_labels_of_names(
    text: str, marks: list[tuple[str, str]], expected: list[tuple[str, str]]
) -> None:
    text = f"Headline of a report\n\n{text}"
    spans = [(text.rindex(words), text.rindex(words) + len(words), label) for words, label in marks]
    found = pipeline.annotate(text, spans)
    assert [(text[s.start : s.end], s.label) for s in found] == expected


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        ("The Iraqi Islamic Party left. The IIP had been the force behind it.",
         [("Iraqi Islamic Party", "ORG")], [("Iraqi Islamic Party", "ORG"), ("IIP", "ORG")]),
        ("The IIP left before the Iraqi Islamic Party came.", [("Iraqi Islamic Party", "ORG")],
         [("Iraqi Islamic Party", "ORG")]),
        ("The Kachin Independence Army took it. A KIA man said so.", [("KIA", "PERSON")],
         [("Kachin Independence Army", "FORCE"), ("KIA", "FORCE")]),
        ("Fighters of the Ta'ang Liberation Front came.", [("the Ta'ang Liberation Front", "ORG")],
         [("Ta'ang Liberation Front", "FORCE")]),
        ("The Salvation Army fed them.", [("The Salvation Army", "ORG")], [("The Salvation Army", "ORG")]),
        ("The National Oil Company paid the Ford Motor Company.",
         [("National Oil Company", "ORG"), ("Ford Motor Company", "ORG")],
         [("National Oil Company", "ORG"), ("Ford Motor Company", "ORG")]),
        ("Men of the 3rd Army Corps, Alpha Company and the 1st Cavalry Division met the Lord's Resistance Army.", [],
         [("3rd Army Corps", "FORCE"), ("Alpha Company", "FORCE"), ("1st Cavalry Division", "FORCE"),
          ("Lord's Resistance Army", "FORCE")]),
        ("Jaish al-Adl and Lashkar-e-Taiba left Harakat Hezbollah al-Nujaba in Baghdad.", [],
         [("Jaish al-Adl", "FORCE"), ("Lashkar-e-Taiba", "FORCE"), ("Harakat Hezbollah al-Nujaba", "FORCE")]),
        ("The Armed Forces of the Democratic Republic of the Congo came.",
         [("The Armed Forces of the Democratic Republic of the Congo", "ORG")],
         [("Armed Forces of the Democratic Republic of the Congo", "FORCE")]),
        ("It lies in the National Museum of the U.S. Air Force.",
         [("National Museum of the U.S. Air Force", "ORG")], [("U.S. Air Force", "FORCE")]),
        ("Boko Haram's men met the Taliban's and the IDF’s.", [("Boko Haram", "PERSON"), ("IDF", "NORP")],
         [("Boko Haram", "FORCE"), ("Taliban", "FORCE"), ("IDF", "FORCE")]),
        ("The Wagner Group left.", [("The Wagner Group", "ORG")], [("Wagner Group", "FORCE")]),
        ("Police met the Gran Grif gang.", [], [("Gran Grif gang", "FORCE")]),
        ("The Sadr movement met the Jumblatt militia.", [("Sadr", "PERSON"), ("Jumblatt", "PERSON")],
         [("Sadr movement", "ORG"), ("Jumblatt militia", "FORCE")]),
        ("Chin resistance forces came.", [("Chin", "PERSON")], [("Chin resistance forces", "FORCE")]),
    ],
)  # fmt: skip
def test_groups_are_known_by_their_names(
    text: str, marks: list[tuple[str, str]], expected: list[tuple[str, str]]
) -> None:
    spans = [(text.index(words), text.index(words) + len(words), label) for words, label in marks]
    found = pipeline.annotate(text, spans)
    kinds = ("ORG", "FORCE", "PERSON")
    assert [(text[s.start : s.end], s.label) for s in found if s.label in kinds] == expected


def test_a_first_line_that_is_a_sentence_is_no_headline() -> None:
    told = "Crowds chanted in the western city of Falluja as the dead were buried."
    for text, seen in ((told, True), (f"{told}\nMore came.", True), (told[:-1] + "\nMore came.", False)):  # fmt: skip
        found = [text[s.start : s.end] for s in pipeline.annotate(text, []) if s.label == "GPE"]
        assert (found == ["Falluja"]) == seen
