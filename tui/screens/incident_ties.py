"""What an incident is to others: linking it to them, and merging those that are one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from annotators import link_suggestions
from store import incidents, merging
from store.history import Edit
from store.incidents import FIELDS
from store.records import Incident, Link, Value
from tui.actions.incidents import choices, relation_choices
from tui.keymap import key_of
from tui.screens.choose import Choice, Chooser
from tui.screens.form import Entry, Form
from tui.widgets.lines import fit

if TYPE_CHECKING:
    from tui.screens.incident import IncidentScreen

_BESIDE = frozenset(["date_end", "date_text", "date_basis", "lat", "lon", "place_text", "summary"])
"""Fields that say no more than their neighbours where two incidents are compared."""
_CHOICES = 2000  # incidents that can be chosen from; typing narrows them
_SAME = "same_event"  # no link: the two are merged


def compared(incident: Incident, other: Incident, outcome: Mapping[str, Value]) -> str:
    """Say in lines what two incidents agree on, what stands after a merge where they differ, and
    what the one gets from the other (``outcome``: the fields that change)."""
    same, lines, more, out = [], [], [], []
    for field in FIELDS:
        ours, theirs = incident.values[field.name], other.values[field.name]
        if theirs is None or field.name in _BESIDE:
            continue
        if ours is None and field.name in outcome:
            more.append(f"{field.title} {fit(incidents.show_value(field, theirs), 30)}")
        elif ours is None:
            out.append(f"{field.title} {fit(incidents.show_value(field, theirs), 30)}")
        elif ours == theirs:
            same.append(field.title)
        else:
            a, b = (fit(incidents.show_value(field, value), 32) for value in (ours, theirs))
            closer = field.name in outcome
            lines.append(f"{field.title}: " + (f"{a} becomes {b}, which is closer" if closer else f"{a} stays, not {b}"))  # fmt: skip
    agreed = f"The same: {', '.join(same)}" if same else "No field has the same value in both."
    if len(lines) > 9:
        lines = [*lines[:9], f"… and {len(lines) - 9} more"]
    taken = [f"Taken over: {', '.join(more)}"] if more else []
    taken += [f"Not taken over, another place's, day's or count's: {', '.join(out)}"] if out else []
    return "\n".join([agreed, *(lines or ["Nothing that both know differs."]), *taken])


def _choose_other(screen: IncidentScreen, title: str, chosen: Callable[[Incident], None]) -> None:
    """Let the analyst choose another incident, those that look alike first."""
    incident = screen.need()
    with screen.session.library.reading() as connection:
        near = [n for n, _ in link_suggestions.for_incident(connection, incident.id)]
        numbers = [*near, *(n for n in incidents.numbers(connection) if n not in near)]
        numbers = [n for n in numbers if n != incident.id][:_CHOICES]
        found: dict[int, Incident] = {}
        for first in range(0, len(numbers), 500):
            found.update(incidents.by_ids(connection, numbers[first : first + 500]))
    if not found:
        raise ValueError("there is no other incident yet")
    others = [found[n] for n in numbers if n in found]

    def done(value: str | None) -> None:
        if value is not None:
            chosen(found[int(value)])

    screen.app.push_screen(Chooser(title, choices(others)), done)


async def merge(screen: IncidentScreen) -> None:
    """Put another incident into this one: they are one event."""
    screen.need()
    await screen.session.index_incidents()
    _choose_other(screen, "The same as which incident", lambda other: _ask_merge(screen, other))


def _ask_merge(screen: IncidentScreen, other: Incident) -> None:
    """Show what a merge would do, and ask why."""
    incident = screen.need()
    undirected = screen.session.library.codebook().undirected
    with screen.session.library.reading() as connection:
        said = merging.refusals(connection, incident.id, other.id)
        about = compared(incident, other, merging.outcome(connection, incident, other))
    if said:
        note = f": {fit(said[0].note, 60)}" if said[0].note else ""
        about += f"\n\nYou said on {said[0].created[:10]} that they differ{note}; Esc keeps that"

    async def done(given: dict[str, str] | None) -> None:
        if given is None:
            return
        why = given.get("why", "")
        await screen.session.edit(
            "merge",
            f"merge “{other.title[:30]}” into “{incident.title[:30]}”",
            lambda edit: merging.merge(edit, incident, other, why, undirected=undirected),
        )
        screen.read()
        screen.say(
            f"“{other.title[:40]}” is part of this one now;"
            f" {key_of('delete_row')} on its line takes it out"
        )

    entry = Entry("why", "why", hint="may stay empty")
    title = f"Merge “{other.title[:40]}” into this"
    screen.app.push_screen(Form(title, [entry], about=about), done)


def link(screen: IncidentScreen) -> None:
    """Link this incident to another one, or change what they are to each other."""
    incident = screen.need()
    book = screen.session.library.codebook()

    def other_chosen(other: Incident) -> None:
        def relation_chosen(relation: str | None) -> None:
            if relation == _SAME:
                _ask_merge(screen, other)
            elif relation is not None:
                _instead(screen, other, relation)

        one = Choice(_SAME, [(f"{_SAME:<20}", "strong"), ("they are one: merge them", "faint")],
                     f"{_SAME} one: merge")  # fmt: skip
        title = f"“{fit(incident.title, 40)}” is … “{fit(other.title, 40)}”"
        screen.app.push_screen(Chooser(title, [*relation_choices(book), one]), relation_chosen)

    _choose_other(screen, "Link to which incident", other_chosen)


def _instead(screen: IncidentScreen, other: Incident, relation: str) -> None:
    """Ask whether a relation takes the place of one that the two have, then why."""
    with screen.session.library.reading() as connection:
        links = incidents.links_of(connection, screen.incident_id)
    there = [link for link in links if other.id in (link.from_id, link.to_id)]

    def ask_why(way: str | None) -> None:
        if way is None:
            return

        async def given(note: str | None) -> None:
            if note is not None:
                await _link(screen, other, relation, note, there if way == "i" else [])

        screen.reader_app.ask("Why (may stay empty)", "", given)

    if not there:
        ask_why("b")
        return
    relations = [relation_of(screen, link) for link in there]
    told = ", ".join(relations)
    ways = [Choice("i", [(f"instead of {told}", "")], letter="i")]
    if relation not in relations:
        ways.append(Choice("b", [(f"beside {told}", "")], letter="b"))
    title = f"Linked already: {told}. Now {relation}"
    screen.app.push_screen(Chooser(fit(title, 90), ways, letters=True), ask_why)


def relation_of(screen: IncidentScreen, link: Link) -> str:
    """Return a link's relation as it reads from this incident."""
    relation = screen.session.library.codebook().relation(link.relation)
    return relation.id if link.from_id == screen.incident_id else relation.inverse


async def _link(
    screen: IncidentScreen, other: Incident, relation: str, note: str, instead: Sequence[Link]
) -> None:
    incident, book = screen.need(), screen.session.library.codebook()

    def work(edit: Edit) -> None:
        for link in instead:
            edit.delete("incident_link", link.uid)
        incidents.link(edit, book, incident.id, other.id, relation, note)

    def contradictions() -> list[str]:
        with screen.session.library.reading() as connection:
            return [c.words for c in merging.contradictions(connection, book, incident.id)]

    before = contradictions()
    await screen.session.edit("link", f"link: {relation} “{other.title[:40]}”", work)
    screen.read()
    wrong = [words for words in contradictions() if words not in before]
    if wrong:
        screen.say(f"linked, but now: {wrong[0]}", bad=True)
    else:
        screen.say(f"linked: {relation} “{other.title}”")
