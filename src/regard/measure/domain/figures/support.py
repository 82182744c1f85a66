"""Figures of tickets."""

from __future__ import annotations

from dataclasses import replace

import ibis
import ibis.expr.types as ir

from regard.measure.domain.figures.question import (
    Figures,
    Measured,
    Question,
    between,
    count_of,
    in_periods,
    mean_of,
    one_by_one,
    rows_behind,
    share_of,
    share_within,
    sum_of,
    with_country,
)
from regard.measure.domain.figures.retention import (
    YEAR,
    Window,
    customers_within,
    lifetime,
    trailing,
)

CREDITED_DAYS = 5  # specification: a purchase that long after help counts as following it


def _opened(question: Question) -> ir.Table:
    tickets = question.table("tickets")
    return tickets.mutate(day=tickets.opened_on)


def _solved(question: Question) -> ir.Table:
    tickets = question.table("tickets")
    solved = tickets.filter(tickets.solved_at.notnull() & (tickets.solved_at >= tickets.opened_at))
    return solved.mutate(day=solved.solved_on, value=_hours(solved.opened_at, solved.solved_at))


def _hours(start: ir.Value, end: ir.Value) -> ir.FloatingValue:
    return (end.epoch_seconds() - start.epoch_seconds()) / 3600.0


def opened(question: Question) -> ir.Table:
    return count_of(_opened(question), question)


def solved(question: Question) -> ir.Table:
    return count_of(_solved(question), question)


def tickets_to_orders(question: Question) -> ir.Table:
    """Splits tell the tickets apart; the purchases are all."""
    whole = replace(question, split="")
    if question.tells_rows:
        return opened(question)  # what it is told apart by, and what can be acted on
    base = count_of(whole.purchases, whole).select("period", orders="n")
    tickets = opened(question).select("period", "split", tickets="n")
    if question.split:
        joined = tickets.inner_join(base, "period")
    else:
        joined = base.left_join(tickets, "period").drop("period_right")
    return joined.select(
        "period", split=joined.split.fill_null(""), n=joined.orders,
        value=joined.tickets.fill_null(0) * 100.0 / joined.orders,
    )  # fmt: skip


def contacting_customers(window: Window) -> Figures:
    """Percent of those who bought within the window."""

    def figures(question: Question) -> ir.Table:
        tickets = _opened(question)
        asked = tickets.group_by(asked_id=tickets.customer_id).agg(
            **{
                f"asked_{number}": between(tickets.day, period.first, period.after).any()
                for number, period in enumerate(question.periods)
            }
        )
        customers = customers_within(question, window)
        customers = customers.left_join(asked, customers.customer_id == asked.asked_id)

        def of_period(number: int, rows: ir.Table) -> Measured:
            bought = rows[f"orders_{number}"] >= 1
            return share_within(rows[f"asked_{number}"].fill_null(False) & bought, bought)

        return one_by_one(customers, question, of_period)

    return figures


def contacts_per_customer(question: Question) -> ir.Table:
    tickets = _opened(question)
    rows = in_periods(tickets.filter(tickets.customer_id.notnull()), question)
    if question.tells_rows:
        each = rows.group_by("period", "split", "customer_id").agg(value=rows.count())
        return rows_behind(each)
    customers = rows.customer_id.nunique()
    return rows.group_by("period", "split").agg(n=customers, value=rows.count() * 1.0 / customers)


def reasons(question: Question) -> ir.Table:
    """Each category's percent of the tickets."""
    if question.tells_rows:
        return opened(question)
    counts = opened(question)
    whole = counts.group_by("period").agg(all=counts.n.sum())
    joined = counts.inner_join(whole, "period")
    return joined.select("period", "split", n=joined["all"], value=joined.n * 100.0 / joined["all"])


def first_answers(question: Question) -> ir.Table:
    tickets = question.table("tickets")
    answered = tickets.filter(tickets.first_answered_at >= tickets.opened_at)
    waited = _hours(answered.opened_at, answered.first_answered_at)
    return mean_of(answered.mutate(day=answered.first_answered_on, value=waited), question)


def first_answers_of_solved(question: Question) -> ir.Table:
    tickets = _solved(question)
    answered = tickets.filter(tickets.first_answered_at >= tickets.opened_at)
    return mean_of(answered.mutate(value=_hours(answered.opened_at, answered.first_answered_at)), question)


def solutions(question: Question) -> ir.Table:
    return mean_of(_solved(question), question)


def hours_in_all(question: Question) -> ir.Table:
    return sum_of(_solved(question), question)


def open_at_the_end(question: Question) -> ir.Table:
    tickets = with_country(question.table("tickets"), question)
    split = tickets[question.split].fill_null("") if question.split else ibis.literal("")

    def figures(number: int, rows: ir.Table) -> Measured:
        end = ibis.literal(question.periods[number].after)
        still = (rows.opened_on < end) & (rows.solved_on.isnull() | (rows.solved_on >= end))
        return Measured(ibis.literal(1.0), still, still.sum().cast("float64"))

    return one_by_one(tickets.mutate(split=split), question, figures)


def escalated(question: Question) -> ir.Table:
    tickets = _opened(question)
    return share_of(tickets.mutate(value=tickets.escalated_at.notnull()), question)


def tickets_per_agent_and_day(question: Question) -> ir.Table:
    tickets = _opened(question)
    tickets = tickets.filter(tickets.agent != "")
    if question.tells_rows:
        return count_of(tickets, question)
    rows = in_periods(tickets, question)
    counts = rows.group_by("period", "split").agg(n=rows.count(), agents=rows.agent.nunique())
    calendar = question.calendar
    calendar = calendar.filter(calendar["on"] <= ibis.literal(question.known_until))
    days = calendar.group_by("period").agg(days=calendar.count())
    joined = counts.inner_join(days, "period")
    return joined.select("period", "split", "n", value=joined.n * 1.0 / (joined.agents * joined.days))


def purchases_after_help(question: Question) -> ir.Table:
    tickets = _opened(question)
    tickets = tickets.filter(tickets.customer_id.notnull())
    bought = question.customers_purchases
    bought = bought.select(buyer="customer_id", bought_at="at")
    followed = tickets.inner_join(
        bought,
        [
            tickets.customer_id == bought.buyer,
            bought.bought_at > tickets.opened_at,
            bought.bought_at <= tickets.opened_at + ibis.interval(days=CREDITED_DAYS),
        ],
    )
    followed = followed.select(followed_id="id").distinct()
    joined = tickets.left_join(followed, tickets.id == followed.followed_id)
    return share_of(joined.mutate(value=joined.followed_id.notnull()), question)


FIGURES: dict[str, Figures] = {
    "ticket_volume": opened,
    "ticket_volume:solved": solved,
    "ticket_to_order": tickets_to_orders,
    "contact_rate": contacting_customers(trailing(YEAR)),
    "contact_rate:lifetime": contacting_customers(lifetime),
    "contacts_per_customer": contacts_per_customer,
    "contact_reason_share": reasons,
    "frt": first_answers,
    "frt:resolved": first_answers_of_solved,
    "ttr": solutions,
    "total_resolution_time": hours_in_all,
    "ticket_backlog": open_at_the_end,
    "escalation_rate": escalated,
    "agent_volume": tickets_per_agent_and_day,
    "post_support_cvr": purchases_after_help,
}
