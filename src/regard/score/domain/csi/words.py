"""Why a satisfaction index is what it is, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from regard.score.domain.parts import Part
from regard.score.domain.sentences import UNKNOWN, Known, rounded, sentence_of

LABELS: Mapping[str, Promise] = {
    "nps": _("Recommendation (NPS)"),
    "product": _("Satisfaction with products"),
    "ease": _("Ease of getting help (CES)"),
    "delivery": _("Deliveries"),
    "purchase": _("Purchases"),
}
NOT_KNOWN: Mapping[str, Promise] = {
    "nps": UNKNOWN["nps"],
    "product": UNKNOWN["product_satisfaction"],
    "ease": _("No answer yet: known as soon as the customer says how much effort getting help took."),
    "delivery": _("No answer yet: known as soon as the customer rates a delivery."),
    "purchase": _("No answer yet: known as soon as the customer rates a purchase."),
}
FROM_HEALTH = {"nps": "nps", "product": "product_satisfaction"}


def explain_csi(values: Sequence[float | None], weights: Mapping[str, float], known: Known) -> Iterator[Part]:
    """A part for each touchpoint; the weights of those known are rescaled to a whole."""
    present = sum(weight for weight, value in zip(weights.values(), values, strict=True) if value is not None)
    for (name, weight), value in zip(weights.items(), values, strict=True):
        if value is None:
            yield Part(name, str(LABELS[name]), None, weight / 100, 0.0, str(NOT_KNOWN[name]))
        else:
            share = weight / present if present else 0.0
            yield Part(name, str(LABELS[name]), value, share, share * value, _sentence(name, value, known))


def _sentence(name: str, value: float, known: Known) -> str:
    if name in FROM_HEALTH:
        return sentence_of(FROM_HEALTH[name], value, known)
    count = int(getattr(known.features, f"{name}_answers"))
    return ngettext(
        "One answer: %(mean)s of 100.",
        "%(count)s answers, on average %(mean)s of 100, where newer ones count more.",
        count,
    ) % {"count": count, "mean": rounded(value, 1)}
