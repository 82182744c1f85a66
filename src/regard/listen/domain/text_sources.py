"""Where texts of customers stand: each room that keeps some says how they are read."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from regard.core.registry import Registry

LONGEST = 8_000  # characters of a text that are read


@dataclass(frozen=True)
class TextSource:
    """Texts of one kind. label: what one of them is; plural: what all of them are.

    rows: a SELECT without parameters that gives a row for each of them, of all stores, with `id`, `store_id`,
    `external_id` (unique in a store), `identity_id`, `said_at`, `words`, `product_external_id`, `rating` (stars or
    NULL) and `history`. A condition on store and external ids, or on ids, must lead into an index. asks: whether
    they ask for something as a rule, as tickets do and reviews do not.
    """

    name: str
    label: str
    plural: str
    rows: str
    asks: bool = False


text_sources: Registry[TextSource] = Registry("source of texts")


def all_texts(columns: str) -> str:
    """SQL: the texts of all sources, with `name` (of the source), `id`, `store_id` and these columns of theirs."""
    return " UNION ALL ".join(
        f"SELECT '{source.name}' AS name, id, store_id, {columns} FROM ({source.rows}) AS rows"
        for source in text_sources
    )


REVIEWS = TextSource(
    "reviews",
    gettext_noop("Review"),
    gettext_noop("Reviews"),
    """
    SELECT id, store_id, external_id, identity_id, reviewed_at AS said_at,
        concat_ws(E'\\n', NULLIF(title, ''), NULLIF(body, '')) AS words, product_external_id, rating, history
    FROM listen_review
    """,
)
ANSWERS = TextSource(
    "answers",
    gettext_noop("Answer"),
    gettext_noop("Answers"),
    """
    SELECT id, store_id, external_id, identity_id, answered_at AS said_at, text AS words, product_external_id,
        NULL::smallint AS rating, history
    FROM listen_response
    """,
)
