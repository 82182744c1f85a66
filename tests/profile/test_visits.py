"""Visits: cut by pauses, the same whatever order the events arrive in, and whose they are."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from django.forms.models import model_to_dict
from hypothesis import given
from hypothesis import strategies as st
from tests.profile.histories import append, at, call, take

from regard.capture.domain.batch import Stage
from regard.core.models import Store
from regard.core.registry import data_holders
from regard.profile import reactions as profile
from regard.profile.domain.visits.personal_data import forget_steps
from regard.profile.models import Customer, Identity, Visit

pytestmark = pytest.mark.django_db
STAGES = (Stage("identify", profile.identify), Stage("visits", profile.project_visits))
MINUTE = 1 / 60
PHONE = {"userAgent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Mobile/15E148"}


def tell(store, *rows):
    return take(store, append(rows), stages=STAGES)


def page(store, minute, path="/", *, browser="b1", user=None, **told):
    properties = {"path": path, **told.pop("properties", {})}
    place = {"hour": minute * MINUTE, "browser": browser, "user": user}
    return call(store, type="page", properties=properties, **place, **told)


def track(store, minute, name, *, browser="b1", user=None, **properties):
    return call(store, hour=minute * MINUTE, browser=browser, user=user, name=name, properties=properties)


def spans(store) -> list[tuple[str, float, float, int]]:
    """Browser, first and last minute, and pages of each visit."""
    return [
        (visit.visitor, _minutes(visit.started_at), _minutes(visit.ended_at), visit.pages)
        for visit in Visit.objects.filter(store=store).order_by("visitor", "started_at")
    ]


def _minutes(moment) -> float:
    return round((moment - at(0)).total_seconds() / 60, 3)


def test_a_pause_of_more_than_half_an_hour_ends_a_visit(store):
    tell(store, page(store, 0), page(store, 30, "/a"), page(store, 60.5, "/b"))

    assert spans(store) == [("b1", 0, 30, 2), ("b1", 60.5, 60.5, 1)]


def test_an_event_between_two_visits_that_comes_late_makes_one_of_them(store):
    tell(store, page(store, 0), page(store, 40, "/a"))
    kept = Visit.objects.order_by("started_at").first()
    tell(store, page(store, 20, "/b"))

    assert spans(store) == [("b1", 0, 40, 3)]
    assert Visit.objects.get().pk == kept.pk


def test_midnight_where_the_store_is_ends_a_visit_of_who_never_pauses(store):
    """A page each twenty minutes for two days: of Berlin, an hour or two ahead."""
    rows = [page(store, minute) for minute in range(0, 48 * 60, 20)]
    tell(store, *rows[::2])
    tell(store, *rows[1::2])
    zone = ZoneInfo("Europe/Berlin")

    visits = Visit.objects.order_by("started_at")
    days = [
        (visit.started_at.astimezone(zone).date(), visit.ended_at.astimezone(zone).date()) for visit in visits
    ]
    assert [first for first, _last in days] == [last for _first, last in days]
    assert len({first for first, _last in days}) == len(days) == 3
    assert sum(visit.pages for visit in visits) == len(rows)


def test_visits_that_another_midnight_parts_lose_nothing(store):
    tell(store, *(page(store, minute) for minute in range(0, 24 * 60, 20)))
    before = Visit.objects.count()
    Store.objects.update(time_zone="Asia/Tokyo")
    store.refresh_from_db()
    tell(store, *(page(store, minute + 10) for minute in range(0, 24 * 60, 20)))

    assert (before, Visit.objects.count()) == (2, 2)
    assert sum(Visit.objects.values_list("pages", flat=True)) == 2 * 72
    events = [step[1] for steps in Visit.objects.values_list("steps", flat=True) for step in steps]
    assert len(events) == len(set(events)) == 2 * 72


def test_what_was_done_and_how_they_came(store):
    context = {
        **PHONE, "campaign": {"source": "news", "medium": "email", "name": "autumn"},
        "page": {"url": "https://shop.example/mugs?x=1", "referrer": "https://www.search.example/?q=mug"},
    }  # fmt: skip
    tell(
        store,
        page(store, 0, "/mugs", context=context),
        page(store, 1, "/policies/shipping", properties={"scroll_depth": 80}),
        track(store, 2, "Product Viewed", product_id="p1"),
        track(store, 3, "Product Viewed", product_id="p1"),
        track(store, 4, "Product Added", product_id="p1", quantity=2),
        track(store, 5, "Product Removed", product_id="p1"),
        track(store, 5, "Product Removed", product_id="p9", quantity=3),
        track(store, 6, "Checkout Started"),
    )

    visit = Visit.objects.get()
    told = model_to_dict(visit, exclude=("id", "store", "identity", "steps"))
    assert told == {
        "visitor": "b1", "started_at": at(0), "ended_at": at(0.1), "pages": 2, "product_ids": ["p1"],
        "most_looks": 2, "policy_pages": 1, "deepest_scroll": 80, "had_cart": True, "in_cart": 1,
        "taken_out": 3, "reached_checkout": True, "bounced": False, "order_external_id": "",
        "landing_page": "/mugs", "referrer": "search.example", "source": "news", "medium": "email",
        "campaign": "autumn", "device": "phone",
    }  # fmt: skip


def test_one_page_is_a_bounce_and_an_order_empties_the_cart(store):
    tell(store, page(store, 0), track(store, 0, "Product Viewed", product_id="p1"))
    assert Visit.objects.get().bounced is True

    tell(
        store,
        track(store, 1, "Product Added", product_id="p1"),
        track(store, 2, "Order Completed", order_id="o1"),
    )
    visit = Visit.objects.get()
    assert (visit.bounced, visit.in_cart, visit.order_external_id) == (False, 0, "o1")


def test_visits_follow_the_visitor_who_becomes_known(store):
    tell(store, page(store, 0), page(store, 100))
    tell(store, page(store, 110, user="7"))

    owners = Visit.objects.values_list("identity__customer", flat=True)
    assert set(owners) == {Identity.objects.get(kind="user_id").customer_id}
    assert [visit.identity.kind for visit in Visit.objects.order_by("started_at")] == [
        "anonymous_id",
        "user_id",
    ]


def test_an_order_that_a_server_tells_of_is_no_visit(store):
    tell(store, track(store, 0, "Order Completed", browser=None, user="7", order_id="o1"))

    assert Visit.objects.count() == 0


def test_addresses_in_paths_are_not_kept(store):
    tell(store, page(store, 0, "https://shop.example/account/jo@example.com/orders?token=1"))

    assert Visit.objects.get().landing_page == "/account/…/orders"


@given(
    told=st.lists(
        st.tuples(
            st.integers(0, 130),
            st.sampled_from(("a", "b", None)),
            st.sampled_from(("1", "2", None)),
            st.sampled_from(("page", "Product Viewed", "Product Added", "Order Completed")),
        ),
        min_size=1,
        max_size=9,
    ),
    data=st.data(),
)
def test_order_of_arrival_and_repeats_change_nothing(store, told, data):
    Visit.objects.all().delete()
    rows = [_row(store, *each) for each in told]
    events = append(rows)
    take(store, events, stages=STAGES)
    expected = _all(store)
    Visit.objects.all().delete()
    shuffled = data.draw(st.permutations(events))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(events)), max_size=3)))
    for first, last in zip([0, *cuts], [*cuts, len(events)], strict=True):
        take(store, shuffled[first:last], stages=STAGES)
    take(store, shuffled[: cuts[0] if cuts else 1], stages=STAGES)

    assert _all(store) == expected


def _row(store, minute, browser, user, name):
    if browser is None and user is None:
        user = "1"
    if name == "page":
        return page(store, minute, f"/{minute % 3}", browser=browser, user=user)
    return track(store, minute, name, browser=browser, user=user, product_id=f"p{minute % 2}", order_id="o")


def _all(store):
    rows = Visit.objects.filter(store=store).order_by("visitor", "started_at").values()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_a_visit_is_exported_erased_and_formed_anew_with_all_its_events(store, other_store):
    tell(store, page(store, 0), page(store, 5, user="7"), page(store, 0, browser="b2"))
    tell(other_store, page(other_store, 0))
    holder = data_holders.get("visits")
    customer = Identity.objects.get(kind="user_id").customer_id
    [held] = holder.export(store, customer)
    assert (held["pages"], held["landing_page"]) == (2, "/")
    user = Identity.objects.get(kind="user_id").pk
    assert len(holder.sources(store, [user])) == 2

    assert holder.erase(store, customer) == 1
    assert spans(store) == [("b2", 0, 0, 1)]
    assert len(spans(other_store)) == 1


def test_retention_leaves_figures_and_no_pages(store):
    tell(store, page(store, -24 * 60 * 400, "/private"), page(store, 0, "/"))
    store.event_retention_months = 3
    store.save()
    forget_steps()

    old, young = Visit.objects.order_by("started_at")
    assert (old.steps, old.landing_page, old.pages) == (None, "", 1)
    assert young.landing_page == "/"


def test_who_was_erased_visits_no_more(store):
    tell(store, page(store, 0, browser="erased:1"))

    assert Visit.objects.count() == 0
    assert Customer.objects.count() == 1
