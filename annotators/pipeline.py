"""The order of the layers and the merge of their spans.

NER first; then what lists and patterns know; then what the whole text tells. Where spans overlap
the layer that is more certain wins, and of equals the longer span.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from annotators import (
    arms,
    casualties,
    consistency,
    dates,
    extensions,
    facilities,
    forces,
    gazetteer,
    incidents,
    lexicon,
    models,
    ner,
    places,
    plugins,
    report_fields,
    resolution,
    roles,
)
from annotators.base import Document, Layer, Span
from annotators.ner import LABELS
from store.records import Suggestion
from store.texts import trim_span


def _ner(document: Document) -> list[Suggestion]:
    """Take the model's spans over, with its labels mapped and edges trimmed."""
    out = []
    for start, end, label in document.ner:
        if label not in LABELS:
            continue
        start, end = trim_span(document.text, start, end)
        quote = document.text[start:end]
        if LABELS[label] in ("GPE", "LOC", "ORG", "FACILITY", "EVENT") and quote.startswith("the "):
            start += 4
        if LABELS[label] == "DATE" and re.fullmatch(r"\d{1,3}", quote):
            continue  # an age between commas
        if quote.endswith(".") and LABELS[label] == "DATE" and not _SHORT_END.search(quote):
            end -= 1
        if quote[-2:] in ("'s", "’s"):
            start, end = trim_span(document.text, start, end - 2)
        if label in ("ORG", "PERSON", "FAC", "PRODUCT") and not _PREFIXED.search(
            document.text[max(0, start - 12) : start]
        ):
            start, end = _whole_token(document.text, start, end)
        if LABELS[label] == "DATE" and _LASTS.search(document.text[max(0, start - 12) : start + 5]):
            start += 5
        if not any(c.isalnum() for c in document.text[start:end]):
            continue
        ours = LABELS[label]
        if ours == "GPE" and _A_BODY.search(document.text[start:end]):
            ours = "ORG"
        if ours in ("GPE", "NORP", "ORG", "LOC") and "-" in document.text[start:end]:
            out.extend(_compound(document.text, start, end, ours, label))
            continue
        out.append(Suggestion(start, end, ours, "model", "ner", label))
    return out


_LASTS = re.compile(r"(?:\b(?:to|will|would|could|may|might|can|should|must|not)|n[’']t) last $")
"""``is to last 45 minutes``: what goes on, not the last minutes."""
_BEFORE_NATION = re.compile(
    r"(?:intra|inter|anti|pro|non|ex|pre|post|trans)-(?=[A-Z])", re.IGNORECASE
)


def _compound(text: str, start: int, end: int, ours: str, label: str) -> list[Suggestion]:
    """Return the nations of a compound: ``Syrian`` of ``intra-Syrian``, both of ``U.S.-Iraq``."""
    if prefix := _BEFORE_NATION.match(text, start, end):
        return [
            Suggestion(prefix.end(), end, "NORP" if ours == "ORG" else ours, "model", "ner", label)
        ]
    left, _, right = text[start:end].partition("-")
    peoples = gazetteer.demonyms()
    kinds = [
        "GPE" if gazetteer.country_of(side) else "NORP" if side.lower() in peoples else None
        for side in (left, right)
    ]
    if None in kinds:
        return [Suggestion(start, end, ours, "model", "ner", label)]
    middle = start + len(left)
    return [
        Suggestion(a, b, str(kind), "rule", "ner", "one of two nations")
        for (a, b), kind in zip(((start, middle), (middle + 1, end)), kinds, strict=True)
    ]


_A_BODY = re.compile(
    r" (?:Police|Department|Command|Ministry|Court|University|Council|Party|Committee|Agency)$"
)
"""What the model takes for a place at times for the name of one within it: ``Grove City Police``."""


_SHORT_END = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|[ap]\.m|[a-z]\.[a-z])\.$", re.IGNORECASE
)
_PREFIXED = re.compile(
    r"\b(?:counter|anti|pro|ex|intra|non|post|pre|al|el|ar|as|an|ad|co|mid)-$", re.IGNORECASE
)
_SUFFIX = re.compile(
    r"-(?:led|backed|held|based|born|controlled|linked|affiliated|occupied|made|supplied|funded|style|era|allied|aligned|operated|run|owned|sponsored|wide|mediated|brokered|dominated|turned|in|to|on|and|or)\b",
    re.IGNORECASE,
)


def _whole_token(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span to the whole of a hyphenated name: the model cuts ``CJTF-OIR``."""
    if text[end : end + 1] != "-" and text[start - 1 : start] != "-":
        return start, end
    after = re.match(r"-[A-Z][\w]*", text[end : end + 20])
    if after and not _SUFFIX.match(text[end : end + 20]):
        end += after.end()
    before = re.search(r"\b[A-Z]{2,}-$", text[max(0, start - 12) : start])
    if before and text[start:end].isupper():
        start -= len(before.group())
    return start, end


def _dates(document: Document) -> list[Suggestion]:
    """Mark dates and relative times in forms that are never anything else."""
    return [
        Suggestion(start, end, "DATE", "rule", "date", "form of a date")
        for start, end in dates.find(document.text)
    ]


LAYERS: tuple[tuple[int, Layer], ...] = (
    (95, plugins.find),
    (90, casualties.find),
    (80, arms.find),
    (75, forces.find),
    (70, facilities.find),
    (65, lexicon.names),
    (60, roles.find),
    (50, places.find),
    (40, _dates),
    (30, _ner),
)
"""Each layer with its certainty."""


@cache
def rules_version() -> str:
    """Return a hash of everything that makes suggestions beside the model."""
    digest = hashlib.blake2b(digest_size=6)
    here = resources.files("annotators")
    for folder in (here, here.joinpath("data")):
        for file in sorted(folder.iterdir(), key=lambda f: f.name):
            if file.name.endswith((".py", ".toml", ".csv", ".txt")):
                digest.update(file.name.encode() + b"\0" + file.read_bytes())
    digest.update(gazetteer.version())
    return digest.hexdigest()


def fingerprint() -> str:
    """Return what tells two states of the pipeline apart: models, their versions, the rules, and
    what other packages add."""
    return "+".join([*_models(), rules_version(), *plugins.versions()])


def _models() -> tuple[str, ...]:
    languages = dict.fromkeys(["en", *(m.language for m in models.installed())])
    chosen = [model for language in languages if (model := models.choose(language))]
    return tuple(f"{m.name}-{m.version}" for m in chosen) or ("no-model",)


def ner_fingerprint(language: str | None = None) -> str:
    """Return what a cached NER result depends on beside the text: the models, and the language
    where the article's metadata give one."""
    return "+".join([*_models(), *([language] if language else [])])


@dataclass(frozen=True)
class Annotation:
    """What the pipeline has to say about a text."""

    suggestions: list[Suggestion]
    reports: list[dict[str, Any]]


def annotate(
    text: str, ner: list[Span], title: str | None = None, date: str | None = None
) -> list[Suggestion]:
    """Return the suggestions for a text, given the model's spans (none: rules alone)."""
    return read(text, ner, title, date).suggestions


def read(
    text: str,
    ner: list[Span],
    title: str | None = None,
    date: str | None = None,
    language: str = "en",
) -> Annotation:
    """Return the suggestions and the incident candidates of a text. In another language than
    English the model's spans, if there are any, the lists and the gazetteer are all there is."""
    document = Document(text, title, date, language, ner=ner)
    if language != "en":
        return _foreign(document)
    proposed: list[tuple[int, Suggestion]] = []
    for certainty, layer in LAYERS:
        proposed.extend((certainty, s) for s in layer(document))
    spans = _merge(proposed, text)
    spans = places.repair(places.by_gazetteer(spans, document), document)
    spans = consistency.apply(spans, document)
    spans = extensions.bodies_of(extensions.apply(spans, document), document)
    spans = _merge([(0, s) for s in spans], text)
    document.forget_words()  # nothing behind this looks at them
    spans, known = resolution.resolve(spans, document, _certainty)
    headline = document.first_line_end if "\n" in text.strip() else 0
    candidates = incidents.find(
        report_fields.Reading(
            text, spans, known.places, known.dates, document.counts, known.published, headline
        )
    )
    return Annotation(spans, report_fields.records(candidates, text))


def _foreign(document: Document) -> Annotation:
    layers: tuple[tuple[int, Layer], ...] = (
        (80, arms.find), (65, lexicon.names), (50, places.known), (40, _dates), (30, _ner),
    )  # fmt: skip
    proposed = [(certainty, s) for certainty, layer in layers for s in layer(document)]
    spans, _ = resolution.resolve(_merge(proposed, document.text), document, _certainty)
    return Annotation(spans, [])


@cache
def _certainties() -> dict[str, Any]:
    text = resources.files("annotators.data").joinpath("certainty.toml").read_text("utf-8")
    return tomllib.loads(text)


def _certainty(s: Suggestion) -> float:
    """Return how often suggestions like this one are right."""
    found = _certainties()
    return float(found.get(s.layer, {}).get(s.label, found["other"]))


def _merge(proposed: list[tuple[int, Suggestion]], text: str) -> list[Suggestion]:
    """Keep the most certain of spans that overlap; of equals the longer, then the earlier.

    One exception: a more certain span that stands inside a longer name, a model's or of a list
    (``Kazan`` in ``Kazan Federal University``, ``Resistance Army`` in ``Lord's Resistance Army``)
    does not cut the name.
    """
    names = {  # without the article: `The Taliban` is no longer a name than `Taliban`
        (
            s.start + 4 * text.startswith(("The ", "the "), s.start),
            s.end - 2 * text.endswith(("'s", "’s"), s.start, s.end),
        )
        for _, s in proposed
        if s.layer == "ner" and s.label in ("ORG", "PERSON", "EVENT", "FACILITY", "GPE", "LOC")
    }

    listed = {(s.start, s.end) for _, s in proposed if s.layer == "lexicon"}
    people = [s for _, s in proposed if s.layer == "ner" and s.label == "PERSON"]
    proposed = [
        (certainty, s)
        for certainty, s in proposed
        # `Muhammed Sheikh Khalil` is one name; in `Sheikh Hamad` the office goes before it
        if s.label != "ROLE" or not any(p.start < s.start and s.end < p.end for p in people)
    ]
    roles_at = {s.start: s.end for _, s in proposed if s.label == "ROLE"}
    for _, p in [*proposed]:
        behind = roles_at.get(p.start)
        if p.label == "PERSON" and p.layer == "ner" and behind is not None and behind + 1 < p.end:
            proposed.append((30, replace(p, start=behind + 1)))

    def inside_a_name(s: Suggestion) -> bool:
        longer = listed if s.layer == "force" else names if s.layer in ("place", "lexicon") else ()
        return any(a <= s.start and s.end <= b and (a, b) != (s.start, s.end) for a, b in longer)

    ranked = sorted(
        proposed,
        key=lambda p: (
            -(25 if inside_a_name(p[1]) else p[0]),
            p[1].start - p[1].end,
            p[1].start,
        ),
    )
    starts: list[int] = []
    kept: dict[int, Suggestion] = {}
    for _, s in ranked:
        index = bisect_left(starts, s.start)
        if index and kept[starts[index - 1]].end > s.start:
            continue
        if index < len(starts) and starts[index] < s.end:
            continue
        insort(starts, s.start)
        kept[s.start] = s
    return [kept[start] for start in starts]


class Annotator:
    """Gives the NER spans of a text, ``find(text, language="en")``. The English model, if there is
    one, is loaded at once, others when a text wants them."""

    def __init__(self, tick: Callable[[int], None] | None = None) -> None:
        self._tick = tick
        self._models: dict[str, ner.Find | None] = {}
        self._model("en")

    def _model(self, language: str) -> ner.Find | None:
        if language not in self._models:
            self._models[language] = _finder(language)
        return self._models[language]

    def __call__(self, text: str, language: str = "en") -> list[Span]:
        find = self._model(language)
        return [] if find is None else ner.spans(find, text, self._tick)

    def together(self, texts: Sequence[str], language: str = "en") -> list[list[Span]]:
        """Return the spans of several texts of one piece (`ner.CHUNK`) each: the same ones,
        in less time."""
        find = self._model(language)
        return [[] for _ in texts] if find is None else ner.spans_of_short(find, texts)


def _finder(language: str) -> ner.Find | None:
    """Return what finds the entities of texts in a language, None where no model is installed."""
    from annotators import fast_ner

    model = models.choose(language)
    if model is None:
        return None
    nlp = models.load(model)
    fast = fast_ner.build(nlp) if language == "en" else None
    return lambda texts: fast_ner.entities_of(nlp, fast, texts)


def annotator(tick: Callable[[int], None] | None = None) -> Annotator:
    """Return what gives a text's NER spans; ``tick`` hears how far it is with a long one."""
    return Annotator(tick)
