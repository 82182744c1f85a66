"""Scores of things as people and programs ask for them: by the shop's number of the thing."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model

from regard.core.models import Store
from regard.core.registry import Registry
from regard.profile.models import Product, Shipment
from regard.score.domain.rules.late_risk import LATE_RISK, LateRiskBand
from regard.score.domain.score_views import ScoreView, scores_of_subject, view_of
from regard.score.models import Score

# The models of things, by what they are called; rows have `store` and `external_id`, the shop's number.
SUBJECTS: Registry[type[Model]] = Registry("subject of scores")
SUBJECTS.add("shipment", Shipment)
SUBJECTS.add("product", Product)
MOST_SHOWN = 5
FLAGGED = (LateRiskBand.LATE, LateRiskBand.AT_RISK)


@dataclass(frozen=True)
class ParcelRisk:
    """A parcel that may come late, and why."""

    order_id: str
    carrier: str
    shipment_id: str
    score: ScoreView


def scores_of_thing(store: Store, subject: str, external_id: str) -> list[ScoreView]:
    """subject: a name in SUBJECTS; external_id: the shop's number of it. Three queries.

    Raises ObjectDoesNotExist for a thing that the store has not got, and KeyError for another subject.
    """
    model = SUBJECTS.get(subject)
    found = model._default_manager.filter(store=store, external_id=external_id)  # noqa: SLF001 - documented
    number = found.values_list("pk", flat=True).first()
    if number is None:
        raise ObjectDoesNotExist(external_id)
    return scores_of_subject(store, subject, number)


def subjects_in_words() -> str:
    """How to name a thing, for people who named none."""
    return " / ".join(f"{name}:NUMBER" for name in SUBJECTS.names())


def parcel_risks_of(store: Store, customer_id: int) -> list[ParcelRisk]:
    """The customer's parcels that may come late, the likeliest first. Two queries."""
    parcels = Shipment.objects.raw(
        """
        SELECT parcel.* FROM profile_identity AS identity
        JOIN profile_order AS placed ON placed.identity_id = identity.id
        JOIN profile_shipment AS parcel
            ON parcel.order_external_id = placed.external_id AND parcel.store_id = placed.store_id
        WHERE identity.store_id = %s AND identity.customer_id = %s AND parcel.delivered_at IS NULL
            AND NOT parcel.superseded
        """,
        (store.pk, customer_id),
    )
    by_id = {parcel.pk: parcel for parcel in parcels}
    if not by_id:
        return []
    scores = Score.objects.filter(
        store=store, name=LATE_RISK.name, subject_type=LATE_RISK.subject, subject_id__in=list(by_id),
        band__in=FLAGGED,
    )  # fmt: skip
    return [
        ParcelRisk(parcel.order_external_id, parcel.carrier, parcel.external_id, _view(score))
        for score in scores.order_by("-value", "subject_id")[:MOST_SHOWN]
        if (parcel := by_id[score.subject_id])
    ]


def _view(score: Score) -> ScoreView:
    figures = [value or 0.0 for value in score.input_values]
    return view_of(LATE_RISK, score, [], LATE_RISK.parts(figures))
