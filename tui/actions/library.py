"""The library: importing, pasting, metadata, status, deleting, exporting, another library."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

from annotators import prefill
from store import (
    articles,
    courtesy,
    dates,
    examples,
    history,
    importers,
    incidents,
    memory,
    notes,
    tags,
)
from store.exporters import csv_files, shapes
from store.history import Edit
from store.importers import web
from store.importers.result import Failure, Summary
from store.records import Article, Incoming, Op
from tui import config, recent
from tui.actions.base import Actions, short
from tui.keymap import key_of
from tui.screens.choose import Choice, Chooser
from tui.screens.form import Entry, Form
from tui.session import Session

_TELL = 1.0
"""Seconds between two lines about work in the background."""


def in_home(typed: str) -> Path:
    """Return the path that was typed, ``~`` being the home folder where there is one."""
    path = Path(typed.strip())
    try:
        return path.expanduser()
    except RuntimeError:  # ~somebody who is not there: a name like any other
        return path


_TAKEN_OUT = "remove the examples"


class LibraryActions(Actions):
    """What the keys of group Library do, and undo and redo."""

    # --- in ------------------------------------------------------------------------------------------

    def do_import(self) -> None:
        """Import files or a folder."""

        def chosen(typed: str | None) -> None:
            if typed and typed.strip():
                self.desk.spawn(self._import(typed.strip(), self.desk.session))

        self.desk.reader_app.ask(
            "Import which file, folder or page", "", chosen,
            hint="~/articles, wire.jsonl, https://…",
        )  # fmt: skip

    def do_examples(self) -> None:
        """Add the example articles; where they are there, take them out."""
        with self.desk.session.library.reading() as connection:
            there, alone = examples.present(connection), examples.of_them_alone(connection)
            last = history.next_undo(connection)
        if not there:
            taken_out = last is not None and last.summary == _TAKEN_OUT
            # as they were, with the work on them; added anew they would be there twice after undo
            self.desk.spawn(self.do_undo() if taken_out else self.with_examples())
            return
        words = f"take {len(there)} example articles out" + (
            f", and {alone} incidents that only they report" if alone else ""
        )

        def chosen(name: str | None) -> None:
            if name == "out":
                self.desk.spawn(self._without_examples())

        choices = [
            Choice("leave", [("leave them", "")], letter="l"),
            Choice("out", [(words, "")], letter="o"),
        ]
        self.desk.app.push_screen(Chooser("The example articles", choices, letters=True), chosen)

    async def with_examples(self) -> None:
        """Add the example articles and say whose they are."""
        import seeds

        items = importers.parse(seeds.read_examples(), seeds.EXAMPLES, "jsonl", {})
        await self._store(list(items), self.desk.session)
        self.desk.say(f"added, {key_of('examples')} takes them out: {seeds.EXAMPLES_ABOUT}")

    async def _without_examples(self) -> None:
        taken, gone = await self.desk.session.edit("delete", _TAKEN_OUT, examples.remove)
        for number in range(len(self.desk.sides)):
            self.desk.reread(number)
        self.desk.show_list()
        self.desk.say(
            f"{taken} example articles and {gone} incidents removed; {key_of('undo')} takes it back"
        )

    async def _import(self, typed: str, session: Session) -> None:
        def incoming() -> list[Incoming | Failure]:
            if web.is_url(typed):
                return [config.from_web(typed)]
            found: list[Incoming | Failure] = []
            for file in importers.files([in_home(typed)]):
                if isinstance(file, Failure):
                    found.append(file)
                    continue
                for item in importers.read(file):
                    found.append(item)
                    courtesy.rest()
            return found

        self.desk.background_note("fetching …" if web.is_url(typed) else "reading files …")
        items = await asyncio.to_thread(incoming)
        await self._store(items, session)

    async def _store(self, items: list[Incoming | Failure], session: Session) -> None:
        """Store into the library that was open when it was asked for."""
        library, loop = session.library, asyncio.get_running_loop()

        said = 0.0

        def progress(summary: Summary) -> None:
            nonlocal said
            if time.monotonic() - said < _TELL:  # a line that is painted makes a key wait for it
                return
            said = time.monotonic()
            done = len(summary.added) + len(summary.duplicates)
            loop.call_soon_threadsafe(
                self.desk.background_note, f"importing {done} of {len(items)} …"
            )

        try:
            summary = await asyncio.to_thread(importers.store, library, items, progress)
        finally:
            self.desk.background_note("")
        if self.desk.reader_app.session is not session:
            return
        self.desk.show_list()
        words = [f"{len(summary.added)} imported"]
        if summary.duplicates:
            words.append(f"{len(summary.duplicates)} there already")
        if summary.failures:
            first = summary.failures[0]
            words.append(f"{len(summary.failures)} not read, first {first.where}: {first.why}")
        self.desk.say(", ".join(words), bad=bool(summary.failures))
        if len(summary.failures) > 1:
            self._show_failures(summary)
        if summary.added:
            first_id = summary.added[0].article_id
            if len(summary.added) == 1 or self.desk.open is None:
                self.desk.open_article(first_id)
            self.start_annotation([s.article_id for s in summary.added])

    def _show_failures(self, summary: Summary) -> None:
        from tui.screens.help import Listing

        lines = [f"{f.where}: {f.why}" for f in summary.failures]
        self.desk.app.push_screen(Listing(f"{len(lines)} not read; the others went in", lines))

    def start_annotation(self, ids: list[int]) -> None:
        """Annotate articles in the background and say how far it is."""
        if not ids or self.desk.session.library.mode != "write":
            return
        done, said = 0, 0.0

        def one(article_id: int, failure: Exception | None) -> None:
            nonlocal done, said
            done += 1
            left = done < len(ids)
            if not left or time.monotonic() - said >= _TELL:
                said = time.monotonic()
                self.desk.background_note(f"annotating {done} of {len(ids)}" if left else "")
            self.desk.annotated(article_id, failure)

        if len(ids) > 1:
            self.desk.background_note(f"annotating 0 of {len(ids)}")
        self.desk.spawn(self.desk.session.annotate(ids, one))

    def do_paste(self) -> None:
        """Store a pasted text as a new article."""
        drafts, key = self.desk.session.drafts, b"a new article"
        draft: dict[str, str] = json.loads(drafts.get(key, "{}"))
        hints = {
            "text": "(paste it; Tab goes on)", "title": "empty: its first line",
            "date": "2025-01-14; empty: as the text says, if it does", "source": "", "url": "",
        }  # fmt: skip
        entries = [
            Entry(name, "URL" if name == "url" else name.title(), draft.get(name, ""), hint, name == "text")
            for name, hint in hints.items()
        ]  # fmt: skip

        def check(values: dict[str, str]) -> str | None:
            values = {**draft, **values}
            if not values.get("text", "").strip():
                return "there is no text yet: paste it"
            if values.get("date") and dates.parse_published(values["date"])[0] is None:
                return f"“{values['date']}” is not a date; write 2025-01-14"
            return None

        def done(values: dict[str, str] | None) -> None:
            if values is not None:
                values = {**draft, **values}
                drafts.pop(key, None)
                raw = values["text"].encode("utf-8", "replace")
                item = Incoming(
                    text=values["text"],
                    title=values.get("title"),
                    date=values.get("date"),
                    source=values.get("source"),
                    url=values.get("url"),
                    file_name=None,
                    raw=raw,
                )
                self.desk.spawn(self._store([item], self.desk.session))

        def left(values: dict[str, str]) -> None:
            values = {**draft, **values}
            if not any(value.strip() for value in values.values()):
                drafts.pop(key, None)
            else:
                drafts[key] = json.dumps(values)
                self.desk.reader_app.say(
                    f"the draft is kept until you quit: {key_of('paste')} opens it again"
                )

        form = Form("A new article", entries, check=check, left=left)
        self.desk.app.push_screen(form, done)

    # --- about an article ----------------------------------------------------------------------------

    def _target(self) -> Article:
        article = (
            self.desk.library_list.article(self.desk.library_list.current)
            if self.desk.pane == "library"
            else self.desk.need_article().article
        )
        if article is None:
            raise ValueError("no article is chosen")
        return article

    def do_metadata(self) -> None:
        """Correct an article's metadata."""
        article = self._target()
        titles = {"published": "Date", "url": "URL"}
        hints = {"published": "2025-01-14 or 2025-01-14T06:30; empty: not known"}
        entries = [
            Entry(name, titles.get(name, name.title()), str(getattr(article, name) or ""), hints.get(name, ""))
            for name in articles.METADATA
        ]  # fmt: skip

        def check(values: dict[str, str]) -> str | None:
            if values.get("published") and dates.parse_published(values["published"])[0] is None:
                return f"“{values['published']}” is not a date; write 2025-01-14"
            if "title" in values and not values["title"].strip():
                return "a title is needed"
            return None

        async def done(values: dict[str, str] | None) -> None:
            if not values:
                return
            kept: dict[str, str | None] = {**values}
            dated = 0

            def work(edit: Edit) -> None:
                nonlocal dated
                articles.edit_metadata(edit, article, kept)
                if "published" in values:
                    changed = articles.get(edit.connection, article.id)
                    day = changed.published if changed else None
                    dated = incidents.redate(
                        edit, article.id, lambda words: prefill.date_fields(words, day)
                    )

            await self._quietly(
                self.desk.session.edit(
                    "metadata",
                    f"correct {', '.join(titles.get(v, v).lower() for v in values)} of “{article.title[:40]}”",
                    work,
                )
            )
            self.desk.show_list(article.id)
            self.desk.reread()
            if "published" in values:
                self.desk.say(
                    f"saved; {dated} dates of its reports were resolved again" if dated else "saved"
                )

        about = f"The text says {article.dateline}." if article.date_conflict else ""
        self.desk.app.push_screen(
            Form("About this article", entries, about=about, check=check), done
        )

    async def _quietly(self, work: object) -> bool:
        from store.errors import StoreError

        try:
            await work  # type: ignore[misc]
        except (StoreError, ValueError) as problem:
            self.desk.reader_app.say(str(problem), bad=True)
            return False
        return True

    def do_tags(self) -> None:
        """Give the article tags."""
        article = self._target()
        with self.desk.session.library.reading() as connection:
            now = tags.of_target(connection, article.uid)
            used = [name for name, _ in tags.used(connection)[:8]]

        async def chosen(typed: str | None) -> None:
            if typed is None:
                return
            wanted = tags.parse(typed)
            said = ", ".join(wanted) or "no tags"
            if await self._quietly(
                self.desk.session.edit(
                    "tag",
                    f"tags of “{short(article.title)}”: {said}"[:200],
                    lambda edit: tags.set_tags(edit, "article", article.uid, wanted),
                )
            ):
                self.desk.reread()
                self.desk.reader_app.say(f"tags: {said}")

        self.desk.reader_app.ask(
            "Tags, commas between" + (f" (in use: {', '.join(used)})" if used else ""),
            ", ".join(now), chosen, hint="kharkiv, energy",
        )  # fmt: skip

    async def do_status(self) -> None:
        """Step through unread, reading, done."""
        article = self._target()
        order = ("unread", "reading", "done")
        at = order.index(article.status) + 1 if article.status in order else 0
        await self._set_status(article, order[at % 3])

    async def do_flag(self) -> None:
        """Flag, or take the flag away."""
        article = self._target()
        await self._set_status(article, "reading" if article.status == "flagged" else "flagged")

    async def _set_status(self, article: Article, status: str) -> None:
        await self.desk.session.edit(
            "status",
            f"“{article.title[:40]}” is {status}",
            lambda edit: articles.set_status(edit, article, status),
        )
        self.desk.reread()
        self.desk.library_list.changed(article.id)
        self.desk.say(f"status: {status}")

    async def do_delete_article(self) -> None:
        """Delete an article; undo takes it back."""
        article = self._target()
        title = " ".join(article.title.split())[:40]
        await self.desk.session.edit(
            "delete", f"delete “{title}”", lambda edit: edit.delete("article", article.uid)
        )
        number = self.desk.showing(article.id)
        if number is not None:
            self.desk.reread(number)  # it is gone: the sides that show it are cleared
        self.desk.show_list()
        self.desk.say(f"“{title}” deleted; {key_of('undo')} takes it back")

    # --- out -----------------------------------------------------------------------------------------

    def do_export(self) -> None:
        """Export all tables."""
        choices = [
            Choice(
                "exact", [("CSV, exact: ten tables for programs, byte for byte", "")], letter="e"
            ),
            Choice(
                "spreadsheet",
                [("CSV, spreadsheet: the same, safe to open in Excel or Calc", "")],
                letter="s",
            ),
        ]
        for shape, (file, about) in shapes.SHAPES.items():
            letter = {"casefile": "h", "codebook": "c"}.get(shape, shape[0])
            choices.append(Choice(shape, [(f"{file}: {about}", "")], letter=letter))

        def chosen(name: str | None) -> None:
            if name is None:
                return

            def into(folder: str | None) -> None:
                if not folder or not folder.strip():
                    return
                path = in_home(folder)
                if name in shapes.SHAPES:
                    self.desk.spawn(self._export_shape(path, name))
                else:
                    exact: csv_files.Profile = "spreadsheet" if name == "spreadsheet" else "exact"
                    self.desk.spawn(self._export(path, exact))

            file = f"{shapes.SHAPES[name][0]}: " if name in shapes.SHAPES else ""
            default = str(Path.cwd() / "export")
            self.desk.reader_app.ask(f"{file}into which folder", default, into)

        self.desk.app.push_screen(
            Chooser(
                "Export the whole library, what is only suggested too, as", choices, letters=True
            ),
            chosen,
        )

    async def _export(self, folder: Path, profile: csv_files.Profile) -> None:
        library = self.desk.session.library

        def work() -> dict[str, int]:
            with library.reading() as connection:
                return csv_files.export_all(connection, folder, profile)

        counts = await asyncio.to_thread(work)
        self.desk.say(
            f"exported to {folder}: {counts['mentions']} mentions, {counts['incidents']} incidents"
        )

    async def _export_shape(self, folder: Path, shape: str) -> None:
        library = self.desk.session.library
        target = folder / shapes.SHAPES[shape][0]

        def work() -> str:
            with library.reading() as connection:
                book, title = library.codebook(), f"Case file: {library.path.stem}"
                found = shapes.export(connection, book, shape, target, "exact", title)
            return shapes.said(*found, shape)

        words = await asyncio.to_thread(work)
        self.desk.reader_app.say(f"{target}: {words}")

    # --- undo ----------------------------------------------------------------------------------------

    async def do_undo(self) -> None:
        """Take the newest edit back, wherever it was made, and go there."""
        op = await self.desk.session.undo()
        self._after_revert(op, f"undone: {op.summary}")

    async def do_redo(self) -> None:
        """Make the edit that was undone last again, and go there."""
        op = await self.desk.session.redo()
        self._after_revert(op, f"done again: {op.summary}")

    def _after_revert(self, op: Op, words: str) -> None:
        """Show the article that the edit was made in, with its mention focused."""
        article_id, found = op.article_id, self.desk.open
        if any(c["table"] in ("article", "tag") for c in op.changes):
            self.desk.show_list()  # what passes its filter, and where it stands, may be another
        elif article_id is None:
            self.desk.library_list.forget()
        else:
            self.desk.library_list.changed(article_id)
        shown = self.desk.showing(article_id) if article_id is not None else None
        if shown is not None and shown != self.desk.side:
            self.desk.show_side(shown)
            found = self.desk.open
        if article_id is not None and (found is None or found.article.id != article_id):
            if self.desk.session.read(article_id) is not None:
                if found is not None:
                    self.desk.jumps.append((found.article.id, self.desk.reader.place, None))
                    words += f" — in another article, opened now; {key_of('back')} goes back"
                self.desk.open_article(article_id, reading=False)
        elif not self._revert_in_place(op):
            self.desk.reread()
        changed = [str(c["uid"]) for c in op.changes if c["table"] == "mention"]
        if len(changed) >= 1:
            m = self.desk.reader.spans.by_uid(bytes.fromhex(changed[0]))
            if m is not None and m.review_status != "rejected":
                self.desk.reader.focus_mention(m)
        self.desk.say(words)
        with self.desk.session.library.reading() as connection:
            names = memory.names_in(connection, op)
        if names:
            self.desk.spawn(self.desk.deciding.look_again(names))

    def _revert_in_place(self, op: Op) -> bool:
        """Show what an undo changed where that is a few mentions of the open article alone."""
        found, own = self.desk.open, ("mention", "mention_entity", "entity", "alias")
        uids = {str(c["uid"]) for c in op.changes if c["table"] == "mention"}
        if found is None or op.article_id != found.article.id or not 0 < len(uids) <= 20:
            return False
        if any(c["table"] not in own for c in op.changes):
            return False
        for uid in uids:
            self.desk.review.refetch(found.article.id, bytes.fromhex(uid))
        return True

    def do_suspend(self) -> None:
        """Give the terminal back to the shell."""
        self.desk.app.action_suspend_process()

    # --- who, and where --------------------------------------------------------------------------------

    def do_analyst(self) -> None:
        """Say who works."""

        def chosen(name: str | None) -> None:
            if name and name.strip():
                library = self.desk.session.library
                self.desk.spawn(self.set_analyst(library, name))

        self.desk.reader_app.ask("Who works", self.desk.session.library.analyst() or "", chosen)

    async def set_analyst(self, library: object, name: str) -> None:
        from store.library import Library

        assert isinstance(library, Library)
        await asyncio.to_thread(library.set_analyst, name)
        self.desk.say(f"edits are {library.analyst()}'s from now on")

    def do_open_library(self) -> None:
        """Open or make another library."""

        def chosen(name: str | None) -> None:
            if name and name.strip():
                self.desk.spawn(self.desk.reader_app.switch_library(in_home(name)))

        here = self.desk.session.library.path

        def ask(_: object = None) -> None:
            self.desk.reader_app.ask("Open or make which library", str(here), chosen)

        known = [path for path in recent.libraries() if path != here]
        if not known or self.desk.reader_app.private:
            ask()
            return
        rows = [Choice(str(p), [(p.name, ""), (f"  {p.parent}", "faint")], str(p)) for p in known]
        rows.append(Choice("", [("another one, or a new one …", "strong")], "another new"))

        def picked(name: str | None) -> None:
            if name is not None:
                chosen(name) if name else ask()

        self.desk.app.push_screen(Chooser("Open which library", rows), picked)

    # --- notes -----------------------------------------------------------------------------------------

    def do_note(self) -> None:
        """Write a note on the focused mention; words that are selected become one first."""
        if self.desk.reader.selection is not None:
            raise ValueError("label the selection first (a digit), then m notes on it")
        m = self.desk.need_mention()
        self.write_note("mention", m.uid, f"“{' '.join(m.quote.split())[:40]}”")

    def do_article_note(self) -> None:
        """Write a note on the article."""
        article = self._target()
        self.write_note("article", article.uid, "the article")

    def write_note(self, kind: str, uid: bytes, what: str) -> None:
        """Open the note pane under the text."""
        with self.desk.session.library.reading() as connection:
            existing = notes.of_target(connection, uid)
        body = existing[-1].body if existing else ""

        async def done(text: str) -> None:
            if not text.strip() and not body:
                self.desk.session.drafts.pop(uid, None)
                self.desk.reader_app.say("nothing was written")
            elif await self._quietly(
                self.desk.session.edit(
                    "note", f"note on {what}", lambda edit: notes.set_body(edit, kind, uid, text)
                )
            ):
                self.desk.session.drafts.pop(uid, None)
                said = f"note on {what} saved" if text.strip() else f"note on {what} deleted"
                self.desk.reader_app.say(said)
            else:
                self.desk.session.drafts[uid] = text
            self.desk.reread()

        def left(text: str) -> None:
            self.desk.session.drafts[uid] = text
            self.desk.reader_app.say(
                "the draft is kept until you quit: the same key opens it again"
            )

        self.desk.reader_app.note(
            f"Note on {what}", self.desk.session.drafts.get(uid, body), body, done, left
        )
