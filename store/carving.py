"""Rows out of a damaged SQLite file, page by page, where SQLite itself finds no way to them any more.

A leaf of a table holds whole rows, and can be read without the pages above it. The form of pages,
cells and records is that of https://sqlite.org/fileformat2.html (1.5, 1.6, 2.1, 4); nothing of it is
believed: every number is checked against the page it is in.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from store.records import Value

_LEAF = 0x0D
_LONGEST = 64_000_000
"""Bytes of one row: beyond that its length is taken for noise."""
_WAL_HEADER, _FRAME = 32, 24

Row = tuple[int, list[Value]]
"""Row number and columns; the column that is the row number is NULL, as it is stored."""


class _NoiseError(ValueError):
    """Bytes that are no row."""


class _Pages:
    """The pages of a file, with what its -wal has of them."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        header = self._file.read(100)
        told = struct.unpack(">H", header[16:18])[0] if len(header) == 100 else 0
        size = 65536 if told == 1 else told
        # a header that is gone says nothing; 4096 is what libraries are made with
        self.size = size if size >= 512 and size & (size - 1) == 0 else 4096
        reserved = header[20] if header[:6] == b"SQLite" else 0
        self.usable = self.size - (reserved if reserved < 64 else 0)
        self.count = -(-path.stat().st_size // self.size)
        self._newer = self._from_wal(path.with_name(path.name + "-wal"))

    def _from_wal(self, path: Path) -> dict[int, bytes]:
        """Pages of the frames that belong to the file's last life."""
        found: dict[int, bytes] = {}
        try:
            with path.open("rb") as wal:
                header = wal.read(_WAL_HEADER)
                if len(header) < _WAL_HEADER or header[:3] != b"\x37\x7f\x06":
                    return found
                salt = header[16:24]
                while len(frame := wal.read(_FRAME + self.size)) == _FRAME + self.size:
                    if frame[8:16] != salt:
                        break
                    found[struct.unpack(">I", frame[:4])[0]] = frame[_FRAME:]
        except OSError:
            pass
        return found

    def get(self, number: int) -> bytes:
        """Return a page, counted from 1. Raises `_NoiseError` where there is none."""
        newer = self._newer.get(number)
        if newer is not None:
            return newer
        self._file.seek((number - 1) * self.size)
        page = self._file.read(self.size)
        if number < 1 or len(page) < self.size:
            raise _NoiseError
        return page

    def numbers(self) -> Iterator[int]:
        """Give the numbers of all pages."""
        yield from range(1, max([self.count, *self._newer]) + 1)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def rows(path: Path) -> Iterator[Row]:
    """Give what may be rows of tables, in the order of the pages. Old copies of a row can be among
    them; which table a row is of must be told from its columns."""
    pages = _Pages(path)
    try:
        for number in pages.numbers():
            try:
                page = pages.get(number)
            except _NoiseError:
                continue
            start = 100 if number == 1 else 0
            if page[start] != _LEAF:
                continue
            cells = struct.unpack(">H", page[start + 3 : start + 5])[0]
            if start + 8 + 2 * cells > pages.size:
                continue
            for at in struct.unpack(f">{cells}H", page[start + 8 : start + 8 + 2 * cells]):
                try:
                    yield _cell(pages, page, at)
                except (_NoiseError, IndexError, struct.error, UnicodeDecodeError):
                    continue
    finally:
        pages.close()


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for n in range(8):
        byte = data[at + n]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + n + 1
    return value << 8 | data[at + 8], at + 9


def _cell(pages: _Pages, page: bytes, at: int) -> Row:
    length, at = _varint(page, at)
    number, at = _varint(page, at)
    if not 2 <= length <= _LONGEST or not 0 < number < 1 << 62:
        raise _NoiseError
    most = pages.usable - 35
    local = length
    if length > most:
        least = (pages.usable - 12) * 32 // 255 - 23
        local = least + (length - least) % (pages.usable - 4)
        local = least if local > most else local
    payload = page[at : at + local]
    if len(payload) < local:
        raise _NoiseError
    if local < length:
        payload += _overflow(pages, page[at + local : at + local + 4], length - local)
    return number, _record(payload)


def _overflow(pages: _Pages, first: bytes, left: int) -> bytes:
    parts = []
    (number,) = struct.unpack(">I", first)
    seen: set[int] = set()
    while left > 0:
        if number in seen:
            raise _NoiseError
        seen.add(number)
        page = pages.get(number)
        part = page[4 : min(pages.usable, 4 + left)]
        parts.append(part)
        left -= len(part)
        (number,) = struct.unpack(">I", page[:4])
    return b"".join(parts)


def _record(payload: bytes) -> list[Value]:
    size, at = _varint(payload, 0)
    if not 1 <= size <= len(payload):
        raise _NoiseError
    kinds = []
    while at < size:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    if at != size:
        raise _NoiseError
    values: list[Value] = []
    for kind in kinds:
        width = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)[kind] if kind < 10 else (kind - 12) // 2
        if kind in (10, 11) or at + width > len(payload):
            raise _NoiseError
        data = payload[at : at + width]
        at += width
        if kind == 0:
            values.append(None)
        elif kind <= 6:
            values.append(int.from_bytes(data, "big", signed=True))
        elif kind == 7:
            values.append(struct.unpack(">d", data)[0])
        elif kind <= 9:
            values.append(kind - 8)
        else:
            values.append(data if kind % 2 == 0 else data.decode("utf-8"))
    if at != len(payload):
        raise _NoiseError
    return values
