"""Import runs: begun, gone on with, ended; and as people and programs see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from regard.capture.domain.imports.mapping import Mapping
from regard.capture.domain.imports.preparing import SourceFile
from regard.capture.domain.imports.problem import ImportProblem
from regard.capture.models import ImportRun, ImportState
from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.models import Store

RUN_LOCK = 0x52454702  # first half of a two-part advisory lock; the second is the run
STORE_LOCK = 0x52454704  # the same; the second is the store
TAKE_LOCK = "SELECT pg_try_advisory_lock{how}(%s, %s::bigint::integer)"
GIVE_LOCK = "SELECT pg_advisory_unlock{how}(%s, %s::bigint::integer)"
LOCKED = """
    SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid = %s
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class RunBusyError(ImportProblem):
    """Another process is at the run."""


def import_runs_of(store: Store) -> QuerySet[ImportRun]:
    """The import runs of a store, the newest first."""
    return ImportRun.objects.filter(store=store).order_by("-id")


def mapping_of(run: ImportRun) -> Mapping:
    """How the file of a run is read."""
    return msgspec.convert(run.mapping, Mapping)


def mapping_of_mended(run: ImportRun) -> Mapping:
    """How the mended rows of a run are read: as its file was. A guess from these few could be another."""
    mapping = mapping_of(run)
    # The file of rejects is text in UTF-8, whatever the original was.
    formats = msgspec.structs.replace(mapping.formats, encoding=None, delimiter=None)
    return msgspec.structs.replace(mapping, formats=formats)


def run_like(store: Store, number: int, *, kind: str) -> ImportRun:
    """The run whose mended rows are to be read as its file was. Raises ImportProblem for none, or another kind."""
    run = import_runs_of(store).filter(pk=number).exclude(state=ImportState.DRAFT).first()
    told = {"store": store.slug, "number": number}
    if run is None:
        raise ImportProblem("like", _("%(store)s has no import %(number)d; see: regard imports list.") % told)
    if run.kind != kind:
        raise ImportProblem(
            "kind", _("Import %(number)d was of %(kind)s; say that.") % (told | {"kind": run.kind})
        )
    return run


def rejects_of(store: Store, run_id: int) -> Path:
    """The file of a run's rejected rows. Raises ImportRun.DoesNotExist, also when there is none here."""
    run = import_runs_of(store).get(pk=run_id)
    path = Path(run.rejects_path)
    if not run.rejects_path or not path.is_file():
        raise ImportRun.DoesNotExist
    return path


def interrupted_runs(runs: Iterable[ImportRun]) -> set[int]:
    """The ids of those that should be running while no process is at them: they were killed."""
    at_work = {run.pk for run in runs if run.state in {ImportState.RUNNING, ImportState.UNDOING}}
    return at_work - _locked_runs() if at_work else set()


def check_nobody_is_brought_in(store: Store) -> None:
    """Raises ValidationError while a file may still bring somebody in: one that a process is at, or is to be."""
    at_work = _locked_runs()
    runs = ImportRun.objects.filter(store=store, finished_at=None).exclude(state=ImportState.UNDOING)
    for run in runs.order_by("id"):
        told = {"number": run.pk, "file": run.file_name}
        if run.state == ImportState.DRAFT:
            said = _(
                "The upload %(file)s is not started and may name this person. Import or discard it first."
            )
            raise ValidationError(said % told)
        if run.upload_path or run.pk in at_work:
            said = _(
                "Import %(number)d (%(file)s) is under way and may name this person. Wait until it is through."
            )
            raise ValidationError(said % told)


@contextmanager
def held(run: ImportRun) -> Iterator[None]:
    """Keep other processes from working at the same run; given up when this process ends, however it does.

    Raises RunBusyError when another one is at it.
    """
    reason = _("Another process is at import %(number)d at this moment; wait until it is through.")
    with _locked("", RUN_LOCK, run.pk, reason % {"number": run.pk}):
        yield


@contextmanager
def bringing_in(store: Store) -> Iterator[None]:
    """Any number of files at a time, but none while one is taken back: what it holds too must not go meanwhile.

    Raises RunBusyError while one is.
    """
    reason = _("An import of this store is being taken back at this moment; wait until that is through.")
    with _locked("_shared", STORE_LOCK, store.pk, reason):
        yield


@contextmanager
def taking_back(store: Store) -> Iterator[None]:
    """One at a time, and none while a file is brought in. Raises RunBusyError while one is."""
    reason = _("Another import of this store is under way at this moment; wait until it is through.")
    with _locked("", STORE_LOCK, store.pk, reason):
        yield


@contextmanager
def _locked(how: str, lock: int, number: int, otherwise: str) -> Iterator[None]:
    """how: "" or "_shared". otherwise: what RunBusyError says."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_LOCK.format(how=how), (lock, number))
        if not cursor.fetchone()[0]:
            raise RunBusyError("import", otherwise)
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:  # a broken connection has given it up
            cursor.execute(GIVE_LOCK.format(how=how), (lock, number))


@transaction.atomic
def begin_run(source: SourceFile, *, actor: str) -> ImportRun:
    """A new run of the file, or the one that was interrupted at it."""
    store, fingerprint = source.store, source.fingerprint()
    unfinished = ImportRun.objects.filter(store=store, state=ImportState.RUNNING)
    same = unfinished.filter(fingerprint=fingerprint).order_by("-id").first()
    if same is not None:
        record_audit(store=store, actor=actor, action="import.resumed", target=same.file_name, kind=same.kind)
        return same
    name = source.table.path.name[:300]
    for killed in unfinished.filter(kind=source.kind, file_name=name, actor=actor).exclude(
        pk__in=_locked_runs()
    ):
        break_off(killed, _("It was interrupted, and the file or its mapping has changed since."), actor)
    run = ImportRun(store=store, kind=source.kind, file_name=name, actor=actor, fingerprint=fingerprint)
    run.preset, run.mapping = source.preset, msgspec.to_builtins(source.mapping)
    run.save()
    record_audit(store=store, actor=actor, action="import.started", target=name, kind=source.kind)
    return run


def note_taken_up(run: ImportRun) -> None:
    """What it does from now on is its pace; what it waited, or was interrupted, before is not."""
    run.taken_up_at, run.taken_up_read, run.taken_up_share = clock.now(), run.read, run.share
    run.save(update_fields=["taken_up_at", "taken_up_read", "taken_up_share"])


@transaction.atomic
def break_off(run: ImportRun, reason: str, actor: str) -> None:
    """Say why a run ends early; what it has brought stays."""
    run.state, run.broken_off, run.finished_at = ImportState.BROKEN_OFF, reason[:500], clock.now()
    run.save(update_fields=["state", "broken_off", "finished_at"])
    record_audit(
        store=run.store, actor=actor, action="import.broken_off", target=run.file_name, kind=run.kind,
        reason=reason,
    )  # fmt: skip


@transaction.atomic
def finish_run(run: ImportRun, *, actor: str, rejects: Path | None, **counts: Any) -> None:
    """counts: the fields of the run that say what it gave."""
    ImportRun.objects.filter(pk=run.pk).update(
        **counts,
        share=1,
        state=ImportState.FINISHED,
        rejects_path=str(rejects or ""),
        finished_at=clock.now(),
    )
    told = {name: counts[name] for name in ("read", "added", "repeated", "rejected")}
    record_audit(
        store=run.store, actor=actor, action="import.finished", target=run.file_name, kind=run.kind, **told
    )


def _locked_runs() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(LOCKED, (RUN_LOCK,))
        return {run for (run,) in cursor.fetchall()}
