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
@click.option("--dry-run", is_flag=True, help="Read and check everything, keep nothing.")
@with_database
def import_command(kind: str, file: Path, slug: str, mapping: Path | None, dry_run: bool) -> None:
    """Bring the history in FILE in: KIND is orders or reviews.

    Rows that cannot be used are written to a file with the reason, to be mended and imported again. Running the
    same import twice changes nothing, and an import never causes a message to anyone.
    """
    from regard.cli.import_progress import run_import  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    run_import(store_by_slug(slug), kind=kind, file=file, mapping=mapping, dry_run=dry_run, actor=ACTOR)
