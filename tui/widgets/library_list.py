"""The list of articles: numbers in memory, rows read a page at a time."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from store import articles
from store.library import Library
from store.records import Article
from tui.keymap import key_of
from tui.safe_text import title_of
from tui.widgets.lines import Line, RowList, fit
from tui.widgets.pages import Pages

_MARKS = {"unread": ("●", "accent"), "reading": ("◐", "accent"), "done": ("✓", "good"), "flagged": ("⚑", "warn")}  # fmt: skip


class LibraryList(RowList, can_focus=True, inherit_bindings=False):
    """Articles, newest first, two lines each."""

    ROW_HEIGHT = 2

    def __init__(self, *, id: str | None = None, colour: bool = True) -> None:
        super().__init__(id=id, colour=colour)
        self.library: Library | None = None
        self._pages = Pages(self._read)
        self.open_id: int | None = None

    def _read(self, ids: Sequence[int]) -> dict[int, Article]:
        if self.library is None:
            return {}
        with self.library.reading() as connection:
            return articles.by_ids(connection, ids)

    @property
    def ids(self) -> array[int]:
        """The numbers of the articles, in the order of the list."""
        return self._pages.ids

    def set_ids(self, ids: Sequence[int], keep: int | None = None) -> None:
        """Show other articles; the chosen one stays chosen where it is among them."""
        keep = self.current_id if keep is None else keep
        self.set_count(len(ids), self._pages.set_ids(ids, keep, self.current))

    def say_filter(self, said: str, order: str) -> None:
        """Show over the list what it is narrowed to, and in which order."""
        narrowed = [said, f"{key_of('clear_filter')} all"] if said else []
        self.border_title = title_of(" · ".join([*narrowed, *([order] if order else [])]))
        self.styles.border_top = (
            ("solid", self.app.theme_variables["primary"]) if said or order else None
        )

    @property
    def current_id(self) -> int | None:
        """Number of the chosen article."""
        return self._pages.at(self.current)

    def article(self, number: int) -> Article | None:
        """Return the article of a row, reading its page where it is not there yet."""
        return self._pages.get(number) if self.library is not None else None

    def changed(self, *ids: int) -> None:
        """Read these articles again, and draw their rows where they are on screen."""
        self._pages.drop(ids)
        first = self.scroll_offset.y // self.ROW_HEIGHT
        last = first + self.size.height // self.ROW_HEIGHT + 2
        for number in range(first, min(last, len(self.ids))):
            if self.ids[number] in ids:
                self.refresh_lines(number * self.ROW_HEIGHT, self.ROW_HEIGHT)

    def forget(self) -> None:
        """Read the rows again when they are drawn next."""
        self._pages.forget()
        self.refresh()

    def row(self, number: int, width: int) -> list[Line]:
        """Return an article's two lines."""
        article = self.article(number)
        if article is None:
            return [[("…", "faint")], []]
        mark, look = _MARKS.get(article.status, ("·", ""))
        is_open = article.id == self.open_id
        title: Line = [
            (f"{mark} ", look),
            (fit(" ".join(article.title.split()), width - 3), "strong" if is_open else ""),
        ]
        about = [article.published[:10] if article.published else "no date"]
        if article.n_unreviewed:
            about.append(f"{article.n_unreviewed} to review")
        elif article.n_mentions:
            about.append("reviewed")
        if article.n_reports:
            about.append(f"{article.n_reports} rep.")
        if article.n_notes:
            about.append(f"{article.n_notes} note{'s' * (article.n_notes > 1)}")
        if article.tags:
            about.append("#" + article.tags.replace("; ", " #"))
        if article.source and len(" · ".join(about)) + len(article.source) < width - 8:
            about.append(article.source)
        return [title, [("  ", ""), (fit(" · ".join(about), width - 3), "faint")]]
