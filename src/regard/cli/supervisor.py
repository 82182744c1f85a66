"""Keeps the processes of an installation running: starts them, restarts what dies, stops them in order."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from regard.web.processes.start import die_with_parent

log = logging.getLogger("regard.run")

LOOK_EVERY = 0.25  # seconds
STEADY_AFTER = 30.0  # seconds after which a process counts as well again
LONGEST_PAUSE = 30.0
STOP_SECONDS = 15.0


@dataclass
class Child:
    """A process to keep running. After each early death it rests twice as long before the next start."""

    name: str
    command: Sequence[str]
    said_in: Path | None = None  # the file that what it says goes to, anew with each start
    may_end: bool = False  # whether it is done when it ends without an error
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0
    pause: float = 0.5
    start_at: float = field(default_factory=time.monotonic)

    def look_after(self) -> None:
        if self.is_done:
            return
        if self.process is None:
            if time.monotonic() >= self.start_at:
                self.start()
        elif self.process.poll() is not None:
            self._note_death(self.process.returncode)

    @property
    def is_done(self) -> bool:
        return self.may_end and self.process is not None and self.process.poll() == 0

    def start(self) -> None:
        # A session of its own keeps a Ctrl-C in the terminal from reaching it before we stop things in order.
        # Granian's first process never runs code of ours, so it is told here to end with us.
        with self.said_in.open("w") if self.said_in else nullcontext() as said:
            self.process = subprocess.Popen(
                self.command,
                stdout=said,
                stderr=said,
                start_new_session=True,
                preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509 - there are no other threads here
            )
        self.started_at = time.monotonic()

    def _note_death(self, status: int) -> None:
        steady = time.monotonic() - self.started_at > STEADY_AFTER
        self.pause = 0.5 if steady else min(LONGEST_PAUSE, self.pause * 2)
        log.warning("%s ended with status %d; it is started again in %.1f s", self.name, status, self.pause)
        self.process, self.start_at = None, time.monotonic() + self.pause

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def await_stop(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("%s does not stop; it is ended", self.name)
            self.process.kill()
            self.process.wait()


def supervise(
    children: Sequence[Child], *, stop: threading.Event, look_after_database: Callable[[], None]
) -> None:
    """Run the children until `stop` is set, then stop them, the last first.

    look_after_database: called several times a second; starts the database again when it has died.
    """
    try:
        while not stop.is_set():
            look_after_database()
            for child in children:
                child.look_after()
            stop.wait(LOOK_EVERY)
    finally:
        deadline = time.monotonic() + STOP_SECONDS
        for child in reversed(children):
            child.ask_to_stop()
        for child in reversed(children):
            child.await_stop(deadline)


def stop_on_signals() -> threading.Event:
    """An event that Ctrl-C and SIGTERM set."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    return stop


def pages_command(*, host: str, port: int, processes: int) -> list[str]:
    """Pages are threads behind WSGI: they wait for the database, and a thread each is what that costs."""
    return [
        *_granian("wsgi", host, port, processes),
        "--blocking-threads", "4", "--backlog", "1024", "--backpressure", "64",
        "regard.web.processes.pages:application",
    ]  # fmt: skip


def intake_command(*, host: str, port: int, processes: int) -> list[str]:
    return [
        *_granian("asgi", host, port, processes),
        "--loop", "uvloop", "--runtime-mode", "mt", "--backlog", "4096", "--backpressure", "4096", "--factory",
        "regard.web.processes.intake:make_app",
    ]  # fmt: skip


def worker_command() -> list[str]:
    return [sys.executable, "-m", "regard", "worker"]


def demo_command(slug: str, *, is_live: bool) -> list[str]:
    return [sys.executable, "-m", "regard", "demo", "--store", slug, *(["--live"] if is_live else [])]


def _granian(interface: str, host: str, port: int, processes: int) -> list[str]:
    return [
        sys.executable, "-m", "granian", "--interface", interface, "--host", host, "--port", str(port),
        "--workers", str(processes), "--no-ws", "--log-level", "warning", "--respawn-failed-workers",
        "--workers-kill-timeout", "3",  # open live streams would hold them up for ever
    ]  # fmt: skip
