"""How good suggestions are against a gold: precision, recall and F, exact and by overlap.

Gold rows are ``id``, ``text``, ``entities`` (start, end, label; optional ``confidence``). A
determiner or possessive at an edge is stripped on both sides. Gold without a capital, a digit or a
weapon's or platform's label (``the city``, ``rebels``, ``he``) is left out, and what touches it is
not counted, unless ``everything`` is asked for; so is gold that its makers trusted less than half.
"""

from __future__ import annotations

import itertools
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotators import likely
from annotators.gazetteer import country_of, demonyms, lookup
from annotators.labels import ARMS, map_for, strip_edges

Mark = tuple[int, int, str]
TOGETHER = "WEAPON+PLATFORM"


@dataclass(frozen=True)
class GoldRow:
    """One text with the marks it should have and the places that are not scored."""

    id: str
    text: str
    marks: frozenset[Mark]
    ignored: tuple[Mark, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Figures:
    """Precision, recall and F, of spans that are equal and of spans that overlap."""

    found: int
    gold: int
    exact: tuple[float, float, float]
    overlap: tuple[float, float, float]

    def record(self) -> dict[str, Any]:
        """Return the figures under names, for JSON."""
        names = ("precision", "recall", "f")
        return {
            "found": self.found, "gold": self.gold,
            "exact": dict(zip(names, self.exact, strict=True)),
            "overlap": dict(zip(names, self.overlap, strict=True)),
        }  # fmt: skip


def _class(label: str) -> str:
    return TOGETHER if label in ARMS else label


def _named(text: str, mark: Mark) -> bool:
    quote = text[mark[0] : mark[1]]
    return mark[2] == TOGETHER or any(c.isupper() or c.isdigit() for c in quote)


class Gold:
    """A gold file, with the map from our labels to its own."""

    def __init__(
        self,
        path: Path,
        given: Mapping[str, str] | None = None,
        *,
        everything: bool = False,
    ) -> None:
        """Read a gold file.

        Raises:
            ValueError: a line is no row of a gold file; the message names the line.
        """
        raw = []
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                text = row["text"]
                for e in row.get("entities", ()):
                    if not 0 <= e["start"] < e["end"] <= len(text) or not isinstance(
                        e["label"], str
                    ):
                        raise ValueError("an entity outside its text")
            except (ValueError, KeyError, TypeError) as problem:
                raise ValueError(f"line {number} is no row of a gold file: {problem}") from None
            raw.append(row)
        used = frozenset(e["label"] for row in raw for e in row.get("entities", ()))
        self.map = {ours: _class(theirs) for ours, theirs in map_for(used, given).items()}
        wanted = set(self.map.values())
        self.left_out = sorted(label for label in used if _class(label) not in wanted)
        self.rows: list[GoldRow] = []
        self._everything = everything
        self.names_only = bool(used) and used <= {"PER", "ORG", "LOC", "OTH", "MISC"}
        self.titles_inside = "ROLE" not in self.map and "Person" in wanted
        for number, row in enumerate(raw):
            text = row["text"]
            marks, ignored = set(), []
            for e in row.get("entities", ()):
                mark = (*strip_edges(text, e["start"], e["end"]), _class(e["label"]))
                sure = float(e.get("confidence", 1) or 0) >= 0.5
                if mark[2] in wanted and sure and (everything or _named(text, mark)):
                    marks.add(mark)
                else:
                    ignored.append(mark)
            self.rows.append(
                GoldRow(str(row.get("id", number)), text, frozenset(marks), tuple(ignored), row)
            )

    @property
    def conventions(self) -> list[str]:
        """How this corpus marks what ours marks otherwise; done to our spans before they count."""
        found = ["determiners and possessives at the edges are stripped on both sides"]
        if self.titles_inside:
            found += [
                "an office before a name, and whose it is, are part of the person (ROLE + PERSON)",
                "whose they are is part of arms, and of the people of a nation, which are an organisation",
                "a town and what it lies in behind a comma are one location, and so is “city of”",
                "a country that acts is an organisation",
            ]
        if self.names_only:
            found.append("of what is called by a common noun (US troops) the name in it is left")
        return found

    def ours(
        self, row: GoldRow, spans: Iterable[tuple[int, int, str]], *, plain: bool = False
    ) -> set[Mark]:
        """Return our spans as marks of this gold, without those that are not scored; ``plain``: by
        the map of labels alone, without its conventions."""
        kept = set()
        if self.titles_inside and not plain:
            spans = with_acting_countries(row.text, with_whole_places(row.text, spans))
            spans = with_peoples(row.text, with_titles(row.text, spans))
        if self.names_only and not plain:
            spans = proper(row.text, spans)
        for start, end, label in spans:
            if label not in self.map:
                continue
            mark = (*strip_edges(row.text, start, end), self.map[label])
            free = not any(a < mark[1] and mark[0] < b for a, b, _ in row.ignored)
            if mark in row.marks or (free and (self._everything or _named(row.text, mark))):
                kept.add(mark)
        return kept


def with_titles(text: str, spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return the spans as a corpus has them in which a person's title is part of the mention
    (re3d's guideline): ``Russian``, ``Foreign Minister`` and ``Sergei Lavrov`` as one PERSON, and an
    office without a name as one too."""
    out: list[tuple[int, int, str]] = []
    for start, end, label in sorted(spans):
        if label in ("PERSON", "ROLE") and out:
            a, b, last = out[-1]
            between = text[b:start].replace("\u200e", "")
            whose = label == "ROLE" and between == " " and _owns(text, out[-1])
            titled = last == "ROLE" and between == " "
            if whose or titled:
                out[-1] = (a, end, "ROLE" if label == "ROLE" else "PERSON")
                continue
        elif label in ARMS and out and text[out[-1][1] : start] == " " and _owns(text, out[-1]):
            out[-1] = (out[-1][0], end, label)
            continue
        out.append((start, end, label))
    return [
        (
            _with_courtesy(text, a) if label == "PERSON" else a,
            b,
            "PERSON" if label == "ROLE" else label,
        )
        for a, b, label in out
    ]


def _owns(text: str, span: tuple[int, int, str]) -> bool:
    """Whether a span before an office or arms says whose they are."""
    return span[2] in ("NORP", "ORG", "FORCE") or text[span[0] : span[1]] in _OWNERS


_OWNERS = ("U.S.", "US", "UK", "U.K.", "UN")


_PEOPLE_OF = re.compile(
    r"\b(?:people|peoples|citizens|residents|groups?|members|families|leaders|all)"
    r"(?: of| from| in)?(?: the)? $"
)


def with_peoples(text: str, spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return the spans as a corpus has them in which the people of a nation are one organisation
    (``Iraqi people``, ``people of Turkey``, ``Syrians``), and one of them is a person."""
    taken = sorted(spans)
    out = []
    for n, (start, end, label) in enumerate(taken):
        before = max(0, start - 30)
        m = _PEOPLE_OF.search(text, before, start) if label in ("NORP", "GPE", "ORG") else None
        if m and not any(a < start and b > m.start() for a, b, _ in taken[:n]):
            out.append((m.start(), end, "ORG"))
            continue
        if label == "NORP" and text[end - 1] == "s":
            label = "ORG"
        elif label == "NORP" or text[start:end] in _OWNERS:
            following = taken[n + 1][0] if n + 1 < len(taken) else len(text)
            nouns = [m for m in iter_nouns(text, end) if m.end() <= following]
            kinds = [(m.end(), likely.head(m[2])) for m in nouns]
            found = [(e, k) for e, k in kinds if k in ("people", "body", "person")]
            if found:  # of several the last: what stands before it leads to it
                end, label = found[-1][0], "PERSON" if found[-1][1] == "person" else "ORG"
        out.append((start, end, label))
    return out


def iter_nouns(text: str, start: int) -> Iterator[re.Match[str]]:
    """Yield what may be a noun with what leads to it, the nearest first."""
    for words in range(3):
        m = re.compile(rf" ((?:[a-z-]+ ){{{words}}})([a-z]+)\b").match(text, start)
        if m is None or likely.joins(m[1].split()):
            return
        yield m


_PART_OF = re.compile(r"\b(?:city|town|village|vicinity|outskirts|province|area|region) of $")


def with_whole_places(
    text: str, spans: Iterable[tuple[int, int, str]]
) -> list[tuple[int, int, str]]:
    """Return the spans as a corpus has them in which a town and its country or region behind a comma
    are one location (``Palmyra, Syria``), and so is ``city of Raqqa``."""
    out: list[tuple[int, int, str]] = []
    for start, end, label in sorted(spans):
        if label == "GPE" and (m := _PART_OF.search(text, max(0, start - 30), start)):
            start = m.start()
        if label == "GPE" and out and out[-1][2] == "GPE" and text[out[-1][1] : start] == ", ":
            name, town = text[start:end], text[out[-1][0] : out[-1][1]]
            around = country_of(name) or any(p.kind == "region" for p in lookup(name))
            if around and not country_of(town) and ", " not in town:
                out[-1] = (out[-1][0], end, label)
                continue
        out.append((start, end, label))
    return out


def _with_courtesy(text: str, start: int) -> int:
    m = re.search(r"(?:Mr|Mrs|Ms|Dr|Sir|Sheikh)\.? $", text[max(0, start - 8) : start])
    return start - len(m.group()) if m else start


_PLACED = re.compile(
    r"\b(?:in|into|inside|within|across|throughout|near|to|from|outside|around|over|of|through|at|around|northern|southern|eastern|western|central|northwest|northeast|southeast|southwest|mainland|visit|visited|visiting|leave|left|entered|enter|toward|towards|between)(?: the| both)?\s+$|, $",
    re.IGNORECASE,
)
_OF_WHOM = re.compile(
    r"\b(?:government|people|leaders?|president|minister|role|support|efforts|efforts|commitment|part) of(?: the)?\s+$|\binclud(?:e|es|ing)(?: the)?\s+$",
    re.IGNORECASE,
)
_ACTS = re.compile(
    r"(?:['’]s)? (?:has|have|had|is (?:a|committed|also|deeply|proud)|will|would|can|continues?|remains?|condemns?|condemned|welcomes?|welcomed|supports?|supported|announced|joins?|joined|said|says|and its|stands?|strongly|also|calls?|called|launched|agreed|signed|commitment|efforts|support|sovereign|policy|leadership|partnership|airstrikes?|strikes?|operations?|assistance)\b"
)


def with_acting_countries(
    text: str, spans: Iterable[tuple[int, int, str]]
) -> list[tuple[int, int, str]]:
    """Return the spans as re3d has them: a country that acts is an organisation, one where
    something happens is a location."""
    out: list[tuple[int, int, str]] = []
    last: tuple[int, str] = (-9, "GPE")  # where the country before it in a list ends, and its label
    for start, end, label in sorted(spans):
        if (
            label == "GPE"
            and country_of(text[start:end])
            and re.fullmatch(r",? and (?:the )?|, (?:the )?", text[last[0] : start])
            and not _ACTS.match(text, end)
        ):
            label = last[1]
        elif label == "GPE" and country_of(text[start:end]):
            before = text[max(0, start - 30) : start]
            if (
                (
                    _ACTS.match(text, end)
                    and not re.search(r"\b(?:in|into|across|inside|throughout) (?:the )?$", before)
                )
                or _OF_WHOM.search(before)
                or (not _PLACED.search(before) and not re.match(r"[,;] |\n", text[end : end + 2]))
            ):
                label = "ORG"
        if country_of(text[start:end]):
            last = (end, label)
        out.append((start, end, label))
    return out


_RULES_OF = frozenset(["government", "administration", "cabinet", "presidency"])
"""What is called after who leads it."""


def proper(text: str, spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return the spans as a corpus has them that marks proper names alone (UNER, CoNLL): of a group
    called by a common noun (``US troops``, ``Karzai government``) what is left is the name in it."""
    out = []
    for start, end, label in spans:
        words = text[start:end].split()
        head = " ".join(itertools.takewhile(lambda w: w[:1].isupper(), words))
        called = None  # what the name is by which something is called
        if head and words[-1] in _RULES_OF and not country_of(head):
            called = "PERSON"
        elif head and words[-1] == "movement":
            called = "ORG"
        elif head and label == "FACILITY" and words[-1].islower() and country_of(head):
            called = "GPE"
        if called:
            out.append((start, start + len(head), called))
            continue
        if label in ("FORCE", "ORG") and words and words[-1].islower():
            name = [w for w in words if w[:1].isupper()]
            if (len(name) == 1 and name[0] in ("US", "U.S.", "UK", "U.K.", "EU")) or (
                name and country_of(" ".join(name)) and " ".join(name).lower() not in demonyms()
            ):
                out.append((start, start + len(" ".join(name)), "GPE"))
            elif label == "ORG" and name and not all(w.lower() in demonyms() for w in name):
                out.append((start, end, label))
            continue
        out.append((start, end, label))
    return out


def _counts(found: set[Mark], gold: frozenset[Mark]) -> Counter[str]:
    def met(a: Mark, others: Iterable[Mark]) -> bool:
        return any(o[2] == a[2] and o[0] < a[1] and a[0] < o[1] for o in others)

    return Counter(
        found=len(found), gold=len(gold), right=len(found & gold),
        near=sum(met(mark, gold) for mark in found), covered=sum(met(mark, found) for mark in gold),
    )  # fmt: skip


def _figures(counts: Counter[str]) -> Figures:
    def prf(right: int, covered: int) -> tuple[float, float, float]:
        p, r = right / max(counts["found"], 1), covered / max(counts["gold"], 1)
        return p, r, 2 * p * r / max(p + r, 1e-9)

    return Figures(
        counts["found"], counts["gold"], prf(counts["right"], counts["right"]),
        prf(counts["near"], counts["covered"]),
    )  # fmt: skip


def score(rows: Sequence[GoldRow], found: Sequence[set[Mark]]) -> dict[str, Figures]:
    """Return the figures of each label and, under ``ALL``, of all together."""
    labels = sorted(
        {mark[2] for row in rows for mark in row.marks} | {m[2] for f in found for m in f}
    )
    table = {}
    for label in [*labels, "ALL"]:
        total: Counter[str] = Counter()
        for row, marks in zip(rows, found, strict=True):
            gold = row.marks if label == "ALL" else frozenset(m for m in row.marks if m[2] == label)
            ours = marks if label == "ALL" else {m for m in marks if m[2] == label}
            total += _counts(ours, gold)
        table[label] = _figures(total)
    return table


def intervals(
    rows: Sequence[GoldRow],
    found: Sequence[set[Mark]],
    other: Sequence[set[Mark]] | None = None,
    rounds: int = 1000,
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the 95 % bootstrap intervals over documents of the exact and the overlap F, or where
    there is an ``other`` system of how far ours stands above it."""
    ours = [_counts(marks, row.marks) for row, marks in zip(rows, found, strict=True)]
    base = (
        [_counts(marks, row.marks) for row, marks in zip(rows, other, strict=True)]
        if other
        else None
    )
    draw = random.Random(20)
    exact, overlap = [], []
    for _ in range(rounds):
        picked = draw.choices(range(len(rows)), k=len(rows))
        a = _figures(sum((ours[n] for n in picked), Counter()))
        e, o = a.exact[2], a.overlap[2]
        if base is not None:
            b = _figures(sum((base[n] for n in picked), Counter()))
            e, o = e - b.exact[2], o - b.overlap[2]
        exact.append(e)
        overlap.append(o)
    exact.sort()
    overlap.sort()
    low, high = int(rounds * 0.025), int(rounds * 0.975)
    return (exact[low], exact[high]), (overlap[low], overlap[high])


@dataclass(frozen=True)
class Error:
    """One miss or false alarm, with the words around it."""

    row: str
    kind: str  # missed, wrong edges, wrong label, false alarm
    label: str
    quote: str
    instead: str
    context: str


def errors(rows: Sequence[GoldRow], found: Sequence[set[Mark]]) -> list[Error]:
    """Return every gold mark that was not found exactly and every mark that meets no gold."""
    out = []
    for row, marks in zip(rows, found, strict=True):
        text = row.text

        def shown(a: int, b: int, text: str = text) -> str:
            before, after = text[max(0, a - 40) : a], text[b : b + 30]
            return " ".join(f"{before}[{text[a:b]}]{after}".split())

        for gold in sorted(row.marks - marks):
            near = [m for m in marks if m[0] < gold[1] and gold[0] < m[1]]
            kind = "missed"
            if any(m[2] == gold[2] for m in near):
                kind = "wrong edges"
            elif near:
                kind = "wrong label"
            instead = "; ".join(f"{text[m[0] : m[1]]} {m[2]}" for m in near)
            out.append(
                Error(
                    row.id, kind, gold[2], text[gold[0] : gold[1]], instead, shown(gold[0], gold[1])
                )
            )
        for mark in sorted(marks):
            if not any(g[0] < mark[1] and mark[0] < g[1] for g in row.marks):
                out.append(
                    Error(
                        row.id,
                        "false alarm",
                        mark[2],
                        text[mark[0] : mark[1]],
                        "",
                        shown(mark[0], mark[1]),
                    )
                )
    return out
