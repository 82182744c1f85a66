"""Identity resolution: deterministic, set-based, and the same whatever order the events arrive in.

Each weaker identity (number elsewhere, e-mail, phone, browser) belongs to the stronger one that it was named
beside first, by the time at which that occurred; a tie goes to the stronger kind, then to the smaller value. A
customer is the tree of identities under one root (identity_book.py). So a visitor who identifies is folded
into the known customer, and two customer numbers that share a browser or an address stay two customers: the
shared one keeps its first link. An event that comes late moves a link exactly as if it had come in time.
Facts hold identities and are never rewritten.

Resolution is serial per store: it must run under the lease that the reader of the log holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import msgspec

from regard.capture.domain.batch import Batch
from regard.capture.domain.bulk import walking_indexes
from regard.capture.domain.logged import LoggedEvent
from regard.core.models import Store
from regard.profile.domain.attributes import Traits, attributes_told, load_traits, merged, save_traits
from regard.profile.domain.customer_rows import refresh_customers
from regard.profile.domain.identity_book import IdentityBook, claim
from regard.profile.domain.identity_rows import Known
from regard.profile.domain.naming import EMAIL, PHONE, Key, Naming, identity_told, naming_of
from regard.profile.domain.timeline import note_events, place_events
from regard.profile.facts import AttributesSet
from regard.profile.models import Customer, Identity


class Together(msgspec.Struct, gc=False):
    """All events of a batch that name the same identities: the first of them, and when they span."""

    keys: tuple[Key, ...]
    first_at: datetime
    first_event: int
    told_at: datetime | None = None  # the last of them that says how to reach the person now
    seen_first: datetime | None = None
    seen_last: datetime | None = None
    identity: int = 0  # the strongest one's id


class Told(NamedTuple):
    """An event that names somebody."""

    event: LoggedEvent
    naming: Naming
    attributes: Traits
    together: Together


@dataclass
class Namings:
    """The events that name somebody, the same gathered by what they name, and facts that name an identity by its
    id."""

    told: list[Told] = field(default_factory=list)
    groups: dict[tuple[Key, ...], Together] = field(default_factory=dict)
    facts: list[tuple[LoggedEvent, int]] = field(default_factory=list)

    def add(self, event: LoggedEvent, country: str) -> None:
        """Gather an event with others that name the same, if it names anybody. country: the store's."""
        naming = naming_of(event, country=country)
        if naming is None:
            return
        at = event.occurred_at
        group = self.groups.get(naming.keys)
        if group is None:
            group = self.groups[naming.keys] = Together(naming.keys, at, event.id)
        elif at < group.first_at:
            group.first_at, group.first_event = at, event.id
        if not naming.is_former:
            group.told_at = max(group.told_at or at, at)
        if naming.seen:  # what Regard itself records of a customer is no visit
            group.seen_first = min(group.seen_first or at, at)
            group.seen_last = max(group.seen_last or at, at)
        traits = naming.traits
        attributes = attributes_told(event, traits, naming.notes) if traits else {}
        self.told.append(Told(event, naming, attributes, group))


def identify_batch(batch: Batch) -> None:
    """Find or make the identity and the customer of every event that names somebody.

    Fills `identity_of` and `touched`, puts the events into the customers' timelines, and notes there what could
    not be used of them.
    """
    named = batch.read(read_namings)
    _place_facts(batch, named.facts)
    for event, _number in named.facts:
        if event.id not in batch.identity_of:
            named.add(event, batch.store.country)
    told, groups = named.told, named.groups.values()
    if not told:
        return
    with walking_indexes():
        book = IdentityBook.naming(batch.store, (key for group in groups for key in group.keys))
        for group in groups:
            _apply(book, group)
        for one in told:
            if one.naming.name:
                _learn_name(book.by_id[one.together.identity], one.naming.name, one.event.occurred_at)
        book.learn(_attributes(told))
        batch.touched |= book.save()
    batch.touched |= {book.by_id[group.identity].customer for group in groups if group.seen_first}
    batch.customer_of.update({group.identity: book.by_id[group.identity].customer for group in groups})
    batch.identity_of.update({one.event.id: one.together.identity for one in told})
    _place(batch.store, told)


def _attributes(told: Iterable[Told]) -> dict[int, list[Traits]]:
    """What events tell of custom attributes, by identity."""
    found: dict[int, list[Traits]] = {}
    for one in told:
        if one.attributes:
            found.setdefault(one.together.identity, []).append(one.attributes)
    return found


def _place_facts(batch: Batch, facts: Sequence[tuple[LoggedEvent, int]]) -> None:
    """Facts that name the identity they are about; what was decided of one touches all whom that changed."""
    if not facts:
        return
    wanted = {number for _event, number in facts}
    named = Identity.objects.filter(store=batch.store, pk__in=wanted)
    known = dict(named.values_list("pk", "customer"))
    there = {event.id: (number, event.occurred_at) for event, number in facts if number in known}
    batch.identity_of.update({event_id: number for event_id, (number, _at) in there.items()})
    place_events(store=batch.store, placed=there, afresh=True)
    set_here = [(event, number) for event, number in facts if event.name == AttributesSet.__name__]
    _learn_of_facts(batch, [one for one in set_here if one[1] in known], known)
    changed = {number for event, _number in facts for number in event.body.get("customer_ids", ())}
    customers = Customer.objects.filter(store=batch.store, pk__in=changed)
    batch.touched.update(customers.values_list("pk", flat=True) if changed else ())


def _learn_of_facts(
    batch: Batch, facts: Sequence[tuple[LoggedEvent, int]], customers: Mapping[int, int]
) -> None:
    """Attributes that were set here are told as by an identify call, of the identity that the fact names.

    customers: by identity, as they are before the batch; whoever it moves is derived anew after that.
    """
    told: dict[int, list[Traits]] = {}
    notes: dict[int, str] = {}
    for event, number in facts:
        words: list[str] = []
        told.setdefault(number, []).append(attributes_told(event, event.body.get("traits") or {}, words))
        notes |= {event.id: " ".join(words)} if words else {}
    if not told:
        return
    held = load_traits(told)
    save_traits({number: merged(held.get(number, {}), tellings) for number, tellings in told.items()})
    changed = {customers[number] for number in told}
    refresh_customers(changed)
    batch.touched |= changed
    note_events(store=batch.store, notes=notes)


def _place(store: Store, told: Sequence[Told]) -> None:
    placed = {one.event.id: (one.together.identity, one.event.occurred_at) for one in told}
    place_events(store=store, placed=placed, afresh=True)
    notes = {one.event.id: " ".join(one.naming.notes) for one in told if one.naming.notes}
    note_events(store=store, notes=notes)


def read_namings(store: Store, events: Sequence[LoggedEvent]) -> Namings:
    """Whom the events are about, and what they tell of the person."""
    named = Namings()
    for event in events:
        if number := identity_told(event):
            named.facts.append((event, number))
        else:
            named.add(event, store.country)
    return named


def _apply(book: IdentityBook, group: Together) -> None:
    strongest = book.by_key[group.keys[0]]
    group.identity = strongest.id
    _note_naming(strongest, group)
    for key in group.keys[1:]:
        known = book.by_key[key]
        _note_naming(known, group)
        claim(known, strongest, group.first_at, group.first_event)
    if group.told_at is not None:
        _learn_reach(strongest, group.keys, group.told_at)
    if group.seen_first is not None and group.seen_last is not None:
        _note_visit(strongest, group.seen_first, group.seen_last)


def _learn_reach(known: Known, keys: Iterable[Key], at: datetime) -> None:
    for kind, value in keys:
        if kind == EMAIL and _is_later(at, value, known.email_at, known.email):
            known.email, known.email_at, known.is_changed = value, at, True
        elif kind == PHONE and _is_later(at, value, known.phone_at, known.phone):
            known.phone, known.phone_at, known.is_changed = value, at, True


def _note_naming(known: Known, group: Together) -> None:
    """Of a new identity: the event that named it first."""
    if not known.before and (known.named_at is None or group.first_at < known.named_at):
        known.named_at, known.event_id = group.first_at, group.first_event


def _note_visit(known: Known, first: datetime, last: datetime) -> None:
    if known.first_seen_at is None or known.last_seen_at is None:
        known.first_seen_at, known.last_seen_at, known.is_changed = first, last, True
        return
    if first < known.first_seen_at:
        known.first_seen_at, known.is_visited = first, True
    if last > known.last_seen_at:
        known.last_seen_at, known.is_visited = last, True


def _learn_name(known: Known, name: str, at: datetime) -> None:
    if _is_later(at, name, known.name_at, known.name):
        known.name, known.name_at, known.is_changed = name, at, True


def _is_later(told_at: datetime, value: str, held_at: datetime | None, held: str) -> bool:
    """Of values told at the same instant the smaller counts, as in customer_rows.py."""
    return held_at is None or told_at > held_at or (told_at == held_at and value < held)
