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
def survey() -> None:
    """Surveys: what customers are asked."""


@survey.command("list")
@of_store
@click.option("--shipped", is_flag=True, help="Those that ship with Regard, the store's or not.")
@as_json
@with_database
def list_surveys(*, slug: str, shipped: bool, as_json: bool) -> None:
    """List the surveys of a store: key, name, state, who was asked and who answered."""
    from regard.cli.survey_text import say_shipped, say_surveys, store_named  # noqa: PLC0415 - needs Django

    (say_shipped if shipped else say_surveys)(store_named(slug), as_json=as_json)


@survey.command()
@of_key
@of_store
@as_json
@with_database
def show(key: str, slug: str, *, as_json: bool) -> None:
    """Show the survey KEY: its questions, and what keeps its draft from being published."""
    from regard.cli.survey_text import say_survey, store_named  # noqa: PLC0415 - needs Django set up

    say_survey(store_named(slug), key, as_json=as_json)


@survey.command()
@of_key
@of_store
@with_database
def export(key: str, slug: str) -> None:
    """Write the survey KEY, or the shipped one of that key, to the standard output, as YAML."""
    from regard.cli.survey_text import store_named, write_survey  # noqa: PLC0415 - needs Django set up

    write_survey(store_named(slug), key)


@survey.command("import")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@of_store
@with_database
def import_file(file: IO[str], slug: str) -> None:
    """Read a survey from FILE in YAML, "-" for the standard input, as a draft."""
    from regard.cli.survey_text import read_survey, store_named  # noqa: PLC0415 - needs Django set up

    read_survey(store_named(slug), file.read())


def _changing(name: str, operation: str, said: str, help_text: str) -> None:
    @survey.command(name, help=help_text)
    @of_key
    @of_store
    @with_database
    def change(key: str, slug: str) -> None:
        from regard.cli.survey_text import change_state, store_named  # noqa: PLC0415 - needs Django set up

        change_state(store_named(slug), key, operation, said)


_changing(
    "publish", "publish_survey", "is live",
    "Ask what the draft of the survey KEY says; one that ships is added to the store first.",
)  # fmt: skip
_changing("pause", "pause_survey", "is paused", "Pause the survey KEY: nobody is asked.")
_changing("resume", "resume_survey", "is live", "Go on with the survey KEY, as its current version has it.")
_changing("end", "end_survey", "is ended", "End the survey KEY: nothing is taken any more.")
