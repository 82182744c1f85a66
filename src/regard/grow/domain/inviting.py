"""Inviting candidates by a message, through the one door out: consent, limits and pauses hold for it as for any
marketing. Whoever may not be written to stays a candidate, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regard.act.domain.outbox import NewSend, is_sendable, queue_sends
from regard.act.models import Purpose, Send, SendState
from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.grow.domain.candidates import raise_if_closed
from regard.grow.domain.links import answer_url
from regard.grow.domain.members import BY_HAND, fact_values, record_members, set_state
from regard.grow.domain.programmes import target_of
from regard.grow.facts import ProgrammeInvited
from regard.grow.models import MemberState, Programme, ProgrammeMember
from regard.message.domain.rendering import Addressee, Rendered, Unrendered, render_for
from regard.message.domain.starters import ensure_template

INTENT, TEMPLATE, CHANNEL = "programme_invitation", "programme-invitation", "email"
MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Invited:
    """How many were invited, and how many could not be written to."""

    invited: int
    unsent: int


@transaction.atomic
def invite_members(
    programme: Programme, member_ids: Sequence[int], *, actor: str, by_hand: bool = False
) -> Invited:
    """Write to these candidates; who is no candidate any more is left out, so that nobody is written to twice.

    by_hand: somebody asked them already, and nothing is sent. As many statements for many as for one. Raises
    ValidationError for a closed programme.
    """
    raise_if_closed(programme)
    store, now = programme.store, clock.now()
    members = _held_candidates(programme, member_ids)
    if not members:
        return Invited(0, 0)
    why = {} if by_hand else _write_to(store, members, now)
    for member in members:
        if member.pk in why:
            member.unsent = why[member.pk]
        else:
            set_state(member, MemberState.INVITED, actor=actor, at=now)
    ProgrammeMember.objects.bulk_update(members, ["state", "invited_at", "invited_by", "unsent"])
    invited = [member for member in members if member.pk not in why]
    channel = BY_HAND if by_hand else CHANNEL
    record_members(
        [(each, ProgrammeInvited(**fact_values(each, actor), channel=channel)) for each in invited]
    )
    record_audit(
        store=store, actor=actor, action="programme.invited", target=target_of(programme),
        invited=len(invited), unsent=len(why), by_hand=by_hand,
    )  # fmt: skip
    return Invited(len(invited), len(why))


def _held_candidates(programme: Programme, member_ids: Sequence[int]) -> list[ProgrammeMember]:
    """Locked until the transaction ends. One query."""
    held = ProgrammeMember.objects.select_for_update(of=("self",)).filter(
        store=programme.store_id, programme=programme, pk__in=list(member_ids)[:MOST_AT_ONCE],
        state=MemberState.CANDIDATE,
    )  # fmt: skip
    return list(held.select_related("store", "programme", "identity__customer").order_by("id"))


def _write_to(store: Store, members: Sequence[ProgrammeMember], now: datetime) -> dict[int, str]:
    """By member why nothing can be sent, of those to whom it cannot."""
    made = _messages(store, members, now)
    queue_sends(store, [message for message in made.values() if isinstance(message, NewSend)])
    why = {pk: message for pk, message in made.items() if isinstance(message, str)}
    return why | _held_back(store, [pk for pk in made if pk not in why], now)


def _messages(store: Store, members: Sequence[ProgrammeMember], now: datetime) -> dict[int, NewSend | str]:
    """By member the message, or why there is none."""
    ensure_template(store, TEMPLATE, "programmes")
    people = [
        Addressee(member.identity_id, member.customer_id, {"programme": programme_values(member)})
        for member in members
    ]
    rendered = render_for(store, TEMPLATE, CHANNEL, people)
    return {
        member.pk: _send(store, member, message, now)
        for member, message in zip(members, rendered, strict=True)
    }


def programme_values(member: ProgrammeMember) -> dict[str, str]:
    """What the message may say of the programme; what is not said of it is left out."""
    programme = member.programme
    told = {
        "name": programme.name, "purpose": programme.purpose, "rhythm": programme.rhythm,
        "thanks": programme.thanks, "kind": programme.kind, "url": answer_url(member),
    }  # fmt: skip
    return {name: words for name, words in told.items() if words}


def _send(
    store: Store, member: ProgrammeMember, message: Rendered | Unrendered, now: datetime
) -> NewSend | str:
    if isinstance(message, Unrendered):
        return message.reason
    new = NewSend(
        channel=CHANNEL, recipient=message.recipient, purpose=Purpose.MARKETING, intent=INTENT,
        instance=_instance(member.pk, now), subject=message.subject, body_text=message.body_text,
        body_html=message.body_html, identity_id=member.identity_id,
        template_version=f"{message.template}, {message.version}",
    )  # fmt: skip
    return new if is_sendable(store, new) else _("There is no address to write to.")


def _held_back(store: Store, member_ids: Sequence[int], now: datetime) -> dict[int, str]:
    """By member why the message will never leave, of those that will not. One query."""
    by_instance = {_instance(pk, now): pk for pk in member_ids}
    never = Send.objects.filter(
        store=store, intent=INTENT, instance__in=list(by_instance), state=SendState.SUPPRESSED
    )
    return {by_instance[instance]: why for instance, why in never.values_list("instance", "last_error")}


def _instance(member_id: int, now: datetime) -> str:
    return f"{member_id}:{now.isoformat()}"
