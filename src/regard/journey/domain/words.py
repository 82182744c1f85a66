"""What a journey does, in the reader's language: its start, each of its steps, who comes in again and when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from regard.core.registry import actions, fact_types
from regard.journey.domain.alert_starts import KINDS
from regard.journey.domain.definition.parts import (
    GOOD_HOUR,
    AlertStart,
    Branch,
    DateStart,
    Definition,
    Do,
    EventStart,
    Exit,
    HandStart,
    Leave,
    ScoreStart,
    SegmentStart,
    Send,
    Split,
    Start,
    Step,
    Wait,
    WaitFor,
    WaitUntil,
)
from regard.profile.domain.segments.fields import Unfit, field_named
from regard.score.domain.kinds import score_kinds

CHANNELS: Mapping[str, str] = {
    "email": gettext_noop("e-mail"), "sms": gettext_noop("SMS"), "whatsapp": gettext_noop("WhatsApp"),
    "slack": gettext_noop("Slack"), "webhook": gettext_noop("webhook"),
    "in_page": gettext_noop("a message in the page"), "push": gettext_noop("push"),
}  # fmt: skip


@dataclass(frozen=True)
class Described:
    """said: a sentence without its stop; asked: the condition or filter that it names, as it is written."""

    said: str
    asked: str = ""


def describe_start(start: Start) -> Described:
    """What lets a customer in."""
    match start:
        case EventStart(events, where):
            return Described(_("When %s happens") % events_in_words(events), where)
        case ScoreStart():
            return Described(_score_moves(start))
        case SegmentStart(segment, leaves):
            said = (
                _("When a customer leaves the segment") if leaves else _("When a customer enters the segment")
            )
            return Described(said, segment)
        case DateStart():
            return Described(_day_comes(start))
        case AlertStart(kinds, segment):
            known = [str(kind.label) for kind in KINDS if kind in kinds]
            told = {"alerts": " · ".join(known), "segment": segment}
            return Described(_("When people are alerted (%(alerts)s), for the segment “%(segment)s”") % told)
        case HandStart():
            return Described(_("When somebody sends it to a segment"))


def describe_step(step: Step) -> Described:  # noqa: PLR0911 - a table
    """What happens at a step."""
    match step:
        case Send(_id, template, channel):
            by = _(" or ").join(map(channel_in_words, [channel, *step.others]))
            told = {"template": template, "channel": by}
            return Described(_("Send “%(template)s” by %(channel)s") % told)
        case Wait(_id, time):
            return Described(_("Wait %s") % span_in_words(time))
        case WaitUntil():
            return Described(_until(step))
        case WaitFor(_id, on, most):
            told = {"events": events_in_words(on.events), "most": span_in_words(most)}
            return Described(_("Wait for %(events)s, %(most)s at the most") % told, on.where)
        case Branch(_id, when):
            return Described(_("Two ways, by whether this holds"), when)
        case Split(_id, ways):
            said = ngettext("%d way, by chance", "%d ways, by chance", len(ways))
            return Described(said % len(ways))
        case Do():
            return Described(_action(step))
        case Leave(_id, reason):
            return Described(reason or _("The journey ends here"))


def ways_in_words(step: Step) -> list[str]:
    """What each way is called that parts at a step, in the order of `ways_of`."""
    match step:
        case Branch():
            return [_("Yes"), _("No")]
        case WaitFor():
            return [_("It came"), _("It did not come")]
        case Split(_id, ways):
            return [f"{way.share} % · {way.name}" if way.name else f"{way.share} %" for way in ways]
        case _:
            return []


def describe_exit(one: Exit) -> Described:
    """What ends the journey wherever somebody is in it."""
    events = events_in_words(one.on.events)
    if one.on.same:
        events = _("%s about the same thing") % events
    return Described(_("Goal: %s") % events if one.goal else _("Ends with %s") % events, one.on.where)


def again_in_words(definition: Definition) -> str:
    """Whether and when the same customer may come in once more."""
    match definition.again:
        case "never":
            return _("never")
        case "always":
            return _("always, once out of it")
        case span:
            return _("after %s") % span_in_words(span)


def events_in_words(names: Iterable[str]) -> str:
    """“Order Completed” or “Cart Viewed”."""
    return _(" or ").join(f"“{event_label(name)}”" for name in names)


def event_label(name: str) -> str:
    """Facts of Regard by the words of their name: "Return requested"; other events as they are called."""
    if name not in fact_types:
        return name
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def channel_in_words(channel: str) -> str:
    return _(CHANNELS[channel]) if channel in CHANNELS else channel


def span_in_words(span: timedelta) -> str:
    """Days and smaller, a whole number of weeks as such: "2 weeks", "1 day 12 hours"."""
    whole = int(abs(span).total_seconds())
    weeks, rest = divmod(whole, 604_800)
    if weeks and not rest:
        return ngettext("%d week", "%d weeks", weeks) % weeks
    days, hours, minutes = whole // 86_400, whole // 3_600 % 24, whole // 60 % 60
    parts = [
        ngettext("%d day", "%d days", days) % days if days else "",
        ngettext("%d hour", "%d hours", hours) % hours if hours else "",
        ngettext("%d minute", "%d minutes", minutes) % minutes if minutes else "",
    ]
    return " ".join(filter(None, parts)) or _("no time")


def _score_moves(start: ScoreStart) -> str:
    label = str(score_kinds.get(start.score).label) if start.score in score_kinds else start.score
    told = {"score": label, "bands": _bands(start.score, start.into)}
    if not start.before:
        return _("When %(score)s moves to %(bands)s") % told
    told["before"] = _bands(start.score, start.before)
    return _("When %(score)s moves from %(before)s to %(bands)s") % told


def _bands(score: str, bands: Sequence[str]) -> str:
    labels = dict(score_kinds.get(score).bands.choices) if score in score_kinds else {}
    return _(" or ").join(f"“{labels.get(band, band)}”" for band in bands)


def _day_comes(start: DateStart) -> str:
    told = {"day": field_label(start.day), "days": span_in_words(timedelta(days=start.offset))}
    if start.offset > 0:
        said = _("%(days)s after the day “%(day)s”")
    elif start.offset < 0:
        said = _("%(days)s before the day “%(day)s”")
    else:
        said = _("On the day “%(day)s”")
    return (_("%s, every year") if start.yearly else "%s") % (said % told)


def field_label(name: str) -> str:
    """What a field of segments is called; its name where there is none."""
    try:
        field = field_named(name)
    except Unfit:
        return name
    return field.key or _(str(field.label))


def _until(step: WaitUntil) -> str:
    if step.moment == GOOD_HOUR:
        return _("Wait until the hour at which they read")
    moment = step.moment
    until = formats.date_format(moment, "DATE_FORMAT") if isinstance(moment, date) else f"“{moment}”"
    if not step.offset:
        return _("Wait until %s") % until
    told = {"span": span_in_words(step.offset), "until": until}
    if step.offset < timedelta():
        return _("Wait until %(span)s before %(until)s") % told
    return _("Wait until %(span)s after %(until)s") % told


def _action(step: Do) -> str:
    """The action, and the first thing that it is told, which names what it is about."""
    if step.action not in actions:
        return step.action
    action = actions.get(step.action)
    label = _(action.label)
    told = next((step.parameters[one.name] for one in action.parameters if step.parameters.get(one.name)), "")
    return f"{label}: {str(told)[:120]}" if told else label
