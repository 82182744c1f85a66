"""Made-up stores for tests, each made once."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from regard.sim.cells import Cell, make_cell
from regard.sim.plan import Plan
from regard.sim.tables import TABLES

UNTIL = datetime(2026, 6, 1, 12, tzinfo=UTC)


def plan_of(customers: int, seed: int = 1, until: datetime = UNTIL) -> Plan:
    return Plan(seed, customers, until)


@cache
def cells_of(plan: Plan) -> list[Cell]:
    return [make_cell(plan, number) for number in range(plan.cells)]


@cache
def table_of(plan: Plan, kind: str) -> pa.Table:
    """The rows of a file of the store."""
    return pa.concat_tables([TABLES[kind](cell) for cell in cells_of(plan)])


def column(table: pa.Table, name: str) -> Any:
    return table[name].to_pylist()


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def regress(told: list[Any], *columns: Any) -> tuple[np.ndarray, np.ndarray]:
    """Least squares of `told` on the columns and a constant: the coefficients, that of the constant last, and
    their standard errors, which hold whatever the spread of each row is.

    Source: White, "A Heteroskedasticity-Consistent Covariance Matrix Estimator", Econometrica 48 (1980).
    """
    y = np.asarray(told, float)
    x = np.column_stack([*(np.asarray(values, float) for values in columns), np.ones(y.size)])
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ y
    scaled = x * (y - x @ beta)[:, None]
    return beta, np.sqrt(np.diag(inverse @ (scaled.T @ scaled) @ inverse))
