"""What each kind of model tells of itself on its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regard.predict.models import FittedModel
from regard.ui.charts.chart import Chart


@dataclass(frozen=True)
class CardChart:
    """A drawing of a card: its title, and what it shows. load: makes it of the model's card; no query."""

    title: str
    caption: str
    load: Callable[[FittedModel], Chart]


@dataclass(frozen=True)
class CardPart:
    """How models of a kind are shown; all of it is made of what their cards hold, in the reader's language.

    purpose: what such a model is for; of None, what one is for by default. accuracy: how well one did, in a
    sentence. facts: (label, text) of what it was fitted on and its parameters. charts: by their name in the
    address; a card without figures has none. template: of what stands beneath these; it gets what `context` gives.
    """

    purpose: Callable[[FittedModel | None], str]
    accuracy: Callable[[FittedModel], str]
    facts: Callable[[FittedModel], Sequence[tuple[str, str]]]
    charts: Callable[[FittedModel], Mapping[str, CardChart]]
    template: str
    context: Callable[[FittedModel], Mapping[str, Any]]
