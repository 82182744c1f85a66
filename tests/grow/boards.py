"""Programmes of tests, and customers with figures to be ranked by."""

from __future__ import annotations

from datetime import timedelta

from regard.core import clock
from regard.core.models import Store
from regard.grow.domain.candidates import add_candidate
from regard.grow.domain.members import member_for_viewer, move_member
from regard.grow.domain.programmes import Terms, create_programme
from regard.grow.models import Programme, ProgrammeMember
from regard.profile.domain.consents import tell_consent
from regard.profile.models import Customer, Identity
from regard.score.domain.weights import PRESENT
from regard.score.models import CustomerFeatures, Score
from tests.score.people import new_customer

ANA = "ana@acme.example"


def new_programme(store: Store, kind: str = "board", **terms: object) -> Programme:
    return create_programme(store, kind, Terms(**{"name": "Board", **terms}), actor=ANA)


def new_reader(store: Store, name: str) -> Customer:
    """Somebody who may be written to."""
    customer = new_customer(store, name)
    email = f"{name}@example.com"
    Identity.objects.create(store=store, kind="email", value=email, customer=customer)
    Customer.objects.filter(pk=customer.pk).update(email=email, name=name.title())
    customer.refresh_from_db()
    tell_consent(store=store, customer=customer, channel="email", given=True, actor=ANA)
    return customer


def joined(programme: Programme, customer: Customer, state: str = "accepted") -> ProgrammeMember:
    """state: "candidate" for who is only on the list."""
    add_candidate(programme, customer, actor=ANA)
    found = ProgrammeMember.objects.get(programme=programme, identity__customer=customer)
    member = member_for_viewer(programme.store, found.pk)
    if state != "candidate":
        move_member(member, state, actor=ANA)
    return member


def set_csi(customer: Customer, value: float) -> None:
    Score.objects.update_or_create(
        store=customer.store, name="csi", subject_type="customer", subject_id=customer.pk,
        defaults={
            "value": value, "band": "csi:satisfied", "coverage": 100, "history": False,
            "computed_at": clock.now(),
        },
    )  # fmt: skip


def measured(store: Store, *, csi: float | None, behaviour: float | None, spent: int) -> Customer:
    """Someone who has bought, with these figures kept. behaviour: None for nothing known of it."""
    customer = new_customer(store)
    CustomerFeatures.objects.create(store=store, customer=customer, **_features(spent))
    if csi is not None:
        set_csi(customer, csi)
    values = [50.0 if not name.startswith("x") else None for name in PRESENT.inputs]
    values = [
        behaviour if pillar == "behaviour" else value
        for pillar, value in zip(PRESENT.pillar_of, values, strict=True)
    ]
    Score.objects.create(
        store=store, name="health", subject_type="customer", subject_id=customer.pk, value=50,
        band="health:healthy", coverage=100, history=False, input_values=values, computed_at=clock.now(),
    )  # fmt: skip
    return customer


def _features(spent: int) -> dict[str, object]:
    numbers = {
        field.name: 0
        for field in CustomerFeatures._meta.concrete_fields
        if not field.null and not field.primary_key and not field.has_default() and not field.is_relation
        and field.get_internal_type() in {"IntegerField", "BigIntegerField", "FloatField", "SmallIntegerField"}
    }  # fmt: skip
    moment = clock.now() - timedelta(days=3)
    moments = {
        field.name: moment
        for field in CustomerFeatures._meta.concrete_fields
        if not field.null and field.get_internal_type() == "DateTimeField"
    }
    return {**numbers, **moments, "orders": 1, "spent_minor": spent}
