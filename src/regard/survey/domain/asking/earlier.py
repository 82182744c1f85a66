"""What customers were asked before, as far as it counts against asking them again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection

from regard.act.models import Purpose, Send, SendState
from regard.core.models import Store
from regard.survey.domain.asking.fatigue import Earlier, Limits
from regard.survey.domain.published import definition_of
from regard.survey.models import AskingRules, Invitation, InvitationState, Survey

INTENT = "survey:"
ONE_AT_A_TIME = """
    SELECT pg_advisory_xact_lock(hashtextextended('surveys of a customer', asked.customer))
    FROM unnest(%s::bigint[]) AS asked (customer)
"""


def wait_for_others(customer_ids: Collection[int]) -> None:
    """Two that ask the same customer do so one after the other, so that each knows what the other asked."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [sorted(set(customer_ids))])


def limits_of(store: Store) -> Limits:
    """How often customers of the store are asked. One query."""
    rules = AskingRules.objects.filter(store=store).first() or AskingRules(store=store)
    return Limits(
        timedelta(days=rules.short_days),
        rules.most_in_short,
        timedelta(days=rules.long_days),
        rules.most_in_long,
    )


def earlier_invitations(
    store: Store, customer_ids: Collection[int], *, since: datetime
) -> dict[int, list[Earlier]]:
    """By customer those that count, since a moment. Three queries."""
    rows = list(
        Invitation.objects.filter(
            store=store, identity__customer__in=sorted(set(customer_ids)), invited_at__gt=since
        )
        .exclude(state=InvitationState.REFUSED)
        .order_by("invited_at", "id")
        .values_list("pk", "identity__customer_id", "survey_id", "invited_at")
    )
    ranks = _ranks(store, {survey for _pk, _customer, survey, _at in rows})
    waiting = _waiting(store, [pk for pk, *_rest in rows])
    found: dict[int, list[Earlier]] = defaultdict(list)
    for pk, customer_id, survey_id, at in rows:
        if (rank := ranks.get(survey_id)) is not None:
            found[customer_id].append(Earlier(pk, at, rank, is_waiting=pk in waiting))
    return found


def intent_of(survey_key: str) -> str:
    """Why messages of a survey stand in the outbox."""
    return f"{INTENT}{survey_key}"[:60]


def instance_of(invitation_id: int, reminder: int = 0) -> str:
    """About what: the invitation, and which of its reminders."""
    return f"{invitation_id}:{reminder}" if reminder else str(invitation_id)


def _ranks(store: Store, survey_ids: Collection[int]) -> dict[int, int]:
    """Of those surveys that are not exempt now."""
    if not survey_ids:
        return {}
    surveys = Survey.objects.filter(store=store, pk__in=survey_ids).select_related("current")
    known = {survey.pk: definition_of(survey.current) for survey in surveys if survey.current}
    return {pk: definition.rank for pk, definition in known.items() if not definition.is_exempt}


def _waiting(store: Store, invitation_ids: Collection[int]) -> set[int]:
    """Those whose message has not left yet."""
    if not invitation_ids:
        return set()
    queued = Send.objects.filter(
        store=store, purpose=Purpose.SURVEY, state=SendState.QUEUED,
        instance__in=[instance_of(pk) for pk in invitation_ids],
    )  # fmt: skip
    return {int(instance) for instance in queued.values_list("instance", flat=True)}
