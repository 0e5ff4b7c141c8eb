"""Named entities from the spaCy model, a chunk of paragraphs at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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


def spans(
    entities: Callable[[str], list[Span]], text: str, tick: Callable[[int], None] | None = None
) -> list[Span]:
    """Return the entities that the model finds in each piece. ``tick`` hears how far it is and may raise `CancelledError`."""
    found: list[Span] = []
    for offset, piece in chunks(text):
        if tick:
            tick(offset)
        if not piece.strip():
            continue
        for start, end, label in entities(piece):
            quote = piece[start:end]
            start += len(quote) - len(quote.lstrip())
            end -= len(quote) - len(quote.rstrip())
            if start < end and "\n" not in piece[start:end]:
                found.append((offset + start, offset + end, label))
    return found
