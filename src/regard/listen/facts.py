"""What this room records."""

from __future__ import annotations

from datetime import datetime

from regard.core.registry import Fact, fact
from regard.profile.facts import CustomerFact


@fact
class ReviewImported(CustomerFact, frozen=True, kw_only=True):
    """A file told of a review. Without a customer it is by whoever placed its order."""

    review_id: str
    rating: int
    reviewed_at: datetime
    order_id: str = ""
    product_id: str = ""
    title: str = ""
    body: str = ""


@fact
class AnswerImported(CustomerFact, frozen=True, kw_only=True):
    """A file told of an answer to a survey. Without a customer it is by whoever placed its order.

    measure and topic: of regard.listen.models. value is as answered, on the scale from `lowest` to `highest`;
    all three are None for an answer of words only.
    """

    response_id: str
    measure: str
    topic: str
    answered_at: datetime
    value: float | None = None
    lowest: float | None = None
    highest: float | None = None
    low_is_good: bool = False
    survey: str = ""
    text: str = ""
    order_id: str = ""
    product_id: str = ""


@fact
class AnswerGiven(Fact, frozen=True, kw_only=True):
    """Somebody answered a question of one of the store's own surveys, just now; told again when they change it.

    identity_id: None where nobody knows, or may know, whose it is. survey: its name then; survey_key and question:
    what they are called in its definition; version: of that. channel: by which it was asked; invitation: of
    which it came, "" for none. measure: "" for what no figure is made of, of which only `choices` or `text` tell;
    else all is as in AnswerImported.
    """

    identity_id: int | None = None
    response_id: str
    survey: str
    survey_key: str
    question: str
    version: int
    channel: str
    answered_at: datetime
    invitation: str = ""
    measure: str = ""
    topic: str = ""
    value: float | None = None
    lowest: float | None = None
    highest: float | None = None
    low_is_good: bool = False
    choices: list[str] = []
    text: str = ""
    order_id: str = ""
    product_id: str = ""


@fact
class AnswerWithdrawn(Fact, frozen=True, kw_only=True):
    """What was told of an answer as AnswerGiven counts no more: whoever gave it took it back, or answered
    something before it otherwise. It counts again when it is told again, later than this. All is as in
    AnswerGiven."""

    identity_id: int | None = None
    response_id: str
    survey: str
    survey_key: str
    question: str
    version: int
    withdrawn_at: datetime


@fact
class ThemeRising(Fact, frozen=True, kw_only=True):
    """Customers complain of a theme more than before. complaints: of 7 days; before: of those before."""

    theme_id: int
    theme: str
    complaints: int
    before: int
