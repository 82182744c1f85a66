"""What the act room tells the log. Addresses and texts are left out: the rows they belong to have them."""

from __future__ import annotations

from regard.core.registry import Fact, fact


@fact
class AlertRaised(Fact, frozen=True, kw_only=True):
    """An alert was raised; repeats that collapse into one that is open are not told."""

    alert_id: int
    kind: str
    level: str
    customer_id: int | None  # None: it is about the store
    event_id: int | None  # of the event that raised it; None: a look at many of them did
    mailed: int | None = None  # people for whom an e-mail was queued at once; None: it waits for a digest


@fact
class AlertSeen(Fact, frozen=True, kw_only=True):
    """Somebody looked at an alert for the first time."""

    alert_id: int
    actor: str


@fact
class AlertAssigned(Fact, frozen=True, kw_only=True):
    """An alert was given to a member, or (None) taken back from one."""

    alert_id: int
    owner_id: int | None
    actor: str


@fact
class AlertHandled(Fact, frozen=True, kw_only=True):
    """An alert was dealt with. response_seconds: since it was raised; resolution: what came of it, if said."""

    alert_id: int
    response_seconds: float
    actor: str
    resolution: str = ""


@fact
class AlertResolutionTold(Fact, frozen=True, kw_only=True):
    """Somebody said, after an alert was handled, what came of it, or said otherwise; "": takes that back."""

    alert_id: int
    resolution: str
    actor: str


@fact
class AlertSnoozed(Fact, frozen=True, kw_only=True):
    """Somebody let an alert sleep until a time."""

    alert_id: int
    until: str
    actor: str


@fact
class AlertWoken(Fact, frozen=True, kw_only=True):
    """An alert is back from sleep. why: "time", "news" (something came on top), or "person", who is the actor."""

    alert_id: int
    why: str
    actor: str = ""


@fact
class AlertEscalated(Fact, frozen=True, kw_only=True):
    """An alert was neither handled nor snoozed when it was due, and those who lead the store were told, once."""

    alert_id: int
    due_at: str
    mailed: int  # people for whom an e-mail was queued: those who lead the store, and whose it is


@fact
class AlertClosed(Fact, frozen=True, kw_only=True):
    """An alert was closed without anybody dealing with it, since its customer was erased."""

    alert_id: int


@fact
class AlertReopened(Fact, frozen=True, kw_only=True):
    """An alert that had been dealt with is open again."""

    alert_id: int
    actor: str


@fact
class PreferencesTold(Fact, frozen=True, kw_only=True):
    """A customer said what they want of marketing. refused_topics: keys; wants_less: half as many messages."""

    identity_id: int
    refused_topics: list[str]
    wants_less: bool


@fact
class EmailSent(Fact, frozen=True, kw_only=True):
    """The mail server took an e-mail."""

    send_id: int
    intent: str
    instance: str
    purpose: str  # team, transactional or marketing
    attempts: int


@fact
class MessageSent(Fact, frozen=True, kw_only=True):
    """The receiving side of another channel than e-mail took a message."""

    channel: str
    send_id: int
    intent: str
    instance: str
    purpose: str
    attempts: int


@fact
class MessageFailed(Fact, frozen=True, kw_only=True):
    """A message on another channel than e-mail was given up."""

    channel: str
    send_id: int
    intent: str
    instance: str
    purpose: str
    attempts: int


@fact
class MessageDelivered(Fact, frozen=True, kw_only=True):
    """A message on another channel than e-mail arrived on the receiver's device."""

    channel: str
    send_id: int
    intent: str
    instance: str
    identity_id: int | None


@fact
class MessageRead(Fact, frozen=True, kw_only=True):
    """A message was read, on a channel that tells of it."""

    channel: str
    send_id: int
    intent: str
    instance: str
    identity_id: int | None


@fact
class MessageClicked(Fact, frozen=True, kw_only=True):
    """The link of a message was followed, on a channel that tells of it. url: without its query."""

    channel: str
    send_id: int
    intent: str
    instance: str
    identity_id: int | None
    url: str


@fact
class MessageBounced(Fact, frozen=True, kw_only=True):
    """A message on another channel than e-mail was taken and did not arrive. is_final: there is nobody there;
    code: of whoever was to deliver it.
    """

    channel: str
    send_id: int
    intent: str
    instance: str
    identity_id: int | None
    code: str
    is_final: bool


@fact
class EmailOpened(Fact, frozen=True, kw_only=True):
    """A message was opened; by_machine: by a program that looks into mails for their readers."""

    send_id: int
    intent: str
    instance: str
    identity_id: int | None
    by_machine: bool


@fact
class EmailClicked(Fact, frozen=True, kw_only=True):
    """A link of a message was followed. url: without its query; by_machine: as of EmailOpened."""

    send_id: int
    intent: str
    instance: str
    identity_id: int | None
    url: str
    by_machine: bool


@fact
class EmailBounced(Fact, frozen=True, kw_only=True):
    """A message came back after it was taken. is_final: there is nobody at the address."""

    send_id: int
    intent: str
    instance: str
    identity_id: int | None
    is_final: bool


@fact
class EmailComplained(Fact, frozen=True, kw_only=True):
    """Whoever got a message called it spam."""

    send_id: int
    intent: str
    instance: str
    identity_id: int | None


@fact
class EmailReplied(Fact, frozen=True, kw_only=True):
    """Somebody answered an e-mail; what programs answer by themselves is none."""

    reply_id: int
    send_id: int
    intent: str
    instance: str
    identity_id: int | None


@fact
class MessageReplied(Fact, frozen=True, kw_only=True):
    """Somebody answered on another channel than e-mail. send_id: the latest message to them there; None: none."""

    reply_id: int
    channel: str
    send_id: int | None
    intent: str
    instance: str
    identity_id: int | None


@fact
class EmailFailed(Fact, frozen=True, kw_only=True):
    """An e-mail was given up; it is sent again only when somebody asks for it.

    The reason stands in the outbox alone: what servers say may quote an address.
    """

    send_id: int
    intent: str
    instance: str
    purpose: str  # team, transactional or marketing
    attempts: int
