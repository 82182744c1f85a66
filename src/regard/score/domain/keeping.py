"""Writing features, scores and their changes, each for any number of customers in one statement.

Nobody locks a store. A row of features carries a revision that grows with every writing: who follows events writes
always, who computes in bulk only rows that have stayed as they were when it began to read. So an older view never
covers a newer one, with any number of workers. Rows are written in the order of the customers, so that those who
write the same ones wait for each other and never in a circle.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from regard.score.domain.columns import run_columns
from regard.score.domain.computing import Computed
from regard.score.domain.features import SERIES, Features
from regard.score.domain.kept import all_bands
from regard.score.domain.kinds import score_kinds
from regard.score.domain.known_facts import Kind
from regard.score.domain.score_rows import ScoreRows
from regard.score.domain.views import View

_COLUMNS = tuple(field.name for field in fields(Features))
# A column's type -> the array it is sent as, and how NaN, NaT and 0 become NULL.
_SENT = {
    "Whole": ("int8[]", "{}"),
    "Numbers": ("float8[]", "nullif({}, 'NaN')"),
    "Times": ("timestamptz[]", "nullif({}, '-infinity')"),
    "Column": ("int2[]", "(%(series)s::text[])[{}]"),
}
_KINDS = {field.name: _SENT[str(field.type)] for field in fields(Features)}
_KEEP_FEATURES = f"""
    WITH kept AS (
        INSERT INTO score_customerfeatures ({", ".join(_COLUMNS)}, store_id, digest, revision, computed_at)
        SELECT {", ".join(null.format(name) for name, (_sent, null) in _KINDS.items())},
            %(store)s, digest, seen + 1, %(as_of)s
        FROM unnest({", ".join(f"%({name})s::{sent}" for name, (sent, _null) in _KINDS.items())},
            %(digest)s::int8[], %(seen)s::int8[]) AS new ({", ".join(_COLUMNS)}, digest, seen)
        ORDER BY customer_id
        ON CONFLICT (store_id, customer_id) DO UPDATE SET
            {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)}, digest = excluded.digest,
            revision = score_customerfeatures.revision + 1, computed_at = excluded.computed_at
        WHERE %(always)s OR score_customerfeatures.revision = excluded.revision - 1
        RETURNING customer_id
    )
    SELECT array_agg(customer_id) FROM kept
"""
_KEEP_SCORES = """
    INSERT INTO score_score (store_id, name, subject_type, subject_id, value, band, coverage, event_id, history,
        input_values, weights_version, digest, computed_at)
    SELECT %(store)s, (%(names)s::text[])[kind + 1], 'customer', customer, nullif(value, 'NaN'),
        (%(bands)s::text[])[band + 1], coverage, nullif(event_id, 0), history, (ARRAY[{inputs}])[1:size], version,
        digest, %(as_of)s
    FROM unnest({measured}, %(digest)s::int8[], %(size)s::int2[], {sent})
        AS new ({columns}, digest, size, {inputs_sent})
    ON CONFLICT (store_id, name, subject_type, subject_id) DO UPDATE SET
        value = excluded.value, band = excluded.band, coverage = excluded.coverage, event_id = excluded.event_id,
        history = excluded.history, input_values = excluded.input_values,
        weights_version = excluded.weights_version, digest = excluded.digest, computed_at = excluded.computed_at
"""
_MEASURED = {
    "kind": "int2[]", "customer": "int8[]", "value": "float8[]", "band": "int2[]", "coverage": "int2[]",
    "event_id": "int8[]", "history": "bool[]", "version": "int2[]",
}  # fmt: skip
_MEASURED_SENT = ", ".join(f"%({name})s::{sent}" for name, sent in _MEASURED.items())
_BEFORE = {"value_before": "float8[]", "band_before": "int2[]", "version_before": "int2[]"}
_BEFORE_SENT = ", ".join(f"%({name})s::{sent}" for name, sent in _BEFORE.items())
_KEEP_CHANGES = f"""
    INSERT INTO score_scorechange (store_id, name, subject_type, subject_id, value, band, coverage, event_id,
        history, weights_version, changed_at, value_before, band_before, retold)
    SELECT %(store)s, (%(names)s::text[])[kind + 1], 'customer', customer, nullif(value, 'NaN'),
        (%(bands)s::text[])[band + 1], coverage, nullif(event_id, 0), history, version, %(as_of)s,
        CASE WHEN version_before <> 0 THEN nullif(value_before, 'NaN') END,
        CASE WHEN version_before <> 0 THEN (%(bands)s::text[])[band_before + 1] END, %(retold)s
    FROM unnest({_MEASURED_SENT}, {_BEFORE_SENT}) AS new ({", ".join([*_MEASURED, *_BEFORE])})
"""
_SERIES = [SERIES[kind].value if kind in SERIES else None for kind in Kind]


def keep_features(view: View, found: Computed, *, always: bool) -> Computed:
    """Keep what is known of these customers, where it is news; gives those that are written.

    always: write all of them. Otherwise rows stay that are as they were in every respect, and those that somebody
    has written since `found.before` was read.
    """
    if not always:
        found = found.only(found.news())
    before = found.before
    values = {
        "store": view.store.pk, "series": _SERIES, "digest": found.features_digest(),
        "seen": before.revision,
        "as_of": view.as_of, "always": always,
    }  # fmt: skip
    [(written,)] = run_columns(_KEEP_FEATURES, dict(found.features) | values)
    return found if always else found.only(np.isin(found.customers, [] if written is None else written))


def keep_scores(view: View, rows: ScoreRows) -> None:
    """Keep these scores with all that they were made of. One query, and none for no rows."""
    if not len(rows):
        return
    names = [f"input_{number}" for number in range(rows.inputs.shape[1])]
    statement = _KEEP_SCORES.format(
        measured=_MEASURED_SENT,
        columns=", ".join(_MEASURED),
        inputs=", ".join(f"nullif({name}, 'NaN')" for name in names),
        sent=", ".join(f"%({name})s::float8[]" for name in names),
        inputs_sent=", ".join(names),
    )
    inputs = dict(zip(names, np.ascontiguousarray(rows.inputs.T), strict=True))
    run_columns(statement, _measured(view, rows) | {"digest": rows.digest, "size": rows.size} | inputs)


def keep_changes(view: View, moved: ScoreRows, *, retold: bool = False) -> None:
    """Add these moves to the history. One query, and none for no moves. retold: see ScoreChange."""
    if len(moved):
        before = {name: getattr(moved, name) for name in _BEFORE}
        run_columns(_KEEP_CHANGES, _measured(view, moved) | before | {"retold": retold})


def _measured(view: View, rows: ScoreRows) -> dict[str, Any]:
    columns = {name: getattr(rows, name) for name in _MEASURED}
    names = [kind.name for kind in score_kinds]
    return {"store": view.store.pk, "as_of": view.as_of, "names": names, "bands": all_bands(), **columns}
