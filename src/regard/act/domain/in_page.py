"""Messages that wait in the pages of the shop until their customer comes by, and what became of them.

Whoever knows the id that the snippet keeps in a browser is who visits with it: it is drawn at random and told to
nobody else.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from regard.act.domain.consent import IN_PAGE
from regard.act.domain.recipients import customers_reached
from regard.act.domain.standing import claimed_case
from regard.act.facts import MessageClicked, MessageRead
from regard.act.models import REFUSABLE, Send
from regard.capture.domain.record import record
from regard.core import clock
from regard.core.last_link import without_last_link
from regard.core.models import Store

SHOWN_FOR = timedelta(days=30)  # proposal: what was laid out before says nothing any more
MOST_TRIED = 10
# Of the customer who visits with a browser, what was let go, is not outdated, and was not seen yet: what is more
# urgent first, then what is newer. Nothing of a store whose sending is stopped.
WAITING = """
    SELECT send.* FROM profile_identity AS browser
    JOIN profile_identity AS theirs ON theirs.customer_id = browser.customer_id
    JOIN act_send AS send ON send.identity_id = theirs.id
    WHERE browser.store_id = %(store)s AND browser.kind = 'anonymous_id' AND browser.value = %(browser)s
        AND theirs.store_id = %(store)s AND send.store_id = %(store)s
        AND send.channel = %(channel)s AND send.state = 'sent' AND {which}
"""
UNSEEN = """send.opened_at IS NULL AND send.sent_at > %(since)s
        AND (send.may_wait_until IS NULL OR send.may_wait_until >= %(now)s)
        AND NOT EXISTS (
            SELECT FROM act_sendingswitch AS stop WHERE stop.store_id = %(store)s AND stop.stopped_at IS NOT NULL)
    ORDER BY send.priority DESC, send.id DESC LIMIT %(most)s"""


def waiting_message(store: Store, browser: str) -> Send | None:
    """What the visitor with this id of a browser is to be shown next. One query, and some for each message that
    they might refuse: since it was laid out they may have.
    """
    now = clock.now()
    values = {"since": now - SHOWN_FOR, "now": now, "most": MOST_TRIED}
    return next((send for send in _of_browser(store, browser, UNSEEN, values) if _may_be_shown(send)), None)


@transaction.atomic
def note_shown(store: Store, browser: str, send_id: int) -> bool:
    """It was seen, and is shown no more. False when no such message waits for this visitor; told twice, it changes
    nothing.
    """
    send = _of_visitor(store, browser, send_id)
    if send is not None:
        _shown(send)
    return send is not None


@transaction.atomic
def note_followed(store: Store, browser: str, send_id: int) -> bool:
    """Its link was followed; told twice, it counts once. False as of note_shown."""
    send = _of_visitor(store, browser, send_id)
    if send is None:
        return False
    _shown(send)
    _text, link = without_last_link(send.body_text)
    url = link.url.partition("?")[0] if link else ""
    record(MessageClicked(**_about(send), url=url), store_id=store.pk, key=str(send.pk))
    return True


def _shown(send: Send) -> None:
    record(MessageRead(**_about(send)), store_id=send.store_id, key=str(send.pk))
    Send.objects.filter(pk=send.pk, opened_at=None).update(opened_at=clock.now())


def _of_visitor(store: Store, browser: str, send_id: int) -> Send | None:
    return next(iter(_of_browser(store, browser, "send.id = %(send)s", {"send": send_id})), None)


def _of_browser(store: Store, browser: str, which: str, values: dict[str, Any]) -> list[Send]:
    told = {"store": store.pk, "browser": browser, "channel": IN_PAGE, **values}
    return list(Send.objects.raw(WAITING.format(which=which), told))


def _may_be_shown(send: Send) -> bool:
    if send.purpose not in REFUSABLE:
        return True
    [reached] = customers_reached(send.store, [send])
    people = claimed_case(send, reached, clock.now()).people
    return all(person.has_consent and not person.refuses_topic for person in people)


def _about(send: Send) -> dict[str, Any]:
    return {
        "channel": send.channel, "send_id": send.pk, "intent": send.intent, "instance": send.instance,
        "identity_id": send.identity_id,
    }  # fmt: skip
