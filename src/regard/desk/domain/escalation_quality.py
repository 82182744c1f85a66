"""Risks of escalation, held against what came of past tickets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.models import Store
from regard.desk.domain.escalation_risk import ESCALATION_RISK, WATCHED
from regard.desk.domain.escalations import FURTHER_WITHIN, past_risks
from regard.predict.domain.judging_rules import Judged, percent_or_dash
from regard.score.domain.rules.keeping import Figures

PAST = timedelta(days=180)  # of tickets that are judged
MOST = 2_000  # tickets
LEAST = 30  # tickets, with fewer no share is told


def judged_escalations(store: Store) -> Judged | None:
    """Of tickets that were solved a week ago or earlier, by their risk as of their opening; None with too few of
    them. One query."""
    until = clock.now() - FURTHER_WITHIN
    judged = past_risks(store, since=until - PAST, until=until, most=MOST)
    return _judge(judged) if len(judged) >= LEAST else None


def _judge(judged: Sequence[tuple[bool, Figures]]) -> Judged:
    outcomes = [(ESCALATION_RISK.value(figures) >= WATCHED, came) for came, figures in judged]
    right = sum(flagged and came for flagged, came in outcomes)
    flagged, came = sum(each[0] for each in outcomes), sum(each[1] for each in outcomes)
    shares = {
        "precision": right / flagged if flagged else None,
        "recall": right / came if came else None,
        "accuracy": sum(flag == truth for flag, truth in outcomes) / len(outcomes),
        "came": came / len(outcomes),
    }
    told = {name: percent_or_dash(share) for name, share in shares.items()} | {"least": WATCHED}
    if not flagged:
        said = _("It flagged no ticket from %(least)s %% on at its opening; %(came)s %% of all needed more.")
        return Judged(len(outcomes), shares, said % told)
    said = _(
        "Of tickets that were at %(least)s %% or more when they were opened, %(precision)s %% were escalated, "
        "opened again or took more than one further contact; it found %(recall)s %% of those that did. Of all "
        "tickets %(came)s %%."
    )
    return Judged(len(outcomes), shares, said % told)
