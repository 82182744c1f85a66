"""Sources of events and their write keys."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from regard.capture.models import Source, WriteKey
from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.core.secrets import decrypt, encrypt, hash_token, new_token

DEFAULT_EVENTS_PER_SECOND = 10_000


@transaction.atomic
def create_source(*, store: Store, name: str, actor: str) -> Source:
    """A new source without a key. Raises ValidationError for a taken or empty name."""
    source = Source(store=store, name=name.strip())
    if sources_of(store).filter(name=source.name).exists():
        raise ValidationError({"name": _("There is a source of this name already; choose another.")})
    source.full_clean()
    source.save()
    record_audit(store=store, actor=actor, action="source.created", target=source.name)
    return source


def source_named(*, store: Store, name: str, actor: str) -> Source:
    """The source of that name, made if there is none. Raises ValidationError for an empty name."""
    return Source.objects.filter(store=store, name=name.strip()).first() or create_source(
        store=store, name=name, actor=actor
    )


def sources_of(store: Store) -> QuerySet[Source]:
    """The sources of a store, by name."""
    return Source.objects.filter(store=store).order_by("name")


def with_living_keys(sources: QuerySet[Source]) -> QuerySet[Source]:
    """With `living_keys`: how many write keys of each still let events in."""
    living = WriteKey.objects.filter(source=OuterRef("pk"), revoked_at=None).order_by()
    count = living.values("source").annotate(count=Count("pk")).values("count")
    return sources.annotate(living_keys=Coalesce(Subquery(count), 0))


def source_name(store: Store, source_id: int | None) -> str:
    """What the source of an event is called; "" for none."""
    if source_id is None:
        return ""
    return Source.objects.filter(store=store, pk=source_id).values_list("name", flat=True).first() or ""


def source_of(store: Store, source_id: int) -> Source:
    """Raises Source.DoesNotExist."""
    return Source.objects.select_related("store").get(store=store, pk=source_id)


def write_keys_of(source: Source) -> QuerySet[WriteKey]:
    """The write keys of a source, the newest first, revoked ones too."""
    return WriteKey.objects.filter(source=source).order_by("-id")


def write_key_of(store: Store, key_id: int) -> WriteKey:
    """Raises WriteKey.DoesNotExist."""
    return WriteKey.objects.select_related("source__store").get(source__store=store, pk=key_id)


@transaction.atomic
def create_write_key(
    *, source: Source, actor: str, events_per_second: int = DEFAULT_EVENTS_PER_SECOND
) -> tuple[WriteKey, str]:
    """A new write key of a source, and its token. Raises ValidationError for a rate below one."""
    if events_per_second < 1:
        raise ValidationError({"events_per_second": _("Allow at least one event a second.")})
    token = new_token("rw")
    key = WriteKey.objects.create(
        source=source,
        token_hash=hash_token(token),
        token_encrypted=encrypt(token),
        events_per_second=events_per_second,
    )
    record_audit(
        store=source.store, actor=actor, action="write_key.created", target=source.name,
        events_per_second=events_per_second,
    )  # fmt: skip
    return key, token


def token_of(key: WriteKey) -> str:
    """The write key itself, to be shown in the snippet; everybody who opens the shop's pages can read it there."""
    return decrypt(key.token_encrypted)


@transaction.atomic
def revoke_write_key(key: WriteKey, *, actor: str) -> None:
    """The key stops working within seconds; revoking twice changes nothing."""
    if WriteKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.now()):
        record_audit(store=key.source.store, actor=actor, action="write_key.revoked", target=key.source.name)
