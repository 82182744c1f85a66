"""Recovery cases as commands show and change them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import click
from django.core.exceptions import ValidationError

from regard.cli.installation import ACTOR
from regard.core.domain.members import member_by_email
from regard.core.models import Member, Store, User
from regard.core.money import MoneyError, money_text, to_minor
from regard.profile.domain.finding import find_customer
from regard.profile.models import Customer
from regard.task.domain.cases import (
    case_for_viewer,
    cases_for_viewer,
    change_case,
    finish_stage,
    open_case,
    recommendations_around,
    reopen_stage,
    steps_of,
)
from regard.task.models import CaseStep, RecoveryCase


def say_cases(store: Store, *, state: str, limit: int, as_json: bool) -> None:
    """state: one of CaseState or "all"."""
    cases = cases_for_viewer(store, state="" if state == "all" else state, limit=limit).rows
    if as_json:
        click.echo(json.dumps([_told(case) for case in cases], indent=2, ensure_ascii=False))
        return
    steps = steps_of(cases)
    for case in cases:
        click.echo(
            f"{case.pk:>6}  {_local(store, case.opened_at)}  {_next(store, steps[case.pk]):<28}  {_owner(case)}"
            f"  {case.customer.called}  {case.reason}"
        )


def say_case(store: Store, number: int, *, as_json: bool) -> None:
    """Raises click.ClickException for a case that the store does not have."""
    case = _case(store, number)
    steps, nps = steps_of([case])[case.pk], recommendations_around(case)
    if as_json:
        told = {**_told(case), "stages": [_told_step(step) for step in steps], "nps_before": nps.before,
                "nps_after": nps.after}  # fmt: skip
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    click.echo(f"{case.customer.called}: {case.reason}  {case.state}  case {case.pk}")
    click.echo(f"  owner     {_owner(case)}")
    click.echo(f"  opened    {_local(store, case.opened_at)} by {case.origin}")
    click.echo(f"  cost      {money_text(case.cost_minor, store.currency)}")
    click.echo(f"  NPS       {_score(nps.before)} before, {_score(nps.after)} since")
    for step in steps:
        click.echo(f"  {step.stage:<9} {_standing(store, step)}{f'  {step.note}' if step.note else ''}")


def say_opened(store: Store, who: str, *, reason: str, email: str) -> None:
    """Raises click.ClickException for a customer or member whom the store does not have."""
    try:
        case = open_case(
            customer=find_customer(store, who), reason=reason, owner=_user(store, email), actor=ACTOR
        )
    except Customer.DoesNotExist:
        raise click.ClickException(f"{store.slug} has no customer {who}.") from None
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    click.echo(f"Case {case.pk} is open.")


def say_finished(store: Store, number: int, stage: str, *, note: str, skip: bool) -> None:
    case = _case(store, number)
    try:
        done = finish_stage(case, stage, note=note, skip=skip, actor=ACTOR)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    if not done:
        click.echo(f"{stage} of case {number} was done before.")
        return
    closed = f" Case {number} is closed." if case.closed_at else ""
    click.echo(f"{stage} of case {number} is {'skipped' if skip else 'done'}.{closed}")


def say_reopened(store: Store, number: int, stage: str) -> None:
    done = reopen_stage(_case(store, number), stage, actor=ACTOR)
    click.echo(f"{stage} of case {number} {'is open again' if done else 'was open'}.")


def say_changed(store: Store, number: int, *, email: str | None, cost: Decimal | None) -> None:
    """email: "" for nobody; None for both: as it was. Raises click.ClickException for what cannot be."""
    case = _case(store, number)
    owner = case.owner if email is None else _user(store, email)
    try:
        cost_minor = case.cost_minor if cost is None else to_minor(cost, store.currency)
        change_case(case, owner=owner, cost_minor=cost_minor, actor=ACTOR)
    except MoneyError as error:
        raise click.ClickException(str(error)) from error
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    click.echo(f"Case {number}: {_owner(case)}, {money_text(case.cost_minor, store.currency)}.")


def _case(store: Store, number: int) -> RecoveryCase:
    try:
        return case_for_viewer(store, number)
    except RecoveryCase.DoesNotExist:
        said = f"{store.slug} has no case {number}; `regard case list` names them."
        raise click.ClickException(said) from None


def _user(store: Store, email: str) -> User | None:
    try:
        return member_by_email(store, email).user if email else None
    except Member.DoesNotExist:
        raise click.ClickException(f"{email} is no member of {store.slug}.") from None


def _owner(case: RecoveryCase) -> str:
    return case.owner.email if case.owner else "nobody's yet"


def _next(store: Store, steps: Sequence[CaseStep]) -> str:
    step = next((step for step in steps if step.done_at is None), None)
    return f"{step.stage} {_standing(store, step)}" if step else "closed"


def _standing(store: Store, step: CaseStep) -> str:
    if step.done_at:
        return f"{'skipped' if step.is_skipped else 'done'} {_local(store, step.done_at)}"
    return f"{'overdue since' if step.is_overdue else 'by'} {_local(store, step.due_at)}"


def _score(value: float | None) -> str:
    return "nothing" if value is None else f"{value:g}"


def _local(store: Store, moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(store.time_zone)):%Y-%m-%d %H:%M}"


def _told(case: RecoveryCase) -> dict[str, Any]:
    return {
        "id": case.pk, "customer_id": case.customer_id, "reason": case.reason, "state": case.state,
        "owner": case.owner.email if case.owner else None, "cost_minor": case.cost_minor,
        "origin": case.origin, "key": case.key, "opened_at": case.opened_at.isoformat(),
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
    }  # fmt: skip


def _told_step(step: CaseStep) -> dict[str, Any]:
    return {
        "stage": step.stage, "due_at": step.due_at.isoformat(),
        "done_at": step.done_at.isoformat() if step.done_at else None, "is_skipped": step.is_skipped,
        "is_overdue": step.is_overdue, "note": step.note,
    }  # fmt: skip
