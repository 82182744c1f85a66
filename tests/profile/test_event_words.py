"""What events were, in words: every fact of every room has a sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from django.utils import translation
from tests.profile.histories import append, call, take, tell

from regard import pipeline
from regard.capture.domain.log import NewEvent
from regard.capture.domain.record import new_fact
from regard.capture.models import Event
from regard.core.registry import event_words, fact_types
from regard.profile.domain.event_words import describe_event
from regard.profile.domain.timeline import timeline
from regard.profile.facts import ProductImported
from regard.profile.models import Customer

pytestmark = pytest.mark.django_db
DAY = "2026-11-02T00:00:00Z"
SAID = {
    "CustomerImported": ({"customer_id": "1"}, "Described by a file of customers"),
    "OrderImported": (
        {"order_id": "7", "ordered_at": DAY, "total_minor": 4900, "currency": "EUR", "status": "packed"},
        "Placed order 7, packed, 49.00 EUR",
    ),
    "OrderLineImported": (
        {"order_id": "7", "ordered_at": DAY, "title": "Tea", "total_minor": 500, "currency": "EUR"},
        "Ordered Tea in order 7, 5.00 EUR",
    ),
    "ShipmentImported": ({"order_id": "7", "status": "delivered"}, "Parcel of order 7, delivered"),
    "ProductImported": ({"product_id": "p", "title": "Tea", "currency": "EUR"}, "Product Tea described by a file"),
    "AttributesSet": (
        {"identity_id": 1, "traits": {"plan": "gold", "old": None}, "origin": "journey:care"},
        "Set: plan = gold",
    ),
    "ConsentTold": (
        {"identity_id": 1, "channel": "email", "given": False, "origin": "agent"},
        "Withdrew consent to E-mail",
    ),
    "CustomersMerged": ({"identity_id": 1, "customer_ids": [1, 2]}, "Two customers were merged by a person"),
    "IdentityParted": (
        {"identity_id": 1, "customer_ids": [1, 2]},
        "A name was parted from its customer by a person",
    ),
    "MergeUndone": (
        {"identity_id": 1, "customer_ids": [1, 2]},
        "What a person had merged or parted was taken back",
    ),
    "ThemeRising": (
        {"theme_id": 1, "theme": "runs small", "complaints": 12, "before": 3},
        "More complaints about “runs small”: 12 in 7 days, 3 in the 7 days before",
    ),
    "ReviewImported": (
        {"review_id": "r", "rating": 2, "reviewed_at": DAY, "product_id": "p", "title": "Thin"},
        "Reviewed p with 2 of 5 stars: “Thin”",
    ),
    "MentionImported": (
        {"mention_id": "m", "mentioned_at": DAY, "source": "social.example", "text": "Thin"},
        "Spoke of the store in public on social.example: “Thin”",
    ),
    "AnswerImported": (
        {"response_id": "a", "measure": "csat", "topic": "product", "answered_at": DAY, "value": 4, "highest": 5},
        "Answered a survey, Satisfaction: 4 of 5",
    ),
    "AnswerGiven": (
        {"identity_id": 1, "response_id": "s:q1", "survey": "After delivery", "survey_key": "delivery",
         "question": "q1", "version": 2, "channel": "email", "answered_at": DAY, "measure": "nps",
         "topic": "relationship", "value": 3, "lowest": 0, "highest": 10},
        "Answered a survey, Recommendation (0 to 10): 3 of 10",
    ),
    "AnswerWithdrawn": (
        {"identity_id": 1, "response_id": "s:q1", "survey": "After delivery", "survey_key": "delivery",
         "question": "q1", "version": 2, "withdrawn_at": DAY},
        "An answer to the survey “After delivery” counts no more",
    ),
    "SurveyInvited": (
        {"identity_id": 1, "invitation": "3", "survey": "NPS", "survey_key": "nps",
         "channel": "email", "origin": "x"},
        "Was asked the survey “NPS” (E-mail)",
    ),
    "SurveyNotAsked": (
        {"identity_id": 1, "invitation": "3", "survey": "NPS", "survey_key": "nps",
         "origin": "x", "why": "too_soon"},
        "Was not asked the survey “NPS”: Another survey was asked a short while before.",
    ),
    "SurveyStarted": (
        {"identity_id": 1, "submission": "s", "survey": "NPS", "survey_key": "nps",
         "version": 1, "channel": "email"},
        "Began to answer the survey “NPS”",
    ),
    "SurveyCompleted": (
        {"identity_id": 1, "submission": "s", "survey": "NPS", "survey_key": "nps",
         "version": 1, "channel": "email",
         "answers": 3},
        "Finished the survey “NPS”",
    ),
    "PreferenceAnswered": (
        {"customer_id": "1", "survey": "Profile", "traits": {"size": "m"}},
        "Told the survey “Profile”: size",
    ),
    "TicketImported": (
        {"ticket_id": "T1", "opened_at": DAY, "status": "solved", "subject": "Where is it?"},
        "Opened ticket T1, solved: “Where is it?”",
    ),
    "HealthChanged": (
        {"customer_id": 1, "band": "health:critical", "previous_band": "health:healthy", "value": 31.25,
         "previous_value": 72, "coverage": 60},
        "Health fell from 72 (Healthy) to 31 (Critical)",
    ),
    "ScoreChanged": (
        {"score": "churn", "customer_id": 1, "band": "churn:at_risk", "previous_band": "churn:watched",
         "value": 72.5, "previous_value": 52.5, "coverage": 80},
        "Churn risk by signs: Likely to leave, before: Worth watching",
    ),
    "ChurnRiskCrossed": (
        {"customer_id": 1, "is_above": True, "value": 74.2, "previous_value": 61.0},
        "The churn risk rose from 61 % to 74 %",
    ),
    "AlertRaised": (
        {"alert_id": 3, "kind": "nps_fall", "level": "critical", "customer_id": 1, "event_id": 2},
        "Alert (Critical): A promoter has become a detractor",
    ),
    "AlertSeen": ({"alert_id": 3, "actor": "bo@x.co"}, "bo@x.co looked at alert 3"),
    "AlertAssigned": (
        {"alert_id": 3, "owner_id": 4, "actor": "bo@x.co"},
        "bo@x.co gave alert 3 to a member",
    ),
    "AlertHandled": (
        {"alert_id": 3, "response_seconds": 7200, "actor": "bo@x.co"},
        "bo@x.co handled alert 3, 2\xa0hours after it was raised",
    ),
    "AlertResolutionTold": (
        {"alert_id": 3, "resolution": "false_alarm", "actor": "bo@x.co"},
        "bo@x.co said what came of alert 3: False alarm",
    ),
    "AlertSnoozed": (
        {"alert_id": 3, "until": "2026-11-03T08:00:00+00:00", "actor": "bo@x.co"},
        "bo@x.co let alert 3 sleep",
    ),
    "AlertWoken": (
        {"alert_id": 3, "why": "news", "actor": ""},
        "Alert 3 is back from sleep: something came on top",
    ),
    "AlertEscalated": (
        {"alert_id": 3, "due_at": "2026-11-03T12:00:00+00:00", "mailed": 2},
        "Alert 3 is overdue: 2 people were e-mailed",
    ),
    "AlertClosed": ({"alert_id": 3}, "Alert 3 was closed: its customer was erased"),
    "AlertReopened": ({"alert_id": 3, "actor": "bo@x.co"}, "bo@x.co opened alert 3 again"),
    "EmailSent": (
        {"send_id": 1, "intent": "alert", "instance": "3", "purpose": "team", "attempts": 1},
        "E-mail sent: alert 3 (For the team)",
    ),
    "EmailFailed": (
        {"send_id": 1, "intent": "daily_digest", "instance": "2026-11-02", "purpose": "team", "attempts": 5},
        "E-mail given up after attempt 5: digest of the day 2026-11-02 (For the team)",
    ),
    "ReviewPublished": (
        {"review_id": "R-1", "product_id": "mug", "rating": 5, "customer_id": 3, "actor": "ann@example.com"},
        "ann@example.com published review R-1",
    ),
    "ReviewHidden": (
        {"review_id": "R-1", "product_id": "mug", "rating": 5, "customer_id": 3, "actor": "ann@example.com"},
        "ann@example.com hid review R-1",
    ),
    "ReviewAnswered": (
        {"review_id": "R-1", "product_id": "mug", "rating": 5, "customer_id": 3, "is_sent": True,
         "actor": "ann@example.com"},
        "ann@example.com answered review R-1, and the customer gets it as an e-mail",
    ),
    "CaseClosed": (
        {"case_id": 3, "key": "812:s1", "customer_id": 3, "cost_minor": 3, "days": 90.0},
        "Recovery case 3 is closed",
    ),
    "CaseOpened": (
        {"case_id": 3, "origin": "journey:cart", "key": "812:s1", "customer_id": 3},
        "Recovery case 3 was opened (journey:cart)",
    ),
    "CaseStageDone": (
        {"case_id": 3, "key": "812:s1", "stage": "solve", "is_skipped": False, "actor": "ann@example.com"},
        "ann@example.com finished “Solve” of recovery case 3",
    ),
    "FeedbackItemDeclined": ({"item_id": 3, "actor": "bo@x.co"}, "bo@x.co declined feedback item 3"),
    "FeedbackItemDone": ({"item_id": 3, "actor": "bo@x.co"}, "bo@x.co marked feedback item 3 as done"),
    "FeedbackItemOpened": ({"item_id": 3, "actor": "bo@x.co"}, "bo@x.co wrote down feedback item 3"),
    "FeedbackItemPlanned": ({"item_id": 3, "actor": "bo@x.co"}, "bo@x.co planned feedback item 3"),
    "FeedbackItemReopened": ({"item_id": 3, "actor": "bo@x.co"}, "bo@x.co opened feedback item 3 again"),
    "ProgrammeAccepted": (
        {"programme_id": 3, "programme": "Board", "kind": "board", "customer_id": 3,
         "actor": "customer"},
        "Takes part in programme “Board”",
    ),
    "ProgrammeDeclined": (
        {"programme_id": 3, "programme": "Board", "kind": "board", "customer_id": 3,
         "actor": "customer"},
        "Declined programme “Board”",
    ),
    "ProgrammeLeft": (
        {"programme_id": 3, "programme": "Board", "kind": "board", "customer_id": 3,
         "actor": "customer"},
        "Left programme “Board”",
    ),
    "ProgrammeInvited": (
        {"programme_id": 3, "programme": "Board", "kind": "board", "customer_id": 3,
         "actor": "customer", "channel": "email"},
        "Invited to programme “Board”",
    ),
    "ProgrammeAttended": (
        {"programme_id": 3, "programme": "Board", "kind": "board", "customer_id": 3,
         "actor": "customer", "session_id": 3, "satisfaction": 4},
        "Was at a session of programme “Board”",
    ),
    "SupporterTold": (
        {"item_id": 3, "title": "Boxes that keep", "outcome": "done", "customer_id": 3, "actor": "a@acme.example"},
        "Was written to: “Boxes that keep” is done",
    ),
    "EmailBounced": (
        {"send_id": 3, "intent": "journey:cart", "instance": "A1", "identity_id": 3, "is_final": False},
        "E-mail came back: journey:cart A1",
    ),
    "EmailClicked": (
        {"send_id": 3, "intent": "journey:cart", "instance": "A1", "identity_id": 3,
         "url": "https://shop.example/mug", "by_machine": False},
        "Followed https://shop.example/mug in an e-mail: journey:cart A1",
    ),
    "EmailComplained": (
        {"send_id": 3, "intent": "journey:cart", "instance": "A1", "identity_id": 3},
        "E-mail was called spam: journey:cart A1",
    ),
    "EmailOpened": (
        {"send_id": 3, "intent": "journey:cart", "instance": "A1", "identity_id": 3, "by_machine": False},
        "E-mail opened: journey:cart A1",
    ),
    "EmailReplied": (
        {"reply_id": 1, "send_id": 3, "intent": "journey:cart", "instance": "A1", "identity_id": 3},
        "Answered an e-mail: journey:cart A1",
    ),
    "JourneyEnded": (
        {"enrolment_id": 3, "journey": "cart-abandonment", "customer_id": 3, "outcome": "goal",
         "reason": "Order Completed"},
        "Journey cart-abandonment: Goal reached",
    ),
    "JourneyEntered": (
        {"enrolment_id": 3, "journey": "cart-abandonment", "version": 3, "customer_id": 3,
         "instance": "A1", "held_out": False},
        "Entered the journey cart-abandonment",
    ),
    "MessageBounced": (
        {"channel": "sms", "send_id": 3, "intent": "journey:cart", "instance": "A1", "identity_id": 3,
         "code": "30005", "is_final": True},
        "Message did not arrive (sms): journey:cart A1",
    ),
    "MessageClicked": (
        {"channel": "in_page", "send_id": 3, "intent": "journey:cart", "instance": "A1", "identity_id": 3,
         "url": "https://shop.example/mug"},
        "Followed https://shop.example/mug in a message (in_page): journey:cart A1",
    ),
    "MessageDelivered": (
        {"channel": "sms", "send_id": 3, "intent": "journey:cart", "instance": "A1", "identity_id": 3},
        "Message arrived (sms): journey:cart A1",
    ),
    "MessageFailed": (
        {"channel": "sms", "send_id": 3, "intent": "journey:cart", "instance": "A1",
         "purpose": "marketing", "attempts": 3},
        "Message given up (sms): journey:cart A1 (Marketing)",
    ),
    "MessageRead": (
        {"channel": "whatsapp", "send_id": 3, "intent": "journey:cart", "instance": "A1", "identity_id": 3},
        "Message read (whatsapp): journey:cart A1",
    ),
    "MessageReplied": (
        {"reply_id": 1, "channel": "sms", "send_id": 3, "intent": "journey:cart", "instance": "A1",
         "identity_id": 3},
        "Answered a message (sms): journey:cart A1",
    ),
    "MessageSent": (
        {"channel": "sms", "send_id": 3, "intent": "journey:cart", "instance": "A1",
         "purpose": "marketing", "attempts": 3},
        "Message sent (sms): journey:cart A1 (Marketing)",
    ),
    "OfferDeclined": (
        {"offer_id": 3, "pool": "welcome", "key": "812:s1", "customer_id": 3, "actor": "ann@example.com"},
        "ann@example.com declined offer welcome",
    ),
    "OfferGiven": (
        {"offer_id": 3, "pool": "welcome", "origin": "journey:cart", "key": "812:s1", "customer_id": 3,
         "cost_minor": 3},
        "Offer welcome given (journey:cart)",
    ),
    "OfferKeptBack": (
        {"offer_id": 3, "pool": "welcome", "origin": "journey:cart", "key": "812:s1", "customer_id": 3},
        "Offer welcome kept back, so that its effect is seen (journey:cart)",
    ),
    "OfferRedeemed": (
        {"offer_id": 3, "pool": "welcome", "customer_id": 3, "order_id": "7", "discount_minor": 3},
        "Offer welcome redeemed with order 7",
    ),
    "PreferencesTold": (
        {"identity_id": 3, "refused_topics": ["offers"], "wants_less": False},
        "The customer wants as many messages as anybody, and nothing about: offers",
    ),
    "TaskAssigned": (
        {"task_id": 3, "owner_id": 3, "actor": "ann@example.com"},
        "ann@example.com gave task 3 to somebody else",
    ),
    "TaskDone": (
        {"task_id": 3, "origin": "journey:cart", "key": "812:s1", "customer_id": 3,
         "result": "settled", "seconds": 90.0, "actor": "ann@example.com"},
        "ann@example.com did task 3: It is settled",
    ),
    "TaskDropped": (
        {"task_id": 3, "origin": "journey:cart", "key": "812:s1", "customer_id": 3,
         "actor": "ann@example.com"},
        "ann@example.com dropped task 3",
    ),
    "TaskMade": (
        {"task_id": 3, "origin": "journey:cart", "key": "812:s1", "customer_id": 3},
        "Task 3 was made (journey:cart)",
    ),
    "TaskOverdue": (
        {"task_id": 3, "key": "812:s1", "customer_id": 3, "due_at": "2026-11-02T00:00:00Z"},
        "Task 3 is overdue",
    ),
    "TaskPostponed": (
        {"task_id": 3, "due_at": "2026-11-02T00:00:00Z", "actor": "ann@example.com"},
        "ann@example.com postponed task 3",
    ),
    "TaskReopened": (
        {"task_id": 3, "key": "812:s1", "actor": "ann@example.com"},
        "ann@example.com opened task 3 again",
    ),
}  # fmt: skip


def fact_of(store, name, fields) -> Event:
    fact = msgspec.convert(fields, fact_types.get(name))
    return event_of(new_fact(fact, store_id=store.pk))


def event_of(row: NewEvent) -> Event:
    append([row])
    return Event.objects.order_by("-id")[0]


def test_every_fact_type_has_words():
    assert [name for name in fact_types.names() if name not in event_words] == []
    assert fact_types.names() == sorted(SAID)


@pytest.mark.parametrize("name", SAID)
def test_a_fact_is_told_in_a_sentence(store, name):
    fields, sentence = SAID[name]
    assert describe_event(fact_of(store, name, fields)) == sentence


@pytest.mark.parametrize("name", SAID)
def test_a_fact_of_which_nothing_is_left_still_has_words(name):
    with translation.override("en"):
        words = describe_event(Event(type="fact", name=name, payload={}))
    assert words.strip()
    assert "%(" not in words


def test_words_of_programs_are_no_patterns():
    words = event_words.get("EmailSent")({"intent": "50%(off)s", "instance": "3"})
    assert words == "E-mail sent: 50%(off)s 3"


@pytest.mark.parametrize(
    ("name", "properties", "words"),
    [
        ("Ticket Opened", {"ticket_id": 7, "subject": "Lost"}, "Opened ticket 7: “Lost”"),
        ("Ticket Solved", {"ticket_id": 7}, "Ticket 7 was solved"),
        ("Product Reviewed", {"rating": "5"}, "Wrote a review with 5 of 5 stars"),
        ("NPS Survey Submitted", {"score": 9}, "Answered a survey, Recommendation (0 to 10): 9 of 10"),
        ("Survey Answered", {"measure": "csat", "value": 3, "scale": [1, 7]},
         "Answered a survey, Satisfaction: 3 of 7"),
        ("Survey Answered", {"measure": ["x"], "value": {}}, "Answered a survey"),
        ("HealthChanged", {"value": "x"}, "HealthChanged"),
    ],
)  # fmt: skip
def test_calls_that_other_rooms_read_have_words(store, name, properties, words):
    assert describe_event(event_of(call(store, user="1", name=name, properties=properties))) == words


def test_the_timeline_names_products_by_title(store, django_assert_num_queries):
    fact = ProductImported(product_id="p", title="Linen shirt", currency="EUR")
    take(store, append([new_fact(fact, store_id=store.pk)]), stages=pipeline.STAGES)
    for hour, product in ((1, "p"), (2, "p"), (3, "q")):
        properties = {"product_id": product, "rating": 4, "review_id": str(hour)}
        tell(store, call(store, hour=hour, user="1", name="Product Reviewed", properties=properties))
    customer_id = Customer.objects.get().pk
    with django_assert_num_queries(4):
        entries, _next = timeline(store=store, customer_id=customer_id)
    assert [entry.words for entry in entries] == [
        "Reviewed q with 4 of 5 stars",
        "Reviewed Linen shirt with 4 of 5 stars",
        "Reviewed Linen shirt with 4 of 5 stars",
    ]
    assert entries[0].event.occurred_at == datetime(2026, 11, 1, 3, tzinfo=UTC)
