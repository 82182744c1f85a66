"""The server's settings, written at each start. What the operator sets with ALTER SYSTEM wins over them."""

import os
from pathlib import Path

from regard.core.postgres.binaries import Binaries

FILE_NAME = "regard.conf"
_MEGABYTE = 1024 * 1024
_ROOMY = 1024 * _MEGABYTE  # bytes of /dev/shm: parallel queries share hash tables of up to some 100 MB there
_FIRST_UID_OF_PEOPLE = 1000


def settings_text(binaries: Binaries, sockets: Path, uid: int) -> str:
    """The whole settings file of a server that runs as user `uid` with its socket in `sockets`."""
    lines = [
        "# Written by Regard at each start: what you change here is lost.",
        "# Use ALTER SYSTEM SET (kept in postgresql.auto.conf), which wins over this file.",
        *(f"{name} = {value}  # {reason}" for name, value, reason in _settings(binaries, sockets, uid)),
    ]
    return "\n".join(lines) + "\n"


def _settings(binaries: Binaries, sockets: Path, uid: int) -> list[tuple[str, str, str]]:
    """Name, value and reason of each setting that differs from PostgreSQL's own, or must never do so."""
    return [
        ("listen_addresses", "''", "no TCP: nothing to guard, no port to clash"),
        ("port", "5432", "only names the socket, whose folder is ours alone"),
        ("unix_socket_directories", _quoted(str(sockets)), "a private folder"),
        ("timezone", "'UTC'", "times are stored and compared in UTC"),
        ("log_timezone", "'UTC'", "like our other logs"),
        ("max_connections", "200", "web, intake and job processes, each with a pool"),
        ("shared_buffers", f"{_shared_buffers()}MB", "the hot tables; at most an eighth of the memory"),
        ("dynamic_shared_memory_type", _dynamic_memory(uid), "mmap where /dev/shm is small or emptied"),
        ("fsync", "on", "a fact once told survives a power failure"),
        ("synchronous_commit", "on", "the same"),
        ("max_wal_size", "4GB", "few checkpoints while much is copied in"),
        ("checkpoint_completion_target", "0.9", "spread the writes of a checkpoint"),
        ("wal_compression", "lz4" if binaries.has_lz4 else "off", "cheap with lz4, dear without"),
        ("random_page_cost", "1.1", "the disk is an SSD"),
        ("jit", "off", "our queries are short: compiling costs more than it saves"),
        ("log_min_duration_statement", "1s", "name the slow ones"),
        ("track_io_timing", "off", "costs a clock call for each read"),
    ]


def _quoted(value: str) -> str:
    """A comma would split the list of folders, so each name is in double quotes inside the single ones."""
    inner = '"' + value.replace('"', '""') + '"'
    return "'" + inner.replace("\\", "\\\\").replace("'", "''") + "'"


def _shared_buffers() -> int:
    """Megabytes."""
    return max(16, min(1024, _memory() // 8 // _MEGABYTE))


def _memory() -> int:
    """Bytes that this machine, or the container around us, lets us use."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        limit = int(Path("/sys/fs/cgroup/memory.max").read_text())
    except (OSError, ValueError):  # no such file, or "max"
        return machine
    return min(machine, limit)


def _dynamic_memory(uid: int) -> str:
    """Containers have 64 MB of /dev/shm, and systemd empties it of a person's files when they sign out."""
    try:
        found = os.statvfs("/dev/shm")  # noqa: S108
    except OSError:
        return "mmap"
    roomy = found.f_blocks * found.f_frsize >= _ROOMY
    return "posix" if roomy and uid < _FIRST_UID_OF_PEOPLE else "mmap"
