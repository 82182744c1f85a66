"""By which channel a message leaves a step that has a template for several."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.act.domain.good_channels import Because, good_channels
from regard.act.models import Purpose
from regard.core.models import Store
from regard.journey.domain.definition.parts import Send
from regard.journey.domain.words import channel_in_words
from regard.message.domain.templates import template_named

WHY: Mapping[Because, str] = {
    Because.NAMED: gettext_noop("By %s, as the customer wishes."),
    Because.READ: gettext_noop("By %s, where the customer reads most."),
    Because.UNREAD: gettext_noop("By %s, since nothing that came otherwise was read."),
}


@dataclass(frozen=True)
class SendWay:
    """why: a sentence for people, "" where there is nothing to say."""

    channel: str
    template: str
    why: str = ""


def ways_to_send(store: Store, step: Send, customer_ids: Collection[int]) -> dict[int, SendWay]:
    """By customer. No query where the step has one channel."""
    if not step.others:
        return dict.fromkeys(customer_ids, SendWay(step.channel, step.template))
    templates = {step.channel: step.template, **step.others}
    usual = template_named(store, step.template)
    is_marketing = usual is not None and usual.purpose == Purpose.MARKETING
    found = good_channels(store, customer_ids, list(templates), is_marketing=is_marketing)
    return {
        customer_id: SendWay(good.channel, templates[good.channel], _why(good.because, good.channel))
        for customer_id, good in found.items()
    }


def _why(because: Because, channel: str) -> str:
    return _(WHY[because]) % channel_in_words(channel) if because in WHY else ""
