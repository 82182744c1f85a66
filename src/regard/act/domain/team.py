"""Who of a store's members is told of what concerns it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from regard.act.domain.channel_accounts import TEAM_CHANNELS, posted_alerts
from regard.act.models import PostedAlerts, Purpose, Send
from regard.core.models import Member, Store
from regard.core.models.member import Role

TOLD_ROLES = (Role.OWNER, Role.ADMIN, Role.MANAGER)
TO_OWNERS = (
    "own_alerts_overdue"  # the intent of what members are told of alerts that are theirs, leading or not
)


@dataclass(frozen=True)
class Place:
    """Where the team is told of alerts: the address of somebody who leads the store, or a channel of them all."""

    channel: str
    recipient: str

    @property
    def is_person(self) -> bool:
        return self.channel == "email"


def places_told(store: Store, *, summaries: bool = False) -> list[Place]:
    """Where critical alerts go, or the daily and weekly summaries: people first. Two queries."""
    posted = {PostedAlerts.ALL} if summaries else {PostedAlerts.ALL, PostedAlerts.CRITICAL}
    channels = [channel for channel, alerts in posted_alerts(store).items() if alerts in posted]
    people = [Place("email", address) for address in leading_addresses(store)]
    return people + [Place(channel, channel) for channel in channels]


def may_be_told(send: Send) -> bool:
    """Whether who gets a message may read what is for the team, if it is that. One query at most."""
    is_open = send.purpose != Purpose.TEAM or send.channel in TEAM_CHANNELS
    if is_open:
        return True
    addresses = member_addresses if send.intent == TO_OWNERS else leading_addresses
    return send.recipient in addresses(send.store)


def leading_addresses(store: Store) -> list[str]:
    """The e-mail addresses of those who lead the store, in order."""
    members = Member.objects.filter(store=store, role__in=TOLD_ROLES, user__is_active=True)
    return sorted(members.values_list("user__email", flat=True))


def member_addresses(store: Store) -> list[str]:
    """The e-mail addresses of all members, in order."""
    members = Member.objects.filter(store=store, user__is_active=True)
    return sorted(members.values_list("user__email", flat=True))


def stores_without_leaders() -> list[str]:
    """The short names of the stores of whose alerts nobody is e-mailed, in order."""
    leading = Member.objects.filter(store=OuterRef("pk"), role__in=TOLD_ROLES, user__is_active=True)
    return list(Store.objects.filter(~Exists(leading)).order_by("slug").values_list("slug", flat=True))
