"""What people do with the outbox: stop it, let it go on, send a failed message again, cancel a queued one."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from regard.act.domain.alert_mail import one_line
from regard.act.domain.holds import HoldView, holds_for_viewer
from regard.act.domain.outbox import NewSend, queue_sends
from regard.act.domain.thresholds import BLAST_CAP, BLAST_SPAN
from regard.act.domain.waking import wake_senders
from regard.act.models import REFUSABLE, Purpose, Send, SendingSwitch, SendState
from regard.connect.mail.channel import mail_reaches_nobody
from regard.core import clock
from regard.core.config import config
from regard.core.domain.audit import record_audit
from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store

# What was held back for want of consent was for another day.
CAN_GO_AGAIN = Q(state=SendState.FAILED) | Q(state=SendState.SUPPRESSED) & ~Q(purpose__in=REFUSABLE)
UNSETTLED = (SendState.QUEUED, SendState.HELD, SendState.SENDING, SendState.FAILED)
MAY_CANCEL = (SendState.QUEUED, SendState.HELD, SendState.FAILED)


@dataclass(frozen=True)
class OutboxView:
    """How sending goes in a store. capped: the budget of this hour is spent for a purpose; holds: marketing that
    ran away.

    counts: of the states that messages do not stay in for ever, which are few.
    """

    stopped_at: datetime | None
    stopped_by: str
    counts: Mapping[str, int]  # by state
    capped: bool
    holds: Sequence[HoldView] = ()


@transaction.atomic
def stop_sending(store: Store, *, actor: str) -> None:
    """The kill switch: from now on nothing more of this store is sent; what is on its way arrives."""
    SendingSwitch.objects.get_or_create(store=store)
    running = SendingSwitch.objects.filter(store=store, stopped_at=None)
    if running.update(stopped_at=clock.now(), stopped_by=actor):
        record_audit(store=store, actor=actor, action="sending.stopped", target=store.slug)


@transaction.atomic
def resume_sending(store: Store, *, actor: str) -> None:
    """Let the store send again; what has been queued meanwhile goes out."""
    stopped = SendingSwitch.objects.filter(store=store, stopped_at__isnull=False)
    if stopped.update(stopped_at=None, stopped_by=""):
        record_audit(store=store, actor=actor, action="sending.resumed", target=store.slug)
        wake_senders()


@transaction.atomic
def retry_send(send: Send, *, actor: str) -> bool:
    """Queue a message anew, with all its attempts; False when it was neither given up nor held back.

    Whether it may go is asked again before it does.
    """
    stuck = Send.objects.filter(CAN_GO_AGAIN, pk=send.pk)
    if not stuck.update(state=SendState.QUEUED, attempts=0, due_at=clock.now()):
        return False
    record_audit(store=send.store, actor=actor, action="send.retried", target=str(send.pk))
    wake_senders()
    send.refresh_from_db()
    return True


@transaction.atomic
def retry_sends(store: Store, numbers: Collection[int], *, actor: str) -> int:
    """Queue these messages anew, see `retry_send`; gives how many there were."""
    stuck = Send.objects.filter(CAN_GO_AGAIN, store=store, pk__in=numbers)
    count = stuck.update(state=SendState.QUEUED, attempts=0, due_at=clock.now())
    if count:
        record_audit(store=store, actor=actor, action="sends.retried", target=store.slug, count=count)
        wake_senders()
    return count


@transaction.atomic
def retry_failed_sends(store: Store, *, actor: str) -> int:
    """Queue all messages that were given up anew, see `retry_send`; gives how many there were."""
    given_up = Send.objects.filter(store=store, state=SendState.FAILED)
    count = given_up.update(state=SendState.QUEUED, attempts=0, due_at=clock.now())
    if count:
        record_audit(store=store, actor=actor, action="sends.retried", target=store.slug, count=count)
        wake_senders()
    return count


@transaction.atomic
def cancel_send(send: Send, *, actor: str) -> bool:
    """Never send a message that waits or was given up; False when it is being sent or gone already."""
    waiting = Send.objects.filter(pk=send.pk, state__in=MAY_CANCEL)
    if not waiting.update(state=SendState.CANCELLED):
        return False
    record_audit(store=send.store, actor=actor, action="send.cancelled", target=str(send.pk))
    send.refresh_from_db()
    return True


def withdraw_sends(store: Store, *, intent: str, instance: str) -> int:
    """Never send what waits of this, since whoever wanted it wants it no more. Gives how many that was: what is
    being sent already cannot be taken back."""
    waiting = Send.objects.filter(store=store, intent=intent, instance=instance, state=SendState.QUEUED)
    return waiting.update(state=SendState.CANCELLED)


@transaction.atomic
def queue_trial(store: Store, *, recipient: str, actor: str) -> Send:
    """Queue an e-mail that only shows whether e-mails arrive, to one of those who lead the store.

    Raises regard.connect.channels.MessageInvalid for a sender that cannot stand in a header.
    """
    instance = clock.now().isoformat()
    text = _(
        "This e-mail shows that messages of %s arrive. Nobody else got it, and there is nothing to do.\n"
    )
    trial = NewSend(
        channel="email",
        recipient=recipient,
        purpose=Purpose.TEAM,
        intent="trial",
        instance=instance,
        subject=_("%s: e-mails arrive") % one_line(store.name),
        body_text=text % one_line(store.name),
    )
    queue_sends(store, [trial])
    record_audit(store=store, actor=actor, action="send.tried", target=recipient)
    return Send.objects.get(store=store, intent="trial", instance=instance, recipient=recipient)


@transaction.atomic
def queue_channel_trial(store: Store, *, channel: str, recipient: str, actor: str) -> Send:
    """Queue a message that only shows whether a channel works."""
    instance = clock.now().isoformat()
    text = _("This message shows that messages of %s arrive.") % one_line(store.name)
    trial = NewSend(
        channel=channel,
        recipient=recipient,
        purpose=Purpose.TRANSACTIONAL,
        intent="trial",
        instance=instance,
        subject=_("%s: a trial") % one_line(store.name),
        body_text=json.dumps({"name": "trial", "text": text}) if channel == "webhook" else text,
    )
    queue_sends(store, [trial])
    record_audit(store=store, actor=actor, action="send.tried", target=channel)
    return Send.objects.get(store=store, intent="trial", instance=instance, recipient=recipient)


def sends_for_viewer(
    *, store: Store, state: str = "", channel: str = "", purpose: str = "", cursor: str = "", limit: int = 50
) -> KeysetPage[Send]:
    """Messages of a store, the newest first, of one state, channel or purpose if given. Raises CursorInvalid."""
    wanted = {"state": state, "channel": channel, "purpose": purpose}
    rows = Send.objects.filter(store=store, **{name: value for name, value in wanted.items() if value})
    rows = rows.select_related("identity")
    return keyset_page(rows, order=("-created_at", "-id"), cursor=cursor, limit=limit)


def send_for_viewer(store: Store, send_id: int) -> Send:
    """Raises Send.DoesNotExist, also for a message of another store."""
    return Send.objects.select_related("store", "identity").get(store=store, pk=send_id)


def outbox_for_viewer(store: Store) -> OutboxView:
    """Four queries, and one more while anything is held."""
    switch = SendingSwitch.objects.filter(store=store).first()
    unsettled = Send.objects.filter(store=store, state__in=UNSETTLED)
    by_state = unsettled.values_list("state").annotate(Count("id")).order_by("state")
    budgeted = [purpose for purpose in Purpose if purpose not in {Purpose.MARKETING, Purpose.REPLY}]
    sent = Send.objects.filter(store=store, purpose__in=budgeted, sent_at__gt=clock.now() - BLAST_SPAN)
    by_lane = dict(sent.values_list("purpose").annotate(Count("id")).order_by("purpose"))
    return OutboxView(
        stopped_at=switch.stopped_at if switch else None,
        stopped_by=switch.stopped_by if switch else "",
        counts={state.value: 0 for state in UNSETTLED} | dict(by_state),
        capped=max(by_lane.values(), default=0) >= BLAST_CAP,
        holds=holds_for_viewer(store),
    )


@dataclass(frozen=True)
class Sends:
    """sent: since then, the last of them at last_at; unreached: those of them that became files, without a mail
    server; failed: all that wait for somebody to look.
    """

    sent: int
    unreached: int
    last_at: datetime | None
    failed: int


def sends_since(store: Store, since: datetime) -> Sends:
    """Two queries along indexes."""
    sent = Send.objects.filter(store=store, purpose__in=Purpose.values, sent_at__gt=since)
    found = sent.aggregate(
        count=Count("id"), emails=Count("id", filter=Q(channel="email")), last=Max("sent_at")
    )
    unreached = found["emails"] if mail_reaches_nobody(config()) else 0
    failed = Send.objects.filter(store=store, state=SendState.FAILED).count()
    return Sends(found["count"], unreached, found["last"], failed)
