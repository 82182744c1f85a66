"""Who is to be asked: where they are reached, in which language, and whether they want to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from regard.act.domain.consent import consents_by_channel
from regard.act.domain.preferences import Preferences, preferences_of
from regard.act.domain.time_zones import zone_of
from regard.act.domain.topics import SURVEYS
from regard.core.models import Store
from regard.message.domain.rendering import recipient_on
from regard.profile.domain.languages import languages_of
from regard.profile.models import ConsentChannel, Customer
from regard.survey.domain.asking.wishes import Wish
from regard.survey.domain.definition.parts import Definition


@dataclass(frozen=True)
class Asking:
    """address: "" where none is known, or none is needed. language: one that the survey has."""

    address: str
    language: str
    zone: ZoneInfo
    has_refused: bool


def asked_people(
    store: Store, wishes: Sequence[Wish], definitions: Mapping[str, Definition]
) -> dict[str, Asking]:
    """By the key of the wish. Two queries, and one a channel."""
    ids = {wish.customer_id for wish in wishes}
    customers = Customer.objects.filter(store=store).in_bulk(ids)
    told = preferences_of(store, ids)
    asked: dict[str, set[int]] = {}
    for wish in wishes:
        if wish.channel in ConsentChannel.values:
            asked.setdefault(wish.channel, set()).add(wish.customer_id)
    allowed = consents_by_channel(store, asked)

    def person(wish: Wish) -> Asking:
        customer = customers.get(wish.customer_id)
        refused = told.get(wish.customer_id, Preferences()).refused_topics
        return Asking(
            address=recipient_on(wish.channel, customer) if customer and wish.channel in asked else "",
            language=language_for(store, customer, definitions[wish.survey].languages),
            zone=zone_of(customer.attributes if customer else {}, otherwise=store.time_zone),
            has_refused=SURVEYS in refused or allowed.get((wish.channel, wish.customer_id)) is False,
        )

    return {wish.key: person(wish) for wish in wishes}


def language_for(store: Store, customer: Customer | None, languages: Sequence[str]) -> str:
    """Of a survey's languages the customer's, else the store's, else the first."""
    wanted = languages_of(customer.attributes) if customer else []
    return pick_language([*wanted, store.language], languages)


def pick_language(wanted: Sequence[str], languages: Sequence[str]) -> str:
    """The first of the wanted that there is, as "de" for "de-AT"; else the first that there is."""
    by_base = {language.lower().partition("-")[0]: language for language in reversed(languages)}
    exact = {language.lower(): language for language in languages}
    for each in wanted:
        said = each.lower()
        if found := exact.get(said) or by_base.get(said.partition("-")[0]):
            return found
    return languages[0]
