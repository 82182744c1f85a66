"""Members of programmes: what becomes of each, and who they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from regard.capture.domain.record import new_fact, record_all
from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store
from regard.grow.domain.candidates import raise_if_closed
from regard.grow.domain.programmes import target_of
from regard.grow.facts import (
    MemberFact,
    ProgrammeAccepted,
    ProgrammeDeclined,
    ProgrammeInvited,
    ProgrammeLeft,
)
from regard.grow.models import MemberState, Programme, ProgrammeMember
from regard.profile.domain.customers import name_customers
from regard.score.domain.subjects import user_ids_by_identity
from regard.task.domain.making import clean_text

BY_HAND, CUSTOMER = "person", "customer"
# What may become of whom, by hand or by the link.
WAYS = {
    MemberState.CANDIDATE: {MemberState.INVITED, MemberState.ACCEPTED, MemberState.DISMISSED},
    MemberState.DISMISSED: {MemberState.CANDIDATE},
    MemberState.INVITED: {MemberState.ACCEPTED, MemberState.DECLINED},
    MemberState.ACCEPTED: {MemberState.LEFT},
    MemberState.DECLINED: {MemberState.ACCEPTED},
    MemberState.LEFT: {MemberState.ACCEPTED},
}
UNTOLD = frozenset({MemberState.CANDIDATE, MemberState.DISMISSED})  # nobody asked the customer anything
CHANGING = (
    "state", "invited_at", "invited_by", "answered_at", "answered_by", "left_at", "note", "unsent",
)  # fmt: skip
FACTS: dict[str, type[MemberFact]] = {
    MemberState.ACCEPTED: ProgrammeAccepted, MemberState.DECLINED: ProgrammeDeclined,
    MemberState.LEFT: ProgrammeLeft,
}  # fmt: skip


@transaction.atomic
def move_member(member: ProgrammeMember, state: str, *, actor: str, note: str = "") -> bool:
    """Note what became of somebody; False when it had before. Raises ValidationError for a way that is none.

    actor: "customer" when they said so themselves, by the link.
    """
    ProgrammeMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    member.refresh_from_db(fields=CHANGING)
    if member.state == state:
        return False
    if state not in MemberState.values or MemberState(state) not in WAYS[MemberState(member.state)]:
        raise ValidationError(
            {"state": _("This cannot follow: “%s” is how it stands.") % member.get_state_display()}
        )
    if state != MemberState.LEFT:
        raise_if_closed(member.programme)
    if state == MemberState.DISMISSED and not clean_text(note, "note"):
        raise ValidationError({"note": _("Say why they are not to be asked.")})
    set_state(member, state, actor=actor)
    if note or state == MemberState.CANDIDATE:
        member.note = clean_text(note, "note")
    member.save(update_fields=CHANGING)
    if state not in UNTOLD:
        record_members([(member, _fact(member, actor))])
    if actor != CUSTOMER:
        record_audit(
            store=member.store, actor=actor, action="programme.member_changed", target=target_of(member.programme),
            member=member.pk, state=state,
        )  # fmt: skip
    return True


def set_state(member: ProgrammeMember, state: str, *, actor: str, at: datetime | None = None) -> None:
    """With when and by whom; not saved."""
    now = at or clock.now()
    member.state = state
    if state == MemberState.INVITED:
        member.invited_at, member.invited_by, member.unsent = now, actor, ""
    elif state in UNTOLD:
        member.unsent = ""
    elif state == MemberState.LEFT:
        member.left_at = now
    else:
        member.answered_at, member.answered_by, member.left_at = now, actor, None


def record_members(told: Sequence[tuple[ProgrammeMember, MemberFact]]) -> None:
    """Tell the log of members. A query at most, and those of the log."""
    if not told:
        return
    store = told[0][0].store
    user_ids = user_ids_by_identity(store, [member.identity for member, _fact_ in told])
    rows = [
        new_fact(fact, store_id=store.pk, user_id=user_ids.get(member.identity_id)) for member, fact in told
    ]
    record_all(rows)


def fact_values(member: ProgrammeMember, actor: str) -> dict[str, Any]:
    """What every fact of a member says."""
    programme = member.programme
    return {
        "programme_id": programme.pk, "programme": programme.name, "kind": programme.kind,
        "customer_id": member.customer_id, "actor": actor,
    }  # fmt: skip


def members_for_viewer(
    programme: Programme, *, states: Collection[str] = (), only: Collection[int] | None = None,
    cursor: str = "", limit: int = 50,
) -> KeysetPage[ProgrammeMember]:  # fmt: skip
    """The best standing first. only: of these ids; None: of all. Two queries at most. Raises CursorInvalid."""
    rows = _members(programme.store).filter(programme=programme)
    rows = rows.filter(state__in=states) if states else rows
    rows = rows if only is None else rows.filter(pk__in=list(only))
    page = keyset_page(rows, order=("-standing", "-id"), cursor=cursor, limit=limit)
    name_customers(member.identity.customer for member in page.rows)
    return page


def members_in(programme: Programme, states: Collection[str], *, limit: int) -> list[ProgrammeMember]:
    """The best standing first. Two queries at most."""
    return members_for_viewer(programme, states=states, limit=limit).rows


def member_for_viewer(store: Store, member_id: int, programme_id: int | None = None) -> ProgrammeMember:
    """Raises ProgrammeMember.DoesNotExist, also for one of another store, or not of the programme
    that is named."""
    only = {} if programme_id is None else {"programme": programme_id}
    return _members(store).get(pk=member_id, **only)


def members_of_customer(store: Store, customer_id: int) -> list[ProgrammeMember]:
    """The latest first. One query."""
    return list(_members(store).filter(identity__customer=customer_id).order_by("-id"))


def all_members(programme: Programme) -> QuerySet[ProgrammeMember]:
    """With customer and programme; in the order of lists."""
    return _members(programme.store).filter(programme=programme).order_by("-standing", "-id")


def _members(store: Store) -> QuerySet[ProgrammeMember]:
    rows = ProgrammeMember.objects.filter(store=store)
    return rows.select_related("store", "programme", "identity__customer")


def _fact(member: ProgrammeMember, actor: str) -> MemberFact:
    values = fact_values(member, actor)
    if member.state == MemberState.INVITED:
        return ProgrammeInvited(**values, channel=BY_HAND)
    return FACTS[member.state](**values)
