"""What a survey asks, in the reader's language: kinds of questions, and the sentence about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.survey.domain.definition.parts import END, Definition, Question, Route, text_in


@dataclass(frozen=True)
class Look:
    """what: a kind of question, in words; icon: its name."""

    what: str
    icon: str


LOOKS: Mapping[str, Look] = {
    "nps": Look(gettext_noop("Recommendation, 0 to 10"), "megaphone"),
    "csat": Look(gettext_noop("Satisfaction, 1 to 5"), "face-smile"),
    "ces": Look(gettext_noop("Effort, 1 to 7"), "scale"),
    "stars": Look(gettext_noop("Stars"), "star"),
    "single": Look(gettext_noop("One of several"), "check-circle"),
    "multiple": Look(gettext_noop("Several of several"), "list-bullet"),
    "text": Look(gettext_noop("Words"), "pencil"),
    "matrix": Look(gettext_noop("Rows and columns"), "table-cells"),
    "number": Look(gettext_noop("Number"), "hashtag"),
    "date": Look(gettext_noop("Day"), "calendar-days"),
    "file": Look(gettext_noop("Photo or file"), "photo"),
    "consent": Look(gettext_noop("Consent"), "hand-thumb-up"),
}


def where_it_leads(definition: Definition, route: Route, language: str) -> str:
    """The question at the other end of a route, or the end."""
    if route.to == END:
        return _("the end")
    target = next((each for each in definition.questions if each.id == route.to), None)
    return title_of(target, definition, language) if target else route.to


def title_of(question: Question, definition: Definition, language: str) -> str:
    """The text of a question, or its name while it has none."""
    return text_in(question.text, language, definition.languages) or question.id
