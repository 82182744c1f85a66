"""The pages of alerts and of the outbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from regard.act.domain.alert_handling import handle_alert
from regard.act.models import Alert
from regard.capture.models import Event
from regard.core import clock
from regard.core.config import config
from regard.core.domain.members import add_member
from regard.core.models import Store, User
from tests.web.rows import add_alert, add_customer, add_send
from tests.web.toasts import undo_of


def test_alerts_are_given_to_members_one_by_one_or_many_at_once(
    store: Store, other_store: Store, base: str, owner: Client
) -> None:
    alerts = [add_alert(store, add_customer(store), number) for number in (1, 2)]
    ada, eve = (User.objects.create_user(f"{name}@example.com") for name in ("ada", "eve"))
    add_member(store=store, user=ada, role="agent", actor="tests")
    add_member(store=other_store, user=eve, role="owner", actor="tests")
    listed = owner.get(f"{base}/alerts/").content.decode()  # for those that are selected
    fetched = owner.get(f"{base}/alerts/{alerts[0].pk}/people/").content.decode()  # for each alert
    for offers in (listed, fetched):
        assert [offers.count(f'name="owner" value="{user.pk}"') for user in (ada, eve)] == [1, 0]

    def give(to: User | None, path: str, **more: object) -> int:
        sent = {"owner": str(to.pk) if to else "", **more}
        return owner.post(f"{base}/alerts/{path}", sent).status_code

    def owners() -> list[str | None]:
        return list(Alert.objects.order_by("pk").values_list("owner__email", flat=True))

    assert give(ada, f"{alerts[0].pk}/take/") == 302
    assert owners() == ["ada@example.com", None]
    assert give(ada, "take/", selected=[alert.pk for alert in alerts]) == 302
    assert owners() == ["ada@example.com"] * 2
    assert [give(eve, f"{alerts[0].pk}/take/"), give(eve, "take/", selected=[alerts[0].pk])] == [404, 404]
    assert give(None, f"{alerts[1].pk}/take/") == 302
    assert owners() == ["ada@example.com", None]


def test_alert_is_taken_handled_and_opened_again(store: Store, base: str, owner: Client) -> None:
    alert = add_alert(store, add_customer(store))
    here = f"{base}/alerts/?state=new"

    def post(what: str) -> Any:
        return owner.post(f"{base}/alerts/{alert.pk}/{what}/", {"next": here})

    def now() -> tuple[str, str | None]:
        fresh = Alert.objects.select_related("owner").get(pk=alert.pk)
        return fresh.state, fresh.owner.email if fresh.owner else None

    assert post("take").headers["Location"] == here
    assert now() == ("new", "owner@acme.example")
    post("seen")
    undo = undo_of(post("handle"))
    assert now() == ("handled", "owner@acme.example")
    assert [shown[0].pk for shown in owner.get(f"{base}/alerts/?state=open").context["rows"]] == []
    owner.post(undo)
    assert now() == ("seen", "owner@acme.example")


def test_who_handled_it_is_said_and_a_page_behind_the_times_overwrites_nothing(
    store: Store, base: str, owner: Client
) -> None:
    ana = User.objects.create_user("ana@example.com", name="Ana Ruiz")
    add_member(store=store, user=ana, role="agent", actor="tests")
    alert, other = (add_alert(store, add_customer(store, number), number) for number in (1, 2))
    with clock.set_to(clock.now() - timedelta(minutes=2)):
        handle_alert(alert, actor=ana.email, resolution="solved", words="A new one is on its way.")
    sent = {"next": f"{base}/alerts/{alert.pk}/", "resolution": "used", "words": "I called them"}
    late = owner.post(f"{base}/alerts/{alert.pk}/handle/", sent, follow=True)
    [said] = late.context["messages"]
    assert str(said) == (
        "Ana Ruiz handled it 2\xa0minutes ago. What came of it stays as it is said there. "
        "Your words were: I called them"
    )
    alert.refresh_from_db()
    assert (alert.resolution, alert.resolution_words) == ("solved", "A new one is on its way.")
    assert "by Ana Ruiz" in late.content.decode()

    both = {"selected": [alert.pk, other.pk], "next": f"{base}/alerts/?state=handled"}
    page = owner.post(f"{base}/alerts/handle/", both, follow=True)
    assert [str(message) for message in page.context["messages"]] == [
        "1 alert was handled before and stays as it is.", "1 alert is handled.",
    ]  # fmt: skip
    listed = page.content.decode()
    assert ("by Ana Ruiz" in listed, "by you" in listed) == (True, True)
    owner.post(f"{base}/alerts/{other.pk}/handle/")
    again = owner.get(f"{base}/alerts/{other.pk}/")
    assert [str(message) for message in again.context["messages"]] == ["You handled it 0\xa0minutes ago."]


def test_what_is_told_waits_for_a_page_that_is_seen(store: Store, base: str, owner: Client) -> None:
    """An open page that reads itself anew, since what was done is a fact, comes before the one that follows."""
    alert = add_alert(store, add_customer(store))
    owner.post(f"{base}/alerts/handle/", {"selected": str(alert.pk)})
    unseen = owner.get(f"{base}/alerts/", headers={"X-Fresh": "true"}).content.decode()
    seen = owner.get(f"{base}/alerts/").content.decode()
    assert ("data-toast" in unseen, "data-toast" in seen) == (False, True)


def test_what_came_of_an_alert_is_said_while_it_is_handled_or_later(
    store: Store, base: str, owner: Client
) -> None:
    alert, other = (add_alert(store, add_customer(store, number), number) for number in (1, 2))

    def post(what: str, which: Alert = alert, **sent: str) -> Any:
        return owner.post(f"{base}/alerts/{which.pk}/{what}/", sent)

    def now() -> tuple[str, str, str]:
        fresh = Alert.objects.get(pk=alert.pk)
        return fresh.state, fresh.resolution, fresh.resolution_words

    undo = undo_of(post("handle", resolution="solved", words=" A new one is on its way. "))
    assert now() == ("handled", "solved", "A new one is on its way.")
    post("handle", other)  # as one key in the list does: nothing is said of what came of it
    handled = owner.get(f"{base}/alerts/?state=handled").content.decode()
    shown = (
        "Solved for the customer",
        "A new one is on its way.",
        "What came of those of 90 days",
        "Not said",
    )
    assert [said for said in shown if said not in handled] == []
    narrowed = owner.get(f"{base}/alerts/?state=handled&resolution=solved")
    assert [row[0].pk for row in narrowed.context["rows"]] == [alert.pk]

    post("resolution", resolution="nothing_to_do")
    assert now() == ("handled", "nothing_to_do", "")
    page = owner.get(f"{base}/alerts/{alert.pk}/")
    assert [(row.label, row.value) for row in page.context["came_of"]] == [
        ("Nothing to do", 1),
        ("Not said", 1),
    ]
    post("resolution", resolution="whatever")
    post("resolution", words="x" * 501)
    assert now() == ("handled", "nothing_to_do", "")
    owner.post(undo)
    assert now() == ("new", "", "")
    post("resolution", resolution="solved")
    assert now() == ("new", "", "")


def test_the_page_of_an_alert_says_how_it_stands_and_what_led_to_it(
    store: Store, base: str, owner: Client
) -> None:
    alert = add_alert(store, add_customer(store))
    Alert.objects.filter(pk=alert.pk).update(event_id=Event.objects.filter(store_id=store.pk).latest("id").id)
    page = owner.get(f"{base}/alerts/{alert.pk}/").content.decode()
    for said in (
        "2 of 5 stars",
        "nobody&#x27;s yet".replace("&#x27;", "'"),
        "What came of it",
        "Health",
        "20.00 EUR",
    ):
        assert said in page

    owner.post(f"{base}/alerts/{alert.pk}/handle/", {"next": f"{base}/alerts/{alert.pk}/"})
    assert "Open again" in owner.get(f"{base}/alerts/{alert.pk}/").content.decode()


def test_what_is_due_and_overdue_is_shown_sorted_and_filtered(store: Store, base: str, owner: Client) -> None:
    in_time, late, hurried = (add_alert(store, add_customer(store, number), number) for number in (1, 2, 3))
    past, ahead = (clock.now() + timedelta(hours=hours) for hours in (-2, 2.1))
    Alert.objects.filter(pk=in_time.pk).update(due_at=ahead)
    Alert.objects.filter(pk=late.pk).update(due_at=past)

    def listed(query: str) -> tuple[list[int], str]:
        page = owner.get(f"{base}/alerts/?{query}")
        return [row.alert.pk for row in page.context["rows"]], page.content.decode()

    shown, page = listed("order=due")
    assert shown == [late.pk, in_time.pk, hurried.pk]
    assert "What is due soonest first" in page
    assert page.count('class="badge bad">') == 1 + len(shown)  # of a class each, and that one is overdue
    assert "in 2 h" in page
    assert listed("due=overdue")[0] == [late.pk]
    assert listed("due=in_time")[0] == [in_time.pk]
    assert listed("due=whatever")[0] == [in_time.pk, late.pk, hurried.pk]
    assert listed("state=handled&due=overdue")[0] == []
    owner.post(f"{base}/alerts/{late.pk}/handle/")
    assert listed("state=all&due=overdue")[0] == [hurried.pk, late.pk, in_time.pk]


def test_the_page_of_an_alert_says_by_when_and_why_it_was_escalated(
    store: Store, base: str, owner: Client
) -> None:
    alert = add_alert(store, add_customer(store))

    def said(**changes: object) -> str:
        Alert.objects.filter(pk=alert.pk).update(**changes)
        return " ".join(owner.get(f"{base}/alerts/{alert.pk}/").content.decode().split())

    assert "To be handled by" not in said()
    past, ahead = (clock.now() + timedelta(hours=hours) for hours in (-2, 2.1))
    page = said(due_at=ahead)
    assert ("To be handled by" in page, "Overdue" in page, "Escalated" in page) == (True, False, False)
    assert "later, since it sleeps" in said(state="asleep", wakes_at=ahead + timedelta(hours=1))
    page = said(state="seen", wakes_at=None, due_at=past)
    assert ("Overdue" in page, "Escalated" in page) == (True, False)
    page = said(escalated_at=past, escalated_to=2)
    assert "It was neither handled nor snoozed when it was due. 2 people were e-mailed." in page
    assert "There was nobody to be e-mailed." in said(escalated_to=0)


def test_an_alert_of_which_nobody_is_mailed_says_so(
    store: Store, base: str, signed_in: Callable[..., Client]
) -> None:
    agent = signed_in(store, "agent", email="rita@acme.example")
    alert = add_alert(store, add_customer(store))
    assert "Nobody is e-mailed of alerts" in agent.get(f"{base}/alerts/").content.decode()
    assert "nobody: the store had no owner" in agent.get(f"{base}/alerts/{alert.pk}/").content.decode()

    signed_in(store, email="ana@acme.example")
    add_send(store, alert.pk)

    assert "Nobody is e-mailed of alerts" not in agent.get(f"{base}/alerts/").content.decode()
    assert "1 person" in agent.get(f"{base}/alerts/{alert.pk}/").content.decode()


def test_without_a_mail_server_pages_say_that_e_mails_reach_nobody(
    store: Store, base: str, signed_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = signed_in(store)
    alert = add_alert(store, add_customer(store))
    send = add_send(store, alert.pk)
    places = [f"{base}/outbox/", f"{base}/outbox/{send.pk}/", f"{base}/alerts/{alert.pk}/"]
    said = "No mail server is set (REGARD_SMTP_URL)"
    assert [said in owner.get(place).content.decode() for place in places] == [True] * 3
    monkeypatch.setenv("REGARD_SMTP_URL", "smtp://127.0.0.1:25?tls=none")
    config.cache_clear()
    assert [said in owner.get(place).content.decode() for place in places] == [False] * 3
    config.cache_clear()


def test_open_alerts_are_counted_by_class(store: Store, base: str, signed_in: Callable[..., Client]) -> None:
    owner = signed_in(store)
    for number in (1, 2, 3):
        add_alert(store, add_customer(store, number), number)
    Alert.objects.filter(instance="R-1").update(level="opportunity")
    page = owner.get(f"{base}/alerts/")
    assert [(level.label, level.count) for level in page.context["levels"]] == [
        ("Critical", 2), ("Opportunity", 1),
    ]  # fmt: skip
    narrowed = owner.get(f"{base}/alerts/{page.context['levels'][0].url}")
    assert {row[0].level for row in narrowed.context["rows"]} == {"critical"}


def test_an_alert_whose_event_the_log_no_longer_has_still_shows(
    store: Store, base: str, owner: Client
) -> None:
    alert = add_alert(store, add_customer(store))
    Alert.objects.filter(pk=alert.pk).update(event_id=999_999)
    assert owner.get(f"{base}/alerts/{alert.pk}/").context["trace"] is None


def test_filters_that_are_chosen_can_be_taken_away_one_by_one(store: Store, base: str, owner: Client) -> None:
    page = owner.get(f"{base}/alerts/?state=new&level=critical&mine=1&cursor=")
    assert [(chosen.label, chosen.url) for chosen in page.context["chosen"]] == [
        ("Class: Critical", "?state=new&mine=1"),
        ("Whose: Mine", "?state=new&level=critical"),
    ]
