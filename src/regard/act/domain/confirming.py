"""Asking whoever has an address whether they want marketing there, and taking their yes.

It is asked once for a consent, however often that is told; by hand again. Links are valid for a week.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from regard.act.domain.alert_mail import one_line
from regard.act.domain.channel_accounts import reaching_channels
from regard.act.domain.outbox import NewSend, is_sendable, queue_sends
from regard.act.domain.public_links import LinkInvalid, identity_of_link
from regard.act.domain.suppression import suppressed_among
from regard.act.models import Purpose, Send
from regard.capture.domain.batch import Batch
from regard.core import clock
from regard.core.config import config
from regard.core.domain.audit import record_audit
from regard.core.languages import page_language
from regard.core.models import Store
from regard.profile.domain.consents import PendingConsent, pending_consents, read_consents, tell_consent
from regard.profile.domain.double_opt_in import CONFIRMED
from regard.profile.domain.languages import languages_of
from regard.profile.models import ConsentChannel, Customer, Identity, IdentityKind

SALT = "regard.act.confirm"
VALID_FOR = timedelta(days=7)  # proposal
INTENT = "double_opt_in"
NEWS = timedelta(days=7)  # what was said longer ago is asked for by hand alone
# Proposal: who can write events could have an address asked over and over, by withdrawing for it in between.
ONCE_IN = timedelta(days=1)
ADDRESSES = (IdentityKind.EMAIL, IdentityKind.PHONE)


@dataclass(frozen=True)
class Question:
    """Whom a link asks, and about which channel; is_open: whether there is anything to confirm still."""

    identity: Identity
    channel: str
    is_open: bool

    @property
    def label(self) -> str:
        return str(ConsentChannel(self.channel).label)


def ask_to_confirm(batch: Batch) -> None:
    """Stage of the pipeline: ask those who gave a consent in the batch that has to be confirmed.

    No query where nobody gave one live; else four, and those of the outbox.
    """
    if batch.is_backfill:
        return
    told, _notes = batch.read(read_consents)
    oldest = clock.now() - NEWS
    given = [said.event for said in told if said.given and said.event.is_live]
    asking = {
        batch.identity_of[event.id]
        for event in given
        if event.occurred_at >= oldest and event.id in batch.identity_of
    }
    if asking:
        whose = Identity.objects.filter(store=batch.store, pk__in=asking)
        _ask(batch.store, pending_consents(batch.store, set(whose.values_list("customer", flat=True))))


def _ask(store: Store, pending: Sequence[PendingConsent]) -> None:
    """Ask each, unless its address was asked within a day: the link that is there still serves."""
    channels = reaching_channels(store) if pending else []
    sends = _questions(store, [each for each in pending if each.channel in channels])
    asked = _asked_lately(store, sends)
    queue_sends(store, [send for send in sends if (send.channel, send.recipient) not in asked])


def _asked_lately(store: Store, sends: Sequence[NewSend]) -> set[tuple[str, str]]:
    """By channel and address. One query, none for no message."""
    if not sends:
        return set()
    earlier = Send.objects.filter(
        store=store, channel__in={send.channel for send in sends},
        recipient__in={send.recipient for send in sends}, intent=INTENT, created_at__gt=clock.now() - ONCE_IN,
    )  # fmt: skip
    return set(earlier.values_list("channel", "recipient"))


@transaction.atomic
def ask_again(store: Store, customer: Customer, *, channel: str, actor: str) -> bool:
    """Ask once more by hand; False when nothing waits to be confirmed, or there is no address to ask at.

    Raises ValidationError, which says why, when the message could not leave.
    """
    pending = [each for each in pending_consents(store, [customer.pk]) if each.channel == channel]
    if pending and channel not in reaching_channels(store):
        raise ValidationError(_("This channel is not set up, so nobody can be asked there."))
    sends = _questions(store, pending, again=clock.now().isoformat())
    if not sends:
        return False
    _raise_if_suppressed(store, sends)
    queue_sends(store, sends)
    target = f"customer:{customer.pk}"
    record_audit(store=store, actor=actor, action="consent.asked_again", target=target, channel=channel)
    return True


def question_of(token: str) -> Question:
    """What a link asks. Two queries. Raises LinkInvalid, also for one that is too old."""
    try:
        store, identity, channel, until = signing.Signer(salt=SALT).unsign(token).split(".")
    except (signing.BadSignature, ValueError):
        raise LinkInvalid from None
    if clock.now() > datetime.fromtimestamp(int(until), UTC):
        raise LinkInvalid
    found = identity_of_link(int(store), int(identity))
    waiting = pending_consents(found.store, [found.customer_id])
    is_theirs = found.value == _address(found.customer, channel)
    return Question(found, channel, is_theirs and any(each.channel == channel for each in waiting))


@transaction.atomic
def confirm(question: Question) -> None:
    """Whoever has the address says yes, and it holds for this address; nothing changes where there is nothing to
    confirm any more."""
    if question.is_open:
        tell_consent(
            store=question.identity.store, customer=question.identity.customer, channel=question.channel,
            given=True, actor="customer", origin=CONFIRMED, identity=question.identity,
        )  # fmt: skip


def _questions(store: Store, pending: Sequence[PendingConsent], *, again: str = "") -> list[NewSend]:
    """The message that asks each. Whoever has no address on the channel cannot be asked."""
    customers = Customer.objects.filter(store=store).in_bulk({each.customer_id for each in pending})
    rows = Identity.objects.filter(store=store, customer__in=customers, kind__in=ADDRESSES)
    named = {(customer, value): pk for customer, value, pk in rows.values_list("customer", "value", "pk")}
    made = []
    for each in pending:
        customer = customers.get(each.customer_id)
        address = _address(customer, each.channel) if customer else ""
        identity_id = named.get((each.customer_id, address))
        if customer is not None and identity_id is not None:
            made.append(_question(store, each, customer, identity_id, again))
    return [send for send in made if is_sendable(store, send)]


def _address(customer: Customer, channel: str) -> str:
    return customer.email if channel == ConsentChannel.EMAIL else customer.phone


def _raise_if_suppressed(store: Store, sends: Sequence[NewSend]) -> None:
    recipients = [send.recipient.lower() for send in sends]
    refused = suppressed_among(store, recipients).filter(channel=sends[0].channel).first()
    if refused is not None:
        said = _("This address is written to no more: %(reason)s. Allow it again first.")
        raise ValidationError(said % {"reason": refused.reason})


def _question(
    store: Store, pending: PendingConsent, customer: Customer, identity_id: int, again: str
) -> NewSend:
    """identity_id: that of the address, so that the link says for which one it is."""
    until = clock.now() + VALID_FOR
    languages = languages_of(customer.attributes)
    with translation.override(page_language(*languages, store.language)), timezone.override(store.time_zone):
        words = {
            "store": one_line(store.name),
            "link": _link(store, identity_id, pending.channel, until),
            "day": formats.date_format(timezone.localtime(until), "DATE_FORMAT"),
        }
        return NewSend(
            channel=pending.channel,
            recipient=_address(customer, pending.channel),
            purpose=Purpose.TRANSACTIONAL,
            identity_id=identity_id,
            intent=INTENT,
            instance=f"{pending.channel}:{pending.begun_by}{':' if again else ''}{again}",
            subject=_("Please confirm that %(store)s may write to you") % words,
            body_text=_(
                "Somebody, most likely you, asked to get news of %(store)s here. Confirm it until %(day)s:\n\n"
                "%(link)s\n\nIf it was not you, do nothing: then no news comes.\n"
            )
            % words,
        )


def _link(store: Store, identity_id: int, channel: str, until: datetime) -> str:
    token = signing.Signer(salt=SALT).sign(f"{store.pk}.{identity_id}.{channel}.{int(until.timestamp())}")
    return f"{config().public_url}{reverse('confirm_consent', args=[token])}"
