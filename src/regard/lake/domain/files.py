"""The files of a store's lake: a folder a store, with one Parquet file a table and bucket, and a list of them.

What counts is in the list alone, which is swapped as a whole: a reader sees all of a refresh or nothing of it.
Files are never changed. One that is left out of the list stays for a while, for those who read by an older list.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from django.conf import settings

from regard.core import clock
from regard.core.models import Store

LIST = "files.json"
KEPT_FOR_READERS = timedelta(minutes=10)


class KeptFile(msgspec.Struct, frozen=True):
    name: str
    rows: int


class FileList(msgspec.Struct, frozen=True):
    """version, previous: names of this list and of the one it came from. definitions: of each table a digest of
    what its rows are made of. files: by table and bucket. wrote: the buckets in which it differs from the one
    before. leaving: files that count no more, since when."""

    version: str
    previous: str
    made_at: datetime
    definitions: dict[str, str] = {}
    files: dict[str, dict[int, KeptFile]] = {}
    wrote: dict[str, list[int]] = {}
    leaving: dict[str, datetime] = {}

    def paths(self, folder: Path, table: str) -> list[str]:
        """Of the table's files, in the order of ids."""
        buckets = self.files.get(table, {})
        return [str(folder / buckets[bucket].name) for bucket in sorted(buckets)]

    def still_read(self) -> dict[str, datetime]:
        """Of the files that count no more, those that somebody may read by an older list."""
        since = clock.now() - KEPT_FOR_READERS
        return {name: at for name, at in self.leaving.items() if at > since}


def folder_of(store: Store) -> Path:
    return Path(settings.LAKE_FOLDER) / str(store.pk)


def make_folder(folder: Path) -> None:
    """Within that of the lake, which nobody else on this machine may look into."""
    lake = Path(settings.LAKE_FOLDER)
    lake.mkdir(parents=True, exist_ok=True)
    with suppress(PermissionError):  # a folder that somebody else made and shares with us
        lake.chmod(0o700)
    folder.mkdir(exist_ok=True)


def new_version() -> str:
    return secrets.token_hex(8)


def read_list(folder: Path) -> FileList | None:
    """The list as it is; None where there is none, or one that an older version wrote in another form."""
    try:
        return msgspec.json.decode((folder / LIST).read_bytes(), type=FileList)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def lake_version(store: Store) -> str:
    """Changes with every refresh of the store's lake that found something to do; "" while it was never filled."""
    listed = read_list(folder_of(store))
    return listed.version if listed else ""


def swap_list(folder: Path, new: FileList) -> None:
    """Make this the list, on disk before it counts."""
    part = folder / f"{LIST}.{new.version}"
    with part.open("wb") as file:
        file.write(msgspec.json.encode(new))
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / LIST)
    _sync(folder)


def replaced(
    old: FileList | None,
    *,
    version: str,
    made_at: datetime,
    definitions: Mapping[str, str],
    written: Mapping[str, Mapping[int, KeptFile | None]],
    renewed: frozenset[str],
) -> FileList:
    """The list after a refresh. written: the new file of each bucket that was read, None for one that is empty
    now; renewed: tables that were read wholly, of which nothing older counts."""
    before = old.files if old else {}
    files = {}
    for table in definitions:
        buckets = {} if table in renewed else dict(before.get(table, {}))
        merged = buckets | dict(written.get(table, {}))
        files[table] = {bucket: kept for bucket, kept in merged.items() if kept is not None}
    counting = {kept.name for buckets in files.values() for kept in buckets.values()}
    dropped = {kept.name for buckets in before.values() for kept in buckets.values()} - counting
    left = old.still_read() if old else {}
    return FileList(
        version=version,
        previous=old.version if old else "",
        made_at=made_at,
        definitions=dict(definitions),
        files=files,
        wrote={table: sorted(buckets) for table, buckets in written.items()},
        leaving=left | dict.fromkeys(dropped, clock.now()),
    )


def sweep(folder: Path, listed: FileList) -> None:
    """Delete what the list does not name: old files, and what a refresh left that was killed.

    Only for who holds the lock of refreshes.
    """
    named = {LIST, *listed.leaving}
    named.update(kept.name for buckets in listed.files.values() for kept in buckets.values())
    for path in folder.iterdir():
        if path.name not in named:
            path.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Put the names in a folder on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
