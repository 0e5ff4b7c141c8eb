"""One library by several names, in several processes, and after it went away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from store import backup, doctor, edits
from store.errors import AlteredError, HeldError, StoreError
from store.library import Library, open_or_read

_HOLDER = """
import sys, time
from pathlib import Path
from store import edits
from store.library import Library
library = Library.open(Path(sys.argv[1]), who='the other')
with library.reading() as c:
    uid = c.execute('SELECT uid FROM article').fetchone()[0]
edits.apply(library, 'note', 'n', lambda e: e.insert_made(
    'note', target_kind='article', target_uid=uid, body='in the wal'))
print('ready', flush=True)
time.sleep(60)
"""


def _note(library: Library, body: str) -> None:
    with library.reading() as connection:
        uid = connection.execute("SELECT uid FROM article").fetchone()[0]
    edits.apply(library, "note", body, lambda e: e.insert_made(
        "note", target_kind="article", target_uid=uid, body=body))  # fmt: skip


def _notes(path: Path) -> list[str]:
    with Library.open(path, "read") as library, library.reading() as connection:
        return [row[0] for row in connection.execute("SELECT body FROM note ORDER BY id")]


def _killed(path: Path) -> None:
    """Let another process write into the library and be killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path)], stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def test_a_second_name_is_not_written_through(seeded: Library) -> None:
    path = seeded.path
    seeded.close()
    other = path.with_name("other.db")
    other.hardlink_to(path)
    for name in (path, other):
        with pytest.raises(AlteredError, match="second name"):
            Library.open(name)
    library, why = open_or_read(other, who="test")
    assert library.mode == "read" and "copy it" in str(why)
    library.close()


def test_a_link_leads_to_one_lock_and_one_folder_of_backups(seeded: Library) -> None:
    link = seeded.path.with_name("link.db")
    link.symlink_to(seeded.path)
    with seeded.reading() as connection:
        kept = backup.make(connection, seeded.path, "asked")
    for work in (lambda: backup.restore(link, kept, "test"), lambda: doctor.mend(link)):
        with pytest.raises(HeldError):
            work()
    found = {f.name: f for f in doctor.check(link, full=False)}
    assert "open for writing" in found["lock"].words and found["backups"].level == "ok"
    seeded.close()
    backup.restore(link, kept, "test")
    assert link.is_symlink() and _notes(link) == []


def test_it_is_not_taken_over_where_another_file_took_its_place(seeded: Library) -> None:
    path = seeded.path
    with Library.open(path, "read") as reader:
        _note(seeded, "old")
        with seeded.reading() as connection:
            kept = backup.make(connection, path, "asked")
        seeded.close()
        backup.restore(path, kept, "test")
        with pytest.raises(StoreError, match="was replaced by another process"):
            reader.take_over("test")
        assert reader.mode == "read"


def test_each_time_it_goes_away_what_was_saved_is_kept(seeded: Library) -> None:
    path, away = seeded.path, seeded.path.with_name("away.db")
    for body in ("one", "two"):
        _note(seeded, body)
        path.rename(away)
        with pytest.raises(StoreError, match="deleted or moved") as caught:
            _note(seeded, "refused")
        newest = backup.of(path)[0]
        assert newest.why == "rescued" and newest.path.name in str(caught.value)
        assert _notes(newest.path)[-1] == body
        away.rename(path)
    for _ in range(backup.RECENT + 2):  # they are nowhere else, and stay
        with seeded.reading() as connection:
            backup.make(connection, path, "asked")
    assert sum(b.why == "rescued" for b in backup.of(path)) == 2


def test_what_is_restored_comes_with_its_wal(seeded: Library) -> None:
    path = seeded.path
    with seeded.reading() as connection:
        kept = backup.make(connection, path, "asked")
    seeded.close()
    _killed(path)
    assert path.with_name(path.name + "-wal").stat().st_size
    aside = backup.restore(path, kept, "test")
    assert aside is not None and _notes(path) == []
    assert backup.contents(aside).edits == 1
    backup.restore(path, aside, "test")  # a change of mind
    assert _notes(path) == ["in the wal"]


def test_an_unclean_end_is_told_until_it_was_looked_over(seeded: Library) -> None:
    path = seeded.path
    seeded.close()
    _killed(path)
    with Library.open(path, who="an import") as library:  # which examines nothing
        assert library.left_by is not None
    with Library.open(path) as library:
        assert library.left_by is not None and "the other" in library.left_by
        library.examined()
    with Library.open(path) as library:
        assert library.left_by is None


def test_another_history_of_the_same_length_is_not_backed_up_yet(seeded: Library) -> None:
    path = seeded.path
    with seeded.reading() as connection:
        empty = backup.make(connection, path, "asked")
    _note(seeded, "first history")
    with seeded.reading() as connection:
        backup.make(connection, path, "asked")
    seeded.close()
    backup.restore(path, empty, "test")
    with Library.open(path) as library:
        _note(library, "second history")
        with library.reading() as connection:
            assert backup.is_due(connection, path, 0)


def test_a_backup_that_was_killed_leaves_nothing_for_long(seeded: Library) -> None:
    folder = backup.folder(seeded.path)
    folder.mkdir()
    (folder / ".000001-x.db.99.part").write_bytes(b"half")
    (folder / ".000001-x.db.99.part-journal").write_bytes(b"half")
    with seeded.reading() as connection:
        made = backup.make(connection, seeded.path, "asked")
    assert [p.name for p in folder.iterdir()] == [made.name]


def test_backups_of_several_processes_at_once(seeded: Library) -> None:
    script = (
        "import sys; from pathlib import Path; from store import backup; from store.library import Library\n"
        "p = Path(sys.argv[1])\n"
        "for _ in range(6):\n"
        "    with Library.open(p, 'read') as l, l.reading() as c: backup.make(c, p, 'asked')"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", script, str(seeded.path)], cwd=Path(__file__).parents[2])
        for _ in range(3)
    ]  # fmt: skip
    assert [process.wait(60) for process in running] == [0, 0, 0]
    numbers = [b.number for b in backup.of(seeded.path)]
    assert numbers == list(range(18, 18 - backup.RECENT, -1))
    assert all(backup.check(b.path) is None for b in backup.of(seeded.path))


def test_a_library_that_was_never_furnished_is(seeded: Library) -> None:
    path = seeded.path
    for table in ("setting", "analyst", "codebook"):  # as if ended between the two
        seeded.write(lambda c, t=table: c.execute(f"DELETE FROM {t}"))  # type: ignore[misc]
    seeded.close()
    with Library.open(path) as library:
        _note(library, "somebody's")
