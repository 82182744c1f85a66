"""Bringing a store's lake up to date: buckets in which something changed are read and written anew.

The changes that are noted, the rows and the list of files belong to one snapshot of the database. The new list
counts before the notes are taken away: killed in between, the same buckets are written once more; killed earlier,
nothing has happened. One process refreshes a store at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection as of_django
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from regard.core import clock
from regard.core.models import Store
from regard.core.registry import lake_sources
from regard.lake.domain.extract import Extract, definitions_of, extracting
from regard.lake.domain.files import (
    FileList,
    KeptFile,
    folder_of,
    make_folder,
    new_version,
    read_list,
    replaced,
    swap_list,
    sweep,
)
from regard.lake.domain.watching import watch_sources

LAKE_LOCK = 0x524C  # first half of a two-part advisory lock; the second is the store
CHANGES = "SELECT id, source, bucket FROM lake_lakechange WHERE store_id = %s"
FORGET = "DELETE FROM lake_lakechange WHERE id = ANY(%s)"
NOTED = """
    SELECT (SELECT version FROM lake_lakestate WHERE store_id = %(store)s),
        EXISTS (SELECT FROM lake_lakechange WHERE store_id = %(store)s)
"""
NOTE = """
    INSERT INTO lake_lakestate (store_id, version, refreshed_at) VALUES (%s, %s, %s)
    ON CONFLICT (store_id) DO UPDATE SET version = excluded.version, refreshed_at = excluded.refreshed_at
"""


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did. at: up to when the lake is complete."""

    at: datetime
    buckets: int
    rows: int


def refresh_lake(store: Store) -> Refreshed:
    """Bring the store's lake up to this moment; waits for another refresh of it.

    Raises psycopg.errors.LockNotAvailable when a table stays too busy to be watched for the first time.
    """
    folder = folder_of(store)
    make_folder(folder)
    with psycopg.connect(_dsn(), autocommit=True) as connection:
        watch_sources(connection)
        connection.execute("SELECT pg_advisory_lock(%s, %s)", (LAKE_LOCK, store.pk))
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with connection.transaction():
            new, done = _refresh(store, folder, connection)
        sweep(folder, new)
    return done


def has_changes(store: Store) -> bool:
    """Whether a refresh would find anything to do: rows that changed, or what rows are made of, files of another
    age than the database, or files that count no more and that nobody reads any longer."""
    with of_django.cursor() as cursor:
        cursor.execute(NOTED, {"store": store.pk})
        version, is_noted = cursor.fetchone()
    listed = read_list(folder_of(store))
    if is_noted or listed is None or listed.version != version:
        return True
    return listed.definitions != definitions_of(store) or listed.leaving != listed.still_read()


def _refresh(store: Store, folder: Path, connection: psycopg.Connection) -> tuple[FileList, Refreshed]:
    at = clock.now()
    old, unsure = _trusted(read_list(folder), store, connection)
    changes = connection.execute(CHANGES, (store.pk,)).fetchall()
    definitions = definitions_of(store)
    with extracting(store, connection, _dsn()) as extract:
        known = old.definitions if old else {}
        renewed = frozenset(name for name in definitions if known.get(name) != definitions[name])
        wanted = _wanted(extract, renewed, unsure | {(source, bucket) for _id, source, bucket in changes})
        version = new_version()
        written = {name: _write(extract, name, wanted[name], folder, version) for name in wanted}
    new = replaced(
        old, version=version, made_at=at, definitions=definitions, written=written, renewed=renewed
    )
    swap_list(folder, new)
    connection.execute(FORGET, ([change[0] for change in changes],))
    connection.execute(NOTE, (store.pk, version, at))
    kept = [each for buckets in written.values() for each in buckets.values()]
    return new, Refreshed(at, len(kept), sum(each.rows for each in kept if each))


def _write(
    extract: Extract, name: str, buckets: set[int], folder: Path, version: str
) -> dict[int, KeptFile | None]:
    source = lake_sources.get(name)
    return {bucket: extract.write_bucket(source, bucket, folder, version) for bucket in sorted(buckets)}


def _wanted(extract: Extract, renewed: frozenset[str], changed: set[tuple[str, int]]) -> dict[str, set[int]]:
    """The buckets to write: all of the tables that are made anew, and those that changed of the others."""
    wanted: dict[str, set[int]] = {name: set(extract.buckets(lake_sources.get(name))) for name in renewed}
    for name, bucket in changed:
        if name in lake_sources and name not in renewed:
            wanted.setdefault(name, set()).add(bucket)
    return wanted


def _trusted(
    listed: FileList | None, store: Store, connection: psycopg.Connection
) -> tuple[FileList | None, set[tuple[str, int]]]:
    """The list if it can be gone on from, and buckets in which it may differ from what the database has noted.

    It cannot where files and database are copies of different age: changes that the files lack may not be noted
    any more. A refresh that was killed at its very end has left a list that the database has not noted.
    """
    row = connection.execute("SELECT version FROM lake_lakestate WHERE store_id = %s", (store.pk,)).fetchone()
    if listed is None or row is None or row[0] not in {listed.version, listed.previous}:
        return None, set()
    if row[0] == listed.version:
        return listed, set()
    return listed, {(table, bucket) for table, buckets in listed.wrote.items() for bucket in buckets}


def _dsn() -> str:
    """Of the database that Django uses."""
    dsn = conninfo_to_dict(settings.REGARD_DSN)
    return make_conninfo(**(dsn | {"dbname": of_django.settings_dict["NAME"]}))
