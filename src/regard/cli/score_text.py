"""Scores as commands show them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime

import click
from django.core.exceptions import ObjectDoesNotExist, ValidationError

from regard.core.models import Store
from regard.predict.domain.churn.telling import churn_for_viewer
from regard.profile.domain.finding import find_customer
from regard.profile.models import Customer
from regard.score.domain.band_totals import count_bands
from regard.score.domain.groups import groups_of
from regard.score.domain.refresh import bands_as_of, refresh_health
from regard.score.domain.rules.parcels import measure_carriers, refresh_all_parcels
from regard.score.domain.rules.products import refresh_products
from regard.score.domain.score_views import ScoreView, scores_for_viewer
from regard.score.domain.stale import refresh_stale
from regard.score.domain.standing import measure_standing
from regard.score.domain.things import scores_of_thing, subjects_in_words
from regard.score.domain.tuning import change_weights, weights_in_use


def score_all(store: Store) -> None:
    began = time.monotonic()
    moved = refresh_stale(store) + refresh_health(store=store)
    measure_standing(store)
    measure_carriers(store)
    refresh_all_parcels(store)
    refresh_products(store)
    count_bands(store)
    click.echo(f"All customers are scored: {moved:,} moved, in {time.monotonic() - began:.1f} seconds.")


def say_bands(store: Store, as_of: datetime) -> None:
    for band, customers in bands_as_of(store, as_of=as_of).items():
        click.echo(f"{customers:>9,}  {band.label}")


def customer_named(store: Store, who: str) -> Customer:
    """Raises ClickException."""
    try:
        return find_customer(store, who)
    except Customer.DoesNotExist:
        raise click.ClickException(f"no customer {who!r} in {store.slug}; name an e-mail or an id") from None


def say_scores(store: Store, who: str, *, as_json: bool) -> None:
    """Every score of a customer with its reasons, and the groups that they are in."""
    found = customer_named(store, who)
    views, groups = scores_for_viewer(store, found.pk), groups_of(store, found.pk)
    risk = churn_for_viewer(store, found.pk)
    if as_json:
        told = {"scores": [asdict(view) for view in views], "groups": [asdict(group) for group in groups]}
        in_use = None if risk is None else {"value": risk.value, "source": risk.source, "days": risk.days}
        click.echo(json.dumps(told | {"churn_in_use": in_use}, indent=2, default=str))
        return
    for view in views:
        for line in score_lines(view):
            click.echo(line)
    if risk is not None:
        by = "learned" if risk.source == "learned" else "by signs"
        click.echo(f"Churn risk in use: {risk.value:g} %, {by}")
    for group in groups:
        click.echo(f"{group.set_label}: {group.label}")


def say_scores_of_thing(store: Store, subject: str, *, as_json: bool) -> None:
    """Those of something that is no customer. subject: its kind and the shop's number of it, `shipment:S-1`."""
    kind, _colon, number = subject.partition(":")
    try:
        views = scores_of_thing(store, kind, number)
    except KeyError:
        told = f"there is no subject {kind!r}; name one of these: {subjects_in_words()}"
        raise click.ClickException(told) from None
    except ObjectDoesNotExist:
        raise click.ClickException(f"no {kind} {number!r} in {store.slug}") from None
    if as_json:
        click.echo(json.dumps({"scores": [asdict(view) for view in views]}, indent=2, default=str))
        return
    for view in views:
        for line in score_lines(view):
            click.echo(line)
    if not views:
        click.echo(f"There is nothing to tell of {subject}.")


def score_lines(view: ScoreView) -> Iterator[str]:
    """A score with what it is made of."""
    value = "not known" if view.value is None else f"{view.value:g} of {view.most}"
    yield f"{view.label}: {value}, {view.band_label}, {view.coverage} % known"
    for part in view.parts:
        yield f"  {part.points:6.1f}  {part.label}: {part.sentence}"


def say_weights(store: Store, name: str, wanted: dict[str, int]) -> None:
    """The weights of a score in percent; changed first where any are given."""
    try:
        used = weights_in_use(store, name)
        if wanted:
            used = change_weights(store, name, {**_whole(used.weights), **wanted}, actor="cli")
    except ValidationError as error:
        problems = (f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items())
        raise click.ClickException("; ".join(problems).replace("__all__: ", "")) from None
    for one, weight in used.weights.items():
        click.echo(f"{weight:>4g}  {one}")
    click.echo(f"version {used.version}")


def _whole(weights: Mapping[str, float]) -> dict[str, int]:
    return {name: int(weight) for name, weight in weights.items()}
