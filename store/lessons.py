"""What the analysts' own marks teach: a name that they mark one way is suggested so wherever it
stands unmarked, in texts to come too, until what they reject of it outweighs that.

Unlike a remembered decision it needs no key, adds only where nothing is marked, and never stands
against what was remembered or decided.
"""

from __future__ import annotations

import json
import sqlite3
import string
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from store import articles, mentions, occurrences
from store.entities import NAMED
from store.records import Suggestion
from store.texts import one_line

LAYER = "learned"
_SHARE = 0.6
"""What part of a name's decisions must agree. Counted on re3d (36 texts, played in their order): of
85 suggestions made so 57 were right as they stood, 10 were mended and 18 rejected."""
_COMMON = 3
"""How often a name without a capital must have been marked to be one in other articles: “base” is
one in some texts only. In the article itself once is enough, as for a name with one."""
_WATCHED = 4
"""Articles whose own lessons are followed at a time: two are on screen at most."""
_LONGEST = 80
_MANY = 500
"""Changed mentions beyond which everything is counted anew."""
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_COUNTS = (
    "SELECT lower(quote), label, review_status = 'rejected', quote, COUNT(*) FROM mention"
    " INDEXED BY mention_decided WHERE deleted = 0 AND review_status <> 'suggested'{}"
    " GROUP BY lower(quote), label, review_status = 'rejected', quote"
)
_PLAIN = " AND article_id = ? AND quote = lower(quote)"
"""Of one article, words without a capital."""
_COUNTS_IN = _COUNTS.format(_PLAIN).replace(
    "INDEXED BY mention_decided", "INDEXED BY mention_place"
)
_Counted = tuple[str, bool, str, int]
"""Label, whether rejected, the words as they were written, how often."""


@dataclass(frozen=True)
class Lesson:
    """A name is a label: as often as it was ``marked`` so, of all the ``times`` it was decided."""

    name: str
    label: str
    marked: int
    times: int

    @property
    def rule(self) -> str:
        """Why it is suggested, in words."""
        return f"marked {self.label} {self.marked} of {self.times} times before"


class Lessons:
    """The lessons of one library. Used by one thread at a time."""

    def __init__(self) -> None:
        self._found: dict[str, Lesson] = {}
        self._here: dict[int, dict[str, Lesson]] = {}  # of articles: what counts in them alone
        self._changes: list[set[str]] = []  # the names whose label changed, each time
        self._seen: int | None = None  # the last line of the log that was looked at

    def all(self) -> list[Lesson]:
        """Return every lesson."""
        return list(self._found.values())

    def of(
        self,
        connection: sqlite3.Connection,
        article_id: int,
        names: Collection[str] | None = None,
    ) -> list[Lesson]:
        """Return what counts in an article: the lessons of every text, and those of words without a
        capital that were marked in it alone; of some names as `changed` gives them, else all."""
        here = self._here.get(article_id)
        if here is None:
            here = _of_one(connection, article_id)
        both = {**here, **self._found}
        return [x for name, x in both.items() if names is None or name in names]

    def watch(self, connection: sqlite3.Connection, article_id: int) -> bool:
        """Follow from now on what the marks of an article teach for that article alone; return
        whether that was not so yet. The one watched longest is let go where there are many."""
        if article_id in self._here:
            return False
        while len(self._here) >= _WATCHED:
            del self._here[next(iter(self._here))]
        self._here[article_id] = _of_one(connection, article_id)
        return True

    def changed(self, since: int) -> set[str]:
        """Return the names whose label changed after a call of `follow` that gave ``since``."""
        return set().union(*self._changes[since:])

    def follow(self, connection: sqlite3.Connection) -> int:
        """Learn from what was decided since the last time; return how often something changed."""
        last = int(connection.execute("SELECT COALESCE(MAX(id), 0) FROM op").fetchone()[0])
        if last == self._seen:
            return len(self._changes)
        touched = None if self._seen is None else _touched(connection, self._seen)
        self._seen = last
        counts: dict[str, list[_Counted]] = defaultdict(list)
        many = touched is None
        if touched is None:
            for name, *row in connection.execute(_COUNTS.format("")):
                counts[name].append(row)
            touched = counts.keys() | self._found.keys()
        else:
            for name in touched:
                rows = connection.execute(_COUNTS.format(" AND lower(quote) = ?"), (name,))
                counts[name] = [row[1:] for row in rows]
        ruled = _ruled(connection)
        changed = set()
        for name in touched:
            lesson = None if name in ruled else _lesson(counts.get(name, ()))
            if _put(self._found, name, lesson):
                changed.add(name)
        for article_id, here in self._here.items():
            anew = _of_one(connection, article_id, None if many else touched, ruled)
            names = here.keys() | anew.keys() if many else touched
            changed |= {name for name in names if _put(here, name, anew.get(name))}
        if changed:
            self._changes.append(changed)
        return len(self._changes)


def _put(found: dict[str, Lesson], name: str, lesson: Lesson | None) -> bool:
    """Put a lesson in place of the one before; return whether the name's label is another now."""
    old = found.pop(name, None)
    if lesson is not None:
        found[name] = lesson
    return (old and old.label) != (lesson and lesson.label)


def _ruled(connection: sqlite3.Connection) -> set[str]:
    """Return the names about which there is a remembered decision, which goes first."""
    rows = connection.execute("SELECT name FROM memory WHERE deleted = 0")
    return {str(name).translate(_LOWER) for (name,) in rows}


def _of_one(
    connection: sqlite3.Connection,
    article_id: int,
    names: Collection[str] | None = None,
    ruled: Collection[str] | None = None,
) -> dict[str, Lesson]:
    """Return what the words without a capital that are marked in an article teach for it alone: all
    of them, or those of some ``names``."""
    counts: dict[str, list[_Counted]] = defaultdict(list)
    if names is None:
        rows = list(connection.execute(_COUNTS_IN, (article_id,)))
    else:
        query = _COUNTS.format(" AND lower(quote) = ?" + _PLAIN)
        rows = [r for name in names for r in connection.execute(query, (name, article_id))]
    for name, *row in rows:
        counts[name].append(row)
    ruled = (_ruled(connection) if counts else ()) if ruled is None else ruled
    lessons = {n: _lesson(found, common=1) for n, found in counts.items() if n not in ruled}
    return {name: lesson for name, lesson in lessons.items() if lesson is not None}


def _touched(connection: sqlite3.Connection, since: int) -> set[str] | None:
    """Return the names of the mentions and the remembered decisions that were changed after a line
    of the log, None where they are many."""
    found: set[str] = set()
    uids = set()
    for (changes,) in connection.execute("SELECT changes FROM op WHERE id > ?", (since,)):
        for change in json.loads(changes):
            if change["table"] in ("mention", "memory"):
                uids.add((change["table"], change["uid"]))
                moved = change.get("set", {}).get("quote", ())
                found |= {quote.translate(_LOWER) for quote in moved if isinstance(quote, str)}
        if len(uids) > _MANY:
            return None
    for table, uid in uids:
        column = "quote" if table == "mention" else "name"
        row = connection.execute(
            f"SELECT {column} FROM {table} WHERE uid = ?", (bytes.fromhex(uid),)
        ).fetchone()
        if row:
            found.add(row[0].translate(_LOWER))
    return found


def _lesson(counted: Iterable[_Counted], common: int = _COMMON) -> Lesson | None:
    """Return what the decisions about one name teach, None where they do not agree or are few:
    ``common`` is how often one without a capital must have been marked."""
    marked, rejected, forms = Counter[str](), Counter[str](), Counter[str]()
    for label, refused, quote, count in counted:
        (rejected if refused else marked)[label] += count
        if not refused:
            forms[one_line(quote)] += count
    if not marked:
        return None
    label, most = marked.most_common(1)[0]
    times = marked.total() + rejected[label]
    # one small letter first is enough: what is said of “we” counts for “We”
    name = min(forms, key=lambda form: (form[:1].isupper(), -forms[form], form))
    enough = 1 if any(c.isupper() for c in name) else common
    if (
        label not in NAMED
        or most < max(enough, _SHARE * times)
        or not 1 < len(name) <= _LONGEST
        or not any(c.isalpha() for c in name)
    ):
        return None
    return Lesson(name, label, most, times)


def _free(
    places: Iterable[tuple[int, int, int]],
    lessons: Sequence[Lesson],
    taken: Iterable[tuple[int, int]],
) -> list[Suggestion]:
    """Return a suggestion for every place of a learned name that shares no character with the
    spans ``taken`` (nor with a longer name that was learned)."""
    spans = sorted(taken)
    ends, furthest = [], 0
    for _, end in spans:
        furthest = max(furthest, end)
        ends.append(furthest)
    found, at = [], 0
    for start, end, number in sorted(places, key=lambda place: (place[0], -place[1])):
        before = bisect_left(spans, (end, 0))  # those that begin before it ends
        if start < at or (before and ends[before - 1] > start):
            continue
        lesson, at = lessons[number], end
        score = (lesson.marked + 1) / (lesson.times + 2)
        found.append(Suggestion(start, end, lesson.label, "memory", LAYER, lesson.rule, score))
    return found


def suggest(
    connection: sqlite3.Connection,
    article_id: int,
    text: str,
    suggestions: Sequence[Suggestion],
    lessons: Lessons,
) -> list[Suggestion]:
    """Return what was learned about a text beside what the pipeline suggests of it and what was
    decided in it."""
    lessons.follow(connection)
    chosen = lessons.of(connection, article_id)
    if not chosen:
        return []
    taken = {(s.start, s.end) for s in suggestions}
    taken.update(mentions.decided_spans(connection, article_id))
    taken |= mentions.rejected_spans(connection, article_id)
    return _free(occurrences.of_names(text, [x.name for x in chosen]), chosen, taken)


def _unfounded(connection: sqlite3.Connection, article_id: int, lessons: Lessons) -> set[str]:
    """Return the names that are suggested in an article as learned and that no lesson gives: undo
    opened them again after their lesson was gone."""
    rows = connection.execute(
        "SELECT DISTINCT lower(m.quote), m.label FROM mention m INDEXED BY mention_place"
        " JOIN mention_origin o ON o.mention_id = m.id WHERE m.article_id = ? AND m.deleted = 0"
        " AND m.review_status = 'suggested' AND m.origin = 'memory' AND o.layer = ?",
        (article_id, LAYER),
    ).fetchall()
    given = {x.name.translate(_LOWER): x.label for x in lessons.of(connection, article_id)} if rows else {}  # fmt: skip
    return {name for name, label in rows if given.get(name) != label}


def bring_up_to_date(
    connection: sqlite3.Connection, article_id: int, lessons: Lessons, since: int | None
) -> tuple[int, int]:
    """Suggest in an article what was learned, and no more what is not so any longer; return how
    many suggestions came or went, and the point to go on from, given as ``since``. An article that
    was not annotated yet is left alone."""
    anew = lessons.watch(connection, article_id)
    now = lessons.follow(connection)
    names = None if since is None or anew else lessons.changed(since)
    article = articles.get(connection, article_id)
    if article is None or article.pipeline is None:
        return 0, now
    if names is not None:
        names = names | _unfounded(connection, article_id, lessons)
    if names == set():
        return 0, now
    chosen = lessons.of(connection, article_id, names)
    text = articles.text(connection, article_id)
    places = list(occurrences.of_names(text, [lesson.name for lesson in chosen]))
    open_ones = connection.execute(
        "SELECT 1 FROM mention m JOIN mention_origin o ON o.mention_id = m.id"
        " WHERE m.article_id = ? AND m.deleted = 0 AND m.review_status = 'suggested'"
        " AND m.origin = 'memory' AND o.layer = ? LIMIT 1",
        (article_id, LAYER),
    ).fetchone()
    if not places and open_ones is None:
        return 0, now
    mine, taken = [], set()
    for m in mentions.of_article(connection, article_id, rejected=True):
        if m.layer == LAYER and not m.human:
            mine.append(m)
        else:
            taken.add((m.start, m.end))
    kept = [
        Suggestion(m.start, m.end, m.label, m.origin, LAYER, m.rule or "", m.score)
        for m in mine
        if names is not None and m.quote.translate(_LOWER) not in names
    ]
    found = _free(places, chosen, taken | {(s.start, s.end) for s in kept})
    before = {(m.start, m.end, m.label) for m in mine}
    after = {(s.start, s.end, s.label) for s in (*kept, *found)}
    if before != after:
        mentions.replace_suggestions(
            connection, article_id, [*kept, *found], None, None, layer=LAYER
        )
    return len(before ^ after), now
