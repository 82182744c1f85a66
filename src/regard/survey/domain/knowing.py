"""What is known of a customer who begins a survey, as far as it asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regard.core.models import Store
from regard.profile.domain.segments.matching import Moment, moments_that_match_each
from regard.profile.models import Customer
from regard.survey.domain.definition.parts import Definition
from regard.survey.domain.flow import Person, conditions_on_customers


def person_known(store: Store, definition: Definition, customer_id: int | None) -> Person:
    """Which conditions of the survey the customer meets, and which attributes it would ask for are known. Two
    queries at the most; somebody unknown meets none."""
    conditions = conditions_on_customers(definition)
    if customer_id is None:
        return Person(dict.fromkeys(conditions, False))
    met = moments_that_match_each(store, conditions, [Moment(customer_id, {})])[0] if conditions else []
    wanted = {question.keep_as for question in definition.questions if question.keep_as}
    held = Customer.objects.filter(store=store, pk=customer_id).values_list("attributes", flat=True).first()
    known = {name for name, value in (held or {}).items() if value not in (None, "", [])} if wanted else set()
    return Person(dict(zip(conditions, met, strict=True)), frozenset(wanted & known))


def person_values(person: Person, definition: Definition) -> dict[str, Any]:
    """To be kept with a submission; `person_from` reads it back with the same definition."""
    met = [person.holds.get(condition, False) for condition in conditions_on_customers(definition)]
    return {"holds": met, "attributes": sorted(person.attributes)}


def person_from(values: Mapping[str, Any], definition: Definition) -> Person:
    """What was known, by the same definition. Of somebody forgotten nothing is."""
    conditions = conditions_on_customers(definition)
    met = values.get("holds", [])
    return Person(dict(zip(conditions, met, strict=False)), frozenset(values.get("attributes", [])))
