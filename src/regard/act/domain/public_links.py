"""Links that need no sign-in: whoever has one got a message, and may say what they want of the next."""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

from regard.core.config import config
from regard.core.models import Store
from regard.profile.models import Identity
from regard.profile.models.identity import ERASED

SALT = "regard.act.preferences"


class LinkInvalid(ValueError):
    """It was not made here, or whom it was made for is not known any more."""


@dataclass(frozen=True)
class LinkHolder:
    """Whom a link was made for; channel and topic: of the message that it stood in."""

    identity: Identity
    channel: str
    topic: str
    token: str


def unsubscribe_url(store: Store, identity_id: int, *, channel: str = "email", topic: str = "") -> str:
    """Where the customer of an identity ends marketing on a channel, or about a topic."""
    return _url("unsubscribe", _token(store, identity_id, channel, topic))


def preferences_url(store: Store, identity_id: int, *, channel: str = "email") -> str:
    """Where the customer of an identity says what they want of marketing."""
    return _url("preferences", _token(store, identity_id, channel, ""))


def holder_of(token: str) -> LinkHolder:
    """One query. Raises LinkInvalid."""
    try:
        store, identity, channel, topic = _signer().unsign(token).split(".", 3)
    except (signing.BadSignature, ValueError):
        raise LinkInvalid from None
    return LinkHolder(identity_of_link(int(store), int(identity)), channel, topic, token)


def identity_of_link(store_id: int, identity_id: int) -> Identity:
    """Whom a link was made for. One query. Raises LinkInvalid, also when they were erased."""
    rows = Identity.objects.select_related("store", "customer").exclude(value__startswith=ERASED)
    found = rows.filter(pk=identity_id, store=store_id).first()
    if found is None:
        raise LinkInvalid
    return found


def _token(store: Store, identity_id: int, channel: str, topic: str) -> str:
    return _signer().sign(f"{store.pk}.{identity_id}.{channel}.{topic}")


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT)


def _url(name: str, token: str) -> str:
    return f"{config().public_url}{reverse(name, args=[token])}"
