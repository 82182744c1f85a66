"""What was put together in a customer, by events and by people, and what taking it back would do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _

from regard.capture.models import Event
from regard.core.models import Store
from regard.profile.domain.naming import FACT
from regard.profile.models import Identity, IdentityLink, LinkReason

BY_EVENTS = (LinkReason.FIRST_NAMED, LinkReason.NAMED_TOGETHER, LinkReason.READ_AGAIN)
BY_HAND = (LinkReason.MERGED_BY_HAND, LinkReason.PARTED_BY_HAND)
UNDONE = LinkReason.DECISION_UNDONE


@dataclass(frozen=True)
class Merge:
    """An identity that belongs to another one of its customer, or that a person took out of the customer.

    step: what takes it back: "part" (a person's decision against events) or "undo" (of a person's decision).
    moves: the identities that would move with it, itself first; to: the id of the customer they would come to,
    None for one yet to be made. made: the customer that it was before, or None. event: that named both, while the
    log has it; actor: who decided it if a person did; undone_by: who took back what a person had decided.
    """

    identity: Identity
    belongs_to: Identity | None
    made: int | None
    reason: LinkReason
    linked_at: datetime | None
    event: Event | None
    actor: str
    undone_by: str
    step: Literal["part", "undo"]
    moves: tuple[Identity, ...]
    to: int | None

    @property
    def words(self) -> str:
        """Who or what put it where it is, as a sentence without its full stop."""
        if self.reason == LinkReason.MERGED_BY_HAND:
            return _("Merged by %(actor)s") % {"actor": self.actor}
        if self.reason == LinkReason.PARTED_BY_HAND:
            return _("Parted by %(actor)s") % {"actor": self.actor}
        return _by_event(self.event)


@dataclass(frozen=True)
class _History:
    """link: that says why an identity is where it is; place: the later of what was decided has a higher one."""

    link: IdentityLink | None
    event: Event | None
    undone_by: str
    place: int


def _by_event(event: Event | None) -> str:
    if event is None:
        return _("Named together by an event")
    if event.type == "alias":
        return _("Said to be the same by a call of alias")
    name = event.name if event.type in {"track", FACT} else event.type
    return _("Named together by the event “%(event)s”") % {"event": name}


def merges_for_viewer(*, store: Store, customer_id: int) -> list[Merge]:
    """What was merged into a customer or parted from them, the latest decided first. Four queries."""
    identities = list(Identity.objects.filter(store=store, customer_id=customer_id).select_related("owner"))
    here = {identity.pk: identity for identity in identities}
    parted = Identity.objects.filter(store=store, owner__in=here, by_hand=True, hand_owner=None)
    shown = [one for one in identities if _parent(one)]
    shown += [one for one in parted.select_related("owner") if one.pk not in here]
    histories = _histories(store, shown)
    shown.sort(key=lambda one: histories[one.pk].place, reverse=True)
    below = _below(identities)
    return [_merge(one, here, below, histories[one.pk]) for one in shown]


def customer_merged_into(*, store: Store, identity_id: int) -> int | None:
    """The customer that a person merged an identity into; None when it is not so."""
    merged = Identity.objects.filter(store=store, pk=identity_id, by_hand=True, hand_owner__isnull=False)
    return merged.values_list("customer_id", flat=True).first()


def _merge(
    one: Identity, here: Mapping[int, Identity], below: Mapping[int, list[Identity]], history: _History
) -> Merge:
    owner_customer = one.owner.customer_id if one.owner else None
    link = history.link
    return Merge(
        identity=one,
        belongs_to=here.get(_parent(one) or 0),
        made=one.own_customer_id,
        reason=LinkReason(link.reason if link else LinkReason.NAMED_TOGETHER),
        linked_at=link.linked_at if link else None,
        event=history.event,
        actor=link.actor if link else "",
        undone_by=history.undone_by,
        step="undo" if one.by_hand else "part",
        moves=tuple(_walk(one, below)),
        to=owner_customer or one.own_customer_id if one.by_hand else one.own_customer_id,
    )


def _parent(one: Identity) -> int | None:
    return one.hand_owner_id if one.by_hand else one.owner_id


def _below(identities: Iterable[Identity]) -> dict[int, list[Identity]]:
    below: dict[int, list[Identity]] = defaultdict(list)
    for one in identities:
        if parent := _parent(one):
            below[parent].append(one)
    return below


def _walk(top: Identity, below: Mapping[int, list[Identity]]) -> Iterable[Identity]:
    waiting = [top]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += below.get(one.pk, [])


def _histories(store: Store, shown: Collection[Identity]) -> dict[int, _History]:
    """Why each of these is where it is. What moved it along with others that it belongs to is left out."""
    links: dict[int, list[IdentityLink]] = defaultdict(list)
    told = IdentityLink.objects.filter(identity__in=shown, reason__in=(*BY_EVENTS, *BY_HAND, UNDONE))
    for link in told.order_by("identity", "reason", "-id").distinct("identity", "reason"):
        links[link.identity_id].append(link)
    chosen = {
        one.pk: max(
            (link for link in links[one.pk] if link.reason in _reasons(one)),
            key=lambda link: link.pk,
            default=None,
        )
        for one in shown
    }
    named_by = {link.event_id for link in chosen.values() if link and link.event_id}
    events = {event.id: event for event in Event.objects.filter(store_id=store.pk, id__in=named_by)}
    return {pk: _history(link, links[pk], events) for pk, link in chosen.items()}


def _reasons(one: Identity) -> Collection[LinkReason]:
    """What an identity may have come where it is by."""
    if not one.by_hand:
        return BY_EVENTS
    return (LinkReason.MERGED_BY_HAND,) if one.hand_owner_id else (LinkReason.PARTED_BY_HAND,)


def _history(
    chosen: IdentityLink | None, links: Iterable[IdentityLink], events: Mapping[int, Event]
) -> _History:
    undoing = next((link for link in links if link.reason == UNDONE), None)
    since = chosen.pk if chosen else 0
    return _History(
        link=chosen,
        event=events.get(chosen.event_id or 0) if chosen else None,
        undone_by=undoing.actor if undoing and undoing.pk > since else "",
        place=max(since, undoing.pk if undoing else 0),
    )
