"""API keys: made, shown once, looked up by hash, revoked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.domain.permissions import PERMISSIONS
from regard.core.models import ApiKey, Store, User
from regard.core.secrets import hash_token, new_token

LAST_USED_RESOLUTION = timedelta(minutes=5)  # so that a busy key does not write a row for every request


def api_keys_of(store: Store) -> QuerySet[ApiKey]:
    """The API keys of a store, the newest first, revoked ones too."""
    return ApiKey.objects.filter(store=store).order_by("-id")


def api_key_of(store: Store, key_id: int) -> ApiKey:
    """Raises ApiKey.DoesNotExist."""
    return ApiKey.objects.select_related("store").get(store=store, pk=key_id)


@transaction.atomic
def create_api_key(
    *,
    store: Store,
    name: str,
    scopes: Sequence[str],
    actor: str,
    created_by: User | None = None,
    within: Collection[str] = PERMISSIONS,
) -> tuple[ApiKey, str]:
    """A new key and its token, which is not kept. Raises ValidationError, by field.

    within: the permissions of whoever makes the key; nobody can hand on what they do not have.
    """
    unknown = sorted(set(scopes) - set(within))
    if unknown or not scopes:
        said = _("Use one or more of %(known)s; not %(unknown)s.")
        named = {"known": ", ".join(sorted(within)), "unknown": ", ".join(unknown) or _("none")}
        raise ValidationError({"scopes": said % named})
    token = new_token("rk")
    key = ApiKey(
        store=store, name=name, token_hash=hash_token(token), hint=token[:9],
        scopes=sorted(set(scopes)), created_by=created_by,
    )  # fmt: skip
    key.full_clean(exclude=["created_by", "last_used_at", "revoked_at"])  # null, and not asked for
    key.save()
    record_audit(store=store, actor=actor, action="key.created", target=name, scopes=key.scopes)
    return key, token


def find_api_key(token: str) -> ApiKey | None:
    """The living key with this token, noting that it was used."""
    key = ApiKey.objects.select_related("store").filter(token_hash=hash_token(token), revoked_at=None).first()
    if key is not None:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=clock.now() - LAST_USED_RESOLUTION)
        if key.last_used_at is None or key.last_used_at < clock.now() - LAST_USED_RESOLUTION:
            ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=clock.now())
    return key


@transaction.atomic
def revoke_api_key(key: ApiKey, *, actor: str) -> None:
    """The key stops working at once; revoking twice changes nothing."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.now()):
        record_audit(store=key.store, actor=actor, action="key.revoked", target=key.name, scopes=key.scopes)
