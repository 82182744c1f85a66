"""How `regard import` looks on a terminal."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from regard import pipeline
from regard.capture.domain.ahead import Ahead
from regard.capture.domain.events import last_events
from regard.capture.domain.imports import ImportProblem, ImportSummary, import_file
from regard.capture.domain.imports.forming import facts_formed
from regard.capture.domain.imports.guess import FieldGuess
from regard.capture.domain.imports.mapping import Formats
from regard.capture.domain.imports.preparing import SourceFile, look_at
from regard.capture.domain.imports.problem import escaped
from regard.capture.domain.imports.rejects import WHY
from regard.capture.domain.imports.runs import import_runs_of
from regard.capture.domain.imports.undo import begin_undo
from regard.capture.domain.imports.values import EXAMPLE
from regard.capture.domain.reader import last_read, read_next
from regard.capture.models import ImportRun
from regard.core.models import Store
from regard.profile.domain.import_undo import undo_import
from regard.score.domain.stale import count_stale, has_stale, refresh_stale

BAR = 24  # characters
PACE_OVER = 10.0  # seconds
STOPPED = 130  # what shells expect of a program that was ended by Ctrl-C
GOES_ON = "Nothing is lost: the same command goes on where it stopped."
NOTHING_KEPT = "It was a dry run: nothing was kept."
FORMED_LATER = (
    "Nothing is lost: the file is in, and a worker forms what is left of profiles and scores (regard run)."
)
REASONS = 5  # of rejected rows that are told


def run_import(
    store: Store,
    *,
    kind: str,
    file: Path,
    mapping: Path | None,
    preset: str,
    like: int | None,
    dry_run: bool,
    actor: str,
) -> None:
    """Say how the file is read, bring it in, form profiles and scores from it, and say what came of it.

    Raises click.ClickException for a file, kind, mapping or preset that cannot be used.
    """
    try:
        if like is not None:
            click.echo(f"It is read as import {like} was.")
        elif mapping is None:
            _say_how_it_is_read(look_at(store=store, kind=kind, path=file, preset=preset))
        bar = ProgressBar()
        with _told_when_stopped(NOTHING_KEPT if dry_run else GOES_ON):
            summary = import_file(
                store=store, kind=kind, path=file, mapping=mapping, preset=preset, actor=actor, dry_run=dry_run,
                like=like, progress=lambda so_far: bar.show(so_far.share, so_far.read, "rows"),
            )  # fmt: skip
    except ImportProblem as problem:
        raise click.ClickException(str(problem)) from problem
    bar.end()
    _say(summary, dry_run, store.slug, kind)
    if summary.run_id and summary.added:
        with _told_when_stopped(FORMED_LATER):
            form_profiles(store, run=import_runs_of(store).get(pk=summary.run_id))


@contextmanager
def _told_when_stopped(what_now: str) -> Iterator[None]:
    """Say how things stand when somebody presses Ctrl-C."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo(f"\nStopped. {what_now}", err=True)
        raise SystemExit(STOPPED) from None


def run_undo(store: Store, *, number: int, actor: str, asks: bool) -> None:
    """Take an import back and say what came of it. Raises click.ClickException for one that cannot be."""
    run = import_runs_of(store).select_related("store").filter(pk=number).first()
    if run is None:
        raise click.ClickException(f"{store.slug} has no import {number}; see: regard imports list.")
    if asks:
        question = (
            f"Delete the {run.added:,} facts that {run.file_name} added, and form their customers anew?"
        )
        click.confirm(question, abort=True)
    bar = ProgressBar()
    try:
        begin_undo(run, actor=actor)
        with _told_when_stopped(GOES_ON):
            undo_import(
                run,
                stages=pipeline.STAGES,
                progress=lambda undone: bar.show(undone / max(1, run.added), undone, "facts taken back"),
            )
    except ImportProblem as problem:
        raise click.ClickException(str(problem)) from problem
    bar.end()
    refresh_scores(store)
    run.refresh_from_db()
    if run.handed_over:
        click.echo(f"{run.handed_over:,} facts that other imported files hold too are theirs now.")
    click.echo(f"Import {number} is taken back. The same file can be imported again.")


class ProgressBar:
    """A line that is written over: how much is done, how fast of late, and how long the rest takes at that pace.

    Of late, since a run that goes on where it was interrupted flies over the rows that it has already. Only on a
    terminal: elsewhere every state of it would stay as a line of its own.
    """

    def __init__(self) -> None:
        self._states = deque(
            [(time.monotonic(), 0, 0.0)]
        )  # when, done, share: the latest, and PACE_OVER before
        self._is_shown = sys.stderr.isatty()

    def show(self, share: float, done: int, what: str) -> None:
        """share: from 0 to 1; done: how many of `what`."""
        if not self._is_shown:
            return
        states, now = self._states, time.monotonic()
        while len(states) > 1 and states[0][0] < now - PACE_OVER:
            states.popleft()
        then, done_then, share_then = states[0]
        states.append((now, done, share))
        seconds = max(0.001, now - then)
        full = round(share * BAR)
        further = share - share_then
        left = f", {_duration(seconds * (1 - share) / further)} left" if further > 0 and share < 1 else ""
        bar = f"[{'#' * full}{'.' * (BAR - full)}] {share:4.0%}"
        text = f"{bar} {done:,} {what}, {(done - done_then) / seconds:,.0f} a second{left}"
        click.echo(f"\r{text:<100}", nl=False, err=True)

    def end(self) -> None:
        """What is said next begins a new line."""
        if self._is_shown:
            click.echo(err=True)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _say_how_it_is_read(source: SourceFile) -> None:
    if source.preset:
        click.echo(f"{source.table.path.name} looks like a {source.title}: preset {source.preset}.")
    else:
        click.echo("Columns were matched by their names:")
    if set(WHY) <= set(source.table.header):
        click.echo(
            "  These are rejected rows of an import: --like with its number reads them as its file was."
        )
    for kind, guesses in source.guesses().items():
        if len(source.mapping.imports) > 1:
            click.echo(f"{kind}:")
        for guess in guesses:
            if guess.columns or guess.constant or guess.field.required:
                click.echo(_guess_line(guess))
    _say_formats(source.mapping.formats)
    for what, columns in (
        ("becomes attributes", source.attribute_columns()),
        ("not used", source.unused_columns()),
    ):
        if columns:
            click.echo(f"  {what}: {escaped(', '.join(columns))}")


def _say_formats(formats: Formats) -> None:
    if formats.time:
        click.echo(f"  times are written like {' or '.join(map(EXAMPLE.strftime, formats.time_patterns()))}")
    if formats.decimal_comma:
        click.echo("  numbers are written with a decimal comma")


def _guess_line(guess: FieldGuess) -> str:
    origin = guess.columns_in_words or guess.constant or "no column: the import needs one"
    doubt = "" if guess.confidence == "sure" or not guess.columns else f" ({guess.confidence})"
    samples = f"  e.g. {' | '.join(guess.samples)}" if guess.samples else ""
    return escaped(f"  {guess.field.name:<14} from {origin}{doubt}{samples}")


def _say(summary: ImportSummary, dry_run: bool, slug: str, kind: str) -> None:
    if summary.encoding_fell_back:
        click.echo(f"The file is not UTF-8; it was read as {summary.encoding}. Check letters beyond ASCII.")
    if summary.resumed_at:
        click.echo(
            f"An earlier run was interrupted after row {summary.resumed_at:,}; this went on from there."
        )
    would = "would be " if dry_run else ""
    click.echo(
        f"{summary.read:,} rows read: {summary.added:,} {would}added, {summary.repeated:,} known already, "
        f"{summary.rejected:,} rejected."
    )
    if summary.again:
        click.echo(f"{summary.again:,} of these repeat another row of the file exactly.")
    if summary.rejects_path:
        click.echo(f"Rejected rows, with the reason, to mend and import again: {summary.rejects_path}")
        if summary.run_id:
            click.echo(
                f"  when they are mended: regard import {kind} FILE --store {slug} --like {summary.run_id}"
            )
    _say_reasons(summary.reasons)
    for note, rows in summary.notes:
        click.echo(f"{rows:,} {note}")
    if summary.run_id and summary.added:
        click.echo(f"To take this import back: regard imports undo {summary.run_id} --store {slug}")


def _say_reasons(reasons: Sequence[tuple[str, str, int]]) -> None:
    for field, reason, rows in reasons[:REASONS]:
        click.echo(f"  {rows:,} with {field}: {reason}" if field else f"  {rows:,} for other reasons")
    others = reasons[REASONS:]
    if others:
        rejected = sum(rows for _field, _reason, rows in others)
        reasons_told = "one other reason" if len(others) == 1 else f"{len(others):,} other reasons"
        click.echo(f"  and {rejected:,} for {reasons_told}, all of them in that file")


def form_profiles(store: Store, *, run: ImportRun | None = None) -> None:
    """Wait until the pipeline has taken the run's facts, or all of the log, helping where no worker runs; then
    until all scores are computed.

    What comes in meanwhile is not waited for: on a store that sells there would be no end.
    """
    bar, progress = ProgressBar(), partial(facts_formed, run) if run else _log_progress(store)
    with Ahead() as ahead:
        while (counted := progress())[0] < counted[1]:
            formed, wanted = counted
            bar.show(formed / wanted, formed, "events formed into profiles")
            if not read_next(store, reader=pipeline.READER, stages=pipeline.STAGES, ahead=ahead):
                time.sleep(0.2)  # a worker is at it
    bar.show(1, counted[1], "events formed into profiles")
    bar.end()
    refresh_scores(store)
    click.echo("Profiles and scores are up to date.")


def _log_progress(store: Store) -> Callable[[], tuple[int, int]]:
    """How much of the log the pipeline has read since now, and how much there is to read, in ids of events."""
    first = last_read(store, reader=pipeline.READER)
    last = max((event.id for event in last_events(store, limit=1)), default=0)
    return lambda: (
        min(last_read(store, reader=pipeline.READER), last) - min(first, last),
        max(0, last - first),
    )


def refresh_scores(store: Store) -> None:
    """Score whom the import touched, or wait until a worker has."""
    if waiting := count_stale(store):
        click.echo(f"Scores of {waiting:,} customers are computed.", err=True)
    while has_stale(store):
        if not refresh_stale(store):
            time.sleep(0.2)  # a worker is at it
