"""Segments as commands show them."""

from __future__ import annotations

import click

from regard.cli.installation import ACTOR
from regard.core.edges.csv_lines import csv_lines
from regard.core.models import Store
from regard.profile.domain.segments.counting import count_segment
from regard.profile.domain.segments.exporting import export_segment
from regard.profile.domain.segments.fields import OPERATORS, fields_for_viewer
from regard.profile.domain.segments.parse import SegmentInvalid
from regard.profile.domain.segments.saved import ready_made_segments, segments_of


def say_count(store: Store, text: str) -> None:
    """Raises click.ClickException, with a mark below the place, for a text that is no filter."""
    try:
        click.echo(count_segment(store, text))
    except SegmentInvalid as error:
        raise click.ClickException(told_with_place(text, error)) from error


def say_segments(store: Store) -> None:
    told = [(segment.name, segment.text) for segment in segments_of(store)]
    told += [(str(made.name), made.text) for made in ready_made_segments()]
    for name, text in told:
        click.echo(f"{_counted(store, text)}\t{name}\t{text}")


def say_fields() -> None:
    for field in fields_for_viewer():
        click.echo(f"{field.name}\t{field.type}\t{field.label}\t{', '.join(OPERATORS[field.type])}")
    click.echo(f"attr.NAME\tany\tCustom attribute\t{', '.join(OPERATORS['attribute'])}")


def write_customers(store: Store, text: str, *, anonymous: bool) -> None:
    """Raises click.ClickException like `say_count`."""
    try:
        rows = export_segment(store=store, text=text, anonymous=anonymous, actor=ACTOR)
    except SegmentInvalid as error:
        raise click.ClickException(told_with_place(text, error)) from error
    for line in csv_lines(rows):
        click.echo(line, nl=False)


def told_with_place(text: str, error: SegmentInvalid) -> str:
    """The error, and the filter with a mark below the place that it speaks of."""
    if "\n" in text:
        return error.told
    return f"{error.told}\n  {text}\n  {' ' * error.start}{'^' * max(error.end - error.start, 1)}"


def _counted(store: Store, text: str) -> str:
    """A dash for a segment that asks a field which is no longer there."""
    try:
        return str(count_segment(store, text))
    except SegmentInvalid:
        return "-"
