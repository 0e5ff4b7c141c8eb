"""Moving through a text by word, sentence and paragraph, and what is selected. Knows no widget."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

Range = tuple[int, int]
Edge = Literal["start", "end"]

# \w leaves combining marks out; a word keeps the ones that stand on its letters
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0dff\u0e31-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u200c\u200d"
)
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LETTER = rf"(?:(?![{_CJK}])[\w{_MARKS}])"


@cache
def _word() -> re.Pattern[str]:
    return re.compile(
        rf"[{_CJK}][{_MARKS}]*"  # no spaces between words there: one character a step
        # a possessive s is no word of its own; U.S. keeps its last full stop
        rf"|(?!(?<=['’])s\b){_LETTER}+(?:(?:[-.&/]|['’](?!s\b)){_LETTER}+)*(?:(?<=\.\w)\.(?!\w))?"
        "|(?:[\U0001f1e6-\U0001f1ff]{2}|[\U0001f000-\U0001faff\u2600-\u27bf][\ufe0f\u20e3]?"
        "[\U0001f3fb-\U0001f3ff]?(?:\u200d[\U0001f000-\U0001faff\u2600-\u27bf]\ufe0f?"
        "[\U0001f3fb-\U0001f3ff]?)*)"
    )


_WINDOW = 400
_SENTENCE_END = re.compile(r"[.!?…][\"”’)\]]*(?=\s|$)")


def word_at(text: str, offset: int) -> Range | None:
    """Return the word at an offset, else the nearest after it, else the nearest before it."""
    line = _safe_start(text, offset)
    for m in _word().finditer(text, line):
        if m.end() > offset:
            return m.span()
    return word_before(text, offset)


def word_after(text: str, offset: int) -> Range | None:
    """Return the first word that begins at or after an offset."""
    for m in _word().finditer(text, _safe_start(text, offset)):
        if m.start() >= offset:
            return m.span()
    return None


def word_before(text: str, offset: int) -> Range | None:
    """Return the last word that ends at or before an offset."""
    reach = _WINDOW
    while True:
        start = _safe_start(text, max(0, offset - reach))
        last = None
        for m in _word().finditer(text, start, offset):
            last = m.span()
        # the cut at ``offset`` may have shortened a word: that one does not end there
        if last is not None and last[1] == offset:
            whole = next(m for m in _word().finditer(text, last[0]) if m.start() >= last[0])
            if whole.end() > offset:
                last = None
                for m in _word().finditer(text, start, whole.start()):
                    last = m.span()
        if last is not None or start == 0:
            return last
        reach *= 8


def _safe_start(text: str, offset: int) -> int:
    """Return a place at or before an offset where no word is cut."""
    start = max(0, offset - _WINDOW)
    if start == 0:
        return 0
    while start > 0 and not text[start - 1].isspace() and offset - start < 4 * _WINDOW:
        start -= 1
    return start


def sentence_end(text: str, offset: int) -> int:
    """Return where the sentence that goes on at an offset ends, its full stop left out."""
    line = paragraph_end(text, offset)
    m = _SENTENCE_END.search(text, offset, line)
    return m.start() if m else line


def paragraph_end(text: str, offset: int) -> int:
    """Return where the paragraph at an offset ends."""
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def sentence_start(text: str, offset: int) -> int:
    """Return where the sentence that an offset is in begins."""
    line = text.rfind("\n", 0, offset) + 1
    start = line
    for m in _SENTENCE_END.finditer(text, line, offset):
        start = m.end()
    word = word_after(text, start)
    return word[0] if word is not None and word[0] <= offset else line


def paragraph_start(text: str, offset: int) -> int:
    """Return where the paragraph at an offset begins."""
    return text.rfind("\n", 0, offset) + 1


_PUNCTUATION = re.compile(r"[^\w\s'’-]")
_QUOTES = {"“": "”", "«": "»", "„": "“", '"': '"', "‘": "’"}
_LONGEST_QUOTATION = 5000


def punctuation_after(text: str, offset: int) -> int:
    """Return where the next punctuation stands, at least a character on; the end of the paragraph
    where there is none before it."""
    end = paragraph_end(text, offset + 1)
    m = _PUNCTUATION.search(text, offset + 1, end)
    return m.start() if m else end


def quotation_around(text: str, offset: int) -> Range | None:
    """Return what is inside the quotation marks around an offset, or None."""
    found: list[Range] = []
    for opening, closing in _QUOTES.items():
        if opening == closing:  # straight marks: every second one opens
            line = paragraph_start(text, offset)
            marks = [
                m.start() for m in re.finditer(opening, text[line : paragraph_end(text, offset)])
            ]
            pairs = zip(marks[::2], marks[1::2], strict=False)
            found += [(line + a + 1, line + b) for a, b in pairs if line + a < offset <= line + b]
            continue
        start = text.rfind(opening, max(0, offset - _LONGEST_QUOTATION), offset + 1)
        end = text.find(closing, start + 1, start + _LONGEST_QUOTATION) if start >= 0 else -1
        if start >= 0 and end >= offset:
            found.append((start + 1, end))
    return max(found, default=None)


def words_in(text: str, start: int, end: int) -> list[Range]:
    """Return the words that begin in ``[start, end)``."""
    return [m.span() for m in _word().finditer(text, start, end)]


def move_edge(
    text: str,
    span: Range,
    which: Edge,
    *,
    forward: bool,
    characters: bool = False,
) -> Range:
    """Return a span with one edge moved by a word or a character; it never becomes empty."""
    start, end = span
    if characters:
        step = 1 if forward else -1
        if which == "end":
            return start, max(start + 1, min(end + step, len(text)))
        return max(0, min(start + step, end - 1)), end
    if which == "end":
        word = word_after(text, end) if forward else word_before(text, max(start, end - 1))
        if word is not None and word[1] > start:
            end = word[1]
    else:
        word = word_after(text, start + 1) if forward else word_before(text, start)
        if word is not None and word[0] < end:
            start = word[0]
    return start, end


@dataclass(frozen=True)
class Selection:
    """Two words: where the selection was begun and where it is now. One word is a cursor."""

    anchor: Range
    head: Range

    @property
    def start(self) -> int:
        """First offset."""
        return min(self.anchor[0], self.head[0])

    @property
    def end(self) -> int:
        """Offset behind the last."""
        return max(self.anchor[1], self.head[1])

    def to(self, word: Range | None, *, extend: bool) -> Selection:
        """Return the selection with its head moved; the anchor comes along unless extended."""
        if word is None:
            return self
        return Selection(self.anchor if extend else word, word)

    def swapped(self) -> Selection:
        """Return the same selection with the other end to be moved."""
        return replace(self, anchor=self.head, head=self.anchor)
