"""Figures of answers, reviews and health."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from regard.measure.domain.figures.deliveries import with_delivery_before
from regard.measure.domain.figures.question import (
    Figures,
    Measured,
    Question,
    mean_of,
    one_by_one,
    rows_behind,
    share_of,
)

PROMOTER, PASSIVE = 90, 70  # of 100: 9 and 7 of 10
PRODUCT_SPLITS = {"product": "title", "product_category": "category", "product_brand": "brand"}
SATISFIED, CONTENT, DELIGHTED = 75, 50, 100  # of 100: 4, 3 and 5 on 1 to 5


def _answers(question: Question, measure: str, topic: str = "") -> ir.Table:
    """With `score` from 0 to 100, high is good, and `day`."""
    answers = question.table("answers")
    known = answers.filter((answers.measure == measure) & answers.score.notnull())
    known = known.filter(known.topic == topic) if topic else known
    return with_delivery_before(with_product(known.mutate(day=known.answered_on), question), question)


def with_product(rows: ir.Table, question: Question) -> ir.Table:
    """What is known of the products that rows are about, where figures are told apart by that."""
    if question.split not in PRODUCT_SPLITS:
        return rows
    products = question.table("products")
    told = products.select("product_id", **{question.split: products[PRODUCT_SPLITS[question.split]]})
    return rows.left_join(told, "product_id").drop("product_id_right")


def net_promoters(question: Question) -> ir.Table:
    """A promoter counts 100, a detractor −100: their mean is the difference of the shares."""
    return _net(_answers(question, "nps"), question)


def net_promoters_of_last_answers(question: Question) -> ir.Table:
    answers = _answers(question, "nps")
    answers = answers.inner_join(question.calendar, answers.day == question.calendar.on).drop("on")
    of_whom = ibis.coalesce(answers.customer_id, -answers.id)  # each of nobody known stands for itself
    latest = ibis.window(
        group_by=[answers.period, of_whom], order_by=[ibis.desc(answers.answered_at), ibis.desc(answers.id)]
    )
    answers = answers.mutate(turn=ibis.row_number().over(latest))
    return _net(answers.filter(answers.turn == 0).drop("period", "turn"), question)


def _net(answers: ir.Table, question: Question) -> ir.Table:
    promoted = ibis.cases((answers.score >= PROMOTER, 100.0), (answers.score < PASSIVE, -100.0), else_=0.0)
    return mean_of(answers.mutate(value=promoted), question, median=False)


def ratings(topic: str = "") -> Figures:
    """Mean on 1 to 5."""

    def figures(question: Question) -> ir.Table:
        answers = _answers(question, "csat", topic)
        return mean_of(answers.mutate(value=1 + answers.score / 25.0), question)

    return figures


def satisfied(topic: str = "", least: int = SATISFIED) -> Figures:
    """Percent of the ratings that are so high, of 100."""

    def figures(question: Question) -> ir.Table:
        answers = _answers(question, "csat", topic)
        return share_of(answers.mutate(value=answers.score >= least), question)

    return figures


def _of_first_orders(question: Question) -> ir.Table:
    """Ratings that name the first order of their customer."""
    answers = _answers(question, "csat")
    bought = question.customers_purchases
    first = bought.group_by("customer_id").agg(order_id=bought.order_id.argmin(bought.at))
    return answers.filter(answers.order_id != "").semi_join(first, ["customer_id", "order_id"])


def ratings_of_first_orders(question: Question) -> ir.Table:
    answers = _of_first_orders(question)
    return mean_of(answers.mutate(value=1 + answers.score / 25.0), question)


def satisfied_by_first_orders(question: Question) -> ir.Table:
    answers = _of_first_orders(question)
    return share_of(answers.mutate(value=answers.score >= SATISFIED), question)


def effort(hardest: int) -> Figures:
    """Mean on 1 to `hardest`, where 1 is very easy."""

    def figures(question: Question) -> ir.Table:
        answers = _answers(question, "ces")
        value = hardest - answers.score * (hardest - 1) / 100.0
        return mean_of(answers.mutate(value=value), question)

    return figures


def ease_of_5(question: Question) -> ir.Table:
    answers = _answers(question, "ces")
    return mean_of(answers.mutate(value=1 + answers.score / 25.0), question)


def net_ease(question: Question) -> ir.Table:
    answers = _answers(question, "ces")
    ends = ibis.cases((answers.score >= 100, 100.0), (answers.score <= 0, -100.0), else_=0.0)
    return mean_of(answers.mutate(value=ends), question, median=False)


def ease(question: Question) -> ir.Table:
    answers = _answers(question, "ces")
    return mean_of(answers.mutate(value=answers.score), question)


def _reviews(question: Question) -> ir.Table:
    reviews = question.table("reviews")
    return with_delivery_before(with_product(reviews.mutate(day=reviews.reviewed_on), question), question)


def stars(question: Question) -> ir.Table:
    reviews = _reviews(question)
    return mean_of(reviews.mutate(value=reviews.rating.cast("float64")), question)


def five_stars(question: Question) -> ir.Table:
    reviews = _reviews(question)
    return share_of(reviews.mutate(value=reviews.rating == 5), question)


def score_at_the_end(name: str) -> Figures:
    """Of customers that there are today, as it stood at the end of each period: the last move until then."""
    return lambda question: _at_the_end(name, question)


def _at_the_end(name: str, question: Question) -> ir.Table:
    moves, people = question.table("score_changes"), question.table("identities")
    moves = moves.filter(moves.name == name)
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
        return _by_band(customers, question)

    def figures(number: int, rows: ir.Table) -> Measured:
        known = rows[f"known_{number}"]
        return Measured(known, known >= 0)

    return one_by_one(customers.mutate(split=ibis.literal("")), question, figures)


def gained(name: str) -> Figures:
    """Mean of what a score of customers gained or lost between the bounds of each period."""

    def figures(question: Question) -> ir.Table:
        moves, people = question.table("score_changes"), question.table("identities")
        moves = moves.filter(moves.name == name).semi_join(people, "customer_id")
        moves = moves.mutate(known=moves.value.fill_null(-1.0))
        bounds = [question.periods[0].first, *(period.after for period in question.periods)]
        stood = {
            f"at_{number}": moves.known.argmax(moves.id, where=moves.changed_on < ibis.literal(bound))
            for number, bound in enumerate(bounds)
        }
        customers = moves.group_by("customer_id").agg(**stood).mutate(split=ibis.literal(""))

        def of_period(number: int, rows: ir.Table) -> Measured:
            start, end = rows[f"at_{number}"], rows[f"at_{number + 1}"]
            return Measured(end - start, (start >= 0) & (end >= 0))

        return one_by_one(customers, question, of_period)

    return figures


def _by_band(customers: ir.Table, question: Question) -> ir.Table:
    def of_period(number: int) -> ir.Table:
        rows = customers.filter(customers[f"band_{number}"].notnull())
        known = rows[f"known_{number}"]
        rows = rows.mutate(split=rows[f"band_{number}"], value=known.nullif(-1.0))
        if question.tells_rows:
            return rows_behind(rows.mutate(period=ibis.literal(number, "int64")))
        figures = rows.group_by("split").agg(n=rows.count(), value=rows.value.mean())
        return figures.mutate(period=ibis.literal(number, "int64"))

    return ibis.union(*[of_period(number) for number in range(len(question.periods))])


FIGURES: dict[str, Figures] = {
    "nps": net_promoters,
    "nps:last_answers": net_promoters_of_last_answers,
    "csat_mean": ratings(),
    "csat_pct": satisfied(),
    "csat_pct:from_3": satisfied(least=CONTENT),
    "csat_pct:from_5": satisfied(least=DELIGHTED),
    "support_csat": ratings("support"),
    "support_csat:share": satisfied("support"),
    "product_csat": ratings("product"),
    "product_csat:share": satisfied("product"),
    "delivery_score": ratings("delivery"),
    "delivery_score:share": satisfied("delivery"),
    "purchase_score": ratings("purchase"),
    "purchase_score:share": satisfied("purchase"),
    "first_purchase_csat": ratings_of_first_orders,
    "first_purchase_csat:share": satisfied_by_first_orders,
    "ces": effort(7),
    "ces:effort_of_5": effort(5),
    "ces:ease_of_5": ease_of_5,
    "ces:net": net_ease,
    "ces_ease": ease,
    "csi": score_at_the_end("csi"),
    "sat_trend": gained("csi"),
    "health_avg": score_at_the_end("health"),
    "review_rating": stars,
    "review_rating:five_stars": five_stars,
}
