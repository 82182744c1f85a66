"""The snippet says and keeps nothing that the visitor has not agreed to; in a real browser."""

import pytest
from tests.browser.snippet.shop import (
    ASK,
    COUNT_RANDOM,
    GRANTED,
    NOTHING,
    PAUSE,
    QUIET,
    REFUSAL,
    WITH_GPC,
    WITHOUT_STORAGE,
    Shop,
)

pytestmark = pytest.mark.browser


def test_nothing_is_sent_kept_or_made_before_consent(shop: Shop) -> None:
    shop.visitor.add_init_script(COUNT_RANDOM)
    page = shop.visit(ASK)
    page.evaluate("regard.track('Searched'); regard.identify('c1', {email: 'a@example.com'})")
    shop.pass_time(page)
    shop.go(page, "/")
    shop.pass_time(page)

    assert page.evaluate("regard.consent()") == "ask"
    assert page.evaluate("randomCalls") == 0
    assert shop.intake.posts == []
    assert shop.traces(page) == NOTHING


def test_without_a_word_on_consent_the_visitor_is_asked(shop: Shop) -> None:
    page = shop.visit("")
    assert page.evaluate("regard.consent()") == "ask"


def test_held_calls_are_delivered_in_order_after_consent(shop: Shop) -> None:
    page = shop.visit(ASK)
    page.evaluate("regard.track('One', {n: 1}); regard.identify('c1'); regard.track('Two')")
    page.evaluate("regard.consent('granted')")

    shop.deliver("page", "One", "identify", "Two", "Consent Granted")
    events = shop.intake.events()
    assert shop.intake.names() == ["page", "One", "identify", "Two", "Consent Granted"]
    assert len({event["anonymousId"] for event in events}) == 1
    assert [event.get("userId") for event in events] == [None, None, "c1", "c1", "c1"]
    times = [event["timestamp"] for event in events]
    assert times == sorted(times)


def test_held_calls_are_copies(shop: Shop) -> None:
    page = shop.visit(f"{ASK} {QUIET}")
    page.evaluate("const p = {n: 1}; regard.track('One', p); p.n = 2; regard.consent('granted')")

    event = shop.deliver("One", "Consent Granted")[0]
    assert event["properties"] == {"n": 1}


def test_held_calls_are_dropped_when_consent_is_refused(shop: Shop) -> None:
    page = shop.visit(ASK)
    page.evaluate("regard.track('One'); regard.consent('withdrawn'); regard.track('Two')")
    shop.pass_time(page)

    assert shop.intake.posts == []
    assert shop.traces(page) == REFUSAL

    page.evaluate("regard.consent('granted'); regard.track('Three')")
    shop.deliver("Consent Granted", "Three")


def test_a_grant_is_remembered_and_told_once(shop: Shop) -> None:
    page = shop.visit(ASK)
    page.evaluate("regard.consent('granted')")
    first = shop.deliver("page", "Consent Granted")
    shop.go(page, "/")
    page.evaluate("regard.consent('granted')")

    events = shop.deliver("page", "page", "Consent Granted")
    assert {event["anonymousId"] for event in events} == {first[0]["anonymousId"]}


def test_categories_go_with_every_event(shop: Shop) -> None:
    page = shop.visit(f"{ASK} {QUIET}")
    page.evaluate("regard.consent('granted', {categories: {analytics: true, ads: false}})")
    page.evaluate("regard.track('One')")

    granted, one = shop.deliver("Consent Granted", "One")
    chosen = {"analytics": True, "ads": False}
    assert granted["properties"] == {"categories": chosen}
    assert one["context"]["consent"] == {"categoryPreferences": chosen}


def test_withdrawal_is_told_once_and_leaves_only_the_refusal(shop: Shop) -> None:
    page = shop.visit(GRANTED)
    page.evaluate("regard.identify('c1')")
    known = shop.deliver("page", "identify")[1]
    page.evaluate("regard.track('Unsent'); regard.consent('withdrawn'); regard.track('Later')")

    assert shop.traces(page) == REFUSAL
    farewell = shop.deliver("page", "identify", "Consent Withdrawn")[2]
    assert (farewell["userId"], farewell["anonymousId"]) == ("c1", known["anonymousId"])

    posts = len(shop.intake.posts)
    page.evaluate("regard.consent('withdrawn')")
    shop.go(page, "/")
    page.evaluate("regard.track('Next page')")
    shop.pass_time(page)
    assert len(shop.intake.posts) == posts
    assert shop.traces(page) == REFUSAL


def test_withdrawal_is_told_after_a_failure_without_keeping_it(shop: Shop) -> None:
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("regard.track('One')")
    shop.deliver("One")
    shop.intake.replies.append((503, {}))
    page.evaluate("regard.consent('withdrawn')")
    shop.send_posts(2)

    assert shop.traces(page) == REFUSAL
    shop.deliver("One", "Consent Withdrawn")


def test_agreeing_again_makes_a_new_visitor(shop: Shop) -> None:
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("regard.track('One')")
    page.evaluate("regard.consent('withdrawn'); regard.consent('granted')")

    withdrawn, granted = shop.deliver("Consent Withdrawn", "Consent Granted")
    assert withdrawn["anonymousId"] != granted["anonymousId"]


def test_withdrawal_in_one_tab_stops_the_other(shop: Shop) -> None:
    shop.build(f"{GRANTED} {QUIET}")
    first, second = shop.open(), shop.open()
    first.evaluate("regard.track('One')")
    shop.deliver("One")
    second.evaluate(PAUSE)
    second.evaluate("regard.track('Unsent')")
    first.evaluate("regard.consent('withdrawn')")
    shop.deliver("One", "Consent Withdrawn")
    second.evaluate("regard.track('Later')")
    shop.pass_time(second)

    shop.deliver("One", "Consent Withdrawn")
    assert shop.traces(second) == REFUSAL


def test_consent_in_one_tab_releases_the_calls_of_the_other(shop: Shop) -> None:
    shop.build(f"{ASK} {QUIET}")
    first, second = shop.open(), shop.open()
    second.evaluate("regard.track('Held')")
    first.evaluate("regard.consent('granted')")

    shop.deliver("Consent Granted", "Held")
    assert [tab.evaluate("regard.consent()") for tab in (first, second)] == ["granted", "granted"]


def test_global_privacy_control_overrides_assumed_consent(shop: Shop) -> None:
    shop.visitor.add_init_script(WITH_GPC)
    page = shop.visit(GRANTED)
    shop.pass_time(page)
    assert page.evaluate("regard.consent()") == "ask"
    assert shop.intake.posts == []
    assert shop.traces(page) == NOTHING

    page.evaluate("regard.consent('granted')")
    shop.deliver("page", "Consent Granted")


def test_what_was_kept_under_assumed_consent_goes_when_the_shop_starts_to_ask(shop: Shop) -> None:
    page = shop.visit(GRANTED)
    shop.deliver("page")
    page.wait_for_function("localStorage.length === 1")
    assert shop.traces(page) == (["regard.identity"], 0, "", [])
    shop.build(ASK)
    shop.go(page, "/")

    assert shop.traces(page) == NOTHING


@pytest.mark.parametrize("answer", ["granted", "withdrawn"])
def test_works_where_storage_is_blocked(shop: Shop, answer: str) -> None:
    shop.visitor.add_init_script(WITHOUT_STORAGE)
    page = shop.visit(ASK)
    page.evaluate("answer => regard.consent(answer)", answer)
    page.evaluate("regard.track('One')")
    if answer == "granted":
        events = shop.deliver("page", "Consent Granted", "One")
        assert len({event["anonymousId"] for event in events}) == 1
    shop.pass_time(page)
    assert len(shop.intake.posts) == (answer == "granted")
