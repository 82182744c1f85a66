"""Offers are given once for a key, with a code of their own, within limits that nothing breaks."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as some

from regard.core import clock
from regard.core.registry import ActionCall, actions
from regard.offer.domain.approvals import approve_offer, decline_offer
from regard.offer.domain.codes import ALPHABET, import_codes, make_codes
from regard.offer.domain.issuing import issue_offers
from regard.offer.domain.pools import (
    PoolTerms,
    change_pool,
    change_some,
    create_pool,
    set_limits,
    switch_pool,
)
from regard.offer.domain.shares import is_kept_back
from regard.offer.models import Offer, OfferCode, OfferPool, OfferState
from tests.act.queueing import facts
from tests.offer.giving import ANA, give, new_pool, wish
from tests.score.people import identity_of, new_customer

pytestmark = pytest.mark.django_db


def limit(store, **limits):
    none = {
        "day_budget_minor": None,
        "most_per_customer": None,
        "approval_above_minor": None,
        "may_stack": True,
    }
    set_limits(store, **{**none, **limits}, actor=ANA)


def test_a_wish_is_fulfilled_once_and_gives_what_a_message_may_say(store):
    new_pool(store, codes=2, valid_days=14, minimum_minor=5000)
    customer = new_customer(store, "u-1")
    call = ActionCall(identity_of(customer).pk, customer.pk, "e:1", "journey:win-back", {"pool": "ten"})
    first, second = (actions.get("offer").perform(store, [call])[0] for _time in range(2))
    assert first == second
    offer = Offer.objects.get()
    assert first.values == {
        "offer_id": offer.pk, "code": "ten-0", "kind": "amount", "value": "10.00 EUR", "because": "Welcome",
        "expires_on": offer.expires_on.isoformat(), "expires": first.values["expires"], "minimum": "50.00 EUR",
    }  # fmt: skip
    assert offer.expires_on - offer.given_at.date() <= timedelta(days=15)
    assert [(fact["pool"], fact["key"], fact["cost_minor"]) for fact in facts("OfferGiven")] == [
        ("ten", "e:1", 1000)
    ]


def test_what_is_wrong_with_the_name_of_an_offer_is_said(store):
    pool = new_pool(store)
    check = actions.get("offer").check
    assert check(store, {"pool": "ten"}) == []
    assert check(store, {}) == ["Name an offer."]
    assert check(store, {"pool": "x"}) == ["There is no offer “x”. The page Offers names them."]
    switch_pool(pool, is_on=False, actor=ANA)
    assert check(store, {"pool": "ten"}) == ["The offer “ten” is switched off."]
    call = ActionCall(1, 1, "e:1", "journey:x", {"pool": "x"})
    assert actions.get("offer").perform(store, [call])[0].is_done is False


def test_many_take_no_more_statements_than_one(store):
    pool = new_pool(store)
    customers = [new_customer(store) for _each in range(4)]
    counts = []
    for part in (customers[:1], customers[1:2], customers[2:]):
        wishes = [wish(pool, customer) for customer in part]
        with CaptureQueriesContext(connection) as counted:
            issue_offers(store, wishes)
        counts.append(len(counted))
    assert counts[1] == counts[2]


def test_guards_say_why_there_is_no_offer(store):
    limit(store, most_per_customer=2, may_stack=False)
    small, large = new_pool(store, "small"), new_pool(store, "large", amount_minor=2000)
    customer = new_customer(store)
    assert give(small, customer).is_given
    assert "same reason" in give(large, customer, "again", origin="journey:small").why
    assert "given the same" in give(small, customer, "again", origin="journey:other").why
    better = give(large, customer)
    assert (better.is_given, "worth less" in better.why) == (True, True)  # best one wins, with a warning
    assert "2 offers in the last 90 days" in give(new_pool(store, "third"), customer).why
    limit(store, may_stack=False)
    assert "worth as much or more" in give(new_pool(store, "fourth"), customer).why
    with clock.set_to(clock.now() + timedelta(days=91)):
        assert give(small, customer, "later").is_given


def test_an_offer_that_is_switched_off_or_out_of_codes_is_not_given(store):
    limit(store)
    pool = new_pool(store, codes=1)
    assert give(pool, new_customer(store)).is_given
    late = new_customer(store)
    assert give(pool, late).why == "There is no code left."
    import_codes(pool, ["more"], actor=ANA)
    assert give(pool, late).offer.code.code == "more"  # what was refused may be wished again
    switch_pool(pool, is_on=False, actor=ANA)
    assert give(pool, new_customer(store)).why == "The offer is switched off."


def test_a_share_is_kept_back_and_chance_picks_occasions(store):
    limit(store)
    kept, rare = new_pool(store, "kept", kept_back_percent=50), new_pool(store, "rare", chance_percent=30)
    customers = [new_customer(store) for _each in range(40)]
    states = {customer.pk: give(kept, customer).offer.state for customer in customers}
    assert states == {pk: "kept_back" if is_kept_back(kept, pk) else "given" for pk in states}
    assert 8 <= Counter(states.values())["kept_back"] <= 32
    assert len(facts("OfferKeptBack")) == Counter(states.values())["kept_back"]
    missed = [customer for customer in customers if not give(rare, customer).is_given]
    assert 16 <= len(missed) <= 38
    assert give(rare, missed[0], "by hand", by_person=True).is_given  # chance does not decide for people


def test_dear_offers_wait_for_somebody_to_approve_them(store):
    limit(store, approval_above_minor=999)
    pool = new_pool(store, valid_days=7)
    first, second, third = (new_customer(store) for _each in range(3))
    issued = give(pool, first, "a")
    assert (issued.offer.state, issued.offer.code, facts("OfferGiven")) == ("waiting", None, [])
    assert approve_offer(issued.offer, actor=ANA)
    assert not approve_offer(issued.offer, actor=ANA)
    again = give(pool, first, "a")  # whoever wished it finds its code by the same key
    assert (again.is_given, again.offer.code.code[0] in ALPHABET, len(facts("OfferGiven"))) == (True, True, 1)
    refused = give(pool, second, "b").offer
    assert decline_offer(refused, actor=ANA)
    assert give(pool, second, "b").why == "Somebody declined it."
    limit(store, approval_above_minor=999, day_budget_minor=1500)
    assert "store's budget" in give(pool, third, "c").why
    assert OfferPool.objects.get().spent_minor == 1000


def test_budgets_are_by_day_and_in_all(store):
    limit(store)
    pool = new_pool(store, day_budget_minor=2000, budget_minor=3000, redeemed_percent=100)
    given_now = [give(pool, new_customer(store)).is_given for _each in range(3)]
    with clock.set_to(clock.now() + timedelta(days=1)):
        tomorrow = [give(pool, new_customer(store)) for _each in range(2)]
    assert given_now == [True, True, False]
    assert [each.is_given for each in tomorrow] == [True, False]
    assert tomorrow[1].why == (
        "The budget of the offer is spent: 0.00 EUR of 30.00 EUR are left, and one more costs 10.00 EUR. "
        "It is raised on the offer's page."
    )


@settings(max_examples=25)
@given(
    limits=some.tuples(some.integers(0, 60), some.integers(0, 60), some.integers(1, 3), some.integers(1, 20)),
    occasions=some.lists(
        some.tuples(some.integers(0, 3), some.integers(0, 1), some.integers(0, 5), some.integers(0, 2)),
        max_size=12,
    ),
)
def test_whatever_is_wished_no_limit_is_broken(store, limits, occasions):
    """limits: of a pool and the store by day, of a customer, and the cost. occasions: whom, which offer, for which
    key, how many days later."""
    day_budget, of_store, most, cost = limits
    sid = transaction.savepoint()
    limit(store, day_budget_minor=of_store, most_per_customer=most)
    pools = [
        new_pool(
            store, f"p{number}", amount_minor=cost + number, day_budget_minor=day_budget, again_after_days=0
        )
        for number in range(2)
    ]
    people = [new_customer(store) for _each in range(4)]
    codes: dict[str, str] = {}
    now = clock.now()
    for who, which, key, days in occasions:
        now += timedelta(days=days)
        with clock.set_to(now):
            issued = give(pools[which], people[who], f"{which}-{who}-{key}", origin=f"o{key}")
        if issued.is_given:
            assert codes.setdefault(issued.offer.key, issued.offer.code.code) == issued.offer.code.code
    given = list(Offer.objects.filter(state=OfferState.GIVEN).select_related("identity"))
    spent: Counter[tuple[date, int]] = Counter()
    for offer in given:
        spent[offer.given_at.astimezone(ZoneInfo(store.time_zone)).date(), offer.pool_id] += offer.cost_minor
    by_day: Counter[date] = Counter()
    for (day, _pool), minor in spent.items():
        by_day[day] += minor
    assert all(minor <= day_budget for minor in spent.values())
    assert all(minor <= of_store for minor in by_day.values())
    assert all(count <= most for count in Counter(offer.customer_id for offer in given).values())
    assert len(set(codes.values())) == len(codes) == len(given)
    assert sum(pool.spent_minor for pool in OfferPool.objects.all()) == sum(o.cost_minor for o in given)
    transaction.savepoint_rollback(sid)


@pytest.mark.django_db(transaction=True)
def test_two_who_give_at_once_break_no_budget_and_share_no_code(store):
    limit(store)
    pool = new_pool(store, codes=8, day_budget_minor=6000, amount_minor=1000)
    people = [new_customer(store) for _each in range(6)]
    begun = threading.Barrier(2)
    came: list[str] = []

    def giver(turn):
        begun.wait(60)
        for customer in people[:: 1 if turn else -1]:
            with transaction.atomic():
                for key in (f"both:{customer.pk}", f"{turn}:{customer.pk}"):
                    issued = give(pool, customer, key, origin=f"for {key}")
                    came.append(issued.offer.code.code if issued.is_given else "")
        close_old_connections()
        connection.close()

    givers = [threading.Thread(target=giver, args=(turn,)) for turn in (0, 1)]
    for each in givers:
        each.start()
    for each in givers:
        each.join(120)
    offers = Offer.objects.filter(state=OfferState.GIVEN)
    assert len(came) == 24
    assert offers.count() == len({offer.code_id for offer in offers}) == 6
    assert OfferPool.objects.get().spent_minor == 6000
    assert OfferCode.objects.filter(is_taken=True).count() == 6


def test_two_who_change_different_things_at_once_keep_both(store):
    pool = new_pool(store)
    seen = OfferPool.objects.get(pk=pool.pk)  # as the other read it before
    change_some(pool, {"budget_minor": 5000}, is_on=False, actor=ANA)
    change_some(seen, {"because": "Sorry", "amount_minor": 700}, actor=ANA)
    pool.refresh_from_db()
    assert (pool.budget_minor, pool.because, pool.amount_minor, pool.worth_minor, pool.is_on) == (
        5000, "Sorry", 700, 700, False,
    )  # fmt: skip


def test_codes_come_from_lists_or_by_rule(store):
    pool = new_pool(store, codes=2, prefix="WB-", code_length=10)
    assert import_codes(pool, ["code", "ten-0", ' "New1",10 %', "", "new2;x"], actor=ANA) == (2, 1)
    make_codes(pool, 3, actor=ANA)
    made = [code.code for code in OfferCode.objects.order_by("id")][4:]
    assert all(code.startswith("WB-") and set(code[3:]) <= set(ALPHABET) and len(code) == 13 for code in made)
    with pytest.raises(ValidationError, match="Line 2 holds no code"):
        import_codes(pool, ["good", "a b"], actor=ANA)
    assert OfferCode.objects.count() == 7


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"kind": "percent", "because": "x"}, "percent"),
        ({"kind": "percent", "percent": 10}, "because"),
        ({"kind": "percent", "percent": 10, "because": "x"}, "worth_minor"),  # no order tells what it is worth
        ({"kind": "gift"}, "what"),
        ({"kind": "gift", "what": "Mug"}, "worth_minor"),
        ({"kind": "amount", "amount_minor": 0, "because": "x"}, "amount_minor"),
        ({"kind": "cake"}, "kind"),
        ({"kind": "free_shipping", "worth_minor": 400, "prefix": "Ä"}, "prefix"),
    ],
)  # fmt: skip
def test_terms_that_do_not_go_together_name_their_field(store, terms, field):
    with pytest.raises(ValidationError) as error:
        create_pool(store=store, key="x", terms=PoolTerms(name="X", **terms), actor=ANA)
    assert list(error.value.message_dict) == [field]


def test_what_was_given_before_a_change_stays(store):
    limit(store)
    pool = new_pool(store)
    offer = give(pool, new_customer(store)).offer
    terms = PoolTerms(name="Ten", kind="amount", amount_minor=2000, because="Sorry", makes_codes=True)
    change_pool(pool, terms=terms, actor=ANA)
    offer.refresh_from_db()
    assert (offer.cost_minor, give(pool, new_customer(store)).offer.cost_minor) == (1000, 2000)
