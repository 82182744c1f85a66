"""What pages of the store, its keys, sources and people show and do, beyond who may open them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client

from regard.capture.domain.sources import source_named, write_keys_of
from regard.core.models import ApiKey, Store


def test_api_key_is_shown_once(store: Store, base: str, owner: Client) -> None:
    made = owner.post(f"{base}/settings/keys/new/", {"name": "ERP", "scopes": ["customers.read"]})
    token = made.context["token"]
    key = ApiKey.objects.get(store=store)
    assert token in made.content.decode()
    assert token not in owner.get(f"{base}/settings/keys/").content.decode()
    owner.post(f"{base}/settings/keys/{key.pk}/revoke/")
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_snippet_is_shown_to_those_who_manage_sources(
    store: Store, base: str, owner: Client, signed_in: Any
) -> None:
    owner.post(f"{base}/settings/sources/new/", {"name": "app"})
    source = source_named(store=store, name="app", actor="tests")
    [key] = write_keys_of(source)
    url = f"{base}/settings/sources/{source.pk}/"
    assert "data-write-key=&quot;rw_" in owner.get(url).content.decode()
    assert "rw_" not in signed_in(store, "agent").get(url).content.decode()
    owner.post(f"{base}/settings/sources/keys/{key.pk}/revoke/")
    assert "rw_" not in owner.get(url).content.decode()


def test_wrong_details_of_a_store_are_named(base: str, owner: Client) -> None:
    sent = {"name": "", "time_zone": "Mars/Base", "language": "en"}
    form = owner.post(f"{base}/settings/", sent).context["form"]
    assert sorted(form.errors) == ["name", "time_zone"]


def test_how_soon_customers_are_expected_again_is_a_setting(store: Store, base: str, owner: Client) -> None:
    sent = {"name": "Acme", "time_zone": "UTC", "language": "en", "default_gap_days": "30"}
    assert owner.get(f"{base}/settings/").context["form"].initial["default_gap_days"] == 90
    owner.post(f"{base}/settings/", sent)
    assert owner.get(f"{base}/settings/").context["form"].initial["default_gap_days"] == 30
    form = owner.post(f"{base}/settings/", sent | {"default_gap_days": "3"}).context["form"]
    assert sorted(form.errors) == ["default_gap_days"]


def test_the_country_of_a_store_is_one_that_has_phones(store: Store, base: str, owner: Client) -> None:
    sent = {"name": "Acme", "time_zone": "UTC", "language": "en", "country": "zz"}
    assert sorted(owner.post(f"{base}/settings/", sent).context["form"].errors) == ["country"]
    owner.post(f"{base}/settings/", sent | {"country": "de"})
    store.refresh_from_db()
    assert store.country == "DE"


def test_own_name_is_changed(owner: Client) -> None:
    owner.post("/account/", {"name": "Ana Lindqvist"})
    assert "Ana Lindqvist" in owner.get("/account/").content.decode()


def test_the_only_owner_cannot_be_removed(store: Store, base: str, signed_in: Callable[..., Client]) -> None:
    owner = signed_in(store, email="ana@acme.example")
    assert "The only owner, whom a store needs" in owner.get(f"{base}/settings/members/").content.decode()
    signed_in(store, email="bea@acme.example")
    assert "The only owner" not in owner.get(f"{base}/settings/members/").content.decode()
