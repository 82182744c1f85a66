from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg.conninfo import conninfo_to_dict, make_conninfo

ROOT = Path(__file__).parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
_chance = random.SystemRandom()  # hypothesis seeds the usual one alike in all processes

# The longest first: begun last, one would keep its process busy when the others are through.
LONG = (
    "cli/test_commands.py", "crash", "journey", "docs", "web/test_access.py", "browser/test_pages.py",
    "api/test_fuzz.py", "web/test_thousand_rows.py", "profile/test_order_parts.py",
    "core/postgres/test_users.py", "deploy", "text/test_training.py",
)  # fmt: skip

# How long an example takes tells of the machine and of what else it does. Fixtures are made once for all examples
# of a test: those that use a database make what they need in each example.
settings.register_profile(
    "regard",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("regard")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    path = item.path.relative_to(ROOT / "tests").as_posix()
    return next((rank for rank, long in enumerate(LONG) if path.startswith(long)), len(LONG))


@pytest.fixture(scope="session", autouse=True)
def _plain_static_files_always() -> None:
    """Set once: a request that outlives its test would bring the hashed names of an installation back."""
    from django.conf import settings as of_django

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    of_django.STORAGES = {**of_django.STORAGES, "staticfiles": plain}


@pytest.fixture
def store(db: None):
    from regard.core.domain.stores import create_store

    return create_store(slug="acme", name="Acme", currency="EUR", time_zone="Europe/Berlin", actor="tests")


@pytest.fixture
def other_store(db: None):
    from regard.core.domain.stores import create_store

    return create_store(slug="globex", name="Globex", currency="USD", actor="tests")


@pytest.fixture
def write_key(store) -> str:
    from regard.capture.domain.sources import create_write_key, source_named

    source = source_named(store=store, name="web", actor="tests")
    return create_write_key(source=source, actor="tests", events_per_second=1_000_000)[1]


def shared_data(*parts: str) -> Path:
    """A file of the data sets beside the repository; the test is skipped where they are not there."""
    path = SHARED_DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs {'/'.join(parts)} of the data sets beside the repository")
    return path


def free_ports() -> int:
    """A port that is free, as is the one after it.

    Below those that the system gives to clients, of which one could come before the server that is to listen;
    and by chance, so that two processes hardly find the same.
    """
    while True:
        port = _chance.randrange(10_000, 32_000, 2)
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def wait_until(true: Callable[[], object], *, seconds: float = 120) -> None:
    """Returns as soon as `true()` is; fails after a generous time, so that slow machines pass too."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"not so after {seconds} s")
        time.sleep(0.02)


@contextmanager
def serving(module: list[str], url: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A server process for as long as the block lasts, ready when the block begins."""
    process = subprocess.Popen([sys.executable, "-m", *module], env=os.environ | environment, cwd=ROOT)
    try:
        wait_until(lambda: process.poll() is not None or _is_ready(url))
        assert process.poll() is None, "the server ended at once"
        yield process
    finally:
        process.terminate()
        process.wait(60)


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="session")
def test_dsn(django_db_setup: None) -> str:
    """The tests' database, for processes beside this one."""
    from django.db import connection

    dsn = conninfo_to_dict(os.environ["DATABASE_URL"])
    return make_conninfo(**(dsn | {"dbname": connection.settings_dict["NAME"]}))


@pytest.fixture
def database_dsn(test_dsn: str, transactional_db: None) -> str:
    """The same, for a test whose changes those processes must see."""
    return test_dsn


@pytest.fixture
def run_sql(database_dsn: str) -> Iterator[Callable[..., list[tuple]]]:
    with psycopg.connect(database_dsn, autocommit=True) as connection:

        def run(statement: str, *values: object) -> list[tuple]:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

        yield run


@pytest.fixture(scope="session")
def intake_process(test_dsn: str) -> Iterator[str]:
    """One intake process serves all tests; each test brings its own store and key."""
    with intake_serving(test_dsn) as url:
        yield url


@pytest.fixture
def intake(intake_process: str, transactional_db: None) -> str:
    """The address of a running intake on the tests' database."""
    return intake_process


@contextmanager
def intake_serving(dsn: str, **environment: str) -> Iterator[str]:
    from regard.cli.supervisor import intake_command

    port = free_ports()
    url = f"http://127.0.0.1:{port}"
    command = intake_command(host="127.0.0.1", port=port, processes=1)[2:]
    with serving(command, url, {"DATABASE_URL": dsn, **environment}):
        yield url


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Where the server has a migrated database, the tests' own is a copy of it."""
    from django.conf import settings

    from tests.embedded_database import template

    if template:
        settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = template


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Tests of several transactions may end with TRUNCATE, which the audit log refuses everywhere else.

    At the end the database goes: a thread of a server that tests ran may still hold a connection to it.
    """
    from django.db import connection
    from django.test import TransactionTestCase

    from tests.emptying import empty_tables

    TransactionTestCase._fixture_teardown = empty_tables
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS core_audit_no_truncate ON core_auditentry")
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
