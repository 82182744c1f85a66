"""The import kind "mentions": what a row of a listening tool's file is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from regard.core.models import Store
from regard.core.registry import ImportField, ImportKind
from regard.profile.domain.order_import import CUSTOMER_FIELDS
from regard.review.domain.told_mentions import (
    LONGEST_AUTHOR,
    LONGEST_ID,
    LONGEST_SOURCE,
    LONGEST_TEXT,
    LONGEST_URL,
    is_link,
)
from regard.review.facts import MentionImported

# Not the name: in such files it is what the network calls them.
CUSTOMER_ID, EMAIL, *_others = CUSTOMER_FIELDS


def to_mention_imported(row: Mapping[str, Any], _store: Store) -> MentionImported:
    """The fact that a converted row makes."""
    source, author = (row.get(name, "").strip().lower() for name in ("source", "author"))
    is_named = CUSTOMER_ID.name in row or EMAIL.name in row
    known = f"{source}:{author.removeprefix('@')}" if source and author and not is_named else ""
    return MentionImported(**row, anonymous_id=known)


def note_no_link(row: Mapping[str, Any], _store: Store) -> str:
    """Why the address of a row is left out; "" when it is not. See core.registry.ImportKind.note."""
    url = row.get("url", "")
    return _("addresses lead nowhere on the web and become no links.") if url and not is_link(url) else ""


MENTIONS = ImportKind(
    name="mentions",
    fields=(
        ImportField(
            "mention_id", "text", "What names it, in all networks together; without it the address does.",
            most=LONGEST_ID, synonyms=("id", "post_id", "message_id", "mention"),
        ),
        ImportField(
            "mentioned_at", "time", "When it was said.", required=True,
            synonyms=("published_at", "posted_at", "published", "created_at", "date", "time", "timestamp"),
        ),
        ImportField(
            "source", "text", "The network or platform.", most=LONGEST_SOURCE,
            synonyms=("network", "platform", "site", "social_network", "source_name"),
        ),
        ImportField(
            "author", "text", "What the author is called there.", most=LONGEST_AUTHOR,
            synonyms=("author_name", "username", "user_name", "handle", "screen_name"),
        ),
        CUSTOMER_ID,
        EMAIL,
        ImportField(
            "text", "text", "What was said.", most=LONGEST_TEXT,
            synonyms=("content", "message", "snippet", "post", "body", "mention_text"),
        ),
        ImportField(
            "url", "text", "Where it was said, from https:// on.", most=LONGEST_URL,
            synonyms=("link", "permalink", "post_url", "mention_url", "address"),
        ),
        ImportField(
            "sentiment", "text", "How it sounds: negative, neutral, positive, or a number from -1 to 1.", most=20,
            synonyms=("polarity", "tone", "sentiment_label"),
        ),
        ImportField(
            "interactions", "whole", "How many have liked, shared or answered it.", least=0, most=2**53,
            synonyms=("engagement", "engagements", "reactions", "likes"),
        ),
        ImportField(
            "followers", "whole", "How many follow the author.", least=0, most=2**53,
            synonyms=("reach", "follower_count", "author_followers"),
        ),
    ),
    identity=("mention_id", "url"),
    occurred_at="mentioned_at",
    to_fact=to_mention_imported,
    one_of=("mention_id", "url"),
    note=note_no_link,
)  # fmt: skip
