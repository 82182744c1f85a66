"""How far the pipeline is with what an import brought."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import Min

from regard.capture.models import ImportRun, ImportState, ReaderPosition

COUNT_UP_TO = (
    "SELECT count(*) FROM capture_event WHERE store_id = %s AND import_id = %s AND id BETWEEN %s AND %s"
)


def forming_runs(runs: Sequence[ImportRun]) -> set[int]:
    """The ids of those whose rows are all in while profiles are still formed from them. All of one store; one
    query at most."""
    finished = [run for run in runs if run.state == ImportState.FINISHED and run.last_event_id is not None]
    if not finished:
        return set()
    read = _least_read(finished[0].store_id)
    return {run.pk for run in finished if read < (run.last_event_id or 0)}


def _least_read(store_id: int) -> int:
    """The id of the last event that all readers of a store have taken."""
    readers = ReaderPosition.objects.filter(store=store_id)
    return readers.aggregate(least=Min("event_id"))["least"] or 0


def facts_formed(run: ImportRun) -> tuple[int, int]:
    """How many of the facts that the run added have been formed into profiles, and of how many."""
    total = max(0, run.added - run.undone - run.handed_over)
    if run.first_event_id is None or run.last_event_id is None:
        return 0, total
    read = _least_read(run.store_id)
    if read >= run.last_event_id:
        return total, total
    if read < run.first_event_id:
        return 0, total
    with connection.cursor() as cursor:
        cursor.execute(COUNT_UP_TO, (run.store_id, run.pk, run.first_event_id, read))
        return int(cursor.fetchone()[0]), total
