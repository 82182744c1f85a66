"""How `regard import` looks on a terminal."""

from __future__ import annotations

import time
from pathlib import Path

import click

from regard import pipeline
from regard.capture.domain.events import last_events
from regard.capture.domain.imports import ImportProblem, ImportProgress, ImportSummary, import_file
from regard.capture.domain.reader import last_read, read_next
from regard.core.models import Store
from regard.core.registry import import_kinds
from regard.score.domain.stale import has_stale, refresh_stale


def run_import(
    store: Store, *, kind: str, file: Path, mapping: Path | None, dry_run: bool, actor: str
) -> None:
    """Bring the file in, form profiles and scores from it, and say what came of it.

    Raises click.ClickException for a file, kind or mapping that cannot be used.
    """
    if kind not in import_kinds:
        raise click.ClickException(
            f"There is no kind {kind!r}; there are: {', '.join(import_kinds.names())}."
        )
    began = time.monotonic()
    try:
        summary = import_file(
            store=store, kind=kind, path=file, mapping=mapping, actor=actor, dry_run=dry_run,
            progress=lambda so_far: _show(so_far, began),
        )  # fmt: skip
    except ImportProblem as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(err=True)
    _say(summary, dry_run)
    if not dry_run and summary.added:
        _form_profiles(store)


def _show(so_far: ImportProgress, began: float) -> None:
    rate = so_far.read / max(0.001, time.monotonic() - began)
    text = f"{so_far.read:,} rows read, {so_far.rejected:,} rejected, {rate:,.0f} rows a second"
    click.echo(f"\r{text:<78}", nl=False, err=True)


def _say(summary: ImportSummary, dry_run: bool) -> None:
    if summary.guessed is not None:
        click.echo("Columns were matched by their names:")
        for field, column in summary.guessed.items():
            click.echo(f"  {field:<14} from {column}")
    if summary.encoding_fell_back:
        click.echo(f"The file is not UTF-8; it was read as {summary.encoding}. Check letters beyond ASCII.")
    would = "would be " if dry_run else ""
    click.echo(
        f"{summary.read:,} rows read: {summary.added:,} {would}added, {summary.repeated:,} known already, "
        f"{summary.rejected:,} rejected."
    )
    if summary.rejects_path:
        click.echo(f"Rejected rows, with the reason, to mend and import again: {summary.rejects_path}")


def _form_profiles(store: Store) -> None:
    """Wait until the pipeline has taken the new facts, helping where no worker runs.

    What comes in meanwhile is not waited for: on a store that sells there would be no end.
    """
    first = last_read(store, reader=pipeline.READER)
    last = max((event.id for event in last_events(store, limit=1)), default=0)
    while (read := last_read(store, reader=pipeline.READER)) < last:
        text = f"{(read - first) / (last - first):.0%} of the facts formed into profiles and scores"
        click.echo(f"\r{text:<78}", nl=False, err=True)
        if not read_next(store, reader=pipeline.READER, stages=pipeline.STAGES):
            time.sleep(0.2)  # a worker is at it
    while has_stale(store):
        if not refresh_stale(store):
            time.sleep(0.2)  # a worker is at it
    click.echo(err=True)
    click.echo("Profiles and scores are up to date.")
