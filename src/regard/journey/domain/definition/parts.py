"""What a journey is made of, as values: how it starts, who may enter, and its steps, a tree walked downwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal, TypeAlias


@dataclass(frozen=True)
class EventStart:
    """Somebody does something, or Regard records a fact about them."""

    events: tuple[str, ...]
    where: str = ""  # a condition on the event and the customer


@dataclass(frozen=True)
class ScoreStart:
    """A score of the customer moves into one of these bands, from any other or one of `before`."""

    score: str
    into: tuple[str, ...]
    before: tuple[str, ...] = ()


@dataclass(frozen=True)
class SegmentStart:
    """A customer comes into a segment, or leaves it."""

    segment: str
    leaves: bool = False


@dataclass(frozen=True)
class DateStart:
    """A day of the customer comes; `offset` days after it, before it when negative.

    day: a name of domain/dates.py, or "attr.NAME" for a custom attribute that holds a date. yearly: every year
    again, as a birthday does.
    """

    day: str
    offset: int = 0
    yearly: bool = False


@dataclass(frozen=True)
class HandStart:
    """Somebody sends it to a segment, once: a broadcast; or puts customers in one by one."""


@dataclass(frozen=True)
class AlertStart:
    """Something goes better or worse in the whole store: the customers of a saved segment enter."""

    kinds: tuple[str, ...]
    segment: str  # its name


Start: TypeAlias = EventStart | ScoreStart | SegmentStart | DateStart | HandStart | AlertStart


@dataclass(frozen=True)
class Listen:
    """Events that end a journey or a waiting. same: only those about the thing that the journey is about."""

    events: tuple[str, ...]
    where: str = ""
    same: bool = False


@dataclass(frozen=True)
class Exit:
    """What ends the journey wherever somebody is in it. goal: that is what it was for."""

    on: Listen
    goal: bool = False


@dataclass(frozen=True)
class Send:
    """A message by a template. outdated: it is dropped when it could not leave for so long. others: by channel the
    template for it; with any, each customer gets the message by the channel that is best for them."""

    id: str
    template: str
    channel: str = "email"
    outdated: timedelta = timedelta(days=3)
    name: str = ""
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wait:
    """Nothing happens for a time."""

    id: str
    time: timedelta
    name: str = ""


@dataclass(frozen=True)
class WaitUntil:
    """Nothing happens until a moment.

    moment: a day, the path of what the event told ("event.delivery_date"), or "good hour": the hour of the day at
    which this customer reads. offset: after it, before it when negative. What lies in the past is not waited for.
    """

    id: str
    moment: date | str
    offset: timedelta = timedelta()
    name: str = ""


@dataclass(frozen=True)
class WaitFor:
    """Until an event comes, `most` at the longest. Then one way is taken if it came, and another if not."""

    id: str
    on: Listen
    most: timedelta
    came: tuple[Step, ...] = ()
    missed: tuple[Step, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Branch:
    """One way for those for whom the condition holds, another for the rest."""

    id: str
    when: str
    then: tuple[Step, ...] = ()
    otherwise: tuple[Step, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Way:
    share: int  # percent
    steps: tuple[Step, ...]
    name: str = ""


@dataclass(frozen=True)
class Split:
    """Each goes one of several ways by chance: the same customer always the same in one journey."""

    id: str
    ways: tuple[Way, ...]
    name: str = ""


@dataclass(frozen=True)
class Do:
    """An action of one of Regard's rooms; see core.registry.Action. Texts among its parameters are templates."""

    id: str
    action: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""


@dataclass(frozen=True)
class Leave:
    """The journey ends here."""

    id: str
    reason: str = ""
    name: str = ""


Step: TypeAlias = Send | Wait | WaitUntil | WaitFor | Branch | Split | Do | Leave
Again = Literal["never", "always"]


@dataclass(frozen=True)
class Definition:
    """A journey as it is written down.

    instance: what it is about, so that one person can be inside twice: a name of `INSTANCES`, or a path such as
    "event.subscription_id". again: whether the same may enter once more, or after how long. only_while: who does
    not meet this any more leaves at the next step.
    """

    key: str
    name: str
    start: Start
    steps: tuple[Step, ...]
    description: str = ""
    who: str = ""
    only_while: str = ""
    instance: str = "customer"
    again: Again | timedelta = timedelta(days=14)
    holdout: int = 10
    exits: tuple[Exit, ...] = ()
    priority: int = 50
    topic: str = ""
    is_playbook: bool = False


# Where events name the thing, under the names of the Segment specification and of ours, the first that is there.
GOOD_HOUR = "good hour"  # a moment to wait until
# Of these a step may have several, of which each customer gets the best. The others reach no customer alone.
CHOSEN_FROM = ("email", "sms", "whatsapp")
INSTANCES: Mapping[str, tuple[str, ...]] = {
    "customer": (),
    "order": ("order_id", "order", "order_number"),
    "cart": ("cart_id", "checkout_id", "cart_token"),
    "shipment": ("tracking_number", "shipment_id", "shipment"),
    "product": ("product_id", "sku", "product"),
    "ticket": ("ticket_id", "ticket"),
}
