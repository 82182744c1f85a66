"""How the live metrics are computed: expressions over the lake, each defined once, for any engine."""

from __future__ import annotations

from regard.measure.domain.figures import (
    costs,
    retention,
    sales,
    satisfaction,
    support,
    texts,
    trade,
    value,
    visits,
)
from regard.measure.domain.figures.question import Figures

# By the id of a metric, or of a variant: "rpr:lifetime".
FIGURES: dict[str, Figures] = {
    **satisfaction.FIGURES,
    **support.FIGURES,
    **texts.FIGURES,
    **sales.FIGURES,
    **retention.FIGURES,
    **value.FIGURES,
    **visits.FIGURES,
    **trade.FIGURES,
    **costs.FIGURES,
}
