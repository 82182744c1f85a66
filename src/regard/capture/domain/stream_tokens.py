"""Passes to the live stream of one store. Pages hand them out to members; the intake, which knows no sessions,
checks nothing but the signature and the age."""

from __future__ import annotations

from django.core.signing import BadSignature, TimestampSigner

from regard.core.config import config
from regard.core.secrets import installation_secret

LIFE_SECONDS = 600


class StreamTokenInvalid(Exception):
    """Forged or too old; ask the page for another."""


def issue_stream_token(store_id: int) -> str:
    return _signer().sign_object({"store": store_id})


def read_stream_token(token: str) -> int:
    """The store's id. Raises StreamTokenInvalid."""
    try:
        return int(_signer().unsign_object(token, max_age=LIFE_SECONDS)["store"])
    except (BadSignature, ValueError, KeyError, TypeError) as error:
        raise StreamTokenInvalid from error


def _signer() -> TimestampSigner:
    # The fallbacks are given so that Django's settings need not be loaded in the intake.
    return TimestampSigner(key=installation_secret(config()), salt="regard.capture.stream", fallback_keys=[])
