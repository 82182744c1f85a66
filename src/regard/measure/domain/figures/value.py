"""What customers are worth, told apart by what they said and went through."""

from __future__ import annotations

from collections.abc import Callable

import ibis
import ibis.expr.types as ir

from regard.measure.domain.figures.question import Figures, Question
from regard.measure.domain.figures.retention import customers_within, lifetime
from regard.measure.domain.figures.satisfaction import PASSIVE, PROMOTER

MOST_PURCHASES = 4  # that many and more are one group


def _judged(question: Question) -> ir.Table:
    """Customers who answered the question of recommendation, with the score of their last answer by the end of
    each period."""
    answers = question.table("answers")
    told = answers.filter((answers.measure == "nps") & answers.score.notnull())
    scores = {
        f"score_{number}": told.score.argmax(
            told.answered_at, where=told.answered_on < ibis.literal(period.after)
        )
        for number, period in enumerate(question.periods)
    }
    last = told.filter(told.customer_id.notnull()).group_by("customer_id").agg(**scores)
    return customers_within(question, lifetime).inner_join(last, "customer_id")


def _grouped(customers: ir.Table, number: int) -> ir.Table:
    """Of those judged by the end of the period: (group, purchases, spent), purchases as "1" to "4+"."""
    score, orders = customers[f"score_{number}"], customers[f"orders_{number}"]
    group = ibis.cases((score >= PROMOTER, "promoter"), (score < PASSIVE, "detractor"), else_="passive")
    purchases = (orders >= MOST_PURCHASES).ifelse(f"{MOST_PURCHASES}+", orders.cast("string"))
    return customers.filter(score.notnull() & customers[f"spent_{number}"].notnull()).select(
        group=group, purchases=purchases, spent=customers[f"spent_{number}"]
    )


def _each(question: Question, figures: Callable[[int], ir.Table]) -> ir.Table:
    """The figures of each period beneath each other."""
    numbers = range(len(question.periods))
    return ibis.union(*[figures(number).mutate(period=ibis.literal(number, "int64")) for number in numbers])


def _mean_spent(customers: ir.Table, split: ir.Value) -> ir.Table:
    return customers.group_by(split=split).agg(n=customers.count(), value=customers.spent.mean())


def worth_by_group(question: Question) -> ir.Table:
    judged = _judged(question)

    def of_period(number: int) -> ir.Table:
        customers = _grouped(judged, number)
        return _mean_spent(customers, customers.group)

    return _each(question, of_period)


def worth_by_group_and_purchases(question: Question) -> ir.Table:
    judged = _judged(question)

    def of_period(number: int) -> ir.Table:
        customers = _grouped(judged, number)
        return _mean_spent(customers, customers.group + " " + customers.purchases)

    return _each(question, of_period)


def premium_of_promoters(question: Question) -> ir.Table:
    judged = _judged(question)

    def of_period(number: int) -> ir.Table:
        customers = _grouped(judged, number)
        promoters, detractors = (customers.group == name for name in ("promoter", "detractor"))
        groups = customers.group_by(split=customers.purchases).agg(
            n=(promoters | detractors).sum(),
            better=customers.spent.mean(where=promoters),
            worse=customers.spent.mean(where=detractors),
        )
        premium = (groups.better - groups.worse) * 100.0 / groups.worse
        return groups.select("split", "n", value=(groups.worse > 0).ifelse(premium, ibis.null("float64")))

    return _each(question, of_period)


def worth_by_exposure(table: str, day: str) -> Figures:
    """By whether a customer has a row in this table by the end of the period."""

    def figures(question: Question) -> ir.Table:
        rows = question.table(table)
        since = rows.group_by(exposed_id=rows.customer_id).agg(since=rows[day].min())
        customers = customers_within(question, lifetime)
        joined = customers.left_join(since, customers.customer_id == since.exposed_id)

        def of_period(number: int) -> ir.Table:
            exposed = joined.since.notnull() & (joined.since < ibis.literal(question.periods[number].after))
            known = joined.select(
                spent=joined[f"spent_{number}"], split=exposed.ifelse("exposed", "not exposed")
            )
            known = known.filter(known.spent.notnull())
            return _mean_spent(known, known.split)

        return _each(question, of_period)

    return figures


FIGURES: dict[str, Figures] = {
    "ltv_by_nps": worth_by_group,
    "ltv_nps_cohort": worth_by_group_and_purchases,
    "promoter_premium": premium_of_promoters,
    "exposure_ltv": worth_by_exposure("tickets", "opened_on"),
    "exposure_ltv:survey": worth_by_exposure("answers", "answered_on"),
}
