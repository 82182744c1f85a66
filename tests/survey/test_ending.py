"""What somebody gets who came to the end of a survey."""

from __future__ import annotations

import pytest

from regard.capture.models import Event
from regard.core import clock
from regard.offer.domain.approvals import approve_offer
from regard.offer.models import Offer, OfferLimits, OfferState
from regard.survey.models import Invitation, Submission
from regard.survey.pages.answer_pages import TRAP
from tests.journeys.shop import NOW, Shop
from tests.offer.giving import ANA, new_pool
from tests.survey.asking import NPS, Visitor, ask, publish

pytestmark = pytest.mark.django_db

WITH_OFFER = f"{NPS}levers: [incentive]\nincentive: thanks\n"


@pytest.fixture
def shop(store):
    with clock.set_to(NOW):
        shop = Shop(store)
        shop.identify("ada", name="Ada Lind", email="ada@example.com", accepts_marketing=True)
        yield shop
        shop.close()


def test_the_last_answer_gives_the_offer_once_and_looking_only_shows_it(shop):
    pool = new_pool(shop.store, "thanks", codes=3)
    publish(shop.store, WITH_OFFER)
    visitor = Visitor(ask(shop.store).url)
    first = visitor.look()
    response = visitor.send(answer="9")

    offer = Offer.objects.get(pool=pool)
    assert (offer.state, offer.origin, offer.given_at) == (OfferState.GIVEN, "survey:nps", NOW)
    told = Event.objects.count()
    for _program in range(3):
        assert offer.code.code in visitor.client.get(response["Location"]).content.decode()
    visitor.client.post(visitor.path, {"question": "likely", "answer": "10"})
    assert offer.code.code not in first
    assert Offer.objects.count() == 1
    # What was changed is told; nothing of an offer.
    assert set(Event.objects.order_by("id")[told:].values_list("name", flat=True)) == {"AnswerGiven"}


def test_looking_at_the_end_gives_nothing_that_was_not_given(shop):
    publish(shop.store, WITH_OFFER)  # its offer is not there yet
    visitor = Visitor(ask(shop.store).url)
    visitor.answer("9")
    new_pool(shop.store, "thanks", codes=1)
    page = visitor.look()
    assert "Tell a friend." in page
    assert 'class="code"' not in page
    assert not Offer.objects.exists()


def test_an_offer_that_waits_for_approval_is_shown_once_it_is_given(shop):
    new_pool(shop.store, "thanks", codes=1)
    OfferLimits.objects.update_or_create(store=shop.store, defaults={"approval_above_minor": 1})
    publish(shop.store, WITH_OFFER)
    visitor = Visitor(ask(shop.store).url)
    assert 'class="code"' not in visitor.answer("9")
    offer = Offer.objects.get()
    assert offer.state == OfferState.WAITING
    approve_offer(offer, actor=ANA)
    assert f'class="code">{Offer.objects.get().code.code}<' in visitor.look()


@pytest.mark.parametrize("levers", [{"incentive": False}, {}])
def test_who_was_told_of_no_offer_gets_none(shop, levers):
    new_pool(shop.store, "thanks", codes=1)
    publish(shop.store, WITH_OFFER)
    visitor = Visitor(ask(shop.store).url)
    Invitation.objects.update(levers=levers)
    visitor.answer("9")
    assert not Offer.objects.exists()


def test_a_machine_gets_none(shop):
    new_pool(shop.store, "thanks", codes=1)
    publish(shop.store, WITH_OFFER)
    visitor = Visitor(ask(shop.store).url)
    visitor.answer("9", **{TRAP: "https://spam.example"})
    assert Submission.objects.get().is_suspect
    assert not Offer.objects.exists()
