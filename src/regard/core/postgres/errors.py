"""What can go wrong with the embedded database, told in words that name the remedy."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LITTLE_SPACE = 32 * 1024 * 1024  # bytes

_REMEDIES = {
    errno.ENOSPC: "The disk is full: free some space and try again.",
    errno.EDQUOT: "The disk quota is used up: free some space and try again.",
    errno.EROFS: "That file system is read-only: name another data folder in REGARD_DATA.",
    errno.EACCES: "This user may not go there: correct its mode, or name another folder in REGARD_DATA.",
    errno.EPERM: "This user may not change it: correct the owner, or name another folder in REGARD_DATA.",
    errno.ENOTDIR: "A file stands where a folder is needed: move it, or name another folder in REGARD_DATA.",
    errno.EEXIST: "A file stands where a folder is needed: move it, or name another folder in REGARD_DATA.",
    errno.ELOOP: "A symbolic link stands where a file of ours is needed: remove it.",
    errno.ENOLCK: "That file system keeps no locks: name a folder on a local disk in REGARD_DATA.",
    errno.ENOMEM: "The machine is out of memory: free some and try again.",
}


class PostgresError(RuntimeError):
    """The embedded database can't do what was asked; the message says what happened and the remedy."""


class DataFolderInUse(PostgresError):
    """A second `run` was asked for on a folder that has one."""


def disk_is_full(path: Path) -> bool:
    """Whether so little is left that it explains a failure: a server needs a log segment or two."""
    found = os.statvfs(path)
    return found.f_bavail * found.f_frsize < _LITTLE_SPACE


@contextmanager
def os_errors_explained(doing: str, path: Path) -> Iterator[None]:
    """Turn an OSError inside into a PostgresError: what we were `doing`, on which path, and the remedy."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "Correct that and try again.")
        where = error.filename or path
        raise PostgresError(f"Could not {doing} ({where}: {error.strerror or error}). {remedy}") from error
