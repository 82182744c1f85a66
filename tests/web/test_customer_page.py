"""The page of a customer, and how it is found."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from regard.core.models import Store
from regard.profile.models import Customer
from regard.score.models import Score
from tests.web.rows import add_alert, add_customer


def test_customers_are_found_by_the_beginning_of_their_number(store: Store, base: str, owner: Client) -> None:
    first, second = add_customer(store, 1), add_customer(store, 22)

    def found(search: str) -> set[int]:
        return {
            row["customer"].pk for row in owner.get(f"{base}/customers/", {"q": search}).context["customers"]
        }

    assert [found(""), found("C-2"), found("nobody")] == [{first.pk, second.pk}, {second.pk}, set()]


def test_customer_page_shows_what_every_room_knows(store: Store, base: str, owner: Client) -> None:
    customer = add_customer(store)
    add_alert(store, customer)
    page = owner.get(f"{base}/customers/{customer.pk}/?whole=1").content.decode()
    for part in ("Health", "Zip broke", "A-1", "20.00 EUR", "C-1", "Wrote a review with 2 of 5 stars"):
        assert part in page


PARTS = ("scores", "orders", "beside")


def test_customer_page_fetches_in_parts_what_stands_below(store: Store, base: str, owner: Client) -> None:
    url = f"{base}/customers/{add_customer(store).pk}/"
    page, whole = (owner.get(address).content.decode() for address in (url, f"{url}?whole=1"))
    parts = [owner.get(f"{url}parts/{name}/").content.decode() for name in PARTS]
    assert [f'hx-get="{url}parts/{name}/"' in page for name in PARTS] == [True] * len(PARTS)
    assert [f'hx-get="{url}parts/{name}/"' in whole for name in PARTS] == [False] * len(PARTS)
    panels = [_panels(text) for text in (page, *parts)]
    assert sorted(panel for each in panels for panel in each) == sorted(_panels(whole))
    assert all(panels)
    led_to = [place for text in (page, *parts) for place in _places(text)]
    assert led_to == _places(whole)
    assert {"health", "timeline", "scores", "orders", "notes"} <= set(led_to)


def _places(page: str) -> list[str]:
    return re.findall(r'<a class="chip" href="#(\w+)"', page)


def _panels(page: str) -> list[str]:
    return re.findall(r'<div id="(\w+)" class="place"', page)


def test_merged_customer_leads_to_the_one_that_is_left(store: Store, base: str, owner: Client) -> None:
    left, merged = add_customer(store, 1), add_customer(store, 2)
    Customer.objects.filter(pk=merged.pk).update(merged_into=left)
    answer = owner.get(f"{base}/customers/{merged.pk}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{base}/customers/{left.pk}/")


def test_further_events_of_a_merged_customer_are_those_of_the_one_that_is_left(
    store: Store, base: str, owner: Client
) -> None:
    left, merged = add_customer(store, 1), add_customer(store, 2)
    Customer.objects.filter(pk=merged.pk).update(merged_into=left)
    page = owner.get(f"{base}/customers/{merged.pk}/timeline/")
    assert {entry.event.user_id for entry in page.context["entries"]} == {"C-1"}


def test_timeline_leads_to_events_only_those_who_may_read_them(
    store: Store, base: str, owner: Client, signed_in: Any
) -> None:
    url = f"{base}/customers/{add_customer(store).pk}/"
    event = f'href="{base}/events/'
    reader = signed_in(store, "read-only")
    assert [browser.get(url).content.decode().count(event) > 0 for browser in (owner, reader)] == [
        True,
        False,
    ]


def test_a_score_never_shows_the_bound_of_a_band_that_it_has_not_reached(
    store: Store, base: str, owner: Client
) -> None:
    customer = add_customer(store)
    Score.objects.filter(name="health", subject_id=customer.pk).update(value="79.60", band="health:healthy")
    for path in ("customers/", f"customers/{customer.pk}/"):
        page = owner.get(f"{base}/{path}").content.decode()
        assert ("79" in page, ">80" in page) == (True, False)


def test_empty_list_of_customers_says_how_to_begin(base: str, owner: Client) -> None:
    page = owner.get(f"{base}/customers/").content.decode()
    assert "No customers yet" in page
    assert "curl " in page


def test_a_quick_look_is_a_part_of_a_page(store: Store, base: str, owner: Client) -> None:
    customer = add_customer(store)
    part = owner.get(f"{base}/customers/{customer.pk}/look/").content.decode()
    assert "<html" not in part
    for said in ("Health", "20.00 EUR", "Wrote a review with 2 of 5 stars", f"/customers/{customer.pk}/"):
        assert said in part
