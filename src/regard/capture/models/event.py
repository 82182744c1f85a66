from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from django.db import models

from regard.core.models import Store

if TYPE_CHECKING:
    JsonField = models.Field[bytes, bytes]
else:
    JsonField = models.Field


class RawJson(JsonField):
    """A column of PostgreSQL's `json` type, given as the text that came in: read it with `Event.body`."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 - Django's signature
        return "json"


class Event(models.Model):
    """One line of the log: append-only, partitioned by the month of receipt.

    `key` is the idempotency key, unique within a store. `history` marks what an import brought: it forms the
    profile and never causes a message. Rows are written by `domain/log.py` alone.
    """

    pk = models.CompositePrimaryKey("store_id", "id")
    store = models.ForeignKey(Store, models.DO_NOTHING, related_name="+", db_constraint=False)
    id = models.BigIntegerField()
    received_at = models.DateTimeField()
    occurred_at = models.DateTimeField()
    source_id = models.BigIntegerField(null=True)
    key = models.UUIDField()
    type = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    user_id = models.TextField(null=True)
    anonymous_id = models.TextField(null=True)
    history = models.BooleanField()
    payload = RawJson()
    import_id = models.BigIntegerField(null=True)  # the ImportRun that brought it

    class Meta:
        managed = False
        db_table = "capture_event"

    @property
    def body(self) -> dict[str, Any]:
        """The event as it came in."""
        raw: Any = self.payload
        return raw if isinstance(raw, dict) else msgspec.json.decode(raw)
