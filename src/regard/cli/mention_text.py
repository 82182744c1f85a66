"""Mentions as commands show and change them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import click

from regard.cli.installation import ACTOR
from regard.core.models import Store
from regard.review.domain.mention_handling import finish_mention, hand_on, note_reply, reopen_mention
from regard.review.domain.mention_queries import (
    KnownMention,
    MentionFilter,
    mentions_for_viewer,
    mentions_named,
)
from regard.review.models import Mention

SHORT = 80  # characters of the words in a list


def say_mentions(store: Store, only: MentionFilter, *, limit: int, as_json: bool) -> None:
    rows = mentions_for_viewer(store=store, only=only, limit=limit).rows
    if as_json:
        click.echo(json.dumps([_told(known) for known in rows], indent=2, ensure_ascii=False))
        return
    for known in rows:
        mention = known.mention
        day = mention.mentioned_at.astimezone(ZoneInfo(store.time_zone)).date()
        sounds = "negative" if known.is_negative else "-"
        who = _plain(mention.author) or "nobody named"
        click.echo(
            f"{mention.pk:>6}  {day}  {sounds:<8}  {_state(known):<8}  {_plain(mention.source) or '-'}  {who}  "
            f"{_plain(mention.text)[:SHORT]}"
        )


def say_done(store: Store, numbers: Sequence[int]) -> None:
    for mention in _named(store, numbers):
        changed = finish_mention(mention, actor=ACTOR)
        click.echo(f"Mention {mention.pk} {'is' if changed else 'was'} done.")


def say_reopened(store: Store, numbers: Sequence[int]) -> None:
    for mention in _named(store, numbers):
        changed = reopen_mention(mention, actor=ACTOR)
        click.echo(f"Mention {mention.pk} {'is open again' if changed else 'was open'}.")


def say_answered(store: Store, number: int, url: str) -> None:
    [mention] = _named(store, [number])
    note_reply(mention, url=url, actor=ACTOR)
    click.echo(f"Mention {number} is answered and done.")


def say_handed_on(store: Store, number: int, title: str) -> None:
    [mention] = _named(store, [number])
    click.echo(f"Task {hand_on(mention, title=title, actor=ACTOR).pk} is made of mention {number}.")


def _named(store: Store, numbers: Sequence[int]) -> list[Mention]:
    """Raises click.ClickException when one is not the store's, so that none is changed."""
    found = mentions_named(store, numbers)
    known = {mention.pk for mention in found}
    for number in numbers:
        if number not in known:
            raise click.ClickException(
                f"{store.slug} has no mention {number}; `regard mentions list --state all` names them."
            )
    return found


def _state(known: KnownMention) -> str:
    if known.standing.reply_url:
        return "answered"
    return "done" if known.standing.done_at else "open"


def _plain(text: str) -> str:
    """In one line, without what would command the terminal: strangers wrote it."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def _told(known: KnownMention) -> dict[str, Any]:
    mention, standing = known.mention, known.standing
    same = ("external_id", "source", "author", "text", "url", "told_feeling", "interactions", "followers")
    return {
        "id": mention.pk,
        **{name: getattr(mention, name) for name in same},
        "mentioned_at": mention.mentioned_at.isoformat(),
        "customer_id": known.customer.pk if known.customer else None,
        "is_negative": known.is_negative,
        "done_at": standing.done_at.isoformat() if standing.done_at else None,
        "done_by": standing.done_by,
        "reply_url": standing.reply_url,
        "task_id": standing.task,
    }
