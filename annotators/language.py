"""Which language a text is in, as far as the pipeline needs to know it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_SHORT = 40  # letters; a detector guesses wildly below that
_LOOK_AT = 4000  # code points of the beginning


_ENGLISH = frozenset(
    """
        the of and to that was were is are by for with on at from said has have had it
        its as in who
    """.split()
)
"""Words of which English prose is full, and other languages are not."""


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


_NAMES = {
    "english": "en", "eng": "en", "ukrainian": "uk", "ukr": "uk", "russian": "ru", "rus": "ru",
    "arabic": "ar", "ara": "ar", "french": "fr", "fra": "fr", "fre": "fr", "german": "de", "deu": "de",
    "ger": "de", "spanish": "es", "spa": "es", "hebrew": "he", "heb": "he", "persian": "fa", "fas": "fa",
    "turkish": "tr", "tur": "tr", "polish": "pl", "pol": "pl", "portuguese": "pt", "por": "pt",
}  # fmt: skip


def _code(given: str) -> str | None:
    """Return the two letters of a language as metadata give it, or None where they say nothing."""
    word = re.split(r"[-_ ]", given.strip().lower())[0]
    return _NAMES.get(word, word if re.fullmatch(r"[a-z]{2}", word) else None)


def detect(text: str, given: str | None = None) -> str:
    """Return the ISO 639-1 code of a text's language: what the article's metadata say goes first;
    of a text too short or too mixed to tell, English, which is what most articles are in."""
    if given and (code := _code(given)):
        return code
    letters = sum(c.isalpha() for c in text[:_LOOK_AT])
    if letters < _SHORT:
        return "en"
    words = re.findall(r"[a-z]+", text[:_LOOK_AT].lower())
    if words and sum(word in _ENGLISH for word in words) > 0.2 * len(words):
        return "en"  # the detector, which takes 30 MB, is not needed to see that
    latin = sum(c.isascii() and c.isalpha() for c in text[:_LOOK_AT])
    code, sure = _identifier().classify(text[:_LOOK_AT])
    if latin > 0.9 * letters and sure < 0.9:
        return "en"
    return str(code)
