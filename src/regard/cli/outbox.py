from __future__ import annotations

import click

from regard.cli.alerts import of_store
from regard.cli.installation import with_database

STATES = ["queued", "held", "sending", "sent", "failed", "cancelled", "suppressed", "all"]


@click.group()
def outbox() -> None:
    """The outbox of a store: what goes out, and what could not."""


@outbox.command("list")
@of_store
@click.option("--state", type=click.Choice(STATES), default="all", show_default=True)
@click.option("--last", type=click.IntRange(1, 1_000), default=50, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_database
def list_messages(slug: str, state: str, last: int, as_json: bool) -> None:
    """List messages, the newest first, and say whether they go out."""
    from regard.cli.outbox_text import say_messages  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_messages(store_by_slug(slug), state="" if state == "all" else state, limit=last, as_json=as_json)


@outbox.command()
@click.argument("numbers", type=click.IntRange(min=1), nargs=-1, metavar="[NUMBER…]")
@of_store
@click.option("--all", "everything", is_flag=True, help="All failed messages of the store.")
@with_database
def retry(numbers: tuple[int, ...], slug: str, everything: bool) -> None:
    """Send failed messages again."""
    from regard.cli.outbox_text import say_all_retried, say_retried  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    if everything == bool(numbers):
        raise click.UsageError("Say which messages, by their numbers, or --all.")
    if everything:
        say_all_retried(store_by_slug(slug))
    else:
        say_retried(store_by_slug(slug), numbers)


@outbox.command()
@click.argument("number", type=click.IntRange(min=1))
@of_store
@with_database
def cancel(number: int, slug: str) -> None:
    """Never send message NUMBER, which waits or has failed."""
    from regard.cli.outbox_text import say_cancelled  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_cancelled(store_by_slug(slug), number)


@outbox.command()
@of_store
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_database
def held(slug: str, as_json: bool) -> None:
    """List marketing that is held, since more of it would have left in an hour than the store lets."""
    from regard.cli.hold_text import say_holds  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_holds(store_by_slug(slug), as_json=as_json)


@outbox.command()
@click.argument("number", type=click.IntRange(min=1))
@click.option("--next", "most", type=click.IntRange(1, 1_000_000), help="Only so many; the rest stays held.")
@of_store
@with_database
def release(number: int, most: int | None, slug: str) -> None:
    """Let the messages of NUMBER of `held` go."""
    from regard.cli.hold_text import say_released  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_released(store_by_slug(slug), number, most=most)


@outbox.command()
@click.argument("number", type=click.IntRange(min=1))
@of_store
@with_database
def drop(number: int, slug: str) -> None:
    """Never send the messages of NUMBER of `held`."""
    from regard.cli.hold_text import say_dropped  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_dropped(store_by_slug(slug), number)


@outbox.command()
@of_store
@click.option("--last", type=click.IntRange(1, 1_000), default=50, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_database
def suppressed(slug: str, last: int, as_json: bool) -> None:
    """List addresses that are not written to, since their mail server said that there is nobody."""
    from regard.cli.outbox_text import say_suppressed  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_suppressed(store_by_slug(slug), limit=last, as_json=as_json)


@outbox.command()
@click.argument("number", type=click.IntRange(min=1))
@click.option("--send", is_flag=True, help="Send what was held back in the last seven days, too.")
@of_store
@with_database
def allow(number: int, send: bool, slug: str) -> None:
    """Write to the address NUMBER of `suppressed` again."""
    from regard.cli.outbox_text import say_allowed  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_allowed(store_by_slug(slug), number, send=send)


@outbox.command()
@of_store
@with_database
def stop(slug: str) -> None:
    """Stop all that the store sends, at once."""
    from regard.act.domain.outbox_control import stop_sending  # noqa: PLC0415 - needs Django set up
    from regard.cli.installation import ACTOR  # noqa: PLC0415
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    stop_sending(store_by_slug(slug), actor=ACTOR)
    click.echo(f"Nothing of {slug} goes out any more. To let it: regard outbox resume --store {slug}")


@outbox.command()
@of_store
@with_database
def resume(slug: str) -> None:
    """Let messages go out again; what was queued meanwhile follows."""
    from regard.act.domain.outbox_control import resume_sending  # noqa: PLC0415 - needs Django set up
    from regard.cli.installation import ACTOR  # noqa: PLC0415
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    resume_sending(store_by_slug(slug), actor=ACTOR)
    click.echo(f"Messages of {slug} go out.")
