"""A satisfaction index that crosses 80, through the whole pipeline."""

from __future__ import annotations

from datetime import timedelta
from math import floor

import pytest
from django.db import transaction

from regard import pipeline
from regard.act.domain.alert_handling import handle_alert
from regard.act.domain.conditions.champions import check_ready_to_refer
from regard.act.domain.conditions.finding import Checked
from regard.act.models import Alert, AlertState, Evaluation
from regard.capture.domain.logged import events_by_id
from regard.capture.models import Event
from regard.core import clock
from regard.profile.models import Identity
from regard.score.domain.refresh import refresh_health
from regard.score.domain.stale import refresh_stale
from regard.score.domain.tuning import change_weights
from regard.score.models import Score
from tests.profile.histories import append, at, call, take

pytestmark = pytest.mark.django_db
NOW = at(50)


@pytest.fixture(autouse=True)
def _today():
    with clock.set_to(NOW):
        yield


def happens(store, *rows):
    return take(store, append(rows), stages=pipeline.STAGES)


def index_facts(store):
    """What the scores told, read in its turn."""
    rows = Event.objects.filter(store_id=store.pk, type="fact", name="ScoreChanged").order_by("id")
    return [event for event in events_by_id(store.pk, list(rows.values_list("id", flat=True)))
            if event.body["score"] == "csi"]  # fmt: skip


def read_facts(store):
    take(store, index_facts(store), stages=pipeline.STAGES)


def nps(store, value, hour=1, user="1", **more):
    return call(store, hour=hour, user=user, name="NPS Survey Submitted", properties={"value": value}, **more)


def review(store, rating, hour=1, user="1", number=1):
    told = {"review_id": f"r{number}-{user}", "rating": rating}
    return call(store, hour=hour, user=user, name="Product Reviewed", properties=told)


def champions(store):
    rows = Alert.objects.filter(store=store, kind="promoter").order_by("id")
    return [(alert.level, alert.reason) for alert in rows if "(CSI)" in alert.reason]


def checks(store):
    rows = Evaluation.objects.filter(store=store, kind="promoter", why__contains="(CSI)").order_by("event_id")
    return list(rows.values_list("matched", "why"))


def test_an_index_that_crosses_80_is_an_opportunity(store):
    """Nps 8 alone and three stars are under it; what comes then is over it, without any nine."""
    happens(store, nps(store, 8, 1), review(store, 3, 2))
    read_facts(store)
    before = Score.objects.get(store=store, name="csi").value
    assert before < 80
    happens(store, *[review(store, 5, 3, number=n) for n in range(2, 12)])
    after = Score.objects.get(store=store, name="csi").value
    assert after >= 80
    read_facts(store)

    assert champions(store) == [
        ("opportunity", f"The satisfaction index (CSI) has risen to {floor(after)}, from {floor(before)}.")
    ]
    assert Alert.objects.get(kind="promoter").customer == Identity.objects.get(value="1").customer
    read_facts(store)
    assert Alert.objects.filter(kind="promoter").count() == 1


def test_a_first_index_over_80_counts_and_one_of_a_promoter_is_told_once(store):
    happens(store, nps(store, 10, 1), review(store, 5, 2), nps(store, 8, 1, "2"), review(store, 5, 2, "2"))
    read_facts(store)

    of_ten, of_eight = Alert.objects.filter(kind="promoter").order_by("repeats").reverse()
    assert (of_ten.repeats, "in the first answer" in of_ten.reason) == (1, True)
    assert of_eight.repeats == 0
    assert of_eight.reason == "The satisfaction index (CSI) is 89, now that enough is known."


def test_an_index_that_falls_or_stays_under_it_is_none(store):
    happens(store, nps(store, 8, 1), review(store, 5, 2))
    happens(store, *[review(store, 1, 3, number=n) for n in range(2, 12)])
    read_facts(store)

    assert champions(store) == []
    (risen, _why), (fallen, why) = checks(store)
    assert (risen, fallen) == (False, False)
    assert why.endswith("it takes 80 or more.")


def test_a_rise_that_is_gone_when_it_is_read_is_none(store):
    happens(store, nps(store, 8, 1), review(store, 5, 2))
    happens(store, *[review(store, 1, 3, number=n) for n in range(2, 12)])
    rise, *_others = index_facts(store)
    take(store, [rise], stages=pipeline.STAGES)

    assert champions(store) == []
    assert [why.partition(", but")[1] for _matched, why in checks(store)] == [", but"]


@pytest.mark.parametrize("is_first", [True, False])
def test_imported_answers_make_nobody_a_champion(store, is_first):
    """Neither of whom nothing was known, nor of whom less was; not even when they do something in between."""
    if not is_first:
        happens(store, nps(store, 8, 1), review(store, 3, 2))
    rows = [nps(store, 9, 3)] + [review(store, 5, 4, number=number) for number in range(2, 12)]
    happens(store, *[row._replace(history=True) for row in rows])
    with transaction.atomic():
        happens(store, call(store, user="1", hour=4, name="Product Viewed"))
        read_facts(store)
        assert champions(store) == []
        transaction.set_rollback(True)
    refresh_stale(store)
    assert Score.objects.get(store=store, name="csi").value >= 80
    read_facts(store)
    happens(store, call(store, user="1", hour=4, name="Product Viewed"))
    read_facts(store)

    assert champions(store) == []
    assert not any(matched for matched, _why in checks(store))


def test_other_weights_make_nobody_a_champion(store):
    happens(store, nps(store, 10, 1), review(store, 3, 2))
    Alert.objects.all().delete()
    read_facts(store)
    assert Score.objects.get(store=store, name="csi").value < 80
    weights = {"nps": 80, "product": 5, "ease": 5, "delivery": 5, "purchase": 5}
    change_weights(store, "csi", weights, actor="ada")
    refresh_health(store=store)
    assert Score.objects.get(store=store, name="csi").value >= 80
    read_facts(store)

    assert champions(store) == []


def test_whoever_has_no_number_in_the_shop_counts_too(store):
    happens(
        store,
        nps(store, 8, 1)._replace(user_id=None, anonymous_id="b"),
        review(store, 5, 2)._replace(user_id=None, anonymous_id="b"),
    )
    assert {event.user_id for event in index_facts(store)} == {None}
    read_facts(store)

    assert len(champions(store)) == 1
    assert Alert.objects.get(kind="promoter").customer == Identity.objects.get(store=store).customer


def test_another_crossing_is_news_when_the_first_was_handled(store):
    happens(store, nps(store, 8, 1), review(store, 5, 2))
    read_facts(store)
    alert = Alert.objects.get(kind="promoter")
    handle_alert(alert, actor="ada")
    assert alert.state == AlertState.HANDLED
    happens(store, *[review(store, 1, 3, number=n) for n in range(2, 12)])
    with clock.set_to(NOW + timedelta(days=1)):
        happens(store, *[review(store, 5, 60, number=n) for n in range(20, 90)])
        read_facts(store)
    assert len(champions(store)) == 2


def test_queries_do_not_grow_with_the_facts(store, django_assert_num_queries):
    happens(store, *[row for n in "123" for row in (nps(store, 8, 1, n), review(store, 5, 2, n))])
    facts = index_facts(store)
    assert len(facts) == 3
    for some in (facts[:1], facts):
        with django_assert_num_queries(2):
            found = check_ready_to_refer(Checked(store, {}, some))
        assert [finding.matched for finding in found] == [True] * len(some)
