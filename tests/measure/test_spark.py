"""Spark and DuckDB compute the same figures from the same expressions and files, metric by metric.

`make test-spark` installs Spark into an environment of its own and runs these; elsewhere they are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from regard.lake.domain.reading import Lake, open_lake
from regard.measure.domain.catalogue import CATALOGUE
from regard.measure.domain.figures import FIGURES
from regard.measure.domain.figures.question import Question
from regard.measure.domain.periods import periods_of

from .small_store import STORE, TABLES
from .written_lake import write_lake

pyspark = pytest.importorskip("pyspark", reason="Spark is not installed; make test-spark installs it")
pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore")]  # what warns is within Spark
MONTHS = periods_of(date(2026, 1, 1), date(2026, 3, 31), "month")
NUMBERS = ("n", "value", "median", "deviation")


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """Small and on this machine alone."""
    builder = pyspark.sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    for name in ("bindAddress", "host"):
        builder = builder.config(f"spark.driver.{name}", "127.0.0.1")
    session = builder.config("spark.sql.shuffle.partitions", "1").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def figures(lake: Lake, name: str, split: str, *, tells_rows: bool = False) -> Any:
    question = Question(lake, MONTHS, split, date(2026, 4, 1), tells_rows)
    rows = lake.rows_of(FIGURES[name](question))
    if tells_rows:
        return sorted((row["period"], row["split"], row["id"], row["value"]) for row in rows)
    return {(row["period"], row["split"]): tuple(_number(row.get(each)) for each in NUMBERS) for row in rows}


def _number(value: Any) -> Any:
    return None if value is None or value != value else pytest.approx(float(value), abs=1e-6)  # noqa: PLR0124


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_the_same(name: str, session: Any, settings: Any) -> None:
    write_lake(STORE, TABLES)
    splits = CATALOGUE[name.partition(":")[0]].splits
    split = splits[0] if splits else ""
    with open_lake(STORE) as lake:
        by_duckdb = figures(lake, name, split)
    settings.LAKE_ENGINE = "spark"
    with open_lake(STORE) as lake:
        by_spark = figures(lake, name, split)
    assert by_spark == {
        key: tuple(each if each is None else each.expected for each in told)
        for key, told in by_duckdb.items()
    }


@pytest.mark.parametrize("name", ["nps", "rpr", "ttr"])
def test_rows_behind_figures_are_the_same(name: str, session: Any, settings: Any) -> None:
    write_lake(STORE, TABLES)
    with open_lake(STORE) as lake:
        by_duckdb = figures(lake, name, "", tells_rows=True)
    settings.LAKE_ENGINE = "spark"
    with open_lake(STORE) as lake:
        assert figures(lake, name, "", tells_rows=True) == by_duckdb


def test_a_store_of_which_nothing_was_gathered(session: Any, settings: Any) -> None:
    settings.LAKE_ENGINE = "spark"
    with open_lake(STORE) as lake:
        assert figures(lake, "aov", "") == {}
