"""A pytest plugin: where no DATABASE_URL is given, the tests run on an embedded PostgreSQL of their own.

Loaded with `-p`, so that the database is there before Django reads its settings. Where several processes share
the tests (`-n`), each has a server and a data folder of its own: a transaction that is open on a server holds
back the readers of the log in all of its databases.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from regard.core.postgres import processes, running_server
from tests.prepared import copy_prepared

NOWHERE = "postgresql:///none"  # the database of the process that only hands out the tests
MEMORY = Path("/dev/shm")  # far quicker than a disk for databases that are made and emptied all the time
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # which of several processes this is; empty: the first

if not WORKER:
    in_memory = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2 << 30
    os.environ["TESTS_FOLDER"] = tempfile.mkdtemp(prefix="regard-tests-", dir=MEMORY if in_memory else None)
TOP = Path(os.environ["TESTS_FOLDER"])
FOLDER = TOP / (WORKER or "first")
FOLDER.mkdir()
for folder in (TOP, FOLDER):
    folder.chmod(0o755)  # as root the server runs as another user, who must get through here
os.environ["REGARD_DATA"] = str(FOLDER)
(FOLDER / "static").mkdir()  # whitenoise wants it to be there
os.environ.setdefault("REGARD_SECRET_KEY", "for tests only")
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):  # hundreds of processes would each compile all anew
    os.environ["PYTHONPYCACHEPREFIX"] = str(TOP / "compiled")
for name in ("REGARD_SMTP_URL", "REGARD_PUBLIC_URL", "REGARD_INTAKE_URL", "REGARD_PORT", "REGARD_CLOCK"):
    os.environ.pop(name, None)

_stack = ExitStack()
template = ""  # the name of a migrated database on the same server


@pytest.hookimpl(wrapper=True)  # before pytest-django reads the settings
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    if os.environ.get("DATABASE_URL", NOWHERE) == NOWHERE:
        processes_asked_for = getattr(early_config.known_args_namespace, "numprocesses", None)
        hands_out = processes_asked_for and not WORKER
        os.environ["DATABASE_URL"] = NOWHERE if hands_out else _own_database()
    return (yield)


def _own_database() -> str:
    global template  # noqa: PLW0603 - a process has one database
    if WORKER:
        copy_prepared(FOLDER)
        template = "regard"
    return _stack.enter_context(running_server(FOLDER)).dsn


def _leave() -> None:
    _stack.close()
    if not WORKER:
        for cluster in TOP.glob("*/postgres/cluster"):  # of processes that were killed
            processes.kill_all(cluster)
        shutil.rmtree(TOP, ignore_errors=True)


atexit.register(_leave)
