from __future__ import annotations

from typing import IO

import click

from regard.cli.installation import with_database
from regard.cli.surveys import as_json, of_store

of_number = click.argument("number", type=click.IntRange(min=1))
of_file = click.argument("file", type=click.File("r", encoding="utf-8"))


@click.group()
def prompt() -> None:
    """Prompts: what appears on the pages of the shop."""


@prompt.command("list")
@of_store
@as_json
@with_database
def list_prompts(*, slug: str, as_json: bool) -> None:
    """List the prompts of a store: number, state, name, and how often they were shown."""
    from regard.cli.prompt_text import say_prompts, store_named  # noqa: PLC0415 - needs Django set up

    say_prompts(store_named(slug), as_json=as_json)


@prompt.command()
@of_number
@of_store
@as_json
@with_database
def show(number: int, slug: str, *, as_json: bool) -> None:
    """Show prompt NUMBER as YAML, as `create` and `edit` take it."""
    from regard.cli.prompt_text import say_prompt, store_named  # noqa: PLC0415 - needs Django set up

    say_prompt(store_named(slug), number, as_json=as_json)


@prompt.command()
@of_number
@of_store
@as_json
@with_database
def results(number: int, slug: str, *, as_json: bool) -> None:
    """Show how often prompt NUMBER was shown, followed and closed, and what its survey was answered."""
    from regard.cli.prompt_text import say_results, store_named  # noqa: PLC0415 - needs Django set up

    say_results(store_named(slug), number, as_json=as_json)


@prompt.command()
@of_file
@of_store
@with_database
def create(file: IO[str], slug: str) -> None:
    """Make a prompt from FILE in YAML, "-" for the standard input; it is off."""
    from regard.cli.prompt_text import make_prompt, store_named  # noqa: PLC0415 - needs Django set up

    make_prompt(store_named(slug), file.read())


@prompt.command()
@of_number
@of_file
@of_store
@with_database
def edit(number: int, file: IO[str], slug: str) -> None:
    """Change prompt NUMBER to what FILE in YAML says of it; what it does not say stays."""
    from regard.cli.prompt_text import edit_prompt, store_named  # noqa: PLC0415 - needs Django set up

    edit_prompt(store_named(slug), number, file.read())


@prompt.command()
@of_number
@of_store
@with_database
def on(number: int, slug: str) -> None:
    """Let prompt NUMBER appear in the shop."""
    from regard.cli.prompt_text import store_named, switch  # noqa: PLC0415 - needs Django set up

    switch(store_named(slug), number, is_on=True)


@prompt.command()
@of_number
@of_store
@with_database
def off(number: int, slug: str) -> None:
    """Let prompt NUMBER appear no more."""
    from regard.cli.prompt_text import store_named, switch  # noqa: PLC0415 - needs Django set up

    switch(store_named(slug), number, is_on=False)


@prompt.command()
@of_number
@of_store
@click.confirmation_option("--yes", prompt="Delete it with its counts?")
@with_database
def delete(number: int, slug: str) -> None:
    """Delete prompt NUMBER with its counts."""
    from regard.cli.prompt_text import delete, store_named  # noqa: PLC0415 - needs Django set up

    delete(store_named(slug), number)
