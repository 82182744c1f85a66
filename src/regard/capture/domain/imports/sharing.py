"""Facts that several files hold. The log has each of them once, as brought by the first; when that import is taken
back, they are left to the earliest of the others that still stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest, Least

from regard.capture.domain.log import NewEvent, key_array
from regard.capture.models import ImportRepeats, ImportRun, ImportState
from regard.core.domain.audit import record_audit

WITHOUT_FACTS = {ImportState.DRAFT, ImportState.QUEUED, ImportState.UNDOING, ImportState.UNDONE}
REPEATED_IDS = "SELECT capture_repeated_ids(%s, %s::uuid[], %s)"
# Both look at each event of the run once and find it among the ranges by halves, whatever the planner takes the
# tables to hold: joined with the ranges, a file of scattered facts would take the product of both.
HELD_TOO = """
    WITH held AS MATERIALIZED (
        SELECT repeats.run_id, range_agg(int8range(one.first, one.last, '[]')) AS ids
        FROM capture_importrepeats AS repeats
        CROSS JOIN LATERAL unnest(repeats.firsts, repeats.lasts) AS one (first, last)
        WHERE repeats.run_id = ANY(%(others)s) AND one.first <= %(last)s AND one.last >= %(first)s
        GROUP BY repeats.run_id
    )
    SELECT run_id FROM held WHERE EXISTS (
        SELECT FROM capture_event WHERE store_id = %(store)s AND import_id = %(run)s
        AND id BETWEEN greatest(lower(held.ids), %(first)s) AND least(upper(held.ids), %(last)s)
        AND id <@ held.ids OFFSET 0
    )
"""
HAND_OVER = """
    WITH held AS MATERIALIZED (
        SELECT range_agg(int8range(one.first, one.last, '[]')) AS ids
        FROM capture_importrepeats AS repeats
        CROSS JOIN LATERAL unnest(repeats.firsts, repeats.lasts) AS one (first, last)
        WHERE repeats.run_id = %(other)s AND one.first <= %(last)s AND one.last >= %(first)s
    ), given AS (
        UPDATE capture_event SET import_id = %(other)s
        WHERE store_id = %(store)s AND import_id = %(run)s AND id BETWEEN %(first)s AND %(last)s
        AND id <@ (SELECT ids FROM held)
        RETURNING id
    )
    SELECT count(*), min(id), max(id) FROM given
"""
IDS_AT_A_TIME = 500_000  # which bounds the memory that their ranges take


def note_repeats(cursor: Any, run: ImportRun, rows: Sequence[NewEvent]) -> None:
    """Keep which of these rows, all of one store, another import has brought."""
    cursor.execute(REPEATED_IDS, (rows[0].store_id, key_array(row.key for row in rows), run.pk))
    ranges = _ranges(number for (number,) in cursor.fetchall())
    if ranges:
        ImportRepeats.objects.create(
            run=run, firsts=[first for first, _last in ranges], lasts=[last for _first, last in ranges]
        )


def _ranges(ids: Iterable[int]) -> list[list[int]]:
    """Ascending ids as [first, last] of those without a gap."""
    ranges: list[list[int]] = []
    for number in ids:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ranges


def runs_that_hold_too(run: ImportRun) -> list[ImportRun]:
    """Other imports that stand and whose files hold facts which the log has from this one."""
    if run.first_event_id is None:
        return []
    others = [other.pk for other in _standing_besides(run)]
    with connection.cursor() as cursor:
        cursor.execute(HELD_TOO, _span(run) | {"others": others})
        found = {number for (number,) in cursor.fetchall()}
    return list(_standing_besides(run).filter(pk__in=found))


@transaction.atomic
def hand_over(run: ImportRun) -> None:
    """Leave to others that stand what their files hold too. Nobody may be importing in the store meanwhile."""
    for other in runs_that_hold_too(run):
        count = _give(run, other)
        if count:  # an earlier one may have got them all
            ImportRun.objects.filter(pk=run.pk).update(handed_over=F("handed_over") + count)
            record_audit(
                store=run.store, actor=run.undone_by, action="import.handed_over", target=other.file_name,
                kind=other.kind, facts=count,
            )  # fmt: skip


def _give(run: ImportRun, other: ImportRun) -> int:
    """Give the other run what its file holds too; gives the number of facts."""
    span, given = _span(run), 0
    for first in range(span["first"], span["last"] + 1, IDS_AT_A_TIME):
        part = {"other": other.pk, "first": first, "last": min(first + IDS_AT_A_TIME - 1, span["last"])}
        with connection.cursor() as cursor:
            cursor.execute(HAND_OVER, span | part)
            count, lowest, highest = cursor.fetchone()
        if count:
            ImportRun.objects.filter(pk=other.pk).update(
                added=F("added") + count,
                repeated=Greatest(F("repeated") - count, 0),
                first_event_id=Least(F("first_event_id"), lowest),
                last_event_id=Greatest(F("last_event_id"), highest),
            )
        given += count
    return given


def _standing_besides(run: ImportRun) -> QuerySet[ImportRun]:
    others = ImportRun.objects.filter(store=run.store_id).exclude(state__in=WITHOUT_FACTS)
    return others.exclude(pk=run.pk).order_by("id")


def _span(run: ImportRun) -> dict[str, Any]:
    return {"store": run.store_id, "run": run.pk, "first": run.first_event_id, "last": run.last_event_id}
