"""Taking a whole import back: its side of the log. profile/domain/import_undo.py forms the customers anew."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from regard.capture.domain.imports.problem import ImportProblem
from regard.capture.domain.replay import check_log_is_whole
from regard.capture.models import ImportRun, ImportState, ParkedEvent
from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.registry import import_kinds

ENDED = {ImportState.FINISHED, ImportState.BROKEN_OFF}
WITHOUT_FACTS = {ImportState.DRAFT, ImportState.QUEUED, ImportState.UNDOING, ImportState.UNDONE}
NEXT_IDS = """
    SELECT id FROM capture_event WHERE store_id = %s AND import_id = %s AND id BETWEEN %s AND %s
    ORDER BY id LIMIT %s
"""
TAKE_OUT = "DELETE FROM capture_event WHERE store_id = %s AND import_id = %s AND id = ANY(%s) RETURNING id"


def can_undo(run: ImportRun) -> bool:
    """Whether it has ended, added something, and what it added is about customers."""
    return run.state in ENDED and run.added > 0 and is_about_customers(run.kind)


def is_about_customers(kind: str) -> bool:
    """Not a catalogue: what files say of products is not put to anybody, so nobody can be formed anew from it."""
    names = {field.name for field in import_kinds.get(kind).fields} if kind in import_kinds else set()
    return bool(names & {"customer_id", "email", "order_id"})


def runs_that_repeat(run: ImportRun) -> list[ImportRun]:
    """Later imports of the same kinds that found facts known already: what this one added may be among them, and
    goes with it although their files hold it too."""
    since = Q(finished_at=None) | Q(finished_at__gt=run.started_at)
    later = ImportRun.objects.filter(since, store=run.store_id, repeated__gt=0).exclude(
        state__in=WITHOUT_FACTS
    )
    return [other for other in later.exclude(pk=run.pk).order_by("id") if _kinds(other) & _kinds(run)]


def _kinds(run: ImportRun) -> set[str]:
    return {run.kind, *(section["kind"] for section in run.mapping.get("imports", []))}


@transaction.atomic
def begin_undo(run: ImportRun, *, actor: str, force: bool = False) -> None:
    """Raises ImportProblem for a run that cannot be undone now, where retention has deleted events that its
    customers would be formed anew from, and where later imports brought its facts too, unless `force`."""
    run = ImportRun.objects.select_for_update().select_related("store").get(pk=run.pk)
    if run.state == ImportState.UNDOING:
        return
    if not can_undo(run):
        reason = _("Import %(number)d cannot be taken back: it is %(state)s, or is of a kind that cannot be.")
        told = {"number": run.pk, "state": ImportState(run.state).label}
        raise ImportProblem("import", reason % told)
    try:
        check_log_is_whole(run.store)
    except ValidationError as error:
        raise ImportProblem("import", str(error.messages[0])) from error
    if not force:
        _check_nobody_repeats(run)
    ImportRun.objects.filter(pk=run.pk).update(state=ImportState.UNDOING, undone_by=actor)
    record_audit(
        store=run.store, actor=actor, action="import.undo_started", target=run.file_name, kind=run.kind,
        added=run.added,
    )  # fmt: skip


def _check_nobody_repeats(run: ImportRun) -> None:
    repeating = runs_that_repeat(run)
    if repeating:
        reason = _(
            "Facts that this import added may be in later files too (%(files)s), which found them known already. "
            "They would be gone. Force it, and import those files once more afterwards."
        )
        raise ImportProblem("import", reason % {"files": ", ".join(other.file_name for other in repeating)})


def next_event_ids(run: ImportRun, *, limit: int) -> list[int]:
    """The first events of the run that the log still has."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_IDS, (run.store_id, run.pk, run.first_event_id, run.last_event_id, limit))
        return [number for (number,) in cursor.fetchall()]


def note_sharing(run: ImportRun, customer_ids: Sequence[int]) -> None:
    """Keep whom an undo forms anew at its end, since the log will not tell it any more."""
    run.sharing_customers = list(customer_ids)
    run.save(update_fields=["sharing_customers"])


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
