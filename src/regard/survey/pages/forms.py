"""Which fields each part of a survey has in the editor: the whole, every kind of question, the thanks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from regard.survey.domain.definition.editing import Values
from regard.survey.domain.definition.parts import ALWAYS_ON, KINDS, LEVERS, SCALES, TOUCHPOINTS, WITH_OPTIONS
from regard.survey.domain.words import LOOKS
from regard.ui.value_fields import Field, Path

POOLS, ATTRIBUTES = "known-pools", "known-attributes"
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Group:
    """Fields that stand in one row. title: above them; removes: the act that takes the row away; adds, add_label:
    the act that adds another below it."""

    fields: Sequence[Field]
    title: str = ""
    removes: str = ""
    adds: str = ""
    add_label: str = ""
    is_further: bool = False  # shown on demand


def whole_groups(values: Values) -> list[Group]:
    """Of everything that is not a question."""
    languages = values["languages"]
    points = [(name, _(label)) for name, label in TOUCHPOINTS.items()]
    levers = [(name, _(label)) for name, label in LEVERS.items() if name not in ALWAYS_ON]
    return [
        Group([
            Field(("name",), _("Name"), keeps_empty=True),
            Field(
                ("languages",), _("Languages"), "list",
                _("Their codes; the first is read where another lacks a text."),
            ),
        ]),
        Group(_in_languages(("title",), _("Title"), languages)),
        Group(_in_languages(("intro",), _("Before the first question"), languages, "area")),
        Group([
            Field(("touchpoint",), _("What it is about"), "choice", choices=points),
            Field(("anonymous",), _("Anonymous: nobody can tell whose answers they are"), "truth"),
        ]),
        Group([
            Field(("expires",), _("An invitation is open for"), placeholder="30 days"),
            Field(("reminders",), _("Reminded after"), "list", _("Twice at the most, such as: 4 days, 10 days."),
                  placeholder=_("not reminded")),
            Field(("quota",), _("Full after so many answers"), "whole", placeholder=_("never")),
        ]),
        Group([
            Field(("levers",), _("What lifts the share of answers"), "several", choices=levers),
            Field(("incentive",), _("Offer that the incentive is of"), options=POOLS),
            Field(("tested",), _("Tested: half go without"), "choice", choices=[("", _("nothing")), *levers]),
        ], is_further=True),
        Group([
            Field(("rank",), _("Of two that fall together the lower is asked"), "whole", placeholder="50"),
            Field(("exempt",), _("Not counted among how often a customer is asked"), "truth"),
        ], is_further=True),
    ]  # fmt: skip


def question_groups(question: Values, languages: Sequence[str], later: Choices) -> list[Group]:
    """later: ids and titles of the questions that it may lead to."""
    kind = question.get("kind") or "text"
    kinds = [(name, _(LOOKS[name].what)) for name in KINDS]
    groups = [
        Group(_in_languages(("text",), _("Question"), languages, "area")),
        Group([
            Field(("kind",), _("Kind of answer"), "choice", choices=kinds, turns=True),
            Field(("required",), _("Needed to go on"), "truth"),
        ]),
    ]  # fmt: skip
    if kind in SCALES:
        groups += _scale(kind, languages)
    if kind in WITH_OPTIONS:
        groups += _parts(question, "options", "option", languages, _("Choices"), _("Add a choice"))
    if kind == "matrix":
        groups += _parts(question, "rows", "row", languages, _("Rows"), _("Add a row"))
    if kind == "number":
        groups.append(Group([
            Field(("lowest",), _("At least"), "whole"), Field(("highest",), _("At most"), "whole"),
        ]))  # fmt: skip
    if kind == "file":
        accepts = [("", _("pictures only")), ("any", _("any file"))]
        groups.append(Group([Field(("accept",), _("What may be sent"), "choice", choices=accepts)]))
    return [*groups, *_ways(question, later), *_further(kind, languages)]


def thanks_groups(values: Values, number: int) -> list[Group]:
    path, languages = ("thanks", number), values["languages"]
    return [
        Group(_in_languages((*path, "text"), _("Words"), languages, "area"), removes=f"no-thanks {number}"),
        Group([Field(
            (*path, "when"), _("Only if this holds"), hint=_condition_hint(), placeholder="answers.score >= 9"
        )]),
        Group([
            Field((*path, "link"), _("Button leads to"), placeholder="https://"),
            *_in_languages((*path, "link_label"), _("Words on the button"), languages),
        ]),
    ]  # fmt: skip


def _scale(kind: str, languages: Sequence[str]) -> list[Group]:
    lowest, highest = SCALES[kind]
    groups = [] if kind == "nps" else [Group([
        Field(("lowest",), _("Lowest"), "whole", placeholder=str(lowest)),
        Field(("highest",), _("Highest"), "whole", placeholder=str(highest)),
        *([Field(("low_is_good",), _("A low answer is a good one"), "truth", usual=True)]
          if kind == "ces" else []),
    ])]  # fmt: skip
    if kind == "stars":
        return groups[:0]
    return [
        *groups,
        Group(_in_languages(("ends", "lowest"), _("Words at the lowest"), languages)),
        Group(_in_languages(("ends", "highest"), _("Words at the highest"), languages)),
    ]


def _parts(  # noqa: PLR0917 - of choices and rows alike
    question: Values, name: str, what: str, languages: Sequence[str], title: str, add_label: str
) -> list[Group]:
    parts = question.get(name, [])
    act = f"{{}} {question['id']} {what}"
    groups = [
        Group(
            [
                Field((name, number, "value"), _("Short name"), keeps_empty=True),
                *_in_languages((name, number, "text"), _("Words"), languages),
                *([] if name == "rows" else [Field((name, number, "score"), _("Score"), "whole")]),
            ],
            title=title if number == 0 else "",
            removes=f"{act.format('no-part')} {number}",
        )
        for number in range(len(parts))
    ]
    return [*groups, Group([], title="" if parts else title, adds=act.format("part"), add_label=add_label)]


def _ways(question: Values, later: Choices) -> list[Group]:
    ends = [*later, ("end", _("the end"))]
    act = f"{{}} {question['id']} route"
    routes = [
        Group(
            [
                Field(("goto", number, "when"), _("If"), placeholder=f"answers.{question['id']} …"),
                Field(("goto", number, "to"), _("go on to"), "choice", choices=ends),
            ],
            title=_("Where an answer leads") if number == 0 else "",
            removes=f"{act.format('no-part')} {number}",
        )
        for number in range(len(question.get("goto", [])))
    ]
    shown = Field(("show_if",), _("Asked only if"), hint=_condition_hint(), placeholder="answers.score <= 6")
    return [
        Group([shown]),
        *routes,
        Group([], adds=act.format("part"), add_label=_("Lead an answer elsewhere")),
    ]


def _further(kind: str, languages: Sequence[str]) -> list[Group]:
    measures = [("", _("what its kind does")), ("csat", _("Satisfaction")), ("ces", _("Effort"))]
    topics = [
        ("", _("what the survey is about")), ("relationship", _("the store as a whole")),
        ("product", _("a product")),
        ("support", _("help that was given")), ("delivery", _("a delivery")), ("purchase", _("a purchase")),
    ]  # fmt: skip
    fields = [
        Field(("id",), _("Short name"), hint=_("By which conditions name it."), keeps_empty=True),
        Field(("topic",), _("Speaks of"), "choice", choices=topics),
    ]
    if kind in {"single", "number", "stars"}:
        fields.append(Field(("measure",), _("Measures"), "choice", choices=measures))
    if kind not in {"matrix", "file"}:
        hint = _("A custom attribute; who has it is not asked again.")
        fields.append(Field(("keep_as",), _("Kept with the customer as"), hint=hint, options=ATTRIBUTES))
    if kind in {"text", "multiple"}:
        label = _("Characters at the most") if kind == "text" else _("Choices at the most")
        fields.append(Field(("most",), label, "whole"))
    return [
        Group(_in_languages(("help",), _("A line below the question"), languages), is_further=True),
        Group(fields, is_further=True),
    ]


def _in_languages(path: Path, label: str, languages: Sequence[str], kind: Any = "text") -> list[Field]:
    """The same text, side by side in each language."""
    if len(languages) == 1:
        return [Field((*path, languages[0]), label, kind)]
    told = "%(label)s (%(language)s)"
    return [Field((*path, each), told % {"label": label, "language": each}, kind) for each in languages]


def _condition_hint() -> str:
    return _("As in segments, and of answers: answers.score <= 6 and orders >= 5")


def all_fields(groups: Sequence[Group]) -> list[Field]:
    return [field for group in groups for field in group.fields]


def with_fields(groups: Sequence[Group], fields: Mapping[str, Field]) -> list[Group]:
    """The same groups with these fields, by name, in the place of theirs."""
    return [replace(group, fields=[fields[field.name] for field in group.fields]) for group in groups]
