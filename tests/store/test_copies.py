"""The same wire copy in several papers is recognised at import and counts as one source."""

from __future__ import annotations

from store import articles, copies, edits, importers, incidents
from store.library import Library
from store.records import Incoming

WIRE = (
    "Drones set an oil depot in the town of Engels on fire before dawn on Tuesday, the regional"
    " governor said. Two firefighters were killed while they fought the blaze, which sent a column"
    " of black smoke over the river and could be seen from the far bank. Schools in two districts"
    " were closed for the day and flights at the nearby airport were held for several hours. The"
    " defence ministry said that its crews had brought down eighty drones over seven regions in the"
    " night, most of them near the border. It was the second fire at the depot within a week."
)
OTHER = (
    "Farmers in the south say that the harvest will be smaller than last year because too little"
    " rain fell in spring and the canals that brought water to their fields have not been mended."
    " The ministry of agriculture expects prices of bread and oil to rise before winter and has"
    " asked for help to buy seed, fuel and new pumps, an official told reporters on Monday."
)


def test_a_paper_that_prints_the_wire_copy_is_no_second_source(library: Library) -> None:
    edited = WIRE.replace("Two firefighters", "At least two firemen").replace("mended", "repaired")
    texts = [(WIRE, "Wire"), (f"ENGELS (Wire) - {edited}", "Daily"), (OTHER, "Herald")]
    summary = importers.store(library, [Incoming(text, source=name) for text, name in texts])
    assert [bool(s.remarks) for s in summary.added] == [False, True, False]
    assert "one source" in summary.added[1].remarks[0]
    number = edits.apply(
        library, "i", "i", lambda e: incidents.create(e, 1, (0, 6, "Drones"), "Fire", [])
    )
    for article in (2, 3):
        edits.apply(
            library, "r", "r",
            lambda e, a=article: incidents.add_report(e, number, a, (0, 6, "Drones"), []),  # type: ignore[misc]
        )  # fmt: skip
    with library.reading() as connection:
        assert incidents.independent_sources(connection, number) == 2


def test_a_copy_of_a_copy_belongs_to_the_first(library: Library) -> None:
    for number in range(3):
        item = articles.prepare(Incoming(WIRE + " Reported by our staff." * number))
        library.write(lambda c, item=item: articles.store(c, item))  # type: ignore[misc]
    with library.reading() as connection:
        found = connection.execute("SELECT id, copy_of FROM article ORDER BY id").fetchall()
    assert found == [(1, None), (2, 1), (3, 1)]


def test_a_short_text_is_no_copy_of_another_one_of_its_kind() -> None:
    assert copies.bands("Air raid alert in Kyiv region.") == ()
    assert len(copies.bands(WIRE)) == 32
