"""Rows a second from a file into the event log, and the memory that takes."""

from __future__ import annotations

import csv
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

from bench.installation import Installation
from regard.capture.domain.log import COPY_EVENTS, COPY_HEADER, COPY_TRAILER, NewEvent, key_of, pack_rows

ROWS = 1_000_000
CHUNK = 5_000
HEADER = "order_id,customer_id,email,name,ordered_at,status,total,currency,delivered_at"
CHILD = "import sys; from bench.imports import import_here; import_here(sys.argv[1], int(sys.argv[2]))"


class Measured(msgspec.Struct):
    """What a process that imported a file says of itself. peak: MB of memory; cpu: seconds of its own."""

    added: int
    repeated: int
    seconds: float
    cpu: float
    peak: int


def measure_imports(installation: Installation) -> Iterator[str]:
    """Lines that say what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "orders.csv"
        write_orders(file, ROWS)
        few = Path(folder) / "few.csv"
        write_orders(few, ROWS // 20, first=ROWS)
        small = in_child(installation, few)  # which makes the month's partition too
        yield f"{ROWS // 20:>9,} orders into the log         {line(small)}"
        raw = raw_rows(installation, file)
        yield f"csv.reader and COPY, same table        {raw:>9,.0f} rows/s"
        done = in_child(installation, file)
        yield f"{ROWS:>9,} orders into the log         {line(done)}"
        yield f"  ratio to csv.reader and COPY         {rate(done) / raw:>9.2f}"
        again = in_child(installation, file)
        yield f"the same file again: {again.added:,} new          {line(again)}"


def write_orders(path: Path, rows: int, *, first: int = 0) -> None:
    """Made-up orders of a quarter as many customers, 130 bytes each."""
    with path.open("w") as file:
        file.write(f"{HEADER}\n")
        for n in range(first, first + rows):
            customer, day = n * 7919 % (rows // 4), f"2025-{n % 12 + 1:02d}-{n % 28 + 1:02d}"
            file.write(
                f"A-{n},C-{customer},customer{customer}@example.com,Customer {customer},{day}T{n % 24:02d}:10:00Z,"
                f"delivered,{n % 200}.{n % 100:02d},EUR,{day}T23:50:00Z\n"
            )


def raw_rows(installation: Installation, path: Path) -> float:
    """The limit: rows read as text, put into the log as they are, in chunks of the same size."""
    moment = datetime.now(UTC)  # noqa: TID251 - a measurement, not the product
    began = time.perf_counter()
    count = 0
    with psycopg.connect(installation.dsn) as connection, path.open(newline="") as file:
        rows = csv.reader(file)
        next(rows)
        while chunk := [row for row, _n in zip(rows, range(CHUNK), strict=False)]:
            count += len(chunk)
            events = [
                NewEvent(
                    installation.store_id, moment, moment, None, key_of(f"raw-{row[0]}"), True, "fact", "Raw",
                    row[1], None, msgspec.json.encode(row),
                )
                for row in chunk
            ]  # fmt: skip
            with connection.cursor() as cursor, cursor.copy(COPY_EVENTS) as copy:
                copy.write(COPY_HEADER + pack_rows(events) + COPY_TRAILER)
            connection.commit()
    return count / (time.perf_counter() - began)


def in_child(installation: Installation, path: Path) -> Measured:
    command = [sys.executable, "-c", CHILD, str(path), str(installation.store_id)]
    environment = os.environ | {"DATABASE_URL": installation.dsn}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    return msgspec.json.decode(done.stdout, type=Measured)


def import_here(path: str, store_id: int) -> None:
    """In a process of its own: import the file and print what that took."""
    from regard.cli.installation import set_up_django

    set_up_django()
    from regard.capture.domain.imports import import_file
    from regard.core.models import Store

    began, used = time.perf_counter(), time.process_time()
    done = import_file(store=Store.objects.get(pk=store_id), kind="orders", path=Path(path), actor="bench")
    measured = Measured(
        done.added,
        done.repeated,
        time.perf_counter() - began,
        time.process_time() - used,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )
    sys.stdout.write(msgspec.json.encode(measured).decode())


def rate(measured: Measured) -> float:
    return (measured.added + measured.repeated) / measured.seconds


def line(measured: Measured) -> str:
    own = (measured.added + measured.repeated) / measured.cpu
    return f"{rate(measured):>9,.0f} rows/s   {own:,.0f} a second of its own CPU, peak {measured.peak} MB"
