"""A dry run of an uploaded file, by a worker: all of it is read, and nothing is kept but what was found."""

from __future__ import annotations

import time
import uuid
from itertools import islice
from typing import Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from regard.capture.domain.imports.mapping import Mapping
from regard.capture.domain.imports.preparing import prepare_reading
from regard.capture.domain.imports.problem import ImportProblem
from regard.capture.domain.imports.rejects import read_rejects, rejects_path
from regard.capture.domain.imports.run import ImportProgress, ImportSummary, try_out
from regard.capture.domain.imports.uploads import IMPORTS, upload_of
from regard.capture.models import ImportRun, ImportState

CHECK_JOB = "capture.check_upload"
SHOWN = 20  # rejected rows
TELL_EVERY = 0.5  # seconds


class DryRun(msgspec.Struct, frozen=True):
    """What a check has found so far, or in all. token: of the check that was asked for last; an earlier one ends.

    reasons: (field, reason, rows), the most first. rows: the first rejected ones as (line, field, reason).
    problem: why the file cannot be used at all.
    """

    token: str
    share: float = 0.0
    read: int = 0
    added: int = 0
    repeated: int = 0
    rejected: int = 0
    again: int = 0
    reasons: list[tuple[str, str, int]] = []
    notes: list[tuple[str, int]] = []
    rows: list[tuple[str, str, str]] = []
    problem: str = ""
    is_done: bool = False

    @property
    def percent(self) -> int:
        return round(self.share * 100)


class NotWantedError(Exception):
    """The upload was started or discarded meanwhile, or another check of it was asked for."""


def dry_run_of(run: ImportRun) -> DryRun | None:
    """What the last check of a draft has found; None without one. One that died, of whatever, has ended too."""
    found = msgspec.convert(run.dry_run, DryRun) if run.dry_run else None
    if found is None or found.is_done or _is_at_work(run, found.token):
        return found
    problem = _(
        "The check broke off, and why stands in the worker's log. Nothing was kept; check the file again."
    )
    return msgspec.structs.replace(found, problem=problem, is_done=True)


def _is_at_work(run: ImportRun, token: str) -> bool:
    jobs = ProcrastinateJob.objects.filter(task_name=CHECK_JOB, status__in=("todo", "doing"))
    return jobs.filter(args__run_id=run.pk, args__token=token).exists()


@transaction.atomic
def ask_for_check(run: ImportRun, *, mapping: Mapping) -> bool:
    """Let a worker check all of a draft, read by this mapping from now on; False, and nothing is done, for one
    that was started or discarded meanwhile.

    Raises ImportProblem for a mapping that does not fit, or leaves out what every row needs.
    """
    run.mapping = msgspec.to_builtins(mapping)
    prepare_reading(upload_of(run))
    wanted = DryRun(uuid.uuid4().hex)
    run.dry_run = msgspec.to_builtins(wanted)
    drafts = ImportRun.objects.filter(pk=run.pk, state=ImportState.DRAFT)
    if not drafts.update(mapping=run.mapping, dry_run=run.dry_run):
        return False
    app.configure_task(CHECK_JOB, queue=IMPORTS).defer(run_id=run.pk, token=wanted.token)
    return True


def check_upload(run_id: int, token: str) -> None:
    """Read all of a draft as its import would, and note on it what that would give."""
    run = ImportRun.objects.select_related("store").filter(pk=run_id, dry_run__token=token).first()
    if run is None or run.state != ImportState.DRAFT:
        return
    rejects = rejects_path(run)
    try:
        found = _found(token, try_out(upload_of(run), rejects=rejects, progress=_Teller(run, token)))
    except NotWantedError:
        return
    except ImportProblem as problem:
        found = DryRun(token, problem=str(problem), is_done=True)
    finally:
        rejects.unlink(missing_ok=True)
    _note(run, found)


class _Teller:
    """Says how far a check is, twice a second. Raises NotWantedError when nobody waits for it any more."""

    def __init__(self, run: ImportRun, token: str) -> None:
        self._run, self._token, self._told_at = run, token, 0.0

    def __call__(self, progress: ImportProgress) -> None:
        if time.monotonic() - self._told_at < TELL_EVERY:
            return
        self._told_at = time.monotonic()
        if not _note(self._run, DryRun(self._token, share=progress.share, read=progress.read)):
            raise NotWantedError


def _note(run: ImportRun, found: DryRun) -> bool:
    """False when nobody waits for it any more."""
    drafts = ImportRun.objects.filter(pk=run.pk, state=ImportState.DRAFT, dry_run__token=found.token)
    return bool(drafts.update(dry_run=msgspec.to_builtins(found)))


def _found(token: str, summary: ImportSummary) -> DryRun:
    rows: list[Any] = []
    if summary.rejects_path:
        rows = [row[:3] for row in islice(read_rejects(summary.rejects_path, most=SHOWN), 1, None)]
    return DryRun(
        token,
        share=1.0,
        read=summary.read,
        added=summary.added,
        repeated=summary.repeated,
        rejected=summary.rejected,
        again=summary.again,
        reasons=summary.reasons,
        notes=summary.notes,
        rows=rows,
        problem=_("There is no row in the file.") if not summary.read else "",
        is_done=True,
    )
