"""What the snippet says of a visit: the shapes of its calls, in a real browser."""

import gzip
from uuid import UUID

import pytest
from tests.browser.snippet.shop import GRANTED, PRERENDERED, QUIET, REFUSAL, SNIPPET, WITHOUT_HTTPS, Shop

pytestmark = pytest.mark.browser


def test_is_smaller_than_5000_bytes_compressed() -> None:
    assert len(gzip.compress(SNIPPET.read_bytes(), 9)) < 5000


def test_a_request_is_a_segment_batch_without_preflight_or_cookies(shop: Shop) -> None:
    shop.visit(GRANTED)
    shop.deliver("page")

    post = shop.intake.posts[0]
    assert (post.path, post.content_type) == ("/v1/batch", "text/plain;charset=UTF-8")
    assert post.cookie is None
    assert shop.intake.methods == {"GET": 1, "POST": 1}
    assert sorted(post.body) == ["batch", "sentAt", "writeKey"]
    assert post.body["writeKey"] == "wk_1"


def test_the_first_page_view(shop: Shop) -> None:
    shop.build(GRANTED)
    page = shop.open("/?utm_source=news&utm_campaign=may&utm_medium=email&q=1")
    event = shop.deliver("page")[0]

    search = "?utm_source=news&utm_campaign=may&utm_medium=email&q=1"
    where = {
        "url": f"{shop.url}/{search}",
        "path": "/",
        "title": "Lamps",
        "referrer": "",
        "search": search,
    }
    assert sorted(event) == [
        "anonymousId",
        "context",
        "messageId",
        "properties",
        "timestamp",
        "type",
    ]
    assert (event["type"], event["properties"]) == ("page", where)
    assert event["context"] == {
        "page": where,
        "userAgent": page.evaluate("navigator.userAgent"),
        "locale": "de-DE",
        "screen": {"width": 1280, "height": 720, "density": 1},
        "timezone": "Europe/Vienna",
        "campaign": {"source": "news", "name": "may", "medium": "email"},
        "library": {"name": "regard.js", "version": "0.1.0"},
    }


def test_the_shapes_of_calls(shop: Shop) -> None:
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("regard.track('Lamp Lit', {watts: 5})")
    page.evaluate("regard.page('Help', {topic: 'lamps'})")
    page.evaluate("regard.page({topic: 'bulbs'})")
    page.evaluate("regard.identify(17, {email: 'a@example.com'})")
    page.evaluate("regard.identify({vip: true})")
    page.evaluate("regard.group('g1', {name: 'Hotels'})")
    page.evaluate("regard.alias('c18')")
    kinds = ["Lamp Lit", "page", "page", "identify", "identify", "group", "alias"]
    lit, named, unnamed, known, more, group, alias = shop.deliver(*kinds)

    assert (lit["type"], lit["properties"]) == ("track", {"watts": 5})
    assert (named["name"], named["properties"]["topic"]) == ("Help", "lamps")
    assert ("name" in unnamed, unnamed["properties"]["topic"]) == (False, "bulbs")
    assert (known["userId"], known["traits"]) == ("17", {"email": "a@example.com"})
    assert (more["userId"], more["traits"]) == ("17", {"vip": True})
    assert (group["groupId"], group["traits"]) == ("g1", {"name": "Hotels"})
    assert (alias["userId"], alias["previousId"]) == ("c18", "17")


def test_shop_calls_have_the_names_of_the_specification(shop: Shop) -> None:
    page = shop.visit(f"{GRANTED} {QUIET}")
    names = page.evaluate("Object.keys(regard.shop).map(n => (regard.shop[n]({via: n}), n))")

    expected = {
        "productsSearched": "Products Searched",
        "productListViewed": "Product List Viewed",
        "productViewed": "Product Viewed",
        "productAdded": "Product Added",
        "productRemoved": "Product Removed",
        "cartViewed": "Cart Viewed",
        "checkoutStarted": "Checkout Started",
        "orderCompleted": "Order Completed",
        "productReviewed": "Product Reviewed",
    }
    events = shop.deliver(*expected.values())
    assert names == list(expected)
    assert {event["properties"]["via"]: event["event"] for event in events} == expected


def test_another_customer_on_the_device_is_another_visitor(shop: Shop) -> None:
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("regard.track('One'); regard.identify('c1'); regard.identify('c2')")
    page.evaluate("regard.reset(); regard.track('Two')")
    one, first, second, two = shop.deliver("One", "identify", "identify", "Two")

    assert one["anonymousId"] == first["anonymousId"]
    assert len({event["anonymousId"] for event in (first, second, two)}) == 3
    assert "userId" not in two


def test_calls_queued_before_the_script_loads(shop: Shop) -> None:
    stub = (
        "window.regard = window.regard || [];"
        "regard.push(['identify', 'c1']);"
        "regard.push(['shop.productViewed', {sku: 'L1'}]);"
        "regard.push(['ready', (r) => { window.seen = r.version; }]);"
        "regard.push(['nonsense'], 7);"
    )
    page = shop.visit(GRANTED, stub)
    page.evaluate("regard.push(['track', 'Late'])")

    events = shop.deliver("identify", "Product Viewed", "page", "Late")
    assert {event["userId"] for event in events} == {"c1"}
    assert page.evaluate("seen") == "0.1.0"
    assert len(shop.warnings) == 2


def test_a_refusal_queued_before_the_script_loads_is_heard_first(shop: Shop) -> None:
    page = shop.visit(GRANTED, "window.regard = [['consent', 'withdrawn']]")
    shop.pass_time(page)

    assert shop.intake.posts == []
    assert shop.traces(page) == REFUSAL


def test_views_of_a_single_page_shop(shop: Shop) -> None:
    page = shop.visit(GRANTED)
    page.evaluate("history.pushState({}, '', '/lamps'); document.title = 'All lamps'")
    shop.pass_time(page, 0.06)
    page.evaluate("history.pushState({}, '', '/lamps'); history.pushState({}, '', '#top')")
    shop.pass_time(page, 0.06)
    page.evaluate("history.pushState({}, '', '/moved'); history.pushState({}, '', '/bulbs')")
    shop.pass_time(page, 0.06)
    page.evaluate("history.go(-5)")
    shop.pass_time(page, 0.06)

    views = [event["properties"] for event in shop.deliver(*["page"] * 4)]
    assert [view["path"] for view in views] == ["/", "/lamps", "/bulbs", "/"]
    assert [view["title"] for view in views][:2] == ["Lamps", "All lamps"]
    assert views[1]["referrer"] == f"{shop.url}/"


def test_a_prerendered_page_counts_when_it_is_seen(shop: Shop) -> None:
    shop.visitor.add_init_script(PRERENDERED)
    page = shop.visit(GRANTED)
    shop.pass_time(page)
    assert shop.intake.posts == []

    page.evaluate("document.dispatchEvent(new Event('prerenderingchange'))")
    shop.deliver("page")


def test_identifiers_are_uuids_without_https_too(shop: Shop) -> None:
    shop.visitor.add_init_script(WITHOUT_HTTPS)
    page = shop.visit(GRANTED)
    event = shop.deliver("page")[0]

    assert page.evaluate("crypto.randomUUID") is None
    assert [UUID(event[name]).version for name in ("messageId", "anonymousId")] == [4, 4]


def test_the_documented_content_security_policy_suffices(shop: Shop) -> None:
    shop.build(GRANTED)
    policy = f"default-src 'none'; script-src {shop.intake.url}; connect-src {shop.intake.url}"
    shop.pages["/"] = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' + shop.pages["/"]
    page = shop.open()
    shop.deliver("page")
    page.evaluate("regard.track('Clicked')")
    page.goto(f"{shop.url}/away")
    told = shop.deliver("page", "Clicked")
    assert [event["context"]["page"]["path"] for event in told] == ["/", "/"]


def test_the_host_can_be_given(shop: Shop) -> None:
    shop.visit(f'{GRANTED} data-host="{shop.intake.url}/proxy/"')
    shop.deliver("page")
    assert shop.intake.posts[0].path == "/proxy/v1/batch"


def test_the_tag_twice_counts_once(shop: Shop) -> None:
    shop.build(GRANTED)
    shop.pages["/"] += shop.pages["/"]
    page = shop.open()
    shop.deliver("page")
    shop.pass_time(page)
    assert shop.intake.names() == ["page"]
