"""Who is who, decided by a person: customers put together, identities taken apart, and both taken back.

A decision is kept beside what events say, and goes before it. Events go on to be followed underneath, so that
taking a decision back leaves what would be there without it.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.capture.domain.reader import hold_readers
from regard.capture.domain.record import record
from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.profile.domain.identity_book import STRENGTH, IdentityBook
from regard.profile.domain.identity_rows import Known, load_below
from regard.profile.domain.naming import EXTERNAL_ID, USER_ID
from regard.profile.facts import CustomersMerged, IdentityDecision, IdentityParted, MergeUndone
from regard.profile.models import Customer, Identity, LinkReason

NUMBERS_DIFFER = "numbers_differ"  # code of the error that `force` overcomes


@transaction.atomic
def merge_customers(*, store: Store, first: int, second: int, force: bool = False, actor: str) -> int:
    """Put two customers together; gives the id of the one that remains, the one with the stronger root identity.

    Of roots of the same kind the younger customer's goes to the older's. Raises Customer.DoesNotExist, and
    ValidationError when it is one customer already, or, unless `force`, when both have a customer number of their
    own or different numbers in one system elsewhere (its code is then NUMBERS_DIFFER).
    """
    hold_readers(store)
    roots = sorted((_root(store, first), _root(store, second)), key=_rank)
    kept, gone = roots
    if kept.id == gone.id:
        raise ValidationError(_("They are one customer already."))
    if not force:
        _check_numbers(store, kept, gone)
    _decide(store, gone, kept, LinkReason.MERGED_BY_HAND, actor=actor, forced=force)
    return kept.customer


@transaction.atomic
def part_identity(*, store: Store, identity_id: int, actor: str) -> int:
    """Take an identity, and all that belongs to it, out of the customer that events put it to.

    Gives the id of the customer that it is then. Raises Identity.DoesNotExist, and ValidationError when it
    stands alone or was put there by a person, which `undo_decision` takes back.
    """
    hold_readers(store)
    known = _identity(store, identity_id)
    if known.by_hand and known.hand_owner:
        raise ValidationError(_("A person put it there; undo that instead."))
    if not known.parent:
        raise ValidationError(_("It belongs to no other identity; there is nothing to part it from."))
    return _decide(store, known, None, LinkReason.PARTED_BY_HAND, actor=actor)


@transaction.atomic
def undo_decision(*, store: Store, identity_id: int, actor: str) -> int:
    """Take back what a person decided of an identity last; it is again where it was without that.

    That is where events say or, of a merge of what a person had parted before, by itself.

    Gives the id of the customer that it is then. Raises Identity.DoesNotExist, and ValidationError when nobody
    decided anything of it.
    """
    hold_readers(store)
    known = _identity(store, identity_id)
    if not known.by_hand:
        raise ValidationError(_("No person has merged or parted it; there is nothing to undo."))
    return _take_back(store, known, actor=actor)


def _decide(
    store: Store, known: Known, owner: Known | None, reason: LinkReason, *, actor: str, forced: bool = False
) -> int:
    Identity.objects.filter(pk=known.id).update(parted_before=known.by_hand)
    known.by_hand, known.hand_owner = True, owner.id if owner else 0
    book = IdentityBook(store, [known, owner] if owner else [known])
    fact = CustomersMerged if owner else IdentityParted
    return _settle(book, known, reason, fact, actor=actor, forced=forced)


def _take_back(store: Store, known: Known, *, actor: str) -> int:
    parted = Identity.objects.filter(pk=known.id, parted_before=True).update(parted_before=False)
    known.by_hand, known.hand_owner = bool(parted), 0
    owners = [_identity(store, known.owner)] if known.owner else []
    book = IdentityBook(store, [known, *owners])
    return _settle(book, known, LinkReason.DECISION_UNDONE, MergeUndone, actor=actor)


def _settle(
    book: IdentityBook,
    known: Known,
    reason: LinkReason,
    fact: type[IdentityDecision],
    *,
    actor: str,
    forced: bool = False,
) -> int:
    """Save a decision, and say that it was taken: in the audit, and to the pipeline, which scores both anew."""
    known.reason, known.is_changed = reason, True
    customers = tuple(sorted(book.save(actor=actor)))
    record(fact(identity_id=known.id, customer_ids=customers), store_id=book.store.pk)
    detail: dict[str, Any] = {"customers": list(customers)} | ({"forced": True} if forced else {})
    record_audit(store=book.store, actor=actor, action=f"identity.{reason}", target=str(known.id), **detail)
    return known.customer


def _root(store: Store, customer_id: int) -> Known:
    """The root identity of a customer, or of the one that they were merged into."""
    customer = Customer.objects.get(store=store, pk=customer_id)
    living = customer.merged_into_id or customer.pk
    root = Identity.objects.filter(store=store, own_customer=living, customer=living).values_list(
        "pk", flat=True
    )
    return _identity(store, root.get())


def _identity(store: Store, identity_id: int) -> Known:
    if not Identity.objects.filter(store=store, pk=identity_id).exists():
        raise Identity.DoesNotExist
    return next(known for known in load_below([identity_id]) if known.id == identity_id)


def _check_numbers(store: Store, kept: Known, gone: Known) -> None:
    """Raises ValidationError when the customers of these roots have different numbers in one system."""
    ours, theirs = (_numbers(store, root.customer) for root in (kept, gone))
    for system in sorted(ours.keys() & theirs.keys(), key=lambda system: (system != USER_ID, system)):
        raise ValidationError(
            _(
                "%(first)s and %(second)s are different customer numbers, so these are most likely two people. "
                "Merge them only if you are certain that they are one; it can be undone."
            ),
            code=NUMBERS_DIFFER,
            params={"first": ours[system], "second": theirs[system]},
        )


def _numbers(store: Store, customer_id: int) -> dict[str, str]:
    """A number of the customer in each system that has given them one."""
    strong = Identity.objects.filter(store=store, customer=customer_id, kind__in=(USER_ID, EXTERNAL_ID))
    return {_system(kind, value): value for kind, value in strong.values_list("kind", "value")}


def _rank(root: Known) -> tuple[int, int]:
    return STRENGTH[root.kind], root.customer


def _system(kind: str, value: str) -> str:
    """In which system an identity is a number of one person."""
    return USER_ID if kind == USER_ID else value.partition(":")[0]
