"""Taking a whole import back: its side of the log. profile/domain/import_undo.py forms the customers anew."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from regard.capture.domain.imports.problem import ImportProblem
from regard.capture.domain.imports.runs import interrupted_runs
from regard.capture.domain.replay import check_log_is_whole
from regard.capture.models import ImportRun, ImportState, ParkedEvent
from regard.core import clock
from regard.core.domain.audit import record_audit

ENDED = {ImportState.FINISHED, ImportState.BROKEN_OFF}
NEXT_IDS = """
    SELECT id FROM capture_event WHERE store_id = %s AND import_id = %s AND id BETWEEN %s AND %s
    ORDER BY id LIMIT %s
"""
TAKE_OUT = "DELETE FROM capture_event WHERE store_id = %s AND import_id = %s AND id = ANY(%s) RETURNING id"


def can_undo(run: ImportRun) -> bool:
    """Whether it has ended, and added something."""
    return run.state in ENDED and run.added > 0


def is_undo_interrupted(run: ImportRun) -> bool:
    """Whether it is being taken back and no process is at it: its job waits, was killed, or failed."""
    return run.state == ImportState.UNDOING and run.pk in interrupted_runs([run])


@transaction.atomic
def begin_undo(run: ImportRun, *, actor: str) -> None:
    """Raises ImportProblem for a run that cannot be undone now, and where retention has deleted events that its
    customers would be formed anew from."""
    run = ImportRun.objects.select_for_update().select_related("store").get(pk=run.pk)
    if run.state == ImportState.UNDOING:
        return
    if not can_undo(run):
        reason = _("Import %(number)d cannot be taken back: it is %(state)s, or added nothing.")
        told = {"number": run.pk, "state": ImportState(run.state).label}
        raise ImportProblem("import", reason % told)
    try:
        check_log_is_whole(run.store)
    except ValidationError as error:
        raise ImportProblem("import", str(error.messages[0])) from error
    ImportRun.objects.filter(pk=run.pk).update(state=ImportState.UNDOING, undone_by=actor)
    record_audit(
        store=run.store, actor=actor, action="import.undo_started", target=run.file_name, kind=run.kind,
        added=run.added,
    )  # fmt: skip


def next_event_ids(run: ImportRun, *, limit: int) -> list[int]:
    """The first events of the run that the log still has."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_IDS, (run.store_id, run.pk, run.first_event_id, run.last_event_id, limit))
        return [number for (number,) in cursor.fetchall()]


def note_sharing(run: ImportRun, *, customer_ids: Sequence[int], product_ids: Sequence[str]) -> None:
    """Keep whom and what an undo forms anew at its end, since the log will not tell it any more."""
    run.sharing_customers, run.told_products = list(customer_ids), list(product_ids)
    run.save(update_fields=["sharing_customers", "told_products"])


def take_out(run: ImportRun, event_ids: Sequence[int]) -> list[int]:
    """Delete those of the events that this run brought; gives their ids. Must run while no reader works."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_OUT, (run.store_id, run.pk, list(event_ids)))
        gone = [number for (number,) in cursor.fetchall()]
    ParkedEvent.objects.filter(store=run.store_id, event_id__in=gone).delete()
    ImportRun.objects.filter(pk=run.pk).update(undone=F("undone") + len(gone))
    return gone


@transaction.atomic
def finish_undo(run: ImportRun) -> None:
    run.refresh_from_db()
    run.state, run.undone_at = ImportState.UNDONE, clock.now()
    run.save(update_fields=["state", "undone_at"])
    record_audit(
        store=run.store, actor=run.undone_by, action="import.undone", target=run.file_name, kind=run.kind,
        undone=run.undone,
    )  # fmt: skip
