"""Named entities from the spaCy model, a chunk of paragraphs at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from annotators.base import Span

CHUNK = 12_000
"""Code points: some 2,000 words, so that memory stays flat and a cancel is heard soon."""

LABELS = {
    "PERSON": "PERSON",
    "ORG": "ORG",
    "NORP": "NORP",
    "GPE": "GPE",
    "LOC": "LOC",
    "FAC": "FACILITY",
    "EVENT": "EVENT",
    "DATE": "DATE",
    "TIME": "DATE",
    "CARDINAL": "QUANTITY",
    "QUANTITY": "QUANTITY",
    "PERCENT": "QUANTITY",
    "MONEY": "MONEY",
    # of trained models
    "FORCE": "FORCE",
    "WEAPON": "WEAPON",
    "PLATFORM": "PLATFORM",
    # of models of other languages
    "PER": "PERSON",
    "persName": "PERSON",
    "orgName": "ORG",
    "placeName": "GPE",
    "geogName": "LOC",
}
"""OntoNotes to the codebook. PRODUCT, LAW, WORK_OF_ART, LANGUAGE and ORDINAL have no label here."""


class CancelledError(Exception):
    """The request was taken back."""


def chunks(text: str) -> Iterator[tuple[int, str]]:
    """Cut a text at line ends (else at a space) into pieces of at most `CHUNK`."""
    start = 0
    while start < len(text):
        end = min(len(text), start + CHUNK)
        if end < len(text):
            for mark in ("\n", ". ", " "):
                cut = text.rfind(mark, start + CHUNK // 2, end)
                if cut > 0:
                    end = cut + len(mark)
                    break
        yield start, text[start:end]
        start = end


Find = Callable[[Sequence[str]], list[list[Span]]]
"""Gives what a model finds in each of several texts."""


def spans(find: Find, text: str, tick: Callable[[int], None] | None = None) -> list[Span]:
    """Return the entities that the model finds in each piece. ``tick`` hears how far it is and may raise `CancelledError`."""
    found: list[Span] = []
    for offset, piece in chunks(text):
        if tick:
            tick(offset)
        if piece.strip():
            found += _trimmed(piece, find([piece])[0], offset)
    return found


def spans_of_short(find: Find, texts: Sequence[str]) -> list[list[Span]]:
    """Return the entities of several texts of one piece each, found together."""
    full = [text for text in texts if text.strip()]
    found = iter(find(full))
    return [_trimmed(text, next(found), 0) if text.strip() else [] for text in texts]


def _trimmed(piece: str, entities: Iterable[Span], offset: int) -> list[Span]:
    """Return entities without white space at their edges and without those that cross lines."""
    found = []
    for start, end, label in entities:
        quote = piece[start:end]
        start += len(quote) - len(quote.lstrip())
        end -= len(quote) - len(quote.rstrip())
        if start < end and "\n" not in piece[start:end]:
            found.append((offset + start, offset + end, label))
    return found
