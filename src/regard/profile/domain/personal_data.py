"""Everything that is held on one person, given out or erased: over all rooms, each of which knows its own part."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from regard.capture.domain.imports.runs import check_nobody_is_brought_in
from regard.capture.domain.reader import hold_readers
from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.core.registry import DataHolder, data_holders
from regard.profile.domain.finding import customer_for_viewer


@dataclass(frozen=True)
class Erasure:
    """The proof of an erasure, as the audit log keeps it.

    rows: how many each holder removed or redacted. digest: a keyed hash of all that was held, which shows later
    that an export is what was erased, and tells nothing by itself.
    """

    customer_id: int
    erased_at: datetime
    rows: Mapping[str, int]
    digest: str


def export_customer(*, store: Store, customer_id: int, actor: str) -> dict[str, Any]:
    """Everything held on a customer, by the part of the product that holds it, as plain JSON values.

    Raises Customer.DoesNotExist.
    """
    customer = customer_for_viewer(store, customer_id)
    record_audit(store=store, actor=actor, action="customer.exported", target=str(customer.pk))
    return {
        "store": store.slug,
        "customer": customer.pk,
        "exported_at": clock.now().isoformat(),
        "held": held_on_customer(store, customer.pk),
    }


def held_on_customer(store: Store, customer_id: int) -> dict[str, Any]:
    """What each holder has, in the order in which people read it."""
    return {holder.name: holder.export(store, customer_id) for holder in _holders()}


def held_counts(held: Mapping[str, Any]) -> dict[str, int]:
    """How many things of each kind are held: the lists of a holder by their names, others by the holder's."""
    counts: dict[str, int] = {}
    for name, part in held.items():
        lists = part if isinstance(part, dict) else {name: part}
        for kind, things in lists.items():
            if isinstance(things, list) and things:
                counts[kind] = counts.get(kind, 0) + len(things)
    return counts


def erasure_hindrance(store: Store) -> str:
    """Why nobody can be erased at this moment; "" when nothing is in the way."""
    try:
        check_nobody_is_brought_in(store)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@transaction.atomic
def erase_customer(*, store: Store, customer_id: int, actor: str) -> Erasure:
    """Remove or redact all that could identify a person, in every room, at once, for good.

    The readers of the log stand still meanwhile, so that no event of the person is read between two holders.
    The proof goes to the audit log and names nobody. Raises Customer.DoesNotExist, and ValidationError while an
    import is under way or a file is kept for one, which may name the person.
    """
    hold_readers(store)
    check_nobody_is_brought_in(store)
    customer = customer_for_viewer(store, customer_id)
    digest = _digest(held_on_customer(store, customer.pk))
    rows = {holder.name: holder.erase(store, customer.pk) for holder in reversed(_holders())}
    erasure = Erasure(customer.pk, clock.now(), rows, digest)
    record_audit(
        store=store, actor=actor, action="customer.erased", target=str(customer.pk), rows=rows, digest=digest
    )
    return erasure


def _holders() -> list[DataHolder]:
    return sorted(data_holders, key=lambda holder: holder.order)


def _digest(held: Mapping[str, Any]) -> str:
    """With the installation's secret key, so that nobody can find out by trying what was held."""
    told = json.dumps(held, sort_keys=True, default=str, ensure_ascii=False)
    return hmac.new(settings.SECRET_KEY.encode(), told.encode(), hashlib.sha256).hexdigest()
