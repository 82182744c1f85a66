from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from regard.core import clock
from regard.core.config import config
from regard.core.domain.account_mails import MOST_ATTEMPTS, forget_failed_account_mails
from regard.core.domain.audit import Wanted, audit_entries_of
from regard.core.domain.members import add_member
from regard.core.domain.people import accept_code_step, forget_second_step
from regard.core.models import AccountMail, Store, User
from regard.web import sign_in as regard_sign_in
from regard.web.jobs import WHILE_MAIL_FAILS
from regard.web.mail import MailFailed
from tests.web.conftest import send_account_mails

PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXP"
FIRST_STEP = 60_000_000  # a half minute of the year 2027


def sign_in(browser: Client, email: str, password: str = PASSWORD) -> Any:
    return browser.post("/account/login/", {"login": email, "password": password})


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def current_code(secret: str) -> str:
    """Of this half minute: those around it pass too, but only until the next one begins."""
    _before, now, _after = yield_hotp_counters_from_time()
    return format_hotp_value(hotp_value(secret, now))


def test_sign_in_leads_to_the_store(store: Store, make_person: Callable[..., User]) -> None:
    make_person("ana@acme.example", store)
    browser = Client()
    answer = sign_in(browser, "ANA@acme.example")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert browser.get("/").headers["Location"] == f"/s/{store.slug}/"
    assert browser.get(f"/s/{store.slug}/").status_code == 200


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
    reset_password("ana@acme.example", "battery horse stapled")
    assert sign_in(Client(), "ana@acme.example", "battery horse stapled").status_code == 302


def reset_password(email: str, password: str) -> None:
    browser = Client()
    browser.post("/account/password/reset/", {"email": email})
    send_account_mails()
    link = re.search(r"https?://[^/]+(/account/password/reset/key/\S+)", mail.outbox[-1].body).group(1)
    form = browser.get(link, follow=True)
    done = browser.post(
        form.redirect_chain[-1][0], {"password1": password, "password2": password}, follow=True
    )
    assert b"Two-step sign-in stays as it was" in done.content
    assert not is_signed_in(browser)


def test_a_reset_ends_sessions_and_keeps_the_second_step(
    store: Store, make_person: Callable[..., User]
) -> None:
    ana = make_person("ana@acme.example", store)
    before = Client()
    sign_in(before, ana.email)
    TOTP.activate(ana, SECRET)
    reset_password(ana.email, "battery horse stapled")
    assert before.get(f"/s/{store.slug}/customers/").status_code == 302
    after = Client()
    answer = sign_in(after, ana.email, "battery horse stapled")
    assert answer.headers["Location"] == "/account/two-step/authenticate/"
    assert not is_signed_in(after)
    after.post("/account/two-step/authenticate/", {"code": current_code(SECRET)})
    assert is_signed_in(after)


def test_the_operator_can_take_the_second_step_away(
    store: Store, other_store: Store, make_person: Callable[..., User]
) -> None:
    ana = make_person("ana@acme.example", store)
    add_member(store=other_store, user=ana, role="agent", actor="tests")
    TOTP.activate(ana, SECRET)
    assert forget_second_step(ana, actor="cli")
    assert not forget_second_step(ana, actor="cli")
    browser = Client()
    sign_in(browser, ana.email)
    assert is_signed_in(browser)
    for shop in (store, other_store):
        told = audit_entries_of(shop, Wanted(action="user.second_step_forgotten")).values_list(
            "actor", "target"
        )
        assert list(told) == [("cli", ana.email)]


@pytest.fixture
def right_codes(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets by how many half minutes the codes that hold are later than the first."""

    def at(later: int) -> None:
        steps = range(FIRST_STEP + later - 1, FIRST_STEP + later + 2)
        for module in (totp, regard_sign_in):
            monkeypatch.setattr(module, "yield_hotp_counters_from_time", lambda: iter(steps))
        cache.clear()  # of what allauth forgets after half a minute

    at(0)
    return at


def code_of(step: int) -> str:
    return format_hotp_value(hotp_value(SECRET, FIRST_STEP + step))


def second_step(browser: Client, code: str) -> bool:
    sign_in(browser, "ana@acme.example")
    browser.post("/account/two-step/authenticate/", {"code": code})
    return is_signed_in(browser)


def test_a_code_lets_in_once_and_none_of_before_it(
    store: Store, make_person: Callable[..., User], right_codes: Callable[[int], None]
) -> None:
    TOTP.activate(make_person("ana@acme.example", store), SECRET)
    assert second_step(Client(), code_of(0))
    for later in (0, 1):  # it still holds, by the tolerance for clocks that drift
        right_codes(later)
        assert not second_step(Client(), code_of(0))
    assert not second_step(Client(), code_of(-1))
    assert second_step(Client(), code_of(1))


def test_a_code_that_was_asked_for_again_or_set_the_app_up_is_used(
    store: Store, make_person: Callable[..., User], right_codes: Callable[[int], None]
) -> None:
    ana = make_person("ana@acme.example", store)
    browser = Client()
    sign_in(browser, ana.email)
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    secret = browser.get("/account/two-step/totp/activate/").context["form"].secret
    code = format_hotp_value(hotp_value(secret, FIRST_STEP))
    browser.post("/account/two-step/totp/activate/", {"code": code})
    ana.refresh_from_db()
    assert ana.last_code_step == FIRST_STEP
    cache.clear()
    assert not second_step(Client(), code)
    following = format_hotp_value(hotp_value(secret, FIRST_STEP + 1))
    answer = browser.post("/account/two-step/reauthenticate/", {"code": following})
    assert answer.status_code == 302
    ana.refresh_from_db()
    assert ana.last_code_step == FIRST_STEP + 1
    cache.clear()
    assert not second_step(Client(), following)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_bring_a_code_at_once_one_is_let_in(make_person: Callable[..., User]) -> None:
    ana = make_person("ana@acme.example")

    def bring(_time: int) -> bool:
        try:
            return accept_code_step(ana, FIRST_STEP)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(bring, range(8))) == [False] * 7 + [True]


def ask_for_new_password(email: str, **options: Any) -> tuple[int, str]:
    answer = Client().post("/account/password/reset/", {"email": email}, **options)
    return answer.status_code, answer.headers.get("Location", "")


def test_asking_for_a_new_password_tells_nothing_of_the_address(
    store: Store, make_person: Callable[..., User]
) -> None:
    """Nor by the time it takes: the same statements run, and a job looks who it is."""
    make_person("ana@acme.example", store)
    ask_for_new_password("first@acme.example")  # begins the count for this address of the network
    asked: list[list[str]] = []
    for email in ("ana@acme.example", "nobody@acme.example"):
        with CaptureQueriesContext(connection) as queries:
            told = ask_for_new_password(email)
        assert told == (302, "/account/password/reset/done/")
        asked.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries])
    assert asked[0] == asked[1]
    assert not any("core_user" in statement for statement in asked[0])

    send_account_mails()
    assert [message.to for message in mail.outbox] == [["ana@acme.example"]]
    assert not AccountMail.objects.exists()


def test_a_link_is_tried_again_and_seen_when_it_is_given_up(
    store: Store, make_person: Callable[..., User], settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    make_person("ana@acme.example", store)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    assert ask_for_new_password("ana@acme.example") == (302, "/account/password/reset/done/")
    waits = []
    for attempt in range(MOST_ATTEMPTS - 1):
        with pytest.raises(MailFailed) as failed:
            send_account_mails()
        job = ProcrastinateJob(id=1, attempts=attempt, args={}).procrastinate_job
        waits.append(WHILE_MAIL_FAILS.get_retry_decision(exception=failed.value, job=job) is not None)
    assert waits == [True] * 6
    assert "regard_account_mails_failed 0\n" in Client().get("/metrics").content.decode()
    send_account_mails()  # the last time it says so, and fails no more

    [given_up] = AccountMail.objects.all()
    assert (given_up.attempts, given_up.failed_at is not None) == (MOST_ATTEMPTS, True)
    assert "regard_account_mails_failed 1\n" in Client().get("/metrics").content.decode()
    [said] = [record.getMessage() for record in caplog.records if record.name == "regard.mail"]
    assert said.startswith(f"e-mail {given_up.pk} (reset) is given up: ")
    send_account_mails()
    with clock.set_to(clock.now() + timedelta(days=31)):
        forget_failed_account_mails()
    assert not AccountMail.objects.exists()


def test_link_of_a_reset_leads_here_whatever_host_was_asked(
    store: Store, make_person: Callable[..., User], settings: Any
) -> None:
    make_person("ana@acme.example", store)
    settings.ALLOWED_HOSTS = ["*"]
    ask_for_new_password("ana@acme.example", headers={"Host": "evil.example"})
    send_account_mails()
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
    assert browser.post("/stores/new/", made).headers["Location"] == "/s/doras/"
    assert "From an empty store to the first insight" in browser.get("/s/doras/").content.decode()
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
