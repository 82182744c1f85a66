"""Prompts as commands show and change them."""

from __future__ import annotations

import json
from typing import Any

import click
import yaml

from regard.cli.journey_text import store_named
from regard.core.models import Store
from regard.serve.domain.prompts import (
    change_prompt,
    create_prompt,
    delete_prompt,
    switch_prompt,
    terms_of,
)
from regard.serve.domain.queries import Share, answers_of, figures_of, prompt_for_viewer, prompts_for_viewer
from regard.serve.domain.written import read_prompt, values_of
from regard.serve.models import Prompt

__all__ = [
    "delete", "edit_prompt", "make_prompt", "say_prompt", "say_prompts", "say_results", "store_named", "switch",
]  # fmt: skip
ACTOR = "command line"


def say_prompts(store: Store, *, as_json: bool) -> None:
    rows = prompts_for_viewer(store)
    figures = figures_of(store, rows)
    if as_json:
        told = [
            {"id": row.pk, "name": row.name, "is_on": row.is_on, "kind": row.kind, **vars(figures[row.pk])}
            for row in rows
        ]
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for row in rows:
        known = figures[row.pk]
        counts = f"{known.shown:,} shown, {known.clicked:,} followed, {known.closed:,} closed"
        click.echo(f"{row.pk:>4}  {'on' if row.is_on else 'off':<3}  {row.kind:<7}  {row.name}  {counts}")
    if not rows:
        click.echo("No prompt yet.")


def say_prompt(store: Store, number: int, *, as_json: bool) -> None:
    """Without its state, which is switched and not written."""
    values = _plain(values_of(_prompt(store, number)))
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False))
    else:
        click.echo(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), nl=False)


def say_results(store: Store, number: int, *, as_json: bool) -> None:
    prompt = _prompt(store, number)
    figures, answers = figures_of(store, [prompt])[prompt.pk], answers_of(prompt)
    if as_json:
        shares = {"clicked": _told(figures.click_share), "closed": _told(figures.close_share)}
        told = {"shown": figures.shown, **shares, "answers": vars(answers) if answers else None}
        click.echo(json.dumps(told))
        return
    click.echo(f"{prompt.name}: {'on' if prompt.is_on else 'off'}, shown {figures.shown:,} times.")
    click.echo(f"followed {_share(figures.click_share)}")
    click.echo(f"closed   {_share(figures.close_share)}")
    if answers:
        click.echo(f"answered {answers.begun:,}, of which {answers.complete:,} to the end")


def make_prompt(store: Store, text: str) -> None:
    made = create_prompt(store, read_prompt(store, text), actor=ACTOR)
    click.echo(f"Prompt {made.pk} is made, and off: regard prompt on {made.pk} --store {store.slug}")


def edit_prompt(store: Store, number: int, text: str) -> None:
    found = _prompt(store, number)
    change_prompt(found, read_prompt(store, text, before=terms_of(found)), actor=ACTOR)
    click.echo(f"Prompt {number} is changed.")


def switch(store: Store, number: int, *, is_on: bool) -> None:
    switch_prompt(_prompt(store, number), is_on=is_on, actor=ACTOR)
    click.echo(f"Prompt {number} is {'on' if is_on else 'off'}.")


def delete(store: Store, number: int) -> None:
    delete_prompt(_prompt(store, number), actor=ACTOR)
    click.echo(f"Prompt {number} is deleted.")


def _prompt(store: Store, number: int) -> Prompt:
    try:
        return prompt_for_viewer(store, number)
    except Prompt.DoesNotExist:
        said = f"{store.slug} has no prompt {number}; `regard prompt list` names them."
        raise click.ClickException(said) from None


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """What YAML knows, without what is empty."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value not in ("", [], {}, ())
    }


def _told(share: Share) -> dict[str, Any]:
    return {"count": share.count, "percent": share.percent, "interval": share.interval}


def _share(share: Share) -> str:
    if share.interval is None:
        return "-"
    low, high = share.interval
    return f"{share.count:,} ({share.percent:.1f} %, {low:.1f} to {high:.1f})"
