"""What a first start makes, and who uses the server afterwards."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from tests.core.postgres.folders import USE, Command, ask, lives, tell

from regard.core import postgres


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
