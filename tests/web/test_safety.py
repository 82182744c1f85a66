"""What protects the people who use the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from regard.core.config import config
from regard.core.models import Store, User
from regard.listen.models import Theme, Understanding
from regard.web.pages import health
from tests.web.rows import add_customer, add_event, add_rejected

ATTACK = '<script>alert("x")</script>'


def test_policy_lets_nothing_in_but_what_is_ours(store: Store, owner: Client) -> None:
    policy = owner.get(f"/s/{store.slug}/events/").headers["Content-Security-Policy"]
    assert policy.split("; ") == [
        "default-src 'self'",
        f"connect-src 'self' {config().intake_url}",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]


def test_no_page_has_inline_script_or_style(store: Store, owner: Client) -> None:
    customer = add_customer(store)
    for path in ("events/", "customers/", f"customers/{customer.pk}/?whole=1", "alerts/", "settings/"):
        page = owner.get(f"/s/{store.slug}/{path}").content.decode()
        inline = [tag for tag in page.split("<script")[1:] if "src=" not in tag.partition(">")[0]]
        assert [tag for tag in inline if 'type="application/json"' not in tag.partition(">")[0]] == []
        assert (" style=" in page, "<style" in page, " onclick=" in page) == (False, False, False)


@pytest.mark.parametrize(
    "path", ["events/", "events/{event}/", "customers/{customer}/?whole=1", "events/rejected/{rejected}/"]
)
def test_what_strangers_send_is_shown_as_text(path: str, store: Store, owner: Client) -> None:
    customer = add_customer(store, title=ATTACK)
    event = add_event(store, ATTACK, user_id="C-1", note=ATTACK)
    rejected = add_rejected(store, body=ATTACK)
    url = f"/s/{store.slug}/{path}".format(event=event.id, customer=customer.pk, rejected=rejected.pk)
    page = owner.get(url).content.decode()
    assert ATTACK not in page
    assert "&lt;script&gt;alert(" in page


def test_names_of_customers_are_shown_as_text(store: Store, owner: Client) -> None:
    customer = add_customer(store)
    type(customer).objects.filter(pk=customer.pk).update(name=ATTACK)
    for path in ("customers/", f"customers/{customer.pk}/?whole=1"):
        assert ATTACK not in owner.get(f"/s/{store.slug}/{path}").content.decode()


def test_posts_need_the_token_of_the_form(store: Store, make_person: Callable[..., User]) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_person("ana@acme.example", store))
    answer = browser.post(f"/s/{store.slug}/settings/sources/new/", {"name": "app"})
    assert answer.status_code == 403


@pytest.mark.parametrize("query", ["customers/?q=a%00b", "settings/audit/?actor=%00", "events/?name=%00"])
def test_what_the_database_cannot_take_fails_nothing(query: str, store: Store, owner: Client) -> None:
    assert owner.get(f"/s/{store.slug}/{query}").status_code == 200


def test_errors_are_told_in_words(store: Store, owner: Client) -> None:
    base = f"/s/{store.slug}"
    answers = {
        400: Client().get("/", headers={"Host": "no host"}),
        403: Client(enforce_csrf_checks=True).post("/account/login/"),
        404: owner.get("/nowhere/"),
        405: owner.get(f"{base}/alerts/1/handle/"),
    }
    assert {status: answer.status_code for status, answer in answers.items()} == {
        status: status for status in answers
    }
    for answer in answers.values():
        assert 'class="brand"' in answer.content.decode()


def test_session_cookie_is_out_of_reach_of_scripts(store: Store, make_person: Callable[..., User]) -> None:
    make_person("ana@acme.example", store)
    answer = Client().post(
        "/account/login/", {"login": "ana@acme.example", "password": "correct horse battery"}
    )
    cookie = answer.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_metrics_hold_numbers_and_no_names(store: Store) -> None:
    add_rejected(store)
    text = Client().get("/metrics").content.decode()
    assert "regard_events_rejected_open 1\n" in text
    assert "acme" not in text.lower()


def test_metrics_count_so_far_and_read_no_more(
    store: Store, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(3):
        add_rejected(store)
        add_event(store, user_id=f"C-{number}")
    waiting = re.compile(r"^regard_events_waiting (\d+)$", re.MULTILINE)
    assert waiting.search(Client().get("/metrics").content.decode()).group(1) == "3"
    monkeypatch.setattr(health, "MOST_COUNTED", 2)
    with django_assert_num_queries(len(health.GAUGES)):
        text = Client().get("/metrics").content.decode()
    assert waiting.search(text).group(1) == "2"
    assert "regard_events_rejected_open 2\n" in text


def test_redirects_after_acting_stay_here(store: Store, owner: Client) -> None:
    from tests.web.rows import add_alert

    alert = add_alert(store, add_customer(store))
    answer = owner.post(f"/s/{store.slug}/alerts/{alert.pk}/seen/", {"next": "https://evil.example/"})
    assert answer.headers["Location"] == f"/s/{store.slug}/alerts/"


def test_no_page_stumbles_over_what_the_database_cannot_take(
    store: Store, signed_in: Callable[..., Client]
) -> None:
    owner, customer = signed_in(store), add_customer(store)
    text = Understanding.objects.get(store=store)
    theme = Theme.objects.filter(store=store).latest("id")
    for name, args, sent in (
        ("intent_teach", [], {"intent": "en\0graving", "examples": "please \0 engrave it"}),
        ("intent_forget", [], {"intent": "\0"}),
        ("text_judge", [text.pk], {"feeling": "\0", "intent": "re\0fund", "next": "/\0"}),
        ("theme_rename", [theme.pk], {"name": "a\0b"}),
        ("customer_tag", [customer.pk], {"tag": "\0"}),
        ("customers_tag", [], {"tag": "v\0ip", "selected": str(customer.pk), "came_from": "?q=\0"}),
        ("customers_export", [], {"segment": "\0", "q": "a\0"}),
        ("segment_new", [], {"name": "\0", "text": "\0"}),
        ("customer_merge", [customer.pk], {"with": "\0"}),
        ("alerts_take", [], {"owner": "\0"}),
    ):
        answer = owner.post(reverse(name, args=[store.slug, *args]), sent)
        assert answer.status_code in {200, 302, 404}, name
