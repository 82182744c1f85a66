"""When marketing may leave, over JSON."""

from __future__ import annotations

from datetime import time

from ninja import Field, Schema

from regard.act.domain.sending_rules import change_rules, rules_for_viewer
from regard.act.domain.topics import Topic, topics_of
from regard.act.models import SendingRules
from regard.core.edges.api import ApiRequest, Router, actor_of, requires, store_of
from regard.profile.domain.double_opt_in import double_opt_ins

router = Router(tags=["Outbox"])
OF_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


class Rules(Schema):
    """When marketing of the store may leave."""

    quiet_from: str = Field(description="Of the customer's day.", pattern=OF_CLOCK, examples=["21:00"])
    quiet_until: str = Field(
        description="The same as quiet_from: never quiet.", pattern=OF_CLOCK, examples=["08:00"]
    )
    weekly_cap: int = Field(description="Marketing messages a week to one customer.", ge=1, le=50)
    origin_limit: int = Field(
        500,
        description="Marketing messages of one origin, as a journey, that leave in an hour unasked.",
        ge=1,
        le=20_000,
    )
    store_limit: int = Field(1_000, description="The same of all marketing together.", ge=1, le=20_000)
    double_opt_in: list[str] | None = Field(
        None,
        description="Channels on which a consent counts only once it is confirmed: email, sms, whatsapp. "
        "Null leaves it as it is.",
        examples=[["email"]],
    )
    topics: dict[str, str] = Field(
        description="What marketing is about: key and the name that customers read.",
        examples=[{"news": "News", "offers": "Offers"}],
    )


@router.get(
    "/sending/rules",
    operation_id="get_sending_rules",
    summary="Get when marketing may leave",
    response=Rules,
    auth=requires("store.read"),
)
def get_rules(request: ApiRequest) -> Rules:
    """Quiet hours, the cap, and the topics of the store."""
    return _told(rules_for_viewer(store_of(request)))


@router.put(
    "/sending/rules",
    operation_id="change_sending_rules",
    summary="Set when marketing may leave",
    response=Rules,
    auth=requires("store.manage"),
)
def put_rules(request: ApiRequest, rules: Rules) -> Rules:
    """Set all of them; what waits is asked again when it is due."""
    store = store_of(request)
    topics = [Topic(key, label) for key, label in rules.topics.items()]
    return _told(
        change_rules(
            store,
            quiet_from=time.fromisoformat(rules.quiet_from),
            quiet_until=time.fromisoformat(rules.quiet_until),
            weekly_cap=rules.weekly_cap,
            origin_limit=rules.origin_limit,
            store_limit=rules.store_limit,
            topics=topics,
            double_opt_in=double_opt_ins(store) if rules.double_opt_in is None else rules.double_opt_in,
            actor=actor_of(request),
        )
    )


def _told(rules: SendingRules) -> Rules:
    return Rules(
        quiet_from=f"{rules.quiet_from:%H:%M}",
        quiet_until=f"{rules.quiet_until:%H:%M}",
        weekly_cap=rules.weekly_cap,
        origin_limit=rules.origin_limit,
        store_limit=rules.store_limit,
        double_opt_in=double_opt_ins(rules.store),
        topics={topic.key: topic.label for topic in topics_of(rules.store)},
    )
