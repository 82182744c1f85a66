"""The list of customers: its filter as rows and as text, its segments, what is done to many at once."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from regard.core.models import AuditEntry, Store
from regard.profile.domain.finding import customer_for_viewer, find_customer
from regard.profile.domain.segments.ask import customers_in_segment
from regard.profile.domain.segments.saved import create_segment, segments_of
from regard.profile.domain.tags import tag_customers, tags_of_customers
from regard.profile.models import Customer
from regard.profile.pages.palette import find_customers
from tests.profile.histories import call, tell
from tests.web.rows import add_customer

ROWS = {"rows_of": "", "field-0": "tags", "operator-0": "contains", "value-0": "vip"}


@pytest.fixture
def two(store: Store) -> tuple[Customer, Customer]:
    """The first has the tag vip."""
    first, second = add_customer(store, 1), add_customer(store, 2)
    tag_customers(store, [first.pk], "vip", actor="tests")
    return first, second


@pytest.fixture
def address(store: Store) -> str:
    return f"/s/{store.slug}/customers/"


def shown(answer: Any) -> list[int]:
    return [row["customer"].pk for row in answer.context["customers"]]


def test_a_filter_is_shown_as_rows_and_as_text(owner: Client, address: str, two: tuple[Customer, Customer]):
    answer = owner.get(address, {"segment": 'tags contains "vip"'})
    assert shown(answer) == [two[0].pk]
    assert [(row.row.field, row.row.operator, row.values) for row in answer.context["rows"]] == [
        ("tags", "contains", ("vip",))
    ]
    assert answer.context["counted"] == "1 customer"


def test_rows_that_are_sent_lead_to_the_address_of_their_filter(owner: Client, address: str, two: object):
    answer = owner.get(address, {**ROWS, "q": "C-", "segment": ""})
    assert answer.headers["Location"] == f"{address}?q=C-&segment=tags+contains+%22vip%22"
    changed_text = owner.get(address, {**ROWS, "segment": "tags is unknown"})
    assert changed_text.headers["Location"] == f"{address}?segment=tags+is+unknown"


def test_without_a_script_conditions_are_added_and_removed(owner: Client, address: str, two: object):
    added = owner.get(address, {**ROWS, "add": "1"})
    assert [row.row.field for row in added.context["rows"]] == ["tags", ""]
    removed = owner.get(address, {**ROWS, "remove": "0"})
    assert removed.context["rows"] == []


def test_a_text_that_is_no_filter_says_where_and_shows_nobody(owner: Client, address: str, two: object):
    answer = owner.get(address, {"segment": "nmae = 'x'"})
    assert (answer.status_code, shown(answer)) == (200, [])
    assert answer.context["mistake"] == ("", "nmae", " = 'x'")
    assert "There is no field “nmae”. Did you mean name?" in answer.content.decode()


def test_the_builder_answers_each_change(owner: Client, address: str, two: object):
    def build(changed: str, **query: str) -> tuple[str, list[str], str]:
        answer = owner.get(f"{address}builder/", query, headers={"HX-Trigger-Name": changed})
        context = answer.context
        return context["builder"].text, [row.row.operator for row in context["rows"]], context["counted"]

    assert build("value-0", **ROWS, segment="") == ('tags contains "vip"', ["contains"], "1 customer")
    assert build("segment", **ROWS, segment="tags is known") == ("tags is known", ["is known"], "1 customer")
    assert build("field-0", **{**ROWS, "field-0": "identities"}) == ("", ["="], "")
    assert build("remove", **ROWS, remove="0") == ("", [], "")


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (("name", "is unknown", ""), "name is unknown"),
        (("last_seen", ">=", "2026-01-31"), "last_seen >= 2026-01-31"),
        (("last_seen_days", "in", "1, 2"), "last_seen_days in (1, 2)"),
        (("attr.plan", "does not contain", "gold"), 'not attr.plan contains "gold"'),
    ],
)
def test_rows_of_every_kind(owner: Client, address: str, row: tuple[str, str, str], text: str):
    query = {"rows_of": "", **dict(zip(("field-0", "operator-0", "value-0"), row, strict=True))}
    answer = owner.get(f"{address}builder/", query, headers={"HX-Trigger-Name": "value-0"})
    assert answer.context["builder"].text == text


@pytest.mark.parametrize("order", ["name", "-name", "last_seen", "-identities"])
def test_the_list_is_sorted_as_asked(owner: Client, address: str, two: tuple[Customer, Customer], order: str):
    answer = owner.get(address, {"order": order})
    assert sorted(shown(answer)) == sorted(customer.pk for customer in two)


def test_a_segment_is_saved_changed_and_deleted_with_undo(store: Store, owner: Client, address: str):
    owner.post(f"{address}segments/new/", {"name": "Known", "text": "name is known"})
    saved = segments_of(store).get()
    owner.post(f"{address}segments/{saved.pk}/", {"name": "Unknown", "text": "name is unknown"})
    assert [(chip.name, chip.text) for chip in owner.get(address).context["chips"] if chip.pk] == [
        ("Unknown", "name is unknown")
    ]
    owner.post(f"{address}segments/{saved.pk}/remove/")
    assert not segments_of(store).exists()
    undo = str(next(iter(owner.get(address).context["messages"])).extra_tags)
    owner.post(undo)
    assert [(again.name, again.text) for again in segments_of(store)] == [("Unknown", "name is unknown")]


def test_chips_tell_how_many_each_segment_has(store: Store, owner: Client, address: str, two: object):
    create_segment(store=store, name="VIP", text='tags contains "vip"', actor="tests")
    chips = owner.get(f"{address}segments/").context["chips"]
    assert [(chip.name, chip.count) for chip in chips][-1] == ("VIP", "1")


def test_many_are_tagged_at_once_and_that_is_undone(
    store: Store, owner: Client, address: str, two: tuple[Customer, Customer]
):
    ids = [customer.pk for customer in two]
    sent = {"selected": ids, "tag": " VIP ", "came_from": "segment=tags+is+known"}
    answer = owner.post(f"{address}tag/", sent)
    assert answer.headers["Location"] == f"{address}?segment=tags+is+known"
    assert tags_of_customers(store, ids) == {ids[0]: ["vip"], ids[1]: ["VIP"]}

    undo = str(next(iter(owner.get(address).context["messages"])).extra_tags)
    owner.post(undo)
    assert tags_of_customers(store, ids) == {ids[0]: ["vip"]}


def export(owner: Client, address: str, **sent: Any) -> list[list[str]]:
    answer = owner.post(f"{address}export/", sent)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))  # type: ignore[attr-defined]


def test_a_selection_is_exported(store: Store, owner: Client, address: str, two: tuple[Customer, Customer]):
    Customer.objects.filter(pk=two[0].pk).update(name="=Ann()", email="ann@x.co", phone="+4915112345678")
    head, *rows = export(owner, address, segment='tags contains "vip"')
    told = dict(zip(head, rows[0], strict=True))
    assert len(rows) == 1
    assert {name: told[name] for name in ("customer", "name", "email", "phone", "tags")} == {
        "customer": str(two[0].pk),
        "name": "'=Ann()",
        "email": "ann@x.co",
        "phone": "'+4915112345678",
        "tags": "vip",
    }
    assert [row[0] for row in export(owner, address, selected=[two[1].pk])[1:]] == [str(two[1].pk)]


def test_an_export_without_personal_data_has_none(
    store: Store, owner: Client, address: str, two: tuple[Customer, Customer]
):
    Customer.objects.filter(store=store).update(
        name="Marker", email="marker@x.co", phone="+49marker", attributes={"marker": "marker"}
    )
    tag_customers(store, [two[1].pk], "marker", actor="tests")
    head, *rows = export(owner, address, anonymous="1")
    text = str([head, rows])

    assert "marker" not in text.lower()
    assert not {"name", "email", "phone", "tags", "first_seen", "last_seen"} & set(head)
    assert len({row[0] for row in rows} - {str(customer.pk) for customer in two}) == 2
    assert rows == export(owner, address, anonymous="1")[1:]  # the made-up ids stay the same
    entries = AuditEntry.objects.filter(store=store, action="customers.exported")
    assert [entry.detail for entry in entries] == [{"segment": "", "selected": 0, "anonymous": True}] * 2


def test_queries_of_the_list_do_not_grow_with_a_filter_and_rows(store: Store, owner: Client, address: str):
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            owner.get(address, {"segment": "last_seen_days < 30", "q": "C-"})
        return len(counted)

    add_customer(store, 1)
    queries()
    at_one = queries()
    for number in (2, 3):
        tag_customers(store, [add_customer(store, number).pk], f"tag {number}", actor="tests")
    assert queries() == at_one


def test_an_erasure_names_what_is_lost_and_asks_for_the_name(store: Store, owner: Client, address: str):
    customer = add_customer(store)
    Customer.objects.filter(pk=customer.pk).update(name="Ada Lovelace")
    page = f"{address}{customer.pk}/erase/"

    assert dict(owner.get(page).context["counts"])["events"] == 2
    refused = owner.post(page, {"typed": "somebody else"})
    assert refused.context["form"].errors["typed"] == ["Type it exactly as it is shown."]
    assert Customer.objects.get(pk=customer.pk).name == "Ada Lovelace"

    assert owner.post(page, {"typed": " Ada  Lovelace "}).headers["Location"] == address
    assert Customer.objects.get(pk=customer.pk).name == ""
    assert AuditEntry.objects.get(store=store, action="customer.erased").target == str(customer.pk)


def test_everything_held_on_a_customer_is_a_file(store: Store, owner: Client, address: str):
    customer = add_customer(store)
    answer = owner.post(f"{address}{customer.pk}/export/")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="customer-{customer.pk}.json"'
    assert answer.json()["held"]["identity"]["identities"][0]["value"] == "C-1"


def test_two_customers_are_compared_merged_and_taken_apart_again(
    store: Store, owner: Client, address: str, two: tuple[Customer, Customer]
):
    first, second = two
    page = f"{address}{first.pk}/merge/"
    assert [found.pk for found in owner.get(page, {"q": "C-2"}).context["candidates"]] == [second.pk]
    sides = owner.get(page, {"with": second.pk}).context["sides"]
    assert [[known.value for known in side.identities] for side in sides] == [["C-1"], ["C-2"]]

    refused = owner.post(page, {"with": second.pk})
    assert refused.headers["Location"] == f"{page}?with={second.pk}&differ=1"
    assert "most likely two people" in owner.get(refused.headers["Location"]).content.decode()
    owner.post(page, {"with": second.pk, "force": "1"})
    assert owner.get(f"{address}{second.pk}/").headers["Location"] == f"{address}{first.pk}/"

    shown = owner.get(f"{address}{first.pk}/")
    undo = [str(message.extra_tags) for message in shown.context["messages"]][-1]
    assert owner.post(undo).headers["Location"] == f"{address}{first.pk}/"
    assert owner.get(f"{address}{first.pk}/").status_code == 200
    assert owner.get(f"{address}{second.pk}/").status_code == 200


def test_the_timeline_is_narrowed_by_kind(store: Store, owner: Client, address: str):
    page = f"{address}{add_customer(store).pk}/"

    def names(kind: str) -> list[str]:
        return [entry.event.name for entry in owner.get(page, {"kind": kind}).context["entries"]]

    assert [names(kind) for kind in ("", "orders", "feedback", "browsing", "nonsense")] == [
        ["Product Reviewed", "Order Completed"], ["Order Completed"], ["Product Reviewed"], [],
        ["Product Reviewed", "Order Completed"],
    ]  # fmt: skip


def test_tags_are_added_and_taken_away_on_the_customers_page(
    store: Store, owner: Client, address: str, two: tuple[Customer, Customer]
):
    page = f"{address}{two[1].pk}/"
    owner.post(f"{page}tag/", {"tag": "regular"})
    assert owner.get(page).context["tags"] == ["regular"]
    owner.post(f"{page}untag/", {"tag": "Regular"})
    owner.post(f"{page}tag/", {"tag": " "})
    assert owner.get(page).context["tags"] == []


def test_one_without_name_is_called_by_the_number_of_the_shop(store: Store, owner: Client, address: str):
    tell(store, call(store, user="10023"))
    tell(store, call(store, type="identify", browser="a1", traits={"phone": "+49 30 901820"}))
    tell(store, call(store, browser="a2"))
    shop = find_customer(store, "10023").pk
    phone, browser = find_customer(store, "+4930901820").pk, find_customer(store, "a2").pk
    names = {shop: "Customer 10023", phone: "+4930901820", browser: f"Customer {browser}"}

    rows = owner.get(address).context["customers"]
    assert {row["customer"].pk: row["customer"].called for row in rows} == names
    for number, name in names.items():
        assert f">{name}</h1>" in owner.get(f"{address}{number}/").content.decode()
    assert "Customer 10023" in owner.get(f"{address}{browser}/merge/", {"q": "10023"}).content.decode()
    assert [found.label for found in find_customers(store, "10023", 5)] == ["Customer 10023"]
    erasing = owner.get(f"{address}{phone}/erase/").content.decode()
    assert "Type “+4930901820” to confirm" in erasing
    with CaptureQueriesContext(connection) as queries:
        assert [customer.called for customer in customers_in_segment(store=store).rows]
    assert len(queries) == 3  # who they are, the customers, and the numbers of all
    with CaptureQueriesContext(connection) as queries:
        assert customer_for_viewer(store, shop).called == "Customer 10023"
    assert len(queries) == 2  # whom nobody has named before is named all the same
