"""The log read again: what is formed anew is what would be there had nothing happened in between."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.profile.histories import STAGES, append, call, profiles, take
from tests.profile.test_merging import DECISIONS, TOLD, decide, merge, part, row
from tests.profile.trees import check_trees, identities_by_customer

from regard.capture.domain.batch import Batch, Stage
from regard.capture.domain.reader import last_read, read_next
from regard.capture.domain.replay import clear_projections, replay_progress
from regard.capture.models import Event
from regard.core import clock
from regard.core.models import AuditEntry, Store
from regard.profile import reactions as profile
from regard.profile.domain.rebuild import rebuild_customers, replay_store, settle_store
from regard.profile.domain.tags import tag_customers, tags_of_customers
from regard.profile.models import Customer, CustomerEvent, Identity, IdentityLink

pytestmark = pytest.mark.django_db(transaction=True)
ALL = (Stage("identify", profile.identify, after_replay=profile.settle), *STAGES[1:])


def read(store, *, stages=ALL, live_batch: int = 1_000) -> None:
    while read_next(store, reader="tests", stages=stages, live_batch=live_batch):
        pass


def known(store) -> list[tuple]:
    """Identities and customers with their ids."""
    identities = Identity.objects.filter(store=store).order_by("id").values_list(
        "id", "kind", "value", "customer", "own_customer", "owner", "owned_since", "first_seen_at",
        "last_seen_at", "name", "email", "phone", "traits", "by_hand", "hand_owner",
    )  # fmt: skip
    customers = (
        Customer.objects.filter(store=store)
        .order_by("id")
        .values_list(
            "id", "name", "email", "phone", "attributes", "first_seen_at", "last_seen_at", "merged_into"
        )
    )
    return [*identities, *customers]


def test_a_replay_leaves_what_was_there_and_nothing_of_it_happens_now(store):
    append([
        call(store, hour=1, browser="b1", traits={"phone": "+4930100005"}),
        call(store, hour=2, user="1", traits={"phone": "+4930100005", "email": "a@x.co"}, type="identify"),
        call(store, hour=3, user="2", browser="b1", name="Order Completed", properties={"order_id": "o"}),
        call(store, hour=4, user="2", type="identify", traits={"plan": "gold", "name": "Ben"}),
    ])  # fmt: skip
    read(store)
    part(store, "b1")
    merge(store, "1", "2", force=True)
    tagged = Identity.objects.get(value="1").customer_id
    tag_customers(store, [tagged], "VIP", actor="anna@x.co")
    read(store)
    before, timelines, links = known(store), profiles(store), IdentityLink.objects.count()
    newest = last_read(store, reader="tests")

    replay_store(store=store, reader="tests", actor="anna@x.co")
    progress = replay_progress(store, reader="tests")
    assert progress
    assert (progress.read, progress.until) == (0, newest)
    batches: list[Batch] = []
    read(store, stages=(*ALL, Stage("noting", batches.append)), live_batch=2)

    assert [(len(batch.events), batch.is_backfill) for batch in batches] == [(6, True)]
    assert replay_progress(store, reader="tests") is None
    assert (known(store), profiles(store), IdentityLink.objects.count()) == (before, timelines, links)
    assert list(tags_of_customers(store, [tagged]).values()) == [["VIP"]]
    assert AuditEntry.objects.filter(action="log.replayed").count() == 1
    check_trees(store)


def test_what_comes_during_a_replay_is_live_after_it(store):
    append([call(store, hour=n, user="1") for n in range(3)])
    read(store)
    replay_store(store=store, reader="tests", actor="anna@x.co")
    append([call(store, hour=5, user="2")])
    batches: list[Batch] = []

    read(store, stages=(*ALL, Stage("noting", batches.append)))

    assert [(len(batch.events), batch.is_backfill) for batch in batches] == [(3, True), (1, False)]


def test_what_events_no_longer_say_is_gone_after_a_replay(store):
    gone = append([
        call(store, hour=0, user="1", browser="b1"),
        call(store, hour=0, user="9", traits={"email": "nine@x.co"}),
    ])  # fmt: skip
    append([call(store, hour=1, browser="b1"), call(store, hour=2, user="2", traits={"email": "a@x.co"})])
    read(store)
    assert identities_by_customer(store) == [["1", "b1"], ["2", "a@x.co"], ["9", "nine@x.co"]]

    Event.objects.filter(id__in=[event.id for event in gone]).delete()
    replay_store(store=store, reader="tests", actor="anna@x.co")
    read(store)

    assert identities_by_customer(store) == [["2", "a@x.co"], ["b1"]]
    check_trees(store)


def test_some_customers_are_formed_anew_from_what_is_left(store):
    [gone] = append([call(store, hour=0, user="1", browser="b1", type="identify", traits={"name": "Ada"})])
    append([call(store, hour=1, user="1", type="identify", traits={"name": "Eva", "email": "e@x.co"})])
    append([call(store, hour=2, user="2", browser="b2"), call(store, hour=3, browser="b1")])
    read(store)
    others = [customer for customer in profiles(store) if ("user_id", "2") in customer["identities"]]
    ada = Identity.objects.get(value="1").customer_id

    Event.objects.filter(id=gone.id).delete()
    rebuild_customers(store=store, customer_ids=[ada], stages=ALL)

    assert identities_by_customer(store) == [["1", "e@x.co"], ["2", "b2"], ["b1"]]
    assert Identity.objects.get(value="1").customer_id == ada
    assert Customer.objects.get(pk=ada).name == "Eva"
    assert [customer for customer in profiles(store) if ("user_id", "2") in customer["identities"]] == others
    assert not CustomerEvent.objects.filter(event_id=gone.id).exists()
    check_trees(store)


def test_a_customer_of_whom_nothing_is_left_is_gone(store):
    told = append([call(store, user="1", browser="b1", traits={"email": "a@x.co"})])
    read(store)
    customer = Customer.objects.get()

    Event.objects.filter(id__in=[event.id for event in told]).delete()
    rebuild_customers(store=store, customer_ids=[customer.pk], stages=ALL)

    assert not Customer.objects.filter(store=store).exists()
    assert not Identity.objects.filter(store=store).exists()


def test_a_log_that_is_not_whole_is_read_again_only_when_one_insists(store):
    append([call(store, user="1")])
    read(store)
    old = clock.now() - timedelta(days=200)
    Store.objects.filter(pk=store.pk).update(event_retention_months=2, created_at=old)
    store.refresh_from_db()

    with pytest.raises(ValidationError, match="have been deleted"):
        replay_store(store=store, reader="tests", actor="anna@x.co")
    with pytest.raises(ValidationError, match="have been deleted"):
        rebuild_customers(store=store, customer_ids=[], stages=ALL)
    assert replay_progress(store, reader="tests") is None
    replay_store(store=store, reader="tests", force=True, actor="anna@x.co")
    assert replay_progress(store, reader="tests")


@settings(max_examples=25)
@given(
    calls=st.lists(TOLD, min_size=2, max_size=10), decisions=st.lists(DECISIONS, max_size=5), data=st.data()
)
def test_a_replay_changes_nothing_whatever_was_told_and_decided(store, calls, decisions, data):
    with transaction.atomic():
        events = append([row(store, told) for told in calls])
        for place, event in enumerate(events):
            take(store, [event])
            for step, one, other, when in decisions:
                if when == place:
                    decide(store, step, one, other)
        before = known(store)
        clear_projections(store, list(Identity.objects.filter(store=store).values_list("pk", flat=True)))
        while events:
            size = data.draw(st.integers(1, len(events)))
            take(store, events[:size])
            events = events[size:]
        settle_store(store)
        assert known(store) == before
        check_trees(store)
        transaction.set_rollback(True)
