"""All that happens to the people of a cell, and what they and their things are called."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from regard.sim.browsing import Browsing, browse
from regard.sim.catalogue import PRODUCTS
from regard.sim.lives import Orders, live
from regard.sim.mentions import Mentions, speak
from regard.sim.people import FIRST_NUMBER, People, people_of
from regard.sim.places import AGENTS, CARRIERS, COUNTRIES
from regard.sim.plan import Floats, Ints, Plan, Stream, Truths
from regard.sim.said import SILENT, Said, say
from regard.sim.season import Season
from regard.sim.words.writing import LOTS, write_subject, write_text


@dataclass(frozen=True)
class Cell:
    """Some thousand people with their lives. The same plan and number give the same cell, always."""

    plan: Plan
    number: int
    people: People
    orders: Orders
    said: Said
    browsing: Browsing

    @cached_property
    def customer_ids(self) -> list[str]:
        """By the place of the person."""
        return [f"K{FIRST_NUMBER + number}" for number in self.people.number.tolist()]

    @cached_property
    def names(self) -> list[tuple[str, str]]:
        """First and last name, by the place of the person."""
        people = self.people
        chosen = zip(
            people.country.tolist(), people.first_name.tolist(), people.last_name.tolist(), strict=True
        )
        return [
            (COUNTRIES[country].first_names[first], COUNTRIES[country].last_names[last])
            for country, first, last in chosen
        ]

    @cached_property
    def emails(self) -> list[str]:
        numbers = self.people.number.tolist()
        return [
            f"{_plain(first)}.{_plain(last)}.{FIRST_NUMBER + number}@example.com"
            for (first, last), number in zip(self.names, numbers, strict=True)
        ]

    @cached_property
    def order_ids(self) -> list[str]:
        """By the row of the order: the person's number, and which of their orders it is."""
        owners = (FIRST_NUMBER + self.people.number[self.orders.who]).tolist()
        return [f"{owner}-{nth}" for owner, nth in zip(owners, self.orders.nth.tolist(), strict=True)]

    @cached_property
    def review_texts(self) -> list[str]:
        reviews = self.said.reviews
        return list(self._texts(reviews.order, reviews.cause, 0))

    @cached_property
    def answer_texts(self) -> list[str]:
        answers = self.said.answers
        return list(self._texts(answers.order, answers.cause, 1))

    @cached_property
    def mentions(self) -> Mentions:
        return speak(self.plan, self.number, self.orders)

    @cached_property
    def mention_texts(self) -> list[str]:
        return list(self._texts(self.mentions.order, self.mentions.cause, 3))

    @cached_property
    def handles(self) -> list[str]:
        """What people are called in public, by the place of the person."""
        told = zip(self.names, self.people.number.tolist(), strict=True)
        return [f"{_plain(first)}.{FIRST_NUMBER + number}" for (first, _last), number in told]

    @cached_property
    def subjects(self) -> list[str]:
        """Of the tickets."""
        tickets = self.said.tickets
        names = self._names(tickets.order, tickets.agent)
        lots = self._lots(2, tickets.order.size)
        chosen = zip(tickets.subject.tolist(), lots, names, strict=True)
        return [write_subject(language, subject, lot, told) for subject, lot, (language, told) in chosen]

    def _texts(self, rows: Ints, causes: Ints, stream: int) -> Iterator[str]:
        agents = rows % len(AGENTS)
        chosen = zip(causes.tolist(), self._lots(stream, rows.size), self._names(rows, agents), strict=True)
        for cause, lots, (language, names) in chosen:
            yield "" if cause == SILENT else write_text(language, cause, lots, names)

    def _lots(self, stream: int, count: int) -> list[list[float]]:
        dice = np.random.default_rng(
            np.random.SeedSequence([self.plan.seed, self.number, Stream.WORDS, stream])
        )
        lots: list[list[float]] = dice.random((count, LOTS)).tolist()
        return lots

    def _names(self, rows: Ints, agents: Ints) -> Iterator[tuple[str, dict[str, str]]]:
        """For each of these orders its owner's language, and what a text about it may name."""
        orders = self.orders
        countries = self.people.country[orders.who[rows]].tolist()
        products, carriers = orders.products[rows, 0].tolist(), orders.carrier[rows].tolist()
        chosen = zip(rows.tolist(), countries, products, carriers, agents.tolist(), strict=True)
        for row, country, product, carrier, agent in chosen:
            yield (
                COUNTRIES[country].language,
                {
                    "title": PRODUCTS[product].title,
                    "carrier": CARRIERS[carrier].name,
                    "agent": AGENTS[agent],
                    "order": self.order_ids[row],
                },
            )


def make_cell(plan: Plan, number: int) -> Cell:
    """A cell of a store. Raises IndexError for one beyond the plan's customers."""
    if not 0 <= number < plan.cells:
        raise IndexError(f"the plan has {plan.cells} cells")
    season = Season(plan)
    people = people_of(plan, number, season)
    orders = live(plan, number, people, season)
    return Cell(
        plan, number, people, orders, say(plan, number, people, orders), browse(plan, number, people, orders)
    )


def _plain(name: str) -> str:
    """A name in the letters of an address."""
    spelt = name.replace("ö", "oe").replace("ü", "ue").replace("ä", "ae").lower()
    return unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()


def is_past(plan: Plan, at: Floats) -> Truths:
    """Whether it had happened when the store's past ended."""
    past: Truths = at < plan.present
    return past
