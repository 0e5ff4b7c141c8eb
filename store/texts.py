"""What happens to a text once, on its way in, and how two texts are compared."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> tuple[str, int]:
    """Return the text as it is stored, and how many characters could not be kept.

    Newlines become LF; NUL (SQLite's ``length`` stops there) and lone surrogates (not UTF-8)
    become U+FFFD. Everything else stays.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lost = text.count("\0")
    if lost:
        text = text.replace("\0", "\ufffd")
    text, surrogates = _SURROGATE.subn("\ufffd", text)
    return text, lost + surrogates


def sha256(text: str) -> bytes:
    """Return the SHA-256 of the text's UTF-8 form."""
    return hashlib.sha256(text.encode("utf-8")).digest()


def fold(name: str) -> str:
    """Return a name without case, accents, width variants and repeated space, for comparing."""
    decomposed = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())


def one_line(text: str) -> str:
    """Return the text on one line, with runs of white space made one space."""
    return " ".join(text.split())


_EDGE = " \t\n\u00a0\u2009\u202f,;:!?.…\"“”„«»‘’'()[]{}<>–—-*_/\\|"
_CLOSERS = {")": "(", "]": "["}


def trim_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the punctuation and white space at its edges.

    A full stop stays where the word has another one inside (``U.S.``), a closing bracket where
    its opening one is inside. The span comes back as it is where nothing else is in it.
    """
    first, last = start, end
    while first < last and text[first] in _EDGE:
        first += 1
    while last > first and text[last - 1] in _EDGE:
        char, inside = text[last - 1], text[first : last - 1]
        if char == "." and "." in inside.rsplit(None, 1)[-1:][0] if inside.split() else False:
            break
        if char in _CLOSERS and _CLOSERS[char] in inside:
            break
        last -= 1
    return (first, last) if first < last else (start, end)
