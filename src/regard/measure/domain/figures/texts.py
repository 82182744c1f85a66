"""Figures of what was understood of customers' texts."""

from __future__ import annotations

import ibis.expr.types as ir

from regard.measure.domain.figures.question import Figures, Question, share_of

WHERE_IS_MY_ORDER = "order_status"


def feeling_share(feeling: str) -> Figures:
    """Percent of the texts whose writer feels so, of those in a language that is understood."""

    def figures(question: Question) -> ir.Table:
        texts = question.table("texts")
        known = texts.filter(texts.feeling.isin(["negative", "neutral", "positive"]))
        return share_of(known.mutate(day=known.said_on, value=known.feeling == feeling), question)

    return figures


def asked_where_an_order_is(question: Question) -> ir.Table:
    tickets, texts = question.table("tickets"), question.table("texts")
    texts = texts.filter((texts.source == "tickets") & (texts.feeling != "unknown"))
    understood = tickets.inner_join(texts.select("source_id", "intent"), tickets.id == texts.source_id)
    return share_of(
        understood.mutate(day=understood.opened_on, value=understood.intent == WHERE_IS_MY_ORDER), question
    )


FIGURES: dict[str, Figures] = {
    "sentiment_share": feeling_share("positive"),
    "sentiment_share:negative": feeling_share("negative"),
    "sentiment_share:neutral": feeling_share("neutral"),
    "wismo_share": asked_where_an_order_is,
}
