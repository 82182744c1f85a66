"""Spans of time as people write them: "4 hours", "2 weeks", "1 day 12 hours"."""

from __future__ import annotations

import re
from datetime import timedelta

SECONDS = {"minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
PART = re.compile(r"(\d{1,6})\s*(minute|hour|day|week)s?", re.IGNORECASE)
LONGEST = timedelta(days=3 * 366)


def read_duration(text: str) -> timedelta:
    """Raises ValueError for what is none, or longer than three years."""
    rest = PART.sub("", text).replace(",", " ").replace(" and ", " ").strip().lstrip("-").strip()
    parts = PART.findall(text)
    if not parts or rest:
        raise ValueError(text)
    span = timedelta(seconds=sum(int(number) * SECONDS[unit.lower()] for number, unit in parts))
    if span > LONGEST:
        raise ValueError(text)
    return -span if text.strip().startswith("-") else span


def duration_text(span: timedelta) -> str:
    """The shortest form that `read_duration` reads back: "36 hours" is "1 day 12 hours"; "0 minutes" for none."""
    left, parts = int(abs(span).total_seconds()), []
    for unit, seconds in sorted(SECONDS.items(), key=lambda item: -item[1]):
        if unit == "week" and left % seconds:
            continue  # "10 days" reads better than "1 week 3 days"
        number, left = divmod(left, seconds)
        if number:
            parts.append(f"{number} {unit}{'' if number == 1 else 's'}")
    return ("-" if span < timedelta() else "") + (" ".join(parts) or "0 minutes")
