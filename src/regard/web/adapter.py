from __future__ import annotations

import logging
import smtplib
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from regard.core import secrets
from regard.core.config import config

log = logging.getLogger("regard.mail")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts come from invitations and from the operator's commands alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """At the address that the operator has set: what a request calls its host may be anybody's."""
        path = urlsplit(super().get_reset_password_from_key_url(key)).path
        return f"{config().public_url}{path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Trouble with the mail server is the operator's to see; the page says the same for every address."""
        try:
            super().send_mail(template_prefix, email, context)
        except (smtplib.SMTPException, OSError) as error:
            log.error("the e-mail %s could not be sent: %s", template_prefix, error)  # noqa: TRY400 - no surprise


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Who reads the database alone cannot make anybody's codes."""

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.decrypt(encrypted_text)
