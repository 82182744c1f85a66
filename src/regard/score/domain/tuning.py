"""A store weighs the inputs of a score itself: each change is a version, and everybody is computed anew by it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from regard.core import clock
from regard.core.domain.audit import changed_fields, record_audit
from regard.core.models import Store
from regard.score.domain.kinds import ScoreKind, score_kinds
from regard.score.domain.tuned import FIRST, TunedWeights, tuned_weights
from regard.score.models import ScoreWeights

RESCORE_JOB, RESCORE_LOCK = "score.refresh_store", "score.health"


def tunable_score(name: str) -> ScoreKind:
    """Raises ValidationError for a score that is not there, or has no weights to choose."""
    names = [kind.name for kind in score_kinds if kind.weights]
    if name not in names:
        raise ValidationError({"score": _("Choose one of: %(names)s.") % {"names": ", ".join(names)}})
    return score_kinds.get(name)


def weights_in_use(store: Store, name: str) -> TunedWeights:
    """The weights by which a score is computed now. Raises ValidationError as `tunable_score`."""
    kind = tunable_score(name)
    tuned = tuned_weights(store).get(name)
    if tuned is None:
        return TunedWeights(FIRST, kind.weights)
    return TunedWeights(tuned.version, {one: tuned.weights[one] for one in kind.weights})


@transaction.atomic
def change_weights(store: Store, name: str, weights: Mapping[str, int], *, actor: str) -> TunedWeights:
    """Weigh the inputs of a score anew, in whole percent; all customers are computed again by a job.

    What moves by it is marked as history, so that nobody is alerted. Raises ValidationError where an input is
    missing or unknown, a weight is not within 0 and 100, or all do not add up to 100.
    """
    kind = tunable_score(name)
    Store.objects.select_for_update().get(pk=store.pk)
    before = weights_in_use(store, name)
    _check(kind, weights)
    changes = changed_fields(dict(before.weights), dict(weights))
    if not changes:
        return before
    last = ScoreWeights.objects.filter(store=store, name=name).aggregate(last=Max("version"))["last"]
    ordered = {one: weights[one] for one in kind.weights}
    row = ScoreWeights.objects.create(
        store=store, name=name, version=(last or FIRST) + 1, weights=ordered, changed_at=clock.now()
    )
    record_audit(store=store, actor=actor, action="score.weighed", target=name, changes=changes)
    _rescore(store)
    return TunedWeights(row.version, row.weights)


def _rescore(store: Store) -> None:
    """Have all customers computed anew, once however often the weights change before that begins."""
    job = app.configure_task(RESCORE_JOB, lock=RESCORE_LOCK, queueing_lock=f"score.rescore:{store.pk}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(store_id=store.pk)


def _check(kind: ScoreKind, weights: Mapping[str, int]) -> None:
    problems = {name: _("No such weight.") for name in weights if name not in kind.weights}
    for name in kind.weights:
        if name not in weights:
            problems[name] = _("Give this weight too; 0 leaves it out.")
        elif not 0 <= weights[name] <= 100:
            problems[name] = _("Between 0 and 100.")
    if not problems and sum(weights.values()) != 100:
        total = sum(weights.values())
        problems["__all__"] = _("Together they must be 100; these are %(total)s.") % {"total": total}
    if problems:
        raise ValidationError(problems)
