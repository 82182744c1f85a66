"""The outbox as commands show and change it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from regard.act.domain.outbox_control import (
    cancel_send,
    outbox_for_viewer,
    retry_failed_sends,
    retry_send,
    retry_sends,
    send_for_viewer,
    sends_for_viewer,
)
from regard.act.domain.suppression import (
    allow_address,
    suppressed_address_for_viewer,
    suppressed_addresses_for_viewer,
)
from regard.act.models import Send, SuppressedAddress
from regard.cli.installation import ACTOR
from regard.connect.mail.channel import mail_reaches_nobody
from regard.core.config import config
from regard.core.models import Store


def say_messages(store: Store, *, state: str, limit: int, as_json: bool) -> None:
    """state: one of SendState; "" for all."""
    sends = sends_for_viewer(store=store, state=state, limit=limit).rows
    if as_json:
        click.echo(json.dumps([_told(send) for send in sends], indent=2, ensure_ascii=False))
        return
    for send in sends:
        what = f"{send.recipient}  {send.subject}  {send.last_error}".rstrip()
        click.echo(f"{send.pk:>6}  {send.created_at:%Y-%m-%d %H:%M}  {send.state:<10}  {what}")
    view = outbox_for_viewer(store)
    if view.stopped_at:
        click.echo(f"Sending is stopped by {view.stopped_by} since {view.stopped_at:%Y-%m-%d %H:%M}.")
    if mail_reaches_nobody(config()):
        click.echo("No mail server is set (REGARD_SMTP_URL): e-mails become files and reach nobody.")


def say_retried(store: Store, numbers: Sequence[int]) -> None:
    """Raises click.ClickException, and queues none, when one is not the store's."""
    for send in [_send(store, number) for number in numbers]:
        told = "is queued again" if retry_send(send, actor=ACTOR) else "has not failed"
        click.echo(f"Message {send.pk} {told}.")


def say_all_retried(store: Store) -> None:
    click.echo(f"Messages queued again: {retry_failed_sends(store, actor=ACTOR)}")


def say_cancelled(store: Store, number: int) -> None:
    """Raises click.ClickException for a message that neither waits nor has failed."""
    if not cancel_send(_send(store, number), actor=ACTOR):
        raise click.ClickException("Only a message that waits or has failed can be cancelled.")
    click.echo(f"Message {number} is cancelled.")


def say_suppressed(store: Store, *, limit: int, as_json: bool) -> None:
    rows = suppressed_addresses_for_viewer(store=store, limit=limit).rows
    if as_json:
        told = [
            {"id": row.pk, "channel": row.channel, "address": row.address, "reason": row.reason,
             "suppressed_at": row.suppressed_at.isoformat()}
            for row in rows
        ]  # fmt: skip
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    for row in rows:
        who = row.address or "(erased)"
        click.echo(f"{row.pk:>6}  {row.suppressed_at:%Y-%m-%d %H:%M}  {who}  {row.reason}".rstrip())


def say_allowed(store: Store, number: int, *, send: bool) -> None:
    """Raises click.ClickException for an address that is not on the store's list."""
    try:
        found = suppressed_address_for_viewer(store, number)
    except SuppressedAddress.DoesNotExist:
        told = f"{store.slug} has no such address {number}; `regard outbox suppressed` names them."
        raise click.ClickException(told) from None
    held_back = allow_address(found, actor=ACTOR)
    click.echo(f"{found.address or 'The erased address'} is written to again.")
    if send:
        click.echo(f"Messages on their way: {retry_sends(store, held_back, actor=ACTOR)}.")
    elif held_back:
        click.echo(f"Held back, and stay so: {len(held_back)}. `regard outbox retry` sends them.")


def _send(store: Store, number: int) -> Send:
    try:
        return send_for_viewer(store, number)
    except Send.DoesNotExist:
        told = f"{store.slug} has no message {number}; `regard outbox list` names them."
        raise click.ClickException(told) from None


def _told(send: Send) -> dict[str, Any]:
    moments = {name: getattr(send, name) for name in ("created_at", "due_at", "sent_at")}
    return {
        "id": send.pk, "state": send.state, "channel": send.channel, "recipient": send.recipient,
        "purpose": send.purpose, "customer_id": send.customer_id, "intent": send.intent,
        "instance": send.instance, "subject": send.subject, "attempts": send.attempts,
        "last_error": send.last_error, "message_id": send.message_id,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }  # fmt: skip
