"""Whether e-mails are opened and their links followed: what is added to them when they leave, and what comes back.

Links lead over a page of ours that knows by a signature where to go on: nobody can have it lead elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from html import escape, unescape
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.core import signing
from django.db import transaction
from django.urls import reverse

from regard.act.facts import EmailClicked, EmailOpened
from regard.act.models import REFUSABLE, Send
from regard.capture.domain.record import record
from regard.core import clock
from regard.core.config import config

# One each: what was signed for the picture is no link, and the other way round.
OPENED_SALT, CLICKED_SALT = "regard.act.tracking.opened", "regard.act.tracking.clicked"
LINK = re.compile(r"""(<a\b[^>]*?\shref\s*=\s*)(["'])(https?://.*?)\2""", re.IGNORECASE | re.DOTALL)
BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)
# Programs that look into mails for their readers do so at once.
AT_ONCE = timedelta(seconds=1)


class TokenInvalid(ValueError):
    """It was not made here."""


@dataclass(frozen=True)
class Visit:
    """How somebody came: is_asking_only: with HEAD, as no mail program does that shows something."""

    is_asking_only: bool = False


def with_tracking(send: Send) -> str:
    """The HTML of a message as it leaves: marketing and what journeys send is tracked, "" stays "".

    The same for every attempt.
    """
    if not send.body_html or send.pk is None or not _is_tracked(send):
        return send.body_html
    html = LINK.sub(lambda found: _led_over(send, found), send.body_html)
    opened = _url("email_opened", signing.Signer(salt=OPENED_SALT).sign(str(send.pk)))
    picture = f'<img src="{opened}" width="1" height="1" alt="">'
    parted = BODY_END.search(html)
    place = parted.start() if parted else len(html)
    return html[:place] + picture + html[place:]


@transaction.atomic
def note_opened(token: str, visit: Visit) -> None:
    """That the picture of a message was fetched, told once for people and once for machines.

    Raises TokenInvalid.
    """
    send = _send_of(_unsigned(token))
    if send is None:
        return
    _tell_opening(send, by_machine=_is_machine(send, visit))


@transaction.atomic
def note_clicked(token: str, visit: Visit) -> str:
    """That a link was followed, told once for people and once for machines; gives where it leads.

    Raises TokenInvalid.
    """
    try:
        number, url = signing.Signer(salt=CLICKED_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError):
        raise TokenInvalid from None
    send = _send_of(number)
    if send is not None:
        _tell_click(send, url, by_machine=_is_machine(send, visit))
    return str(url)


def note_provider_opening(send: Send) -> None:
    """That the provider of e-mails saw a message opened. In the caller's transaction."""
    _tell_opening(send, by_machine=False)


def note_provider_click(send: Send, url: str) -> None:
    """That the provider of e-mails saw a link followed. In the caller's transaction."""
    if not url.startswith(f"{config().public_url}/"):  # those are counted where they lead over
        _tell_click(send, url, by_machine=False)


def _tell_opening(send: Send, *, by_machine: bool) -> None:
    fact = EmailOpened(**_about(send), by_machine=by_machine)
    record(fact, store_id=send.store_id, key=f"{send.pk}:{by_machine}")
    _note_person(send, by_machine=by_machine)


def _tell_click(send: Send, url: str, *, by_machine: bool) -> None:
    bare = _impersonal(url)
    fact = EmailClicked(**_about(send), url=bare, by_machine=by_machine)
    record(fact, store_id=send.store_id, key=f"{send.pk}:{by_machine}:{bare}")
    _note_person(send, by_machine=by_machine)


def _is_tracked(send: Send) -> bool:
    wanted = send.purpose in REFUSABLE or send.intent.startswith("journey:")
    return wanted and send.channel == "email"


def _led_over(send: Send, found: re.Match[str]) -> str:
    begin, quote, url = found.groups()
    plain = unescape(url)
    if plain.startswith(f"{config().public_url}/"):  # such as to unsubscribe, which nobody may stand before
        return found.group()
    token = signing.Signer(salt=CLICKED_SALT).sign_object([send.pk, plain], compress=True)
    return f"{begin}{quote}{escape(_url('email_clicked', token))}{quote}"


def _is_machine(send: Send, visit: Visit) -> bool:
    return visit.is_asking_only or send.sent_at is None or clock.now() - send.sent_at < AT_ONCE


def _note_person(send: Send, *, by_machine: bool) -> None:
    if not by_machine:
        Send.objects.filter(pk=send.pk).update(opened_at=clock.now())


def _about(send: Send) -> dict[str, Any]:
    return {
        "send_id": send.pk,
        "intent": send.intent,
        "instance": send.instance,
        "identity_id": send.identity_id,
    }


def _impersonal(url: str) -> str:
    """Without what may name a person: sign-in data, the query and the fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _send_of(number: str | int) -> Send | None:
    return Send.objects.filter(pk=int(number)).first()


def _unsigned(token: str) -> str:
    try:
        return signing.Signer(salt=OPENED_SALT).unsign(token)
    except signing.BadSignature:
        raise TokenInvalid from None


def _url(name: str, token: str) -> str:
    return f"{config().public_url}{reverse(name, args=[token])}"
