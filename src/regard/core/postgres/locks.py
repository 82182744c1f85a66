"""Locks on files of the data folder. The kernel drops them with the last process that holds them open.

start   held while the server is being started or stopped: one at a time
users   shared by everyone who uses the server; whoever can have it alone is the last and may stop it
run     held by `regard run`; its file names the process
server  held by the server's own processes: it tells a server that lives where /proc doesn't show it,
        in another container on the same folder
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from regard.core.postgres.errors import PostgresError, os_errors_explained
from regard.core.postgres.layout import Layout

_POLL = 0.005  # seconds
_LONGEST_WAIT = 900.0  # seconds: the recovery of a large database after a crash takes minutes


def open_lock(layout: Layout, name: str) -> int:
    """Open the file of a lock without locking it; returns a descriptor that the caller closes."""
    with os_errors_explained("open a lock file", layout.lock(name)):
        return layout.open_private(layout.lock(name), os.O_RDWR)


def try_lock(descriptor: int, operation: int) -> bool:
    """Lock at once (fcntl.LOCK_SH or LOCK_EX) or say that someone else holds it."""
    try:
        fcntl.flock(descriptor, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def start_lock(layout: Layout) -> Iterator[None]:
    """Be the only one who starts or stops the server; waits for whoever does. Raises PostgresError."""
    descriptor = open_lock(layout, "start")
    try:
        deadline = time.monotonic() + _LONGEST_WAIT
        while not try_lock(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise PostgresError(
                    f"Another command has been starting or stopping the database in {layout.root} for "
                    f"{_LONGEST_WAIT / 60:.0f} minutes. Look at {layout.log} for the reason; if a command "
                    f"hangs (or was stopped with Ctrl-Z), end it."
                )
            time.sleep(_POLL)
        yield
    finally:
        close_lock(descriptor)


def close_lock(descriptor: int) -> None:
    """Unlock and close. Unlocking by name matters: a forked child may hold the same descriptor open."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def server_lock_is_free(layout: Layout) -> bool:
    """Whether no process of a server, seen or unseen, holds the server lock."""
    descriptor = open_lock(layout, "server")
    try:
        return try_lock(descriptor, fcntl.LOCK_SH)
    finally:
        close_lock(descriptor)
