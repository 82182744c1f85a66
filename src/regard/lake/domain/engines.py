"""What computes over the files of the lake: DuckDB in this process, or Spark. The expressions are the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from django.conf import settings

from regard.lake.domain.files import make_folder

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

SPILLED = "spilled"  # a folder beside those of the stores
LOCAL = {
    "autoinstall_known_extensions": False,  # nothing is fetched from outside
    "autoload_known_extensions": False,
    "memory_limit": "2GB",  # of a process that serves pages besides; what does not fit goes to disk meanwhile
    "threads": 2,  # the same process answers others meanwhile
}
OF_SPARK = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "false",  # what is divided by nothing is nothing, and no error
}


class Engine(Protocol):
    """A backend of ibis, and how it reads the files of a table."""

    backend: BaseBackend

    def read(self, name: str, paths: Sequence[str]) -> ir.Table:
        """The table that these Parquet files hold; at least one."""
        ...


class _DuckDB:
    def __init__(self, backend: Any) -> None:
        self.backend = backend

    def read(self, name: str, paths: Sequence[str]) -> ir.Table:
        return self.backend.read_parquet(paths, table_name=name)


class _Spark:
    def __init__(self, backend: Any, session: Any) -> None:
        self.backend, self._session = backend, session

    def read(self, name: str, paths: Sequence[str]) -> ir.Table:
        view = f"{name}_{uuid4().hex}"  # a session is shared, by stores too
        self._session.read.parquet(*paths).createOrReplaceTempView(view)
        return self.backend.table(view)


@contextmanager
def engine_beside(folder: Path) -> Iterator[Engine]:
    """The engine that the installation uses, for as long as the context lasts. folder: of a store's lake."""
    make = {"duckdb": _duckdb, "spark": _spark}[settings.LAKE_ENGINE]
    with make(folder) as engine:
        yield engine


@contextmanager
def _duckdb(folder: Path) -> Iterator[Engine]:
    import ibis  # noqa: PLC0415 - half a second that only those who read the lake need

    spilled = folder.parent / SPILLED
    make_folder(spilled)
    with TemporaryDirectory(dir=spilled) as own:  # two who spill into the same folder take each other's files
        backend = ibis.duckdb.connect(**LOCAL, temp_directory=own)
        try:
            yield _DuckDB(backend)
        finally:
            backend.disconnect()


@contextmanager
def _spark(_folder: Path) -> Iterator[Engine]:
    """Where Spark runs and what it may use is said as usual: by SPARK_REMOTE, or in spark-defaults.conf."""
    import ibis  # noqa: PLC0415 - as above
    from pyspark.sql import SparkSession  # noqa: PLC0415 - installed only where it is used

    session = SparkSession.builder.appName("regard").getOrCreate().newSession()
    settled: Mapping[str, str] = OF_SPARK
    for name, value in settled.items():
        session.conf.set(name, value)
    yield _Spark(ibis.pyspark.connect(session), session)
