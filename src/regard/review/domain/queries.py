"""Reviews with what became of them, as people and programs see them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from regard.core.edges.keyset import keyset_page
from regard.core.models import Store
from regard.listen.domain import text_sources
from regard.listen.domain.queries import reviews_of
from regard.listen.domain.quotes import understood_of
from regard.listen.models import Review, Understanding
from regard.profile.domain.customers import name_customers
from regard.profile.domain.order_statuses import VOID_STATUSES
from regard.profile.models import Customer
from regard.review.models import ReviewStanding, Shown

ORDER = ("-reviewed_at", "-id")
# Whether its customer had ordered what it is about when it was written: the product; if it names none, the order.
BOUGHT_BEFORE = """
    EXISTS (
        SELECT FROM profile_identity AS writer
        JOIN profile_identity AS buyer ON buyer.customer_id = writer.customer_id
        JOIN profile_order AS bought ON bought.identity_id = buyer.id
            AND bought.store_id = listen_review.store_id AND bought.ordered_at <= listen_review.reviewed_at
            AND lower(bought.status) <> ALL(%s::text[])
        WHERE writer.id = listen_review.identity_id
        AND CASE WHEN listen_review.product_external_id = '' THEN
            bought.external_id = listen_review.order_external_id
        ELSE EXISTS (
            SELECT FROM profile_orderline AS line
            WHERE line.store_id = bought.store_id AND line.order_external_id = bought.external_id
            AND line.product_external_id = listen_review.product_external_id AND line.quantity > 0
        ) END
    )
"""


@dataclass(frozen=True, kw_only=True)
class ReviewFilter:
    """Which reviews to show; "" and None are for all. shown: one of Shown; feeling: one of listen.models.Feeling.

    search: in the words of the review, or the name or e-mail of its customer.
    """

    shown: str = ""
    rating: int | None = None
    product: str = ""
    feeling: str = ""
    customer_id: int | None = None
    is_unanswered: bool = False
    has_words: bool = False
    is_verified: bool = False
    search: str = ""


@dataclass(frozen=True)
class KnownReview:
    """A review and all that is known of it. is_verified: its customer had ordered the product before."""

    review: Review
    standing: ReviewStanding
    understood: Understanding | None
    is_verified: bool

    @property
    def customer(self) -> Customer | None:
        return self.review.identity.customer if self.review.identity else None


@dataclass(frozen=True)
class ReviewPage:
    rows: list[KnownReview]
    next_cursor: str


def reviews_for_viewer(
    *, store: Store, only: ReviewFilter = ReviewFilter(), cursor: str = "", limit: int = 50
) -> ReviewPage:
    """Reviews of a store, the latest first. Four queries at most. Raises CursorInvalid."""
    page = keyset_page(
        rows_of(store).filter(_condition(store, only)), order=ORDER, cursor=cursor, limit=limit
    )
    return ReviewPage(_known(store, page.rows), page.next_cursor)


def review_for_viewer(store: Store, review_id: int) -> KnownReview:
    """Raises Review.DoesNotExist, also for a review of another store."""
    return _known(store, [rows_of(store).get(pk=review_id)])[0]


def reviews_named(store: Store, review_ids: Collection[int]) -> list[Review]:
    """Those of these reviews that the store has. One query."""
    return list(rows_of(store).filter(pk__in=review_ids).order_by("id"))


def rows_of(store: Store) -> QuerySet[Review]:
    """Reviews with their customers, `product_title` and `is_verified`."""
    rows = reviews_of(store).select_related("store", "identity__customer")
    bought = RawSQL(BOUGHT_BEFORE, (list(VOID_STATUSES),), output_field=BooleanField())  # noqa: S611 - of constants
    return rows.annotate(is_verified=bought)


def _condition(store: Store, only: ReviewFilter) -> Q:
    condition = Q()
    if only.rating is not None:
        condition &= Q(rating=only.rating)
    if only.product:
        condition &= Q(product_external_id=only.product)
    if only.customer_id is not None:
        condition &= Q(identity__store=store, identity__customer=only.customer_id)
    if only.has_words:
        condition &= ~Q(title="", body="")
    if only.is_verified:
        condition &= Q(is_verified=True)
    if only.search:
        said = Q(title__icontains=only.search) | Q(body__icontains=only.search)
        customer = Q(identity__customer__name__icontains=only.search)
        condition &= said | customer | Q(identity__customer__email__icontains=only.search)
    return condition & _standing_condition(store, only)


def _standing_condition(store: Store, only: ReviewFilter) -> Q:
    standings = ReviewStanding.objects.filter(store=store, external_id=OuterRef("external_id"))
    condition = Q()
    if only.shown == Shown.WAITING:
        condition &= ~Q(Exists(standings.exclude(shown=Shown.WAITING)))
    elif only.shown:
        condition &= Q(Exists(standings.filter(shown=only.shown)))
    if only.is_unanswered:
        condition &= ~Q(Exists(standings.exclude(reply="")))
    if only.feeling:
        felt = Understanding.objects.filter(
            store=store, source=text_sources.REVIEWS.name, source_id=OuterRef("pk"), feeling=only.feeling
        )
        condition &= Q(Exists(felt))
    return condition


def _known(store: Store, reviews: Sequence[Review]) -> list[KnownReview]:
    """With what was decided and understood of each. Three queries at most."""
    if not reviews:
        return []
    names = [review.external_id for review in reviews]
    standings = {
        each.external_id: each for each in ReviewStanding.objects.filter(store=store, external_id__in=names)
    }
    understood = understood_of(store, text_sources.REVIEWS.name, [review.pk for review in reviews])
    name_customers(review.identity.customer for review in reviews if review.identity)
    return [
        KnownReview(
            review,
            standings.get(review.external_id) or ReviewStanding(store=store, external_id=review.external_id),
            understood.get(review.pk),
            bool(getattr(review, "is_verified", False)),
        )
        for review in reviews
    ]
