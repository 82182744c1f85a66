"""Prompts to begin with: each is a prompt of the store's own once it is taken, and off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store
from regard.serve.domain.prompts import create_prompt
from regard.serve.domain.terms import PromptTerms
from regard.serve.models import Device, Kind, Place, Prompt, Trigger
from regard.survey.domain.shipped import add_shipped


@dataclass(frozen=True)
class Beginning:
    """survey: the key of the one that ships, which is added as a draft where the store lacks it."""

    name: Promise
    about: Promise
    terms: PromptTerms
    survey: str = ""


FREE_SHIPPING = {
    "en": {
        "title": "Delivery is free from 50 €",
        "text": "Put the rest of your list into the same parcel.",
        "button": "See delivery",
    },
    "de": {
        "title": "Ab 50 € liefern wir kostenlos",
        "text": "Legen Sie den Rest Ihrer Liste gleich mit ins Paket.",
        "button": "Zum Versand",
    },
}
BEGINNINGS: Mapping[str, Beginning] = {
    "exit-intent": Beginning(
        _("As somebody is about to leave"),
        _("A survey as somebody is about to leave the cart or a product. It tells what holds people back."),
        PromptTerms(
            name="-", kind=Kind.SURVEY.value, included=("/cart*", "/products/*"), trigger=Trigger.LEAVING.value,
            place=Place.CENTRE.value, again_days=60, share=50,
        ),
        survey="exit-intent",
    ),
    "thank-you": Beginning(
        _("On the page that thanks"),
        _("Two questions on the page that thanks for an order. They tell how easy and how sure it was."),
        PromptTerms(
            name="-", kind=Kind.SURVEY.value, included=("*thank*", "*order-received*"),
            trigger=Trigger.SECONDS.value, amount=2, again_days=1,
        ),
        survey="purchase-micro",
    ),
    "free-shipping": Beginning(
        _("Free shipping"),
        _("A message for visitors who have looked at three products: from what amount delivery is free."),
        PromptTerms(
            name="-", kind=Kind.MESSAGE.value, texts=FREE_SHIPPING, link="/delivery",
            excluded=("/checkout*",), trigger=Trigger.EVENT.value, event="Product Viewed", amount=3,
            place=Place.BAR.value, again_days=7, device=Device.ANY.value,
        ),
    ),
}  # fmt: skip


@transaction.atomic
def take_beginning(store: Store, key: str, *, actor: str) -> Prompt:
    """Raises KeyError for one that there is not, ValidationError where the store has too many."""
    one = BEGINNINGS[key]
    survey = add_shipped(store, one.survey, actor=actor) if one.survey else None
    terms = replace(one.terms, name=str(one.name), survey_id=survey.pk if survey else None)
    return create_prompt(store, terms, actor=actor)
