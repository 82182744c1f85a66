"""Facts sorted by customer and time, so that what is known of each customer is arithmetic on columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regard.score.domain.columns import Column, Numbers, Times, Whole, chosen_rows, microseconds
from regard.score.domain.known_facts import KnownFacts

Positions = NDArray[np.intp]


@dataclass(frozen=True)
class Facts:
    """Columns, sorted by owner and then by time; owner: the customer's position among the `people` asked for."""

    people: int
    owner: Positions
    kind: Column
    at: Times
    tie: Whole
    value: Numbers
    code: Column

    def only(self, chosen: NDArray[np.bool_]) -> Facts:
        return chosen_rows(self, chosen)

    def of(self, *kinds: int) -> Facts:
        return self.only(np.isin(self.kind, kinds) if len(kinds) > 1 else self.kind == kinds[0])

    def about(self, others: Facts) -> Facts:
        """Those about something that the same customer's facts in `others` are about, by their ties."""
        return self.only(np.isin(things_of(self), things_of(others)))

    def count(self) -> Whole:
        return np.bincount(self.owner, minlength=self.people)

    def total(self, values: Numbers) -> Numbers:
        return np.bincount(self.owner, values, self.people).astype(np.float64)

    def nth_last(self, values: Column, unknown: object, *, back: int = 0) -> Column:
        """Of each customer the value of the last fact, or of the one so many before it; else `unknown`."""
        counts = self.count()
        found = np.full(self.people, unknown, values.dtype)
        have = counts > back
        found[have] = values[np.cumsum(counts)[have] - 1 - back]
        return found

    def nth(self, values: Column, unknown: object, *, after: int = 0) -> Column:
        """Of each customer the value of the first fact, or of the one so many after it; else `unknown`."""
        counts = self.count()
        found = np.full(self.people, unknown, values.dtype)
        have = counts > after
        found[have] = values[(np.cumsum(counts) - counts)[have] + after]
        return found

    def first(self) -> Numbers:
        return self.nth(self.value, np.nan)

    def first_at(self) -> Times:
        return self.nth(self.at, np.datetime64("NaT"))

    def second_at(self) -> Times:
        return self.nth(self.at, np.datetime64("NaT"), after=1)

    def last_at(self) -> Times:
        return self.nth_last(self.at, np.datetime64("NaT"))

    def last(self, *, back: int = 0) -> Numbers:
        return self.nth_last(self.value, np.nan, back=back)


def sorted_facts(known: KnownFacts, customers: Whole) -> Facts:
    """The facts of these customers (ids in ascending order), those of others left out."""
    owner = _places(customers, known.customer)
    theirs = owner >= 0
    if not theirs.all():
        known, owner = chosen_rows(known, theirs), owner[theirs]
    order = _order(owner, known)
    return Facts(
        len(customers), owner[order], known.kind[order], known.at[order], known.tie[order],
        known.value[order], known.code[order],
    )  # fmt: skip


def things_of(facts: Facts) -> Whole:
    """What each fact is about: owner and tie in one number, which wraps around; alike for two things as rarely as
    two hashes are."""
    return facts.owner.astype(np.int64) * 0x9E3779B97F4A7C1 + facts.tie


def union_of(some: Whole, others: Whole) -> Whole:
    """The ids that are in either, each once, in ascending order."""
    if not len(some) or _is_sparse(some, len(some)):
        return np.union1d(some, others)
    there = np.zeros(some.max() - some.min() + 1, bool)  # much quicker than sorting the ids of all facts
    there[some - some.min()] = True
    return np.union1d(np.flatnonzero(there) + some.min(), others)


def _places(customers: Whole, ids: Whole) -> Positions:
    """The position in `customers` of each id; -1 where it is not there."""
    if not len(customers) or _is_sparse(customers, len(ids)):
        nearest = np.searchsorted(customers, ids)
        return np.where(np.append(customers, -1)[nearest] == ids, nearest, -1)
    first, last = customers[0], customers[-1]
    table = np.full(last - first + 3, -1, np.intp)  # with a place on either side for ids beyond
    table[customers - first + 1] = np.arange(len(customers))
    places: Positions = table[np.clip(ids - first + 1, 0, last - first + 2)]
    return places


def _is_sparse(ids: Whole, uses: int) -> bool:
    """Whether a table of all ids from the least to the greatest would be long for so many uses."""
    return bool(ids.max() - ids.min() > 4 * uses)


def _order(owner: Positions, known: KnownFacts) -> Positions:
    """By owner, time and tie: by owner and second in one number, which is quick, then the few that this leaves."""
    at = microseconds(known.at)
    seconds = at // 1_000_000
    key = (owner.astype(np.int64) << 37) + (seconds - seconds.min(initial=0))
    order = np.argsort(key)
    ranked = key[order]
    alike = np.zeros(len(key), bool)
    alike[1:] = ranked[1:] == ranked[:-1]
    alike[:-1] |= alike[1:]
    places = np.flatnonzero(alike)
    tied = order[places]
    order[places] = tied[np.lexsort((known.tie[tied], at[tied], owner[tied]))]
    return order


def distinct_of(facts: Facts) -> Whole:
    """How many things each customer's facts are about, by their ties."""
    order = np.lexsort((facts.tie, facts.owner))
    owner, tie = facts.owner[order], facts.tie[order]
    new = np.ones(len(owner), bool)
    new[1:] = (owner[1:] != owner[:-1]) | (tie[1:] != tie[:-1])
    return np.bincount(owner[new], minlength=facts.people)
