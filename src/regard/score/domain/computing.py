"""What is known of customers and the health it gives, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from regard.core.models import Store
from regard.score.domain.columns import Chosen, Numbers, Whole, chosen_rows, digest_of
from regard.score.domain.features import Features, features_of
from regard.score.domain.grouping import union_of
from regard.score.domain.health import Healths, healths_of
from regard.score.domain.inputs import inputs_of
from regard.score.domain.kept import Present, present_of
from regard.score.domain.known_facts import Asked, read_facts
from regard.score.domain.rhythm import ExpectedGap


@dataclass(frozen=True)
class View:
    """A store at a moment; past: facts received since then are left out."""

    store: Store
    as_of: datetime
    expected: ExpectedGap
    past: bool = False


@dataclass(frozen=True)
class Computed:
    """Columns of customers by ascending id: what is known, the health it gives, and what was kept before."""

    features: Features
    inputs: Numbers
    healths: Healths
    before: Present

    @property
    def customers(self) -> Whole:
        return self.features.customer_id

    def only(self, chosen: Chosen | slice) -> Computed:
        return Computed(
            chosen_rows(self.features, chosen),
            self.inputs[chosen],
            chosen_rows(self.healths, chosen),
            chosen_rows(self.before, chosen),
        )

    def features_digest(self) -> Whole:
        return digest_of(column for name, column in self.features if name != "customer_id")

    def score_digest(self) -> Whole:
        """0 where there is no score to keep: of whom nothing is known and nothing was."""
        healths = self.healths
        digest = digest_of((healths.value, healths.coverage, *self.inputs.T), seed=healths.weights.version)
        return np.where((healths.coverage > 0) | (self.before.score_digest != 0), digest, 0)

    def moved(self) -> Chosen:
        """Whose value or band is another than before."""
        value, before = self.healths.value, self.before.value
        same = (value == before) | (np.isnan(value) & np.isnan(before))
        moved: Chosen = ~same | (self.healths.band != self.before.band)
        return moved


def compute(view: View, asked: Asked, before: Present) -> Computed:
    """The customers asked for of whom anything is known or kept (`before`). One query."""
    known = read_facts(store=view.store, asked=asked, as_of=view.as_of, past=view.past)
    customers = union_of(known.customer, before.customer_id)
    features = features_of(known, customers)
    inputs = inputs_of(features, as_of=view.as_of, expected=view.expected)
    return Computed(features, inputs, healths_of(inputs), present_of(before, customers))
