"""What a score is made of adds up to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regard.score.domain.features import SERIES, Features, features_of
from regard.score.domain.kinds import score_kinds, scores_in_columns
from regard.score.domain.known_facts import Kind
from regard.score.domain.refresh import refresh_health
from regard.score.domain.rhythm import ExpectedGap
from regard.score.domain.score_views import scores_for_viewer
from regard.score.domain.sentences import Known
from regard.score.domain.views import View
from regard.score.models import CustomerFeatures
from tests.score.people import days_ago, new_answer, new_customer, new_order, new_review
from tests.score.test_columns import columns_of, some_facts
from tests.score.test_kinds import new_ticket

AT = datetime(2026, 11, 1, tzinfo=UTC)
ROUNDED = {"referral": 0.5001}  # in full points; the others have two decimals


def row_of(features: Features, row: int) -> CustomerFeatures:
    """As it would be kept."""
    values = {name: plain(column[row]) for name, column in features}
    series = Kind(values["direction_series"]) if values["direction_series"] else None
    return CustomerFeatures(**values | {"direction_series": SERIES[series] if series else None})


def plain(value: Any) -> Any:
    if np.isnat(value) if value.dtype.kind == "M" else np.isnan(value):
        return None
    return value.item().replace(tzinfo=UTC) if value.dtype.kind == "M" else value.item()


@settings(deadline=None, max_examples=80)
@given(some_facts, st.booleans())
def test_the_parts_of_every_score_add_up_to_it(told, waits):
    tickets = [(1, Kind.TICKET, AT, 900, 0.0, 0)] if waits else []
    features = features_of(columns_of(told + tickets), np.arange(1, 5))
    view = View(None, AT, ExpectedGap(90, "default"))
    view.__dict__["tuned"] = {}
    scores = scores_in_columns(features, view)

    for kind in score_kinds:
        scored = scores[kind.name]
        for row in np.flatnonzero(~np.isnan(scored.value)).tolist():
            known = Known(row_of(features, row), AT, ExpectedGap(90, "default"))
            inputs = [None if np.isnan(value) else float(value) for value in scored.inputs[row]]
            points = sum(part.points for part in kind.explain(inputs, kind.weights, known))
            assert points == pytest.approx(scored.value[row], abs=ROUNDED.get(kind.name, 0.0051)), kind.name


@pytest.mark.django_db
def test_what_holds_somebody_back_is_a_part_of_its_own(store):
    customer = new_customer(store)
    for days in (40, 20):
        new_order(customer, days_ago(days))
    new_review(customer, days_ago(5), 5)
    new_answer(customer, days_ago(4), 100.0, measure="csat", topic="purchase")
    new_answer(customer, days_ago(3), 100.0, measure="csat", topic="delivery")
    new_ticket(customer, days_ago(1))
    refresh_health(store=store)

    [view] = [view for view in scores_for_viewer(store, customer.pk) if view.name == "referral"]
    held = view.parts[-1]

    assert view.value == 39
    assert (held.name, held.sentence) == ("held_back", "Waits for help, so the score is at most 39.")
    assert held.points < -40
    assert sum(part.points for part in view.parts) == pytest.approx(39)
