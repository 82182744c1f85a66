"""Finding customers by what people type: words of the name, an e-mail, a phone, a number, an order."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q

from regard.core.models import Store
from regard.profile.models import Customer, Identity, IdentityKind, Order

WORDS = re.compile(r"[\w@.+-]+")
PHONE = re.compile(r"(\+|00)[\d\s()/.-]{5,}")
FEW = 5_000  # customers: so many are quickly sorted
NAMED = "TO_TSVECTOR('simple', COALESCE(customer.name, '')) @@ TO_TSQUERY('simple', %(search_words)s)"
KNOWN_AS = """EXISTS (
    SELECT 1 FROM profile_identity AS identity WHERE identity.store_id = customer.store_id
    AND identity.customer_id = customer.id AND identity.value LIKE ANY(%(search_beginnings)s)
)"""


def customer_for_viewer(store: Store, customer_id: int) -> Customer:
    """The customer, or the one that they were merged into. Raises Customer.DoesNotExist."""
    customer = Customer.objects.select_related("merged_into").get(store=store, pk=customer_id)
    return customer.merged_into or customer


def find_customer(store: Store, who: str) -> Customer:
    """The one that somebody means by an e-mail, a phone, the shop's number, or our own id.

    Our id comes last. Raises Customer.DoesNotExist.
    """
    try:
        return find_identity(store, who).customer
    except Identity.DoesNotExist:
        number = who.strip()
    if number.isascii() and number.isdigit() and len(number) < 19:
        return customer_for_viewer(store, int(number))
    raise Customer.DoesNotExist


def find_identity(store: Store, who: str) -> Identity:
    """The identity with this value; of several the one of the strongest kind. Raises Identity.DoesNotExist."""
    found = Identity.objects.filter(store=store, value__in=_spellings(who.strip()))
    strongest = sorted(
        found.select_related("customer"), key=lambda known: IdentityKind.values.index(known.kind)
    )
    if not strongest:
        raise Identity.DoesNotExist
    return strongest[0]


def search_condition(store: Store, search: str) -> tuple[str, dict[str, Any]]:
    """A condition on `customer` for those whom a search means, and its parameters. One query.

    A few are found by their indexes beforehand. Of many, the last seen are met soon by looking at one customer
    after the other, while sorting all that were found would take seconds.
    """
    found = _few(store, search)
    if found is not None:
        return "customer.id = ANY(%(search_ids)s)", {"search_ids": found}
    values = {
        "search_beginnings": [_like(text) for text in _spellings(search)],
        "search_words": _words(search),
    }
    return (f"({NAMED} OR {KNOWN_AS})" if values["search_words"] else KNOWN_AS), values


def _few(store: Store, search: str) -> list[int] | None:
    """The ids of all who are meant; None when there are many."""
    begins = Q()
    for spelling in _spellings(search):
        begins |= Q(value__startswith=spelling)
    identities = Identity.objects.filter(begins, store=store)
    orders = Order.objects.filter(store=store, external_id__in=[search, search.removeprefix("#")])
    ids = identities.values_list("customer").union(orders.values_list("identity__customer"), all=True)
    if _words(search):
        query = SearchQuery(_words(search), config="simple", search_type="raw")
        named = Customer.objects.filter(store=store).alias(words=SearchVector("name", config="simple"))
        ids = ids.union(named.filter(words=query).values_list("pk"), all=True)
    few = [customer_id for (customer_id,) in ids[: FEW + 1]]
    return few if len(few) <= FEW else None


def _spellings(text: str) -> list[str]:
    """How identities may hold what was typed: as it is, in small letters, a phone as E.164."""
    spellings = {text, text.lower()}
    if PHONE.fullmatch(text):
        spellings.add("+" + re.sub(r"\D", "", text.removeprefix("00")))
    return sorted(spellings)


def _words(search: str) -> str:
    """The beginnings of words as PostgreSQL's search takes them; "" for none."""
    return " & ".join(f"'{word}':*" for word in WORDS.findall(search))


def _like(beginning: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", beginning) + "%"
