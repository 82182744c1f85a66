"""A backup is restored wholly or not at all."""

from pathlib import Path

import psycopg
import pytest
from tests.core.postgres.folders import ask, tell

from regard.core import postgres


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
