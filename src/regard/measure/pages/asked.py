"""What the address of a metric's page asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.edges.pages import asked_for, first_message
from regard.measure.domain.metric import Metric
from regard.measure.domain.own import STANDARD
from regard.measure.domain.periods import GRAINS, Grain, beginning, moved, periods_of
from regard.measure.domain.showing import Wanted
from regard.ui.date_range import asked_day

MONTHS_SHOWN = 12
MOST_LINES = 6  # of a drawing; more cannot be told apart
MOST_ROWS = 600  # of the table, beyond which nobody reads; the API and the command give more


@dataclass(frozen=True)
class Asked:
    """variant: "" for what the store means by the name. Written into the address of the chart in one piece."""

    first: date
    last: date
    grain: Grain
    split: str = ""
    variant: str = ""

    def as_slug(self) -> str:
        days = f"{self.first:%Y%m%d}-{self.last:%Y%m%d}"
        return f"{days}-{self.grain}-{self.split or 'all'}-{self.variant or 'default'}"

    def name_of(self, metric: Metric) -> str:
        return f"{metric.id}:{self.variant}" if self.variant else metric.id

    def wanted(self) -> Wanted:
        """Of many parts the largest, as many as a table can show. Raises ValidationError."""
        by = (self.grain, *([self.split] if self.split else []))
        periods = len(periods_of(self.first, self.last, self.grain))
        parts = max(MOST_LINES, MOST_ROWS // periods)
        return Wanted(self.first, self.last, by, compare=True, parts=parts)


def asked_of(request: HttpRequest, metric: Metric) -> tuple[Asked, list[str]]:
    """What is asked, and what of it makes no sense, in words; instead of that are taken the last twelve months, by
    month, as a whole and as the store defines the metric."""
    today = timezone.localdate(clock.now())
    asked = Asked(moved(beginning(today, "month"), "month", 1 - MONTHS_SHOWN), today, "month")
    wrong: list[str] = []
    asked = _days(request, asked, wrong)
    grain = asked_for(request, "each")
    if grain in GRAINS:
        asked = replace(asked, grain=grain)
    elif grain:
        wrong.append(_("“%s” is no stretch of the calendar; months are shown.") % grain)
    asked = _parts(request, asked, metric, wrong)
    try:
        asked.wanted()
    except ValidationError as error:
        wrong.append(first_message(error))
    return asked, wrong


def _parts(request: HttpRequest, asked: Asked, metric: Metric, wrong: list[str]) -> Asked:
    split, variant = asked_for(request, "by"), asked_for(request, "variant")
    if split in metric.splits:
        asked = replace(asked, split=split)
    elif split:
        wrong.append(_("This metric cannot be split by “%s”; it is shown as a whole.") % split)
    if variant in {STANDARD, *metric.ready_variants}:
        return replace(asked, variant=variant)
    if variant:
        said = _("This metric has no definition “%s”; it is shown as the store defines it.")
        wrong.append(said % variant)
    return asked


def _days(request: HttpRequest, asked: Asked, wrong: list[str]) -> Asked:
    told = {"from": asked_for(request, "from"), "to": asked_for(request, "to")}
    days = {name: asked_day(text) for name, text in told.items()}
    for name, text in told.items():
        if text and days[name] is None:
            wrong.append(_("“%s” is no day between 1990 and 2199; the last twelve months are shown.") % text)
    first, last = days["from"], days["to"]
    if first is None or last is None:
        return asked
    if last < first:
        wrong.append(_("The last day lies before the first; the last twelve months are shown."))
        return asked
    return replace(asked, first=first, last=last)


def read_slug(slug: str, metric: Metric) -> Asked:
    """What `as_slug` wrote. Raises Http404."""
    parts = slug.split("-")
    if len(parts) != 5 or parts[2] not in GRAINS:
        raise Http404
    first, last = asked_day(parts[0]), asked_day(parts[1])
    split = "" if parts[3] == "all" else parts[3]
    variant = "" if parts[4] == "default" else parts[4]
    if first is None or last is None or (split and split not in metric.splits):
        raise Http404
    if variant not in {"", STANDARD} and variant not in metric.ready_variants:
        raise Http404
    return Asked(first, last, parts[2], split, variant)
