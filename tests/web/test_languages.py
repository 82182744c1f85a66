"""Who reads Regard in which language, and numbers as that language writes them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation

from regard.core.domain.people import choose_language
from regard.core.languages import page_language
from regard.core.models import Store, User
from regard.core.money import money_text
from tests.web.conftest import send_account_mails

GERMAN = {"Accept-Language": "de-DE,de;q=0.9"}


def language_of(browser: Client, url: str, **asked: str) -> str:
    page = browser.get(url, headers=asked)
    assert f'<html lang="{page.headers["Content-Language"]}" dir="ltr"' in page.content.decode()
    return page.headers["Content-Language"]


def test_sign_in_is_in_a_language_that_the_browser_asks_for(client: Client, db: None) -> None:
    assert language_of(client, "/account/login/") == "en"
    assert language_of(client, "/account/login/", **GERMAN) == "de"
    assert language_of(client, "/account/login/", **{"Accept-Language": "es, fr;q=0.5"}) == "en"


def test_pages_are_in_the_store_s_language_until_the_person_chooses(
    store: Store, base: str, owner: Client
) -> None:
    assert language_of(owner, f"{base}/", **GERMAN) == "en"
    Store.objects.update(language="de")
    assert [language_of(owner, url) for url in (f"{base}/", "/account/")] == ["de", "de"]
    owner.post("/account/", {"name": "Ana", "language": "en"})
    assert [language_of(owner, url, **GERMAN) for url in (f"{base}/", "/account/")] == ["en", "en"]
    owner.post("/account/", {"name": "Ana", "language": ""})
    assert language_of(owner, f"{base}/") == "de"


def test_a_store_of_a_language_that_pages_are_not_in_has_english_ones(
    store: Store, base: str, owner: Client
) -> None:
    Store.objects.update(language="es")
    assert language_of(owner, f"{base}/", **GERMAN) == "en"
    assert [page_language("es"), page_language("es", "de"), page_language("")] == ["en", "de", "en"]


def test_a_language_that_regard_does_not_speak_is_refused(owner: Client) -> None:
    page = owner.post("/account/", {"name": "Ana", "language": "es"})
    assert sorted(page.context["form"].errors) == ["language"]
    person = User.objects.get()
    choose_language(person, language="es")
    assert person.language == ""


def test_programs_are_answered_in_the_language_that_they_ask_for(store: Store, owner: Client) -> None:
    User.objects.update(language="de")
    assert owner.get("/api/v1/nothing").headers["Content-Language"] == "en"
    assert owner.get("/api/v1/nothing", headers=GERMAN).headers["Content-Language"] == "de"


def test_the_link_to_a_new_password_comes_in_the_language_of_the_account(
    client: Client, make_person: Callable[..., User]
) -> None:
    choose_language(make_person("ana@acme.example"), language="de")
    client.post("/account/password/reset/", {"email": "ana@acme.example"})
    send_account_mails()
    assert mail.outbox[0].subject == "Neues Passwort für Regard"


@pytest.mark.parametrize(("language", "written"), [("en", "-1,234,567.50 EUR"), ("de", "-1.234.567,50 EUR")])
def test_money_is_written_as_the_reader_does(language: str, written: str) -> None:
    with translation.override(language):
        assert money_text(-123456750, "EUR") == written
        assert money_text(0, "JPY") == "0 JPY"
