from __future__ import annotations

import itertools
import random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from regard.capture.domain.batch import Stage
from regard.capture.domain.imports import import_file
from regard.capture.domain.logged import next_events
from regard.capture.domain.record import new_fact
from regard.listen import reactions as listen
from regard.listen.domain.scale import DEFAULT_SCALES, Scale
from regard.listen.facts import AnswerImported
from regard.listen.models import Measure, Response
from regard.profile.models import CustomerEvent, Identity
from tests.conftest import shared_data
from tests.profile.histories import STAGES, append, at, call, take

pytestmark = pytest.mark.django_db
ALL = (*STAGES, Stage("said", listen.project_said))
FINITE = st.floats(-1e6, 1e6)


def tell(store, *rows):
    return take(store, append(rows), stages=ALL)


def answer(store, hour=1, name="Survey Answered", user="1", **properties):
    told = {"response_id": "a1", "measure": "nps", "value": 9} | properties
    return call(store, hour=hour, user=user, name=name, properties=told)


def imported(store, hour=1, **told):
    usual = {"response_id": "a1", "measure": "csat", "topic": "product", "value": 4.0}
    scale = {"lowest": 1.0, "highest": 5.0, "answered_at": at(hour)}
    fact = AnswerImported(**(usual | scale | told))
    user_id = told.get("customer_id")
    return new_fact(fact, store_id=store.pk, occurred_at=at(hour), history=True, user_id=user_id)._replace(
        received_at=at(1_000)
    )


def kept(*names):
    return Response.objects.values_list(*names).get()


@given(FINITE, FINITE, st.floats(0, 1), st.floats(0, 1))
def test_scores_keep_the_order_of_answers_and_stay_within_0_to_100(low, high, one, other):
    low, high = min(low, high), max(low, high)
    if high - low < 1e-3:
        return
    a, b = (low + share * (high - low) for share in sorted((one, other)))
    good, bad = Scale(low, high), Scale(low, high, low_is_good=True)
    assert -1e-6 <= good.score(a) <= good.score(b) + 1e-6 <= 100 + 1e-5
    assert bad.score(a) == pytest.approx(100 - good.score(a))


@pytest.mark.parametrize(
    ("measure", "value", "score"), [("nps", 9, 90), ("nps", 0, 0), ("csat", 4.5, 87.5), ("ces", 2.1, 81.67)]
)
def test_the_scores_of_the_specification(measure, value, score):
    assert DEFAULT_SCALES[Measure(measure)].score(value) == pytest.approx(score, abs=0.005)


def test_an_answer_is_kept_with_all_that_is_told(store):
    told = {"survey": "Spring", "comment": " Fine ", "order_id": "o", "product_id": "p", "topic": "delivery"}
    batch = tell(store, answer(store, 2, measure="csat", value="4", scale=[0, 5], **told))

    row = Response.objects.get()
    assert (row.external_id, row.survey, row.measure, row.topic) == ("a1", "Spring", "csat", "delivery")
    assert (row.value, row.lowest, row.highest, row.low_is_good, row.score) == (4, 0, 5, False, 80)
    assert (row.text, row.order_external_id, row.product_external_id) == ("Fine", "o", "p")
    assert (row.answered_at, row.history, row.follows_order) == (at(2), False, False)
    assert batch.touched == {row.identity.customer_id}


@pytest.mark.parametrize(
    ("name", "properties", "expected"),
    [
        ("NPS Survey Submitted", {"score": 7}, ("nps", "relationship", 70, False)),
        ("CES Survey Submitted", {"rating": 1}, ("ces", "support", 100, True)),
        ("CSAT Survey Submitted", {"value": 1, "product_id": "p"}, ("csat", "product", 0, False)),
        ("Survey Submitted", {"measure": "csat", "value": 3, "order_id": 7}, ("csat", "purchase", 50, False)),
        ("Survey Answered", {"measure": "CSAT", "value": 5}, ("csat", "relationship", 100, False)),
        ("Survey Answered", {"text": "Well."}, ("text", "relationship", None, False)),
        (
            "CES Survey Submitted", {"value": 5, "scale": [1, 5], "low_is_good": False},
            ("ces", "support", 100, False),
        ),
    ],
)  # fmt: skip
def test_what_is_not_told_is_as_the_measure_has_it(store, name, properties, expected):
    tell(store, call(store, user="1", name=name, properties=properties))

    assert kept("measure", "topic", "score", "low_is_good") == expected


@pytest.mark.parametrize(
    ("properties", "field"),
    [
        ({"value": 11}, "value"),
        ({"value": -1}, "value"),
        ({"value": 8.5}, "value"),
        ({"value": "many"}, "value"),
        ({"value": [9]}, "value"),
        ({"value": "nan"}, "value"),
        ({"value": None}, "value"),
        ({"measure": "joy"}, "measure"),
        ({"measure": ["nps"]}, "measure"),
        ({"measure": None}, "measure"),
        ({"topic": "weather"}, "topic"),
        ({"scale": [1, 5]}, "scale"),
        ({"measure": "csat", "value": 3, "scale": [5, 1]}, "scale"),
        ({"measure": "csat", "value": 3, "scale": "1-5"}, "scale"),
        ({"measure": "text", "value": None}, "text"),
        ({"low_is_good": "no"}, "low_is_good"),
        ({"response_id": True}, "response_id"),
    ],
)
def test_what_is_no_answer_is_noted_in_the_timeline_and_the_others_go_on(store, properties, field):
    tell(store, answer(store, **properties), answer(store, response_id="a2"))

    assert kept("external_id") == ("a2",)
    notes = CustomerEvent.objects.order_by("event_id").values_list("note", flat=True)
    assert [note.startswith(f"No answer was kept: {field}: it is ") for note in notes] == [True, False]


def test_the_latest_telling_counts_whatever_the_order_of_arrival(store):
    rows = [
        imported(store, 1, customer_id="1"),
        answer(store, 2, value=3),
        answer(store, 3, value=8, user="2", comment="last"),
        imported(store, 0, customer_id="3"),
    ]
    events = append(rows)
    for arrival in itertools.permutations(events):
        with transaction.atomic():
            touched = set()
            for event in arrival:
                touched |= take(store, [event], stages=ALL).touched
            assert kept("value", "text", "history", "identity__value") == (8, "last", False, "2")
            assert touched == set(Identity.objects.values_list("customer_id", flat=True))
            transaction.set_rollback(True)


def test_an_answer_that_names_only_its_order_is_by_who_placed_it(store):
    order = call(store, user="9", name="Order Completed", properties={"order_id": "o1"})
    other = call(store, hour=2, user="8", name="Order Completed", properties={"order_id": "o1"})
    events = append([imported(store, 3, order_id="o1"), order, other])
    for arrival in itertools.permutations(events):
        with transaction.atomic():
            touched = set()
            for event in arrival:
                touched |= take(store, [event], stages=ALL).touched
            row = Response.objects.get()
            assert (row.identity.value, row.follows_order, row.history) == ("8", True, True)
            assert row.identity.customer_id in touched
            assert CustomerEvent.objects.get(event_id=events[0].id).identity_id == row.identity_id
            transaction.set_rollback(True)


def test_any_number_of_answers_takes_the_same_queries(store):
    def cost(first, count):
        rows = [answer(store, response_id=f"a{first + n}", user=f"u{first + n}") for n in range(count)]
        events = append(rows)
        batch = take(store, events, stages=STAGES)
        with CaptureQueriesContext(connection) as queries:
            listen.project_said(batch)
        return len(queries)

    assert cost(0, 1) == cost(1, 30) == 6  # who held them, whether history, keep, taken back, their words


def test_a_batch_without_answers_asks_nothing(store):
    batch = take(store, append([call(store, user="1")]), stages=STAGES)
    with CaptureQueriesContext(connection) as queries:
        listen.project_said(batch)
    assert len(queries) == 0


SFO = """
[columns]
response_id = ["YEAR", "RESPNUM"]
customer_id = ["YEAR", "RESPNUM"]
value = "NETPRO"
[constants]
measure = "nps"
answered_at = "2017-05-15"
survey = "Passengers 2017"
"""


def test_a_real_survey_gives_its_own_score(store, tmp_path):
    """2,746 answers and an NPS of 39.84, says the set; its code 11 and the empty cells are no answers."""
    (tmp_path / "sfo.toml").write_text(SFO)
    summary = import_file(
        store=store,
        kind="answers",
        path=shared_data("sfo_survey_nps", "sfo_2017.csv"),
        mapping=tmp_path / "sfo.toml",
        actor="tests",
    )
    assert (summary.read, summary.added, summary.rejected) == (2_831, 2_746, 85)

    events = next_events(store.pk, after=0, up_to=2**60, limit=9_999)
    random.Random(1).shuffle(events)
    take(store, events[:1_000], stages=ALL)
    take(store, events[500:], stages=ALL)
    scores = list(Response.objects.filter(measure="nps").values_list("score", flat=True))
    promoters = sum(score >= 90 for score in scores)
    detractors = sum(score <= 60 for score in scores)
    assert len(scores) == 2_746
    assert round(100 * (promoters - detractors) / len(scores), 2) == 39.84
    assert Response.objects.filter(history=True, value__range=(0, 10)).count() == 2_746
