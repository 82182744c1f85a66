"""The hour at which a customer reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from regard.act.domain.good_hours import good_hours, hour_most_opened
from regard.act.models import Send
from tests.act.queueing import queue_send, wanted
from tests.score.people import identity_of, new_customer

EVENING = datetime(2026, 11, 2, 19, 20, tzinfo=UTC)


def opened(*hours: int) -> list[datetime]:
    return [datetime(2026, 1, 1 + number, hour, tzinfo=UTC) for number, hour in enumerate(hours)]


@pytest.mark.parametrize(
    ("hours", "found"),
    [((), None), ((7,), 7), ((23, 0, 12), 0), ((20, 21, 8, 8), 8), ((6, 14), 6), ((9, 10, 11), 10)],
)
def test_the_hour_is_that_around_which_most_was_opened(hours, found):
    assert hour_most_opened(opened(*hours), ZoneInfo("UTC")) == found


@pytest.mark.django_db
def test_it_is_learned_after_five_messages_in_the_customers_own_time_zone(store, django_assert_num_queries):
    known, fresh = new_customer(store), new_customer(store)
    known.attributes = {"timezone": "America/New_York"}
    known.save()
    for customer, many in ((known, 5), (fresh, 4)):
        for number in range(many):
            new = wanted(number, identity_id=identity_of(customer).pk, intent=f"for-{customer.pk}")
            send = queue_send(store, new)
            Send.objects.filter(pk=send.pk).update(
                sent_at=EVENING, opened_at=EVENING + timedelta(days=number) if number < 3 else None
            )

    with django_assert_num_queries(2):
        hours = good_hours(store, [known.pk, fresh.pk])

    assert (hours[known.pk].hour, hours[known.pk].is_learned, str(hours[known.pk].zone)) == (
        14, True, "America/New_York",
    )  # fmt: skip
    assert (hours[fresh.pk].hour, hours[fresh.pk].is_learned) == (10, False)
