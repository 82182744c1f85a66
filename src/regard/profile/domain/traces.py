"""Where a customer is named outside of what is kept of them: erased with it, so that nothing leads back.

Events that were never accepted, errors, rejected rows of imports, saved filters and the audit log quote what
people and programs wrote. They are found by what the customer goes by; a name alone may be another person's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from regard.capture.domain.quotations import erase_quotations
from regard.core.domain.audit import audit_entries_of, entries_that_say, redact_audit
from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.profile.models import Customer, CustomerEvent, Identity, IdentityKind, Segment

ERASED = "[erased]"
TAGGINGS = ("customers.tagged", "customers.untagged")
TELLING = 6  # letters from which on a text is taken to mean nobody else


@dataclass(frozen=True)
class Naming:
    """What a person goes by: each word by itself where it is long enough, else only as somebody's number."""

    words: tuple[str, ...]

    @property
    def expression(self) -> str:
        """A regular expression that Python and PostgreSQL read alike; "" without words."""
        long = [_as_it_is(word) for word in self.words if len(word) >= TELLING]
        short = [_as_it_is(word) for word in self.words if len(word) < TELLING]
        numbers = rf"(?:user|anonymous|previous|customer)_?id\W{{1,5}}(?:{'|'.join(short)})(?!\w)"
        return "|".join([*long, *([numbers] if short else [])])

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self.expression, re.IGNORECASE)

    def told_without(self, text: str) -> str:
        """The text with what names the person taken out; all of it when it is nothing but that."""
        return ERASED if text in self.words else self._pattern.sub(ERASED, text)


def naming_of_customer(store: Store, customer_id: int) -> Naming:
    """All that the customer and those merged into them go by."""
    customers = Customer.objects.filter(store=store)
    ours = customers.filter(pk=customer_id) | customers.filter(merged_into=customer_id)
    words = {word for row in ours.values_list("email", "phone") for word in row}
    known = Identity.objects.filter(store=store, customer__in=ours)
    for kind, value, email in known.values_list("kind", "value", "email"):
        words |= {value, email, value.partition(":")[2] if kind == IdentityKind.EXTERNAL_ID else ""}
    return Naming(tuple(sorted(word for word in words if word)))


def export_traces(store: Store, customer_id: int) -> dict[str, list[str]]:
    """The saved filters that name the customer; what else does is quoted from what their events hold."""
    return {
        "segments": [segment.text for segment in _segments(store, naming_of_customer(store, customer_id))]
    }


def erase_traces(store: Store, customer_id: int) -> int:
    """Gives how many rows are gone or changed. To run while the customer's identities are still there."""
    naming = naming_of_customer(store, customer_id)
    if not naming.words:
        return 0
    events = CustomerEvent.objects.filter(store=store, identity__customer=customer_id)
    quoted = erase_quotations(
        store=store, naming=naming.expression, event_ids=events.values_list("event_id", flat=True)
    )
    for segment in (segments := _segments(store, naming)):
        segment.text = naming.told_without(segment.text)
        segment.save(update_fields=["text"])
    told = entries_that_say(store, naming.expression)
    redacted = redact_audit(told, told_without=naming.told_without)
    return quoted + len(segments) + redacted + _redact_tags(store, customer_id)


def _redact_tags(store: Store, customer_id: int) -> int:
    """What somebody called this customer alone is about the person; what many are called is not."""
    tagged = audit_entries_of(store).filter(action__in=TAGGINGS, detail__customers=[customer_id])
    return redact_audit(tagged, told_without=lambda _tag: ERASED)


def _segments(store: Store, naming: Naming) -> list[Segment]:
    if not naming.words:
        return []
    return list(Segment.objects.filter(store=store, text__iregex=naming.expression))


def _as_it_is(word: str) -> str:
    """The word for a regular expression; what is no letter or digit is escaped, which both dialects allow."""
    return re.sub(r"([^\w\s])", r"\\\1", word)


TRACES = DataHolder("traces", 95, export_traces, erase_traces)
