from __future__ import annotations

from typing import IO, Any

import click

from regard.cli.alerts import of_store
from regard.cli.installation import with_database
from regard.cli.money_option import MONEY

KINDS = ("percent", "amount", "free_shipping", "gift", "access")
key = click.argument("key", metavar="OFFER")
number = click.argument("number", type=click.IntRange(min=1))


@click.group()
def offer() -> None:
    """Offers of a store: what it gives to single customers. OFFER is the short name of one."""


@offer.command("list")
@of_store
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_database
def list_offers(slug: str, as_json: bool) -> None:
    """List the offers, with what came of them."""
    from regard.cli.offer_text import say_pools  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_pools(store_by_slug(slug), as_json=as_json)


@offer.command()
@key
@click.argument("kind", type=click.Choice(KINDS), metavar="KIND")
@of_store
@click.option("--value", default="", help="The percentage, the amount, or the gift or access in words.")
@click.option("--name", default="", help="By which people know it; without it, OFFER.")
@click.option("--because", default="", help="The reason that customers read; a discount needs one.")
@click.option("--minimum", type=MONEY, default=None, help="Least total of an order that uses it.")
@click.option("--days", type=int, default=None, help="That it can be used; without it, for ever.")
@click.option("--codes-by-rule/--codes-from-list", "makes_codes", default=True, show_default=True,
              help="Whether codes are made when none is left.")  # fmt: skip
@click.option("--costs", type=MONEY, default=None, help="What one costs when it is used.")
@click.option("--day-budget", type=MONEY, default=None, help="Without it, no limit.")
@click.option("--budget", type=MONEY, default=None, help="In all; without it, no limit.")
@click.option("--kept-back", type=int, default=0, show_default=True,
              help="Kept back from so many of a hundred, so that its effect is seen.")  # fmt: skip
@with_database
def create(*, key: str, slug: str, **terms: Any) -> None:
    """Make an offer named OFFER, switched on, that gives KIND: percent, amount, free_shipping, gift or access."""
    from regard.cli.offer_text import say_created  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_created(store_by_slug(slug), key, **terms)


@offer.command()
@key
@click.argument("state", type=click.Choice(["on", "off"]))
@of_store
@with_database
def switch(key: str, state: str, slug: str) -> None:
    """Let OFFER be given, or not any more."""
    from regard.cli.offer_text import say_switched  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_switched(store_by_slug(slug), key, is_on=state == "on")


@offer.command("make")
@key
@click.argument("count", type=click.IntRange(min=1))
@of_store
@with_database
def make_ahead(key: str, count: int, slug: str) -> None:
    """Make COUNT codes of OFFER ahead, for the shop to know them; `regard offer export` prints them."""
    from regard.cli.offer_text import say_made  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_made(store_by_slug(slug), key, count)


@offer.command()
@key
@of_store
@click.option("--last", type=click.IntRange(1, 1_000), default=50, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_database
def given(key: str, slug: str, last: int, as_json: bool) -> None:
    """Show who got OFFER, or would have, the latest first."""
    from regard.cli.offer_text import say_given  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_given(store_by_slug(slug), key, limit=last, as_json=as_json)


@offer.command("import")
@key
@click.argument("file", type=click.File("r", encoding="utf-8-sig"))
@of_store
@with_database
def import_list(key: str, file: IO[str], slug: str) -> None:
    """Bring codes of FILE in, one a line; “-” reads what is typed."""
    from regard.cli.offer_text import say_imported  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_imported(store_by_slug(slug), key, file)


@offer.command("export")
@key
@of_store
@with_database
def export_list(key: str, slug: str) -> None:
    """Print all codes of OFFER, one a line, for the shop."""
    from regard.cli.offer_text import say_codes  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_codes(store_by_slug(slug), key)


@offer.command()
@key
@click.argument("who", metavar="CUSTOMER")
@of_store
@with_database
def give(key: str, who: str, slug: str) -> None:
    """Give OFFER to CUSTOMER: an e-mail, a phone or a number."""
    from regard.cli.offer_text import say_gift  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_gift(store_by_slug(slug), key, who)


@offer.command()
@of_store
@with_database
def waiting(slug: str) -> None:
    """List what waits for approval, the longest waiting first."""
    from regard.cli.offer_text import say_waiting  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_waiting(store_by_slug(slug))


@offer.command()
@number
@of_store
@with_database
def approve(number: int, slug: str) -> None:
    """Give what waits under NUMBER."""
    from regard.cli.offer_text import say_approved  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_approved(store_by_slug(slug), number)


@offer.command()
@number
@of_store
@with_database
def decline(number: int, slug: str) -> None:
    """Do not give what waits under NUMBER."""
    from regard.cli.offer_text import say_declined  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_declined(store_by_slug(slug), number)
