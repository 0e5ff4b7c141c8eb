"""How many keys it takes to make every mark of a text right: an analyst who knows the answer plays
the program by its real keymap, in its real state, always with the cheapest keys.

``python -m benchmarks effort GOLD.jsonl [--json FILE]``: rows ``text`` and ``entities`` (start, end,
label). Determiners and possessives are stripped on both sides; labels that the gold does not have
are left out on both sides.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from textual import events

from annotators import pipeline
from annotators.labels import STAND_FOR, strip_edges
from benchmarks import rivals
from benchmarks.rivals import Gold
from store import importers, mentions
from store.lessons import LAYER
from store.library import Library
from store.records import Incoming, Mention, Suggestion
from store.texts import trim_span
from tui import keymap
from tui.app import ConflictReader
from tui.reading import candidates, motion
from tui.session import Session

_EDGE_KEYS = 8
"""Edge keys beyond which a mention is not mended."""
_RANGE = 2
"""Keys that it takes to select to another word, from one that was jumped to: its letters."""
KINDS = ("accept", "relabel", "edge", "edge and label", "add", "reject", "other")


@dataclass
class Row:
    """A text with the marks it should have."""

    text: str
    golds: list[Gold]
    suggestions: list[Suggestion]


@dataclass
class Score:
    """Keys by what they were for, and how often that was done."""

    keys: Counter[str] = field(default_factory=Counter)
    times: Counter[str] = field(default_factory=Counter)
    wrong: int = 0  # marks that did not come out as the gold says
    golds: int = 0
    adds: Counter[str] = field(default_factory=Counter)  # how missed ones were reached

    @property
    def each(self) -> float:
        """Keys a gold mention."""
        return sum(self.keys.values()) / max(1, self.golds)


def named_only(rows: list[Row]) -> list[Row]:
    """Return the rows with names, values and arms alone, on both sides: what our codebook asks for.
    Corpora that follow ACE mark pronouns and common nouns (we, the city, his friend) too."""
    out = []
    for row in rows:
        dropped = [g for g in row.golds if not _named(row, g)]
        golds = [g for g in row.golds if _named(row, g)]
        spans = {(g.start, g.end) for g in golds}
        kept = [
            s for s in row.suggestions
            if (s.start, s.end) in spans or ((
                any(c.isupper() or c.isdigit() for c in row.text[s.start : s.end])
                or s.label in ("WEAPON", "PLATFORM")
            ) and not any(g.start < s.end and s.start < g.end for g in dropped))
        ]  # fmt: skip
        out.append(Row(row.text, golds, kept))
    return out


def _named(row: Row, g: Gold) -> bool:
    quote = row.text[g.start : g.end]
    if quote.casefold() in _PRONOUNS:
        return False
    arms = g.label in STAND_FOR["WEAPON"] + STAND_FOR["PLATFORM"]
    return arms or any(c.isupper() or c.isdigit() for c in quote)


_PRONOUNS = frozenset("i we you he she it they me us him her them his our their my its".split())


def read(path: Path) -> tuple[list[Row], dict[str, int]]:
    """Read a gold file and make the suggestions; return rows and counts of gold labels."""
    raw = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    counts: Counter[str] = Counter()
    known = {label for labels in STAND_FOR.values() for label in labels}
    for row in raw:
        counts.update(e["label"] for e in row["entities"])
    used = {label for label in counts if label in known}
    ours = {name for name, labels in STAND_FOR.items() if used & set(labels)}
    find = pipeline.annotator()
    rows = []
    for row in raw:
        text = row["text"]
        golds = {
            Gold(*strip_edges(text, e["start"], e["end"]), e["label"])
            for e in row["entities"]
            if e["label"] in used
        }
        found = {}
        for s in pipeline.annotate(text, find(text), row.get("title"), row.get("date")):
            if s.label in ours:
                start, end = strip_edges(text, s.start, s.end)
                found[start, end] = Suggestion(
                    start, end, s.label, s.origin, s.layer, s.rule, s.score
                )
        rows.append(Row(text, sorted(golds, key=lambda g: (g.start, g.end)), list(found.values())))
    return rows, dict(counts)


def fits(label: str, gold: str) -> bool:
    """Whether one of our labels stands for the gold's."""
    return gold in STAND_FOR.get(label, ())


def our_label(gold: str) -> str:
    """Return the label of ours that an analyst gives for the gold's."""
    return next(name for name, labels in STAND_FOR.items() if gold in labels)


class Player:
    """The analyst at the keys."""

    def __init__(self, app: ConflictReader, pilot: Any, row: Row) -> None:
        self.app, self.pilot, self.row = app, pilot, row
        self.desk, self.reader = app.desk, app.desk.reader
        self.pressed = 0
        book = app.desk.session.library.codebook()
        self.label_keys = {
            x.id: (x.key,) if x.key else (self.no_letter("relabel"), x.letter) for x in book.labels
        }

    async def press(self, *keys: str) -> None:
        """Press keys; a dialog that one of them opens gets the next."""
        for key in keys:
            self.pressed += 1
            character = key if len(key) == 1 else None
            if self.app.screen is self.desk:
                await self.desk.on_key(events.Key(key, character))
                if self.app.screen is not self.desk:
                    await self.pilot.pause()
            else:
                self.app.screen.post_message(events.Key(key, character))
                await self.pilot.pause()

    @staticmethod
    def no_letter(name: str) -> str:
        """Return the key of an action that is no letter: those are words while a jump is shown."""
        return next(k for k in keymap.BY_ID[name].keys if len(k) > 1 or not k.isalpha())

    async def action(self, name: str) -> None:
        """Press the key of an action."""
        in_hints = self.reader.mode == "hints"
        await self.press(self.no_letter(name) if in_hints else keymap.BY_ID[name].keys[0])

    async def learn(self) -> None:
        """Wait until all is stored, and until what that teaches is suggested."""
        while self.desk._commits:
            await self.pilot.pause(0.01)
        if self.desk.learning is not None:
            await self.desk.learning.look()

    async def spent(self, work: Any) -> int:
        """Do something; return the keys it took."""
        before = self.pressed
        await work
        return self.pressed - before

    # --- plans ---------------------------------------------------------------------------------------

    def edge_keys(self, span: tuple[int, int], wanted: tuple[int, int]) -> list[str] | None:
        """Return the fewest actions that bring a mention's edges where they should be; None where
        none do, or too many would be needed."""
        text, seen = self.row.text, {span}
        waiting: list[tuple[tuple[int, int], list[str]]] = [(span, [])]
        for at, steps in waiting:  # those that are reached by fewer keys stand first
            if at == wanted:
                return steps
            if len(steps) == _EDGE_KEYS:
                continue
            for which, outward, name in (
                # of equally many the one that ends outward, which one key does and accepts
                ("end", False, "shrink_end"), ("start", False, "shrink_start"),
                ("end", True, "grow_end"), ("start", True, "grow_start"),
            ):  # fmt: skip
                new = candidates.with_edge(text, at, which, outward=outward)  # type: ignore[arg-type]
                new = trim_span(text, *new)
                if new not in seen:
                    seen.add(new)
                    waiting.append((new, [*steps, name]))
        return None

    def match(self) -> tuple[dict[bytes, Gold], list[Gold]]:
        """Give each suggestion the gold it is meant for; return also the golds without one, which no
        decided mark is either."""
        marks = [m for m in self.reader.spans.mentions if not m.human]
        done = [m for m in self.reader.spans.mentions if m.human]
        open_golds = [
            g for g in self.row.golds
            if not any((m.start, m.end) == (g.start, g.end) and fits(m.label, g.label) for m in done)
        ]  # fmt: skip
        meant: dict[bytes, Gold] = {}
        for rank in range(3):
            for m in marks:
                if m.uid in meant:
                    continue
                for g in list(open_golds):
                    same = (m.start, m.end) == (g.start, g.end)
                    good = fits(m.label, g.label)
                    touch = m.start < g.end and g.start < m.end
                    if (rank == 0 and same and good) or (rank == 1 and same) or (
                        rank == 2 and touch and self._worth(m, g)
                    ):  # fmt: skip
                        meant[m.uid] = g
                        open_golds.remove(g)
                        break
        return meant, open_golds

    def _worth(self, m: Mention, g: Gold) -> bool:
        """Whether mending is cheaper than rejecting and marking anew (4 keys and more)."""
        keys = self.edge_keys((m.start, m.end), (g.start, g.end))
        return keys is not None and len(keys) <= 4

    # --- playing ---------------------------------------------------------------------------------------

    async def review(
        self, score: Score, meant: dict[bytes, Gold], until: bytes | None = None
    ) -> None:
        """Go through the suggestions once, or until one of them is decided."""
        if any(not m.human for m in self.reader.spans.mentions):
            score.keys["other"] += await self.spent(self.action("next_mention"))
        elif self.reader.mode == "hints":
            score.keys["other"] += await self.spent(self.press("escape"))
        while True:
            m = self.reader.focused
            if m is None or m.human:
                break
            g = meant.get(m.uid)
            kind, keys = "reject", 0
            if g is None:
                keys = await self.spent(self.action("reject"))
                if m.layer == LAYER:  # a rejection is a lesson too, and is looked at as a mark is
                    await self.learn()
                    if self.reader.focused is None:
                        keys += await self.spent(self.action("next_mention"))
            else:
                keys, kind = await self._mend(m, g)
            score.keys[kind] += keys
            score.times[kind] += 1
            if m.uid == until:
                break

    async def go_to_mention(self, m: Mention) -> None:
        """Jump to a mention by its letters."""
        await self._scroll_to(Gold(m.start, m.start + 1, m.label))
        await self.action("hints")
        letters = next((k for k, v in self.reader.hints.items() if v == m.start), None)
        if letters is None:  # a mention of one character: two keys more, by its neighbour
            await self.press("escape")
            self.reader.focus_mention(self.reader.spans.by_uid(m.uid))
            self.pressed += 2
        else:
            await self.press(*letters)

    async def _mend(self, m: Mention, g: Gold) -> tuple[int, str]:
        edges = self.edge_keys((m.start, m.end), (g.start, g.end)) or []
        before = self.pressed
        right = fits(m.label, g.label)
        last = f"{edges[-1]}_accept" if edges and right else ""
        for name in edges[:-1] if last in keymap.BY_ID else edges:
            await self.action(name)
        if right:
            await self.action(last if last in keymap.BY_ID else "accept")
        else:
            await self.press(*self.label_keys[our_label(g.label)])
        kind = "edge" if edges and right else "edge and label" if edges else ""
        return self.pressed - before, kind or ("accept" if right else "relabel")

    async def add_missed(self, score: Score, missed: list[Gold]) -> None:
        """Mark what was missed: by letters, one word after the other, where there are several; else
        by stepping through unmarked names, or by jumping to a word."""
        if not missed:
            return
        start = self.pressed
        by_letters = [g for g in missed if self._reached_by_letters(g)]
        alone = [g for g in missed if g not in by_letters]
        if by_letters:
            await self._by_letters(score, by_letters)
        while alone:
            g = self._next(alone)
            if self._is_marked(g):
                continue
            if self.reader.mode == "hints":
                await self.press("escape")
            how = await self._reach(g)
            await self.press(*self.label_keys[our_label(g.label)])
            score.adds[how] += 1
        score.keys["add"] += self.pressed - start
        score.times["add"] += len(missed)
        if self.reader.mode not in ("reader", "hints"):
            self.reader.leave_mode()

    def _is_marked(self, g: Gold) -> bool:
        return any(
            m.human and (m.start, m.end) == (g.start, g.end) and fits(m.label, g.label)
            for m in self.reader.spans.mentions
        )

    def _next(self, left: list[Gold]) -> Gold:
        """Take the next one out: as the text goes on screen, then the nearest screen."""
        first, last = self.reader.visible_range
        here = [g for g in left if first <= g.start and g.end <= last]
        chosen = min(here or left, key=lambda g: (
            0 if here else min(abs(g.start - first), abs(g.start - last)), g.start, -g.end
        ))  # fmt: skip
        left.remove(chosen)
        return chosen

    def _reached_by_letters(self, g: Gold) -> bool:
        """Whether the first word of a mention gets letters while words are marked by them."""
        word = motion.word_at(self.row.text, g.start)
        marked = [
            (m.start, m.end) for m in self.reader.spans.mentions if m.review_status != "rejected"
        ]
        return (
            word is not None
            and word[0] == g.start
            and bool(candidates.beginnings(self.row.text, [word], marked))
        )

    async def _by_letters(self, score: Score, golds: list[Gold]) -> None:
        """Mark several by the letters of their first words: each gets its likely label, then its
        edges and its label where those are not right."""
        if self.reader.mode != "reader":
            await self.press("escape")
        await self.action("mark_by_letters")
        left = list(golds)
        while left:
            g = self._next(left)
            await self._scroll_to(g)
            letters = next((k for k, v in self.reader.hints.items() if v == g.start), None)
            if letters is None:  # more words in view than letters, or marked with another by now
                if self._is_marked(g):
                    continue
                await self.press("escape")
                await self._jump(g)
                await self.press(*self.label_keys[our_label(g.label)])
                score.adds["jump"] += 1
                await self.action("mark_by_letters")
                continue
            whole = candidates.whole_at(self.row.text, g.start) or (g.start, g.end)
            edges = self.edge_keys(whole, (g.start, g.end))
            ranged = (edges is None or len(edges) > 2) and await self._select_to(g)
            if not ranged:
                await self.press(*letters)
            m = self.reader.focused
            assert m is not None
            for name in self.edge_keys((m.start, m.end), (g.start, g.end)) or []:
                await self.action(name)
            m = self.reader.focused
            assert m is not None
            if not fits(m.label, g.label):
                await self.press(*self.label_keys[our_label(g.label)])
            score.adds["letters"] += 1

    async def _reach(self, g: Gold) -> str:
        """Select a missed mention by the cheaper of two ways."""
        hops = self._hops(g)
        by_hop = hops[0] + len(hops[1]) if hops is not None else 99
        pages, by_jump = self._jump_cost(g)
        if hops is not None and by_hop <= pages + by_jump:
            for _ in range(hops[0]):
                await self.action("candidate")
            if self.reader.selection is not None:
                await self.press(*hops[1])
            if self._selected == (g.start, g.end):
                return "next name"
        if self.reader.mode != "reader" and not self.reader.from_candidate:
            await self.press("escape")  # whatever is selected is not it
        await self._jump(g)
        return "jump"

    @property
    def _selected(self) -> tuple[int, int] | None:
        s = self.reader.selection
        return (s.start, s.end) if s is not None else None

    def _now(self) -> tuple[int, int] | None:
        s = self.reader.selection
        return (s.start, s.end) if s is not None and self.reader.from_candidate else None

    def _hops(self, g: Gold) -> tuple[int, list[str]] | None:
        """Return how many unmarked names come before one that can be made this mention, and the
        keys that do it; None where there is none."""
        text, known = self.row.text, self.desk.selecting.known_names()
        here = self._now()
        if here is not None:
            keys = self.select_keys(here, (g.start, g.end))
            if keys is not None and here[0] < g.end and g.start < here[1]:
                return 0, keys
            at = here[0]
        else:
            first, last = self.reader.visible_range
            m = self.reader.focused
            at = m.start if m is not None and first <= m.start < last else first - 1
        count, line = 0, motion.paragraph_start(text, max(0, at))
        while line <= len(text):
            end = motion.paragraph_end(text, line)
            taken = [(m.start, m.end) for m in self.reader.spans.overlapping(line, end + 1)]
            for a, b in candidates.find(text, line, end, taken, known):
                if a <= at:
                    continue
                count += 1
                if a < g.end and g.start < b:
                    keys = self.select_keys((a, b), (g.start, g.end))
                    if keys is not None:
                        return count, keys
                if a > g.end or count > 8:
                    return None
            line = end + 1
        return None

    def select_keys(self, span: tuple[int, int], wanted: tuple[int, int]) -> list[str] | None:
        """Return the keys that move a selection's ends from one span to another, by words."""
        text, keys = self.row.text, list[str]()
        more, less = keymap.BY_ID["word_right"].keys[0], keymap.BY_ID["word_left"].keys[0]
        end = span[1]
        head = motion.word_before(text, end) or span
        while end != wanted[1] and len(keys) < 20:
            forward = end < wanted[1]
            step = (
                motion.word_after(text, head[1]) if forward else motion.word_before(text, head[0])
            )
            if step is None or (step[1] > wanted[1] if forward else step[1] < wanted[1]):
                return None
            head, end = step, step[1]
            keys.append(more if forward else less)
        start, flipped = span[0], False
        anchor = motion.word_at(text, start) or span
        while start != wanted[0] and len(keys) < 20:
            forward = start < wanted[0]
            step = (
                motion.word_after(text, anchor[1])
                if forward
                else motion.word_before(text, anchor[0])
            )
            if step is None or (step[0] > wanted[0] if forward else step[0] < wanted[0]):
                return None
            if not flipped:
                keys.append(keymap.BY_ID["swap_ends"].keys[0])
                flipped = True
            anchor, start = step, step[0]
            keys.append(more if forward else less)
        return keys if (start, end) == wanted else None

    def _jump_cost(self, g: Gold) -> tuple[int, int]:
        first, last = self.reader.visible_range
        size = max(200, last - first)
        pages = 0 if first <= g.start and g.end <= last else 1 + abs(g.start - first) // size
        if self.reader.mode != "reader" and not self.reader.from_candidate:
            pages += 1  # Escape
        return pages, 3 + min(len(self._after_jump(g)[0]), _RANGE)

    def _after_jump(self, g: Gold) -> tuple[list[str], int]:
        """Return the keys after a jump to a mention's first word, and the offset jumped to."""
        text = self.row.text
        word = motion.word_at(text, g.start) or (g.start, g.end)
        name = candidates.name_at(self.row.text, word[0])
        if name is not None and name[0] == word[0]:
            keys = self.select_keys(name, (g.start, g.end))
            if keys is not None:
                return keys, word[0]
        return self._extended(word[0], g.end), word[0]

    def _extended(self, start: int, end: int) -> list[str]:
        """Return the keys that select from the word at the cursor to an end."""
        inside = [w for w in motion.words_in(self.row.text, start, end) if w[1] <= end]
        return [keymap.BY_ID["extend"].keys[0]] * max(0, len(inside) - 1)

    async def _scroll_to(self, g: Gold) -> None:
        for _ in range(60):
            first, last = self.reader.visible_range
            if first <= g.start and g.end <= last:
                break
            if self.reader.mode in ("cursor", "select"):  # a page would take the cursor along
                await self.press("escape")
            if g.start < first:
                await self.action("page_up")
            else:  # of one that is cut by the edge a row is enough
                await self.action("page_down" if g.start >= last else "down")

    async def _select_to(self, g: Gold) -> bool:
        """While letters are shown, select from a mention's first word to its last, by the letters of
        both; False where one of them has none, with nothing pressed."""
        first = motion.word_at(self.row.text, g.start)
        last = motion.word_at(self.row.text, g.end - 1)
        if first is None or last is None or (first[0], last[1]) != (g.start, g.end):
            return False
        letters = {offset: k for k, offset in self.reader.hints.items()}
        if first[0] not in letters or last[0] not in letters:
            return False
        begin = letters[first[0]]
        await self.press(*begin[:-1], begin[-1].upper())
        end = next(k for k, offset in self.reader.hints.items() if offset == last[0])
        await self.press(*end)
        return True

    async def _hint(self, offset: int) -> None:
        """Jump to the word at an offset; to one of a single character by its neighbour."""
        await self.action("hints")
        letters = next((k for k, v in self.reader.hints.items() if v == offset), None)
        if letters is not None:
            await self.press(*letters)
            return
        near = min(self.reader.hints.items(), key=lambda item: abs(item[1] - offset))
        await self.press(*near[0])
        for _ in range(6):
            s = self.reader.selection
            if s is None or s.start == offset:
                break
            await self.action("word_right" if s.start < offset else "word_left")

    async def _jump(self, g: Gold) -> None:
        await self._scroll_to(g)
        keys, offset = self._after_jump(g)
        if len(keys) > _RANGE:
            await self.action("hints")
            if await self._select_to(g):
                return
            await self.press("escape")
        await self._hint(offset)
        if self.reader.selection is None:  # the word stands in a mention: the cursor comes by v
            await self.action("cursor")
            keys = self._extended(offset, g.end)
        await self.press(*keys)


async def play(rows: list[Row], folder: Path, bulk: bool, name: str = "all") -> Score:
    """Play all texts; return what it took."""
    path = folder / f"effort-{name}-{bulk}.db"
    with Library.open(path) as library:
        importers.store(
            library, [Incoming(row.text, title=f"text {n}") for n, row in enumerate(rows)]
        )
        for number, row in enumerate(rows, 1):
            library.write(
                lambda c, n=number, r=row: mentions.replace_suggestions(
                    c, n, r.suggestions, "played", None
                )  # type: ignore[misc]
            )
    score = Score()

    async def fingerprint(self: Session) -> str:
        return "played"

    Session.fingerprint = fingerprint  # type: ignore[method-assign]
    app = ConflictReader(path)
    async with app.run_test(size=(120, 40)) as pilot:
        while app._desk is None or app.session is None:
            await pilot.pause(0.05)
        await pilot.pause(0.2)
        for number, row in enumerate(rows, 1):
            app.desk.open_article(number, offset=0)
            app.desk.show_pane("reader")
            await pilot.pause()
            player = Player(app, pilot, row)
            await player.learn()
            meant, _ = player.match()
            if bulk:
                await _with_bulk(player, score, meant)
            else:
                await player.review(score, meant)
            await player.learn()
            first, again = _first_of_each(row.text, player.match()[1])
            await player.add_missed(score, first)
            await player.learn()
            if again or any(not m.human for m in player.reader.spans.mentions):
                meant, _ = player.match()
                await player.review(score, meant)
                # what could not be made as the gold has it is not tried again
                await player.add_missed(score, [g for g in player.match()[1] if g not in first])
            player.reader.leave_mode()  # the key to the next article ends it, and is not counted
            player.desk.sticky = None
            await player.learn()
            score.golds += len(row.golds)
            with app.session.library.reading() as connection:
                stored = mentions.of_article(connection, number)
            right = sum(
                any((m.start, m.end) == (g.start, g.end) and fits(m.label, g.label) for m in stored)
                for g in row.golds
            )
            score.wrong += len(row.golds) - right
            if sys.stderr.isatty():
                print(f"\r  {number} of {len(rows)} ", end="", file=sys.stderr, flush=True)
    return score


def _first_of_each(text: str, golds: list[Gold]) -> tuple[list[Gold], list[Gold]]:
    """Return the first gold of each name (of a common noun one that begins no sentence, since that
    is what teaches), and those that are suggested once that one is marked."""
    first, again, seen = list[Gold](), list[Gold](), set[tuple[str, str]]()
    for g in sorted(golds, key=lambda g: (text[g.start].isupper(), g.start, -g.end)):
        quote = text[g.start : g.end]
        key = (quote.casefold(), our_label(g.label))
        (again if key in seen else first).append(g)
        seen.add(key)
    return first, again


async def _with_bulk(player: Player, score: Score, meant: dict[bytes, Gold]) -> None:
    """Accept everything at once where that is cheaper, and mend what was not right after it; else
    one by one until all that is left is right."""
    marks = [m for m in player.reader.spans.mentions if not m.human]

    def right(m: Mention) -> bool:
        g = meant.get(m.uid)
        return g is not None and (m.start, m.end) == (g.start, g.end) and fits(m.label, g.label)

    wrong = [m for m in marks if not right(m)]
    last_wrong = max((n for n, m in enumerate(marks) if m in wrong), default=-1)
    tail = len(marks) - 1 - last_wrong
    one_by_one = last_wrong + 1 + min(tail, 2)
    at_once = 2 + sum(2.5 for _ in wrong) + len({m.start // 2500 for m in wrong})
    if one_by_one <= at_once:
        await player.review(
            score, meant, until=marks[last_wrong].uid if tail > 2 and wrong else None
        )
        if tail > 2:
            await _accept_all(player, score)
        return
    await _accept_all(player, score)
    for m in wrong:
        before = player.pressed
        await player.go_to_mention(m)
        kind = "reject"
        g = meant.get(m.uid)
        if g is None:
            await player.action("reject")
        else:
            edges = player.edge_keys((m.start, m.end), (g.start, g.end)) or []
            for name in edges:
                await player.action(name)
            if not fits(m.label, g.label):
                await player.press(*player.label_keys[our_label(g.label)])
            kind = "edge" if edges else "relabel"
        score.keys[kind] += player.pressed - before
        score.times[kind] += 1


async def _accept_all(player: Player, score: Score) -> None:
    before, count = player.pressed, sum(not m.human for m in player.reader.spans.mentions)
    await player.action("accept_many")
    await player.press("a")
    while player.desk._commits:
        await player.pilot.pause(0.01)
    score.keys["accept"] += player.pressed - before
    score.times["accept"] += count


def compare(rows: list[Row]) -> dict[str, float]:
    """Return keys a gold mention of the rivals: marking all of it, and SLATE correcting."""
    golds = sum(len(row.golds) for row in rows)
    out = {
        f"{name}, from nothing": sum(tool(row.text, row.golds) for row in rows) / max(1, golds)
        for name, tool in rivals.TOOLS.items()
    }
    total = 0
    for row in rows:
        exact = {(s.start, s.end): s for s in row.suggestions}
        right = {(g.start, g.end) for g in row.golds
                 if (s := exact.get((g.start, g.end))) and fits(s.label, g.label)}  # fmt: skip
        changed = [
            g for g in row.golds if (g.start, g.end) in exact and (g.start, g.end) not in right
        ]
        missed = [g for g in row.golds if (g.start, g.end) not in exact]
        spans = {(g.start, g.end) for g in row.golds}
        wrong = [Gold(s.start, s.end, s.label) for k, s in exact.items() if k not in spans]
        total += rivals.corrected(row.text, wrong, missed, changed)
    out["SLATE, on the same suggestions (without review of the right ones)"] = total / max(1, golds)
    return out


def report(score: Score) -> dict[str, Any]:
    """Return a score as it is written to JSON."""
    return {
        "keys_per_mention": round(score.each, 3),
        "split": {
            kind: {
                "times": score.times[kind],
                "keys": score.keys[kind],
                "keys_each": round(score.keys[kind] / score.times[kind], 2)
                if score.times[kind]
                else None,
            }
            for kind in KINDS
            if score.keys[kind]
        },
        "missed_reached_by": dict(score.adds),
        "golds_not_as_wanted": score.wrong,
    }


def run(path: Path, output: Path | None) -> int:
    """Play a gold file and print the table."""
    rows, counts = read(path)
    golds = sum(len(row.golds) for row in rows)
    used: dict[str, list[str]] = defaultdict(list)
    for ours, labels in STAND_FOR.items():
        for label in labels:
            if label in counts:
                used[label].append(ours)
    print(f"{path.name}: {len(rows)} texts, {golds} gold mentions")
    print("labels:", "; ".join(f"{gold} = {' '.join(ours)}" for gold, ours in used.items()))
    left_out = {label: n for label, n in counts.items() if label not in used}
    if left_out:
        print("left out:", ", ".join(f"{label} ({n})" for label, n in left_out.items()))
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("CONFIG", "STATE"):  # the keys of a new user, not of who measures
            os.environ[f"XDG_{kind}_HOME"] = folder
        plain = asyncio.run(play(rows, Path(folder), bulk=False))
        bulk = asyncio.run(play(rows, Path(folder), bulk=True))
        named = asyncio.run(play(named_only(rows), Path(folder), bulk=False, name="named"))
    others = compare(rows)
    for name, score in (
        ("one by one", plain), ("with bulk accepts", bulk), ("names, values and arms alone", named),
    ):  # fmt: skip
        print(f"{name}: {score.each:.2f} keys a gold mention"
              f" ({score.wrong} of {score.golds} not as the gold wants)")  # fmt: skip
        for kind, part in report(score)["split"].items():
            each = f"{part['keys_each']:.2f} each" if part["keys_each"] is not None else ""
            print(f"  {kind:15} {part['times']:5} times {part['keys']:6} keys  {each}")
        print("  missed ones reached by:", dict(score.adds))
    for rival, cost in others.items():
        print(f"{rival}: {cost:.2f}")
    if output is not None:
        result = {
            "file": path.name, "texts": len(rows), "gold_mentions": golds,
            "labels": dict(used), "left_out": left_out, **report(plain),
            "with_bulk": report(bulk),
            "named_only": {"gold_mentions": named.golds, **report(named)}, "rivals": {k: round(v, 2) for k, v in others.items()},
        }  # fmt: skip
        output.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0
