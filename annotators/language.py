"""Which language a text is in, as far as the pipeline needs to know it."""

from __future__ import annotations

from functools import cache
from typing import Any

_SHORT = 40  # letters; a detector guesses wildly below that
_LOOK_AT = 4000  # code points of the beginning


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def detect(text: str, given: str | None = None) -> str:
    """Return the ISO 639-1 code of a text's language: what the article's metadata say goes first;
    of a text too short or too mixed to tell, English, which is what most articles are in."""
    if given:
        return given.split("-")[0].split("_")[0].lower()
    letters = sum(c.isalpha() for c in text[:_LOOK_AT])
    if letters < _SHORT:
        return "en"
    latin = sum(c.isascii() and c.isalpha() for c in text[:_LOOK_AT])
    code, sure = _identifier().classify(text[:_LOOK_AT])
    if latin > 0.9 * letters and sure < 0.9:
        return "en"
    return str(code)
