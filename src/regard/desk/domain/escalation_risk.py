"""How likely a ticket is escalated, opened again, or takes more than one further contact.

The product's specification (scoring, section 6, P2) names what counts: the text and its feeling, the customer's
history, the reason, replies and value. What each adds is a proposal. How many replies there were is not told yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from regard.listen.models import Urgency
from regard.score.domain.rules.kinds import RuleKind

LIKELY, WATCHED = 50, 25
HEALTHY = 60  # below it health and CSI count, and more from 20 points below
# What is asked for: the highest that holds.
COMPLAINT, MONEY_BACK = 2, 1
REASONS: Mapping[int, tuple[str, ...]] = {
    COMPLAINT: ("complaint", "legal_threat", "human_agent"),
    MONEY_BACK: ("refund", "return", "damaged_item", "wrong_item", "lost_package", "payment_problem"),
}
INPUTS: Mapping[str, Promise] = {
    "ticket": gettext_lazy("Any ticket"),
    "feeling": gettext_lazy("Feeling"),
    "urgency": gettext_lazy("Urgency"),
    "reason": gettext_lazy("Reason"),
    "tickets": gettext_lazy("Earlier tickets"),
    "escalations": gettext_lazy("Earlier escalations"),
    "health": gettext_lazy("Health"),
    "csi": gettext_lazy("Satisfaction index (CSI)"),
    "value": gettext_lazy("Value"),
    "open": gettext_lazy("Open for long"),
    "unanswered": gettext_lazy("Not answered"),
}
# What a figure of each adds; said in words in docs/scores.md.
POINTS: Mapping[str, Callable[[float], float]] = {
    "ticket": lambda _always: 5,
    "feeling": lambda negative: 15 if negative else 0,
    "urgency": lambda level: 20 if level >= Urgency.URGENT else 10 if level >= Urgency.HIGH else 0,
    "reason": lambda reason: 15 if reason >= COMPLAINT else 10 if reason >= MONEY_BACK else 0,
    "tickets": lambda tickets: min(5 * tickets, 15),
    "escalations": lambda escalated: 20 if escalated else 0,
    "health": lambda below: 15 if below > 20 else 8 if below > 0 else 0,
    "csi": lambda below: 10 if below > 20 else 5 if below > 0 else 0,
    "value": lambda is_high: 5 if is_high else 0,
    "open": lambda days: 15 if days >= 3 else 5 if days >= 1 else 0,
    "unanswered": lambda days: 10 if days >= 1 else 0,
}


class EscalationBand(models.TextChoices):
    LIKELY = "escalation_risk:likely", gettext_lazy("Likely to escalate")
    WATCHED = "escalation_risk:watched", gettext_lazy("May escalate")
    UNLIKELY = "escalation_risk:unlikely", gettext_lazy("Unlikely to escalate")
    NOTHING = "escalation_risk:not_enough_data", gettext_lazy("Not foreseen")


def escalation_points(figures: Sequence[float]) -> tuple[float, ...]:
    """What each figure adds, in the order of INPUTS. figures of health and CSI: points below 60; of time: days."""
    return tuple(float(rule(figure)) for rule, figure in zip(POINTS.values(), figures, strict=True))


def escalation_band(value: float, _figures: Sequence[float]) -> str:
    if value >= LIKELY:
        return EscalationBand.LIKELY
    return EscalationBand.WATCHED if value >= WATCHED else EscalationBand.UNLIKELY


def _sentence(name: str, figures: Sequence[float]) -> str:
    count = int(figures[list(INPUTS).index(name)])
    counted = {
        "tickets": ngettext("%s ticket in the 90 days before.", "%s tickets in the 90 days before.", count),
        "escalations": ngettext(
            "%s was escalated in the last 90 days.", "%s were escalated in the last 90 days.", count
        ),
        "open": ngettext("Open for %s day.", "Open for %s days.", count),
        "unanswered": ngettext("Not answered for %s day.", "Not answered for %s days.", count),
    }
    if name in counted:
        return counted[name] % count
    return {
        "ticket": _("What every ticket has."),
        "feeling": _("It is written in a negative mood."),
        "urgency": _("It is urgent.") if count >= Urgency.URGENT else _("Its urgency is high."),
        "reason": _("It complains, threatens, or asks for a person.")
        if count >= COMPLAINT
        else _("Something went wrong, or money is to be given back."),
        "health": _("The customer's health was below 60."),
        "csi": _("The customer's satisfaction index was below 60."),
        "value": _("The customer has spent more than 500."),
    }[name]


ESCALATION_RISK = RuleKind(
    name="escalation_risk",
    label=gettext_lazy("Risk of escalation"),
    subject="ticket",
    bands=EscalationBand,
    tones={EscalationBand.LIKELY: "bad", EscalationBand.WATCHED: "warning", EscalationBand.UNLIKELY: "good"},
    inputs=INPUTS,
    points=escalation_points,
    band=escalation_band,
    sentence=_sentence,
    how=gettext_lazy(
        "Points for the feeling, urgency and reason of what is written, the customer's tickets and escalations of "
        "90 days, health, satisfaction index and value, and for how long it is open and not answered. What is not "
        "known adds nothing. From 50 likely to escalate, from 25 it may. It stays as it was last once the ticket "
        "is solved, escalated or opened again."
    ),
    high_is_good=False,
)
