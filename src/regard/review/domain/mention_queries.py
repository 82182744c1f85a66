"""Mentions with what the store did about them, as people and programs see them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from regard.core import clock
from regard.core.edges.keyset import keyset_page
from regard.core.models import Store
from regard.listen.domain.quotes import understood_of
from regard.listen.models import Feeling, Understanding
from regard.profile.domain.customers import name_customers
from regard.profile.models import Customer
from regard.review.domain.mentions import TEXTS
from regard.review.models import Mention, MentionStanding, ToldFeeling

OPEN, DONE = "open", "done"
MOST_COUNTED = 1_000
ORDERS = {
    OPEN: ("calm", "-mentioned_at", "-id"),
    DONE: ("-mentioned_at", "-id"),
    "": ("-mentioned_at", "-id"),
}


@dataclass(frozen=True, kw_only=True)
class MentionFilter:
    """Which mentions to show; "" and None are for all. state: "open" or "done". search: in text and author."""

    state: str = ""
    is_negative: bool = False
    source: str = ""
    customer_id: int | None = None
    search: str = ""


@dataclass(frozen=True)
class KnownMention:
    """A mention and all that is known of it."""

    mention: Mention
    standing: MentionStanding
    understood: Understanding | None

    @property
    def customer(self) -> Customer | None:
        return self.mention.identity.customer if self.mention.identity else None

    @property
    def is_negative(self) -> bool:
        return not getattr(self.mention, "calm", 1)


@dataclass(frozen=True)
class Progress:
    """How far the store is with its mentions. open, negative: at most MOST_COUNTED of the latest, and is_more
    where there are others; done: by anybody since the day began in the store's time zone."""

    open: int
    negative: int
    done: int
    is_more: bool


@dataclass(frozen=True)
class MentionPage:
    rows: list[KnownMention]
    next_cursor: str


def mentions_for_viewer(
    *, store: Store, only: MentionFilter = MentionFilter(), cursor: str = "", limit: int = 50
) -> MentionPage:
    """Mentions of a store: the open ones with the negative ones first, others by time, the latest first. Four
    queries at most. Raises CursorInvalid."""
    rows = _rows(store).filter(_condition(store, only))
    page = keyset_page(rows, order=ORDERS[only.state], cursor=cursor, limit=limit)
    return MentionPage(_known(store, page.rows), page.next_cursor)


def mention_progress(store: Store) -> Progress:
    """Two queries along indexes, bounded however many mentions there are."""
    rows = Mention.objects.filter(store=store, is_open=True).order_by("-mentioned_at", "-id")
    calm = list(rows.annotate(calm=_calm(store)).values_list("calm", flat=True)[: MOST_COUNTED + 1])
    local = clock.now().astimezone(ZoneInfo(store.time_zone))
    morning = local.replace(hour=0, minute=0, second=0, microsecond=0)
    done = MentionStanding.objects.filter(store=store, done_at__gte=morning).order_by()[:MOST_COUNTED].count()
    counted = calm[:MOST_COUNTED]
    return Progress(len(counted), counted.count(0), done, is_more=len(calm) > MOST_COUNTED)


def has_mentions(store: Store) -> bool:
    """Whether the store was ever told of one."""
    return Mention.objects.filter(store=store).exists()


def mention_for_viewer(store: Store, mention_id: int) -> KnownMention:
    """Raises Mention.DoesNotExist, also for a mention of another store."""
    return _known(store, [_rows(store).get(pk=mention_id)])[0]


def mentions_named(store: Store, mention_ids: Collection[int]) -> list[Mention]:
    """Those of these mentions that the store has. One query."""
    return list(_rows(store).filter(pk__in=mention_ids).order_by("id"))


def _rows(store: Store) -> QuerySet[Mention]:
    rows = Mention.objects.filter(store=store).select_related("store", "identity__customer")
    return rows.annotate(calm=_calm(store))


def _calm(store: Store) -> Case:
    """0 for what is negative, so that it goes before the others."""
    felt = Understanding.objects.filter(
        store=store, source=TEXTS.name, source_id=OuterRef("pk"), feeling=Feeling.NEGATIVE
    )
    # What whoever watches the network told goes before what the words sound like.
    negative = Q(told_feeling=ToldFeeling.NEGATIVE) | Q(Exists(felt), told_feeling="")
    return Case(When(negative, then=Value(0)), default=Value(1), output_field=IntegerField())


def _condition(store: Store, only: MentionFilter) -> Q:
    done = MentionStanding.objects.filter(
        store=store, external_id=OuterRef("external_id"), done_at__isnull=False
    )
    condition = Q(calm=0) if only.is_negative else Q()
    if only.state:
        condition &= Q(Exists(done)) if only.state == DONE else Q(is_open=True)
    if only.source:
        condition &= Q(source=only.source)
    if only.customer_id is not None:
        condition &= Q(identity__store=store, identity__customer=only.customer_id)
    if only.search:
        condition &= Q(text__icontains=only.search) | Q(author__icontains=only.search)
    return condition


def _known(store: Store, mentions: Sequence[Mention]) -> list[KnownMention]:
    """With what was done about and understood of each. Three queries at most."""
    if not mentions:
        return []
    names = [mention.external_id for mention in mentions]
    held = MentionStanding.objects.filter(store=store, external_id__in=names)
    standings = {standing.external_id: standing for standing in held}
    understood = understood_of(store, TEXTS.name, [mention.pk for mention in mentions])
    name_customers(mention.identity.customer for mention in mentions if mention.identity)
    return [
        KnownMention(
            mention,
            standings.get(mention.external_id)
            or MentionStanding(store=store, external_id=mention.external_id),
            understood.get(mention.pk),
        )
        for mention in mentions
    ]
