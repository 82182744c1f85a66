"""Programmes of customers, over JSON."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from regard.core.edges.api import (
    ApiRequest,
    Id,
    Input,
    Moment,
    Page,
    PageQuery,
    Router,
    Text,
    actor_of,
    answer_page,
    requires,
    store_of,
)
from regard.desk.domain.feedback_items import item_for_viewer
from regard.grow.domain.candidates import propose_candidates
from regard.grow.domain.choosing import Wanted, members_wanted
from regard.grow.domain.inviting import MOST_AT_ONCE, Invited, invite_members
from regard.grow.domain.members import member_for_viewer, members_for_viewer, move_member
from regard.grow.domain.outcome import Outcome, outcome_of
from regard.grow.domain.programmes import (
    Terms,
    counts_of,
    create_programme,
    programme_for_viewer,
    programmes_for_viewer,
)
from regard.grow.domain.sessions import (
    There,
    Told,
    decide,
    decisions_for_viewer,
    note_attendance,
    record_session,
    session_for_viewer,
    sessions_for_viewer,
)
from regard.grow.models import (
    Decision,
    MemberState,
    ProgrammeKind,
    ProgrammeMember,
    ProgrammeSession,
    SessionKind,
    Verdict,
)
from regard.profile.domain.segments.saved import segment_for_viewer

router = Router(tags=["Programmes"])


class ProgrammeItem(Schema):
    """Customers with whom the store works."""

    id: int
    kind: ProgrammeKind
    name: str
    purpose: str
    rhythm: str
    thanks: str = Field(description="What members get for it.")
    share_percent: int = Field(description="Of a hundred customers so many are proposed.")
    created_at: AwareDatetime
    closed_at: AwareDatetime | None = Field(description="Null while it is open.")
    proposed_at: AwareDatetime | None = Field(description="When candidates were looked for the last time.")
    known_customers: int = Field(description="Of so many all was known that the kind asks for.")
    bought_customers: int = Field(description="So many had bought.")
    least_standing: float | None = Field(description="Of the last who was proposed, 0 to 100.")


class OutcomeOfProgramme(Schema):
    """What came of a programme."""

    items: int = Field(description="Improvements that decisions lead to.")
    items_done: int = Field(description="Of these so many are done.")
    compared: int = Field(description="Members whose satisfaction index is known of before and now.")
    before: float | None = Field(description="Their mean index when they were proposed.")
    after: float | None = Field(description="Their mean index now.")
    rated: int = Field(description="Ratings of sessions.")
    satisfaction: float | None = Field(description="Their mean, 1 to 5.")


class WholeProgramme(ProgrammeItem):
    candidates: int
    invited: int = Field(description="Who has not answered yet.")
    accepted: int
    declined: int
    left: int
    dismissed: int = Field(description="Candidates who are not to be asked.")
    sessions: int
    decisions: int
    outcome: OutcomeOfProgramme


class NewProgramme(Input):
    kind: ProgrammeKind = Field(description="It decides by which figures customers are proposed.")
    name: Text = Field(max_length=100, description="Customers read it.", examples=["Customer board"])
    purpose: Text = Field("", max_length=4_000, description="What it is for; customers read it.")
    rhythm: Text = Field("", max_length=200, description="How often, and where.")
    thanks: Text = Field("", max_length=200, description="What members get for it.")
    share_percent: int | None = Field(
        None,
        ge=1,
        le=50,
        description="Of a hundred customers so many are proposed; null: as usual for the kind.",
    )


class ProgrammeMemberItem(Schema):
    """A customer in a programme. Figures are those of when they were proposed."""

    id: int
    customer_id: int
    state: MemberState
    standing: float
    satisfaction: float | None = Field(description="The satisfaction index, 0 to 100.")
    engagement: float | None = Field(description="The behaviour pillar of health, 0 to 100.")
    value_minor: int | None = Field(description="Spent after refunds, in minor units.")
    by_hand: bool = Field(description="Whether somebody put them on the list.")
    proposed_at: AwareDatetime
    invited_at: AwareDatetime | None
    answered_at: AwareDatetime | None
    left_at: AwareDatetime | None
    note: str
    unsent: str = Field(description="Why an invitation could not leave; empty: none was stopped.")


class MemberQuery(Schema):
    state: MemberState | None = Field(None, description="Only those in this state.")
    reach: Literal["", "email", "none"] = Field(
        "", description="`email`: only those who may be written to by e-mail; `none`: only the others."
    )
    asked: Literal["", "before", "never"] = Field(
        "", description="`before`: only those whom another programme invited; `never`: only the others."
    )
    segment_id: Id | None = Field(None, description="Only those in this saved segment.")


class MemberChange(Input):
    state: MemberState = Field(description="What became of them, noted by hand.", examples=["accepted"])
    note: Text = Field(
        "", max_length=4_000, description="Why, or who said so; to dismiss somebody it is needed."
    )


class MembersToInvite(Input):
    member_ids: list[Id] = Field(min_length=1, max_length=MOST_AT_ONCE, description="Candidates to write to.")


class InvitedMembers(Schema):
    invited: int
    unsent: int = Field(description="So many cannot be written to; `unsent` of the member says why.")


class Proposed(Schema):
    found: int = Field(description="So many candidates are proposed.")


class SessionItem(Schema):
    """A meeting or a test."""

    id: int
    kind: SessionKind
    title: str
    held_at: AwareDatetime
    agenda: str
    notes: str
    recorded_by: str


class MemberThere(Input):
    member_id: Id = Field(description="Who takes part in the programme.")
    satisfaction: int | None = Field(None, ge=1, le=5, description="Null: they did not say.")
    said: Text = Field("", max_length=4_000, description="In their words.")


class NewSession(Input):
    kind: SessionKind = Field(description="How it was held.")
    title: Text = Field(max_length=200, description="What it was about.", examples=["Roadmap for spring"])
    held_at: Moment = Field(description="When it was held.", examples=["2026-05-04T10:00:00Z"])
    agenda: Text = Field("", max_length=4_000, description="Of a test, its protocol.")
    notes: Text = Field("", max_length=4_000, description="What one should know of it.")


class Attended(Input):
    members: list[MemberThere] = Field(min_length=1, max_length=200, description="Who was there.")


class NotedMembers(Schema):
    new: int = Field(description="So many were not noted before.")


class DecisionItem(Schema):
    """What was decided."""

    id: int
    text: str
    verdict: str = Field(description="Empty for none.", examples=["go"])
    session_id: int | None
    item_id: int | None = Field(description="The improvement that it leads to.")
    decided_at: AwareDatetime
    decided_by: str


class NewDecision(Input):
    text: Text = Field(
        min_length=1, max_length=4_000, description="What was decided.", examples=["Zips first"]
    )
    verdict: Verdict | None = Field(None, description="Of a test; null: none.")
    session_id: Id | None = Field(None, description="In which session; null: in none.")
    item_id: Id | None = Field(None, description="The improvement that it leads to; null: none.")


@router.get(
    "/programmes", operation_id="list_programmes", summary="List programmes", response=Page[ProgrammeItem],
    auth=requires("customers.read"),
)  # fmt: skip
def list_programmes(request: ApiRequest, query: Query[PageQuery]) -> dict[str, Any]:
    """The latest first."""
    return answer_page(programmes_for_viewer(store_of(request), cursor=query.cursor, limit=query.limit))


@router.post(
    "/programmes", operation_id="create_programme", summary="Begin a programme", response={201: WholeProgramme},
    auth=requires("customers.change"),
)  # fmt: skip
def post_programme(request: ApiRequest, new: NewProgramme) -> dict[str, Any]:
    """A programme without candidates; look for them next."""
    terms = new.model_dump()
    kind = terms.pop("kind")
    made = create_programme(store_of(request), kind, Terms(**terms), actor=actor_of(request))
    return _whole(request, made.pk)


@router.get(
    "/programmes/{programme_id}", operation_id="get_programme", summary="Get a programme",
    response=WholeProgramme, auth=requires("customers.read"),
)  # fmt: skip
def get_programme(request: ApiRequest, programme_id: Id) -> dict[str, Any]:
    """With how many there are, and what came of it."""
    return _whole(request, programme_id)


@router.post(
    "/programmes/{programme_id}/proposals", operation_id="propose_candidates", summary="Look for candidates",
    response=Proposed, auth=requires("customers.change"),
)  # fmt: skip
def post_proposals(request: ApiRequest, programme_id: Id) -> dict[str, int]:
    """Those who are among the best now; whoever is not any more is taken off, unless put there by hand."""
    programme = programme_for_viewer(store_of(request), programme_id)
    return {"found": propose_candidates(programme, actor=actor_of(request))}


@router.get(
    "/programmes/{programme_id}/members", operation_id="list_programme_members",
    summary="List candidates and members", response=Page[ProgrammeMemberItem], auth=requires("customers.read"),
)  # fmt: skip
def list_members(
    request: ApiRequest, programme_id: Id, only: Query[MemberQuery], query: Query[PageQuery]
) -> dict[str, Any]:
    """The best standing first."""
    programme = programme_for_viewer(store_of(request), programme_id)
    states = [only.state] if only.state else []
    segment = segment_for_viewer(programme.store, only.segment_id) if only.segment_id else None
    wanted = Wanted(reach=only.reach, asked=only.asked, segment=segment)
    ids = members_wanted(programme, states or MemberState.values, wanted) if wanted else None
    page = members_for_viewer(programme, states=states, only=ids, cursor=query.cursor, limit=query.limit)
    return answer_page(page)


@router.post(
    "/programmes/{programme_id}/invitations", operation_id="invite_programme_members",
    summary="Invite candidates", response=InvitedMembers, auth=requires("customers.change"),
)  # fmt: skip
def post_invitations(request: ApiRequest, programme_id: Id, body: MembersToInvite) -> Invited:
    """By e-mail. Who is no candidate any more is left out."""
    programme = programme_for_viewer(store_of(request), programme_id)
    return invite_members(programme, body.member_ids, actor=actor_of(request))


@router.patch(
    "/programme-members/{member_id}", operation_id="change_programme_member",
    summary="Note what became of a member", response=ProgrammeMemberItem, auth=requires("customers.change"),
)  # fmt: skip
def patch_member(request: ApiRequest, member_id: Id, body: MemberChange) -> ProgrammeMember:
    """Such as that they said yes on the phone."""
    member = member_for_viewer(store_of(request), member_id)
    move_member(member, body.state, actor=actor_of(request), note=body.note)
    return member


@router.get(
    "/programmes/{programme_id}/sessions", operation_id="list_programme_sessions", summary="List sessions",
    response=Page[SessionItem], auth=requires("customers.read"),
)  # fmt: skip
def list_sessions(request: ApiRequest, programme_id: Id, query: Query[PageQuery]) -> dict[str, Any]:
    """The latest first."""
    programme = programme_for_viewer(store_of(request), programme_id)
    return answer_page(sessions_for_viewer(programme, cursor=query.cursor, limit=query.limit))


@router.post(
    "/programmes/{programme_id}/sessions", operation_id="record_programme_session",
    summary="Write down a session", response={201: SessionItem}, auth=requires("tasks.handle"),
)  # fmt: skip
def post_session(request: ApiRequest, programme_id: Id, new: NewSession) -> ProgrammeSession:
    """A meeting or a test that was held, or is to be."""
    programme = programme_for_viewer(store_of(request), programme_id)
    return record_session(programme, Told(**new.model_dump()), actor=actor_of(request))


@router.post(
    "/programme-sessions/{session_id}/members", operation_id="note_programme_members",
    summary="Note who was there", response=NotedMembers, auth=requires("tasks.handle"),
)  # fmt: skip
def post_attendance(request: ApiRequest, session_id: Id, body: Attended) -> dict[str, int]:
    """Who is noted already is changed."""
    session = session_for_viewer(store_of(request), session_id)
    there = [There(**each.model_dump()) for each in body.members]
    return {"new": note_attendance(session, there, actor=actor_of(request))}


@router.get(
    "/programmes/{programme_id}/decisions", operation_id="list_programme_decisions", summary="List decisions",
    response=Page[DecisionItem], auth=requires("customers.read"),
)  # fmt: skip
def list_decisions(request: ApiRequest, programme_id: Id, query: Query[PageQuery]) -> dict[str, Any]:
    """The latest first."""
    programme = programme_for_viewer(store_of(request), programme_id)
    return answer_page(decisions_for_viewer(programme, cursor=query.cursor, limit=query.limit))


@router.post(
    "/programmes/{programme_id}/decisions", operation_id="record_programme_decision",
    summary="Write down a decision", response={201: DecisionItem}, auth=requires("tasks.handle"),
)  # fmt: skip
def post_decision(request: ApiRequest, programme_id: Id, new: NewDecision) -> Decision:
    """With a session and an improvement, what members said in the session stands behind the improvement."""
    store = store_of(request)
    programme = programme_for_viewer(store, programme_id)
    return decide(
        programme, new.text, actor=actor_of(request), verdict=new.verdict or "",
        session=session_for_viewer(store, new.session_id, programme_id) if new.session_id else None,
        item=item_for_viewer(store, new.item_id) if new.item_id else None,
    )  # fmt: skip


def _whole(request: ApiRequest, programme_id: int) -> dict[str, Any]:
    programme = programme_for_viewer(store_of(request), programme_id)
    counts = counts_of(programme.store, [programme])[programme.pk]
    told = {name: getattr(programme, name) for name in ProgrammeItem.model_fields}
    outcome: Outcome = outcome_of(programme)
    return {**told, **vars(counts), "outcome": vars(outcome)}
