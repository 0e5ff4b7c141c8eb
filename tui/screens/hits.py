"""Every hit of a search, with the words around it, article by article."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual import on

from store import articles, search
from tui.safe_text import title_of
from tui.screens.row_screen import ListScreen
from tui.widgets.lines import Line, RowList, TextRows, around, fit

_LIMIT = 5000
_ROOM = 120


@dataclass(frozen=True)
class _Hit:
    article_id: int
    start: int
    before: str
    quote: str
    after: str


class Hits(ListScreen, inherit_bindings=False):
    """Hits in context. Either terms are looked for, or places are known already."""

    CONTEXT = "hits"
    rows: TextRows

    def __init__(
        self,
        about: str,
        ids: Sequence[int],
        *,
        terms: Sequence[str] = (),
        places: Mapping[int, list[tuple[int, int]]] | None = None,
    ) -> None:
        super().__init__()
        self._about, self._ids, self._terms, self._places = about, ids, terms, places
        self.rows = TextRows(id="hits", colour=self.colour)
        self._behind: dict[int, _Hit] = {}

    async def begin(self) -> None:
        """Look for the hits."""
        self.rows.empty = ["looking …"]
        self.rows.border_title = title_of(self._about)
        self.refresh_state()
        self._show(*await asyncio.to_thread(self._find))

    def read(self) -> None:
        """What was found stays as it was found."""

    def _find(self) -> tuple[list[tuple[str, list[_Hit]]], bool]:
        pattern = search.pattern(self._terms)
        found: list[tuple[str, list[_Hit]]] = []
        count = 0
        with self.session.library.reading() as connection:
            for number in self._ids:
                article = articles.get(connection, number)
                if article is None:
                    continue
                text = articles.text(connection, number)
                if self._places is not None:
                    spans = self._places.get(number, [])
                else:
                    spans = [m.span() for m in pattern.finditer(text)] if pattern else []
                if spans:
                    head = f"{(article.published or 'no date')[:10]}  {article.title}"
                    found.append((head, [
                        _Hit(number, a, text[max(0, a - _ROOM) : a], text[a:b], text[b : b + _ROOM])
                        for a, b in spans
                    ]))  # fmt: skip
                    count += len(spans)
                if count >= _LIMIT:
                    return found, True
        return found, False

    def _show(self, found: list[tuple[str, list[_Hit]]], cut: bool) -> None:
        width = max(30, self.size.width - 6)
        lines: list[Line] = []
        headings: set[int] = set()
        self._behind = {}
        for head, hits in found:
            headings.add(len(lines))
            lines.append([(fit(head, width), "accent")])
            for hit in hits:
                self._behind[len(lines)] = hit
                whole = hit.before + hit.quote + hit.after
                at = len(hit.before)
                room = (width - len(hit.quote) - 4) // 2
                before, after = around(whole, at, at + len(hit.quote), room)
                quote = " ".join(hit.quote.split())
                lines.append([(before, "faint"), (quote, "strong accent"), (after, "faint")])
        count = len(self._behind)
        self.rows.empty = ["Nothing was found."]
        self.rows.set_rows(lines, headings)
        more = f", the first {count:,} shown" if cut else ""
        self.rows.border_title = title_of(self._about)
        self.rows.border_subtitle = title_of(f"{count:,} hits in {len(found):,} articles{more}")

    @on(RowList.Opened)
    def do_open_row(self) -> None:
        """Go to the hit in its article."""
        hit = self._behind.get(self.rows.current)
        if hit is None:
            raise ValueError("no hit is chosen")
        self.reader_app.go_to_text(hit.article_id, hit.start, None)
        if self._places is not None:  # n goes on through these
            desk = self.reader_app.desk
            desk.find_words = []
            desk.reader.set_hits(self._places.get(hit.article_id, []))

    def do_next_hit(self) -> None:
        """The next hit."""
        self.rows.move(1)

    def do_previous_hit(self) -> None:
        """The hit before."""
        self.rows.move(-1)
