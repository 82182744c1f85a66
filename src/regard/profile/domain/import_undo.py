"""Taking a whole import back: what it added leaves the log, and its customers are formed from what remains."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import transaction

from regard.capture.domain.imports.runs import held
from regard.capture.domain.imports.undo import finish_undo, next_event_ids, take_out
from regard.capture.domain.reader import Stage, hold_readers
from regard.capture.models import ImportRun, ImportState
from regard.profile.domain.rebuild import rebuild_customers
from regard.profile.models import CustomerEvent

EVENTS_AT_A_TIME = 5_000  # whose customers are taken together


def undo_import(
    run: ImportRun, *, stages: Sequence[Stage], progress: Callable[[int], None] | None = None
) -> None:
    """Take back a run whose undo was begun, some thousand customers in a transaction; goes on where it was.

    progress: called with the number of facts taken back so far. Afterwards every customer is as if the file had
    never been imported. Raises RunBusyError when another process is at it.
    """
    with held(run):
        run.refresh_from_db()
        if run.state != ImportState.UNDOING:
            return
        while _undo_next(run, stages):
            run.refresh_from_db(fields=["undone"])
            if progress:
                progress(run.undone)
        finish_undo(run)


@transaction.atomic
def _undo_next(run: ImportRun, stages: Sequence[Stage]) -> bool:
    """Take back the first events and all else that the run added of their customers; False when none is left."""
    store = run.store
    hold_readers(store)
    event_ids = next_event_ids(run, limit=EVENTS_AT_A_TIME)
    if not event_ids:
        return False
    placed = CustomerEvent.objects.filter(store=store)
    about = placed.filter(event_id__in=event_ids).values_list("identity__customer", flat=True)
    customers = sorted(set(about))
    of_them = placed.filter(
        identity__customer__in=customers, event_id__range=(run.first_event_id, run.last_event_id)
    )
    take_out(run, [*event_ids, *of_them.values_list("event_id", flat=True)])
    rebuild_customers(store=store, customer_ids=customers, stages=stages, force=True)
    return True
