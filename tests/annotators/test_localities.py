"""What is taken for a town or village by the words around it, whether a list knows it or not."""

from __future__ import annotations

import pytest

from annotators import accounts, linking, localities


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Jets hit a house in the village of Almat, north of Beirut.", ["almat"]),
        ("Shells fell on Karari district on Sunday.", ["karari"]),
        ("Ndun, a village in Plateau state, was raided.", ["ndun"]),
        ("Fighters stormed Al-Sariha on Friday.", ["al-sariha"]),
        ("Gunmen attacked Colombia's Corinto.", ["corinto"]),
        ("Troops moved in Saratov region in January.", []),
        ("Ukraine struck in Russia on Monday.", []),
        ("The minister said in Parliament that it was over.", []),
    ],
)
def test_localities_are_found_by_the_words_around_them(text: str, names: list[str]) -> None:
    assert list(dict.fromkeys([*localities.called(text), *localities.placed(text)])) == names


def _account(text: str) -> accounts.Account:
    return accounts.of_article(text, None, "2024-11-11")


def test_each_side_names_a_village_that_the_other_lacks() -> None:
    one = _account("An air strike on a house in the village of Almat killed 20 people on Sunday.")
    other = _account(
        "An air strike on a house in the village of Saaideh killed 11 people on Sunday."
    )
    assert linking._own_towns(one, other) == linking._own_towns(other, one) == 1.0


def test_a_hospital_that_only_says_so_is_no_site() -> None:
    text = "Medics at Nasser hospital said that a strike hit the Kristall depot."
    marks = [
        {"start": text.index(name), "end": text.index(name) + len(name), "label": "FACILITY"}
        for name in ("Nasser hospital", "Kristall depot")
    ]
    sites = accounts.of_article(text, None, "2024-11-11", marks).sites
    assert "kristall depot" in sites
    assert not any("hospital" in site and site.startswith("nasser h") for site in sites[:1])


def test_the_day_on_which_somebody_said_so_is_no_day_of_the_event() -> None:
    def told(text: str, words: str, day: str) -> accounts.Account:
        at = text.index(words)
        mark = {"start": at, "end": at + len(words), "date": {"start": day, "end": day}}
        return accounts.of_article(text, None, "2024-11-11", [mark])

    said = "The mayor told radio on Monday that the fire was out."
    assert linking.fixed_days(told(said, "Monday", "2024-11-11")) is None
    then = "The governor on Sunday evening said that the bridge was hit."
    assert linking.fixed_days(told(then, "Sunday evening", "2024-11-10")) is None
    done = "A mine killed two on Saturday, the mayor told radio."
    assert linking.fixed_days(told(done, "Saturday", "2024-11-09")) is not None
