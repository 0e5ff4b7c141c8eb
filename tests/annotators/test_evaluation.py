"""``evaluate`` on golds whose figures are known by hand, and training on a small library."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotators import models, training
from annotators.evaluation import Gold, errors, intervals, proper, score, with_titles
from annotators.labels import map_for
from store import articles, edits, importers, mentions
from store.history import Edit
from store.library import Library
from store.records import Incoming
from tui import cli

TEXT = "The Hamas fighters hit Kyiv. He met Mr Ivan Petrov of the army near it on Monday."


def _gold(path: Path, labels: dict[str, str], more: dict[str, float] | None = None) -> Path:
    entities = [
        {"start": TEXT.index(quote), "end": TEXT.index(quote) + len(quote), "label": label,
         "confidence": (more or {}).get(quote, 1)}
        for quote, label in labels.items()
    ]  # fmt: skip
    path.write_text(json.dumps({"id": "a", "text": TEXT, "entities": entities}) + "\n", "utf-8")
    return path


def _spans(*found: tuple[str, str]) -> list[tuple[int, int, str]]:
    return [(TEXT.index(q), TEXT.index(q) + len(q), label) for q, label in found]


def test_figures_by_hand(tmp_path: Path) -> None:
    path = _gold(tmp_path / "g.jsonl", {"The Hamas": "ORG", "Kyiv": "GPE", "Ivan Petrov": "PERSON", "it": "GPE"})  # fmt: skip
    gold = Gold(path)
    ours = [gold.ours(gold.rows[0], _spans(("Hamas", "FORCE"), ("Kyiv", "PERSON"), ("Petrov", "PERSON"), ("it on", "GPE")))]  # fmt: skip
    table = score(gold.rows, ours)
    assert gold.map["FORCE"] == "ORG"
    assert table["ORG"].exact == (1, 1, 1)  # the determiner is stripped
    assert table["PERSON"].exact == (0, 0, 0) and table["PERSON"].overlap[0] == 0.5
    every = table["ALL"]  # `it` has no capital: neither it nor what touches it counts
    assert (every.gold, every.found) == (3, 3) and every.exact[0] == pytest.approx(1 / 3)
    assert every.overlap[1] == pytest.approx(2 / 3)
    kinds = {(e.kind, e.quote) for e in errors(gold.rows, ours)}
    assert kinds == {("wrong label", "Kyiv"), ("wrong edges", "Ivan Petrov")}
    low, high = intervals(gold.rows, ours)[0]
    assert low <= every.exact[2] <= high


def test_arms_are_one_and_doubtful_gold_is_left_out(tmp_path: Path) -> None:
    path = _gold(tmp_path / "g.jsonl", {"Hamas": "Weapon", "Kyiv": "Vehicle"}, {"Kyiv": 0.2})
    gold = Gold(path)
    assert gold.map == {"WEAPON": "WEAPON+PLATFORM", "PLATFORM": "WEAPON+PLATFORM"}
    assert [m[2] for m in gold.rows[0].marks] == ["WEAPON+PLATFORM"] and len(
        gold.rows[0].ignored
    ) == 1


def test_conventions_of_other_corpora() -> None:
    text = "Russian Foreign Minister Sergei Lavrov met US troops."
    spans = [(0, 7, "NORP"), (8, 24, "ROLE"), (25, 38, "PERSON"), (43, 52, "FORCE")]
    assert (0, 38, "PERSON") in with_titles(text, spans)
    assert (43, 45, "GPE") in proper(text, spans)
    assert map_for(frozenset(["Organisation"]), {"NORP": "Organisation"})["NORP"] == "Organisation"


@pytest.mark.parametrize(
    "content", ["", "nothing\n", '{"text": 5}\n', '[1]\n', '{"text": "x", "entities": [{"start": 0, "end": 9, "label": "A"}]}\n'],
)  # fmt: skip
def test_a_file_that_is_no_gold_is_named_in_one_line(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "g.jsonl"
    path.write_text(content, "utf-8")
    assert cli.run(["evaluate", str(path)]) == 1
    assert "g.jsonl" in capsys.readouterr().err
    assert cli.run(["evaluate", str(tmp_path / "none.jsonl")]) == 1


def test_the_command_prints_a_table_and_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _gold(tmp_path / "g.jsonl", {"Hamas": "FORCE", "Kyiv": "GPE"})
    assert cli.run(["evaluate", str(path), "--baseline", "--errors"]) == 0
    out = capsys.readouterr().out
    assert "model alone" in out and "all layers" in out and "ALL" in out
    assert cli.run(["evaluate", str(path), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert set(record["systems"]["all layers"]["ALL"]) == {"found", "gold", "exact", "overlap"}


NAMES = ("Karo Belan", "Mira Tosk", "Odo Varr", "Lena Quist", "Tam Orley", "Ruz Hadim", "Pia Nord")


@pytest.mark.skipif(models.choose() is None, reason="no model is installed")
def test_training_compares_and_never_swaps_by_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = tmp_path / "l.db"
    with Library.open(db) as library:
        library.set_analyst("tester")
        for number, name in enumerate(NAMES):
            text = " ".join(f"{name} of the Zorbak Column spoke in Vell {n}." for n in range(6))
            importers.store(library, [Incoming(text, title=f"t{number}")])

            def work(edit: Edit, text: str = text, name: str = name, number: int = number) -> None:
                for quote, label in ((name, "PERSON"), ("Zorbak Column", "FORCE")):
                    at = text.find(quote)
                    while at >= 0:
                        mentions.add(edit, number + 1, at, at + len(quote), label, text)
                        at = text.find(quote, at + 1)
                article = articles.get(edit.connection, number + 1)
                assert article is not None

            edits.apply(library, "x", "x", work)
    assert cli.run(["--db", str(db), "train"]) == 1  # none of them is done
    assert "wants at least" in capsys.readouterr().err
    with Library.open(db) as library:
        library.write(lambda c: c.execute("UPDATE article SET status = 'done'"))
    assert cli.run(["--db", str(db), "train", "--epochs", "2", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["articles"] == 7 and record["held_back"] == 1
    before = models.choose()
    assert before is not None and "trained" not in before.version
    assert cli.run(["train", "--use", "../../etc"]) == 1
    assert cli.run(["train", "--use", record["model"]]) == 0
    try:
        after = models.choose()
        assert after is not None and record["model"] in after.version
        assert training.enough([]) is not None
    finally:
        assert cli.run(["train", "--use", "default"]) == 0
    assert models.choose() == before
