from __future__ import annotations

from decimal import Decimal

import click

from regard.cli.alerts import of_store
from regard.cli.installation import with_database
from regard.cli.money_option import MONEY

STAGES = ("recognise", "empathise", "solve", "transform", "optimise", "retain", "elevate")
number = click.argument("number", type=click.IntRange(min=1))
stage = click.argument("stage", type=click.Choice(STAGES), metavar="STAGE")


@click.group()
def case() -> None:
    """Recovery cases of a store: customers who were let down and are to be won back."""


@case.command("list")
@of_store
@click.option("--state", type=click.Choice(["open", "closed", "all"]), default="open", show_default=True)
@click.option("--last", type=click.IntRange(1, 1_000), default=50, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_database
def list_cases(slug: str, state: str, last: int, as_json: bool) -> None:
    """List cases, the latest first, each with the stage that is next."""
    from regard.cli.case_text import say_cases  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_cases(store_by_slug(slug), state=state, limit=last, as_json=as_json)


@case.command()
@number
@of_store
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_database
def show(number: int, slug: str, as_json: bool) -> None:
    """Show case NUMBER with its stages."""
    from regard.cli.case_text import say_case  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_case(store_by_slug(slug), number, as_json=as_json)


@case.command("open")
@click.argument("who", metavar="CUSTOMER")
@of_store
@click.option("--because", "reason", required=True, help="What went wrong.")
@click.option("--to", "email", default="", help="The e-mail of a member of the store; without it, nobody.")
@with_database
def open_new(who: str, slug: str, reason: str, email: str) -> None:
    """Open a case for CUSTOMER: an e-mail, a phone or a number."""
    from regard.cli.case_text import say_opened  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_opened(store_by_slug(slug), who, reason=reason, email=email)


@case.command()
@number
@stage
@of_store
@click.option("--note", default="", help="What was done, or why it is skipped.")
@click.option("--skip", is_flag=True, help="It is not done; say why in the note.")
@with_database
def finish(number: int, stage: str, slug: str, note: str, skip: bool) -> None:
    """Note that STAGE (recognise, empathise, solve, transform, optimise, retain, elevate) is done."""
    from regard.cli.case_text import say_finished  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_finished(store_by_slug(slug), number, stage, note=note, skip=skip)


@case.command()
@number
@stage
@of_store
@with_database
def reopen(number: int, stage: str, slug: str) -> None:
    """Take back that STAGE of case NUMBER was done or skipped."""
    from regard.cli.case_text import say_reopened  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_reopened(store_by_slug(slug), number, stage)


@case.command()
@number
@of_store
@click.option("--to", "email", default=None, help="The e-mail of a member of the store; empty for nobody.")
@click.option("--cost", type=MONEY, default=None, help="What it has cost so far, such as 12.50.")
@with_database
def change(number: int, slug: str, email: str | None, cost: Decimal | None) -> None:
    """Say whose case NUMBER is, or what it has cost; what is not given stays."""
    from regard.cli.case_text import say_changed  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_changed(store_by_slug(slug), number, email=email, cost=cost)
