"""Supporters hear what became of what they asked for, each once; and the shop's page says what is done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regard.act.domain.suppression import suppress_address
from regard.act.models import Send
from regard.core import clock
from regard.core.models import AuditEntry, Store
from regard.core.registry import data_holders
from regard.desk.domain import closing_the_loop
from regard.desk.domain.closing_the_loop import set_public_words, tell_all_waiting, tell_next, tell_supporters
from regard.desk.domain.feedback_items import (
    Told,
    add_text,
    item_for_viewer,
    open_item,
    recount_all,
    set_status,
)
from regard.desk.domain.publishing import (
    NotPublished,
    display_of,
    publish_item,
    published_items,
    show_page,
    store_published,
)
from regard.desk.domain.supporters import loop_of
from regard.desk.jobs import tell_supporters_now
from regard.desk.models import FeedbackItem, FeedbackTelling
from regard.listen.models import Understanding
from regard.message.domain.templates import read_definition, save_template
from regard.profile.domain.consents import tell_consent
from regard.profile.domain.personal_data import erase_customer
from regard.profile.models import Customer, Identity
from tests.act.queueing import facts
from tests.desk.test_feedback_items import ADA, texts_told
from tests.listen.test_understanding import review, tell
from tests.message.writing import written
from tests.task.test_pages import owner

pytestmark = pytest.mark.django_db
__all__ = ["owner"]
BOXES = Told(title="Broken parcels", kind="shipping", urgency="important", innovation="issue")


def asked_for(store: Store, count: int, *, allowed: bool = True, status: str = "done") -> FeedbackItem:
    """By so many customers, each with an address."""
    item = open_item(store, BOXES, actor=ADA)
    for text in texts_told(store, count):
        add_text(item, text, actor=ADA)
    for number, customer in enumerate(Customer.objects.filter(store=store).order_by("id")):
        reachable(customer, f"c{number}@example.com", allowed=allowed)
    if status != "new":
        set_status(item, status, actor=ADA)
    return item_for_viewer(store, item.pk)


def reachable(customer: Customer, email: str, *, allowed: bool) -> None:
    Identity.objects.create(store=customer.store, kind="email", value=email, customer=customer)
    Customer.objects.filter(pk=customer.pk).update(email=email)
    if allowed:
        tell_consent(store=customer.store, customer=customer, channel="email", given=True, actor=ADA)


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in FeedbackTelling.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def test_each_supporter_is_told_once_and_those_who_come_later_after_them(store: Store) -> None:
    item = asked_for(store, 3)
    set_public_words(item, title="Boxes that keep", text="Double walls, from today.", actor=ADA)
    assert (loop_of(item).supporters, loop_of(item).reachable) == (3, 3)
    assert tell_supporters(item, actor=ADA) == 3
    assert tell_supporters(item, actor=ADA) == 0
    assert (loop_of(item).waiting, loop_of(item).new, Send.objects.count()) == (3, 0, 0)
    assert tell_all_waiting() == 3
    assert tell_all_waiting() == 0

    sends = list(Send.objects.order_by("id"))
    assert [send.recipient for send in sends] == ["c0@example.com", "c1@example.com", "c2@example.com"]
    assert {send.purpose for send in sends} == {"marketing"}
    assert sends[0].subject == "You asked, we did: Boxes that keep"
    assert "Double walls, from today." in sends[0].body_text
    loop = loop_of(item)
    assert (loop.told, loop.waiting, loop.new, loop.could_not) == (3, 0, 0, 0)
    told = facts("SupporterTold")
    assert [(fact["title"], fact["outcome"], fact["actor"]) for fact in told] == [
        ("Boxes that keep", "done", ADA)
    ] * 3
    [audit] = AuditEntry.objects.filter(action="feedback_item.supporters_told")
    assert audit.detail["customers"] == 3

    tell(store, review(store, 77, user="late"))
    late = texts_late(store)
    add_text(item, late, actor=ADA)
    reachable(Identity.objects.get(store=store, value="late").customer, "late@example.com", allowed=True)
    assert loop_of(item).new == 1
    assert tell_supporters(item, actor=ADA) == 1
    tell_all_waiting()
    assert list(Send.objects.order_by("id").values_list("recipient", flat=True))[3:] == ["late@example.com"]


def texts_late(store: Store) -> Understanding:
    text = Understanding.objects.filter(store=store).order_by("-id")[0]
    Understanding.objects.filter(pk=text.pk).update(said_at=clock.now() - timedelta(hours=1))
    return text


def test_who_cannot_be_written_to_is_counted_by_the_reason_and_can_be_tried_again(store: Store) -> None:
    item = asked_for(store, 4, allowed=False)
    silent, gone, nameless, good = Customer.objects.filter(store=store).order_by("id")
    tell_consent(store=store, customer=good, channel="email", given=True, actor=ADA)
    tell_consent(store=store, customer=gone, channel="email", given=True, actor=ADA)
    suppress_address(store, channel="email", address="c1@example.com", reason="550")
    Customer.objects.filter(pk=nameless.pk).update(email="")
    loop = loop_of(item)
    assert (loop.new, loop.reachable) == (4, 1)
    assert loop.unreachable == {
        "They did not allow marketing by e-mail.": 1,
        "Nothing is sent to their address any more.": 1,
        "No e-mail address is known.": 1,
    }
    tell_supporters(item, actor=ADA)
    tell_all_waiting()
    assert states() == {"told": 1, "unsent": 3}
    assert sum(loop_of(item).unsent.values()) == 3
    assert [send.recipient for send in Send.objects.filter(state="queued")] == ["c3@example.com"]

    tell_consent(store=store, customer=silent, channel="email", given=True, actor=ADA)
    assert tell_supporters(item, actor=ADA) == 3
    tell_all_waiting()
    assert states() == {"told": 2, "unsent": 2}
    assert Send.objects.filter(state="queued", recipient="c0@example.com").count() == 1
    assert Send.objects.filter(state="queued", recipient="c3@example.com").count() == 1


def test_the_template_says_what_the_message_is_for(store: Store) -> None:
    save_template(
        store,
        read_definition(written("improvement-done", body=[{"text": "{{ improvement.title }} is done."}])),
        actor=ADA,
    )
    item = asked_for(store, 2, allowed=False)
    assert loop_of(item).reachable == 2  # what is owed needs no consent
    tell_supporters(item, actor=ADA)
    tell_all_waiting()
    assert {send.purpose for send in Send.objects.all()} == {"transactional"}


def test_what_is_declined_is_told_with_the_reason_and_done_later_once_more(store: Store) -> None:
    item = asked_for(store, 1, status="declined")
    with pytest.raises(ValidationError):
        tell_supporters(item, actor=ADA)
    set_public_words(item, title="", text="Boxes weigh too much.", actor=ADA)
    tell_supporters(item, actor=ADA)
    tell_all_waiting()
    assert [send.subject for send in Send.objects.all()] == ["About what you asked for: Broken parcels"]
    set_status(item, "done", actor=ADA)
    assert tell_supporters(item, actor=ADA) == 1
    tell_all_waiting()
    assert Send.objects.count() == 2


@pytest.mark.parametrize("status", ["new", "planned"])
def test_while_nothing_is_decided_nobody_is_told(store: Store, status: str) -> None:
    item = asked_for(store, 1, status=status)
    with pytest.raises(ValidationError):
        tell_supporters(item, actor=ADA)
    assert states() == {}


def test_what_is_opened_again_before_they_were_told_is_not_told(store: Store) -> None:
    item = asked_for(store, 2)
    tell_supporters(item, actor=ADA)
    set_status(item, "planned", actor=ADA)
    tell_all_waiting()
    assert (states(), Send.objects.count()) == ({"unsent": 2}, 0)


@pytest.mark.parametrize("breaks_at", range(1, 4))
def test_killed_anywhere_it_tells_nobody_twice_and_leaves_nobody_out(
    store: Store, monkeypatch: pytest.MonkeyPatch, breaks_at: int
) -> None:
    """As the transaction of a chunk ends when its process is killed."""
    item = asked_for(store, 5)
    tell_supporters(item, actor=ADA)
    calls = []
    record = closing_the_loop.record_all

    def dies(rows):  # type: ignore[no-untyped-def]
        calls.append(1)
        if len(calls) == breaks_at:
            raise KeyboardInterrupt
        return record(rows)

    monkeypatch.setattr(closing_the_loop, "record_all", dies)
    for _chunk in range(breaks_at - 1):
        tell_next(2)
    with pytest.raises(KeyboardInterrupt):
        tell_next(2)
    while tell_next(2):
        pass
    assert states() == {"told": 5}
    assert sorted(send.recipient for send in Send.objects.all()) == [f"c{n}@example.com" for n in range(5)]
    assert len(facts("SupporterTold")) == 5


def test_merged_customers_are_told_once(store: Store) -> None:
    item = asked_for(store, 2)
    one, other = Customer.objects.filter(store=store).order_by("id")
    Identity.objects.filter(customer=other).update(customer=one)
    assert loop_of(item).supporters == 1
    tell_supporters(item, actor=ADA)
    tell_all_waiting()
    assert Send.objects.count() == 1


def test_it_costs_the_same_for_many(store: Store) -> None:
    def costs(count: int) -> tuple[int, int]:
        FeedbackItem.objects.all().delete()
        Identity.objects.filter(kind="email").delete()
        item = asked_for(store, count)
        with CaptureQueriesContext(connection) as looked:
            loop_of(item)
        tell_supporters(item, actor=ADA)
        with CaptureQueriesContext(connection) as told:
            tell_next()
        return len(looked), len(told)

    costs(1)
    assert costs(2) == costs(9)


def test_what_they_were_told_is_given_out_and_erased(store: Store) -> None:
    item = asked_for(store, 2)
    tell_supporters(item, actor=ADA)
    tell_next(1)
    first, second = Customer.objects.filter(store=store).order_by("id")
    holder = data_holders.get("improvements_told")
    [row] = holder.export(store, first.pk)
    assert (row["improvement"], row["state"], row["outcome"]) == ("Broken parcels", "told", "done")
    erase_customer(store=store, customer_id=second.pk, actor=ADA)
    assert FeedbackTelling.objects.count() == 1
    tell_all_waiting()
    assert [send.recipient for send in Send.objects.all()] == ["c0@example.com"]


def test_the_page_shows_what_somebody_put_there_and_nothing_of_who_asked(store: Store) -> None:
    item = asked_for(store, 6)
    recount_all(store)
    item.refresh_from_db()
    with pytest.raises(NotPublished):
        store_published("ri_none")
    set_public_words(item, title="Boxes <b>that</b> keep", text="Double walls.", actor=ADA)
    assert publish_item(item, is_on=True, actor=ADA)
    assert not publish_item(item, is_on=True, actor=ADA)
    show_page(store, is_on=True, actor=ADA)
    display = display_of(store)
    assert display is not None
    page = Client().get(f"/i/{display.token}/")
    assert page.status_code == 200
    said = page.content.decode()
    assert "Boxes &lt;b&gt;that&lt;/b&gt; keep" in said
    assert "6 customers asked for it" in said
    assert "Broken parcels" not in said
    assert "Set-Cookie" not in page.headers
    assert "script-src" not in page["Content-Security-Policy"]
    assert "default-src 'none'" in page["Content-Security-Policy"]
    json = Client().get(f"/i/{display.token}/improvements.json").json()
    assert json["improvements"] == [
        {
            "title": "Boxes <b>that</b> keep", "text": "Double walls.", "customers": 6,
            "date": clock.now().date().isoformat(),
        }
    ]  # fmt: skip
    assert Client().get(f"/i/{display.token}/", headers={"If-None-Match": page["ETag"]}).status_code == 304
    set_status(item, "planned", actor=ADA)
    assert published_items(store).rows == []
    show_page(store, is_on=False, actor=ADA)
    assert Client().get(f"/i/{display.token}/").status_code == 404
    entries = AuditEntry.objects.filter(action__startswith="feedback_item.p").order_by("id")
    assert list(entries.values_list("action", flat=True)) == [
        "feedback_item.published", "feedback_item.page_on", "feedback_item.page_off",
    ]  # fmt: skip


def test_few_who_asked_are_not_counted_in_public_and_only_what_is_done_stands_there(store: Store) -> None:
    item = asked_for(store, 4, status="declined")
    with pytest.raises(ValidationError):
        publish_item(item, is_on=True, actor=ADA)
    set_status(item, "done", actor=ADA)
    publish_item(item, is_on=True, actor=ADA)
    [row] = published_items(store).rows
    assert (row.title, row.customers) == ("Broken parcels", None)


def test_a_long_page_is_read_on(store: Store) -> None:
    moment = clock.now()
    FeedbackItem.objects.bulk_create(
        FeedbackItem(
            store=store, title=f"No {number}", kind="product", urgency="nice", innovation="issue", status="done",
            settled_at=moment, published_at=moment - timedelta(minutes=number),
        )
        for number in range(1_000)
    )  # fmt: skip
    show_page(store, is_on=True, actor=ADA)
    display = display_of(store)
    address, seen = f"/i/{display.token}/improvements.json", 0  # type: ignore[union-attr]
    with CaptureQueriesContext(connection) as asked:
        Client().get(address)
    assert len(asked) == 2
    while address:
        page = Client().get(address).json()
        seen += len(page["improvements"])
        address = (page["next"] or "").partition("//")[2].partition("/")[2]
        address = f"/{address}" if address else ""
    assert seen == 1_000


def test_from_the_page_words_are_kept_and_those_who_asked_are_told(store: Store, owner: Client) -> None:
    item = asked_for(store, 2)
    page = reverse("feedback_item", args=[store.slug, item.pk])
    assert "Tell 2 customers" in owner.get(page).content.decode()
    words = {"public_title": "Boxes that keep", "public_text": "Double walls.", "do": "tell"}
    address = reverse("feedback_item_words", args=[store.slug, item.pk])
    answer = owner.post(address, words, follow=True)
    assert "2 customers are being told, as far as" in answer.content.decode()
    item.refresh_from_db()
    assert (item.public_title, item.public_text) == ("Boxes that keep", "Double walls.")
    tell_supporters_now()
    shown = owner.get(page).content.decode()
    assert "Tell 2 customers" not in shown
    assert Send.objects.count() == 2
    owner.post(address, {**words, "do": "publish"})
    item.refresh_from_db()
    assert item.published_at is not None
    owner.post(address, {**words, "do": "take_back"})
    item.refresh_from_db()
    assert item.published_at is None
    long = owner.post(address, {**words, "public_title": "x" * 201}, follow=True)
    assert "Write at most 200 characters." in long.content.decode()
