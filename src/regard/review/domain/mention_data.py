"""What this room holds of a customer: what they said of the store in public, and what was done about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from django.db.models import QuerySet

from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.listen.domain.texts import forget_source_rows
from regard.review.domain.mentions import TEXTS
from regard.review.domain.told_mentions import mention_name
from regard.review.models import Mention, MentionStanding

FIELDS = (
    "external_id", "source", "author", "text", "url", "told_feeling", "interactions", "followers", "mentioned_at",
    "history",
)  # fmt: skip


def export_mentions(store: Store, customer_id: int) -> list[dict[str, Any]]:
    """What they said, the oldest first, with where the store answered and when it was done with it."""
    rows = list(_of_customer(store, customer_id).order_by("mentioned_at", "id").values(*FIELDS))
    names = [row["external_id"] for row in rows]
    standings = MentionStanding.objects.filter(store=store, external_id__in=names)
    done = {name: held for name, *held in standings.values_list("external_id", "done_at", "reply_url")}
    for row in rows:
        row["done_at"], row["reply_url"] = done.get(row["external_id"], (None, ""))
    return list(msgspec.to_builtins(rows))


def erase_mentions(store: Store, customer_id: int) -> int:
    """Blank the words, their author and where they stand; that there was a mention, and when, stays, and names
    nobody. Gives the rows changed."""
    rows = _of_customer(store, customer_id)
    told = dict(rows.values_list("pk", "external_id"))
    forget_source_rows(store, TEXTS.name, list(told), lessons=True)
    standings = MentionStanding.objects.filter(store=store, external_id__in=told.values())
    changed = rows.update(text="", author="", url="", is_open=False) + standings.update(reply_url="")
    for pk, name in told.items():
        if (new := mention_name(name)) != name:
            _rename(store, pk, name, new)
    return changed


def _rename(store: Store, pk: int, name: str, new: str) -> None:
    """Name a mention, and what was done about it, anew. Where it was told again after an erasure, the one that was
    erased then is left, and this one goes."""
    for rows, one in (
        (MentionStanding.objects.filter(store=store), {"external_id": name}),
        (Mention.objects.filter(store=store), {"pk": pk}),
    ):
        if rows.filter(external_id=new).exists():
            rows.filter(**one).delete()
        else:
            rows.filter(**one).update(external_id=new)


def clear_mentions(store: Store, identity_ids: Sequence[int]) -> None:
    """Delete what was projected from the events of these identities; what was done about it stays."""
    _delete(store, Mention.objects.filter(store=store, identity__in=identity_ids))


def sources_of_mentions(store: Store, identity_ids: Sequence[int]) -> Collection[int]:
    """The ids of the events that told of these identities' mentions, whoever sent them."""
    mine = Mention.objects.filter(store=store, identity__in=identity_ids)
    return set[int]().union(*mine.values_list("told_by", flat=True))


def clear_waiting(store: Store, event_ids: Sequence[int] | None) -> Collection[int]:
    """Delete what these events, or any if None, told of people whom nobody knows; gives the ids of the other
    events that told of the same."""
    waiting = Mention.objects.filter(store=store, identity=None)
    if event_ids is None:
        _delete(store, waiting)
        return []
    gone = set(event_ids)
    told = [(pk, set(ids)) for pk, ids in waiting.values_list("pk", "told_by") if not gone.isdisjoint(ids)]
    _delete(store, waiting.filter(pk__in=[pk for pk, _ids in told]))
    return set[int]().union(*(ids for _pk, ids in told)) - gone


def _of_customer(store: Store, customer_id: int) -> QuerySet[Mention]:
    return Mention.objects.filter(store=store, identity__store=store, identity__customer_id=customer_id)


def _delete(store: Store, rows: QuerySet[Mention]) -> None:
    forget_source_rows(store, TEXTS.name, list(rows.values_list("pk", flat=True)))
    rows.delete()


MENTIONS = DataHolder(
    "mentions", 31, export_mentions, erase_mentions, clear_mentions, sources=sources_of_mentions,
    clear_waiting=clear_waiting,
)  # fmt: skip
