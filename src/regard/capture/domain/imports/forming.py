"""How far the pipeline is with what an import brought."""

from __future__ import annotations

from django.db import connection
from django.db.models import Min

from regard.capture.models import ImportRun, ReaderPosition

COUNT_UP_TO = (
    "SELECT count(*) FROM capture_event WHERE store_id = %s AND import_id = %s AND id BETWEEN %s AND %s"
)


def facts_formed(run: ImportRun) -> tuple[int, int]:
    """How many of the facts that the run added have been formed into profiles, and of how many."""
    total = max(0, run.added - run.undone - run.handed_over)
    if run.first_event_id is None or run.last_event_id is None:
        return 0, total
    readers = ReaderPosition.objects.filter(store=run.store_id)
    read = readers.aggregate(least=Min("event_id"))["least"] or 0
    if read >= run.last_event_id:
        return total, total
    if read < run.first_event_id:
        return 0, total
    with connection.cursor() as cursor:
        cursor.execute(COUNT_UP_TO, (run.store_id, run.pk, run.first_event_id, read))
        return int(cursor.fetchone()[0]), total
