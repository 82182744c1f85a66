"""Offers on pages and in the terminal."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from regard.core import clock
from regard.core.domain.members import add_member
from regard.core.models import Store, User
from regard.offer.domain.pools import set_limits
from regard.offer.domain.queries import effect_of
from regard.offer.models import Offer, OfferPool
from tests.cli.test_alerts import called, run
from tests.offer.giving import give, new_pool
from tests.score.people import new_customer, new_order
from tests.web.rows import add_customer

pytestmark = pytest.mark.django_db
ANA = "ana@acme.example"
TERMS = {
    "name": "Welcome", "kind": "percent", "percent": 10, "because": "You are new", "worth_minor": "4.50",
    "begins_with": "HI-", "code_length": 8, "redeemed_percent": 50, "chance_percent": 100,
    "kept_back_percent": 0, "again_after_days": 90, "makes_codes": "on", "day_budget_minor": "20",
}  # fmt: skip


@pytest.fixture
def owner(store: Store) -> Client:
    user = User.objects.create_user(ANA)
    add_member(store=store, user=user, role="owner", actor="tests")
    browser = Client()
    browser.force_login(user)
    return browser


def test_an_offer_is_set_up_given_and_seen(store: Store, owner: Client) -> None:
    base, customer = f"/s/{store.slug}", add_customer(store)
    wrong = owner.post(f"{base}/offers/new/", {**TERMS, "key": "hi", "because": ""}).content.decode()
    assert "Say why it is cheaper" in wrong
    owner.post(f"{base}/offers/new/", {**TERMS, "key": "hi"})
    pool = OfferPool.objects.get()
    assert (pool.worth_minor, pool.cost_minor, pool.day_budget_minor, pool.prefix) == (450, 225, 2000, "HI-")
    changed = owner.get(f"{base}/offers/{pool.pk}/change/").content.decode()
    assert ('value="4.50"' in changed, 'value="HI-"' in changed) == (True, True)
    given = owner.post(f"{base}/offers/give/{customer.pk}/", {"pool": "hi"}, follow=True).content.decode()
    code = Offer.objects.get().code.code
    assert f"the code is {code}" in given
    again = owner.post(f"{base}/offers/give/{customer.pk}/", {"pool": "hi"}, follow=True).content.decode()
    assert "same reason" in again
    assert code in owner.get(f"{base}/offers/{pool.pk}/").content.decode()
    chart = owner.get(f"{base}/offers/{pool.pk}/chart.csv").content.decode()
    assert chart.splitlines()[-1].endswith(",1,0")


def test_codes_come_in_and_go_out_as_files(store: Store, owner: Client) -> None:
    pool = new_pool(store, codes=1)
    base = f"/s/{store.slug}/offers/{pool.pk}/codes"
    file = SimpleUploadedFile("codes.csv", b"code,note\nAAA1,x\nAAA2,y\n")
    said = owner.post(f"{base}/", {"file": file}, follow=True).content.decode()
    assert "2 codes are new, 0 were there." in said
    assert "Line 1 holds no code" in owner.post(f"{base}/", {"codes": "a b"}, follow=True).content.decode()
    exported = b"".join(owner.post(f"{base}/export/").streaming_content)
    assert exported == b"ten-0\nAAA1\nAAA2\n"


def test_pages_of_offers_take_as_many_queries_for_three_as_for_one(store: Store, owner: Client) -> None:
    pool = new_pool(store, again_after_days=0)
    counts: list[list[int]] = []
    for _number in range(3):
        give(pool, new_customer(store))
        counts.append([])
        for path in (f"{pool.pk}/", "waiting/"):
            with CaptureQueriesContext(connection) as counted:
                owner.get(f"/s/{store.slug}/offers/{path}")
            counts[-1].append(len(counted))
    assert counts[1] == counts[2]


def test_whether_an_offer_helps_is_seen_by_those_it_was_kept_back_from(store: Store) -> None:
    pool = new_pool(store, kept_back_percent=50)
    long_ago = clock.now() - timedelta(days=60)
    with clock.set_to(long_ago):
        states = [(customer, give(pool, customer).offer.state) for customer in
                  (new_customer(store) for _each in range(20))]  # fmt: skip
    given = [customer for customer, state in states if state == "given"]
    kept = [customer for customer, state in states if state == "kept_back"]
    new_order(given[0], long_ago + timedelta(days=29))
    new_order(given[1], long_ago + timedelta(days=31))  # too late
    new_order(kept[0], long_ago + timedelta(days=2))
    effect = effect_of(pool)
    assert effect is not None
    assert (effect.given.bought, effect.given.customers) == (1, len(given))
    assert (effect.kept_back.bought, effect.kept_back.customers) == (1, len(kept))
    assert effect_of(new_pool(store, "other")) is None


def test_offers_in_the_terminal(store: Store, owner: Client, tmp_path: Path) -> None:
    add_customer(store)
    new_pool(store, codes=1)
    assert run("offer", "list") == (
        "ten  10.00 EUR  0 given, 0 redeemed, 0 kept back, 1 codes left, 0.00 EUR spent\n"
    )
    file = tmp_path / "codes.txt"
    file.write_text("B-1\nB-2\nten-0\n")
    assert run("offer", "import", "ten", file) == "2 codes are new, 1 were there.\n"
    assert run("offer", "export", "ten") == "ten-0\nB-1\nB-2\n"
    assert run("offer", "give", "ten", "C-1") == "The code is ten-0.\n"
    assert "same reason" in called("offer", "give", "ten", "C-1").output
    [told] = json.loads(run("offer", "given", "ten", "--json"))
    assert (told["code"], told["state"], told["order_id"]) == ("ten-0", "given", None)
    limits = {"day_budget_minor": None, "most_per_customer": None, "may_stack": True, "actor": ANA}
    set_limits(store, **limits, approval_above_minor=1)
    add_customer(store, 2)
    waiting = run("offer", "give", "ten", "C-2").removeprefix("It waits for approval as ").rstrip(".\n")
    assert "10.00 EUR" in run("offer", "waiting")
    assert run("offer", "approve", waiting) == f"Offer {waiting} is given: the code is B-1.\n"
    assert run("offer", "decline", waiting) == f"Offer {waiting} did not wait.\n"
    assert "has no offer eleven" in called("offer", "given", "eleven").output
