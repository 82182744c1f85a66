"""Files that customers sent as answers, as people get at them. They are downloaded and never shown: what somebody
sent may be anything."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from regard.core.domain.audit import record_audit
from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store
from regard.survey.models import GivenAnswer, Survey, Upload


def files_of(survey: Survey, *, question: str = "", cursor: str = "", limit: int = 50) -> KeysetPage[Upload]:
    """Those that count, without what is in them, the latest first. Raises CursorInvalid. One query."""
    found = _counting(Upload.objects.filter(store=survey.store_id, submission__survey=survey))
    if question:
        found = found.filter(question_id=question)
    return keyset_page(found, order=("-sent_at", "-id"), cursor=cursor, limit=limit)


def files_of_customer(store: Store, customer_id: int, *, limit: int) -> list[Upload]:
    """The latest first. Those of anonymous surveys are nobody's. One query."""
    found = Upload.objects.filter(
        store=store, submission__identity__store=store, submission__identity__customer_id=customer_id
    )
    return list(_counting(found).select_related("submission__survey").order_by("-sent_at", "-id")[:limit])


@transaction.atomic
def fetch_file(store: Store, file_id: int, *, actor: str) -> Upload:
    """A file with what is in it; that somebody fetched it is audited. Raises Upload.DoesNotExist, also for one of
    another store."""
    found = Upload.objects.select_related("submission__survey").get(store=store, pk=file_id)
    target = f"survey:{found.submission.survey.key}"
    record_audit(store=store, actor=actor, action="survey.file_fetched", target=target, file=found.pk)
    return found


def _counting(files: QuerySet[Upload]) -> QuerySet[Upload]:
    """Not of answers that the way came by no more, nor of machines."""
    answers = GivenAnswer.objects.filter(
        submission=OuterRef("submission"), question_id=OuterRef("question_id"), does_count=True
    )
    return files.filter(Exists(answers), submission__is_suspect=False).defer("content", "sha256")
