"""The codebook as a table: what each code means."""

from __future__ import annotations

from collections.abc import Iterator

from store import codebook
from store.records import Value

COLUMNS = (
    "kind",
    "code",
    "inverse",
    "about",
    "acled",
    "plover",
    "ontonotes",
    "deprecated",
)


def rows(book: codebook.Codebook) -> Iterator[tuple[Value, ...]]:
    """Yield a row for each code of a codebook: labels, types, relations, lists of codes."""
    for label in book.labels:
        yield ("label", label.id, None, label.about, None, None, "; ".join(label.ontonotes) or None,
               str(label.deprecated).lower())  # fmt: skip
    for kind in book.types:
        yield ("type", kind.id, None, None, kind.acled or None, kind.plover or None, None,
               str(kind.deprecated).lower())  # fmt: skip
    for relation in book.relations:
        yield ("relation", relation.id, relation.inverse, relation.about, None, None, None,
               str(relation.deprecated).lower())  # fmt: skip
    for field, values in book.codes.items():
        for value in values:
            yield (field, value, None, None, None, None, None, "false")
