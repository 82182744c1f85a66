from __future__ import annotations

from pathlib import Path

import click

from regard.cli.installation import ACTOR, with_database


@click.command("import")
@click.argument("kind")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option(
    "--mapping", type=click.Path(dir_okay=False, path_type=Path),
    help="TOML file that says which column is what. Default: guessed from the column names, and shown.",
)  # fmt: skip
@click.option(
    "--preset",
    default="",
    help="Name of a preset, such as shopify-orders, or generic to match by names. Default: found out.",
)
@click.option("--like", type=int, help="Number of the import whose mended rows these are: read as it was.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, keep nothing.")
@with_database
def import_command(
    *, kind: str, file: Path, slug: str, mapping: Path | None, preset: str, like: int | None, dry_run: bool
) -> None:
    """Bring the history in FILE in. KIND says what its rows are: customers, orders, order_lines, shipments,
    products, reviews, answers or tickets.

    FILE is CSV, TSV, JSON Lines or Parquet, the first three also packed with gzip. How it is read is shown first.
    Rows that cannot be used are written to a file with the reason, to be mended and imported again with
    --like. An import that was interrupted goes on where it stopped, running it twice changes nothing, and it never
    causes a message to anyone. See also: regard imports --help.
    """
    from regard.cli.import_progress import run_import  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    run_import(
        store_by_slug(slug),
        kind=kind,
        file=file,
        mapping=mapping,
        preset=preset,
        like=like,
        dry_run=dry_run,
        actor=ACTOR,
    )


@click.group()
def imports() -> None:
    """Imports of a store: list them, get rejected rows, take one back."""


@imports.command("list")
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option("--last", type=click.IntRange(min=1), default=20, show_default=True, help="How many.")
@with_database
def list_command(slug: str, last: int) -> None:
    """List imports, the newest first."""
    from regard.capture.domain.imports.runs import import_runs_of  # noqa: PLC0415 - needs Django set up
    from regard.cli.import_text import run_lines  # noqa: PLC0415
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    for line in run_lines(list(import_runs_of(store_by_slug(slug))[:last])):
        click.echo(line)


@imports.command()
@click.argument("number", type=int)
@click.option("--store", "slug", required=True, help="The store's short name.")
@with_database
def rejects(number: int, slug: str) -> None:
    """Print the rejected rows of import NUMBER, with line, field and reason."""
    from regard.capture.domain.imports.runs import rejects_of  # noqa: PLC0415 - needs Django set up
    from regard.capture.models import ImportRun  # noqa: PLC0415
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    try:
        path = rejects_of(store_by_slug(slug), number)
    except ImportRun.DoesNotExist:
        raise click.ClickException(f"Import {number} of {slug} has no rejected rows here.") from None
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line in file:
            click.echo(line, nl=False)


@imports.command()
@click.argument("number", type=int)
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@with_database
def undo(number: int, slug: str, yes: bool) -> None:
    """Take import NUMBER back: delete what it added and form the customers concerned anew from what remains.

    What other imported files hold too is left to them. An undo that was interrupted goes on when it is run again.
    """
    from regard.cli.import_progress import run_undo  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    run_undo(store_by_slug(slug), number=number, actor=ACTOR, asks=not yes)
