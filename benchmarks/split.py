"""The one way development data is split: by document, on a hash, so that anybody gets the same
halves. Rules were written with an eye on the tuned half; figures are for the other."""

from __future__ import annotations

import hashlib


def tuned(document_id: str) -> bool:
    """Whether a document belongs to the half that rules were tuned on."""
    return hashlib.md5(f"conflict-reader {document_id}".encode()).digest()[0] % 2 == 0
