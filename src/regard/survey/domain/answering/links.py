"""Addresses of surveys: one for each invitation, which nobody can guess, and one for everybody."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode

from django.conf import settings
from django.urls import reverse

from regard.core.config import config
from regard.survey.models import Invitation, Survey


def token_of(store_id: int, key: str) -> str:
    """The 128 bits that stand in the address of an invitation, made of its key and the installation's secret: so
    they are kept nowhere, and a reminder has the same."""
    said = f"regard.survey.invitation {store_id} {key}".encode()
    made = hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).digest()[:16]
    return urlsafe_b64encode(made).decode().rstrip("=")


def hash_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def invitation_url(invitation: Invitation) -> str:
    """Where whoever was invited answers."""
    return _url("survey_answering", token_of(invitation.store_id, invitation.key))


def open_url(survey: Survey) -> str:
    """Where everybody may answer, while the survey has its open link."""
    return _url("survey_open", survey.link)


def _url(name: str, token: str) -> str:
    return f"{config().public_url}{reverse(name, args=[token])}"
