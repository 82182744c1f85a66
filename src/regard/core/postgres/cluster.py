"""Start, find and stop the server of one data folder.

Whoever calls `ensure_started` or `stop` holds the start lock.
"""

import fcntl
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from regard.core.postgres import locks, processes
from regard.core.postgres.binaries import Binaries, clean_environment, find_binaries
from regard.core.postgres.errors import PostgresError, disk_is_full, os_errors_explained
from regard.core.postgres.initialise import ensure_cluster, ensure_password, write_as
from regard.core.postgres.layout import Layout, socket_folder, socket_path
from regard.core.postgres.owner import Owner, choose_owner
from regard.core.postgres.settings import FILE_NAME, settings_text

_POLL = 0.002  # seconds
_LONGEST_START = 600.0  # seconds: recovery after a crash replays up to some GB of log
_FAST_STOP = 60.0  # seconds: the checkpoint of a fast stop writes what memory holds
_IMMEDIATE_STOP = 15.0  # seconds
_OTHER_CONTAINER = 10.0  # seconds that processes just killed may take to let go of their lock
_LOG_BYTES = 10_000_000
_LOGS_KEPT = 3

# The servers that this process started: a parent must ask for a dead child, or it stays a zombie.
_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Postmaster:
    """The first process of a living server, as its pid file shows it."""

    pid: int
    sockets: Path
    status: str  # "starting", "ready", "stopping" or "" when it has written none yet

    @property
    def answers(self) -> bool:
        """Whether it takes connections, on a socket that nobody has cleaned away."""
        return self.status == "ready" and socket_path(self.sockets).exists()


def find_postmaster(layout: Layout) -> Postmaster | None:
    """The living server of this folder, whoever started it."""
    _reap()
    try:
        lines = (layout.cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    except PermissionError:
        raise PostgresError(
            f"The database in {layout.cluster} belongs to another user. Run Regard as that user, as root, "
            f"or name another folder in REGARD_DATA."
        ) from None
    if not lines or not lines[0].isdigit() or not processes.belongs(int(lines[0]), layout.cluster):
        return None
    lines += [""] * 8  # the file grows while the server starts
    return Postmaster(pid=int(lines[0]), sockets=Path(lines[4]), status=lines[7].strip())


def ensure_started(layout: Layout) -> Postmaster:
    """The living server of this folder, started if need be, ready for connections. Raises PostgresError."""
    processes.require_proc()
    layout.prepare()
    found = find_postmaster(layout)
    if found:
        found = _settle(layout, found.pid)
        if found and found.answers:
            return found
        if found:  # its socket is gone: nobody can reach it any more
            stop(layout, found)
    return _start(layout)


def stop(layout: Layout, postmaster: Postmaster) -> None:
    """Stop the server: cleanly, at once if that takes too long, by force if even that does."""
    for number, seconds in ((signal.SIGINT, _FAST_STOP), (signal.SIGQUIT, _IMMEDIATE_STOP)):
        processes.send(postmaster.pid, number)
        if processes.wait_gone([postmaster.pid], layout.cluster, seconds):
            break
    processes.kill_all(layout.cluster)
    _reap()


def _start(layout: Layout) -> Postmaster:
    owner = choose_owner(layout.root, layout.home, layout.cluster)
    binaries = find_binaries(owner)
    ensure_cluster(layout, binaries, owner)
    sockets = socket_folder(layout, owner)
    _clear_remains(layout, sockets)
    ensure_password(layout, binaries, owner)
    with os_errors_explained("write the database's settings", layout.cluster):
        write_as(owner, layout.cluster / FILE_NAME, settings_text(binaries, sockets, owner.uid))
    with os_errors_explained("write the database's log", layout.log):
        _rotate(layout.log)
        log = layout.open_private(layout.log, os.O_WRONLY | os.O_APPEND)
    try:
        before = os.fstat(log).st_size
        pid = _launch(layout, binaries, owner, log)
    finally:
        os.close(log)
    started = _settle(layout, pid)
    if not started:
        raise PostgresError(_why_it_ended(layout.log, before))
    return started


def _launch(layout: Layout, binaries: Binaries, owner: Owner, log: int) -> int:
    """Start the server's first process, in a session of its own, which no Ctrl-C reaches before our children.

    It inherits the server lock, and hands it on to all of its own.
    """
    lock = locks.open_lock(layout, "server")
    try:
        if not locks.try_lock(lock, fcntl.LOCK_EX):
            raise PostgresError(f"Another server has just started in {layout.root}. Try again.")
        with os_errors_explained("start PostgreSQL", binaries.folder):
            child = subprocess.Popen(
                [binaries.program("postgres"), "-D", str(layout.cluster)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=layout.cluster,  # by which it is known from its first moment
                env=clean_environment(),
                start_new_session=True,
                pass_fds=[lock],
                **owner.run_as(),
            )
    finally:
        os.close(lock)
    _children[child.pid] = child
    return child.pid


def _settle(layout: Layout, pid: int) -> Postmaster | None:
    """Wait until the server is ready; None when it ended instead. Raises PostgresError in the end."""
    deadline = time.monotonic() + _LONGEST_START
    while _is_alive(pid, layout):
        found = find_postmaster(layout)
        if found and found.pid == pid and found.status == "ready":
            return found
        if time.monotonic() > deadline:
            raise PostgresError(
                f"The database in {layout.root} has not been ready for {_LONGEST_START / 60:.0f} minutes. "
                f"It is still at work (process {pid}), probably recovering from a crash. Follow {layout.log} "
                f"and try again when it says that it is ready."
            )
        time.sleep(_POLL)
    _reap()
    return None


def _is_alive(pid: int, layout: Layout) -> bool:
    """Our own child is asked for: in its first microseconds /proc doesn't yet show it for what it is."""
    child = _children.get(pid)
    return child.poll() is None if child else processes.belongs(pid, layout.cluster)


def _clear_remains(layout: Layout, sockets: Path) -> None:
    """Remove what a killed server left, which would keep the next from starting: orphans, then pid files.

    PostgreSQL trusts any living process with the number in those files, even one that has nothing to do
    with it. We know by now that there is none of its own.
    """
    processes.kill_all(layout.cluster)
    deadline = time.monotonic() + _OTHER_CONTAINER
    while not locks.server_lock_is_free(layout):
        if time.monotonic() > deadline:
            raise PostgresError(
                f"A database server that can't be seen from here, in another container, is using "
                f"{layout.root}. Stop it there, or name another folder in REGARD_DATA."
            )
        time.sleep(_POLL)
        processes.kill_all(layout.cluster)
    with os_errors_explained("remove an old pid file", layout.cluster):
        socket = socket_path(sockets)
        for stale in (layout.cluster / "postmaster.pid", socket.with_name(f"{socket.name}.lock"), socket):
            stale.unlink(missing_ok=True)


def _rotate(log: Path) -> None:
    """Number a large log and begin a new one; the oldest goes."""
    if not log.is_file() or log.stat().st_size < _LOG_BYTES:
        return
    for number in range(_LOGS_KEPT, 0, -1):
        older = log if number == 1 else log.with_name(f"{log.name}.{number - 1}")
        if older.is_file():
            older.replace(log.with_name(f"{log.name}.{number}"))


def _why_it_ended(log: Path, since: int) -> str:
    """What the server wrote from byte `since` on, as a message with its remedy."""
    with log.open(errors="replace") as file:
        file.seek(since)
        said = file.read()
    told = re.findall(r"^.*?(?:(?:FATAL|PANIC|DETAIL|HINT): +|error while loading )(.*)$", said, re.MULTILINE)
    last = " ".join(told or said.splitlines()[-1:] or ["it was killed before it said why."])
    remedies = {
        "Permission denied": "Give the folder back to the user that it names, or correct its permissions.",
        "Cannot allocate memory": "The machine is out of memory: free some and try again.",
        "error while loading": "Name the bin folder of another PostgreSQL in REGARD_POSTGRES_BIN.",
        "configuration file": "Correct that setting, in postgresql.auto.conf beside it if it is yours.",
    }
    remedy = next((text for sign, text in remedies.items() if sign in said), "Correct that and try again.")
    if "No space left" in said or disk_is_full(log.parent):
        remedy = "The disk is full: free some space and try again."
    return f"PostgreSQL did not start: {last} {remedy} Its log is {log}."


def _reap() -> None:
    for pid, child in list(_children.items()):
        if child.poll() is not None:
            _children.pop(pid, None)
