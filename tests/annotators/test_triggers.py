"""The table of words that tell an incident is looked through by literals first, then patterns."""

import re
import tomllib
from importlib import resources

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotators import pipeline

_TABLE = tomllib.loads(
    resources.files("annotators.data").joinpath("triggers.toml").read_text("utf-8")
)["trigger"]


@pytest.mark.parametrize("row", _TABLE, ids=lambda row: row["type"])
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_a_pattern_matches_holds_one_of_its_literals(
    row: dict[str, object], data: st.DataObject
) -> None:
    pattern = re.compile(str(row["pattern"]), re.ASCII)
    words = data.draw(st.from_regex(pattern, fullmatch=True))
    needs = row.get("needs", [""])
    assert isinstance(needs, list)
    assert needs and any(need in words.lower() for need in needs), words


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("attack.missile_strike", "Rockets fired from Gaza landed in Sderot."),
        ("attack.bombing", "A blast outside a girls' school in Kabul killed at least 85."),
        ("attack.suicide_bombing", "A bomber wearing a burqa killed 14 at a checkpoint in Kandahar."),
        ("attack.sabotage_arson", "Settlers burned cars and olive trees in Huwara."),
        ("attack.naval", "Sea drones hit a Russian corvette off Crimea."),
        ("attack.shooting_assassination", "Two men on a motorbike killed a lawyer in Quetta."),
        ("attack.unspecified", "Rebels stormed a gold mine in Ituri."),
        ("combat.clash", "Soldiers and rebels traded fire for hours near Masisi."),
        ("combat.territory_taken", "Junta troops lost Lashio to the MNDAA."),
        ("combat.territory_retaken", "Kyiv's forces took back three villages south of Orikhiv."),
        ("air_defence.shoot_down", "Romania destroyed a drone that entered its airspace."),
        ("loss.equipment", "Russia has lost 3,000 tanks since the invasion began."),
        ("harm.civilian_killing", "Militia fighters hacked 14 people to death in a camp in Ituri."),
        ("harm.abduction", "Armed herders seized 16 passengers from two buses in Kogi."),
        ("harm.torture", "Inmates were given electric shocks in a jail in Kherson."),
        ("detention.arrest", "Security forces rounded up 40 opposition members in Kampala."),
        ("detention.pow_exchange", "Russia and Ukraine swapped 206 prisoners of war."),
        ("protest.violent", "Angry crowds torched a police station in Port Loko."),
        ("protest.peaceful", "Thousands marched in Tel Aviv to demand a hostage deal."),
        ("movement.deployment", "A US aircraft carrier arrived in the eastern Mediterranean."),
        ("movement.withdrawal", "French troops left Niger."),
        ("movement.base", "Russia handed over its base at Khmeimim."),
        ("diplomacy.visit", "Zelensky arrived in Jeddah for talks."),
        ("diplomacy.agreement", "Ethiopia and Somalia inked a deal in Ankara."),
        ("diplomacy.ceasefire", "Israel and Hezbollah agreed to a ceasefire."),
        ("aid.military_delivery", "The first F-16 jets arrived in Ukraine."),
        ("aid.humanitarian", "Forty lorries of flour crossed into Gaza on Monday."),
        ("measure.sanction", "Washington froze the assets of seven companies tied to the RSF."),
        ("measure.restriction", "Mali suspended flights to Kidal."),
        ("measure.evacuation", "Residents were ordered to leave Pokrovsk."),
        ("statement.threat", "Gunmen gave herders seven days to leave Igangan."),
        ("accident.disaster", "Thirty-two gold diggers died when a pit caved in."),
    ],
)  # fmt: skip
def test_types_by_other_words_than_their_names(kind: str, text: str) -> None:
    reports = pipeline.read(text, [], "A title").reports
    best = max(reports, key=lambda r: r["confidence"])
    assert best["claims"][0] == {**best["claims"][0], "field": "type", "value": kind}
