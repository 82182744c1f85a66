"""A store as a folder of Parquet files: its past, or its truth.

Cells are made by several processes and written in their order, a row group each. So memory stays flat, and the
number of processes changes no byte.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from regard.sim.calls import encode_call, past_calls
from regard.sim.cells import Cell, make_cell
from regard.sim.plan import Plan, Span
from regard.sim.tables import TABLES, products_table
from regard.sim.truth import orders_truth, people_truth, story_truth

PLAN, STORY = "plan.json", "story.json"
CALLS = "calls"
Tables = Mapping[str, pa.Table]
Tell = Callable[[int], None]


def write_past(
    plan: Plan, folder: Path, *, processes: int = 1, progress: Tell | None = None
) -> dict[str, int]:
    """Write what a shop would export, and its systems' calls; gives the rows of each file.

    Files are named for the import kinds that take them; `calls` holds calls of Segment's API as JSON. The plan is
    written last: a folder without one is not whole. progress: called with the number of cells written.
    """
    rows = _write(_past_of_cell, plan, folder, processes, progress)
    products = products_table(plan)
    pq.write_table(products, folder / "products.parquet")
    (folder / PLAN).write_text(plan_text(plan))
    return {**rows, "products": products.num_rows}


def write_truth(
    plan: Plan, folder: Path, *, processes: int = 1, progress: Tell | None = None
) -> dict[str, int]:
    """Write what is hidden of the same store; gives the rows of each file."""
    rows = _write(_truth_of_cell, plan, folder, processes, progress)
    (folder / STORY).write_text(json.dumps(story_truth(plan), indent=2) + "\n")
    return rows


def plan_text(plan: Plan) -> str:
    """The plan as JSON."""
    return json.dumps(asdict(plan) | {"until": plan.until.isoformat()}) + "\n"


def read_plan(file: Path) -> Plan:
    """The plan that `plan_text` gave. Raises FileNotFoundError where none is."""
    told = json.loads(file.read_text())
    return Plan(told["seed"], told["customers"], datetime.fromisoformat(told["until"]))


def _past_of_cell(plan: Plan, number: int) -> Tables:
    cell = make_cell(plan, number)
    return {kind: table(cell) for kind, table in TABLES.items()} | {CALLS: _calls_table(cell)}


def _calls_table(cell: Cell) -> pa.Table:
    calls = past_calls(cell, Span(cell.plan.start, cell.plan.present))
    return pa.table({"call": pa.array([encode_call(call) for call in calls], pa.binary()).cast(pa.string())})


def _truth_of_cell(plan: Plan, number: int) -> Tables:
    cell = make_cell(plan, number)
    return {"people": people_truth(cell), "orders": orders_truth(cell)}


def _write(
    tables_of: Callable[[Plan, int], Tables], plan: Plan, folder: Path, processes: int, progress: Tell | None
) -> dict[str, int]:
    folder.mkdir(parents=True, exist_ok=True)
    writers: dict[str, pq.ParquetWriter] = {}
    rows: dict[str, int] = {}
    with ExitStack() as files:
        for done, tables in enumerate(_each(tables_of, plan, processes), 1):
            for name, table in tables.items():
                if name not in writers:
                    path = folder / f"{name}.parquet"
                    writers[name] = files.enter_context(
                        pq.ParquetWriter(path, table.schema, compression="zstd")
                    )
                writers[name].write_table(table)
                rows[name] = rows.get(name, 0) + table.num_rows
            if progress:
                progress(done)
    return rows


def _each(tables_of: Callable[[Plan, int], Tables], plan: Plan, processes: int) -> Iterator[Tables]:
    """The tables of each cell in order, with two cells a process made ahead and no more."""
    if processes == 1 or plan.cells == 1:
        yield from (tables_of(plan, number) for number in range(plan.cells))
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        ahead: deque[Future[Tables]] = deque()
        for number in range(plan.cells):
            ahead.append(pool.submit(tables_of, plan, number))
            if len(ahead) > 2 * processes:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
