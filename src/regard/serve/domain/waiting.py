"""Messages to one customer that appear in the shop, as the script reads them."""

from __future__ import annotations

import re
from typing import Any

from regard.act.domain.in_page import note_followed, note_shown, waiting_message
from regard.core.last_link import without_last_link
from regard.core.models import Store
from regard.message.models import Template, TemplateChannel

TOLD = {"shown": note_shown, "followed": note_followed}
LARGEST_ID = 2**63 - 1
BROWSER = re.compile(r"[\w.:-]{16,100}")  # as the snippet draws them; shorter ones might be guessed


def has_messages(store: Store) -> bool:
    """Whether the store has ever written one. One query."""
    return Template.objects.filter(store=store, channel=TemplateChannel.IN_PAGE).exists()


def note_told(store: Store, browser: str, send_id: int, what: str) -> bool:
    """Keep what of TOLD became of a message. False when no such message waits for this visitor."""
    is_asked = 0 < send_id <= LARGEST_ID and BROWSER.fullmatch(browser)
    return bool(is_asked and TOLD[what](store, browser, send_id))


def message_for(store: Store, browser: str) -> dict[str, Any] | None:
    """What waits for the visitor with this id of a browser; None for nothing."""
    send = waiting_message(store, browser) if BROWSER.fullmatch(browser) else None
    if send is None:
        return None
    text, link = without_last_link(send.body_text)
    told = {"title": send.subject, "text": text}
    if link is not None:
        told |= {"button": link.words or link.url, "link": link.url}
    return {"id": send.pk, **{name: value for name, value in told.items() if value}}
