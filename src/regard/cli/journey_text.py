"""Journeys as commands show them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click
from django.core.exceptions import ValidationError

from regard.core.domain.written.reading import DefinitionInvalid
from regard.core.languages import page_language
from regard.core.models import Store
from regard.journey.domain import journeys
from regard.journey.domain.definition.parts import Definition
from regard.journey.domain.definition.writing import definition_yaml
from regard.journey.domain.explaining import explain_journeys
from regard.journey.domain.history import reach_of
from regard.journey.domain.playbooks import add_playbook, playbooks_of, shipped_playbooks
from regard.journey.domain.queries import (
    journey_for_viewer,
    journeys_for_viewer,
    overviews,
    totals_of_journeys,
)
from regard.journey.domain.simulating import simulate_journey
from regard.journey.models import Journey
from regard.profile.domain.finding import find_customer
from regard.profile.models import Customer

ACTOR = "command line"


def store_named(slug: str) -> Store:
    """The store with this short name, or the only one. Raises click's ClickException."""
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415 - beside the other case

    if slug:
        return store_by_slug(slug)
    stores = list(Store.objects.order_by("slug")[:2])
    if len(stores) == 1:
        return stores[0]
    raise click.ClickException(
        "Say which store is meant: --store NAME." if stores else "There is no store yet."
    )


def say_journeys(store: Store, *, as_json: bool) -> None:
    known = overviews(journeys_for_viewer(store))
    rows = [
        {
            "id": one.journey.key, "name": one.journey.name, "state": one.journey.state,
            "holdout": one.journey.holdout, "playbook": one.journey.is_playbook, "entered": one.entered,
            "inside": one.inside, "goal": one.goal, "held_out": one.held_out, "sent": one.sent,
        }
        for one in known
    ]  # fmt: skip
    nothing = "No journey yet; `regard journey list --playbooks` has some to begin with."
    _say_rows(rows, as_json=as_json, empty=nothing)


def say_playbooks(store: Store, *, as_json: bool) -> None:
    rows = [
        {
            "id": one.definition.key, "name": one.definition.name, "state": one.state,
            "holdout": one.journey.holdout if one.journey else one.definition.holdout,
        }
        for one in playbooks_of(store)
    ]  # fmt: skip
    _say_rows(rows, as_json=as_json, empty="")


def say_journey(store: Store, key: str, *, as_json: bool) -> None:
    journey = _journey(store, key)
    totals = totals_of_journeys([journey]).get(journey.pk, {})
    if as_json:
        definition = journey.current.definition if journey.current else {}
        told = {"id": key, "state": journey.state, "holdout": journey.holdout}
        click.echo(json.dumps(told | {"definition": definition, "totals": totals}))
        return
    click.echo(f"{journey.name}: {journey.get_state_display()}, {journey.holdout} % held out.")
    click.echo(journeys.export_journey(journey))
    for step, counts in sorted(totals.items()):
        told_counts = ", ".join(f"{what} {count:,}" for what, count in sorted(counts.items()))
        click.echo(f"{step or 'journey'}: {told_counts}")


def write_journey(store: Store, key: str) -> None:
    click.echo(definition_yaml(_definition(store, key)), nl=False)


def read_journey(store: Store, text: str) -> None:
    try:
        journey = journeys.import_journey(store, text, actor=ACTOR)
    except DefinitionInvalid as error:
        raise click.ClickException("\n".join(str(problem) for problem in error.problems)) from None
    number = journey.current.number if journey.current else 0
    click.echo(f"{journey.key}: version {number}, {journey.get_state_display()}.")


def change_state(store: Store, key: str, operation: str, said: str) -> None:
    if operation == "switch_on" and key in shipped_playbooks():
        add_playbook(store, key, actor=ACTOR)
    try:
        getattr(journeys, operation)(_journey(store, key), actor=ACTOR)
    except DefinitionInvalid as error:
        raise click.ClickException("\n".join(str(problem) for problem in error.problems)) from None
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from None
    click.echo(f"{key} {said}.")


def say_reach(store: Store, key: str, *, as_json: bool) -> None:
    reach = reach_of(store, _definition(store, key))
    outcomes = {outcome.value: count for outcome, count in reach.outcomes.items()}
    if as_json:
        told = {"entered": reach.entered, "customers": reach.customers, "days": reach.days}
        click.echo(json.dumps(told | {"by_day": reach.by_day, "outcomes": outcomes, "is_cut": reach.is_cut}))
        return
    if reach.is_now:
        click.echo(f"{reach.customers:,} customers are among those for whom it is now.")
        return
    said = f"In the last {reach.days} days {reach.customers:,} customers would have entered"
    click.echo(f"{said} {reach.entered:,} times.")
    for outcome, count in sorted(reach.outcomes.items(), key=lambda item: -item[1]):
        click.echo(f"{count:>9,}  {outcome.label}")


def say_dry_run(store: Store, key: str, who: str, came: Sequence[str], *, as_json: bool) -> None:
    definition = _definition(store, key)
    run = simulate_journey(store, definition, _customer(store, who).pk, came=came)
    if run is None:
        raise click.ClickException("The customer goes by no name that a journey could keep.")
    steps = [
        {
            "step": dry.step, "at": dry.at.isoformat(timespec="seconds"), "said": dry.said,
            "message": {"to": dry.message.recipient, "subject": dry.message.subject, "text": dry.message.body_text}
            if dry.message else None,
        }
        for dry in run.steps
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps({"enters": run.enters, "verdict": run.verdict, "steps": steps}))
        return
    click.echo(f"{'Would enter' if run.enters else 'Would not enter'}: {run.verdict}.")
    for dry in run.steps:
        click.echo(f"{dry.at:%Y-%m-%d %H:%M}  {dry.step:<12} {dry.said}")
        if dry.message:
            click.echo("\n".join(f"    | {line}" for line in dry.message.body_text.splitlines()))


def say_explained(store: Store, who: str, key: str, *, as_json: bool) -> None:
    explained = explain_journeys(store, _customer(store, who).pk, journey_key=key)
    if as_json:
        told = [
            {
                "journey": one.journey_key, "at": one.at.isoformat(), "verdict": one.verdict,
                "lines": [{"at": line.at.isoformat(), "said": line.said} for line in one.lines],
            }
            for one in explained
        ]  # fmt: skip
        click.echo(json.dumps(told))
        return
    for one in explained:
        click.echo(f"{one.at:%Y-%m-%d %H:%M}  {one.journey}: {one.verdict}")
        for line in one.lines:
            click.echo(f"    {line.at:%Y-%m-%d %H:%M}  {line.said}")
    if not explained:
        click.echo("No journey has looked at this customer yet.")


def _say_rows(rows: Sequence[Mapping[str, Any]], *, as_json: bool, empty: str) -> None:
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        counts = f"  {row['entered']:,} entered, {row['inside']:,} inside" if "entered" in row else ""
        click.echo(f"{row['id']:<28} {row['state']:<10} {row['holdout']:>3} %  {row['name']}{counts}")
    if not rows and empty:
        click.echo(empty)


def _journey(store: Store, key: str) -> Journey:
    try:
        return journey_for_viewer(store, key)
    except Journey.DoesNotExist:
        raise click.ClickException(
            f"There is no journey {key!r}; `regard journey list` names them."
        ) from None


def _definition(store: Store, key: str) -> Definition:
    """The store's own, or else the playbook's."""
    own = Journey.objects.filter(store=store, key=key).select_related("current").first()
    shipped = shipped_playbooks(page_language(store.language))
    if own is None and key in shipped:
        return shipped[key]
    return journeys.definition_of(own or _journey(store, key))


def _customer(store: Store, who: str) -> Customer:
    try:
        return find_customer(store, who)
    except Customer.DoesNotExist:
        said = f"There is no customer {who!r}; use an e-mail, a number, or an id of ours."
        raise click.ClickException(said) from None
