"""The processes of one cluster, found by what the kernel says of them and never by a number in a file.

Every PostgreSQL process, orphan or not, works inside its data directory (initdb too, as we start it). A pid
file that survived a reboot may name anybody; a killed parent that nobody reaped is still listed. Neither of
the two has our directory as its working directory.
"""

import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from regard.core.postgres.errors import PostgresError

_NAMES = {"postgres", "initdb"}  # a shell that someone opened in the folder is none of ours
_PROC = Path("/proc")
_POLL = 0.002  # seconds


def require_proc() -> None:
    """Raise PostgresError where processes can't be told apart: no Linux, or no /proc."""
    if not (_PROC / "self" / "stat").exists():
        raise PostgresError(
            "The embedded database needs Linux with /proc mounted. "
            "Elsewhere, start a PostgreSQL server yourself and name it in DATABASE_URL."
        )


def belongs(pid: int, folder: Path) -> bool:
    """Whether a living process of PostgreSQL has `folder` as its working directory."""
    try:
        return _belongs(pid, folder.stat())
    except OSError:
        return False


def processes_of(folder: Path) -> list[int]:
    """The ids of all living processes of PostgreSQL that work in `folder`."""
    try:
        wanted = folder.stat()
    except FileNotFoundError:
        return []
    numbers = (int(entry) for entry in os.listdir(_PROC) if entry.isdigit())
    return [pid for pid in numbers if _belongs(pid, wanted)]


def kill_all(folder: Path, seconds: float = 30.0) -> None:
    """Kill every process that works in `folder` and wait until the last is gone.

    Committed data outlives this: it is what a power failure does. Raises PostgresError if one won't go.
    """
    deadline = time.monotonic() + seconds
    while pids := processes_of(folder):
        for pid in pids:
            send(pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            raise PostgresError(
                f"Processes {', '.join(map(str, pids))} of the database in {folder} can't be ended, "
                f"probably because its disk doesn't answer. Restart the machine."
            )
        time.sleep(_POLL)


def wait_gone(pids: Iterable[int], folder: Path, seconds: float) -> bool:
    """Wait until none of `pids` works in `folder` any more; False when that takes longer than `seconds`."""
    deadline = time.monotonic() + seconds
    left = [pid for pid in pids if belongs(pid, folder)]
    while left and time.monotonic() < deadline:
        time.sleep(_POLL)
        left = [pid for pid in left if belongs(pid, folder)]
    return not left


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may be gone already."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _belongs(pid: int, wanted: os.stat_result) -> bool:
    """A zombie has no working directory any more, so it never belongs."""
    process = _PROC / str(pid)
    try:
        if (process / "comm").read_text().strip() not in _NAMES:
            return False
        found = (process / "cwd").stat()
    except (OSError, UnicodeDecodeError):  # gone, a zombie, or another user's
        return False
    return (found.st_dev, found.st_ino) == (wanted.st_dev, wanted.st_ino)
