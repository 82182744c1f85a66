"""A store at a moment: what the same facts are scored by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from regard.core.models import Store
from regard.score.domain.rhythm import ExpectedGap
from regard.score.domain.tuned import TunedWeights, tuned_weights


@dataclass(frozen=True)
class View:
    """A store at a moment; past: facts received since then are left out."""

    store: Store
    as_of: datetime
    expected: ExpectedGap
    past: bool = False

    @cached_property
    def tuned(self) -> Mapping[str, TunedWeights]:
        """The weights that the store had chosen by then, by score. One query, once."""
        return tuned_weights(self.store, as_of=self.as_of if self.past else None)
