"""The fitted models of a store: kept, one of each kind taken into use, and found again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from regard.core import clock
from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store
from regard.predict.models import FittedModel, ModelKind

NEWEST_FIRST = ("-fitted_at", "-id")


@transaction.atomic
def keep_model(
    *,
    store: Store,
    kind: ModelKind,
    as_of: datetime,
    parameters: dict[str, Any],
    card: dict[str, Any],
    in_use: bool,
) -> FittedModel:
    """Keep a model with its card; the one that was in use before it is so no more.

    in_use: whether it did well enough. If it did not, no model of the kind is in use: an older one is not kept up
    because it once did.
    """
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)  # others may go on adding to the store
    FittedModel.objects.filter(store=store, kind=kind, in_use=True).update(in_use=False)
    return FittedModel.objects.create(
        store=store,
        kind=kind,
        fitted_at=clock.now(),
        as_of=as_of,
        parameters=parameters,
        card=without_infinite(card),
        in_use=in_use,
    )


def without_infinite(told: Any) -> Any:
    """The same plain values, with None for every infinite number and NaN, which JSON in PostgreSQL lacks."""
    if isinstance(told, Mapping):
        return {name: without_infinite(value) for name, value in told.items()}
    if isinstance(told, list | tuple):
        return [without_infinite(value) for value in told]
    return None if isinstance(told, float) and not math.isfinite(told) else told


def models_for_viewer(*, store: Store, cursor: str, limit: int) -> KeysetPage[FittedModel]:
    """A store's models, the newest first. One query. Raises CursorInvalid."""
    return keyset_page(
        FittedModel.objects.filter(store=store), order=NEWEST_FIRST, cursor=cursor, limit=limit
    )


def model_for_viewer(store: Store, model_id: int) -> FittedModel:
    """Raises FittedModel.DoesNotExist, also for a model of another store."""
    return FittedModel.objects.select_related("store").get(store=store, pk=model_id)


def model_in_use(store: Store, kind: ModelKind) -> FittedModel | None:
    return FittedModel.objects.filter(store=store, kind=kind, in_use=True).first()


def latest_model(store: Store, kind: ModelKind) -> FittedModel | None:
    """The one that was fitted last, whether it is in use or not."""
    fitted = FittedModel.objects.filter(store=store, kind=kind).select_related("store")
    return fitted.order_by(*NEWEST_FIRST).first()


def stays_in_use(model: FittedModel) -> bool:
    """Whether the model is in use still; if so, it stays that to the end of the caller's transaction."""
    statement = "SELECT FROM predict_fittedmodel WHERE id = %s AND in_use FOR SHARE"
    with connection.cursor() as cursor:
        cursor.execute(statement, [model.pk])
        return bool(cursor.rowcount)


def model_as_of(store: Store, kind: ModelKind, as_of: datetime) -> FittedModel | None:
    """The last model that had seen nothing beyond this moment, if it did well enough."""
    fitted = FittedModel.objects.filter(store=store, kind=kind, as_of__lte=as_of)
    found = fitted.order_by("-as_of", "-id").first()
    return found if found and found.card.get("did_better") else None
