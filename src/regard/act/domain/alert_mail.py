"""The e-mail that tells those who lead a store of an alert."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.utils.translation import gettext as _

from regard.act.domain.outbox import NewSend, queue_sends
from regard.act.domain.team import leading_addresses
from regard.act.models import Alert, Purpose
from regard.core.config import config
from regard.core.models import Store

log = logging.getLogger("regard.alerts")


def queue_alert_mails(store: Store, alerts: Sequence[Alert]) -> int:
    """Queue one e-mail an alert and person, in the caller's transaction and the language that is active.

    The alerts come with their identities. Gives the number of people.
    """
    if not alerts:
        return 0
    addresses = leading_addresses(store)
    if not addresses:
        log.warning(
            "store %s: an alert is e-mailed to nobody: there is no owner, admin or manager", store.slug
        )
    queue_sends(store, [_mail(store, alert, address) for alert in alerts for address in addresses])
    return len(addresses)


def _mail(store: Store, alert: Alert, address: str) -> NewSend:
    page = f"customers/{alert.identity.customer_id}" if alert.identity else "alerts"
    link = f"{config().public_url}/s/{store.slug}/{page}/"
    what = {
        "level": alert.get_level_display(),
        "kind": alert.get_kind_display(),
        "store": one_line(store.name),
    }
    if alert.identity:
        body = _("%(reason)s\n\nThe customer: %(link)s\n\nYou get this as somebody who leads %(store)s.\n")
    else:
        body = _("%(reason)s\n\nThe alerts: %(link)s\n\nYou get this as somebody who leads %(store)s.\n")
    return NewSend(
        channel="email",
        recipient=address,
        purpose=Purpose.TEAM,
        intent="alert",
        instance=str(alert.pk),
        identity_id=alert.identity_id,
        subject=_("%(store)s: %(level)s: %(kind)s") % what,
        body_text=body % {"reason": alert.reason, "link": link, "store": what["store"]},
    )


def alert_mark(alert_id: int) -> str:
    """What ends the link to an alert: where it stands on the page of its customer."""
    return f"#alert-{alert_id}"


def one_line(text: str) -> str:
    """The text as it may stand in a header."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
