from __future__ import annotations

import signal
from typing import Any, NoReturn

import click

from regard import __version__
from regard.cli import (
    alerts,
    cases,
    costs,
    customers,
    demo,
    events,
    feedback,
    imports,
    journeys,
    keys,
    lakes,
    members,
    mentions,
    metrics,
    offers,
    operate,
    outbox,
    predictions,
    processes,
    programmes,
    prompts,
    relationships,
    reviews,
    scores,
    segments,
    sim,
    stores,
    surveys,
    tasks,
    templates,
    texts,
)
from regard.core.config import ConfigError


class PlainErrors(click.Group):
    """What an operator can mend is told in a sentence; only defects show where in the program they are."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            if error.filename is None:
                raise
            raise click.ClickException(f"{error.filename}: {error.strerror}.") from error


@click.group(
    cls=PlainErrors, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="regard")
def main() -> None:
    """Regard, the customer-experience system for online stores.

    `regard run` starts everything. Other commands use the running installation, or start its database for as
    long as they last. Settings come from the environment; `regard check --settings` lists them.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)


def _leave(number: int, _frame: object) -> NoReturn:
    """End as a command does that is through, so that a database started for it is stopped with it."""
    signal.signal(number, signal.SIG_IGN)  # a second one must not keep it from that
    raise SystemExit(128 + number)


for command in (
    processes.run, processes.web, processes.intake, processes.worker,
    operate.check, operate.migrate, operate.backup, operate.restore,
    demo.demo, sim.sim, stores.store, members.member, keys.key,
    imports.import_command, imports.imports, customers.customer, segments.segment, scores.score, lakes.lake,
    predictions.predict, metrics.metrics, costs.costs, alerts.alerts, tasks.task, cases.case, offers.offer,
    templates.template, journeys.journey, journeys.act, outbox.outbox, events.events, texts.text,
    feedback.feedback, surveys.survey, reviews.review, mentions.mentions, programmes.programme,
    prompts.prompt,
):  # fmt: skip
    main.add_command(command)
for command in (relationships.over_time, relationships.cohorts, relationships.moves):
    scores.score.add_command(command)
