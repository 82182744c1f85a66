"""The published reviews of a store as strangers see them, who learn nothing of the person but a first name and
an initial."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, QuerySet

from regard.core.edges.keyset import keyset_page
from regard.core.models import Store
from regard.listen.models import Review
from regard.profile.models import Product
from regard.review.domain.queries import rows_of
from regard.review.models import ReviewStanding, Shown
from regard.text.personal import personal_data_in

# By the name of the sort: what stands first.
SORTS = {
    "newest": ("-reviewed_at", "-id"),
    "highest": ("-rating", "-reviewed_at", "-id"),
    "lowest": ("rating", "-reviewed_at", "-id"),
}
NEWEST = "newest"
# What nobody publishes on purpose, and who moderates overlooks. Names and places may be what a review is about.
OVERLOOKED = frozenset({"email", "phone", "card", "iban", "ip"})
LONGEST_NAME = 30
# Names in these scripts are written without a space between the family's and one's own.
WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which of the published reviews. product: the shop's id, "" for those of all products and orders."""

    product: str = ""
    stars: int | None = None
    sort: str = NEWEST


@dataclass(frozen=True)
class Summary:
    """How many published reviews have so many stars."""

    by_stars: dict[int, int]

    @property
    def count(self) -> int:
        return sum(self.by_stars.values())

    @property
    def average(self) -> float | None:
        """To one decimal; None without any."""
        stars = sum(rating * number for rating, number in self.by_stars.items())
        return round(stars / self.count, 1) if self.count else None


@dataclass(frozen=True, kw_only=True)
class DisplayedReview:
    """What strangers see of a review. author: "Ana K.", or "" where no name is known; answer: "" for none.

    Days are those of the store's time zone.
    """

    author: str
    is_verified: bool
    rating: int
    title: str
    body: str
    day: date
    product: str
    product_title: str
    answer: str
    answered_on: date | None


@dataclass(frozen=True)
class Displayed:
    """A page of what strangers see. product: as the catalogue has it, None where it is not known or none is
    wanted; summary: of all that is shown, whatever stars were asked for."""

    store: Store
    wanted: Wanted
    product: Product | None
    summary: Summary
    rows: list[DisplayedReview]
    next_cursor: str


def displayed_reviews(store: Store, wanted: Wanted, *, cursor: str = "", limit: int = 10) -> Displayed:
    """The published reviews of a store. Four queries at most. Raises CursorInvalid."""
    rows = _published(rows_of(store), store, wanted.product)
    if wanted.stars is not None:
        rows = rows.filter(rating=wanted.stars)
    page = keyset_page(rows, order=SORTS[wanted.sort], cursor=cursor, limit=limit)
    product = None
    if wanted.product:
        product = Product.objects.filter(store=store, external_id=wanted.product).first()
    summary = summary_of(store, wanted.product)
    return Displayed(store, wanted, product, summary, _displayed(store, page.rows), page.next_cursor)


def summary_of(store: Store, product: str = "") -> Summary:
    """Counts what is shown and nothing else. One query."""
    rows = _published(Review.objects.filter(store=store), store, product)
    found = dict(rows.order_by().values_list("rating").annotate(Count("pk")))
    return Summary({stars: found.get(stars, 0) for stars in range(5, 0, -1)})


def public_name(name: str) -> str:
    """ "Ana K." of "Ana Kovač"; "" for what is no name, such as an address."""
    if "@" in name or any(letter.isdigit() for letter in name):
        return ""
    family, comma, given = name.partition(",")
    words = [word for word in (f"{given} {family}" if comma else name).split() if word[0].isalpha()]
    if not words:
        return ""
    if len(words) == 1:
        return f"{name.strip()[0]}." if WITHOUT_SPACES.search(words[0]) else words[0][:LONGEST_NAME]
    return f"{words[0][:LONGEST_NAME]} {words[-1][0].upper()}."


def public_words(text: str) -> str:
    """The text without addresses and numbers by which a person can be reached."""
    parts, end = [], 0
    for each in personal_data_in(text):
        if each.kind in OVERLOOKED:
            parts += [text[end : each.start], "…"]
            end = each.end
    return "".join([*parts, text[end:]])


def _published(rows: QuerySet[Review], store: Store, product: str) -> QuerySet[Review]:
    """Those that somebody published, and has not hidden since."""
    standings = ReviewStanding.objects.filter(
        store=store, external_id=OuterRef("external_id"), shown=Shown.PUBLISHED
    )
    rows = rows.filter(Exists(standings))
    return rows.filter(product_external_id=product) if product else rows


def _displayed(store: Store, reviews: Sequence[Review]) -> list[DisplayedReview]:
    """With the store's answers; without those that were hidden at this moment. One query, none for no reviews."""
    if not reviews:
        return []
    names = [review.external_id for review in reviews]
    published = ReviewStanding.objects.filter(store=store, external_id__in=names, shown=Shown.PUBLISHED)
    standings = {each.external_id: each for each in published}
    zone = ZoneInfo(store.time_zone)
    return [
        _seen(review, standings[review.external_id], zone)
        for review in reviews
        if review.external_id in standings
    ]


def _seen(review: Review, standing: ReviewStanding, zone: ZoneInfo) -> DisplayedReview:
    return DisplayedReview(
        author=public_name(review.identity.customer.name) if review.identity else "",
        is_verified=bool(getattr(review, "is_verified", False)),
        rating=review.rating,
        title=public_words(review.title),
        body=public_words(review.body),
        day=_day(review.reviewed_at, zone),
        product=review.product_external_id,
        product_title=getattr(review, "product_title", ""),
        answer=standing.reply,
        answered_on=_day(standing.replied_at, zone) if standing.reply and standing.replied_at else None,
    )


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
