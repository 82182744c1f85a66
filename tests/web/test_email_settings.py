"""How e-mails leave, and who is told."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from regard.act.domain.suppression import suppress_address
from regard.core.models import Store


def test_an_address_that_is_not_written_to_is_marked_among_those_who_are_told(
    store: Store, signed_in: Callable[..., Client]
) -> None:
    ana = signed_in(store, email="ana@acme.example")
    url = reverse("email", args=[store.slug])
    assert "not written to" not in ana.get(url).content.decode()
    suppress_address(store, channel="email", address="Ana <ANA@acme.example>", reason="550 no such user")
    text = ana.get(url).content.decode()
    assert "not written to" in text.partition("<li>ana@acme.example")[2].partition("</li>")[0]
