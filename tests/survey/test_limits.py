"""What strangers may send to a survey: how often, how much at once, and what of it is kept."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from regard.core import clock
from regard.core.edges import callers
from regard.core.edges.callers import network_of
from regard.core.edges.ratelimit import RateLimits
from regard.survey.models import GivenAnswer, Submission, Upload
from regard.survey.pages import limits
from tests.journeys.shop import NOW, Shop
from tests.survey.asking import NPS, Visitor, ask, form_of
from tests.survey.test_answering import FILES
from tests.survey.test_sittings import opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(store):
    with clock.set_to(NOW):
        shop = Shop(store)
        shop.identify("ada", name="Ada Lind", email="ada@example.com", accepts_marketing=True)
        yield shop
        shop.close()


@pytest.fixture
def few(monkeypatch):
    """Three answers of a caller and five of a link, and then one in hours."""
    held = RateLimits(rate=0.0001, burst=3), RateLimits(rate=0.0001, burst=5)
    monkeypatch.setattr(limits.LIMITS, "held", held)


def press(path, address, *, value="9", client=None, **told):
    """Somebody new at an address opens the link and answers the first question after five seconds."""
    client = client or Client()
    form = form_of(client.get(path).content.decode())
    with clock.set_to(clock.now() + timedelta(seconds=5)):
        return client.post(path, {**form, "answer": value, **told}, REMOTE_ADDR=address)


@pytest.mark.usefixtures("few")
def test_more_answers_of_an_address_wait_and_keep_what_was_written(shop):
    path = opened(shop.store, NPS.replace("kind: nps\n    required: true", "kind: text"))
    held = [press(path, "9.9.9.9", value="Fine.").status_code for _sitting in range(3)]
    assert held == [303] * 3
    late = press(path, "9.9.9.9", value="Written with care.")
    assert late.status_code == 429
    assert int(late["Retry-After"]) > 60
    assert "Wait a minute and send yours again." in late.content.decode()
    assert "Written with care." in late.content.decode()
    assert press(path, "8.8.8.8").status_code == 303
    assert Submission.objects.count() == 4


@pytest.mark.usefixtures("few")
def test_a_link_takes_so_many_of_all_and_who_was_invited_is_not_counted(shop):
    path = opened(shop.store)
    statuses = [press(path, f"8.8.{number}.7").status_code for number in range(7)]
    assert statuses == [303] * 5 + [429] * 2
    other = opened(shop.store, NPS.replace("survey: nps", "survey: other"))
    assert press(other, "8.8.0.7").status_code == 303
    invited = Visitor(ask(shop.store).url)
    invited.answer("3")
    assert invited.send(answer="price").status_code == 303


@pytest.mark.parametrize(("proxies", "headers", "network"), [
    (0, {"REMOTE_ADDR": "8.8.8.8", "HTTP_X_FORWARDED_FOR": "9.9.9.9"}, "8.8.8.8"),
    (1, {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "1.2.3.4, 9.9.9.9"}, "9.9.9.9"),
    (2, {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "1.2.3.4, 9.9.9.9, 10.0.0.1"}, "9.9.9.9"),
    (2, {"REMOTE_ADDR": "8.8.8.8", "HTTP_X_FORWARDED_FOR": "1.2.3.4"}, "8.8.8.8"),
    (0, {"REMOTE_ADDR": "::ffff:8.8.8.8"}, "8.8.8.8"),
    (0, {"REMOTE_ADDR": "127.0.0.1"}, ""),
    (0, {"REMOTE_ADDR": "172.17.0.1"}, ""),
    (0, {"REMOTE_ADDR": "somewhere"}, ""),
])  # fmt: skip
def test_callers_are_known_by_what_the_first_proxy_saw(monkeypatch, proxies, headers, network):
    monkeypatch.setattr(callers, "config", lambda: SimpleNamespace(proxies=proxies))
    assert network_of(RequestFactory().get("/", **headers)) == network


def test_a_household_is_one_caller():
    addresses = ("2a00:1450:4001:82a::1", "2a00:1450:4001:82a:1:2:3:4", "2a00:1450:4001:82b::1")
    networks = [network_of(RequestFactory().get("/", REMOTE_ADDR=each)) for each in addresses]
    assert networks[0] == networks[1] != networks[2]


def test_only_where_a_file_is_asked_for_much_may_be_sent(shop):
    path = opened(shop.store)
    picture = SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 200_000, content_type="image/png")
    assert press(path, "8.8.8.8", more=picture).status_code == 413
    photo = opened(shop.store, FILES)
    body = b"answer=" + b"x" * 200_000
    sent = Client().post(photo, body, content_type="application/x-www-form-urlencoded")
    assert sent.status_code == 413
    assert not Submission.objects.exists()


def test_files_that_machines_send_are_not_kept(shop):
    path = opened(shop.store, FILES)
    content = b"\x89PNG\r\n\x1a\n" + b"0" * 1_000
    for told in ({"website": "x"}, {"shown": ""}, {}):
        picture = SimpleUploadedFile("a.png", content, content_type="image/png")
        assert press(path, "8.8.8.8", value=picture, **told).status_code == 303
    assert Upload.objects.values_list("submission__is_suspect", "size").get() == (False, 1_008)
    assert GivenAnswer.objects.count() == 3


def test_a_page_looked_at_once_begins_one_sitting(shop):
    """Its moment is of no use with another sitting, or at another address."""
    path, other = opened(shop.store), opened(shop.store, NPS.replace("survey: nps", "survey: other"))
    first, second = (form_of(Client().get(path).content.decode()) for _look in range(2))
    theirs = form_of(Client().get(other).content.decode())
    with clock.set_to(clock.now() + timedelta(seconds=5)):
        Client().post(path, {**first, "answer": "9"})
        Client().post(path, {**second, "shown": first["shown"], "answer": "9"})
        Client().post(other, {**theirs, "shown": first["shown"], "answer": "9"})
    assert list(Submission.objects.order_by("id").values_list("is_suspect", flat=True)) == [False, True, True]
