"""What people say after an order: reviews, answers to surveys, tickets; and what they send back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regard.sim import causes
from regard.sim.lives import Orders, draw_felt
from regard.sim.people import People
from regard.sim.plan import DAY, Floats, Ints, Plan, Stream, Truths
from regard.sim.words.phrases import CAUSES, SUBJECTS

HOUR = 3_600.0
NPS, CSAT, CES = 0, 1, 2
SLOW_HOURS = 30.0  # of handling, from which on people complain of it
SOME_COMMENT = 0.4  # of the answers have words
CSAT_ANSWERED, NPS_ANSWERED, CES_ANSWERED = 0.8, 0.55, 0.8  # times how likely a person answers
GOOD, FINE, LATE, POOR, SMALL, FORGIVEN, DULL = range(len(CAUSES))
HELPED, WAITED, SILENT = len(CAUSES), len(CAUSES) + 1, -1  # comments on tickets, and none
RETURN_REASONS = ("changed my mind", "not as described", "too small")


@dataclass(frozen=True)
class Reviews:
    """order: the row of the order. cause: the place in CAUSES of what it is about."""

    order: Ints
    at: Floats
    stars: Ints
    cause: Ints


@dataclass(frozen=True)
class Answers:
    """measure: NPS, CSAT or CES. cause: of the comment, also HELPED or WAITED; SILENT without one."""

    order: Ints
    at: Floats
    measure: Ints
    value: Ints
    cause: Ints


@dataclass(frozen=True)
class Tickets:
    """subject: the place in SUBJECTS. hours: until it is solved."""

    order: Ints
    at: Floats
    answered: Floats
    hours: Floats
    subject: Ints
    is_escalated: Truths
    channel: Ints
    agent: Ints

    @property
    def solved(self) -> Floats:
        return self.at + self.hours * HOUR


@dataclass(frozen=True)
class Returns:
    """reason: the place in RETURN_REASONS. The first product of the order goes back."""

    order: Ints
    at: Floats
    reason: Ints


@dataclass(frozen=True)
class Said:
    reviews: Reviews
    answers: Answers
    tickets: Tickets
    returns: Returns


def say(plan: Plan, cell: int, people: People, orders: Orders) -> Said:
    """What the people of a cell say of their orders."""
    dice = plan.dice(cell, Stream.SAID)
    tickets = _tickets(orders, dice)
    return Said(
        reviews=_reviews(people, orders, dice),
        answers=_answers(people, orders, tickets, dice),
        tickets=tickets,
        returns=_returns(orders, dice),
    )


def _whole(share: Floats, steps: int, dice: np.random.Generator) -> Ints:
    """Shares from 0 to 1 as whole numbers from 0 to `steps`, up or down by chance so that the mean is kept."""
    return np.minimum(np.floor(share * steps + dice.random(share.size)), steps).astype(np.int64)


def _reviews(people: People, orders: Orders, dice: np.random.Generator) -> Reviews:
    """Who is far from content, either way, or had trouble writes more."""
    had_trouble = orders.is_late | orders.is_poor | orders.is_small
    eager = 0.45 + 1.6 * np.abs(orders.felt - 0.6) + 0.7 * had_trouble
    rows = np.flatnonzero(dice.random(len(orders)) < people.reviews[orders.who] * eager)
    stars = 1 + _whole(orders.felt[rows], 4, dice)
    at = orders.delivered[rows] + dice.uniform(0.5, 9.0, rows.size) * DAY
    return Reviews(rows, at, stars, draw_causes(orders, rows, (stars - 1) / 4, dice))


def draw_causes(orders: Orders, rows: Ints, share: Floats, dice: np.random.Generator) -> Ints:
    """What a text is about. share: what was answered, from 0 (worst) to 1."""
    is_late, is_poor, is_small = orders.is_late[rows], orders.is_poor[rows], orders.is_small[rows]
    blame = np.select([is_poor, is_small, is_late], [POOR, SMALL, LATE], DULL)
    so_so = np.where((blame != DULL) & (dice.random(rows.size) < 0.6), blame, FINE)
    glad = np.where(is_late, FORGIVEN, GOOD)
    return np.select([share >= 0.7, share >= 0.45], [glad, so_so], blame).astype(np.int64)


def _answers(people: People, orders: Orders, tickets: Tickets, dice: np.random.Generator) -> Answers:
    parts = [
        _after_delivery(people, orders, dice),
        _would_recommend(people, orders, dice),
        _after_ticket(people, orders, tickets, dice),
    ]
    return Answers(*(np.concatenate(column) for column in zip(*parts, strict=True)))


Columns = tuple[Ints, Floats, Ints, Ints, Ints]


def _after_delivery(people: People, orders: Orders, dice: np.random.Generator) -> Columns:
    rows = _answering(people, orders.who, CSAT_ANSWERED, dice)
    value = _whole(orders.felt[rows], 4, dice)
    at = orders.delivered[rows] + dice.uniform(0.2, 2.0, rows.size) * DAY
    cause = _some(draw_causes(orders, rows, value / 4, dice), dice)
    return rows, at, np.full(rows.size, CSAT), 1 + value, cause


def _would_recommend(people: People, orders: Orders, dice: np.random.Generator) -> Columns:
    rows = _answering(people, orders.who, NPS_ANSWERED, dice)
    value = _whole(draw_felt(orders.afterwards[rows], dice), 10, dice)
    at = orders.delivered[rows] + dice.uniform(14.0, 28.0, rows.size) * DAY
    cause = _some(draw_causes(orders, rows, value / 10, dice), dice)
    return rows, at, np.full(rows.size, NPS), value, cause


def _after_ticket(people: People, orders: Orders, tickets: Tickets, dice: np.random.Generator) -> Columns:
    """1 is no effort, 7 a lot."""
    asked = _answering(people, orders.who[tickets.order], CES_ANSWERED, dice)
    hours = tickets.hours[asked]
    effort = np.clip(causes.EFFORT + causes.EFFORT_A_DAY * hours / 24, 0.03, 0.97)
    value = _whole(draw_felt(effort, dice), 6, dice)
    at = tickets.solved[asked] + dice.uniform(1.0, 24.0, asked.size) * HOUR
    cause = _some(np.where(hours > SLOW_HOURS, WAITED, HELPED), dice)
    return tickets.order[asked], at, np.full(asked.size, CES), 1 + value, cause


def _answering(people: People, who: Ints, share: float, dice: np.random.Generator) -> Ints:
    return np.flatnonzero(dice.random(who.size) < share * people.answers[who])


def _some(cause: Ints, dice: np.random.Generator) -> Ints:
    return np.where(dice.random(cause.size) < SOME_COMMENT, cause, SILENT).astype(np.int64)


def _tickets(orders: Orders, dice: np.random.Generator) -> Tickets:
    """Who misses a parcel writes the day after it was promised; the others when they have it."""
    rows = np.flatnonzero(orders.has_ticket)
    is_late, is_poor, is_small = orders.is_late[rows], orders.is_poor[rows], orders.is_small[rows]
    subject = np.select([is_late, is_poor, is_small], range(3), SUBJECTS.index("plain")).astype(np.int64)
    missed = orders.promised[rows] + dice.uniform(14.0, 26.0, rows.size) * HOUR
    had = orders.delivered[rows] + dice.uniform(0.1, 3.0, rows.size) * DAY
    at = np.where(is_late, missed, had)
    hours = orders.handling_hours[rows]
    return Tickets(
        order=rows,
        at=at,
        answered=at + hours * HOUR * dice.uniform(0.1, 0.7, rows.size),
        hours=hours,
        subject=subject,
        is_escalated=(hours > 48) & (dice.random(rows.size) < 0.4),
        channel=dice.integers(3, size=rows.size),
        agent=dice.integers(5, size=rows.size),
    )


def _returns(orders: Orders, dice: np.random.Generator) -> Returns:
    chance = np.select(
        [orders.is_small, orders.is_poor], [causes.RETURN_SMALL, causes.RETURN_POOR], causes.RETURN_PLAIN
    )
    rows = np.flatnonzero(dice.random(len(orders)) < chance)
    reason = np.select([orders.is_small[rows], orders.is_poor[rows]], [2, 1], 0).astype(np.int64)
    return Returns(rows, orders.delivered[rows] + dice.uniform(5.0, 13.0, rows.size) * DAY, reason)
