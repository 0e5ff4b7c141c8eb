"""Whatever an analyst does, in whatever order, undoing all of it gives back the start and redoing
all of it gives back the end: across articles, bulk actions, merges, propagations and restarts."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from store import (
    articles,
    candidates,
    edits,
    entities,
    history,
    incidents,
    memory,
    mentions,
    notes,
    occurrences,
    propagation,
    tags,
)
from store.errors import RefusedError
from store.history import Edit
from store.incidents import NewClaim
from store.library import Library
from store.records import Incoming, Mention, Suggestion
from tests.store.test_history import snapshot

TEXTS = (
    "Boris Pistorius met Kyiv officials. Pistorius said Kyiv needs guns in May.",
    "Kyiv said Pistorius may come. The Kyiv Post agreed; Boris Pistorius did not.",
    "Nothing of note happened in May in Saratov.",
)
LABELS = ("PERSON", "GPE", "ORG", "DATE")
NAMES = ("Kyiv", "Pistorius", "Boris Pistorius", "May", "Kyiv Post", "nothing")
NUMBER = st.integers(0, 10**6)


class Analyst(RuleBasedStateMachine):
    """Random edits; the states between them are what undo and redo must give back."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "library.db"
        self.library = Library.open(self.path)
        for number, text in enumerate(TEXTS, 1):
            item = articles.prepare(Incoming(text))
            self.library.write(lambda c, item=item: articles.store(c, item))  # type: ignore[misc]
            found = [
                Suggestion(at, at + len(name), label)
                for name, label in (("Kyiv", "GPE"), ("Pistorius", "ORG"), ("May", "DATE"))
                if (at := text.find(name)) >= 0
            ]
            self.library.write(
                lambda c, n=number, f=found: mentions.replace_suggestions(c, n, f, "fp", None)  # type: ignore[misc]
            )
            self.suggest(number)
        self.states = [snapshot(self.library)]

    def suggest(self, number: int) -> None:
        """Suggest two incidents of an article, as every annotation of it does."""
        text = TEXTS[number - 1]
        reports = [
            {"trigger": {"start": a, "end": a + 5, "text": text[a : a + 5]}, "confidence": 0.5,
             "claims": [{"field": "type", "value": "other"}, {"field": "place_name", "value": "Kyiv"}],
             "relations": [{"to": 1 - n, "relation": "part_of"}] if n else []}
            for n, a in enumerate((0, 20))
        ]  # fmt: skip
        self.library.write(lambda c: candidates.replace_all(c, number, reports, None))

    @rule(seed=NUMBER, accept=st.booleans(), again=st.booleans())
    def candidate(self, seed: int, accept: bool, again: bool) -> None:
        number = seed % len(TEXTS) + 1
        if again:
            self.suggest(number)
        with self.library.reading() as connection:
            found = candidates.of_article(connection, number)
        if not found:
            return
        chosen, book = found[seed % len(found)], self.library.codebook()
        if accept:
            self.edit("incident", lambda e: candidates.accept(e, book, chosen))
        else:
            self.edit("incident", lambda e: candidates.dismiss(e, chosen))

    def edit(self, kind: str, work: object) -> None:
        with contextlib.suppress(RefusedError):
            edits.apply(self.library, kind, kind, work)  # type: ignore[arg-type]
        with self.library.reading() as connection:
            log = history.log(connection)
        if len(log) >= len(self.states):
            self.states.append(snapshot(self.library))

    def some(self, seed: int) -> list[Mention]:
        with self.library.reading() as connection:
            return mentions.of_article(connection, seed % len(TEXTS) + 1, rejected=True)

    @rule(
        seed=NUMBER,
        label=st.sampled_from(LABELS),
        what=st.sampled_from(["accept", "reject", "relabel", "edge"]),
    )
    def decide(self, seed: int, label: str, what: str) -> None:
        found = self.some(seed)
        if not found:
            return
        m = found[seed // 7 % len(found)]
        text = TEXTS[m.article_id - 1]

        def work(e: Edit) -> None:
            if what == "accept":
                mentions.accept(e, m)
            elif what == "reject":
                mentions.reject(e, m)
            elif what == "relabel":
                mentions.relabel(e, m, label)
            else:
                mentions.set_span(e, m, m.start, min(len(text), m.end + 2), text)

        self.edit(what, work)

    @rule(seed=NUMBER, label=st.sampled_from(LABELS))
    def add(self, seed: int, label: str) -> None:
        number = seed % len(TEXTS)
        start = seed // 11 % (len(TEXTS[number]) - 6)
        self.edit(
            "add",
            lambda e: mentions.add(e, number + 1, start, start + 5, label, TEXTS[number]),
        )

    @rule(seed=NUMBER)
    def accept_all(self, seed: int) -> None:
        found = [m for m in self.some(seed) if not m.human]

        def work(e: Edit) -> None:
            for m in found:
                mentions.accept(e, m)

        self.edit("accept all", work)

    @rule(
        name=st.sampled_from(NAMES), label=st.sampled_from(LABELS), reject=st.booleans(),
        one=st.booleans(), remember=st.booleans(),
    )  # fmt: skip
    def propagate(self, name: str, label: str, reject: bool, one: bool, remember: bool) -> None:
        decision = propagation.Decision("reject" if reject else "tag", name, label)
        with self.library.reading() as connection:
            found = list(occurrences.find(connection, name, 1 if one else None))
        places = [p for p in found if propagation.state(decision, p) in ("open", "other")]
        self.edit(
            "propagate",
            lambda e: propagation.apply(e, decision, places, remember=remember),
        )

    @rule(
        seed=NUMBER,
        what=st.sampled_from(["merge", "split", "rename", "alias", "confirm", "unalias"]),
    )
    def entity(self, seed: int, what: str) -> None:
        with self.library.reading() as connection:
            found = entities.all_entities(connection)
            if not found:
                return
            one, other = found[seed % len(found)], found[seed // 3 % len(found)]
            members = entities.members(connection, one.id)
            names = entities.aliases(connection, one.id)

        def work(e: Edit) -> None:
            if what == "merge":
                entities.merge(e, one, other)
            elif what == "split":
                entities.split(e, members[: seed % 3], f"new {seed % 5}")
            elif what == "rename":
                entities.rename(e, one, f"Name {seed % 5}")
            elif what == "alias":
                entities.add_alias(e, one, f"Alias {seed % 5}")
            elif what == "confirm":
                entities.confirm(e, members)
            else:
                entities.remove_alias(e, one, names[seed % len(names)])

        self.edit(what, work)

    @rule(seed=NUMBER, body=st.sampled_from(["", "a note", "another"]))
    def note(self, seed: int, body: str) -> None:
        found = self.some(seed)
        if found:
            uid = found[seed % len(found)].uid
            self.edit("note", lambda e: notes.set_body(e, "mention", uid, body))

    @rule(seed=NUMBER, names=st.lists(st.sampled_from(["a", "B", "b", "long tag"]), max_size=3))
    def tag(self, seed: int, names: list[str]) -> None:
        with self.library.reading() as connection:
            article = articles.get(connection, seed % len(TEXTS) + 1)
        assert article is not None
        wanted = tags.parse(",".join(names))
        self.edit("tag", lambda e: tags.set_tags(e, "article", article.uid, wanted))

    @rule(
        name=st.sampled_from(NAMES),
        label=st.sampled_from((*LABELS, memory.ANY)),
        never=st.booleans(),
    )
    def remember(self, name: str, label: str, never: bool) -> None:
        decision = "never" if never or label == memory.ANY else "always"
        self.edit("remember", lambda e: memory.remember(e, name, label, decision))

    @rule(seed=NUMBER)
    def forget(self, seed: int) -> None:
        with self.library.reading() as connection:
            found = memory.all_of(connection)
        if found:
            self.edit("forget", lambda e: memory.forget(e, found[seed % len(found)].uid))

    @rule(seed=NUMBER)
    def incident(self, seed: int) -> None:
        self.edit(
            "incident",
            lambda e: incidents.create(
                e, seed % len(TEXTS) + 1, (0, 5, "x"), "Strike", [NewClaim("place_name", "Kyiv")]
            ),
        )

    @rule()
    def restart(self) -> None:
        self.library.close()
        self.library = Library.open(self.path)

    def teardown(self) -> None:
        if not hasattr(self, "states"):
            return
        for state in reversed(self.states[:-1]):
            edits.undo(self.library).result()
            assert snapshot(self.library) == state
        self.library.close()
        self.library = Library.open(self.path)
        for state in self.states[1:]:
            edits.redo(self.library).result()
            assert snapshot(self.library) == state
        self.library.close()
        self.folder.cleanup()


TestAnalyst = Analyst.TestCase
TestAnalyst.settings = settings(max_examples=20, stateful_step_count=14, deadline=None)
