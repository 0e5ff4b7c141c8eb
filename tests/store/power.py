"""A disk in memory under SQLite (apsw) whose power can be cut: what was written and not synced is
lost, or a part of it is."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, Literal

import apsw

Survives = Literal["none", "prefix", "subset"]
"""What of the writes that were not synced is on the disk after a cut."""


class PowerCutError(Exception):
    """The power is gone."""


@dataclass
class _Stored:
    synced: bytearray = field(default_factory=bytearray)
    seen: bytearray = field(default_factory=bytearray)  # as the running program sees it
    waiting: list[tuple[int, bytes | None]] = field(default_factory=list)  # None: cut off there

    def apply(self, to: bytearray, offset: int, data: bytes | None) -> None:
        if data is None:
            del to[offset:]
            return
        if len(to) < offset:
            to += bytes(offset - len(to))
        to[offset : offset + len(data)] = data


class Disk:
    """Files by name. ``cut_at``: the number of writes and syncs after which the power goes."""

    def __init__(self, files: dict[str, bytes], cut_at: int | None = None) -> None:
        self.files = {n: _Stored(bytearray(d), bytearray(d)) for n, d in files.items()}
        self.cut_at = cut_at
        self.steps = 0

    def step(self) -> None:
        """Count one write or sync; the one at which the power goes does not happen."""
        self.steps += 1
        if self.cut_at is not None and self.steps >= self.cut_at:
            raise PowerCutError

    def after_cut(self, survives: Survives, rng: random.Random) -> dict[str, bytes]:
        """Return what stands on the disk when the power comes back."""
        out = {}
        for name, file in self.files.items():
            kept = bytearray(file.synced)
            waiting = list(file.waiting)
            if survives == "none":
                waiting = []
            elif survives == "prefix":
                waiting = waiting[: rng.randint(0, len(waiting))]
            else:
                waiting = [write for write in waiting if rng.random() < 0.5]
            for offset, data in waiting:
                file.apply(kept, offset, data)
            out[name] = bytes(kept)
        return out


class _File:
    def __init__(self, disk: Disk, stored: _Stored) -> None:
        self._disk, self._stored = disk, stored
        self._level = 0

    def _write(self, offset: int, data: bytes | None) -> None:
        self._disk.step()
        self._stored.apply(self._stored.seen, offset, data)
        self._stored.waiting.append((offset, data))

    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self._stored.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        self._write(offset, bytes(data))

    def xTruncate(self, size: int) -> None:
        self._write(size, None)

    def xSync(self, flags: int) -> None:
        self._disk.step()
        for offset, data in self._stored.waiting:
            self._stored.apply(self._stored.synced, offset, data)
        self._stored.waiting.clear()

    def xFileSize(self) -> int:
        return len(self._stored.seen)

    def xLock(self, level: int) -> None:
        self._level = level

    def xUnlock(self, level: int) -> None:
        self._level = level

    def xCheckReservedLock(self) -> bool:
        return self._level >= apsw.SQLITE_LOCK_RESERVED

    def xSectorSize(self) -> int:
        return 4096

    def xDeviceCharacteristics(self) -> int:
        return 0

    def xFileControl(self, op: int, ptr: int) -> bool:
        return False

    def xClose(self) -> None:
        pass


class _Vfs(apsw.VFS):
    def __init__(self, name: str, disk: Disk) -> None:
        self._disk = disk
        super().__init__(name, base="")

    def xOpen(self, name: Any, flags: list[int]) -> Any:
        label = name.filename() if isinstance(name, apsw.URIFilename) else (name or "temporary")
        return _File(self._disk, self._disk.files.setdefault(label, _Stored()))

    def xAccess(self, name: str, flags: int) -> bool:
        return name in self._disk.files and (
            flags != apsw.SQLITE_ACCESS_EXISTS or bool(self._disk.files[name].seen)
        )

    def xDelete(self, name: str, sync: bool) -> None:
        self._disk.step()
        self._disk.files.pop(name, None)

    def xFullPathname(self, name: str) -> str:
        return name


def connect(disk: Disk) -> tuple[apsw.Connection, object]:
    """Open the file ``library`` of a disk; keep the second value as long as the connection.

    The locking mode is exclusive, since the disk has no shared memory: the WAL is the same.
    """
    vfs = _Vfs(f"power-{id(disk)}", disk)
    connection = apsw.Connection("library", vfs=f"power-{id(disk)}")
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    return connection, vfs
