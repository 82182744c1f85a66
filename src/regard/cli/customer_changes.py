"""What commands change about one customer: merged, taken apart, given out, erased."""

from __future__ import annotations

import json
import shlex

import click
from django.core.exceptions import ValidationError

from regard.cli.installation import ACTOR
from regard.core.models import Store
from regard.profile.domain.finding import find_customer, find_identity
from regard.profile.domain.merging import merge_customers, part_identity, undo_decision
from regard.profile.domain.personal_data import (
    erase_customer,
    export_customer,
    held_counts,
    held_on_customer,
)
from regard.profile.models import Customer, Identity


def say_held(store: Store, who: str) -> None:
    held = export_customer(store=store, customer_id=_customer(store, who).pk, actor=ACTOR)
    click.echo(json.dumps(held, indent=2, ensure_ascii=False, default=str))


def erase_after_asking(store: Store, who: str, *, confirmed: bool) -> None:
    """Raises click.Abort when the person does not type the customer's number."""
    customer = _customer(store, who)
    if not confirmed:
        counts = held_counts(held_on_customer(store, customer.pk))
        told = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in counts.items())
        click.echo(f"This erases {customer.name or who} for good: {told or 'the customer'}.")
        if click.prompt(f"Type {customer.pk} to confirm", default="", show_default=False) != str(customer.pk):
            raise click.Abort
    try:
        erasure = erase_customer(store=store, customer_id=customer.pk, actor=ACTOR)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    click.echo(f"Customer {erasure.customer_id} is erased.")
    for holder, rows in erasure.rows.items():
        click.echo(f"  {holder}: {rows} rows")
    click.echo(f"  digest {erasure.digest}")


def say_merged(store: Store, first: str, second: str, *, force: bool) -> None:
    one, other = _customer(store, first), _customer(store, second)
    try:
        kept = merge_customers(store=store, first=one.pk, second=other.pk, force=force, actor=ACTOR)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    click.echo(f"They are customer {kept} now.")


def say_unmerged(store: Store, who: str, *, parts: bool) -> None:
    """parts: whether what events joined is parted too, and not only what a person merged or parted taken back."""
    try:
        identity = find_identity(store, who)
    except Identity.DoesNotExist:
        raise click.ClickException(f"Nobody in {store.slug} goes by {who!r}.") from None
    if not identity.by_hand and not parts:
        said = f"No person has merged or parted {identity.value}; to part what events joined, say --part."
        raise click.ClickException(said)
    step = undo_decision if identity.by_hand else part_identity
    try:
        customer_id = step(store=store, identity_id=identity.pk, actor=ACTOR)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    click.echo(f"{identity.value} belongs to customer {customer_id} now.")
    if step is part_identity:
        back = shlex.join(["regard", "customer", "unmerge", identity.value, "--store", store.slug])
        click.echo(f"To take that back: {back}")


def _customer(store: Store, who: str) -> Customer:
    try:
        return find_customer(store, who)
    except Customer.DoesNotExist:
        raise click.ClickException(f"No customer of {store.slug} has the e-mail or id {who!r}.") from None
