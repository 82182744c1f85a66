"""How surveys, and what came of them, are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store
from regard.survey.models import Invitation, InvitationState, Submission, Survey, SurveyState, SurveyVersion


@dataclass(frozen=True)
class SurveyFilter:
    """states: any of these."""

    states: tuple[str, ...] = tuple(SurveyState.values)

    @property
    def condition(self) -> Q:
        return Q(state__in=self.states)


@dataclass(frozen=True)
class Overview:
    """A survey in a list. asked: how many were invited; answered: how many of these gave an answer at least;
    complete: sittings that came to the end, by whatever way; answers: sittings with an answer."""

    survey: Survey
    asked: int
    answered: int
    answers: int
    complete: int
    last_at: datetime | None

    @property
    def percent(self) -> float | None:
        """Of those invited who answered; None while nobody was."""
        return 100 * self.answered / self.asked if self.asked else None


def surveys_for_viewer(store: Store) -> list[Survey]:
    """A store's surveys by name. One query."""
    return list(Survey.objects.filter(store=store).select_related("current", "store").order_by("name", "id"))


def surveys_page(
    store: Store, only: SurveyFilter, *, search: str = "", cursor: str = "", limit: int = 50
) -> KeysetPage[Survey]:
    """Surveys by name, a page of them. Raises CursorInvalid. One query."""
    found = _searched(store, search).filter(only.condition).select_related("current", "store")
    return keyset_page(found, order=("name", "id"), cursor=cursor, limit=limit)


def counts_of_surveys(
    store: Store, filters: Mapping[str, SurveyFilter], *, search: str = ""
) -> dict[str, int]:
    """How many each filter finds, by its name. One query."""
    counts = {name: Count("pk", filter=only.condition) for name, only in filters.items()}
    return _searched(store, search).aggregate(**counts)


def _searched(store: Store, search: str) -> QuerySet[Survey]:
    found, word = Survey.objects.filter(store=store), search.strip()
    return found.filter(Q(name__icontains=word) | Q(key__icontains=word)) if word else found


def survey_for_viewer(store: Store, key: str) -> Survey:
    """Raises Survey.DoesNotExist, also for one of another store."""
    return Survey.objects.select_related("current", "store").get(store=store, key=key)


def survey_with_id(store: Store, survey_id: int) -> Survey:
    """Raises Survey.DoesNotExist, also for one of another store."""
    return Survey.objects.select_related("current", "store").get(store=store, pk=survey_id)


def keys_of_surveys(store: Store) -> set[str]:
    """One query."""
    return set(Survey.objects.filter(store=store).values_list("key", flat=True))


def versions_for_viewer(survey: Survey) -> QuerySet[SurveyVersion]:
    """Latest first."""
    return SurveyVersion.objects.filter(survey=survey).order_by("-number")


def overviews(surveys: Sequence[Survey]) -> list[Overview]:
    """Two queries for all."""
    ids, stores = [survey.pk for survey in surveys], {survey.store_id for survey in surveys}
    asked = {
        row["survey_id"]: dict(row)
        for row in Invitation.objects.filter(store__in=stores, survey__in=ids)
        .exclude(state=InvitationState.REFUSED)
        .order_by()
        .values("survey_id")
        .annotate(
            asked=Count("pk"),
            answered=Count("pk", filter=Q(state__in=[InvitationState.PARTIAL, InvitationState.COMPLETED])),
        )
    }
    given = {
        row["survey_id"]: dict(row)
        for row in Submission.objects.filter(
            store__in=stores, survey__in=ids, is_suspect=False, answers__gt=0
        )
        .order_by()
        .values("survey_id")
        .annotate(answers_given=Count("pk"), complete=Count("completed_at"), latest=Max("last_at"))
    }
    return [_overview(survey, asked.get(survey.pk, {}), given.get(survey.pk, {})) for survey in surveys]


def _overview(survey: Survey, asked: Mapping[str, Any], given: Mapping[str, Any]) -> Overview:
    return Overview(
        survey=survey,
        asked=asked.get("asked", 0),
        answered=asked.get("answered", 0),
        answers=given.get("answers_given", 0),
        complete=given.get("complete", 0),
        last_at=given.get("latest"),
    )


def sittings_by_version(survey: Survey) -> dict[int, int]:
    """How many began with each version, by its id. One query."""
    found = Submission.objects.filter(store=survey.store_id, survey=survey, answers__gt=0, is_suspect=False)
    return dict(found.order_by().values_list("version_id").annotate(count=Count("pk")))
