"""Which kinds of models there are, and how each is shown."""

from __future__ import annotations

from regard.predict.models import ModelKind
from regard.predict.pages.card import CardPart
from regard.predict.pages.churn_card import CHURN_CARD
from regard.predict.pages.lifetime_card import LIFETIME_CARD

CARDS: dict[str, CardPart] = {ModelKind.CHURN: CHURN_CARD, ModelKind.LIFETIME_VALUE: LIFETIME_CARD}
