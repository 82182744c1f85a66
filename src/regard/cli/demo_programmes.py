"""The made-up store's advisory board and a beta test: who was asked, who came, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from regard.cli.demo_improvements import item_of_sizes
from regard.cli.demo_lots import Lots
from regard.cli.demo_words import words_for
from regard.core import clock
from regard.core.models import Store
from regard.grow.domain.candidates import add_candidate, propose_candidates
from regard.grow.domain.inviting import invite_members
from regard.grow.domain.members import members_in, move_member
from regard.grow.domain.programmes import Terms, create_programme
from regard.grow.domain.sessions import There, Told, decide, note_attendance, record_session
from regard.grow.models import MemberState, Programme, ProgrammeKind, ProgrammeMember, SessionKind, Verdict
from regard.profile.domain.languages import languages_of
from regard.profile.models import Customer
from regard.score.models import Score

NOT_YET = datetime.max.replace(tzinfo=UTC)
BOARD = Terms(
    name="Advisory board", purpose="We ask you before we decide: on sizes, on delivery and on what is new.",
    rhythm="An hour online, every quarter", thanks="A voucher of 50 € for each meeting",
)  # fmt: skip
BETA = Terms(
    name="Size finder", purpose="You try the new size finder before everybody else, and tell us where it errs.",
    rhythm="Two weeks", thanks="What you order in the test is sent free of charge",
)  # fmt: skip
MEETING = Told(
    kind=SessionKind.ONLINE, title="First meeting: sizes and delivery", held_at=NOT_YET,
    agenda="What you sent back, and why. What you hear from us between the order and the parcel.",
    notes="All but one had sent something back for its size this year.",
)  # fmt: skip
TEST = Told(
    kind=SessionKind.TEST, title="The size finder on three products", held_at=NOT_YET,
    agenda="1. Enter height and weight. 2. Order what it says. 3. Say how it sits.",
    notes="Right for shirts. It says one size too small for shoes.",
)  # fmt: skip
FEWEST = 8  # who are added by hand where too few are known well enough to be proposed
ABSENT = 0.12
JOINS, DECLINES = 0.62, 0.84  # of those asked; the rest have not answered yet
CONTENT = 0.75  # of those who come rate the meeting with all five points


def found_programmes(store: Store, *, present: datetime, seed: int, actor: str) -> int:
    """A board that met once, and a test that came to a verdict; gives how many are new."""
    names = set(Programme.objects.filter(store=store).values_list("name", flat=True))
    new = 0
    if BOARD.name not in names:
        board = _found(
            store,
            ProgrammeKind.BOARD,
            BOARD,
            asked=14,
            at=present - timedelta(days=48),
            seed=seed,
            actor=actor,
        )
        _hold(
            board,
            MEETING,
            "Each product page says how it sits; the board sees the first three.",
            verdict="",
            at=present - timedelta(days=20),
            seed=seed,
            actor=actor,
        )
        new += 1
    if BETA.name not in names:
        beta = _found(
            store, ProgrammeKind.BETA, BETA, asked=10, at=present - timedelta(days=30), seed=seed, actor=actor
        )
        _hold(
            beta,
            TEST,
            "It goes live without shoes, for which it is measured anew.",
            verdict=Verdict.CHANGE,
            at=present - timedelta(days=8),
            seed=seed,
            actor=actor,
        )
        new += 1
    return new


def _found(
    store: Store, kind: ProgrammeKind, terms: Terms, *, asked: int, at: datetime, seed: int, actor: str
) -> Programme:
    """Those who are proposed are asked by hand, so that nothing is sent to people who are made up."""
    with clock.set_to(at):
        programme = create_programme(store, kind, terms, actor=actor)
        if propose_candidates(programme, actor=actor) < asked:
            for customer in _healthiest(store):
                add_candidate(programme, customer, actor=actor)
        chosen = members_in(programme, {MemberState.CANDIDATE}, limit=asked)
        invite_members(programme, [member.pk for member in chosen], actor=actor, by_hand=True)
    invited = members_in(programme, {MemberState.INVITED}, limit=asked)
    by_lot = sorted(invited, key=lambda member: Lots(seed, terms.name, member.identity.value).share())
    for place, member in enumerate(by_lot):
        _let_answer(member, place / len(by_lot), at=at, seed=seed, actor=actor)
    return programme


def _healthiest(store: Store) -> list[Customer]:
    rows = Score.objects.filter(store=store, name="health", subject_type="customer", value__isnull=False)
    ids = rows.order_by("-value", "subject_id").values_list("subject_id", flat=True)[:FEWEST]
    return list(Customer.objects.filter(store=store, pk__in=list(ids)).order_by("pk"))


def _let_answer(member: ProgrammeMember, lot: float, *, at: datetime, seed: int, actor: str) -> None:
    """lot: which part of those who were asked they are, from 0 to 1."""
    lots = Lots(seed, member.programme.name, "when", member.identity.value)
    with clock.set_to(at + timedelta(hours=lots.between(3, 140))):
        if lot < JOINS:
            move_member(member, MemberState.ACCEPTED, actor=actor)
        elif lot < DECLINES:
            move_member(
                member, MemberState.DECLINED, actor=actor, note="No time this year; may be asked again."
            )


def _hold(
    programme: Programme, told: Told, decision: str, *, verdict: str, at: datetime, seed: int, actor: str
) -> None:
    """What those who came had to say stands behind the improvement from then on."""
    there = [_there(member, seed) for member in members_in(programme, {MemberState.ACCEPTED}, limit=50)]
    with clock.set_to(at):
        session = record_session(programme, replace(told, held_at=at), actor=actor)
        note_attendance(session, [each for each in there if each is not None], actor=actor)
        decide(
            programme,
            decision,
            verdict=verdict,
            session=session,
            item=item_of_sizes(programme.store),
            actor=actor,
        )


def _there(member: ProgrammeMember, seed: int) -> There | None:
    """None for whoever was kept away."""
    lots = Lots(seed, member.programme.name, "there", member.identity.value)
    if lots.share() < ABSENT:
        return None
    spoken: Sequence[str] = languages_of(member.identity.customer.attributes)
    said = words_for("meeting", spoken[0] if spoken else "en", lots.share(), lots)
    rating = 5 if lots.share() < CONTENT else 4
    return There(member_id=member.pk, satisfaction=rating, said=said)
