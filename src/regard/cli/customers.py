from __future__ import annotations

import json

import click

from regard.cli.installation import with_database


@click.group()
def customer() -> None:
    """Customers of a store."""


@customer.command()
@click.argument("who", metavar="EMAIL|ID")
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option("--json", "as_json", is_flag=True, help="Everything, for programs.")
@with_database
def show(who: str, slug: str, as_json: bool) -> None:
    """Show one customer, found by e-mail, by the shop's own id, or by ours: who, orders, health and why."""
    from regard.cli.customer_text import customer_json, customer_lines  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    found = customer_json(store_by_slug(slug), who)
    if found is None:
        raise click.ClickException(f"No customer of {slug} has the e-mail or id {who!r}.")
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(customer_lines(found)))
