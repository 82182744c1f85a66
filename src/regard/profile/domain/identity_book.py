"""Some identities of a store, changed in memory and saved together with the customers that they make.

Identities form trees: the parent of one is whom a person put it to, else the stronger one that it was named
beside first. A tree is the customer that its root makes, so two things hold after each `save`:

* an identity's `customer` is the `own_customer` of its root, which every root has;
* the `own_customer` of an identity that is no root points (`merged_into`) to that identity's customer.

Both can only change for an identity whose parent changed and for what is below it, and all of that is in the book
when it is saved. There are no circles: what events say leads to a stronger kind, what a person says to a root of a
kind that is not weaker, and a person links only the roots of two trees.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from regard.core import clock
from regard.core.models import Store
from regard.profile.domain.attributes import Traits, load_traits, merged, save_traits
from regard.profile.domain.customer_rows import (
    insert_customers,
    point_customers,
    refresh_customers,
    widen_visits,
)
from regard.profile.domain.identity_rows import (
    Known,
    Link,
    insert_identities,
    insert_links,
    load_below,
    load_by_key,
    new_ids,
    update_identities,
    update_visits,
)
from regard.profile.domain.naming import Key
from regard.profile.models import IdentityKind, LinkReason

STRENGTH = {kind: place for place, kind in enumerate(IdentityKind.values)}  # the strongest is 0


class IdentityBook:
    """Must be used under the lease of the store's readers: resolution is serial per store."""

    def __init__(self, store: Store, identities: Iterable[Known]) -> None:
        self.store = store
        self.by_id: dict[int, Known] = {}
        self.by_key: dict[Key, Known] = {}
        self.new: list[Known] = []
        self.traits: dict[int, Traits] = {}  # by identity, where something was told
        self._add(identities)

    @classmethod
    def naming(cls, store: Store, keys: Iterable[Key]) -> IdentityBook:
        """The identities of these keys; those that the store has not got yet are new."""
        wanted = dict.fromkeys(keys)
        book = cls(store, load_by_key(store.pk, wanted))
        missing = [key for key in wanted if key not in book.by_key]
        ids = new_ids("profile_identity", len(missing))
        book.new = [Known(number, *key, is_changed=True) for number, key in zip(ids, missing, strict=True)]
        book._add(book.new)
        return book

    def _add(self, identities: Iterable[Known]) -> None:
        for known in identities:
            if known.id not in self.by_id:
                self.by_id[known.id] = self.by_key[known.kind, known.value] = known

    def learn(self, told: Mapping[int, Sequence[Traits]]) -> None:
        """Add the attributes that were told of identities, given by id."""
        held = load_traits([number for number in told if self.by_id[number].before])
        for number, tellings in told.items():
            before = held.get(number, {})
            traits = merged(before, tellings)
            if traits != before:
                self.traits[number] = traits
                self.by_id[number].is_changed = True

    def save(self, *, actor: str = "") -> set[int]:
        """Write what changed, and give the ids of the customers that changed.

        actor: of links that are a person's decision.
        """
        moving = self._moving()
        made = self._make_customers(moving)
        _follow_parents(moving, self.by_id)
        moved = [known for known in moving if known.customer != known.before]
        insert_identities(self.store.pk, self.new)
        stored = [known for known in self.by_id.values() if known.before]
        update_identities([known for known in stored if known.is_changed])
        visited = [known for known in stored if known.is_visited and not known.is_changed]
        update_visits(visited)
        save_traits(self.traits)
        insert_customers(self.store.pk, made)
        insert_links(self.store.pk, [_link(known) for known in moved], actor=actor)
        point_customers(
            {
                known.own_customer: known.customer if known.parent else 0
                for known in moving
                if known.own_customer and known.own_customer not in made
            }
        )
        affected = {known.customer for known in self.by_id.values() if known.is_changed}
        affected |= {known.before for known in moved if known.before}
        refresh_customers(affected - made.keys())
        affected |= made.keys()
        seen = _spans(known for known in visited if known.customer not in affected)
        widen_visits(seen)
        return affected | seen.keys()

    def _moving(self) -> list[Known]:
        """Identities whose customer may be another than before: new ones, those with another parent, and all that
        is below them."""
        moved = [
            known.id for known in self.by_id.values() if known.before and known.parent != known.parent_before
        ]
        if not moved:
            return self.new
        below = load_below(moved)
        self._add(below)
        return self.new + [self.by_id[known.id] for known in below]

    def _make_customers(self, moving: Iterable[Known]) -> dict[int, datetime]:
        """A customer for each root that never was one: their ids, and when the identity was first heard of."""
        roots = [known for known in moving if not known.parent and not known.own_customer]
        made = new_ids("profile_customer", len(roots))
        for known, number in zip(roots, made, strict=True):
            known.own_customer, known.is_changed = number, True
        heard = [known.named_at or known.first_seen_at or known.owned_since for known in roots]
        return {number: at or clock.now() for number, at in zip(made, heard, strict=True)}


def _follow_parents(moving: Iterable[Known], by_id: Mapping[int, Known]) -> None:
    """Put each of the identities to the customer of its root."""
    waiting = {known.id for known in moving}
    for known in moving:
        path: list[Known] = []
        above: Known | None = known
        while above is not None and above.id in waiting:
            waiting.remove(above.id)
            path.append(above)
            above = by_id[above.parent] if above.parent else None
        for below in reversed(path):
            customer = above.customer if above else below.own_customer
            if below.customer != customer:
                below.customer, below.is_changed = customer, True
            if below.event_id is None and above is not None:
                below.event_id = above.event_id
            above = below


def claim(known: Known, owner: Known, at: datetime, event_id: int) -> None:
    """Let `owner` have an identity when it was named beside it before the present owner was.

    Of two at the same instant the stronger kind counts, then the smaller value.
    """
    since = known.owned_since
    if known.owner and since is not None:
        if at > since:
            return
        held = (STRENGTH[known.owner_kind], known.owner_value)
        if at == since and (STRENGTH[owner.kind], owner.value) >= held:
            return
    known.owner, known.owner_kind, known.owner_value = owner.id, owner.kind, owner.value
    known.owned_since, known.is_changed = at, True
    if known.before and not known.by_hand:
        known.event_id = event_id


def _spans(visited: Iterable[Known]) -> dict[int, tuple[datetime, datetime]]:
    """When these identities were seen first and last, by customer."""
    spans: dict[int, tuple[datetime, datetime]] = {}
    for known in visited:
        if known.first_seen_at is not None and known.last_seen_at is not None:
            first, last = spans.get(known.customer, (known.first_seen_at, known.last_seen_at))
            spans[known.customer] = min(first, known.first_seen_at), max(last, known.last_seen_at)
    return spans


def _link(known: Known) -> Link:
    if known.reason:
        reason = known.reason
    elif not known.parent:
        reason = LinkReason.FIRST_NAMED
    elif known.parent != known.parent_before:
        reason = LinkReason.NAMED_TOGETHER
    else:
        reason = LinkReason.OWNER_MOVED
    return Link(known.id, known.customer, known.before, reason, known.event_id)
