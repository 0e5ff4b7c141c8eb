"""Every action and its keys: the one table behind the keys, the key bar, the help, the palette
and the documentation.

Keys are what a terminal sends without Ctrl or Alt, so that every action works everywhere; some
have an alias with Ctrl for those whose hands expect it. A context is where the keys count.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

MAIN = ("library", "reader", "inspector")
TEXT = ("reader", "cursor", "select")
EVERYWHERE = (*MAIN, "cursor", "select", "edges", "incidents", "incident")


@dataclass(frozen=True)
class Action:
    """Something that a key does. ``bar`` is its word in the key bar, empty: not there."""

    id: str
    keys: tuple[str, ...]
    title: str
    contexts: tuple[str, ...]
    group: str
    bar: str = ""


def _a(
    id: str, keys: str, title: str, contexts: tuple[str, ...] | str, group: str, bar: str = ""
) -> Action:
    places = (contexts,) if isinstance(contexts, str) else contexts
    return Action(id, tuple(keys.split()), title, places, group, bar)


_LISTS = ("library", "incidents", "incident", "inspector")
ACTIONS: tuple[Action, ...] = (
    # review
    _a("next_mention", "tab", "next mention to review", ("reader",), "Review", "next"),
    _a("previous_mention", "shift+tab", "previous mention to review", ("reader",), "Review"),
    _a("accept", "a", "accept the mention", ("reader",), "Review", "accept"),
    _a("reject", "x", "reject the mention; delete one of your own", ("reader",), "Review", "reject"),
    _a("skip", "s", "skip: leave it and go on", ("reader",), "Review"),
    _a("accept_visible", "A", "accept all that is on screen (one undo)", ("reader",), "Review"),
    _a("relabel", "t", "label by its letter", TEXT, "Review", "label"),
    _a("label_digit", "1 2 3 4 5 6 7 8 9 0", "label by digit", TEXT, "Review"),
    _a("edges", "e", "move the mention's edges", ("reader",), "Review", "edges"),
    _a("cycle", "o", "next of overlapping mentions", ("reader",), "Review"),
    _a("again", ".", "repeat the last label here", TEXT, "Review"),
    # select
    _a("cursor", "v", "word cursor; again: select; again: leave", TEXT, "Select", "select"),
    _a("word_right", "w right", "next word", ("cursor", "select"), "Select", "word"),
    _a("word_left", "b left", "previous word", ("cursor", "select"), "Select"),
    _a("row_down", "j down", "a row down", ("cursor", "select"), "Select"),
    _a("row_up", "k up", "a row up", ("cursor", "select"), "Select"),
    _a("row_end", "$", "to the end of the row", ("cursor", "select"), "Select"),
    _a("sentence_end", ")", "to the end of the sentence", ("cursor", "select"), "Select"),
    _a("paragraph_end", "}", "to the end of the paragraph", ("cursor", "select"), "Select"),
    _a("swap_ends", "o", "move the other end", ("select",), "Select"),
    _a("select_right", "shift+right", "select a word to the right", TEXT, "Select"),
    _a("select_left", "shift+left", "select a word to the left", TEXT, "Select"),
    _a("label_last", "enter", "label as the last one was", ("cursor", "select"), "Select", "label"),
    _a("leave", "escape q", "leave", ("cursor", "select", "edges"), "Select", "leave"),
    # edges
    _a("end_right", "l w right", "end: a word further", ("edges",), "Edges", "end"),
    _a("end_left", "h b left", "end: a word back", ("edges",), "Edges"),
    _a("start_left", "H shift+left", "start: a word back", ("edges",), "Edges", "start"),
    _a("start_right", "L shift+right", "start: a word further", ("edges",), "Edges"),
    _a("edges_done", "enter e", "keep the new edges", ("edges",), "Edges", "keep"),
    # notes and incidents
    _a("note", "m", "note on the mention", TEXT, "Notes and incidents", "note"),
    _a("article_note", "M", "note on the article", MAIN, "Notes and incidents"),
    _a("new_incident", "i", "new incident from the selection", TEXT, "Notes and incidents", "incident"),
    _a("add_report", "R", "report the selection of an incident that is known", TEXT, "Notes and incidents"),
    _a("incidents", "I", "all incidents", MAIN, "Notes and incidents", "incidents"),
    _a("article_incidents", "W", "incidents of this article", MAIN, "Notes and incidents"),
    # incident screens
    _a("open_row", "enter", "open, edit or go to the sentence", ("incidents", "incident"), "Incident", "open"),
    _a("link", "L", "link to another incident", ("incident",), "Incident", "link"),
    _a("choose_claim", "c", "take the claim's value for the incident", ("incident",), "Incident", "choose"),
    _a("edit_title", "e", "edit the title", ("incident",), "Incident", "title"),
    _a("incident_note", "m", "note on the incident", ("incident",), "Incident", "note"),
    _a("all_fields", "F", "show all fields, or those with a value", ("incident",), "Incident", "fields"),
    _a("delete_row", "d", "delete the report, link or incident (undo takes it back)", ("incidents", "incident"), "Incident"),
    # move
    _a("down", "j down", "down", (*MAIN, "incidents", "incident"), "Move"),
    _a("up", "k up", "up", (*MAIN, "incidents", "incident"), "Move"),
    _a("page_down", "space pagedown", "a page down", (*MAIN, "incidents", "incident"), "Move"),
    _a("page_up", "b pageup", "a page up", (*MAIN, "incidents", "incident"), "Move"),
    _a("half_down", "ctrl+d", "half a page down", MAIN, "Move"),
    _a("half_up", "ctrl+u", "half a page up", MAIN, "Move"),
    _a("top", "g home", "to the top", (*MAIN, "incidents", "incident"), "Move"),
    _a("bottom", "G end", "to the end", (*MAIN, "incidents", "incident"), "Move"),
    _a("pane_right", "l right", "pane to the right", (*MAIN, "incident"), "Move", "panes"),
    _a("pane_left", "h left", "pane to the left", (*MAIN, "incident"), "Move"),
    _a("next_article", "]", "next article of the list", MAIN, "Move"),
    _a("previous_article", "[", "previous article of the list", MAIN, "Move"),
    _a("back", "` ctrl+o", "back to where you jumped from", EVERYWHERE, "Move"),
    # find
    _a("search", "/", "search: in the article, or from the list in the library", (*MAIN, "cursor", "select"), "Find", "search"),
    _a("next_hit", "n", "next hit; without a search the next to review", TEXT, "Find"),
    _a("previous_hit", "N", "previous hit", TEXT, "Find"),
    _a("library_search", "\\", "search the library", MAIN, "Find"),
    _a("filter_status", "f", "filter the list by status", ("library",), "Find", "status"),
    _a("filter_label", "F", "filter the list by label", ("library",), "Find"),
    _a("clear_filter", "escape", "take search and filters away", MAIN, "Find"),
    # library
    _a("open_article", "enter", "read the article", ("library",), "Library", "read"),
    _a("import", "+", "import files or folders", MAIN, "Library", "import"),
    _a("paste", "p", "paste a text as a new article", MAIN, "Library"),
    _a("metadata", "E", "correct title, date, source …", MAIN, "Library"),
    _a("status", "r", "status: unread, reading, done", MAIN, "Library"),
    _a("flag", "!", "flag for follow-up", MAIN, "Library"),
    _a("delete_article", "d", "delete the article (undo takes it back)", ("library",), "Library"),
    _a("export", "X", "export CSV", (*MAIN, "incidents", "incident"), "Library"),
    _a("open_library", "O", "open or make another library", ("library",), "Library"),
    _a("analyst", "Z", "say who works", MAIN, "Library"),
    # the rest
    _a("copy", "y", "copy the selection or mention", TEXT, "General"),
    _a("undo", "u ctrl+z", "undo", (*MAIN, "incidents", "incident"), "General", "undo"),
    _a("redo", "U ctrl+y", "redo", (*MAIN, "incidents", "incident"), "General"),
    _a("help", "? f1", "all keys", EVERYWHERE, "General", "help"),
    _a("palette", ": ctrl+p", "find an action by its name", EVERYWHERE, "General"),
    _a("quit", "q", "back; from the list: quit", (*MAIN, "incidents", "incident"), "General", "back"),
    _a("quit_now", "Q ctrl+q", "quit (everything is saved)", (*MAIN, "incidents", "incident"), "General"),
)  # fmt: skip
BY_ID = {action.id: action for action in ACTIONS}


@cache
def _table(context: str) -> dict[str, Action]:
    return {key: a for a in ACTIONS if context in a.contexts for key in a.keys}


def lookup(context: str, key: str) -> Action | None:
    """Return what a key does in a context, or None."""
    return _table(context).get(key)


def in_context(context: str) -> list[Action]:
    """Return the actions of a context, in the order of the table."""
    return [action for action in ACTIONS if context in action.contexts]


def clashes() -> list[str]:
    """Return keys that two actions of one context want; there must be none."""
    found = []
    for context in EVERYWHERE:
        seen: dict[str, str] = {}
        for action in in_context(context):
            for key in action.keys:
                if key in seen:
                    found.append(f"{context}: {key} is {seen[key]} and {action.id}")
                seen[key] = action.id
    return found


_NAMES = {
    "tab": "Tab", "shift+tab": "Shift+Tab", "enter": "Enter", "escape": "Esc", "space": "Space",
    "pagedown": "PgDn", "pageup": "PgUp", "home": "Home", "end": "End", "down": "↓", "up": "↑",
    "left": "←", "right": "→", "shift+left": "Shift+←", "shift+right": "Shift+→", "f1": "F1",
}  # fmt: skip


def shown(key: str) -> str:
    """Return a key as it is written for people."""
    if key in _NAMES:
        return _NAMES[key]
    return "Ctrl+" + key[5:].upper() if key.startswith("ctrl+") else key


def keys_of(action_id: str) -> str:
    """Return an action's keys as they are written for people."""
    return " ".join(shown(key) for key in BY_ID[action_id].keys)
