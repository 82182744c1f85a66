"""Files that people upload for an import: kept in the data folder until a worker has brought them in."""

from __future__ import annotations

import shutil
import socket
import uuid
from collections.abc import Iterable
from pathlib import Path, PurePath

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from regard.capture.domain.imports.mapping import Mapping, read_mapping
from regard.capture.domain.imports.preparing import SourceFile, look_at, prepare_reading
from regard.capture.domain.imports.problem import ImportProblem
from regard.capture.domain.imports.run import bring_in
from regard.capture.domain.imports.runs import RunBusyError, break_off, mapping_of, mapping_of_mended
from regard.capture.models import ImportRun, ImportState
from regard.core import clock
from regard.core.config import config
from regard.core.domain.audit import record_audit
from regard.core.models import Store

IMPORT_JOB = "capture.import_upload"
IMPORTS = "imports"  # the queue of jobs that bring files in or take them back
LONGEST_NAME = 200  # bytes; file systems take 255


def keep_upload(
    *, store: Store, kind: str, name: str, content: Iterable[bytes], mapping: bytes | None, actor: str,
    preset: str = "",
) -> ImportRun:  # fmt: skip
    """Put an uploaded file where a worker finds it; gives a run that is a draft until it is started.

    kind: "" to find it out. name: as its sender called it. Raises ImportProblem for a file or mapping that cannot
    be used at all; then nothing is kept. What the mapping leaves out is for `start_upload` to ask for.
    """
    told = read_mapping(_text(mapping), "mapping.toml") if mapping is not None else None
    return _keep(store=store, kind=kind, name=name, content=content, mapping=told, preset=preset, actor=actor)


def keep_mended(run: ImportRun, *, name: str, content: Iterable[bytes], actor: str) -> ImportRun:
    """A draft for the mended rows of a run, to be read as that was. Raises ImportProblem."""
    return _keep(
        store=run.store,
        kind=run.kind,
        name=name,
        content=content,
        mapping=mapping_of_mended(run),
        preset=run.preset,
        actor=actor,
    )


def read_draft_as(run: ImportRun, *, kind: str) -> None:
    """Take a draft for another kind of file, and guess anew how it is read. Raises ImportProblem."""
    source = look_at(store=run.store, kind=kind, path=_path_of(run))
    run.kind, run.preset, run.mapping = kind, source.preset, msgspec.to_builtins(source.mapping)
    ImportRun.objects.filter(pk=run.pk, state=ImportState.DRAFT).update(
        kind=run.kind, preset=run.preset, mapping=run.mapping, dry_run=None
    )


def upload_of(run: ImportRun) -> SourceFile:
    """The kept file of a run. Raises ImportProblem when it is not to be seen here, or cannot be used."""
    return look_at(
        store=run.store, kind=run.kind, path=_path_of(run), mapping=mapping_of(run), preset=run.preset
    )


def _path_of(run: ImportRun) -> Path:
    path = Path(run.upload_path)
    if not path.is_file():
        reason = _(
            "The uploaded file is not to be seen on the host %(host)s. Pages and workers need the same data "
            "folder (REGARD_DATA)."
        )
        raise ImportProblem("file", reason % {"host": socket.gethostname()})
    return path


@transaction.atomic
def start_upload(run: ImportRun, *, mapping: Mapping | None, actor: str) -> None:
    """Let a worker take a draft up; the caller defers the job. mapping: in place of the guess.

    Raises ImportProblem for one that does not fit, or leaves out what every row needs.
    """
    if mapping is not None:
        run.mapping = msgspec.to_builtins(mapping)
    source = upload_of(run)
    prepare_reading(source)
    run.state, run.actor, run.started_at = ImportState.QUEUED, actor, clock.now()
    run.mapping = msgspec.to_builtins(source.mapping)
    run.fingerprint = source.fingerprint()
    run.dry_run = None  # it may quote rejected rows
    run.save()
    record_audit(store=run.store, actor=actor, action="import.started", target=run.file_name, kind=run.kind)


def is_given_up(run: ImportRun) -> bool:
    """Whether a started upload waits for nobody: its job ended with an error."""
    if run.state not in {ImportState.QUEUED, ImportState.RUNNING} or not run.upload_path:
        return False
    jobs = ProcrastinateJob.objects.filter(
        task_name=IMPORT_JOB, args__run_id=run.pk, status__in=("todo", "doing")
    )
    return not jobs.exists()


@transaction.atomic
def queue_upload(run: ImportRun) -> None:
    """Let a worker bring a started upload in, or go on with it."""
    app.configure_task(IMPORT_JOB).defer(run_id=run.pk)


@transaction.atomic
def resume_upload(run: ImportRun, *, actor: str) -> bool:
    """Let a worker go on with an upload that was given up; False for one that was not."""
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if not is_given_up(locked):
        return False
    queue_upload(locked)
    record_audit(store=run.store, actor=actor, action="import.resumed", target=run.file_name, kind=run.kind)
    return True


def import_upload(run: ImportRun) -> None:
    """Bring a started upload in, from where it is, and forget the file.

    Raises ImportProblem for a file that cannot be used to its end; the run says why, and the file is forgotten
    too. When anything else fails, the file stays, and the same call goes on.
    """
    if run.has_ended:
        return
    try:
        try:
            source = upload_of(run)
        except ImportProblem as problem:
            break_off(run, str(problem), run.actor)
            raise
        ImportRun.objects.filter(pk=run.pk, finished_at=None).update(state=ImportState.RUNNING)
        bring_in(run, source, actor=run.actor)
    except RunBusyError:
        raise
    except ImportProblem:
        forget_upload(run)
        raise
    forget_upload(run)


def discard_draft(run: ImportRun) -> None:
    """Forget an upload that was not started, and its file; one that was started is left alone."""
    if ImportRun.objects.filter(pk=run.pk, state=ImportState.DRAFT).delete()[0]:
        shutil.rmtree(Path(run.upload_path).parent, ignore_errors=True)


def uploads_folder() -> Path:
    """Where uploads are kept, each in a folder of its own."""
    return config().data_folder / "imports" / "uploads"


def forget_upload(run: ImportRun) -> None:
    """Delete the uploaded file of a run, if it has one; the run stays."""
    if run.upload_path:
        shutil.rmtree(Path(run.upload_path).parent, ignore_errors=True)
        ImportRun.objects.filter(pk=run.pk).update(upload_path="")


def _keep(
    *,
    store: Store,
    kind: str,
    name: str,
    content: Iterable[bytes],
    mapping: Mapping | None,
    preset: str,
    actor: str,
) -> ImportRun:
    folder = uploads_folder() / uuid.uuid4().hex
    folder.mkdir(parents=True, mode=0o700)
    short = PurePath(name).name.encode()[:LONGEST_NAME].decode(errors="ignore")
    path = folder / (short or "upload.csv")
    try:
        with path.open("wb") as file:
            file.writelines(content)
        source = look_at(store=store, kind=kind, path=path, mapping=mapping, preset=preset)
        return ImportRun.objects.create(
            store=store, state=ImportState.DRAFT, kind=source.kind, preset=source.preset, upload_path=str(path),
            mapping=msgspec.to_builtins(source.mapping), file_name=path.name[:300], actor=actor,
        )  # fmt: skip
    except Exception:
        shutil.rmtree(folder)
        raise


def _text(mapping: bytes) -> str:
    try:
        return mapping.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportProblem("mapping", _("It is no text in UTF-8; save it as such.")) from error
