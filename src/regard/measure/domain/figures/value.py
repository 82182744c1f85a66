"""What customers are worth, told apart by what they said and went through."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from regard.measure.domain.figures.question import Figures, Question, beneath_each_other, mean_of, rows_behind
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


def _groups(question: Question) -> ir.Table:
    """A row a period and customer judged by its end: (period, group, purchases, spent), purchases from 1 to 4+."""
    judged = _judged(question)

    def of_period(number: int) -> ir.Table:
        score, orders = judged[f"score_{number}"], judged[f"orders_{number}"]
        group = ibis.cases((score >= PROMOTER, "promoter"), (score < PASSIVE, "detractor"), else_="passive")
        many = orders >= MOST_PURCHASES
        rows = judged.filter(score.notnull() & judged[f"spent_{number}"].notnull())
        return rows.select(
            "customer_id",
            group=group,
            purchases=many.ifelse(f"{MOST_PURCHASES}+", orders.cast("string")),
            spent=rows[f"spent_{number}"],
        )

    return beneath_each_other(question, of_period)


def _mean_spent(rows: ir.Table, split: ir.Value, question: Question) -> ir.Table:
    if question.tells_rows:
        return rows_behind(rows.mutate(split=split, value=rows.spent))
    return rows.group_by("period", split=split).agg(n=rows.count(), value=rows.spent.mean())


def worth_by_group(question: Question) -> ir.Table:
    rows = _groups(question)
    return _mean_spent(rows, rows.group, question)


def worth_by_group_and_purchases(question: Question) -> ir.Table:
    rows = _groups(question)
    return _mean_spent(rows, rows.group + " " + rows.purchases, question)


def premium_of_promoters(question: Question) -> ir.Table:
    rows = _groups(question)
    if question.tells_rows:
        return _mean_spent(rows.filter(rows.group != "passive"), rows.purchases, question)
    promoters, detractors = (rows.group == name for name in ("promoter", "detractor"))
    means = rows.group_by("period", split=rows.purchases).agg(
        n=(promoters | detractors).sum(),
        best=rows.spent.mean(where=promoters),
        worst=rows.spent.mean(where=detractors),
    )
    premium = (means.best - means.worst) * 100.0 / means.worst
    return means.select("period", "split", "n", value=(means.worst > 0).ifelse(premium, ibis.null("float64")))


def worth_by_exposure(table: str, day: str) -> Figures:
    """By whether a customer has a row in this table by the end of the period."""

    def figures(question: Question) -> ir.Table:
        rows = question.table(table)
        since = rows.group_by(exposed_id=rows.customer_id).agg(since=rows[day].min())
        customers = customers_within(question, lifetime)
        joined = customers.left_join(since, customers.customer_id == since.exposed_id)

        def of_period(number: int) -> ir.Table:
            spent, after = joined[f"spent_{number}"], ibis.literal(question.periods[number].after)
            exposed = joined.since.notnull() & (joined.since < after)
            return joined.filter(spent.notnull()).select("customer_id", exposed=exposed, spent=spent)

        customers = beneath_each_other(question, of_period)
        return _mean_spent(customers, customers.exposed.ifelse("exposed", "not exposed"), question)

    return figures


def expected_worth(question: Question) -> ir.Table:
    """What models expect, on the day on which it was computed."""
    values = question.table("lifetime_values")
    rows = values.mutate(
        day=values.computed_on,
        value=values.expected_minor.cast("float64"),
        cohort=values.first_on.strftime("%Y-%m"),
    )
    return mean_of(rows, question, median=False)


FIGURES: dict[str, Figures] = {
    "clv:predicted": expected_worth,
    "ltv_by_nps": worth_by_group,
    "ltv_nps_cohort": worth_by_group_and_purchases,
    "promoter_premium": premium_of_promoters,
    "exposure_ltv": worth_by_exposure("tickets", "opened_on"),
    "exposure_ltv:survey": worth_by_exposure("answers", "answered_on"),
}
