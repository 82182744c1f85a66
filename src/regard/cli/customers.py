from __future__ import annotations

import json

import click

from regard.cli.installation import A_DAY, DAY, with_database


@click.group()
def customer() -> None:
    """Customers of a store."""


@customer.command()
@click.argument("who", metavar="EMAIL|ID")
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option(
    "--json", "as_json", is_flag=True, help="More of it, for programs; `export` gives all that is held."
)
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


@customer.command()
@click.argument("who", metavar="EMAIL|ID")
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option(
    "--as-of", metavar=DAY,
    help=f"When. {A_DAY} Default: now.",
)  # fmt: skip
@with_database
def health(who: str, slug: str, as_of: str | None) -> None:
    """Show how one customer's health was at a moment gone by, and why."""
    from regard.cli.customer_text import past_health_lines  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.moments import moment_named  # noqa: PLC0415
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    store = store_by_slug(slug)
    lines = past_health_lines(store, who, moment_named(store, as_of) if as_of else None)
    if lines is None:
        raise click.ClickException(f"No customer of {slug} has the e-mail or id {who!r}.")
    click.echo("\n".join(lines))


@customer.command()
@click.argument("who", metavar="EMAIL|ID")
@click.option("--store", "slug", required=True, help="The store's short name.")
@with_database
def export(who: str, slug: str) -> None:
    """Write everything that is held on one customer to the standard output, as JSON."""
    from regard.cli.customer_changes import say_held  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_held(store_by_slug(slug), who)


@customer.command()
@click.argument("who", metavar="EMAIL|ID")
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@with_database
def erase(who: str, slug: str, yes: bool) -> None:
    """Remove or redact all that could identify one customer, for good. Prints the proof."""
    from regard.cli.customer_changes import erase_after_asking  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    erase_after_asking(store_by_slug(slug), who, confirmed=yes)


@customer.command()
@click.argument("first", metavar="EMAIL|ID")
@click.argument("second", metavar="EMAIL|ID")
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option("--force", is_flag=True, help="Also when their customer numbers differ.")
@with_database
def merge(first: str, second: str, slug: str, force: bool) -> None:
    """Put two customers together who are one person. What they did stays as it is; unmerge takes it back."""
    from regard.cli.customer_changes import say_merged  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_merged(store_by_slug(slug), first, second, force=force)


@customer.command()
@click.argument("identity", metavar="EMAIL|ID")
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option("--part", "parts", is_flag=True, help="Also part what events put together.")
@with_database
def unmerge(identity: str, slug: str, parts: bool) -> None:
    """Take back what a person merged or parted: it is again where events put it."""
    from regard.cli.customer_changes import say_unmerged  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_unmerged(store_by_slug(slug), identity, parts=parts)
