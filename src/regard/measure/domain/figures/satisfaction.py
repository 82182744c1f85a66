"""Figures of answers, reviews and health."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from regard.measure.domain.figures.question import (
    Figures,
    Question,
    mean_of,
    one_by_one,
    share_of,
)

PROMOTER, PASSIVE, SATISFIED = 90, 70, 75  # of 100: 9 and 7 of 10; 4 on 1 to 5


def _answers(question: Question, measure: str, topic: str = "") -> ir.Table:
    """With `score` from 0 to 100, high is good, and `day`."""
    answers = question.table("answers")
    known = answers.filter((answers.measure == measure) & answers.score.notnull())
    known = known.filter(known.topic == topic) if topic else known
    return known.mutate(day=known.answered_on)


def net_promoters(question: Question) -> ir.Table:
    """A promoter counts 100, a detractor −100: their mean is the difference of the shares."""
    answers = _answers(question, "nps")
    promoted = ibis.cases((answers.score >= PROMOTER, 100.0), (answers.score < PASSIVE, -100.0), else_=0.0)
    return mean_of(answers.mutate(value=promoted), question).drop("median")


def ratings(topic: str = "") -> Figures:
    """Mean on 1 to 5."""

    def figures(question: Question) -> ir.Table:
        answers = _answers(question, "csat", topic)
        return mean_of(answers.mutate(value=1 + answers.score / 25.0), question)

    return figures


def satisfied(question: Question) -> ir.Table:
    answers = _answers(question, "csat")
    return share_of(answers.mutate(value=answers.score >= SATISFIED), question)


def ratings_of_first_orders(question: Question) -> ir.Table:
    answers = _answers(question, "csat")
    bought = question.customers_purchases
    first = bought.group_by("customer_id").agg(order_id=bought.order_id.argmin(bought.at))
    answers = answers.filter(answers.order_id != "").semi_join(first, ["customer_id", "order_id"])
    return mean_of(answers.mutate(value=1 + answers.score / 25.0), question)


def effort(question: Question) -> ir.Table:
    """Mean on 1 to 7, where 1 is very easy."""
    answers = _answers(question, "ces")
    return mean_of(answers.mutate(value=7 - answers.score * 6 / 100.0), question)


def ease_of_5(question: Question) -> ir.Table:
    answers = _answers(question, "ces")
    return mean_of(answers.mutate(value=1 + answers.score / 25.0), question)


def net_ease(question: Question) -> ir.Table:
    answers = _answers(question, "ces")
    ends = ibis.cases((answers.score >= 100, 100.0), (answers.score <= 0, -100.0), else_=0.0)
    return mean_of(answers.mutate(value=ends), question).drop("median")


def ease(question: Question) -> ir.Table:
    answers = _answers(question, "ces")
    return mean_of(answers.mutate(value=answers.score), question)


def stars(question: Question) -> ir.Table:
    reviews = question.table("reviews")
    return mean_of(reviews.mutate(day=reviews.reviewed_on, value=reviews.rating.cast("float64")), question)


def five_stars(question: Question) -> ir.Table:
    reviews = question.table("reviews")
    return share_of(reviews.mutate(day=reviews.reviewed_on, value=reviews.rating == 5), question)


def health_at_the_end(question: Question) -> ir.Table:
    """Of customers that there are today, as it stood at the end of each period: the last move until then."""
    moves, people = question.table("health_changes"), question.table("identities")
    moves = moves.semi_join(people, "customer_id").mutate(known=moves.value.fill_null(-1.0))
    stood = {
        f"{column}_{number}": moves[column].argmax(
            moves.id, where=moves.changed_on < ibis.literal(period.after)
        )
        for number, period in enumerate(question.periods)
        for column in ("known", "band")
    }
    customers = moves.group_by("customer_id").agg(**stood)
    if question.split:
        return _health_by_band(customers, question)

    def figures(number: int, rows: ir.Table) -> dict[str, ir.Value]:
        known = rows[f"known_{number}"]
        return {"n": (known >= 0).sum(), "value": known.mean(where=known >= 0)}

    return one_by_one(customers.mutate(split=ibis.literal("")), question, figures)


def _health_by_band(customers: ir.Table, question: Question) -> ir.Table:
    def of_period(number: int) -> ir.Table:
        rows = customers.filter(customers[f"band_{number}"].notnull())
        known = rows[f"known_{number}"]
        figures = rows.group_by(split=rows[f"band_{number}"]).agg(
            n=rows.count(), value=known.mean(where=known >= 0)
        )
        return figures.mutate(period=ibis.literal(number, "int64"))

    return ibis.union(*[of_period(number) for number in range(len(question.periods))])


FIGURES: dict[str, Figures] = {
    "nps": net_promoters,
    "csat_mean": ratings(),
    "csat_pct": satisfied,
    "support_csat": ratings("support"),
    "product_csat": ratings("product"),
    "delivery_score": ratings("delivery"),
    "purchase_score": ratings("purchase"),
    "first_purchase_csat": ratings_of_first_orders,
    "ces": effort,
    "ces:ease_of_5": ease_of_5,
    "ces:net": net_ease,
    "ces_ease": ease,
    "health_avg": health_at_the_end,
    "review_rating": stars,
    "review_rating:five_stars": five_stars,
}
