"""Where Twilio tells what became of messages, and what people write. Its signature is checked."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from regard.act.domain.channel_accounts import account_of
from regard.act.domain.text_returns import take_incoming, take_status
from regard.act.domain.text_status import CHANNELS, incoming_url, send_of_status, status_url
from regard.connect.twilio.webhooks import is_signed, read_incoming, read_status
from regard.core.models import Store

NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


@csrf_exempt
@login_not_required
@require_POST
def text_status(request: HttpRequest, token: str) -> HttpResponse:
    """Http404 for what was not made here."""
    send = send_of_status(token)
    if send is None:
        raise Http404
    if not _is_twilios(request, send.store, send.channel, status_url(send)):
        return HttpResponseForbidden()
    if status := read_status(_params(request)):
        take_status(send, status)
    return HttpResponse(status=204)


@csrf_exempt
@login_not_required
@require_POST
def text_incoming(request: HttpRequest, slug: str, channel: str) -> HttpResponse:
    """Http404 for a store or channel that there is not."""
    store = Store.objects.filter(slug=slug).first()
    if store is None or channel not in CHANNELS:
        raise Http404
    if not _is_twilios(request, store, channel, incoming_url(store, channel)):
        return HttpResponseForbidden()
    take_incoming(store, channel, read_incoming(_params(request)))
    return HttpResponse(NOTHING_TO_SAY, content_type="text/xml")


def _is_twilios(request: HttpRequest, store: Store, channel: str, url: str) -> bool:
    """Signed with the token of the account that the store has set."""
    token = account_of(store, channel).get("auth_token", "")
    return is_signed(token, url, _params(request), request.headers.get("X-Twilio-Signature", ""))


def _params(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST[name] for name in request.POST}
