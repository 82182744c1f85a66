"""What customers were asked before, as far as it counts against asking them again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import connection

from regard.act.models import Purpose, Send, SendState
from regard.core.models import Store
from regard.survey.domain.asking.exemption import is_exempt
from regard.survey.domain.asking.fatigue import Earlier, Limits
from regard.survey.domain.asking.rules import asking_rules
from regard.survey.domain.definition.parts import Definition
from regard.survey.domain.published import definition_of
from regard.survey.models import Invitation, InvitationState, Survey

INTENT = "survey:"
NEVER_LEFT = frozenset({SendState.CANCELLED, SendState.SUPPRESSED, SendState.FAILED})
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
    rules = asking_rules(store)
    return Limits(
        timedelta(days=rules.short_days),
        rules.most_in_short,
        timedelta(days=rules.long_days),
        rules.most_in_long,
    )


def earlier_invitations(
    store: Store, customer_ids: Collection[int], *, since: datetime
) -> dict[int, list[Earlier]]:
    """By customer those that count, since a moment. Three queries.

    What waits is locked until the transaction ends, so that it is not sent while something is decided about it.
    """
    rows = list(
        Invitation.objects.filter(
            store=store, identity__customer__in=sorted(set(customer_ids)), invited_at__gt=since
        )
        .exclude(state=InvitationState.REFUSED)
        .order_by("invited_at", "id")
        .values_list("pk", "identity_id", "identity__customer_id", "survey_id", "invited_at", "channel")
    )
    definitions = _definitions(store, {survey for *_whom, survey, _at, _channel in rows})
    sends = _states_of_messages(store, {pk: identity for pk, identity, *_rest in rows})
    found: dict[int, list[Earlier]] = defaultdict(list)
    for pk, _identity, customer_id, survey_id, at, channel in rows:
        definition, state = definitions.get(survey_id), sends.get(pk)
        if definition is not None and not is_exempt(definition, channel) and state not in NEVER_LEFT:
            earlier = Earlier(pk, at, definition.rank, is_waiting=state == SendState.QUEUED)
            found[customer_id].append(earlier)
    return found


def intent_of(survey_key: str) -> str:
    """Why messages of a survey stand in the outbox."""
    return f"{INTENT}{survey_key}"[:60]


def instance_of(invitation_id: int, reminder: int = 0) -> str:
    """About what: the invitation, and which of its reminders."""
    return f"{invitation_id}:{reminder}" if reminder else str(invitation_id)


def _definitions(store: Store, survey_ids: Collection[int]) -> dict[int, Definition]:
    """What surveys say now."""
    if not survey_ids:
        return {}
    surveys = Survey.objects.filter(store=store, pk__in=survey_ids).select_related("current")
    return {survey.pk: definition_of(survey.current) for survey in surveys if survey.current}


def _states_of_messages(store: Store, asked: Mapping[int, int | None]) -> dict[int, str]:
    """By invitation what became of the message that asked it; one that is just being sent is not there."""
    if not asked:
        return {}
    sends = Send.objects.filter(
        store=store, identity__in=sorted({pk for pk in asked.values() if pk is not None}),
        purpose=Purpose.SURVEY, instance__in=[instance_of(pk) for pk in asked],
    )  # fmt: skip
    return {
        int(instance): state
        for instance, state in sends.select_for_update(skip_locked=True).values_list("instance", "state")
    }
