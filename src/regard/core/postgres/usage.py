"""Who uses the server of a data folder: commands for as long as they last, and one `run`."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from regard.core.postgres import cluster, locks
from regard.core.postgres.errors import DataFolderInUse
from regard.core.postgres.initialise import DATABASE, ROLE, read_password
from regard.core.postgres.layout import Layout


@dataclass(frozen=True)
class Server:
    """A server that takes connections. Its `dsn` holds the password, so it is kept out of logs."""

    dsn: str = field(repr=False)
    pid: int
    data_folder: Path


@contextmanager
def running_server(data_folder: Path) -> Iterator[Server]:
    """Use the folder's server, started if need be, for as long as the context lasts.

    Any number of commands may do so at once; the last to leave stops the server. A server that a killed
    command left running is taken over. Raises PostgresError.
    """
    layout = Layout.of(data_folder)
    layout.prepare()
    users = locks.open_lock(layout, "users")
    try:
        with locks.start_lock(layout):
            locks.try_lock(users, fcntl.LOCK_SH)  # taken alone only under the start lock, which is ours
            server = _server(layout, cluster.ensure_started(layout))
        yield server
    finally:
        _leave(layout, users)


@contextmanager
def owned_server(data_folder: Path) -> Iterator[Server]:
    """The folder's server for `regard run`: as `running_server`, and no second `run` meanwhile.

    Raises DataFolderInUse when there is one already, PostgresError when the server can't be started.
    """
    layout = Layout.of(data_folder)
    layout.prepare()
    run = locks.open_lock(layout, "run")
    if not locks.try_lock(run, fcntl.LOCK_EX):
        holder = os.pread(run, 20, 0).decode(errors="replace").strip()
        os.close(run)
        raise DataFolderInUse(_in_use(layout.root, holder))
    try:
        os.ftruncate(run, 0)
        os.pwrite(run, f"{os.getpid()}\n".encode(), 0)
        with running_server(data_folder) as server:
            yield server
    finally:
        locks.close_lock(run)


def ensure_alive(server: Server) -> Server:
    """The same server while it lives; else the one that took its place, started here if there is none.

    For a supervisor, inside `owned_server`; cheap enough to ask every second. Raises PostgresError.
    """
    layout = Layout.of(server.data_folder)
    found = cluster.find_postmaster(layout)
    if found and found.pid == server.pid and found.answers:
        return server
    with locks.start_lock(layout):
        return _server(layout, cluster.ensure_started(layout))


def _leave(layout: Layout, users: int) -> None:
    """Stop the server if nobody else uses it. The start lock keeps newcomers out while we find out."""
    try:
        with locks.start_lock(layout):
            last = locks.try_lock(users, fcntl.LOCK_EX)
            found = cluster.find_postmaster(layout) if last else None
            if found:
                cluster.stop(layout, found)
    finally:
        locks.close_lock(users)


def _server(layout: Layout, postmaster: cluster.Postmaster) -> Server:
    """The port is named only because a PGPORT in the environment would count otherwise."""
    host = quote(str(postmaster.sockets), safe="")
    dsn = f"postgresql://{ROLE}:{read_password(layout)}@/{DATABASE}?host={host}&port=5432"
    return Server(dsn=dsn, pid=postmaster.pid, data_folder=layout.root)


def _in_use(folder: Path, holder: str) -> str:
    process = f"process {holder}" if holder.isdigit() else "another process"
    kill = f" or `kill {holder}`" if holder.isdigit() else ""
    return (
        f"Regard is already running in {folder} ({process}). Stop it first (Ctrl-C in its terminal{kill}), "
        f"or give this one a folder of its own: REGARD_DATA=/another/folder regard run."
    )
