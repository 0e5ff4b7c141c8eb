"""Names that nothing marks yet: what an analyst who looks for missed ones would stop at. Knows no
widget and no label; it only says where to look next.

In this order of trust: a name that is marked elsewhere in the text or known to the library; a run
of words with capitals; a number with what it counts; a word for a force, a weapon, a vehicle, a
facility, an office or a kind of place.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache

from store.texts import trim_span
from tui.reading import motion
from tui.reading.motion import Range, words_in

_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_LINE = 200
"""Characters of the longest headline."""
_FAR = 50_000
"""Code points on either side in which a word that begins a sentence is looked for inside one."""
_HEADLINE = 5
"""Words of four letters and more in the shortest."""
REACH = 2000
"""Code points on either side of a place in which names are looked for at a time."""
_SMALL = "of|the|for|de|del|la|al|el|bin|ibn|von|van|der"
_RUN = re.compile(
    r"(?<![\w])(?:[^\W\d_a-zà-öø-ÿа-яё][\w'’.-]*|al-[^\W\d_a-z][\w'’-]*)"
    rf"(?:[ \u00a0](?:(?:{_SMALL})[ \u00a0]){{0,2}}(?:[^\W\d_a-zà-öø-ÿа-яё][\w'’.-]*|al-[^\W\d_a-z][\w'’-]*|\d+\b)){{0,15}}"
)
_NUMBER = re.compile(
    r"(?<![\w.,])(?:\$|€|£)?\d[\d.,]*\d(?:%|[ \u00a0-][a-z]\w+)?|(?<![\w.,])(?:\$|€|£)?\d(?:%|[ \u00a0-][a-z]\w+)?"
)
_COMMON = frozenset(
    """
    a an the this that these those he she it we they i you his her its our their my your in
    on at by to from with for of as and or but if when while after before since until during
    although because however meanwhile also there here what who which where why how all some
    any many most several few both each every no not yes so then thus now today yesterday
    tomorrow earlier later according despite under over between among within without against
    about into more less such other another one two three four five six seven eight nine ten
    first second third last next may might can could would should will shall must let do
    does did has have had is are was were be been being asked mr mrs ms dr
    """.split()
)


_JOINING = frozenset("of and or in for on at by with from".split())
"""Words that no mention begins or ends with."""
_EMPTY = _JOINING | frozenset(
    """
    a an the to as but if when while after before since until during although because however than
    then so that which who whom whose is are was were be been being am has have had having do does
    did will would can could may might must shall should not no nor very also just only about into
    """.split()
)
"""Words that no mention begins with once its article is left out."""
_VERBS = frozenset(
    "including using following targeting killing wounding injuring leaving causing according regarding"
    " said says told".split()
)
_STOPS = _COMMON | _EMPTY | _VERBS
"""Words that end a noun phrase."""
_LEAD = 4
"""Words that may stand before a noun."""
_WITHIN = (" ", "\u00a0", "’s ", "'s ", "’ ", "' ")
"""What stands between the words of one noun phrase."""


@cache
def _plain_words() -> re.Pattern[str]:
    """Words without a capital that name people in arms, what they fight with, what they hit and
    who speaks for them."""
    from annotators import lexicon

    words: set[str] = set()
    for section in ("force", "weapon", "platform", "facility", "role"):
        found = lexicon.section(section)
        words.update(found["heads"], found.get("weak", ()))
    words.update(lexicon.section("place")["nouns_before"], lexicon.section("place")["nouns_after"])
    longest_first = sorted((re.escape(w) for w in words), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(longest_first)})(?![\w-])", re.IGNORECASE)


def find(
    text: str,
    start: int,
    end: int,
    taken: Sequence[Range],
    known: Collection[str] = (),
) -> list[Range]:
    """Return what stands in ``[start, end)`` (whole paragraphs) and is not taken, in text order.

    ``taken`` are the spans that are marked, or were rejected, in text order; ``known`` are names
    that are marked elsewhere or that the library knows.
    """
    found: list[Range] = []  # sorted, and none overlaps another
    busy = [span for span in taken if span[0] < end and span[1] > start]
    for a, b, sure in _raw(text, start, end, known):
        for free in _free(a, b, busy):
            first, last = trim_span(text, *free)
            span = (first, last) if sure else _without_common(text, first, last)
            if span is None or not words_in(text, *span):  # what is left of “Ukraine’s”
                continue
            at = bisect_left(found, (span[1], 0))
            if not at or found[at - 1][1] <= span[0]:
                found.insert(at, span)
    return found


def beginnings(text: str, words: Sequence[Range], marked: Sequence[Range]) -> list[Range]:
    """Return the words that a mention may begin with: outside those that are marked (in text
    order), and more than a word that only joins others."""
    out, at, furthest = [], 0, -1
    for word in words:
        while at < len(marked) and marked[at][0] <= word[0]:
            furthest = max(furthest, marked[at][1])
            at += 1
        if word[0] >= furthest and text[slice(*word)].casefold() not in _EMPTY:
            out.append(word)
    return out


def worth_a_letter(
    text: str,
    words: Sequence[Range],
    taken: Sequence[Range],
    known: Collection[str],
    after: int = 0,
) -> list[int]:
    """Return the offsets of those words at which a mention most likely begins: where `find` finds
    something, a noun of the lists is led to or a pronoun stands. Those from the offset ``after`` on
    come first: what stands before it has been read."""
    from annotators import likely

    if not words:
        return []
    begin, end = words[0][0], words[-1][1]
    first = {a for a, _ in find(text, begin, end, taken, known)}
    names = dict(
        find(text, begin, end, ())
    )  # once: to ask for each word would look again each time
    behind = -1
    for word in words:
        if word[0] < behind:
            continue
        whole = names.get(word[0]) or _noun_end(text, word, unknown=True)
        if likely.is_led_to(text[word[0] : whole]):
            first.add(word[0])
            behind = whole
    return sorted(first, key=lambda offset: (offset < after, offset))


def name_at(text: str, offset: int) -> Range | None:
    """Return the whole name at an offset: the run of words with capitals, marked or not."""
    start = max(motion.paragraph_start(text, offset), offset - REACH)
    end = min(motion.paragraph_end(text, offset), offset + REACH)
    for a, b in find(text, start, end, ()):
        if a <= offset < b:
            return a, b
    return None


def whole_at(text: str, offset: int) -> Range | None:
    """Return the name or the noun with what stands before it (``armed groups``) that begins with
    the word at an offset; None where there is no word."""
    word = motion.word_at(text, offset)
    if word is None:
        return None
    name = name_at(text, word[0])
    if name is not None and name[0] == word[0]:
        return name
    return word[0], _noun_end(text, word, unknown=True)


def _noun_end(text: str, word: Range, *, unknown: bool = False) -> int:
    """Return where the noun ends that a word in small letters leads to, else the word. ``unknown``:
    a noun that the lists do not know counts too, where the phrase ends with it."""
    from annotators import likely

    first = text[slice(*word)]
    noun = likely.head(first)
    if (first[0].isupper() and noun is None) or likely.is_whole(first) or first.lower() in _VERBS:
        return word[1]
    end, at, ended = word[1] if noun else 0, word, False
    for _ in range(_LEAD):
        following = motion.word_after(text, at[1])
        between = text[at[1] : following[0]] if following else ""
        said = text[slice(*following)] if following else ""
        if between not in _WITHIN or said.casefold() in _STOPS or not said[0].islower():
            ended = True
            break
        assert following is not None
        if likely.head(said):
            end = following[1]
        at = following
    return end or (at[1] if ended and unknown else word[1])


def grown(text: str, span: Range, which: motion.Edge) -> Range:
    """Return a span with one edge moved outward: over the rest of the name that stands there, title
    and all, or to the noun; else by a word. It does not stop at an ``of`` or an ``and`` where
    something follows in the line, nor go over the end of a sentence."""
    new = _step(text, span, which)
    start, end = new
    if new == span:
        return span
    inner = motion.word_before(text, span[1]) or span
    if _goes_over(text, *((inner[0], end) if which == "end" else (start, span[0]))):
        return span
    name = name_at(text, end - 1 if which == "end" else start)
    if name is not None:
        return (start, max(end, name[1])) if which == "end" else (min(start, name[0]), end)
    if which == "end" and (last := motion.word_before(text, end)) is not None:
        return start, max(end, _noun_end(text, last))
    return start, end


_STOP = re.compile(r"(\w+)[.!?…][\"”’)\]]*\s")
_BLANK = re.compile(r"\n\s*\n")
_SHORTENED = frozenset(
    "gen lt col maj capt brig sgt adm gov sen rep pres mr mrs ms dr st cpl spc pvt cmdr jr sr no prof rev"
    " hon insp supt".split()
)
"""Words that a full stop shortens, in names."""


def _goes_over(text: str, start: int, end: int) -> bool:
    """Whether a sentence (not ``Gen.``, not an initial) or a paragraph ends inside a range."""
    if _BLANK.search(text, start, end):
        return True
    stops = (m[1] for m in _STOP.finditer(text, start, end))
    return any(len(word) > 1 and word.lower() not in _SHORTENED for word in stops)


def _step(text: str, span: Range, which: motion.Edge) -> Range:
    """Return a span with one edge moved by a word, or by more where that word only joins others."""
    joining = _JOINING | {"the", "a", "an"} if which == "end" else _JOINING
    first = new = motion.move_edge(text, span, which, forward=which == "end")
    for _ in range(_LEAD):
        edge = motion.word_before(text, new[1]) if which == "end" else motion.word_at(text, new[0])
        if edge is None or text[slice(*edge)].casefold() not in joining:
            return new
        old, new = new, motion.move_edge(text, new, which, forward=which == "end")
        crossed = text[old[1] : new[1]] if which == "end" else text[new[0] : old[0]]
        if new == old or "\n" in crossed:
            break
    return first


def with_edge(text: str, span: Range, which: motion.Edge, *, outward: bool) -> Range:
    """Return a span with one edge moved: outward as `grown` does, inward by a word."""
    if outward:
        return grown(text, span, which)
    return motion.move_edge(text, span, which, forward=which == "start")


def _raw(
    text: str, start: int, end: int, known: Collection[str]
) -> Iterator[tuple[int, int, bool]]:
    """Give places and whether they are known to be worth a stop, also at the start of a sentence."""
    names = _known(frozenset(known))
    if names is not None:
        for m in names.finditer(text, start, end):
            yield *m.span(), True
    for m in _RUN.finditer(text, start, end):
        if not _headline(text, m.start()):
            yield *m.span(), False
    for m in _NUMBER.finditer(text, start, end):
        yield *m.span(), False
    for m in _plain_words().finditer(text, start, end):
        yield *m.span(), True


def _headline(text: str, offset: int) -> bool:
    """Whether a place stands in a line whose words all have capitals, which say nothing then."""
    start = text.rfind("\n", max(0, offset - _LINE), offset) + 1
    end = text.find("\n", offset, offset + _LINE)
    line = text[start : end if end >= 0 else offset + _LINE].rstrip()
    words = _LONG_WORD.findall(line)
    if len(words) < _HEADLINE or len(line) > _LINE or line.endswith((".", ":", ";")):
        return False
    return bool(sum(word[0].isupper() for word in words) >= 0.75 * len(words))


@lru_cache(maxsize=2)  # each name that is marked makes another set
def _known(known: frozenset[str]) -> re.Pattern[str] | None:
    names = sorted((re.escape(name) for name in known if len(name) > 1), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(names[:3000])})(?!\w)") if names else None


def _free(start: int, end: int, busy: Sequence[Range]) -> Iterator[Range]:
    """Give the parts of a span that no other one takes."""
    at = start
    for a, b in busy:
        if b <= at:
            continue
        if a >= end:
            break
        if a > at:
            yield at, a
        at = max(at, b)
    if at < end:
        yield at, end


def _without_common(text: str, start: int, end: int) -> Range | None:
    """Leave common words out at both edges; None where nothing else is in it, or where the only
    word may have its capital from beginning a sentence."""
    words = [(m.start(), m.end()) for m in re.finditer(r"\S+", text[start:end])]
    words = [(start + a, start + b) for a, b in words]
    while words and text[slice(*words[0])].strip("’'.,-").casefold() in _COMMON:
        words.pop(0)
    while words and text[slice(*words[-1])].strip("’'.,-").casefold() in _COMMON:
        words.pop()
    if not words:
        return None
    first, last = trim_span(text, words[0][0], words[-1][1])
    if text[first:last].endswith(("'s", "’s")):
        last -= 2
    quote = text[first:last]
    if not any(c.isalnum() for c in quote):
        return None
    if " " not in quote and quote[:1].isupper() and quote[1:].islower() and _begins(text, first):
        elsewhere = rf"(?<=[\w,] ){re.escape(quote)}(?!\w)"  # with its capital, in a sentence
        if _verbal(quote) or not re.compile(elsewhere).search(
            text, max(0, first - _FAR), first + _FAR
        ):
            return None
    return first, last


def _begins(text: str, offset: int) -> bool:
    """Whether a sentence or a paragraph begins at an offset."""
    before = text[max(0, offset - 4) : offset].rstrip(" \u00a0\"“”‘’'(")
    return not before or before[-1] in ".!?:\n"


def _verbal(word: str) -> bool:
    return word.endswith(("ing", "ly", "ed")) and len(word) > 4
