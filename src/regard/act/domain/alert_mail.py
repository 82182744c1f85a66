"""What those who lead a store are told of an alert, by e-mail and where the team reads along."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from regard.act.domain.outbox import NewSend, queue_sends
from regard.act.domain.team import Place
from regard.act.models import Alert, Purpose
from regard.core.config import config
from regard.core.models import Store


def queue_alert_messages(store: Store, alerts: Sequence[Alert], places: Sequence[Place]) -> None:
    """Queue a message for each of these alerts and places, in the caller's transaction and the language that is
    active. The alerts come with their identities."""
    queue_sends(store, [_told(store, alert, place) for alert in alerts for place in places])


def _told(store: Store, alert: Alert, place: Place) -> NewSend:
    page = f"customers/{alert.identity.customer_id}" if alert.identity else "alerts"
    link = f"{config().public_url}/s/{store.slug}/{page}/"
    what = {
        "level": alert.get_level_display(),
        "kind": alert.get_kind_display(),
        "store": one_line(store.name),
    }
    where = _("The customer: %(link)s") if alert.identity else _("The alerts: %(link)s")
    return NewSend(
        channel=place.channel,
        recipient=place.recipient,
        purpose=Purpose.TEAM,
        intent="alert",
        instance=str(alert.pk),
        identity_id=alert.identity_id,
        subject=_("%(store)s: %(level)s: %(kind)s") % what,
        body_text=with_closing(f"{alert.reason}\n\n{where % {'link': link}}\n", store, place),
    )


def with_closing(body: str, store: Store, place: Place) -> str:
    """The text as it goes to this place: people are told why it is they who get it."""
    if not place.is_person:
        return body
    why = _("You get this as somebody who leads %(store)s.") % {"store": one_line(store.name)}
    return f"{body}\n{why}\n"


def alert_mark(alert_id: int) -> str:
    """What ends the link to an alert: where it stands on the page of its customer."""
    return f"#alert-{alert_id}"


def one_line(text: str) -> str:
    """The text as it may stand in a header."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
