"""What this room holds of a customer: what they were asked, and what they answered."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db.models import QuerySet

from regard.capture.domain.impersonal import impersonal_id
from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.survey.domain.definition.reading import read_definition
from regard.survey.models import (
    GivenAnswer,
    Invitation,
    InvitationState,
    Submission,
    SurveyVersion,
    Upload,
)

INVITATION_FIELDS = (
    "survey__key", "origin", "about", "about_id", "order_external_id", "product_external_id", "channel",
    "language", "levers", "invited_at", "expires_at", "opened_at", "completed_at", "reminded", "state", "why",
)  # fmt: skip
SUBMISSION_FIELDS = (
    "id", "survey__key", "version__number", "language", "channel", "place", "order_external_id",
    "product_external_id", "person", "started_at", "last_at", "completed_at", "is_suspect",
)  # fmt: skip
ANSWER_FIELDS = ("submission_id", "question_id", "value", "given_at", "does_count")
UPLOAD_FIELDS = ("submission_id", "question_id", "name", "type", "size", "sent_at", "content")
NAMES = ("order_external_id", "product_external_id")  # of things
# Of these the person's own words and days go; what was chosen of what we offered stays, and names nobody.
OWN_WORDS = {"text", "date", "number", "file"}
UNANSWERED = (InvitationState.WAITING, InvitationState.OPENED)


def export_asked(store: Store, customer_id: int) -> dict[str, Any]:
    """Invitations, sittings, answers and files of a customer, the oldest first. Anonymous answers are nobody's."""
    whose = {"store": store, "identity__store": store, "identity__customer_id": customer_id}
    sittings = Submission.objects.filter(**whose).order_by("started_at", "id")
    within = {"store": store, "submission__in": list(sittings.values_list("pk", flat=True))}
    asked = Invitation.objects.filter(**whose).order_by("invited_at", "id")
    plain: dict[str, Any] = msgspec.to_builtins(
        {
            "invitations": list(asked.values(*INVITATION_FIELDS)),
            "submissions": list(sittings.values(*SUBMISSION_FIELDS)),
            "answers": list(GivenAnswer.objects.filter(**within).order_by("id").values(*ANSWER_FIELDS)),
            "files": [
                {**row, "content": bytes(row["content"])}
                for row in Upload.objects.filter(**within).order_by("id").values(*UPLOAD_FIELDS)
            ],
        }
    )
    return plain


def erase_asked(store: Store, customer_id: int) -> int:
    """Delete files and words, and make addresses of surveys lead nowhere. Gives the rows changed."""
    whose = {"store": store, "identity__store": store, "identity__customer_id": customer_id}
    sittings, asked = Submission.objects.filter(**whose), Invitation.objects.filter(**whose)
    # Whoever answers at this moment is done first, or finds the address gone.
    list(asked.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    erased, _by_kind = Upload.objects.filter(store=store, submission__in=sittings.values("pk")).delete()
    for version in SurveyVersion.objects.filter(pk__in=list(sittings.values_list("version_id", flat=True))):
        erased += _forget_words(sittings.filter(version=version), version)
    asked.filter(state__in=UNANSWERED).update(state=InvitationState.EXPIRED)
    _rename(asked, (*NAMES, "about_id"))
    _rename(sittings, NAMES)
    erased += asked.update(token_hash=None, key="", why="", next_reminder_at=None)
    return erased + sittings.update(person={})


def _forget_words(sittings: QuerySet[Submission], version: SurveyVersion) -> int:
    questions = read_definition(version.definition).questions
    own = [question.id for question in questions if question.kind in OWN_WORDS]
    answers = GivenAnswer.objects.filter(submission__in=sittings.values("pk"), question_id__in=own)
    return answers.update(value=None, text="", figure=None)


def _rename(rows: QuerySet[Any], columns: tuple[str, ...]) -> None:
    """Names that say more than an id does; the log tells them in the same way."""
    for pk, *names in rows.values_list("pk", *columns):
        told = dict(zip(columns, names, strict=True))
        new = {column: impersonal_id(name) for column, name in told.items()}
        if new != told:
            rows.filter(pk=pk).update(**new)


SURVEY_DATA = DataHolder("surveys", 95, export_asked, erase_asked)
