"""Themes that every shop hears of, found by what is said together in one clause, in all languages understood."""

from __future__ import annotations

import re
from typing import NamedTuple

from regard.text.features import said_in, tokens_of
from regard.text.language import UNDERSTOOD
from regard.text.lexicon import FALLBACK, concepts_of

CLAUSE_END = re.compile(r"[.!?;,\n]+\s*")
MOST_CLAUSES = 40


class Topic(NamedTuple):
    """A name, and concepts of `lexicon` of which each of the sets must be met in a clause by at least one."""

    name: str
    needs: tuple[frozenset[str], ...]


def _topic(name: str, *needs: str) -> Topic:
    return Topic(name, tuple(frozenset(each.split("|")) for each in needs))


TOPICS = (
    _topic("runs small", "size", "small"),
    _topic("runs large", "size", "big"),
    _topic("poor quality", "quality|material|product", "bad|cheap|not good"),
    _topic("good quality", "quality|material", "good|not bad"),
    _topic("damaged or defective", "broken|not work"),
    _topic("late delivery", "deliver|ship|package|courier", "late"),
    _topic("not received", "not deliver|not ship"),
    _topic("lost parcel", "package|courier|deliver", "lost"),
    _topic("fast delivery", "deliver|ship|package", "fast"),
    _topic("wrong item", "deliver|order|product|ship|size", "wrong"),
    _topic("missing items", "deliver|order|product|package|ship", "missing"),
    _topic("too expensive", "expensive|not cheap"),
    _topic("not worth the money", "waste"),
    _topic("good value", "cost|quality", "cheap"),
    _topic("comfortable", "comfort|not discomfort"),
    _topic("uncomfortable", "discomfort|not comfort"),
    _topic("good support", "service", "good|love|thank|fast"),
    _topic("poor support", "service|answer|phone", "bad|rude|nobody|not answer|angry|not good|sad"),
    _topic("refunds", "refund"),
    _topic("returns", "return"),
    _topic("exchanges", "exchange"),
    _topic("discounts", "discount"),
    _topic("trust", "scam|lawyer"),
    _topic("safety", "safety"),
)


def topics_of(text: str, language: str) -> tuple[str, ...]:
    """The names of the topics of a text, in the order of `TOPICS`; none in a language that is not understood."""
    if language not in UNDERSTOOD and language != "unknown":
        return ()
    known = language if language in UNDERSTOOD else FALLBACK
    clauses = [
        {said.removeprefix("but ") for said in said_in(concepts_of(tokens_of(clause), known))}
        for clause in CLAUSE_END.split(text)[:MOST_CLAUSES]
        if clause
    ]
    return tuple(
        topic.name for topic in TOPICS if any(all(need & said for need in topic.needs) for said in clauses)
    )
