"""One incident: its fields at one side; reports, claims and links at the other."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal

from store import incidents, notes
from store.incidents import BY_NAME, FIELDS
from store.records import Claim, Incident, Link, Report
from tui.screens.choose import Choice, Chooser
from tui.screens.row_screen import RowScreen
from tui.widgets.lines import Line, RowList, TextRows, fit

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
        self._evidence_rows: list[_Row] = []
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
        self.refresh_state()
        if self._message:
            self.say(self._message)

    def on_resize(self, event: events.Resize) -> None:
        """Show one side or both."""
        self.set_class(event.size.width < _WIDE, "narrow")
        if self.incident is not None:
            self.call_after_refresh(self.read)

    # --- showing -----------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the incident again and show it."""
        with self.session.library.reading() as connection:
            incident = incidents.get(connection, self.incident_id)
            if incident is None:
                reports, links, written = [], [], []
            else:
                reports = incidents.reports_of(connection, self.incident_id)
                links = incidents.links_of(connection, self.incident_id)
                written = notes.of_target(connection, incident.uid)
        if incident is None:
            self.leave()
            return
        self.incident = incident
        self._show_fields(incident, [note.body for note in written])
        self._show_evidence(reports, links)

    def _show_fields(self, incident: Incident, written: list[str]) -> None:
        width = max(20, self._side_width - 29)
        rows: list[Line] = [
            [(" title                   ", "faint"), (fit(incident.title, width), "strong")]
        ]
        names, headings, group = ["title"], set(), ""
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
        for body in written:
            headings.add(len(rows))
            rows.append([(f" ✎ {fit(body, width + 16)}", "accent")])
            names.append("")
        self._field_names = names
        self.fields.set_rows(rows, headings)

    def _show_evidence(self, reports: list[Report], links: list[Link]) -> None:
        width = max(20, self._side_width - 4)
        rows: list[Line] = []
        kinds: list[_Row] = []
        headings = set()

        def heading(text: str) -> None:
            headings.add(len(rows))
            rows.append([(text, "accent")])
            kinds.append(_Row())

        heading(f" {len(reports)} report{'s' * (len(reports) != 1)}")
        for report in reports:
            rows.append([(" ▸ ", "accent"), (fit(report.article_title, width - 4), "strong")])
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
                        (f"{name[:17]:<17} ", "faint"),
                        (told, ""),
                        (fit(quote + said, max(0, width - 23 - len(told))), "faint"),
                    ]
                )
                kinds.append(_Row(report=report, claim=claim))
        heading(f" {len(links)} link{'s' * (len(links) != 1)}   (L adds one)")
        book = self.session.library.codebook()
        for link in links:
            out = link.from_id == self.incident_id
            relation = book.relation(link.relation)
            words = relation.id if out else relation.inverse
            other = link.to_title if out else link.from_title
            rows.append(
                [(f" {words} → ", "accent"), (fit(other, max(8, width - len(words) - 5)), "")]
            )
            kinds.append(_Row(link=link))
            if link.note:
                headings.add(len(rows))
                rows.append([(f"     {fit(link.note, width - 6)}", "faint")])
                kinds.append(_Row())
        self._evidence_rows = kinds
        self.evidence.set_rows(rows, headings)

    @property
    def _side_width(self) -> int:
        """Cells of one side, its frame and scrollbar left out."""
        return (self.size.width if self.size.width < _WIDE else self.size.width // 2) - 3

    def _standing(self, claim: Claim) -> tuple[str, str]:
        """Return how a claim stands to the incident's value: in it, or another one."""
        field = BY_NAME.get(claim.field)
        value = self.incident.values[field.name] if self.incident and field else None
        if field is None or value is None:
            return " ", ""
        shown = incidents.show_value(field, value)
        inside = claim.value in shown.split("; ") if field.kind == "list" else claim.value == shown
        return ("✓", "good") if inside else ("≠", "warn")

    def _side(self, name: str) -> None:
        self.set_class(name == "fields", "fields")
        self.set_class(name == "evidence", "evidence")
        (self.fields if name == "fields" else self.evidence).focus()

    @property
    def rows_here(self) -> RowList:
        """The side that the keys go to."""
        return self.evidence if self.has_class("evidence") else self.fields

    def _need(self) -> Incident:
        if self.incident is None:
            raise ValueError("the incident is no longer there")
        return self.incident

    def _evidence_row(self) -> _Row:
        if not self.has_class("evidence") or not self._evidence_rows:
            raise ValueError("choose a report, claim or link at the right first (l)")
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
            name = self._field_names[self.fields.current]
            if name:
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
        elif row.report is not None:
            claim = row.claim
            offset = (
                claim.start if claim is not None and claim.start is not None else row.report.start
            )
            self.reader_app.go_to_text(row.report.article_id, offset, self.incident_id)

    def _edit(self, name: str) -> None:
        incident = self._need()

        async def done(value: str | None) -> None:
            if value is None:
                return
            from store.errors import StoreError

            title = "title" if name == "title" else BY_NAME[name].title
            try:
                await self.session.edit(
                    "incident_field",
                    f"{title} of “{incident.title[:40]}”",
                    lambda edit: incidents.set_field(edit, incident, name, value),
                )
            except (StoreError, ValueError) as problem:
                self.say(str(problem), bad=True)
                return
            self.read()
            self.refresh_state()
            self.say(f"{title} saved")

        if name == "title":
            self.reader_app.ask("Title of the incident", incident.title, done)
            return
        field = BY_NAME[name]
        if field.kind == "code":
            values = incidents.code_values(self.session.library.codebook(), field)
            choices = [Choice(value, [(value, "")]) for value in values]
            choices.append(Choice("", [("(not known)", "faint")], "not known"))
            self.app.push_screen(Chooser(field.title, choices), done)
            return
        hint = {"list": "several: with ; between", "whole": "a whole number; empty: not known",
                "number": "a number"}.get(field.kind, "")  # fmt: skip
        shown = incidents.show_value(field, incident.values[name])
        self.reader_app.ask(field.title.capitalize(), shown, done, hint=hint)

    def do_edit_title(self) -> None:
        """Edit the title."""
        self._edit("title")

    def do_all_fields(self) -> None:
        """Show all fields, or those with a value."""
        self.all_fields = not self.all_fields
        self.read()
        self.say("all fields" if self.all_fields else "fields with a value, and the main ones")

    async def do_choose_claim(self) -> None:
        """Take the claim's value for the incident."""
        incident, row = self._need(), self._evidence_row()
        if row.claim is None:
            raise ValueError("choose a claim: one line of a report")
        claim = row.claim
        await self.session.edit(
            "choose",
            f"{claim.field} of “{incident.title[:30]}” as told: {claim.value[:30]}",
            lambda edit: incidents.choose_claim(edit, incident, claim),
        )
        self.read()
        self.say(f"{claim.field}: {claim.value}")

    def do_link(self) -> None:
        """Link this incident to another one."""
        from tui.actions.incidents import choices

        incident = self._need()
        with self.session.library.reading() as connection:
            others = [i for i in incidents.all_incidents(connection) if i.id != incident.id]
        if not others:
            raise ValueError("there is no other incident to link to yet")
        book = self.session.library.codebook()

        def other_chosen(value: str | None) -> None:
            if value is None:
                return
            other = next(i for i in others if i.id == int(value))
            relations: list[Choice] = []
            for relation in book.relations:
                for name in dict.fromkeys((relation.id, relation.inverse)):
                    about = relation.about if name == relation.id else relation.inverse_about
                    relations.append(
                        Choice(name, [(f"{name:<20}", "strong"), (about, "faint")],
                               f"{name} {about}")
                    )  # fmt: skip

            def relation_chosen(relation: str | None) -> None:
                if relation is None:
                    return

                async def note_given(note: str | None) -> None:
                    if note is not None:
                        await self._link(other, relation, note)

                self.reader_app.ask("Why (may stay empty)", "", note_given)

            self.app.push_screen(
                Chooser(f"“{incident.title[:30]}” is … “{other.title[:26]}”", relations),
                relation_chosen,
            )

        self.app.push_screen(Chooser("Link to which incident", choices(others)), other_chosen)

    async def _link(self, other: Incident, relation: str, note: str) -> None:
        from store.errors import StoreError

        incident, book = self._need(), self.session.library.codebook()
        try:
            await self.session.edit(
                "link",
                f"link: {relation} “{other.title[:40]}”",
                lambda edit: incidents.link(edit, book, incident.id, other.id, relation, note),
            )
        except StoreError as problem:
            self.say(str(problem), bad=True)
            return
        self.read()
        self.refresh_state()
        self.say(f"linked: {relation} “{other.title}”")

    async def do_delete_row(self) -> None:
        """Delete the chosen report or link; among the fields, the incident."""
        incident = self._need()
        if self.has_class("fields"):
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
            self.say("link deleted; u takes it back")
        elif row.claim is not None:
            claim = row.claim
            await self.session.edit(
                "claim",
                f"delete the claim {claim.field}",
                lambda edit: edit.delete("claim", claim.uid),
            )
            self.say("claim deleted; u takes it back")
        elif row.report is not None:
            report = row.report
            await self.session.edit(
                "report", "delete a report", lambda edit: incidents.remove_report(edit, report)
            )
            self.say("report deleted; u takes it back")
        self.read()

    def do_incident_note(self) -> None:
        """Write a note on the incident."""
        incident = self._need()
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
