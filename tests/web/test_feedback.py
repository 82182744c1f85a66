"""What customers write, on the pages."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from regard.core import clock
from regard.core.models import Store
from regard.listen.models import Theme, Understanding
from tests.web.rows import add_customer
from tests.web.test_lists import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(store: Store, signed_in: Callable[..., Client]) -> Client:
    return signed_in(store)


def page(browser: Client, name: str, store: Store, *args: object, query: str = "") -> str:
    return browser.get(reverse(name, args=[store.slug, *args]) + query).content.decode()


def test_the_overview_tells_feelings_wishes_themes_and_what_stands_out(store: Store, owner: Client) -> None:
    assert "Nothing was written in this time" in page(owner, "feedback", store)
    for number in range(4):
        add_customer(store, number, title="The zip of the jacket is broken")
    text = page(owner, "feedback", store)
    assert "Complained of most: Damaged or defective, in 4 of 4 negative texts." in text
    assert "“" not in text.partition("In short")[0]
    assert "Damaged item" in text
    assert "Nothing was written in this time" in page(owner, "feedback", store, query="?source=answers")


def test_each_figure_leads_to_as_many_texts(store: Store, owner: Client) -> None:
    for number in range(3):
        add_customer(store, number, title="The zip of the jacket is broken")
    add_customer(store, 7, title="I love it, great quality")
    today = clock.now().astimezone(ZoneInfo(store.time_zone)).date()  # at midnight not that of Greenwich
    long_ago = "2001-02-03"
    then = clock.now() - timedelta(days=300)
    Understanding.objects.filter(pk=Understanding.objects.latest("pk").pk).update(said_at=then)

    for query, shown in (
        ("?source=reviews", 3),
        ("?span=7", 3),
        (f"?span=own&from={long_ago}&to={today}", 4),
    ):
        text = page(owner, "feedback", store, query=query)
        rows = re.findall(
            r'<th scope="row"><a href="([^"]+)">.*?<td class="number">(\d+)</td>', text, re.DOTALL
        )
        assert len(rows) >= 3
        for url, count in rows:
            assert texts_at(owner, url) == int(count) <= shown
            assert ("source=reviews" in url) == ("source" in query)
        findings = re.findall(r'<li><a class="main" href="([^"]+)">Complained of most[^<]*in (\d+) of', text)
        assert (
            [texts_at(owner, url) for url, _count in findings]
            == [int(count) for _url, count in findings]
            == [3]
        )
    none = f"?span=own&from={long_ago}&to={long_ago}"
    assert "Nothing was written in this time" in page(owner, "feedback", store, query=none)
    assert (
        texts_at(owner, f"{reverse('feedback_texts', args=[store.slug])}?from={long_ago}&to={long_ago}") == 0
    )


def texts_at(browser: Client, url: str) -> int:
    """How many texts are listed, which is as many as the page says."""
    shown = browser.get(html.unescape(url)).content.decode()
    count = shown.count('class="text"')
    assert count == 0 or f'<p class="muted">{count} text{"s" if count > 1 else ""}</p>' in shown
    return count


def test_the_overview_and_a_theme_cost_the_same_for_many_texts(store: Store, owner: Client) -> None:
    for number in range(4):
        add_customer(store, number, title="The zip of the jacket is broken")
    theme = Theme.objects.get(store=store, name="damaged or defective")
    urls = [reverse("feedback", args=[store.slug]), reverse("theme", args=[store.slug, theme.pk])]
    page(owner, "feedback", store)  # the first page of a session asks a little more
    few = [queries_of(owner, url) for url in urls]
    for number in range(4, 20):
        add_customer(store, number, title="The zip of the jacket is broken")
    assert [queries_of(owner, url) for url in urls] == few
    assert max(few) <= 25


def test_a_text_is_judged_and_stands_as_said(store: Store, owner: Client) -> None:
    add_customer(store, title="The zip of the jacket is broken")
    held = Understanding.objects.get(store=store)
    url = reverse("text_judge", args=[store.slug, held.pk])
    answer = owner.post(
        url, {"feeling": "neutral", "intent": "warranty", "next": f"/s/{store.slug}/feedback/"}
    )
    assert answer.headers["Location"] == f"/s/{store.slug}/feedback/"
    held.refresh_from_db()
    assert (held.feeling, held.intents[0]) == ("neutral", "warranty")

    assert owner.post(url, {"feeling": "furious"}, follow=True).status_code == 200
    held.refresh_from_db()
    assert held.feeling == "neutral"
    assert owner.post(url, {"next": "https://evil.example/"}).headers["Location"].startswith("/s/")
    assert "of 1 text" in page(owner, "understanding", store)


def test_filters_narrow_the_texts(store: Store, owner: Client) -> None:
    add_customer(store, title="The zip of the jacket is broken")
    theme = Theme.objects.get(store=store, name="damaged or defective")
    for query in (
        "?feeling=negative",
        "?source=reviews",
        "?intent=damaged_item",
        f"?theme={theme.pk}",
        "?theme=x",
    ):
        assert "zip of the jacket" in page(owner, "feedback_texts", store, query=query)
    for query in ("?feeling=positive", "?source=tickets", "?intent=refund", "?cursor=bad"):
        assert "zip of the jacket" not in page(owner, "feedback_texts", store, query=query)


def test_a_wish_is_taught_and_forgotten(store: Store, owner: Client) -> None:
    sent = {"intent": "Ring engraving", "examples": "engrave it\nplease engrave\n"}
    answer = owner.post(reverse("intent_teach", args=[store.slug]), sent, follow=True).content.decode()
    assert "2 new examples are learnt." in answer
    assert "Ring engraving" in answer
    owner.post(reverse("intent_forget", args=[store.slug]), {"intent": "ring_engraving"})
    assert "Ring engraving" not in page(owner, "understanding", store)


def test_the_chart_of_a_theme_is_a_file_too(store: Store, owner: Client) -> None:
    add_customer(store, title="The zip of the jacket is broken")
    theme = Theme.objects.get(store=store, name="damaged or defective")
    assert page(owner, "theme_chart_file", store, theme.pk, "csv").splitlines()[-1].endswith(",1,1,0")
    assert owner.get(reverse("theme_chart_file", args=[store.slug, theme.pk, "pdf"])).status_code == 404


def test_a_hidden_theme_is_found_again(store: Store, owner: Client) -> None:
    add_customer(store, title="The zip of the jacket is broken")
    theme = Theme.objects.get(store=store, name="damaged or defective")
    owner.post(reverse("theme_hide", args=[store.slug, theme.pk]))
    text = page(owner, "feedback", store)
    assert "1 hidden theme" in text
    assert reverse("theme", args=[store.slug, theme.pk]) in text
