"""Templates on pages: written block by block, saved as versions, shown to a customer, tried out."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from regard.act.models import Send
from regard.message.models import Brand, Template, TemplateVersion
from tests.message.writing import new_template, reader

pytestmark = pytest.mark.django_db
FORM = {
    "language": "en", "name": "Hello", "purpose": "transactional", "subject": "Hi", "preheader": "", "blocks": "2",
    "b0-kind": "heading", "b0-text": "Hello", "b0-when": "", "b1-kind": "button", "b1-text": "Go",
    "b1-url": "https://acme.example", "b1-when": "customer.name",
}  # fmt: skip


@pytest.fixture
def address(store) -> str:
    return f"/s/{store.slug}/templates/{new_template(store).pk}/"


def body_now() -> list:
    template = Template.objects.select_related("current").get()
    assert template.current
    return template.current.texts["en"]["body"]


def test_saving_makes_a_version_and_the_same_again_none(owner: Client, address: str):
    assert owner.post(address, {**FORM, "do": "save"}).status_code == 302
    assert body_now() == [
        {"heading": "Hello"}, {"button": "Go", "url": "https://acme.example", "when": "customer.name"}
    ]  # fmt: skip
    owner.post(address, {**FORM, "do": "save"})
    assert list(TemplateVersion.objects.values_list("number", flat=True).order_by("number")) == [1, 2]


@pytest.mark.parametrize(
    ("act", "kinds"),
    [
        ("add:image", ["heading", "button", "image"]), ("up:1", ["button", "heading"]),
        ("down:0", ["button", "heading"]),
        ("delete:0", ["button"]), ("up:0", ["heading", "button"]), ("delete:7", ["heading", "button"]),
        ("keep", ["heading", "button"]), ("add:nothing", ["heading", "button"]),
    ],
)  # fmt: skip
def test_buttons_change_the_form_and_keep_nothing(owner: Client, address: str, act: str, kinds: list[str]):
    page = owner.post(address, {**FORM, "do": act}).content.decode()
    assert re.findall(r'name="b\d+-kind" value="(\w+)"', page) == kinds
    assert "Not saved yet" in page
    assert body_now() == [{"text": "Good day."}]


def test_what_is_wrong_is_said_and_changes_nothing(owner: Client, address: str):
    page = owner.post(address, {**FORM, "do": "save", "b0-text": "x" * 10_001}).content.decode()
    assert "Write at most 10000 characters in a block." in page
    assert "Hello {%" not in page
    assert TemplateVersion.objects.count() == 1


def test_languages_are_added_and_taken_away(owner: Client, address: str):
    assert "Good day." in owner.get(f"{address}?language=de").content.decode()
    owner.post(address, {**FORM, "language": "de", "subject": "Hallo", "do": "save"})
    assert set(Template.objects.get().current.texts) == {"en", "de"}
    owner.post(address, {"language": "de", "do": "remove-language"})
    assert set(Template.objects.get().current.texts) == {"en"}
    owner.post(address, {"language": "en", "do": "remove-language"})
    assert set(Template.objects.get().current.texts) == {"en"}


def test_the_preview_is_of_a_customer_of_this_store_and_runs_nothing(owner: Client, store, other_store):
    made = new_template(store, "named", body=[{"text": "Dear {{ customer.name }}"}])
    ours, theirs = reader(store, "Ada Lovelace"), reader(other_store, "Grace Hopper")
    shown = f"/s/{store.slug}/templates/{made.pk}/shown/"
    answer = owner.get(f"{shown}?customer={ours.pk}")
    assert "Dear Ada Lovelace" in answer.content.decode()
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Dear Anna Sommer" in owner.get(f"{shown}?customer={theirs.pk}").content.decode()
    draft = owner.post(shown, {**FORM, "b0-text": "Draft {{ customer.name }}", "customer": ours.pk})
    assert "Draft Ada Lovelace" in draft.content.decode()
    broken = owner.post(shown, {**FORM, "b0-text": "{{ nothing }}<script>"})
    assert broken.content.decode() == "<p>nothing is not known.</p>"


def test_a_trial_goes_to_who_asks_and_versions_come_back(owner: Client, address: str):
    owner.post(f"{address}try/", {"language": "en"})
    send = Send.objects.get()
    assert (send.purpose, send.intent, send.subject) == ("team", "template-test", "[Test] Hello")
    assert "Good day." in send.body_html
    owner.post(address, {**FORM, "do": "save"})
    owner.post(f"{address}restore/", {"version": "1"})
    assert body_now() == [{"text": "Good day."}]
    assert TemplateVersion.objects.count() == 3


def test_the_list_finds_and_adds_what_comes_along(owner: Client, store):
    new_template(store, "sms-hello", channel="sms", body="Hello")
    address = f"/s/{store.slug}/templates/"
    assert owner.post(f"{address}starters/").status_code == 302
    assert "sms-hello" in owner.get(f"{address}?channel=sms").content.decode()
    found = owner.get(f"{address}?q=win-back+1").content.decode()
    assert "winback-improvements" in found
    assert "welcome-1" not in found
    assert "cursor=" in owner.get(address).content.decode()


def test_a_new_template_is_named_once(owner: Client, store):
    address = f"/s/{store.slug}/templates/new/"
    asked = {"name": "Hello you", "channel": "email", "purpose": "marketing"}
    assert owner.post(address, asked).status_code == 302
    assert Template.objects.get().key == "hello-you"
    assert "There is a template of this short name." in owner.post(address, asked).content.decode()


def test_the_brand_is_set_with_addresses_that_can_be_reached(owner: Client, store):
    address = f"/s/{store.slug}/settings/brand/"
    owner.post(address, {"website": "http://acme.example", "postal_address": "Street 1"})
    assert not Brand.objects.exists()
    owner.post(address, {"website": "https://acme.example", "postal_address": "Street 1\r\nBerlin"})
    brand = Brand.objects.get()
    assert (brand.website, brand.postal_address) == ("https://acme.example", "Street 1\nBerlin")
    assert "is of no use outside" in owner.get(f"{address}?check=1").content.decode()
