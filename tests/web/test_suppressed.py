"""Addresses that are not written to, on the pages."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from regard.act.domain.suppression import suppress_address
from regard.act.models import SuppressedAddress
from regard.core.models import Store
from regard.profile.domain.finding import find_customer
from tests.profile.histories import call, tell


def test_pages_show_what_is_not_written_to(
    store: Store, owner: Client, signed_in: Callable[..., Client]
) -> None:
    tell(store, call(store, type="identify", user="u1", traits={"email": "ada@example.com"}))
    customer = find_customer(store, "u1").pk
    outbox, listed = f"/s/{store.slug}/outbox/", f"/s/{store.slug}/outbox/suppressed/"
    assert "not written to" not in owner.get(outbox).content.decode()
    assert "Every address is written to" in owner.get(listed).content.decode()
    suppress_address(store, channel="email", address="ada@example.com", reason="550 gone")

    assert "1 address is not written to" in owner.get(outbox).content.decode()
    assert "550 gone" in owner.get(f"/s/{store.slug}/customers/{customer}/?whole=1").content.decode()
    assert "ada@example.com" in owner.get(listed).content.decode()
    assert "From the next message on" not in signed_in(store, "read-only").get(listed).content.decode()
    owner.post(f"{listed}{SuppressedAddress.objects.get().pk}/allow/")
    assert not SuppressedAddress.objects.exists()
