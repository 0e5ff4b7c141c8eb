"""Where a library lies: file systems that SQLite's WAL cannot be trusted on, folders that a program
keeps in step with other machines.

WAL needs memory shared by all who have the file open, which no network file system gives
(https://sqlite.org/wal.html, "All processes using a database must be on the same host computer").
A synchroniser copies a file while it is being written, or brings back an older one.
"""

from __future__ import annotations

import sys
from pathlib import Path

_NETWORK = frozenset([
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "smb2", "9p", "afs", "ceph", "glusterfs", "lustre",
    "gpfs", "ncpfs", "davfs", "webdav", "afpfs", "fuse.sshfs", "fuse.rclone", "fuse.s3fs",
    "fuse.davfs2", "fuse.glusterfs", "fuse.gvfsd-fuse", "vboxsf", "drvfs",
])  # fmt: skip
_MARKERS = {
    ".dropbox": "Dropbox", ".dropbox.cache": "Dropbox", ".stfolder": "Syncthing",
    ".owncloudsync.log": "ownCloud", ".nextcloudsync.log": "Nextcloud", ".tmp.driveupload": "Google Drive",
    ".SeaDrive": "Seafile",
}  # fmt: skip
"""What a synchroniser leaves in the folder that it keeps in step."""
_NAMES = {
    "dropbox": "Dropbox", "onedrive": "OneDrive", "google drive": "Google Drive",
    "googledrive": "Google Drive", "nextcloud": "Nextcloud", "owncloud": "ownCloud",
    "mobile documents": "iCloud Drive", "cloudstorage": "a cloud folder", "pcloud drive": "pCloud",
    "megasync": "MEGA", "creative cloud files": "Creative Cloud",
}  # fmt: skip


def kind(path: Path) -> str:
    """Return the type of the file system that a path is on, "" where the system does not say."""
    try:
        if sys.platform == "darwin":
            return _mounted_on_darwin(path)
        mounts = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
    except OSError:
        return ""
    found, depth = "", -1
    target = path.parts
    for line in mounts.splitlines():
        before, dash, after = line.partition(" - ")
        fields = before.split(" ")
        if not dash or len(fields) < 5:
            continue
        parts = Path(fields[4].replace("\\040", " ")).parts
        if len(parts) >= depth and target[: len(parts)] == parts:  # the later mount hides the other
            found, depth = after.split(" ", 1)[0], len(parts)
    return found


def _mounted_on_darwin(path: Path) -> str:
    import re
    import subprocess

    listed = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False).stdout
    found, depth = "", -1
    for m in re.finditer(r" on (.+?) \((\w+)", listed):
        parts = Path(m[1]).parts
        if len(parts) > depth and path.parts[: len(parts)] == parts:
            found, depth = m[2], len(parts)
    return found


def on_network(path: Path) -> str | None:
    """Return the type of the network file system that a path is on, or None."""
    found = kind(path)
    return found if found in _NETWORK else None


def synced_by(path: Path) -> str | None:
    """Return which synchroniser keeps the folder of a path in step, or None."""
    for folder in path.parents:
        named = _NAMES.get(folder.name.casefold().split(" - ")[0].split(" (")[0])
        if named:
            return named
        for marker, name in _MARKERS.items():
            if (folder / marker).exists():
                return name
    return None


def warning(path: Path) -> str | None:
    """Return in words what is to be feared for a library at this place, or None."""
    network = on_network(path)
    if network:
        return (
            f"the library is on a network file system ({network}), where locks can fail and one"
            " process alone may have it open; move it to a disk of this machine"
        )
    by = synced_by(path)
    if by:
        return (
            f"the library is in a folder that {by} keeps in step, which can damage it; move it out"
            " and let its backups be synchronised instead"
        )
    return None
