"""The e-mail that tells those who lead a store of an alert."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from regard.act.domain.outbox import NewSend, queue_sends
from regard.act.models import Alert, Purpose
from regard.core.config import config
from regard.core.models import Member, Store
from regard.core.models.member import Role

TOLD_ROLES = (Role.OWNER, Role.ADMIN, Role.MANAGER)


def queue_alert_mails(store: Store, alerts: Sequence[Alert]) -> None:
    """Queue one e-mail an alert and person, in the caller's transaction and the language that is active."""
    if not alerts:
        return
    addresses = leading_addresses(store)
    queue_sends(store, [_mail(store, alert, address) for alert in alerts for address in addresses])


def leading_addresses(store: Store) -> list[str]:
    """The e-mail addresses of those who lead the store, in order."""
    members = Member.objects.filter(store=store, role__in=TOLD_ROLES, user__is_active=True)
    return sorted(members.values_list("user__email", flat=True))


def _mail(store: Store, alert: Alert, address: str) -> NewSend:
    page = f"customers/{alert.customer_id}" if alert.customer_id else "alerts"
    link = f"{config().public_url}/s/{store.slug}/{page}/"
    what = {
        "level": alert.get_level_display(),
        "kind": alert.get_kind_display(),
        "store": one_line(store.name),
    }
    if alert.customer_id:
        body = _("%(reason)s\n\nThe customer: %(link)s\n\nYou get this as somebody who leads %(store)s.\n")
    else:
        body = _("%(reason)s\n\nThe alerts: %(link)s\n\nYou get this as somebody who leads %(store)s.\n")
    return NewSend(
        channel="email",
        recipient=address,
        purpose=Purpose.TEAM,
        intent="alert",
        instance=str(alert.pk),
        customer_id=alert.customer_id,
        subject=_("%(store)s: %(level)s: %(kind)s") % what,
        body_text=body % {"reason": alert.reason, "link": link, "store": what["store"]},
    )


def one_line(text: str) -> str:
    """The text as it may stand in a header."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
