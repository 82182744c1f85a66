"""Settings of a store: what they show, what they change, and what they ask before it is lost."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email.policy import default
from typing import Any

import pytest
from django.test import Client

from regard.act.domain.outbox import send_due
from regard.act.models import Send
from regard.connect.mail.folder import FolderChannel
from regard.core import clock
from regard.core.models import Store
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
