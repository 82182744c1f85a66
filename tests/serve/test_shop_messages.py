"""What the shop's pages are told of messages to one visitor."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from regard.act.models import Send
from regard.core import clock
from regard.core.models import Store
from regard.profile.models import Customer
from regard.serve.domain.script import LARGEST, packed_size
from regard.serve.domain.window import window_of
from regard.serve.models import ShopWindow
from regard.serve.pages import public
from tests.act.test_in_page import BROWSER, NOON, ada, lay_out
from tests.message.writing import new_template
from tests.serve.shops import add_prompt, address

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["ada"]


@pytest.fixture(autouse=True)
def _noon():
    with clock.set_to(NOON):
        yield


@pytest.fixture
def window(store: Store) -> ShopWindow:
    add_prompt(store)
    window = window_of(store)
    assert window is not None
    return window


def ask(window: ShopWindow, body: object, *, status: int = 200) -> dict[str, object]:
    """As the script does: plain text, so that the browser need not ask before."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = Client().post(f"/w/{window.token}/message/", raw, content_type="text/plain")
    assert (answer.status_code, answer["Cache-Control"]) == (status, "no-store")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer
    return json.loads(answer.content)


def test_a_visitor_is_told_what_waits_and_tells_what_became_of_it(window: ShopWindow, ada: Customer) -> None:
    send = lay_out(ada, text="Your mug is late.\n\nFollow it: https://shop.example/p/1", subject="Sorry")
    said = ask(window, {"browser": BROWSER})["message"]
    assert said == {
        "id": send.pk, "title": "Sorry", "text": "Your mug is late.", "button": "Follow it",
        "link": "https://shop.example/p/1",
    }  # fmt: skip
    assert ask(window, {"browser": "0" * 20})["message"] is None
    assert ask(window, {"browser": "0" * 20, "id": send.pk, "what": "shown"}) == {"known": False}
    assert ask(window, {"browser": BROWSER, "id": send.pk, "what": "shown"}) == {"known": True}
    assert ask(window, {"browser": BROWSER})["message"] is None
    assert Send.objects.get().opened_at == NOON


def test_the_window_of_another_store_shows_nothing_of_ours(
    window: ShopWindow, other_store: Store, ada: Customer
) -> None:
    send = lay_out(ada)
    add_prompt(other_store)
    theirs = window_of(other_store)
    assert theirs is not None
    assert ask(theirs, {"browser": BROWSER})["message"] is None
    assert ask(theirs, {"browser": BROWSER, "id": send.pk, "what": "followed"}) == {"known": False}
    assert Send.objects.get().opened_at is None


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"no json", b'{"browser": 7}', b'{"browser": "b", "what": "shown"}', b"\xff\xfe",
        b'{"browser": "b", "id": true, "what": "bought"}', b'{"browser": "b", "id": "1", "what": "shown"}',
        json.dumps({"browser": "b" * 2_000}).encode(),
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused_with_what_would_be(window: ShopWindow, body: bytes) -> None:
    assert "browser" in str(ask(window, body, status=400)["error"])


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**30])
def test_numbers_that_no_message_has_are_not_known(window: ShopWindow, number: int) -> None:
    assert ask(window, {"browser": BROWSER, "id": number, "what": "shown"}) == {"known": False}


@pytest.mark.parametrize("browser", ["", "short", "x" * 16 + "\x00", "x" * 101, "ü" * 20, "a b" * 10])
def test_ids_that_no_snippet_draws_are_nobody(window: ShopWindow, browser: str) -> None:
    assert ask(window, {"browser": browser})["message"] is None


def test_unknown_shops_and_callers_without_end_are_refused(
    window: ShopWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Client().post("/w/none/message/", "{}", content_type="text/plain").status_code == 404
    monkeypatch.setattr(
        public, "MESSAGE_LIMITS", public.PublicLimits(of_caller=public.Pace(0.1, 4), of_all=public.Pace(9, 9))
    )
    answers = [
        Client().post(f"/w/{window.token}/message/", b'{"browser": "b"}', content_type="text/plain")
        for _each in range(30)
    ]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert int(refused[0]["Retry-After"]) >= 1


def test_the_script_asks_for_messages_where_the_store_writes_any(window: ShopWindow, store: Store) -> None:
    where = f'"messages":"/w/{window.token}/message/"'
    before = packed_size(store)
    assert where not in _script(store)
    new_template(store, "late", channel="in_page", body="It is late.")
    assert where in _script(store)
    assert packed_size(store) == before < LARGEST


def _script(store: Store) -> str:
    return Client().get(address(store)).content.decode().replace('": "', '":"')
