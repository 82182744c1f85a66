from __future__ import annotations

import click

from regard.cli.installation import ACTOR, read_config, with_database


@click.group()
def member() -> None:
    """Members of a store: the people who work with it."""


@member.command()
@click.argument("email")
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option("--role", required=True, help="owner, admin, manager, agent, analyst or read-only.")
@with_database
def invite(email: str, slug: str, role: str) -> None:
    """Invite EMAIL; prints the link that lets them in, once, within seven days."""
    from regard.core.domain.members import invite_member  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    _, token = invite_member(store=store_by_slug(slug), email=email, role=role, actor=ACTOR, granted_by=None)
    click.echo(f"{read_config().public_url}/invitations/{token}/")


@member.command("list")
@click.option("--store", "slug", required=True, help="The store's short name.")
@with_database
def list_members(slug: str) -> None:
    """List the members of a store."""
    from regard.core.domain.members import members_of  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    for row in members_of(store_by_slug(slug)):
        click.echo(f"{row.user.email}\t{row.role}")


@member.command()
@click.argument("email")
@click.option("--store", "slug", required=True, help="The store's short name.")
@with_database
def remove(email: str, slug: str) -> None:
    """Take EMAIL's access to a store away."""
    from regard.core.domain.members import member_by_email, remove_member  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    remove_member(member_by_email(store_by_slug(slug), email), actor=ACTOR, granted_by=None)
    click.echo(f"{email} is no member of {slug} any more.")


@member.command("forget-second-step")
@click.argument("email")
@with_database
def forget_second_step_of(email: str) -> None:
    """Take two-step sign-in away from EMAIL, who lost phone and recovery codes.

    Make sure first that it is them who ask: afterwards the password alone lets in.
    """
    from regard.core.domain.people import forget_second_step  # noqa: PLC0415 - needs Django set up
    from regard.core.models import User  # noqa: PLC0415

    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise click.ClickException(f"Nobody here has the address {email}.")
    if forget_second_step(user, actor=ACTOR):
        click.echo(f"{email} signs in with the password alone. Ask them to set up two-step sign-in again.")
    else:
        click.echo(f"{email} has not set up two-step sign-in.")
