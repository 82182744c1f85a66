"""Prompts as people see them, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Sum

from regard.core.models import Store
from regard.measure.domain.arithmetic import share_interval
from regard.serve.models import Kind, Prompt, PromptDay
from regard.survey.domain.sittings import Wanted, sittings_of
from regard.survey.models import Channel


@dataclass(frozen=True)
class Share:
    """Of those who were shown a prompt, how many did something, in percent with 95 %."""

    count: int
    of: int

    @property
    def percent(self) -> float | None:
        return 100 * self.at_most / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return None if self.percent is None else share_interval(self.percent, self.of)

    @property
    def at_most(self) -> int:
        """What is told over and over, or of a showing that never was told, makes no share above the whole."""
        return min(self.count, self.of)


@dataclass(frozen=True)
class PromptFigures:
    shown: int = 0
    clicked: int = 0
    closed: int = 0

    @property
    def click_share(self) -> Share:
        return Share(self.clicked, self.shown)

    @property
    def close_share(self) -> Share:
        return Share(self.closed, self.shown)


@dataclass(frozen=True)
class Answers:
    """How many sat down to a survey in the shop since the prompt was made, and how many finished it."""

    begun: int
    complete: int


def prompts_for_viewer(store: Store) -> list[Prompt]:
    """Those of a store, which are MOST_PROMPTS at most: what is on first, by name. One query."""
    rows = Prompt.objects.filter(store=store).select_related("survey")
    return list(rows.order_by("-is_on", "name", "id"))


def prompt_for_viewer(store: Store, prompt_id: int) -> Prompt:
    """Raises Prompt.DoesNotExist, also for one of another store."""
    return Prompt.objects.select_related("store", "survey__current").get(store=store, pk=prompt_id)


def figures_of(store: Store, prompts: Sequence[Prompt]) -> dict[int, PromptFigures]:
    """By prompt, since it was made. One query."""
    rows = PromptDay.objects.filter(store=store, prompt__in=[prompt.pk for prompt in prompts])
    sums = rows.values_list("prompt").annotate(Sum("shown"), Sum("clicked"), Sum("closed"))
    known = {prompt: PromptFigures(*counts) for prompt, *counts in sums}
    return {prompt.pk: known.get(prompt.pk, PromptFigures()) for prompt in prompts}


def days_of(prompt: Prompt, *, until: date, days: int) -> list[tuple[date, PromptFigures]]:
    """Each of the last days, the earliest first. One query."""
    first = until - timedelta(days=days - 1)
    rows = PromptDay.objects.filter(store=prompt.store_id, prompt=prompt, day__gte=first, day__lte=until)
    known = {row.day: PromptFigures(row.shown, row.clicked, row.closed) for row in rows}
    each = (first + timedelta(days=number) for number in range(days))
    return [(day, known.get(day, PromptFigures())) for day in each]


def answers_of(prompt: Prompt) -> Answers | None:
    """None for a message. One query."""
    if prompt.kind != Kind.SURVEY or prompt.survey is None:
        return None
    sittings = sittings_of(prompt.survey, Wanted(channel=Channel.WEB)).filter(started_at__gte=prompt.made_at)
    return Answers(**sittings.aggregate(begun=Count("pk"), complete=Count("completed_at")))
