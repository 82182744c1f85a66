"""Which marketing is held since it ran away, and how that is said; holding it is done in domain/holding.py."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.act.domain.leaving import EVERYTHING, Hold
from regard.act.models import Purpose, Send, SendingHold, SendState
from regard.core.models import Store

LOCK = "SELECT {function}(hashtextextended('marketing of a store', %s))"


def lock_marketing(store: Store, *, shared: bool = False) -> None:
    """Decide alone of what the store lets go, until the transaction ends; shared: beside those who only ask."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(LOCK.format(function=function), [store.pk])


def origins_held_for_queueing(store: Store) -> frozenset[str]:
    """Of which origins messages are held from the start; they stay held until the transaction ends. One query,
    and two more if there are any.
    """
    if not _held_origins(store):
        return frozenset()
    lock_marketing(store, shared=True)
    return _held_origins(store)


def hold_of(send: Send, held: Collection[str]) -> Hold | None:
    """The hold that a message falls under, its own origin's first."""
    if send.purpose != Purpose.MARKETING or send.is_freed:
        return None
    return next((Hold(origin) for origin in (send.intent, EVERYTHING) if origin in held), None)


def origin_in_words(origin: str) -> str:
    """Where messages come from, for people."""
    kind, _colon, key = origin.partition(":")
    if not origin:
        return _("all marketing")
    return _("journey %s") % key if kind == "journey" and key else origin


def held_in_words(*, origin: str, held: int, limit: int) -> str:
    """What is held, and why."""
    words = {
        "count": number_format(held, force_grouping=True),
        "origin": origin_in_words(origin),
        "limit": number_format(limit, force_grouping=True),
    }
    if not origin:
        said = ngettext(
            "%(count)s marketing message is held: %(limit)s an hour in all is your limit.",
            "%(count)s marketing messages are held: %(limit)s an hour in all is your limit.",
            held,
        )
    else:
        said = ngettext(
            "%(count)s message of %(origin)s is held: %(limit)s an hour is your limit.",
            "%(count)s messages of %(origin)s are held: %(limit)s an hour is your limit.",
            held,
        )
    return said % words


def alert_subject(origin: str) -> str:
    """What the alert about a hold is about."""
    return origin or "marketing"


def held_messages(store: Store, origin: str, held: Collection[str]) -> Q:
    """The messages that the hold of an origin has; that of all marketing has what no other has."""
    mine = Q(intent=origin) if origin else ~Q(intent__in=[each for each in held if each])
    return Q(store=store, state=SendState.HELD) & mine


def _held_origins(store: Store) -> frozenset[str]:
    rows = SendingHold.objects.filter(store=store, held_at__isnull=False)
    return frozenset(rows.values_list("origin", flat=True))
