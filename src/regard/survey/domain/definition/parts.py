"""What a survey is made of, as values: its questions in their order, and where an answer leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, TypeAlias, get_args

from django.utils.translation import gettext_noop

# By language. The survey's first language is what is read where another lacks it.
Texts: TypeAlias = Mapping[str, str]

Kind = Literal[
    "nps", "csat", "ces", "stars", "single", "multiple", "text", "matrix", "number", "date", "file", "consent"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
Accept = Literal["image", "any"]
END = "end"

SCALES: Mapping[str, tuple[int, int]] = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7), "stars": (1, 5)}
WITH_OPTIONS = frozenset({"single", "multiple", "matrix"})

# What a kind measures unless the question says otherwise; see listen's Measure.
MEASURES: Mapping[str, str] = {"nps": "nps", "csat": "csat", "stars": "csat", "ces": "ces"}

# What lifts the share of those who answer; the last two are so in every survey of Regard.
LEVERS: Mapping[str, str] = {
    "personal": gettext_noop("Personal invitation"),
    "incentive": gettext_noop("Small incentive"),
    "timing": gettext_noop("At the customer's own hour"),
    "branded": gettext_noop("The store's look"),
    "mobile": gettext_noop("Made for thumbs"),
    "one_at_a_time": gettext_noop("One question at a time"),
}
ALWAYS_ON = frozenset({"mobile", "one_at_a_time"})

# What a survey is about: when it is asked.
TOUCHPOINTS: Mapping[str, str] = {
    "visit": gettext_noop("Visit to the shop"),
    "purchase": gettext_noop("Purchase"),
    "delivery": gettext_noop("Delivery"),
    "product": gettext_noop("Product in use"),
    "support": gettext_noop("Support"),
    "return": gettext_noop("Return or exchange"),
    "milestone": gettext_noop("Loyalty milestone"),
    "relationship": gettext_noop("Relationship"),
    "feature": gettext_noop("What to make better"),
    "other": gettext_noop("Something else"),
}


@dataclass(frozen=True)
class Option:
    """One of several answers. score: what it counts, where the question measures something by its choices."""

    value: str
    text: Texts
    score: float | None = None


@dataclass(frozen=True)
class Route:
    """Where to go on when a condition holds: to a later question, or to the end."""

    when: str
    to: str


@dataclass(frozen=True)
class Question:
    """options: of single, multiple and matrix choices; rows: of a matrix. lowest, highest: of a scale or number,
    None for what is usual. ends: words at its two ends. show_if: a condition on earlier answers and on the
    customer, in the language of segments. keep_as: the custom attribute that the answer becomes; who has it is not
    asked again. low_is_good: see `is_low_good`. most: choices of a multiple one, or characters of a text; 0 for
    what is usual.
    """

    id: str
    kind: Kind
    text: Texts
    help: Texts = field(default_factory=dict)
    required: bool = False
    options: tuple[Option, ...] = ()
    rows: tuple[Option, ...] = ()
    lowest: float | None = None
    highest: float | None = None
    ends: tuple[Texts, Texts] | None = None
    measure: str = ""
    topic: str = ""
    low_is_good: bool | None = None
    show_if: str = ""
    keep_as: str = ""
    accept: Accept = "image"
    most: int = 0
    goto: tuple[Route, ...] = ()


@dataclass(frozen=True)
class Thanks:
    """What stands at the end, for whom the condition holds: the first that does; "" holds for all."""

    text: Texts
    when: str = ""
    link: str = ""
    link_label: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Definition:
    """A survey as it is written down.

    languages: at least one, the first is what is read where another lacks a text. is_anonymous: nobody can tell
    afterwards whose answers they are. is_exempt: it neither counts towards how often a customer is asked nor is
    kept back by it. rank: of two that fall together, the lower is asked. expires, reminders: after the
    invitation. quota: of complete answers, None for as many as come. incentive: a pool of offers, "" for none.
    levers: names of LEVERS that are on; tested: the one that only half of the invitations have.
    """

    key: str
    name: str
    languages: tuple[str, ...]
    title: Texts
    questions: tuple[Question, ...]
    intro: Texts = field(default_factory=dict)
    thanks: tuple[Thanks, ...] = ()
    touchpoint: str = "other"
    is_anonymous: bool = False
    is_exempt: bool = False
    rank: int = 50
    expires: timedelta = timedelta(days=30)
    reminders: tuple[timedelta, ...] = ()
    quota: int | None = None
    incentive: str = ""
    levers: tuple[str, ...] = ("personal", "branded")
    tested: str = ""


def text_in(texts: Texts, language: str, languages: tuple[str, ...]) -> str:
    """The text in a language, else in its base ("de" for "de-AT"), else in the first that has one."""
    for each in (language, language.partition("-")[0], *languages):
        if texts.get(each):
            return texts[each]
    return next((text for text in texts.values() if text), "")


def bounds_of(question: Question) -> tuple[float | None, float | None]:
    """The least and the most that it takes; of scales both are known, of choices those of their scores."""
    if question.kind in SCALES:
        least, most = SCALES[question.kind]
        if question.kind == "nps":  # its scale is what makes the figure
            return least, most
        return (
            question.lowest if question.lowest is not None else least,
            question.highest if question.highest is not None else most,
        )
    scores = [option.score for option in question.options if option.score is not None]
    if question.kind == "single" and scores:
        return min(scores), max(scores)
    return question.lowest, question.highest


def measure_of(question: Question) -> str:
    """What the answer is to be told as: a name of listen's Measure, "" for nothing that is measured or read."""
    if question.measure:
        return question.measure
    return "text" if question.kind == "text" else MEASURES.get(question.kind, "")


def is_low_good(question: Question) -> bool:
    """Whether a low answer is the good one: of efforts, unless the question says otherwise."""
    if question.low_is_good is None:
        return measure_of(question) == "ces"
    return question.low_is_good
