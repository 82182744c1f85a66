"""Members of the store, over JSON."""

from __future__ import annotations

from typing import Any

from ninja import Field, Query, Schema, Status
from pydantic import AwareDatetime

from regard.core.config import config
from regard.core.domain.members import change_role, invite_member, member_of, members_of, remove_member
from regard.core.edges.api import (
    ApiRequest,
    Id,
    Input,
    Page,
    PageQuery,
    Router,
    Text,
    actor_of,
    page_of,
    requires,
    store_of,
)
from regard.core.models import Member
from regard.core.models.member import Role

router = Router(tags=["Members"])
KEYS_ACT_AS = Role.ADMIN  # whoever made it: a key can be copied, and owners are made by people


class MemberItem(Schema):
    """A person in the store."""

    id: int
    email: str = Field(alias="user.email", examples=["ann@example.com"])
    name: str = Field(alias="user.name", examples=["Ann"])
    role: Role
    joined_at: AwareDatetime


class NewInvitation(Input):
    email: Text = Field(
        max_length=254,
        description="Whom to invite.",
        examples=["ann@example.com"],
        json_schema_extra={"format": "email"},
    )
    role: Role = Field(description="What they will be.")


class InvitationWithLink(Schema):
    """An invitation. The link is shown this once: it lets whoever holds it join."""

    id: int
    email: str
    role: Role
    expires_at: AwareDatetime
    link: str = Field(examples=["https://regard.example.com/invitations/rinv_…/"])


class NewRole(Input):
    role: Role = Field(description="What they are from now on.")


@router.get(
    "/members",
    operation_id="list_members",
    summary="List the members",
    response=Page[MemberItem],
    auth=requires("members.read"),
)
def list_members(request: ApiRequest, query: Query[PageQuery]) -> dict[str, Any]:
    """The members of the store, the newest first."""
    return page_of(members_of(store_of(request)), query)


@router.post(
    "/members/invitations",
    operation_id="invite_member",
    summary="Invite a person",
    response={201: InvitationWithLink},
    auth=requires("members.manage"),
)
def add_invitation(request: ApiRequest, new: NewInvitation) -> dict[str, Any]:
    """Invite a person by e-mail address; give them the link. A second invitation replaces the first.

    422 for owners: only an owner invites them, on the page.
    """
    invitation, token = invite_member(
        store=store_of(request),
        email=new.email,
        role=new.role,
        actor=actor_of(request),
        granted_by=KEYS_ACT_AS,
    )
    return {
        "id": invitation.pk,
        "email": invitation.email,
        "role": invitation.role,
        "expires_at": invitation.expires_at,
        "link": f"{config().public_url}/invitations/{token}/",
    }


@router.patch(
    "/members/{member_id}",
    operation_id="change_member",
    summary="Change a member's role",
    response=MemberItem,
    auth=requires("members.manage"),
)
def change_member(request: ApiRequest, member_id: Id, change: NewRole) -> Member:
    """Give a member another role. 422 for owners and for making one: only an owner does that, on the page."""
    member = member_of(store_of(request), member_id)
    change_role(member, role=change.role, actor=actor_of(request), granted_by=KEYS_ACT_AS)
    return member


@router.delete(
    "/members/{member_id}",
    operation_id="remove_member",
    summary="Remove a member",
    response={204: None},
    auth=requires("members.manage"),
)
def end_membership(request: ApiRequest, member_id: Id) -> Status[None]:
    """The person loses access at once. 422 for owners: only an owner removes them, on the page."""
    member = member_of(store_of(request), member_id)
    remove_member(member, actor=actor_of(request), granted_by=KEYS_ACT_AS)
    return Status(204, None)
