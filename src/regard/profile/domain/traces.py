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
from regard.profile.domain.segments.parse import unquoted
from regard.profile.domain.segments.printing import quoted
from regard.profile.models import Customer, CustomerEvent, Identity, IdentityKind, Segment

ERASED = "[erased]"
TAGGINGS = ("customers.tagged", "customers.untagged")
TELLING = 6  # letters from which on a text is taken to mean nobody else
# What stands before and after a whole word: neither a letter nor what joins parts of an address. Before it may
# stand an escaped line break or letter, as JSON and links write them.
BEFORE = r"(?:(?<![\w.+-])|(?<=\\[nrt])|(?<=%[0-9a-f][0-9a-f]))"
AFTER = r"(?![\w-]|[.@]\w)"

QUOTED = re.compile(
    r'(?P<field>\.?)"(?:\\.|[^"\\])*"', re.DOTALL
)  # a text of a filter, or part of a field's name


@dataclass(frozen=True)
class Naming:
    """What a person goes by: each word by itself where it can mean nobody else. Short words and plain numbers are
    many other things too; they count where they are said to be somebody's number."""

    words: tuple[str, ...]

    @property
    def expression(self) -> str:
        """A regular expression that Python and PostgreSQL read alike; "" without words."""
        telling = [_as_it_is(word) for word in self.words if _is_telling(word)]
        others = [_as_it_is(word) for word in self.words if not _is_telling(word)]
        parts = [rf"{BEFORE}(?:{'|'.join(telling)}){AFTER}"] if telling else []
        if others:
            numbers = rf"(?:user|anonymous|previous|customer)[_ -]?id\W{{1,5}}(?:{'|'.join(others)}){AFTER}"
            parts.append(numbers)
        return "|".join(parts)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self.expression, re.IGNORECASE)

    def told_without(self, text: str) -> str:
        """The text with what names the person taken out; all of it when it is nothing but that."""
        return ERASED if self.is_one(text) else self._pattern.sub(ERASED, text)

    def is_one(self, text: str) -> bool:
        """Whether a text is one of the words, capitals or not."""
        return text.casefold() in self._folded

    @cached_property
    def _folded(self) -> set[str]:
        return {word.casefold() for word in self.words}


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
        segment.text = _filter_without(segment.text, naming)
        segment.save(update_fields=["text"])
    told = entries_that_say(store, naming.expression)
    redacted = redact_audit(told, told_without=naming.told_without)
    return quoted + len(segments) + redacted + _redact_tags(store, customer_id)


def _redact_tags(store: Store, customer_id: int) -> int:
    """What somebody called this customer alone is about the person; what many are called is not."""
    tagged = audit_entries_of(store).filter(action__in=TAGGINGS, detail__customers=[customer_id])
    return redact_audit(tagged, told_without=lambda _tag: ERASED)


def _segments(store: Store, naming: Naming) -> list[Segment]:
    """The saved filters that ask for what the person goes by."""
    if not naming.words:
        return []
    saved = Segment.objects.filter(store=store).order_by("id")
    return [segment for segment in saved if _filter_without(segment.text, naming) != segment.text]


def _filter_without(text: str, naming: Naming) -> str:
    """A filter without the person in its texts; its numbers are amounts and days, never a customer's."""

    def told(found: re.Match[str]) -> str:
        return found[0] if found["field"] else quoted(_text_without(unquoted(found[0]), naming))

    return QUOTED.sub(told, text)


def _text_without(text: str, naming: Naming) -> str:
    return naming.told_without(text) if len(text) >= TELLING else text


def _is_telling(word: str) -> bool:
    return len(word) >= TELLING and not word.isdecimal()


def _as_it_is(word: str) -> str:
    """The word for a regular expression; what is no letter or digit is escaped, which both dialects allow."""
    return re.sub(r"([^\w\s])", r"\\\1", word)


TRACES = DataHolder("traces", 95, export_traces, erase_traces)
