"""Selecting without a mouse: the word cursor, whole things, jumps by hint, names that were missed,
and a label that is kept on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from store.texts import one_line
from tui import keymap
from tui.actions.base import LIKELY, Actions, short
from tui.keymap import key_of
from tui.reading import candidates

_EDGES = ("grow_end", "shrink_end", "grow_start", "shrink_start")


class SelectingActions(Actions):
    """What the keys of group Select do."""

    # --- the cursor ------------------------------------------------------------------------------------

    def do_cursor(self) -> None:
        """Reading, cursor, selecting, and back to reading."""
        self.desk.need_article()
        reader = self.desk.reader
        if reader.mode == "reader":
            if not reader.start_cursor():
                self.desk.say("there are no words here")
        elif reader.mode == "cursor":
            reader.start_select()
        else:
            reader.leave_mode()

    def do_leave(self) -> None:
        """Leave the mode; the label that was kept on goes too."""
        self.desk.reader.leave_mode()
        self.end_sticky()

    def do_extend(self) -> None:
        """Select one word more."""
        self.desk.reader.start_select()
        self.desk.reader.move_word(True)

    def do_word_right(self) -> None:
        """Move a word on."""
        self.desk.reader.move_word(True)

    def do_word_left(self) -> None:
        """Move a word back."""
        self.desk.reader.move_word(False)

    def do_row_down(self) -> None:
        """Move a row down."""
        self.desk.reader.move_row(1)

    def do_row_up(self) -> None:
        """Move a row up."""
        self.desk.reader.move_row(-1)

    def do_rows_down(self) -> None:
        """Move a page down."""
        self.desk.reader.move_row(self.desk.reader.page)

    def do_rows_up(self) -> None:
        """Move a page up."""
        self.desk.reader.move_row(-self.desk.reader.page)

    def do_row_start(self) -> None:
        """Move to the start of the row."""
        self.desk.reader.move_to_start_of("row")

    def do_row_end(self) -> None:
        """Move to the end of the row."""
        self.desk.reader.move_to_end_of("row")

    def do_punctuation(self) -> None:
        """Move to the next punctuation."""
        self.desk.reader.move_to_end_of("punctuation")

    def do_sentence_start(self) -> None:
        """Move to the start of the sentence."""
        self.desk.reader.move_to_start_of("sentence")

    def do_sentence_end(self) -> None:
        """Move to the end of the sentence."""
        self.desk.reader.move_to_end_of("sentence")

    def do_paragraph_start(self) -> None:
        """Move to the start of the paragraph."""
        self.desk.reader.move_to_start_of("paragraph")

    def do_paragraph_end(self) -> None:
        """Move to the end of the paragraph."""
        self.desk.reader.move_to_end_of("paragraph")

    def do_whole_name(self) -> None:
        """Select the whole name."""
        if not self.desk.reader.select_whole("name"):
            self.desk.say("no name here: no word with a capital")

    def do_whole_sentence(self) -> None:
        """Select the whole sentence."""
        self.desk.reader.select_whole("sentence")

    def do_whole_paragraph(self) -> None:
        """Select the whole paragraph."""
        self.desk.reader.select_whole("paragraph")

    def do_whole_quotation(self) -> None:
        """Select what is between quotation marks."""
        if not self.desk.reader.select_whole("quotation"):
            self.desk.say("no quotation marks around this")

    def do_swap_ends(self) -> None:
        """Move the other end from now on."""
        self.desk.reader.swap_ends()

    def do_select_right(self) -> None:
        """Select a word to the right, beginning to select where that is not so yet."""
        if self._begin():
            self.desk.reader.move_word(True)

    def do_select_left(self) -> None:
        """Select a word to the left, beginning to select where that is not so yet."""
        if self._begin():
            self.desk.reader.move_word(False)

    def do_select_down(self) -> None:
        """Select a row down."""
        if self._begin():
            self.desk.reader.move_row(1)

    def do_select_up(self) -> None:
        """Select a row up."""
        if self._begin():
            self.desk.reader.move_row(-1)

    def _begin(self) -> bool:
        self.desk.need_article()
        reader = self.desk.reader
        if reader.mode == "reader" and not reader.start_cursor():
            self.desk.say("there are no words here")
            return False
        reader.start_select()
        return True

    # --- names that were missed ------------------------------------------------------------------------

    def do_candidate(self) -> None:
        """Select the next name that nothing marks."""
        self._candidate(True)

    def do_previous_candidate(self) -> None:
        """Select the previous name that nothing marks."""
        self._candidate(False)

    def known_names(self) -> frozenset[str]:
        """Return the names that are marked in this article, or that the library knows."""
        found = self.desk.need_article()
        here = {
            m.quote
            for m in found.mentions
            if m.review_status != "rejected" and (m.human or m.quote[:1].isupper())
        }
        here |= {quote[:1].upper() + quote[1:] for quote in here}  # as it begins a sentence
        # those of the library are read anew every two hundred keys
        return _aliases(self.desk.session.library, self.desk.session.keys // 200) | here

    def _candidate(self, forward: bool) -> None:
        if self.desk.reader.step_candidate(forward, self.known_names()):
            reader = self.desk.reader
            assert reader.selection is not None
            words = short(reader.text[reader.selection.start : reader.selection.end], 30)
            self.desk.say(
                f"“{words}”: a digit or {key_of('relabel')} marks it, {key_of('candidate')} goes on, {key_of('leave_to_review')} leaves"
            )
        else:
            self.desk.reader.leave_mode()
            side = "after" if forward else "before"
            self.desk.say(f"no name {side} this that is not marked")

    # --- jumps by hint -----------------------------------------------------------------------------------

    _since = 0  # edits made when the letters were first shown, less those that Backspace took back
    _marked: Sequence[bytes] = ()  # the words that were marked since then
    _from_here = False  # a word was chosen by a capital: the next one ends what it begins

    def do_mark_by_letters(self) -> None:
        """Put letters on the words that nothing marks; each one chosen is marked as what it most
        likely is."""
        self.desk.need_article()
        if self.desk.reader.mode != "reader":
            self.desk.reader.leave_mode()
        self.desk.sticky = LIKELY
        self.do_hints()
        if self.desk.reader.mode != "hints":
            self.desk.sticky = None
        self.desk.refresh_state()

    def do_hints(self) -> None:
        """Put a letter or two on every word in view."""
        self.desk.need_article()
        self._since, self._marked, self._from_here = self.desk.edits_made, (), False
        if self.desk.reader.from_candidate:  # a name that was only proposed is not extended
            self.desk.reader.leave_mode()
        if self._show_hints():
            if self.desk.sticky and self.desk.reader.words_are_marked:
                self.desk.say(_how_to_stream(likely=self.desk.sticky == LIKELY))
            else:
                self.desk.say("type a word's letters; a capital last selects from it; Esc leaves")
        else:
            every = "there are no words here, or all of them are marked"
            self.desk.say(every if self.desk.sticky == LIKELY else "there are no words here")

    def _show_hints(self) -> bool:
        kept = self.desk.sticky
        return self.desk.reader.start_hints(
            self.known_names(),
            sticky=kept is not None,
            # what is selected may end in what is marked
            open_only=kept == LIKELY and self.desk.reader.mode != "select",
        )

    async def hint_key(self, key: str) -> bool:
        """Take a key while the letters are shown; return False where it should do what it always
        does. A letter leads to a mention, which gets the focus, or to a word, which gets the
        cursor; a name is selected whole. A capital at the end begins a selection there, which the
        next word ends. With a label kept on the word, or what was selected, is marked, and the
        letters are shown again."""
        reader = self.desk.reader
        marking = reader.words_are_marked or self._from_here
        stream = self.desk.sticky is not None and marking
        if len(key) == 1 and key.isalpha():
            self._hint_letter(key.lower(), begins=key.isupper() and not self._from_here)
        elif key == "backspace" and reader.take_back_letter():
            return True
        else:
            reader.leave_hints()
            if self._from_here:
                self._from_here = False
                self.desk.say(f"the selection goes on by {key_of('word_right')}, or Esc leaves it")
                return True
            if not stream:
                self.desk.say("no word has these letters" if len(key) == 1 else "")
                return True
            action = keymap.lookup("reader", key)
            if action is not None and action.id == "next_mention" and self.desk.sticky == LIKELY:
                self.end_sticky()  # the marking is done: on to what is suggested
                return False
            if key == "enter" and self.desk.sticky == LIKELY:
                self.end_sticky()
                return True
            if key == "enter":
                self.desk.say(
                    f"{self.desk.sticky} stays on; {key_of('hints')} shows the letters again"
                )
                return True
            if key == "backspace" and self.desk.edits_made <= self._since:
                self.desk.say("nothing was marked since the letters are shown")
            elif key == "backspace":
                self._since += 1
                await self.desk.perform("undo")
                self._current()
            elif action is not None and action.id == "label_digit":
                self._keep_other(key)
            else:
                return False
        if stream:
            self.show_hints_again()
        return True

    def show_hints_again(self) -> None:
        """Show the letters for the next word of the label that is kept on, if it still is and
        nothing else has come up."""
        desk = self.desk
        here = desk.app.screen is desk and desk.pane == "reader"
        if here and desk.sticky and desk.reader.mode in ("reader", "cursor"):
            self._show_hints()

    def _hint_letter(self, letter: str, *, begins: bool) -> None:
        reader = self.desk.reader
        offset = reader.type_hint(letter)
        if offset is None:
            return
        if offset < 0:
            self._from_here = False
            self.desk.say("no word has these letters")
            return
        self.desk.say("")
        if begins and reader.mode != "select":
            reader.go_to_word(offset)
            reader.start_select()
            self._from_here = self._show_hints()
            self.desk.say("selecting: now the letters of the last word; Esc leaves")
            return
        here = [m for m in reader.spans.at(offset) if m.review_status != "rejected"]
        if reader.mode == "select":
            reader.go_to_word(offset)
            span = reader.span or (0, 0)
            if self._from_here and self.desk.sticky and "\n" in reader.text[slice(*span)].strip():
                reader.leave_mode()
                self.desk.say("that is more than a paragraph: nothing was marked", bad=True)
            elif self._from_here:
                self._mark_kept()
            self._from_here = False
        elif here and not self.desk.sticky:
            reader.leave_mode()
            reader.jump_into(here[0], offset)
        else:
            reader.go_to_word(offset)
            find = candidates.whole_at if self.desk.sticky == LIKELY else candidates.name_at
            name = find(reader.text, offset)
            if name is not None and name[0] == offset and not self._runs_over(*name):
                reader.select_range(*name)
            self._mark_kept()

    def _runs_over(self, start: int, end: int) -> bool:
        """Whether words marked by their letters would run into what is marked: then the first word
        alone is meant."""
        here = self.desk.reader.spans.overlapping(start, end)
        return self.desk.sticky == LIKELY and any(m.review_status != "rejected" for m in here)

    def _mark_kept(self) -> None:
        """Give the label that is kept on, if one is, to what was chosen."""
        label = self.kept()
        if label is not None:
            self.desk.review.label_as(label)
            m = self.desk.reader.focused
            self._marked = (*self._marked, *([m.uid] if m is not None else ()))

    def _current(self) -> bool:
        """Focus the word that was marked last and still is; False where there is none."""
        reader = self.desk.reader
        while self._marked:
            m = reader.spans.by_uid(self._marked[-1])
            if m is not None and m.review_status != "rejected":
                reader.focus_mention(m)
                return True
            self._marked = self._marked[:-1]
        return False

    def kept(self) -> str | None:
        """Return the label that is kept on; where it is the likely one, that of what is selected or
        focused."""
        span = self.desk.reader.span
        if self.desk.sticky != LIKELY or span is None:
            return self.desk.sticky if self.desk.sticky != LIKELY else None
        return self._likely(*span)

    def _likely(self, start: int, end: int) -> str:
        """Return what words most likely are: as the analyst marked them before, in this article
        first; else as words of that kind were marked last, else by what the lists know."""
        from annotators import likely
        from store import mentions

        found = self.desk.need_article()
        quote = one_line(found.text[start:end]).casefold()
        here = Counter(m.label for m in found.mentions
                       if m.human and m.review_status != "rejected"
                       and one_line(m.quote).casefold() == quote)  # fmt: skip
        if here:
            return here.most_common(1)[0][0]
        library = self.desk.session.library
        with library.reading() as connection:
            before = mentions.label_given(connection, found.text[start:end])
        kind = likely.kind(one_line(found.text[start:end]))
        label = before or self._taught_of(kind) or likely.LABELS[kind]
        known = {x.id for x in library.codebook().labels if not x.deprecated}
        return label if label in known else self.desk.last_label or next(iter(sorted(known)))

    def taught(self, start: int, end: int, label: str) -> None:
        """Hear what words were marked as: others of their kind are likely the same."""
        if self.desk.sticky == LIKELY:
            from annotators import likely

            kind = likely.kind(one_line(self.desk.need_article().text[start:end]))
            self.desk.session.kinds[kind][label] += 1

    def _taught_of(self, kind: str) -> str | None:
        """Return the label that most words of a kind were given in its likely one's stead. What a
        word is that no list knows says nothing of the next such word."""
        given = self.desk.session.kinds[kind].most_common(1) if kind != "word" else ()
        return given[0][0] if given else None

    def _keep_other(self, key: str) -> None:
        """Keep on the label of a digit; where each word gets its likely one, give it to the word
        that was marked last."""
        for label in self.desk.session.library.codebook().labels:
            if label.key == key:
                if self.desk.sticky == LIKELY:
                    if not self._current():
                        self.desk.say("first the letters of a word, then its label")
                        return
                    self.desk.review.label_as(label.id)
                    return
                self.desk.sticky = label.id
                self.desk.say(f"{label.id} from here on")
                return
        self.desk.say(f"no label has the digit {key}")

    # --- a label that is kept on ---------------------------------------------------------------------------

    def do_sticky(self) -> None:
        """Keep one label on, or end that."""
        if self.desk.sticky:
            self.end_sticky()
            return
        self.desk.need_article()

        def chosen(label: str) -> None:
            self.desk.sticky = label
            self.desk.say(
                f"every word you jump to ({key_of('hints')}), drag over or press {key_of('label_last')} on becomes {label}; Esc ends"
            )
            self.desk.refresh_state()

        self.desk.review.choose_label("Keep which label on", chosen)

    def end_sticky(self) -> None:
        """End it, and say so where it was a label that was chosen."""
        if self.desk.sticky:
            said = f"{self.desk.sticky} is no longer kept on"
            self.desk.say("" if self.desk.sticky == LIKELY else said)
            self.desk.sticky = None


@lru_cache(maxsize=2)
def _aliases(library: object, age: int) -> frozenset[str]:
    """Return the names that the library knows, read anew now and then."""
    from store import entities
    from store.library import Library

    assert isinstance(library, Library)
    with library.reading() as connection:
        return frozenset(entities.known_names(connection))


def _how_to_stream(*, likely: bool) -> str:
    edges = " ".join(key_of(x) for x in _EDGES)
    if likely:
        return "a word's letters mark it as what it most likely is"
    return (
        f"letters mark one word after the other; {edges} its edges, a digit another label,"
        " Backspace takes back, Enter hides the letters, Esc ends"
    )
