"""Words without an end, as customers and shops write them, on a desk and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.browser.visiting import _plain_static_files, chromium, open_page
from tests.web.rows import add_alert, add_customer, add_send

from regard.act.models import Alert, Send
from regard.core.models import Store

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["_plain_static_files", "chromium"]
WORD = "Wunderbar" * 49
OUT = """() => {
  const page = document.documentElement;
  if (page.scrollWidth === page.clientWidth) return [];
  return [...document.querySelectorAll("main *")]
    .filter((each) => each.getBoundingClientRect().right > page.clientWidth)
    .map((each) => each.outerHTML.slice(0, 90));
}"""


@pytest.mark.parametrize("width", [1440, 390])
def test_a_long_word_stays_within_the_page(
    width: int, chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    customer = add_customer(store, title=WORD)
    alert, send = add_alert(store, customer), add_send(store)
    said = f"2 of 5 stars: “{WORD}”"
    Alert.objects.filter(pk=alert.pk).update(reason=said)
    Send.objects.filter(pk=send.pk).update(subject=WORD[:200], body_text=said, last_error=WORD[:200])
    page = open_page(chromium, live_server, store, viewport={"width": width, "height": 844})
    found: dict[str, list[str]] = {}
    places = ["", "alerts/", f"alerts/{alert.pk}/", "outbox/", f"outbox/{send.pk}/"]
    for place in (*places, "customers/", f"customers/{customer.pk}/"):
        page.goto(f"{live_server.url}/s/{store.slug}/{place}")
        if out := page.evaluate(OUT):
            found[place] = out
    page.context.close()
    assert found == {}
