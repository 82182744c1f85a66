from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.db import connection
from django.test import Client

from regard.core.config import config
from regard.core.models import Store, User

PASSWORD = "correct horse battery"


def sign_in(browser: Client, email: str, password: str = PASSWORD) -> Any:
    return browser.post("/account/login/", {"login": email, "password": password})


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def current_code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_sign_in_leads_to_the_store(store: Store, make_person: Callable[..., User]) -> None:
    make_person("ana@acme.example", store)
    browser = Client()
    answer = sign_in(browser, "ANA@acme.example")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert browser.get("/").headers["Location"] == f"/s/{store.slug}/"
    assert browser.get(f"/s/{store.slug}/").headers["Location"] == f"/s/{store.slug}/customers/"


def test_wrong_password_says_nothing_about_the_address(
    store: Store, make_person: Callable[..., User]
) -> None:
    make_person("ana@acme.example", store)
    known = sign_in(Client(), "ana@acme.example", "wrong").content.decode()
    unknown = sign_in(Client(), "nobody@acme.example", "wrong").content.decode()
    said = re.compile(r'class="form-error".*?</div></div>', re.DOTALL)
    assert said.search(known).group() == said.search(unknown).group()


def test_guessing_is_slowed_down(store: Store, make_person: Callable[..., User]) -> None:
    make_person("ana@acme.example", store)
    browser = Client()
    for _ in range(12):
        sign_in(browser, "ana@acme.example", "wrong")
    sign_in(browser, "ana@acme.example")
    assert not is_signed_in(browser)


def test_two_step_sign_in_with_app_and_recovery_code(store: Store, make_person: Callable[..., User]) -> None:
    ana = make_person("ana@acme.example", store)
    browser = Client()
    sign_in(browser, ana.email)
    assert browser.get("/account/two-step/totp/activate/").status_code == 302  # the password once more, first
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    secret = browser.get("/account/two-step/totp/activate/").context["form"].secret
    browser.post("/account/two-step/totp/activate/", {"code": current_code(secret)})
    assert Authenticator.objects.filter(user=ana, type="totp").count() == 1

    first = Client()
    answer = sign_in(first, ana.email)
    assert answer.headers["Location"] == "/account/two-step/authenticate/"
    assert not is_signed_in(first)
    assert first.get(f"/s/{store.slug}/customers/").status_code == 302
    first.post("/account/two-step/authenticate/", {"code": "000000"})
    assert not is_signed_in(first)
    recovery = RecoveryCodes(Authenticator.objects.get(user=ana, type="recovery_codes")).get_unused_codes()[0]
    first.post("/account/two-step/authenticate/", {"code": recovery})
    assert is_signed_in(first)

    again = Client()
    sign_in(again, ana.email)
    again.post("/account/two-step/authenticate/", {"code": recovery})
    assert not is_signed_in(again)  # a recovery code lets in once


def test_secret_of_the_app_is_not_kept_in_the_open(store: Store, make_person: Callable[..., User]) -> None:
    ana = make_person("ana@acme.example", store)
    TOTP.activate(ana, "JBSWY3DPEHPK3PXP")
    stored = Authenticator.objects.get(user=ana).data["secret"]
    assert stored != "JBSWY3DPEHPK3PXP"
    assert get_adapter().decrypt(stored) == "JBSWY3DPEHPK3PXP"


def test_password_reset_by_mail(store: Store, make_person: Callable[..., User]) -> None:
    make_person("ana@acme.example", store)
    browser = Client()
    browser.post("/account/password/reset/", {"email": "ana@acme.example"})
    [message] = mail.outbox
    link = re.search(r"https?://[^/]+(/account/password/reset/key/\S+)", message.body).group(1)
    form = browser.get(link, follow=True)
    chosen = {"password1": "battery horse stapled", "password2": "battery horse stapled"}
    browser.post(form.redirect_chain[-1][0], chosen)
    assert sign_in(Client(), "ana@acme.example", "battery horse stapled").status_code == 302


def ask_for_new_password(email: str, **options: Any) -> tuple[int, str]:
    answer = Client().post("/account/password/reset/", {"email": email}, **options)
    return answer.status_code, answer.headers.get("Location", "")


def test_asking_for_a_new_password_tells_nothing_of_the_address(
    store: Store, make_person: Callable[..., User]
) -> None:
    make_person("ana@acme.example", store)
    told = ask_for_new_password("ana@acme.example")
    assert told == (302, "/account/password/reset/done/")
    assert ask_for_new_password("nobody@acme.example") == told
    assert [message.to for message in mail.outbox] == [["ana@acme.example"]]


def test_reset_survives_a_mail_server_that_is_away(
    store: Store, make_person: Callable[..., User], settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    make_person("ana@acme.example", store)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    assert ask_for_new_password("ana@acme.example") == ask_for_new_password("nobody@acme.example")
    [said] = [record.getMessage() for record in caplog.records if record.name == "regard.mail"]
    assert said.startswith("the e-mail account/email/password_reset_key could not be sent: ")


def test_link_of_a_reset_leads_here_whatever_host_was_asked(
    store: Store, make_person: Callable[..., User], settings: Any
) -> None:
    make_person("ana@acme.example", store)
    settings.ALLOWED_HOSTS = ["*"]
    ask_for_new_password("ana@acme.example", headers={"Host": "evil.example"})
    [message] = mail.outbox
    assert "evil.example" not in message.subject + message.body
    assert f"{config().public_url}/account/password/reset/key/" in message.body


def test_too_many_attempts_are_told_in_words(db: None) -> None:
    answers = [sign_in(Client(), f"{number}@acme.example", "wrong") for number in range(40)]
    assert answers[-1].status_code == 429
    assert "Too many attempts" in answers[-1].content.decode()


def test_all_processes_count_the_same_attempts(db: None) -> None:
    sign_in(Client(), "ana@acme.example", "wrong")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) > 0 FROM web_cache WHERE cache_key LIKE %s", ["%login%"])
        assert cursor.fetchone() == (True,)


def test_nobody_signs_up_without_an_invitation(db: None) -> None:
    assert Client().post("/account/signup/", {"email": "eve@evil.example"}).status_code == 404


def test_sign_out_ends_the_session(owner: Client, store: Store) -> None:
    owner.post("/account/logout/")
    assert owner.get(f"/s/{store.slug}/customers/").status_code == 302


def test_somebody_without_a_store_sees_how_to_get_one(signed_in: Callable[..., Client], store: Store) -> None:
    person = User.objects.create_user("dora@acme.example")
    browser = Client()
    browser.force_login(person)
    assert b"You are in no store yet" in browser.get("/").content
    made = {"name": "Dora's", "slug": "doras", "currency": "EUR", "time_zone": "UTC", "language": "en"}
    assert browser.post("/stores/new/", made).headers["Location"] == "/s/doras/settings/sources/"
    assert browser.get("/s/doras/settings/sources/").status_code == 200
    taken = browser.post("/stores/new/", made | {"currency": "ZZZ"})
    assert list(taken.context["form"].errors) == ["currency"]


def test_home_leads_to_the_store_looked_at_last(
    store: Store, other_store: Store, signed_in: Callable[..., Client]
) -> None:
    from regard.core.domain.members import add_member

    browser = signed_in(store, email="ana@acme.example")
    ana = User.objects.get(email="ana@acme.example")
    add_member(store=other_store, user=ana, role="owner", actor="tests")
    browser.get(f"/s/{other_store.slug}/customers/")
    assert browser.get("/").headers["Location"] == f"/s/{other_store.slug}/"
