"""Files that imports leave in the data folder, and how long each is kept; the runs themselves stay on record."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils.translation import gettext as _

from regard.capture.domain.imports.problem import ImportProblem
from regard.capture.domain.imports.rejects import rejects_folder
from regard.capture.domain.imports.runs import break_off, held
from regard.capture.domain.imports.uploads import discard_draft, forget_upload, uploads_folder
from regard.capture.models import ImportRun, ImportState
from regard.core import clock

DRAFTS_KEPT = timedelta(days=2)  # uploads that nobody started
UPLOADS_KEPT = timedelta(
    days=14
)  # those that were started and did not come to an end: jobs give up after a day
REJECTS_KEPT = timedelta(days=90)  # rejected rows, to be mended; those of dry runs and of killed runs too


def forget_old_files() -> None:
    """Every night: uploads that nobody started or finished, and rejected rows that are past mending."""
    now = clock.now()
    for draft in ImportRun.objects.filter(state=ImportState.DRAFT, started_at__lt=now - DRAFTS_KEPT):
        discard_draft(draft)
    _forget_uploads(now - UPLOADS_KEPT)
    _forget_rejects(now - REJECTS_KEPT)


def _forget_uploads(before: datetime) -> None:
    old = ImportRun.objects.exclude(upload_path="").exclude(state=ImportState.DRAFT)
    for run in old.filter(started_at__lt=before).select_related("store"):
        _forget_started(run)
    kept = {
        Path(path).parent
        for path in ImportRun.objects.exclude(upload_path="").values_list("upload_path", flat=True)
    }
    for folder in _older(uploads_folder(), "*", before):
        if folder not in kept:  # its page was killed between keeping the file and noting the run
            shutil.rmtree(folder, ignore_errors=True)


def _forget_started(run: ImportRun) -> None:
    try:
        with held(run):
            if not run.has_ended:
                reason = _("It did not come to an end in %(days)d days, for which uploads are kept.")
                break_off(run, reason % {"days": UPLOADS_KEPT.days}, "system")
            forget_upload(run)
    except ImportProblem:
        return  # a worker is at it after all


def _forget_rejects(before: datetime) -> None:
    for run in ImportRun.objects.filter(finished_at__lt=before).exclude(rejects_path=""):
        Path(run.rejects_path).unlink(missing_ok=True)
        ImportRun.objects.filter(pk=run.pk).update(rejects_path="")
    for path in _older(rejects_folder(), "*-rejected.csv", before):
        path.unlink(missing_ok=True)
        ImportRun.objects.filter(rejects_path=str(path)).update(rejects_path="")


def _older(folder: Path, pattern: str, before: datetime) -> Iterator[Path]:
    """What was last changed before then, by the file system's clock."""
    for path in sorted(folder.glob(pattern)):
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
            yield path
