"""Rows that the tests of the API ask for, made as the product makes them."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from regard.act.domain.outbox import NewSend
from regard.act.domain.suppression import suppress_address
from regard.act.models import Alert, Purpose, Send, SendingHold, SuppressedAddress
from regard.capture.domain.imports.run import import_file
from regard.capture.domain.log import NewEvent, append_events, key_of
from regard.capture.domain.sources import create_write_key, source_named
from regard.capture.models import Event, ImportRun, ParkedEvent, RejectedEvent
from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.domain.keys import create_api_key
from regard.core.domain.members import add_member
from regard.core.models import Store, User
from regard.desk.domain.feedback_items import Told, open_item, set_status
from regard.desk.domain.feedback_items import add_theme as add_theme_to
from regard.desk.models import FeedbackEvidence, FeedbackItem, Ticket
from regard.grow.domain.candidates import add_candidate
from regard.grow.domain.members import member_for_viewer, move_member
from regard.grow.domain.programmes import Terms as ProgrammeTerms
from regard.grow.domain.programmes import create_programme
from regard.grow.domain.sessions import Told as SessionTold
from regard.grow.domain.sessions import record_session
from regard.grow.models import Programme, ProgrammeMember
from regard.journey.domain.definition.reading import read_definition
from regard.journey.domain.handling import put_in
from regard.journey.domain.journeys import save_journey, switch_on
from regard.journey.models import Enrolment, Journey
from regard.listen.domain.taught import teach_intent
from regard.listen.models import Response, Review, Theme, ThemeMention, Understanding
from regard.measure.domain.costs import CostEntry, tell_costs
from regard.message.domain import templates
from regard.message.models import Template
from regard.offer.domain.by_hand import give_by_hand
from regard.offer.domain.pools import PoolTerms, create_pool
from regard.offer.models import OfferPool
from regard.predict.domain.churn.learning import churn_model_in_use
from regard.predict.domain.churn.predicting import predict_all
from regard.profile.domain.merging import part_identity
from regard.profile.domain.notes import write_note
from regard.profile.domain.segments.saved import create_segment, segments_of
from regard.profile.models import Customer, CustomerEvent, Identity, Order, Product
from regard.review.models import Mention
from regard.score.models import Score
from regard.survey.domain.definition.reading import read_definition as read_survey
from regard.survey.domain.surveys import save_draft
from regard.task.domain.cases import open_case
from regard.task.domain.making import make_task
from tests.act.queueing import queue_send
from tests.predict.churners import add_churn_model
from tests.predict.fitted import add_lifetime_model
from tests.score.people import new_identity, new_order
from tests.serve.shops import add_prompt as make_prompt


def add_event(store: Store, number: int = 1, *, name: str = "Order Completed") -> int:
    """Gives its id."""
    now = clock.now()
    event = NewEvent(
        store_id=store.pk,
        received_at=now,
        occurred_at=now,
        source_id=None,
        key=key_of(f"{name} {number}"),
        history=False,
        type="track",
        name=name,
        user_id=f"u-{number}",
        anonymous_id=None,
        payload=b'{"event": "x", "properties": {"big": 123456789012345678901234567890}}',
    )
    with transaction.atomic(), connection.cursor() as cursor:
        append_events(cursor, [event], horizon=now - timedelta(days=1))
    return Event.objects.filter(store_id=store.pk).latest("id").id


def add_pool(store: Store) -> int:
    number = OfferPool.objects.filter(store=store).count()
    terms = PoolTerms(
        name="Ten", kind="amount", amount_minor=10, because="Welcome", makes_codes=True, again_after_days=0
    )
    return create_pool(store=store, key=f"ten-{number}", terms=terms, actor="tests").pk


def pool_key(store: Store) -> str:
    return OfferPool.objects.get(pk=add_pool(store)).key


def add_offer(store: Store, number: int = 1) -> int:
    customer = Customer.objects.get(pk=add_known_customer(store))
    pool = OfferPool.objects.filter(store=store).first() or OfferPool.objects.get(pk=add_pool(store))
    return give_by_hand(pool, customer, actor="tests").pk


def add_prompt(store: Store) -> int:
    return make_prompt(store, is_on=False).pk


def add_programme(store: Store) -> int:
    number = Programme.objects.filter(store=store).count()
    return create_programme(store, "board", ProgrammeTerms(name=f"Board {number}"), actor="tests").pk


def add_programme_member(store: Store) -> int:
    programme = Programme.objects.select_related("store").get(pk=add_programme(store))
    add_candidate(programme, Customer.objects.get(pk=add_known_customer(store)), actor="tests")
    return ProgrammeMember.objects.get(programme=programme).pk


def add_programme_session(store: Store) -> int:
    """At which one can have been who takes part."""
    member = member_for_viewer(store, add_programme_member(store))
    move_member(member, "accepted", actor="tests")
    told = SessionTold(kind="online", title="Zips", held_at=clock.now())
    return record_session(member.programme, told, actor="tests").pk


def there(_store: Store) -> dict[str, Any]:
    """The latest member was there."""
    return {"members": [{"member_id": ProgrammeMember.objects.latest("pk").pk, "satisfaction": 4}]}


def add_task(store: Store, number: int = 1) -> int:
    return make_task(store=store, title=f"Task {number}", actor="tests").pk


def add_case(store: Store) -> int:
    customer = Customer.objects.get(pk=add_known_customer(store))
    return open_case(customer=customer, reason="A lost parcel", owner=None, actor="tests").pk


def add_template(store: Store, number: int = 1) -> int:
    written = {
        "key": f"t-{number}",
        "name": f"T {number}",
        "texts": {"en": {"subject": "Hi", "body": "Good day."}},
    }
    templates.save_template(store, templates.read_definition(written), actor="tests")
    return Template.objects.get(store=store, key=f"t-{number}").pk


def add_rejected(store: Store, number: int = 1, **values: object) -> int:
    given = {
        "sent_as": "track",
        "field": "event",
        "reason": "The event is None.",
        "body": f'{{"userId": "u-{number}"}}',
    }
    return RejectedEvent.objects.create(store=store, **{**given, **values}).pk


def add_source(store: Store, number: int = 1) -> int:
    return source_named(store=store, name=f"Shop {number}", actor="tests").pk


def add_write_key(store: Store, number: int = 1) -> int:
    source = source_named(store=store, name=f"Shop {number}", actor="tests")
    return create_write_key(source=source, actor="tests")[0].pk


def add_api_key(store: Store, number: int = 1) -> int:
    return create_api_key(store=store, name=f"Key {number}", scopes=["store.read"], actor="tests")[0].pk


def add_cost(store: Store, number: int = 1) -> None:
    entry = CostEntry(date(2026, number, 1), "marketing", 100 * number)
    tell_costs(store=store, entries=[entry], actor="tests")


def add_segment(store: Store, number: int = 1) -> int:
    made, text = segments_of(store).count(), f"last_seen_days < {number}"
    return create_segment(store=store, name=f"Segment {made}", text=text, actor="tests").pk


def add_person(store: Store, number: int = 1, *, role: str = "agent") -> int:
    user, _ = User.objects.get_or_create(email=f"person{number}@{store.slug}.example.com")
    return add_member(store=store, user=user, role=role, actor="tests").pk


def add_audit_entry(store: Store, number: int = 1) -> None:
    record_audit(store=store, actor="tests", action="test.done", target=str(number))


def add_parked(store: Store, number: int = 1) -> int:
    event = add_event(store, number, name=f"Parked {number}")
    parked, _ = ParkedEvent.objects.get_or_create(
        store=store, event_id=event, defaults={"stage": "orders", "error": "ValueError: x"}
    )
    return parked.pk


def add_customer(store: Store, number: int = 1) -> int:
    now = clock.now()
    return Customer.objects.create(
        store=store,
        name=f"Customer {number}",
        email=f"c{number}@{store.slug}.example.com",
        first_seen_at=now,
        last_seen_at=now,
    ).pk


def add_customer_with_health(store: Store) -> int:
    customer_id = add_customer(store)
    Score.objects.create(
        store=store, subject_id=customer_id, value=72, band="health:healthy", coverage=75, history=False,
        computed_at=clock.now(),
    )  # fmt: skip
    return customer_id


def add_customer_who_bought(store: Store) -> int:
    """Again with every call, as somebody else."""
    customer_id = add_customer(store)
    identity_id = add_identity(store, customer_id, f"who-bought-{customer_id}")
    add_order(store, customer_id, customer_id, identity_id=identity_id)
    return customer_id


def add_customer_with_churn_risk(store: Store) -> int:
    """A buyer in a store that has learned."""
    add_churn_model(store)
    customer = Customer.objects.get(pk=add_customer(store))
    new_identity(customer, f"buyer-{customer.pk}")
    new_order(customer, clock.now() - timedelta(days=50))
    predict_all(store, *churn_model_in_use(store))
    return customer.pk


def add_model(store: Store, _number: int = 1) -> int:
    return add_lifetime_model(store).pk


def add_identity(store: Store, customer_id: int, value: str = "u-1", *, kind: str = "user_id") -> int:
    identity, _ = Identity.objects.get_or_create(
        store=store, kind=kind, value=value, defaults={"customer_id": customer_id}
    )
    return identity.pk


def add_root(store: Store, number: int = 1) -> int:
    """A customer as identification makes one; gives its id."""
    customer_id = add_customer(store, number)
    Identity.objects.create(
        store=store,
        kind="user_id",
        value=f"n-{customer_id}",
        customer_id=customer_id,
        own_customer_id=customer_id,
    )
    return customer_id


def add_weak_identity(store: Store) -> int:
    """An e-mail that events have put to a customer number; gives its id."""
    root = Identity.objects.get(own_customer=add_root(store))
    return Identity.objects.create(
        store=store, kind="email", value=f"{root.pk}@example.com", customer_id=root.customer_id, owner=root,
        owned_since=clock.now(),
    ).pk  # fmt: skip


def add_parted_identity(store: Store) -> int:
    identity_id = add_weak_identity(store)
    part_identity(store=store, identity_id=identity_id, actor="tests")
    return identity_id


def add_known_customer(store: Store, number: int = 1) -> int:
    customer_id = add_customer(store, number)
    add_identity(store, customer_id, f"known-{customer_id}")
    return customer_id


def add_note(store: Store) -> int:
    customer = Customer.objects.get(pk=add_known_customer(store))
    return write_note(customer, "Likes coffee", actor="tests").pk


def add_order(store: Store, customer_id: int, number: int = 1, **values: object) -> int:
    now = clock.now()
    given = {
        "identity_id": add_identity(store, customer_id),
        "external_id": f"o-{number}",
        "ordered_at": now,
        "total_minor": 4900,
        "currency": store.currency,
        "history": False,
        "described_at": now,
        "event_id": 1,
    }
    return Order.objects.create(store=store, **{**given, **values}).pk


def add_customer_with_order(store: Store) -> int:
    customer_id = add_customer_with_health(store)
    return add_order(store, customer_id)


def add_product(store: Store, number: int = 1) -> int:
    return Product.objects.create(
        store=store, external_id=f"p-{number}", title=f"Shirt of {store.slug}", currency=store.currency
    ).pk


def add_review(store: Store, number: int = 1, **values: object) -> int:
    given = {
        "external_id": f"r-{number}",
        "rating": 2,
        "body": f"Late again at {store.name}.",
        "reviewed_at": clock.now(),
        "history": False,
        "event_id": 1,
    }
    return Review.objects.create(store=store, **{**given, **values}).pk


def add_another_review(store: Store) -> int:
    return add_review(store, external_id=f"another-{Review.objects.count()}")


def add_mention(store: Store, number: int = 1, **values: object) -> int:
    given = {
        "external_id": f"m-{number}",
        "source": "social.example",
        "author": "@ann",
        "text": f"Late again at {store.name}.",
        "url": f"https://social.example/{number}",
        "is_open": True,
        "mentioned_at": clock.now(),
        "history": False,
        "event_id": 1,
    }
    return Mention.objects.create(store=store, **{**given, **values}).pk


def add_another_mention(store: Store) -> int:
    return add_mention(store, external_id=f"another-{Mention.objects.count()}")


def add_text(store: Store, number: int = 1) -> int:
    """What was understood of a review."""
    review = add_review(store, external_id=f"t-{store.pk}-{Understanding.objects.count()}-{number}")
    held = Understanding.objects.create(
        store=store, source="reviews", source_id=review, said_at=clock.now(), digest=number,
        understood_at=clock.now(), language="en", feeling="negative", score=-0.5, intents=["complaint"],
        confidence=0.7, urgency=1,
    )  # fmt: skip
    return held.pk


def add_theme(store: Store, number: int = 1) -> int:
    """One that a text speaks of."""
    theme = Theme.objects.create(store=store, name=f"theme {number} of {store.slug}")
    text = add_text(store, number)
    ThemeMention.objects.create(
        theme=theme, understanding_id=text, said_at=clock.now() - timedelta(minutes=1)
    )
    return theme.pk


def add_lesson(store: Store, number: int = 1) -> int:
    """An intent of the store's own."""
    name = f"intent_{number}_of_{store.slug}"
    return teach_intent(store, intent=name, examples=[f"wish {number}"], actor="tests")


def add_response(store: Store, number: int = 1, **values: object) -> int:
    given = {
        "external_id": f"a-{number}", "measure": "nps", "topic": "relationship", "value": 3, "lowest": 0,
        "highest": 10, "score": 30, "answered_at": clock.now(), "history": False, "event_id": 1,
    }  # fmt: skip
    return Response.objects.create(store=store, **{**given, **values}).pk


def add_ticket(store: Store, number: int = 1) -> int:
    now = clock.now()
    return Ticket.objects.create(
        store=store, external_id=f"t-{number}", opened_at=now, described_at=now, event_id=1, history=False
    ).pk


def add_to_timeline(store: Store, customer_id: int, number: int = 1) -> int:
    """Gives the event's id."""
    event = Event.objects.get(store_id=store.pk, id=add_event(store, number))
    identity = add_identity(store, customer_id)
    CustomerEvent.objects.create(
        store=store, event_id=event.id, identity_id=identity, occurred_at=event.occurred_at
    )
    return event.id


def tomorrow(store: Store) -> dict[str, str]:
    """Until when something sleeps."""
    return {"until": (clock.now() + timedelta(days=1)).isoformat()}


def add_handled_alert(store: Store) -> int:
    return add_alert(store, state="handled", handled_at=clock.now())


def add_alert(store: Store, number: int = 1, **values: object) -> int:
    given = {
        "kind": "negative_review",
        "level": "critical",
        "identity_id": add_identity(store, add_customer(store, number), f"a-{number}"),
        "reason": "2 stars after 5 orders",
        "event_id": 1,
        "instance": f"r-{number}",
        "raised_at": clock.now(),
    }
    return Alert.objects.create(store=store, **{**given, **values}).pk


def add_send(store: Store, number: int = 1, *, state: str = "failed") -> int:
    with transaction.atomic():
        send = queue_send(
            store,
            NewSend(
                channel="email",
                recipient="ann@example.com",
                purpose=Purpose.TEAM,
                intent="alert",
                instance=f"alert {number}",
                subject=f"To {store.slug}",
                body_text="Look.",
            ),
        )
    Send.objects.filter(pk=send.pk).update(state=state)
    return send.pk


def add_hold(store: Store) -> int:
    number = SendingHold.objects.filter(store=store).count() + 901
    held = add_send(store, number, state="held")
    Send.objects.filter(pk=held).update(intent=f"journey:{number}", purpose=Purpose.MARKETING)
    hold = SendingHold(store=store, origin=f"journey:{number}", limit=500, held_at=clock.now())
    hold.save()
    return hold.pk


def add_suppressed_address(store: Store, number: int = 1) -> int:
    suppress_address(store, channel="email", address=f"gone{number}@example.com", reason="550 5.1.1 unknown")
    return SuppressedAddress.objects.filter(store=store).latest("id").pk


REVIEWS = b"""review_id,customer_email,rating,reviewed_at,order_id
r1,ann@example.com,5,2025-01-31T09:30:00Z,o1
r2,bob@example.com,9,2025-02-01T09:30:00Z,o2
"""  # the second has too many stars


def new_import() -> dict[str, Any]:
    return {"kind": "reviews", "file": SimpleUploadedFile("reviews.csv", REVIEWS, content_type="text/csv")}


def add_import(store: Store, number: int = 1) -> int:
    return ImportRun.objects.create(store=store, kind="orders", file_name=f"{number}.csv", actor="tests").pk


def add_import_with_rejects(store: Store) -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reviews.csv"
        path.write_bytes(REVIEWS)
        import_file(store=store, kind="reviews", path=path, actor="tests")
    return ImportRun.objects.filter(store=store).latest("id").pk


def add_import_to_undo(store: Store) -> int:
    """A run that added something, though its like was imported before."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        count = ImportRun.objects.count()
        path.write_text(f"order_id,customer_id,ordered_at\nO-{count},c1,2025-01-31\n")
        import_file(store=store, kind="orders", path=path, actor="tests")
    return ImportRun.objects.filter(store=store).latest("id").pk


JOURNEY = {
    "journey": "welcome", "name": "Welcome", "start": {"event": "Signed Up"}, "holdout": 0,
    "steps": [{"do": "tag", "with": {"tag": "new"}}],
}  # fmt: skip


SURVEY = {
    "survey": "after", "name": "After", "title": "After", "questions": [{"kind": "nps", "text": "How likely?"}],
}  # fmt: skip


def add_survey(store: Store, number: int = 1) -> str:
    """Gives its key."""
    return save_draft(store, read_survey(SURVEY | {"survey": f"after-{number}"}), actor="tests").key


def add_journey(store: Store, number: int = 1) -> str:
    """Gives its key."""
    values = JOURNEY | {"journey": f"welcome-{number}"}
    return save_journey(store, read_definition(values), actor="tests").key


def add_journey_on(store: Store, number: int = 1) -> str:
    key = add_journey(store, number)
    switch_on(Journey.objects.get(store=store, key=key), actor="tests")
    return key


def add_enrolment(store: Store, number: int = 1) -> int:
    key = add_journey_on(store, number)
    customer_id = add_customer(store, number)
    add_identity(store, customer_id, f"in-journey-{customer_id}")
    put_in(Journey.objects.get(store=store, key=key), [customer_id], actor="tests")
    return Enrolment.objects.filter(store=store).latest("id").pk


def add_improvement(store: Store, number: int = 1, *, status: str = "new") -> int:
    told = Told(title=f"Zips that hold, {number}", kind="product", urgency="nice", innovation="issue")
    item = open_item(store, told, actor="tests")
    if status != "new":
        set_status(item, status, actor="tests")
    return item.pk


def add_improvement_evidence(store: Store) -> int:
    """A theme that stands behind one."""
    item = FeedbackItem.objects.get(pk=add_improvement(store))
    theme = Theme.objects.create(store=store, name=f"theme of improvement {item.pk}")
    add_theme_to(item, theme, actor="tests")
    return FeedbackEvidence.objects.get(item=item).pk
