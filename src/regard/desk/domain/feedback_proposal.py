"""What a feedback item may be, by what was understood of the texts behind it. A person's word goes before it.

Proposals of ours: the kind is that of the most frequent intent; it is critical when a quarter of the texts are
urgent, important when half of them are negative.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from regard.desk.models import FeedbackKind, FeedbackUrgency
from regard.listen.models import Feeling, Understanding, Urgency

KINDS = {
    **dict.fromkeys(
        ("lost_package", "order_status", "shipping_question", "change_address"), FeedbackKind.SHIPPING
    ),
    **dict.fromkeys(("discount", "payment_problem", "invoice", "loyalty"), FeedbackKind.PRICING),
    **dict.fromkeys(("account_access", "privacy", "subscription"), FeedbackKind.WEBSITE),
    **dict.fromkeys(
        ("human_agent", "refund", "return", "exchange", "legal_threat", "cancel_order", "change_order"),
        FeedbackKind.SERVICE,
    ),
}  # fmt: skip
UNTELLING = {"complaint", "praise", "recommendation", "solved", "unknown"}
URGENT_SHARE, NEGATIVE_SHARE = 0.25, 0.5


@dataclass(frozen=True)
class Proposal:
    kind: FeedbackKind
    urgency: FeedbackUrgency


def propose(texts: Sequence[Understanding]) -> Proposal:
    """What most of them speak of; a product, and nice to have, where nothing tells."""
    intents = (intent for text in texts for intent in text.intents[:1] if intent not in UNTELLING)
    kinds = Counter(KINDS.get(intent, FeedbackKind.PRODUCT) for intent in intents)
    kind = min(kinds, key=lambda each: (-kinds[each], each)) if kinds else FeedbackKind.PRODUCT
    urgent = sum((text.urgency or 0) >= Urgency.HIGH for text in texts)
    negative = sum(text.feeling == Feeling.NEGATIVE for text in texts)
    return Proposal(kind, _urgency(urgent, negative, len(texts)))


def _urgency(urgent: int, negative: int, texts: int) -> FeedbackUrgency:
    if texts and urgent >= URGENT_SHARE * texts:
        return FeedbackUrgency.CRITICAL
    if texts and negative >= NEGATIVE_SHARE * texts:
        return FeedbackUrgency.IMPORTANT
    return FeedbackUrgency.NICE
