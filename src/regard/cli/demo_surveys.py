"""Surveys that the made-up store asked over its last weeks, and what its customers answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from regard.cli.demo_answers import answer_survey
from regard.cli.demo_lots import Lots, first_by_lot
from regard.core import clock
from regard.core.models import Store
from regard.desk.models import Ticket
from regard.profile.models import Order
from regard.score.models import Score
from regard.survey.domain.answering.links import token_of
from regard.survey.domain.answering.visits import visit_by_token
from regard.survey.domain.asking.inviting import ask_surveys
from regard.survey.domain.asking.wishes import Asked, Wish
from regard.survey.domain.shipped import add_shipped
from regard.survey.domain.surveys import publish_survey
from regard.survey.models import Channel, InvitationState, SurveyState

ORIGIN = "demo"
SINCE = timedelta(days=60)
# The latest answers are older than what is news: they begin no alerts and no messages to people who are made up.
UNTIL = timedelta(days=3)
MOST_ASKED = 120  # of each survey
SPARED = 2  # of so many who could be asked one is
UNKNOWN_HEALTH = 50.0
LATE_COSTS = 0.3  # of the mood
ROUND = timedelta(days=4)  # people of so many days are asked together


@dataclass(frozen=True)
class Occasion:
    """Why somebody is asked: what became due when. name: the shop's, by which the lot is drawn."""

    name: str
    identity_id: int
    customer_id: int
    due: datetime
    order_id: str = ""
    was_late: bool = False


def ask_the_past(store: Store, *, present: datetime, seed: int, actor: str) -> int:
    """Ask what ships, of those whose turn it was, and have it answered as their health suggests; gives how many
    answered. What was asked before stays as it is."""
    surveys = {
        "delivery": _after_delivery(store, present),
        "nps-after-30-days": _after_orders(store, present),
        "support-csat": _after_help(store, present),
    }
    with clock.set_to(present - SINCE - timedelta(days=1)):
        for key in surveys:
            _publish(store, key, actor)
    healths = _healths(store)
    return sum(
        _ask(store, key, occasions, healths, present=present, seed=seed) for key, occasions in surveys.items()
    )


def _publish(store: Store, key: str, actor: str) -> None:
    survey = add_shipped(store, key, actor=actor)
    if survey.state == SurveyState.DRAFT:
        publish_survey(survey, actor=actor)


def _after_delivery(store: Store, present: datetime) -> list[Occasion]:
    wait = timedelta(days=1)
    rows = Order.objects.filter(
        store=store, delivered_at__gt=present - SINCE - wait, delivered_at__lt=present - UNTIL - wait,
        identity__isnull=False,
    )  # fmt: skip
    return [
        Occasion(
            order.external_id, *_owner(order), order.delivered_at + wait, order.external_id,
            was_late=bool(order.promised_at and order.delivered_at > order.promised_at),
        )
        for order in rows.select_related("identity")
        if order.delivered_at
    ]  # fmt: skip


def _after_orders(store: Store, present: datetime) -> list[Occasion]:
    wait = timedelta(days=30)
    rows = Order.objects.filter(
        store=store, ordered_at__gt=present - SINCE - wait, ordered_at__lt=present - UNTIL - wait,
        identity__isnull=False, is_return=False, cancelled_at=None,
    )  # fmt: skip
    return [
        Occasion(order.external_id, *_owner(order), order.ordered_at + wait, order.external_id)
        for order in rows.select_related("identity")
    ]


def _after_help(store: Store, present: datetime) -> list[Occasion]:
    rows = Ticket.objects.filter(
        store=store, solved_at__gt=present - SINCE, solved_at__lt=present - UNTIL, identity__isnull=False
    )
    return [
        Occasion(ticket.external_id, ticket.identity.pk, ticket.identity.customer_id, ticket.solved_at)
        for ticket in rows.select_related("identity")
        if ticket.identity and ticket.solved_at
    ]


def _owner(order: Order) -> tuple[int, int]:
    assert order.identity is not None  # noqa: S101 - it is asked for
    return order.identity.pk, order.identity.customer_id


def _healths(store: Store) -> Mapping[int, float]:
    """By customer. One query."""
    rows = Score.objects.filter(store=store, name="health", subject_type="customer", value__isnull=False)
    return {pk: float(value) for pk, value in rows.values_list("subject_id", "value") if value is not None}


def _ask(
    store: Store, key: str, occasions: Sequence[Occasion], healths: Mapping[int, float], *,
    present: datetime, seed: int,
) -> int:  # fmt: skip
    by_name = {occasion.name: occasion for occasion in occasions}
    most = min(MOST_ASKED, -(-len(by_name) // SPARED))
    rounds: dict[int, list[Occasion]] = defaultdict(list)
    for name in first_by_lot(seed, key, list(by_name), most):
        rounds[(present - by_name[name].due) // ROUND].append(by_name[name])
    answered = 0
    for number in sorted(rounds, reverse=True):
        due = {_wish(key, one).key: one for one in rounds[number]}
        with clock.set_to(max(one.due for one in due.values())):
            asked = ask_surveys(store, [_wish(key, one) for one in due.values()])
        answered += sum(
            _answer(one, due[wish], healths, seed=seed, present=present) for wish, one in asked.items()
        )
    return answered


def _wish(key: str, occasion: Occasion) -> Wish:
    """By a link that the store hands over itself: nothing is sent to people who are made up."""
    return Wish(
        key=f"demo:{key}:{occasion.name}", origin=ORIGIN, identity_id=occasion.identity_id,
        customer_id=occasion.customer_id, survey=key, channel=Channel.LINK.value, order_id=occasion.order_id,
    )  # fmt: skip


def _answer(
    asked: Asked, occasion: Occasion, healths: Mapping[int, float], *, seed: int, present: datetime
) -> bool:
    """Who is content answers more often; who was disappointed just now does, too."""
    row = asked.invitation
    if not asked.is_asked or row.state != InvitationState.WAITING:
        return False
    lots = Lots(seed, "answer", row.key)
    health = healths.get(occasion.customer_id, UNKNOWN_HEALTH) / 100
    mood = 0.2 + 0.8 * health + lots.between(-0.3, 0.3) - (LATE_COSTS if occasion.was_late else 0)
    answers = lots.share() < 0.15 + 0.4 * health + (0.15 if mood < 0.35 else 0)
    at = row.invited_at + timedelta(hours=lots.between(0.3, 60))
    if not answers or at > present - UNTIL:
        return False
    with clock.set_to(at):
        visit = visit_by_token(token_of(row.store_id, row.key))
        language = row.language
        return answer_survey(visit, mood=mood, lots=lots, language=language, was_late=occasion.was_late) > 0
