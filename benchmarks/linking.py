"""How well accounts of one event are found and told from look-alikes, plain TF-IDF beside every
figure. Needs CONFLICT_READER_DATA.

``--fit`` writes the weights: a logistic regression over the features of `annotators.linking`, each
held to the sign that its reason states, on pairs that the index finds. The incidents are split in
two halves; figures are for the half that the weights in use were not fitted on, both ways; what is
shipped is fitted on both. Partners of some incidents are held out, so that there are accounts
without a partner, and every text stands there whole and cut to its beginning, so that short
accounts are judged as well. Entries of days far apart are examples of different events.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from annotators import accounts, clusters, linking, pipeline
from annotators.accounts import Account, words_of
from annotators.link_search import Finder
from benchmarks.split import tuned
from store import incident_index

HELD_OUT = 0.6
"""Share of the incidents of which one article alone is left, as in the figures that are aimed at."""
_CUT = 350
_RIDGE = 150.0
_FAR = 2  # days between two entries that are taken to tell of different events
_TUNED_ON = ("links_written_1", "links_written_2", "links_written_3", "links_written_5")
_FAR_WORTH, _LABELLED_WORTH, _WRITTEN_WORTH = 0.4, 8.0, 2.0


@dataclass(frozen=True)
class Text:
    """One article and its incident."""

    id: str
    incident: str
    group: str  # what is split as one
    account: Account


@dataclass
class Pairs:
    """The pairs that the index finds among some texts: rows of features, who, and whether same."""

    texts: list[Text]
    who: list[tuple[int, int]]
    rows: np.ndarray
    same: np.ndarray
    counts: np.ndarray | None = None  # how much each weighs in the fit; None: 1


def _account(row: dict[str, Any], find: Any, cut: int | None = None) -> Account:
    text = row["text"] if cut is None else row["text"][:cut].rsplit(" ", 1)[0]
    title, date = row.get("title"), row.get("date")
    read = pipeline.read(text, find(text), title, date)
    entities = accounts.entities_of(read.suggestions)
    return accounts.of_article(text, title, date, entities, read.reports)


def load(name: str, find: Any, cut: int | None = None) -> list[Text]:
    """Return the texts of a development file."""
    path = Path(os.environ["CONFLICT_READER_DATA"], f"{name}.jsonl")
    rows = [json.loads(line) for line in path.open(encoding="utf-8")]
    return [
        Text(r["id"], r.get("incident_id") or r["id"], r.get("topic") or r.get("incident_id") or r["id"], _account(r, find, cut))
        for r in rows
    ]  # fmt: skip


def hold_out(texts: Sequence[Text], seed: int, share: float = HELD_OUT) -> list[Text]:
    """Return the texts with one alone left of some incidents."""
    chance = random.Random(seed)
    by: dict[str, list[Text]] = defaultdict(list)
    for text in texts:
        by[text.incident].append(text)
    out: list[Text] = []
    for incident in sorted(by):
        group = by[incident]
        alone = len(group) > 1 and chance.random() < share
        out += [chance.choice(group)] if alone else group
    return out


def index(texts: Iterable[Text]) -> sqlite3.Connection:
    """Return an index in memory of some texts, numbered as they come."""
    connection = sqlite3.connect(":memory:")
    for statement in incident_index.TABLES:
        connection.execute(statement)
    for number, text in enumerate(texts):
        a = text.account
        incident_index.put(connection, number, a.day, a.terms, words_of(a), a.dumps())
    return connection


def pairs(texts: list[Text]) -> Pairs:
    """Return every pair that the index finds."""
    finder = Finder(index(texts))
    who, rows, same = [], [], []
    for number, text in enumerate(texts):
        _, near = finder.near(text.account, but=frozenset([number]))
        for n in near:
            who.append((number, n.id))
            rows.append([n.features[name] for name in linking.FEATURES])
            same.append(texts[n.id].incident == text.incident)
    return Pairs(texts, who, np.array(rows), np.array(same, float))


def fit(rows: np.ndarray, same: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the weights and the bias of a ridge-penalised logistic regression whose weights have
    the signs of `linking.SIGN`: Newton's method, a weight of the wrong sign left out and fitted
    again."""
    sign = np.array([linking.SIGN.get(name, 0) for name in linking.FEATURES] + [0])
    mean, spread = rows.mean(0), rows.std(0) + 1e-9
    scaled = np.hstack([(rows - mean) / spread, np.ones((len(rows), 1))])
    penalty = np.append(np.full(rows.shape[1], _RIDGE), 1e-6)
    weights, active = np.zeros(scaled.shape[1]), np.ones(scaled.shape[1], bool)
    while True:
        for _ in range(60):
            p = 1 / (1 + np.exp(-scaled @ weights))
            gradient = scaled.T @ (counts * (p - same)) + penalty * weights
            curve = (scaled * (counts * p * (1 - p))[:, None]).T @ scaled + np.diag(penalty)
            chosen = np.flatnonzero(active)
            step = np.linalg.solve(curve[np.ix_(chosen, chosen)], gradient[chosen])
            weights[chosen] -= step
            if np.abs(step).max() < 1e-7:
                break
        wrong = active & (sign * weights < 0)
        if not wrong.any():
            break
        active &= ~wrong
        weights[wrong] = 0
    back = weights[:-1] / spread
    return back, float(weights[-1] - (back * mean).sum())


# --- figures --------------------------------------------------------------------------------------

THRESHOLDS = np.linspace(0.02, 0.98, 49)


@dataclass
class Judged:
    """Pairs with their scores, and what each text's group and best score are."""

    pairs: Pairs
    scores: np.ndarray

    def undirected(self) -> dict[tuple[int, int], tuple[float, bool]]:
        """Return each pair once, with the mean of its two scores."""
        total: dict[tuple[int, int], list[float]] = defaultdict(list)
        same = {}
        for (a, b), score, is_same in zip(
            self.pairs.who, self.scores, self.pairs.same, strict=True
        ):
            total[min(a, b), max(a, b)].append(float(score))
            same[min(a, b), max(a, b)] = bool(is_same)
        return {pair: (sum(s) / 2, same[pair]) for pair, s in total.items()}


Chosen = Mapping[str, int]
"""Incidents, and how often each is drawn."""


def _ranks(judged: Judged, chosen: Chosen) -> tuple[list[float], list[float]]:
    texts, sizes = judged.pairs.texts, Counter(t.incident for t in judged.pairs.texts)
    by: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for (a, _), score, same in zip(judged.pairs.who, judged.scores, judged.pairs.same, strict=True):
        by[a].append((-float(score), bool(same)))
    reciprocal, hits = [], []
    for number, text in enumerate(texts):
        if sizes[text.incident] < 2 or text.incident not in chosen:
            continue
        place = next((k for k, (_, same) in enumerate(sorted(by[number], key=lambda x: x[0])) if same), None)  # fmt: skip
        times = chosen[text.incident]
        reciprocal += [0.0 if place is None else 1 / (place + 1)] * times
        hits += [float(place is not None and place < 5)] * times
    return reciprocal, hits


def _average_precision(judged: Judged, chosen: Chosen) -> tuple[float, float]:
    """Return average precision over pairs, and the best pair F1 over all thresholds."""
    texts = judged.pairs.texts
    sizes = Counter(t.incident for t in texts if t.incident in chosen)
    there = sum(chosen[i] * n * (n - 1) // 2 for i, n in sizes.items())
    found = []
    for (a, b), (score, same) in judged.undirected().items():
        left, right_one = (chosen.get(texts[k].incident, 0) for k in (a, b))
        if left and right_one:
            found.append((-score, same, left if same else left * right_one))
    right, seen, total, best = 0, 0, 0.0, 0.0
    for _, same, times in sorted(found):
        seen += times
        if same:
            right += times
            total += times * right / seen
        best = max(best, 2 * right / (seen + there))
    return (total / there if there else 1.0), best


def _bcubed(judged: Judged, threshold: float, chosen: Chosen) -> float:
    texts = judged.pairs.texts
    scores = [(a, b, s) for (a, b), (s, _) in judged.undirected().items()]
    group = clusters.clusters(len(texts), scores, threshold)
    ours, theirs = Counter(group), Counter(t.incident for t in texts)
    both = Counter((g, t.incident) for g, t in zip(group, texts, strict=True))
    inside = [
        (g, t.incident)
        for g, t in zip(group, texts, strict=True)
        for _ in range(chosen.get(t.incident, 0))
    ]
    precision = sum(both[g, i] / ours[g] for g, i in inside) / len(inside)
    recall = sum(both[g, i] / theirs[i] for g, i in inside) / len(inside)
    return 2 * precision * recall / (precision + recall)


def _alone(judged: Judged, threshold: float, chosen: Chosen) -> tuple[float, float, float]:
    """Return precision, recall and F of "has no partner"."""
    texts, sizes = judged.pairs.texts, Counter(t.incident for t in judged.pairs.texts)
    best: dict[int, float] = defaultdict(float)
    for (a, _), score in zip(judged.pairs.who, judged.scores, strict=True):
        best[a] = max(best[a], float(score))
    right = said = there = 0
    for number, text in enumerate(texts):
        if text.incident not in chosen:
            continue
        abstains, alone = best[number] < threshold, sizes[text.incident] == 1
        times = chosen[text.incident]
        right += times * (abstains and alone)
        said, there = said + times * abstains, there + times * alone
    p, r = right / max(said, 1), right / max(there, 1)
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


@dataclass
class System:
    """What a system says of one set of texts, and the thresholds at which it says it."""

    judged: Judged
    grouped: Judged
    group_at: float
    none_at: float

    def figures(self, chosen: Chosen) -> dict[str, float]:
        """Return every figure, of incidents drawn so often."""
        reciprocal, hits = _ranks(self.judged, chosen)
        average, f1 = _average_precision(self.judged, chosen)
        p, r, f = _alone(self.judged, self.none_at, chosen)
        return {
            "MRR": float(np.mean(reciprocal)), "hit@5": float(np.mean(hits)), "AP": average,
            "pair F1": f1, "B3 F": _bcubed(self.grouped, self.group_at, chosen),
            "none P": p, "none R": r, "none F": f,
        }  # fmt: skip

    def drawn(self) -> list[dict[str, float]]:
        """Return the figures for incidents drawn again, each time; two systems on the same texts get
        the same draws."""
        chance = random.Random(1)
        incidents = sorted({t.incident for t in self.judged.pairs.texts})
        return [
            self.figures(Counter(chance.choices(incidents, k=len(incidents))))
            for _ in range(_DRAWS)
        ]


_DRAWS = 200
Drawn = list[list[dict[str, float]]]
"""Of each half and draw of texts, each time that incidents were drawn: the figures."""


def _interval(values: Sequence[float]) -> tuple[float, float]:
    return float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975))


def _best(judged: Judged, score: Any) -> float:
    incidents = {t.incident: 1 for t in judged.pairs.texts}
    return float(max(THRESHOLDS, key=lambda t: score(judged, float(t), incidents)))


def _halves(texts: list[Text], seed: int, share: float) -> list[list[Text]]:
    left = hold_out(texts, seed, share)
    return [[t for t in left if tuned(t.group) == half] for half in (True, False)]


def _words(found: Pairs) -> np.ndarray:
    return found.rows[:, linking.FEATURES.index("words")]


def _scores(found: Pairs, weights: tuple[np.ndarray, float]) -> np.ndarray:
    """Return what the program would say of each pair with these weights: the rules stand over them."""
    raw = 1 / (1 + np.exp(-(found.rows @ weights[0] + weights[1])))
    accounts_of = [text.account for text in found.texts]
    return np.array([
        linking.ruled(float(p), accounts_of[a], accounts_of[b], dict(zip(linking.FEATURES, row, strict=True)))
        for p, (a, b), row in zip(raw, found.who, found.rows, strict=True)
    ])  # fmt: skip


_SETS = ("xdoc_gvc", "xdoc_ecb")
_SEEDS = 3
"""How often other incidents are left with one article alone: a figure is the mean over them."""


GOLDS = Path(__file__).parent / "gold"


def _entries(find: Any) -> tuple[Pairs, Pairs]:
    """Return the pairs of current-events entries, and of the tuned half of them those that serve as
    examples: pairs days apart, which tell of different events, and pairs labelled by a reader."""
    entries = pairs(load("incidents_wikicep", find))
    texts = entries.texts
    labelled = {}
    for row in map(json.loads, (GOLDS / "links_tuned.jsonl").open(encoding="utf-8")):
        labelled[row["a"], row["b"]] = labelled[row["b"], row["a"]] = (
            row["relation"] == "same_event"
        )
    chosen, same, counts = [], [], []
    for number, (a, b) in enumerate(entries.who):
        if not (tuned(texts[a].id) and tuned(texts[b].id)):
            continue
        days = abs((texts[a].account.published or 0) - (texts[b].account.published or 0))
        verdict = labelled.get((texts[a].id, texts[b].id))
        if verdict is None and days < _FAR:
            continue
        chosen.append(number)
        same.append(bool(verdict))
        counts.append(_FAR_WORTH if verdict is None else _LABELLED_WORTH)
    examples = Pairs(texts, [], entries.rows[chosen], np.array(same, float))
    examples.counts = np.array(counts)
    return entries, examples


def _written(find: Any, name: str) -> tuple[list[dict[str, Any]], list[Text]]:
    """Return the pairs that a reader wrote, and their texts, two of each pair."""
    rows = list(map(json.loads, (GOLDS / f"{name}.jsonl").open(encoding="utf-8")))
    texts = [
        Text(f"{row['n']}{side}", "", "", _account({
            "text": row[f"{side}_text"], "title": row[f"{side}_title"], "date": row[f"{side}_date"],
        }, find))
        for row in rows
        for side in "ab"
    ]  # fmt: skip
    return rows, texts


def _written_examples(find: Any, name: str) -> Pairs:
    """Return written pairs as examples for the fit."""
    rows, texts = _written(find, name)
    found = pairs(texts)
    chosen = [k for k, (a, b) in enumerate(found.who) if a // 2 == b // 2]
    same = [float(rows[found.who[k][0] // 2]["kind"] == "same_event") for k in chosen]
    return Pairs(
        texts, [], found.rows[chosen], np.array(same), np.full(len(chosen), _WRITTEN_WORTH)
    )


def _gather(find: Any) -> dict[str, list[list[Pairs]]]:
    """Return, for each set, the pairs of both halves: several seeds, whole and cut texts."""
    gathered: dict[str, list[list[Pairs]]] = {}
    for name in _SETS:
        kinds = [load(name, find), load(name, find, _CUT)]
        gathered[name] = [
            [
                pairs(_halves(texts, seed, HELD_OUT)[half])
                for texts in kinds
                for seed in range(_SEEDS)
            ]
            for half in (0, 1)
        ]
    return gathered


def _fit_on(parts: Sequence[Pairs]) -> tuple[np.ndarray, float]:
    """Fit. What being undated counts is apart (`_apart`): in the only undated collection nearly every
    text has partners, which says how large its groups are and nothing of one text."""
    weights, bias = fit(
        np.vstack([p.rows for p in parts]),
        np.concatenate([p.same for p in parts]),
        np.concatenate([np.ones(len(p.same)) if p.counts is None else p.counts for p in parts]),
    )
    return weights, bias


def _apart(weights: tuple[np.ndarray, float]) -> tuple[np.ndarray, float]:
    """Return weights without what being undated counts, which is for groups alone."""
    kept = weights[0].copy()
    kept[linking.FEATURES.index("undated")] = 0.0
    return kept, weights[1]


def lookalikes(name: str, texts: list[Text]) -> None:
    """Print how often the relation of pairs that look alike is chosen right, with the weights in
    use: same event, a target hit again, or different."""
    finder = Finder(index(texts))
    at = {text.id: number for number, text in enumerate(texts)}
    confusion: Counter[tuple[str, str]] = Counter()
    right = total = unsafe = 0
    for row in map(json.loads, (GOLDS / f"{name}.jsonl").open(encoding="utf-8")):
        ours = relation_of(finder, texts, at[row["a"]], at[row["b"]])
        total += 1
        right += ours in (row["relation"], *row["also"])
        confusion[row["relation"], ours] += 1
        days = linking.days_fixed_apart(texts[at[row["a"]]].account, texts[at[row["b"]]].account)
        unsafe += ours == "same_event" and days is not None and days >= 2
    print(
        f"{name}: {right} of {total} right ({right / total:.3f}); two days apart and yet the same: {unsafe}"
    )
    for (gold, ours), count in confusion.most_common():
        print(f"  {gold:14} as {ours:14} {count}")


def written(find: Any, name: str) -> None:
    """Print the same for pairs that a reader wrote who had not seen the code."""
    rows, texts = _written(find, name)
    finder = Finder(index(texts))
    confusion: Counter[tuple[str, str]] = Counter()
    right = unsafe = 0
    for number, row in enumerate(rows):
        ours = relation_of(finder, texts, 2 * number, 2 * number + 1)
        gold = row["kind"] if row["kind"] in ("same_event", "repeat_target") else "different"
        right += ours == gold
        confusion[row["kind"], ours] += 1
        days = linking.days_fixed_apart(texts[2 * number].account, texts[2 * number + 1].account)
        unsafe += ours == "same_event" and days is not None and days >= 2
    print(
        f"{name}: {right} of {len(rows)} right ({right / len(rows):.3f}); two days apart and yet the same: {unsafe}"
    )
    for (kind, ours), count in sorted(confusion.items()):
        print(f"  {kind:14} as {ours:14} {count}")


def relation_of(finder: Finder, texts: Sequence[Text], a: int, b: int) -> str:
    """Return what is proposed of a pair as one of three: the better of both directions."""
    found = []
    for one, other in ((a, b), (b, a)):
        side, near = finder.near(texts[one].account, but=frozenset([one]))
        found += [linking.propose(side, n.side, n.features) for n in near if n.id == other]
    best = max((p for p in found if p is not None), key=lambda p: p.score, default=None)
    if best is None or best.relation not in ("same_event", "repeat_target"):
        return "different"
    return best.relation


_SURER = 0.89
"""Log odds by which undated accounts have to be surer to be grouped than dated ones: chosen with
`clusters.AT_LEAST`, for the one undated collection does best with a threshold of .25."""


def _for_groups(weights: tuple[np.ndarray, float]) -> tuple[np.ndarray, float]:
    """Return the weights by which pairs are grouped."""
    kept = weights[0].copy()
    kept[linking.FEATURES.index("undated")] -= _SURER
    return kept, weights[1]


_TOML = Path(linking.__file__).parent / "data" / "linking.toml"


def main(folder: Path, rounds: int) -> None:
    """Print the figures of both halves, each with weights fitted on the other."""
    run(write=False)


def _plain(tune: Pairs, test: Pairs) -> System:
    """Return plain TF-IDF, its thresholds chosen on other incidents."""
    tuning, judged = Judged(tune, _words(tune)), Judged(test, _words(test))
    none_at = _best(tuning, lambda j, t, c: _alone(j, t, c)[2])
    return System(judged, judged, _best(tuning, _bcubed), none_at)


def _ours(test: Pairs, weights: tuple[np.ndarray, float]) -> System:
    judged = Judged(test, _scores(test, _apart(weights)))
    grouped = Judged(test, _scores(test, _for_groups(weights)))
    return System(judged, grouped, clusters.AT_LEAST, linking.NO_PARTNER)


def _above(ours: Drawn, theirs: Drawn, figure: str) -> list[float]:
    """Return by how much a figure of ours is above theirs each time that incidents were drawn, the
    mean of both halves and all draws of texts."""
    cases = [
        [a[figure] - b[figure] for a, b in zip(mine, plain, strict=True)]
        for mine, plain in zip(ours, theirs, strict=True)
    ]
    return [float(np.mean(case)) for case in zip(*cases, strict=True)]


def run(*, write: bool) -> None:
    """Fit, print the figures, and write the weights fitted on both halves where asked to."""
    if "CONFLICT_READER_DATA" not in os.environ:
        print("linking: needs CONFLICT_READER_DATA")
        return
    if write:
        write_shares()
    find = pipeline.annotator()
    gathered = _gather(find)
    entries, labelled = _entries(find)
    examples = [labelled, *(_written_examples(find, name) for name in _TUNED_ON)]
    total: dict[tuple[str, str], list[dict[str, float]]] = defaultdict(list)
    drawn: dict[tuple[str, str], Drawn] = defaultdict(list)
    for half in (0, 1):
        weights = _fit_on([p for name in _SETS for p in gathered[name][1 - half]] + examples)
        for name in _SETS:
            for number in range(2 * _SEEDS):
                cut = "whole" if number < _SEEDS else "cut"
                tune = gathered[name][1 - half][number]
                test = gathered[name][half][number]
                for system, said in (
                    ("TF-IDF", _plain(tune, test)),
                    ("ours", _ours(test, weights)),
                ):
                    everyone = {t.incident: 1 for t in test.texts}
                    total[f"{name} {cut}", system].append(said.figures(everyone))
                    drawn[f"{name} {cut}", system].append(said.drawn())
    print("means of both halves, each with weights of the other [95 % over incidents]")
    for (name, system), found in total.items():
        parts = []
        for figure in found[0]:
            ends = [_interval([d[figure] for d in case]) for case in drawn[name, system]]
            low, high = (np.mean(end) for end in zip(*ends, strict=True))
            parts.append(
                f"{figure} {np.mean([f[figure] for f in found]):.3f} [{low:.2f}-{high:.2f}]"
            )
        print(f"{name:16} {system:7} {'  '.join(parts)}")
    print("ours above TF-IDF, the same incidents drawn for both [95 %]")
    for name in dict.fromkeys(name for name, _ in total):
        parts = []
        for figure in ("AP", "pair F1", "B3 F", "none F"):
            mean = np.mean([a[figure] - b[figure] for a, b in zip(total[name, "ours"], total[name, "TF-IDF"], strict=True)])  # fmt: skip
            low, high = _interval(_above(drawn[name, "ours"], drawn[name, "TF-IDF"], figure))
            parts.append(f"{figure} {mean:+.3f} [{low:+.3f}, {high:+.3f}]")
        print(f"{name:16} {'  '.join(parts)}")
    if write:
        weights = _fit_on(
            [p for name in _SETS for half in (0, 1) for p in gathered[name][half]] + examples
        )
        _write(*weights)
    for name in ("links_tuned", "links_other"):
        lookalikes(name, entries.texts)
    for path in sorted(GOLDS.glob("links_written_*.jsonl")):
        written(find, path.stem)


_SHARED = ("xdoc_ecb", "xdoc_gvc", "incidents_wikicep", "wikinews_articles", "ner_re3d")


def write_shares() -> None:
    """Write in which share of the development texts a term stands, every file weighing the same:
    terms of one text in a hundred and more, in at least three texts of two files."""
    share: dict[str, float] = defaultdict(float)
    files: Counter[str] = Counter()
    for name in _SHARED:
        path = Path(os.environ["CONFLICT_READER_DATA"], f"{name}.jsonl")
        rows = [json.loads(line) for line in path.open(encoding="utf-8")]
        counts: Counter[str] = Counter()
        for row in rows:
            counts.update(set(accounts.of_article(row["text"]).terms))
        for term, n in counts.items():
            share[term] += n / len(rows) / len(_SHARED)
            files[term] += n >= 3
    kept = sorted(
        ((t, s) for t, s in share.items() if s >= 0.01 and files[t] > 1),
        key=lambda x: (-x[1], x[0]),
    )
    lines = ["term,share", *(f"{term},{s:.3f}" for term, s in kept)]
    (_TOML.parent / "document_shares.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write(weights: np.ndarray, bias: float) -> None:
    lines = [
        "# Weights of the features of a pair (annotators/linking.py), as log odds for one unit of each.",
        "# Written by `python -m benchmarks linking --fit`; not to be edited by hand.",
        "[weight]",
        *(
            f"{name} = {0.0 if name == 'undated' else w:.3f}"
            for name, w in zip(linking.FEATURES, weights, strict=True)
        ),
        f"bias = {bias:.3f}",
        "# What two accounts without a day of publication have more in groups (annotators/clusters.py).",
        "[group]",
        f"undated = {_for_groups((weights, bias))[0][linking.FEATURES.index('undated')]:.3f}",
    ]
    _TOML.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"written: {_TOML.name}")
