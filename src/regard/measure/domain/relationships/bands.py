"""A score and its bands, as figures over time tell them; and counts that moves add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regard.score.domain.kinds import ScoreKind, score_kinds

NO_SCORE = ""
Row = Mapping[str, Any]


def kind_named(name: str) -> ScoreKind:
    """Raises ValidationError for a score that there is not."""
    if name not in score_kinds:
        known = ", ".join(kind.name for kind in score_kinds)
        raise ValidationError({"score": _("There is no score “%(name)s”; there are: %(known)s.")
                               % {"name": name, "known": known}})  # fmt: skip
    return score_kinds.get(name)


def verdicts(kind: ScoreKind) -> Sequence[str]:
    """The bands that say something, the first of the score first."""
    return kind.names[: kind.not_enough]


def band_label(kind: ScoreKind, band: str) -> str:
    return str(dict(kind.bands.choices).get(band, band))


@dataclass(frozen=True)
class Standing:
    """How customers stood. customers: by band, of those with a verdict; mean: of their values."""

    customers: Mapping[str, int]
    mean: float | None

    @property
    def n(self) -> int:
        return sum(self.customers.values())

    def share(self, band: str) -> float | None:
        """In percent; None where nobody is known."""
        return 100 * self.customers[band] / self.n if self.n else None


@dataclass
class Tally:
    """Counts by band, and the sum of values, that moves are added to one after the other."""

    bands: Sequence[str]
    customers: dict[str, int] = field(default_factory=dict)
    total: float = 0.0

    def add(self, row: Row) -> None:
        """row: of sums over moves between two bands."""
        self._count(row["band"], row["moves"])
        self._count(row["band_before"], -row["moves"])
        self.total += float(row["value"]) - float(row["value_before"])

    def _count(self, band: str, customers: int) -> None:
        if band in self.bands:
            self.customers[band] = self.customers.get(band, 0) + customers

    def standing(self) -> Standing:
        customers = {band: self.customers.get(band, 0) for band in self.bands}
        n = sum(customers.values())
        return Standing(customers, round(self.total / n, 2) if n else None)
