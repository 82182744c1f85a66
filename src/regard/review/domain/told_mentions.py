"""What an event says of a mention. No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regard.capture.domain.impersonal import impersonal_id, pseudonym_of
from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.property_values import number_of, read_count, read_title
from regard.core.models import Store
from regard.profile.domain.naming import FACT
from regard.review.facts import MentionImported
from regard.review.models import ToldFeeling

CALL = "Social Mention"
LONGEST_ID, LONGEST_SOURCE, LONGEST_AUTHOR, LONGEST_URL, LONGEST_TEXT = 400, 100, 200, 2_000, 20_000
TELL = {("track", CALL), (FACT, MentionImported.__name__)}
MOST = 2**53  # interactions and followers


@dataclass(frozen=True)
class ToldMention:
    """A mention as one event tells it; one without an id and an address is told once."""

    event: LoggedEvent
    external_id: str
    source: str
    author: str
    text: str
    url: str
    told_feeling: str
    interactions: int
    followers: int


def read_mentions(_store: Store, events: Sequence[LoggedEvent]) -> list[ToldMention]:
    """The mentions that the events tell of."""
    return [_told(event) for event in events if (event.type, event.name) in TELL]


def mention_name(value: Any) -> Any:
    """What names a mention after its author is erased: an address leads to them, also one that is short."""
    if not isinstance(value, str):
        return value
    return pseudonym_of(value) if "/" in value else impersonal_id(value.strip())


def _told(event: LoggedEvent) -> ToldMention:
    properties = event.body if event.type == FACT else event.body.get("properties") or {}
    url = read_title(properties, "url")
    name = _short(read_title(properties, "mention_id") or url) or str(event.key)
    return ToldMention(
        event=event,
        external_id=name,
        source=read_title(properties, "source", "network", "platform", most=LONGEST_SOURCE),
        author=read_title(properties, "author", most=LONGEST_AUTHOR),
        text=read_title(properties, "text", most=LONGEST_TEXT),
        url=url if is_link(url) else "",
        told_feeling=_feeling(properties),
        interactions=min(read_count(properties, "interactions"), MOST),
        followers=min(read_count(properties, "followers"), MOST),
    )


def _short(name: str) -> str:
    """A name that can be kept. Long ones often begin alike, so that none is known by its beginning."""
    return name if len(name) <= LONGEST_ID else pseudonym_of(name)


def is_link(url: str) -> bool:
    """Whether an address may become a link: it leads into the web, and no script hides in it. One that is too long
    is none, since half of it leads nowhere."""
    return url.startswith(("https://", "http://")) and len(url) <= LONGEST_URL


def _feeling(properties: Mapping[str, Any]) -> str:
    """Said by a word, by a number from -1 to 1, or by a flag, as the alert on loud complaints reads it."""
    told = properties.get("sentiment")
    if isinstance(told, str) and (word := told.strip().lower()) in ToldFeeling.values:
        return word
    if told is None and properties.get("negative") is True:
        return ToldFeeling.NEGATIVE
    if (number := number_of(told)) is None:
        return ""
    if number == 0:
        return ToldFeeling.NEUTRAL
    return ToldFeeling.NEGATIVE if number < 0 else ToldFeeling.POSITIVE
