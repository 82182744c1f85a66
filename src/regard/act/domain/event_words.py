"""What the facts of this room say, in words for the timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from regard.act.domain.escalating import TO_LEADERS
from regard.act.domain.team import TO_OWNERS
from regard.act.facts import (
    AlertAssigned,
    AlertClosed,
    AlertEscalated,
    AlertHandled,
    AlertRaised,
    AlertReopened,
    AlertResolutionTold,
    AlertSeen,
    AlertSnoozed,
    AlertWoken,
    EmailBounced,
    EmailClicked,
    EmailComplained,
    EmailFailed,
    EmailOpened,
    EmailReplied,
    EmailSent,
    MessageBounced,
    MessageClicked,
    MessageDelivered,
    MessageFailed,
    MessageRead,
    MessageReplied,
    MessageSent,
    PreferencesTold,
)
from regard.act.models import AlertKind, AlertLevel, AlertResolution, Purpose
from regard.capture.domain.property_values import number_of, read_title
from regard.core import clock
from regard.core.registry import Fact, event_words

MOST = 120  # characters of a value that is quoted
SENTENCES: Mapping[type[Fact], Promise] = {
    AlertSeen: gettext_lazy("%(actor)s looked at alert %(alert)s"),
    AlertReopened: gettext_lazy("%(actor)s opened alert %(alert)s again"),
    AlertClosed: gettext_lazy("Alert %(alert)s was closed: its customer was erased"),
}
ON_CHANNELS: Mapping[type[Fact], Promise] = {
    MessageDelivered: gettext_lazy("Message arrived (%(channel)s): %(about)s"),
    MessageRead: gettext_lazy("Message read (%(channel)s): %(about)s"),
    MessageBounced: gettext_lazy("Message did not arrive (%(channel)s): %(about)s"),
    MessageReplied: gettext_lazy("Answered a message (%(channel)s): %(about)s"),
}


def register_event_words() -> None:
    words: dict[type[Fact], Callable[[Mapping[str, Any]], str]] = {
        fact: partial(_plain, sentence) for fact, sentence in SENTENCES.items()
    }
    words |= {AlertRaised: _raised, AlertAssigned: _assigned, AlertHandled: _handled}
    words |= {AlertResolutionTold: _resolved}
    words |= {AlertSnoozed: _snoozed}
    words |= {AlertWoken: _woken, AlertEscalated: _escalated}
    words |= {EmailSent: _sent, EmailFailed: _failed, PreferencesTold: _preferred}
    words |= {EmailOpened: _opened, EmailClicked: _clicked, EmailBounced: _bounced}
    words |= {MessageSent: _message_sent, MessageFailed: _message_failed, MessageClicked: _message_clicked}
    words |= {EmailComplained: _complained, EmailReplied: _replied}
    words |= {fact: partial(_on_channel, sentence) for fact, sentence in ON_CHANNELS.items()}
    for fact, describe in words.items():
        event_words.add(fact.__name__, describe)


def _plain(sentence: Promise, told: Mapping[str, Any]) -> str:
    return str(sentence) % _names(told)


def _names(told: Mapping[str, Any]) -> dict[str, str]:
    return {
        "alert": read_title(told, "alert_id", most=MOST),
        "actor": read_title(told, "actor", most=MOST) or _("Somebody"),
    }


def _raised(told: Mapping[str, Any]) -> str:
    kind, level = told.get("kind"), told.get("level")
    words = {
        "kind": AlertKind(kind).label if kind in AlertKind.values else read_title(told, "kind", most=MOST),
        "level": AlertLevel(level).label
        if level in AlertLevel.values
        else read_title(told, "level", most=MOST),
    }
    if told.get("mailed") == 0:
        return (
            _("Alert (%(level)s): %(kind)s. E-mailed to nobody: the store had no owner, admin or manager")
            % words
        )
    return _("Alert (%(level)s): %(kind)s") % words


def _assigned(told: Mapping[str, Any]) -> str:
    if told.get("owner_id") is None:
        return _("%(actor)s took alert %(alert)s back from whoever had it") % _names(told)
    return _("%(actor)s gave alert %(alert)s to a member") % _names(told)


def _handled(told: Mapping[str, Any]) -> str:
    seconds = number_of(told.get("response_seconds"))
    words = {**_names(told), "resolution": _resolution(told)}
    if seconds is None:
        return _("%(actor)s handled alert %(alert)s") % words
    now = clock.now()
    words["time"] = timesince(now - timedelta(seconds=float(seconds)), now)
    if words["resolution"]:
        return _("%(actor)s handled alert %(alert)s, %(time)s after it was raised: %(resolution)s") % words
    return _("%(actor)s handled alert %(alert)s, %(time)s after it was raised") % words


def _resolved(told: Mapping[str, Any]) -> str:
    words = {**_names(told), "resolution": _resolution(told)}
    if words["resolution"]:
        return _("%(actor)s said what came of alert %(alert)s: %(resolution)s") % words
    return _("%(actor)s took back what was said to have come of alert %(alert)s") % words


def _snoozed(told: Mapping[str, Any]) -> str:
    return _("%(actor)s let alert %(alert)s sleep") % _names(told)


def _woken(told: Mapping[str, Any]) -> str:
    if told.get("why") == "person":
        return _("%(actor)s woke alert %(alert)s") % _names(told)
    if told.get("why") == "news":
        return _("Alert %(alert)s is back from sleep: something came on top") % _names(told)
    return _("Alert %(alert)s is back from sleep") % _names(told)


def _escalated(told: Mapping[str, Any]) -> str:
    mailed = int(number_of(told.get("mailed")) or 0)
    words = {**_names(told), "people": mailed}
    if not mailed:
        return _("Alert %(alert)s is overdue, and there was nobody to be e-mailed") % words
    said = ngettext(
        "Alert %(alert)s is overdue: %(people)s person was e-mailed",
        "Alert %(alert)s is overdue: %(people)s people were e-mailed",
        mailed,
    )
    return said % words


def _resolution(told: Mapping[str, Any]) -> str:
    """What came of an alert, in words; "" where it is not said."""
    labels = {value: str(label) for value, label in AlertResolution.choices}
    return labels.get(told.get("resolution", "")) or read_title(told, "resolution", most=MOST)


def _sent(told: Mapping[str, Any]) -> str:
    return _("E-mail sent: %(about)s") % {"about": _about(told)}


def _failed(told: Mapping[str, Any]) -> str:
    words = {"about": _about(told), "attempts": read_title(told, "attempts", most=MOST)}
    return _("E-mail given up after attempt %(attempts)s: %(about)s") % words


def _opened(told: Mapping[str, Any]) -> str:
    words = {"about": _about(told)}
    if told.get("by_machine"):
        return _("A program looked into an e-mail: %(about)s") % words
    return _("E-mail opened: %(about)s") % words


def _clicked(told: Mapping[str, Any]) -> str:
    words = {"about": _about(told), "url": read_title(told, "url", most=MOST)}
    if told.get("by_machine"):
        return _("A program followed %(url)s in an e-mail: %(about)s") % words
    return _("Followed %(url)s in an e-mail: %(about)s") % words


def _message_clicked(told: Mapping[str, Any]) -> str:
    words = {
        "about": _about(told),
        "url": read_title(told, "url", most=MOST),
        "channel": read_title(told, "channel", most=MOST),
    }
    return _("Followed %(url)s in a message (%(channel)s): %(about)s") % words


def _bounced(told: Mapping[str, Any]) -> str:
    return _("E-mail came back: %(about)s") % {"about": _about(told)}


def _complained(told: Mapping[str, Any]) -> str:
    return _("E-mail was called spam: %(about)s") % {"about": _about(told)}


def _replied(told: Mapping[str, Any]) -> str:
    return _("Answered an e-mail: %(about)s") % {"about": _about(told)}


def _on_channel(sentence: Promise, told: Mapping[str, Any]) -> str:
    return str(sentence) % {"channel": read_title(told, "channel", most=MOST), "about": _about(told)}


def _message_sent(told: Mapping[str, Any]) -> str:
    words = {"channel": read_title(told, "channel", most=MOST), "about": _about(told)}
    return _("Message sent (%(channel)s): %(about)s") % words


def _message_failed(told: Mapping[str, Any]) -> str:
    words = {"channel": read_title(told, "channel", most=MOST), "about": _about(told)}
    return _("Message given up (%(channel)s): %(about)s") % words


def _preferred(told: Mapping[str, Any]) -> str:
    topics = told.get("refused_topics")
    refused = ", ".join(str(topic) for topic in topics) if isinstance(topics, list) else ""
    less = _("half as many messages") if told.get("wants_less") else _("as many messages as anybody")
    if refused:
        return _("The customer wants %(less)s, and nothing about: %(topics)s") % {
            "less": less,
            "topics": refused,
        }
    return _("The customer wants %(less)s, about everything") % {"less": less}


def _about(told: Mapping[str, Any]) -> str:
    """Why it was sent, and for whom."""
    intent, instance = (read_title(told, name, most=MOST) for name in ("intent", "instance"))
    intents = {"alert": _("alert %(instance)s"), "alerts": _("critical alerts that came together"),
               TO_LEADERS: _("alerts that are overdue"),
               TO_OWNERS: _("alerts that are overdue, to whose they are"),
               "daily_digest": _("digest of the day %(instance)s"),
               "weekly_digest": _("digest of the week from %(instance)s")}  # fmt: skip
    known = intents.get(intent)
    what = known % {"instance": instance} if known else f"{intent} {instance}".strip()
    purpose = told.get("purpose")
    return f"{what} ({Purpose(purpose).label})" if purpose in Purpose.values else what
