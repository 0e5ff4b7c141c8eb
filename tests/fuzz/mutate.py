"""New inputs out of old ones: bytes flipped, cut, doubled, spliced, and what has broken others."""

from __future__ import annotations

import random
from collections.abc import Sequence

TOKENS: tuple[bytes, ...] = tuple(
    token.encode("utf-8", "surrogatepass")
    for token in (
        "\0", "\x1b]52;c;cHduZWQ=\x07", "\x1b[2J", "\r", "\r\n", "\n", "\u2028", "\u202e", "\ufeff",
        "\ud800", "\U0010ffff", "\U000e0041", "İ", "ß", "ﬁ", "e\u0301" * 30, "👩‍👩‍👧", "١٢٣", "²", "½",
        '"', "'", '"""', "\\", "\\u0000", "\\ud800", "{", "}", "[", "]", "[" * 500, "{" * 500, "(" * 400,
        ",", ";", "\t", "=", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "＝1", "#", "# ", "---\n",
        "*", "NOT", "OR", "AND", "NEAR(", "a:b", "col:x", "-", "^", "%s", "{0}", "$(id)", "`id`", "; DROP TABLE article",
        "null", "true", "NaN", "Infinity", "-0", "1e999", "9" * 40, "0x10", "1_000", "1.5.2", "2025-13-45",
        "0000-00-00", "9999-12-31", "14 January", "January", "the 31st of February", "Monday", "overnight",
        "<!doctype html>", "<html>", "<script>alert(1)</script>", "<!--", "-->", "<![CDATA[", "]]>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;", "&#0;", "&#x110000;", "&lt;", "<p>" * 60, "<div>" * 300,
        "<meta charset=utf-7>", "<meta charset=zip>", "<meta charset=hex_codec>", "<?xml version='1.0' encoding='rot13'?>",
        "[label]", "[[label]]", "id = 1\n", "[keys]\n", "quit = ''\n", "text", "title", "incidents", "date",
        "killed", "at least 12 killed", "12 to 15", "two dozen", "no casualties", "between 3 and", "Kyiv",
        "Belgorod Oblast", "46th Brigade", "Shahed-136", "claimed", "according to", "U.N.", "o'brien", "a-b",
    )
)  # fmt: skip


def mutated(seeds: Sequence[bytes], rng: random.Random, longest: int = 20_000) -> bytes:
    """Return an input made of the seeds: never longer than ``longest`` bytes."""
    if rng.random() < 0.05:
        return rng.randbytes(rng.randrange(0, 300))
    data = bytearray(rng.choice(seeds))
    for _ in range(1 << rng.randrange(0, 5)):
        at = rng.randrange(len(data) + 1)
        match rng.randrange(9):
            case 0 if data:
                data[at % len(data)] ^= 1 << rng.randrange(8)
            case 1:
                data[at:at] = rng.choice(TOKENS)
            case 2:
                del data[at : at + rng.randrange(1, 40)]
            case 3:
                piece = data[at : at + rng.randrange(1, 200)]
                data[at:at] = piece * rng.choice((1, 2, 2, 3, 40))
            case 4:
                other = rng.choice(seeds)
                start = rng.randrange(len(other) + 1)
                data[at:at] = other[start : start + rng.randrange(1, 200)]
            case 5:
                data[at : at + 1] = rng.randbytes(rng.randrange(1, 5))
            case 6:
                del data[at:]
            case 7:
                token = rng.choice(TOKENS)
                data[at : at + len(token)] = token
            case _:
                end = rng.randrange(len(data) + 1)
                low, high = min(at, end), min(max(at, end), min(at, end) + 200)
                data[low:high] = data[low:high][::-1]
        del data[longest:]
    return bytes(data)
