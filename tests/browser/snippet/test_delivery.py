"""What the snippet has to say arrives once, whatever happens to the page or the intake."""

from datetime import datetime, timedelta

import pytest
from tests.browser.snippet.shop import GRANTED, QUIET, Shop, attempts_of, pauses

pytestmark = pytest.mark.browser


def test_events_survive_a_navigation(shop: Shop) -> None:
    shop.build(f"{GRANTED} {QUIET}")
    page = shop.open()
    page.evaluate("regard.track('Clicked')")
    page.goto(f"{shop.url}/away")

    shop.deliver("Clicked")
    assert page.evaluate("'regard' in window") is False


def test_a_hidden_page_sends_at_once(shop: Shop) -> None:
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true});"
        "regard.track('One'); document.dispatchEvent(new Event('visibilitychange'))"
    )

    event = shop.deliver("One")[0]
    sent_at = datetime.fromisoformat(shop.intake.posts[0].body["sentAt"])
    assert sent_at - datetime.fromisoformat(event["timestamp"]) < timedelta(seconds=0.5)


def test_large_goodbyes_are_split_and_the_rest_comes_later(shop: Shop) -> None:
    shop.build(f"{GRANTED} {QUIET}")
    page = shop.open()
    page.evaluate("for (let n = 0; n < 5; n++) regard.track('Big', {n, x: 'x'.repeat(28000)})")
    page.goto(f"{shop.url}/away")
    shop.send_posts(1)
    assert max(post.size for post in shop.intake.posts) <= 64 * 1024
    shop.go(page, "/")

    events = shop.deliver(*["Big"] * 5)
    assert sorted(event["properties"]["n"] for event in events) == [0, 1, 2, 3, 4]


def test_many_events_go_in_batches_of_fifty(shop: Shop) -> None:
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("for (let n = 0; n < 120; n++) regard.track('Many', {n})")

    events = shop.deliver(*["Many"] * 120)
    assert [len(post.body["batch"]) for post in shop.intake.posts] == [50, 50, 20]
    assert [event["properties"]["n"] for event in events] == list(range(120))
    page.wait_for_function("Object.keys(localStorage).join() === 'regard.identity'")


def test_batches_stay_under_400_kilobytes(shop: Shop) -> None:
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("for (let n = 0; n < 20; n++) regard.track('Big', {x: 'ü'.repeat(15000)})")

    shop.deliver(*["Big"] * 20)
    assert len(shop.intake.posts) == 2
    assert max(post.size for post in shop.intake.posts) <= 400 * 1024


def test_oversize_and_unreadable_events_are_dropped_by_name(shop: Shop) -> None:
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("regard.track('Huge', {x: 'ü'.repeat(17000)})")
    page.evaluate("const loop = {}; loop.loop = loop; regard.track('Round', loop)")
    page.evaluate("regard.track('Small')")

    shop.deliver("Small")
    assert ['"Huge"' in shop.warnings[0], '"Round"' in shop.warnings[1]] == [True, True]
    assert len(shop.warnings) == 2


def test_unavailable_is_tried_again_with_the_same_id(shop: Shop) -> None:
    shop.intake.replies.extend([(503, {}), (503, {})])
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("regard.track('One')")

    shop.deliver("One")
    assert len(attempts_of(shop.intake, "One")) == 3
    assert len(set(attempts_of(shop.intake, "One"))) == 1
    first, second = pauses(shop.intake)
    assert 1 <= first < 4
    assert 2 <= second < 6


def test_too_many_requests_waits_as_long_as_told_on_the_next_page_too(shop: Shop) -> None:
    shop.intake.replies.append((429, {"Retry-After": "60"}))
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("regard.track('One')")
    shop.send_posts(1)
    page.wait_for_function("localStorage['regard.pause']")
    shop.go(page, "/")
    page.evaluate("regard.track('Two')")

    shop.pass_time(page, 55)
    assert len(shop.intake.posts) == 1
    shop.deliver("One", "Two")
    assert 60 <= pauses(shop.intake)[0] < 65
    assert len(set(attempts_of(shop.intake, "One"))) == 1


def test_a_malformed_batch_is_never_sent_again(shop: Shop) -> None:
    shop.intake.replies.append((400, {}))
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("regard.track('Bad')")
    shop.send_posts(1)
    page.evaluate("regard.track('Good')")

    shop.deliver("Good")
    assert len(attempts_of(shop.intake, "Bad")) == 1
    assert page.evaluate("regard.consent()") == "granted"
    assert ["dropped" in warning for warning in shop.warnings] == [True]


def test_events_of_closed_tabs_wait_for_the_next_page(shop: Shop) -> None:
    shop.intake.always = 503
    shop.build(f"{GRANTED} {QUIET}")
    tabs = [shop.open() for _ in range(3)]
    for number, tab in enumerate(tabs):
        tab.evaluate("n => { regard.track('Tab', {n}); regard.track('Tab', {n: n + 3}) }", number)
    shop.send_posts(1)
    for tab in tabs:
        tab.close(run_before_unload=False)
    shop.intake.always = 200
    page = shop.open()

    events = shop.deliver(*["Tab"] * 6)
    assert sorted(event["properties"]["n"] for event in events) == list(range(6))
    page.wait_for_function("!Object.keys(localStorage).some(k => k.startsWith('regard.event'))")


def test_what_waits_for_the_server_is_bounded(shop: Shop) -> None:
    shop.intake.always = 503
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("for (let n = 0; n < 505; n++) regard.track('Many', {n})")

    kept = page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('regard.event'))")
    assert len(kept) == 500
    assert len([text for text in shop.warnings if '"Many"' in text]) == 5
