"""Backups: made, checked, thinned, due; and the restore drill: a library is damaged in many ways,
found to be damaged, restored, and compared with what was there."""

from __future__ import annotations

import random
import shutil
import sqlite3
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store import articles, backup, doctor, edits, importers, mentions, notes, salvage
from store.errors import DamagedError, HeldError, StoreError
from store.library import Library
from store.records import Incoming, Suggestion

Things = dict[str, set[tuple[object, ...]]]
_TEXT = "Drones struck the depot near Engels, said Governor Busargin. " * 40


def _work(library: Library, first: int, count: int) -> None:
    """Do what an analyst does: decide on suggestions, write notes, undo one edit in seven."""
    for number in range(first, first + count):
        with library.reading() as connection:
            ids = articles.ids(connection)
            article = articles.get(connection, ids[number % len(ids)])
            assert article is not None
            open_ones = [
                m for m in mentions.of_article(connection, article.id) if m.review_status == "suggested"
            ]  # fmt: skip
        if open_ones and number % 3:
            m = open_ones[number % len(open_ones)]
            edits.apply(library, "accept", f"accept {number}", lambda e, m=m: mentions.accept(e, m))  # type: ignore[misc]
        else:
            uid, body = article.uid, f"note {number}"
            edits.apply(library, "note", body, lambda e, u=uid, b=body: notes.set_body(e, "article", u, b))  # type: ignore[misc]  # fmt: skip
        if number % 7 == 6:
            edits.undo(library).result()


def _store(library: Library, first: int, count: int) -> None:
    importers.store(library, [Incoming(f"Report {n}. {_TEXT}{n}") for n in range(first, first + count)])  # fmt: skip
    with library.reading() as connection:
        ids = [i for i in articles.ids(connection) if articles.get(connection, i).pipeline is None]  # type: ignore[union-attr]
    for article_id in ids:
        run = [Suggestion(s, s + 6, "FACILITY") for s in range(30, 900, 61)]
        library.write(
            lambda c, i=article_id, r=run: mentions.replace_suggestions(c, i, r, "fp", None)  # type: ignore[misc]
        )


def _things(path: Path) -> Things:
    """What people made, by uid: independent of row numbers."""
    queries = {
        "articles": "SELECT a.uid, a.title, a.status, v.text FROM article a"
        " JOIN article_version v ON v.article_id = a.id WHERE a.deleted = 0",
        "decisions": "SELECT uid, label, review_status, quote FROM mention"
        " WHERE deleted = 0 AND review_status <> 'suggested'",
        "notes": "SELECT target_uid, body FROM note WHERE deleted = 0",
        "edits": "SELECT uid, at, kind, summary, changes FROM op",
    }
    with Library.open(path, "read") as library, library.reading() as connection:
        return {name: set(connection.execute(query)) for name, query in queries.items()}


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Things, Things]:
    """A library with a backup and work after it; what is in both."""
    path = tmp_path_factory.mktemp("worked") / "l.db"
    with Library.open(path) as library:
        library.set_analyst("ana")
        _store(library, 0, 12)
        _work(library, 0, 60)
        with library.reading() as connection:
            made = backup.make(connection, path, "timed")
        _store(library, 12, 3)
        _work(library, 60, 40)
    return path, _things(path), _things(made)


def _copy(path: Path, to: Path) -> Path:
    to.mkdir()
    for file in [path, *(b.path for b in backup.of(path))]:
        target = to / file.relative_to(path.parent)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(file.read_bytes())
    return to / path.name


def _pages(path: Path, chosen: Callable[[int], list[int]], fill: bytes) -> None:
    raw = bytearray(path.read_bytes())
    for page in chosen(len(raw) // 4096):
        raw[page * 4096 : (page + 1) * 4096] = fill * (4096 // len(fill))
    path.write_bytes(raw)


def _flip(path: Path, seed: int, count: int) -> None:
    rng, raw = random.Random(seed), bytearray(path.read_bytes())
    for _ in range(count):
        raw[rng.randrange(4096, len(raw))] ^= 1 << rng.randrange(8)
    path.write_bytes(raw)


def _sql(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as raw:
        for statement in statements:
            raw.execute(statement)


def _replace(path: Path) -> None:
    path.unlink()
    _sql(path, "CREATE TABLE theirs (id INTEGER)")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "cut in half": lambda p: p.write_bytes(p.read_bytes()[: p.stat().st_size // 2]),
    "header zeroed": lambda p: _pages(p, lambda n: [0], b"\0"),
    "a web page": lambda p: p.write_bytes(b"<html>" * 500),
    "a page zeroed": lambda p: _pages(p, lambda n: [n // 2], b"\0"),
    "pages of noise": lambda p: _pages(p, lambda n: list(range(n // 2, n // 2 + 6)), b"\xa5\x5a"),
    "bits flipped": lambda p: _flip(p, 3, 400),
    "emptied": lambda p: p.write_bytes(b""),
    "deleted": lambda p: p.unlink(),
    "a table dropped": lambda p: _sql(p, "PRAGMA foreign_keys = OFF", "DROP TABLE note"),
    "a text changed": lambda p: _sql(
        p, "DROP TRIGGER article_version_immutable", "UPDATE article_version SET text = 'forged'"
        " WHERE id = 3"),
    "another program's": _replace,
    "the end overwritten": lambda p: _pages(p, lambda n: list(range(n - 4, n)), b"\xff"),
}  # fmt: skip
READABLE = {"a table dropped", "a text changed", "header zeroed", "a page zeroed", "pages of noise"}
"""Damage that leaves every edit somewhere in the file: all of them come back."""


@pytest.mark.parametrize("how", DAMAGE)
def test_the_restore_drill(how: str, tmp_path: Path, worked: tuple[Path, Things, Things]) -> None:
    origin, before, kept = worked
    path = _copy(origin, tmp_path / "case")
    DAMAGE[how](path)
    raw = path.read_bytes() if path.exists() else None
    assert doctor.bad(list(doctor.check(path))), "it is not seen to be damaged"
    newest = backup.newest_good(path)
    assert newest is not None
    aside = backup.restore(path, newest.path, "drill")
    if raw is None:
        assert aside is None
    else:
        assert aside is not None and aside.read_bytes() == raw  # never over the damaged file
    assert _things(path) == kept
    if aside is not None:
        with Library.open(path) as library:
            found = salvage.salvage(aside, library)
    after = _things(path)
    assert kept["edits"] <= after["edits"] <= before["edits"]
    assert {t[0] for t in kept["articles"]} <= {t[0] for t in after["articles"]}
    assert after["articles"] <= before["articles"] | kept["articles"]
    if how in READABLE:
        assert found.left_out == 0
        for name in before:
            assert after[name] == before[name], name
    if how == "bits flipped":  # some of it is as it was written, and nothing else comes over
        assert len(after["edits"]) > len(kept["edits"])
    report = [f for f in doctor.check(path) if f.level == "bad"]
    assert report == []
    if aside is not None:
        assert aside.read_bytes() == raw


def test_a_backup_is_whole_its_own_file_and_for_its_user_alone(seeded: Library) -> None:
    with seeded.reading() as connection:
        path = backup.make(connection, seeded.path, "asked")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert backup.check(path) is None
    assert [p.name for p in path.parent.iterdir()] == [path.name]  # nothing beside it
    assert backup.contents(path).words == "1 article, 0 edits"


def test_a_backup_is_made_while_edits_go_on(seeded: Library) -> None:
    _store(seeded, 0, 40)
    going = True

    def show(done: int, total: int) -> None:
        if going:
            _work(seeded, done % 97, 1)

    with seeded.reading() as connection:
        before = backup.stamp(connection)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backup, "_STEP", 20)
        with Library.open(seeded.path, "read") as other, other.reading() as connection:
            path = backup.make(connection, seeded.path, "asked", show)
    going = False
    assert backup.check(path) is None
    assert len(_things(path)["edits"]) == before[0]  # one moment: that at which it began
    assert len(_things(seeded.path)["edits"]) > before[0]


def test_a_backup_is_due_after_changed_work_alone(seeded: Library) -> None:
    with seeded.reading() as connection:
        assert backup.is_due(connection, seeded.path)
        backup.make(connection, seeded.path, "timed")
        assert not backup.is_due(connection, seeded.path, 0)  # nothing changed
    _store(seeded, 0, 1)
    with seeded.reading() as connection:
        assert not backup.is_due(connection, seeded.path)  # changed, but half an hour is not over
        assert backup.is_due(connection, seeded.path, 0)


def test_a_clock_that_was_set_back_mixes_nothing_up(
    seeded: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock(datetime):
        moment = datetime(2031, 5, 1, tzinfo=UTC)

        @classmethod
        def now(cls, tz: object = None) -> Clock:
            return cls.fromtimestamp(cls.moment.timestamp(), UTC)

    monkeypatch.setattr(backup, "datetime", Clock)
    with seeded.reading() as connection:
        late = backup.make(connection, seeded.path, "timed")
        Clock.moment = datetime(2026, 5, 1, tzinfo=UTC)
        _work(seeded, 0, 1)
        assert backup.is_due(connection, seeded.path)  # a backup of the future proves nothing
        early = backup.make(connection, seeded.path, "timed")
    assert [b.path for b in backup.of(seeded.path)] == [early, late]


def test_backups_are_thinned_to_recent_daily_and_weekly_ones() -> None:
    start = datetime(2026, 1, 1, 12, tzinfo=UTC)
    made = [
        backup.Backup(Path(f"{n}"), n, start + timedelta(hours=6 * n), "timed", 1)
        for n in range(1, 401)
    ][::-1]
    kept = backup.to_keep(made)
    assert set(range(391, 401)) <= kept
    days = {b.made.date() for b in made if b.number in kept}
    assert len(days) >= backup.DAYS
    weeks = {b.made.isocalendar()[:2] for b in made if b.number in kept}
    assert len(weeks) == backup.WEEKS
    assert len(kept) <= backup.RECENT + backup.DAYS + backup.WEEKS
    assert backup.to_keep([b for b in made if b.number in kept]) == kept  # thinning is finished


def test_thinning_deletes_files(seeded: Library) -> None:
    for _ in range(14):
        with seeded.reading() as connection:
            backup.make(connection, seeded.path, "asked")
    assert [b.number for b in backup.of(seeded.path)] == list(range(14, 4, -1))


def test_large_libraries_keep_fewer_and_leave_room(
    seeded: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make() -> Path:
        with seeded.reading() as connection:
            return backup.make(connection, seeded.path, "asked")

    size = make().stat().st_size
    monkeypatch.setattr(backup, "MOST_BYTES", 5 * size)
    for _ in range(8):
        make()
    assert [b.number for b in backup.of(seeded.path)] == [9, 8, 7, 6, 5]
    monkeypatch.setattr(backup, "MOST_BYTES", 1)
    make()
    assert [b.number for b in backup.of(seeded.path)] == [10, 9, 8]  # never fewer
    usage = shutil.disk_usage(seeded.path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=size))
    with pytest.raises(StoreError, match="the disk is full"):
        make()
    assert len(backup.of(seeded.path)) == 3


def test_a_library_that_is_open_is_not_restored_over(seeded: Library) -> None:
    with seeded.reading() as connection:
        path = backup.make(connection, seeded.path, "asked")
    with pytest.raises(HeldError):
        backup.restore(seeded.path, path, "drill")
    assert _things(seeded.path)["articles"]


def test_a_damaged_backup_is_refused_and_nothing_is_touched(seeded: Library) -> None:
    with seeded.reading() as connection:
        good = backup.make(connection, seeded.path, "asked")
        wrong = backup.make(connection, seeded.path, "asked")
    seeded.close()
    _pages(wrong, lambda n: list(range(3, n)), b"\xa5")
    before = seeded.path.read_bytes()
    with pytest.raises(StoreError, match=r"damaged.*choose another"):
        backup.restore(seeded.path, wrong, "drill")
    assert seeded.path.read_bytes() == before
    newest = backup.newest_good(seeded.path)
    assert newest is not None and newest.path == good


def test_a_library_that_is_gone_is_not_begun_anew(seeded: Library) -> None:
    with seeded.reading() as connection:
        backup.make(connection, seeded.path, "asked")
    seeded.close()
    seeded.path.unlink()
    for mode in ("write", "read"):
        with pytest.raises(DamagedError, match="restore brings a backup"):
            Library.open(seeded.path, mode)
    assert not seeded.path.exists()


def test_no_room_for_a_backup_is_a_line_and_leaves_nothing(
    seeded: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = backup.folder(seeded.path)
    folder.write_text("a file where the folder should be")
    with seeded.reading() as connection, pytest.raises(StoreError, match="no backup was made"):
        backup.make(connection, seeded.path, "asked")
    folder.unlink()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_sync", full)
    with seeded.reading() as connection, pytest.raises(StoreError, match="disk is full"):
        backup.make(connection, seeded.path, "asked")
    assert list(folder.iterdir()) == []


def _titles(library: Library, titles: list[str]) -> None:
    for title in titles:
        with library.reading() as connection:
            article = articles.get(connection, 1)
        assert article is not None
        edits.apply(library, "metadata", title,
                    lambda e, a=article, t=title: articles.edit_metadata(e, a, {"title": t}))  # type: ignore[misc]  # fmt: skip


def test_edits_come_back_in_the_order_in_which_they_were_made(seeded: Library) -> None:
    """Also where SQLite reaches the newer ones only, and the pages have to be gone through."""
    path = seeded.path
    with seeded.reading() as connection:
        kept = backup.make(connection, path, "asked")
        root = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'op'"
        ).fetchone()[0]
    _titles(seeded, [f"title {n:04} {'x' * 100}" for n in range(300)])
    seeded.close()
    raw = bytearray(path.read_bytes())
    at = (root - 1) * 4096
    assert raw[at] == 5  # an inner page: break the way to its second leaf
    cell = int.from_bytes(raw[at + 14 : at + 16], "big")
    raw[at + cell : at + cell + 4] = b"\x7f\xff\xff\xff"
    path.write_bytes(raw)
    aside = backup.restore(path, kept, "drill")
    assert aside is not None
    with Library.open(path) as library:
        found = salvage.salvage(aside, library)
        with library.reading() as connection:
            article = articles.get(connection, 1)
            summaries = [row[0] for row in connection.execute("SELECT summary FROM op ORDER BY id")]
        assert article is not None and article.title.startswith("title 0299")
        assert (found.edits, found.left_out) == (300, 0) and summaries == sorted(summaries)
        assert edits.undo(library).result().summary.startswith("title 0299")


def test_an_edit_that_rests_on_a_lost_one_is_left_out(seeded: Library) -> None:
    path = seeded.path
    with seeded.reading() as connection:
        kept = backup.make(connection, path, "asked")
    _titles(seeded, ["A", "B", "C", "D"])
    seeded.close()
    _sql(path, "DROP TRIGGER op_kept", "DELETE FROM op WHERE summary = 'B'")
    aside = backup.restore(path, kept, "drill")
    assert aside is not None
    with Library.open(path) as library:
        found = salvage.salvage(aside, library)
        with library.reading() as connection:
            article = articles.get(connection, 1)
    assert article is not None and article.title == "A"
    assert (found.edits, found.left_out) == (1, 2)


def test_a_hostile_line_in_the_log_stops_no_other(seeded: Library) -> None:
    path = seeded.path
    with seeded.reading() as connection:
        kept = backup.make(connection, path, "asked")
    _titles(seeded, ["good"])
    uid = "(SELECT lower(hex(uid)) FROM article)"
    seeded.close()
    for bad in ('{"table":"article","uid":"\' || {u} || \'","set":{"title":["x"]}}', '{"table":"op","uid":"00","new":{}}',
                '{"table":"article","uid":"\' || {u} || \'","set":{"position":[0,99999999999999999999]}}',
                '{"table":"sqlite_master","uid":"00","new":{}}', "[]", "7"):  # fmt: skip
        changes = "'[" + bad.replace("{u}", uid) + "]'"
        _sql(path, "INSERT INTO op (uid, at, analyst_id, kind, summary, changes)"
                   f" VALUES (randomblob(16), 'a', 1, 'k', 's', {changes})")  # fmt: skip
    aside = backup.restore(path, kept, "drill")
    assert aside is not None
    with Library.open(path) as library:
        found = salvage.salvage(aside, library)
    assert found.edits == 1 and found.left_out == 6


def test_articles_that_come_over_are_annotated_anew(seeded: Library) -> None:
    with seeded.reading() as connection:
        kept = backup.make(connection, seeded.path, "asked")
    _store(seeded, 0, 2)
    path = seeded.path
    seeded.close()
    aside = backup.restore(path, kept, "drill")
    assert aside is not None
    with Library.open(path) as library:
        assert salvage.salvage(aside, library).articles == 2
        with library.reading() as connection:
            assert len(articles.never_annotated(connection)) == 3
