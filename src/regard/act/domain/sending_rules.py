"""When marketing of a store may leave, and what it is about, as people set it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.act.domain.channel_accounts import reaching_channels
from regard.act.domain.topics import Topic
from regard.act.models import SendingRules
from regard.core.domain.audit import changed_fields, record_audit
from regard.core.models import Store
from regard.profile.domain.double_opt_in import CHANNELS as DOUBLE_OPT_IN_CHANNELS
from regard.profile.domain.double_opt_in import double_opt_ins, set_double_opt_ins

KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
MOST_TOPICS = 20
MOST_LABEL = 80  # characters


def rules_for_viewer(store: Store) -> SendingRules:
    """As they are set, or else the defaults. One query."""
    return SendingRules.objects.filter(store=store).first() or SendingRules(store=store)


@transaction.atomic
def change_rules(
    store: Store,
    *,
    quiet_from: time,
    quiet_until: time,
    weekly_cap: int,
    origin_limit: int,
    store_limit: int,
    topics: Sequence[Topic],
    double_opt_in: Collection[str],
    actor: str,
) -> SendingRules:
    """Set them; what waits is asked again when it is due, and what is held stays so. topics: none for the usual
    ones. double_opt_in: the channels on which consents have to be confirmed.

    Raises django.core.exceptions.ValidationError, by field.
    """
    rules = rules_for_viewer(store)
    _check_topics(topics)
    before = _plain(rules)
    set_double_opt_ins(store, _askable_channels(store, double_opt_in))
    rules.quiet_from, rules.quiet_until, rules.weekly_cap = quiet_from, quiet_until, weekly_cap
    rules.origin_limit, rules.store_limit = origin_limit, store_limit
    rules.topics = [[topic.key, topic.label] for topic in topics]
    rules.clean_fields(exclude=["topics"])
    rules.save()
    changes = changed_fields(before, _plain(rules))
    record_audit(store=store, actor=actor, action="sending.rules_changed", target=store.slug, changes=changes)
    return rules


def _plain(rules: SendingRules) -> dict[str, Any]:
    hours = {name: f"{getattr(rules, name):%H:%M}" for name in ("quiet_from", "quiet_until")}
    numbers = {name: getattr(rules, name) for name in ("weekly_cap", "origin_limit", "store_limit")}
    asked = {"double_opt_in": ", ".join(double_opt_ins(rules.store))}
    return hours | numbers | asked | {"topics": ", ".join(key for key, _name in rules.topics)}


def _askable_channels(store: Store, channels: Collection[str]) -> list[str]:
    """On a channel that is not set up nobody could be asked, and no consent would ever count. One where it is on
    already may stay so."""
    wanted = _known_channels(channels)
    lacking = sorted(set(wanted) - {*reaching_channels(store), *double_opt_ins(store)})
    if lacking:
        text = _("Set %(channel)s up first; nobody can be asked for a confirmation there.")
        raise ValidationError({"double_opt_in": text % {"channel": lacking[0]}})
    return wanted


def _known_channels(channels: Collection[str]) -> list[str]:
    unknown = sorted(set(channels) - set(DOUBLE_OPT_IN_CHANNELS))
    if unknown:
        text = _("There is no confirmation on %(channel)s; there is on %(channels)s.")
        told = {"channel": unknown[0], "channels": ", ".join(DOUBLE_OPT_IN_CHANNELS)}
        raise ValidationError({"double_opt_in": text % told})
    return sorted(channels)


def _check_topics(topics: Sequence[Topic]) -> None:
    keys = [topic.key for topic in topics]
    if len(keys) > MOST_TOPICS or len(set(keys)) < len(keys):
        raise ValidationError({"topics": _("Give each of at most %d topics a key of its own.") % MOST_TOPICS})
    for topic in topics:
        if not KEY.fullmatch(topic.key) or not 0 < len(topic.label) <= MOST_LABEL:
            text = _("“%s” is no topic. Write a key of small letters and digits, a colon, and the name.")
            raise ValidationError({"topics": text % topic.key})
