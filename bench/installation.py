"""A fresh installation to measure on: its own data folder on disk, its own processes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from regard.cli.installation import migrate, set_up_django, use_server
from regard.cli.supervisor import intake_command, pages_command, worker_command
from regard.core.postgres import owned_server


@dataclass(frozen=True)
class Installation:
    dsn: str
    store_id: int
    source_id: int
    write_key: str


@contextmanager
def fresh_installation() -> Iterator[Installation]:
    """An embedded database on disk, with fsync, migrated, with one store and one write key."""
    folder = Path(tempfile.mkdtemp(prefix="regard-bench-", dir=os.environ.get("REGARD_BENCH_FOLDER")))
    folder.chmod(0o711)
    os.environ["REGARD_DATA"] = str(folder)
    os.environ["REGARD_LOG_LEVEL"] = "warning"
    os.environ.pop("DATABASE_URL", None)
    try:
        with owned_server(folder) as server:
            use_server(server)
            set_up_django()
            migrate()
            yield _with_store(server.dsn)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _with_store(dsn: str) -> Installation:
    from regard.capture.domain.sources import create_write_key, source_named
    from regard.core.domain.stores import create_store
    from regard.core.models import User

    owner = User.objects.create_user("lead@example.com", "not used here")  # whom alerts are mailed to
    store = create_store(slug="bench", currency="EUR", owner=owner, actor="bench")
    source = source_named(store=store, name="bench", actor="bench")
    _, token = create_write_key(source=source, actor="bench", events_per_second=10_000_000)
    return Installation(dsn, store.pk, source.pk, token)


@contextmanager
def intake_running() -> Iterator[int]:
    port = free_port()
    with _process(intake_command(host="127.0.0.1", port=port, processes=1), port):
        yield port


@contextmanager
def pages_running(*, processes: int = 1) -> Iterator[int]:
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    port = free_port()
    with _process(pages_command(host="127.0.0.1", port=port, processes=processes), port):
        yield port


@contextmanager
def worker_running() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, *worker_command()[1:]])
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def _process(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, *command[1:]])
    try:
        _await_ready(port)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _await_ready(port: int) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"port {port} does not answer")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
