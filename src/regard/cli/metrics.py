from __future__ import annotations

from datetime import datetime

import click

from regard.cli.installation import with_database

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def metrics() -> None:
    """The metrics of a store, each defined once."""


@metrics.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with formulas, units, targets and splits.")
@with_database
def list_metrics(*, as_json: bool) -> None:
    """List all metrics; dormant ones say which facts they wait for."""
    from regard.cli.metric_text import say_catalogue  # noqa: PLC0415 - needs Django set up

    say_catalogue(as_json=as_json)


@metrics.command("show")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option("--from", "first", type=DAY, required=True, help="The first day, such as 2026-01-01.")
@click.option("--to", "last", type=DAY, required=True, help="The last day.")
@click.option(
    "--by", multiple=True,
    help="day, week, month, quarter or year; or what a metric can be split by. May be given twice.",
)  # fmt: skip
@click.option("--compare", type=click.Choice(["previous"]), help="Beside the period before.")
@click.option("--json", "form", flag_value="json", help="As JSON.")
@click.option("--csv", "form", flag_value="csv", help="As comma-separated values.")
@with_database
def show_metrics(
    *, ids: tuple[str, ...], slug: str, first: datetime, last: datetime, by: tuple[str, ...],
    compare: str | None, form: str | None,
) -> None:  # fmt: skip
    """Show metrics over days; ID is that of a metric, or ID:VARIANT."""
    from regard.cli.metric_text import say_figures  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415
    from regard.measure.domain.showing import Wanted  # noqa: PLC0415

    wanted = Wanted(first.date(), last.date(), by, compare=compare is not None)
    say_figures(store_by_slug(slug), ids, wanted, form=form or "text")
