"""A store's own targets."""

from __future__ import annotations

import math
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.core.domain.audit import changed_fields, record_audit
from regard.core.models import Store
from regard.measure.domain.metric import Metric, Target
from regard.measure.domain.own import OwnMetric, own_metrics
from regard.measure.models import MetricTarget

LARGEST = 1e12  # beyond, a number is a slip of the pen


@transaction.atomic
def set_target(*, store: Store, name: str, bound: str, value: float, actor: str) -> OwnMetric:
    """Let good values of a metric be at "least" or at "most" `value`; bound: "" for the side that is good.

    value: in the metric's unit, money in minor units. Raises ValidationError.
    """
    before = live_metric(store, name)
    target = _checked(before.metric, bound, value)
    MetricTarget.objects.update_or_create(
        store=store, name=before.name, defaults={"bound": target.bound, "value": target.value}
    )
    _note(store, before, target, "metric.target_set", actor)
    return own_metrics(store).named(name)


@transaction.atomic
def reset_target(*, store: Store, name: str, actor: str) -> OwnMetric:
    """Let the catalogue's target hold again, or none where that has none. Raises ValidationError."""
    before = live_metric(store, name)
    gone, _by_table = MetricTarget.objects.filter(store=store, name=before.name).delete()
    after = own_metrics(store).named(name)
    if gone:
        _note(store, before, after.metric.target, "metric.target_reset", actor)
    return after


def live_metric(store: Store, name: str) -> OwnMetric:
    """Raises ValidationError for what there is not, and for what has no data."""
    found = own_metrics(store).named(name)
    if not found.metric.is_live:
        raise ValidationError({"id": _("%(id)s has no data yet. It needs: %(needs)s.") % vars(found.metric)})
    return found


def _checked(metric: Metric, bound: str, value: float) -> Target:
    if not bound:
        bound = {"up": "least", "down": "most"}.get(metric.direction, "")
    if bound not in MetricTarget.Bound.values:
        raise ValidationError({"bound": _("Say whether good values are at least or at most that; give one.")})
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise ValidationError({"value": _("Give a number up to a trillion.")})
    return Target("least" if bound == "least" else "most", value)


def _note(store: Store, before: OwnMetric, target: Target | None, action: str, actor: str) -> None:
    changes = changed_fields(_told(before.metric.target), _told(target))
    record_audit(store=store, actor=actor, action=action, target=before.name, changes=changes)


def _told(target: Target | None) -> dict[str, Any]:
    return {"target": f"at {target.bound} {target.value:g}" if target else None}
