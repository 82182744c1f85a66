"""Cohorts and moves between bands as tables that people read."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from regard.measure.domain.relationships.bands import NO_SCORE, Standing, band_label, verdicts
from regard.measure.domain.relationships.cohorts import Cohort, Cohorts, Direction
from regard.measure.domain.relationships.moves import Moves
from regard.measure.pages.relationship_charts import mean_text
from regard.score.domain.kinds import ScoreKind
from regard.ui.templatetags.figures import rounded, whole


@dataclass(frozen=True)
class AgeCell:
    """mean: "" beyond the cohort's age, "–" where nothing was kept; n: in words."""

    mean: str
    n: str = ""


@dataclass(frozen=True)
class CohortLine:
    """direction: in words; icon, tone: of it."""

    name: str
    n: str
    direction: str
    icon: str
    tone: str
    paths: str
    cells: list[AgeCell]


@dataclass(frozen=True)
class Cell:
    """A cell of the matrix. share: percent of its line, "" for none. kind: "same", "better", "worse" or ""."""

    count: str
    share: str
    url: str
    kind: str


@dataclass(frozen=True)
class MatrixLine:
    """Where those went who were in a band. total: how many were; gone: who has no verdict any more."""

    band: str
    total: str
    cells: list[Cell]


@dataclass(frozen=True)
class Matrix:
    """columns: bands, with how many are in them on the last day; the last one is of those who are gone."""

    columns: list[tuple[str, str]]
    lines: list[MatrixLine]


def cohort_lines(told: Cohorts) -> list[CohortLine]:
    oldest = max((len(cohort.ages) for cohort in told.cohorts), default=0)
    return [_cohort_line(cohort, oldest) for cohort in told.cohorts]


def _cohort_line(cohort: Cohort, oldest: int) -> CohortLine:
    cells = [_age_cell(standing) for standing in cohort.ages]
    path, now = cohort.direction, cohort.now
    words = {"up": _("rising"), "flat": _("steady"), "down": _("falling"), "": _("not known")}
    icons = {"up": "arrow-up-right", "down": "arrow-down-right"}
    return CohortLine(
        name=date_format(cohort.month, _("M Y")),
        n=whole(now.n if now else 0),
        direction=words[path.word],
        icon=icons.get(path.word, "minus"),
        tone={"up": "good", "down": "bad"}.get(path.word, ""),
        paths=_paths(path),
        cells=cells + [AgeCell("")] * (oldest - len(cells)),
    )


def _age_cell(standing: Standing | None) -> AgeCell:
    return AgeCell(mean_text(standing), _("n = %s") % whole(standing.n) if standing else "")


def _paths(path: Direction) -> str:
    if not path.n:
        return ""
    told = {"up": whole(path.up), "flat": whole(path.flat), "down": whole(path.down)}
    return _("%(up)s rising, %(flat)s steady, %(down)s falling") % told


def band_name(kind: ScoreKind, band: str, *, is_new: bool = False) -> str:
    if band != NO_SCORE:
        return band_label(kind, band)
    return _("New: without a verdict before") if is_new else _("Gone: without a verdict now")


def matrix_of(told: Moves, url: str) -> Matrix:
    """url: of the list of customers."""
    bands = [*verdicts(told.kind), NO_SCORE]
    columns = [(band_name(told.kind, band), whole(told.after(band))) for band in bands]
    lines = [
        MatrixLine(
            band_name(told.kind, then, is_new=True),
            whole(told.before(then)),
            [_cell(told, then, now, url) for now in bands],
        )
        for then in bands
    ]
    return Matrix(columns, lines)


def _cell(told: Moves, then: str, now: str, url: str) -> Cell:
    count, share = told.customers.get((then, now), 0), told.share(then, now)
    asked = {"score": told.kind.name, "from": told.first.isoformat(), "to": told.last.isoformat(),
             "then": then, "now": now}  # fmt: skip
    return Cell(
        count=whole(count) if then or now else "",
        share=f"{rounded(share, 0)} %" if share is not None and count else "",
        url=f"{url}?{urlencode(asked)}" if count else "",
        kind=_kind(told.kind, then, now),
    )


def _kind(kind: ScoreKind, then: str, now: str) -> str:
    """Which way a move goes; bands stand from the best to the worst, those of a risk the other way round."""
    if NO_SCORE in {then, now}:
        return ""
    order = list(verdicts(kind))
    step = order.index(now) - order.index(then)
    if not step:
        return "same"
    return "better" if (step < 0) == kind.high_is_good else "worse"
