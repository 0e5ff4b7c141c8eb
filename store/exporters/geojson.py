"""Incidents as GeoJSON (RFC 7946), and the codebook as a table: what each code means."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from store import codebook, incidents
from store.incidents import FIELDS
from store.records import Value


def features(connection: sqlite3.Connection) -> Iterator[dict[str, object]]:
    """Yield a feature an incident, earliest day first; one without coordinates has no geometry."""
    for incident in reversed(incidents.all_incidents(connection)):
        values = incident.values
        properties: dict[str, object] = {"title": incident.title}
        for field in FIELDS:
            value = values[field.name]
            if value is not None:
                properties[field.name] = json.loads(str(value)) if field.kind == "list" else value
        properties["n_reports"] = incident.n_reports
        point = None
        if values["lat"] is not None and values["lon"] is not None:
            point = {"type": "Point", "coordinates": [values["lon"], values["lat"]]}
        yield {
            "type": "Feature",
            "id": incident.uid.hex(),
            "geometry": point,
            "properties": properties,
        }


CODEBOOK_COLUMNS = (
    "kind",
    "code",
    "inverse",
    "about",
    "acled",
    "plover",
    "ontonotes",
    "deprecated",
)


def codes(book: codebook.Codebook) -> Iterator[tuple[Value, ...]]:
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
