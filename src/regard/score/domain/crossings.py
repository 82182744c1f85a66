"""Moves of scores from one band into another, told to the log."""

from __future__ import annotations

import numpy as np

from regard.capture.domain.log import NewEvent
from regard.capture.domain.record import new_fact, record_all
from regard.core.registry import Fact
from regard.score.domain.columns import chosen_rows
from regard.score.domain.kept import all_bands
from regard.score.domain.kinds import score_kinds
from regard.score.domain.score_rows import ScoreRows
from regard.score.domain.subjects import user_ids_of
from regard.score.domain.views import View
from regard.score.facts import HealthChanged, ScoreChanged


def record_crossings(view: View, moved: ScoreRows) -> None:
    """Record HealthChanged, or ScoreChanged of other scores, for those whose band is another now.

    The first band of somebody is a move only when an event of theirs brought it: a million of such facts after an
    import would tell nothing. Of whom nothing is known any more, as of who was merged into another, has not moved.
    """
    by_event = (moved.event_id != 0) & ~moved.history
    is_known = moved.coverage > 0
    crossed = is_known & (moved.band != moved.band_before) & (by_event | (moved.band_before != moved.none))
    if not crossed.any():
        return
    rows = _facts(view, chosen_rows(moved, crossed))
    record_all(rows)


def _facts(view: View, crossed: ScoreRows) -> list[NewEvent]:
    user_ids = user_ids_of(view.store, np.unique(crossed.customer).tolist())
    names, bands = [kind.name for kind in score_kinds], all_bands()
    return [
        new_fact(
            _changed(crossed, row, names, bands),
            store_id=view.store.pk,
            occurred_at=view.as_of,
            history=bool(crossed.history[row]),
            user_id=user_ids.get(customer_id),
        )
        for row, customer_id in enumerate(crossed.customer.tolist())
    ]


def _changed(crossed: ScoreRows, row: int, names: list[str], bands: list[str]) -> Fact:
    told = {
        "customer_id": int(crossed.customer[row]),
        "band": bands[crossed.band[row]],
        "previous_band": bands[crossed.band_before[row]],
        "value": _known(crossed.value[row]),
        "previous_value": _known(crossed.value_before[row]),
        "coverage": int(crossed.coverage[row]),
    }
    name = names[crossed.kind[row]]
    return HealthChanged(**told) if name == "health" else ScoreChanged(score=name, **told)


def _known(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
