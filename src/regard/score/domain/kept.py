"""What is kept of customers already, as columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from regard.core.models import Store
from regard.score.domain.columns import Chosen, Column, Numbers, Whole, chosen_rows, run_columns
from regard.score.domain.kinds import ScoreKind, score_kinds
from regard.score.domain.known_facts import Asked, asked_values


@dataclass(frozen=True)
class KeptScore:
    """A score that is kept, a row a customer. value is NaN, digest 0 where there is none; band: as in Scored."""

    value: Numbers
    band: Column
    version: Column
    digest: Whole


@dataclass(frozen=True)
class Present:
    """What is kept, a row a customer, scores by name. revision and digest are 0 where there is nothing."""

    customer_id: Whole
    revision: Whole
    features_digest: Whole
    scores: Mapping[str, KeptScore]

    def only(self, chosen: Chosen | slice) -> Present:
        return Present(
            self.customer_id[chosen],
            self.revision[chosen],
            self.features_digest[chosen],
            {name: chosen_rows(kept, chosen) for name, kept in self.scores.items()},
        )


NOBODY = np.empty(0, np.int64)
NOTHING_KEPT = Present(NOBODY, NOBODY, NOBODY, {})

_PRESENT = """
    SELECT features.*, score.* FROM (
        SELECT array_agg(customer_id), array_agg(revision), array_agg(digest) FROM score_customerfeatures
        WHERE store_id = %(store)s AND {features}
    ) AS features, (
        SELECT array_agg(subject_id), array_agg(coalesce(array_position(%(names)s::text[], name::text), 0)::int2),
            array_agg(coalesce(value::float8, 'NaN')),
            array_agg(coalesce(array_position(%(bands)s::text[], band::text), 0)::int2),
            array_agg(weights_version), array_agg(digest)
        FROM score_score WHERE store_id = %(store)s AND subject_type = 'customer' AND name = ANY(%(names)s)
            AND {scores}
    ) AS score
"""
_BY_ID = "{} = ANY(%(customers)s)"
_BY_RANGE = "{} BETWEEN %(first)s AND %(last)s"


def all_bands() -> list[str]:
    """The bands of all scores, those of the first registered score first."""
    return [band for kind in score_kinds for band in kind.names]


def present_scores(store: Store, asked: Asked) -> Present:
    """What is kept of these customers, those of whom anything is; by id. One query."""
    where = _BY_RANGE if isinstance(asked, tuple) else _BY_ID
    statement = _PRESENT.format(features=where.format("customer_id"), scores=where.format("subject_id"))
    names = [kind.name for kind in score_kinds]
    values = {"store": store.pk, "bands": all_bands(), "names": names, **asked_values(asked)}
    [columns] = run_columns(statement, values)
    (known, revision, digest), scores = _sorted(columns[:3]), _sorted(columns[3:])
    customers = np.union1d(known, scores[0])
    return Present(
        customers,
        _spread(customers, known, revision, 0),
        _spread(customers, known, digest, 0),
        _by_name(customers, scores),
    )


def _sorted(columns: tuple[Column | None, ...]) -> list[Column]:
    if columns[0] is None:
        return [np.empty(0, np.int64)] * len(columns)
    order = np.argsort(columns[0], kind="stable")
    return [column[order] for column in columns if column is not None]


def _by_name(customers: Whole, scores: list[Column]) -> dict[str, KeptScore]:
    """The rows of scores (customer, name, value, band, version, digest) by name, of those that are registered."""
    found, first = {}, 0
    for place, kind in enumerate(score_kinds, start=1):
        of, _name, value, band, version, digest = (column[scores[1] == place] for column in scores)
        local = np.where(band > 0, band - 1 - first, kind.not_enough)
        found[kind.name] = KeptScore(
            _spread(customers, of, value.astype(float), np.nan),
            _spread(customers, of, local.astype(np.int16), kind.not_enough),
            _spread(customers, of, version.astype(np.int16), 0),
            _spread(customers, of, digest, 0),
        )
        first += len(kind.names)
    return found


def present_of(present: Present, customers: Whole) -> Present:
    """A row for each of these customers (ids in ascending order), of whom nothing need be kept."""
    have = present.customer_id
    return Present(
        customers,
        _spread(customers, have, present.revision, 0),
        _spread(customers, have, present.features_digest, 0),
        {
            kind.name: _spread_score(customers, have, present.scores.get(kind.name), kind)
            for kind in score_kinds
        },
    )


def _spread_score(customers: Whole, have: Whole, kept: KeptScore | None, kind: ScoreKind) -> KeptScore:
    empty = KeptScore(np.empty(0), np.empty(0, np.int16), np.empty(0, np.int16), np.empty(0, np.int64))
    unknown = {"value": np.nan, "band": kind.not_enough, "version": 0, "digest": 0}
    columns = {field.name: getattr(kept or empty, field.name) for field in fields(KeptScore)}
    owners = have if kept else np.empty(0, np.int64)
    return KeptScore(
        **{name: _spread(customers, owners, each, unknown[name]) for name, each in columns.items()}
    )


def _spread(customers: Whole, owners: Whole, values: Column, unknown: float) -> Column:
    """The values of their owners at the places of these among the customers, `unknown` elsewhere."""
    spread = np.full(len(customers), unknown, values.dtype)
    spread[np.searchsorted(customers, owners)] = values
    return spread
