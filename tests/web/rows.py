"""One of everything that a page can be about."""

from __future__ import annotations

import json
import tempfile
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from regard.act.domain.alert_handling import handle_alert, snooze_alert
from regard.act.domain.channel_accounts import set_account
from regard.act.domain.suppression import suppress_address
from regard.act.models import (
    Alert,
    AlertKind,
    AlertLevel,
    Purpose,
    Send,
    SendingHold,
    SendState,
    SuppressedAddress,
)
from regard.capture.domain.batch import Batch
from regard.capture.domain.imports.run import import_file
from regard.capture.domain.imports.uploads import keep_upload
from regard.capture.domain.log import REPEAT_HORIZON, append_events
from regard.capture.domain.rejected import discard_rejected
from regard.capture.domain.segment import read_event
from regard.capture.domain.sources import create_write_key, source_named
from regard.capture.models import Event, ImportRun, ParkedEvent, RejectedEvent
from regard.core import clock
from regard.core.domain.keys import create_api_key
from regard.core.domain.members import add_member, invite_member
from regard.core.models import Store, User
from regard.desk.domain.feedback_items import Told, add_theme, open_item
from regard.desk.models import FeedbackEvidence
from regard.grow.domain.candidates import add_candidate
from regard.grow.domain.members import move_member
from regard.grow.domain.programmes import Terms as ProgrammeTerms
from regard.grow.domain.programmes import create_programme
from regard.grow.domain.sessions import Told as SessionTold
from regard.grow.domain.sessions import record_session
from regard.grow.models import ProgrammeMember
from regard.journey.domain.definition.reading import read_yaml
from regard.journey.domain.handling import put_in
from regard.journey.domain.journeys import save_journey, switch_on
from regard.journey.models import Enrolment, Journey
from regard.listen.models import Review, Theme, Understanding
from regard.message.domain.templates import archive_template, read_definition, save_template
from regard.message.models import Template
from regard.offer.domain.by_hand import give_by_hand
from regard.offer.domain.pools import PoolTerms, create_pool, set_limits
from regard.offer.models import Offer, OfferPool
from regard.pipeline import STAGES
from regard.profile.domain.merging import part_identity
from regard.profile.domain.notes import remove_note, write_note
from regard.profile.domain.segments.saved import create_segment
from regard.profile.domain.tags import tag_customers
from regard.profile.models import Customer, CustomerNote, Identity, Product
from regard.review.domain.mention_handling import finish_mention
from regard.review.domain.moderating import publish_review
from regard.review.models import Mention
from regard.survey.domain.shipped import ensure_survey
from regard.survey.domain.surveys import open_link, pause_survey
from regard.task.domain.cases import open_case
from regard.task.domain.handling import do_task
from regard.task.domain.making import make_task
from regard.task.models import RecoveryCase, Task
from tests.predict.fitted import add_lifetime_model
from tests.serve.shops import add_prompt
from tests.survey.sittings import add_sitting, add_survey, add_upload


def add_event(
    store: Store,
    name: str = "Order Completed",
    user_id: str = "C-1",
    *,
    browser: str = "",
    **properties: object,
) -> Event:
    """An event in the log, as a shop would have sent it."""
    now = clock.now()
    said = {"event": name, "userId": user_id, "properties": properties}
    body = json.dumps(said | ({"anonymousId": browser} if browser else {})).encode()
    row = read_event("track", body, store_id=store.pk, source_id=None, received_at=now, sent_at=None)
    with connection.cursor() as cursor:
        append_events(cursor, [row], horizon=now - REPEAT_HORIZON)
    return Event.objects.filter(store_id=store.pk).latest("id")


def _slack(store: Store) -> str:
    values = {"url": "https://hooks.slack.example/x"}
    set_account(store, channel="slack", values=values, actor="tests")
    return "slack"


def add_rejected(store: Store, body: str = '{"event": "Order Completed"}') -> RejectedEvent:
    return RejectedEvent.objects.create(
        store=store, sent_as="track", field="userId", reason="There is no userId.", body=body
    )


def add_customer(store: Store, number: int = 1, title: str = "Zip broke") -> Customer:
    """A customer with an order and a review, made by events like any other."""
    user_id = f"C-{number}"
    order_id = f"A-{number}"
    ordered = add_event(
        store, "Order Completed", user_id, order_id=order_id, total=20, currency=store.currency
    )
    told = {"review_id": f"R-{number}", "order_id": order_id, "rating": 2, "title": title}
    reviewed = add_event(store, "Product Reviewed", user_id, **told)
    _take(store, ordered, reviewed)
    return Identity.objects.select_related("customer").get(store=store, value=user_id).customer


def add_review(store: Store, number: int, words: str, **told: Any) -> None:
    """A review of two stars, made by an event like any other."""
    told = {"review_id": f"R-{number}", "rating": 2, "review_body": words, **told}
    _take(store, add_event(store, "Product Reviewed", f"C-{number}", **told))


def _review(store: Store, number: int) -> Review:
    add_review(store, number, "The zip broke.")
    return Review.objects.get(store=store, external_id=f"R-{number}")


def _mention(store: Store, number: int) -> Mention:
    told = {"mention_id": f"M-{number}", "text": "The zip broke.", "url": f"https://social.example/{number}"}
    _take(store, add_event(store, "Social Mention", f"C-{number}", **told))
    return Mention.objects.get(store=store, external_id=f"M-{number}")


def _done_mention(mention: Mention) -> Mention:
    finish_mention(mention, actor="tests")
    return mention


def _published(review: Review) -> Review:
    publish_review(review, actor="tests")
    return review


def _take(store: Store, *events: Event) -> None:
    """The reader itself waits for events to settle, which those of the test's own transaction never do."""
    batch = Batch(store, list(events))
    with transaction.atomic():
        for stage in STAGES:
            stage.run(batch)


def add_alert(store: Store, customer: Customer, number: int = 1) -> Alert:
    return Alert.objects.create(
        store=store, kind=AlertKind.NEGATIVE_REVIEW, level=AlertLevel.CRITICAL,
        identity=Identity.objects.filter(customer=customer).order_by("id")[0], reason="2 of 5 stars",
        event_id=1, instance=f"R-{number}", raised_at=clock.now(),
    )  # fmt: skip


def add_task(store: Store, customer: Customer | None = None, title: str = "Call Ada") -> Task:
    return make_task(store=store, title=title, customer=customer, actor="tests")


def add_case(store: Store, customer: Customer) -> RecoveryCase:
    return open_case(customer=customer, reason="The parcel was late", owner=None, actor="tests")


def add_item(store: Store) -> FeedbackEvidence:
    """With a theme behind it."""
    told = Told(title="Zips that hold", kind="product", urgency="critical", innovation="issue")
    item = open_item(store, told, actor="tests")
    add_theme(item, Theme.objects.create(store=store, name="buttons"), actor="tests")
    return FeedbackEvidence.objects.get(item=item)


def add_template(store: Store, key: str = "hello") -> Template:
    """With two versions, of which the second is in use."""
    for text in ("Good day.", "Hello {{ customer.first_name | default: 'you' }}."):
        written = {
            "key": key,
            "name": "Hello",
            "texts": {"en": {"subject": "Hello", "body": [{"text": text}]}},
        }
        save_template(store, read_definition(written), actor="tests")
    return Template.objects.get(store=store, key=key)


def _archived(template: Template) -> Template:
    archive_template(template, actor="tests")
    return template


def _done(task: Task) -> Task:
    do_task(task, actor="tests")
    return task


def add_pool(store: Store, key: str = "ten") -> OfferPool:
    terms = PoolTerms(name=key, kind="amount", amount_minor=1000, because="Welcome", makes_codes=True)
    return create_pool(store=store, key=key, terms=terms, actor="tests")


def add_programmes(store: Store, customer: Customer) -> dict[str, int]:
    """One with somebody who takes part, a candidate and a session, and another."""
    programme, other = (
        create_programme(store, "board", ProgrammeTerms(name=name), actor="tests") for name in ("New", "Old")
    )
    for each in (customer, add_customer(store, 8), add_customer(store, 9)):
        add_candidate(programme, each, actor="tests")
    dismissed, candidate, member = ProgrammeMember.objects.filter(programme=programme).order_by("-id")
    move_member(member, "accepted", actor="tests")
    move_member(dismissed, "dismissed", actor="tests", note="A competitor")
    told = SessionTold(kind="online", title="Zips", held_at=clock.now())
    session = record_session(programme, told, actor="tests")
    return {
        "programme": programme.pk, "old_programme": other.pk, "candidate": candidate.pk, "dismissed": dismissed.pk,
        "programme_member": member.pk, "programme_session": session.pk,
    }  # fmt: skip


def add_waiting_offer(pool: OfferPool, customer: Customer) -> Offer:
    limits = {"day_budget_minor": None, "most_per_customer": None, "may_stack": True, "actor": "tests"}
    set_limits(pool.store, **limits, approval_above_minor=1)
    offer = give_by_hand(pool, customer, actor="tests")
    set_limits(pool.store, **limits, approval_above_minor=None)
    return offer


JOURNEY = """
journey: {key}
name: {key}
start: {{by_hand: true}}
holdout: 0
steps:
- {{id: pause, wait: 3 days}}
- id: worth
  if: orders >= 2
  then: [{{do: tag, with: {{tag: regular}}}}]
- {{do: tag, with: {{tag: waited}}}}
"""


def add_journey(store: Store, key: str = "welcome", *, on: bool = False) -> Journey:
    """Sent by hand; a wait, a condition and two tags."""
    journey = save_journey(store, read_yaml(JOURNEY.format(key=key)), actor="tests")
    if on:
        switch_on(journey, actor="tests")
    return journey


def add_enrolment(journey: Journey, customer: Customer) -> Enrolment:
    put_in(journey, [customer.pk], actor="tests")
    return Enrolment.objects.filter(journey=journey, identity__customer=customer).latest("id")


def add_send(store: Store, number: int = 1, *, state: str = SendState.FAILED) -> Send:
    now = clock.now()
    return Send.objects.create(
        store=store, channel="email", recipient="ann@example.com", purpose=Purpose.TEAM, intent="alert",
        instance=str(number), subject="Look", body_text="At this.", state=state, due_at=now, created_at=now,
        message_id=f"<{number}@example.com>",
    )  # fmt: skip


def add_suppressed_address(store: Store, number: int = 1) -> SuppressedAddress:
    suppress_address(store, channel="email", address=f"gone{number}@example.com", reason="550 5.1.1 unknown")
    return SuppressedAddress.objects.filter(store=store).latest("id")


def add_hold(store: Store) -> SendingHold:
    """Two messages of a journey that ran away."""
    for number in (901, 902):
        add_send(store, number, state=SendState.HELD)
    return SendingHold.objects.create(store=store, origin="alert", limit=500, held_at=clock.now())


def _import_run(store: Store) -> ImportRun:
    """A finished run with a rejected row."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        path.write_text("order_id,customer_id,ordered_at\nA-9,C-9,2026-01-01\nA-10,C-9,never\n")
        import_file(store=store, kind="orders", path=path, actor="tests")
    return ImportRun.objects.filter(store=store).latest("id")


def _import_draft(store: Store) -> ImportRun:
    content = [b"order_id,customer_id,ordered_at\nA-9,C-9,2026-01-01\n"]
    return keep_upload(
        store=store, kind="orders", name="orders.csv", content=content, mapping=None, actor="tests"
    )


def _handled(alert: Alert) -> Alert:
    handle_alert(alert, actor="tests")
    return alert


def _asleep(alert: Alert) -> Alert:
    snooze_alert(alert, until=clock.now() + timedelta(days=1), actor="tests")
    return alert


def add_weak_identity(store: Store, browser: str = "b-1") -> Identity:
    """A browser that events have put to the customer number C-1."""
    _take(store, add_event(store, "Product Viewed", browser=browser))
    return Identity.objects.get(store=store, value=browser)


def _parted(identity: Identity) -> Identity:
    part_identity(store=identity.store, identity_id=identity.pk, actor="tests")
    return identity


def _removed(note: CustomerNote) -> CustomerNote:
    remove_note(note, actor="tests")
    return note


def one_of_each(store: Store) -> dict[str, Any]:
    """Their ids, by what they are."""
    member = add_member(
        store=store,
        user=User.objects.create_user(f"{uuid.uuid4()}@acme.example"),
        role="agent",
        actor="tests",
    )
    source = source_named(store=store, name="web", actor="tests")
    event = add_event(store)
    customer = add_customer(store)
    tag_customers(store, [customer.pk], "regular", actor="tests")
    journey = add_journey(store, on=True)
    survey, survey_draft = add_survey(store), add_survey(store, "draft-of-one", live=False)
    sitting = add_sitting(survey, {"score": 3, "why": "Too late"})
    paused = add_survey(store, "paused-one")
    pause_survey(paused, actor="tests")
    open_link(paused, is_open=True, actor="tests")
    ensure_survey(store, "nps-after-30-days", actor="tests")
    return {
        "survey": survey.pk,
        "prompt": add_prompt(store, is_on=False, actor="tests").pk,
        "survey_draft": survey_draft.pk,
        "survey_changed": survey_draft.changed_at.isoformat(),
        "survey_paused": paused.pk,
        "survey_open": paused.pk,
        "code_form": "svg",
        "survey_upload": add_upload(sitting).pk,
        "shipped_survey": "delivery",
        "playbook": "order-anniversary",
        "journey": journey.pk,
        "journey_draft": add_journey(store, "draft").pk,
        "enrolment": add_enrolment(journey, customer).pk,
        "customer": customer.pk,
        "other_customer": add_customer(store, 7).pk,
        "weak_identity": add_weak_identity(store).pk,
        "parted_identity": _parted(add_weak_identity(store, "b-2")).pk,
        "note": write_note(customer, "Likes coffee", actor="tests").pk,
        "removed_note": _removed(write_note(customer, "Likes nothing", actor="tests")).pk,
        "card": "needs",
        "message_channel": _slack(store),
        "chart": "orders",
        "model": add_lifetime_model(store).pk,
        "model_chart": "purchases",
        "product": Product.objects.create(
            store=store, external_id=f"{store.slug}/mug", title="Mug"
        ).external_id,
        "product_chart": "pieces",
        "relationship_chart": "life-shares",
        "metric": "aov",
        "metric_asked": "20260101-20260228-month-purchase-default",
        "sphere": "heart",
        "chart_form": "csv",
        "weeks": 13,
        "channel": "email",
        "answer": "refuse",
        "segment": create_segment(store=store, name="Tagged", text="tags is known", actor="tests").pk,
        "alert": add_alert(store, customer).pk,
        "handled_alert": _handled(add_alert(store, customer, 2)).pk,
        "sleeping_alert": _asleep(add_alert(store, customer, 3)).pk,
        "pool": (pool := add_pool(store)).pk,
        "waiting_offer": add_waiting_offer(pool, customer).pk,
        "evidence": (evidence := add_item(store)).pk,
        "item": evidence.item_id,
        **add_programmes(store, customer),
        "item_theme": Theme.objects.create(store=store, name="laces").pk,
        "case": add_case(store, customer).pk,
        "stage": "solve",
        "done_stage": "recognise",
        "template": add_template(store).pk,
        "archived_template": _archived(add_template(store, "old")).pk,
        "review": _review(store, 41).pk,
        "published_review": _published(_review(store, 42)).pk,
        "mention": _mention(store, 1).pk,
        "done_mention": _done_mention(_mention(store, 2)).pk,
        "task": add_task(store, customer).pk,
        "done_task": _done(add_task(store)).pk,
        "send": add_send(store).pk,
        "hold": add_hold(store).pk,
        "suppressed_address": add_suppressed_address(store).pk,
        "text": Understanding.objects.filter(store=store).latest("pk").pk,
        "theme": Theme.objects.create(store=store, name="zips", phrases=["zip broke"]).pk,
        "event": event.id,
        "rejected": add_rejected(store).pk,
        "discarded": discard_rejected(add_rejected(store), actor="tests").pk,
        "parked": ParkedEvent.objects.create(store=store, event_id=event.id, stage="orders", error="why").pk,
        "import_run": _import_run(store).pk,
        "import_draft": _import_draft(store).pk,
        "source": source.pk,
        "write_key": create_write_key(source=source, actor="tests")[0].pk,
        "member": member.pk,
        "invitation": invite_member(
            store=store, email="dora@acme.example", role="agent", actor="tests", granted_by=None
        )[0].pk,
        "api_key": create_api_key(store=store, name="ERP", scopes=["store.read"], actor="tests")[0].pk,
    }
