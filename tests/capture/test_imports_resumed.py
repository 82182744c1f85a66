"""An import that is cut off anywhere and gone on with equals one that was not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from regard.capture.domain.imports import ImportProblem
from regard.capture.domain.imports import run as running
from regard.capture.domain.imports.ageing import forget_old_files
from regard.capture.domain.imports.rejects import dry_run_rejects_path, rejects_path
from regard.capture.domain.imports.runs import RUN_LOCK, held, interrupted_runs
from regard.capture.domain.imports.uploads import (
    import_upload,
    keep_upload,
    queue_upload,
    start_upload,
)
from regard.capture.models import Event, ImportRun, ImportState
from regard.cli.import_text import run_lines
from regard.core import clock
from regard.core.domain.stores import create_store
from tests.capture.test_imports import HEADER, Interrupted, bring, counts, written
from tests.conftest import ROOT, wait_until

ROWS = 20_000
SEES = "SELECT read, state FROM capture_importrun WHERE store_id = %s ORDER BY id"


def keys(store) -> set:
    return set(Event.objects.filter(store_id=store.pk).values_list("key", flat=True))


def big_file(folder: Path) -> Path:
    """Every row twice, some chunks apart, so that the numbers of repeats matter; every thousandth is bad."""
    lines = [f"{n % (ROWS // 2)},c{n % 700},2026-01-01,{'x' if n % 1000 == 7 else 5}" for n in range(ROWS)]
    return written(folder / "orders.csv", HEADER, *lines)


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_moment_it_goes_on_and_loses_and_doubles_nothing(store, tmp_path, database_dsn):
    file = big_file(tmp_path)
    environment = os.environ | {"DATABASE_URL": database_dsn, "REGARD_DATA": str(tmp_path / "data")}
    command = [sys.executable, "-c", IMPORT, str(file)]
    with psycopg.connect(database_dsn, autocommit=True) as seen:
        for least in (0, 5_000, 10_000):
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
            wait_until(lambda: process.poll() is not None or rows_read(seen, store) >= least)  # noqa: B023
            time.sleep(0.02 * (least % 7))
            process.send_signal(signal.SIGKILL)
            process.wait(60)
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        assert len(seen.execute(SEES, [store.pk]).fetchall()) == 1

    run = ImportRun.objects.get()
    bad = ROWS // 1000
    assert (run.state, run.read, run.added, run.repeated, run.rejected) == (
        "finished", ROWS, ROWS - bad, 0, bad,
    )  # fmt: skip
    assert len(Path(run.rejects_path).read_text("utf-8-sig").splitlines()) == 1 + bad
    killed = keys(store)
    Event.objects.all()._raw_delete(Event.objects.db)
    assert counts(bring(store, file)) == (ROWS, ROWS - bad, 0, bad)
    assert keys(store) == killed


IMPORT = """
import sys
from pathlib import Path
import django
django.setup()
from regard.capture.domain.imports import import_file
from regard.core.models import Store
import_file(store=Store.objects.get(slug="acme"), kind="orders", path=Path(sys.argv[1]), actor="tests")
"""


def rows_read(seen: psycopg.Connection, store) -> int:
    rows = seen.execute(SEES, [store.pk]).fetchall()
    return rows[0][0] if rows else -1


@pytest.mark.django_db
def test_a_changed_file_of_the_same_name_is_a_run_of_its_own(store, tmp_path):
    file = written(tmp_path / "o.csv", HEADER, *(f"{n},c,2026-01-01,5" for n in range(6_000)))

    def stop(_progress) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        bring(store, file, progress=stop)
    file.write_text(file.read_text() + "6000,c,2026-01-01,5\n")

    assert counts(bring(store, file)) == (6_001, 1_001, 5_000, 0)
    first, second = ImportRun.objects.order_by("id")
    assert (first.state, second.state) == ("broken_off", "finished")
    assert "changed since" in first.broken_off


@pytest.mark.django_db(transaction=True)
def test_a_run_that_is_going_on_elsewhere_is_left_alone(store, tmp_path, database_dsn):
    file = written(tmp_path / "o.csv", HEADER, "1,c,2026-01-01,5")
    bring(store, file)
    ImportRun.objects.update(state=ImportState.RUNNING, finished_at=None)
    run = ImportRun.objects.get()
    assert interrupted_runs([run]) == {run.pk}
    with psycopg.connect(database_dsn) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [0x52454702, run.pk])
        assert interrupted_runs([run]) == set()
        with pytest.raises(ImportProblem, match=f"Another process is at import {run.pk}"):
            bring(store, file)
    wait_until(lambda: interrupted_runs([run]))
    with held(run):
        assert interrupted_runs([run]) == set()
    assert counts(bring(store, file)) == (1, 1, 0, 0)


@pytest.mark.django_db
def test_an_upload_that_a_worker_does_not_see_says_so(store):
    content = [f"{HEADER}\n1,c,2026-01-01,5\n".encode()]
    run = keep_upload(store=store, kind="orders", name="o.csv", content=content, mapping=None, actor="t")
    start_upload(run, mapping=None, actor="t")
    Path(run.upload_path).unlink()
    with pytest.raises(ImportProblem, match="same data folder \\(REGARD_DATA\\)"):
        import_upload(run)
    run.refresh_from_db()
    assert (run.state, "REGARD_DATA" in run.broken_off) == ("broken_off", True)


@pytest.mark.django_db
def test_drafts_and_old_rejects_are_forgotten_at_night(store, tmp_path):
    content = [f"{HEADER}\n1,c,2026-01-01,5\n".encode()]
    drafts = [
        keep_upload(store=store, kind="orders", name="o.csv", content=content, mapping=None, actor="t")
        for _ in range(2)
    ]
    bad = bring(store, written(tmp_path / "o.csv", HEADER, "1,c,never,5"))
    ImportRun.objects.filter(pk=drafts[0].pk).update(started_at=clock.now() - timedelta(days=3))
    ImportRun.objects.filter(pk=bad.run_id).update(finished_at=clock.now() - timedelta(days=91))

    forget_old_files()

    assert [Path(draft.upload_path).exists() for draft in drafts] == [False, True]
    assert not ImportRun.objects.filter(pk=drafts[0].pk).exists()
    assert not bad.rejects_path.exists()
    assert ImportRun.objects.get(pk=bad.run_id).rejects_path == ""


def aged(path: Path, days: int) -> Path:
    moment = (clock.now() - timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment))
    return path


@pytest.mark.django_db
def test_what_killed_and_dry_runs_left_is_forgotten_at_night_and_the_runs_stay(store, tmp_path):
    content = [f"{HEADER}\n1,c,2026-01-01,5\n".encode()]
    stuck, fresh = (
        keep_upload(store=store, kind="orders", name="o.csv", content=content, mapping=None, actor="t")
        for _ in range(2)
    )
    for run in (stuck, fresh):
        start_upload(run, mapping=None, actor="t")
    ImportRun.objects.filter(pk=stuck.pk).update(started_at=clock.now() - timedelta(days=15))
    folder = Path(stuck.upload_path).parent.parent
    orphan, young = folder / "orphan", folder / "young"
    for each in (orphan, young):
        each.mkdir()
        (each / "o.csv").write_text("x")
    aged(orphan, 15)
    aged(Path(fresh.upload_path).parent, 15)  # of a run that is waiting, by the run's own time
    killed, dry = rejects_path(stuck), dry_run_rejects_path(store, "orders")
    for path in (killed, dry):
        path.write_text("rejected_line\n")
    aged(killed, 91)
    aged(dry, 89)

    forget_old_files()

    assert [Path(run.upload_path).exists() for run in (stuck, fresh)] == [False, True]
    assert (orphan.exists(), young.exists(), killed.exists(), dry.exists()) == (False, True, False, True)
    stuck.refresh_from_db()
    assert (stuck.state, stuck.upload_path) == ("broken_off", "")
    assert stuck.broken_off == "It did not come to an end in 14 days, for which uploads are kept."
    assert ImportRun.objects.get(pk=fresh.pk).state == "queued"


@pytest.mark.django_db
def test_an_upload_that_a_worker_is_at_is_left_alone_however_old(store, test_dsn):
    content = [f"{HEADER}\n1,c,2026-01-01,5\n".encode()]
    run = keep_upload(store=store, kind="orders", name="o.csv", content=content, mapping=None, actor="t")
    start_upload(run, mapping=None, actor="t")
    ImportRun.objects.filter(pk=run.pk).update(started_at=clock.now() - timedelta(days=15))
    with psycopg.connect(test_dsn, autocommit=True) as worker:
        worker.execute("SELECT pg_advisory_lock(%s, %s::int)", (RUN_LOCK, run.pk))
        forget_old_files()
    run.refresh_from_db()
    assert (run.state, Path(run.upload_path).exists()) == ("queued", True)


TABLES = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "5", "7", "x"])), max_size=14)


@pytest.mark.django_db
@examples(
    max_examples=12, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(table=TABLES, chunk=st.integers(1, 5), stops=st.lists(st.integers(0, 6), max_size=3))
def test_any_table_cut_off_anywhere_gives_the_same_keys(tmp_path, monkeypatch, table, chunk, stops):
    rows = [f"{order},c,2026-01-01,{total}" for order, total in table]
    file = written(tmp_path / "o.csv", HEADER, *rows)
    number = Event.objects.count() + ImportRun.objects.count()
    whole, cut = (create_store(slug=f"s{number}-{n}", currency="EUR", actor="t") for n in range(2))
    bring(whole, file)
    monkeypatch.setattr(running, "CHUNK", chunk)
    for stop in stops:
        left = [stop]

        def stop_there(_progress) -> None:
            left[0] -= 1  # noqa: B023
            if left[0] < 0:  # noqa: B023
                raise Interrupted

        try:
            bring(cut, file, progress=stop_there)
        except Interrupted:
            continue
    bring(cut, file)

    assert keys(cut) == keys(whole)
    assert Event.objects.filter(store_id=cut.pk).count() == sum(total != "x" for _order, total in table)
    last = ImportRun.objects.filter(store=cut).latest("id")
    assert (last.state, last.read) == ("finished", len(table))


def test_a_list_says_who_goes_on_with_what_was_interrupted(store, tmp_path):
    bring(store, written(tmp_path / "o.csv", HEADER, "1,c,2026-01-01,5"))
    ImportRun.objects.update(state=ImportState.RUNNING, finished_at=None)
    run = ImportRun.objects.get()
    assert next(run_lines([run])).endswith("  interrupted; import the file again to go on")
    run.upload_path = "uploads/o.csv"
    assert next(run_lines([run])).endswith("  given up; its page takes it up again")
    queue_upload(run)
    assert next(run_lines([run])).endswith("  interrupted; a worker goes on with it by itself")
    run.state = ImportState.UNDOING
    assert next(run_lines([run])).endswith(f"  undo interrupted; go on: regard imports undo {run.pk}")
