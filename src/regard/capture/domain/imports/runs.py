"""Import runs, as people and programs see them."""

from __future__ import annotations

from pathlib import Path

from django.db.models import QuerySet

from regard.capture.models import ImportRun
from regard.core.models import Store


def import_runs_of(store: Store) -> QuerySet[ImportRun]:
    """The import runs of a store, the newest first."""
    return ImportRun.objects.filter(store=store).order_by("-id")


def rejects_of(store: Store, run_id: int) -> Path:
    """The file of a run's rejected rows. Raises ImportRun.DoesNotExist, also when there is none here."""
    run = import_runs_of(store).get(pk=run_id)
    path = Path(run.rejects_path)
    if not run.rejects_path or not path.is_file():
        raise ImportRun.DoesNotExist
    return path
