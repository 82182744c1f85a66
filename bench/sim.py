"""A made-up store: events made and loaded a second, and the memory that takes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psycopg

from bench.installation import Installation, worker_running

CUSTOMERS = int(os.environ.get("REGARD_BENCH_CUSTOMERS", "100000"))
FEW = 10_000
MAKE = "import sys; from bench.sim import make_here; make_here(sys.argv[1], int(sys.argv[2]))"
LOAD = "import sys; from bench.sim import load_here; load_here(sys.argv[1], int(sys.argv[2]))"


class Measured(msgspec.Struct):
    """What a process says of itself. cpu: seconds of its own; peak: MB of memory."""

    events: int
    seconds: float
    cpu: float
    peak: int


def measure_sim(installation: Installation) -> Iterator[str]:
    """Lines that say what was measured. One process makes, one loads, one worker forms profiles and scores."""
    from bench.pipeline import await_read, await_scored  # not above: it needs Django, and who makes has none

    with tempfile.TemporaryDirectory() as folder:
        few = in_child(MAKE, f"{folder}/few", FEW)
        yield f"{FEW:>9,} customers made    {line(few)}"
        made = in_child(MAKE, f"{folder}/made", CUSTOMERS)
        yield f"{CUSTOMERS:>9,} customers made    {line(made)}"
        yield f"  memory beside that of {FEW:,}   {made.peak / few.peak:>9.2f}"
        loaded = in_child(LOAD, f"{folder}/made", installation.store_id, DATABASE_URL=installation.dsn)
        yield f"their files loaded            {line(loaded)}"
    began = time.perf_counter()
    with psycopg.connect(installation.dsn, autocommit=True) as database, worker_running():
        await_read(database, installation)
        await_scored(database, installation)
    seconds = time.perf_counter() - began
    yield f"profiles and scores formed    {loaded.events / seconds:>9,.0f} events/s, {seconds:,.0f} s"


def in_child(code: str, folder: str, number: int, **environment: str) -> Measured:
    command = [sys.executable, "-c", code, folder, str(number)]
    done = subprocess.run(command, env=os.environ | environment, check=True, stdout=subprocess.PIPE)
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Measured)


def make_here(folder: str, customers: int) -> None:
    """In a process of its own: make a store's past and print what that took."""
    from regard.sim.files import write_past
    from regard.sim.plan import Plan

    plan = Plan(7, customers, datetime(2026, 6, 1, tzinfo=UTC))
    began, used = time.perf_counter(), time.process_time()
    _say(sum(write_past(plan, Path(folder)).values()), began, used)


def load_here(folder: str, store_id: int) -> None:
    """In a process of its own: bring the files in and print what that took."""
    from regard.cli.installation import set_up_django

    set_up_django()
    from regard.cli.demo_store import load_past
    from regard.core.models import Store

    began, used = time.perf_counter(), time.process_time()
    _say(load_past(Store.objects.get(pk=store_id), Path(folder), actor="bench"), began, used)


def _say(events: int, began: float, used: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    measured = Measured(events, time.perf_counter() - began, time.process_time() - used, peak)
    sys.stdout.write(f"\n{msgspec.json.encode(measured).decode()}")


def line(measured: Measured) -> str:
    rate, own = measured.events / measured.seconds, measured.events / measured.cpu
    whole = f"{measured.events:,} in all, peak {measured.peak} MB"
    return f"{rate:>9,.0f} events/s   {own:,.0f} a second of its own CPU, {whole}"
