"""Which unix user the server runs as: PostgreSQL refuses root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from regard.core.postgres.errors import PostgresError

# `postgres`, where a system package has made it, exists to hold databases and nothing else runs as it;
# `nobody` is shared with other services, so it is the last resort, mostly of bare containers.
_UNPRIVILEGED = ("regard", "postgres", "nobody")


class RunAs(TypedDict, total=False):
    """The arguments of subprocess.Popen that drop root's rights."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Owner:
    """A unix user: the one who runs the server and owns its files."""

    uid: int
    gid: int
    name: str

    def run_as(self) -> RunAs:
        """How to start a process as this user; nothing to do when we are this user already."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def choose_owner(data_folder: Path, home: Path, cluster: Path) -> Owner:
    """The user for this data folder: ourselves, unless we are root.

    For root: whoever owns the server's folder already; else the user named by REGARD_POSTGRES_USER; else the
    owner of the data folder; else the first unprivileged user of the system that suits. Raises PostgresError
    when there is none.
    """
    uid = os.geteuid()
    if uid != 0:
        return _by_uid(uid)
    if cluster.is_dir():
        return _not_root(_by_uid(cluster.stat().st_uid), f"the database in {cluster} belongs to root")
    if home.is_dir() and home.stat().st_uid != 0:
        return _by_uid(home.stat().st_uid)
    named = os.environ.get("REGARD_POSTGRES_USER")
    if named:
        return _not_root(_by_name(named), "REGARD_POSTGRES_USER names root")
    if data_folder.is_dir() and data_folder.stat().st_uid != 0:
        return _by_uid(data_folder.stat().st_uid)
    return _unprivileged()


def unreachable_part(path: Path, owner: Owner) -> Path | None:
    """The first folder on the way to `path` that `owner` can't pass, or None when the way is free."""
    if os.geteuid() == owner.uid:
        return None
    for folder in (*reversed(path.parents), path):
        # Only root ever asks, and root may become anyone: the mode bits first, because they cost nothing,
        # then the kernel's own answer, because access lists can allow what the bits deny.
        if folder.is_dir() and not _bits_allow(folder, owner) and not _can_enter(folder, owner):
            return folder
    return None


def _bits_allow(folder: Path, owner: Owner) -> bool:
    found = folder.stat()
    if found.st_uid == owner.uid:
        return bool(found.st_mode & 0o100)
    if found.st_gid == owner.gid:
        return bool(found.st_mode & 0o010)
    return bool(found.st_mode & 0o001)


def _can_enter(folder: Path, owner: Owner) -> bool:
    test = ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]
    done = subprocess.run(test, check=False, capture_output=True, cwd="/", **owner.run_as())
    return done.returncode == 0


def _by_uid(uid: int) -> Owner:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:  # usual in containers started with a bare number
        return Owner(uid, os.getegid() if uid == os.geteuid() else uid, str(uid))
    gid = os.getegid() if uid == os.geteuid() else entry.pw_gid
    return Owner(uid, gid, entry.pw_name)


def _by_name(name: str) -> Owner:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise PostgresError(
            f"REGARD_POSTGRES_USER names the user {name}, whom this system doesn't know. "
            f"Create it (useradd --system {name}) or name another."
        ) from None
    return Owner(entry.pw_uid, entry.pw_gid, entry.pw_name)


def _not_root(owner: Owner, what: str) -> Owner:
    if owner.uid == 0:
        raise PostgresError(
            f"PostgreSQL refuses to run as root, and {what}. Use an ordinary user (chown -R a database "
            f"that belongs to root, or correct REGARD_POSTGRES_USER)."
        )
    return owner


def _unprivileged() -> Owner:
    for name in _UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Owner(entry.pw_uid, entry.pw_gid, entry.pw_name)
    raise PostgresError(
        "PostgreSQL refuses to run as root, and this system has no ordinary user for it. "
        "Create one with `useradd --system regard`, or name one in REGARD_POSTGRES_USER."
    )
