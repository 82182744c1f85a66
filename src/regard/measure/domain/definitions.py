"""Which definition a store means by the name of a metric. What was answered and told stays as it is."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.core.domain.audit import changed_fields, record_audit
from regard.core.models import Store
from regard.measure.domain.catalogue import CATALOGUE
from regard.measure.domain.metric import Metric, Variant
from regard.measure.domain.own import STANDARD, own_metrics
from regard.measure.models import MetricDefinition


def choosable_metrics() -> list[Metric]:
    """Those that have several definitions, and data."""
    return [metric for metric in CATALOGUE.values() if metric.ready_variants]


def waiting_definitions() -> list[tuple[Metric, Variant]]:
    """Those that cannot be chosen yet, since facts are missing."""
    return [
        (metric, variant)
        for metric in CATALOGUE.values()
        for variant in metric.variants.values()
        if variant.needs
    ]


@transaction.atomic
def choose_definitions(*, store: Store, chosen: Mapping[str, str], actor: str) -> None:
    """By the id of a metric its variant, "standard" for the catalogue's. Raises ValidationError."""
    wanted = {metric_id: _checked(metric_id, variant) for metric_id, variant in chosen.items()}
    own = own_metrics(store)
    before = {metric_id: own.variant_of(CATALOGUE[metric_id]) or STANDARD for metric_id in wanted}
    changes = changed_fields(before, wanted)
    for metric_id in changes:
        _keep(store, metric_id, wanted[metric_id])
    if changes:
        record_audit(store=store, actor=actor, action="metric.definitions_chosen", changes=changes)


def _checked(metric_id: str, variant: str) -> str:
    known = {metric.id: metric for metric in choosable_metrics()}
    if metric_id not in known:
        raise ValidationError({"definitions": _("%s has one definition.") % metric_id})
    names = [STANDARD, *known[metric_id].ready_variants]
    if variant not in names:
        said = _("%(id)s can be defined as: %(names)s.")
        raise ValidationError({"definitions": said % {"id": metric_id, "names": ", ".join(names)}})
    return variant


def _keep(store: Store, metric_id: str, variant: str) -> None:
    if variant == STANDARD:
        MetricDefinition.objects.filter(store=store, metric=metric_id).delete()
        return
    MetricDefinition.objects.update_or_create(store=store, metric=metric_id, defaults={"variant": variant})
