"""Bytes to text: byte order mark, declared, strict UTF-8, then a guess that says so."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?([\w.:-]+)""", re.I
)

_OTHER_SCRIPTS = frozenset(
    [
        "cp1251",
        "cp1253",
        "cp1255",
        "cp1256",
        "iso8859_5",
        "iso8859_6",
        "iso8859_7",
        "iso8859_8",
        "iso8859_11",
        "mac_cyrillic",
        "mac_greek",
    ]
)


class NotTextError(ValueError):
    """The bytes are no text."""


_NOT_OF_TEXTS = frozenset(
    ["punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape", "raw-unicode-escape",
     "unicode-escape", "utf-7", "utf_7", "mbcs", "oem"]
)  # fmt: skip
"""What Python can decode and no page is written in."""


def declared_encoding(raw: bytes) -> str | None:
    """Return the encoding that an HTML or XML head names, where Python knows it."""
    m = _DECLARED.search(raw[:4096])
    return known_encoding(m[1].decode("ascii", "replace")) if m else None


def known_encoding(name: str | None) -> str | None:
    """Return the encoding of a name as Python calls it, or None where it is none of text."""
    try:
        found = codecs.lookup(name) if name else None
    except (LookupError, ValueError):
        return None
    # zip, hex, rot13 and the like are codecs too, and no encoding of a text
    if (
        found is None
        or not getattr(found, "_is_text_encoding", True)
        or found.name in _NOT_OF_TEXTS
    ):
        return None
    return found.name


def decode(raw: bytes, declared: str | None = None) -> tuple[str, str, tuple[str, ...]]:
    """Return the text, the encoding it was read with, and remarks for the import summary.

    Raises:
        NotTextError: the bytes look like a program, an image or another binary file.
    """
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return raw.decode(encoding, "replace"), encoding, ()
    if b"\0" in raw[:8192] and raw[:8192].count(b"\0") > len(raw[:8192]) // 1000:
        raise NotTextError("not a text file")
    if declared and declared not in ("utf-8", "utf-16", "utf-32"):
        try:
            return raw.decode(declared), declared, ()
        except (UnicodeError, LookupError):
            pass
    try:
        return raw.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError:
        pass
    from charset_normalizer import from_bytes

    guess = from_bytes(raw[:200_000]).best()
    encoding = guess.encoding if guess else "cp1252"
    if encoding.startswith(("cp125", "latin", "iso8859", "mac")) and encoding not in _OTHER_SCRIPTS:
        encoding = "cp1252"  # short Latin texts are mistaken for its rarer cousins
    remark = f"neither UTF-8 nor declared; read as {encoding}, a guess: check its accents"
    return raw.decode(encoding, "replace"), encoding, (remark,)
