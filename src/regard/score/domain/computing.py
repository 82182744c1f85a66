"""What is known of customers and the scores it gives, as columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from regard.core.models import Store
from regard.score.domain.columns import Chosen, Whole, chosen_rows, digest_of
from regard.score.domain.features import Features, features_of
from regard.score.domain.grouping import union_of
from regard.score.domain.kept import NOTHING_KEPT, Present, present_of
from regard.score.domain.kinds import Scored, score_kinds, scores_in_columns
from regard.score.domain.known_facts import Asked, Kind, KnownFacts, read_facts
from regard.score.domain.views import View


@dataclass(frozen=True)
class Computed:
    """Columns of customers by ascending id: what is known, the scores it gives by name, and what was kept."""

    features: Features
    scores: Mapping[str, Scored]
    before: Present

    @property
    def customers(self) -> Whole:
        return self.features.customer_id

    def only(self, chosen: Chosen | slice) -> Computed:
        return Computed(
            chosen_rows(self.features, chosen),
            {name: chosen_rows(scored, chosen) for name, scored in self.scores.items()},
            self.before.only(chosen),
        )

    def features_digest(self) -> Whole:
        return digest_of(column for name, column in self.features if name != "customer_id")

    def score_digest(self, name: str) -> Whole:
        """0 where there is no score to keep: of whom too little is known and nothing was kept."""
        scored, before = self.scores[name], self.before.scores[name]
        digest = digest_of((scored.value, scored.coverage, *scored.inputs.T), seed=scored.version)
        kind = score_kinds.get(name)
        is_told = scored.coverage > 0 if kind.tells_unknown else scored.band != kind.not_enough
        return np.where(is_told | (before.digest != 0), digest, 0)

    def news(self) -> Chosen:
        """Of whom anything is other than it was kept."""
        news: Chosen = self.features_digest() != self.before.features_digest
        for name in self.scores:
            news |= self.score_digest(name) != self.before.scores[name].digest
        return news


def compute(view: View, asked: Asked, before: Present = NOTHING_KEPT, *, further: bool = True) -> Computed:
    """The customers asked for of whom anything is known or kept (`before`). One query, and one once for a view.

    further: with what only some scores read, see `read_facts`; without it health is the same, and takes less time.
    """
    known = read_facts(store=view.store, asked=asked, as_of=view.as_of, past=view.past, further=further)
    customers = union_of(_worth_keeping(known), before.customer_id)
    features = features_of(known, customers)
    return Computed(features, scores_in_columns(features, view), present_of(before, customers))


def features_now(store: Store, now: datetime, asked: Asked) -> Features:
    """What is known of these customers now, without their scores. Rows as in `features_as_of`. One query."""
    known = read_facts(store=store, asked=asked, as_of=now)
    return features_of(known, union_of(_worth_keeping(known), NOTHING_KEPT.customer_id))


def features_as_of(store: Store, as_of: datetime, asked: Asked) -> Features:
    """What was known of these customers (ids, or the first and the last of a range) at a moment gone by.

    Rows are customers by ascending id, without those of whom nothing was known. Nothing that occurred later, and
    nothing live that was received later, is part of it; see docs/scores.md. One query.
    """
    known = read_facts(store=store, asked=asked, as_of=as_of, past=True)
    return features_of(known, union_of(_worth_keeping(known), NOTHING_KEPT.customer_id))


def _worth_keeping(known: KnownFacts) -> Whole:
    """Of whom something is known but visits: most visitors of a shop are nobody's customers."""
    customers: Whole = known.customer[known.kind != Kind.VISIT]
    return customers
