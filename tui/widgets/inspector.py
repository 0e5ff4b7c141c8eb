"""What is known about the focused mention and the open article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tui.keymap import key_of
from tui.widgets.lines import Line, LinesView, fit, some, wrapped

if TYPE_CHECKING:
    from store.codebook import Codebook
    from store.mentions import StandsFor
    from store.records import Mention
    from tui.session import OpenArticle, Session

_ROOM = 9
"""Lines kept for a mention."""
_MARKS = {"suggested": "?", "accepted": "✓", "corrected": "✎", "added": "+", "rejected": "✗"}


def in_words(meant: StandsFor) -> list[str]:
    """Return what a mention stands for in a few words a line: where, when, how many."""
    lines = []
    place = meant.record.get("place")
    if place:
        parts = [place["name"], place.get("admin1"), place.get("country")]
        where = ", ".join(dict.fromkeys(str(p) for p in parts if p))
        if place.get("lat") is not None:
            where += f"  {place['lat']:.2f}, {place['lon']:.2f}"
        lines.append(("✓ " if meant.chosen else "→ ") + where)
        if meant.others:
            lines.append(
                f"  or {len(meant.others)} other{'s' * (len(meant.others) > 1)} ({key_of('other_place')})"
            )
    date = meant.record.get("date")
    if date:
        days = (
            date["start"] if date["start"] == date["end"] else f"{date['start']} to {date['end']}"
        )
        lines.append(f"→ {days}")
    value = meant.record.get("value")
    if value:
        lines.append("→ " + value_in_words(value))
    return lines


def value_in_words(value: Mapping[str, Any]) -> str:
    """Return a number as it is known: ``at least 12 people killed``, ``5 to 7``."""
    number, low, high = value.get("number"), value.get("low"), value.get("high")
    if number is None and low is not None and high is not None:
        words = f"{low:,} to {high:,}"
    elif number is None and low is not None:
        words = f"{low:,} or more"
    elif number is None:
        words = "a number not told"
    elif low is None and high is not None:
        words = f"up to {number:,}"
    elif low is not None and high is None:
        words = f"at least {number:,}"
    elif low is None:
        words = f"about {number:,}"
    else:
        words = f"{number:,}"
    return " ".join(str(p) for p in (words, value.get("unit"), value.get("what")) if p)


class Inspector(LinesView, inherit_bindings=False):
    """The pane at the right."""

    def __init__(self, *, id: str | None = None, colour: bool = True) -> None:
        super().__init__(id=id, colour=colour)
        self._note = ""
        self._shown: tuple[object, ...] = ()
        self._last: (
            tuple[Session, OpenArticle | None, Mention | None, bool, Sequence[Mention]] | None
        ) = None

    def set_note(self, note: str) -> None:
        """Show a line above everything: a filter, work in the background."""
        self._note = note

    def show(
        self,
        session: Session,
        found: OpenArticle | None,
        mention: Mention | None,
        selecting: bool,
        overlapping: Sequence[Mention] = (),
    ) -> None:
        """Show a mention, what overlaps it, and its article."""
        self._last = (session, found, mention, selecting, overlapping)
        key = (
            self._note,
            found,
            found and found.article,
            mention,
            selecting,
            self.size.width,
            session.refusal,
        )
        if key == self._shown:
            return
        self._shown = key
        width = max(16, self.text_width - 2)
        lines: list[Line] = []
        if self._note:
            lines += [*wrapped(self._note, width, "accent", " "), []]
        if session.refusal:
            lines += [*wrapped(f"Read-only. {session.refusal}", width, "warn", " "), []]
        if found is None:
            lines += wrapped(
                f"Open an article with {key_of('open_article')}; {key_of('help')} shows all keys.",
                width,
                "faint",
                " ",
            )
            self.set_lines(lines)
            return
        book = session.library.codebook()
        if mention is not None:
            lines += self._mention(session, book, found, mention, overlapping, width)
        lines += self._article(session, found, width)
        lines += self._labels(book, width)
        self.set_lines(lines)

    def on_resize(self) -> None:
        """Wrap again."""
        if self._last is not None:
            self.show(*self._last)

    def _mention(
        self,
        session: Session,
        book: Codebook,
        found: OpenArticle,
        m: Mention,
        overlapping: Sequence[Mention],
        width: int,
    ) -> list[Line]:
        from store import entities, mentions
        from tui.actions.incidents import candidate_at
        from tui.screens.candidates import about, day_of

        label = book.label(m.label)
        lines: list[Line] = wrapped(f"“{' '.join(m.quote.split())}”", width, "strong", " ")
        lines.append(
            [
                (f" {m.label}", f"strong {label.colour}"),
                (f"  {_MARKS.get(m.review_status, '')} {m.review_status}", ""),
            ]
        )
        lines += wrapped(label.about, width, "faint", " ")
        made = f"by {m.origin}"
        if m.layer:
            made += f": {m.layer}" + (f", {m.rule}" if m.rule else "")
        lines += wrapped(made, width, "", " ")
        if m.first_label and m.first_label != m.label:
            lines += wrapped(f"first {m.first_label}", width, "", " ")
        with session.library.reading() as connection:
            name = entities.name_of(connection, m.id)
            meant = mentions.stands_for(connection, m.id)
            told = candidate_at(connection, found, (m.start, m.end))
        name = name or (meant.entity if meant else None)
        if name and name != m.quote:
            lines += wrapped(f"is {name}", width, "", " ")
        if meant is not None:
            for words in in_words(meant):
                lines += wrapped(words, width, "", " ")
        others = [o for o in overlapping if o.uid != m.uid and o.review_status != "rejected"]
        for other in others:
            lines += wrapped(
                f"overlaps “{other.quote}” {other.label} ({key_of('cycle')})", width, "warn", " "
            )
        for note in found.notes:
            if note.target_uid == m.uid:
                lines += wrapped(f"✎ {note.body}", width, "accent", " ")
        if told is not None:
            day = day_of(told)
            manner = next((c.get("modality") for c in told.claims if c.get("modality")), "")
            how = "" if manner in ("happened", "") else f" · {manner}"
            lines += [[], [(" Suggested incident", "faint")]]
            lines += wrapped(f"{day} · {' · '.join(about(told))}{how}", width, "accent", " ")
            lines += wrapped(
                f"{key_of('accept_here')} records, {key_of('dismiss_here')} dismisses, {key_of('candidates')} all",
                width,
                "faint",
                " ",
            )
        # what stands below stays where it is from one mention to the next
        return [*lines, *([] for _ in range(max(1, _ROOM - len(lines))))]

    def _article(self, session: Session, found: OpenArticle, width: int) -> list[Line]:
        from store import candidates

        article = found.article
        lines: list[Line] = wrapped(" ".join(article.title.split()), width, "strong", " ")
        rows = [
            ("date", article.published or "not known"),
            ("in the text", article.dateline if article.date_conflict else None),
            ("source", article.source),
            ("author", article.author),
            ("url", article.url),
            ("status", article.status),
        ]
        for name, value in rows:
            if value:
                look = "warn" if name == "in the text" else ""
                lines.append([(f" {name}  ", "faint"), (fit(value, width - len(name) - 3), look)])
        if article.language and not article.language.startswith("en"):
            if session.has_model(article.language):
                lines += wrapped(f"in {article.language}", width, "", " ")
            else:
                words = (
                    f"in {article.language}: lists, places and patterns only, no model is installed"
                )
                lines += wrapped(words, width, "warn", " ")
        if (article.pipeline or "").startswith("failed "):
            words = "not annotated: the annotation process dies on this text; mark by hand"
            lines += wrapped(words, width, "warn", " ")
        if article.date_conflict:
            lines += wrapped(
                f"The two dates differ: {key_of('metadata')} corrects.", width, "warn", " "
            )
        for note in found.notes:
            if note.target_kind == "article":
                lines += wrapped(f"✎ {note.body}", width, "accent", " ")
        with session.library.reading() as connection:
            waiting = candidates.counts(connection, article.id).get("suggested", 0)
        if waiting:
            lines += [
                [],
                *wrapped(
                    f"{some(waiting, 'suggested incident')} ({key_of('candidates')})",
                    width,
                    "accent",
                    " ",
                ),
            ]
        if found.incidents:
            lines += [[], [(f" Incidents ({key_of('article_incidents')})", "faint")]]
            for incident in found.incidents:
                lines += wrapped(f"• {incident.title}", width, "", " ")
        return [*lines, []]

    def _labels(self, book: Codebook, width: int) -> list[Line]:
        lines: list[Line] = [[(" Labels: digit, or t letter", "faint")]]
        labels = [label for label in book.labels if not label.deprecated]
        columns = 2 if width >= 28 else 1
        rows = (len(labels) + columns - 1) // columns
        for row in range(rows):
            line: Line = [(" ", "")]
            for number in range(row, len(labels), rows):
                label = labels[number]
                line.append((f"{label.key or ' '} {label.letter} ", "faint"))
                line.append((f"{label.id:<10}", label.colour))
            lines.append(line)
        return lines
