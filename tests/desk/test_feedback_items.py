"""Improvements: written down, what stands behind them, their score, and what becomes of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from regard.core import clock
from regard.core.models import AuditEntry, Store
from regard.core.registry import data_holders
from regard.desk.domain.feedback_figures import count_behind
from regard.desk.domain.feedback_items import (
    ItemFilter,
    Told,
    add_text,
    add_theme,
    item_for_viewer,
    items_for_viewer,
    open_item,
    recount_all,
    remove_evidence,
    set_status,
)
from regard.desk.domain.feedback_proposal import propose
from regard.desk.domain.feedback_score import frequency_of, impact_of, score_of
from regard.desk.models import FeedbackEvidence, FeedbackItem
from regard.listen.models import Review, Theme, ThemeMention, Understanding
from regard.profile.domain.personal_data import erase_customer
from regard.profile.models import Customer
from regard.score.domain.refresh import refresh_health
from regard.score.models import SpendStanding
from tests.act.queueing import facts
from tests.listen.test_understanding import review, tell
from tests.score.people import days_ago, new_order
from tests.task.test_pages import owner

pytestmark = pytest.mark.django_db
__all__ = ["owner"]
ADA = "ada@acme.example"
ZIPS = Told(title="Zips that hold", kind="product", urgency="critical", innovation="issue")


def mention(theme: Theme, text: Understanding) -> None:
    ThemeMention.objects.create(theme=theme, understanding=text, said_at=text.said_at)


def texts_told(store: Store, count: int) -> list[Understanding]:
    """Said yesterday, each by another."""
    tell(store, *(review(store, number, user=f"u-{number}") for number in range(count)))
    Understanding.objects.filter(store=store).update(said_at=clock.now() - timedelta(days=1))
    return list(Understanding.objects.filter(store=store).order_by("id"))


counts = st.integers(0, 10**6)


@given(
    urgency=st.sampled_from(["critical", "important", "nice"]),
    high=counts,
    more=counts,
    texts=counts,
    rest=counts,
)
def test_the_score_is_impact_times_frequency(
    urgency: str, high: int, more: int, texts: int, rest: int
) -> None:
    customers, in_all = high + more, texts + rest
    impact = impact_of(urgency, high_value=high, customers=customers)
    weight = {"critical": 3, "important": 2, "nice": 1}[urgency]
    assert weight <= impact <= 2 * weight
    assert impact == weight * (1 + (high / customers if customers else 0))
    frequency = frequency_of(texts=texts, all_texts=in_all)
    assert 0 <= frequency <= 1
    score = score_of(urgency, high_value=high, customers=customers, texts=texts, all_texts=in_all)
    assert score == pytest.approx(100 * impact * frequency)
    more_said = score_of(urgency, high_value=high, customers=customers, texts=texts + 1, all_texts=in_all + 1)
    assert more_said >= score or more_said == pytest.approx(score)


def test_a_theme_and_texts_stand_behind_it_each_text_once(store: Store) -> None:
    texts = texts_told(store, 4)
    theme = Theme.objects.create(store=store, name="zips")
    mention(theme, texts[0])
    mention(theme, texts[1])
    item = open_item(store, ZIPS, actor=ADA)
    assert add_theme(item, theme, actor=ADA)
    assert add_text(item, texts[0], actor=ADA)
    assert add_text(item, texts[2], actor=ADA)
    assert not add_text(item, texts[2], actor=ADA)
    held = item_for_viewer(store, item.pk)
    assert (held.texts, held.all_texts, held.customers, held.score) == (3, 4, 3, 225.0)
    mention(theme, texts[3])  # one that came later
    recount_all(store)
    held.refresh_from_db()
    assert (held.texts, held.customers, held.score) == (4, 4, 300.0)
    assert remove_evidence(item, FeedbackEvidence.objects.get(item=item, theme=theme).pk, actor=ADA)
    held.refresh_from_db()
    assert (held.texts, held.score) == (2, 150.0)


def test_who_spent_most_counts_double(store: Store) -> None:
    texts = texts_told(store, 2)
    item = open_item(store, ZIPS, actor=ADA)
    for text in texts:
        add_text(item, text, actor=ADA)
    for customer, spent in zip(
        Customer.objects.filter(store=store).order_by("id"), (90_00, 10_00), strict=True
    ):
        new_order(customer, days_ago(9), total=spent)
    refresh_health(store=store)
    SpendStanding.objects.update_or_create(
        store=store, defaults={"top_20_minor": 50_00, "measured_at": clock.now()}
    )
    recount_all(store)
    behind = count_behind(item)
    assert (behind.customers, behind.high_value, behind.spent_minor) == (2, 1, 100_00)
    assert item_for_viewer(store, item.pk).score == 3 * 1.5 * 100


def test_who_is_erased_stands_behind_nothing_any_more(store: Store) -> None:
    """Found by the names that texts go by until then, so before those are redacted."""
    tell(store, review(store, 1, user="1"), review(store, 2, user="2"))
    item = open_item(store, ZIPS, actor=ADA)
    for text in Understanding.objects.order_by("source_id"):
        add_text(item, text, actor=ADA)
    first = Review.objects.order_by("id")[0]
    customer_id = first.identity.customer_id
    assert data_holders.get("improvements").export(store, customer_id) == [
        {"improvement": "Zips that hold", "source": "reviews", "external_id": first.external_id}
    ]
    erase_customer(store=store, customer_id=customer_id, actor=ADA)
    held = FeedbackEvidence.objects.get()
    assert held.external_id != first.external_id
    assert count_behind(item).customers == 1


def test_its_state_is_told_once_and_written_down(store: Store) -> None:
    item = open_item(store, ZIPS, actor=ADA)
    assert set_status(item, "planned", actor=ADA)
    assert not set_status(item, "planned", actor=ADA)
    assert set_status(item, "done", actor=ADA)
    assert item.settled_at is not None
    assert set_status(item, "new", actor=ADA)
    assert item_for_viewer(store, item.pk).settled_at is None
    told = {"item_id": item.pk, "actor": ADA}
    for name in ("Opened", "Planned", "Done", "Reopened"):
        assert facts(f"FeedbackItem{name}") == [told]
    assert AuditEntry.objects.filter(store=store, action="feedback_item.settled").count() == 3
    with pytest.raises(ValidationError):
        set_status(item, "gone", actor=ADA)


@pytest.mark.parametrize(
    "wrong", [{"title": " "}, {"kind": "x"}, {"urgency": ""}, {"quarter": "2026-Q5"}, {"value_minor": -1}]
)
def test_what_is_wrong_is_refused(store: Store, wrong: dict[str, object]) -> None:
    told = {"title": "A", "kind": "product", "urgency": "nice", "innovation": "loyalty", **wrong}
    with pytest.raises(ValidationError) as caught:
        open_item(store, Told(**told), actor=ADA)  # type: ignore[arg-type]
    assert list(caught.value.message_dict) == list(wrong)


@pytest.mark.parametrize(
    ("texts", "kind", "urgency"),
    [
        ([], "product", "nice"),
        ([("lost_package", "negative", 3), ("complaint", "neutral", 0)], "shipping", "critical"),
        ([("discount", "negative", 1), ("praise", "positive", 0)], "pricing", "important"),
        ([("sizing", "neutral", 0)], "product", "nice"),
    ],
)
def test_type_and_urgency_are_proposed(texts: list[tuple[str, str, int]], kind: str, urgency: str) -> None:
    told = [Understanding(intents=[intent], feeling=feeling, urgency=how) for intent, feeling, how in texts]
    proposal = propose(told)
    assert (proposal.kind, proposal.urgency) == (kind, urgency)


def test_what_matters_most_comes_first_and_pages_follow(store: Store) -> None:
    for number, score in enumerate((1.0, 3.0, 2.0)):
        item = open_item(
            store, Told(title=f"I{number}", kind="product", urgency="nice", innovation="loyalty"), actor=ADA
        )
        FeedbackItem.objects.filter(pk=item.pk).update(score=score)
    first = items_for_viewer(store, limit=2)
    rest = items_for_viewer(store, limit=2, cursor=first.next_cursor)
    assert [item.title for item in [*first.rows, *rest.rows]] == ["I1", "I2", "I0"]
    assert [item.title for item in items_for_viewer(store, ItemFilter(search="i2")).rows] == ["I2"]
    assert items_for_viewer(store, ItemFilter(kind="pricing")).rows == []


def test_a_theme_becomes_an_item_on_pages(store: Store, owner: Client) -> None:
    text, other = texts_told(store, 2)
    theme = Theme.objects.create(store=store, name="zips")
    mention(theme, text)
    base = f"/s/{store.slug}"
    assert (
        f"improvements/new/?theme={theme.pk}"
        in owner.get(f"{base}/feedback/themes/{theme.pk}/").content.decode()
    )
    assert f"improvements/new/?text={text.pk}" in owner.get(f"{base}/feedback/texts/").content.decode()
    address = f"{base}/improvements/new/?theme={theme.pk}"
    form = owner.get(address).context["form"]
    made = owner.post(address, {**form.initial, "value_minor": "12.50", "quarter": "2026-Q4"})
    item = FeedbackItem.objects.get()
    assert (made.url, item.texts, item.value_minor) == (f"{base}/improvements/{item.pk}/", 1, 12_50)
    again = owner.get(f"{base}/improvements/new/?text={other.pk}")
    assert [each.pk for each in again.context["items"]] == [item.pk]
    owner.post(f"{base}/improvements/{item.pk}/evidence/", {"item": item.pk, "text": other.pk})
    page = owner.get(f"{base}/improvements/{item.pk}/")
    assert (len(page.context["quotes"]), len(page.context["evidence"])) == (2, 2)
    owner.post(f"{base}/improvements/{item.pk}/status/", {"status": "done"})
    rows = owner.get(f"{base}/improvements/?status=done").context["rows"]
    assert [(row.item.pk, row.item.status) for row in rows] == [(item.pk, "done")]
    assert owner.get(f"{base}/improvements/new/?theme=999999").status_code == 404


def test_a_list_takes_as_many_queries_for_three_as_for_one(store: Store, owner: Client) -> None:
    asked = []
    for number in (1, 2, 3):
        open_item(
            store, Told(title=f"I{number}", kind="product", urgency="nice", innovation="loyalty"), actor=ADA
        )
        with CaptureQueriesContext(connection) as counted:
            owner.get(f"/s/{store.slug}/improvements/")
        asked.append(len(counted))
    assert asked[1] == asked[2]
