"""What is wrong with a survey that can be read, in plain words: what keeps it from being published, and what is
worth a second look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from regard.core.domain.written.reading import Problem
from regard.core.models import Store
from regard.message.domain.liquid import TemplateBroken, compiled_text
from regard.offer.domain.queries import pools_for_viewer
from regard.profile.domain.segments.ast import Comparison, Condition, OneOf, conditions_of
from regard.profile.domain.segments.fields import OF_ANSWERS, field_named
from regard.profile.domain.segments.parse import SegmentInvalid, parse_answers_condition
from regard.survey.domain.definition.parts import (
    END,
    SCALES,
    WITH_OPTIONS,
    Definition,
    Question,
    Texts,
    bounds_of,
    measure_of,
)
from regard.survey.domain.published import definition_of
from regard.survey.models import Survey

RESERVED = frozenset({"l", "at", "c", "s"})  # what the address of the page means otherwise
MOST_STEPS = 11  # of a scale, so that each has its button on a phone
LONGEST_EXPIRY = timedelta(days=366)


def check_definition(store: Store, definition: Definition) -> list[Problem]:
    """Everything that keeps the survey from being published, with its place; [] for nothing."""
    problems = [*_whole(store, definition), *_privacy(definition), *_promised(store, definition)]
    places = {question.id: place for place, question in enumerate(definition.questions)}
    for place, question in enumerate(definition.questions):
        where = f"questions.{place + 1}"
        problems += _question(definition, question, where)
        problems += _conditions(definition, question, where, places, place)
    for number, thanks in enumerate(definition.thanks, 1):
        where = f"thanks.{number}"
        problems += _said(definition, thanks.text, f"{where}.text", required=True)
        problems += _said(definition, thanks.link_label, f"{where}.link_label", required=bool(thanks.link))
        problems += _asks(definition, thanks.when, f"{where}.when", set(places))
        if thanks.link and not _is_address(thanks.link):
            problems.append(Problem(f"{where}.link", _("Use an address that begins with https://.")))
    return problems


def look_twice(definition: Definition) -> list[Problem]:
    """What may be meant so, and often is not: texts that a language lacks, scales whose ends have no words."""
    first, *others = definition.languages
    found = []
    for where, texts in _all_texts(definition):
        lacking = [language for language in others if texts.get(first) and not texts.get(language)]
        if lacking:
            told = {"languages": ", ".join(lacking), "first": first}
            found.append(Problem(where, _("It lacks %(languages)s, and is read in %(first)s there.") % told))
    for number, question in enumerate(definition.questions, 1):
        if question.kind in {"csat", "nps"} and question.ends is None:
            said = _("Words at the two ends keep a scale from being read the wrong way round.")
            found.append(Problem(f"questions.{number}.ends", said))
    return found


def _whole(store: Store, definition: Definition) -> Iterator[Problem]:
    if not definition.questions:
        yield Problem("questions", _("There is no question yet: add one."))
    yield from _said(definition, definition.title, "title", required=True)
    yield from _said(definition, definition.intro, "intro")
    if not timedelta(hours=1) <= definition.expires <= LONGEST_EXPIRY:
        yield Problem("expires", _("Let it be open for an hour at least and a year at the most."))
    if len(definition.reminders) > 2:
        yield Problem("reminders", _("Remind people twice at the most."))
    for number, each in enumerate(definition.reminders, 1):
        if not timedelta(hours=1) <= each < definition.expires:
            yield Problem(
                f"reminders.{number}", _("Remind people before it expires, an hour after at the earliest.")
            )
    if definition.tested and definition.tested not in definition.levers:
        yield Problem("tested", _("Only what is switched on can be tested; switch it on first."))
    if "incentive" in definition.levers and not definition.incentive:
        yield Problem("incentive", _("Say of which offer the incentive is, or switch it off."))
    if definition.incentive:
        known = [pool.key for pool in pools_for_viewer(store)]
        if definition.incentive not in known:
            said = _("There is no offer “%(key)s”; there are: %(known)s.")
            told = {"key": definition.incentive, "known": ", ".join(known) or "–"}
            yield Problem("incentive", said % told)


def _promised(store: Store, definition: Definition) -> Iterator[Problem]:
    """What people were told when they were asked holds for all who are asked later: their links are the same, and
    results do not tell the versions apart. One query."""
    asked = Survey.objects.filter(store=store, key=definition.key).select_related("current").first()
    if asked is None or asked.current is None:
        return
    was_anonymous = definition_of(asked.current).is_anonymous
    if was_anonymous and not definition.is_anonymous:
        said = _("Who was asked relies on it being anonymous; copy the survey and change the copy.")
        yield Problem("anonymous", said)
    elif definition.is_anonymous and not was_anonymous:
        said = _(
            "It was published as not anonymous, and keeps who answered; copy the survey and change the copy."
        )
        yield Problem("anonymous", said)


def _privacy(definition: Definition) -> Iterator[Problem]:
    """What would lead from an anonymous answer to a person."""
    if not definition.is_anonymous:
        return
    if definition.incentive or "incentive" in definition.levers:
        said = _("An anonymous survey gives no offer: it would tell who answered. Take it away.")
        yield Problem("incentive", said)
    for number, question in enumerate(definition.questions, 1):
        if question.keep_as:
            said = _("An anonymous survey keeps nothing with the customer; take this away.")
            yield Problem(f"questions.{number}.keep_as", said)
    said = _("An anonymous survey asks nothing of the customer: the answers would tell who it was.")
    for where, text in _condition_places(definition):
        try:
            asked = list(conditions_of(parse_answers_condition(text)))
        except SegmentInvalid:
            continue  # told where it stands
        if any(not each.field.startswith(OF_ANSWERS) for each in asked):
            yield Problem(where, said)


def _condition_places(definition: Definition) -> Iterator[tuple[str, str]]:
    for number, question in enumerate(definition.questions, 1):
        yield f"questions.{number}.show_if", question.show_if
        for at, route in enumerate(question.goto, 1):
            yield f"questions.{number}.goto.{at}.when", route.when
    for number, thanks in enumerate(definition.thanks, 1):
        yield f"thanks.{number}.when", thanks.when


def _question(definition: Definition, question: Question, where: str) -> Iterator[Problem]:
    yield from _said(definition, question.text, f"{where}.text", required=True)
    yield from _said(definition, question.help, f"{where}.help")
    if question.kind in WITH_OPTIONS:
        yield from _choices(definition, question, where)
    if question.kind in SCALES:
        yield from _scale(definition, question, where)
    lowest, highest = question.lowest, question.highest
    if question.kind == "number" and lowest is not None and highest is not None and lowest >= highest:
        yield Problem(f"{where}.highest", _("The highest is above the lowest."))
    if question.id in RESERVED:
        yield Problem(f"{where}.id", _("The address of the page uses this name: choose another."))
    yield from _measure(question, where)
    if question.keep_as and question.kind in {"matrix", "file"}:
        yield Problem(f"{where}.keep_as", _("Only a single value can become an attribute."))


def _choices(definition: Definition, question: Question, where: str) -> Iterator[Problem]:
    if len(question.options) < 2:
        yield Problem(f"{where}.options", _("Offer two choices at least."))
    if question.kind == "matrix" and not question.rows:
        yield Problem(f"{where}.rows", _("Add a row."))
    for name, options in (("options", question.options), ("rows", question.rows)):
        for number, option in enumerate(options, 1):
            yield from _said(definition, option.text, f"{where}.{name}.{number}.text", required=True)


def _scale(definition: Definition, question: Question, where: str) -> Iterator[Problem]:
    lowest, highest = bounds_of(question)
    assert lowest is not None and highest is not None  # noqa: S101, PT018 - every scale has both
    if lowest != int(lowest) or highest != int(highest) or not 1 <= highest - lowest < MOST_STEPS:
        said = _("A scale goes up in whole numbers, with %d steps at the most.") % MOST_STEPS
        yield Problem(f"{where}.highest", said)
    if question.kind == "ces" and question.ends is None:
        said = _("Say in words what the two ends of the scale mean: efforts are read both ways.")
        yield Problem(f"{where}.ends", said)
    for name, texts in zip(("lowest", "highest"), question.ends or (), strict=False):
        yield from _said(definition, texts, f"{where}.ends.{name}", required=True)


def _measure(question: Question, where: str) -> Iterator[Problem]:
    has_figure = question.kind in SCALES or question.kind in {"number", "single"}
    if question.measure == "nps" and question.kind != "nps":
        yield Problem(f"{where}.measure", _("Only a recommendation from 0 to 10 measures the NPS."))
    if question.low_is_good and measure_of(question) != "ces":
        yield Problem(f"{where}.low_is_good", _("Only of efforts may a low answer be the good one."))
    if question.measure in {"csat", "ces"}:
        lowest, highest = bounds_of(question)
        if not has_figure or lowest is None or highest is None or lowest >= highest:
            said = _("This measures nothing without a lowest and a highest value, or scores of its choices.")
            yield Problem(f"{where}.measure", said)
    if question.measure == "text" and question.kind != "text":
        yield Problem(f"{where}.measure", _("Only words are measured as words."))


def _conditions(
    definition: Definition, question: Question, where: str, places: dict[str, int], place: int
) -> Iterator[Problem]:
    earlier = {name for name, at in places.items() if at < place}
    yield from _asks(definition, question.show_if, f"{where}.show_if", earlier)
    for number, route in enumerate(question.goto, 1):
        yield from _asks(definition, route.when, f"{where}.goto.{number}.when", {*earlier, question.id})
        if route.to != END and places.get(route.to, -1) <= place:
            said = _("It leads to “%s”, which is no later question.") % route.to
            yield Problem(f"{where}.goto.{number}.to", said)


def _asks(definition: Definition, text: str, where: str, known: set[str]) -> Iterator[Problem]:
    """What is wrong with a condition that may ask for these answers."""
    try:
        asked = list(conditions_of(parse_answers_condition(text)))
    except SegmentInvalid as error:
        yield Problem(where, error.told)
        return
    questions = {question.id: question for question in definition.questions}
    for each in asked:
        if not each.field.startswith(OF_ANSWERS):
            continue
        name = field_named(each.field).path[1]
        if name not in questions:
            yield Problem(where, _("There is no question “%s”.") % name)
        elif name not in known:
            yield Problem(where, _("“%s” is not answered yet when this is asked.") % name)
        else:
            yield from _offered(questions[name], each, where)


def _offered(question: Question, condition: Condition, where: str) -> Iterator[Problem]:
    """A choice that is compared with is one that there is."""
    match condition:
        case Comparison(_, "=" | "!=" | "contains", value):
            values = [value]
        case OneOf(_, several):
            values = list(several)
        case _:
            return
    offered = {option.value.lower() for option in question.options}
    for value in values:
        if question.kind in WITH_OPTIONS and str(value).lower() not in offered:
            told = {"value": value, "known": ", ".join(option.value for option in question.options)}
            yield Problem(where, _("There is no choice “%(value)s”; there are: %(known)s.") % told)


def _said(definition: Definition, texts: Texts, where: str, *, required: bool = False) -> Iterator[Problem]:
    first = definition.languages[0]
    if required and not texts.get(first):
        yield Problem(f"{where}.{first}", _("This is missing."))
    for language, text in texts.items():
        try:
            compiled_text(text, html=False)
        except TemplateBroken as error:
            yield Problem(f"{where}.{language}", str(error))


def _is_address(link: str) -> bool:
    try:
        URLValidator(schemes=["https"])(link)
    except ValidationError:
        return False
    return True


def _all_texts(definition: Definition) -> Iterator[tuple[str, Texts]]:
    yield "title", definition.title
    yield "intro", definition.intro
    for number, question in enumerate(definition.questions, 1):
        where = f"questions.{number}"
        yield f"{where}.text", question.text
        yield f"{where}.help", question.help
        for name, options in (("options", question.options), ("rows", question.rows)):
            yield from ((f"{where}.{name}.{at}.text", each.text) for at, each in enumerate(options, 1))
        for name, texts in zip(("lowest", "highest"), question.ends or (), strict=False):
            yield f"{where}.ends.{name}", texts
    for number, thanks in enumerate(definition.thanks, 1):
        yield f"thanks.{number}.text", thanks.text
        yield f"thanks.{number}.link_label", thanks.link_label
