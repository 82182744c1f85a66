"""What a store's marketing is about, of which its customers may turn off what they do not care for."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from regard.act.models import SendingRules
from regard.core.models import Store


@dataclass(frozen=True)
class Topic:
    """key: as messages name it."""

    key: str
    label: str


def topics_of(store: Store) -> list[Topic]:
    """The store's own, or else the usual ones in the reader's language. One query."""
    rules = SendingRules.objects.filter(store=store).first()
    own = rules.topics if rules else []
    return [Topic(key, label) for key, label in own] or [
        Topic("news", _("News")),
        Topic("offers", _("Offers")),
        Topic("tips", _("Tips and ideas")),
    ]


SURVEYS = "surveys"  # the topic of every survey


def refusable_topics(store: Store) -> list[Topic]:
    """What customers may turn off: the topics of marketing, and surveys. One query."""
    own = topics_of(store)
    known = any(topic.key == SURVEYS for topic in own)
    return own if known else [*own, Topic(SURVEYS, _("Surveys"))]
