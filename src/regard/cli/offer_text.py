"""Offers as commands show and change them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import click
from django.core.exceptions import ValidationError

from regard.cli.installation import ACTOR
from regard.core.models import Store
from regard.core.money import MoneyError, money_text, to_minor
from regard.offer.domain.approvals import approve_offer, decline_offer
from regard.offer.domain.by_hand import give_by_hand
from regard.offer.domain.codes import export_codes, import_codes, make_codes
from regard.offer.domain.pools import PoolTerms, create_pool, switch_pool
from regard.offer.domain.queries import (
    figures_of,
    offer_for_viewer,
    offers_for_viewer,
    pool_named,
    pools_for_viewer,
    waiting_offers,
)
from regard.offer.domain.wording import value_words
from regard.offer.models import Offer, OfferKind, OfferPool
from regard.profile.domain.finding import find_customer
from regard.profile.models import Customer


def say_pools(store: Store, *, as_json: bool) -> None:
    pools = pools_for_viewer(store)
    figures = figures_of(store, pools)
    if as_json:
        told = [
            {"key": pool.key, "name": pool.name, "kind": pool.kind, "is_on": pool.is_on,
             "value": value_words(pool, store.currency), "spent_minor": pool.spent_minor, **vars(figures[pool.pk])}
            for pool in pools
        ]  # fmt: skip
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    for pool in pools:
        now = figures[pool.pk]
        left = "codes by rule" if pool.makes_codes and not now.left else f"{now.left} codes left"
        click.echo(
            f"{pool.key}  {value_words(pool, store.currency)}  {now.given} given, {now.redeemed} redeemed, "
            f"{now.kept_back} kept back, {left}, {money_text(pool.spent_minor, store.currency)} spent"
            f"{'' if pool.is_on else '  switched off'}"
        )


def say_created(
    store: Store,
    key: str,
    *,
    kind: str,
    value: str,
    name: str,
    because: str,
    days: int | None,
    makes_codes: bool,
    kept_back: int,
    **amounts: Decimal | None,
) -> None:
    """amounts: minimum, costs, day_budget and budget. Raises click.ClickException for terms that cannot be."""
    try:
        minor = {
            name: None if amount is None else to_minor(amount, store.currency)
            for name, amount in amounts.items()
        }
        terms = PoolTerms(
            name=name or key, kind=kind, because=because, valid_days=days, makes_codes=makes_codes,
            kept_back_percent=kept_back, minimum_minor=minor["minimum"], worth_minor=minor["costs"],
            day_budget_minor=minor["day_budget"], budget_minor=minor["budget"], **_value(store, kind, value),
        )  # fmt: skip
        pool = create_pool(store=store, key=key, terms=terms, actor=ACTOR)
    except MoneyError as error:
        raise click.ClickException(str(error)) from error
    except ValidationError as error:
        raise click.ClickException(_by_field(error)) from error
    click.echo(f"{key} is there and switched on: {value_words(pool, store.currency)}.")


def _value(store: Store, kind: str, value: str) -> dict[str, Any]:
    """Under the field that the kind has for it. Raises MoneyError, or click.ClickException for no percentage."""
    match kind:
        case OfferKind.PERCENT:
            if not value.removesuffix("%").strip().isdigit():
                raise click.ClickException("Say the percentage by --value, such as 10.")
            return {"percent": int(value.removesuffix("%"))}
        case OfferKind.AMOUNT:
            return {"amount_minor": to_minor(value or "0", store.currency)}
        case OfferKind.GIFT | OfferKind.ACCESS:
            return {"what": value}
        case _:
            return {}


def _by_field(error: ValidationError) -> str:
    return " ".join(f"{field}: {' '.join(said)}" for field, said in error.message_dict.items())


def say_switched(store: Store, key: str, *, is_on: bool) -> None:
    done = switch_pool(_pool(store, key), is_on=is_on, actor=ACTOR)
    click.echo(f"{key} {'is' if done else 'was'} switched {'on' if is_on else 'off'}.")


def say_made(store: Store, key: str, count: int) -> None:
    """Raises click.ClickException for more than can be made at once."""
    try:
        made = make_codes(_pool(store, key), count, actor=ACTOR)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    click.echo(f"{made} codes are made.")


def say_given(store: Store, key: str, *, limit: int, as_json: bool) -> None:
    offers = offers_for_viewer(store, pool_id=_pool(store, key).pk, limit=limit).rows
    if as_json:
        click.echo(json.dumps([_told(offer) for offer in offers], indent=2, ensure_ascii=False))
        return
    for offer in offers:
        click.echo(f"{_line(offer)}  {offer.state}  {_used(offer)}")


def say_imported(store: Store, key: str, lines: Iterable[str]) -> None:
    """Raises click.ClickException for what is no code; then none is brought in."""
    try:
        added, known = import_codes(_pool(store, key), lines, actor=ACTOR)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    click.echo(f"{added} codes are new, {known} were there.")


def say_codes(store: Store, key: str) -> None:
    for line in export_codes(_pool(store, key), actor=ACTOR):
        click.echo(line, nl=False)


def say_gift(store: Store, key: str, who: str) -> None:
    """Raises click.ClickException where limits forbid it, or for a customer whom the store does not have."""
    try:
        given = give_by_hand(_pool(store, key), find_customer(store, who), actor=ACTOR)
    except Customer.DoesNotExist:
        raise click.ClickException(f"{store.slug} has no customer {who}.") from None
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    said = f"The code is {given.code.code}." if given.code else f"It waits for approval as {given.pk}."
    click.echo(said)


def say_waiting(store: Store) -> None:
    for offer in waiting_offers(store):
        click.echo(f"{_line(offer)}  {offer.pool.key}  {money_text(offer.worth_minor, store.currency)}")


def say_approved(store: Store, number: int) -> None:
    """Raises click.ClickException where a budget is spent or no code is left."""
    offer = _offer(store, number)
    try:
        done = approve_offer(offer, actor=ACTOR)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    code = offer.code.code if offer.code else ""
    click.echo(f"Offer {number} is given: the code is {code}." if done else f"Offer {number} did not wait.")


def say_declined(store: Store, number: int) -> None:
    done = decline_offer(_offer(store, number), actor=ACTOR)
    click.echo(f"Offer {number} {'is declined' if done else 'did not wait'}.")


def _pool(store: Store, key: str) -> OfferPool:
    try:
        return pool_named(store, key)
    except OfferPool.DoesNotExist:
        said = f"{store.slug} has no offer {key}; `regard offer list` names them."
        raise click.ClickException(said) from None


def _offer(store: Store, number: int) -> Offer:
    try:
        return offer_for_viewer(store, number)
    except Offer.DoesNotExist:
        said = f"{store.slug} has given no offer {number}; `regard offer waiting` names those that wait."
        raise click.ClickException(said) from None


def _line(offer: Offer) -> str:
    return f"{offer.pk:>6}  {offer.made_at:%Y-%m-%d %H:%M}  {offer.customer.called}  {offer.origin}"


def _used(offer: Offer) -> str:
    told = _told(offer)
    return (
        f"{told['code'] or '-'}  {'redeemed with ' + told['order_id'] if told['order_id'] else ''}".rstrip()
    )


def _told(offer: Offer) -> dict[str, Any]:
    """order_id: of the order that redeemed it first, as the query gives it."""
    return {
        "id": offer.pk, "customer_id": offer.customer_id, "state": offer.state, "origin": offer.origin,
        "key": offer.key, "code": offer.code.code if offer.code else None,
        "made_at": offer.made_at.isoformat(),
        "expires_on": offer.expires_on.isoformat() if offer.expires_on else None,
        "order_id": getattr(offer, "order_id", None),
    }  # fmt: skip
