"""Reviews as commands show and change them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import click
from django.core.exceptions import ValidationError

from regard.cli.installation import ACTOR
from regard.core.models import Store
from regard.listen.models import Review
from regard.review.domain.answering import answer_review
from regard.review.domain.moderating import hide_review, publish_review, return_review
from regard.review.domain.queries import KnownReview, ReviewFilter, reviews_for_viewer, reviews_named

SHORT = 80  # characters of the words in a list


def say_reviews(store: Store, only: ReviewFilter, *, limit: int, as_json: bool) -> None:
    rows = reviews_for_viewer(store=store, only=only, limit=limit).rows
    if as_json:
        click.echo(json.dumps([_told(known) for known in rows], indent=2, ensure_ascii=False))
        return
    for known in rows:
        review = known.review
        day = review.reviewed_at.astimezone(ZoneInfo(store.time_zone)).date()
        who = known.customer.called if known.customer else "nobody known"
        words = " ".join(f"{review.title} {review.body}".split())[:SHORT]
        answered = "answered" if known.standing.reply else "-"
        click.echo(
            f"{review.pk:>6}  {day}  {review.rating}  {known.standing.shown:<9}  {answered:<8}  {who}  {words}"
        )


def say_published(store: Store, numbers: Sequence[int]) -> None:
    _change(store, numbers, lambda review: publish_review(review, actor=ACTOR), "published", "was published")


def say_hidden(store: Store, numbers: Sequence[int], *, reason: str) -> None:
    _change(
        store, numbers, lambda review: hide_review(review, reason=reason, actor=ACTOR), "hidden", "was hidden"
    )


def say_returned(store: Store, numbers: Sequence[int]) -> None:
    _change(store, numbers, lambda review: return_review(review, actor=ACTOR), "waiting again", "was waiting")


def say_answered(store: Store, number: int, text: str, *, send: bool) -> None:
    def answer(review: Review) -> bool:
        return answer_review(review, text=text, send=send, actor=ACTOR)

    _change(store, [number], answer, "answered" if text.strip() else "without an answer", "was so already")


def _change(
    store: Store, numbers: Sequence[int], act: Callable[[Review], bool], done: str, otherwise: str
) -> None:
    """One by one. Raises click.ClickException, and changes none, when one is not the store's."""
    reviews = {review.pk: review for review in reviews_named(store, numbers)}
    for number in numbers:
        if number not in reviews:
            raise click.ClickException(
                f"{store.slug} has no review {number}; `regard review list` names them."
            )
    for review in reviews.values():
        try:
            click.echo(f"Review {review.pk} {f'is {done}' if act(review) else otherwise}.")
        except ValidationError as error:
            raise click.ClickException(" ".join(error.messages)) from error


def _told(known: KnownReview) -> dict[str, Any]:
    review, standing = known.review, known.standing
    return {
        "id": review.pk, "external_id": review.external_id, "rating": review.rating, "title": review.title,
        "body": review.body, "reviewed_at": review.reviewed_at.isoformat(),
        "product": review.product_external_id, "order": review.order_external_id,
        "customer_id": known.customer.pk if known.customer else None, "is_verified": known.is_verified,
        "shown": standing.shown, "reason": standing.reason, "reply": standing.reply,
    }  # fmt: skip
