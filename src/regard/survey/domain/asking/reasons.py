"""Why a survey was not asked."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Why(models.TextChoices):
    """As it is kept with an invitation that was not made, and told to the log."""

    TOO_SOON = "too_soon", _("Another survey was asked a short while before.")
    TOO_MANY = "too_many", _("As many surveys were asked lately as anybody is asked.")
    OUTRANKED = "outranked", _("Another survey that matters more was to be asked on the same day.")
    REFUSED = "refused", _("The customer wants no surveys, or nothing on this channel.")
    NO_ADDRESS = "no_address", _("No address is known for this channel.")
    NOT_LIVE = "not_live", _("The survey is not live.")
    FULL = "full", _("The survey has as many answers as were wanted.")
    NO_MESSAGE = "no_message", _("The message could not be made for this customer.")
    NOT_SENT = "not_sent", _("The message never left; the outbox says why.")


def why_in_words(why: str) -> str:
    """One sentence; what an earlier version kept stays as it is."""
    return str(Why(why).label) if why in Why.values else why
