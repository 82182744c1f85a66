"""Customers put together and taken apart by a person, over what events say."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.profile.histories import append, call, profiles, take, tell
from tests.profile.trees import check_trees, identities_by_customer, owners_said

from regard.capture.domain.logged import next_events
from regard.core.models import AuditEntry
from regard.profile.domain.merges import merges_for_viewer
from regard.profile.domain.merging import NUMBERS_DIFFER, merge_customers, part_identity, undo_decision
from regard.profile.models import Customer, Identity, IdentityLink, LinkReason

pytestmark = pytest.mark.django_db


def identity(store, value: str) -> Identity:
    return Identity.objects.get(store=store, value=value)


def customer_of(store, value: str) -> int:
    return identity(store, value).customer_id


def outside(system: str, number: str) -> dict:
    return {"externalIds": [{"type": system, "id": number}]}


def merge(store, first: str, second: str, *, force: bool = False) -> int:
    first_id, second_id = customer_of(store, first), customer_of(store, second)
    return merge_customers(store=store, first=first_id, second=second_id, force=force, actor="anna@x.co")


def undo(store, value: str) -> int:
    return undo_decision(store=store, identity_id=identity(store, value).pk, actor="anna@x.co")


def part(store, value: str) -> int:
    return part_identity(store=store, identity_id=identity(store, value).pk, actor="anna@x.co")


def test_the_weaker_customer_comes_to_the_stronger_and_goes_back_when_undone(store):
    tell(store, call(store, browser="b1", traits={"email": "a@x.co"}))
    tell(
        store,
        call(store, hour=1, user="42", properties={"order_id": "o1", "total": 5}, name="Order Completed"),
    )
    weaker, stronger = customer_of(store, "a@x.co"), customer_of(store, "42")
    before = profiles(store)

    assert merge(store, "a@x.co", "42") == stronger

    assert identities_by_customer(store) == [["42", "a@x.co", "b1"]]
    assert Customer.objects.get(pk=weaker).merged_into_id == stronger
    assert Customer.objects.get(pk=stronger).email == "a@x.co"
    check_trees(store)
    link = IdentityLink.objects.get(identity__value="a@x.co", reason=LinkReason.MERGED_BY_HAND)
    assert (link.customer_id, link.previous_customer_id, link.actor, link.event_id) == (
        stronger, weaker, "anna@x.co", None,
    )  # fmt: skip
    assert AuditEntry.objects.get(action="identity.merged_by_hand").detail["customers"] == [weaker, stronger]

    assert undo(store, "a@x.co") == weaker
    assert profiles(store) == before
    check_trees(store)


def test_of_two_of_the_same_kind_the_older_customer_remains(store):
    tell(store, call(store, traits={"email": "a@x.co"}, user=None, browser="b1"))
    tell(store, call(store, traits={"email": "b@x.co"}, user=None, browser="b2"))

    assert merge(store, "b@x.co", "a@x.co") == customer_of(store, "a@x.co")
    assert identity(store, "b@x.co").hand_owner == identity(store, "a@x.co")
    with pytest.raises(ValidationError, match="one customer already"):
        merge(store, "b1", "b2")


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        ({"user": "1"}, {"user": "2"}, True),
        ({"context": outside("shopify", "1")}, {"context": outside("shopify", "2")}, True),
        ({"context": outside("shopify", "1")}, {"context": outside("klaviyo", "1")}, False),
        ({"user": "1"}, {"context": outside("shopify", "2")}, False),
        ({"traits": {"email": "a@x.co"}}, {"traits": {"email": "b@x.co"}}, False),
    ],
)
def test_different_customer_numbers_merge_only_when_one_insists(store, first, second, refused):
    for told in (first, second):
        tell(store, call(store, **told))
    one, two = Customer.objects.order_by("id").values_list("pk", flat=True)
    state = (profiles(store), IdentityLink.objects.count(), AuditEntry.objects.count())

    if refused:
        with pytest.raises(ValidationError, match="Merge them only if you are certain") as refusal:
            merge_customers(store=store, first=one, second=two, actor="anna@x.co")
        assert refusal.value.code == NUMBERS_DIFFER
        assert (profiles(store), IdentityLink.objects.count(), AuditEntry.objects.count()) == state
    merge_customers(store=store, first=one, second=two, force=refused, actor="anna@x.co")
    assert len(identities_by_customer(store)) == 1


def test_numbers_beside_a_stronger_one_differ_too(store):
    tell(store, call(store, user="1", context=outside("shopify", "7")))
    tell(store, call(store, context=outside("shopify", "8")))

    with pytest.raises(ValidationError, match="shopify:7 and shopify:8 are different customer numbers"):
        merge(store, "1", "shopify:8")

    merge(store, "1", "shopify:8", force=True)
    assert identities_by_customer(store) == [["1", "shopify:7", "shopify:8"]]


def test_undoing_a_merge_leaves_parted_what_was_parted_before(store):
    tell(store, call(store, user="1", browser="b1"), call(store, user="2"))
    alone = part(store, "b1")
    merge(store, "b1", "2")

    assert undo(store, "b1") == alone

    assert identities_by_customer(store) == [["1"], ["2"], ["b1"]]
    [shown] = merges_for_viewer(store=store, customer_id=customer_of(store, "1"))
    assert (shown.reason, shown.step) == (LinkReason.PARTED_BY_HAND, "undo")
    undo(store, "b1")
    assert identities_by_customer(store) == [["1", "b1"], ["2"]]


def test_an_identity_is_taken_out_of_a_customer_and_put_back(store):
    tell(store, call(store, user="42", browser="b1", traits={"email": "a@x.co", "phone": "+4930100005"}))
    together = profiles(store)

    alone = part(store, "a@x.co")

    assert identities_by_customer(store) == [["+4930100005", "42", "b1"], ["a@x.co"]]
    assert customer_of(store, "a@x.co") == alone
    check_trees(store)
    with pytest.raises(ValidationError, match="belongs to no other"):
        part(store, "a@x.co")
    undo(store, "a@x.co")
    assert profiles(store) == together
    with pytest.raises(ValidationError, match="nothing to undo"):
        undo(store, "a@x.co")
    check_trees(store)


def test_what_events_say_meanwhile_is_there_when_a_decision_is_undone(store):
    tell(store, call(store, hour=1, browser="b1"))
    tell(store, call(store, hour=1, user="1"))
    tell(store, call(store, hour=1, user="2"))
    merge(store, "b1", "1")

    tell(store, call(store, hour=2, user="2", browser="b1"))

    assert identities_by_customer(store) == [["1", "b1"], ["2"]]
    undo(store, "b1")
    assert identities_by_customer(store) == [["1"], ["2", "b1"]]
    check_trees(store)


def test_the_fact_of_a_decision_touches_both_customers(store):
    tell(store, call(store, browser="b1"))
    tell(store, call(store, browser="b2"))
    newest = next_events(store.pk, after=0, up_to=2**62, limit=10)[-1].id
    merge(store, "b1", "b2")

    batch = take(store, next_events(store.pk, after=newest, up_to=2**62, limit=10))

    assert batch.touched == set(Customer.objects.values_list("pk", flat=True))
    assert list(batch.identity_of.values()) == [identity(store, "b2").pk]


def test_a_viewer_sees_what_was_merged_and_what_taking_it_back_does(store):
    tell(store, call(store, hour=0, browser="b1", traits={"email": "a@x.co"}))
    tell(store, call(store, hour=1, user="42", traits={"email": "a@x.co"}))
    tell(store, call(store, hour=2, browser="b2"))
    visitor = customer_of(store, "b2")
    merge(store, "b2", "42")

    merges = merges_for_viewer(store=store, customer_id=customer_of(store, "42"))

    assert [
        (merge.identity.value, merge.step, [moved.value for moved in merge.moves], merge.actor)
        for merge in merges
    ] == [
        ("b2", "undo", ["b2"], "anna@x.co"),
        ("a@x.co", "part", ["a@x.co", "b1"], ""),
        ("b1", "part", ["b1"], ""),
    ]
    assert [merge.to for merge in merges] == [visitor, merges[1].made, None]
    part(store, "a@x.co")
    first, *_others = merges_for_viewer(store=store, customer_id=customer_of(store, "42"))
    assert (first.identity.value, first.step, first.to) == ("a@x.co", "undo", customer_of(store, "42"))


def words_of(store, value: str) -> list[tuple[str, str, str]]:
    merges = merges_for_viewer(store=store, customer_id=customer_of(store, value))
    return [(merge.identity.value, merge.words, merge.undone_by) for merge in merges]


def test_a_viewer_reads_who_or_what_event_put_each_where_it_is(store):
    tell(store, call(store, hour=0, browser="b1", name="Order Completed", traits={"email": "a@x.co"}))
    tell(store, call(store, hour=1, user="7", type="alias", previousId="b2"))
    named = [("b1", "Named together by the event “Order Completed”", "")]
    said = [("b2", "Said to be the same by a call of alias", "")]
    assert (words_of(store, "b1"), words_of(store, "7")) == (named, said)

    merge(store, "a@x.co", "7")  # and b1 goes along
    assert words_of(store, "7") == [("a@x.co", "Merged by anna@x.co", ""), *said, *named]

    undo(store, "a@x.co")
    assert (words_of(store, "b1"), words_of(store, "7")) == (named, said)

    part(store, "b1")
    assert words_of(store, "a@x.co") == [("b1", "Parted by anna@x.co", "")]
    undo(store, "b1")
    assert words_of(store, "a@x.co") == [(*named[0][:2], "anna@x.co")]


def test_the_viewer_needs_four_queries(store, django_assert_num_queries):
    tell(store, call(store, user="1", browser="b1"))
    customer = customer_of(store, "1")
    with django_assert_num_queries(4):
        before = merges_for_viewer(store=store, customer_id=customer)
    tell(store, *(call(store, hour=n, user="1", browser=f"c{n}") for n in range(3)))
    with django_assert_num_queries(4):
        after = merges_for_viewer(store=store, customer_id=customer)
    assert (len(before), len(after)) == (1, 4)


def test_another_stores_customers_and_identities_are_out_of_reach(store, other_store):
    tell(store, call(store, browser="b1"))
    tell(other_store, call(other_store, browser="b2"), call(other_store, user="1", browser="b3"))
    with pytest.raises(Customer.DoesNotExist):
        merge_customers(
            store=store,
            first=customer_of(store, "b1"),
            second=customer_of(other_store, "b2"),
            actor="anna@x.co",
        )
    with pytest.raises(Identity.DoesNotExist):
        part_identity(store=store, identity_id=identity(other_store, "b3").pk, actor="anna@x.co")


def test_a_tree_of_five_kinds_moves_as_a_whole(store):
    number = outside("shopify", "7")
    tell(store, call(store, hour=5, browser="b1", traits={"phone": "+4930100005"}))
    tell(store, call(store, hour=4, traits={"phone": "+4930100005", "email": "a@x.co"}))
    tell(store, call(store, hour=3, traits={"email": "a@x.co"}, context=number))
    tell(store, call(store, hour=6, user="9"))

    tell(store, call(store, hour=2, user="42", context=number))

    assert identities_by_customer(store) == [["+4930100005", "42", "a@x.co", "b1", "shopify:7"], ["9"]]
    check_trees(store)
    merge(store, "9", "42", force=True)
    check_trees(store)
    undo(store, "42")
    part(store, "shopify:7")
    assert identities_by_customer(store) == [["+4930100005", "a@x.co", "b1", "shopify:7"], ["42"], ["9"]]
    check_trees(store)


TOLD = st.fixed_dictionaries({
    "hour": st.integers(0, 5),
    "user": st.sampled_from([None, None, "1", "2"]),
    "outside": st.sampled_from([None, None, "7", "8"]),
    "email": st.sampled_from([None, None, "x@x.co", "y@x.co"]),
    "phone": st.sampled_from([None, None, "+4930100005", "+4930100006"]),
    "browser": st.sampled_from([None, "b1", "b2"]),
})  # fmt: skip
DECISIONS = st.tuples(
    st.sampled_from(["merge", "part", "undo"]), st.integers(0, 30), st.integers(0, 30), st.integers(0, 12)
)


def row(store, told):
    traits = {name: told[name] for name in ("email", "phone") if told[name]}
    context = outside("shopify", told["outside"]) if told["outside"] else {}
    return call(
        store, hour=told["hour"], user=told["user"], browser=told["browser"], traits=traits, context=context
    )


def decide(store, step: str, one: int, other: int) -> None:
    """Some decision of the kind, if there is anything to decide."""
    known = list(Identity.objects.filter(store=store).order_by("value"))
    if not known:
        return
    first, second = known[one % len(known)], known[other % len(known)]
    try:
        if step == "merge":
            merge(store, first.value, second.value, force=True)
        elif step == "part":
            part(store, first.value)
        else:
            undo(store, first.value)
    except ValidationError:
        pass


@settings(max_examples=40)
@given(
    calls=st.lists(TOLD, min_size=2, max_size=12), decisions=st.lists(DECISIONS, max_size=6), data=st.data()
)
def test_events_and_decisions_in_any_order_keep_the_trees_and_undoing_all_leaves_what_events_say(
    store, calls, decisions, data
):
    with transaction.atomic():
        events = append([row(store, told) for told in calls])
        shuffled = data.draw(st.permutations(events))
        for place, event in enumerate(shuffled):
            take(store, [event])
            for step, one, other, when in decisions:
                if when == place:
                    decide(store, step, one, other)
        check_trees(store)
        said = {
            (known.kind, known.value): (known.owner.kind, known.owner.value)
            for known in Identity.objects.filter(store=store).select_related("owner")
            if known.owner
        }
        assert said == owners_said(events)

        while decided := Identity.objects.filter(store=store, by_hand=True).order_by("?").first():
            undo(store, decided.value)
        check_trees(store)
        undone = profiles(store)
        transaction.set_rollback(True)
    with transaction.atomic():
        take(store, append([row(store, told) for told in calls]))
        assert [known["identities"] for known in profiles(store)] == [known["identities"] for known in undone]
        assert [known["seen"] for known in profiles(store)] == [known["seen"] for known in undone]
        transaction.set_rollback(True)
