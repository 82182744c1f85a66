"""What somebody wants asked, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from regard.survey.domain.asking.reasons import Why
from regard.survey.domain.definition.parts import Definition
from regard.survey.models import Invitation, Survey


@dataclass(frozen=True)
class Wish:
    """key: the same for every attempt; what has it is asked once. channel: "email", "sms", or "link" where whoever
    asks hands the address over. order_id, product_id: the shop's names of what it is about; about, about_id: of
    other things. template: of the message, "" for the usual one. at_once: it neither waits for others nor for a
    good hour."""

    key: str
    origin: str
    identity_id: int
    customer_id: int
    survey: str
    channel: str = "email"
    order_id: str = ""
    product_id: str = ""
    about: str = ""
    about_id: str = ""
    template: str = ""
    at_once: bool = False


@dataclass(frozen=True)
class Asked:
    """invitation: with its reason where it was refused. url: where the customer answers, "" then."""

    invitation: Invitation
    survey: Survey
    definition: Definition
    url: str = ""

    @property
    def is_asked(self) -> bool:
        return not self.invitation.why

    @property
    def why(self) -> Why | None:
        return Why(self.invitation.why) if self.invitation.why in Why.values else None
