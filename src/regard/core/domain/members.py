"""Members of a store: invited by e-mail, given a role, removed. A store never loses its last owner.

Owners are made, changed and removed by owners only. `granted_by` is the role of whoever acts, None for the
operator.
"""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.audit import Wanted, audit_entries_of, changed_fields, record_audit
from regard.core.models import Invitation, Member, Store, User
from regard.core.models.member import Role
from regard.core.secrets import hash_token, new_token

INVITATION_LIFE = timedelta(days=7)
INVITATIONS_AN_HOUR = 30  # of a store
INVITATIONS_A_DAY = 5  # of a store to one address
INVITATION_MEMORY = timedelta(days=30)  # after it was accepted or has run out


class InvitationInvalid(Exception):
    """The link is unknown, used, or older than seven days."""


def check_role(role: str) -> str:
    """The role. Raises ValidationError, naming the roles, for any other word."""
    if role not in Role.values:
        said = _("%(role)r is no role; use one of %(roles)s.")
        raise ValidationError({"role": said % {"role": role, "roles": ", ".join(Role.values)}})
    return role


def members_of(store: Store) -> QuerySet[Member]:
    """The members of a store with their persons, by e-mail."""
    return Member.objects.filter(store=store).select_related("user", "store").order_by("user__email")


def members_named(store: Store, text: str) -> QuerySet[Member]:
    """The members in whose name or e-mail the text stands, all without one, in the order in which they came."""
    named = Q(user__email__icontains=text) | Q(user__name__icontains=text)
    return members_of(store).filter(named if text else Q()).order_by("id")


def only_owner_id(store: Store) -> int | None:
    """The member who is the store's only owner, and so cannot go; None when there are others."""
    owners = Member.objects.filter(store=store, role=Role.OWNER).values_list("pk", flat=True)[:2]
    return owners[0] if len(owners) == 1 else None


def member_by_email(store: Store, email: str) -> Member:
    """Raises Member.DoesNotExist, with a text that says who is missing."""
    member = members_of(store).filter(user__email=email.strip().lower()).first()
    if member is None:
        raise Member.DoesNotExist(f"{email} is no member of {store.slug}.")
    return member


def member_of(store: Store, member_id: int) -> Member:
    """Raises Member.DoesNotExist."""
    return members_of(store).get(pk=member_id)


@transaction.atomic
def add_member(*, store: Store, user: User, role: str, actor: str) -> Member:
    """Make an existing person a member, or change their role. Raises ValidationError for a bad role."""
    earlier = Member.objects.filter(store=store, user=user).first()
    member, _made = Member.objects.update_or_create(
        store=store, user=user, defaults={"role": check_role(role)}
    )
    changes = changed_fields({"role": earlier.role if earlier else None}, {"role": role})
    record_audit(store=store, actor=actor, action="member.added", target=user.email, changes=changes)
    return member


@transaction.atomic
def invite_member(
    *,
    store: Store,
    email: str,
    role: str,
    actor: str,
    granted_by: Role | None,
    invited_by: User | None = None,
) -> tuple[Invitation, str]:
    """Invite a person; gives the invitation and the token of its link, which is not kept.

    A second invitation of the same address replaces the first. Raises ValidationError, by field, also when a
    store has invited so many people, or one so often, that it looks like a nuisance.
    """
    _check_grant(granted_by, check_role(role))
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    if Member.objects.filter(store=store, user__email=address).exists():
        raise ValidationError({"email": _("%s is a member already; change the role in the list.") % address})
    _check_pace(store, address)
    token = new_token("rinv")
    _withdraw_earlier(store, address, granted_by)
    invitation = Invitation.objects.create(
        store=store,
        email=address,
        role=role,
        token_hash=hash_token(token),
        invited_by=invited_by,
        expires_at=clock.now() + INVITATION_LIFE,
    )
    record_audit(store=store, actor=actor, action="member.invited", target=address, role=role)
    return invitation, token


def find_invitation(token: str) -> Invitation:
    """The open invitation behind a link. Raises InvitationInvalid."""
    try:
        return Invitation.objects.select_related("store").get(
            token_hash=hash_token(token), accepted_at=None, expires_at__gt=clock.now()
        )
    except Invitation.DoesNotExist:
        raise InvitationInvalid from None


def open_invitations_of(store: Store) -> QuerySet[Invitation]:
    """The invitations that can still be redeemed, the newest first."""
    return Invitation.objects.filter(store=store, accepted_at=None, expires_at__gt=clock.now()).order_by(
        "-id"
    )


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, actor: str, granted_by: Role | None) -> None:
    """The link stops working at once. Raises ValidationError for an owner's, unless an owner withdraws it."""
    _check_grant(granted_by, invitation.role)
    record_audit(store=invitation.store, actor=actor, action="invitation.withdrawn", target=invitation.email)
    invitation.delete()


def forget_old_invitations() -> None:
    """Delete those that were accepted or ran out a month ago; the audit log remembers who invited whom."""
    before = clock.now() - INVITATION_MEMORY
    Invitation.objects.filter(Q(accepted_at__lt=before) | Q(expires_at__lt=before)).delete()


@transaction.atomic
def accept_invitation(token: str, *, user: User) -> Member:
    """Redeem the link for `user`, who has shown that the invited address is theirs.

    Raises InvitationInvalid.
    """
    invitation = find_invitation(token)
    if user.email != invitation.email:
        raise InvitationInvalid
    used = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=clock.now())
    if not used:
        raise InvitationInvalid
    return add_member(store=invitation.store, user=user, role=invitation.role, actor=user.email)


@transaction.atomic
def change_role(member: Member, *, role: str, actor: str, granted_by: Role | None) -> None:
    """Give a member another role.

    Raises ValidationError for a bad role, one that only owners give, or when the last owner would be lost.
    """
    _check_grant(granted_by, check_role(role), member.role)
    if role != Role.OWNER:
        _keep_an_owner(member)
    before, member.role = member.role, role
    member.save(update_fields=["role"])
    record_audit(
        store=member.store, actor=actor, action="member.role_changed", target=member.user.email,
        changes=changed_fields({"role": before}, {"role": role}),
    )  # fmt: skip


@transaction.atomic
def remove_member(member: Member, *, actor: str, granted_by: Role | None) -> None:
    """Raises ValidationError for an owner, unless an owner does it, or when the last owner would be lost."""
    _check_grant(granted_by, member.role)
    _keep_an_owner(member)
    record_audit(
        store=member.store, actor=actor, action="member.removed", target=member.user.email,
        changes=changed_fields({"role": member.role}, {"role": None}),
    )  # fmt: skip
    member.delete()


def grantable_roles(granted_by: Role) -> list[Role]:
    """The roles that somebody of this role may give and take away."""
    return [role for role in Role if granted_by == Role.OWNER or role != Role.OWNER]


def _check_grant(granted_by: Role | None, *roles: str) -> None:
    """roles: those given or taken away."""
    if Role.OWNER in roles and granted_by not in (Role.OWNER, None):
        raise ValidationError({"role": _("Only an owner makes, changes or removes owners; ask one of them.")})


def _check_pace(store: Store, address: str) -> None:
    """Counted by the audit log, which keeps invitations that were replaced or withdrawn too."""
    now = clock.now()
    invited = audit_entries_of(store, Wanted(action="member.invited"))
    latest = invited[INVITATIONS_AN_HOUR - 1 : INVITATIONS_AN_HOUR]
    if any(entry.at > now - timedelta(hours=1) for entry in latest):
        said = _("%d people were invited within an hour; invite the others later.")
        raise ValidationError({"email": said % INVITATIONS_AN_HOUR})
    times = invited.filter(target=address, at__gt=now - timedelta(days=1))[:INVITATIONS_A_DAY].count()
    if times == INVITATIONS_A_DAY:
        said = _("%(email)s was invited %(times)d times within a day; hand the link over, or try tomorrow.")
        raise ValidationError({"email": said % {"email": address, "times": times}})


def _withdraw_earlier(store: Store, email: str, granted_by: Role | None) -> None:
    for earlier in Invitation.objects.filter(store=store, email=email, accepted_at=None):
        _check_grant(granted_by, earlier.role)
        earlier.delete()


def _keep_an_owner(leaving: Member) -> None:
    # The owners' rows are locked, so that two owners cannot remove each other at the same moment.
    owners = Member.objects.select_for_update().filter(store=leaving.store, role=Role.OWNER)
    if leaving.role == Role.OWNER and len(owners) == 1:
        raise ValidationError({"role": _("A store needs an owner; make somebody else owner first.")})
