"""The sittings at a survey that count: no suspect ones, and no answers that the way did not come by in the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from regard.survey.models import GivenAnswer, Submission, Survey


@dataclass(frozen=True)
class Wanted:
    """Which sittings are looked at; "" and None for all. since, before: of their last answer, since included."""

    channel: str = ""
    version: int | None = None
    product: str = ""
    place: str = ""
    language: str = ""
    since: datetime | None = None
    before: datetime | None = None


def sittings_of(survey: Survey, wanted: Wanted) -> QuerySet[Submission]:
    """Those that count."""
    found = Submission.objects.filter(store=survey.store_id, survey=survey, is_suspect=False, answers__gt=0)
    conditions: dict[str, Any] = {
        "channel": wanted.channel, "version__number": wanted.version, "product_external_id": wanted.product,
        "place": wanted.place, "language": wanted.language, "last_at__gte": wanted.since,
        "last_at__lt": wanted.before,
    }  # fmt: skip
    return found.filter(**{name: value for name, value in conditions.items() if value not in ("", None)})


def products_of(survey: Survey, *, limit: int = 50) -> list[str]:
    """The products that sittings were about, those of most sittings first. One query."""
    return _most(survey, "product_external_id", limit)


def places_of(survey: Survey, *, limit: int = 50) -> list[str]:
    """Where the open link stands by which people came, the same way. One query."""
    return _most(survey, "place", limit)


def _most(survey: Survey, column: str, limit: int) -> list[str]:
    found = sittings_of(survey, Wanted()).exclude(**{column: ""}).order_by()
    counted = found.values_list(column).annotate(count=Count("pk"))
    return [name for name, _count in counted.order_by("-count", column)[:limit]]


def answers_of(survey: Survey, wanted: Wanted) -> QuerySet[GivenAnswer]:
    return GivenAnswer.objects.filter(
        store=survey.store_id,
        survey=survey,
        does_count=True,
        submission__in=sittings_of(survey, wanted).values("pk"),
    )
