"""Kills and reboots: what was committed survives, and nothing is doubled."""

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from tests.core.postgres.folders import USE, WRITE, Command, ask, lives, tell, until

from regard.core import postgres
from regard.core.postgres import cluster, layout, locks, processes


def test_a_killed_postmaster_is_replaced(folder: Path, command: Callable[[str, Path], Command]) -> None:
    owning = command(USE.format(kind="owned_server"), folder)
    pid = int(owning.line())
    os.kill(pid, signal.SIGKILL)  # its parent never asks for it: a zombie, whose children live on a while
    until(lambda: not processes.belongs(pid, folder / "postgres" / "cluster"))
    with postgres.running_server(folder) as server:
        assert server.pid != pid
        assert ask(server, "SELECT 1") == 1
    assert owning.leave() == 0


def test_orphans_do_not_keep_the_next_server_from_starting(folder: Path) -> None:
    with postgres.owned_server(folder) as server, psycopg.connect(server.dsn) as busy:
        backend = busy.info.backend_pid
        os.kill(backend, signal.SIGSTOP)  # it can't notice that its parent is dead
        os.kill(server.pid, signal.SIGKILL)
        until(lambda: not processes.belongs(server.pid, folder / "postgres" / "cluster"))
        assert ask(postgres.ensure_alive(server), "SELECT 1") == 1
        assert not processes.belongs(backend, folder / "postgres" / "cluster")


def kill_everything(folder: Path, owning: Command) -> str:
    printed = owning.kill()
    for data in (folder / "postgres").glob("cluster*"):
        for pid in processes.processes_of(data):
            processes.send(pid, signal.SIGKILL)
    return printed


def test_what_is_committed_survives_any_kill(empty: Path, command: Callable[[str, Path], Command]) -> None:
    chance = random.Random(20)
    committed = 0
    for _ in range(10):
        owning = command(WRITE, empty)
        time.sleep(chance.uniform(0, 0.9))  # anywhere: before initdb, in it, in recovery, in a commit
        whole_lines = kill_everything(empty, owning).rpartition("\n")[0].split()
        committed = max([committed, *map(int, whole_lines)])
    with postgres.owned_server(empty) as server:
        exists = ask(server, "SELECT to_regclass('fact') IS NOT NULL")
        found = ask(server, "SELECT coalesce(max(id), 0) FROM fact") if exists else 0
        assert isinstance(found, int)
        assert found >= committed
    assert not list((empty / "postgres").glob("cluster.new*"))


@pytest.mark.parametrize("with_initdb", [True, False], ids=["with initdb", "initdb lives on"])
def test_an_interrupted_first_start(
    empty: Path, command: Callable[[str, Path], Command], with_initdb: bool
) -> None:
    home = empty / "postgres"
    starting = command(USE.format(kind="running_server"), empty)
    until(lambda: list(home.glob("cluster.new-*/base/1/*")) or (home / "cluster").exists())
    starting.process.kill()
    if with_initdb:
        kill_everything(empty, starting)
    with postgres.running_server(empty) as server:
        assert ask(server, "SELECT 1") == 1
    assert sorted(path.name for path in home.iterdir()) == ["cluster", "run"]


def test_a_pid_file_that_names_someone_else(folder: Path) -> None:
    data = folder / "postgres" / "cluster"
    lines = [
        str(os.getpid()),
        str(data),
        "1700000000",
        "5432",
        str(folder / "postgres" / "run"),
        "",
        "",
        "ready",
    ]
    stale = [data / "postmaster.pid", folder / "postgres" / "run" / ".s.PGSQL.5432.lock"]
    for path in stale:
        path.write_text("\n".join(lines) + "\n")
    with postgres.running_server(folder) as server:
        assert server.pid != os.getpid()
        assert ask(server, "SELECT 1") == 1


def test_a_cleaned_away_socket_is_made_again(folder: Path) -> None:
    with postgres.owned_server(folder) as server:
        (folder / "postgres" / "run" / ".s.PGSQL.5432").unlink()
        again = postgres.ensure_alive(server)
        assert ask(again, "SELECT 1") == 1


def test_a_server_out_of_sight_is_not_doubled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_OTHER_CONTAINER", 0.1)
    layout.Layout(folder).prepare()
    held = locks.open_lock(layout.Layout(folder), "server")
    assert locks.server_lock_is_free(layout.Layout(folder))
    assert locks.try_lock(held, locks.fcntl.LOCK_EX)
    try:
        with pytest.raises(postgres.PostgresError, match="container"), postgres.running_server(folder):
            pass
    finally:
        locks.close_lock(held)


@pytest.mark.parametrize("whole_group", [False, True], ids=["postmaster", "every process"])
def test_ensure_alive(folder: Path, whole_group: bool) -> None:
    with postgres.owned_server(folder) as server:
        tell(server, "CREATE TABLE kept AS SELECT 42 AS answer")
        assert postgres.ensure_alive(server) is server
        pids = processes.processes_of(folder / "postgres" / "cluster") if whole_group else [server.pid]
        for pid in pids:
            processes.send(pid, signal.SIGKILL)
        until(lambda: not processes.belongs(server.pid, folder / "postgres" / "cluster"))
        again = postgres.ensure_alive(server)
        assert again.pid != server.pid
        assert ask(again, "SELECT answer FROM kept") == 42
        assert postgres.ensure_alive(again) is again
    assert not lives(folder)
