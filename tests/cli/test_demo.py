"""A made-up year, brought in by a command."""

from __future__ import annotations

import pytest
from click import ClickException

from regard.act.models import Alert, AlertLevel
from regard.capture.domain.reader import read_all
from regard.cli.demo_store import fill_store
from regard.core import clock
from regard.core.models import Store
from regard.desk.models import Ticket
from regard.listen.models import Response, Review
from regard.pipeline import READER, STAGES
from regard.profile.models import Customer, Order, OrderLine, Product, Shipment
from regard.score.models import Score
from regard.sim.shop import make_shop


@pytest.fixture
def filled(transactional_db: None) -> Store:
    fill_store("demo", customers=25, seed=3, actor="tests")
    return Store.objects.get(slug="demo")


def test_all_of_it_arrives(filled: Store):
    made = make_shop(seed=3, customers=25, now=clock.now())
    kept = [
        model.objects.filter(store=filled).count()
        for model in (Product, Order, OrderLine, Shipment, Review, Response, Ticket)
    ]
    told = [
        made.products,
        made.orders,
        made.order_lines,
        made.shipments,
        made.reviews,
        made.answers,
        made.tickets,
    ]
    assert kept == [len(rows) for rows in told]
    assert Customer.objects.filter(store=filled, merged_into=None).count() == 25
    assert Score.objects.filter(store=filled).count() == 25


def test_only_what_happens_today_raises_alerts(filled: Store):
    assert not Alert.objects.exists()
    read_all(reader=READER, stages=STAGES)
    raised = Alert.objects.filter(store=filled, level=AlertLevel.CRITICAL).values_list("kind", flat=True)
    assert list(raised) == ["negative_review"] * 2


def test_a_store_in_use_is_left_alone(filled: Store):
    with pytest.raises(ClickException, match="has events already"):
        fill_store("demo", customers=25, seed=3, actor="tests")
