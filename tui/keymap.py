"""Every action and its keys: the one table behind the keys, the key bar, the help, the palette
and the documentation.

Keys are what a terminal sends without Ctrl or Alt, so that every action works everywhere; some
have an alias with Ctrl for those whose hands expect it. A context is where the keys count.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

MAIN = ("library", "reader", "inspector")
TEXT = ("reader", "cursor", "select")
WORDS = ("cursor", "select")
INCIDENTS = ("incidents", "incident")
VIEWS = ("incidents", "timeline", "map")
"""Views of all incidents."""
ROWS = (
    *INCIDENTS,
    "timeline",
    "map",
    "network",
    "pairs",
    "sources",
    "candidates",
    "hits",
    "propagation",
    "memory",
    "entities",
    "entity",
)
"""Screens over the article."""
LISTS = tuple(context for context in ROWS if context != "map")
"""Those of them in which one moves up and down."""
EVERYWHERE = (*MAIN, "cursor", "select", "edges", *ROWS)
CONTEXTS = {
    "library": "the list of articles",
    "reader": "the article",
    "cursor": "the word cursor",
    "select": "selecting",
    "edges": "moving edges",
    "inspector": "the inspector",
    "hits": "the hits of a search",
    "propagation": "deciding everywhere",
    "memory": "remembered decisions",
    "entities": "the list of entities",
    "entity": "an entity",
    "incidents": "the list of incidents",
    "incident": "an incident",
    "timeline": "the timeline",
    "map": "the map",
    "network": "linked incidents",
    "pairs": "suggested links",
    "sources": "the register of sources",
    "candidates": "suggested incidents",
}
"""Where keys count, in words."""


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


ACTIONS: tuple[Action, ...] = (
    # review
    _a("next_mention", "tab", "next mention to review", ("reader",), "Review", "next"),
    _a("previous_mention", "shift+tab", "previous mention to review", ("reader",), "Review"),
    _a("accept", "a", "accept the mention", ("reader",), "Review", "accept"),
    _a("reject", "x", "reject the mention; delete one of your own", ("reader",), "Review", "reject"),
    _a("skip", "s", "skip: leave it and go on", ("reader",), "Review"),
    _a("accept_many", "A", "accept many: on screen, of one label, of one entity", ("reader",), "Review"),
    _a("relabel", "t ;", "label by its letter, or type its name", TEXT, "Review", "label"),
    _a("label_digit", "1 2 3 4 5 6 7 8 9 0", "label by digit", TEXT, "Review"),
    _a("again", ".", "repeat the last label here", TEXT, "Review"),
    _a("sticky", "T", "keep one label on: jumps and Enter give it, Esc ends", TEXT, "Review"),
    _a("mark_by_letters", "F", "mark word after word by letters, each as what it most likely is", TEXT, "Review", "missed"),
    _a("propagate", "P", "decide it everywhere: article, library, for ever", TEXT, "Review", "everywhere"),
    _a("cycle", "o", "next of overlapping mentions", ("reader",), "Review"),
    _a("review_order", "%", "review order: as in the text, or least certain first", ("reader",), "Review"),
    # edges
    _a("grow_end", ">", "end: a word further, or to the end of the name", ("reader",), "Edges", "edge"),
    _a("shrink_end", "}", "end: a word back", ("reader",), "Edges"),
    _a("grow_start", "<", "start: a word back, or to the start of the name", ("reader",), "Edges"),
    _a("shrink_start", "{", "start: a word further", ("reader",), "Edges"),
    _a("grow_end_accept", ")", "end further, as >, and accept it so", ("reader",), "Edges"),
    _a("grow_start_accept", "(", "start further back, as <, and accept it so", ("reader",), "Edges"),
    _a("edges", "e", "move the mention's edges, by word or character", ("reader",), "Edges"),
    _a("end_right", "l w right", "end: further", ("edges",), "Edges", "end"),
    _a("end_left", "h b left", "end: back", ("edges",), "Edges", "back"),
    _a("start_left", "H shift+left", "start: back", ("edges",), "Edges", "start"),
    _a("start_right", "L shift+right", "start: further", ("edges",), "Edges"),
    _a("edges_unit", "c", "by character, or by word again", ("edges",), "Edges", "characters"),
    _a("edges_done", "enter e", "keep the new edges", ("edges",), "Edges", "keep"),
    # select
    _a("candidate", "c", "next name that is not marked, selected", TEXT, "Select"),
    _a("previous_candidate", "C", "previous name that is not marked, selected", TEXT, "Select"),
    _a("hints", "f", "jump: letters for every word in view", TEXT, "Select", "jump"),
    _a("cursor", "v", "word cursor; again: select; again: leave", TEXT, "Select", "select"),
    _a("extend", "e >", "select one word more", WORDS, "Select", "more"),
    _a("word_right", "w right", "next word", WORDS, "Select", "word"),
    _a("word_left", "b left", "previous word", WORDS, "Select"),
    _a("row_down", "j down", "a row down", WORDS, "Select"),
    _a("row_up", "k up", "a row up", WORDS, "Select"),
    _a("rows_down", "pagedown ctrl+d", "a page down", WORDS, "Select"),
    _a("rows_up", "pageup ctrl+u", "a page up", WORDS, "Select"),
    _a("row_start", "^", "to the start of the row", WORDS, "Select"),
    _a("row_end", "$", "to the end of the row", WORDS, "Select"),
    _a("punctuation", ",", "to the next punctuation", WORDS, "Select"),
    _a("sentence_start", "(", "to the start of the sentence", WORDS, "Select"),
    _a("sentence_end", ")", "to the end of the sentence", WORDS, "Select"),
    _a("paragraph_start", "{", "to the start of the paragraph", WORDS, "Select"),
    _a("paragraph_end", "}", "to the end of the paragraph", WORDS, "Select"),
    _a("whole_name", "a", "the whole name here", WORDS, "Select"),
    _a("whole_sentence", "s", "the whole sentence", WORDS, "Select"),
    _a("whole_paragraph", "p", "the whole paragraph", WORDS, "Select"),
    _a("whole_quotation", '"', "the whole quotation", WORDS, "Select"),
    _a("swap_ends", "o", "move the other end", ("select",), "Select"),
    _a("select_right", "shift+right", "select a word to the right", TEXT, "Select"),
    _a("select_left", "shift+left", "select a word to the left", TEXT, "Select"),
    _a("select_down", "shift+down", "select a row down", TEXT, "Select"),
    _a("select_up", "shift+up", "select a row up", TEXT, "Select"),
    _a("label_last", "enter", "label as the last one was", WORDS, "Select", "label"),
    _a("leave_to_review", "tab", "leave, and on to the next mention", WORDS, "Select"),
    _a("leave", "escape q", "leave", ("cursor", "select", "edges"), "Select", "leave"),
    # notes and incidents
    _a("note", "m", "note on the mention", TEXT, "Notes and incidents", "note"),
    _a("article_note", "M", "note on the article", MAIN, "Notes and incidents"),
    _a("new_incident", "i", "new incident from the selection", TEXT, "Notes and incidents", "incident"),
    _a("add_report", "R", "report the selection of an incident that is known", TEXT, "Notes and incidents"),
    _a("incidents", "I", "all incidents", MAIN, "Notes and incidents", "incidents"),
    _a("article_incidents", "W", "incidents of this article", MAIN, "Notes and incidents"),
    _a("candidates", "J B", "suggested incidents of this article", MAIN, "Notes and incidents"),
    _a("accept_here", "Y", "record the suggested incident told here", ("reader",), "Notes and incidents"),
    _a("dismiss_here", "- _", "dismiss the suggested incident told here", ("reader",), "Notes and incidents"),
    _a("accept_candidate", "a Y", "record it as an incident", ("candidates",), "Suggested incidents", "record"),
    _a("correct_candidate", "e", "record it and open it to correct", ("candidates",), "Suggested incidents", "correct"),
    _a("add_to_known", "R", "record it as a report of a known incident", ("candidates",), "Suggested incidents", "known"),
    _a("dismiss_candidate", "x -", "dismiss it for good", ("candidates",), "Suggested incidents", "dismiss"),
    _a("other_place", "& ^", "the mention is another place of that name", ("reader",), "Review"),
    # entities
    _a("open_entity", "enter", "the entity of the mention", ("reader",), "Entities", "entity"),
    _a("entities", "@", "all entities", MAIN, "Entities"),
    _a("same_as", "=", "it is the same as another entity: merge", ("reader", "entities", "entity"), "Entities", "same as"),
    _a("memory", "D", "decisions remembered for every text", MAIN, "Entities"),
    # incident screens
    _a("open_row", "enter", "open, edit or go to the sentence", (*INCIDENTS, "timeline", "map", "network", "sources", "candidates", "hits", "memory", "entities", "entity"), "Lists", "open"),
    _a("link", "L", "link to another incident", ("incident",), "Incident", "link"),
    _a("choose_claim", "c", "take the claim's value for the incident", ("incident",), "Incident", "choose"),
    _a("choose_with_why", "C", "take the claim's value, and say why", ("incident",), "Incident"),
    _a("merge_incident", "=", "it is the same as another incident: merge", ("incident", "incidents"), "Incident", "merge"),
    _a("mark_report", "v", "mark this report, to split it off", ("incident",), "Incident"),
    _a("split_incident", "S", "the marked reports are another incident", ("incident",), "Incident", "split"),
    _a("field_history", "H", "how this field came to its value", ("incident",), "Incident"),
    _a("edit_title", "e", "edit the title", ("incident",), "Incident", "title"),
    _a("incident_note", "m", "note on the incident", ("incident",), "Incident", "note"),
    _a("all_fields", "F", "show all fields, or those with a value", ("incident",), "Incident", "fields"),
    _a("delete_row", "d", "delete it, or un-merge (undo takes it back)", ("incidents", "incident", "memory", "entity"), "Lists", "delete"),
    # incidents: all of them
    _a("filter_incidents", "f /", "narrow: words, type:, place:, actor:, date:", VIEWS, "Incidents", "filter"),
    _a("all_incidents", "F", "all incidents again", VIEWS, "Incidents"),
    _a("timeline", "t", "the timeline", ("incidents", "map"), "Incidents", "timeline"),
    _a("map", "m", "the map", ("incidents", "timeline"), "Incidents", "map"),
    _a("network", "n", "linked incidents as a tree", ("incidents",), "Incidents", "network"),
    _a("pairs", "s L", "decide on suggested links", VIEWS, "Incidents", "suggested"),
    _a("incident_pairs", "s", "decide on the links that are suggested for it", ("incident",), "Incident", "suggested"),
    _a("sources", "S", "the register of sources and their grades", VIEWS, "Incidents"),
    _a("zoom_in", "+ =", "nearer", ("timeline", "map"), "Incidents", "nearer"),
    _a("zoom_out", "-", "wider", ("timeline", "map"), "Incidents", "wider"),
    _a("fit", "0", "all of it in view", ("timeline", "map"), "Incidents"),
    _a("lanes", "v", "lanes by place, actor, type or country", ("timeline",), "Incidents", "lanes"),
    _a("next_incident", "tab n", "next incident", ("map",), "Incidents", "next"),
    _a("previous_incident", "shift+tab N", "incident before", ("map",), "Incidents"),
    _a("next_in_lane", "l right tab", "next incident of the lane", ("timeline",), "Incidents", "next"),
    _a("previous_in_lane", "h left shift+tab", "incident before it in the lane", ("timeline",), "Incidents"),
    _a("map_left", "h left", "west", ("map",), "Incidents"),
    _a("map_right", "l right", "east", ("map",), "Incidents"),
    _a("map_up", "k up", "north", ("map",), "Incidents"),
    _a("map_down", "j down", "south", ("map",), "Incidents"),
    # suggested links
    _a("accept_pair", "a enter", "decide as suggested", ("pairs",), "Suggested links", "as suggested"),
    _a("same_pair", "s =", "one event: merge the two", ("pairs",), "Suggested links", "same"),
    _a("relate_pair", "r", "related: choose how", ("pairs",), "Suggested links", "related"),
    _a("unsure_pair", "p", "perhaps the same; keep the doubt", ("pairs",), "Suggested links", "perhaps"),
    _a("different_pair", "x -", "different, for ever", ("pairs",), "Suggested links", "different"),
    _a("skip_pair", "n", "skip for now", ("pairs",), "Suggested links", "skip"),
    _a("open_left", "1", "open the one at the left", ("pairs",), "Suggested links"),
    _a("open_right", "2", "open the one at the right", ("pairs",), "Suggested links"),
    # deciding everywhere
    _a("apply_decision", "enter", "decide it at the places chosen", ("propagation",), "Everywhere", "decide"),
    _a("toggle_place", "space x", "choose this place, or leave it out", ("propagation",), "Everywhere", "this one"),
    _a("toggle_all", "a", "choose all that can be, or none", ("propagation",), "Everywhere", "all"),
    _a("scope", "s tab", "how far: this article, all articles, texts to come too", ("propagation",), "Everywhere", "how far"),
    _a("decision_label", "t", "another label", ("propagation", "memory"), "Everywhere", "label"),
    _a("remember_new", "+", "remember a decision about a name", ("memory",), "Everywhere", "new"),
    # an entity
    _a("rename_entity", "r", "rename", ("entity",), "Entity", "rename"),
    _a("add_alias", "+", "one more name", ("entity",), "Entity", "name"),
    _a("choose_member", "space x", "choose this mention", ("entity",), "Entity", "choose"),
    _a("split_entity", "S", "the chosen mentions are another thing", ("entity",), "Entity", "split"),
    _a("confirm_entity", "a", "these mentions are right", ("entity",), "Entity", "right"),
    _a("entity_note", "m", "note on the entity", ("entity",), "Entity", "note"),
    _a("narrow_rows", "/", "narrow the list", ("entities", "memory"), "Lists", "narrow"),
    # move
    _a("down", "j down", "down", (*MAIN, *LISTS), "Move"),
    _a("up", "k up", "up", (*MAIN, *LISTS), "Move"),
    _a("page_down", "space pagedown", "a page down", (*MAIN, *INCIDENTS, "timeline", "network", "pairs", "sources", "candidates", "hits", "memory", "entities"), "Move"),
    _a("page_up", "b pageup", "a page up", (*MAIN, *LISTS), "Move"),
    _a("half_down", "ctrl+d", "half a page down", MAIN, "Move"),
    _a("half_up", "ctrl+u", "half a page up", MAIN, "Move"),
    _a("top", "g home", "to the top", (*MAIN, *LISTS), "Move"),
    _a("bottom", "G end", "to the end", (*MAIN, *LISTS), "Move"),
    _a("pane_right", "l right", "pane to the right", (*MAIN, "incident", "pairs"), "Move", "panes"),
    _a("pane_left", "h left", "pane to the left", (*MAIN, "incident", "pairs"), "Move"),
    _a("next_article", "]", "next article of the list", MAIN, "Move"),
    _a("previous_article", "[", "previous article of the list", MAIN, "Move"),
    _a("back", "` ctrl+o", "back to where you jumped from", EVERYWHERE, "Move"),
    _a("forward", "~", "forward again", MAIN, "Move"),
    _a("go_to_mark", "'", "go to a named mark", MAIN, "Move"),
    _a("set_mark", '"', "set a named mark here", ("reader",), "Move"),
    _a("outline", "O", "outline: the paragraphs", ("reader",), "Move"),
    # find
    _a("search", "/", "search: in the article, or from the list in the library", (*MAIN, *WORDS), "Find", "search"),
    _a("occurrences", "*", "find the mention's or selection's words in this article", TEXT, "Find"),
    _a("next_hit", "n", "next hit, also in the next article; without a search the next to review", (*MAIN, *WORDS, "hits"), "Find"),
    _a("previous_hit", "N", "previous hit", (*MAIN, *WORDS, "hits"), "Find"),
    _a("library_search", "\\", "search the library", MAIN, "Find"),
    _a("hits", "H", "every hit of the search, with its sentence", MAIN, "Find"),
    _a("filter", "f", "filter the list", ("library",), "Find", "filter"),
    _a("filter_line", "F", "filter by a line: status:unread has:notes …", ("library",), "Find"),
    _a("sort", "s", "sort the list", ("library",), "Find", "sort"),
    _a("saved_filters", "v", "saved filters: use, save, delete", ("library", "incidents"), "Find"),
    _a("clear_filter", "escape", "take search and filters away; end a sticky label", MAIN, "Find"),
    # library
    _a("open_article", "enter", "read the article", ("library",), "Library", "read"),
    _a("import", "+", "import files or folders", MAIN, "Library", "import"),
    _a("examples", "e", "add related example articles to link, or take them out", ("library",), "Library"),
    _a("paste", "p", "paste a text as a new article", MAIN, "Library"),
    _a("metadata", "E", "correct title, date, source …", MAIN, "Library"),
    _a("tags", "#", "tags of the article", MAIN, "Library"),
    _a("status", "r", "status: unread, reading, done", MAIN, "Library"),
    _a("flag", "!", "flag for follow-up", MAIN, "Library"),
    _a("delete_article", "d", "delete the article (undo takes it back)", ("library",), "Library"),
    _a("export", "X", "export CSV, other data sets, a case file", (*MAIN, *INCIDENTS, "timeline", "map"), "Library"),
    _a("open_library", "O", "open or make another library", ("library",), "Library"),
    _a("analyst", "Z", "say who works", MAIN, "Library"),
    # view
    _a("split", "|", "two articles side by side, or one again", MAIN, "View"),
    _a("other_side", "w", "to the other article", MAIN, "View"),
    _a("focus_mode", "z", "nothing but the text, or everything again", MAIN, "View"),
    _a("view", "V", "view: width, spacing, labels in the text, panes, theme", MAIN, "View"),
    _a("codebook", "K", "the codebook: what each label means, with examples", (*MAIN, *WORDS), "View"),
    _a("statistics", "S", "what was done in this session", MAIN, "View"),
    # the rest
    _a("copy", "y", "copy the selection or mention", TEXT, "General"),
    _a("undo", "u ctrl+z", "undo", (*MAIN, *ROWS), "General", "undo"),
    _a("redo", "U ctrl+y", "redo", (*MAIN, *ROWS), "General"),
    _a("help", "? f1", "all keys", EVERYWHERE, "General", "help"),
    _a("palette", ": ctrl+p", "find an action by its name", EVERYWHERE, "General"),
    _a("suspend", "f9", "back to the shell; fg returns here", MAIN, "General"),
    _a("quit", "q", "back; from the list: quit", MAIN, "General", "back"),
    _a("close", "q escape", "back", ROWS, "General", "back"),
    _a("quit_now", "Q ctrl+q", "quit (everything is saved)", (*MAIN, *INCIDENTS, "timeline", "map"), "General"),
)  # fmt: skip
DEFAULTS = {action.id: action for action in ACTIONS}
BY_ID = dict(DEFAULTS)
"""Every action with the keys it has now."""
_in_use: list[Action] = list(ACTIONS)
_taken: dict[tuple[str, str], str] = {}  # context and key: the action it was given to


def use(keys: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Give actions other keys, all the rest their own. A key that is given away so is taken from
    the action that had it.

    Returns what is wrong, a line each: an action that is not there, a key that two of the given
    actions want in one place, an action that is left without a key.
    """
    problems = [f"there is no action “{name}”" for name in keys if name not in DEFAULTS]
    given = {name: found for name, found in keys.items() if name in DEFAULTS}
    _taken.clear()
    for name, found in given.items():
        for context in DEFAULTS[name].contexts:
            for key in found:
                other = _taken.setdefault((context, key), name)
                if other != name:
                    problems.append(
                        f"{shown(key)} is given to “{other}” and “{name}” ({CONTEXTS[context]})"
                    )
    _in_use[:] = [replace(a, keys=given[a.id]) if a.id in given else a for a in ACTIONS]
    _table.cache_clear()
    BY_ID.clear()
    for action in _in_use:
        left = {c: _keys_in(action, c) for c in action.contexts}
        kept = tuple(k for k in action.keys if any(k in found for found in left.values()))
        BY_ID[action.id] = replace(action, keys=kept)
        for context, found in left.items():
            if action.keys and not found:
                taker = _taken[context, action.keys[0]]
                problems.append(
                    f"“{action.id}” has no key left in {CONTEXTS[context]}:"
                    f" {shown(action.keys[0])} went to “{taker}”"
                )
    return problems


def _keys_in(action: Action, context: str) -> tuple[str, ...]:
    return tuple(k for k in action.keys if _taken.get((context, k), action.id) == action.id)


@cache
def _table(context: str) -> dict[str, Action]:
    return {key: a for a in in_context(context) for key in a.keys}


def lookup(context: str, key: str) -> Action | None:
    """Return what a key does in a context, or None."""
    return _table(context).get(key)


def in_context(context: str) -> list[Action]:
    """Return the actions of a context with the keys they have there, in the order of the table."""
    return [replace(a, keys=_keys_in(a, context)) for a in _in_use if context in a.contexts]


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
    "left": "←", "right": "→", "shift+left": "Shift+←", "shift+right": "Shift+→", "insert": "Ins",
    "shift+up": "Shift+↑", "shift+down": "Shift+↓", "backspace": "Backspace", "delete": "Del",
}  # fmt: skip


def is_key(name: str) -> bool:
    """Whether a terminal can send a key of that name: a character, a named key, or one of them
    with Ctrl, Alt or Shift."""
    from textual.keys import Keys

    known = {key.value for key in Keys}
    if name in known or (len(name) == 1 and not name.isspace()):
        return True
    *modifiers, last = name.split("+")
    # what Shift makes of a character is another character; Ctrl has names for what is no letter
    plain = len(last) == 1 and (modifiers == ["alt"] or (modifiers == ["ctrl"] and last.isalnum()))
    return set(modifiers) <= {"ctrl", "alt", "shift"} and (
        plain or (len(last) > 1 and last in known)
    )


def shown(key: str) -> str:
    """Return a key as it is written for people."""
    if key in _NAMES:
        return _NAMES[key]
    if re.fullmatch(r"f\d+", key):
        return key.upper()
    return "Ctrl+" + key[5:].upper() if key.startswith("ctrl+") else key


def keys_of(action_id: str) -> str:
    """Return an action's keys as they are written for people."""
    return " ".join(shown(key) for key in BY_ID[action_id].keys) or "no key"


def key_of(action_id: str) -> str:
    """Return the key of an action that help and hints name."""
    keys = BY_ID[action_id].keys
    return shown(keys[0]) if keys else "no key"
