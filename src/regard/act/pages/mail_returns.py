"""Where the provider of e-mails tells what became of them. Its own secret or signature is checked."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

from anymail.signals import AnymailTrackingEvent, RejectReason, tracking
from anymail.webhooks.base import AnymailCoreWebhookView
from django.contrib.auth.decorators import login_not_required
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from regard.act.domain.returns import MailReturn, take_return
from regard.connect.mail.provider import MARK
from regard.connect.mail.provider_settings import read_provider_settings
from regard.core.config import config

# Providers call a full mailbox a bounce too: an address is given up only where somebody says that it is for good,
# by the receiver's code or the provider's kind of bounce, and nobody that it may pass.
LASTING = re.compile(r"^\D{0,40}5\d\d\b|\b5\.\d{1,3}\.\d{1,3}\b|hard.?bounce|permanent", re.IGNORECASE)
PASSING = re.compile(
    r"^\D{0,40}4\d\d\b|\b4\.\d{1,3}\.\d{1,3}\b|temporar|transient|\bsoft.?bounce", re.IGNORECASE
)
KINDS = ("Type", "type", "event", "hard_bounce")  # where providers say which kind of bounce it is
# What django-anymail checks signatures by, behind the name of the provider.
SIGNED_BY = (
    "WEBHOOK_KEY", "WEBHOOK_SIGNING_KEY", "TRACKING_WEBHOOK_VERIFICATION_KEY", "SIGNING_SECRET",
)  # fmt: skip
VIEWS = ("TrackingWebhookView", "CombinedWebhookView")


@csrf_exempt
@login_not_required
def mail_webhook(request: HttpRequest, provider: str) -> HttpResponseBase:
    """Http404 for any provider but that of this installation, and while no secret of its webhooks is set."""
    if provider != config().mail_provider or not _is_guarded(provider):
        raise Http404
    answer: HttpResponseBase = _view(provider)(request)
    return answer


def _is_guarded(provider: str) -> bool:
    """Whether the settings have the secret of all webhooks, or the key by which this provider signs its own."""
    told = read_provider_settings(provider, config().mail_provider_settings)
    own = tuple(f"{provider.upper()}_{key}" for key in SIGNED_BY)
    return any(value for name, value in told.items() if name == "WEBHOOK_SECRET" or name in own)


def _view(provider: str) -> Any:
    module = import_module(f"anymail.webhooks.{provider}")
    [found] = [
        each
        for name, each in vars(module).items()
        if name.endswith(VIEWS)
        and issubclass(each, AnymailCoreWebhookView)
        and each.__module__ == module.__name__
    ]
    return found.as_view()


@receiver(tracking, dispatch_uid="regard.act")
def take_tracking(event: AnymailTrackingEvent, **_rest: object) -> None:
    """Of events of messages that are not ours, nothing is kept."""
    message_id = (event.metadata or {}).get(MARK) or event.message_id or ""
    take_return(
        MailReturn(
            kind=event.event_type or "",
            message_id=message_id,
            recipient=event.recipient or "",
            reason=event.mta_response or event.description or "",
            is_final=_is_final(event),
            url=event.click_url or "",
        )
    )


def _is_final(event: AnymailTrackingEvent) -> bool:
    words = f"{event.mta_response or ''} {event.description or ''} {_kind_of(event.esp_event)}".strip()
    if event.reject_reason == RejectReason.INVALID:
        return not PASSING.search(words)
    is_lasting = event.reject_reason == RejectReason.BOUNCED and LASTING.search(words)
    return bool(is_lasting) and not PASSING.search(words)


def _kind_of(told: object) -> str:
    """In the provider's words; one that only flags it, as `"hard_bounce": true`, gives the name of the flag."""
    if not isinstance(told, dict):
        return ""
    values = {key: told.get(key) for key in KINDS}
    return " ".join(
        key if value is True else value
        for key, value in values.items()
        if value is True or isinstance(value, str)
    )
