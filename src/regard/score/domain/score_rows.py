"""Scores of all names in one table of columns, so that writing them takes one statement however many there are."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from regard.score.domain.causes import Causes
from regard.score.domain.columns import Chosen, Column, Numbers, Whole, chosen_rows
from regard.score.domain.computing import Computed
from regard.score.domain.kinds import ScoreKind, score_kinds


@dataclass(frozen=True)
class ScoreRows:
    """Columns, a row a score of a customer, by customer and then by the score's place in the registry.

    kind: that place; band: position in all bands, `none` the one of the score that says "not enough data"; inputs:
    shape (rows, most inputs of any score), of which a row has as many as `size`. event_id: 0 for none.
    """

    customer: Whole
    kind: Column
    value: Numbers
    band: Column
    none: Column
    coverage: Column
    version: Column
    digest: Whole
    size: Column
    inputs: Numbers
    value_before: Numbers
    band_before: Column
    version_before: Column
    event_id: Whole
    history: Column

    def __len__(self) -> int:
        return len(self.customer)

    def moved(self) -> Chosen:
        """Whose value or band is another than before."""
        value, before = self.value, self.value_before
        same = (value == before) | (np.isnan(value) & np.isnan(before))
        moved: Chosen = ~same | (self.band != self.band_before)
        return moved


def changed_rows(found: Computed, causes: Causes) -> ScoreRows:
    """The scores that are other than they were kept; a score that other weights made is history."""
    parts, first = [], 0
    for place, kind in enumerate(score_kinds):
        parts.append(_rows_of(found, causes, kind, place=place, first=first))
        first += len(kind.names)
    rows = ScoreRows(
        *(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(ScoreRows))
    )
    return chosen_rows(rows, np.lexsort((rows.kind, rows.customer)))


def _rows_of(found: Computed, causes: Causes, kind: ScoreKind, *, place: int, first: int) -> ScoreRows:
    """first: position of the kind's first band in all bands."""
    digest = found.score_digest(kind.name)
    chosen = (digest != found.before.scores[kind.name].digest) & (digest != 0)
    scored = chosen_rows(found.scores[kind.name], chosen)
    before = chosen_rows(found.before.scores[kind.name], chosen)
    rows = int(chosen.sum())
    inputs = np.full((rows, max(len(each.inputs) for each in score_kinds)), np.nan)
    inputs[:, : scored.inputs.shape[1]] = scored.inputs
    by_weights = (before.version != 0) & (before.version != scored.version)
    return ScoreRows(
        customer=found.customers[chosen],
        kind=np.full(rows, place, np.int16),
        value=scored.value,
        band=(scored.band + first).astype(np.int16),
        none=np.full(rows, first + kind.not_enough, np.int16),
        coverage=scored.coverage.astype(np.int16),
        version=np.full(rows, scored.version, np.int16),
        digest=digest[chosen],
        size=np.full(rows, scored.inputs.shape[1], np.int16),
        inputs=inputs,
        value_before=before.value,
        band_before=(before.band + first).astype(np.int16),
        version_before=before.version,
        event_id=causes.event_id[chosen],
        history=causes.history[chosen] | by_weights,
    )
