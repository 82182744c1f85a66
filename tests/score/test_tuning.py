"""The weights of the satisfaction index are a store's to choose."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from procrastinate.contrib.django.models import ProcrastinateJob

from regard.capture.models import Event
from regard.core import clock
from regard.core.models import AuditEntry
from regard.score.domain.refresh import refresh_health
from regard.score.domain.score_views import scores_for_viewer
from regard.score.domain.tuned import tuned_weights
from regard.score.domain.tuning import change_weights, weights_in_use
from regard.score.models import Score, ScoreChange
from tests.score.people import NOW, days_ago, new_answer, new_customer

pytestmark = pytest.mark.django_db
NPS_ALONE = {"nps": 100, "product": 0, "ease": 0, "delivery": 0, "purchase": 0}
EVEN = {"nps": 20, "product": 20, "ease": 20, "delivery": 20, "purchase": 20}


def speaker(store):
    """NPS 90 and products 10: (90 x 30 + 10 x 25) / 55 = 53.64."""
    customer = new_customer(store)
    new_answer(customer, days_ago(9), 90.0)
    new_answer(customer, days_ago(9), 10.0, measure="csat", topic="product")
    return customer


def test_other_weights_give_another_index_and_history_keeps_the_old(store, other_store):
    customer, stranger = speaker(store), speaker(other_store)
    for one in (store, other_store):
        refresh_health(store=one)

    used = change_weights(store, "csi", NPS_ALONE, actor="ada@example.com")
    for one in (store, other_store):
        refresh_health(store=one)

    assert (used.version, weights_in_use(store, "csi"), weights_in_use(other_store, "csi").version) == (
        2,
        used,
        1,
    )
    assert float(Score.objects.get(name="csi", subject_id=customer.pk).value) == 90
    assert float(Score.objects.get(name="csi", subject_id=stranger.pk).value) == 53.64
    kept = ScoreChange.objects.filter(name="csi", subject_id=customer.pk).order_by("id")
    assert [(float(row.value), row.weights_version, row.history) for row in kept] == [
        (53.64, 1, False), (90, 2, True),
    ]  # fmt: skip
    assert all(
        fact.history for fact in Event.objects.filter(name="ScoreChanged") if fact.body["score"] == "csi"
    )


def test_reasons_stand_under_their_own_inputs_with_weights_of_any_size(store):
    customer = speaker(store)
    change_weights(
        store, "csi", {"nps": 40, "product": 15, "ease": 20, "delivery": 15, "purchase": 10}, actor="ada"
    )
    refresh_health(store=store)
    [csi] = [view for view in scores_for_viewer(store, customer.pk) if view.name == "csi"]
    points = {part.name: round(part.points, 2) for part in csi.parts}
    assert points == {"nps": 65.45, "product": 2.73}  # 90 x 40 / 55 and 10 x 15 / 55
    assert list(weights_in_use(store, "csi").weights) == ["nps", "product", "ease", "delivery", "purchase"]


def test_a_change_is_written_down_and_everybody_computed_anew(store):
    change_weights(store, "csi", EVEN, actor="ada@example.com")
    change_weights(store, "csi", EVEN, actor="ada@example.com")

    [entry] = AuditEntry.objects.filter(store=store, action="score.weighed")
    assert (entry.actor, entry.target, entry.detail["changes"]["nps"]) == (
        "ada@example.com", "csi", {"before": 30, "after": 20},
    )  # fmt: skip
    [job] = ProcrastinateJob.objects.filter(task_name="score.refresh_store")
    assert job.args == {"store_id": store.pk}


def test_however_often_weights_change_everybody_is_computed_anew_once(store, other_store):
    for nps in range(5):
        change_weights(store, "csi", EVEN | {"nps": 20 + nps, "product": 20 - nps}, actor="ada@example.com")
    change_weights(other_store, "csi", EVEN, actor="ada@example.com")

    jobs = ProcrastinateJob.objects.filter(task_name="score.refresh_store").order_by("id")
    assert [job.args for job in jobs] == [{"store_id": store.pk}, {"store_id": other_store.pk}]
    assert weights_in_use(store, "csi").version == 6


@pytest.mark.parametrize(
    ("weights", "field"),
    [
        (EVEN | {"nps": 21}, "__all__"),
        (EVEN | {"nps": -1, "product": 41}, "nps"),
        ({"nps": 100}, "product"),
        (EVEN | {"price": 0}, "price"),
    ],
)
def test_weights_that_are_none_are_refused(store, weights, field):
    with pytest.raises(ValidationError) as refused:
        change_weights(store, "csi", weights, actor="tests")

    assert field in refused.value.message_dict
    assert weights_in_use(store, "csi").version == 1


def test_only_scores_with_weights_have_some(store):
    with pytest.raises(ValidationError) as refused:
        weights_in_use(store, "health")

    assert refused.value.message_dict == {"score": ["Choose one of: csi."]}


def test_the_past_has_the_weights_of_its_time(store):
    change_weights(store, "csi", EVEN, actor="tests")

    assert tuned_weights(store, as_of=NOW - timedelta(days=1)) == {}
    assert tuned_weights(store, as_of=clock.now())["csi"].weights == EVEN


def test_all_scores_of_a_customer_explain_themselves(store, django_assert_max_num_queries):
    customer = speaker(store)
    refresh_health(store=store)

    with django_assert_max_num_queries(6):
        views = {view.name: view for view in scores_for_viewer(store, customer.pk)}

    index = views["csi"]
    assert (index.value, index.band_label, index.coverage) == (53.64, "Neutral", 55)
    assert [(part.name, round(part.points, 2)) for part in index.parts] == [("nps", 49.09), ("product", 4.55)]
    assert [part.name for part in index.unknown] == ["ease", "delivery", "purchase"]
    assert index.parts[0].sentence == "One answer: 9 of 10."
    assert [change.value for change in index.changes] == [53.64]
    assert sum(part.points for part in views["health"].parts) == pytest.approx(
        float(Score.objects.get(name="health", subject_id=customer.pk).value), abs=0.01
    )
