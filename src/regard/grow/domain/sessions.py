"""Meetings and tests, who was there, and what they said; and what was decided."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Avg, Count
from django.utils.translation import gettext as _

from regard.core.domain.audit import record_audit
from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store
from regard.desk.domain.feedback_items import add_text
from regard.desk.models import FeedbackItem
from regard.grow.domain.members import fact_values, record_members
from regard.grow.domain.programmes import LONGEST_LINE, target_of
from regard.grow.domain.texts import SOURCE
from regard.grow.facts import ProgrammeAttended
from regard.grow.models import (
    Attendance,
    Decision,
    MemberState,
    Programme,
    ProgrammeMember,
    ProgrammeSession,
    SessionKind,
    Verdict,
)
from regard.listen.domain.texts import note_texts
from regard.listen.models import Understanding
from regard.profile.domain.customers import name_customers
from regard.task.domain.making import clean_text

BEST = 5
WAS_MEMBER = (MemberState.ACCEPTED, MemberState.LEFT)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a person says of a session. agenda: of a test the protocol."""

    kind: str
    title: str
    held_at: datetime
    agenda: str = ""
    notes: str = ""


@dataclass(frozen=True, kw_only=True)
class There:
    """A member who was at a session. satisfaction: 1 to 5; None: they did not say."""

    member_id: int
    satisfaction: int | None = None
    said: str = ""


@dataclass(frozen=True)
class SessionFigures:
    """attended: how many were there; satisfaction: the mean of the `rated` who said, None for nobody."""

    attended: int = 0
    rated: int = 0
    satisfaction: float | None = None


@transaction.atomic
def record_session(programme: Programme, told: Told, *, actor: str) -> ProgrammeSession:
    """Raises ValidationError, by field."""
    session = ProgrammeSession.objects.create(
        store=programme.store, programme=programme, recorded_by=actor, **_clean(told)
    )
    record_audit(
        store=programme.store, actor=actor, action="programme.session_recorded", target=target_of(programme),
        session=session.pk,
    )  # fmt: skip
    return session


@transaction.atomic
def change_session(session: ProgrammeSession, told: Told, *, actor: str) -> None:
    """Raises ValidationError, by field."""
    for name, value in _clean(told).items():
        setattr(session, name, value)
    session.save()
    record_audit(
        store=session.store, actor=actor, action="programme.session_changed",
        target=target_of(session.programme), session=session.pk,
    )  # fmt: skip


@transaction.atomic
def note_attendance(session: ProgrammeSession, there: Sequence[There], *, actor: str) -> int:
    """Note who was there; who is noted already is changed. Gives how many are new. Raises ValidationError for
    somebody who is no member, or a satisfaction that is none.

    What they said becomes a text of theirs: understood as any other, and to be put behind improvements.
    """
    store = session.store
    wanted = {each.member_id: each for each in there}
    rows = ProgrammeMember.objects.select_for_update(of=("self",)).filter(
        store=store, programme=session.programme_id, pk__in=list(wanted), state__in=WAS_MEMBER
    )
    members = {
        member.pk: member for member in rows.select_related("store", "programme", "identity__customer")
    }
    if len(members) < len(wanted):
        raise ValidationError(_("Only those who take part can have been there."))
    held = {
        row.member_id: row for row in Attendance.objects.filter(session=session, member__in=list(members))
    }
    new = [member for pk, member in members.items() if pk not in held]
    kept = [_attendance(session, each, held.get(pk)) for pk, each in wanted.items()]
    Attendance.objects.bulk_create([row for row in kept if row.pk is None])
    Attendance.objects.bulk_update([row for row in kept if row.member_id in held], ["satisfaction", "said"])
    note_texts(store, SOURCE, [row.external_id for row in kept], at_once=True)
    record_members([
        (member, ProgrammeAttended(**fact_values(member, actor), session_id=session.pk,
            satisfaction=wanted[member.pk].satisfaction))
        for member in new
    ])  # fmt: skip
    if kept:
        record_audit(
            store=store, actor=actor, action="programme.attendance_noted", target=target_of(session.programme),
            session=session.pk, members=len(kept),
        )  # fmt: skip
    return len(new)


@transaction.atomic
def decide(
    programme: Programme, text: str, *, actor: str, verdict: str = "", session: ProgrammeSession | None = None,
    item: FeedbackItem | None = None,
) -> Decision:  # fmt: skip
    """Write down what was decided. What members said in the session stands behind the improvement from then on.
    Raises ValidationError, by field."""
    clean = clean_text(text, "text")
    if not clean:
        raise ValidationError({"text": _("Say what was decided.")})
    if verdict and verdict not in Verdict.values:
        raise ValidationError({"verdict": _("Choose one of the values.")})
    decision = Decision.objects.create(
        store=programme.store, programme=programme, session=session, text=clean, verdict=verdict, item=item,
        decided_by=actor,
    )  # fmt: skip
    if session and item:
        for said in _texts_of(session):
            add_text(item, said, actor=actor)
    record_audit(
        store=programme.store, actor=actor, action="programme.decided", target=target_of(programme),
        decision=decision.pk,
    )  # fmt: skip
    return decision


def sessions_for_viewer(
    programme: Programme, *, cursor: str = "", limit: int = 50
) -> KeysetPage[ProgrammeSession]:
    """The latest first. One query. Raises CursorInvalid."""
    rows = ProgrammeSession.objects.filter(store=programme.store, programme=programme)
    return keyset_page(rows, order=("-held_at", "-id"), cursor=cursor, limit=limit)


def session_for_viewer(store: Store, session_id: int, programme_id: int | None = None) -> ProgrammeSession:
    """Raises ProgrammeSession.DoesNotExist, also for one of another store, or not of the programme
    that is named."""
    only = {} if programme_id is None else {"programme": programme_id}
    return ProgrammeSession.objects.select_related("store", "programme").get(
        store=store, pk=session_id, **only
    )


def decisions_for_viewer(
    programme: Programme, *, session: ProgrammeSession | None = None, cursor: str = "", limit: int = 50
) -> KeysetPage[Decision]:
    """The latest first. One query. Raises CursorInvalid."""
    rows = Decision.objects.filter(store=programme.store, programme=programme).select_related(
        "item", "session"
    )
    rows = rows.filter(session=session) if session else rows
    return keyset_page(rows, order=("-decided_at", "-id"), cursor=cursor, limit=limit)


def figures_of_sessions(sessions: Sequence[ProgrammeSession]) -> dict[int, SessionFigures]:
    """By session. One query."""
    store_ids = {session.store_id for session in sessions}
    rows = Attendance.objects.filter(store__in=store_ids, session__in=[session.pk for session in sessions])
    counted = rows.values_list("session").annotate(Count("pk"), Count("satisfaction"), Avg("satisfaction"))
    known = {pk: SessionFigures(attended, rated, mean) for pk, attended, rated, mean in counted.order_by()}
    return {session.pk: known.get(session.pk, SessionFigures()) for session in sessions}


def attendance_of(session: ProgrammeSession) -> list[Attendance]:
    """With customer. Two queries at most."""
    rows = Attendance.objects.filter(store=session.store_id, session=session)
    found = list(rows.select_related("member__identity__customer").order_by("id"))
    name_customers(row.member.identity.customer for row in found)
    return found


def _attendance(session: ProgrammeSession, there: There, held: Attendance | None) -> Attendance:
    if there.satisfaction is not None and not 1 <= there.satisfaction <= BEST:
        raise ValidationError({"satisfaction": _("It must be from %(least)s to %(most)s.") % {
            "least": 1, "most": BEST}})  # fmt: skip
    row = held or Attendance(
        store=session.store, session=session, member_id=there.member_id, external_id=uuid.uuid4().hex
    )
    row.satisfaction, row.said = there.satisfaction, clean_text(there.said, "said")
    return row


def _texts_of(session: ProgrammeSession) -> list[Understanding]:
    ids = Attendance.objects.filter(store=session.store_id, session=session).values_list("pk", flat=True)
    found = Understanding.objects.filter(store=session.store_id, source=SOURCE, source_id__in=list(ids))
    return list(found.order_by("id"))


def _clean(told: Told) -> dict[str, str | datetime]:
    title = " ".join(told.title.replace("\0", "").split())
    if not title or len(title) > LONGEST_LINE:
        raise ValidationError({"title": _("Write 1 to %d characters.") % LONGEST_LINE})
    if told.kind not in SessionKind.values:
        raise ValidationError({"kind": _("Choose one of the values.")})
    return {
        "kind": told.kind, "title": title, "held_at": told.held_at,
        "agenda": clean_text(told.agenda, "agenda"), "notes": clean_text(told.notes, "notes"),
    }  # fmt: skip
