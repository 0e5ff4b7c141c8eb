"""The main screen's body: library, reader and inspector, and the article that is open.

What its keys do is in `tui.actions`, one module a subject; `tui.screens.main` puts them together.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widget import Widget

from store import articles, filters, search
from store.errors import StoreError
from store.filters import Filter
from store.library import set_setting
from store.records import Mention
from store.texts import one_line
from tui.actions.base import LIKELY
from tui.config import View
from tui.first_paint import NARROW
from tui.keymap import key_of
from tui.safe_text import title_of
from tui.screens.keyed import KeyedScreen
from tui.session import OpenArticle
from tui.widgets.bars import JUMPING, MARKING
from tui.widgets.inspector import Inspector
from tui.widgets.library_list import LibraryList
from tui.widgets.lines import RowList
from tui.widgets.reader import Reader

if TYPE_CHECKING:
    from store.history import Edit
    from tui.learning import Learning

T = TypeVar("T")
Pane = Literal["library", "reader", "inspector"]
_FIRST_PAGE = 200
_MODES = {
    "reader": "", "cursor": "CURSOR", "select": "SELECT", "edges": "EDGES", "hints": "JUMP",
}  # fmt: skip
_PANES = {"library": "LIST", "inspector": "INSPECTOR"}
_PART = 3000
"""Mentions of an article beyond which only those on screen are read before it is painted."""
_NEAR = 12_000
"""Code points around the place that such an article is read for first."""
ROOM = 220
"""Columns from which on two articles leave room for the panes beside them."""


@dataclass
class Side:
    """One of at most two articles on screen."""

    reader: Reader
    open: OpenArticle | None = None


Jump = tuple[int, int, int | None]
"""Article, offset, and the incident that one came from."""


class Desk(KeyedScreen, inherit_bindings=False):
    """State of the main screen and what the actions share."""

    DEFAULT_CSS = """
    Desk > Horizontal { height: 1fr; }
    Desk.split Reader { border-left: vkey $surface-lighten-2; border-top: solid $surface-lighten-2;
        border-title-color: $text-muted; }
    Desk.split Reader.here { border-top: solid $primary; border-title-color: $foreground;
        border-title-style: bold; }
    Desk.split.crowded LibraryList, Desk.split.crowded Inspector { display: none; }
    Desk.split.crowded.library LibraryList, Desk.split.crowded.inspector Inspector { display: block; }
    Desk.split.crowded.library Reader, Desk.split.crowded.inspector Reader { display: none; }
    Desk.split.crowded.library Reader.here, Desk.split.crowded.inspector Reader.here { display: block; }
    Desk.plain LibraryList, Desk.plain Inspector, Desk.plain StatusBar, Desk.plain KeyBar { display: none; }
    Desk LibraryList { width: 26%; max-width: 48; }
    Desk Reader { width: 1fr; }
    Desk Inspector { width: 26%; max-width: 48; padding: 0; }
    Desk.narrow LibraryList, Desk.narrow Inspector { width: 1fr; max-width: 100%; display: none; }
    Desk.narrow Reader { display: none; }
    Desk.narrow.library LibraryList { display: block; }
    Desk.narrow.reader Reader { display: block; }
    Desk.narrow.inspector Inspector { display: block; }
    Desk.narrow.split > Horizontal { layout: vertical; }
    Desk.narrow.split Reader { height: 1fr; border-left: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.library_list = LibraryList(id="library", colour=self.colour)
        self.columns = Horizontal()
        self.sides = [Side(Reader(colour=self.colour, id="reader"))]
        self.side = 0  # which of them the keys go to
        self.inspector = Inspector(id="inspector", colour=self.colour)
        self.filter = Filter()
        self.jumps: list[Jump] = []
        self.jumps_forward: list[Jump] = []
        self.sticky: str | None = None  # the label that Enter gives until Esc, or LIKELY
        self.view = View()
        self._pane: Pane = "library"
        self._painting = False  # an article is on its way to the screen; the rest waits for it
        self.partly = False  # only what is near the place is read yet
        self.last_label: str | None = None
        self.find_words: list[str] = []
        self.background = ""  # what the annotation is at
        self._updating: set[int] = set()  # articles that are being annotated for the screen
        self.edits_made = 0  # by the keys, since the start
        self._tasks: set[asyncio.Task[object]] = set()
        self._commits: set[asyncio.Task[object]] = set()
        self.pending: Counter[bytes] = Counter()  # edits of each mention that wait for the disk
        self._ending = False  # edits that wait for the disk are being finished
        self.learning: Learning | None = None  # of the library that is open
        self.session_timers: list[Timer] = []  # that end with the library that is open

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        with self.columns:
            yield self.library_list
            yield self.reader
            yield self.inspector
        yield from self.compose_bars()

    # --- which article, which pane -----------------------------------------------------------------

    @property
    def reader(self) -> Reader:
        """The article view that the keys go to."""
        return self.sides[self.side].reader

    @property
    def open(self) -> OpenArticle | None:
        """The article that the keys go to."""
        return self.sides[self.side].open

    @open.setter
    def open(self, found: OpenArticle | None) -> None:
        self.sides[self.side].open = found

    @property
    def pane(self) -> Pane:
        """The pane that the keys go to."""
        return self._pane

    @property
    def context(self) -> str:
        """Which keys count: the pane, or the reader's mode."""
        return self.reader.mode if self.pane == "reader" else self.pane

    @property
    def bar_context(self) -> str:
        """Whose keys the key bar shows."""
        marking = self.sticky is not None and self.context == JUMPING
        return MARKING if marking else self.context

    def show_side(self, number: int) -> None:
        """Let the keys go to one of two articles."""
        self.side = number
        before = self.library_list.open_id
        self.library_list.open_id = self.open.article.id if self.open else None
        self.library_list.changed(*(n for n in (before, self.library_list.open_id) if n))
        self.show_pane("reader")

    def show_pane(self, pane: Pane) -> None:
        """Let the keys go to a pane, and show it where there is room for one alone."""
        self._pane = pane
        self._class_pane()
        widgets: dict[str, Widget] = {
            "library": self.library_list,
            "reader": self.reader,
            "inspector": self.inspector,
        }
        if self._painting:  # styles follow the focus; the text is painted before that
            self.reader.when_painted(widgets[pane].focus)
        else:
            widgets[pane].focus()
        self.refresh_state()

    def on_resize(self, event: events.Resize) -> None:
        """Show one pane or three, whatever there is room for."""
        self.set_class(event.size.width < NARROW, "narrow")
        self.set_class(event.size.width < ROOM, "crowded")
        alone = event.size.width < NARROW
        self.library_list.rule = "" if alone else "right"
        self.inspector.rule = "" if alone else "left"
        self._class_pane()
        self._widths()

    def _class_pane(self) -> None:
        """Say in classes which pane has the keys, where the layout depends on it; elsewhere a
        change of class would style the whole screen anew for nothing."""
        matters = self.has_class("narrow") or (
            self.has_class("split") and self.has_class("crowded")
        )
        for name in ("library", "reader", "inspector"):
            self.set_class(matters and name == self._pane, name)

    @property
    def theme_name(self) -> str:
        """The theme in use."""
        return self.reader_app.look.name

    def use_theme(self, name: str | None = None) -> None:
        """Take a theme (else the present one) into everything that is drawn. Raises ValueError
        where there is none of that name."""
        if name is not None:
            if not self.colour:
                raise ValueError("NO_COLOR is set: there are no colours to choose")
            self.reader_app.use_theme(name)
        look = self.reader_app.look
        for side in self.sides:
            side.reader.set_look(look.labels, look.contrast)

    def make_room(self, rows: int) -> None:
        """Leave rows free at the bottom for a pane that stands over the screen; what the keys
        were at stays in view."""
        self.columns.styles.margin = (0, 0, max(0, rows - 2), 0)
        span = self.reader.span
        if rows and span is not None:
            self.once_shown(lambda: self.reader.reveal(*span))

    def use_view(self, view: View) -> None:
        """Show everything as wide, as spaced and as coloured as the analyst wants it."""
        self.view = view
        for side in self.sides:
            side.reader.set_layout(view.measure, view.spacing, view.labels)
            side.reader.by_certainty = view.by_certainty
        self._widths()

    def _widths(self) -> None:
        """Make the panes beside the text as wide as the analyst wants them, or as the screen is."""
        alone = self.has_class("narrow")
        for pane, share in (
            (self.library_list, self.view.library_width),
            (self.inspector, self.view.inspector_width),
        ):
            pane.styles.width = "1fr" if alone else f"{share}%"

    # --- the list --------------------------------------------------------------------------------

    def show_list(
        self, keep: int | None = None, counted: Callable[[int], object] | None = None
    ) -> None:
        """Read the first page of the list now and the rest after it is painted; ``counted`` hears
        how many articles there are."""
        chosen = self.filter
        keep = self.library_list.current_id if keep is None else keep
        self.library_list.library = self.session.library
        with self.session.library.reading() as connection:
            ids = articles.ids(connection, chosen, _FIRST_PAGE)
        self.library_list.set_ids(ids, keep)
        self._describe_list()
        if len(ids) == _FIRST_PAGE:
            self.once_shown(lambda: self.spawn(self._whole_list(chosen, keep, counted)))
        elif counted is not None:
            counted(len(ids))

    async def _whole_list(
        self, chosen: Filter, keep: int | None, counted: Callable[[int], object] | None
    ) -> None:
        session = self.session

        def read() -> list[int]:
            with session.library.reading() as connection:
                return articles.ids(connection, chosen)

        ids = await asyncio.to_thread(read)
        if chosen == self.filter and session is self.reader_app.session:
            self.library_list.set_ids(ids, keep)
            if counted is not None:
                counted(len(ids))

    def _describe_list(self) -> None:
        chosen = self.filter
        if not chosen.narrows:
            self.library_list.empty = [
                "No articles yet.",
                "",
                f"{key_of('import')} imports files or a folder, {key_of('paste')} pastes a text. On the command line:"
                " conflict-reader import PATH",
            ]
        else:
            self.library_list.empty = [
                "Nothing passes this filter.",
                "",
                f"{key_of('clear_filter')} takes it away.",
            ]
            if words := search.plain_terms(chosen.query):
                begin = f"Words are looked for whole: {words[-1]}* finds what begins so."
                self.library_list.empty += ["", begin]
        self.background_note()

    def background_note(self, text: str | None = None) -> None:
        """Say at the right of the status line what goes on beside."""
        if text is not None:
            self.background = text
        chosen = self.filter
        said = filters.line(replace(chosen, sort=Filter().sort))
        order = f"sort:{chosen.sort}" if chosen.sort != Filter().sort else ""
        self.library_list.say_filter(said, order)
        self.inspector.set_note(f"filter: {said}" if said else "")
        self.show_focus()

    # --- the article -----------------------------------------------------------------------------

    def open_article(
        self, article_id: int, *, offset: int | None = None, reading: bool = True
    ) -> bool:
        """Show an article at a place (else where it was left); False where it is gone. Unread
        becomes reading, unless it is shown by undo alone."""
        self.keep_place()
        if self.sticky == LIKELY:
            self.sticky = None
        found = self._read_first(article_id, offset)
        if found is None:
            self.say("this article is no longer there", bad=True)
            return False
        self.open = found
        article = found.article
        self.reader.show(
            found.text,
            article.title,
            found.mentions,
            article.position if offset is None else offset,
        )
        if self.find_words:
            self.reader.find(self.find_words)
        before, self.library_list.open_id = self.library_list.open_id, article_id
        if article_id in self.library_list.ids:
            self.library_list.choose(self.library_list.ids.index(article_id))
        self._painting = True  # the text is painted first, what stands beside it after that

        session = self.reader_app.session

        def painted() -> None:
            # by its number: what was annotated meanwhile has been read again
            if self.reader_app.session is not session or self.showing(article_id) is None:
                return  # another one was opened, or another library, before it could be painted
            self._painting = False
            self.library_list.changed(article_id, *([before] if before else ()))
            self.share()
            self.show_focus()
            self.spawn(self._opened(article_id, reading))
            self.spawn(self._bring_up_to_date(article_id, article.pipeline))
            if self.learning is not None:
                self.learning.soon()
            if self.partly:
                self.set_timer(0.02, self.read_rest)

        self.reader.when_painted(painted)
        return True

    def _read_first(self, article_id: int, offset: int | None) -> OpenArticle | None:
        """Read an article; of one with very many mentions those near the place, for now."""
        with self.session.library.reading() as connection:
            article = articles.get(connection, article_id)
        self.partly = article is not None and article.n_mentions > _PART
        if article is None or not self.partly:
            return self.session.read(article_id, article=article)
        at = article.position if offset is None else offset
        begun = None
        if at < _NEAR and article.n_chars > 8 * _NEAR:
            with self.session.library.reading() as connection:
                begun = articles.beginning(connection, article_id, 3 * _NEAR)
        near = (at - _NEAR, min(at + _NEAR, len(begun) if begun is not None else at + _NEAR))
        return self.session.read(article_id, near=near, article=article, text=begun)

    def read_rest(self) -> None:
        """Read what was left out to paint an article at once."""
        if not self.partly or self.open is None:
            return
        self.partly = False
        whole = len(self.open.text) == self.open.article.n_chars
        found = self.session.read(
            self.open.article.id, text=self.open.text if whole else None, article=self.open.article
        )
        if found is not None:
            self.open = found
            if not whole:
                self.reader.complete(found.text)
                if self.find_words:
                    self.reader.find(self.find_words)
            self.reader.set_mentions(found.mentions)
            self.share()

    def share(self) -> None:
        """Mark in two articles what both have: entities, and reports of the same incidents."""
        if len(self.sides) < 2:
            return
        one, other = (side.open for side in self.sides)
        if one is None or other is None or one.article.id == other.article.id:
            for side in self.sides:
                side.reader.set_shared((), ())
            return
        both = self.session.shared(one, other)
        for side, (uids, reports) in zip(self.sides, both, strict=True):
            side.reader.set_shared(uids, reports)

    async def perform(self, action_id: str) -> None:
        """Do an action, with all mentions read first where they were not yet."""
        self.read_rest()
        await super().perform(action_id)

    async def _opened(self, article_id: int, reading: bool) -> None:
        """Store that the article is being read, and show it."""
        if self.session.library.mode != "write":
            return

        def work(connection: sqlite3.Connection) -> None:
            if reading:
                articles.mark_opened(connection, article_id)
            set_setting(connection, "last_article", str(article_id))

        await self.session.write(work, durable=False)  # it may be lost with the machine
        if self.open is not None and self.open.article.id == article_id:
            with self.session.library.reading() as connection:
                article = articles.get(connection, article_id)
            if article is not None:
                self.open.article = article
                self.show_focus()
        self.library_list.changed(article_id)

    async def _bring_up_to_date(self, article_id: int, pipeline: str | None) -> None:
        if article_id in self._updating:
            return
        self._updating.add(article_id)
        try:
            await self._annotate(article_id, pipeline)
        finally:
            self._updating.discard(article_id)

    async def _annotate(self, article_id: int, pipeline: str | None) -> None:
        if self.session.library.mode != "write" or pipeline in (
            fingerprint := await self.session.fingerprint(),
            articles.FAILED + fingerprint,
        ):
            return
        if pipeline is None:
            self.background_note("finding entities …")

        def progress(done: int, total: int) -> None:
            self.background_note(f"finding entities … {100 * done // max(total, 1)} %")

        await self.session.annotate([article_id], self.annotated, first=True, progress=progress)
        self.background_note("")

    def annotated(self, article_id: int, failure: Exception | None) -> None:
        """Show the suggestions of an article that was annotated in the background."""
        if failure is not None:
            self.say(f"article {article_id} could not be annotated: {failure}", bad=True)
        number = self.showing(article_id)
        if number is not None:
            self.reread(number)
        self.library_list.changed(article_id)

    def reread(self, number: int | None = None) -> None:
        """Read the article of a side (else the one that the keys go to) again, and show what
        changed; on the other side too, where it shows the same one."""
        side = self.sides[self.side if number is None else number]
        if side.open is None:
            return
        article_id = side.open.article.id
        found = self.session.read(article_id)
        for shown in self.sides:
            if shown.open is None or shown.open.article.id != article_id:
                continue
            if found is None:
                shown.open = None
                shown.reader.clear()
                continue
            title_changed = found.article.title != shown.open.article.title
            if found.text != shown.open.text or title_changed:
                place = shown.reader.place
                shown.reader.show(found.text, found.article.title, found.mentions, place)
            else:
                shown.reader.set_mentions(found.mentions)
            shown.open = found
        self.share()
        if found is not None:
            self.library_list.changed(article_id)
            if found.article.pipeline is None:  # what it rests on was corrected, or undone
                self.spawn(self._bring_up_to_date(article_id, None))
        else:
            self.library_list.forget()
        self.show_focus()

    def showing(self, article_id: int) -> int | None:
        """Return the side that shows an article, the one that the keys go to first."""
        for number in (self.side, *range(len(self.sides))):
            found: OpenArticle | None = self.sides[number].open
            if found is not None and found.article.id == article_id:
                return int(number)
        return None

    def keep_place(self) -> None:
        """Remember where the analyst is in the open article."""
        if self.open is not None:
            article_id, offset = self.open.article.id, self.reader.top_offset
            self.session.remember(lambda c: articles.set_position(c, article_id, offset))

    def jump(self, article_id: int, offset: int, incident_id: int | None = None) -> None:
        """Go to a place in an article; the back key returns to where one was, and to the incident
        that one came from."""
        self.leave_from(incident_id)
        self.go_to(article_id, offset)

    def leave_from(self, incident_id: int | None = None) -> None:
        """Remember where one is, for the back key."""
        if self.open is not None:
            self.jumps.append((self.open.article.id, self.reader.place, incident_id))
            self.jumps_forward.clear()

    def go_to(self, article_id: int, offset: int) -> None:
        """Show a place in an article."""
        number = self.showing(article_id)
        if number is not None:
            self.side = number  # where it is on screen already
        elif not self.open_article(article_id, offset=offset):
            return
        self.reader.reveal(offset)
        here = [m for m in self.reader.spans.at(offset) if m.review_status != "rejected"]
        self.reader.focus_mention(here[0] if here else None)
        self.show_pane("reader")

    def need_article(self) -> OpenArticle:
        """Return the open article. Raises ValueError in words where none is open."""
        if self.open is None:
            raise ValueError(
                f"no article is open: choose one in the list and press {key_of('open_article')}"
            )
        return self.open

    def need_mention(self) -> Mention:
        """Return the focused mention. Raises ValueError in words where there is none."""
        self.need_article()
        if self.reader.focused is None:
            raise ValueError(
                f"no mention is focused: {key_of('next_mention')} goes to the next one, or click it"
            )
        return self.reader.focused

    # --- what is shown about it --------------------------------------------------------------------

    @on(Reader.Changed)
    def show_focus(self) -> None:
        """Bring status line and inspector up to date with the reader."""
        if self.reader_app.session is None or self._painting:
            return
        self._title_sides()
        reader, found = self.reader, self.open
        mode = _MODES[reader.mode] if self._pane == "reader" else _PANES[self._pane]
        if self.sticky:
            how = "letters give" if reader.mode == "hints" else f"{key_of('label_last')} gives"
            mode = f"{mode} ▶ {self.sticky} ◀ {how} it, Esc ends".strip()
        about = ""
        if found is not None:
            reviewed, total = reader.spans.reviewed
            if self.partly:  # not all are read yet, but how many there are is stored
                total = found.article.n_mentions
                reviewed = total - found.article.n_unreviewed
            m = reader.focused
            if reader.selection is not None:
                words = found.text[reader.selection.start : reader.selection.end]
                about = f"“{' '.join(words.split())}”"
            elif m is not None:
                about = f"“{' '.join(m.quote.split())}” {m.label} · {m.review_status} · {m.origin}"
            else:
                about = found.article.title
            if self._pane == "library":  # what Enter opens
                row = self.library_list.article(self.library_list.current)
                about = row.title if row is not None else about
            count = f"reviewed {reviewed} of {total}"
            saved = self.session.saved_words
            if self.session.refusal:
                saved = "READ-ONLY"
            shown_parts = (self.background or count, saved)
            self.status.set(mode=mode, about=about, saved=" · ".join(p for p in shown_parts if p))
        else:
            saved = "READ-ONLY" if self.session.refusal else ""
            saved = " · ".join(p for p in (self.background, saved) if p)
            self.status.set(mode="", about="", saved=saved)
        m = reader.focused if reader.selection is None or reader.mode == "edges" else None
        around = reader.spans.overlapping(m.start, m.end) if m is not None else ()
        self.inspector.show(self.session, found, m, reader.selection is not None, around)
        self.keys_bar.set_context(self.bar_context)

    def _title_sides(self) -> None:
        """Over each of two articles its title, and which of them the keys go to."""
        if len(self.sides) < 2:
            return
        for number, side in enumerate(self.sides):
            here = number == self.side
            title = one_line(side.open.article.title) if side.open else ""
            side.reader.set_class(here, "here")
            side.reader.border_title = title_of(("▶ " if here else "") + title)

    def refresh_state(self) -> None:
        """Bring everything at the edges up to date."""
        self.show_focus()
        self.keys_bar.set_context(self.bar_context)

    def after_failure(self) -> None:
        """Show what is on screen as it is stored."""
        self.pending.clear()
        for number in range(len(self.sides)):
            self.reread(number)

    @property
    def saving(self) -> bool:
        """Whether edits that are painted wait for the disk."""
        return bool(self._commits)

    # --- background --------------------------------------------------------------------------------

    def spawn(self, work: object) -> None:
        """Run a coroutine beside the keys; its failure becomes a line."""

        async def guarded() -> object:
            try:
                return await work  # type: ignore[misc]
            except StoreError as problem:
                self.say(str(problem), bad=True)
            except asyncio.CancelledError:
                raise
            except Exception as problem:
                self.say(f"{type(problem).__name__}: {problem}", bad=True)
            return None

        task: asyncio.Task[object] = asyncio.create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def commit(
        self,
        kind: str,
        summary: str,
        work: Callable[[Edit], T],
        done: Callable[[T], object] | None = None,
    ) -> None:
        """Store an edit that is painted already. It is queued before this returns, so that an undo
        that is pressed next finds it; the next key does not wait for the disk. Where the disk
        refuses, what is stored is shown again, with the reason."""
        session = self.session
        self.edits_made += 1
        queued = session.submit(kind, summary, work)

        async def run() -> None:
            try:
                result = await session.finish(queued)
            except (StoreError, ValueError) as problem:
                if self._ending:  # there is no screen left to say it on
                    self.reader_app.failure = f"“{summary}” was not saved: {problem}"
                self.reader_app.say(str(problem), bad=True)
                if session is self.reader_app.session:
                    self.after_failure()
            else:
                if done is not None and session is self.reader_app.session:
                    done(result)
            self.refresh_state()

        task: asyncio.Task[object] = asyncio.create_task(run())
        self._commits.add(task)
        task.add_done_callback(self._commits.discard)
        self.show_focus()

    async def forget_library(self) -> None:
        """Show nothing of the library that was open: its numbers mean other things in another."""
        self.library_list.library = self.library_list.open_id = None
        self.library_list.forget()
        while len(self.sides) > 1:
            await self.sides.pop().reader.remove()
        self.side = 0
        self.remove_class("split")
        self.reader.remove_class("second", "here")
        self.reader.border_title = ""
        self.open = None
        self.reader.clear()
        self.jumps.clear()
        self.jumps_forward.clear()
        self.filter, self.find_words = Filter(), []
        self.sticky = self.last_label = None
        self.partly = self._painting = False

    async def stop_background(self) -> None:
        """Finish the edits that wait for the disk; cancel what else runs beside, the task that
        asks for it aside."""
        self._ending = True
        await asyncio.gather(*self._commits, return_exceptions=True)
        self._ending = False
        others = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        self.background = ""

    @on(RowList.Opened, "#library")
    def row_opened(self, event: RowList.Opened) -> None:
        """Open an article that was clicked."""
        event.stop()
        article_id = self.library_list.current_id
        if article_id is not None and self.open_article(article_id):
            self.show_pane("reader")

    @on(Reader.Opened)
    def mention_clicked(self) -> None:
        """Let the keys go to the reader."""
        self.show_pane("reader")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Follow the mouse from pane to pane."""
        widget = event.widget
        for number, side in enumerate(self.sides):
            if widget is side.reader and number != self.side:
                self.show_side(number)
                return
        panes: list[tuple[Pane, Widget]] = [
            ("library", self.library_list),
            ("reader", self.reader),
            ("inspector", self.inspector),
        ]
        for name, own in panes:
            if widget is own and self._pane != name:
                self._pane = name
                self._class_pane()
                self.refresh_state()
