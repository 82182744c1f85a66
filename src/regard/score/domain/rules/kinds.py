"""Scores by rule: signs that add points or take them off, of customers and of other subjects.

They are computed of a few subjects at a time and kept while there is anything to tell; the scores of `score_kinds`
are of all customers. Inputs are figures; what each adds follows from them, so that a score explains itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from regard.core.registry import Registry
from regard.score.domain.parts import Part
from regard.score.models.score import scales

Subject = Literal["customer", "shipment", "product", "ticket"]


@dataclass(frozen=True)
class RuleKind:
    """A score by rule.

    bands: from the first to the last, the last for "nothing to tell". inputs: their labels by name, in the order
    in which figures are kept. points: what each figure adds, of a score of 0 to 100. band: by the score's value
    and the figures. sentence: an input in words, by all figures. how: the rule in words. keeps_all_moves: in
    its history, or only those into another band, of a score that moves with every click.
    """

    name: str
    label: Promise
    subject: Subject
    bands: type[models.TextChoices]
    tones: Mapping[str, str]
    inputs: Mapping[str, Promise]
    points: Callable[[Sequence[float]], tuple[float, ...]]
    band: Callable[[float, Sequence[float]], str]
    sentence: Callable[[str, Sequence[float]], str]
    how: Promise
    most: int = 100
    high_is_good: bool = True
    has_panel: bool = False
    keeps_all_moves: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.bands.values)

    @property
    def not_enough(self) -> int:
        """Position of the band "nothing to tell"."""
        return len(self.bands) - 1

    def value(self, figures: Sequence[float]) -> float:
        """0 to 100."""
        return round(min(max(sum(self.points(figures)), 0.0), float(self.most)), 2)

    def parts(self, figures: Sequence[float]) -> list[Part]:
        """What each figure adds; together, with what bounds it, the score."""
        points = self.points(figures)
        found = [
            Part(name, str(label), _share(added), abs(added) / self.most, added, self.sentence(name, figures))
            for (name, label), added in zip(self.inputs.items(), points, strict=True)
            if added
        ]
        beyond = self.value(figures) - sum(points)
        if abs(beyond) > 0.005:
            words = _("No score is below 0 or above 100.")
            found.append(Part("bounds", _("Bounds"), _share(beyond), abs(beyond) / self.most, beyond, words))
        return found


def _share(points: float) -> float:
    """As the length of a bar of 100."""
    return min(abs(points), 100.0)


rule_kinds: Registry[RuleKind] = Registry("score by rule")


def register_rule(kind: RuleKind) -> None:
    """Announce a score by rule."""
    scales.add(kind.name, kind.bands)
    rule_kinds.add(kind.name, kind)
