"""The network of linked incidents as a tree that can be read."""

from __future__ import annotations

from textual import on

from store import incidents, merging
from store.records import Incident, Link
from tui.keymap import key_of
from tui.safe_text import title_of
from tui.screens.row_screen import ListScreen
from tui.widgets.lines import Line, RowList, TextRows, fit, some

_MOST = 2000


class Network(ListScreen, inherit_bindings=False):
    """Incidents under those that they are linked with; each is opened out once."""

    CONTEXT = "network"
    rows: TextRows

    def __init__(self, start: int | None) -> None:
        super().__init__()
        self._start = start
        self.rows = TextRows(id="network", colour=self.colour)
        self.rows.empty = [
            f"No incident is linked to another yet: {key_of('link')} in an incident links it."
        ]
        self._behind: list[int] = []

    def read(self) -> None:
        """Read the links again."""
        with self.session.library.reading() as connection:
            linked = incidents.linked_ids(connection)
            links = {number: incidents.links_of(connection, number) for number in linked[:_MOST]}
            apart = {n for n, held in links.items() if all(x.relation == merging.NOT_SAME for x in held)}  # fmt: skip
            linked = [n for n in linked if n not in apart]  # said to be different: no link
            links = {n: held for n, held in links.items() if n not in apart}
            known = incidents.by_ids(connection, list(links)) if links else {}
        order = sorted(links, key=lambda n: (n != self._start, -len(links[n]), n))
        lines: list[Line] = []
        behind: list[int] = []
        headings: set[int] = set()
        seen: set[int] = set()
        groups = 0
        for root in order:
            if root in seen or root not in known:
                continue
            if groups:
                headings.add(len(lines))
                lines.append([])
                behind.append(0)
            groups += 1
            self._tree(root, known, links, seen, lines, behind)
        self._behind = behind
        self.rows.set_rows(lines, headings)
        self.rows.border_title = title_of(
            f"Linked incidents ({len(linked):,}, {some(groups, 'group')})"
        )

    def _tree(
        self, root: int, known: dict[int, Incident], links: dict[int, list[Link]], seen: set[int],
        lines: list[Line], behind: list[int],
    ) -> None:  # fmt: skip
        book = self.session.library.codebook()
        waiting: list[tuple[int, str, str, bool]] = [(root, "", "", False)]
        while waiting:
            number, indent, relation, told = waiting.pop()
            incident = known.get(number)
            if incident is None:
                continue
            again = number in seen
            seen.add(number)
            day = str(incident.values["date_start"] or "no date")
            width = max(20, self.size.width - 8 - len(indent) - len(relation) - 14)
            look = "warn" if relation.startswith(("not", "contra")) else "accent"
            lines.append([
                (f" {indent}", "dim"), (f"{relation} " if relation else "", look),
                (f"{day} ", "faint"), (fit(incident.title, width), "faint" if again else ""),
                (" ↑" if again else "", "faint"),
            ])  # fmt: skip
            behind.append(number)
            if again:
                continue
            for link in reversed(links.get(number, [])):
                out = link.from_id == number
                other = link.to_id if out else link.from_id
                if indent and other in seen and told:
                    continue
                name = book.relation(link.relation)
                words = (name.id if out else name.inverse).replace("_", " ")
                if other not in seen or link.relation in (merging.NOT_SAME, "contradicts"):
                    waiting.append((other, indent + "   ", words, True))

    @on(RowList.Opened)
    def do_open_row(self) -> None:
        """Open the chosen incident."""
        from tui.screens.incident import IncidentScreen

        if not self._behind or not self._behind[self.rows.current]:
            raise ValueError("no incident is chosen")
        self.app.push_screen(IncidentScreen(self._behind[self.rows.current]))
