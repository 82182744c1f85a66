"""What is said of a metric; how it is computed, `figures` say."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

Direction = Literal["up", "down", "none"]  # which way is good
Sphere = Literal["head", "hands", "heart"]
SPHERES: tuple[Sphere, ...] = ("heart", "hands", "head")
BETWEEN_PARTS = " · "  # of a split by two things at once
ChangeMode = Literal["relative", "points", "both"]
RowKind = Literal[
    "customers", "orders", "lines", "answers", "reviews", "tickets", "parcels", "texts", "visits"
]
Unit = Literal["points", "score", "percent", "stars", "money", "hours", "days", "count", "ratio", "text"]


@dataclass(frozen=True)
class Target:
    """A bound that good values keep: at least or at most `value`."""

    bound: Literal["least", "most"]
    value: float

    def is_met(self, value: float) -> bool:
        return value >= self.value if self.bound == "least" else value <= self.value


@dataclass(frozen=True)
class Variant:
    """Another way to define a metric; what is left out is as in the metric, but for target and looks_back."""

    formula: str
    unit: Unit | None = None
    direction: Direction | None = None
    target: Target | None = None
    looks_back: int = 0
    needs: str = ""  # the fact that is missing; empty: it can be computed


@dataclass(frozen=True)
class Metric:
    """A row of the catalogue.

    formula: in words, as it is computed. benchmark: what is said of good values. row: of the specification;
    None: Regard's own. counts: what n counts. splits: what it can be told apart by. variants: other ways to
    define it, by name. sampled: it estimates from those who answered, so that it comes with a confidence
    interval. n_repeats: the same may be counted in several periods, so that their n does not add up.
    n_is_shared: all parts rest on the same observations. zero_without_rows: it counts or sums up, so that
    nothing is 0. settles_in: days after a period in which its figures may still change. looks_back: days to
    the end of a period, or with from_start to its start, that its figure rests on; 0: the period itself, or
    all there is. needs: the fact that is missing, where there is no data; empty: it is live.
    """

    id: str
    name: str
    formula: str
    unit: Unit
    direction: Direction
    sphere: Sphere
    row: int | None = None
    benchmark: str = ""
    target: Target | None = None
    counts: RowKind = "customers"
    splits: tuple[str, ...] = ()
    variants: dict[str, Variant] = field(default_factory=dict)
    always_split: bool = False  # by the first of its splits
    sampled: bool = False
    n_repeats: bool = False
    n_is_shared: bool = False
    zero_without_rows: bool = False
    settles_in: int = 0
    looks_back: int = 0
    from_start: bool = False
    change: ChangeMode = "relative"
    needs: str = ""

    @property
    def is_live(self) -> bool:
        return not self.needs

    @property
    def ready_variants(self) -> dict[str, Variant]:
        """Those that can be computed."""
        return {
            name: variant for name, variant in self.variants.items() if not variant.needs and self.is_live
        }

    def window_of(self, first: date, after: date) -> date:
        """The first day that its figure from `first` to the day before `after` rests on."""
        if not self.looks_back:
            return first
        return (first if self.from_start else after) - timedelta(days=self.looks_back)

    def varied(self, name: str) -> Metric:
        """The metric as a variant defines it; "" for as it is. Raises KeyError for a variant that it lacks."""
        if not name:
            return self
        variant = self.variants[name]
        return replace(
            self,
            formula=variant.formula,
            unit=variant.unit or self.unit,
            direction=variant.direction or self.direction,
            target=variant.target,
            looks_back=variant.looks_back,
            needs=variant.needs or self.needs,
        )
