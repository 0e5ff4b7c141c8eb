"""The one place where text from outside is made safe to show.

A terminal obeys what it is sent: a headline with an escape sequence can set the clipboard, a
bidirectional control can show a name backwards. Every such character is replaced by exactly one
other, so offsets into the text stay true.
"""

from __future__ import annotations

import re
import sys
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from textual.content import Content


def _table(keep_newline: bool) -> dict[int, str]:
    table = {code: chr(0x2400 + code) for code in range(0x20)}  # pictures of the control characters
    table[0x09] = " "
    table[0x7F] = "\u2421"
    table |= dict.fromkeys(range(0x80, 0xA0), "\ufffd")  # C1
    table[0x85] = " "
    bidi = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
    table |= dict.fromkeys([*bidi, 0xFEFF, *range(0xFFF9, 0xFFFC)], "\ufffd")
    table |= dict.fromkeys([0x115F, 0x1160, 0x3164, 0xFFA0], "\ufffd")  # invisible fillers
    table |= dict.fromkeys(range(0xE0000, 0xE0080), "\ufffd")  # tags: hidden text
    table |= dict.fromkeys([0x200B, 0x2060, 0x00AD], "·")
    table |= dict.fromkeys([0x2028, 0x2029], " ")
    table |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
    if keep_newline:
        del table[0x0A]
    else:
        table[0x0A] = " "
    return table


_BLOCK = _table(keep_newline=True)
_LINE = _table(keep_newline=False)
_UNUSUAL = re.compile(
    r"[^\n\x20-\x7e\u00a0-\u00ac\u00ae-\u0482\u048a-\u0530\u2010-\u2027\u2030-\u205e\u20a0-\u20cf]"
)


def safe(text: str) -> str:
    """Return the text with every harmful character replaced, newlines kept, the same length."""
    # looking first is fifteen times faster than translating; most texts have nothing to replace
    return text.translate(_BLOCK) if _UNUSUAL.search(text) else text


def safe_line(text: str) -> str:
    """Return the text on one line with every harmful character replaced, the same length."""
    return text.translate(_LINE) if _UNUSUAL.search(text) or "\n" in text else text


def title_of(text: str) -> Content:
    """Return text for the border of a widget: safe, and no markup whatever is in it."""
    from textual.content import Content

    return Content(safe_line(text))


def write(text: str, out: IO[str] | None = None) -> None:
    """Write to a stream: made safe on a terminal, as it is into a pipe or file."""
    stream = sys.stdout if out is None else out
    stream.write(safe(text) if stream.isatty() else text)
