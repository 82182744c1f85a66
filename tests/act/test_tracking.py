"""Opens and clicks: what is added to e-mails, and what comes back of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest

from regard.act.domain.contact_history import contact_histories
from regard.act.domain.public_links import unsubscribe_url
from regard.act.domain.sending import send_due
from regard.act.models import Purpose
from regard.core import clock
from tests.act.queueing import channels, facts, queue_send
from tests.act.test_leaving import NOON, customer_at, marketing
from tests.connect.mailserver import running_mail_server
from tests.score.people import identity_of

pytestmark = pytest.mark.django_db(transaction=True)
SHOP = "https://shop.example/sale?customer=ada&x=1#top"


def sent_html(store, **changes):
    """A customer, the row of an e-mail to them, and its HTML as it arrived."""
    ada = customer_at(store, "ada@example.com")
    own = unsubscribe_url(store, identity_of(ada).pk)
    sale = f'<a class="b" href="{SHOP.replace("&", "&amp;")}">Sale</a>'
    html = f'<html><body>{sale}<a href="{own}">No</a></body></html>'
    with running_mail_server() as server:
        send = queue_send(store, replace(marketing(1, ada), body_html=html, **changes))
        send_due(channels=channels(server))
        [mail] = server.taken
    send.refresh_from_db()
    return ada, send, mail.get_body(("html",)).get_content(), own


def links(html):
    return [unescape(found) for found in re.findall(r'(?:href|src)="(.*?)"', html)]


def path(url):
    return urlsplit(url).path


def test_opens_and_clicks_of_people_are_told_once(store, client):
    with clock.set_to(NOON):
        ada, send, html, own = sent_html(store)
    link, unsubscribe, picture = links(html)
    assert unsubscribe == own
    assert html.index("<img") < html.index("</body>")

    later = NOON + timedelta(hours=1)
    with clock.set_to(later):
        for _twice in range(2):
            assert client.get(path(picture)).headers["Content-Type"] == "image/gif"
            answer = client.get(path(link))
            assert (answer.status_code, answer.headers["Location"]) == (302, SHOP)

    about = {
        "send_id": send.pk, "intent": "alert", "instance": "1", "identity_id": identity_of(ada).pk,
        "by_machine": False,
    }  # fmt: skip
    assert facts("EmailOpened") == [about]
    assert facts("EmailClicked") == [about | {"url": "https://shop.example/sale"}]
    history = contact_histories(store, [ada.pk], now=later)[ada.pk]
    assert history.last_opened_at == later


def test_machines_are_told_apart(store, client):
    with clock.set_to(NOON):
        _ada, send, html, _own = sent_html(store)
        link, _unsubscribe, picture = links(html)
        client.get(path(picture))  # at once
    with clock.set_to(NOON + timedelta(minutes=5)):
        client.head(path(link))
    assert [fact["by_machine"] for fact in facts("EmailOpened") + facts("EmailClicked")] == [True, True]
    send.refresh_from_db()
    assert send.opened_at is None


def test_nobody_can_have_it_lead_elsewhere(store, client):
    with clock.set_to(NOON):
        _ada, _send, html, _own = sent_html(store)
    link, _unsubscribe, picture = (path(each) for each in links(html))
    forged = link[:5] + ("a" if link[5] != "a" else "b") + link[6:]
    assert client.get(forged).status_code == 410
    assert client.get(picture.replace("/o/", "/l/").replace(".gif", "/")).status_code == 410
    assert client.get("/o/1:forged.gif").status_code == 200
    assert client.get(link.replace("/l/", "/o/").rstrip("/") + ".gif").status_code == 200
    assert facts("EmailOpened") + facts("EmailClicked") == []


@pytest.mark.parametrize(("intent", "is_tracked"), [("order", False), ("journey:welcome", True)])
def test_what_is_owed_is_not_tracked_unless_a_journey_sends_it(store, intent, is_tracked):
    with clock.set_to(NOON):
        _ada, _send, html, _own = sent_html(store, purpose=Purpose.TRANSACTIONAL, intent=intent)
    assert ("<img" in html) is is_tracked
