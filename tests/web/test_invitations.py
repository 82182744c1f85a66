from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from regard.core import clock
from regard.core.domain.account_mails import MOST_ATTEMPTS, give_up_lost_account_mails
from regard.core.domain.members import INVITATIONS_A_DAY, INVITATIONS_AN_HOUR, invite_member
from regard.core.models import AccountMail, AuditEntry, Invitation, Member, Store, User
from regard.core.models.member import Role
from regard.core.secrets import decrypt, encrypt
from regard.web.mail import MailFailed
from tests.web.conftest import send_account_mails

JOINING = {"name": "Carla", "password": "battery horse stapled"}


@pytest.fixture
def link(store: Store) -> str:
    token = invite_member(
        store=store, email="carla@acme.example", role="agent", actor="tests", granted_by=None
    )[1]
    return f"/invitations/{token}/"


def members_of(store: Store) -> list[tuple[str, str]]:
    return list(Member.objects.filter(store=store).order_by("pk").values_list("user__email", "role"))


def test_new_person_joins_and_is_signed_in(store: Store, link: str) -> None:
    browser = Client()
    assert browser.post(link, JOINING).headers["Location"] == f"/s/{store.slug}/"
    assert members_of(store) == [("carla@acme.example", "agent")]
    assert browser.get(f"/s/{store.slug}/customers/").status_code == 200


def test_link_works_once(store: Store, link: str) -> None:
    Client().post(link, JOINING)
    answer = Client().post(link, JOINING | {"name": "Eve"})
    assert (answer.status_code, User.objects.count()) == (410, 1)


@pytest.mark.django_db(transaction=True)
def test_button_pressed_twice_makes_one_account(store: Store, link: str) -> None:
    def press(_time: int) -> int:
        try:
            return Client().post(link, JOINING).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(press, range(4)))
    assert answers.count(302) == 1
    # One that comes a moment later is asked to sign in to the new account; later still, the link is used up.
    assert set(answers) <= {302, 200, 410}
    assert members_of(store) == [("carla@acme.example", "agent")]


def test_old_link_no_longer_holds(store: Store, link: str) -> None:
    with clock.set_to(clock.now() + timedelta(days=8)):
        assert Client().get(link).status_code == 410


def test_weak_password_is_refused_with_the_reason(store: Store, link: str) -> None:
    answer = Client().post(link, {"name": "Carla", "password": "short"})
    assert len(answer.context["form"].errors["password"]) == 1
    assert members_of(store) == []


def test_existing_person_must_sign_in_as_the_invited_one(
    store: Store, other_store: Store, link: str, signed_in: Callable[..., Client]
) -> None:
    carla = signed_in(other_store, email="carla@acme.example")
    eve = signed_in(other_store, email="eve@globex.example")
    assert Client().post(link, JOINING).status_code == 200
    assert eve.post(link, JOINING).status_code == 200
    assert members_of(store) == []
    carla.post(link)
    assert members_of(store) == [("carla@acme.example", "agent")]


def test_inviting_shows_the_link_once_and_mails_it(store: Store, owner: Client) -> None:
    page = owner.post(
        f"/s/{store.slug}/settings/members/invite/", {"email": "carla@acme.example", "role": "agent"}
    )
    send_account_mails()
    [message] = mail.outbox
    assert message.to == ["carla@acme.example"]
    assert message.subject == "owner@acme.example invites you to Acme on Regard"
    link = re.search(r"https?://\S+/invitations/\S+", message.body).group()
    assert page.context["link"] == link
    assert Client().get(re.sub(r"^https?://[^/]+", "", link)).status_code == 200


def test_mail_trouble_leaves_the_link_to_hand_over_and_is_seen(
    store: Store, owner: Client, settings: object
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    page = invite(owner, store, "carla@acme.example")
    assert page.context["link"].partition("/invitations/")[1] == "/invitations/"
    members = f"/s/{store.slug}/settings/members/"
    assert b"tried again" not in owner.get(members).content
    for told in (b"The e-mail is tried again soon: ", b"The e-mail could not be sent: "):
        with suppress(MailFailed):
            send_account_mails()
        assert told in owner.get(members).content
        AccountMail.objects.update(attempts=MOST_ATTEMPTS - 1)
    [mail_row] = AccountMail.objects.all()
    assert mail_row.token_encrypted == ""


def test_an_email_that_cannot_be_written_is_seen_too(store: Store, owner: Client) -> None:
    invite(owner, store, "carla@acme.example")
    members = f"/s/{store.slug}/settings/members/"
    AccountMail.objects.update(token_encrypted=encrypt("x")[:-4])
    with pytest.raises(MailFailed):
        send_account_mails()
    assert AccountMail.objects.get().attempts == 1
    assert b"The e-mail is tried again soon: " in owner.get(members).content


def test_an_email_whose_job_is_gone_is_given_up(store: Store, owner: Client) -> None:
    invite(owner, store, "carla@acme.example")
    give_up_lost_account_mails()
    assert AccountMail.objects.get().failed_at is None
    with clock.set_to(clock.now() + timedelta(days=3)):
        give_up_lost_account_mails()
        page = owner.get(f"/s/{store.slug}/settings/members/").content
    assert b"could not be sent: It did not leave within two days." in page
    assert AccountMail.objects.get().token_encrypted == ""


def test_the_link_does_not_wait_in_the_open(store: Store, owner: Client) -> None:
    link = invite(owner, store, "carla@acme.example").context["link"]
    token = link.rstrip("/").rpartition("/")[2]
    [waiting] = AccountMail.objects.all()
    assert decrypt(waiting.token_encrypted) == token
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE args::text LIKE %s", [f"%{token}%"])
        assert cursor.fetchone() == (0,)
    withdrawn = Invitation.objects.get()
    owner.post(f"/s/{store.slug}/settings/invitations/{withdrawn.pk}/withdraw/")
    send_account_mails()
    assert mail.outbox == []


def invite(browser: Client, store: Store, email: str) -> Any:
    page = f"/s/{store.slug}/settings/members/invite/"
    return browser.post(page, {"email": email, "role": "agent"})


def test_nobody_is_invited_many_times_a_day(store: Store, owner: Client) -> None:
    times = [invite(owner, store, "carla@acme.example") for _ in range(INVITATIONS_A_DAY + 1)]
    assert times[-1].context["form"].errors["email"] == [
        "carla@acme.example was invited 5 times within a day; hand the link over, or try tomorrow."
    ]
    assert AuditEntry.objects.filter(action="member.invited").count() == INVITATIONS_A_DAY
    with clock.set_to(clock.now() + timedelta(hours=25)):
        assert "link" in invite(owner, store, "carla@acme.example").context


def test_a_store_invites_so_many_people_an_hour(store: Store, owner: Client, other_store: Store) -> None:
    for number in range(INVITATIONS_AN_HOUR):
        invite(owner, store, f"p{number}@acme.example")
    refused = invite(owner, store, "one-more@acme.example")
    assert refused.context["form"].errors["email"] == [
        "30 people were invited within an hour; invite the others later."
    ]
    assert not Invitation.objects.filter(email="one-more@acme.example").exists()
    invite_member(store=other_store, email="x@globex.example", role="agent", actor="tests", granted_by=None)
    with clock.set_to(clock.now() + timedelta(minutes=61)):
        assert "link" in invite(owner, store, "one-more@acme.example").context


def test_last_owner_stays(store: Store, owner: Client) -> None:
    member = Member.objects.get(store=store)
    owner.post(f"/s/{store.slug}/settings/members/{member.pk}/role/", {"role": "agent"})
    owner.post(f"/s/{store.slug}/settings/members/{member.pk}/remove/")
    assert members_of(store) == [("owner@acme.example", "owner")]


OWNERS_ONLY = "Only an owner makes, changes or removes owners; ask one of them."


@pytest.fixture
def admin(store: Store, signed_in: Callable[..., Client]) -> Client:
    """A browser of an admin, in a store that has an owner too."""
    signed_in(store)
    return signed_in(store, "admin")


def test_admin_invites_everybody_but_owners(store: Store, admin: Client) -> None:
    page = f"/s/{store.slug}/settings/members/invite/"
    offered = [value for value, _label in admin.get(page).context["form"].fields["role"].choices]
    assert offered == ["admin", "manager", "agent", "analyst", "read-only"]
    refused = admin.post(page, {"email": "carla@acme.example", "role": "owner"})
    assert list(refused.context["form"].errors) == ["role"]
    assert not Invitation.objects.exists()


def test_admin_leaves_owners_alone(store: Store, admin: Client) -> None:
    members = f"/s/{store.slug}/settings/members/"
    boss, self = Member.objects.filter(store=store).order_by("pk")
    attempts = [
        admin.post(f"{members}{boss.pk}/role/", {"role": "agent"}, follow=True),
        admin.post(f"{members}{boss.pk}/remove/", follow=True),
        admin.post(f"{members}{self.pk}/role/", {"role": "owner"}, follow=True),
    ]
    assert [[str(said) for said in page.context["messages"]] for page in attempts] == [[OWNERS_ONLY]] * 3
    assert members_of(store) == [("owner@acme.example", "owner"), ("admin@acme.example", "admin")]


def test_admin_can_neither_replace_nor_withdraw_an_owners_invitation(store: Store, admin: Client) -> None:
    invite_member(store=store, email="carla@acme.example", role="owner", actor="tests", granted_by=Role.OWNER)
    [invitation] = Invitation.objects.all()
    admin.post(f"/s/{store.slug}/settings/members/invite/", {"email": "carla@acme.example", "role": "agent"})
    answer = admin.post(f"/s/{store.slug}/settings/invitations/{invitation.pk}/withdraw/", follow=True)
    assert [str(said) for said in answer.context["messages"]] == [OWNERS_ONLY]
    assert list(Invitation.objects.values_list("pk", "role")) == [(invitation.pk, "owner")]


def test_owner_makes_and_unmakes_owners(
    store: Store, owner: Client, make_person: Callable[..., User]
) -> None:
    make_person("bea@acme.example", store, "agent")
    bea = Member.objects.get(store=store, user__email="bea@acme.example")
    roles = f"/s/{store.slug}/settings/members/{bea.pk}/role/"
    owner.post(roles, {"role": "owner"})
    assert members_of(store) == [("owner@acme.example", "owner"), ("bea@acme.example", "owner")]
    owner.post(roles, {"role": "agent"})
    assert members_of(store) == [("owner@acme.example", "owner"), ("bea@acme.example", "agent")]
