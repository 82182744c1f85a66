"""One customer from the command line: merged and taken apart, given out, erased."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from regard.cli.main import main
from regard.core.models import AuditEntry, Store
from regard.profile.domain.finding import find_customer
from regard.profile.models import Customer
from tests.profile.histories import call, tell

pytestmark = pytest.mark.django_db


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["customer", *words, "--store", "acme"], input=typed)


@pytest.fixture
def anna(store: Store) -> Customer:
    tell(store, call(store, user="C-1", traits={"name": "Anna", "email": "anna@x.co"}))
    tell(store, call(store, hour=1, user="C-2", traits={"name": "Anna again"}))
    return find_customer(store, "anna@x.co")


def test_customers_are_merged_and_that_is_undone(store: Store, anna: Customer):
    other = find_customer(store, "C-2")
    refused = run("merge", "C-1", "C-2")
    assert refused.output.startswith("Error: C-1 and C-2 are different customer numbers")
    assert run("merge", "C-1", "C-2", "--force").output == f"They are customer {anna.pk} now.\n"
    assert find_customer(store, "C-2") == anna
    assert run("unmerge", "C-2").output == f"C-2 belongs to customer {other.pk} now.\n"
    assert find_customer(store, "C-2") == other


def test_an_identity_that_events_put_there_is_parted(store: Store, anna: Customer):
    refused = run("unmerge", "anna@x.co")
    assert refused.exit_code == 1
    assert refused.output == (
        "Error: No person has merged or parted anna@x.co; to part what events joined, say --part.\n"
    )
    assert find_customer(store, "anna@x.co") == anna
    parted = run("unmerge", "anna@x.co", "--part").output.splitlines()
    assert parted[1] == "To take that back: regard customer unmerge anna@x.co --store acme"
    assert find_customer(store, "anna@x.co") != anna
    run("unmerge", "anna@x.co")
    assert find_customer(store, "anna@x.co") == anna
    assert run("unmerge", "C-1", "--part").exit_code == 1
    assert run("unmerge", "C-9").output == "Error: Nobody in acme goes by 'C-9'.\n"


def test_what_is_held_is_given_out(store: Store, anna: Customer):
    held = json.loads(run("export", "anna@x.co").output)
    assert (held["store"], held["customer"]) == ("acme", anna.pk)
    assert AuditEntry.objects.get(store=store, action="customer.exported").target == str(anna.pk)


def test_an_erasure_asks_for_the_number_and_prints_its_proof(store: Store, anna: Customer):
    refused = run("erase", "anna@x.co", typed="no\n")
    assert (refused.exit_code, find_customer(store, "anna@x.co")) == (1, anna)

    erased = run("erase", "anna@x.co", typed=f"{anna.pk}\n")
    entry = AuditEntry.objects.get(store=store, action="customer.erased")
    assert (entry.actor, entry.target) == ("cli", str(anna.pk))
    assert f"Customer {anna.pk} is erased." in erased.output
    assert f"digest {entry.detail['digest']}" in erased.output
