"""Incidents as GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from store import incidents
from store.incidents import FIELDS


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
