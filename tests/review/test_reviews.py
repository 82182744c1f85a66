"""Reviews in the store's hands: shown, hidden, answered, and what the log, the audit and the outbox know of it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from regard.act.models import Send
from regard.capture.models import Event
from regard.core.domain.members import add_member
from regard.core.models import AuditEntry, Store, User
from regard.core.registry import data_holders
from regard.listen.models import Review
from regard.profile.models import Customer, Order, OrderLine
from regard.review.domain.answering import answer_review
from regard.review.domain.moderating import hide_review, publish_review, return_review
from regard.review.domain.queries import ReviewFilter, review_for_viewer, reviews_for_viewer
from regard.review.models import ReviewStanding
from tests.act.queueing import facts
from tests.cli.test_alerts import run
from tests.score.people import NOW, days_ago, identity_of, new_customer
from tests.web.rows import add_review

pytestmark = pytest.mark.django_db
ANA = "ana@acme.example"


def written(store: Store, number: int = 1, customer: Customer | None = None, **told: object) -> Review:
    given = {
        "external_id": f"R-{number}", "rating": 2, "body": "The zip broke.", "event_id": number,
        "reviewed_at": days_ago(5) + timedelta(minutes=number), "history": False, **told,
    }  # fmt: skip
    return Review.objects.create(store=store, identity=identity_of(customer) if customer else None, **given)


def ordered(customer: Customer, name: str, product: str, days: float = 20) -> None:
    Order.objects.create(
        store=customer.store, identity=identity_of(customer), external_id=name, currency="EUR",
        ordered_at=days_ago(days), described_at=NOW, event_id=1, history=False,
    )  # fmt: skip
    OrderLine.objects.create(
        store=customer.store, order_external_id=name, external_id="1", product_external_id=product, quantity=1,
        currency="EUR", described_at=NOW, event_id=1,
    )  # fmt: skip


def found(store: Store, **asked: object) -> list[str]:
    page = reviews_for_viewer(store=store, only=ReviewFilter(**asked))
    return [known.review.external_id for known in page.rows]


@pytest.fixture
def owner(store: Store) -> Client:
    user = User.objects.create_user(ANA)
    add_member(store=store, user=user, role="owner", actor="tests")
    browser = Client()
    browser.force_login(user)
    return browser


def test_a_review_is_published_hidden_and_waits_again_each_once(store: Store) -> None:
    review = written(store, customer=new_customer(store, "u-1"), product_external_id="mug")
    assert review_for_viewer(store, review.pk).standing.shown == "waiting"
    assert [publish_review(review, actor=ANA), publish_review(review, actor=ANA)] == [True, False]
    with pytest.raises(ValidationError, match="Say why"):
        hide_review(review, reason=" ", actor=ANA)
    assert hide_review(review, reason="It names a person", actor=ANA)
    standing = review_for_viewer(store, review.pk).standing
    assert (standing.shown, standing.reason, standing.decided_by) == ("hidden", "It names a person", ANA)
    assert [return_review(review, actor=ANA), return_review(review, actor=ANA)] == [True, False]
    assert [fact["review_id"] for fact in (*facts("ReviewPublished"), *facts("ReviewHidden"))] == [
        "R-1",
        "R-1",
    ]
    assert set(Event.objects.filter(name__startswith="Review").values_list("user_id", flat=True)) == {"u-1"}
    audited = AuditEntry.objects.filter(store=store, action__startswith="review.").order_by("id")
    assert list(audited.values_list("action", flat=True)) == [
        "review.published", "review.hidden", "review.returned",
    ]  # fmt: skip


def test_an_answer_goes_out_as_often_as_it_is_wanted_and_is_taken_back(store: Store) -> None:
    customer = new_customer(store, "u-1")
    review = written(store, customer=customer, title="Zip", body="It broke.\nTwice.")
    with pytest.raises(ValidationError, match="No e-mail"):
        answer_review(review, text="Sorry!", send=True, actor=ANA)
    assert not ReviewStanding.objects.exists()
    Customer.objects.filter(pk=customer.pk).update(email="ada@example.com")
    review = review_for_viewer(store, review.pk).review
    assert answer_review(review, text=" Sorry! ", actor=ANA)
    assert not answer_review(review, text="Sorry!", actor=ANA)
    assert Send.objects.count() == 0
    for text in ("Sorry, Ada!", "A new one is on its way."):
        assert answer_review(review, text=text, send=True, actor=ANA)
    sends = list(Send.objects.order_by("id"))
    assert [(send.recipient, send.purpose) for send in sends] == [("ada@example.com", "reply")] * 2
    assert sends[0].body_text == "Sorry, Ada!\n\nYou wrote:\n> Zip\n> It broke.\n> Twice.\n"
    assert [fact["is_sent"] for fact in facts("ReviewAnswered")] == [False, True, True]
    assert answer_review(review, text="", actor=ANA)
    assert review_for_viewer(store, review.pk).standing.reply == ""


def test_a_verified_buyer_had_ordered_the_product_before(store: Store) -> None:
    ada, bea = new_customer(store), new_customer(store)
    ordered(ada, "O-1", "mug")
    ordered(bea, "O-2", "mug", days=1)  # after the review
    written(store, 1, ada, product_external_id="mug")
    written(store, 2, ada, product_external_id="cup")
    written(store, 3, bea, product_external_id="mug")
    written(store, 4, ada, order_external_id="O-1")
    written(store, 5, bea, order_external_id="O-1")  # somebody else's
    written(store, 6, ada)
    assert found(store, is_verified=True) == ["R-4", "R-1"]


def test_reviews_are_found_by_what_is_known_of_them(store: Store, other_store: Store) -> None:
    ada = new_customer(store)
    written(store, 1, ada, product_external_id="mug", rating=5)
    answered = written(store, 2, title="100% wool", body="")
    publish_review(written(store, 3, body=""), actor=ANA)
    answer_review(answered, text="Thanks", actor=ANA)
    written(other_store, 4)
    assert found(store) == ["R-3", "R-2", "R-1"]
    assert found(store, shown="waiting") == ["R-2", "R-1"]
    assert found(store, shown="published") == ["R-3"]
    assert found(store, is_unanswered=True) == ["R-3", "R-1"]
    assert found(store, has_words=True) == ["R-2", "R-1"]
    assert (found(store, rating=5), found(store, product="mug")) == (["R-1"], ["R-1"])
    assert (found(store, search="100%"), found(store, search="ADA")) == (["R-2"], ["R-1"])
    assert found(store, customer_id=ada.pk) == ["R-1"]
    first = reviews_for_viewer(store=store, limit=2)
    rest = reviews_for_viewer(store=store, limit=2, cursor=first.next_cursor)
    assert [known.review.external_id for known in (*first.rows, *rest.rows)] == ["R-3", "R-2", "R-1"]
    with pytest.raises(Review.DoesNotExist):
        review_for_viewer(store, Review.objects.get(external_id="R-4").pk)


def test_the_list_and_a_page_are_used_with_forms_alone(store: Store, owner: Client) -> None:
    for number in (1, 2):
        add_review(store, number, "<script>alert(1)</script> Awful, it broke at once. 😡")
    base = f"/s/{store.slug}/reviews"
    page = owner.get(f"{base}/?feeling=negative&stars=2&words=1&show=unanswered")
    assert [known.understood.feeling for known in page.context["rows"]] == ["negative", "negative"]
    assert "<script>alert" not in page.content.decode()
    chosen = [known.review.pk for known in page.context["rows"]]
    done = owner.post(f"{base}/hide/", {"selected": chosen, "reason": ""}, follow=True)
    assert "Say why it is not shown." in done.content.decode()
    owner.post(f"{base}/publish/", {"selected": chosen})
    owner.post(f"{base}/return/?selected={chosen[0]}")
    shown = owner.get(f"{base}/?show=published").context["rows"]
    assert [known.review.pk for known in shown] == chosen[1:]
    owner.post(f"{base}/{chosen[0]}/answer/", {"text": "We are <b>sorry</b>"})
    assert "We are &lt;b&gt;sorry" in owner.get(f"{base}/{chosen[0]}/").content.decode()
    assert owner.get(f"{base}/?cursor=x").status_code == 302


def test_a_list_takes_as_many_queries_for_three_as_for_one(store: Store, owner: Client) -> None:
    counts = []
    for number in (1, 2, 3):
        add_review(store, number, "It broke.")
        with CaptureQueriesContext(connection) as counted:
            assert len(owner.get(f"/s/{store.slug}/reviews/").context["rows"]) == number
        counts.append(len(counted))
    assert counts[1] == counts[2]


def test_what_was_decided_is_given_out_and_its_words_are_erased(store: Store) -> None:
    customer = new_customer(store)
    review = written(store, customer=customer, external_id="ada@example.com")
    hide_review(review, reason="Ada said so", actor=ANA)
    answer_review(review, text="Sorry, Ada", actor=ANA)
    holder = data_holders.get("review_standings")
    [told] = holder.export(store, customer.pk)
    assert (told["reply"], told["reason"], told["shown"]) == ("Sorry, Ada", "Ada said so", "hidden")
    assert holder.erase(store, customer.pk) == 1
    data_holders.get("said").erase(store, customer.pk)
    known = review_for_viewer(store, review.pk)
    assert (known.standing.shown, known.standing.reply, known.standing.reason) == ("hidden", "", "")
    assert "ada" not in known.standing.external_id
    assert data_holders.get("review_standings").order > data_holders.get("said").order


def test_reviews_in_the_terminal(store: Store) -> None:
    review = written(store, customer=new_customer(store))
    assert "waiting    -         Ada  The zip broke." in run("review", "list")
    assert run("review", "publish", review.pk) == f"Review {review.pk} is published.\n"
    assert run("review", "publish", review.pk) == f"Review {review.pk} was published.\n"
    assert run("review", "answer", review.pk, "Sorry") == f"Review {review.pk} is answered.\n"
    assert run("review", "hide", review.pk, "--because", "no") == f"Review {review.pk} is hidden.\n"
    [told] = json.loads(run("review", "list", "--shown", "hidden", "--json"))
    assert (told["reply"], told["reason"], told["external_id"]) == ("Sorry", "no", "R-1")
    assert run("review", "return", review.pk) == f"Review {review.pk} is waiting again.\n"
