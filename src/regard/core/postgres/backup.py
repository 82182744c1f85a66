"""Copy the whole database to a file, and back: wholly or not at all."""

import os
import secrets
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from regard.core.postgres.binaries import clean_environment, find_binaries
from regard.core.postgres.errors import PostgresError, os_errors_explained
from regard.core.postgres.initialise import DATABASE
from regard.core.postgres.layout import Layout
from regard.core.postgres.owner import choose_owner
from regard.core.postgres.usage import Server

_RESTORING = "regard_restoring_"
_REPLACED = "regard_replaced_"
_ONE_RESTORE = 5_270_114_631  # the advisory lock that a restore holds; any number no one else takes
_SWAPS = 20  # tries, each waiting up to 5 seconds for connections to end


def dump(server: Server, target: Path) -> None:
    """Write the database as it is at this moment into the file `target` (pg_dump's custom format).

    The file appears under its name only when it is whole and on disk; it is readable by its owner alone,
    for it holds customers' data. Raises PostgresError.
    """
    with os_errors_explained("write the backup", target):
        part = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                _run(server, "pg_dump", ["--format=custom", f"--dbname={DATABASE}"], output=descriptor)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def restore(server: Server, source: Path) -> None:
    """Replace the database by the one in the file `source`, which `dump` wrote.

    It is restored into a new database, which takes the old one's name in one transaction: after a failure or
    a kill at any moment the old one is there unchanged. Connections to the old one are ended, so stop what
    works with it first. Needs room on disk for both. Raises PostgresError.
    """
    if not source.is_file():
        raise PostgresError(f"There is no backup {source}. Check the name.")
    _run(server, "pg_restore", ["--list", str(source)])  # refuses what is no backup before we begin
    with _only_restore(server) as admin:
        new = f"{_RESTORING}{secrets.token_hex(4)}"
        _execute(admin, "CREATE DATABASE {} TEMPLATE template0", new)
        try:
            _fill(server, new, source)
        except BaseException:
            _execute(admin, "DROP DATABASE IF EXISTS {} WITH (FORCE)", new)
            raise
        old = f"{_REPLACED}{secrets.token_hex(4)}"
        _swap(admin, new, old)
        _execute(admin, "DROP DATABASE {} WITH (FORCE)", old)


def _fill(server: Server, database: str, source: Path) -> None:
    """Owners and rights are left out: the roles of the machine that wrote the backup may not exist here."""
    jobs = min(4, os.cpu_count() or 1)
    options = ["--exit-on-error", "--no-owner", "--no-privileges", f"--jobs={jobs}", f"--dbname={database}"]
    _run(server, "pg_restore", [*options, str(source)])
    with psycopg.connect(server.dsn, dbname=database, autocommit=True) as connection:
        connection.execute("ANALYZE")  # a backup has no statistics, without which plans are poor


@contextmanager
def _only_restore(server: Server) -> Iterator[psycopg.Connection]:
    """A connection beside our database, for the one restore at a time; clears what a killed one left."""
    try:
        with psycopg.connect(server.dsn, dbname="postgres", autocommit=True) as admin:
            row = admin.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_RESTORE]).fetchone()
            if not row or not row[0]:
                raise PostgresError("Another restore is going on in this data folder. Wait until it is done.")
            for (left,) in admin.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s) OR starts_with(datname, %s)",
                [_RESTORING, _REPLACED],
            ).fetchall():
                _execute(admin, "DROP DATABASE IF EXISTS {} WITH (FORCE)", left)
            yield admin
    except psycopg.Error as error:
        raise PostgresError(
            f"The backup could not be restored ({str(error).strip()}). The database is as it was, unless the "
            f"connection broke at the very end: look at it, correct the cause and try again."
        ) from error


def _swap(admin: psycopg.Connection, new: str, old: str) -> None:
    """Give the new database the name of the old. Renaming waits for connections to end, and lets none in."""
    for _ in range(_SWAPS):
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [DATABASE])
        try:
            with admin.transaction():
                _execute(admin, "ALTER DATABASE {} RENAME TO {}", DATABASE, old)
                _execute(admin, "ALTER DATABASE {} RENAME TO {}", new, DATABASE)
        except psycopg.errors.ObjectInUse:  # someone connected in between
            continue
        return
    raise PostgresError(
        "The backup is readable, but the database can't be replaced while others keep connecting to it. "
        "Stop them (`regard run` and other commands in this data folder) and restore again."
    )


def _execute(connection: psycopg.Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _run(server: Server, program: str, arguments: Sequence[str], output: int = subprocess.DEVNULL) -> None:
    """Run one of PostgreSQL's client programs on the server, as ourselves: the files are the operator's."""
    layout = Layout.of(server.data_folder)
    binaries = find_binaries(choose_owner(layout.root, layout.home, layout.cluster))
    to = conninfo_to_dict(server.dsn)
    environment = clean_environment() | {
        "PGHOST": str(to["host"]),
        "PGPORT": str(to["port"]),
        "PGUSER": str(to["user"]),
        "PGPASSWORD": str(to["password"]),  # not as an argument, which every user of the machine can read
    }
    done = subprocess.run(
        [binaries.program(program), *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
        env=environment,
    )
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        full = any("No space left" in line for line in said)
        remedy = "The disk is full: free some space." if full else "Correct the cause and try again."
        reason = said[0] if said else f"it ended with {done.returncode}"
        raise PostgresError(f"{program} failed: {reason}. {remedy} Nothing was changed.")
