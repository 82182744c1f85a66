"""What the log is told of an answer the moment it is given; all else follows from that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from regard.capture.domain.record import record
from regard.listen.facts import AnswerGiven, AnswerWithdrawn
from regard.listen.models import Measure, Topic
from regard.profile.models import IdentityKind
from regard.survey.domain.answers import figure_of
from regard.survey.domain.definition.parts import Definition, Question, bounds_of, is_low_good, measure_of
from regard.survey.facts import PreferenceAnswered
from regard.survey.models import GivenAnswer, Submission

# What an answer is about where the question does not say; by touchpoint of the survey.
TOPICS = {
    "visit": Topic.PURCHASE, "purchase": Topic.PURCHASE, "delivery": Topic.DELIVERY, "product": Topic.PRODUCT,
    "feature": Topic.PRODUCT, "support": Topic.SUPPORT, "return": Topic.SUPPORT,
}  # fmt: skip
NAMED_BY = {
    IdentityKind.USER_ID: "customer_id", IdentityKind.EMAIL: "email", IdentityKind.PHONE: "phone",
}  # fmt: skip


def tell_answer(
    submission: Submission,
    definition: Definition,
    question: Question,
    given: GivenAnswer,
    at: datetime,
    *,
    before: GivenAnswer | None,
) -> None:
    """before: the answer as it was until now. In the caller's transaction. What a machine seems to have sent is
    not told, nor that nothing was said."""
    if submission.is_suspect:
        return
    if before is not None and before.does_count and _takes_back(definition, question, before, given):
        _tell_withdrawn(submission, definition, given, at)
    if given.value is None:
        return
    _tell_given(submission, definition, question, given, at)
    _tell_attribute(submission, definition, question, given.value)


def tell_counting(
    submission: Submission, definition: Definition, changed: Sequence[GivenAnswer], at: datetime
) -> None:
    """That the way comes by these answers again, or by them no more. In the caller's transaction.

    What they became of the customer stays: nobody takes back a preference by answering something else.
    """
    if submission.is_suspect:
        return
    questions = {question.id: question for question in definition.questions}
    for given in changed:
        if given.value is None:
            continue
        if given.does_count:
            _tell_given(submission, definition, questions[given.question_id], given, at)
        else:
            _tell_withdrawn(submission, definition, given, at)


def _takes_back(definition: Definition, question: Question, before: GivenAnswer, given: GivenAnswer) -> bool:
    """Whether nothing takes the place of what was told: it is passed over now, or a choice without a figure."""
    if before.value is None or given.value is None:
        return before.value is not None
    return bool(_measured(definition, question, before)) and not _measured(definition, question, given)


def _tell_withdrawn(submission: Submission, definition: Definition, given: GivenAnswer, at: datetime) -> None:
    fact = AnswerWithdrawn(
        identity_id=submission.identity_id,
        response_id=given.response_external_id,
        survey=definition.name,
        survey_key=definition.key,
        question=given.question_id,
        version=submission.version.number,
        withdrawn_at=at,
    )
    record(fact, store_id=submission.store_id, occurred_at=at)


def _tell_given(
    submission: Submission, definition: Definition, question: Question, given: GivenAnswer, at: datetime
) -> None:
    fact = AnswerGiven(
        identity_id=submission.identity_id,
        response_id=given.response_external_id,
        survey=definition.name,
        survey_key=definition.key,
        question=question.id,
        version=submission.version.number,
        channel=submission.channel,
        answered_at=at,
        invitation=str(submission.invitation_id or ""),
        choices=_choices(question, given.value),
        text=given.text,
        order_id="" if definition.is_anonymous else submission.order_external_id,
        product_id=submission.product_external_id,
        **_measured(definition, question, given),
    )
    record(fact, store_id=submission.store_id, occurred_at=at)


def response_id(submission: Submission, question: Question) -> str:
    """The same whenever the answer is changed, so that the last one counts."""
    return f"{submission.public_id}:{question.id}"


def text_of(question: Question, value: Any) -> str:
    """The words in an answer."""
    return value if question.kind == "text" and isinstance(value, str) else ""


def _measured(definition: Definition, question: Question, given: GivenAnswer) -> dict[str, Any]:
    measure = measure_of(question)
    figure = figure_of(question, given.value)
    if measure == Measure.TEXT:
        return {"measure": measure, "topic": _topic(definition, question)} if given.text else {}
    lowest, highest = bounds_of(question)
    if not measure or figure is None or lowest is None or highest is None or lowest >= highest:
        return {}
    return {
        "measure": measure,
        "topic": _topic(definition, question),
        "value": figure,
        "lowest": float(lowest),
        "highest": float(highest),
        "low_is_good": is_low_good(question),
    }


def _topic(definition: Definition, question: Question) -> str:
    if question.topic:
        return question.topic
    if measure_of(question) == Measure.NPS:
        return Topic.RELATIONSHIP.value
    return TOPICS.get(definition.touchpoint, Topic.RELATIONSHIP).value


def _choices(question: Question, value: Any) -> list[str]:
    match value:
        case str() if question.kind == "single":
            return [value]
        case list():
            return [str(each) for each in value]
        case {"name": _, "size": _}:
            return []
        case dict():
            return [f"{row}: {each}" for row, each in value.items()]
        case bool():
            return ["yes" if value else "no"]
        case _:
            return []


def _tell_attribute(submission: Submission, definition: Definition, question: Question, value: Any) -> None:
    """What a customer is not to be asked again becomes an attribute of theirs."""
    identity = submission.identity
    if not question.keep_as or identity is None or definition.is_anonymous:
        return
    name = NAMED_BY.get(IdentityKind(identity.kind))
    if name is not None:
        traits = {question.keep_as: value}
        fact = PreferenceAnswered(survey=definition.name, traits=traits, **{name: identity.value})
        record(fact, store_id=submission.store_id, user_id=identity.value if name == "customer_id" else None)
