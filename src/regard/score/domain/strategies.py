"""What to do about a customer's health, by band: after the product's specification (scoring, section 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regard.score.models import HealthBand

INTERVENE_BELOW = 60  # of health: such customers are on the intervention list
DETRACTOR = 6  # of 10, and below
INTERVENTION_SEGMENT = f"health < {INTERVENE_BELOW}"


@dataclass(frozen=True)
class _Plan:
    signs: Promise
    strategy: Promise
    expected: Promise
    treatments: tuple[Promise, ...] = ()


@dataclass(frozen=True)
class Strategy:
    """How customers of a band are told, what to do, what it is known to bring elsewhere, and what they get."""

    signs: str
    strategy: str
    expected: str
    treatments: tuple[str, ...]


_PLANS: Mapping[HealthBand, _Plan] = {
    HealthBand.THRIVING: _Plan(
        _("Highly satisfied, more and more engaged, spends more."),
        _("Invite them to refer friends, reward them, treat them as VIPs."),
        _("Marketing is 3 to 5 times as effective; 40 % and more refer somebody."),
        (
            _("Priority service without waiting"),
            _("Early access to products and sales"),
            _("Exclusive events and access to the community"),
            _("Personal thanks and recognition"),
            _("Higher rewards for referrals"),
        ),
    ),
    HealthBand.HEALTHY: _Plan(
        _("Steady in what they say and buy."),
        _("Make the experience better, and offer what goes with what they have."),
        _("Marketing is 2 to 3 times as effective; 15 to 25 % more can be sold."),
    ),
    HealthBand.AT_RISK: _Plan(
        _("Less satisfied or less engaged than before, spends unevenly."),
        _("Get in touch before they leave, and put right what went wrong."),
        _("50 to 70 % stay when something is done, 20 to 30 % when nothing is."),
        (
            _("A message that asks how things are, before they complain"),
            _("Somebody who solves their problem with them"),
            _("Offers for those who stay"),
            _("A success manager whom they can reach directly"),
            _("More generous terms for returns and exchanges"),
        ),
    ),
    HealthBand.CRITICAL: _Plan(
        _("Several bad signs at once, turning away."),
        _("Act at once to keep them; win them back."),
        _("25 to 40 % recover with intensive work."),
    ),
    HealthBand.LOST: _Plan(
        _("Gone, or extremely unhappy."),
        _("Repair what can be repaired, and try to win them back."),
        _("10 to 20 % come back; bad word of mouth is contained."),
    ),
}


def strategy_for(band: HealthBand, *, last_nps: float | None = None) -> Strategy | None:
    """In the reader's language; None where there is not enough data to say.

    last_nps: 0 to 10; of whoever is a detractor by it things are put right first, however well they buy.
    """
    plan = _PLANS.get(band)
    if plan is None:
        return None
    signs = str(plan.signs)
    if last_nps is not None and last_nps <= DETRACTOR and band in {HealthBand.THRIVING, HealthBand.HEALTHY}:
        plan = _PLANS[HealthBand.AT_RISK]
        signs = gettext("Buys as before, yet would recommend you with %s of 10 only.") % f"{last_nps:g}"
    treatments = tuple(str(each) for each in plan.treatments)
    return Strategy(signs, str(plan.strategy), str(plan.expected), treatments)
