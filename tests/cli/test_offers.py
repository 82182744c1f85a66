"""Offers and recovery cases from the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from regard.cli.main import main
from regard.core.models import AuditEntry, Store
from regard.offer.domain.issuing import issue_offers
from regard.offer.domain.pools import set_limits
from regard.offer.models import Offer, OfferPool
from regard.profile.models import Customer
from regard.task.models import RecoveryCase
from tests.offer.giving import new_pool, wish
from tests.score.people import new_customer

pytestmark = pytest.mark.django_db


def called(*words: object) -> Result:
    return CliRunner().invoke(main, [*map(str, words), "--store", "acme"])


def run(*words: object) -> str:
    result = called(*words)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def customer(store: Store) -> Customer:
    return new_customer(store, "u-1")


def test_an_offer_is_made_and_given(store: Store, customer: Customer):
    terms = ("--value", "12.50", "--because", "Welcome", "--minimum", "50", "--budget", "25")
    assert run("offer", "create", "ten", "amount", *terms) == "ten is there and switched on: 12.50 EUR.\n"
    pool = OfferPool.objects.get()
    assert (pool.amount_minor, pool.minimum_minor, pool.budget_minor) == (1250, 5000, 2500)
    assert run("offer", "make", "ten", 3) == "3 codes are made.\n"
    assert run("offer", "give", "ten", "u-1") == f"The code is {Offer.objects.get().code.code}.\n"
    listed = json.loads(run("offer", "list", "--json"))[0]
    assert (listed["key"], listed["given"], listed["left"], listed["spent_minor"]) == ("ten", 1, 2, 1250)
    assert run("offer", "switch", "ten", "off") == "ten is switched off.\n"
    assert run("offer", "switch", "ten", "off") == "ten was switched off.\n"
    assert "switched off" in called("offer", "give", "ten", "u-1").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("percent", "--because", "Hi"), "Say the percentage by --value"),
        (("percent", "--value", "10"), "because: Say why it is cheaper"),
        (("amount", "--value", "-1", "--because", "Hi"), "amount_minor"),
        (("gift", "--value", "a mug"), "worth_minor: Say what one costs"),
        (("gift", "--value", "a mug", "--costs", "much"), "much is no amount"),
    ],
)
def test_terms_that_cannot_be_are_said_by_field(store: Store, words: tuple[str, ...], said: str):
    result = called("offer", "create", "x", *words)
    assert result.exit_code != 0
    assert said in result.output
    assert not OfferPool.objects.exists()


def test_codes_that_run_out_cost_nobody_a_budget(store: Store, customer: Customer):
    """Two wishes and a code: the one without it does not count as spent."""
    pool = new_pool(store, codes=1, day_budget_minor=2000)
    other = new_pool(store, "other", amount_minor=900)
    set_limits(store, day_budget_minor=2000, most_per_customer=None, approval_above_minor=None,
               may_stack=True, actor="tests")  # fmt: skip
    people = [customer, *(new_customer(store) for _each in range(2))]
    wishes = [wish(pool, people[0]), wish(pool, people[1]), wish(other, people[2])]
    came = issue_offers(store, wishes)
    assert [came[each.key].is_given for each in wishes] == [True, False, True]
    assert came[wishes[1].key].why == "There is no code left."


def test_a_case_is_taken_through_its_stages(store: Store, customer: Customer):
    assert "has no customer" in called("case", "open", "nobody", "--because", "x").output
    opened = run("case", "open", "u-1", "--because", "A parcel was lost")
    number = RecoveryCase.objects.get().pk
    assert opened == f"Case {number} is open.\n"
    assert "empathise by" in run("case", "list")
    assert "Say why the stage is skipped." in called("case", "finish", number, "solve", "--skip").output
    assert (
        run("case", "finish", number, "solve", "--note", "A new one") == f"solve of case {number} is done.\n"
    )
    assert run("case", "finish", number, "solve") == f"solve of case {number} was done before.\n"
    assert run("case", "change", number, "--cost", "12.50") == f"Case {number}: nobody's yet, 12.50 EUR.\n"
    told = json.loads(run("case", "show", number, "--json"))
    assert (told["cost_minor"], [stage["stage"] for stage in told["stages"] if stage["done_at"]]) == (
        1250,
        ["recognise", "solve"],
    )
    assert "A new one" in run("case", "show", number)
    assert run("case", "reopen", number, "solve") == f"solve of case {number} is open again.\n"
    for stage in ("empathise", "solve", "transform", "optimise", "retain"):
        run("case", "finish", number, stage)
    assert f"Case {number} is closed." in run("case", "finish", number, "elevate")
    assert run("case", "list") == ""
    assert "has no case 999999" in called("case", "show", 999999).output
    assert {entry.action for entry in AuditEntry.objects.filter(store=store, action__startswith="case")} == {
        "case.opened", "case.stage_done", "case.changed", "case.stage_reopened",
    }  # fmt: skip
