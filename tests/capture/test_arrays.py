"""Lists on their way into statements, and what PostgreSQL makes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import DataError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regard.capture.domain.bulk import run_bulk

pytestmark = pytest.mark.django_db

NUMBERS = st.integers(-(2**63), 2**63 - 1)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5))])
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=ZONES)


def sent(values: list, kind: str) -> list:
    return run_bulk(f"SELECT %b::{kind}[]", (values,))[0][0]


@pytest.mark.parametrize(
    ("values", "kind"),
    [(NUMBERS, "bigint"), (TEXTS, "text"), (MOMENTS, "timestamptz"), (st.booleans(), "boolean")],
)
def test_lists_arrive_as_they_are(db, values, kind):
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(values | st.none()))
    def check(told: list) -> None:
        assert sent(told, kind) == told

    check()


def test_other_kinds_are_left_to_the_driver():
    assert sent([Decimal("1.50"), None], "numeric") == [Decimal("1.50"), None]
    assert sent([], "bigint") == []


def test_a_number_that_is_too_large_says_so():
    with pytest.raises((DataError, OverflowError)):
        sent([2**63], "bigint")
