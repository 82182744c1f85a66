"""Programmes as commands show them."""

from __future__ import annotations

import json
from typing import Any

import click

from regard.core.models import Store
from regard.grow.domain.members import members_in
from regard.grow.domain.outcome import Outcome, outcome_of
from regard.grow.domain.programmes import (
    MOST_PROGRAMMES,
    Counts,
    counts_of,
    programme_for_viewer,
    programmes_for_viewer,
)
from regard.grow.models import MemberState, Programme

SHOWN = (MemberState.ACCEPTED, MemberState.INVITED, MemberState.DECLINED, MemberState.LEFT)
MOST_SHOWN = 200


def say_programmes(store: Store, *, as_json: bool) -> None:
    programmes = programmes_for_viewer(store, limit=MOST_PROGRAMMES).rows
    counts = counts_of(store, programmes)
    if as_json:
        click.echo(
            json.dumps([_told(each, counts[each.pk]) for each in programmes], indent=2, ensure_ascii=False)
        )
        return
    for each in programmes:
        click.echo(_line(each, counts[each.pk]))


def say_programme(store: Store, number: int, *, as_json: bool) -> None:
    """Raises click.ClickException for a programme that the store does not have."""
    try:
        programme = programme_for_viewer(store, number)
    except Programme.DoesNotExist:
        said = f"{store.slug} has no programme {number}; `regard programme list` names them."
        raise click.ClickException(said) from None
    counts, outcome = counts_of(store, [programme])[programme.pk], outcome_of(programme)
    members = members_in(programme, SHOWN, limit=MOST_SHOWN)
    if as_json:
        people = [{"id": each.pk, "customer_id": each.customer_id, "state": each.state} for each in members]
        told = {**_told(programme, counts), "outcome": vars(outcome), "members": people}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    click.echo(_line(programme, counts))
    for line in _outcome(outcome):
        click.echo(line)
    for member in members:
        click.echo(f"{member.pk:>6}  {member.state:<9}  {member.identity.customer.called}")


def _line(programme: Programme, counts: Counts) -> str:
    return (
        f"{programme.pk:>4}  {programme.kind:<10}  {programme.name}  {counts.accepted} take part of "
        f"{counts.asked} invited, {counts.candidates} candidates, {counts.sessions} sessions, "
        f"{counts.decisions} decisions{'' if programme.is_open else '  closed'}"
    )


def _outcome(outcome: Outcome) -> list[str]:
    lines = [f"{outcome.items_done} of {outcome.items} improvements done"] if outcome.items else []
    if outcome.satisfaction is not None:
        lines.append(f"sessions: {outcome.satisfaction:.1f} of 5, from {outcome.rated} ratings")
    if outcome.before is not None and outcome.after is not None:
        lines.append(
            f"satisfaction index of {outcome.compared} members: {outcome.before:.1f} when proposed, "
            f"{outcome.after:.1f} now"
        )
    return lines


def _told(programme: Programme, counts: Counts) -> dict[str, Any]:
    return {
        "id": programme.pk, "kind": programme.kind, "name": programme.name, "is_open": programme.is_open,
        **vars(counts),
    }  # fmt: skip
