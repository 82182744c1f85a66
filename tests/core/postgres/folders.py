"""Data folders with a database, and processes that use them."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from regard.core import postgres
from regard.core.postgres import processes

SOURCE = Path(__file__).parents[3] / "src"
DEADLINE = 300.0  # seconds
IS_ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not IS_ROOT, reason="only root runs the server as another user")

USE = """
import sys; from pathlib import Path; from regard.core import postgres
with postgres.{kind}(Path(sys.argv[1])) as server:
    print(server.pid, flush=True)
    sys.stdin.read()
"""
WRITE = """
import sys; from pathlib import Path; import psycopg; from regard.core import postgres
with postgres.owned_server(Path(sys.argv[1])) as server:
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS fact (id bigserial PRIMARY KEY)")
        while True:
            row = connection.execute("INSERT INTO fact DEFAULT VALUES RETURNING id").fetchone()
            print(row[0], flush=True)
"""


class Command:
    """Another process that uses the server of a folder until it is told to leave."""

    def __init__(self, script: str, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(SOURCE), "PYTHONDONTWRITEBYTECODE": "1"},
            text=True,
        )

    def line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def leave(self) -> int:
        self.process.communicate(timeout=DEADLINE)
        return self.process.returncode

    def kill(self) -> str:
        """Kill -9; returns what it had printed."""
        self.process.kill()
        return self.process.communicate(timeout=DEADLINE)[0]


def new_folder() -> Path:
    """Not pytest's own folders: as root those are closed to the server's user, and their paths are long.

    In memory where there is room: a cluster is 1,300 files.
    """
    memory = Path("/dev/shm")
    fast = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 << 30
    folder = Path(tempfile.mkdtemp(prefix="regard-test-", dir=memory if fast else "/tmp"))
    folder.chmod(0o711)
    return folder


def remove(folder: Path) -> None:
    home = folder / "postgres"
    for data in home.glob("cluster*") if home.is_dir() else ():
        processes.kill_all(data)
    shutil.rmtree(folder)


def ask(server: postgres.Server, query: str) -> object:
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def tell(server: postgres.Server, statement: str) -> None:
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute(statement)


def lives(folder: Path) -> bool:
    return bool(processes.processes_of(folder / "postgres" / "cluster"))


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.002)


def refusal(folder: Path) -> str:
    with pytest.raises(postgres.PostgresError) as refused, postgres.running_server(folder):
        pass
    return str(refused.value)
