"""Where a library lies: network file systems and synchronised folders are recognised."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import doctor, file_systems, importers
from store.library import Library
from store.records import Incoming

_MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
31 22 0:44 / /home/ana/team rw - nfs4 server:/team rw
32 22 0:45 / /mnt/with\\040space rw - cifs //server/x rw
33 31 8:2 / /home/ana/team/local rw - xfs /dev/sdb1 rw
34 22 0:46 / /home/ana/remote rw - fuse.sshfs ana@host:/ rw
35 22 0:47 / /vm rw - 9p share rw
"""


@pytest.mark.parametrize(
    ("path", "kind", "network"),
    [
        ("/home/ana/l.db", "ext4", None),
        ("/home/ana/team/l.db", "nfs4", "nfs4"),
        ("/home/ana/team2/l.db", "ext4", None),
        ("/home/ana/team/local/l.db", "xfs", None),
        ("/mnt/with space/l.db", "cifs", "cifs"),
        ("/home/ana/remote/deep/er/l.db", "fuse.sshfs", "fuse.sshfs"),
        ("/vm/l.db", "9p", "9p"),
    ],
)
def test_the_file_system_of_a_path(
    monkeypatch: pytest.MonkeyPatch, path: str, kind: str, network: str | None
) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_: _MOUNTS)
    assert file_systems.kind(Path(path)) == kind
    assert file_systems.on_network(Path(path)) == network
    warned = file_systems.warning(Path(path))
    assert (warned is None) if network is None else (warned is not None and network in warned)


@pytest.mark.parametrize(
    ("folder", "marker", "by"),
    [
        ("Dropbox", "", "Dropbox"), ("Dropbox (Work)", "", "Dropbox"), ("sync", ".stfolder", "Syncthing"),
        ("OneDrive - Ministry", "", "OneDrive"), ("Mobile Documents", "", "iCloud Drive"),
        ("files", ".nextcloudsync.log", "Nextcloud"), ("cases", "", None),
    ],
)  # fmt: skip
def test_synchronised_folders(tmp_path: Path, folder: str, marker: str, by: str | None) -> None:
    path = tmp_path / folder / "2025" / "l.db"
    path.parent.mkdir(parents=True)
    if marker:
        (tmp_path / folder / marker).mkdir()
    assert file_systems.synced_by(path) == by
    Library.open(path).close()
    found = next(f for f in doctor.check(path, full=False) if f.name == "file system")
    assert found.level == ("ok" if by is None else "warning")


def test_no_wal_on_a_network_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "l.db"
    with Library.open(path) as library:  # was on a disk of the machine before
        importers.store(library, [Incoming("one")])
    monkeypatch.setattr(file_systems, "on_network", lambda path: "nfs4")
    with Library.open(path) as library, Library.open(path, "read") as reader:
        importers.store(library, [Incoming("two")])
        with reader.reading() as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
            assert connection.execute("SELECT COUNT(*) FROM article").fetchone() == (2,)
        importers.store(library, [Incoming("three")])
        assert not path.with_name("l.db-wal").exists()
