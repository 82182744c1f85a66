"""Giving answers: each is kept, and told, as soon as it is given; it may be changed until the survey closes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from regard.capture.domain.record import record
from regard.core import clock
from regard.core.models import Store
from regard.survey.domain.answering.ending import give_offer
from regard.survey.domain.answering.telling import response_id, tell_answer, tell_counting, text_of
from regard.survey.domain.answering.uploads import SentFile, keep_upload
from regard.survey.domain.answering.visits import Visit, closed_because
from regard.survey.domain.answers import check_answer, figure_of
from regard.survey.domain.definition.parts import Question
from regard.survey.domain.knowing import person_values
from regard.survey.domain.published import definition_of
from regard.survey.facts import SurveyCompleted, SurveyStarted
from regard.survey.models import GivenAnswer, Invitation, InvitationState, Submission, Survey

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


class NotAsked(ValueError):
    """The question is not on the way of whoever answers it; as after an edit somewhere else."""


@dataclass(frozen=True)
class Circumstances:
    """How an answer came. is_suspect: by a machine, it seems."""

    language: str = ""
    is_suspect: bool = False


@transaction.atomic
def give_answer(visit: Visit, question: Question, raw: Any, how: Circumstances) -> Visit:
    """Keep an answer, or that the question was passed over, and tell it. Gives the visit after it.

    raw: as `check_answer` takes it; a file as SentFile. Raises AnswerInvalid, with what to do, and NotAsked.
    """
    visit = _alone(visit)
    if question.id not in {*visit.path.ids, visit.path.open.id if visit.path.open else ""}:
        raise NotAsked(question.id)
    file = raw if isinstance(raw, SentFile) else None
    value = check_answer(question, file.described if file else raw)
    now = _moment(visit)
    submission = visit.submission or _begin(visit, how, now)
    held = GivenAnswer.objects.filter(submission=submission, question_id=question.id).first()
    # A page that is sent twice tells nothing twice; of a file nobody knows whether it is the same.
    if held is None or held.value != value or question.kind == "file":
        given = _keep(submission, question, value, now)
        if file is not None and not submission.is_suspect:
            keep_upload(submission, question, file, now)
        tell_answer(submission, visit.definition, question, given, now, before=held)
    return _move_on(visit, submission, now)


def _alone(visit: Visit) -> Visit:
    """Two presses of one button are taken one after the other; the second sees what the first did, and neither
    answers what was closed or erased meanwhile. Raises NotAsked."""
    survey, invitation = _survey_now(visit), _invitation_alone(visit)
    rows = Submission.objects.select_for_update(of=("self",)).select_related("version", "identity__customer")
    begun = None
    if visit.submission is not None:
        begun = rows.get(pk=visit.submission.pk)
    elif visit.sitting is not None:
        _lock_sitting(visit.sitting)
        begun = rows.filter(survey=survey, invitation=None, public_id=visit.sitting).first()
    else:
        begun = rows.filter(invitation=invitation).first()
    version = begun.version if begun else visit.version
    now = replace(
        visit, survey=survey, version=version, definition=definition_of(version), invitation=invitation,
        submission=begun,
    )  # fmt: skip
    closed = closed_because(now)
    if closed is not None:
        raise NotAsked(closed.value)
    return now


def _lock_sitting(sitting: UUID) -> None:
    """There is no row to lock before the first answer. Until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [f"sitting at a survey {sitting}"])


def _survey_now(visit: Visit) -> Survey:
    return Survey.objects.select_related("store", "current").get(pk=visit.survey.pk, store=visit.store)


def _invitation_alone(visit: Visit) -> Invitation | None:
    """As it is now, and nobody else changes it before the answer is kept. Erased ones have no token."""
    if visit.invitation is None:
        return None
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("identity__customer")
    held = rows.filter(pk=visit.invitation.pk, token_hash__isnull=False).first()
    if held is None:
        raise NotAsked
    return held


def _begin(visit: Visit, how: Circumstances, now: datetime) -> Submission:
    anonymous, identity = visit.definition.is_anonymous, visit.identity
    order, product = visit.thing
    submission = Submission.objects.create(
        store=visit.store,
        survey=visit.survey,
        version=visit.version,
        invitation=None if anonymous else visit.invitation,
        identity=identity,
        public_id=visit.sitting or uuid4(),
        language=how.language,
        channel=visit.channel,
        place=visit.place,
        order_external_id="" if anonymous else order,
        product_external_id="" if anonymous else product,
        person=person_values(visit.person, visit.definition),
        started_at=now,
        last_at=now,
        is_suspect=how.is_suspect,
    )
    if not anonymous and not how.is_suspect:
        record(
            SurveyStarted(**_told(visit, submission)), store_id=visit.store.pk, key=str(submission.public_id)
        )
    return submission


def _keep(submission: Submission, question: Question, value: Any, now: datetime) -> GivenAnswer:
    kept = {
        "store_id": submission.store_id, "survey_id": submission.survey_id, "value": value,
        "figure": figure_of(question, value), "text": text_of(question, value), "given_at": now,
        "response_external_id": response_id(submission, question), "does_count": True,
    }  # fmt: skip
    given, _made = GivenAnswer.objects.update_or_create(
        submission=submission, question_id=question.id, defaults=kept
    )
    return given


def _move_on(visit: Visit, submission: Submission, now: datetime) -> Visit:
    """What counts after this answer, and whether it was the last."""
    after = replace(visit, submission=submission)
    counting = {name for name in after.path.ids if after.answers.get(name) is not None}
    tell_counting(submission, visit.definition, _count(submission, set(after.path.ids)), now)
    is_first_end = after.path.open is None and submission.completed_at is None
    submission.last_at, submission.answers = now, len(counting)
    submission.completed_at = now if is_first_end else submission.completed_at
    submission.save(update_fields=["last_at", "answers", "completed_at"])
    _note_invitation(after, is_done=submission.completed_at is not None, now=now)
    if is_first_end:
        give_offer(after, submission)
    if is_first_end and not visit.definition.is_anonymous and not submission.is_suspect:
        fact = SurveyCompleted(**_told(after, submission), answers=len(counting))
        record(fact, store_id=visit.store.pk, key=str(submission.public_id))
    return after


def _count(submission: Submission, on_the_way: set[str]) -> list[GivenAnswer]:
    """Note which answers the way comes by; gives those of which that is another than before, in their order."""
    changed = []
    for given in GivenAnswer.objects.filter(submission=submission).order_by("pk"):
        does_count = given.question_id in on_the_way
        if given.does_count != does_count:
            given.does_count = does_count
            changed.append(given)
    if changed:
        GivenAnswer.objects.bulk_update(changed, ["does_count"])
    return changed


def _note_invitation(visit: Visit, *, is_done: bool, now: datetime) -> None:
    """An invitation to something anonymous knows that it was answered, and the day."""
    invitation = visit.invitation
    if invitation is None:
        return
    state = InvitationState.COMPLETED if is_done else InvitationState.PARTIAL
    told: dict[str, Any] = {"state": state}
    if not visit.definition.is_anonymous:
        told["opened_at"] = invitation.opened_at or now
    if is_done:
        told |= {"completed_at": invitation.completed_at or now, "next_reminder_at": None}
    Invitation.objects.filter(pk=invitation.pk).update(**told)
    for name, value in told.items():
        setattr(invitation, name, value)


def _told(visit: Visit, submission: Submission) -> dict[str, Any]:
    return {
        "identity_id": submission.identity_id,
        "submission": str(submission.public_id),
        "survey": visit.definition.name,
        "survey_key": visit.definition.key,
        "version": visit.version.number,
        "channel": submission.channel,
        "invitation": str(submission.invitation_id or ""),
    }


def _moment(visit: Visit) -> datetime:
    """Now; of what is anonymous the day, as the store cuts it, so that no hour leads to a person."""
    now = clock.now()
    return _day_of(visit.store, now) if visit.definition.is_anonymous else now


def _day_of(store: Store, at: datetime) -> datetime:
    local = at.astimezone(ZoneInfo(store.time_zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(at.tzinfo)
