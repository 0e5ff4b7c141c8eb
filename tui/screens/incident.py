"""One incident: its fields at one side; reports, claims and links at the other."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal

from annotators import link_suggestions
from store import incidents, merging, notes
from store.history import Edit
from store.incidents import BY_NAME, FIELDS, Field
from store.merging import Contradiction, Merge
from store.records import Claim, Incident, Link, Report, Value
from tui.keymap import key_of
from tui.screens import incident_ties
from tui.screens.choose import Choice, Chooser
from tui.screens.row_screen import RowScreen
from tui.widgets.lines import Line, RowList, TextRows, fit, wrapped

_ALWAYS = frozenset(
    [
        "type",
        "event_status",
        "date_start",
        "place_name",
        "actors",
        "targets",
        "weapons",
        "killed_best",
        "injured_best",
        "attribution",
        "source_reliability",
        "information_credibility",
        "summary",
    ]
)
"""Fields that are shown also while they are empty."""
_WIDE = 100


@dataclass(frozen=True)
class _Row:
    """What a row of the evidence stands for."""

    report: Report | None = None
    claim: Claim | None = None
    link: Link | None = None
    merge: Merge | None = None


@dataclass(frozen=True)
class _Account:
    """What is told of a field: by a claim, or by an incident that was merged into this one."""

    field: str
    value: str
    claim: Claim | None


def where_is(name: str, country: Value) -> dict[str, str]:
    """Return the fields that go with a place that was typed: what the gazetteer has of the likeliest
    one of that name, all empty where it knows none; old coordinates would be another place's."""
    from annotators import gazetteer
    from annotators.report_fields import place_fields

    known = gazetteer.Context({str(country): 1.0} if country else {})
    found = gazetteer.rank(name, known) if name.strip() else []
    empty = dict.fromkeys(("lat", "lon", "place_precision", "admin1"), "")
    if not found:
        return empty
    fields = {field: str(told) for field, told in place_fields(found[0]).items()}
    return empty | {"country": ""} | fields


class IncidentScreen(RowScreen, inherit_bindings=False):
    """An incident with what the articles say of it."""

    DEFAULT_CSS = """
    IncidentScreen > Horizontal { height: 1fr; }
    IncidentScreen TextRows { border: round $surface-lighten-2; width: 1fr; }
    IncidentScreen TextRows:focus { border: round $primary; }
    IncidentScreen.narrow TextRows { display: none; }
    IncidentScreen.narrow.fields #fields { display: block; }
    IncidentScreen.narrow.evidence #evidence { display: block; }
    """

    def __init__(self, incident_id: int, message: str = "") -> None:
        super().__init__()
        self.incident_id = incident_id
        self._message = message
        self.trail: list[int] = []
        self.all_fields = False
        self.fields = TextRows(id="fields", colour=self.colour)
        self.evidence = TextRows(id="evidence", colour=self.colour)
        self._field_names: list[str] = []
        self._accounts: dict[int, _Account] = {}  # by row of the fields
        self._evidence_rows: list[_Row] = []
        self._reports: list[Report] = []
        self._marked: set[int] = set()  # reports to be split off
        self.incident: Incident | None = None

    @property
    def context(self) -> str:
        """The keys of an incident."""
        return "incident"

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        self.fields.border_title = "Fields"
        self.evidence.border_title = "Evidence and links"
        with Horizontal():
            yield self.fields
            yield self.evidence
        yield from self.compose_bars()

    def on_mount(self) -> None:
        """Fill the screen."""
        self.read()
        self._side("fields")
        if self._message:
            self.say(self._message)

    def on_resize(self, event: events.Resize) -> None:
        """Show one side or both."""
        self.set_class(event.size.width < _WIDE, "narrow")
        if self.incident is not None:
            self.once_shown(self.read)

    # --- showing -----------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the incident again and show it."""
        with self.session.library.reading() as connection:
            incident = incidents.get(connection, self.incident_id)
            if incident is not None:
                reports = incidents.reports_of(connection, self.incident_id)
                links = incidents.links_of(connection, self.incident_id)
                written = notes.of_target(connection, incident.uid)
                merges = merging.merged_into(connection, self.incident_id)
                book = self.session.library.codebook()
                wrong = merging.contradictions(connection, book, self.incident_id) if links else []
                choices = incidents.choices_of(connection, self.incident_id)
                sources = incidents.independent_sources(connection, self.incident_id)
        if incident is None:
            self.leave()
            return
        self.incident = incident
        self._reports = reports
        self._marked &= {report.id for report in reports}
        self._show_fields(incident, [note.body for note in written], reports, merges, choices)
        self._show_evidence(reports, links, merges, wrong, sources)
        self.refresh_state()

    def _others(
        self, field: Field, incident: Incident, reports: list[Report], merges: list[Merge]
    ) -> list[tuple[str, str]]:
        """Return the values that others tell of a field and the incident does not have, with who
        tells them."""
        told = incidents.told_otherwise(incident, field, reports)
        for merge in merges:
            value, mine = merge.values[field.name], incident.values[field.name]
            if value is not None and value != mine:
                shown = incidents.show_value(field, value)
                if shown not in told:
                    told[shown] = [f"merged: {merge.title}"]
        return [(value, " · ".join(who)) for value, who in told.items()]

    def _show_fields(
        self, incident: Incident, written: list[str], reports: list[Report], merges: list[Merge],
        choices: dict[str, tuple[int | None, str]],
    ) -> None:  # fmt: skip
        width = max(20, self._side_width - 26)
        rows: list[Line] = [
            [(" title                   ", "faint"), (fit(incident.title, width), "strong")]
        ]
        names, headings, group = ["title"], set(), ""
        self._accounts.clear()
        for field in FIELDS:
            value = incident.values[field.name]
            if value is None and not self.all_fields and field.name not in _ALWAYS:
                continue
            if field.group != group:
                group = field.group
                headings.add(len(rows))
                rows.append([(f" {group}", "accent")])
                names.append("")
            shown = incidents.show_value(field, value)
            rows.append(
                [
                    (f" {field.title[:23]:<23} ", "faint"),
                    (fit(shown, width) or "–", "" if shown else "faint"),
                ]
            )
            names.append(field.name)
            why = choices.get(field.name, (None, ""))[1]
            if why and value is not None and why != incidents.FIRST_ACCOUNT:
                headings.add(len(rows))
                rows.append([(" " * 25, ""), (fit(f"because: {why}", width), "faint")])
                names.append("")
            for told, who in self._others(field, incident, reports, merges)[:4]:
                claims = (c for r in reports for c in r.claims)
                same = (c for c in claims if c.field == field.name and c.value == told)
                self._accounts[len(rows)] = _Account(field.name, told, next(same, None))
                value = fit(told, max(8, width // 2))
                rows.append([
                    (" " * 23 + "≠ ", "warn"), (value, ""),
                    (fit(f"  — {who}", max(0, width - len(value))), "faint"),
                ])  # fmt: skip
                names.append(field.name)
        for body in written:
            headings.add(len(rows))
            rows.append([(f" ✎ {fit(body, width + 16)}", "accent")])
            names.append("")
        self._field_names = names
        self.fields.set_rows(rows, headings)

    def _show_evidence(
        self, reports: list[Report], links: list[Link], merges: list[Merge],
        wrong: list[Contradiction], sources: int,
    ) -> None:  # fmt: skip
        width = max(20, self._side_width - 1)
        rows: list[Line] = []
        kinds: list[_Row] = []
        headings = set()

        def heading(text: str) -> None:
            headings.add(len(rows))
            rows.append([(text, "accent")])
            kinds.append(_Row())

        for contradiction in wrong:
            for part in wrapped(f"! {contradiction.words}", width, "warn", " "):
                headings.add(len(rows))
                rows.append(part)
                kinds.append(_Row())
        copies = (
            f", {sources} independent" if sources < len({r.article_id for r in reports}) else ""
        )
        heading(f" {len(reports)} report{'s' * (len(reports) != 1)}{copies}")
        for report in reports:
            sign = (" ■ ", "warn") if report.id in self._marked else (" ▸ ", "accent")
            rows.append([sign, (fit(report.article_title, width - 4), "strong")])
            kinds.append(_Row(report=report))
            for claim in report.claims:
                field = BY_NAME.get(claim.field)
                name = field.title if field else claim.field
                told = fit(claim.value, 40)
                quote = (
                    f"  “{' '.join(claim.quote.split())}”"
                    if claim.quote and claim.quote != claim.value
                    else ""
                )
                said = f"  — {claim.said_by}" if claim.said_by else ""
                mark, look = self._standing(claim)
                rows.append(
                    [
                        (f" {mark} ", look),
                        (f"{fit(name, 17):<17} ", "faint"),
                        (told, ""),
                        (fit(quote + said, max(0, width - 23 - len(told))), "faint"),
                    ]
                )
                kinds.append(_Row(report=report, claim=claim))
        heading(f" {len(links)} link{'s' * (len(links) != 1)}   ({key_of('link')} adds one)")
        book = self.session.library.codebook()
        for link in links:
            words = incident_ties.relation_of(self, link)
            other = link.to_title if link.from_id == self.incident_id else link.from_title
            arrow = "→" if book.relation(link.relation).directed else "–"
            rows.append(
                [
                    (f" {words} {arrow} ", "accent"),
                    (fit(other, max(8, width - len(words) - 5)), ""),
                ]
            )
            kinds.append(_Row(link=link))
            if link.note:
                headings.add(len(rows))
                rows.append([(f"     {fit(link.note, width - 6)}", "faint")])
                kinds.append(_Row())
        if merges:
            heading(f" {len(merges)} merged into it   ({key_of('delete_row')} takes one out again)")
        for merge in merges:
            why = f"  {merge.why}" if merge.why else ""
            rows.append(
                [(" ⊂ ", "accent"), (fit(merge.title, width - 6), ""), (fit(why, 30), "faint")]
            )
            kinds.append(_Row(merge=merge))
        self._evidence_rows = kinds
        self.evidence.set_rows(rows, headings)

    @property
    def _side_width(self) -> int:
        """Cells of one side, its frame and scrollbar left out."""
        return (self.size.width if self.size.width < _WIDE else self.size.width // 2) - 3

    def _standing(self, claim: Claim) -> tuple[str, str]:
        """Return how a claim stands to the incident's value: in it, or another one."""
        inside = incidents.agrees(self.incident, claim) if self.incident else None
        return {None: (" ", ""), True: ("✓", "good"), False: ("≠", "warn")}[inside]

    def _side(self, name: str) -> None:
        self.set_class(name == "fields", "fields")
        self.set_class(name == "evidence", "evidence")
        (self.fields if name == "fields" else self.evidence).focus()

    @property
    def rows_here(self) -> RowList:
        """The side that the keys go to."""
        return self.evidence if self.has_class("evidence") else self.fields

    def need(self) -> Incident:
        if self.incident is None:
            raise ValueError("the incident is no longer there")
        return self.incident

    def _evidence_row(self) -> _Row:
        if not self.has_class("evidence") or not self._evidence_rows:
            raise ValueError(
                f"choose a report, claim or link at the right first ({key_of('pane_right')})"
            )
        return self._evidence_rows[self.evidence.current]

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Follow the mouse from side to side."""
        if event.widget in (self.fields, self.evidence):
            self.set_class(event.widget is self.fields, "fields")
            self.set_class(event.widget is self.evidence, "evidence")

    # --- what the keys do ----------------------------------------------------------------------------

    @on(RowList.Opened)
    def do_open_row(self) -> None:
        """Edit a field, go to a sentence, or jump to the linked incident."""
        if self.has_class("fields"):
            account = self._accounts.get(self.fields.current)
            if account is not None:
                self._go_to(account.claim)
            elif name := self._field_names[self.fields.current]:
                self._edit(name)
            return
        row = self._evidence_row()
        if row.link is not None:
            self.trail.append(self.incident_id)
            self.incident_id = (
                row.link.to_id if row.link.from_id == self.incident_id else row.link.from_id
            )
            self.read()
            self.say("` goes back")
        elif row.claim is not None:
            self._go_to(row.claim)
        elif row.report is not None:
            self.reader_app.go_to_text(row.report.article_id, row.report.start, self.incident_id)

    def _go_to(self, claim: Claim | None) -> None:
        """Open the article at the words that tell a claim."""
        report = next((r for r in self._reports if claim is not None and claim in r.claims), None)
        if claim is None or report is None:
            raise ValueError(
                f"it came with a merge; {key_of('choose_claim')} takes it for the incident"
            )
        offset = report.start if claim.start is None else claim.start
        self.reader_app.go_to_text(report.article_id, offset, self.incident_id)

    def _edit(self, name: str) -> None:
        incident = self.need()

        async def done(value: str | None) -> None:
            if value is not None:
                await self._set(name, value)

        if name == "title":
            self.reader_app.ask("Title of the incident", incident.title, done)
            return
        field = BY_NAME[name]

        def check(typed: str) -> None:
            incidents.fitting(incident, field, typed)

        if field.kind == "code":
            values = incidents.code_values(self.session.library.codebook(), field)
            choices = [Choice(value, [(value, "")]) for value in values]
            choices.append(Choice("", [("(not known)", "faint")], "not known"))
            present = str(incident.values[name] or "")
            self.app.push_screen(Chooser(field.title, choices, start=present), done)
            return
        hint = {"list": "several: with ; between", "whole": "a whole number; empty: not known",
                "number": "a number"}.get(field.kind, "")  # fmt: skip
        shown = incidents.show_value(field, incident.values[name])
        self.reader_app.ask(field.title.capitalize(), shown, done, hint=hint, check=check)

    async def _set(self, name: str, value: str) -> None:
        """Give a field a value that was typed."""
        from store.errors import StoreError

        incident = self.need()
        title = "title" if name == "title" else BY_NAME[name].title
        values = {name: value}
        if name == "place_name" and value != (incident.values[name] or ""):
            values |= where_is(value, incident.values["country"])

        def work(edit: Edit) -> None:
            for field_name, typed in values.items():
                incidents.set_field(edit, incident, field_name, typed)

        try:
            await self.session.edit("incident_field", f"{title} of “{incident.title[:40]}”", work)
        except (StoreError, ValueError) as problem:
            self.say(str(problem), bad=True)
            return
        self.read()
        about = ""
        if name == "place_name" and "lat" in values:
            at = f", at {values['lat']}, {values['lon']}"
            unknown = ": no list knows it" if value.strip() else ""
            about = at if values["lat"] else f"{unknown}, its coordinates are empty now"
        self.say(f"{title} saved{about}")

    def do_edit_title(self) -> None:
        """Edit the title."""
        self._edit("title")

    def do_all_fields(self) -> None:
        """Show all fields, or those with a value."""
        self.all_fields = not self.all_fields
        self.read()
        self.say("all fields" if self.all_fields else "fields with a value, and the main ones")

    def _account(self) -> _Account:
        """Return what is told at the chosen line, of either side."""
        if self.has_class("fields"):
            account = self._accounts.get(self.fields.current)
            if account is None:
                raise ValueError(
                    f"choose another account (≠), or a claim at the right ({key_of('pane_right')})"
                )
            return account
        claim = self._evidence_row().claim
        if claim is None:
            raise ValueError("choose a claim: one line of a report")
        return _Account(claim.field, claim.value, claim)

    async def _choose(self, claim: Claim, why: str) -> None:
        incident = self.need()
        await self.session.edit(
            "choose",
            f"{claim.field} of “{incident.title[:30]}” as told: {claim.value[:30]}",
            lambda edit: incidents.choose_claim(edit, incident, claim, why),
        )
        self.read()
        self.say(f"{BY_NAME[claim.field].title}: {claim.value}")

    async def do_choose_claim(self) -> None:
        """Take what is told at the chosen line for the incident."""
        account = self._account()
        if account.claim is not None:
            await self._choose(account.claim, "")
            return
        value = account.value
        if BY_NAME[account.field].kind == "list":  # beside what it has
            held = self.need().values[account.field]
            value = f"{incidents.show_value(BY_NAME[account.field], held)}; {value}"
        await self._set(account.field, value)

    def do_choose_with_why(self) -> None:
        """Take what is told at the chosen line and say why."""
        claim = self._account().claim
        if claim is None:
            raise ValueError(
                f"it came with a merge; {key_of('choose_claim')} takes it without a reason"
            )

        async def done(why: str | None) -> None:
            if why is not None:
                await self._choose(claim, why)

        self.reader_app.ask(f"Why {claim.value[:40]}", "", done)

    async def do_merge_incident(self) -> None:
        """Put another incident into this one: they are one event."""
        await incident_ties.merge(self)

    def do_mark_report(self) -> None:
        """Mark the report, or take its mark away."""
        row = self._evidence_row()
        if row.report is None:
            raise ValueError("choose a report or one of its claims")
        self._marked ^= {row.report.id}
        self.read()

    def do_split_incident(self) -> None:
        """Make an incident of its own out of the marked reports."""
        incident = self.need()
        if not self._marked:
            raise ValueError(
                f"mark reports first: {key_of('pane_right')}, then {key_of('mark_report')} on each that tells of another incident"
            )
        marked = frozenset(self._marked)
        with self.session.library.reading() as connection:
            proposed = merging.split_title(connection, incident.id, marked)

        async def done(title: str | None) -> None:
            if title is None:
                return
            new = await self.session.edit(
                "split",
                f"split “{incident.title[:40]}”",
                lambda edit: merging.split(edit, incident, marked, title),
            )
            self._marked.clear()
            self.trail.append(self.incident_id)
            self.incident_id = new
            self.read()
            self.say(
                f"a new incident of the marked reports; {key_of('back')} goes back to the other"
            )

        self.reader_app.ask("Title of the new incident", proposed, done)

    def do_field_history(self) -> None:
        """Show how the chosen field, or all of them, came to their values."""
        incident = self.need()
        name = self._field_names[self.fields.current] if self.has_class("fields") else ""
        with self.session.library.reading() as connection:
            past = incidents.history(connection, incident, name or None)
        if not past:
            raise ValueError("nothing was changed here yet")
        rows: list[Choice] = []
        analysts = {p.analyst for p in past}
        for number, p in enumerate(reversed(past)):
            field = BY_NAME.get(p.field)
            value = incidents.show_value(field, p.after) if field else str(p.after)
            line: Line = [
                (f"{p.at[:16].replace('T', ' ')} ", "faint"),
                (f"{p.analyst[:12]:<13}" if len(analysts) > 1 else "", "faint"),
                (f"{field.title if field else p.field}: ", "faint"), (fit(value, 40) or "–", "strong"),
                (fit(f"  {p.done}", 50), "faint"),
            ]  # fmt: skip
            rows.append(Choice(str(number), line, f"{p.field} {value} {p.done}"))
        title = BY_NAME[name].title if name in BY_NAME else "all fields"
        by = f", all by {past[0].analyst}" if len(analysts) == 1 else ""
        self.app.push_screen(Chooser(f"History of {title}{by}", rows))

    async def do_incident_pairs(self) -> None:
        """Decide on the links that are suggested for this incident."""
        from tui.screens.pairs import Pairs

        await self.session.index_incidents()
        with self.session.library.reading() as connection:
            if not link_suggestions.for_incident(connection, self.incident_id):
                raise ValueError(
                    f"nothing is suggested for it; {key_of('pairs')} in the list has the others"
                )
        self.app.push_screen(Pairs(self.incident_id))

    def do_link(self) -> None:
        """Link this incident to another one, or change what they are to each other."""
        incident_ties.link(self)

    async def do_delete_row(self) -> None:
        """Delete the chosen report or link; among the fields, the incident."""
        incident = self.need()
        if self.has_class("fields"):
            if self.fields.current in self._accounts:
                raise ValueError(
                    f"its report is at the right ({key_of('pane_right')}): {key_of('delete_row')} there takes the claim away"
                )
            await self.session.edit(
                "incident",
                f"delete incident “{incident.title[:40]}”",
                lambda edit: incidents.delete(edit, incident),
            )
            self.leave()
            return
        row = self._evidence_row()
        if row.link is not None:
            link = row.link
            await self.session.edit(
                "link", "delete a link", lambda edit: edit.delete("incident_link", link.uid)
            )
            self.say(f"link deleted; {key_of('undo')} takes it back")
        elif row.merge is not None:
            merge = row.merge
            await self.session.edit(
                "unmerge", f"un-merge “{merge.title[:40]}”",
                lambda edit: merging.unmerge(edit, merge.uid),
            )  # fmt: skip
            self.say(
                f"“{merge.title[:40]}” is an incident of its own again; {key_of('undo')} takes it back"
            )
        elif row.claim is not None:
            claim = row.claim
            await self.session.edit(
                "claim",
                f"delete the claim {claim.field}",
                lambda edit: edit.delete("claim", claim.uid),
            )
            self.say(f"claim deleted; {key_of('undo')} takes it back")
        elif row.report is not None:
            report = row.report
            await self.session.edit(
                "report", "delete a report", lambda edit: incidents.remove_report(edit, report)
            )
            self.say(f"report deleted; {key_of('undo')} takes it back")
        self.read()

    def do_incident_note(self) -> None:
        """Write a note on the incident."""
        incident = self.need()
        self.reader_app.desk.library.write_note(
            "incident", incident.uid, f"“{incident.title[:40]}”"
        )

    def do_pane_right(self) -> None:
        """To the evidence."""
        self._side("evidence")

    def do_pane_left(self) -> None:
        """To the fields."""
        self._side("fields")

    def do_back(self) -> None:
        """Back to the incident one came from, else to the screen before."""
        if self.trail:
            self.incident_id = self.trail.pop()
            self.read()
        else:
            self.leave()
