from __future__ import annotations

import click

from regard.cli.installation import A_DAY, DAY, with_database


@click.group()
def score() -> None:
    """Scores of customers."""


@score.command("run")
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option(
    "--as-of", metavar=DAY,
    help=f"Show how many customers were in which band then, and keep nothing. {A_DAY}",
)  # fmt: skip
@with_database
def run_scores(slug: str, as_of: str | None) -> None:
    """Compute the health of all customers now, as every night does."""
    from regard.cli.score_text import say_bands, score_all  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.moments import moment_named  # noqa: PLC0415
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    store = store_by_slug(slug)
    if as_of is None:
        score_all(store)
    else:
        say_bands(store, moment_named(store, as_of))


@score.command()
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option(
    "--as-of", metavar=DAY,
    help=f"Pretend that it is then. {A_DAY} Default: the last moment whose outcome is known.",
)  # fmt: skip
@click.option(
    "--days", type=click.IntRange(7, 365), default=90, show_default=True,
    help="Whoever does not buy within so many days has left.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_database
def backtest(*, slug: str, as_of: str | None, days: int, as_json: bool) -> None:
    """Hold churn risks against what happened: the learned, the weighted, and a plain baseline."""
    from regard.cli.churn_text import say_backtest  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.moments import moment_named  # noqa: PLC0415
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    store = store_by_slug(slug)
    moment = None if as_of is None else moment_named(store, as_of)
    say_backtest(store, as_of=moment, days=days, as_json=as_json)


@score.command()
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option(
    "--days", type=click.IntRange(7, 365),
    help="Whoever does not buy within so many days has left. Default: as before, 90 at first.",
)  # fmt: skip
@with_database
def learn(slug: str, days: int | None) -> None:
    """Fit the churn model now, as every week does, and tell the risk of each customer if it did better."""
    from regard.cli.churn_text import learn_now  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    learn_now(store_by_slug(slug), days=days)


@score.command("show")
@click.argument("customer", default="")
@click.option(
    "--subject", help="Something that is no customer: shipment:NUMBER, product:NUMBER or ticket:NUMBER."
)
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option(
    "--as-of", metavar=DAY,
    help=f"As they would have been computed then. {A_DAY}",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Everything, for programs.")
@with_database
def show_scores(*, customer: str, subject: str | None, slug: str, as_of: str | None, as_json: bool) -> None:
    """Show every score of CUSTOMER (an e-mail, the shop's id or ours), why, and the groups they are in."""
    from regard.cli.past_scores import say_past_scores  # noqa: PLC0415 - needs Django set up
    from regard.cli.score_text import say_scores, say_scores_of_thing  # noqa: PLC0415
    from regard.core.domain.moments import moment_named  # noqa: PLC0415
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    store = store_by_slug(slug)
    if (subject is None) == (not customer):
        raise click.UsageError("Name a customer, or a --subject.")
    if subject is not None and as_of is not None:
        raise click.UsageError(
            "Only the scores of a customer are told as of a past moment; leave --as-of out."
        )
    if subject is not None:
        say_scores_of_thing(store, subject, as_json=as_json)
    elif as_of is None:
        say_scores(store, customer, as_json=as_json)
    else:
        say_past_scores(store, customer, as_of=moment_named(store, as_of), as_json=as_json)


@score.command("weights")
@click.argument("name", default="csi")
@click.argument("wanted", nargs=-1, metavar="[INPUT=PERCENT]...")
@click.option("--store", "slug", required=True, help="The store's short name.")
@with_database
def weights(name: str, wanted: tuple[str, ...], slug: str) -> None:
    """Show how much each input of the score NAME counts, or change it: csi nps=40 product=15.

    Inputs that are not named stay as they are; together they must be 100. All customers are computed again by a
    job.
    """
    from regard.cli.score_text import say_weights  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    try:
        chosen = {one: int(percent) for one, percent in (text.split("=") for text in wanted)}
    except ValueError:
        raise click.BadParameter(
            "name inputs with whole percents, such as nps=40", param_hint="INPUT"
        ) from None
    say_weights(store_by_slug(slug), name, chosen)
