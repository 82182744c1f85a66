"""A complaint in public that many see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from regard.act.domain.conditions.finding import Checked, Finding, with_words
from regard.act.domain.thresholds import LOUD_FOLLOWERS, LOUD_INTERACTIONS
from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.property_values import read_count, read_title


def check_mentions(checked: Checked) -> list[Finding]:
    """Negative, and with at least 50 interactions or by an author with at least 10,000 followers."""
    return [_finding(event, checked.identity_of.get(event.id)) for event in checked.events]


def _finding(event: LoggedEvent, identity_id: int | None) -> Finding:
    properties = event.body.get("properties") or {}
    interactions, followers = read_count(properties, "interactions"), read_count(properties, "followers")
    negative = _is_negative(properties)
    loud = interactions >= LOUD_INTERACTIONS or followers >= LOUD_FOLLOWERS
    told = {"interactions": interactions, "followers": followers}
    if not negative:
        why = _("A mention in public that is not negative.")
    elif not loud:
        why = (
            _("A complaint of %(interactions)s interactions and %(followers)s followers; few see it.") % told
        )
    else:
        why = (
            _("A complaint of %(interactions)s interactions, and its author has %(followers)s followers.")
            % told
        )
    url = read_title(properties, "url")
    return Finding(
        event_id=event.id,
        instance=(read_title(properties, "mention_id") or url)[:400] or str(event.key),
        matched=negative and loud,
        why=why,
        reason=with_words(why, read_title(properties, "text")),
        identity_id=identity_id,
        subject=read_title(properties, "url", "author", most=200),
    )


def _is_negative(properties: Mapping[str, Any]) -> bool:
    """Said so by a flag, by a word, or by a number from -1 to 1."""
    sentiment = properties.get("sentiment")
    if isinstance(sentiment, str):
        return sentiment.strip().lower() == "negative"
    if isinstance(sentiment, int | float) and not isinstance(sentiment, bool):
        return sentiment < 0
    return properties.get("negative") is True
