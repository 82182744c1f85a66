"""Several alerts in one message: a line each, with a link to where it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.act.domain.alert_mail import alert_mark
from regard.act.domain.thresholds import DIGEST_LINES
from regard.act.models import Alert
from regard.core.config import config
from regard.core.models import Store


def list_alerts(
    store: Store, alerts: Sequence[Alert], *, add: Callable[[Alert], str] = lambda _alert: ""
) -> str:
    """The first ones of each kind, and how many more there are; alerts: by kind, with their identities. add: what
    is said of each beside its reason."""
    page = f"{config().public_url}/s/{store.slug}"
    parts = []
    for _kind, group in groupby(alerts, key=lambda alert: alert.kind):
        some = list(group)
        lines = [f"- {alert.reason}{add(alert)}{_link(page, alert)}" for alert in some[:DIGEST_LINES]]
        more = len(some) - DIGEST_LINES
        if more > 0:
            lines.append(ngettext("- and %(more)s more", "- and %(more)s more", more) % {"more": more})
        parts.append("\n".join([some[0].get_kind_display(), *lines]))
    parts.append(_("All alerts: %(page)s") % {"page": f"{page}/alerts/"} + "\n")
    return "\n\n".join(parts)


def _link(page: str, alert: Alert) -> str:
    """By it the line is found again when its customer is erased, whoever the alert belongs to by then."""
    if alert.identity is None:
        return ""
    return f" {page}/customers/{alert.identity.customer_id}/{alert_mark(alert.pk)}"
