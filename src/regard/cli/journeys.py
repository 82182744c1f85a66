from __future__ import annotations

from typing import IO

import click

from regard.cli.installation import with_database

of_store = click.option(
    "--store", "slug", default="", help="The store's short name; needless if there is one."
)
as_json = click.option("--json", "as_json", is_flag=True, help="For programs.")
of_key = click.argument("key")


@click.group()
def journey() -> None:
    """Journeys: what is done for customers, step by step, after something has happened."""


@journey.command("list")
@of_store
@click.option("--playbooks", is_flag=True, help="Those that ship with Regard, the store's or not.")
@as_json
@with_database
def list_journeys(*, slug: str, playbooks: bool, as_json: bool) -> None:
    """List the journeys of a store: key, name, state, holdout, and how many entered."""
    from regard.cli.journey_text import say_journeys, say_playbooks, store_named  # noqa: PLC0415 - needs Django

    (say_playbooks if playbooks else say_journeys)(store_named(slug), as_json=as_json)


@journey.command()
@of_key
@of_store
@as_json
@with_database
def show(key: str, slug: str, *, as_json: bool) -> None:
    """Show the journey KEY: its steps, and how many came to each."""
    from regard.cli.journey_text import say_journey, store_named  # noqa: PLC0415 - needs Django set up

    say_journey(store_named(slug), key, as_json=as_json)


@journey.command()
@of_key
@of_store
@with_database
def export(key: str, slug: str) -> None:
    """Write the journey KEY, or the playbook of that key, to the standard output, as YAML."""
    from regard.cli.journey_text import store_named, write_journey  # noqa: PLC0415 - needs Django set up

    write_journey(store_named(slug), key)


@journey.command("import")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@of_store
@with_database
def import_file(file: IO[str], slug: str) -> None:
    """Read a journey from FILE in YAML, "-" for the standard input: a draft, or a new version of a known one."""
    from regard.cli.journey_text import read_journey, store_named  # noqa: PLC0415 - needs Django set up

    read_journey(store_named(slug), file.read())


@journey.command()
@of_key
@click.argument("customer", required=False)
@of_store
@click.option("--came", multiple=True, metavar="STEP", help="A waiting step whose event comes; others don't.")
@as_json
@with_database
def simulate(*, key: str, customer: str | None, slug: str, came: tuple[str, ...], as_json: bool) -> None:
    """Try the journey KEY without doing anything: what CUSTOMER would get, by e-mail, number or id of ours;
    without one, who would have entered in the last ninety days."""
    from regard.cli.journey_text import say_dry_run, say_reach, store_named  # noqa: PLC0415 - needs Django set up

    if customer is None:
        say_reach(store_named(slug), key, as_json=as_json)
    else:
        say_dry_run(store_named(slug), key, customer, came, as_json=as_json)


def _changing(name: str, operation: str, said: str, help_text: str) -> None:
    @journey.command(name, help=help_text)
    @of_key
    @of_store
    @with_database
    def change(key: str, slug: str) -> None:
        from regard.cli.journey_text import change_state, store_named  # noqa: PLC0415 - needs Django set up

        change_state(store_named(slug), key, operation, said)


_changing("on", "switch_on", "is on", "Switch the journey KEY on; a playbook is added to the store first.")
_changing("pause", "pause_journey", "is paused", "Pause the journey KEY: nobody enters, nobody moves.")
_changing("off", "switch_off", "is off", "Switch the journey KEY off: nobody enters, those inside go on.")


@click.group()
def act() -> None:
    """What Regard does towards customers, and why."""


@act.command()
@click.argument("customer")
@of_store
@click.option("--journey", "key", default="", help="Of this journey alone.")
@as_json
@with_database
def explain(customer: str, slug: str, key: str, *, as_json: bool) -> None:
    """Explain why CUSTOMER (e-mail, number or id of ours) got, or did not get, what journeys have for them."""
    from regard.cli.journey_text import say_explained, store_named  # noqa: PLC0415 - needs Django set up

    say_explained(store_named(slug), customer, key, as_json=as_json)
