"""How likely a visitor is to buy now, by what they do on the site: 0 to 100.

The product's specification (scoring, section 6, P10) names what counts and the three classes; the points, the
bounds and when it fades are proposals. What is said in a chat is not known to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from regard.score.domain.rules.kinds import RuleKind

FADES_AFTER = timedelta(hours=72)  # without a step on the site
READY, NUDGE = 60, 30
DEEP = 75  # percent of a page
INPUTS: Mapping[str, Promise] = {
    "cart": gettext_lazy("Pieces in the cart"),
    "checkout": gettext_lazy("The checkout was begun"),
    "repeated_views": gettext_lazy("Looks at the same thing"),
    "products": gettext_lazy("Products looked at"),
    "pages": gettext_lazy("Pages"),
    "scroll": gettext_lazy("Reads far down"),
    "policies": gettext_lazy("Reads how things are sent and returned"),
    "visits": gettext_lazy("Visits in three days"),
    "orders": gettext_lazy("Bought before"),
    "left_carts": gettext_lazy("Carts left before"),
    "bounced": gettext_lazy("Left after one page"),
}
# What a figure of each adds; said in words in POINTS_IN_WORDS and docs/scores.md.
POINTS: Mapping[str, Callable[[float], float]] = {
    "cart": lambda pieces: 30 if pieces > 0 else 0,
    "checkout": lambda begun: 20 if begun else 0,
    "repeated_views": lambda looks: 15 if looks >= 3 else 8 if looks >= 2 else 0,
    "products": lambda products: min(3 * products, 15),
    "pages": lambda pages: min(pages, 10),
    "scroll": lambda percent: 5 if percent >= DEEP else 0,
    "policies": lambda pages: 5 if pages else 0,
    "visits": lambda visits: min(5 * max(visits - 1, 0), 10),
    "orders": lambda orders: 10 if orders >= 3 else 5 if orders else 0,
    "left_carts": lambda carts: -min(10 * carts, 20),
    "bounced": lambda bounced: -10 if bounced else 0,
}
POINTS_IN_WORDS: Mapping[str, Promise] = {
    "cart": gettext_lazy("+30 with anything in it"),
    "checkout": gettext_lazy("+20"),
    "repeated_views": gettext_lazy("+8 from two, +15 from three"),
    "products": gettext_lazy("+3 each, 15 at most"),
    "pages": gettext_lazy("+1 each, 10 at most"),
    "scroll": gettext_lazy("+5 from 75 % of a page"),
    "policies": gettext_lazy("+5"),
    "visits": gettext_lazy("+5 for each after the first, 10 at most"),
    "orders": gettext_lazy("+5, from three orders +10"),
    "left_carts": gettext_lazy("−10 each, 20 at most, none for who goes back to it"),
    "bounced": gettext_lazy("−10"),
}


class IntentBand(models.TextChoices):
    READY = "intent:ready", gettext_lazy("Ready to buy")
    NUDGE = "intent:nudge", gettext_lazy("Needs a nudge")
    LEAVING = "intent:leaving", gettext_lazy("Likely to leave")
    NOTHING = "intent:not_enough_data", gettext_lazy("Not on the site")


def intent_points(figures: Sequence[float]) -> tuple[float, ...]:
    """What each figure adds, in the order of INPUTS."""
    return tuple(float(rule(figure)) for rule, figure in zip(POINTS.values(), figures, strict=True))


def intent_band(value: float, _figures: Sequence[float]) -> str:
    if value >= READY:
        return IntentBand.READY
    return IntentBand.NUDGE if value >= NUDGE else IntentBand.LEAVING


def _sentence(name: str, figures: Sequence[float]) -> str:
    count = int(figures[list(INPUTS).index(name)])
    words = {
        "cart": ngettext("%s piece in the cart.", "%s pieces in the cart.", count),
        "repeated_views": ngettext("%s look at the same thing.", "%s looks at the same thing.", count),
        "products": ngettext("%s product looked at.", "%s products looked at.", count),
        "pages": ngettext("%s page looked at.", "%s pages looked at.", count),
        "scroll": _("Read %s %% of a page."),
        "visits": ngettext("%s visit in three days.", "%s visits in three days.", count),
        "orders": ngettext("%s order before.", "%s orders before.", count),
        "left_carts": ngettext("%s cart left before this visit.", "%s carts left before this visit.", count),
    }
    if name in words:
        return words[name] % count
    return {
        "checkout": _("Began to check out."),
        "policies": _("Read how things are sent or returned: wants to be sure."),
        "bounced": _("The last visit was one page."),
    }[name]


INTENT = RuleKind(
    name="intent",
    label=gettext_lazy("Purchase intent"),
    subject="customer",
    bands=IntentBand,
    tones={IntentBand.READY: "good", IntentBand.NUDGE: "warning"},
    inputs=INPUTS,
    points=intent_points,
    band=intent_band,
    sentence=_sentence,
    keeps_all_moves=False,
    how=gettext_lazy(
        "Points for what was done on the site in the last three days and since the last order: see Settings, "
        "Scores. From 60 ready to buy, from 30 in need of a nudge, else likely to leave. It ends with an order, "
        "and 72 hours after the last step."
    ),
)
