"""A report's first claims, read off the marks around the words that an analyst selected."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from annotators import (
    attribution,
    casualties,
    dates,
    gazetteer,
    incidents,
    report_fields,
    resolution,
)
from annotators.base import Document
from annotators.sentences import containing, sentences
from store import incident_titles
from store.incidents import NewClaim
from store.records import Article, Mention, Suggestion


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the sentence (or line) that holds the span; of a span over several, all of them."""
    spans = sentences(text)
    first, last = containing(spans, start), containing(spans, max(start, end - 1))
    if first is None or last is None:
        return start, end
    return spans[first][0], max(spans[last][1], end)


def report(
    article: Article,
    text: str,
    mentions: Sequence[Mention],
    start: int,
    end: int,
    chosen: Mapping[tuple[int, int], Mapping[str, Any]] | None = None,
) -> tuple[str, list[NewClaim]]:
    """Return a title and the claims for a report of what ``[start, end)`` tells.

    Only marks of the same sentence count: type, date, place, actors, targets, weapons,
    casualties. Where the sentence names no day the day of publication is not put in its place.
    ``chosen`` are places that the analyst said names stand for, by where those stand.
    """
    first, last = sentence_around(text, start, end)
    marks = [Suggestion(m.start, m.end, m.label, m.origin) for m in mentions]
    document = Document(text, article.title, article.published)
    sentence = text[first:last].replace("\n", " ")
    source = attribution.source_of(sentence)
    document.counts = [(c, source) for c in casualties.counts(sentence, first)]
    _, known = resolution.resolve(marks, document)
    places = dict(known.places)
    for (at, _), place in (chosen or {}).items():
        places[at] = [gazetteer.Place.of(place)]
    reading = report_fields.Reading(
        text, marks, places, known.dates, document.counts, known.published
    )
    told = incidents.of_words(reading, (first, last), start, end)
    claims = [NewClaim("trigger", text[start:end], start, end, text[start:end], origin="analyst")]
    for t in told.claims:
        if t.field.startswith("date_") and told.when is not None and told.when.basis == "inferred":
            continue
        precision = None if t.precision is None else str(t.precision)
        claims.append(
            NewClaim(t.field, str(t.value), t.start, t.end, text[t.start : t.end], precision,
                     told.said_by, told.modality)
        )  # fmt: skip
    values = {c.field: c.value for c in reversed(claims)}  # the first of each counts
    return incident_titles.of_words(text[start:end], values), claims


def date_fields(words: str, published: str | None) -> dict[str, str] | None:
    """Return the date fields of an incident for quoted words, or None where they fix no day."""
    when = dates.resolve(re.sub(r"\s+", " ", words), published)
    if when is None:
        return None
    told = report_fields.date_claims(0, 0, None, when, when.confidence)
    return {t.field: str(t.value) for t in told}
