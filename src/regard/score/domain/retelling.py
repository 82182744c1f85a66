"""The history of scores from before they were kept: what they would have been as each month of a year went by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection, transaction
from django.db.models import F

from regard.core import clock
from regard.core.models import Store
from regard.profile.models import ERASED
from regard.score.domain.band_totals import is_large
from regard.score.domain.causes import Cause, causes_of
from regard.score.domain.columns import chosen_rows
from regard.score.domain.computing import Computed, compute
from regard.score.domain.keeping import keep_changes
from regard.score.domain.kept import NOTHING_KEPT, KeptScore, Present
from regard.score.domain.kinds import score_kinds
from regard.score.domain.refresh import CHUNK, customer_ranges, plan_for_many
from regard.score.domain.rhythm import expected_gap, past_rhythm
from regard.score.domain.score_rows import ScoreRows, changed_rows
from regard.score.domain.stale import has_stale
from regard.score.domain.views import View
from regard.score.models import PastChange

MONTHS = 12
RETOLD = ("health", "csi", "churn")  # the scores whose past people look at
SOON, SELDOM = timedelta(minutes=10), timedelta(days=7)
_OF_RANGE = """store_id = %(store)s AND subject_type = 'customer' AND name = ANY(%(names)s)
    AND subject_id BETWEEN %(first)s AND %(last)s"""
_FORGET = f"DELETE FROM score_scorechange WHERE retold AND {_OF_RANGE}"
# What was told at its time stays: only what lies before its first word is told anew.
_FIRST_KEPT = f"""
    SELECT DISTINCT ON (name, subject_id) id, name, subject_id, changed_at FROM score_scorechange
    WHERE NOT retold AND {_OF_RANGE} ORDER BY name, subject_id, changed_at, id
"""
_LEAVE_OUT = f"""
    DELETE FROM score_scorechange AS told USING ({_FIRST_KEPT}) AS kept
    WHERE told.retold AND told.store_id = %(store)s AND told.subject_type = 'customer'
        AND (told.name, told.subject_id) = (kept.name, kept.subject_id) AND told.changed_at >= kept.changed_at
"""
_JOIN = f"""
    UPDATE score_scorechange AS change SET value_before = told.value, band_before = told.band
    FROM ({_FIRST_KEPT}) AS kept LEFT JOIN (
        SELECT DISTINCT ON (name, subject_id) name, subject_id, value, band FROM score_scorechange
        WHERE retold AND {_OF_RANGE} ORDER BY name, subject_id, changed_at DESC
    ) AS told USING (name, subject_id)
    WHERE change.id = kept.id
        AND (change.value_before, change.band_before) IS DISTINCT FROM (told.value, told.band)
"""
_OF_NOBODY = f"""
    DELETE FROM score_scorechange AS told WHERE retold AND {_OF_RANGE} AND NOT EXISTS (
        SELECT FROM profile_identity AS identity
        WHERE identity.store_id = told.store_id AND identity.customer_id = told.subject_id
            AND NOT starts_with(identity.value, %(erased)s))
"""


def stores_to_retell() -> list[Store]:
    """Those of whose past more is known than is told, all of which is read; large ones once a week at most."""
    changed = PastChange.objects.filter(changes__gt=F("retold_changes")).select_related("store")
    return [past.store for past in changed if _is_due(past) and not has_stale(past.store)]


def retell_past(store: Store) -> int:
    """Tell anew which scores customers had at the end of each of the last twelve months, from what is known of
    those days now without looking ahead; gives how many moves that are.

    Nothing that was kept at its time is touched but for what its first move came from. A range of customers is one
    transaction: whoever is killed leaves each of them as it was or as it shall be.
    """
    changes = PastChange.objects.values_list("changes", flat=True).get(store=store)
    views = [
        View(store, moment, expected_gap(past_rhythm(store, as_of=moment)), past=True)
        for moment in ends_of_months(store)
    ]
    moves = sum(_retell_range(views, first, last) for first, last in customer_ranges(store, size=CHUNK))
    PastChange.objects.filter(store=store).update(retold_changes=changes, retold_at=clock.now())
    return moves


def ends_of_months(store: Store) -> list[datetime]:
    """The last seconds of the last months that are over, in the store's time zone; the earliest first."""
    zone = ZoneInfo(store.time_zone)
    month = clock.now().astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    ends = list[datetime]()
    for _ in range(MONTHS):
        last = month - timedelta(seconds=1)
        ends.insert(0, last)
        month = last.replace(day=1, hour=0, minute=0, second=0)
    return ends


def _is_due(past: PastChange) -> bool:
    wait = SELDOM if is_large(past.store) else SOON
    return past.retold_at is None or past.retold_at <= clock.now() - wait


def _retell_range(views: list[View], first: int, last: int) -> int:
    """Whoever is erased meanwhile has nothing left: once it is kept, what is of nobody is looked for."""
    values: dict[str, int | str | list[str]] = {
        "store": views[0].store.pk, "names": list(RETOLD), "first": first, "last": last, "erased": ERASED,
    }  # fmt: skip
    months = list(_months(views, (first, last)))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FORGET, values)
        for view, moved in months:
            keep_changes(view, moved, retold=True)
        cursor.execute(_LEAVE_OUT, values)
        later: int = cursor.rowcount
        cursor.execute(_JOIN, values)
    with connection.cursor() as cursor:
        cursor.execute(_OF_NOBODY, values)
    return sum(len(moved) for _view, moved in months) - later


def _months(views: list[View], asked: tuple[int, int]) -> Iterator[tuple[View, ScoreRows]]:
    """What each month moved, the earliest first."""
    wanted = [place for place, kind in enumerate(score_kinds) if kind.name in RETOLD]
    before = NOTHING_KEPT
    for view in views:
        with transaction.atomic():
            plan_for_many()
            found = compute(view, asked, before)
        rows = changed_rows(found, causes_of(found.customers, Cause(history=True), {}))
        yield view, chosen_rows(rows, rows.moved() & np.isin(rows.kind, wanted))
        before = _as_kept(found)


def _as_kept(found: Computed) -> Present:
    """As if it had been kept, for the month that follows."""
    nothing = np.zeros(len(found.customers), np.int64)
    scores = {}
    for name, scored in found.scores.items():
        digest = found.score_digest(name)
        version = np.where(digest != 0, scored.version, 0).astype(np.int16)
        scores[name] = KeptScore(scored.value, scored.band, version, digest)
    return Present(found.customers, nothing, nothing, scores)
