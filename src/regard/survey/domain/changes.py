"""What a version of a survey changed, in words."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from regard.survey.domain.definition.parts import Definition, Question, text_in


def changes_between(before: Definition, after: Definition) -> list[str]:
    """A line for each thing that is another; [] when nothing is."""
    return [*_questions(before, after), *_whole(before, after)]


def _questions(before: Definition, after: Definition) -> Iterator[str]:
    old = {question.id: question for question in before.questions}
    new = {question.id: question for question in after.questions}
    for name, question in new.items():
        if name not in old:
            yield _("New question: %s") % _told(after, question)
    for name, question in old.items():
        if name not in new:
            yield _("Question taken away: %s") % _told(before, question)
    for name in [name for name in new if name in old and new[name] != old[name]]:
        told = {"question": _told(after, new[name]), "what": ", ".join(_parts(old[name], new[name]))}
        yield _("Changed: %(question)s (%(what)s)") % told
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield _("The questions are in another order")


def _parts(old: Question, new: Question) -> Iterator[str]:
    parts = {
        _("its words"): old.text != new.text or old.help != new.help or old.ends != new.ends,
        _("its kind"): old.kind != new.kind,
        _("its choices"): old.options != new.options or old.rows != new.rows,
        _("its scale"): (old.lowest, old.highest, old.most) != (new.lowest, new.highest, new.most),
        _("whether it is required"): old.required != new.required,
        _("when it is shown"): old.show_if != new.show_if or old.keep_as != new.keep_as,
        _("where it leads"): old.goto != new.goto,
        _("what it measures"): (old.measure, old.topic, old.low_is_good)
        != (new.measure, new.topic, new.low_is_good),
    }
    return (part for part, is_other in parts.items() if is_other)


def _whole(before: Definition, after: Definition) -> Iterator[str]:
    parts = {
        _("The name"): before.name != after.name,
        _("The languages"): before.languages != after.languages,
        _("The title or the words before the first question"): (
            (before.title, before.intro) != (after.title, after.intro)
        ),
        _("The thanks"): before.thanks != after.thanks,
        _("Whether it is anonymous"): before.is_anonymous != after.is_anonymous,
        _("How long it is open, its reminders or its quota"): (
            (before.expires, before.reminders, before.quota) != (after.expires, after.reminders, after.quota)
        ),
        _("What lifts the share of answers"): (
            (before.levers, before.tested, before.incentive) != (after.levers, after.tested, after.incentive)
        ),
        _("How it stands among other surveys"): (
            (before.touchpoint, before.rank, before.is_exempt) != (after.touchpoint, after.rank, after.is_exempt)
        ),
    }  # fmt: skip
    return (part for part, is_other in parts.items() if is_other)


def _told(definition: Definition, question: Question) -> str:
    text = text_in(question.text, definition.languages[0], definition.languages) or question.id
    return f"“{text[:79]}…”" if len(text) > 80 else f"“{text}”"
