"""Settings of a store: what they show, what they change, and what they ask before it is lost."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email.policy import default
from typing import Any

import pytest
from django.test import Client

from regard.act.domain.sending import send_due
from regard.act.models import Send
from regard.capture.domain.sources import create_write_key, source_named
from regard.capture.pages import retention
from regard.connect.mail.folder import FolderChannel
from regard.core import clock
from regard.core.domain.keys import create_api_key
from regard.core.domain.members import add_member
from regard.core.models import Store, User
from regard.ui.templatetags.ui import ink_on
from tests.capture.test_log import append, new_event

pytestmark = pytest.mark.django_db
JUNE = datetime(2026, 6, 10, 4, tzinfo=UTC)


def test_less_retention_asks_before_it_deletes(store: Store, owner: Client) -> None:
    for month in (1, 5):
        append(new_event(store.pk, f"m{month}", received_at=datetime(2026, month, 20, tzinfo=UTC)))
    url = f"/s/{store.slug}/settings/retention/"
    with clock.set_to(JUNE):
        asked = owner.post(url, {"event_retention_months": "2"})
        store.refresh_from_db()
        assert (asked.context["goes"], store.event_retention_months) == (1, None)
        assert "1 event goes tonight" in asked.content.decode()
        owner.post(url, {"event_retention_months": "2", "goes": "2"})
        store.refresh_from_db()
        assert store.event_retention_months == 2
        kept = owner.get(url).context["kept"]
    assert (kept.oldest_at, kept.kept_from) == (
        datetime(2026, 1, 20, tzinfo=UTC),
        datetime(2026, 4, 1, tzinfo=UTC),
    )


def test_what_is_too_much_to_be_counted_meanwhile_is_asked_about_all_the_same(
    store: Store, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"/s/{store.slug}/settings/retention/"
    monkeypatch.setattr(retention, "events_before", lambda *_asked: 12_345)
    assert "12,345 events go tonight" in owner.post(url, {"event_retention_months": "2"}).content.decode()
    monkeypatch.setattr(retention, "events_before", lambda *_asked: None)
    asked = owner.post(url, {"event_retention_months": "2"}).content.decode()
    assert "Events go tonight, more than can be counted while you wait" in asked
    store.refresh_from_db()
    assert store.event_retention_months is None
    owner.post(url, {"event_retention_months": "2", "goes": "2"})
    store.refresh_from_db()
    assert store.event_retention_months == 2


def test_a_consent_to_delete_holds_for_the_number_that_was_asked(store: Store, owner: Client) -> None:
    append(new_event(store.pk, "m1", received_at=datetime(2026, 1, 20, tzinfo=UTC)))
    with clock.set_to(JUNE):
        sent = {"event_retention_months": "3", "goes": "4"}
        assert owner.post(f"/s/{store.slug}/settings/retention/", sent).status_code == 200
    store.refresh_from_db()
    assert store.event_retention_months is None


@pytest.mark.parametrize("months", ["1", "1201", "many"])
def test_a_retention_that_cannot_be_is_refused(months: str, store: Store, owner: Client) -> None:
    answer = owner.post(f"/s/{store.slug}/settings/retention/", {"event_retention_months": months})
    assert sorted(answer.context["form"].errors) == ["event_retention_months"]


@pytest.mark.django_db(transaction=True)
def test_a_trial_goes_out_in_the_name_of_the_store(store: Store, owner: Client, tmp_path: Any) -> None:
    url = f"/s/{store.slug}/settings/email/"
    owner.post(url, {"sender_name": "Müller, Söhne", "reply_to": "hello@acme.example"})
    assert "Müller, Söhne &lt;regard@localhost&gt;" in owner.get(url).content.decode()
    answer = owner.post(f"{url}trial/")
    trial = Send.objects.get()
    assert answer.headers["Location"] == f"/s/{store.slug}/outbox/{trial.pk}/"

    send_due(channels={"email": FolderChannel(tmp_path, sender="Regard <regard@localhost>")})

    [file] = tmp_path.iterdir()
    told = email.message_from_bytes(file.read_bytes(), policy=default)
    [sender] = told["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Müller, Söhne", "regard@localhost")
    assert (told["Reply-To"], told["To"]) == ("hello@acme.example", trial.recipient)
    assert "sent" in owner.get(f"/s/{store.slug}/outbox/{trial.pk}/").content.decode().lower()


def test_a_sender_that_would_break_a_header_is_refused(store: Store, owner: Client) -> None:
    sent = {"sender_name": "Acme\x07", "reply_to": "nobody"}
    form = owner.post(f"/s/{store.slug}/settings/email/", sent).context["form"]
    assert sorted(form.errors) == ["reply_to"]
    form = owner.post(f"/s/{store.slug}/settings/email/", {"sender_name": "Acme\x07"}).context["form"]
    assert sorted(form.errors) == ["sender_name"]


def test_the_colour_of_a_store_marks_it(store: Store, owner: Client) -> None:
    sent = {"name": "Acme", "time_zone": "UTC", "language": "en", "colour": "#FFE066"}
    owner.post(f"/s/{store.slug}/settings/", sent)
    page = owner.get(f"/s/{store.slug}/settings/").content.decode()
    assert page.count('fill="#ffe066"') == 2  # in the corner and in the list of stores
    form = owner.post(f"/s/{store.slug}/settings/", sent | {"colour": "sunny"}).context["form"]
    assert sorted(form.errors) == ["colour"]
    assert [ink_on(colour) for colour in ("#ffffff", "#000000", "#ffe066", "#006b66")] == [
        "#000000",
        "#ffffff",
        "#000000",
        "#ffffff",
    ]


@pytest.mark.parametrize("path", ["", "email/", "retention/"])
def test_who_may_only_look_finds_the_fields_locked(path: str, store: Store, signed_in: Any) -> None:
    page = signed_in(store, "agent").get(f"/s/{store.slug}/settings/{path}")
    assert all(field.disabled for field in page.context["form"].fields.values())
    assert "Owners and admins can change these." in page.content.decode()


def test_long_lists_of_settings_have_pages(store: Store, owner: Client) -> None:
    source = source_named(store=store, name="a", actor="tests")
    create_write_key(source=source, actor="tests")
    for number in range(60):
        create_api_key(store=store, name=f"key {number}", scopes=["store.read"], actor="tests")
        source_named(store=store, name=f"web {number:02}", actor="tests")
        person = User.objects.create_user(f"p{number:02}@acme.example", name=f"Person {number}")
        add_member(store=store, user=person, role="agent", actor="tests")

    def pages(path: str) -> list[list[str]]:
        found, cursor = [], ""
        while not found or cursor:
            page = owner.get(f"/s/{store.slug}/settings/{path}", {"cursor": cursor}).context["page"]
            found.append([str(getattr(row, "name", "") or row.user.email) for row in page.rows])
            cursor = page.next_cursor
        return found

    keys, sources, members = pages("keys/"), pages("sources/"), pages("members/")
    assert [len(page) for page in keys + sources + members] == [50, 10, 50, 11, 50, 11]
    assert keys[1][-1] == "key 0"
    assert sources[1][-1] == "web 59"
    assert members[1][-1] == "p59@acme.example"
    found = owner.get(f"/s/{store.slug}/settings/members/", {"q": "erson 7"}).context["page"].rows
    assert [member.user.email for member in found] == ["p07@acme.example"]
    works = owner.get(f"/s/{store.slug}/settings/sources/").context["page"].rows
    assert [row.living_keys for row in works[:2]] == [1, 0]


def test_a_role_is_given_back_by_the_toast(store: Store, owner: Client) -> None:
    person = User.objects.create_user("ben@acme.example")
    member = add_member(store=store, user=person, role="agent", actor="tests")
    url = f"/s/{store.slug}/settings/members/{member.pk}/role/"
    [told] = owner.post(url, {"role": "manager"}, follow=True).context["messages"]
    assert told.extra_tags == f"{url}?role=agent"
    owner.post(told.extra_tags)
    member.refresh_from_db()
    assert member.role == "agent"
