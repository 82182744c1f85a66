from __future__ import annotations

from datetime import datetime

import click

from regard.cli.installation import with_database

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def metrics() -> None:
    """The metrics of a store, each defined once."""


@metrics.command("list")
@click.option(
    "--store", "slug", default="", help="As this store defines them, with its targets and baselines."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON, with formulas, units, targets and splits.")
@with_database
def list_metrics(*, slug: str, as_json: bool) -> None:
    """List all metrics; dormant ones say which facts they wait for."""
    from regard.cli.metric_text import say_catalogue  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415
    from regard.measure.domain.own import own_metrics  # noqa: PLC0415

    say_catalogue(own_metrics(store_by_slug(slug)) if slug else None, as_json=as_json)


@metrics.command("show")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option(
    "--from",
    "first",
    type=DAY,
    help="The first day, such as 2026-01-01; else that of the last twelve whole months.",
)
@click.option("--to", "last", type=DAY, help="The last day; else that of the last whole month.")
@click.option(
    "--by", multiple=True,
    help="day, week, month, quarter or year; or what a metric can be split by. May be given twice.",
)  # fmt: skip
@click.option("--compare", type=click.Choice(["previous"]), help="Beside the period before.")
@click.option("--json", "form", flag_value="json", help="As JSON.")
@click.option("--csv", "form", flag_value="csv", help="As comma-separated values.")
@with_database
def show_metrics(
    *, ids: tuple[str, ...], slug: str, first: datetime | None, last: datetime | None, by: tuple[str, ...],
    compare: str | None, form: str | None,
) -> None:  # fmt: skip
    """Show metrics over days; ID is that of a metric, or ID:VARIANT."""
    from regard.cli.metric_text import asked_days, say_figures  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415
    from regard.measure.domain.showing import Wanted  # noqa: PLC0415

    store = store_by_slug(slug)
    wanted = Wanted(*asked_days(store, first, last), by, compare=compare is not None)
    say_figures(store, ids, wanted, form=form or "text")


@metrics.command("rows")
@click.argument("name", metavar="ID")
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option(
    "--from", "first", type=DAY, help="The figure's first day; else that of the last twelve months."
)
@click.option("--to", "last", type=DAY, help="Its last day.")
@click.option("--by", default="", help="What the figure is split by.")
@click.option("--part", help="Of which part; else of all.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many rows.")
@click.option("--json", "form", flag_value="json", help="As JSON.")
@click.option("--csv", "form", flag_value="csv", help="All of them, as comma-separated values.")
@with_database
def list_rows(
    *, name: str, slug: str, first: datetime | None, last: datetime | None, by: str, part: str | None,
    limit: int, form: str | None,
) -> None:  # fmt: skip
    """List the orders, answers, tickets or customers that a figure was computed of."""
    from regard.cli.metric_rows import say_rows  # noqa: PLC0415 - needs Django set up
    from regard.cli.metric_text import asked_days  # noqa: PLC0415
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415
    from regard.measure.domain.rows import WantedRows  # noqa: PLC0415

    store = store_by_slug(slug)
    wanted = WantedRows(*asked_days(store, first, last), by, part)
    say_rows(store, name, wanted, limit=limit, form=form or "text")


@metrics.command("target", context_settings={"ignore_unknown_options": True})  # so that -5 is a value
@click.argument("name", metavar="ID")
@click.argument("value", type=float, required=False)
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option("--at-least", "bound", flag_value="least", help="Good values are at least VALUE.")
@click.option("--at-most", "bound", flag_value="most", help="Good values are at most VALUE.")
@click.option("--reset", is_flag=True, help="Let the catalogue's target hold again.")
@with_database
def set_metric_target(*, name: str, value: float | None, slug: str, bound: str | None, reset: bool) -> None:
    """Set a store's target of a metric: VALUE in its unit, money in the currency's major one."""
    from regard.cli.metric_choices import change_target  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    if (value is None) != reset:
        raise click.UsageError("Give a VALUE, or --reset.")
    change_target(store_by_slug(slug), name, bound=bound or "", value=value)


@metrics.command("baseline")
@click.argument("name", metavar="ID")
@click.argument("month", type=click.DateTime(["%Y-%m"]), metavar="YYYY-MM")
@click.option("--store", "slug", required=True, help="The store's short name.")
@with_database
def choose_metric_baseline(*, name: str, month: datetime, slug: str) -> None:
    """Compare a metric with what it was in a month that is over."""
    from regard.cli.metric_choices import change_baseline  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    change_baseline(store_by_slug(slug), name, month.date())


@metrics.command("define")
@click.argument("metric_id", metavar="ID")
@click.argument("variant")
@click.option("--store", "slug", required=True, help="The store's short name.")
@with_database
def define_metric(*, metric_id: str, variant: str, slug: str) -> None:
    """Let a store mean VARIANT by the ID of a metric; "standard" for the catalogue's definition."""
    from regard.cli.metric_choices import change_definition  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    change_definition(store_by_slug(slug), metric_id, variant)
