from __future__ import annotations

from pathlib import Path

import click

from regard.cli.alerts import of_store
from regard.cli.installation import with_database


@click.group()
def template() -> None:
    """Templates of a store: what it says to customers."""


@template.command("list")
@of_store
@click.option("--channel", default="", help="Only those for this channel, such as email or sms.")
@click.option("--starters", is_flag=True, help="Those that come along with Regard, added or not.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_database
def list_templates(*, slug: str, channel: str, starters: bool, as_json: bool) -> None:
    """List templates by name."""
    from regard.cli.template_text import say_templates  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_templates(store_by_slug(slug), channel=channel, starters_only=starters, as_json=as_json)


@template.command()
@click.argument("key")
@of_store
@with_database
def show(key: str, slug: str) -> None:
    """Show template KEY and its versions."""
    from regard.cli.template_text import say_template  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_template(store_by_slug(slug), key)


@template.command("export")
@click.argument("keys", nargs=-1)
@of_store
@with_database
def export_templates(keys: tuple[str, ...], slug: str) -> None:
    """Print templates KEYS, or all, as YAML to be kept in git."""
    from regard.cli.template_text import say_yaml  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_yaml(store_by_slug(slug), keys)


@template.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@of_store
@with_database
def import_templates(file: Path, slug: str) -> None:
    """Write the templates of a YAML FILE: new ones are made, others changed. All or none."""
    from regard.cli.template_text import import_file  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    import_file(store_by_slug(slug), file)


@template.command("add-starters")
@of_store
@with_database
def add_starters(slug: str) -> None:
    """Add the templates that come along and that the store has not."""
    from regard.cli.template_text import say_added  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_added(store_by_slug(slug))


@template.command()
@click.argument("keys", nargs=-1, required=True)
@of_store
@with_database
def archive(keys: tuple[str, ...], slug: str) -> None:
    """Offer templates KEYS to nobody any more; journeys that name them go on with them."""
    from regard.cli.template_text import say_archived  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_archived(store_by_slug(slug), keys)


@template.command()
@click.argument("keys", nargs=-1, required=True)
@of_store
@with_database
def unarchive(keys: tuple[str, ...], slug: str) -> None:
    """Take back that templates KEYS were archived."""
    from regard.cli.template_text import say_unarchived  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_unarchived(store_by_slug(slug), keys)


@template.command()
@click.argument("keys", nargs=-1)
@of_store
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_database
def check(keys: tuple[str, ...], slug: str, as_json: bool) -> None:
    """Check templates KEYS, or all. Ends with 1 when there is a mistake."""
    from regard.cli.template_text import say_findings  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_findings(store_by_slug(slug), keys, as_json=as_json)


@template.command()
@click.argument("key")
@of_store
@click.option("--customer", "who", default="", help="An e-mail, a phone, a number; without it, examples.")
@click.option("--language", default="", help="Such as de; without it, the customer's.")
@click.option("--html", is_flag=True, help="The HTML part instead of the plain text.")
@with_database
def preview(*, key: str, slug: str, who: str, language: str, html: bool) -> None:
    """Show template KEY as a customer would get it. Nothing is sent."""
    from regard.cli.template_text import say_preview  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_preview(store_by_slug(slug), key, who=who, language=language, html=html)


@template.command()
@click.argument("domain", default="")
@with_database
def sender(domain: str) -> None:
    """Look whether receivers believe the sender: SPF, DKIM and DMARC of DOMAIN, or of REGARD_MAIL_FROM."""
    from regard.cli.template_text import say_sender  # noqa: PLC0415 - needs Django set up

    say_sender(domain)
