"""Which provider sends the e-mails of an installation, and by which keys."""

from __future__ import annotations

import json

from regard.core.config import ConfigError

# Those that need no other package; their keys are in the documentation of django-anymail.
PROVIDERS = (
    "brevo", "mailersend", "mailgun", "mailjet", "mailtrap", "mandrill", "postal", "postmark",
    "resend", "sendgrid", "sparkpost", "unisender_go",
)  # fmt: skip


def backend_of(provider: str) -> str:
    """The path of its backend."""
    return f"anymail.backends.{provider}.EmailBackend"


def read_provider_settings(provider: str, text: str) -> dict[str, str]:
    """Of a JSON object, as REGARD_MAIL_PROVIDER_SETTINGS holds it. Raises ConfigError, which never shows it."""
    if provider and provider not in PROVIDERS:
        raise ConfigError(f"REGARD_MAIL_PROVIDER is {provider!r}; use one of {', '.join(PROVIDERS)}.")
    try:
        told = json.loads(text or "{}")
    except ValueError:
        told = None
    if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
        raise ConfigError(
            'REGARD_MAIL_PROVIDER_SETTINGS is no JSON object of texts; write {"POSTMARK_SERVER_TOKEN": "..."}.'
        )
    return told
