"""Moments gone by as people name them, the same to pages, the API and commands."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.models import Store

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIRST_YEAR = 1990  # nothing that a store knows lies before it


def moment_named(store: Store, text: str) -> datetime:
    """In UTC. A day is its end in the store's time zone, or now while it lasts; a moment that names no zone is of
    the store's.

    Raises ValidationError of "as_of" for what is neither, lies before 1990 or is yet to come.
    """
    told = text.strip()
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        said = _("“%s” is no day; give one such as 2026-01-31, or a moment such as 2026-01-31T12:00:00Z.")
        raise ValidationError({"as_of": said % told[:40]}) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(store.time_zone))
    return moment_gone_by(_end_of_day(moment) if DAY.fullmatch(told) else moment)


def _end_of_day(midnight: datetime) -> datetime:
    """Or now, while the day lasts."""
    end, now = midnight.replace(hour=23, minute=59, second=59, microsecond=999_999), clock.now()
    return min(end, now) if midnight <= now else end


def moment_gone_by(moment: datetime) -> datetime:
    """The same in UTC: not every zone that people write is one to the database. Raises ValidationError."""
    if moment > clock.now():
        raise ValidationError({"as_of": _("This moment is yet to come; name one gone by.")})
    if moment.year < FIRST_YEAR:
        raise ValidationError({"as_of": _("Nothing is known of so long ago; name a day from 1990 on.")})
    return moment.astimezone(UTC)
